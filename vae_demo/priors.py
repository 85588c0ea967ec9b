"""Where to draw z from: N(0, I), a Gaussian or a mixture fitted to the codes, or a learned prior over codes."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vae_demo.models.blocks import divided


def normal(n: int, dim: int, generator: torch.Generator, temperature: float = 1.0) -> Tensor:
    """z ~ N(0, temperature² I), (n, dim): the prior that a VAE is trained towards."""
    return temperature * torch.randn(n, dim, generator=generator, dtype=torch.float32, device="cpu")


@dataclass(frozen=True)
class Gaussian:
    """N(mean, covariance) fitted to the codes of the training set; `std` stands in where D² would be too much.

    Attributes:
        mean, std: (D,), of mu for a VAE.
        covariance: (D, D) or None, of the same.
        variance: (D,), the mean of sigma² of a VAE's posteriors, None where codes are points. A VAE's decoder learned
            from z = mu + sigma * eps, so draws have the covariance of that, the aggregate posterior's.
    """

    mean: Tensor
    std: Tensor
    covariance: Tensor | None
    variance: Tensor | None = None

    def draw(self, n: int, generator: torch.Generator, temperature: float = 1.0) -> Tensor:
        """(n, D)."""
        eps = normal(n, len(self.mean), generator, temperature)
        within = torch.zeros_like(self.mean) if self.variance is None else self.variance
        if self.covariance is None:
            return self.mean + (self.std.square() + within).sqrt() * eps
        return self.mean + eps @ cholesky(self.covariance + within.diag()).T

    def distance(self, z: Tensor) -> Tensor:
        """Mahalanobis distance of codes from the mean: (B, D) -> (B,)."""
        if self.covariance is None:
            floor = 1e-2 * self.std.square().mean().sqrt()  # as below
            return ((z - self.mean) / self.std.clamp(min=floor)).norm(dim=1)
        return torch.linalg.solve_triangular(cholesky(self.covariance), (z - self.mean).T, upper=False).norm(dim=0)


def cholesky(covariance: Tensor) -> Tensor:
    """The Cholesky factor of a covariance (D, D), of which a dimension may be dead."""
    return torch.linalg.cholesky(raised(covariance))


def raised(covariance: Tensor) -> Tensor:
    """A covariance (D, D) with a little added to its diagonal, by which a dead dimension is no zero."""
    return covariance + (1e-4 * covariance.diagonal().mean()).expand(len(covariance)).diag()


@dataclass(frozen=True)
class Mixture:
    """A mixture of Gaussians: z = centre_k + root_k eps, with k drawn by weight.

    Attributes:
        weight: (K,), sums to 1.
        centre: (K, D).
        root: (K, D (D + 1) / 2), the Cholesky factors of the covariances: lower triangles, row by row.
    """

    weight: Tensor
    centre: Tensor
    root: Tensor

    @property
    def roots(self) -> Tensor:
        """The same factors as matrices, (K, D, D)."""
        k, d = self.centre.shape
        row, column = torch.tril_indices(d, d, device=self.root.device)
        full = self.root.new_zeros(k, d, d)
        full[:, row, column] = self.root
        return full

    def draw(self, n: int, generator: torch.Generator, temperature: float = 1.0) -> Tensor:
        """(n, D)."""
        k = torch.multinomial(self.weight, n, replacement=True, generator=generator)
        eps = normal(n, self.centre.shape[1], generator, temperature)
        z, roots = self.centre[k], self.roots
        for i in k.unique():
            z[k == i] += eps[k == i] @ roots[i].T
        return z


@dataclass(frozen=True)
class CodePriorConfig:
    """`grids` are the sides of the code grids, coarsest first: (7,) for one level, (8, 16) for two."""

    entries: int
    grids: tuple[int, ...]
    width: int
    depth: int
    heads: int

    @property
    def tokens(self) -> int:
        return sum(side**2 for side in self.grids)


Cache = list[tuple[Tensor, Tensor]]


class CausalBlock(nn.Module):
    """Self-attention to what came before, then an MLP; both residual, both after a layer norm."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        divided(width, heads)
        self.heads = heads
        self.norm_attention, self.norm_mlp = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, h: Tensor, past: tuple[Tensor, Tensor] | None) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """(B, T, W) and the keys and values so far -> (B, T, W) and both with these T added."""
        qkv = self.qkv(self.norm_attention(h)).unflatten(2, (3, self.heads, -1))  # (B, T, W) -> (B, T, 3, heads, w)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # (B, heads, T, w) each
        if past is not None:
            k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
        read = F.scaled_dot_product_attention(q, k, v, is_causal=past is None)
        h = h + self.out(read.transpose(1, 2).flatten(2))  # (B, heads, T, w) -> (B, T, W)
        return h + self.mlp(self.norm_mlp(h)), (k, v)


class CodePrior(nn.Module):
    """p(codes) = product of p(code_t | codes before it), row by row, coarse level first (arXiv 1711.00937, 1906.00446).

    A small transformer in the place of the papers' PixelCNN: one sequence serves any number of levels.
    """

    level: Tensor

    def __init__(self, config: CodePriorConfig) -> None:
        super().__init__()
        self.config = config
        # Each level has a codebook of its own, so its entries have rows of their own; the last row is the start.
        self.embed = nn.Embedding(len(config.grids) * config.entries + 1, config.width)
        self.place = nn.Parameter(0.02 * torch.randn(config.tokens, config.width))
        self.blocks = nn.ModuleList(CausalBlock(config.width, config.heads) for _ in range(config.depth))
        self.norm = nn.LayerNorm(config.width)
        self.levels = nn.ModuleList(nn.Linear(config.width, config.entries) for _ in config.grids)
        level = [i for i, side in enumerate(config.grids) for _ in range(side**2)]
        self.register_buffer("level", torch.tensor(level), persistent=False)

    def step(self, tokens: Tensor, first: int, cache: Cache | None) -> tuple[Tensor, Cache]:
        """Log-odds of the codes at places first..first+T; `tokens` are the rows of `embed` that stand before each.

        (B, T) int64 -> (B, T, K), and the keys and values of all blocks so far. With a cache T is 1: of several, each
        would read those after it.
        """
        assert not cache or tokens.shape[1] == 1, "with a cache: one code at a time"
        places = slice(first, first + tokens.shape[1])
        h, kept = self.embed(tokens) + self.place[places], []
        for i, block in enumerate(self.blocks):
            h, pair = block(h, cache[i] if cache else None)
            kept.append(pair)
        h = self.norm(h)
        level = self.level[places]
        parts = [head(h[:, level == i]) for i, head in enumerate(self.levels)]  # (B, T of this level, K) each
        return torch.cat(parts, 1), kept

    def forward(self, codes: Tensor) -> Tensor:
        """Log-odds of every code given those before it: (B, T) int64 -> (B, T, K)."""
        rows = codes + self.level * self.config.entries
        start = codes.new_full((len(codes), 1), self.embed.num_embeddings - 1)
        return self.step(torch.cat([start, rows[:, :-1]], 1), 0, None)[0]

    @torch.no_grad()
    def draw(
        self, n: int, generator: torch.Generator, temperature: float = 1.0, top_k: int | None = None
    ) -> tuple[Tensor, ...]:
        """n draws, code by code -> one grid (n, side, side) int64 a level. Temperature 0 takes the likeliest code.

        `top_k` leaves only that many of the likeliest codes to choose from at each place. Of codes that are equally
        likely the same ones are left each time.
        """
        if temperature == 0:
            top_k = 1
        device = self.place.device
        tokens, cache = torch.full((n, 1), self.embed.num_embeddings - 1, device=device), None
        drawn = []
        for t in range(self.config.tokens):
            logits, cache = self.step(tokens, t, cache)
            # The draw is made on the CPU, so that one seed is one picture on every device; MPS has no float64.
            odds = logits[:, 0].cpu().double() / max(temperature, 1e-6)
            if top_k is not None:
                kept = odds.topk(min(top_k, self.config.entries)).indices  # (n, k)
                odds = torch.full_like(odds, -torch.inf).scatter(1, kept, odds.gather(1, kept))
            p = torch.softmax(odds, 1)
            drawn.append(torch.multinomial(p, 1, generator=generator).to(device))
            tokens = drawn[-1] + self.level[t] * self.config.entries
        sides = self.config.grids
        flat = torch.cat(drawn, 1).split([side**2 for side in sides], 1)
        return tuple(codes.unflatten(1, (side, side)) for codes, side in zip(flat, sides, strict=True))
