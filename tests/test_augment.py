"""The jitter of faces against its own definition, pixel by pixel, and against what it should be on average."""

import numpy as np
import pytest
import torch

from vae_demo.training import augment
from vae_demo.training.augment import LIGHT, SHIFT, TINT, jitter


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_a_picture_is_shifted_and_its_edge_goes_on(monkeypatch):
    monkeypatch.setattr(augment, "LIGHT", 0.0)
    monkeypatch.setattr(augment, "TINT", 0.0)
    x = torch.rand(400, 3, 8, 9, generator=rng())
    found, seen = jitter(x, rng(1)), {}
    for before, after in zip(x.numpy(), found.numpy(), strict=True):
        padded = np.pad(before, ((0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT)), mode="edge")
        steps = [
            (i, j)
            for i in range(2 * SHIFT + 1)
            for j in range(2 * SHIFT + 1)
            if np.array_equal(padded[:, i : i + 8, j : j + 9], after)
        ]
        assert len(steps) == 1
        seen[steps[0]] = seen.get(steps[0], 0) + 1
    share = np.convolve(np.ones(SHIFT + 1), np.ones(SHIFT + 1)) / (SHIFT + 1) ** 2  # of the sum of two draws
    for (i, j), count in seen.items():
        expected = 400 * share[i] * share[j]
        assert abs(count - expected) < 4.5 * expected**0.5 + 1
    assert len(seen) == (2 * SHIFT + 1) ** 2


def test_light_and_tint_are_within_their_bounds():
    x = torch.full((5000, 3, 8, 8), 0.5)
    factor = jitter(x, rng())[:, :, 0, 0] / 0.5  # (B, 3)
    assert factor.min() >= 1 - LIGHT - TINT - 1e-6
    assert factor.max() <= 1 + LIGHT + TINT + 1e-6
    assert factor.mean().item() == pytest.approx(1, abs=0.005)
    # A uniform draw from -a to a has the variance a² / 3.
    assert factor.var(0).mean().item() == pytest.approx((LIGHT**2 + TINT**2) / 3, rel=0.06)
    assert torch.cov(factor.T)[0, 1].item() == pytest.approx(LIGHT**2 / 3, rel=0.06)


def test_what_comes_is_a_picture_and_the_same_for_the_same_draw():
    x = torch.rand(6, 3, 8, 8, generator=rng())
    found = jitter(x, rng(3))
    assert found.shape == x.shape
    assert 0 <= found.min() <= found.max() <= 1
    assert torch.equal(found, jitter(x, rng(3)))
    assert not torch.equal(found, jitter(x, rng(4)))
