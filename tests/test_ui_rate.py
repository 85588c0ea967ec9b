"""The chart of bits against PSNR: where its dots lie, and what the legend says."""

import json
import math
import re

import numpy as np
import pytest
from section import handler_of

import vae_demo
from vae_demo.checkpoints import ROOT
from vae_demo.training.recipes import RECIPES
from vae_demo.ui import figures, rate, reconstruct, references
from vae_demo.ui.room import Room
from vae_demo.ui.text import TEXTS

NAMES = ("mnist-conv-ae", "mnist-vae", "mnist-conv-vae", "mnist-beta-vae", "mnist-vq-vae")


@pytest.fixture(scope="module")
def room():
    return Room({name: vae_demo.load(name, "cpu") for name in NAMES})


def dots(html: str) -> dict[str, tuple[float, float]]:
    """Colour -> the middle of its dot."""
    found = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="5" fill="(#\w+)"', html)
    return {colour: (float(x), float(y)) for x, y, colour in found}


def test_equal_factors_of_bits_and_equal_decibels_are_equally_far():
    points = {"mnist-vae": (10.0, 20.0), "mnist-vq-vae": (100.0, 25.0), "mnist-beta-vae": (1000.0, 30.0)}
    one, two, three = (np.array(at) for at in dots(rate.html(points, 12_288, None)).values())
    assert two - one == pytest.approx(three - two, abs=0.11)
    assert (two > one).tolist() == [True, False]  # more bits to the right, more decibels up
    assert "98,304" in rate.html(points, 12_288, None)  # 8 bits each


def test_a_code_without_bits_and_one_of_less_than_a_bit_stay_on_the_chart():
    for bits in (0.0, 0.3):
        at = dots(rate.html({"mnist-vae": (bits, 6.3), "mnist-beta-vae": (8.8, 14.0)}, 784, None))
        assert all(x >= 30 for x, _ in at.values())
        assert not any(math.isnan(number) for place in at.values() for number in place)


def test_a_picture_without_error_is_at_the_top():
    (_, exact), (_, good) = dots(
        rate.html({"mnist-vae": (9.0, math.inf), "mnist-beta-vae": (8.8, 50.0)}, 784, None)
    ).values()
    assert 0 < exact < good


def test_one_point_is_no_trade():
    assert rate.html({"mnist-vae": (10.0, 20.0)}, 784, None) == ""


def test_a_pair_is_one_network_with_another_beta():
    for one, other in rate.PAIRS:
        configs = [json.loads((ROOT / name / "config.json").read_text()) for name in (one, other)]
        assert configs[0] == configs[1]
        plain, dear = (vars(RECIPES[name].objective(lambda _: None)) for name in (one, other))
        assert {key for key in plain if key in ("likelihood", "sigma", "beta") and plain[key] != dear[key]} == {"beta"}
        assert plain["beta"] == 1 < dear["beta"]


def test_a_thin_line_joins_the_pair_and_no_other():
    points = {"mnist-vae": (10.0, 20.0), "mnist-conv-vae": (36.0, 23.0), "mnist-beta-vae": (15.0, 19.0)}
    html = rate.html(points, 784, None)
    ends = [float(number) for number in re.search(r'class="pair" (.*?) stroke', html)[1].split('"')[1::2]]
    at = dots(html)
    assert tuple(ends) == at[figures.colour("mnist-conv-vae")] + at[figures.colour("mnist-beta-vae")]
    assert "joins conv VAE and beta-VAE" in html
    del points["mnist-conv-vae"]
    assert 'class="pair"' not in rate.html(points, 784, None)


def test_the_numbers_in_use_are_those_of_the_cards():
    used = [json.loads((ROOT / name / "card.json").read_text())["metrics"] for pair in rate.PAIRS for name in pair]
    digits, dear, faces, dear_faces = (int(metrics["active_units"]) for metrics in used)
    english, korean = (" ".join(words.split()) for words in TEXTS["reconstruct.explain"])
    assert f"conv VAE uses {digits} of its 20 numbers and beta-VAE {dear}; " in english
    assert f"VAE uses {faces} of 256 and beta-VAE {dear_faces}." in english
    assert f"conv VAE는 20개 중 {digits}개를, beta-VAE는 {dear}개를" in korean
    assert f"VAE는 256개 중 {faces}개를, beta-VAE는 {dear_faces}개를" in korean


def test_the_rate_is_kl_in_bits_or_log2_k_for_each_index(room):
    x = references.resolve(Room({}), "mnist", "digit:3:1", "", None)
    results = reconstruct.through_all(room.checkpoints, x)
    mu, logvar = (part[0].double().numpy() for part in room.checkpoints["mnist-vae"].posterior(x).__dict__.values())
    nats = 0.5 * np.sum(mu**2 + np.exp(logvar) - 1 - logvar)
    assert results["mnist-vae"].rate == pytest.approx(nats * np.log2(np.e), rel=1e-5)
    network = room.checkpoints["mnist-vq-vae"].network
    k, width = network.codebook.embedding.shape
    assert results["mnist-vq-vae"].rate == pytest.approx(np.log2(k) * network.latent_dim / width)
    assert results["mnist-conv-ae"].rate is None


def test_reconstruct_shows_those_that_have_a_rate(room):
    html, _ = handler_of(reconstruct, room, "reconstruct")(None, "mnist", "digit:3:1")
    assert set(dots(html)) == {figures.colour(name) for name in NAMES[1:]}
    x = references.resolve(room, "mnist", "digit:3:1", "", None)
    beta = reconstruct.through(room.checkpoints["mnist-beta-vae"], x)
    assert f"{beta.kl / math.log(2):,.0f}\N{NO-BREAK SPACE}bits, {beta.psnr:.1f} dB" in html
