"""What each variant minimises: likelihoods and penalties are sums over pixels or dimensions, means over the batch.

An objective is a module called with (model, x, labels, generator); it gives its terms by name, and their sum is
the loss. Its parameters (a probe) and buffers (averages of a codebook) are trained, saved and resumed with the
network.
"""

from abc import ABC, abstractmethod
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vae_demo.models import VAE, VQVAE, VQVAE2, Autoencoder, Posterior, SparseAE
from vae_demo.models.blocks import normal_like, uniform
from vae_demo.models.vqvae import Codebook
from vae_demo.priors import CodePrior
from vae_demo.training import latents
from vae_demo.training.features import FeatureNet

Labels = dict[str, Tensor]
Terms = dict[str, Tensor]


def sse(x_hat: Tensor, x: Tensor) -> Tensor:
    """Squared error: sum over pixels, mean over the batch."""
    return (x_hat - x).square().flatten(1).sum(1).mean()


def bce(logits: Tensor, x: Tensor) -> Tensor:
    """-log Bernoulli(x; sigmoid(logits)): sum over pixels, mean over the batch, in nats."""
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1).mean()


class Objective(nn.Module, ABC):
    """Abstract: (model, x, labels, generator) -> terms whose sum is the loss."""

    @abstractmethod
    def forward(self, model, x: Tensor, labels: Labels, generator: torch.Generator) -> Terms: ...

    def begin(self, model) -> str:
        """Sets the weights of a new model before its first step, and says how, for the card; most leave them."""
        return ""

    def go_on_from(self, model) -> None:  # noqa: B027  most objectives keep nothing of their own
        """Told before a trained model is trained further."""


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


class Elbo(Objective):
    """The negative ELBO: -E_q[log p(x | z)] + beta KL(q(z | x) || N(0, I)) (arXiv 1312.6114; beta: Higgins 2017).

    Args:
        likelihood: "bernoulli" is BCE; "gaussian" is sse / (2 sigma²), its constant left out.
        sigma: the decoder's fixed deviation, in units of pixel range: 0.3536 is 4 * sse.
        beta: weight of the KL term.
        reconstruction: weight of the likelihood; 0 shows what KL alone does.
        binarise: share of pictures that the encoder and the likelihood see as draws from Bernoulli(x). The expected
            BCE is the same, so the objective is; the network also learns to read binary pictures.
    """

    def __init__(
        self,
        likelihood: Literal["bernoulli", "gaussian"],
        sigma: float = 1.0,
        beta: float = 1.0,
        reconstruction: float = 1.0,
        binarise: float = 0.0,
    ) -> None:
        super().__init__()
        self.likelihood, self.sigma, self.beta = likelihood, sigma, beta
        self.reconstruction, self.binarise = reconstruction, binarise

    def negative_log_likelihood(self, logits: Tensor, x: Tensor) -> Tensor:
        if self.likelihood == "bernoulli":
            return bce(logits, x)
        return sse(torch.sigmoid(logits), x) / (2 * self.sigma**2)

    def forward(self, model: VAE, x: Tensor, labels: Labels, generator: torch.Generator) -> Terms:
        if self.binarise:
            drawn = uniform(x.shape, generator).to(x) < x
            chosen = uniform((len(x), 1, 1, 1), generator).to(x) < self.binarise
            x = torch.where(chosen, drawn.to(x), x)
        q = model.posterior(x)
        logits = model.logits(q.sample(normal_like(q.mu, generator)))
        return {
            "nll": self.reconstruction * self.negative_log_likelihood(logits, x),
            "kl": self.beta * q.kl().sum(1).mean(),
        }


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
    ) -> None:
        super().__init__()
        self.sigma, self.beta, self.lattice_weight, self.mesh_weight = sigma, beta, lattice, mesh
        self.aggregate = AggregatePosterior(latent_dim, aggregate)
        self.perceptual = Perceptual(features, perceptual)
        self.attributes, self.probe_weight, self.recognised_weight = attributes, probe, recognised
        self.probe = nn.Linear(latent_dim, len(attributes))
        counts = torch.tensor([glasses if name == "Eyeglasses" else 1.0 for name in attributes])
        self.register_buffer("counts", counts, persistent=False)
        self.edits = Edits(attributes, latent_dim, edited)

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
        return terms


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


def lattice(x: Tensor, tile: int = 4, window: int = 32) -> Tensor:
    """Squared size of what repeats every `tile` pixels: sum over pixels, mean over the batch.

    A decoder that doubles its maps twice by pixel shuffles may leave such a pattern where no picture corrects it
    (checkerboard artifacts: Odena et al. 2016, doi 10.23915/distill.00003). It is looked for in windows, in
    what differs from the blurred picture, so that no shade counts as a pattern.
    """
    fine = (x - F.avg_pool2d(x, tile + 1, 1, tile // 2, count_include_pad=False)).flatten(0, 1)
    tiles = fine.unfold(1, tile, tile).unfold(2, tile, tile)  # (B C, H, W) -> (B C, H/tile, W/tile, tile, tile)
    mean = F.avg_pool2d(tiles.flatten(3).movedim(3, 1), window // tile)  # (B C, tile², H/window, W/window)
    return (mean - mean.mean(1, keepdim=True)).square().sum() * (window // tile) ** 2 / len(x)


def mesh(x: Tensor, window: int = 8) -> Tensor:
    """Squared size of waves of period four along both diagonals: sum over pixels, mean over the batch.

    A distance in the maps of a strided network wants some texture where hair is, whichever, and with two pixel shuffles
    this one is the cheapest: a mesh over every picture. It is looked for in windows under a Hann window, every two
    pixels; of a wave that fills the picture it is the squared size, but for the border.
    """
    place = torch.arange(window, device=x.device)
    hann = torch.hann_window(window, device=x.device)
    hann = hann[:, None] * hann  # (window, window)
    phases = [torch.pi / 2 * (place[:, None] + sign * place) for sign in (1, -1)]
    waves = torch.stack([hann * wave(phase) for phase in phases for wave in (torch.cos, torch.sin)])
    with torch.autocast(x.device.type, enabled=False):
        found = F.conv2d(x.float().flatten(0, 1)[:, None], waves[:, None], stride=2)  # (B C, 4, h, w)
    return found.square().sum() * 8 / hann.sum() ** 2 / len(x)


class Edits(nn.Module):
    """A step along an attribute's direction should change the picture in that attribute and in no other.

    One step along one direction is added to codes (or taken away, where the attribute is there), and a feature
    network reads the attributes from what they decode to: the attribute loss on edited pictures of AttGAN
    (He et al., arXiv 1711.10678), on a step whose length and direction are those of the finished checkpoint. The
    directions are computed as there, now and then, from the codes of the last `memory` pictures.

    Args:
        attributes: labels that the feature network names, in its order.
        weight: of the loss, in nats: sum over the attributes of the directions, mean over the edited pictures.
        memory: pictures whose codes are kept.
        every: batches after which the directions are computed again.
        noise: sigma of noise on the edited pictures, so that no pattern too faint to be seen pleases the network.
    """

    # What the step brings with it, and what it may change: hair goes under a hat, a woman has no beard to keep.
    BRINGS = (("Sunglasses", "Eyeglasses"),)
    FREE = (
        ("Male", "No_Beard"), ("Blond_Hair", "Black_Hair"), ("Black_Hair", "Blond_Hair"),
        ("Wearing_Hat", "Bangs"), ("Wearing_Hat", "Blond_Hair"), ("Wearing_Hat", "Black_Hair"),
    )  # fmt: skip
    GLASSES_SHARE = 0.25  # of the edits; the rest is shared evenly
    TAKEN_OFF = 0.6  # of those who wear clear glasses: they are few, and a pair that stays is what one sees

    codes: Tensor
    seen: Tensor
    batches: Tensor
    directions: Tensor
    set_by: Tensor
    asked: Tensor
    often: Tensor

    def __init__(
        self,
        attributes: tuple[str, ...],
        latent_dim: int,
        weight: float,
        memory: int = 8192,
        every: int = 200,
        noise: float = 0.05,
    ) -> None:
        super().__init__()
        self.attributes, self.weight, self.every, self.noise = attributes, weight, every, noise
        names = latents.FACE_DIRECTIONS
        self.register_buffer("codes", torch.zeros(memory, latent_dim))
        self.register_buffer("seen", torch.zeros(memory, len(attributes), dtype=torch.bool))
        self.register_buffer("batches", torch.zeros((), dtype=torch.long))
        self.register_buffer("directions", torch.zeros(len(names), latent_dim))
        place = {name: i for i, name in enumerate(names)}
        set_by, asked = torch.eye(len(names), dtype=torch.bool), torch.ones(len(names), len(names))
        for name, other in self.BRINGS:
            set_by[place[name], place[other]] = True
        for name, other in self.FREE:
            asked[place[name], place[other]] = 0
        often = torch.full((len(names),), (1 - self.GLASSES_SHARE) / (len(names) - 1))
        often[place["Eyeglasses"]] = self.GLASSES_SHARE
        self.register_buffer("set_by", set_by, persistent=False)
        self.register_buffer("asked", asked, persistent=False)
        self.register_buffer("often", often, persistent=False)
        self.glasses = place["Eyeglasses"]
        self.labels = ["sunglasses" if name == "Sunglasses" else name for name in names]
        self.columns = [attributes.index(label) for label in self.labels]

    @torch.no_grad()
    def remember(self, mu: Tensor, labels: Labels) -> None:
        """Keeps the codes (B, D) of a batch, and now and then computes the directions."""
        rows = (self.batches * len(mu) + torch.arange(len(mu), device=mu.device)) % len(self.codes)
        self.codes[rows] = mu.detach().float()
        self.seen[rows] = torch.stack([labels[name].bool() for name in self.attributes], 1)  # (B, A)
        self.batches += 1
        full = self.batches * len(mu) >= len(self.codes)
        if full and (self.batches % self.every == 0 or not self.directions.any()):
            known = {name: self.seen[:, i].cpu() for i, name in enumerate(self.attributes)}
            with torch.autocast("cpu", enabled=False):  # a covariance of bfloat16 products is none
                found = latents.directions(
                    self.codes.cpu(), latents.face_flags(known), latents.FACE_DIRECTIONS, "fisher"
                )
            self.directions.copy_(torch.stack([found[f"direction.{name}"] for name in latents.FACE_DIRECTIONS]))

    def forward(
        self, model: Autoencoder, features: FeatureNet, z: Tensor, labels: Labels, generator: torch.Generator
    ) -> Tensor:
        """The loss on codes z (B, D), one edit each; zero until there are directions."""
        if not self.directions.any():
            return z.new_zeros(())
        flags = latents.face_flags(labels)
        nothing = torch.zeros(len(z), dtype=torch.bool, device=z.device)
        present = torch.stack([flags[name] for name in latents.FACE_DIRECTIONS], 1)  # (B, K)
        other_kind = torch.stack([flags.get(f"{name}.out", nothing) for name in latents.FACE_DIRECTIONS], 1)
        often = self.often.to(generator.device)
        chosen = torch.multinomial(often, len(z), replacement=True, generator=generator).to(z.device)
        taken_off = uniform((len(z),), generator).to(z.device) < self.TAKEN_OFF
        chosen = torch.where(taken_off & present[:, self.glasses], self.glasses, chosen)  # (B,)
        row = torch.arange(len(z), device=z.device)
        added, left = ~present[row, chosen], other_kind[row, chosen]  # sunglasses are not asked for clear ones
        sign = torch.where(left, 0.0, torch.where(added, 1.0, -1.0))
        x_hat = model.decode(z + sign[:, None] * self.directions[chosen])
        logits = features(x_hat + self.noise * normal_like(x_hat, generator))[:, self.columns].float()  # (B, K)
        before = torch.stack([labels[label].bool() for label in self.labels], 1)  # (B, K)
        wanted = torch.where(self.set_by[chosen] & ~left[:, None], added[:, None], before)
        nats = F.binary_cross_entropy_with_logits(logits, wanted.float(), reduction="none")
        return self.weight * (nats * self.asked[chosen]).sum(1).mean()


def attribute_bce(logits: Tensor, labels: Labels, attributes: tuple[str, ...], weight: Tensor | None = None) -> Tensor:
    """(B, A) log-odds against 0/1 labels: sum over attributes, mean over the batch, in nats.

    `weight` (A,) says how many times an attribute counts, once where it is None.
    """
    target = torch.stack([labels[name] for name in attributes], 1).to(logits)  # (B, A)
    nats = F.binary_cross_entropy_with_logits(logits, target, weight, reduction="none")
    return nats.sum(1).mean()


class Attributes(Objective):
    """Classification of the attributes, of pictures under Gaussian noise of a random sigma up to `noise`."""

    def __init__(self, attributes: tuple[str, ...], noise: float = 0.0) -> None:
        super().__init__()
        self.attributes, self.noise = attributes, noise

    def forward(self, model: nn.Module, x: Tensor, labels: Labels, generator: torch.Generator) -> Terms:
        sigma = self.noise * uniform((len(x), *[1] * (x.ndim - 1)), generator).to(x)
        return {"bce": attribute_bce(model(x + sigma * normal_like(x, generator)), labels, self.attributes)}


class CodebookEMA(nn.Module):
    """Moves a codebook's entries to the running means of the codes that chose them (arXiv 1711.00937, appendix A.1).

    An entry that hardly anything chooses is moved onto a random code of the batch, so that none stays dead
    (Dhariwal et al., arXiv 2005.00341).
    """

    count: Tensor
    total: Tensor

    def __init__(self, entries: int, width: int, decay: float = 0.99, revive_below: float = 0.03) -> None:
        super().__init__()
        self.decay, self.revive_below = decay, revive_below
        self.register_buffer("count", torch.zeros(entries))  # N_i, chosen times a batch
        self.register_buffer("total", torch.zeros(entries, width))  # m_i, sum of the codes that chose it

    @torch.no_grad()
    def go_on_from(self, codebook: Codebook) -> None:
        """Takes entries that are trained already as the means so far."""
        self.total.copy_(codebook.embedding)
        self.count.fill_(1)

    @torch.no_grad()
    def forward(self, codebook: Codebook, z_e: Tensor, generator: torch.Generator) -> None:
        """One step from the codes (B, E, h, w) of one batch."""
        flat = z_e.detach().float().movedim(1, -1).flatten(0, -2)  # (B, E, h, w) -> (B h w, E)
        if not self.count.any():  # the first batch: start on the data
            rows = torch.randint(len(flat), (len(self.count),), generator=generator, device=generator.device)
            rows = rows.to(flat.device)
            codebook.embedding.copy_(flat[rows])
            self.total.copy_(flat[rows])
            self.count.fill_(1)
        chosen = codebook.codes(z_e.float()).flatten()
        self.count.mul_(self.decay).add_(
            torch.bincount(chosen, minlength=len(self.count)).to(flat), alpha=1 - self.decay
        )
        sums = torch.zeros_like(self.total).index_add_(0, chosen, flat)
        self.total.mul_(self.decay).add_(sums, alpha=1 - self.decay)
        dead = self.count < self.revive_below
        rows = torch.randint(len(flat), (len(dead),), generator=generator, device=generator.device).to(flat.device)
        self.total[dead], self.count[dead] = flat[rows[dead]], 1.0
        codebook.embedding.copy_(self.total / self.count[:, None])


def commitment_loss(codebook: Codebook, z_e: Tensor) -> Tensor:
    """||z_e - sg[e]||²: sum over the code, mean over the batch; keeps the encoder near the entries it chose."""
    return sse(z_e, codebook.look_up(codebook.codes(z_e)).detach())


class VQ(Objective):
    """sse / (2 sigma²) + commitment * ||z_e - sg[e]||², codebook by moving averages, perceptual term at will.

    Args:
        entries, code_width: of the codebooks, one a level.
        sigma: the decoder's fixed deviation.
        commitment: beta of arXiv 1711.00937.
    """

    def __init__(
        self,
        entries: int,
        code_width: int,
        levels: int = 1,
        sigma: float = 0.3536,
        commitment: float = 0.25,
        perceptual: Perceptual | None = None,
    ) -> None:
        super().__init__()
        self.ema = nn.ModuleList(CodebookEMA(entries, code_width) for _ in range(levels))
        self.sigma, self.commitment, self.perceptual = sigma, commitment, perceptual

    def go_on_from(self, model: VQVAE | VQVAE2) -> None:
        books = [model.codebook] if isinstance(model, VQVAE) else [model.codebook_top, model.codebook_bottom]
        for ema, codebook in zip(self.ema, books, strict=True):
            assert isinstance(ema, CodebookEMA)
            ema.go_on_from(codebook)

    def forward(self, model: VQVAE | VQVAE2, x: Tensor, labels: Labels, generator: torch.Generator) -> Terms:
        if isinstance(model, VQVAE):
            levels = [(model.codebook, model.unflatten(model.encode(x)))]
        else:
            levels = list(zip((model.codebook_top, model.codebook_bottom), model.levels(x), strict=True))
        if self.training:
            for ema, (codebook, z_e) in zip(self.ema, levels, strict=True):
                ema(codebook, z_e, generator)
        x_hat = model.decode(torch.cat([z_e.flatten(1) for _, z_e in levels], 1))
        commitment = sum((commitment_loss(codebook, z_e) for codebook, z_e in levels), x.new_zeros(()))
        terms = {"nll": sse(x_hat, x) / (2 * self.sigma**2), "commitment": self.commitment * commitment}
        if self.perceptual is not None:
            terms["perceptual"] = self.perceptual(x_hat, x)
        return terms


class CodeLikelihood(Objective):
    """-log p(codes) of a code prior, codes of a fixed VQ model: sum over codes, mean over the batch, in nats."""

    def __init__(self, vq: VQVAE | VQVAE2) -> None:
        super().__init__()
        self.vq = vq.eval().requires_grad_(False)

    def train(self, mode: bool = True) -> "CodeLikelihood":
        return super().train(False)  # the batch norms of the fixed network stay fixed

    @torch.no_grad()
    def begin(self, model: CodePrior) -> str:
        """Codes that look alike start alike: rows and heads on the codebook's vectors, places on their coordinates.

        From random rows nothing was learned of 2,048 entries in 14,000 pictures; each has to be met too often.
        """
        width, entries = model.config.width, model.config.entries
        books = [m.embedding for m in self.vq.modules() if isinstance(m, Codebook)]
        for level, (book, head, side) in enumerate(zip(books, model.levels, model.config.grids, strict=True)):
            assert isinstance(head, nn.Linear)
            e = (book - book.mean(0)) / book.std()  # (K, E)
            into = torch.linalg.qr(torch.randn(width, e.shape[1]))[0].to(e)  # (W, E), orthonormal columns
            model.embed.weight[level * entries : (level + 1) * entries] = e @ into.T
            head.weight.copy_(0.2 * e @ into.T)
            head.bias.copy_(-0.1 * e.square().sum(1))  # so that log-odds fall with the distance from an entry
            at = (torch.arange(side, device=e.device) + 0.5) / side
            frequency = torch.pi * torch.arange(1, width // 4 + 1, device=e.device) / 2  # up to the finest grid's
            waves = torch.cat([torch.sin(at[:, None] * frequency), torch.cos(at[:, None] * frequency)], 1)  # (s, W/2)
            rows, columns = waves[:, None].expand(-1, side, -1), waves[None].expand(side, -1, -1)
            model.place[model.level == level] = 0.5 * torch.cat([rows, columns], 2).flatten(0, 1)  # (s s, W)
        return "Its rows and heads began on the codebook's vectors, its places on their coordinates."

    def forward(self, model: CodePrior, x: Tensor, labels: Labels, generator: torch.Generator) -> Terms:
        with torch.no_grad(), torch.autocast(x.device.type, enabled=False):  # the codes that the page will see
            found = self.vq.codes(x)
        levels = (found,) if isinstance(found, Tensor) else found
        codes = torch.cat([level.flatten(1) for level in levels], 1)  # (B, T)
        logits = model(codes).flatten(0, 1)  # (B, T, K) -> (B T, K): a softmax over the last dimension is the fast one
        return {"nll": F.cross_entropy(logits, codes.flatten(), reduction="sum") / len(codes)}
