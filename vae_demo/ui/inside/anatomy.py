"""What counts as a layer of a network, for the sections that look at one after the other."""

from collections.abc import Iterator

from torch import nn

from vae_demo.models.attention import CrossAttention
from vae_demo.models.blocks import Residual

# What counts as a layer, and what only finishes the one before it.
LAYERS = (
    nn.Linear, nn.Conv2d, nn.ConvTranspose2d, nn.PixelUnshuffle, nn.PixelShuffle, nn.TransformerEncoderLayer, Residual,
    CrossAttention,
)  # fmt: skip
FINISHERS = (nn.ReLU, nn.BatchNorm2d, nn.LayerNorm)


def parts(network: nn.Module, path: str = "") -> Iterator[tuple[str, nn.Module]]:
    """Layers and finishers with their paths."""
    for name, child in network.named_children():
        if isinstance(child, LAYERS + FINISHERS):
            yield path + name, child
        else:
            yield from parts(child, f"{path}{name}.")
