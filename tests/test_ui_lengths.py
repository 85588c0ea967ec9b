"""How long should a code be: the lines of the chart lie where the card's numbers say, and so do its words."""

import math
import re
from types import SimpleNamespace

import pytest

from vae_demo.checkpoints import ROOT
from vae_demo.files import read_json
from vae_demo.ui import lengths

METRICS = {f"first_{k}_psnr": 10.0 + k for k in (1, 2, 4)} | {f"pca_{k}_psnr": 9.0 + k for k in (1, 2, 4)}
APART = {
    "numbers": [1, 2, 4, 8],
    "pictures": [100, 5_000],
    "seen": [[0.04, 0.02, 0.01, 0.001], [0.04, 0.02, 0.01, 0.005]],
    "unseen": [[0.05, 0.03, 0.04, 0.06], [0.041, 0.021, 0.011, 0.006]],
}


def ordered(**more):
    return SimpleNamespace(name="mnist-ordered-ae", latent_dim=4, card={"metrics": METRICS, **more})


def drawn(html: str) -> list[list[tuple[float, float]]]:
    """The corners of each line."""
    return [
        [tuple(map(float, corner.split(","))) for corner in found.split()]
        for found in re.findall(r'<polyline points="([^"]+)"', html)
    ]


def test_twice_as_many_numbers_and_equal_decibels_are_equally_far():
    first, pca = drawn(lengths.html(ordered(), None))
    for at, offset in ((first, 10), (pca, 9)):
        assert at[1][0] - at[0][0] == pytest.approx(at[2][0] - at[1][0], abs=0.11)
        assert (at[0][1] - at[2][1]) / 3 == pytest.approx(at[0][1] - at[1][1], abs=0.11), offset  # 1 and 3 dB up
    assert first[0][1] < pca[0][1]  # better is higher


def test_networks_trained_apart_have_a_line_for_each_kind_of_picture():
    html = lengths.html(ordered(lengths=APART), None)
    lines = drawn(html)
    assert [len(line) for line in lines] == [3, 3, 4, 4, 4, 4]
    unseen, seen = lines[2:4]
    assert min(unseen, key=lambda at: at[1]) == unseen[1]  # the highest point, at D = 2
    assert all(b[1] < a[1] for a, b in zip(seen, seen[1:], strict=False))
    assert len(re.findall(r"<polyline [^>]*stroke-dasharray", html)) == 2
    for mse in (0.02, 0.03, 0.001, 0.06, 0.005, 0.006):  # at D = 2 and 8
        assert f"{-10 * math.log10(mse):.1f}" in html
    assert "beyond D = 2 (with 5,000 digits: 8)" in html
    assert "100 alone" in html
    assert "5,000 digits" in html


def test_where_pca_does_better_it_is_said():
    assert "PCA does better" not in lengths.html(ordered(), None)
    worse = METRICS | {"first_2_psnr": 9.0, "first_4_psnr": 9.0}
    found = lengths.html(SimpleNamespace(name="mnist-ordered-ae", latent_dim=4, card={"metrics": worse}), None)
    assert "From k = 2 on PCA does better" in found
    line = lengths.Line("", (1, 2, 4), (10.0, 13.0, 14.0), "")
    assert lengths.overtaken(line, lengths.Line("", (1, 2, 4), (11.0, 12.0, 15.0), "")) == 4  # not where it was once


def test_without_measures_there_is_no_chart():
    assert lengths.html(SimpleNamespace(name="mnist-ordered-ae", latent_dim=4, card={}), None) == ""


def test_what_the_words_say_is_so_of_what_was_measured():
    apart = read_json(ROOT / "mnist-ordered-ae" / "card.json")["lengths"]
    assert apart["pictures"] == [1_000, 60_000]
    (few_seen, many_seen), (few, many) = apart["seen"], apart["unseen"]
    assert all(seen < 0.5 * unseen for seen, unseen in zip(few_seen[3:], few[3:], strict=True))  # by heart
    assert all(seen > 0.9 * unseen for seen, unseen in zip(many_seen, many, strict=True))
    assert lengths.enough(apart["numbers"], few) < 128
    assert max(many[6:]) < 0.5 * min(few)  # pictures help more than any length
    assert all(pca > bent for pca, bent in zip(apart["pca"][:5], many, strict=False))  # short codes by maps that bend
