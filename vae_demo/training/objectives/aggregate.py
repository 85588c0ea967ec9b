"""The posteriors of all pictures together, drawn to the prior."""

import torch
from torch import Tensor, nn

from vae_demo.models import Posterior


class AggregatePosterior(nn.Module):
    """Draws the covariance A of the aggregate posterior, of z over all training pictures as often as they are drawn,
    to I: weight * ||A - I||² / 2.

    The KL of each picture's posterior alone leaves dimensions that go together, and a draw from N(0, I) knows nothing
    of that. It is DIP-VAE-II (Kumar et al., arXiv 1711.00848) with A = Cov(mu) + E[diag(sigma²)] from running means,
    because a batch is too few for D² numbers.

    Args:
        decay: of the running means, a batch.
    """

    mean: Tensor
    moment: Tensor
    variance: Tensor

    def __init__(self, latent_dim: int, weight: float, decay: float = 0.998) -> None:
        super().__init__()
        self.weight, self.decay = weight, decay
        self.register_buffer("mean", torch.zeros(latent_dim))
        self.register_buffer("moment", torch.zeros(latent_dim, latent_dim))  # E[mu mu^T]
        self.register_buffer("variance", torch.ones(latent_dim))  # E[sigma²]; with these three A begins at I

    def covariance(self) -> Tensor:
        """A (D, D)."""
        return self.moment - torch.outer(self.mean, self.mean) + self.variance.diag()

    def forward(self, q: Posterior) -> Tensor:
        """The penalty by the running means so far, with the gradient that this batch has in it."""
        with torch.autocast(q.mu.device.type, enabled=False):
            mu, variance = q.mu.float(), q.logvar.float().exp()
            now = {"mean": mu.mean(0), "moment": mu.T @ mu / len(mu), "variance": variance.mean(0)}
            if self.training:
                for name, value in now.items():
                    getattr(self, name).lerp_(value.detach(), 1 - self.decay)
            off = self.covariance() - torch.eye(mu.shape[1], device=mu.device)  # (D, D)
            apart = mu - self.mean
            tilt = ((apart @ off) * apart + off.diagonal() * variance).sum(1).mean()
            return self.weight * (off.square().sum() / 2 + tilt - tilt.detach())
