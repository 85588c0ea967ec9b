"""Statistics of codes, on synthetic codes whose answer is known."""

from collections import Counter

import pytest
import torch
from sklearn.mixture import GaussianMixture
from tiny import TINY, network_of

from vae_demo import consistency
from vae_demo.models import VAE, VQVAE, VQVAE2
from vae_demo.priors import Mixture
from vae_demo.training import data, latents, mixture

N, D = 8000, 6
NAMES = ("Eyeglasses", "Male", "Young", "Smiling")
EFFECT = {  # what each attribute adds to the code
    "Eyeglasses": torch.tensor([2.0, 0.0, 0.0, 0.0, 1.0, 0.0]),
    "Male": torch.tensor([0.0, 3.0, 0.0, 0.0, 0.0, 1.0]),
    "Young": torch.tensor([0.0, 0.0, 2.0, 0.0, 0.0, 0.0]),
    "Smiling": torch.tensor([0.0, 0.0, 0.0, 2.0, 0.0, 0.0]),
}


@pytest.fixture(scope="module")
def confounded():
    """Codes and flags: men wear glasses ten times as often as women, the young seldom."""
    generator = torch.Generator().manual_seed(0)
    u = torch.rand(4, N, generator=generator)
    male, young, smiling = u[0] < 0.45, u[1] < 0.6, u[2] < 0.5
    glasses = u[3] < torch.where(male, 0.4, 0.04) * torch.where(young, 0.7, 1.3)
    flags = {"Eyeglasses": glasses, "Male": male, "Young": young, "Smiling": smiling}
    root = 0.15 * torch.randn(D, D, generator=generator) + 0.8 * torch.eye(D)
    z = torch.randn(N, D, generator=generator) @ root.T
    z = z + sum(flags[name].float()[:, None] * EFFECT[name] for name in NAMES)
    return z, flags, root @ root.T


def test_the_balanced_difference_is_the_planted_one_and_the_naive_is_not(confounded):
    z, flags, _ = confounded
    balanced, *_ = latents.balanced_difference(z, "Eyeglasses", flags)
    assert torch.allclose(balanced, EFFECT["Eyeglasses"], atol=0.12)
    naive = latents.directions(z, flags, NAMES)["naive.Eyeglasses"]
    # the naive one has the others in it by as much as they go together with glasses
    with_, without = flags["Eyeglasses"], ~flags["Eyeglasses"]
    mixed = sum(EFFECT[k] * (flags[k][with_].float().mean() - flags[k][without].float().mean()) for k in NAMES[1:])
    assert torch.allclose(naive, EFFECT["Eyeglasses"] + mixed, atol=0.12)
    assert mixed.norm() > 1


def test_a_direction_leaves_the_other_probes_alone_and_raises_its_own(confounded):
    z, flags, _ = confounded
    found = latents.directions(z, flags, NAMES)
    for name in NAMES:
        raised = found[f"direction.{name}"] @ found[f"probe.{name}"]
        between, *_ = latents.balanced_difference(z, name, flags)
        assert raised.item() == pytest.approx((between @ found[f"probe.{name}"]).item(), rel=1e-3)
        assert raised > 1
        for other in set(NAMES) - {name}:
            assert abs(found[f"direction.{name}"] @ found[f"probe.{other}"]) < 1e-3 * raised


def test_the_quick_probe_is_fishers_discriminant_and_its_odds_are_right(confounded):
    z, flags, covariance = confounded
    found = latents.directions(z, flags, NAMES, "fisher")
    fisher = torch.linalg.solve(covariance, EFFECT["Eyeglasses"])
    probe = found["probe.Eyeglasses"]
    assert torch.nn.functional.cosine_similarity(probe, fisher, dim=0) > 0.99
    assert (probe.norm() / fisher.norm()).item() == pytest.approx(1, abs=0.15)
    # under equal covariances the log-odds of the two sides lie delta² apart, and spread by delta, in every cell
    delta2 = (EFFECT["Eyeglasses"] @ fisher).item()
    score, glasses = z @ probe + found["probe_bias.Eyeglasses"], flags["Eyeglasses"]
    cells, middles = latents.cells_of("Eyeglasses", flags), []
    for cell in cells.unique():
        with_, without = score[(cells == cell) & glasses], score[(cells == cell) & ~glasses]
        if min(len(with_), len(without)) >= latents.FEWEST:
            assert (with_.mean() - without.mean()).item() == pytest.approx(delta2, rel=0.2)
            assert without.std().item() == pytest.approx(delta2**0.5, rel=0.15)
            middles.append((with_.mean() + without.mean()) / 2)
    assert len(middles) > 3
    assert torch.stack(middles).mean().item() == pytest.approx(0, abs=1e-3)  # even odds half way


def test_the_probe_is_where_the_penalised_likelihood_of_balanced_cells_is_flat(confounded):
    z, flags, _ = confounded
    found, glasses = latents.directions(z, flags, NAMES), flags["Eyeglasses"]
    cells, weight = latents.cells_of("Eyeglasses", flags), torch.zeros(N)
    for cell in cells.unique():
        both = [(cells == cell) & side for side in (glasses, ~glasses)]
        if min(int(side.sum()) for side in both) >= latents.FEWEST:
            for side in both:
                weight[side] = 1 / side.sum()
    weight *= (weight > 0).sum() / weight.sum()
    std = z.std(0)
    w = (found["probe.Eyeglasses"] * std).requires_grad_()  # on standardised codes
    bias = found["probe_bias.Eyeglasses"].clone().requires_grad_()
    nats = -torch.distributions.Bernoulli(logits=(z / std) @ w + bias).log_prob(glasses.float())
    (0.5 * w.square().sum() + 0.03 * (weight * nats).sum()).backward()
    assert w.grad.abs().max() < 5e-3 * w.norm()
    assert bias.grad.abs() < 5e-3 * w.norm()


class Dull:
    """A decoder that shows the share `gain` of how far a code lies from 1, and an encoder that reads just that."""

    def __init__(self, gain: float) -> None:
        self.gain = gain

    def decode(self, z):
        return 1 + self.gain * (z - 1)

    def encode(self, x):
        return x


@pytest.mark.parametrize(
    ("gain", "times"), [(0.8, 1.25), (0.5, 1.9), (0.1, 1.9), (1.0, 1.0), (1.3, 1.0), (0.64, 1.5625)]
)
def test_a_direction_is_as_long_as_its_pictures_need(confounded, gain, times):
    z, flags, _ = confounded
    found = latents.directions(z, flags, NAMES)
    longer = latents.lengthened(Dull(gain), z, found, flags, NAMES)
    for name in NAMES:
        assert torch.allclose(longer[f"direction.{name}"], times * found[f"direction.{name}"], rtol=1e-3, atol=1e-5)
        between, *_ = latents.balanced_difference(z, name, flags)
        separation = found[f"separation.{name}"]
        assert separation.item() == pytest.approx((between @ found[f"probe.{name}"]).item(), rel=1e-3)
        if 0.6 <= gain <= 1:  # then what is read of the pictures has moved by the separation
            shown = gain * longer[f"direction.{name}"] @ found[f"probe.{name}"]
            assert shown.item() == pytest.approx(separation.item(), rel=1e-3)


def test_a_direction_that_shows_nearly_all_at_once_is_not_made_longer(confounded, monkeypatch):
    z, flags, _ = confounded
    found, asked = latents.directions(z, flags, ("Eyeglasses",)), []

    def shown(network, codes):
        """98% of the first step, however long the others are."""
        asked.append(codes)
        return asked[0] + 0.98 * (asked[min(1, len(asked) - 1)] - asked[0])

    monkeypatch.setattr(latents, "shown", shown)
    longer = latents.lengthened(None, z, found, flags, ("Eyeglasses",))
    assert torch.equal(longer["direction.Eyeglasses"], found["direction.Eyeglasses"])


def test_what_is_out_counts_on_neither_side(confounded):
    z, flags, _ = confounded
    dark = torch.rand(N, generator=torch.Generator().manual_seed(1)) < 0.3
    moved = z + 50 * dark[:, None]
    out = flags | {"Eyeglasses": flags["Eyeglasses"] & ~dark, "Eyeglasses.out": dark}
    balanced, *_ = latents.balanced_difference(moved, "Eyeglasses", out)
    assert torch.allclose(balanced, EFFECT["Eyeglasses"], atol=0.15)


def test_two_kinds_of_one_thing_may_share_what_they_add():
    """Frames and tint: clear glasses have the first, dark ones both. Hair: from black by brown to blond."""
    generator = torch.Generator().manual_seed(2)
    u = torch.rand(6, N, generator=generator)
    frames, tint, blond, black = u[0] < 0.5, u[1] < 0.5, u[2] < 0.3, u[2] > 0.65
    rest = {name: u[3 + i] < 0.5 for i, name in enumerate(NAMES[1:])}
    code = [3.0 * frames, 3.0 * (frames & tint), 3.0 * blond - 3.0 * black, *(2.0 * flag for flag in rest.values())]
    z = torch.stack(code, 1) + torch.randn(N, D, generator=generator)
    labels = rest | {"Eyeglasses": frames, "sunglasses": frames & tint, "Blond_Hair": blond, "Black_Hair": black}
    flags = latents.face_flags(labels)
    glasses = {"Eyeglasses": [3.0, 0.0, 0.0], "Sunglasses": [3.0, 3.0, 0.0]}
    hair = {  # of the 70 in a hundred who are not blond 35 are black, of the 65 who are not black 30 are blond
        "Blond_Hair": [0.0, 0.0, 3 + 3 * 35 / 70],
        "Black_Hair": [0.0, 0.0, -3 - 3 * 30 / 65],
    }
    for kinds in (glasses, hair):
        found = latents.directions(z, flags, (*NAMES[1:], *kinds), "fisher")
        for name, planted in kinds.items():
            assert torch.allclose(found[f"direction.{name}"], torch.tensor([*planted, 0.0, 0.0, 0.0]), atol=0.2), name


def test_thin_cells_do_not_count(confounded):
    z, flags, _ = confounded
    rare = torch.zeros(N, dtype=torch.bool)
    rare[:5] = True
    with pytest.raises(ValueError, match="no cell has 30"):
        latents.balanced_difference(z, "Smiling", flags | {"Smiling": rare})


def fitted(z: torch.Tensor, variance: torch.Tensor | None = None) -> Mixture:
    found = latents.mixture_prior(z, variance)
    return Mixture(**{key.removeprefix("mixture."): value.float() for key, value in found.items()})


def test_the_mixture_keeps_the_moments_and_the_gap():
    generator = torch.Generator().manual_seed(0)
    sides = torch.where(torch.rand(3000, 1, generator=generator) < 0.3, -4.0, 2.0)
    z = torch.randn(3000, 3, generator=generator) @ torch.tensor([[1.0, 0.5, 0.0], [0.0, 0.3, 0.0], [0.0, 0.0, 0.0]])
    z = z + sides * torch.tensor([1.0, 0.0, 0.0]) + torch.tensor([5.0, 6.0, 7.0])  # the third unit is dead
    prior = fitted(z)
    assert prior.weight.sum().item() == pytest.approx(1, abs=1e-5)
    drawn, covariance = prior.draw(20_000, generator), torch.cov(z.T)
    assert torch.allclose(drawn.mean(0), z.mean(0), atol=0.06)
    assert torch.allclose(torch.cov(drawn.T), covariance, atol=0.15 * covariance.max().item())
    assert (drawn[:, 2] - 7).abs().max() < 1e-3  # and stays dead
    # a Gaussian would fill the gap between the two sides; the mixture does not
    gap = ((drawn[:, 0] > 2.7) & (drawn[:, 0] < 3.3)).float().mean()
    assert gap < 0.5 * torch.distributions.Normal(z[:, 0].mean(), z[:, 0].std()).log_prob(torch.tensor(3.0)).exp() * 0.6


def test_em_finds_what_scikit_learn_finds():
    """With hardly any weight on what is shared, it is the maximum of the likelihood."""
    generator = torch.Generator().manual_seed(0)
    sides = torch.tensor([[-6.0, 0.0], [6.0, 3.0], [0.0, 9.0]])[torch.randint(3, (6000,), generator=generator)]
    z = sides + torch.randn(6000, 2, generator=generator) @ torch.tensor([[1.0, 0.6], [0.0, 0.5]])
    weight, mean, covariance = mixture.fit(z, components=3, shared=1e-3, rounds=40)
    theirs = GaussianMixture(3, random_state=0, tol=1e-6, max_iter=200).fit(z.numpy())
    order, their_order = mean[:, 0].argsort(), theirs.means_[:, 0].argsort()
    torch.testing.assert_close(weight[order], torch.tensor(theirs.weights_[their_order]).float(), atol=1e-3, rtol=0)
    torch.testing.assert_close(mean[order], torch.tensor(theirs.means_[their_order]).float(), atol=5e-3, rtol=0)
    ours = covariance[order]
    torch.testing.assert_close(ours, torch.tensor(theirs.covariances_[their_order]).float(), atol=1e-2, rtol=0)


def test_what_is_shared_draws_the_covariances_together():
    """With all weight on it each component has the scatter within all: the mean of theirs, weighted by their codes."""
    generator = torch.Generator().manual_seed(0)
    narrow = 0.1 * torch.randn(1000, 2, generator=generator)
    z = torch.cat([narrow - 5, torch.randn(3000, 2, generator=generator) + 5])
    _, _, covariance = mixture.fit(z, components=2, shared=1e9, rounds=3)
    within = (torch.cov((narrow - narrow.mean(0)).T) * 1000 + torch.cov((z[1000:] - z[1000:].mean(0)).T) * 3000) / 4000
    torch.testing.assert_close(covariance, within.expand(2, 2, 2), atol=0.02, rtol=0)


def strokes() -> torch.Tensor:
    """28x28 bars: upright, leaning right like a slash, leaning left, and thick."""
    y, x = torch.meshgrid(torch.arange(28.0), torch.arange(28.0), indexing="ij")
    inside = (y >= 6) & (y <= 21)
    bars = [(x - 13.5 - lean * (13.5 - y)).abs() <= half for lean, half in ((0, 1), (0.4, 1), (-0.4, 1), (0, 4))]
    return torch.stack([bar & inside for bar in bars]).mul(255).to(torch.uint8)[:, None]


def test_thick_slanted_and_wide_are_what_they_say():
    bars = strokes()
    split = data.Split(bars.repeat(10, 1, 1, 1), {"digit": torch.arange(10).repeat_interleave(4)}, None, {})
    flags = latents.digit_flags(split)
    upright, right, left, thick = (slice(i, None, 4) for i in range(4))
    assert flags["Slanted"][right].all()
    assert not flags["Slanted"][left].any()
    assert flags["Thick"][thick].all()
    assert not flags["Thick"][upright].any()
    assert flags["Wide"][thick].all()
    assert not flags["Wide"][upright].any()
    assert torch.equal(flags["digit_3"], split.labels["digit"] == 3)


def test_each_digit_is_divided_by_its_slant_and_by_its_ink():
    digit = torch.arange(10).repeat_interleave(4)
    split = data.Split(strokes().repeat(10, 1, 1, 1), {"digit": digit}, None, {})
    groups = latents.digit_groups(split, latents.digit_flags(split))
    upright, right, left, thick = (torch.arange(40) % 4 == i for i in range(4))
    assert len(groups) == 50
    for d in range(10):
        assert torch.equal(groups[f"digit_{d}"], digit == d)
        for name, rows, other in (("slanted", right, left), ("thick", thick, upright)):
            beside = {"slanted": "upright", "thick": "thin"}[name]
            here, there = groups[f"{name}_{d}"], groups[f"{beside}_{d}"]
            assert here[(digit == d) & rows].all()
            assert there[(digit == d) & other].all()
            assert torch.equal(here ^ there, digit == d)  # each of the digit is in one of the two, and nothing else


def test_clear_and_dark_glasses_are_apart():
    labels = {
        "Eyeglasses": torch.tensor([1, 1, 0]),
        "sunglasses": torch.tensor([1, 0, 0]),
        "Male": torch.tensor([1, 1, 0]),
        "Smiling": torch.tensor([0, 1, 1]),
        "identity": torch.tensor([1, 2, 3]),
    }
    flags = latents.face_flags(labels)
    assert flags["Eyeglasses"].tolist() == [False, True, False]
    assert flags["Sunglasses"].tolist() == [True, False, False]
    assert flags["Eyeglasses.out"].tolist() == [True, False, False]
    assert flags["Sunglasses.out"].tolist() == [False, True, False]
    groups = latents.face_groups(flags)
    assert groups["man_sunglasses"].tolist() == [True, False, False]
    assert groups["man_glasses"].tolist() == [False, True, False]
    assert groups["woman_smiling"].tolist() == [False, False, True]
    assert not groups["man"].any()


def tiny_split(network, n: int = 20) -> data.Split:
    shape = (n, network.channels, network.size, network.size)
    images = torch.randint(0, 256, shape, generator=torch.Generator().manual_seed(1), dtype=torch.uint8)
    return data.Split(images, {"digit": torch.arange(n) % 10}, None, {})


@pytest.mark.parametrize(("network_class", "config"), [pair for pair in TINY if issubclass(pair[0], VAE)])
def test_the_kl_of_each_dimension_is_that_of_torchs_distributions(network_class, config):
    network = network_of(network_class, config)
    split = tiny_split(network)
    q = network.posterior(split.batch(torch.arange(12)))
    normal = torch.distributions.Normal(q.mu, q.sigma)
    expected = torch.distributions.kl_divergence(normal, torch.distributions.Normal(0.0, 1.0)).mean(0)
    kl, variance = latents.dimensions(network, split, rows=12, chunk=5)
    assert torch.allclose(kl, expected, atol=1e-5)
    assert torch.allclose(variance, normal.variance.mean(0), rtol=1e-5)


@pytest.mark.parametrize(("network_class", "config"), [pair for pair in TINY if issubclass(pair[0], (VQVAE, VQVAE2))])
def test_uses_count_every_place_of_every_picture(network_class, config):
    network = network_of(network_class, config)
    split = tiny_split(network)
    found = latents.uses(network, split, rows=11, chunk=4)
    codes = network.codes(split.batch(torch.arange(11)))
    for key, level in zip(found, (codes,) if len(found) == 1 else codes, strict=True):
        counted = Counter(level.flatten().tolist())
        assert found[key].tolist() == [counted[k] for k in range(config.entries)]
    assert set(found) == ({"uses"} if network_class is VQVAE else {"uses_top", "uses_bottom"})


def test_the_histogram_holds_the_shares_of_all_numbers():
    z = torch.randn(4000, 50, generator=torch.Generator().manual_seed(0))
    z[0, 0] = 1000.0  # beyond its reach
    shares = latents.histogram(z)
    assert shares.sum().item() == pytest.approx(1 - 1 / z.numel(), abs=1e-6)
    edges = torch.linspace(-consistency.REACH, consistency.REACH, consistency.BINS + 1)
    expected = torch.distributions.Normal(0.0, 1.0).cdf(edges).diff()
    assert (shares - expected).abs().max() < 3e-3


def test_the_histogram_counts_further_than_float32_can():
    z = torch.full((300, 65_536), 0.5)  # 19.7 million equal numbers; 2**24 is 16.8 million
    assert latents.histogram(z).max().item() == 1.0


def test_the_mixture_of_a_vae_has_the_variance_of_its_samples():
    """Var(mu + sigma * eps) = Var(mu) + sigma², in dimensions that are correlated."""
    rng = torch.Generator().manual_seed(0)
    mu = torch.randn(4000, 3, generator=rng) @ torch.tensor([[1.0, 0.5, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.3]])
    variance = torch.tensor([0.05, 0.2, 0.5])
    drawn = fitted(mu, variance).draw(200_000, rng)
    assert torch.allclose(torch.cov(drawn.T), torch.cov(mu.T) + torch.diag(variance), atol=0.04)
