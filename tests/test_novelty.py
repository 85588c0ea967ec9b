"""Far from what a model knows: two scores, their limits in the card, and how often they are wrong."""

import pytest
import torch

import vae_demo
from vae_demo import novelty, ops
from vae_demo.training import evaluate
from vae_demo.ui import references
from vae_demo.ui.room import Room


@pytest.fixture(scope="module")
def ae():
    return vae_demo.load("mnist-vae", "cpu")


@pytest.fixture(scope="module")
def digits():
    offered = [f"digit:{n}:{hand}" for n in range(10) for hand in range(references.HANDS)]
    return torch.cat([references.resolve(Room({}), "mnist", reference, "", None) for reference in offered])


def test_the_scores_are_error_and_distance(ae, digits):
    scores = novelty.scores(ae, digits.clone().requires_grad_())
    assert not scores.error.requires_grad
    assert torch.allclose(scores.error, ops.mse(ae.reconstruct(digits), digits), atol=1e-6)
    d = ae.encode(digits) - ae.latents["mean"]
    covariance = ae.latents["covariance"].double()
    covariance += 1e-4 * covariance.diagonal().mean() * torch.eye(len(covariance))  # a dead unit hardly varies
    squared = (d.double() @ torch.linalg.inv(covariance) * d).sum(1)
    assert torch.allclose(scores.distance, squared.sqrt().float(), rtol=1e-3)
    beyond = scores.beyond(scores.error.max().item(), scores.distance.median().item())
    assert beyond.float().mean().item() == pytest.approx(0.5, abs=0.02)  # one of the two is enough


def test_noise_is_far_and_drawn_digits_are_not(ae, digits):
    limits = novelty.limits(ae)
    assert limits is not None
    assert novelty.scores(ae, digits).beyond(*limits).float().mean() < 0.25
    assert novelty.scores(ae, torch.rand(20, 1, 28, 28)).beyond(*limits).all()
    assert novelty.scores(ae, 1 - digits).beyond(*limits).all()


def test_limits_are_measured_on_one_half_and_judged_on_the_other(ae):
    x = ae.sample(400, seed=1)
    x[1::2] = torch.rand(200, 1, 28, 28)  # the half that is judged is all strange
    limits, beyond = evaluate.far(ae, x, each=0.01)
    known = novelty.scores(ae, x[::2])
    assert (known.error > limits["far_error"]).sum() == 2  # 1% of 200
    assert (known.distance > limits["far_distance"]).sum() == 2
    assert beyond["far_false_alarms"].all()
    _, alike = evaluate.far(ae, ae.sample(400, seed=2), each=0.01)
    assert alike["far_false_alarms"].float().mean() < 0.06


def test_every_card_says_how_often_it_is_wrong():
    for name in vae_demo.names():
        ae = vae_demo.load(name, "cpu")
        assert novelty.limits(ae) is not None
        assert ae.card["metrics"]["far_false_alarms"] < 0.03
