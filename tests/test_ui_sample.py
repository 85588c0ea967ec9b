"""Sampling: one draw for all, what the charts say of the codes, and how a code prior's picture arrives."""

import dataclasses
import json
import math
import re
from types import SimpleNamespace

import gradio as gr
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from shown import LOST, shown

import vae_demo
from vae_demo.images import sheet
from vae_demo.models import VQVAE, VQVAE2, VQ2Config, VQConfig
from vae_demo.priors import CodePrior, CodePriorConfig
from vae_demo.ui import sample
from vae_demo.ui.checks import UserError
from vae_demo.ui.figures import tiles
from vae_demo.ui.room import Room
from vae_demo.ui.sample import code_film, spread
from vae_demo.ui.sample.draws import Question


@pytest.fixture(scope="module")
def autoencoders():
    return [vae_demo.load("mnist-dense-ae", "cpu"), vae_demo.load("mnist-conv-ae", "cpu")]


@pytest.fixture(params=[VQVAE, VQVAE2])
def vq(request, tmp_path):
    """A tiny untrained VQ model, as a checkpoint folder."""
    torch.manual_seed(0)
    config = {
        VQVAE: VQConfig(1, 16, (4, 4), (0, 0), (0, 0), 8, 4),
        VQVAE2: VQ2Config(1, 16, (4, 4), (0, 0), (0, 0), 4, 8, 4),
    }[request.param]
    network = request.param(config)
    d = network.latent_dim
    (tmp_path / "config.json").write_text(
        json.dumps({"class": request.param.__name__, "config": dataclasses.asdict(config)})
    )
    (tmp_path / "card.json").write_text("{}")
    save_file(
        {k: v.contiguous() for k, v in network.state_dict().items() if not k.endswith("num_batches_tracked")},
        tmp_path / "model.safetensors",
    )
    save_file({"mean": torch.zeros(d), "std": torch.ones(d)}, tmp_path / "latents.safetensors")
    return vae_demo.load(str(tmp_path), "cpu")


def draws(autoencoders, *question):
    """Of digits."""
    return Question("mnist", *question).draws(Room({ae.name: ae for ae in autoencoders}))


def test_every_variant_of_one_size_gets_the_same_draw(autoencoders):
    first, second = draws(autoencoders, "normal", 3, 1.0, 7)
    assert torch.equal(first.z, second.z)
    assert not torch.equal(first.x, second.x)
    assert first.x.shape == (3, 1, 28, 28)


def test_a_seed_repeats_and_another_does_not(autoencoders):
    once, again, other = (draws(autoencoders[:1], "gaussian", 2, 1.0, seed)[0].x for seed in (1, 1, 2))
    assert torch.equal(once, again)
    assert not torch.equal(once, other)


def test_temperature_zero_is_the_mean_code(autoencoders):
    ae = autoencoders[0]
    (draw,) = draws([ae], "gaussian", 2, 0.0, 0)
    assert torch.allclose(draw.z, ae.latents["mean"].expand(2, -1))


def test_a_prior_is_only_asked_of_those_that_have_it(autoencoders):
    assert draws(autoencoders, "codes", 1, 1.0, 0) == []


def test_density_is_a_density_of_the_codes_and_not_of_the_prior(autoencoders):
    step = 80 / 4000
    values = (torch.arange(4000, dtype=torch.float64) + 0.5) * step - 40  # none on the edge of a bin
    for ae in autoencoders:
        p = spread.density(ae, values)
        assert math.isclose(p.sum().item() * step, 1, rel_tol=1e-3)
        mean = (p * values).sum().item() * step
        second = (p * values.square()).sum().item() * step
        assert math.isclose(mean, ae.latents["mean"].mean().item(), abs_tol=0.1)
        assert math.isclose(second * ae.latent_dim, spread.radius(ae) ** 2, rel_tol=0.05)
    assert math.isclose(spread.standard_normal(values).sum().item() * step, 1, rel_tol=1e-4)


def test_axes_hold_all_of_the_variance(autoencoders):
    for ae in autoencoders:
        axes = spread.axes(ae)
        assert (axes[:-1] >= axes[1:]).all()
        assert math.isclose(axes.square().sum().item(), ae.latents["std"].square().sum().item(), rel_tol=1e-3)


def test_nearby_codes_are_as_near_as_said(autoencoders):
    ae = autoencoders[0]
    z = ae.draw(1)
    away = (sample.around(ae, z, seed=3, distance=0.5, n=400) - z) / ae.latents["std"]
    assert math.isclose(away.square().mean().sqrt().item(), 0.5, rel_tol=0.05)


def test_how_new_the_samples_are_is_what_the_cards_say():
    cards = [
        {"nearest_drawn": 0.03, "nearest_unseen": 0.024, "nearest_rebuilt": 0.006},
        {"nearest_drawn": 0.012, "nearest_unseen": 0.024, "nearest_rebuilt": 0.0},
        {},
    ]
    known = [SimpleNamespace(name=f"mnist-{i}", card={"metrics": card}) for i, card in enumerate(cards)]
    html = spread.newness_html(known, None)
    assert re.findall(r"width:(\d+)%", html) == ["100", "80", "20", "40", "80", "0"]
    assert re.findall(r">([\d.]+)</td>", html) == ["0.0300", "0.0240", "0.0060", "0.0120", "0.0240", "0.0000"]
    assert html.count('scope="row"') == 2
    assert spread.newness_html(known[2:], None) == ""


def test_a_code_film_ends_with_the_picture_and_begins_without_it(vq):
    z = torch.randn(1, vq.latent_dim, generator=torch.Generator().manual_seed(1))
    film = code_film.code_film(vq, z, 5)
    assert film.shape == (5, 1, 16, 16)
    assert torch.allclose(film[-1:], vq.decode(z), atol=1e-6)
    assert torch.allclose(film[:1], vq.decode(vq.latents["mean"][None]), atol=1e-6)
    assert not torch.allclose(film[2], film[-1])


@pytest.mark.parametrize(("name", "prior"), [("mnist-dense-ae", "gaussian"), ("mnist-conv-ae", "normal")])
def test_copied_python_makes_the_pictures_of_the_page(name, prior, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scope, question = {}, Question("mnist", prior, 5, 0.75, 3)
    exec(question.python([name]), scope)  # what the page tells people to run
    (draw,) = question.draws(Room({name: vae_demo.load(name, "cpu")}))
    assert torch.allclose(scope["x"].cpu(), draw.x, atol=1e-4)
    assert Image.open(f"{name}.png").size == sheet(draw.x, 3, scale=4).size


def test_a_code_film_wants_codes(autoencoders):
    with pytest.raises(ValueError, match="VQ"):
        code_film.code_film(autoencoders[0], autoencoders[0].draw(1), 4)


def test_tiles_lie_where_the_page_looks_for_them():
    """assets/send.js cuts tile k out by the same rule: columns, one pixel between, a missing row shared."""
    x = torch.rand(7, 1, 5, 5, generator=torch.Generator().manual_seed(0))
    sheet = tiles(x)
    assert sheet.shape == (1, 17, 17)  # 3 columns
    for k, picture in enumerate(x):
        top, left = k // 3 * 6, k % 3 * 6
        assert torch.equal(sheet[:, top : top + 5, left : left + 5], picture)
    two = tiles(x[:2])  # one row of two, in the middle of a square
    assert torch.equal(two[:, 3:8, 6:11], x[1])


@pytest.fixture
def vq_with_prior(vq, tmp_path):
    """The same with a tiny random prior over its codes."""
    grids = (4,) if isinstance(vq.network, VQVAE) else (2, 4)
    config = CodePriorConfig(entries=8, grids=grids, width=16, depth=1, heads=2)
    torch.manual_seed(1)
    (tmp_path / "prior.json").write_text(json.dumps(dataclasses.asdict(config)))
    save_file(CodePrior(config).state_dict(), tmp_path / "prior.safetensors")
    return vae_demo.load(str(tmp_path), "cpu")


def pictures(html: str) -> list[str]:
    return re.findall(r'src="(data:image/png[^"]+)"', html)


def built(room):
    """The tab and its public handlers by name."""
    with gr.Blocks() as demo:
        tab = sample.build(room, gr.Radio(["mnist", "celeba"]))
    return tab, {event.api_name: event.fn for event in demo.fns.values() if event.api_name}


def test_the_code_prior_is_offered_where_a_model_has_one_and_draws_as_a_film(vq_with_prior, autoencoders):
    room = Room({"mnist-vq-vae": vq_with_prior, "mnist-dense-ae": autoencoders[0]})
    tab, handlers = built(room)
    html, lines = handlers["sample"](None, "mnist", "codes", 4, 1.0, 3)
    assert html.count("<figure") == 1  # the AE has no codes
    assert "dense AE" in html  # and is said to be left out
    assert 'prior="codes"' in lines
    few, lines = handlers["sample"](None, "mnist", "codes", 4, 1.0, 3, 1)
    likeliest, _ = handlers["sample"](None, "mnist", "codes", 4, 0.0, 3)
    assert pictures(few) == pictures(likeliest) != pictures(html)
    assert "top_k=1" in lines
    film = handlers["sample_film"](None, "mnist", 1.0, 3)
    assert film.count("<button type=") == code_film.FILM + 1  # the frames, and play
    _, *_, priors, _, _, top_k, box = tab.refresh(None, "mnist", "codes", 4, 1.0, 3, 0, None, 1)
    assert top_k["visible"]
    assert "value" not in priors  # it stays
    assert "codes" in [value for _, value in priors["choices"]]
    assert box["visible"]


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_the_sample_that_was_pressed_is_the_one_that_is_opened(autoencoders, k):
    ae = autoencoders[0]
    _, handlers = built(Room({ae.name: ae}))
    html = handlers["sample_inside"](None, "mnist", "normal", 4, 1.0, 3, ae.name, k)
    off = (shown(html)[0] - ae.sample(4, seed=3)).abs().amax((1, 2, 3))
    assert (off <= LOST).tolist() == [one == k for one in (1, 2, 3, 4)]


def test_without_a_code_prior_it_is_not_offered(autoencoders):
    tab, handlers = built(Room({"mnist-dense-ae": autoencoders[0]}))
    _, *_, priors, _, _, top_k, box = tab.refresh(None, "mnist", "codes", 4, 1.0, 3, 0, None, 1)
    assert not top_k["visible"]
    assert priors["value"] == "normal"
    assert "codes" not in [value for _, value in priors["choices"]]
    assert not box["visible"]
    with pytest.raises(UserError, match="one of"):
        handlers["sample"](None, "mnist", "dice", 4, 1.0, 3)
    with pytest.raises(UserError, match="2048"):
        handlers["sample"](None, "mnist", "codes", 4, 1.0, 3, 4000)
