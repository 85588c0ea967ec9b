"""Arithmetic: directions there and back, what was moved is told, and the film is the strength growing."""

import pytest
import torch

import vae_demo
from vae_demo.models.classifier import AttributeClassifier, ClassifierConfig
from vae_demo.ui import arithmetic, inputs
from vae_demo.ui.room import Room


@pytest.fixture(scope="module")
def ae():
    return vae_demo.load("mnist-dense-ae", "cpu")


@pytest.fixture(scope="module")
def groups(ae):
    return {name: z[None] for name, z in ae.groups.items()}


def test_plus_and_minus_returns(ae):
    z = ae.draw(2, prior="gaussian")
    there = arithmetic.move(ae, z, {"Thick": 1.5, "Slanted": -1.0})
    back = arithmetic.move(ae, there, {"Thick": -1.5, "Slanted": 1.0})
    assert (there - z).norm() > 1
    assert torch.allclose(back, z, atol=1e-4)


def test_balanced_directions_leave_the_other_probes_alone_and_naive_ones_do_not(ae):
    z = ae.draw(1, prior="gaussian")
    before = ae.scores(z)

    def drift(naive):
        after = ae.scores(arithmetic.move(ae, z, {"Thick": 1.0}, naive))
        return (after["Slanted"] - before["Slanted"]).abs().item(), (after["Thick"] - before["Thick"]).item()

    balanced, gained = drift(False)
    assert gained > 1
    assert balanced < 0.05 * gained
    assert drift(True)[0] > balanced


def test_an_unknown_direction_is_named(ae):
    with pytest.raises(ValueError, match="Beard"):
        arithmetic.move(ae, ae.draw(1), {"Beard": 1.0})


def test_what_was_moved_is_what_differs(ae, groups):
    moved = arithmetic.moved(ae, groups["slanted_7"], groups["upright_7"])
    assert list(moved) == ["Slanted"]
    assert moved["Slanted"] > 0
    assert arithmetic.moved(ae, groups["digit_3"], groups["digit_3"]) == {}


def test_the_film_grows_from_c_to_the_result(ae, groups):
    a, b, c = groups["slanted_7"], groups["upright_7"], groups["upright_1"]
    film = arithmetic.film(ae, a, b, c, 1.5, "plain", 4)
    assert torch.allclose(film[0], ae.decode(c)[0], atol=1e-5)
    assert torch.allclose(film[-1], ae.decode(c + 1.5 * (a - b))[0], atol=1e-4)


@pytest.mark.parametrize("mode", arithmetic.MODES)
def test_copied_python_makes_the_picture_of_the_page(ae, groups, mode):
    own = "digit:7:2", "", None
    terms = {"a": ("own", own), "b": ("upright_7", own), "c": ("upright_1", own)}
    scope = {}
    exec(arithmetic.python(Room({}), "mnist", ae.name, terms, 1.5, mode), scope)  # what the page tells people to run
    a = ae.encode(inputs.resolve(Room({}), "mnist", *own))
    expected = arithmetic.film(ae, a, groups["upright_7"], groups["upright_1"], 1.5, mode, 2)[-1:]
    assert torch.allclose(scope["y"].cpu(), expected, atol=1e-3)


def test_the_best_is_the_one_whose_card_says_so(ae):
    other = vae_demo.load("mnist-conv-ae", "cpu")
    other.card = {"metrics": {"equation_right_attributes_x1": 0.8}}
    assert arithmetic.best({"one": ae, "two": other}) == "two"
    assert arithmetic.best({"mnist-dense-ae": ae, "mnist-vae": ae}) == "mnist-vae"
    assert arithmetic.best({}) is None


def test_the_classifier_gives_probabilities_by_name():
    torch.manual_seed(0)
    verdict = AttributeClassifier(ClassifierConfig(1, 28, (4, 8), (0, 0), ("round", "tall"))).eval()
    x = torch.rand(1, 1, 28, 28)
    judged = arithmetic.judged(verdict, x)
    assert list(judged) == ["round", "tall"]
    assert judged["tall"] == pytest.approx(verdict.probability(x, "tall").item())
