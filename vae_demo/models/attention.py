"""Attention autoencoder: a few learned queries read the picture, and every output patch reads them back.

The cross-attention to learned queries follows Perceiver IO (Jaegle et al., arXiv 2107.14795).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vae_demo.models.base import Autoencoder
from vae_demo.models.blocks import divided


@dataclass(frozen=True)
class AttentionConfig:
    """`slots` queries of `slot_width` numbers each are the code; tokens are patches of `patch` pixels a side."""

    channels: int
    size: int
    patch: int
    width: int
    heads: int
    depth: int
    slots: int
    slot_width: int


class CrossAttention(nn.Module):
    """Queries read tokens, then an MLP; both residual, both after a layer norm."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm_queries, self.norm_tokens, self.norm_mlp = (nn.LayerNorm(width) for _ in range(3))
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width))

    def forward(self, queries: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """(B, Q, W) and (B, T, W) -> (B, Q, W), and the weights (B, Q, T), averaged over heads; rows sum to 1."""
        tokens = self.norm_tokens(tokens)
        read, weights = self.attention(self.norm_queries(queries), tokens, tokens)
        queries = queries + read
        return queries + self.mlp(self.norm_mlp(queries)), weights


class AttentionAE(Autoencoder):
    """Patches -> self-attention -> slots read them -> z -> output places read the slots -> patches."""

    def __init__(self, config: AttentionConfig) -> None:
        super().__init__(config.channels, config.size, config.slots * config.slot_width)
        grid, width = divided(config.size, config.patch), config.width
        self.slots, self.slot_width, self.grid = config.slots, config.slot_width, grid
        self.patchify = nn.Conv2d(config.channels, width, config.patch, stride=config.patch)
        self.place_in = nn.Parameter(0.02 * torch.randn(1, grid**2, width))
        self.encoder = self._self_attention(config)
        self.queries = nn.Parameter(0.5 * torch.randn(1, config.slots, width))
        self.read = CrossAttention(width, config.heads)
        self.to_z = nn.Linear(width, config.slot_width)
        self.from_z = nn.Linear(config.slot_width, width)
        self.slot_name = nn.Parameter(0.5 * torch.randn(1, config.slots, width))
        self.place_out = nn.Parameter(0.5 * torch.randn(1, grid**2, width))
        self.write = CrossAttention(width, config.heads)
        self.decoder = self._self_attention(config)
        self.to_patch = nn.Sequential(
            nn.Conv2d(width, config.channels * config.patch**2, 1), nn.PixelShuffle(config.patch)
        )

    @staticmethod
    def _self_attention(config: AttentionConfig) -> nn.TransformerEncoder:
        layer = nn.TransformerEncoderLayer(
            config.width, config.heads, 2 * config.width, dropout=0.0, batch_first=True, norm_first=True
        )
        return nn.TransformerEncoder(layer, config.depth, nn.LayerNorm(config.width), enable_nested_tensor=False)

    def _read(self, x: Tensor) -> tuple[Tensor, Tensor]:
        tokens = self.patchify(x).flatten(2).mT + self.place_in  # (B, C, H, W) -> (B, T, W)
        return self.read(self.queries.expand(len(x), -1, -1), self.encoder(tokens))

    def _write(self, z: Tensor) -> tuple[Tensor, Tensor]:
        slots = self.from_z(z.unflatten(1, (self.slots, self.slot_width))) + self.slot_name  # (B, D) -> (B, S, W)
        return self.write(self.place_out.expand(len(z), -1, -1), slots)

    def encode(self, x: Tensor) -> Tensor:
        slots, _ = self._read(x)
        return self.to_z(slots).flatten(1)  # (B, S, slot_width) -> (B, D)

    def logits(self, z: Tensor) -> Tensor:
        places, _ = self._write(z)
        features = self.decoder(places).mT.unflatten(2, (self.grid, self.grid))  # (B, T, W) -> (B, W, g, g)
        return self.to_patch(features)  # (B, C, H, W)

    def attention_maps(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Who read what: reads (B, S, g, g), slots over input places; writes (B, S, g, g), output places over slots.

        Each slot of `reads` sums to 1 over the input places; each place of `writes` sums to 1 over the slots.
        """
        slots, reads = self._read(x)
        _, writes = self._write(self.to_z(slots).flatten(1))
        grid = (self.grid, self.grid)
        return reads.unflatten(2, grid), writes.mT.unflatten(2, grid)  # (B, S, T) -> (B, S, g, g)
