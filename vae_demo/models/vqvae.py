"""VQ-VAE: a code of discrete symbols, each an entry of a codebook (van den Oord et al., arXiv 1711.00937)."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vae_demo.models.base import Autoencoder
from vae_demo.models.blocks import ConvDecoder, ConvEncoder, divided


class Codebook(nn.Module):
    """K vectors of width E. `embedding` is a buffer: it is moved by averages of the codes, not by a gradient."""

    embedding: Tensor

    def __init__(self, entries: int, width: int) -> None:
        super().__init__()
        self.register_buffer("embedding", torch.randn(entries, width))  # (K, E)

    def codes(self, z_e: Tensor) -> Tensor:
        """Index of the nearest entry: (B, E, h, w) -> (B, h, w) int64."""
        flat = z_e.float().movedim(1, -1)  # (B, E, h, w) -> (B, h, w, E)
        squares = self.embedding.square().sum(1)
        with torch.autocast(z_e.device.type, enabled=False):  # in bfloat16 another entry would often be the nearest
            distance = torch.addmm(squares, flat.flatten(0, 2), self.embedding.T, alpha=-2)  # (B h w, K), no |z_e|²
        if distance.device.type == "cpu":  # NumPy is eight times as fast; torch.jit.trace would freeze the codes
            nearest = torch.from_numpy(distance.detach().numpy().argmin(1))
        else:
            nearest = distance.argmin(1)
        return nearest.unflatten(0, flat.shape[:3])  # (B h w,) -> (B, h, w)

    def look_up(self, codes: Tensor) -> Tensor:
        """(B, h, w) int64 -> (B, E, h, w)."""
        return F.embedding(codes, self.embedding).movedim(-1, 1)  # (B, h, w, E) -> (B, E, h, w)

    def quantise(self, z_e: Tensor) -> Tensor:
        """The nearest entry at each place; the gradient passes straight through: (B, E, h, w) -> the same."""
        return self.look_up(self.codes(z_e)) + (z_e - z_e.detach())  # adds 0: exactly the entry, however large z_e is


@dataclass(frozen=True)
class VQConfig:
    """A grid of `size / 2 ** len(widths)` places a side, each one of `entries` vectors of width `code_width`."""

    channels: int
    size: int
    widths: tuple[int, ...]
    encoder_blocks: tuple[int, ...]
    decoder_blocks: tuple[int, ...]
    entries: int
    code_width: int

    @property
    def grid(self) -> int:
        return divided(self.size, 2 ** len(self.widths))


class VQVAE(Autoencoder):
    """One level of codes. `z` is what comes before quantisation, flattened; quantisation is part of `decode`."""

    def __init__(self, config: VQConfig) -> None:
        super().__init__(config.channels, config.size, config.code_width * config.grid**2)
        self.encoder = nn.Sequential(
            ConvEncoder(config.channels, config.widths, config.encoder_blocks),
            nn.Conv2d(config.widths[-1], config.code_width, 1),
        )
        self.code_shape = (config.code_width, config.grid, config.grid)
        self.unflatten = nn.Unflatten(1, self.code_shape)
        self.codebook = Codebook(config.entries, config.code_width)
        self.decoder = nn.Sequential(
            nn.Conv2d(config.code_width, config.widths[-1], 1),
            ConvDecoder(config.channels, config.widths, config.decoder_blocks),
        )

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x).flatten(1)  # (B, C, H, W) -> (B, E, h, w) -> (B, D)

    def logits(self, z: Tensor) -> Tensor:
        z_q = self.codebook.quantise(self.unflatten(z))  # (B, D) -> (B, E, h, w)
        return self.decoder(z_q)  # (B, E, h, w) -> (B, C, H, W)

    def codes(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, h, w) int64."""
        return self.codebook.codes(self.encoder(x))

    def z_of_codes(self, codes: Tensor) -> Tensor:
        """(B, h, w) int64 -> (B, D): the z that `decode` quantises to just these codes."""
        return self.codebook.look_up(codes).flatten(1)
