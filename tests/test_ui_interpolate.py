"""Interpolation: the ways' ends are the inputs, slerp keeps the norm, and films come out as GIF and WebP."""

import base64
import io
import re

import pytest
import torch
from PIL import Image
from section import handler_of

import vae_demo
from vae_demo.ui import film, interpolate, references
from vae_demo.ui.room import Room


@pytest.fixture(scope="module")
def ae():
    return vae_demo.load("mnist-dense-ae", "cpu")


@pytest.fixture(scope="module")
def x(ae):
    return ae.sample(3, seed=5, prior="gaussian")


@pytest.mark.parametrize("path", interpolate.PATHS)
def test_the_ends_are_the_inputs(ae, x, path):
    z, y = interpolate.walk(ae, x[:2], 7, path)
    ends = ae.encode(x[:2])
    assert z.shape == (7, ae.latent_dim)
    assert y.shape == (7, 1, 28, 28)
    assert torch.allclose(z[[0, -1]], ends, atol=1e-4)
    assert torch.allclose(y[[0, -1]], ae.decode(ends), atol=1e-4)


def test_spherical_keeps_the_norm_and_linear_cuts_across():
    a, b = torch.tensor([[3.0, 0.0], [0.0, 3.0]])
    points = torch.stack([a, b])
    assert torch.allclose(interpolate.stops(points, 9, "spherical").norm(dim=1), torch.full((9,), 3.0), atol=1e-5)
    assert interpolate.stops(points, 9, "linear").norm(dim=1).min() < 2.2


def test_a_loop_passes_every_picture_and_returns(ae, x):
    open_way, _ = interpolate.walk(ae, x, 5, "linear")
    closed, _ = interpolate.walk(ae, x, 5, "linear", loop=True)
    ends = ae.encode(x)
    assert len(open_way) == 9
    assert len(closed) == 12
    assert torch.allclose(open_way[[0, 4, 8]], ends, atol=1e-4)
    assert torch.allclose(closed[[0, 4, 8]], ends, atol=1e-4)
    step = (ends[0] - ends[2]) / 4
    assert torch.allclose(closed[-1] + step, ends[0], atol=1e-4)


def test_the_cross_fade_is_of_pixels(x):
    fade = interpolate.cross_fade(x[:2], 5)
    assert torch.allclose(fade[2], (x[0] + x[1]) / 2, atol=1e-6)


def test_curves_are_the_probes(ae, x):
    z, _ = interpolate.walk(ae, x[:2], 4, "linear")
    curves = interpolate.curves(ae, z, ("Thick", "nobody knows"))
    assert list(curves) == ["Thick"]
    assert torch.allclose(torch.logit(curves["Thick"].double()).float(), ae.scores(z)["Thick"], atol=1e-2)


@pytest.mark.parametrize("kind", film.TYPES)
def test_a_film_has_all_its_frames(x, kind):
    way = interpolate.cross_fade(x[:2], 6)
    pictures = film.frames([way, way.flip(0)])
    assert len(pictures) == 10
    assert pictures[0].width > 2 * film.SIDE
    read = Image.open(io.BytesIO(film.encode(pictures, kind)))
    assert read.format == kind.upper()
    assert read.n_frames == 10
    assert read.size == pictures[0].size


def test_a_film_wants_films_of_one_shape(x):
    with pytest.raises(ValueError, match="one shape"):
        film.frames([x, x[:2]])
    with pytest.raises(ValueError, match="gif"):
        film.encode([Image.new("L", (4, 4))], "exe")


@pytest.mark.parametrize("path", interpolate.PATHS)
@pytest.mark.parametrize("loop", [False, True])
def test_copied_python_walks_the_way_of_the_page(ae, path, loop, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    passed = ["digit:2", *interpolate.stop_references("mnist", 1, 0), "strokes:20.30-25.70_40.40-60.40"]
    scope = {}
    exec(interpolate.python(Room({}), "mnist", [ae.name], passed, 5, path, loop), scope)
    x = torch.cat([references.resolve(Room({}), "mnist", reference, "", None) for reference in passed])
    z, _ = interpolate.walk(ae, x, 5, path, loop)
    first, second = z[:5], torch.cat([z, z[:1]])[4:9]
    assert torch.allclose(scope["way"][:10].cpu(), torch.cat([first, second]), atol=1e-3)
    assert Image.open(f"{ae.name}.png").width >= 5 * 28 * 3


@pytest.mark.parametrize(("loop", "frames"), [(True, 9), (False, 12)])
def test_the_film_to_keep_runs_around_or_there_and_back(ae, loop, frames):
    """Three pictures, four frames from each to the next: a loop has 9, an open way 7, of which 5 come again."""
    make = handler_of(interpolate, Room({ae.name: ae}), "interpolate_film")
    html = make(None, "mnist", variants=[ae.name], steps=4, between=1, loop=loop)
    for kind in film.TYPES:
        url = re.search(rf'download="a-to-b.{kind}" href="data:image/{kind};base64,([^"]+)"', html)
        assert Image.open(io.BytesIO(base64.b64decode(url[1]))).n_frames == frames


def test_a_program_may_send_whole_numbers_as_floats(ae):
    handler = handler_of(interpolate, Room({ae.name: ae}), "interpolate")
    _, lines = handler(None, variants=[ae.name], steps=5.0, between=2.0, seed=1.0)
    assert "ops.interpolate(a, b, 5," in lines
    assert lines.count("pictures.append(x)") == 4


def test_a_loop_counts_the_way_back(x):
    around = interpolate.Way(None, interpolate.cross_fade(x[:2], 5, loop=True), loop=True)
    assert [around.share(i) for i in (0, 4)] == [0, 0.5]  # B is half of the way
    there = interpolate.Way(None, interpolate.cross_fade(x[:2], 5))
    assert [there.share(i) for i in (0, 4)] == [0, 1]
