"""Faces that no archive has: each picture moved a little and in another light, so that few wearers are not learned
by heart (crops and colour jitter: Krizhevsky et al. 2012, doi 10.1145/3065386)."""

import torch
import torch.nn.functional as F
from torch import Tensor

from vae_demo.models.blocks import uniform

SHIFT = 2  # pixels of 64, at most; smaller shifts are likelier
LIGHT, TINT = 0.15, 0.05  # how much brighter or darker all channels become, and each by itself


def jitter(x: Tensor, generator: torch.Generator) -> Tensor:
    """(B, C, H, W) in [0, 1] -> the same, each picture shifted and lit by chance; edges are repeated."""
    n, channels, height, width = x.shape
    steps = torch.randint(0, SHIFT + 1, (2, 2, n), generator=generator, device=generator.device).sum(0).to(x.device)
    padded = F.pad(x, (SHIFT, SHIFT, SHIFT, SHIFT), mode="replicate")
    rows, columns = (  # (B, H) and (B, W): where each row and column of a picture comes from
        start[:, None] + torch.arange(side, device=x.device) for start, side in zip(steps, (height, width), strict=True)
    )
    picture, channel = torch.arange(n, device=x.device), torch.arange(channels, device=x.device)
    moved = padded[
        picture[:, None, None, None], channel[:, None, None], rows[:, None, :, None], columns[:, None, None, :]
    ]  # (B, C, H, W)
    common, single = (uniform((n, c, 1, 1), generator).to(x) * 2 - 1 for c in (1, channels))
    return (moved * (1 + LIGHT * common + TINT * single)).clamp(0, 1)
