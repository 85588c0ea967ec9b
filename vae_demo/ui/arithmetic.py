"""The tab Latent arithmetic: man with glasses - man + woman, and sliders for what a face or a digit has."""

from collections.abc import Mapping

import torch
from torch import Tensor

from vae_demo.checkpoints import Checkpoint
from vae_demo.models.classifier import AttributeClassifier


def able(ae: Checkpoint) -> bool:
    """Whether it has directions and group means to calculate with."""
    return bool(ae.directions) and bool(ae.groups)


def best(checkpoints: Mapping[str, Checkpoint]) -> str | None:
    """The name of the one whose card says that it gets the equation right most often; the first where none says."""
    able_ones = {name: ae for name, ae in checkpoints.items() if able(ae)}

    def right(name: str) -> float:
        return able_ones[name].card.get("metrics", {}).get("equation_right_attributes_x1", 0.0)

    return max(able_ones, key=right, default=None)


def move(ae: Checkpoint, z: Tensor, amounts: Mapping[str, float], naive: bool = False) -> Tensor:
    """z (B, D) plus each amount times its direction, balanced or naive, (B, D).

    Raises:
        ValueError: a direction that the checkpoint does not have.
    """
    directions = ae.naive_directions if naive else ae.directions
    unknown = set(amounts) - set(directions)
    if unknown:
        raise ValueError(f"expected directions among {', '.join(directions)}, got {', '.join(sorted(unknown))}")
    return z + sum((amount * directions[name] for name, amount in amounts.items()), torch.zeros_like(z))


def moved(ae: Checkpoint, a: Tensor, b: Tensor) -> dict[str, float]:
    """The attributes that a (1, D) has and b lacks (above 0), or the other way round, most first."""
    amounts = {name: amount.item() for name, amount in ae.differences(a, b).items() if amount.item() != 0}
    return dict(sorted(amounts.items(), key=lambda pair: -abs(pair[1])))


def film(ae: Checkpoint, a: Tensor, b: Tensor, c: Tensor, strength: float, mode: str, steps: int) -> Tensor:
    """The result while the strength grows from 0 to `strength`: a, b, c (1, D) -> (steps, C, H, W)."""
    full = ae.arithmetic(a, b, c, strength, mode)
    t = torch.linspace(0, 1, steps, device=full.device)[:, None]
    return ae.decode(c + t * (full - c))  # the arithmetic is linear in the strength


def probed(ae: Checkpoint, z: Tensor) -> dict[str, float]:
    """What the linear probes of the autoencoder say of one code (1, D): name -> probability."""
    return {name: torch.sigmoid(score).item() for name, score in ae.scores(z).items()}


@torch.no_grad()
def judged(verdict: AttributeClassifier, x: Tensor) -> dict[str, float]:
    """What the independent classifier says of one picture (1, C, H, W): name -> probability."""
    device = next(verdict.parameters()).device
    return dict(zip(verdict.attributes, torch.sigmoid(verdict(x.to(device)))[0].tolist(), strict=True))
