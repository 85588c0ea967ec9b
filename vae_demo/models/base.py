"""What every autoencoder here is: two functions, x -> z and z -> x."""

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn


class Autoencoder(nn.Module, ABC):
    """Abstract: a network with an encoder, a decoder and one flat code between them.

    `x` is (B, C, H, W) float32 in [0, 1]; `z` is (B, D) float32 for every variant.

    Args:
        channels, size: C, and H = W, of the pictures.
        latent_dim: D.
    """

    def __init__(self, channels: int, size: int, latent_dim: int) -> None:
        super().__init__()
        self.channels, self.size, self.latent_dim = channels, size, latent_dim

    @abstractmethod
    def encode(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, D), deterministic."""

    @abstractmethod
    def logits(self, z: Tensor) -> Tensor:
        """(B, D) -> (B, C, H, W), before the sigmoid: the log-odds that a Bernoulli likelihood wants."""

    def decode(self, z: Tensor) -> Tensor:
        """(B, D) -> (B, C, H, W) in [0, 1]."""
        return torch.sigmoid(self.logits(z))

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, C, H, W) in [0, 1]: the reconstruction."""
        return self.decode(self.encode(x))
