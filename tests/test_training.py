"""Training learns, resumes exactly and writes what it measured; the measures against closed forms."""

import json
import math

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.linalg import sqrtm
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from tiny import TINY, network_of, write_checkpoint
from torch import Tensor, distributions

from vae_demo import ops, replay
from vae_demo.checkpoints import Checkpoint
from vae_demo.models import (
    VQVAE,
    ConvAE,
    ConvConfig,
    ConvVAE,
    DenseAE,
    DenseConfig,
    DenseVAE,
    OrderedAE,
    VQConfig,
)
from vae_demo.priors import CodePrior, CodePriorConfig
from vae_demo.training import data, evaluate, export, face_measures, latents, lengths, pca, train
from vae_demo.training.objectives import VQ, CodeLikelihood, Denoising, Elbo, Objective, Reconstruction
from vae_demo.training.recipes import RECIPES, Recipe
from vae_demo.training.record import keep
from vae_demo.training.train import Run
from vae_demo.training.whiten import centre, whiten

CPU = torch.device("cpu")


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def digits(first: int, last: int, size: int = 8) -> data.Split:
    """Real handwritten digits that scikit-learn carries (8x8, UCI), enlarged where a network wants more pixels."""
    bunch = load_digits()
    pictures = (bunch.images[first:last] * 255 / 16).round().astype(np.uint8)
    if size != 8:
        box = Image.Resampling.BICUBIC
        pictures = np.stack([np.asarray(Image.fromarray(picture).resize((size, size), box)) for picture in pictures])
    labels = {"digit": torch.from_numpy(bunch.target[first:last]).long()}
    source = {"name": "digits", "split": "train" if first == 0 else "val", "sha256": "0" * 64}
    return data.Split(torch.from_numpy(pictures)[:, None], labels, None, source)


# Learning


@pytest.fixture(params=[False, True], ids=["float32", "bfloat16"])
def either_mode(request, monkeypatch):
    """As on a processor that multiplies in bfloat16, and as on one that does not."""
    monkeypatch.setattr(train, "has_bf16", lambda device: request.param)


@pytest.mark.usefixtures("either_mode")
@pytest.mark.parametrize(
    ("network", "config", "steps"),
    [
        (DenseAE, DenseConfig(1, 8, (128, 64), 4), 600),
        (ConvAE, ConvConfig(1, 8, (16, 32), (0, 0), (0, 0), 4), 300),
    ],
)
def test_a_tiny_run_beats_pca_of_the_same_size(network, config, steps, monkeypatch, tmp_path):
    learn, held_out = digits(0, 1400), digits(1400, 1797)
    recipe = Recipe("mnist", network, config, lambda _: Reconstruction(), steps, batch=128, lr=4e-3)
    monkeypatch.setitem(RECIPES, "tiny", recipe)
    trained, record = train.train("tiny", learn, Run(steps), CPU, runs=tmp_path)
    x_learn, x = (split.batch(torch.arange(len(split))).flatten(1).numpy() for split in (learn, held_out))
    linear = PCA(4).fit(x_learn)
    floor = ((linear.inverse_transform(linear.transform(x)) - x) ** 2).mean()
    pictures = torch.from_numpy(x).view(-1, 1, 8, 8)
    with torch.no_grad():
        error = ops.mse(trained(pictures), pictures).mean().item()
    assert error < 0.95 * floor
    assert record["images"] == steps * 128
    assert not trained.training


@pytest.mark.usefixtures("either_mode")
def test_a_tiny_vae_tells_digits_better_than_their_pixels_alone(monkeypatch, tmp_path):
    """Against the best model without a code: each pixel its own Bernoulli, with the training set's mean."""
    learn, held_out = digits(0, 1400), digits(1400, 1797)
    config = DenseConfig(1, 8, (64, 64), 4)
    recipe = Recipe("mnist", DenseVAE, config, lambda _: Elbo("bernoulli", binarise=1.0), 400, batch=128, lr=4e-3)
    monkeypatch.setitem(RECIPES, "tiny", recipe)
    network, _ = train.train("tiny", learn, Run(400), CPU, runs=tmp_path)
    ae = Checkpoint(write_checkpoint(tmp_path / "trained", network, config), CPU)
    x = evaluate.pictures(held_out)
    p = evaluate.pictures(learn).mean(0).clamp(1e-3, 1 - 1e-3)
    alone = -(x * p.log() + (1 - x) * (1 - p).log()).sum((1, 2, 3)).mean().item()
    assert evaluate.negative_log_likelihood(ae, x, samples=50) < alone - 0.5


def test_a_run_on_this_gpu_learns_as_much_as_on_the_cpu(gpu, monkeypatch, tmp_path):
    split = digits(0, 1400)
    chance = torch.rand(2, len(split), generator=rng())
    labels = split.labels | {"Eyeglasses": (chance[0] < 0.1).long(), "Male": (chance[1] < 0.5).long()}
    split = data.Split(split.images, labels, None, split.source)
    config = ConvConfig(1, 8, (16, 32), (0, 0), (0, 0), 4)
    recipe = Recipe(
        "celeba", ConvAE, config, lambda _: Denoising(0.3, 0.3), 200, batch=32, lr=4e-3, glasses=(3, 8), jitter=True
    )
    monkeypatch.setitem(RECIPES, "tiny", recipe)
    errors = []
    for device in (CPU, gpu):
        _, record = train.train("tiny", split, Run(200, batch=128), device, runs=tmp_path / device.type)
        assert record["images"] == 200 * 128
        errors.append(record["final_terms"]["sse"])
    assert errors[1] == pytest.approx(errors[0], rel=0.1)


# Resuming


class Interrupted(data.Split):
    """A split that stops the run at its eleventh batch, as a person would."""

    def batch(self, rows: Tensor) -> Tensor:
        object.__setattr__(self, "asked", getattr(self, "asked", 0) + 1)
        if self.asked > 10:
            raise KeyboardInterrupt
        return super().batch(rows)


def recipes_to_resume() -> dict[str, Recipe]:
    dense = DenseConfig(1, 8, (16,), 4)
    vq = VQConfig(1, 8, (4, 8), (0, 1), (1, 0), 7, 3)
    return {
        "random eps": Recipe("mnist", DenseVAE, dense, lambda _: Elbo("bernoulli", binarise=0.5), 20, batch=16),
        "random noise": Recipe("mnist", DenseAE, dense, lambda _: Denoising(0.5, 0.5), 20, batch=16),
        "codebook averages": Recipe("mnist", VQVAE, vq, lambda _: VQ(7, 3), 20, batch=16),
    }


@pytest.mark.parametrize("name", recipes_to_resume())
def test_a_resumed_run_is_the_same_run(name, monkeypatch, tmp_path):
    monkeypatch.setitem(RECIPES, name, recipes_to_resume()[name])
    monkeypatch.setattr(train, "SAVE_EVERY", -1)  # after every step
    split = digits(0, 60)  # an epoch ends within the run
    straight, record = train.train(name, split, Run(20), CPU, runs=tmp_path / "straight")
    stopped = Interrupted(split.images, split.labels, None, split.source)
    with pytest.raises(KeyboardInterrupt):
        train.train(name, stopped, Run(20), CPU, runs=tmp_path / "resumed")
    assert torch.load(tmp_path / "resumed" / name / "state.pt", weights_only=True)["step"] == 10
    resumed, again = train.train(name, split, Run(20), CPU, resume=True, runs=tmp_path / "resumed")
    for key, value in straight.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[key]), key
    assert again["final_terms"] == record["final_terms"]
    states = [torch.load(tmp_path / run / name / "state.pt", weights_only=True) for run in ("straight", "resumed")]
    for key, value in states[0]["objective"].items():
        assert torch.equal(value, states[1]["objective"][key]), key


def test_another_seed_shows_other_pictures():
    split = people_split(1000)
    for recipe in (face_recipe(batch=100), face_recipe(batch=100, glasses=(3.0, 8.0))):
        first, again, other = (train.Sampler(recipe, split, seed) for seed in (0, 0, 1))
        assert torch.equal(first(3), again(3))
        assert not torch.equal(first(3), other(3))
    noise = [
        torch.rand(3, generator=train.generator_of(5, what, seed)).tolist() for what in range(3) for seed in range(3)
    ]
    assert len({tuple(one) for one in noise}) == 9


def test_a_run_is_not_resumed_as_another(monkeypatch, tmp_path):
    recipe = Recipe("mnist", DenseAE, DenseConfig(1, 8, (16,), 4), lambda _: Reconstruction(), 5, batch=16)
    monkeypatch.setitem(RECIPES, "one", recipe)
    split = digits(0, 60)
    train.train("one", split, Run(5), CPU, runs=tmp_path)
    with pytest.raises(ValueError, match="lr"):
        train.train("one", split, Run(5, lr=0.5), CPU, resume=True, runs=tmp_path)


def test_a_run_can_start_from_anothers_weights(monkeypatch, tmp_path):
    small, wide = DenseConfig(1, 8, (16,), 4), DenseConfig(1, 8, (16,), 5)
    monkeypatch.setitem(RECIPES, "first", Recipe("mnist", DenseAE, small, lambda _: Reconstruction(), 5, batch=16))
    recipe = Recipe("mnist", DenseAE, wide, lambda _: Reconstruction(), 5, batch=16, start="first")
    monkeypatch.setitem(RECIPES, "second", recipe)
    split = digits(0, 60)
    first, _ = train.train("first", split, Run(5), CPU, runs=tmp_path)
    second, record = train.train("second", split, Run(0), CPU, runs=tmp_path)  # no step of its own
    assert torch.equal(first.encoder[0].weight, second.encoder[0].weight)
    assert second.encoder[2].weight.shape == (5, 16)  # another shape: its own initial values
    assert record["started_from"] == "first"


def test_what_is_trained_further_starts_from_what_is_shipped(monkeypatch, tmp_path):
    config = DenseConfig(1, 8, (16,), 4)
    monkeypatch.setitem(RECIPES, "one", Recipe("mnist", DenseAE, config, lambda _: Reconstruction(), 5, batch=16))
    split = digits(0, 60)
    train.train("one", split, Run(5), CPU, runs=tmp_path)  # its state lies in `runs`
    torch.manual_seed(7)
    other = DenseAE(config)
    monkeypatch.setattr(train, "shipped", lambda name: other)
    found, _ = train.train("one", split, Run(0, further=True), CPU, runs=tmp_path)
    assert all(torch.equal(value, other.state_dict()[key]) for key, value in found.state_dict().items())


def test_a_codebook_that_is_trained_further_goes_on_from_what_is_shipped(monkeypatch, tmp_path):
    config = VQConfig(1, 8, (4, 8), (0, 1), (1, 0), 7, 3)
    monkeypatch.setitem(RECIPES, "one", Recipe("mnist", VQVAE, config, lambda _: VQ(7, 3), 5, batch=4))
    trained = network_of(VQVAE, config)
    trained.codebook.embedding[2] = 1000.0  # no code of this data is near
    monkeypatch.setattr(train, "shipped", lambda name: trained)
    found, _ = train.train("one", digits(0, 60), Run(1, further=True), CPU, runs=tmp_path)
    assert not torch.equal(found.codebook.embedding, trained.codebook.embedding)
    assert torch.allclose(found.codebook.embedding[2], torch.tensor(1000.0))  # a codebook that begins anew is on codes


def test_centred_codes_have_mean_0_and_reconstruct_the_same():
    torch.manual_seed(0)
    network = ConvVAE(ConvConfig(1, 8, (4, 8), (0, 1), (1, 0), 5)).eval()
    network.to_mu.bias.data += torch.tensor([1.0, -2.0, 0.5, 0.0, 3.0])
    split = digits(0, 60)
    x = evaluate.pictures(split)
    with torch.no_grad():
        before, y, kl = network.posterior(x), network.decode(network.encode(x)), network.posterior(x).kl().sum(1).mean()
        centre(network, split)
        after = network.posterior(x)
        torch.testing.assert_close(after.mu.mean(0), torch.zeros(5), atol=1e-5, rtol=0)
        torch.testing.assert_close(before.mu - after.mu, before.mu.mean(0).expand(60, 5), atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(after.logvar, before.logvar)
        torch.testing.assert_close(network.decode(after.mu), y)
    fall = before.mu.mean(0).square().sum().item() / 2
    assert (kl - after.kl().sum(1).mean()).item() == pytest.approx(fall, rel=1e-4)


def test_whitened_codes_have_the_covariance_of_the_prior_and_reconstruct_the_same():
    torch.manual_seed(0)
    network = ConvVAE(ConvConfig(1, 8, (4, 8), (0, 1), (1, 0), 5)).eval()
    split = digits(0, 60)
    x = evaluate.pictures(split)
    with torch.no_grad():
        network.to_mu.weight.mul_(torch.tensor([1.0, 2.0, 3.0, 1.0, 0.5])[:, None])
        network.to_mu.weight[3] += network.to_mu.weight[0]  # two dimensions that go together
        network.to_logvar.bias.sub_(2)
        before, y = network.posterior(x), network.decode(network.encode(x))
        whiten(network, split)
        after = network.posterior(x)
        torch.testing.assert_close(network.decode(after.mu), y, atol=1e-4, rtol=1e-4)
    drawn = torch.stack([after.sample(torch.randn(60, 5, generator=rng(seed))) for seed in range(2000)]).flatten(0, 1)
    torch.testing.assert_close(drawn.mean(0), torch.zeros(5), atol=0.03, rtol=0)
    # the posteriors' draws of the same 60 pictures: Cov(mu) with n - 1 against n is a 60th
    torch.testing.assert_close(torch.cov(drawn.T), torch.eye(5), atol=0.03, rtol=0)
    share = (after.logvar - before.logvar).exp()  # sigma² is scaled in each dimension, by the same for all pictures
    torch.testing.assert_close(share, share[:1].expand(60, 5), atol=1e-4, rtol=1e-4)


def test_a_decoder_trained_alone_leaves_the_codes(monkeypatch, tmp_path):
    conv = ConvConfig(1, 8, (4, 8), (0, 1), (1, 0), 5)
    monkeypatch.setitem(RECIPES, "whole", Recipe("mnist", ConvVAE, conv, lambda _: Elbo("gaussian"), 5, batch=16))
    again = Recipe("mnist", ConvVAE, conv, lambda _: Elbo("gaussian"), 5, batch=16, start="whole")
    monkeypatch.setitem(RECIPES, "decoder", again)
    split = digits(0, 60)
    first, _ = train.train("whole", split, Run(5), CPU, runs=tmp_path)
    second, record = train.train("decoder", split, Run(5, decoder=True), CPU, runs=tmp_path)
    x = evaluate.pictures(split)
    assert torch.equal(first.encode(x), second.encode(x))
    moved = {key for key, value in second.state_dict().items() if not torch.equal(value, first.state_dict()[key])}
    assert {key.partition(".")[0] for key in moved} == {"from_z", "decoder"}
    assert not [key for key in moved if "running" in key]
    assert " --decoder" in record["command"]


# Schedule and sampling


def test_the_learning_rate_warms_up_and_ends_at_zero():
    rates = [train.learning_rate(step, 1000, 2e-3) for step in range(1001)]
    assert rates[0] == pytest.approx(2e-5)
    assert max(rates) < 2e-3
    assert rates[500] == pytest.approx(1e-3)  # half way down the cosine
    assert rates[1000] == pytest.approx(0, abs=1e-12)
    assert all(a > b for a, b in zip(rates[100:], rates[101:], strict=False))


def people_split(n: int = 4000) -> data.Split:
    chance = torch.rand(3, n, generator=rng())
    labels = {
        "identity": torch.arange(n) // 4,
        "Eyeglasses": (chance[0] < 0.1).long(),
        "Male": (chance[1] < 0.4).long(),
    }
    return data.Split(torch.zeros(n, 3, 2, 2, dtype=torch.uint8), labels, None, {})


def face_recipe(**changes) -> Recipe:
    return Recipe("celeba", ConvAE, None, lambda _: Reconstruction(), 10, **changes)


def test_an_epoch_shows_every_picture_once():
    sampler = train.Sampler(face_recipe(batch=100), people_split(1000))
    rows = torch.cat([sampler(step) for step in range(10)])
    assert sorted(rows.tolist()) == list(range(1000))
    assert not torch.equal(sampler(0), sampler(10))  # another order in the next epoch
    assert torch.equal(sampler(3), sampler(3))


def test_the_two_halves_share_no_person():
    split = people_split()
    halves = [set(split.labels["identity"][train.people(split, half)].tolist()) for half in (0, 1)]
    assert not halves[0] & halves[1]
    assert halves[0] | halves[1] == set(split.labels["identity"].tolist())
    seen = train.Sampler(face_recipe(batch=100, people=1), split)(0)
    assert set(split.labels["identity"][seen].tolist()) <= halves[1]


def test_glasses_are_drawn_as_often_as_asked():
    split = people_split()
    sampler = train.Sampler(face_recipe(batch=2000, glasses=(3.0, 8.0)), split)
    rows = torch.cat([sampler(step) for step in range(10)])
    glasses, male = split.labels["Eyeglasses"].bool(), split.labels["Male"].bool()
    weight = torch.where(glasses, torch.where(male, 3.0, 8.0), 1.0)
    for cell in (glasses & male, glasses & ~male, ~glasses):
        assert cell[rows].float().mean().item() == pytest.approx((weight[cell].sum() / weight.sum()).item(), rel=0.1)


# Measures


def exact_features(mean: Tensor, root: Tensor, seed: int) -> Tensor:
    """500 points whose mean and covariance are exactly these."""
    u = torch.randn(500, len(mean), generator=rng(seed), dtype=torch.float64)
    u = u - u.mean(0)
    white = torch.linalg.solve_triangular(torch.linalg.cholesky(torch.cov(u.T)), u.T, upper=False).T
    return white @ root.T + mean


def test_frechet_of_diagonal_gaussians_is_the_closed_form():
    means, stds = torch.randn(2, 6, generator=rng()).double(), torch.rand(2, 6, generator=rng(1)).double() + 0.1
    a, b = (exact_features(means[i], stds[i].diag(), i) for i in (0, 1))
    expected = (means[0] - means[1]).square().sum() + (stds[0] - stds[1]).square().sum()
    assert face_measures.frechet(a, b) == pytest.approx(expected.item(), rel=1e-6)
    assert face_measures.frechet(a, a) == pytest.approx(0, abs=1e-6)


def test_frechet_of_any_gaussians_is_that_of_scipys_root():
    roots = torch.randn(2, 4, 4, generator=rng()).double()
    a, b = (exact_features(torch.zeros(4).double(), roots[i], i) for i in (0, 1))
    cov = [root @ root.T for root in roots]
    cross = np.trace(sqrtm((cov[0] @ cov[1]).numpy()).real)
    assert face_measures.frechet(a, b) == pytest.approx((cov[0].trace() + cov[1].trace()).item() - 2 * cross, rel=1e-5)
    assert face_measures.frechet(a, b) == pytest.approx(face_measures.frechet(b, a), rel=1e-6)


@pytest.fixture
def linear_vae(tmp_path):
    """p(x | z) = Bernoulli(sigmoid(w z + b)) of one z, and a posterior that is not the true one."""
    config = DenseConfig(1, 8, (4,), 1)
    network = network_of(DenseVAE, config)
    with torch.no_grad():
        for p in network.parameters():
            p.zero_()
        network.to_mu.bias.fill_(0.2)
        network.to_logvar.bias.fill_(math.log(0.8))
        network.decoder[0].weight.copy_(torch.tensor([[1.0], [-1.0], [0.0], [0.0]]))  # relu(z) and relu(-z)
        network.decoder[2].weight[:, :2].copy_(0.3 * torch.randn(64, 2, generator=rng()))
        network.decoder[2].bias.copy_(torch.randn(64, generator=rng(1)))
    return Checkpoint(write_checkpoint(tmp_path / "linear", network, config), CPU)


def test_importance_sampling_finds_the_exact_likelihood(linear_vae):
    x = (torch.rand(3, 1, 8, 8, generator=rng(2)) < 0.5).float()  # binary already: binarising changes nothing
    z = torch.linspace(-9, 9, 4001)
    with torch.no_grad():
        logits = linear_vae.network.logits(z[:, None]).double()  # (Z, 1, 8, 8)
    log_prior = distributions.Normal(0.0, 1.0).log_prob(z).double()
    joint = [distributions.Bernoulli(logits=logits).log_prob(one.double()).sum((1, 2, 3)) + log_prior for one in x]
    exact = -sum(math.log(torch.trapezoid(j.exp(), z.double())) for j in joint) / 3
    assert evaluate.negative_log_likelihood(linear_vae, x, samples=5000) == pytest.approx(exact, abs=0.05)


def test_a_mu_that_is_the_same_for_every_picture_has_no_active_unit(linear_vae):
    assert evaluate.variational(linear_vae, torch.rand(10, 1, 8, 8))["active_units"] == 0


def test_two_of_three_units_are_active(tmp_path):
    """mu is the first three pixels times 1, 0.5 and 0.2: of variances 1/12, 1/48 and 1/300 two are above 0.01."""
    config = DenseConfig(1, 8, (3,), 3)
    network = network_of(DenseVAE, config)
    with torch.no_grad():
        for p in network.parameters():
            p.zero_()
        network.encoder[0][0].weight[:, :3] = torch.eye(3)
        network.to_mu.weight.copy_(torch.tensor([1.0, 0.5, 0.2]).diag())
    ae = Checkpoint(write_checkpoint(tmp_path / "three", network, config), CPU)
    assert evaluate.variational(ae, torch.rand(400, 1, 8, 8, generator=rng()))["active_units"] == 2


def test_discrete_metrics_by_counting(tmp_path):
    ((network_class, config),) = [pair for pair in TINY if pair[0] is VQVAE]
    network, x = network_of(network_class, config), torch.rand(20, 1, 8, 8, generator=rng())
    with torch.no_grad():
        network.codebook.embedding[6] = 1000.0  # nobody's nearest
    metrics = evaluate.discrete(Checkpoint(write_checkpoint(tmp_path / "vq", network, config), CPU), x)
    counts = np.bincount(network.codes(x).flatten().numpy(), minlength=7)
    p = counts[counts > 0] / counts.sum()
    assert metrics["bits"] == pytest.approx(4 * math.log2(7))
    assert metrics["dead_codes"] == (counts == 0).sum() >= 1
    assert metrics["perplexity"] == pytest.approx(np.prod(p**-p), rel=1e-6)


@pytest.mark.parametrize(
    ("claimed", "measured", "lines"),
    [
        ({"mse": 0.01}, {"mse": 0.01}, 0),
        ({"mse": 0.01}, {"mse": 0.00999}, 0),
        ({"mse": 0.01}, {"mse": 0.011}, 1),
        ({"mse": 0.02}, {"mse": 0.01}, 0),
        ({"psnr": 25.0}, {"psnr": 24.0}, 1),
        ({"psnr": 24.0}, {"psnr": 25.0}, 0),
        ({"glasses_kept": 0.9, "nll_importance_200": 90.0}, {"glasses_kept": 0.8, "nll_importance_200": 97.0}, 2),
        ({"equation_right_plain_x1": 0.5}, {"equation_right_plain_x1": 0.4}, 1),
        ({"glasses_gone_x1": 1.0}, {"glasses_gone_x1": 0.8}, 1),
        ({"glasses_gone_x1": 0.9}, {"glasses_gone_x1": 0.98}, 0),
        ({"ssim": 0.9}, {}, 1),
        ({}, {"ssim": 0.9}, 0),
    ],
    ids=str,
)
def test_a_claim_that_is_too_good_is_found(claimed, measured, lines):
    found = evaluate.overclaims(claimed, measured)
    assert len(found) == lines
    assert all(any(key in line for key in claimed) for line in found)


def test_a_dense_ae_begins_as_pca(monkeypatch, tmp_path):
    """Grey pictures of six components plus noise: at first the network leaves what PCA of four leaves."""
    monkeypatch.setattr(pca, "CACHE", tmp_path)
    monkeypatch.setattr(pca, "MOST", 10)
    rng = torch.Generator().manual_seed(0)
    axes = torch.randn(6, 144, generator=rng) * torch.tensor([6.0, 5, 4, 3, 2, 1])[:, None] / 144
    x = (0.5 + torch.randn(2000, 6, generator=rng) @ axes).clamp(0, 1).view(-1, 1, 12, 12)
    split = data.Split((255 * x).round().to(torch.uint8), {}, None, {"sha256": "0" * 64})
    network = DenseAE(DenseConfig(1, 12, (8,), 4))
    pca.begin(network, split)
    x = split.batch(torch.arange(2000))
    with torch.no_grad():
        left = (network(x) - x).square().mean().item()
    assert left == pytest.approx(pca.pca_mse(split, x, 4), rel=0.05)
    assert left < 0.2 * x.var(0).mean().item()


def test_pca_is_scikit_learns(monkeypatch, tmp_path):
    monkeypatch.setattr(pca, "CACHE", tmp_path)
    monkeypatch.setattr(pca, "MOST", 20)
    learn, held_out = digits(0, 1400), digits(1400, 1797)
    x_learn, x = (split.batch(torch.arange(len(split))) for split in (learn, held_out))
    for d in (3, 20):
        linear = PCA(d).fit(x_learn.flatten(1).numpy())
        flat = x.flatten(1).numpy()
        expected = ((linear.inverse_transform(linear.transform(flat)) - flat) ** 2).mean()
        assert pca.pca_mse(learn, x, d) == pytest.approx(expected, rel=1e-3)
    with pytest.raises(ValueError, match="at most 20"):
        pca.pca_mse(learn, x, 21)


def test_the_interval_of_a_share_is_wilsons_formula():
    k, n, z = 90, 100, 1.959964
    centre = (k / n + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(k / n * (1 - k / n) / n + z**2 / (4 * n**2))
    assert evaluate.rate_interval(torch.arange(n) < k) == pytest.approx((centre - half, centre + half), rel=1e-5)


def test_the_interval_of_a_mean_holds_the_mean_95_times_in_100():
    draws = torch.randn(2000, 5, generator=rng(), dtype=torch.float64) + 3
    inside = [low < 3 < high for low, high in map(evaluate.mean_interval, draws)]
    assert sum(inside) / len(inside) == pytest.approx(0.95, abs=0.015)


# From a run to a folder


@pytest.fixture
def places(monkeypatch, tmp_path):
    """Recipes and data of a tiny project in the place of the real ones."""
    monkeypatch.setattr(data, "load", lambda dataset, root, split, size: digits(1400, 1797, 28))
    monkeypatch.setattr(pca, "CACHE", tmp_path)
    monkeypatch.setattr(latents, "FEWEST", 3)
    config = VQConfig(1, 28, (4, 8), (0, 0), (0, 0), 16, 4)
    vae = Recipe("mnist", DenseVAE, DenseConfig(1, 28, (32,), 3), lambda _: Elbo("bernoulli"), 30, batch=64)
    vq = Recipe("mnist", VQVAE, config, lambda _: VQ(16, 4), 30, batch=64)
    monkeypatch.setitem(RECIPES, "mnist-tiny-vae", vae)
    monkeypatch.setitem(RECIPES, "mnist-tiny-vq", vq)
    return digits(0, 600, 28)


def test_what_is_exported_loads_measures_and_claims_no_more(places, tmp_path):
    network, record = train.train("mnist-tiny-vae", places, Run(30), CPU, runs=tmp_path / "runs")
    out = tmp_path / "checkpoints"
    export.export("mnist-tiny-vae", network, record, places, tmp_path, out)
    folder = out / "mnist-tiny-vae"
    ae = Checkpoint(folder, CPU)
    x = evaluate.pictures(digits(1400, 1797, 28))
    assert torch.allclose(ae.encode(x), network.encode(x), atol=0.02)  # half precision on disk
    mse = ((ae.reconstruct(x) - x) ** 2).mean().item()
    assert ae.card["metrics"]["mse"] == pytest.approx(mse, rel=1e-3)
    assert ae.card["metrics"]["psnr"] == pytest.approx(-10 * math.log10(mse), rel=1e-3)
    assert ae.card["parameters"] == sum(p.numel() for p in network.parameters())
    assert ae.card["sha256"] == data.sha256(folder / "model.safetensors")
    assert ae.card["latents_sha256"] == data.sha256(folder / "latents.safetensors")
    assert ae.card["training"]["steps"] == 30
    assert set(ae.directions) == set(latents.DIGIT_DIRECTIONS)
    assert ae.priors == ("normal", "gaussian", "mixture")
    assert evaluate.complete(folder, tmp_path) == []
    card = json.loads((folder / "card.json").read_text())
    card["metrics"]["mse"] /= 2
    (folder / "card.json").write_text(json.dumps(card))
    assert [line.split(":")[0] for line in evaluate.complete(folder, tmp_path)] == ["mse"]
    assert "| mse |" in (folder / "README.md").read_text()


@pytest.mark.parametrize("whitened", [False, True])
def test_a_conv_vae_is_exported_with_its_codes_where_the_prior_is(whitened, places, monkeypatch, tmp_path):
    config = ConvConfig(1, 28, (4, 8), (0, 0), (0, 0), 3)
    recipe = Recipe("mnist", ConvVAE, config, lambda _: Elbo("bernoulli"), 20, batch=64, whitened=whitened)
    monkeypatch.setitem(RECIPES, "mnist-tiny-conv", recipe)
    network, record = train.train("mnist-tiny-conv", places, Run(20), CPU, runs=tmp_path / "runs")
    x = evaluate.pictures(places)
    with torch.no_grad():
        before = network.decode(network.encode(x))
    export.export("mnist-tiny-conv", network, record | {"note": export.CENTRED}, places, tmp_path, tmp_path / "out")
    ae = Checkpoint(tmp_path / "out" / "mnist-tiny-conv", CPU)
    assert (ae.reconstruct(x) - before).abs().max() < 0.02  # half precision on disk
    q = ae.posterior(x)
    spread = torch.cov(q.mu.T) + q.logvar.exp().mean(0).diag()
    assert torch.allclose(q.mu.mean(0), torch.zeros(3), atol=0.01)
    assert torch.allclose(spread, torch.eye(3), atol=0.02) == whitened
    assert torch.allclose(ae.latents["variance"], q.logvar.exp().mean(0), rtol=1e-3)
    assert ae.card["training"]["note"] == (export.WHITENED if whitened else export.CENTRED)


def test_a_code_prior_joins_the_folder_of_its_model(places, monkeypatch, tmp_path):
    out = tmp_path / "checkpoints"
    network, record = train.train("mnist-tiny-vq", places, Run(30), CPU, runs=tmp_path / "runs")
    export.export("mnist-tiny-vq", network, record, places, tmp_path, out)
    prior = CodePrior(CodePriorConfig(entries=16, grids=(7,), width=8, depth=1, heads=2))
    export.export("mnist-tiny-vq-prior", prior, record, places, tmp_path, out)
    ae = Checkpoint(out / "mnist-tiny-vq", CPU)
    assert ae.priors == ("normal", "gaussian", "codes")
    assert ae.sample(2, prior="codes").shape == (2, 1, 28, 28)
    metrics = ae.card["metrics"]
    assert metrics["bits"] == pytest.approx(49 * 4)
    # by the prior's own account, in bits, on the same pictures
    x = evaluate.pictures(digits(1400, 1797, 28))
    nll = CodeLikelihood(ae.network)(ae.code_prior, x, {}, rng())["nll"].item()
    assert metrics["bits_under_prior"] == pytest.approx(nll / math.log(2), rel=1e-3)


def test_a_code_prior_learns_the_codes_of_the_model_that_it_lies_beside(places, monkeypatch, tmp_path):
    own, shipped = (network_of(VQVAE, RECIPES["mnist-tiny-vq"].config, seed) for seed in (0, 1))
    for network, root in ((own, "out"), (shipped, "root")):
        write_checkpoint(tmp_path / root / "mnist-tiny-vq", network, RECIPES["mnist-tiny-vq"].config)
    monkeypatch.setattr(train, "ROOT", tmp_path / "root")
    built_on = []

    def objective(of):
        built_on.append(of("mnist-tiny-vq"))
        return CodeLikelihood(built_on[-1])

    config = CodePriorConfig(entries=16, grids=(7,), width=8, depth=1, heads=2)
    monkeypatch.setitem(RECIPES, "mnist-tiny-vq-prior", Recipe("mnist", CodePrior, config, objective, 1, batch=8))
    for out, expected in (("out", own), ("nothing", shipped)):
        train.train("mnist-tiny-vq-prior", places, Run(1), CPU, runs=tmp_path / "runs", out=tmp_path / out)
        assert torch.equal(built_on[-1].codebook.embedding, expected.codebook.embedding)


def test_every_objective_is_final_or_abstract():
    for objective in Objective.__subclasses__():
        assert not objective.__subclasses__(), objective


def test_a_record_stays_when_its_model_is_trained_anew(places, tmp_path):
    def run():
        network, record = train.train("mnist-tiny-vae", places, Run(2), CPU, runs=tmp_path / "runs")
        export.export("mnist-tiny-vae", network, record, places, tmp_path, tmp_path)

    run()
    folder, steps = tmp_path / "mnist-tiny-vae", torch.arange(2)
    pictures, labels = torch.zeros(2, 10, 14, 14, dtype=torch.uint8), torch.zeros(4, dtype=torch.uint8)
    keep(folder, replay.Replay(steps.int(), torch.zeros(2, 4, 2), labels, pictures, {"nll": torch.ones(2)}))
    assert replay.read(folder).run == "this"
    run()
    assert replay.read(folder).run == "another"


def test_few_pictures_are_learned_by_heart_and_many_are_not(monkeypatch, tmp_path):
    monkeypatch.setattr(pca, "CACHE", tmp_path)
    monkeypatch.setattr(lengths, "NUMBERS", (2, 32))
    monkeypatch.setattr(lengths, "PICTURES", (20, 1_200))
    seen, unseen = digits(0, 1200), digits(1200, 1797)
    found = lengths.measure(seen, unseen, 400, CPU)
    x = unseen.batch(torch.arange(len(unseen)))
    network = lengths.trained(seen.batch(torch.arange(1_200)), 32, 400)  # the same run once more
    assert found["unseen"][1][1] == pytest.approx((network(x) - x).square().mean().item(), rel=1e-3)
    assert found["seen"][0][1] < 0.3 * found["unseen"][0][1]  # of 20 digits, by heart
    assert found["seen"][1][1] > 0.7 * found["unseen"][1][1]  # of 1,200 it cannot
    assert found["unseen"][1][1] < 0.5 * found["unseen"][1][0]  # more numbers carry more
    assert found["pca"][1] < found["pca"][0]


def test_what_was_measured_of_lengths_stays_when_the_model_is_trained_anew(places, tmp_path):
    network, record = train.train("mnist-tiny-vae", places, Run(2), CPU, runs=tmp_path / "runs")
    export.export("mnist-tiny-vae", network, record, places, tmp_path, tmp_path)
    card = tmp_path / "mnist-tiny-vae" / "card.json"
    measured = {"numbers": [1], "pictures": [9, 90], "seen": [[0.1], [0.1]], "unseen": [[0.2], [0.1]]}
    card.write_text(json.dumps(json.loads(card.read_text()) | {"lengths": measured}))
    export.export("mnist-tiny-vae", network, record, places, tmp_path, tmp_path)
    assert json.loads(card.read_text())["lengths"] == measured


def test_an_ordered_code_is_measured_at_every_length(tmp_path, monkeypatch):
    ((network_class, config),) = [pair for pair in TINY if pair[0] is OrderedAE]
    network, split = network_of(network_class, config), digits(0, 300)
    ae = Checkpoint(write_checkpoint(tmp_path / "mnist-tiny", network, config), CPU)
    x = split.batch(torch.arange(300))
    found = evaluate.cut_short(ae, x)
    assert list(found) == ["first_1_psnr", "first_2_psnr", "first_4_psnr", "first_5_psnr"]
    for k in (1, 2, 4, 5):
        z = ae.encode(x)
        z[:, k:] = 0
        torch.testing.assert_close(found[f"first_{k}_psnr"], (ae.decode(z) - x).square().mean((1, 2, 3)))
    monkeypatch.setattr(pca, "CACHE", tmp_path)
    metrics, _ = evaluate.measure(ae, split, split)
    for k in (1, 2, 4, 5):
        assert metrics[f"first_{k}_psnr"] == pytest.approx(-10 * math.log10(found[f"first_{k}_psnr"].mean()), abs=0.01)
        fitted = PCA(k).fit(x.flatten(1))
        error = (fitted.inverse_transform(fitted.transform(x.flatten(1))) - x.flatten(1).numpy()) ** 2
        assert metrics[f"pca_{k}_psnr"] == pytest.approx(-10 * math.log10(error.mean()), abs=0.1)
