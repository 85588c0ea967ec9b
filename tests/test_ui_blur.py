"""One answer for six pictures: its average errors against numpy, and that nothing does better than the mean."""

import re

import numpy as np
import pytest
import torch
from section import handler_of

from vae_demo.ui import blur, reconstruct, references
from vae_demo.ui.checks import UserError
from vae_demo.ui.room import Room


def errors(y: np.ndarray, x: np.ndarray) -> tuple[float, float]:
    """Average squared error and cross-entropy of y (H, W) against x (6, H, W), in float64."""
    sure = np.clip(y.astype(float), 1 / 255, 254 / 255)
    cross = -(x * np.log(sure) + (1 - x) * np.log(1 - sure))
    return ((y - x) ** 2).mean(), cross.mean()


@pytest.mark.parametrize("number", range(10))
def test_the_mean_has_less_than_each_of_the_six_and_than_what_is_near_it(number):
    x = blur.six(Room({}), "mnist", str(number))[:, 0].double().numpy()
    assert x.shape == (6, 28, 28)
    least = errors(x.mean(0), x)
    rng = np.random.default_rng(number)
    others = [*x, *(np.clip(x.mean(0) + rng.normal(0, size, (28, 28)), 0, 1) for size in (0.01, 0.1))]
    for other in others:
        assert all(a < b for a, b in zip(least, errors(other, x), strict=True))


@pytest.mark.parametrize(("answer", "y"), [("1", 0), ("6", 5), ("mean", None)])
def test_the_part_says_its_numbers_and_its_lines_compute_them(answer, y, capsys):
    html, code = handler_of(reconstruct, Room({}), "blur")(None, "mnist", "7", answer)
    x = torch.cat([references.example_digit(7, hand) for hand in range(6)])[:, 0].double().numpy()
    square, cross = errors(x.mean(0) if y is None else x[y], x)
    assert f"squared error {square:.4f}, cross-entropy {cross:.4f} nats" in html
    square_of_mean, cross_of_mean = errors(x.mean(0), x)
    assert (f"The mean of the six: {square_of_mean:.4f} and {cross_of_mean:.4f}." in html) == (answer != "mean")
    shown = [float(value) for value in re.findall(r"<span>MSE ([\d.]+)</span>", html)]
    assert np.mean(shown) == pytest.approx(square, abs=0.0005)
    exec(code, {})  # what the page tells people to run
    assert [float(line) for line in capsys.readouterr().out.split()] == pytest.approx([square, cross], rel=1e-4)


def test_a_black_and_a_white_answer_cost_a_finite_cross_entropy():
    x = torch.tensor([0.0, 1.0]).view(2, 1, 1, 1)
    found = blur.bce(torch.zeros(1, 1, 1, 1), x)
    np.testing.assert_allclose(found, [-np.log(254 / 255), -np.log(1 / 255)], rtol=1e-4)


def test_other_answers_and_digits_are_refused_and_faces_need_their_model():
    ask = handler_of(reconstruct, Room({}), "blur")
    for wrong in (("mnist", "10", "1"), ("mnist", "1", "7"), ("mnist", 1, "1"), ("faces", "1", "1")):
        with pytest.raises(UserError):
            ask(None, *wrong)
    assert "invents faces" in ask(None, "celeba", "1", "mean")[0]
