"""Faces that no archive has: each picture moved a little and in another light, so that few wearers are not learned
by heart (crops and colour jitter: Krizhevsky et al. 2012, doi 10.1145/3065386)."""

import torch
import torch.nn.functional as F
from torch import Tensor

SHIFT = 2  # pixels of 64, at most; smaller shifts are likelier
LIGHT, TINT = 0.15, 0.05  # how much brighter or darker all channels become, and each by itself


def jitter(x: Tensor, generator: torch.Generator) -> Tensor:
    """(B, C, H, W) in [0, 1] -> the same, each picture shifted and lit by chance; edges are repeated."""
    n, channels, height, width = x.shape
    steps = torch.randint(0, SHIFT + 1, (2, 2, n), generator=generator).sum(0)  # (2, B), 0 to 2 SHIFT
    padded = F.pad(x, (SHIFT, SHIFT, SHIFT, SHIFT), mode="replicate")
    moved = [p[:, i : i + height, j : j + width] for p, i, j in zip(padded, *steps.tolist(), strict=True)]
    common, single = (torch.rand(n, c, 1, 1, generator=generator).to(x) * 2 - 1 for c in (1, channels))
    return (torch.stack(moved) * (1 + LIGHT * common + TINT * single)).clamp(0, 1)
