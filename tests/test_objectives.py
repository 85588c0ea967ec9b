"""The objectives, each against a formula, a distribution or a case worked by hand."""

import dataclasses
import math

import pytest
import torch
import torch.nn.functional as F
from tiny import TINY, network_of, pictures
from torch import Tensor, distributions, nn

from vae_demo.models import VAE, VQVAE, VQVAE2, ConvVAE, DenseVAE, OrderedAE, Posterior, SparseAE, SparseConvAE
from vae_demo.models.vqvae import Codebook
from vae_demo.priors import CodePrior, CodePriorConfig
from vae_demo.training import latents
from vae_demo.training.features import FeatureConfig, FeatureNet
from vae_demo.training.objectives import (
    VQ,
    AggregatePosterior,
    Attributes,
    CodebookEMA,
    CodeLikelihood,
    Denoising,
    Edits,
    Elbo,
    FeatureMoments,
    NestedDropout,
    Perceptual,
    PerceptualElbo,
    Reconstruction,
    SparseKL,
    SparseL1,
    bce,
    commitment_loss,
    lattice,
    mesh,
    painted,
    sse,
)


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def of_class(*classes):
    return [pair for pair in TINY if pair[0] in classes]


class Fixed(VAE):
    """A VAE that says the same of every picture, and remembers what it was shown."""

    def __init__(self, mu: list[float], logvar: list[float], log_odds: float) -> None:
        super().__init__(1, 2, len(mu))
        self.mu, self.logvar, self.log_odds = torch.tensor([mu]), torch.tensor([logvar]), log_odds

    def posterior(self, x: Tensor) -> Posterior:
        self.seen = x
        return Posterior(self.mu.expand(len(x), -1), self.logvar.expand(len(x), -1))

    def logits(self, z: Tensor) -> Tensor:
        return torch.full((len(z), 1, 2, 2), self.log_odds)


def test_sums_over_pixels_and_means_over_the_batch():
    x, x_hat = torch.zeros(2, 1, 2, 2), torch.tensor([1.0, 2.0]).view(2, 1, 1, 1).expand(2, 1, 2, 2)
    assert sse(x_hat, x).item() == pytest.approx((4 * 1 + 4 * 4) / 2)
    # -log Bernoulli: a pixel of 1 at p = 0.8 costs -log 0.8, a pixel of 0 costs -log 0.2
    logits, x = torch.full((1, 1, 1, 2), math.log(4)), torch.tensor([1.0, 0.0]).view(1, 1, 1, 2)
    assert bce(logits, x).item() == pytest.approx(-math.log(0.8) - math.log(0.2))


def test_bce_is_the_likelihood_of_torch_distributions():
    logits, x = torch.randn(3, 2, 4, 4), torch.rand(3, 2, 4, 4).round()
    theirs = -distributions.Bernoulli(logits=logits).log_prob(x).sum((1, 2, 3)).mean()
    assert bce(logits, x).item() == pytest.approx(theirs.item(), rel=1e-5)


def test_reconstruction_is_sse():
    (network_class, config) = TINY[0]
    network, x = network_of(network_class, config), pictures(config, 3)
    terms = Reconstruction()(network, x, {}, rng())
    assert terms["sse"].item() == pytest.approx(((network(x) - x) ** 2).sum().item() / 3, rel=1e-5)


# Ordered


class Numbers(nn.Module):
    """A picture's pixels are its code, and its code is what it decodes to."""

    def encode(self, x):
        return x.flatten(1)

    def decode(self, z):
        return z[:, :, None, None]

    first = staticmethod(OrderedAE.first)


def test_nested_dropout_cuts_codes_off_as_often_as_it_says():
    share = [math.log(1 + 1 / k) / math.log(8) for k in range(1, 8)]  # of k = 1 to 7
    assert sum(share) == pytest.approx(1)
    for number in range(7):
        x = torch.zeros(40_000, 7, 1, 1)
        x[:, number] = 1  # which costs 1 wherever k leaves it out
        cost = NestedDropout()(Numbers(), x, {}, rng(number))["sse"].item()
        assert cost == pytest.approx(sum(share[:number]), abs=0.01)


# Denoising


def test_corruption_has_the_stated_statistics():
    objective = Denoising(sigma=0.15, share=0.6)
    x = torch.full((4000, 3, 16, 16), 0.5)
    y = objective.corrupt(x, rng())
    assert torch.equal(y, objective.corrupt(x, rng()))
    same, dark, light = y == x, y == 0, y == 1
    damaged = (~same).flatten(1).any(1)
    holes = (same | dark | light).flatten(1).all(1) & damaged
    peppered = holes & light.flatten(1).any(1)
    noisy, whole = damaged & ~holes, ~damaged
    # two with noise, one masked, one with salt and pepper, three painted, one whole; but for masks that hit nothing
    for kind, expected in ((noisy, 2), (holes & ~peppered, 4), (peppered, 1), (whole, 1)):
        assert kind.float().mean().item() == pytest.approx(expected / 8, abs=0.02)
    noise = (y - x)[noisy]
    assert noise.mean().item() == pytest.approx(0, abs=0.01)
    assert noise.square().mean().item() == pytest.approx(0.15**2 / 3, rel=0.06)  # sigma u, u uniform: E u² = 1/3
    assert noise.flatten(1).std(1).max() > 0.13  # up to sigma
    loud = Denoising(sigma=2.0, share=0.6).corrupt(x, rng())
    assert (loud.min(), loud.max()) == (0, 1)  # and a picture it stays
    for kind in (dark[holes], light[holes]):
        assert torch.equal(kind[:, :1].expand_as(kind), kind)  # all channels of a pixel go together
    assert dark[peppered].float().mean().item() == pytest.approx(0.6 / 4, rel=0.1)  # half of E u = 1/2 is pepper,
    assert light[peppered].float().mean().item() == pytest.approx(0.6 / 4, rel=0.1)  # and half salt


def test_a_painted_line_covers_what_its_length_and_its_brush_say():
    corners = torch.tensor([[[0.2, 0.5], [0.6, 0.5], [0.8, 0.5]], [[0.3, 0.2], [0.3, 0.2], [0.3, 0.7]]])
    radius = torch.tensor([0.1, 0.05])
    mask = painted(corners, radius, 400)
    for covered, length, r in zip(mask.float().mean((1, 2, 3)).tolist(), (0.6, 0.5), radius.tolist(), strict=True):
        assert covered == pytest.approx(2 * r * length + math.pi * r**2, rel=0.01)  # a stadium
    across, down = mask[0, 0], mask[1, 0]
    assert across.any(0).sum() > 2 * across.any(1).sum()  # x comes first
    assert down.any(1).sum() > 2 * down.any(0).sum()


def test_denoising_is_measured_against_the_clean_picture():
    class Same(nn.Module):
        def forward(self, x):
            return x

    objective, x = Denoising(sigma=0.5, share=0.5), torch.rand(5, 1, 4, 4)
    damaged = objective.corrupt(x, rng(3))
    assert objective(Same(), x, {}, rng(3))["sse"].item() == pytest.approx(sse(damaged, x).item())


# Sparse


def test_gradient_of_the_kl_to_rho():
    """d/dz_bj of sum_j KL(rho || rho_hat_j) = (-rho / rho_hat_j + (1 - rho) / (1 - rho_hat_j)) / B."""
    z = torch.rand(6, 5, generator=rng(), requires_grad=True)
    SparseKL(weight=1.0, rho=0.05).penalty(z).backward()
    rho_hat = z.detach().mean(0)
    assert torch.allclose(z.grad, ((-0.05 / rho_hat + 0.95 / (1 - rho_hat)) / 6).expand(6, 5), atol=1e-6)


def test_kl_to_rho_is_that_of_torch_distributions_and_zero_at_rho():
    z = torch.rand(6, 5, generator=rng())
    theirs = distributions.kl_divergence(distributions.Bernoulli(0.05), distributions.Bernoulli(z.mean(0))).sum()
    assert SparseKL(weight=1.0, rho=0.05).penalty(z).item() == pytest.approx(theirs.item(), rel=1e-5)
    assert SparseKL(weight=1.0, rho=0.3).penalty(torch.full((4, 7), 0.3)).item() == pytest.approx(0, abs=1e-6)
    assert SparseKL(weight=1.0, rho=0.3).penalty(torch.zeros(4, 7)).isfinite()


def test_sparse_kl_weighs_its_penalty():
    (network_class, config) = TINY[2]
    network, x = network_of(network_class, config), pictures(config, 4)
    terms = SparseKL(weight=0.5, rho=0.05)(network, x, {}, rng())
    assert set(terms) == {"sse", "kl_rho"}
    assert terms["kl_rho"].item() == pytest.approx(0.5 * SparseKL(1.0).penalty(network.encode(x)).item(), rel=1e-5)


@pytest.mark.parametrize(("network_class", "config"), of_class(SparseAE, SparseConvAE))
def test_l1_holds_atoms_to_unit_norm(network_class, config):
    network, x = network_of(network_class, config), pictures(config, 4)
    with torch.no_grad():
        network.decoder.weight.mul_(7)
    before = network.atoms().detach().clone()
    terms = SparseL1(weight=0.3)(network, x, {}, rng())
    atoms = network.atoms().detach()
    assert torch.allclose(atoms.flatten(1).norm(dim=1), torch.ones(len(atoms)), atol=1e-5)
    assert torch.allclose(F.cosine_similarity(atoms.flatten(1), before.flatten(1)), torch.ones(len(atoms)), atol=1e-5)
    assert terms["l1"].item() == pytest.approx(0.3 * network.encode(x).abs().sum().item() / 4, rel=1e-5)


def test_gradient_of_l1():
    """For ReLU units d/db_j of weight * mean_b sum_j z_bj is weight times the share of pictures that turn j on."""
    (network_class, config) = TINY[1]
    network, x = network_of(network_class, config), pictures(config, 8)
    SparseL1(weight=0.3)(network, x, {}, rng())["l1"].backward()
    on = (network.encode(x) > 0).float().mean(0)
    assert 0 < on.mean() < 1
    assert torch.allclose(network.encoder.bias.grad, 0.3 * on, atol=1e-6)


# ELBO


def test_the_bernoulli_elbo_worked_by_hand():
    # p = 1/2 on each of 4 pixels costs 4 log 2; N(1, 1) and N(-2, 4) cost 1/2 and (4 + 4 - 1 - log 4) / 2
    model = Fixed([1.0, -2.0], [0.0, math.log(4)], log_odds=0.0)
    terms = Elbo("bernoulli")(model, torch.tensor([1.0, 0.0, 0.0, 1.0]).view(1, 1, 2, 2), {}, rng())
    assert terms["nll"].item() == pytest.approx(4 * math.log(2))
    assert terms["kl"].item() == pytest.approx(0.5 + (7 - math.log(4)) / 2)


def test_the_gaussian_elbo_worked_by_hand():
    # x_hat = 1/2 and x = 1 on 4 pixels: 4 * 0.25 / (2 * 0.1²) = 50; that is -log N(x; x_hat, sigma) less its constant
    model, x = Fixed([0.0], [0.0], log_odds=0.0), torch.ones(3, 1, 2, 2)
    terms = Elbo("gaussian", sigma=0.1)(model, x, {}, rng())
    assert terms["nll"].item() == pytest.approx(50)
    assert terms["kl"].item() == 0
    density = distributions.Normal(0.5, 0.1)
    theirs = -(density.log_prob(x) + math.log(0.1 * math.sqrt(2 * math.pi))).sum((1, 2, 3)).mean()
    assert terms["nll"].item() == pytest.approx(theirs.item(), rel=1e-5)


def test_four_sse_is_the_gaussian_of_sigma_0_3536():
    model, x = Fixed([0.0], [0.0], log_odds=0.0), torch.ones(1, 1, 2, 2)
    assert Elbo("gaussian", sigma=8**-0.5)(model, x, {}, rng())["nll"].item() == pytest.approx(4 * 4 * 0.25)


def test_beta_weighs_the_kl_alone_and_reconstruction_the_likelihood_alone():
    model, x = Fixed([1.0, 2.0], [0.0, 1.0], log_odds=0.3), torch.rand(2, 1, 2, 2)
    plain, beta = Elbo("bernoulli")(model, x, {}, rng()), Elbo("bernoulli", beta=4.0)(model, x, {}, rng())
    kl_only = Elbo("bernoulli", reconstruction=0.0)(model, x, {}, rng())
    assert beta["kl"].item() == pytest.approx(4 * plain["kl"].item())
    assert beta["nll"].item() == plain["nll"].item()
    assert kl_only["nll"].item() == 0
    assert kl_only["kl"].item() == plain["kl"].item()


def test_binarised_pictures_are_bernoulli_draws_and_keep_the_expected_bce():
    model, x = Fixed([0.0], [0.0], log_odds=1.3), torch.tensor([0.0, 0.25, 0.7, 1.0]).view(1, 1, 2, 2)
    many = x.expand(20_000, 1, 2, 2)
    terms = Elbo("bernoulli", binarise=1.0)(model, many, {}, rng())
    assert set(model.seen.unique().tolist()) == {0.0, 1.0}
    assert torch.allclose(model.seen.mean(0), x[0], atol=0.01)
    assert terms["nll"].item() == pytest.approx(bce(model.logits(many), many).item(), rel=0.01)
    Elbo("bernoulli", binarise=0.5)(model, many, {}, rng())
    whole = (model.seen == many).flatten(1).all(1)
    assert whole.float().mean().item() == pytest.approx(0.5, abs=0.02)
    Elbo("bernoulli")(model, many, {}, rng())
    assert torch.equal(model.seen, many)


@pytest.mark.parametrize(("network_class", "config"), of_class(DenseVAE, ConvVAE))
def test_the_elbo_bounds_what_more_samples_give(network_class, config):
    """The importance-weighted bound of K samples is tighter (arXiv 1509.00519, theorem 1), and KL is never negative."""
    network, x = network_of(network_class, config), pictures(config, 4).round()
    generator = rng()
    terms = [Elbo("bernoulli")(network, x, {}, generator) for _ in range(200)]
    elbo = -sum((t["nll"] + t["kl"]).item() for t in terms) / 200
    q = network.posterior(x)
    z = q.sample(torch.randn(500, *q.mu.shape, generator=rng(1)))
    log_p = distributions.Bernoulli(logits=network.logits(z.flatten(0, 1)).unflatten(0, (500, 4)))
    log_w = (
        log_p.log_prob(x.expand(500, *x.shape)).flatten(2).sum(2)
        + distributions.Normal(0.0, 1.0).log_prob(z).sum(2)
        - distributions.Normal(q.mu, q.sigma).log_prob(z).sum(2)
    )
    assert elbo == pytest.approx(log_w.mean().item(), abs=1.0)  # the same bound written with densities
    assert elbo < (torch.logsumexp(log_w, 0) - math.log(500)).mean().item() + 0.05


# Perceptual


@pytest.fixture
def features():
    torch.manual_seed(0)
    network = FeatureNet(FeatureConfig((4, 6), ("a", "b")))
    network(torch.rand(16, 3, 8, 8))  # in train mode: the running statistics leave 0 and 1
    return network


def test_perceptual_distance_is_zero_on_the_same_and_reaches_only_x_hat(features):
    distance = Perceptual(features, weight=2.0)
    x, x_hat = torch.rand(3, 3, 8, 8, requires_grad=True), torch.rand(3, 3, 8, 8, requires_grad=True)
    assert distance(x, x).item() == 0
    distance(x_hat, x).backward()
    assert x_hat.grad.abs().sum() > 0
    assert x.grad is None
    assert all(p.grad is None and not p.requires_grad for p in features.parameters())


def test_perceptual_distance_is_the_sum_of_normalised_errors(features):
    distance, x, x_hat = Perceptual(features, weight=2.0), torch.rand(3, 3, 8, 8), torch.rand(3, 3, 8, 8)
    expected = sum(((a - b) ** 2).mean() / b.var() for a, b in zip(features.maps(x_hat), features.maps(x), strict=True))
    assert distance(x_hat, x).item() == pytest.approx(2 * expected.item(), rel=1e-5)


def test_perceptual_distance_of_larger_pictures_is_that_of_the_shrunk_ones(features):
    x, x_hat = torch.rand(2, 3, 3, 8, 8)
    large, large_hat = (y.repeat_interleave(2, 2).repeat_interleave(2, 3) for y in (x, x_hat))
    expected = Perceptual(features, weight=2.0)(x_hat, x).item()
    assert Perceptual(features, weight=2.0, shrink=2)(large_hat, large).item() == pytest.approx(expected, rel=1e-5)


def test_the_feature_network_stays_fixed_while_training(features):
    distance = nn.ModuleList([Perceptual(features, weight=1.0)]).train()
    before = {name: value.clone() for name, value in features.state_dict().items()}
    distance[0](torch.rand(4, 3, 8, 8), torch.rand(4, 3, 8, 8))
    assert not features.training
    assert all(torch.equal(value, before[name]) for name, value in features.state_dict().items())


NAMES = tuple("sunglasses" if name == "Sunglasses" else name for name in latents.FACE_DIRECTIONS)


def test_the_terms_of_the_perceptual_elbo():
    ((network_class, config),) = of_class(ConvVAE)
    network, x = network_of(network_class, config), pictures(config, 4)
    labels = {name: torch.tensor([0, 1, 0, 1]) for name in NAMES}
    features = FeatureNet(FeatureConfig((4, 6), NAMES))
    objective = PerceptualElbo(
        features,
        NAMES,
        5,
        sigma=0.5,
        beta=3.0,
        perceptual=2.0,
        probe=4.0,
        recognised=7.0,
        edited=1.0,
        glasses=6.0,
        aggregate=9.0,
    )
    objective.aggregate.decay = 0.5
    terms = objective(network, x, labels, rng(7))
    counts = torch.tensor([6.0 if name == "Eyeglasses" else 1.0 for name in NAMES])
    q = network.posterior(x)
    eps = torch.randn(q.mu.shape, generator=rng(7))
    x_hat = torch.sigmoid(network.logits(q.mu + torch.exp(q.logvar / 2) * eps))
    kl = distributions.kl_divergence(distributions.Normal(q.mu, q.sigma), distributions.Normal(0.0, 1.0))
    target = torch.tensor([0.0, 1.0, 0.0, 1.0])[:, None].expand(4, 12)
    probe = -(counts * distributions.Bernoulli(logits=objective.probe(q.mu)).log_prob(target)).sum(1).mean()
    read = -(counts * distributions.Bernoulli(logits=features(x_hat)).log_prob(target)).sum(1).mean()
    assert terms["nll"].item() == pytest.approx(((x_hat - x) ** 2).sum().item() / 4 / (2 * 0.5**2), rel=1e-5)
    assert terms["kl"].item() == pytest.approx(3 * kl.sum(1).mean().item(), rel=1e-4)
    assert terms["perceptual"].item() == pytest.approx(Perceptual(features, 2.0)(x_hat, x).item(), rel=1e-4)
    assert terms["probe"].item() == pytest.approx(4 * probe.item(), rel=1e-5)
    assert terms["recognised"].item() == pytest.approx(7 * read.item(), rel=1e-4)
    assert terms["edited"].item() == 0  # no directions yet
    spread = (torch.eye(5) + q.mu.T @ q.mu / 4 + q.sigma.square().mean(0).diag()) / 2 - torch.outer(
        q.mu.mean(0), q.mu.mean(0)
    ) / 4
    penalty = 9 * torch.linalg.matrix_norm(spread - torch.eye(5)).square() / 2
    assert terms["aggregate"].item() == pytest.approx(penalty.item(), rel=1e-4)
    sum(terms.values()).backward()
    assert objective.probe.weight.grad.abs().sum() > 0
    assert all(p.grad is not None for p in network.parameters())


def test_the_aggregate_posterior_has_the_gradient_of_its_distance_from_the_prior():
    aggregate = AggregatePosterior(3, weight=2.0, decay=0.0)  # the running means are those of the batch
    mu, logvar = torch.randn(50, 3, generator=rng(0)) * 2, torch.randn(50, 3, generator=rng(1)) - 1
    mu, logvar = mu.requires_grad_(), logvar.requires_grad_()
    drawn = distributions.Normal(mu, torch.exp(logvar / 2))
    between, within = torch.cov(mu.T, correction=0), drawn.variance.mean(0).diag()  # the law of total covariance
    penalty = 2.0 * torch.linalg.matrix_norm(between + within - torch.eye(3)).square() / 2
    wanted = torch.autograd.grad(penalty, (mu, logvar))
    found = torch.autograd.grad(aggregate(Posterior(mu, logvar)), (mu, logvar))
    for a, b in zip(found, wanted, strict=True):
        torch.testing.assert_close(a, b, atol=1e-5, rtol=1e-4)


def test_the_aggregate_posterior_follows_the_batches():
    aggregate = AggregatePosterior(2, weight=1.0, decay=0.9)
    torch.testing.assert_close(aggregate.covariance(), torch.eye(2))  # nothing is asked before anything was seen
    wide = torch.tensor([[3.0, 1.0], [1.0, 2.0]])
    mu = torch.randn(20_000, 2, generator=rng(0)) @ torch.linalg.cholesky(wide).T + 5
    for part in mu.split(100):
        aggregate(Posterior(part, torch.full_like(part, -2.0)))
    found = aggregate.covariance()
    torch.testing.assert_close(found, wide + math.exp(-2) * torch.eye(2), atol=0.3, rtol=0)


def test_a_lattice_is_what_repeats_every_four_pixels():
    i = torch.arange(64.0)
    wave = 0.1 * torch.cos(2 * torch.pi * i / 4)[None, None, None]  # along a row: 0.1, 0, -0.1, 0
    fine = 1 + 1 / 5  # without the mean of five neighbours, which at a crest is (-1 + 0 + 1 + 0 - 1) / 5
    found = lattice(0.5 + wave.expand(2, 3, 64, 64)).item()
    assert found == pytest.approx(3 * 64 * 64 * (0.1 * fine) ** 2 / 2, rel=0.03)  # the border's blur differs
    assert lattice((i / 64).expand(1, 3, 64, 64)).item() < 0.01 * found  # a shade
    other = 0.5 + 0.1 * torch.cos(2 * torch.pi * i / 16)[None, None, None].expand(2, 3, 64, 64)
    assert lattice(other).item() < 0.02 * found
    noise = 0.5 + 0.1 * torch.randn(64, 3, 64, 64, generator=rng(0))
    blur = torch.tensor([1, -1 / 5, 1 / 5, -1 / 5])  # what it leaves of the four waves that repeat every four pixels
    kept = (1 - blur[:, None] * blur).square().sum() / 16  # of the 16 places in a tile
    share = kept.item() / 64  # the mean over a window of 64 tiles has a 64th of the variance
    assert lattice(noise).item() == pytest.approx(3 * 64 * 64 * 0.1**2 * share, rel=0.03)


@pytest.mark.parametrize(("along", "phase"), [(1, 0.0), (-1, 0.0), (1, 1.1), (-1, 2.5)])
def test_a_mesh_is_a_wave_of_period_four_along_a_diagonal(along, phase):
    i = torch.arange(64.0)
    rows, columns = i[:, None], i[None]
    wave = 0.1 * torch.cos(torch.pi / 2 * (rows + along * columns) + phase)
    found = mesh(wave.expand(5, 3, 64, 64)).item()
    # 29 windows a side fit, and each stands for two pixels: 58 of 64; half a squared amplitude is a wave's mean square.
    assert found == pytest.approx(3 * 58 * 58 * 0.1**2 / 2, rel=0.02)
    for other in (torch.pi / 2 * rows, torch.pi / 2 * columns, 0.02 * rows):
        assert mesh(0.1 * torch.cos(other + phase).expand(5, 3, 64, 64)).item() < 0.03 * found
    # Of a frequency one step of 1/8 away a Hann window of 8 lets half through, here along both axes.
    near = 0.1 * torch.cos(torch.pi / 4 * (rows + along * columns) + phase)
    assert mesh(near.expand(5, 3, 64, 64)).item() == pytest.approx(found / 16, rel=0.03)


@pytest.mark.parametrize(("down", "across"), [(1, 0), (0, 1), (1, 1)])
def test_a_mesh_is_a_wave_of_period_two_too(down, across):
    i = torch.arange(64.0)
    wave = 0.1 * torch.cos(torch.pi * (down * i[:, None] + across * i))
    assert mesh(wave.expand(5, 3, 64, 64)).item() == pytest.approx(3 * 58 * 58 * 0.1**2, rel=0.02)


def perceptual_run(**weights: float):
    """An objective with these weights more, a network and six pictures with labels."""
    ((network_class, config),) = of_class(ConvVAE)
    config = dataclasses.replace(config, size=32)
    network, x = network_of(network_class, config).eval(), pictures(config, 6)
    labels = {name: torch.tensor([0, 1, 0, 1, 1, 0]) for name in NAMES}
    features = FeatureNet(FeatureConfig((4, 6), NAMES))
    usual = {"sigma": 0.5, "beta": 3.0, "perceptual": 2.0, "probe": 4.0, "recognised": 7.0, "edited": 1.0}
    return PerceptualElbo(features, NAMES, 5, **usual, **weights), network, x, labels


def test_the_mesh_counted_is_that_of_the_error():
    objective, network, x, labels = perceptual_run(mesh=6.0)
    q = network.posterior(x)
    x_hat = network.decode(q.sample(torch.randn(q.mu.shape, generator=rng(7))))
    found = objective(network, x, labels, rng(7))["mesh"].item()
    assert found == pytest.approx(6 * mesh(x_hat - x).item(), rel=1e-4)


def test_a_decoder_alone_is_also_freed_of_its_lattice():
    objective, network, x, labels = perceptual_run(lattice=5.0)
    mu = network.encode(x)
    means = torch.stack([mu[:2].mean(0), mu[:4].mean(0), mu[:6].mean(0)])
    wanted = 5 * lattice(network.decode(means)).item()
    assert objective(network, x, labels, rng(7))["lattice"].item() == pytest.approx(wanted, rel=1e-4)
    assert "lattice" not in objective(network.train(), x, labels, rng(7))


def test_so_are_draws_of_their_mesh():
    objective, network, x, labels = perceptual_run(drawn=5.0)
    generator = rng(7)
    torch.randn(6, 5, generator=generator)  # eps of the posterior
    wanted = 5 * mesh(network.decode(torch.randn(3, 5, generator=generator))).item()
    assert objective(network, x, labels, rng(7))["drawn"].item() == pytest.approx(wanted, rel=1e-4)
    assert "drawn" not in objective(network.train(), x, labels, rng(7))


def test_a_decoder_alone_is_also_held_to_moments():
    objective, network, x, labels = perceptual_run(moments=5.0)
    q = network.posterior(x)
    x_hat = network.decode(q.sample(torch.randn(q.mu.shape, generator=rng(7))))
    maps = zip(*map(objective.perceptual.network.maps, (x_hat, x)), strict=True)
    wanted = 5 * sum(apart_in_moments(h, target) for h, target in maps)
    assert objective(network, x, labels, rng(7))["moments"].item() == pytest.approx(wanted.item(), rel=1e-3)
    assert "moments" not in objective(network.train(), x, labels, rng(7))


# FeatureMoments


def apart_in_moments(h: Tensor, target: Tensor) -> Tensor:
    """Of one map, (N, C, h, w) and (B, C, h, w): mean over its channels, as they are, one batch alone."""
    h, target = (m.movedim(1, 0).flatten(1) for m in (h, target))  # (C, N h w)
    variance = target.var(1, correction=0)
    means = (h.mean(1) - target.mean(1)).square() / variance
    squares = (h.square().mean(1) - target.square().mean(1)).square() / variance.square()
    return (means + squares).mean()


def test_feature_moments_have_the_gradient_of_their_distance():
    moments = FeatureMoments((2, 3), weight=4.0)
    maps = [torch.rand(5, c, 4, 4, generator=rng(c)).requires_grad_() for c in (2, 3)]
    targets = [2 * torch.rand(6, c, 4, 4, generator=rng(9 + c)) for c in (2, 3)]
    wanted = 4 * sum(apart_in_moments(h, target) for h, target in zip(maps, targets, strict=True))
    found = moments(maps, targets)
    assert found.item() == pytest.approx(wanted.item(), rel=1e-4)
    for a, b in zip(torch.autograd.grad(found, maps), torch.autograd.grad(wanted, maps), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-7)
    assert FeatureMoments((2, 3), 4.0)(targets, targets).item() == pytest.approx(0, abs=1e-9)


def test_feature_moments_remember():
    """Of three batches the newest counts most: 1, 0.5 and 0.25 of 1.75."""
    moments = FeatureMoments((1,), weight=1.0, decay=0.5)
    for value in (1.0, 2.0, 6.0):
        moments([torch.full((2, 1, 3, 3), value)], [torch.rand(4, 1, 3, 3, generator=rng())])
    assert moments.decoded[0].item() == pytest.approx((6 + 0.5 * 2 + 0.25 * 1) / 1.75)


class Seen:
    """A decoder and a feature network that remember what they are shown; the log-odds are those of `logits`."""

    def __init__(self, logits: Tensor) -> None:
        self.logits = logits

    def decode(self, z: Tensor) -> Tensor:
        self.z = z
        return torch.zeros(len(z), 3, 8, 8)

    def __call__(self, x: Tensor) -> Tensor:
        self.x = x
        return self.logits


@pytest.mark.parametrize(
    ("step", "has", "sign", "wanted", "free"),
    [
        ("Eyeglasses", [], 1, ["Eyeglasses"], []),
        ("Eyeglasses", ["Eyeglasses", "Male"], -1, ["Male"], []),
        ("Eyeglasses", ["Eyeglasses", "sunglasses"], 0, ["Eyeglasses", "sunglasses"], []),  # of the other kind
        ("Sunglasses", ["Young"], 1, ["Eyeglasses", "sunglasses", "Young"], []),
        ("Sunglasses", ["Eyeglasses", "sunglasses"], -1, [], []),
        ("Male", ["Male"], -1, [], ["No_Beard"]),
        ("Wearing_Hat", ["Bangs"], 1, ["Wearing_Hat", "Bangs"], ["Bangs", "Blond_Hair", "Black_Hair"]),
    ],
)
def test_an_edit_takes_one_step_and_asks_for_it_and_nothing_else(step, has, sign, wanted, free):
    edits, k = Edits(NAMES, 5, weight=2.0), latents.FACE_DIRECTIONS.index(step)
    edits.directions.copy_(torch.randn(12, 5, generator=rng(0)))
    edits.often.zero_()[k] = 1
    z, logits = torch.randn(1, 5, generator=rng(1)), torch.randn(1, 12, generator=rng(2))
    labels = {name: torch.tensor([int(name in has)]) for name in NAMES}
    seen = Seen(logits)
    loss = edits(seen, seen, z, labels, rng())
    assert torch.allclose(seen.z, z + sign * edits.directions[k])
    target = torch.tensor([[float(name in wanted) for name in NAMES]])
    nats = -distributions.Bernoulli(logits=logits).log_prob(target)
    asked = torch.tensor([[name not in free for name in NAMES]])
    assert loss.item() == pytest.approx(2 * nats[asked].sum().item(), rel=1e-5)


def people(n: int, generator: torch.Generator) -> tuple[dict[str, Tensor], Tensor]:
    """Labels that know nothing of each other, but that sunglasses are glasses, and (n, 12) what each has to step."""
    labels = {name: (torch.rand(n, generator=generator) < 0.5).long() for name in NAMES}
    labels["Eyeglasses"] |= labels["sunglasses"]
    flags = latents.face_flags(labels)
    return labels, torch.stack([flags[name] for name in latents.FACE_DIRECTIONS], 1).float()


def test_edits_find_the_directions_that_the_codes_were_made_with():
    generator = rng(3)
    edits = Edits(NAMES, 12, weight=1.0, memory=4096, every=1)
    labels, present = people(4096, generator)
    planted = 3 * torch.eye(12)
    mu = present @ planted + 0.1 * torch.randn(4096, 12, generator=generator)
    edits.remember(mu[:2048], {name: column[:2048] for name, column in labels.items()})
    assert not edits.directions.any()  # the memory is not full yet
    edits.remember(mu[2048:], {name: column[2048:] for name, column in labels.items()})
    assert torch.allclose(edits.directions.diagonal(), torch.tensor(3.0), atol=0.1)
    assert (F.cosine_similarity(edits.directions, planted) > 0.97).all()  # chance ties a few labels together


def test_the_directions_of_edits_follow_a_network_that_changes_its_codes():
    generator = rng(4)
    edits = Edits(NAMES, 12, weight=1.0, memory=4096, every=4)
    first = 3 * torch.eye(12)
    later, found = first.roll(1, 1), []  # each attribute moves on to its neighbour's dimension
    for planted in (first, first, later, later):
        labels, present = people(2048, generator)
        edits.remember(present @ planted + 0.1 * torch.randn(2048, 12, generator=generator), labels)
        found.append(edits.directions.clone())
    assert torch.equal(found[2], found[1])  # computed now and then only
    assert (F.cosine_similarity(found[1], first) > 0.95).all()
    assert (F.cosine_similarity(found[3], later) > 0.95).all()


def steps_of(has: list[str], n: int = 2000) -> dict[str, float]:
    """How often each step is taken, of n people who have just these labels; what is not asked for is not in it."""
    edits = Edits(NAMES, 12, weight=1.0)
    edits.directions.copy_(torch.eye(12))
    seen, z = Seen(torch.zeros(n, 12)), torch.zeros(n, 12)
    edits(seen, seen, z, {name: torch.full((n,), int(name in has)) for name in NAMES}, rng(5))
    return dict(zip(latents.FACE_DIRECTIONS, (seen.z != z).float().mean(0).tolist(), strict=True))


def test_glasses_are_tried_on_most_often_and_everything_else_is_tried_too():
    steps = steps_of([])
    glasses = steps.pop("Eyeglasses")
    assert 2 * max(steps.values()) < glasses < sum(steps.values())  # what one looks at; but most steps are others
    assert min(steps.values()) > 0.02  # a direction that is never practised is not learned


def test_of_the_few_who_wear_glasses_most_take_them_off():
    steps = steps_of(["Eyeglasses"])
    assert steps.pop("Eyeglasses") > 0.5
    assert steps.pop("Sunglasses") == 0  # which are not asked of who wears clear ones
    assert min(steps.values()) > 0.005  # and some do all else with them on


def test_edited_pictures_are_read_under_noise():
    edits, seen = Edits(NAMES, 5, weight=1.0, noise=0.2), Seen(torch.zeros(500, 12))
    edits.directions.fill_(1.0)
    edits(seen, seen, torch.zeros(500, 5), {name: torch.zeros(500).long() for name in NAMES}, rng())
    assert seen.x.mean().item() == pytest.approx(0, abs=3e-3)  # what was decoded is 0
    assert seen.x.std().item() == pytest.approx(0.2, rel=0.01)
    assert seen.x.flatten(1).std(1).min() > 0.15  # all pictures alike


def test_attributes_sum_over_names_in_their_order():
    model = nn.Linear(2, 2)
    x, labels = torch.rand(5, 2), {"b": torch.tensor([1, 0, 1, 0, 0]), "a": torch.tensor([0, 0, 1, 1, 1]), "c": None}
    theirs = sum(
        F.binary_cross_entropy_with_logits(model(x)[:, i], labels[name].float()) for i, name in enumerate(("a", "b"))
    )
    assert Attributes(("a", "b"))(model, x, labels, rng())["bce"].item() == pytest.approx(theirs.item(), rel=1e-5)


def test_attributes_are_read_under_noise_of_any_strength_up_to_the_one_given():
    seen, x = Seen(torch.zeros(2000, 1)), torch.full((2000, 1, 8, 8), 0.5)
    Attributes(("a",), noise=0.3)(seen, x, {"a": torch.zeros(2000).long()}, rng())
    noise = (seen.x - x).flatten(1)
    assert noise.mean().item() == pytest.approx(0, abs=3e-3)
    assert noise.square().mean().item() == pytest.approx(0.3**2 / 3, rel=0.05)  # sigma u, u uniform: E u² = 1/3
    # the deviations of the pictures lie evenly from 0 to 0.3
    levels = torch.tensor([0.25, 0.5, 0.75])
    torch.testing.assert_close(noise.std(1).quantile(levels), 0.3 * levels, atol=0.015, rtol=0)
    Attributes(("a",))(seen, x, {"a": torch.zeros(2000).long()}, rng())
    assert torch.equal(seen.x, x)


# VQ


def test_a_codebook_step_worked_by_hand():
    """N <- N / 2 + n / 2, m <- m / 2 + sum / 2, e = m / N, with the codes 1 and 2 at entry 0, and 9 at entry 10."""
    codebook, ema = Codebook(2, 1), CodebookEMA(2, 1, decay=0.5)
    codebook.embedding.copy_(torch.tensor([[0.0], [10.0]]))
    ema.count.copy_(torch.tensor([1.0, 1.0]))
    ema.total.copy_(torch.tensor([[0.0], [10.0]]))
    ema(codebook, torch.tensor([1.0, 2.0, 9.0]).view(1, 1, 1, 3), rng())
    assert ema.count.tolist() == [1.5, 1.0]
    assert ema.total.tolist() == [[1.5], [9.5]]
    assert codebook.embedding.tolist() == [[1.0], [9.5]]


def test_the_codebook_starts_on_the_data_and_settles_on_cluster_means():
    codebook, ema = Codebook(2, 2), CodebookEMA(2, 2, decay=0.5)
    centres = torch.tensor([[5.0, 0.0], [-5.0, 3.0]])
    points = centres[torch.arange(64) % 2] + 0.1 * torch.randn(64, 2, generator=rng())
    z_e = points.T.reshape(1, 2, 8, 8)
    for step in range(30):
        ema(codebook, z_e, rng(step))
        assert codebook.embedding.norm(dim=1).max() < 7  # never off the data
    means = torch.stack([points[0::2].mean(0), points[1::2].mean(0)])
    found = codebook.embedding[codebook.embedding[:, 0].argsort(descending=True)]
    assert torch.allclose(found, means, atol=1e-3)


def test_a_trained_codebook_goes_on_from_where_it_is():
    """N <- 0.99 + 0.01 n, m <- 0.99 e + 0.01 sum: a code of 2 chose entry 0, the entry at 10 is on its code."""
    codebook, ema = Codebook(3, 1), CodebookEMA(3, 1, decay=0.99)
    codebook.embedding.copy_(torch.tensor([[0.0], [10.0], [-500.0]]))
    ema.go_on_from(codebook)
    ema(codebook, torch.tensor([2.0, 10.0]).view(1, 1, 1, 2), rng())
    torch.testing.assert_close(codebook.embedding, torch.tensor([[0.02], [10.0], [-500.0]]))  # what none chose stays


@pytest.mark.parametrize(("network_class", "config"), of_class(VQVAE, VQVAE2))
def test_every_level_goes_on_from_its_own_codebook(network_class, config):
    network = network_of(network_class, config)
    books = [m for m in network.modules() if isinstance(m, Codebook)]
    objective, before = VQ(7, 3, levels=len(books)), [book.embedding.clone() for book in books]
    objective.go_on_from(network)
    for book, ema, old in zip(books, objective.ema, before, strict=True):
        ema(book, old.T[None, :, None], rng())  # each entry is met once, as it is
        torch.testing.assert_close(book.embedding, old)


def test_a_dead_entry_moves_onto_a_code():
    codebook, ema = Codebook(2, 1), CodebookEMA(2, 1, decay=0.5, revive_below=0.03)
    codebook.embedding.copy_(torch.tensor([[0.0], [1000.0]]))
    ema.count.copy_(torch.tensor([1.0, 0.05]))
    ema.total.copy_(torch.tensor([[0.0], [50.0]]))
    z_e = torch.tensor([1.0, 2.0, 4.0]).view(1, 1, 1, 3)
    ema(codebook, z_e, rng())
    assert codebook.embedding[1].item() in (1.0, 2.0, 4.0)
    assert ema.count[1].item() == 1


def test_commitment_pulls_the_encoder_alone():
    codebook, z_e = Codebook(5, 3), torch.randn(2, 3, 4, 4, requires_grad=True)
    loss = commitment_loss(codebook, z_e)
    nearest = codebook.look_up(codebook.codes(z_e))
    assert loss.item() == pytest.approx(((z_e - nearest) ** 2).sum().item() / 2, rel=1e-5)
    loss.backward()
    assert torch.allclose(z_e.grad, (z_e - nearest).detach(), atol=1e-6)  # 2 (z_e - e) / B


@pytest.mark.parametrize(("network_class", "config"), of_class(VQVAE, VQVAE2))
def test_the_terms_of_vq(network_class, config):
    network, x = network_of(network_class, config), pictures(config, 4)
    books = [network.codebook] if network_class is VQVAE else [network.codebook_top, network.codebook_bottom]
    objective = VQ(7, 3, levels=len(books), sigma=0.5, commitment=0.25)
    before = [book.embedding.clone() for book in books]
    terms = objective.eval()(network, x, {}, rng())
    assert all(torch.equal(book.embedding, old) for book, old in zip(books, before, strict=True))
    levels = [network.unflatten(network.encode(x))] if network_class is VQVAE else list(network.levels(x))
    gap = sum(((z - book.look_up(book.codes(z))) ** 2).sum() for z, book in zip(levels, books, strict=True)) / 4
    assert terms["commitment"].item() == pytest.approx(0.25 * gap.item(), rel=1e-4)
    assert terms["nll"].item() == pytest.approx(2 * ((network(x) - x) ** 2).sum().item() / 4, rel=1e-4)
    sum(objective.train()(network, x, {}, rng()).values()).backward()
    assert not any(torch.equal(book.embedding, old) for book, old in zip(books, before, strict=True))
    encoder = network.encoder if network_class is VQVAE else network.encoder_bottom
    assert all(p.grad.any() for p in encoder.parameters())


@pytest.mark.parametrize(("network_class", "config"), of_class(VQVAE, VQVAE2))
def test_a_code_prior_that_knows_nothing_pays_log_k_a_code(network_class, config):
    network, x = network_of(network_class, config), pictures(config, 4)
    grids = (2,) if network_class is VQVAE else (1, 2)
    prior = CodePrior(CodePriorConfig(entries=7, grids=grids, width=8, depth=1, heads=2))
    for level in prior.levels:
        nn.init.zeros_(level.weight)
        nn.init.zeros_(level.bias)
    objective = CodeLikelihood(network).train()
    terms = objective(prior, x, {}, rng())
    assert terms["nll"].item() == pytest.approx(sum(side**2 for side in grids) * math.log(7), rel=1e-5)
    assert not network.training
    terms["nll"].backward()
    assert all(p.grad is None for p in network.parameters())


@pytest.mark.parametrize(("network_class", "config"), of_class(VQVAE, VQVAE2))
@torch.no_grad()
def test_a_code_prior_begins_on_the_codebooks(network_class, config):
    network = network_of(network_class, config)
    books = [m.embedding for m in network.modules() if isinstance(m, Codebook)]
    grids = (config.grid,) if network_class is VQVAE else (config.grid // 2, config.grid)
    prior = CodePrior(CodePriorConfig(entries=7, grids=grids, width=16, depth=1, heads=2))
    CodeLikelihood(network).begin(prior)
    for level, book in enumerate(books):
        rows = prior.embed.weight[7 * level : 7 * level + 7]
        assert torch.allclose(torch.cdist(rows, rows), torch.cdist(book, book) / book.std(), atol=1e-3)
        # What stands for an entry makes that entry the likeliest, and others less so with their squared distance.
        odds = prior.levels[level](rows)
        fall = odds.diagonal()[:, None] - odds
        assert torch.allclose(fall, 0.1 * torch.cdist(rows, rows).square(), atol=1e-3)
    places = prior.place[-(config.grid**2) :].unflatten(0, (config.grid, config.grid))
    apart = torch.cdist(places.flatten(0, 1), places.flatten(0, 1)) + torch.eye(config.grid**2)
    assert apart.min() > 0.5
    assert torch.allclose(places.transpose(0, 1).roll(8, 2), places)  # rows count as columns do
