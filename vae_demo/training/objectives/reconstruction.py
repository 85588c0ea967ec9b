"""Plain, denoising and sparse autoencoders: the squared error, of what is damaged, or with a penalty on the code."""

import torch
from torch import Tensor

from vae_demo.models import Autoencoder, SparseAE
from vae_demo.models.blocks import normal_like, uniform
from vae_demo.training.objectives.base import Labels, Objective, Terms, sse


class Reconstruction(Objective):
    """||x - x_hat||²."""

    def forward(self, model: Autoencoder, x: Tensor, labels: Labels, generator: torch.Generator) -> Terms:
        return {"sse": sse(model(x), x)}


class Denoising(Objective):
    """||x - g(f(x_tilde))||² (Vincent et al. 2008, doi 10.1145/1390156.1390294; 2010, JMLR 11:3371, for all three).

    Of eight pictures three are damaged by Gaussian noise of a random sigma, two by a mask over a random share of their
    pixels, two by salt and pepper on such a share, and one is left whole, so that one network serves every strength.

    Args:
        sigma: the largest standard deviation of the noise.
        share: the largest share of pixels set to 0, or with salt and pepper to 0 or 1.
    """

    def __init__(self, sigma: float, share: float) -> None:
        super().__init__()
        self.sigma, self.share = sigma, share

    def corrupt(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """(B, C, H, W) in [0, 1] -> the same, damaged; clamped, because what a visitor damages stays a picture."""
        kind, strength = uniform((2, len(x), 1, 1, 1), generator).to(x)
        noisy = (x + self.sigma * strength * normal_like(x, generator)).clamp(0, 1)
        place = uniform((len(x), 1, *x.shape[2:]), generator).to(x) / (self.share * strength)  # all channels of a pixel
        masked = torch.where(place < 1, 0.0, x)
        peppered = torch.where(place < 0.5, 0.0, torch.where(place < 1, 1.0, x))
        return torch.where(
            kind < 3 / 8, noisy, torch.where(kind < 5 / 8, masked, torch.where(kind < 7 / 8, peppered, x))
        )

    def forward(self, model: Autoencoder, x: Tensor, labels: Labels, generator: torch.Generator) -> Terms:
        return {"sse": sse(model(self.corrupt(x, generator)), x)}


class SparseL1(Objective):
    """||x - x_hat||² + weight * sum |z|, atoms held to unit norm: else small z with large atoms would be free."""

    def __init__(self, weight: float) -> None:
        super().__init__()
        self.weight = weight

    def forward(self, model, x: Tensor, labels: Labels, generator: torch.Generator) -> Terms:
        with torch.no_grad():
            atoms = model.decoder.weight  # (pixels, D) if linear, (code, C, k, k) if convolutional
            dims = (0,) if atoms.ndim == 2 else (1, 2, 3)
            atoms /= torch.linalg.vector_norm(atoms, dim=dims, keepdim=True).clamp(min=1e-8)
        z = model.encode(x)
        return {"sse": sse(model.linear(z), x), "l1": self.weight * z.abs().sum(1).mean()}


class SparseKL(Objective):
    """||x - x_hat||² + weight * sum_j KL(rho || rho_hat_j), rho_hat_j the mean activation of unit j over the batch.

    Wants units in (0, 1) (Ng 2011, CS294A notes).
    """

    def __init__(self, weight: float, rho: float = 0.05) -> None:
        super().__init__()
        self.weight, self.rho = weight, rho

    def penalty(self, z: Tensor) -> Tensor:
        """(B, D) in (0, 1) -> scalar, in nats."""
        rho, rho_hat = self.rho, z.mean(0).clamp(1e-6, 1 - 1e-6)  # (D,), for which bfloat16 would be too coarse
        on = rho * (rho / rho_hat).log() if rho > 0 else torch.zeros_like(rho_hat)
        return (on + (1 - rho) * ((1 - rho) / (1 - rho_hat)).log()).sum()

    def forward(self, model: SparseAE, x: Tensor, labels: Labels, generator: torch.Generator) -> Terms:
        z = model.encode(x)
        return {"sse": sse(model.linear(z), x), "kl_rho": self.weight * self.penalty(z.float())}
