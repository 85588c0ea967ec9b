"""VQ-VAE-2: a coarse level of codes for the whole, a fine level for the details (Razavi et al., arXiv 1906.00446)."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vae_demo.models.base import Autoencoder
from vae_demo.models.blocks import ConvDecoder, ConvEncoder, Residual, divided
from vae_demo.models.vqvae import Codebook


@dataclass(frozen=True)
class VQ2Config:
    """The bottom grid has `size / 2 ** len(widths)` places a side, the top grid half as many."""

    channels: int
    size: int
    widths: tuple[int, ...]
    encoder_blocks: tuple[int, ...]
    decoder_blocks: tuple[int, ...]
    top_width: int
    entries: int
    code_width: int

    @property
    def grid(self) -> int:
        return divided(self.size, 2 ** len(self.widths))

    @property
    def latent_dim(self) -> int:
        return self.code_width * (self.grid**2 + divided(self.grid, 2) ** 2)


class VQVAE2(Autoencoder):
    """Two levels of codes. The bottom codes are read with the quantised top in view, so they add what it lacks.

    `z` is the top level before quantisation, flattened, then the bottom level's.
    """

    def __init__(self, config: VQ2Config) -> None:
        super().__init__(config.channels, config.size, config.latent_dim)
        width, code, grid = config.widths[-1], config.code_width, config.grid
        self.top_shape, self.bottom_shape = (code, grid // 2, grid // 2), (code, grid, grid)
        self.encoder_bottom = ConvEncoder(config.channels, config.widths, config.encoder_blocks)
        self.encoder_top = nn.Sequential(
            nn.Conv2d(width, config.top_width, 3, stride=2, padding=1),  # halves h and w
            Residual(config.top_width),
            nn.Conv2d(config.top_width, code, 1),
        )
        self.codebook_top = Codebook(config.entries, code)
        self.codebook_bottom = Codebook(config.entries, code)
        self.decoder_top = nn.Sequential(
            nn.Conv2d(code, config.top_width, 1),
            Residual(config.top_width),
            nn.Conv2d(config.top_width, 4 * width, 1),
            nn.PixelShuffle(2),  # doubles h and w
        )
        self.to_bottom = nn.Conv2d(2 * width, code, 1)
        self.from_codes = nn.Conv2d(width + code, width, 1)
        self.decoder = ConvDecoder(config.channels, config.widths, config.decoder_blocks)

    def levels(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(B, C, H, W) -> top (B, E, h/2, w/2) and bottom (B, E, h, w), both before quantisation."""
        fine = self.encoder_bottom(x)  # (B, C, H, W) -> (B, width, h, w)
        top = self.encoder_top(fine)  # (B, E, h/2, w/2)
        seen = self.decoder_top(self.codebook_top.quantise(top))  # (B, width, h, w)
        return top, self.to_bottom(torch.cat([fine, seen], 1))  # (B, 2 width, h, w) -> (B, E, h, w)

    def join(self, top: Tensor, bottom: Tensor) -> Tensor:
        """Both levels, (B, E, h/2, w/2) and (B, E, h, w), -> z (B, D)."""
        return torch.cat([top.flatten(1), bottom.flatten(1)], 1)

    def split(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """z (B, D) -> both levels: the inverse of `join`."""
        cut = self.top_shape[0] * self.top_shape[1] * self.top_shape[2]
        return z[:, :cut].unflatten(1, self.top_shape), z[:, cut:].unflatten(1, self.bottom_shape)

    def encode(self, x: Tensor) -> Tensor:
        return self.join(*self.levels(x))

    def logits(self, z: Tensor) -> Tensor:
        top, bottom = self.split(z)
        return self.logits_of_levels(self.codebook_top.quantise(top), self.codebook_bottom.quantise(bottom))

    def logits_of_levels(self, top_q: Tensor, bottom_q: Tensor) -> Tensor:
        """Quantised levels (B, E, h/2, w/2) and (B, E, h, w) -> (B, C, H, W)."""
        h = torch.cat([self.decoder_top(top_q), bottom_q], 1)  # (B, width + E, h, w)
        return self.decoder(self.from_codes(h))

    def codes(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(B, C, H, W) -> top (B, h/2, w/2) and bottom (B, h, w), int64."""
        top, bottom = self.levels(x)
        return self.codebook_top.codes(top), self.codebook_bottom.codes(bottom)

    def z_of_codes(self, top: Tensor, bottom: Tensor) -> Tensor:
        """Top (B, h/2, w/2) and bottom (B, h, w) codes -> the z (B, D) that `decode` quantises to just these."""
        return self.join(self.codebook_top.look_up(top), self.codebook_bottom.look_up(bottom))
