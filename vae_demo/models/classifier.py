"""The verdict: a classifier of face attributes that judges results and never enters a loss."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vae_demo.models.blocks import ConvEncoder


@dataclass(frozen=True)
class ClassifierConfig:
    """`attributes` are the names of the outputs, in order."""

    channels: int
    size: int
    widths: tuple[int, ...]
    blocks: tuple[int, ...]
    attributes: tuple[str, ...]


class AttributeClassifier(nn.Module):
    """Picture -> log-odds of each attribute."""

    def __init__(self, config: ClassifierConfig) -> None:
        super().__init__()
        self.attributes = config.attributes
        self.encoder = ConvEncoder(config.channels, config.widths, config.blocks)
        self.head = nn.Linear(config.widths[-1], len(config.attributes))

    def features(self, x: Tensor) -> Tensor:
        """(B, C, H, W) in [0, 1] -> (B, widths[-1]): the space in which Fréchet distances are taken."""
        return self.encoder(x - 0.5).mean((2, 3))  # (B, W, h, w) -> (B, W)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) in [0, 1] -> (B, A) log-odds."""
        return self.head(self.features(x))

    def probability(self, x: Tensor, attribute: str) -> Tensor:
        """(B, C, H, W) in [0, 1] -> (B,) probability of one attribute."""
        return torch.sigmoid(self(x)[:, self.attributes.index(attribute)])
