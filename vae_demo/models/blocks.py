"""The parts that the convolutional variants share; an encoder part and its inverse stand side by side."""

from itertools import pairwise

import torch
from torch import Tensor, nn


def divided(size: int, by: int) -> int:
    """Side of a map whose cells are `by` pixels wide.

    Raises:
        ValueError: cells do not fill the size, so that another one would be decoded.
    """
    if size % by:
        raise ValueError(f"expected a size that is a multiple of {by}, got {size}")
    return size // by


class Residual(nn.Module):
    """x + f(x) with two 3x3 convolutions (He et al., arXiv 1603.05027)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


class ConvEncoder(nn.Sequential):
    """Picture -> feature map. A stem folds patches of 2x2 into channels, then one halving for each further width.

    Args:
        channels: C of the picture.
        widths: channels of the map at each scale, finest first.
        blocks: residual blocks at each scale.

    Shape: (B, C, H, W) -> (B, widths[-1], S, S) with S = H / 2 ** len(widths).
    """

    def __init__(self, channels: int, widths: tuple[int, ...], blocks: tuple[int, ...]) -> None:
        layers: list[nn.Module] = [
            nn.PixelUnshuffle(2),  # (B, 4 C, H/2, W/2)
            nn.Conv2d(4 * channels, widths[0], 3, padding=1),
        ]
        layers += [Residual(widths[0]) for _ in range(blocks[0])]
        for (fine, coarse), count in zip(pairwise(widths), blocks[1:], strict=True):
            layers += [nn.ReLU(), nn.Conv2d(fine, coarse, 3, stride=2, padding=1)]  # halves H and W
            layers += [Residual(coarse) for _ in range(count)]
        super().__init__(*layers, nn.BatchNorm2d(widths[-1]), nn.ReLU())


class ConvDecoder(nn.Sequential):
    """Feature map -> log-odds of a picture: `ConvEncoder` read backwards, with the same arguments.

    Shape: (B, widths[-1], S, S) -> (B, C, H, W).
    """

    def __init__(self, channels: int, widths: tuple[int, ...], blocks: tuple[int, ...]) -> None:
        layers: list[nn.Module] = [Residual(widths[-1]) for _ in range(blocks[-1])]
        for (coarse, fine), count in zip(pairwise(reversed(widths)), reversed(blocks[:-1]), strict=True):
            layers += [nn.ReLU(), nn.Conv2d(coarse, 4 * fine, 1), nn.PixelShuffle(2)]  # doubles H and W
            layers += [Residual(fine) for _ in range(count)]
        super().__init__(
            *layers,
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
            nn.Conv2d(widths[0], 4 * channels, 3, padding=1),
            nn.PixelShuffle(2),  # (B, C, H, W)
        )


def normal_like(z: Tensor, generator: torch.Generator | None) -> Tensor:
    """eps ~ N(0, I) in the shape of z, drawn where the generator is: from one of the CPU, which is what visitors get,
    a seed is the same picture on every device; training on a GPU does not wait for the CPU's draws.
    """
    drawn_on = "cpu" if generator is None else generator.device
    return torch.randn(z.shape, generator=generator, device=drawn_on).to(z)


def uniform(shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Draws from [0, 1), where the generator is."""
    return torch.rand(shape, generator=generator, device=generator.device)
