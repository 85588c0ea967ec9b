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


class Sparse(Autoencoder):
    """Abstract: a picture is a sum of few atoms.

    No sigmoid comes after the sum: to reach white through one, many atoms would have to be large, and the code would
    not be sparse.
    """

    @abstractmethod
    def linear(self, z: Tensor) -> Tensor:
        """(B, D) -> (B, C, H, W), the sum of atoms, before it is clamped to a picture."""

    @abstractmethod
    def atoms(self) -> Tensor:
        """(N, C, h, w): what each unit, or each kind of unit, adds to a picture."""

    def decode(self, z: Tensor) -> Tensor:
        return self.linear(z).clamp(0, 1)

    def logits(self, z: Tensor) -> Tensor:
        return torch.logit(self.decode(z), eps=1e-6)
