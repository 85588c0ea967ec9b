"""Another network's decoder: which networks meet, who is related, and what their pictures and errors are."""

import re

import numpy as np
import pytest
import torch
from section import handler_of

import vae_demo
from vae_demo.training.recipes import RECIPES
from vae_demo.ui import decoders, reconstruct, references
from vae_demo.ui.checks import UserError
from vae_demo.ui.room import Room, display

NAMES = ("mnist-dense-ae", "mnist-conv-ae", "mnist-dae", "mnist-vae", "mnist-conv-vae", "mnist-beta-vae")
TWENTY = [name for name in NAMES if name != "mnist-dae"]  # their D; the DAE's is 64


@pytest.fixture(scope="module")
def room():
    return Room({name: vae_demo.load(name, "cpu") for name in NAMES})


@pytest.fixture(scope="module")
def x():
    return references.resolve(Room({}), "mnist", "digit:4:3", "", None)


def test_those_with_equally_long_codes_meet(room):
    assert list(decoders.alike(room.of("mnist"))) == TWENTY
    assert decoders.alike({}) == {}


def test_relatives_are_those_that_the_recipes_start_from(room):
    conv = {"mnist-conv-ae", "mnist-dae", "mnist-conv-vae", "mnist-beta-vae"}
    for name in conv - {"mnist-conv-ae"}:
        assert RECIPES[name].start in conv
        assert decoders.kin(name, room.checkpoints) == conv - {name}
    for name in ("mnist-dense-ae", "mnist-vae"):
        assert RECIPES[name].start is None
        assert decoders.kin(name, room.checkpoints) == set()


def test_on_the_diagonal_are_the_reconstructions_and_strangers_are_worse_than_the_average(room):
    x = references.own(room, "mnist")
    assert x.shape == (60, 1, 28, 28)
    aes = [room.checkpoints[name] for name in TWENTY]
    found = np.zeros((5, 5))
    for picture in x[::12]:
        y = decoders.crossed(decoders.alike(room.of("mnist")), picture[None])
        for i, ae in enumerate(aes):
            torch.testing.assert_close(y[i, i], ae.reconstruct(picture[None])[0], atol=1e-5, rtol=0)
        found += (y - picture).square().mean((2, 3, 4)).numpy() / 5
    average = np.asarray(x).var(0).mean()  # the error of always drawing the average
    stranger = np.array([[b != a and b not in decoders.kin(a, room.checkpoints) for b in TWENTY] for a in TWENTY])
    assert found[stranger].min() > average > found.diagonal().max()


def test_the_table_says_its_numbers_and_its_lines_make_them(room, x, tmp_path, monkeypatch):
    html, code = handler_of(reconstruct, room, "decoders")(None, "mnist", "digit:4:3")
    monkeypatch.chdir(tmp_path)
    scope = {}
    exec(code, scope)  # what the page tells people to run
    assert (tmp_path / "decoders.png").exists()
    errors = [(row - x).square().mean((1, 2, 3)).tolist() for row in scope["rows"]]
    assert re.findall(r"<figcaption>([\d.]+)", html) == [f"{error:.4f}" for row in errors for error in row]
    assert re.findall(r'scope="row".*?>(.*?)</th>', html) == [display(name) for name in TWENTY]
    kinds = re.findall(r'<td class="(\w+)"', html)
    assert [kinds[6 * i] for i in range(5)] == ["own"] * 5
    assert kinds.count("kin") == 6  # three relatives, each pair twice
    mean = np.asarray(references.own(room, "mnist")).mean(0)
    assert f"60 pictures has {((mean - x[0].numpy()) ** 2).mean():.4f}" in html


def test_strangers_alone_are_not_said_to_be_related(room, x):
    few = Room({name: room.checkpoints[name] for name in ("mnist-dense-ae", "mnist-vae")})
    html, _ = handler_of(reconstruct, few, "decoders")(None, "mnist", "digit:4:3")
    assert "Dashed" not in html
    assert 'class="kin"' not in html


def test_one_network_or_none_is_said_and_what_is_no_data_set_refused(room):
    one = Room({"mnist-vae": room.checkpoints["mnist-vae"]})
    ask = handler_of(reconstruct, one, "decoders")
    assert "two networks" in ask(None, "mnist", "digit:4:3")[0]
    assert "two networks" in ask(None, "celeba", "digit:4:3")[0]
    with pytest.raises(UserError):
        ask(None, "imagenet", "digit:4:3")
