"""The priors: draws have the moments they promise, and the code prior is causal, cached rightly, and learns."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from vae_demo.priors import CodePrior, CodePriorConfig, Gaussian, Mixture, normal

N = 50_000
CONFIG = CodePriorConfig(entries=5, grids=(2, 3), width=16, depth=2, heads=2)


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def covariance_of(z):
    return torch.cov(z.T)


@pytest.mark.parametrize("temperature", [0.0, 0.5, 1.0])
def test_normal(temperature):
    z = normal(N, 3, rng(), temperature)
    assert torch.allclose(z.mean(0), torch.zeros(3), atol=0.02)
    assert torch.allclose(covariance_of(z), temperature**2 * torch.eye(3), atol=0.02)
    assert torch.equal(z, normal(N, 3, rng(), temperature))
    assert temperature == 0 or not torch.equal(z, normal(N, 3, rng(1), temperature))


@pytest.mark.parametrize("fitted", [
    Gaussian(torch.zeros(3), torch.ones(3), torch.eye(3)),
    Mixture(torch.ones(1), torch.zeros(1, 3), torch.eye(3)[tuple(torch.tril_indices(3, 3))][None]),
])  # fmt: skip
def test_draws_do_not_ask_what_the_program_has_as_its_defaults(fitted):
    expected = fitted.draw(4, rng())
    assert torch.allclose(expected, normal(4, 3, rng()) if isinstance(fitted, Gaussian) else expected, atol=1e-3)
    try:
        torch.set_default_dtype(torch.float64)
        with torch.device("meta"):
            assert torch.equal(fitted.draw(4, rng()), expected)
            assert normal(4, 3, rng()).dtype == torch.float32
    finally:
        torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize("temperature", [0.5, 1.0])
def test_gaussian_has_the_given_mean_and_covariance(temperature):
    mean, root = torch.tensor([1.0, -2.0, 3.0]), torch.tensor([[1.0, 0.0, 0.0], [0.8, 0.5, 0.0], [-0.3, 0.2, 2.0]])
    z = Gaussian(mean, torch.ones(3), root @ root.T).draw(N, rng(), temperature)
    assert torch.allclose(z.mean(0), mean, atol=0.04)
    assert torch.allclose(covariance_of(z), temperature**2 * root @ root.T, atol=0.08)


def test_a_gaussian_of_posteriors_has_the_covariance_of_their_draws():
    """The independent source are draws of z from the posteriors of three pictures."""
    mu, sigma = torch.tensor([[-2.0, 0.0], [0.0, 1.0], [2.0, 2.0]]), torch.tensor([[0.5, 1.0], [0.5, 2.0], [0.5, 0.1]])
    drawn = (mu + sigma * torch.randn(N, 3, 2, generator=rng(1))).flatten(0, 1)
    spread, within = torch.cov(mu.T, correction=0), sigma.square().mean(0)
    z = Gaussian(mu.mean(0), mu.std(0, correction=0), spread, within).draw(N, rng())
    assert torch.allclose(covariance_of(z), covariance_of(drawn), atol=0.1)
    alone = Gaussian(mu.mean(0), mu.std(0, correction=0), None, within).draw(N, rng())
    assert torch.allclose(alone.std(0), drawn.std(0), atol=0.05)


def test_gaussian_without_a_covariance_uses_the_deviations():
    mean, std = torch.tensor([1.0, -2.0]), torch.tensor([0.5, 3.0])
    z = Gaussian(mean, std, None).draw(N, rng())
    assert torch.allclose(z.mean(0), mean, atol=0.05)
    assert torch.allclose(covariance_of(z), std.square().diag(), atol=0.15)


def test_gaussian_takes_a_dead_unit():
    z = Gaussian(torch.zeros(2), torch.ones(2), torch.tensor([[1.0, 0.0], [0.0, 0.0]])).draw(N, rng())
    assert z.isfinite().all()
    assert torch.allclose(z.std(0), torch.tensor([1.0, 0.0]), atol=0.02)


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_mixture_has_the_moments_of_the_formula(temperature):
    """E z = sum w c and Cov z = sum w (L L^T + c c^T) - E z (E z)^T."""
    weight = torch.tensor([0.2, 0.5, 0.3])
    centre = torch.tensor([[1.0, 0.0], [-1.0, 2.0], [0.5, -1.0]])
    root = torch.tensor([[0.5, 0.3, 1.0], [0.2, 0.0, 0.3], [1.0, -2.0, 0.1]])
    z = Mixture(weight, centre, root).draw(N, rng(), temperature)
    matrices = torch.tensor([[[0.5, 0.0], [0.3, 1.0]], [[0.2, 0.0], [0.0, 0.3]], [[1.0, 0.0], [-2.0, 0.1]]])
    first = weight @ centre
    within = temperature**2 * torch.einsum("k,kij,klj->il", weight, matrices, matrices)
    expected = within + centre.T @ (weight[:, None] * centre) - torch.outer(first, first)
    assert torch.allclose(z.mean(0), first, atol=0.05)
    assert torch.allclose(covariance_of(z), expected, atol=0.12)


@pytest.fixture
def prior():
    torch.manual_seed(0)
    prior = CodePrior(CONFIG).eval()
    for p in prior.parameters():
        torch.nn.init.normal_(p, std=0.4)  # sharp enough for one code to matter to the next
    return prior


def test_a_later_code_changes_nothing_before_it(prior):
    codes = torch.randint(5, (2, 13), generator=rng())
    before = prior(codes)
    assert before.shape == (2, 13, 5)
    for t in range(13):
        changed = codes.clone()
        changed[:, t] = (changed[:, t] + 1) % 5
        after = prior(changed)
        assert torch.allclose(after[:, : t + 1], before[:, : t + 1], atol=1e-5)
        assert t == 12 or not torch.allclose(after[:, t + 1], before[:, t + 1], atol=1e-3)


@torch.no_grad()
def test_step_by_step_is_the_full_forward(prior):
    codes = torch.randint(5, (3, 13), generator=rng())
    full = prior(codes)
    tokens, cache = torch.full((3, 1), 10), None
    for t in range(13):
        logits, cache = prior.step(tokens, t, cache)
        assert torch.allclose(logits[:, 0], full[:, t], atol=1e-5)
        tokens = codes[:, t : t + 1] + (0 if t < 4 else 5)  # the fine level's entries come after the coarse one's


def test_with_a_cache_there_is_one_code_at_a_time(prior):
    _, cache = prior.step(torch.full((3, 1), 10), 0, None)
    with pytest.raises(AssertionError, match="one code at a time"):
        prior.step(torch.zeros(3, 2, dtype=torch.int64), 1, cache)


def test_top_k_draws_from_the_k_likeliest_by_their_probabilities():
    torch.manual_seed(0)
    prior = CodePrior(CodePriorConfig(entries=5, grids=(1,), width=16, depth=1, heads=2)).eval()
    p = torch.softmax(3 * prior(torch.zeros(1, 1, dtype=torch.int64))[0, 0].double(), 0).detach()
    (codes,) = prior.draw(20_000, rng(), temperature=1 / 3, top_k=2)
    best = p.topk(2).indices
    seen = torch.bincount(codes.flatten(), minlength=5) / 20_000
    expected = torch.zeros(5, dtype=torch.float64)
    expected[best] = p[best] / p[best].sum()
    assert torch.equal(seen > 0, expected > 0)
    assert torch.allclose(seen.double(), expected, atol=0.015)


def test_of_codes_equally_likely_exactly_k_are_left(prior):
    for head in prior.levels:
        torch.nn.init.zeros_(head.weight)
        torch.nn.init.zeros_(head.bias)
    for settings, count in (({"top_k": 1}, 1), ({"top_k": 2}, 2), ({"temperature": 0.0}, 1)):
        assert [len(grid.unique()) for grid in prior.draw(20, rng(), **settings)] == [count, count]


def test_draws_are_grids_that_a_seed_repeats(prior):
    top, bottom = prior.draw(4, rng(3))
    assert top.shape == (4, 2, 2)
    assert bottom.shape == (4, 3, 3)
    assert top.dtype == bottom.dtype == torch.int64
    assert min(top.min(), bottom.min()) >= 0
    assert max(top.max(), bottom.max()) < 5
    again = prior.draw(4, rng(3))
    assert torch.equal(top, again[0])
    assert torch.equal(bottom, again[1])
    assert not torch.equal(bottom, prior.draw(4, rng(4))[1])


def test_temperature_zero_takes_the_likeliest_code(prior):
    top, bottom = prior.draw(2, rng(0), temperature=0.0)
    flat = torch.cat([top.flatten(1), bottom.flatten(1)], 1)
    assert torch.equal(prior(flat).argmax(2), flat)
    assert torch.equal(prior.draw(2, rng(9), temperature=0.0)[1], bottom)


def test_draws_follow_the_probabilities(prior):
    first = prior.draw(4000, rng())[0][:, 0, 0]
    expected = prior(torch.zeros(1, 13, dtype=torch.int64))[0, 0].softmax(0)
    assert torch.allclose(torch.bincount(first, minlength=5) / 4000, expected, atol=0.03)


def test_it_learns_a_small_distribution():
    """Codes: the first is 0 or 1 at 0.3 and 0.7, the others repeat it. The entropy is that of one coin, 0.611 nats."""
    torch.manual_seed(0)
    prior = CodePrior(CodePriorConfig(entries=2, grids=(2,), width=16, depth=1, heads=2))
    optimiser = torch.optim.Adam(prior.parameters(), lr=1e-2)
    for step in range(120):
        optimiser.param_groups[0]["lr"] = 1e-2 * (1 - step / 120)
        first = (torch.rand(128, 1, generator=rng(step)) < 0.7).long()
        codes = first.expand(128, 4)
        loss = F.cross_entropy(prior(codes).transpose(1, 2), codes, reduction="none").sum(1).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    drawn = prior.eval().draw(2000, rng())[0].flatten(1)
    assert (drawn == drawn[:, :1]).all(1).float().mean() > 0.98
    assert drawn[:, 0].float().mean().item() == pytest.approx(0.7, abs=0.05)
    ones = torch.ones(1, 4, dtype=torch.int64)
    nats = [F.cross_entropy(prior(codes)[0], codes[0], reduction="sum").item() for codes in (0 * ones, ones)]
    assert 0.3 * nats[0] + 0.7 * nats[1] == pytest.approx(0.611, abs=0.05)


def test_the_distance_is_that_of_mahalanobis():
    """Against numpy's inverse; draws of the Gaussian itself lie sqrt(D) away, in the square's mean."""
    mean, root = torch.tensor([1.0, -2.0, 3.0]), torch.tensor([[1.0, 0.0, 0.0], [0.8, 0.5, 0.0], [-0.3, 0.2, 2.0]])
    gaussian = Gaussian(mean, torch.ones(3), root @ root.T)
    z = gaussian.draw(N, rng())
    d = (z[:50] - mean).double().numpy()
    expected = ((d @ np.linalg.inv((root @ root.T).double().numpy())) * d).sum(1) ** 0.5
    assert gaussian.distance(z[:50]).numpy() == pytest.approx(expected, rel=2e-3)
    assert gaussian.distance(z).square().mean().item() == pytest.approx(3, rel=0.02)
    alone = Gaussian(torch.zeros(2), torch.tensor([2.0, 0.0]), None).distance(torch.tensor([[4.0, 0.0], [0.0, 1.0]]))
    assert alone[0].item() == pytest.approx(2)
    assert torch.isfinite(alone).all()  # a dead unit
