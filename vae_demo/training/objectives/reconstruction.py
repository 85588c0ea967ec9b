"""Plain, ordered and sparse autoencoders: the squared error, by itself or with a penalty on the code."""

import torch
from torch import Tensor

from vae_demo.models import Autoencoder, OrderedAE, SparseAE
from vae_demo.models.blocks import uniform
from vae_demo.training.objectives.base import Labels, Objective, Terms, sse


class Reconstruction(Objective):
    """||x - x_hat||²."""

    def forward(self, model: Autoencoder, x: Tensor, labels: Labels, generator: torch.Generator) -> Terms:
        return {"sse": sse(model(x), x)}


class NestedDropout(Objective):
    """||x - decode(first k numbers of z)||², k of each picture by chance (Rippel et al., arXiv 1402.0915).

    A k is drawn as often as its logarithm is long, log(1 + 1/k) / log(1 + D): 1 as often as 2 and 3 together.
    """

    def forward(self, model: OrderedAE, x: Tensor, labels: Labels, generator: torch.Generator) -> Terms:
        z = model.encode(x)
        k = (z.shape[1] + 1.0) ** uniform((len(z),), generator)  # in [1, D + 1), its logarithm uniform
        return {"sse": sse(model.decode(model.first(z, k.floor().to(z.device))), x)}


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
