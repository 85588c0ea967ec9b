"""Convolutional autoencoders (Masci et al. 2011, doi 10.1007/978-3-642-21735-7_7)."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vae_demo.models.base import Autoencoder, Sparse
from vae_demo.models.blocks import ConvDecoder, ConvEncoder, divided


@dataclass(frozen=True)
class ConvConfig:
    """`widths` are the channels at each scale, finest first, `blocks` the residual blocks there."""

    channels: int
    size: int
    widths: tuple[int, ...]
    encoder_blocks: tuple[int, ...]
    decoder_blocks: tuple[int, ...]
    latent_dim: int

    @property
    def map_shape(self) -> tuple[int, int, int]:
        """(C, S, S) of the coarsest feature map."""
        side = divided(self.size, 2 ** len(self.widths))
        return self.widths[-1], side, side


class ConvAE(Autoencoder):
    """Plain convolutional autoencoder. A denoising autoencoder is this network under another objective."""

    def __init__(self, config: ConvConfig) -> None:
        super().__init__(config.channels, config.size, config.latent_dim)
        c, h, w = config.map_shape
        self.encoder = ConvEncoder(config.channels, config.widths, config.encoder_blocks)
        self.to_z = nn.Linear(c * h * w, config.latent_dim)
        self.from_z = nn.Linear(config.latent_dim, c * h * w)
        self.unflatten = nn.Unflatten(1, (c, h, w))
        self.decoder = ConvDecoder(config.channels, config.widths, config.decoder_blocks)

    def encode(self, x: Tensor) -> Tensor:
        return self.to_z(self.encoder(x).flatten(1))  # (B, C, H, W) -> (B, c, h, w) -> (B, D)

    def logits(self, z: Tensor) -> Tensor:
        return self.decoder(self.unflatten(self.from_z(z)))  # (B, D) -> (B, c, h, w) -> (B, C, H, W)


class OrderedAE(ConvAE):
    """One autoencoder for every length of code: the first k numbers of a code are one too, and each further one adds.

    It is trained with codes that are cut off anywhere (nested dropout: Rippel et al., arXiv 1402.0915).
    """

    @staticmethod
    def first(z: Tensor, k: int | Tensor) -> Tensor:
        """(B, D) with all but the first k numbers 0; k is one for all codes, or (B,)."""
        place = torch.arange(z.shape[1], device=z.device)  # (D,)
        return torch.where(place < torch.as_tensor(k, device=z.device).view(-1, 1), z, 0.0)


@dataclass(frozen=True)
class SparseConvConfig:
    """`code_width` channels of code at each place of a grid whose cells are `patch` pixels wide."""

    channels: int
    size: int
    patch: int
    widths: tuple[int, ...]
    encoder_blocks: tuple[int, ...]
    code_width: int

    @property
    def latent_dim(self) -> int:
        return self.code_width * divided(self.size, self.patch) ** 2


class SparseConvAE(Sparse):
    """Convolutional sparse coding: an overcomplete grid of ReLU units and one linear layer of overlapping atoms.

    As in `SparseAE` a picture is a sum of few atoms, but every atom can stand anywhere, so that a picture of
    many pixels needs no larger dictionary (Zeiler et al. 2010, doi 10.1109/CVPR.2010.5539957).
    """

    def __init__(self, config: SparseConvConfig) -> None:
        super().__init__(config.channels, config.size, config.latent_dim)
        side = config.size // config.patch
        self.encoder = ConvEncoder(config.channels, config.widths, config.encoder_blocks)
        self.to_z = nn.Conv2d(config.widths[-1], config.code_width, 1)
        self.relu = nn.ReLU()
        self.unflatten = nn.Unflatten(1, (config.code_width, side, side))
        self.decoder = nn.ConvTranspose2d(
            config.code_width, config.channels, 3 * config.patch, stride=config.patch, padding=config.patch
        )

    def encode(self, x: Tensor) -> Tensor:
        return self.relu(self.to_z(self.encoder(x))).flatten(1)  # (B, C, H, W) -> (B, D), never negative

    def linear(self, z: Tensor) -> Tensor:
        return self.decoder(self.unflatten(z))  # (B, D) -> (B, code_width, h, w) -> (B, C, H, W)

    def atoms(self) -> Tensor:
        """(code_width, C, 3 patch, 3 patch): what each kind of unit adds to the picture around its place."""
        return self.decoder.weight
