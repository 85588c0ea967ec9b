"""The tab Sample: new pictures from noise, and why the noise must look like the codes."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vae_demo.checkpoints import Checkpoint
from vae_demo.models import VQVAE, VQVAE2

PRIORS = ("normal", "gaussian", "mixture", "codes")
MOST = 16  # pictures of a variant


@dataclass(frozen=True)
class Draw:
    """What one variant makes of a draw: codes z (n, D), pictures x (n, C, H, W), and the milliseconds it took."""

    ae: Checkpoint
    z: Tensor
    x: Tensor
    ms: float


def draw_all(checkpoints: Sequence[Checkpoint], n: int, seed: int, temperature: float, prior: str) -> list[Draw]:
    """The same draw through every checkpoint that has the prior; those of one D get the very same z of N(0, I)."""
    draws = []
    for ae in checkpoints:
        if prior in ae.priors:
            start = time.perf_counter()
            z = ae.draw(n, seed, temperature, prior)
            x = ae.decode(z)
            draws.append(Draw(ae, z, x, 1000 * (time.perf_counter() - start)))
    return draws


def axes(ae: Checkpoint) -> Tensor:
    """Standard deviations of the training codes along their principal axes, largest first, (D,).

    Of the single dimensions where D is too large for a covariance to be kept.
    """
    if "covariance" not in ae.latents:
        return ae.latents["std"].sort(descending=True).values
    return torch.linalg.eigvalsh(ae.latents["covariance"].double()).clamp(min=0).sqrt().flip(0).float()


def radius(ae: Checkpoint) -> float:
    """How far a training code lies from 0: the root of E|z|² = |mean|² + sum of variances. N(0, I) has sqrt(D)."""
    return math.sqrt((ae.latents["mean"].square().sum() + ae.latents["std"].square().sum()).item())


def density(ae: Checkpoint, values: Tensor) -> Tensor:
    """Density at `values` (V,) of one number out of a training code, averaged over the D dimensions, (V,).

    From the stored mixture where there is one, whose marginals are exact mixtures of Gaussians; else from the mean
    and the deviation of each dimension.
    """
    if "mixture.weight" in ae.latents:
        m = ae.mixture
        mean = m.mean + m.centre @ m.basis  # (K, D)
        std = (m.std.square() @ m.basis.square()).sqrt()  # (K, D)
        weight = m.weight[:, None].expand_as(mean)
    else:
        mean, std = ae.latents["mean"][None], ae.latents["std"][None]
        weight = torch.ones_like(mean)
    std = std.clamp(min=0.02)  # a dead dimension is a spike, drawn this wide
    u = (values[:, None] - mean.flatten()) / std.flatten()  # (V, K D)
    bells = torch.exp(-0.5 * u.square()) / (std.flatten() * math.sqrt(2 * math.pi))
    return (bells * weight.flatten()).sum(1) / ae.latent_dim


def standard_normal(values: Tensor) -> Tensor:
    """The density of N(0, 1), (V,) -> (V,)."""
    return torch.exp(-0.5 * values.square()) / math.sqrt(2 * math.pi)


def around(ae: Checkpoint, z: Tensor, seed: int, distance: float = 0.5, n: int = 8) -> Tensor:
    """n codes near z (1, D), each `distance` standard deviations of the training codes away in each number, (n, D)."""
    eps = torch.randn(n, ae.latent_dim, generator=torch.Generator().manual_seed(seed)).to(z)
    return z + distance * ae.latents["std"].to(z) * eps


def code_film(ae: Checkpoint, z: Tensor, steps: int) -> Tensor:
    """How a code prior draws: codes known so far, the rest at the mean code; z (1, D) -> (steps, C, H, W).

    Raises:
        ValueError: the checkpoint has no codes.
    """
    network = ae.network
    mean = ae.latents["mean"].to(z)[None]
    if isinstance(network, VQVAE):
        levels, means = [network.unflatten(z)], [network.unflatten(mean)]
    elif isinstance(network, VQVAE2):
        levels, means = list(network.split(z)), list(network.split(mean))
    else:
        raise ValueError(f"expected a VQ model, got {ae.name}")
    sizes = [level[0, 0].numel() for level in levels]
    films = []
    for step in range(steps):
        known, parts = round(step / (steps - 1) * sum(sizes)), []
        for level, middle, size in zip(levels, means, sizes, strict=True):  # coarse level first, row by row
            flat = torch.where(torch.arange(size, device=z.device) < known, level.flatten(2), middle.flatten(2))
            parts.append(flat.flatten(1))
            known -= size
        films.append(torch.cat(parts, 1))
    return ae.decode(torch.cat(films))
