"""Fully connected autoencoders: the plain bottleneck, and the overcomplete one whose units are a dictionary."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn

from vae_demo.models.base import Autoencoder, Sparse


@dataclass(frozen=True)
class DenseConfig:
    """`hidden` are the widths between picture and code, from the picture inwards."""

    channels: int
    size: int
    hidden: tuple[int, ...]
    latent_dim: int

    @property
    def pixels(self) -> int:
        return self.channels * self.size**2


def mlp(*widths: int) -> nn.Sequential:
    """Linear layers with ReLU between them (none after the last): mlp(784, 512, 20) is 784-512-20."""
    layers: list[nn.Module] = []
    for a, b in pairwise(widths):
        layers += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class DenseAE(Autoencoder):
    """The plain autoencoder: z = f(x), x_hat = g(z) (Hinton & Salakhutdinov 2006, doi 10.1126/science.1127647)."""

    def __init__(self, config: DenseConfig) -> None:
        super().__init__(config.channels, config.size, config.latent_dim)
        self.encoder = mlp(config.pixels, *config.hidden, config.latent_dim)
        self.decoder = mlp(config.latent_dim, *reversed(config.hidden), config.pixels)

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x.flatten(1))  # (B, C, H, W) -> (B, D)

    def logits(self, z: Tensor) -> Tensor:
        return self.decoder(z).view(-1, self.channels, self.size, self.size)  # (B, D) -> (B, C, H, W)


@dataclass(frozen=True)
class SparseConfig:
    """`latent_dim` exceeds the pixels: overcomplete. Sigmoid units for KL(rho || rho_hat), ReLU units for L1."""

    channels: int
    size: int
    latent_dim: int
    activation: Literal["relu", "sigmoid"] = "relu"


class SparseAE(Sparse):
    """One layer of many units, few of them on: z = act(W x + b), x_hat = D z + c (Ng 2011, CS294A notes).

    The columns of D are the dictionary: a picture is a sum of a few atoms.
    """

    def __init__(self, config: SparseConfig) -> None:
        super().__init__(config.channels, config.size, config.latent_dim)
        pixels = config.channels * config.size**2
        self.encoder = nn.Linear(pixels, config.latent_dim)
        self.decoder = nn.Linear(config.latent_dim, pixels)
        self.activation = torch.relu if config.activation == "relu" else torch.sigmoid

    def encode(self, x: Tensor) -> Tensor:
        return self.activation(self.encoder(x.flatten(1)))  # (B, C, H, W) -> (B, D), never negative

    def linear(self, z: Tensor) -> Tensor:
        return self.decoder(z).view(-1, self.channels, self.size, self.size)  # (B, D) -> (B, C, H, W)

    def atoms(self) -> Tensor:
        """(D, C, H, W): what each unit adds to a picture."""
        return self.decoder.weight.T.reshape(-1, self.channels, self.size, self.size)  # (CHW, D) -> (D, C, H, W)
