"""The denoising autoencoder: what is damaged goes in, what it was should come out."""

import torch
from torch import Tensor

from vae_demo.models import Autoencoder
from vae_demo.models.blocks import normal_like, uniform
from vae_demo.training.objectives.base import Labels, Objective, Terms, sse

CORNERS = 4  # of a painted line
RADII = (0.03, 0.1)  # of the brush, in fractions of the side


class Denoising(Objective):
    """||x - g(f(x_tilde))||² (Vincent et al. 2008, doi 10.1145/1390156.1390294; 2010, JMLR 11:3371).

    Of eight pictures two are damaged by Gaussian noise of a random sigma, one by a mask over a random share of its
    pixels, one by salt and pepper on such a share, three by a line painted over them, and one is left whole, so that
    one network serves every damage and every strength.

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
        corners = uniform((len(x), CORNERS, 2), generator).to(x)
        radius = RADII[0] + (RADII[1] - RADII[0]) * strength.flatten()
        hidden = torch.where(painted(corners, radius, x.shape[3]), 0.0, x)
        damaged = x
        for end, other in ((7, hidden), (4, peppered), (3, masked), (2, noisy)):
            damaged = torch.where(kind < end / 8, other, damaged)
        return damaged

    def forward(self, model: Autoencoder, x: Tensor, labels: Labels, generator: torch.Generator) -> Terms:
        return {"sse": sse(model(self.corrupt(x, generator)), x)}


def painted(corners: Tensor, radius: Tensor, side: int) -> Tensor:
    """Pixels under a brush of `radius` (B,) that went from corner to corner (B, P, 2): (B, 1, side, side) bool.

    Both are in fractions of the side, x before y.
    """
    at = (torch.arange(side, device=corners.device) + 0.5) / side
    pixels = torch.cartesian_prod(at, at).flip(1)  # (side², 2), row by row
    start, way = corners[:, :-1, None], corners.diff(dim=1)[:, :, None]  # (B, P - 1, 1, 2)
    along = ((pixels - start) * way).sum(3) / way.square().sum(3).clamp(min=1e-12)  # (B, P - 1, side²)
    apart = (pixels - start - along.clamp(0, 1)[..., None] * way).norm(dim=3).amin(1)  # (B, side²)
    return (apart < radius[:, None]).unflatten(1, (1, side, side))
