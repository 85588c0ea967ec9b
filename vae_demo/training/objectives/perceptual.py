"""An ELBO that sees pictures as a feature network does, and keeps the named attributes."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vae_demo.models import VAE, Posterior
from vae_demo.models.blocks import normal_like
from vae_demo.training.features import FeatureNet
from vae_demo.training.objectives.aggregate import AggregatePosterior
from vae_demo.training.objectives.base import Labels, Objective, Terms, attribute_bce, sse
from vae_demo.training.objectives.edits import Edits
from vae_demo.training.objectives.moments import FeatureMoments
from vae_demo.training.objectives.patterns import lattice, mesh


class Perceptual(nn.Module):
    """Distance of two pictures in the maps of a feature network, each map in units of its own deviation.

    Each map counts the same: the mean over its elements, summed over maps, times `weight`.

    Args:
        shrink: pictures are this many times as large as those that the network knows, and are shrunk first.
    """

    def __init__(self, network: FeatureNet, weight: float, shrink: int = 1) -> None:
        super().__init__()
        self.network, self.weight, self.shrink = network.eval().requires_grad_(False), weight, shrink

    def train(self, mode: bool = True) -> "Perceptual":
        return super().train(False)  # the batch norms of the fixed network stay fixed

    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        x_hat, x = F.avg_pool2d(x_hat, self.shrink), F.avg_pool2d(x, self.shrink)  # H, W -> H / shrink, W / shrink
        with torch.no_grad():
            targets = self.network.maps(x)
        return self.distance(self.network.maps(x_hat), targets)

    def distance(self, maps: list[Tensor], targets: list[Tensor]) -> Tensor:
        """The same of maps that are there already."""
        pairs = zip(maps, targets, strict=True)
        return self.weight * sum((F.mse_loss(a, b) / b.var() for a, b in pairs), targets[0].new_zeros(()))


class PerceptualElbo(Objective):
    """A Gaussian ELBO, a perceptual distance, and three terms that keep the named attributes.

    Without them, few pixels of glasses cost the ELBO less than the nats that would tell of them. `probe`: linear
    probes read the attributes from mu, the per-attribute term of attribute-supervised VAEs. `recognised`: the feature
    network reads them from the reconstruction. `edited`: see `Edits`.

    Args:
        features: the fixed feature network.
        attributes: labels that the probes and the feature network name, in its order.
        sigma, beta: as in `Elbo`.
        perceptual: weight of the perceptual distance.
        probe, recognised, edited: weights of those three, each a sum of nats over the attributes.
        glasses: how many times glasses count among the attributes probed and recognised: few wear them, and they are
            small.
        lattice: weight of `lattice` on what mean codes decode to. Only where the batch norms are in eval mode: in
            training they would take mean codes for pictures.
        aggregate: weight of `AggregatePosterior`.
        mesh: weight of `mesh` on the error of reconstructions.
        drawn: weight of `mesh` on draws from N(0, I), half as many; as with `lattice` only in eval mode.
        moments: weight of `FeatureMoments` on reconstructions; likewise.
    """

    counts: Tensor

    def __init__(
        self,
        features: FeatureNet,
        attributes: tuple[str, ...],
        latent_dim: int,
        sigma: float,
        beta: float,
        perceptual: float,
        probe: float,
        recognised: float,
        edited: float,
        glasses: float = 1.0,
        lattice: float = 0.0,
        aggregate: float = 0.0,
        mesh: float = 0.0,
        drawn: float = 0.0,
        moments: float = 0.0,
    ) -> None:
        super().__init__()
        self.sigma, self.beta = sigma, beta
        self.lattice_weight, self.mesh_weight, self.drawn_weight = lattice, mesh, drawn
        self.aggregate = AggregatePosterior(latent_dim, aggregate)
        self.perceptual = Perceptual(features, perceptual)
        self.attributes, self.probe_weight, self.recognised_weight = attributes, probe, recognised
        self.probe = nn.Linear(latent_dim, len(attributes))
        counts = torch.tensor([glasses if name == "Eyeglasses" else 1.0 for name in attributes])
        self.register_buffer("counts", counts, persistent=False)
        self.edits = Edits(attributes, latent_dim, edited)
        self.moments = FeatureMoments(features.config.widths, moments) if moments else None

    def forward(self, model: VAE, x: Tensor, labels: Labels, generator: torch.Generator) -> Terms:
        q: Posterior = model.posterior(x)
        z = q.sample(normal_like(q.mu, generator))
        x_hat = model.decode(z)
        features = self.perceptual.network
        with torch.no_grad():
            targets = features.maps(x)
        maps = features.maps(x_hat)
        self.edits.remember(q.mu, labels)
        terms = {
            "nll": sse(x_hat, x) / (2 * self.sigma**2),
            "kl": self.beta * q.kl().sum(1).mean(),
            "perceptual": self.perceptual.distance(maps, targets),
            "probe": self.probe_weight * attribute_bce(self.probe(q.mu), labels, self.attributes, self.counts),
            "recognised": self.recognised_weight
            * attribute_bce(features.read(maps), labels, self.attributes, self.counts),
            "edited": self.edits(model, features, z, labels, generator),
            "aggregate": self.aggregate(q),
        }
        if self.mesh_weight:
            terms["mesh"] = self.mesh_weight * mesh(x_hat - x)
        if self.lattice_weight and not model.training:
            count = torch.arange(1, len(x) + 1, device=x.device)
            means = q.mu.cumsum(0) / count[:, None]  # (B, D), of the first picture, the first two, and so on
            terms["lattice"] = self.lattice_weight * lattice(model.decode(means[1::2]))
        if self.drawn_weight and not model.training:
            terms["drawn"] = self.drawn_weight * mesh(model.decode(normal_like(z[::2], generator)))
        if self.moments is not None and not model.training:
            terms["moments"] = self.moments(maps, targets)
        return terms
