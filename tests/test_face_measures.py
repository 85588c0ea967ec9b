"""The measures of face models, in a small world where pictures are their labels and every answer is known."""

import math

import pytest
import torch
from torch import Tensor

from vae_demo.training import face_measures
from vae_demo.training.data import Split

NAMES = ("Eyeglasses", *face_measures.DRIFT)
COLUMN = {name: i for i, name in enumerate(NAMES)}


class Reader:
    """A verdict that reads the attributes off the first row of pixels, without fail."""

    attributes = NAMES

    def __call__(self, x: Tensor) -> Tensor:
        return 20 * (x[:, 0, 0, : len(NAMES)] - 0.5)

    def features(self, x: Tensor) -> Tensor:
        return x[:, 0, 0, :2]


class Codes:
    """An autoencoder whose code is that row of pixels, times what it `keeps` of each attribute."""

    priors = ("normal",)

    def __init__(self, keeps: Tensor | None = None, reach: float = 1.0) -> None:
        self.keeps = torch.ones(len(NAMES)) if keeps is None else keeps
        self.directions = {"Eyeglasses": reach * torch.eye(len(NAMES))[0], "Smiling": torch.eye(len(NAMES))[3]}

    def encode(self, x: Tensor) -> Tensor:
        return x[:, 0, 0, : len(NAMES)] * self.keeps

    def decode(self, z: Tensor) -> Tensor:
        x = torch.zeros(len(z), 3, 12, 12)
        x[:, 0, 0, : len(NAMES)] = z.clamp(0, 1)
        return x

    def arithmetic(self, a: Tensor, b: Tensor, c: Tensor, strength: float, mode: str) -> Tensor:
        return c + strength * (a - b) if mode == "plain" else c + strength * self.directions["Eyeglasses"]

    def sample(self, n: int, seed: int, prior: str) -> Tensor:
        return torch.rand(n, 3, 12, 12, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def world(monkeypatch):
    monkeypatch.setattr(face_measures, "verdict", lambda device: Reader())
    labels = torch.rand(400, len(NAMES), generator=torch.Generator().manual_seed(0)) < 0.5
    pictures = Codes().decode(labels.float())
    columns = {name: labels[:, i].long() for name, i in COLUMN.items()}
    return Split(
        (255 * pictures).to(torch.uint8), columns | {"sunglasses": torch.zeros(400).long()}, None, {}
    ), pictures


def rates(ae, split, x):
    found = face_measures.face_rates(ae, split, x, ae.decode(ae.encode(x)))
    return {key: value.float().mean().item() for key, value in found.items()}


def test_a_perfect_model_gets_everything_right_but_what_the_plain_equation_carries_over(world):
    found = rates(Codes(), *world)
    carried = {key: value for key, value in found.items() if "plain" in key}
    assert all(value == 1 for key, value in found.items() if key not in carried)
    assert found["equation_right_plain_x1"] == 1  # sex and glasses of the triplets differ by just the glasses
    assert len(found) == 3 + 12 + 2 * 2 + 6


def test_a_model_that_loses_glasses_keeps_none(world):
    keeps = torch.ones(len(NAMES))
    keeps[COLUMN["Eyeglasses"]] = 0
    found = rates(Codes(keeps), *world)
    assert found["glasses_kept"] == 0
    assert found["glasses_seen_in_photos"] == found["sex_kept"] == 1
    assert found["glasses_remove_x1"] == 1


def test_a_direction_that_is_too_short_adds_glasses_only_at_one_and_a_half(world):
    found = rates(Codes(reach=0.4), *world)
    assert found["glasses_add_x1_men"] == found["equation_right_attributes_x1"] == 0
    assert found["glasses_add_x1.5_women"] == found["equation_right_attributes_x1.5_groups"] == 1


def test_a_slider_that_changes_the_sex_is_right_for_those_who_keep_it(world):
    ae = Codes()
    ae.directions["Smiling"] = torch.eye(len(NAMES))[[COLUMN["Smiling"], COLUMN["Male"]]].sum(0)
    found = rates(ae, *world)
    serious = ~world[0].labels["Smiling"].bool()
    men = world[0].labels["Male"][serious][: face_measures.EDITED].float().mean().item()
    assert found["slider_add_Smiling"] == pytest.approx(men)  # a man can become no more of one, a woman becomes one


def test_glasses_can_be_gone_and_the_sex_with_them(world):
    ae = Codes()
    ae.directions["Eyeglasses"] = torch.eye(len(NAMES))[[COLUMN["Eyeglasses"], COLUMN["Male"]]].sum(0)
    found = rates(ae, *world)
    labels = world[0].labels
    women = 1 - labels["Male"][labels["Eyeglasses"].bool()].float().mean().item()
    assert found["glasses_gone_x1"] == 1
    assert found["glasses_remove_x1"] == pytest.approx(women)


def test_the_judge_shrinks_what_is_larger_than_it_knows(world):
    judge = face_measures.Judge(Reader())
    small = world[1][:4].repeat(1, 1, 6, 6)[:, :, :64, :64]
    large = small.repeat_interleave(2, 2).repeat_interleave(2, 3)
    assert torch.equal(judge.probabilities(large), judge.probabilities(small))


def test_drift_is_the_mean_change_of_the_other_attributes(world):
    split, x = world
    ae = Codes()
    assert face_measures.glasses_drift(ae, split, x, x).max() == 0
    ae.directions["Eyeglasses"] = torch.eye(len(NAMES))[[0, COLUMN["Wearing_Hat"]]].sum(0)  # brings a hat along
    drift = face_measures.glasses_drift(ae, split, x, x)
    bareheaded = ~split.labels["Wearing_Hat"][~split.labels["Eyeglasses"].bool()].bool()
    assert torch.allclose(drift[bareheaded], torch.tensor(1 / len(face_measures.DRIFT)), atol=1e-3)
    assert drift[~bareheaded].max() < 1e-6


def test_distances_of_the_same_pictures_are_zero_and_of_noise_are_not(world):
    _, x = world
    found = face_measures.face_distances(Codes(), x, x)
    assert found["frechet_reconstructions"].abs().max() < 1e-6
    assert found["frechet_normal_prior"].shape == (face_measures.SEEDS,)
    assert found["frechet_normal_prior"].min() > found["frechet_real_halves"].mean()


def test_the_jackknife_has_the_distance_and_its_standard_error():
    """Of N(0, I) and N((1, 0), I) the distance is 1, and m² of the measured means scatters by 2 m sqrt(2 / n)."""
    n, generator = 4000, torch.Generator().manual_seed(0)
    a, b = torch.randn(2, n, 2, generator=generator) + torch.tensor([[[0.0, 0.0]], [[1.0, 0.0]]])
    values = face_measures.jackknife(a, b)
    assert values.mean().item() == pytest.approx(face_measures.frechet(a, b), rel=1e-9)
    assert values.mean().item() == pytest.approx(1, abs=0.15)
    error = values.std().item() / math.sqrt(len(values))
    assert error == pytest.approx(2 * math.sqrt(2 / n), rel=0.5)  # twenty groups tell it to a sixth, one deviation
