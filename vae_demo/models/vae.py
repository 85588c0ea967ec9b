"""Variational autoencoders: the encoder gives a distribution over z (Kingma & Welling, arXiv 1312.6114)."""

from abc import abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vae_demo.models.base import Autoencoder
from vae_demo.models.blocks import ConvDecoder, ConvEncoder
from vae_demo.models.conv import ConvConfig
from vae_demo.models.dense import DenseConfig, mlp


@dataclass(frozen=True)
class Posterior:
    """q(z | x) = N(mu, diag(sigma²)); `mu` and `logvar` = log sigma² are (B, D)."""

    mu: Tensor
    logvar: Tensor

    @property
    def sigma(self) -> Tensor:
        return torch.exp(0.5 * self.logvar)

    def sample(self, eps: Tensor) -> Tensor:
        """z = mu + sigma * eps, the reparameterisation trick: mu and logvar get a gradient, eps does not."""
        return self.mu + self.sigma * eps

    def kl(self) -> Tensor:
        """KL(q(z | x) || N(0, I)) of each dimension in nats, (B, D): appendix B of arXiv 1312.6114."""
        mu, logvar = self.mu.float(), self.logvar.float()  # under autocast they have but the 8 bits of bfloat16
        return 0.5 * (mu.square() + logvar.exp() - 1 - logvar)


class VAE(Autoencoder):
    """Abstract: an autoencoder whose encoder is a `Posterior`. A beta-VAE differs by one weight in its objective."""

    @abstractmethod
    def posterior(self, x: Tensor) -> Posterior:
        """(B, C, H, W) -> q(z | x)."""

    def encode(self, x: Tensor) -> Tensor:
        return self.posterior(x).mu


class DenseVAE(VAE):
    """Fully connected VAE: 784-512-256-20 on digits."""

    def __init__(self, config: DenseConfig) -> None:
        super().__init__(config.channels, config.size, config.latent_dim)
        self.encoder = nn.Sequential(mlp(config.pixels, *config.hidden), nn.ReLU())
        self.to_mu = nn.Linear(config.hidden[-1], config.latent_dim)
        self.to_logvar = nn.Linear(config.hidden[-1], config.latent_dim)
        self.decoder = mlp(config.latent_dim, *reversed(config.hidden), config.pixels)

    def posterior(self, x: Tensor) -> Posterior:
        h = self.encoder(x.flatten(1))  # (B, C, H, W) -> (B, hidden)
        return Posterior(self.to_mu(h), self.to_logvar(h))

    def logits(self, z: Tensor) -> Tensor:
        return self.decoder(z).view(-1, self.channels, self.size, self.size)  # (B, D) -> (B, C, H, W)


class ConvVAE(VAE):
    """Convolutional VAE on the trunk of `ConvAE`."""

    def __init__(self, config: ConvConfig) -> None:
        super().__init__(config.channels, config.size, config.latent_dim)
        c, h, w = config.map_shape
        self.encoder = ConvEncoder(config.channels, config.widths, config.encoder_blocks)
        self.to_mu = nn.Linear(c * h * w, config.latent_dim)
        self.to_logvar = nn.Linear(c * h * w, config.latent_dim)
        self.from_z = nn.Linear(config.latent_dim, c * h * w)
        self.unflatten = nn.Unflatten(1, (c, h, w))
        self.decoder = ConvDecoder(config.channels, config.widths, config.decoder_blocks)

    def posterior(self, x: Tensor) -> Posterior:
        h = self.encoder(x).flatten(1)  # (B, C, H, W) -> (B, c h w)
        return Posterior(self.to_mu(h), self.to_logvar(h))

    def logits(self, z: Tensor) -> Tensor:
        return self.decoder(self.unflatten(self.from_z(z)))  # (B, D) -> (B, c, h, w) -> (B, C, H, W)
