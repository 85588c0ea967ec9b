"""VAE sliders: what a slider says is what is decoded, dead dimensions are dead, and copied Python makes the same."""

import base64
import io
import re

import gradio as gr
import numpy as np
import pytest
import torch
from PIL import Image
from section import section

import vae_demo
from vae_demo.ui import inputs, references
from vae_demo.ui.checks import UserError
from vae_demo.ui.inside import traversal
from vae_demo.ui.room import Room, vaes


@pytest.fixture(scope="module")
def ae():
    return vae_demo.load("mnist-vae", "cpu")


@pytest.fixture(scope="module")
def z(ae):
    return ae.encode(references.resolve(Room({}), "mnist", "digit:4:3", "", None))


@pytest.fixture(scope="module")
def handler(ae):
    return section(traversal, Room({ae.name: ae}), "inside_traversal")[0]


def pictures_in(html: str) -> list[np.ndarray]:
    """The pictures of a page's HTML, in [0, 1]."""
    found = re.findall(r"data:image/png;base64,([^\"]+)", html)
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(content)))) / 255 for content in found]


def test_dead_dimensions_are_those_that_the_card_does_not_count_as_active(ae):
    assert int((~traversal.dead(ae)).sum()) == ae.card["metrics"]["active_units"]


def test_a_dead_dimension_draws_nothing_and_a_living_one_does(ae, z):
    swings = traversal.strips(ae, z, range(ae.latent_dim))
    swing = (swings.amax(1) - swings.amin(1)).flatten(1).amax(1)
    dead = traversal.dead(ae)
    assert swing[dead].max() < 0.1
    assert swing[~dead].min() > 0.5


def test_the_model_that_opens_is_the_one_with_the_most_dead_dimensions():
    every = {name: vae_demo.load(name, "cpu") for name in vae_demo.names() if "vae" in name and "vq" not in name}
    for dataset in ("mnist", "celeba"):
        known = vaes(Room(every).of(dataset))
        by_card = {name: ae.latent_dim - ae.card["metrics"]["active_units"] for name, ae in known.items()}
        assert by_card[traversal.plainest(known)] == max(by_card.values())


def test_the_order_is_that_of_the_kl_and_the_last_dimension_is_always_shown(ae):
    kl = torch.rand(ae.latent_dim, generator=torch.Generator().manual_seed(0))
    kept = ae.latents.get("kl")
    ae.latents["kl"] = kl
    try:
        expected = sorted(range(ae.latent_dim), key=lambda j: -kl[j].item())
        assert traversal.order(ae) == expected
        assert traversal.chosen(ae, 4) == [*expected[:3], expected[-1]]
        assert traversal.chosen(ae, 32) == expected
    finally:
        ae.latents.pop("kl")
        if kept is not None:
            ae.latents["kl"] = kept


def test_a_strip_goes_from_minus_three_to_three_sigma(ae, z):
    j = traversal.order(ae)[0]
    assert traversal.reach(ae, j) == pytest.approx(3 * max(1, ae.latents["std"][j].item()), abs=0.05)
    strip = traversal.strips(ae, z, [3, j])[1]
    for step, share in ((0, -1), (3, 0), (6, 1)):
        by_hand = z.clone()
        by_hand[0, j] = share * traversal.reach(ae, j)
        assert torch.allclose(strip[step], ae.decode(by_hand)[0], atol=1e-5)


def test_moving_sliders_decodes_just_these_numbers(ae, z, handler):
    html, _ = handler(None, model=ae.name, changes=f"{ae.name};3=1.5,8=-2")
    _, mu, yours = pictures_in(html)
    by_hand = z.clone()
    by_hand[0, 3], by_hand[0, 8] = 1.5, -2
    assert np.abs(mu - ae.decode(z)[0, 0].numpy()).max() <= 0.5 / 255 + 1e-6
    assert np.abs(yours - ae.decode(by_hand)[0, 0].numpy()).max() <= 0.5 / 255 + 1e-6
    assert "z₃ = +1.50" in html
    html, _ = handler(None, model=ae.name, changes="mnist-conv-vae;3=1.5")  # of another model: nothing is moved
    _, mu, yours = pictures_in(html)
    assert np.array_equal(mu, yours)


@pytest.mark.parametrize("changes", ["20=1", "-1=1", "3=51", "x=1"])
def test_a_dimension_that_is_not_there_is_told(ae, handler, changes):
    with pytest.raises(UserError, match="does not name a change"):
        handler(None, model=ae.name, changes=f"{ae.name};{changes}")


def test_the_board_has_a_slider_at_mu_for_each_dimension(ae, z):
    html = traversal.board(ae, z, 10, {3: 1.5}, None)
    rows = re.findall(r'class="dim([^"]*)" data-j="(\d+)" data-mu="([^"]+)".*?value="([^"]+)"', html)
    assert [int(j) for _, j, _, _ in rows] == traversal.chosen(ae, 10)
    for classes, j, mu, value in rows:
        assert float(mu) == pytest.approx(z[0, int(j)].item(), abs=1e-4)
        assert float(value) == pytest.approx(1.5 if j == "3" else float(mu), abs=1e-4)
        assert ("dead" in classes) == bool(traversal.dead(ae)[int(j)])


def test_copied_python_makes_the_same(ae, z, handler, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    html, lines = handler(None, model=ae.name, changes=f"{ae.name};3=1.5", n=4)
    scope = {}
    exec(lines, scope)
    assert scope["z"][0, 3] == 1.5
    assert np.abs(pictures_in(html)[2] - ae.decode(scope["z"].cpu())[0, 0].numpy()).max() < 0.01
    assert Image.open("strips.png").height >= 4 * 2 * 28
    assert Image.open("moved.png").width >= 2 * 4 * 28


def test_another_models_strips_stand_beside(ae):
    other = vae_demo.load("mnist-conv-vae", "cpu")
    room = Room({ae.name: ae, other.name: other})
    with gr.Blocks():
        dataset = gr.Radio(["mnist", "celeba"])
        tab = traversal.build(room, dataset, inputs.build(room, "common.input", "digit:4:3", "astronaut", "x"))
    alone = tab.call(None, "mnist", "digit:4:3", "", None, ae.name, "", 4, "")
    pair = tab.call(None, "mnist", "digit:4:3", "", None, ae.name, "", 4, other.name)
    assert alone[4] == ""
    assert alone[2]["maximum"] == 20  # strips: as many as there are dimensions
    assert tab.call(None, "mnist", "digit:4:3", "", None, ae.name, "", 32, "")[2]["value"] == 20
    z = other.encode(references.resolve(room, "mnist", "digit:4:3", "", None))
    expected = traversal.strips(other, z, traversal.chosen(other, 4))
    found = pictures_in(pair[4])
    assert len(found) == 4
    for strip, picture in zip(expected, found, strict=True):
        assert np.abs(np.concatenate(list(strip[:, 0].numpy()), 1) - picture).max() <= 0.5 / 255 + 1e-6
