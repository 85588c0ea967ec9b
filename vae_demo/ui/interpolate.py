"""The tab Interpolate: from A to B through the codes, beside a cross-fade of pixels."""

from collections.abc import Sequence

import torch
from torch import Tensor

from vae_demo import ops
from vae_demo.checkpoints import Checkpoint

PATHS = ("linear", "spherical")
CURVES = {"celeba": ("Eyeglasses", "Smiling", "Male", "Young"), "mnist": ("Thick", "Slanted", "Wide")}


def stops(points: Tensor, steps: int, path: str, loop: bool = False) -> Tensor:
    """Through all points in turn, `steps` from each to the next, both counted: (P, D) -> (T, D).

    With `loop` the last leads back to the first, and T = P (steps - 1); else T = (P - 1)(steps - 1) + 1.
    """
    order = [*range(len(points)), 0] if loop else list(range(len(points)))
    legs = [ops.interpolate(points[i], points[j], steps, path)[:-1] for i, j in zip(order, order[1:], strict=False)]
    return torch.cat(legs if loop else [*legs, points[order[-1]][None]])


def walk(ae: Checkpoint, x: Tensor, steps: int, path: str, loop: bool = False) -> tuple[Tensor, Tensor]:
    """Pictures (P, C, H, W) -> codes (T, D) of the way through them, and its pictures (T, C, H, W)."""
    z = stops(ae.encode(x), steps, path, loop)
    return z, ae.decode(z)


def cross_fade(x: Tensor, steps: int, loop: bool = False) -> Tensor:
    """The same way through the pixels themselves: (P, C, H, W) -> (T, C, H, W)."""
    return stops(x.flatten(1), steps, "linear", loop).unflatten(1, x.shape[1:]).clamp(0, 1)


def curves(ae: Checkpoint, z: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    """What the linear probes say along the way: (T, D) -> for each name they know, (T,) probabilities."""
    scores = ae.scores(z)
    return {name: torch.sigmoid(scores[name]) for name in names if name in scores}
