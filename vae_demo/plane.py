"""The plane of a latent space of two dimensions: the square of it that a map shows, and places within."""

import torch
from torch import Tensor

GRID = 64  # cells along a side of what is measured place by place
PRIOR = 3.0  # deviations of N(0, I) that every map shows, whatever its codes do


def seen_places(points: Tensor, logvar: Tensor | None) -> Tensor:
    """Places like those that the decoder was trained on, (N, 2): the codes, or of a VAE one draw mu + sigma * eps."""
    if logvar is None:
        return points
    eps = torch.randn(points.shape, generator=torch.Generator().manual_seed(0))
    return points + torch.exp(0.5 * logvar) * eps


def frame(seen: Tensor) -> tuple[Tensor, float]:
    """The square that a map shows, (centre (2,), half its side): all seen places and the prior's three sigma."""
    corners = torch.tensor([[-PRIOR, -PRIOR], [PRIOR, PRIOR]])
    everything = torch.cat([seen, corners])
    low, high = everything.min(0).values, everything.max(0).values
    return (low + high) / 2, (high - low).max().item() / 2 * 1.08


def axes(centre: Tensor, half: float, side: int = GRID) -> tuple[Tensor, Tensor]:
    """The middles of `side` columns from the left, and of `side` rows from the top, of a square."""
    steps = half * ((torch.arange(side) + 0.5) / side * 2 - 1)
    return centre[0] + steps, centre[1] - steps


def cells(x: Tensor, y: Tensor) -> Tensor:
    """The middles of all cells, row by row: (columns,) and (rows,) -> (rows * columns, 2)."""
    return torch.stack([x.repeat(len(y)), y.repeat_interleave(len(x))], 1)
