"""Sparse atoms: pictures are sums of atoms, muting takes an atom's share away, and counts are what they say."""

import re

import numpy as np
import pytest
import torch
from PIL import Image
from section import section
from tiny import TINY, network_of, pictures, write_checkpoint

import vae_demo
from vae_demo.models import SparseAE, SparseConvAE
from vae_demo.training import objectives
from vae_demo.ui import references
from vae_demo.ui.checks import UserError
from vae_demo.ui.inside import dictionary
from vae_demo.ui.room import Room

SPARSE = [pair for pair in TINY if issubclass(pair[0], (SparseAE, SparseConvAE))]
every_sparse = pytest.mark.parametrize(("network_class", "config"), SPARSE)


@pytest.fixture(scope="module")
def ae():
    return vae_demo.load("mnist-sae", "cpu")


@pytest.fixture(scope="module")
def z(ae):
    return ae.encode(references.resolve(Room({}), "mnist", "digit:4:3", "", None))


@pytest.fixture(scope="module")
def change(ae):
    return handlers(Room({ae.name: ae}))[0]


def handlers(room):
    return section(dictionary, room, "inside_sparse")


def test_a_frame_is_the_bias_and_the_strongest_atoms(ae, z):
    weight, bias = ae.network.decoder.weight.numpy(), ae.network.decoder.bias.numpy()
    amounts = z[0].numpy() * np.linalg.norm(weight, axis=0)
    strongest = np.argsort(-amounts, kind="stable")
    frames, order = dictionary.rebuilt(ae, z, [0, 1, 5, z.shape[1]])
    assert order[:5] == strongest[:5].tolist()
    for frame, n in zip(frames, (0, 1, 5), strict=False):
        kept = strongest[:n]
        by_hand = bias + weight[:, kept] @ z[0].numpy()[kept]
        assert np.allclose(frame.flatten().numpy(), by_hand.clip(0, 1), atol=1e-5)
    assert torch.allclose(frames[-1], ae.decode(z)[0], atol=1e-5)


@every_sparse
def test_muting_takes_away_what_the_atom_added_at_all_its_places(network_class, config, tmp_path):
    network = network_of(network_class, config)
    ae = vae_demo.load(str(write_checkpoint(tmp_path / "sae", network, config)), "cpu")
    z = ae.encode(pictures(config, 1)) + 0.1
    less = network.linear(z) - network.linear(dictionary.changed(ae, z, {2: 0.0}))
    more = network.linear(dictionary.changed(ae, z, {2: 2.0})) - network.linear(z)
    alone = torch.zeros_like(z)
    places = z.shape[1] // len(network.atoms())
    own = slice(2 * places, 3 * places)  # the units of atom 2 lie side by side
    alone[:, own] = z[:, own]
    expected = network.linear(alone) - network.linear(torch.zeros_like(z))
    assert torch.allclose(less, expected, atol=1e-5)
    assert torch.allclose(more, expected, atol=1e-5)
    if network_class is SparseAE:
        assert torch.allclose(less[0], z[0, 2] * network.atoms()[2], atol=1e-5)


def test_an_atom_of_the_convolutional_dictionary_can_stand_anywhere(tmp_path):
    network_class, config = next(pair for pair in SPARSE if pair[0] is SparseConvAE)
    network = network_of(network_class, config)
    ae = vae_demo.load(str(write_checkpoint(tmp_path / "sae", network, config)), "cpu")
    side = config.size // config.patch
    one = torch.zeros(1, ae.latent_dim)
    one.view(config.code_width, side, side)[3, 0, 1] = 1.0
    added = (network.linear(one) - network.linear(torch.zeros_like(one)))[0]
    atom, p = dictionary.atoms(ae)[3], config.patch
    # its middle third lies on the place's own patch; what would stand above the picture is cut off
    assert torch.allclose(added[:, :p, p:], atom[:, p : 2 * p, p : 2 * p], atol=1e-5)
    assert dictionary.by_atom(ae, one)[3].tolist() == [0, 1, 0, 0]


def test_counts_are_what_they_say(ae):
    z = torch.zeros(1, ae.latent_dim)
    z[0, [3, 50, 700]] = torch.tensor([0.5, 0.005, 2.0])
    l0, l1 = dictionary.counts(ae, z)
    assert l0 == 2  # 0.005 is not on
    assert l1 == pytest.approx(2.505)
    assert ae.card["metrics"]["on_share"] == pytest.approx(0.06, abs=0.03)


@pytest.mark.parametrize("total", [0, 1, 5, 66, 16_384])
def test_the_film_begins_with_nothing_and_ends_with_all(total):
    steps = dictionary.moments(total)
    assert steps[0] == 0
    assert steps[-1] == total
    assert steps == sorted(set(steps))
    assert len(steps) <= dictionary.FRAMES
    assert steps[:3] == list(range(min(total, 2) + 1))


def test_both_penalties_stand_beside_each_other(tmp_path):
    room = {}
    for name, activation in (("mnist-sae", "relu"), ("mnist-sae-kl", "sigmoid")):
        config = type(SPARSE[0][1])(1, 28, 900, activation)
        folder = write_checkpoint(tmp_path / name, network_of(SparseAE, config), config)
        room[name] = vae_demo.load(str(folder), "cpu")
    _, tab = handlers(Room(room))
    models, _, _, beside, now, _ = tab.call(None, "mnist", "digit:4:3", "", None, "mnist-sae-kl", "")
    assert [name for _, name in models["choices"]] == list(room)
    assert "penalty: L1" in beside
    assert "penalty: KL" in beside
    assert "SAE with KL" in now
    assert "SAE: its 16 strongest atoms" in beside
    assert "SAE with KL: its 16 strongest atoms" in beside
    assert "has not been trained yet" not in beside
    assert dictionary.penalty(room["mnist-sae-kl"]) == "KL"


def test_a_penalty_that_is_not_shown_is_told(ae):
    _, tab = handlers(Room({ae.name: ae}))
    beside = tab.call(None, "mnist", "digit:4:3", "", None, ae.name, "")[3]
    assert "The one with the KL penalty has not been trained yet" in beside
    assert "There is no face model with the KL penalty" in dictionary.missing("celeba", {ae.name: ae}, None)


def test_the_film_opens_where_the_picture_is_half_there():
    end = torch.ones(1, 1, 2, 2)
    frames = torch.cat([end * v for v in (0.0, 0.2, 0.29, 0.3, 1.0)])  # errors 1, 0.64, 0.504, 0.49, 0
    assert dictionary.half_way(frames) == 3 / 4
    assert dictionary.half_way(end) == 0


@pytest.mark.parametrize("changes", ["1024=0", "-1=0", "3=9", "3=-1", "x=1"])
def test_an_atom_that_is_not_there_is_told(ae, change, changes):
    with pytest.raises(UserError, match="does not name a change"):
        change(None, model=ae.name, changes=f"{ae.name};{changes}")


def test_copied_python_makes_the_same(ae, z, change, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    strongest = int(z[0].argmax())
    html, lines = change(None, model=ae.name, changes=f"{ae.name};{strongest}=0")
    scope = {}
    exec(lines, scope)
    assert torch.allclose(scope["z"], dictionary.changed(ae, z, {strongest: 0.0}), atol=1e-5)
    l0, _ = dictionary.counts(ae, z)
    assert f"L0 = {l0}" in html
    assert f"L0 = {l0 - 1}" in html
    assert Image.open("dictionary.png").width >= 28 * 28
    assert Image.open("changed.png").width >= 2 * 4 * 28


def test_the_atlas_holds_every_atom_in_its_place(ae):
    shades, atlas = dictionary.shaded(dictionary.atoms(ae)), dictionary.atlas_of(ae)
    columns = dictionary.columns(len(shades))
    for j in (0, 33, 1023):
        row, column = divmod(j, columns)
        assert torch.equal(atlas[:, 28 * row : 28 * row + 28, 28 * column : 28 * column + 28], shades[j])
    assert shades.min() >= 0
    assert shades.max() <= 1


def test_the_histogram_counts_the_mean_activations_and_marks_rho():
    both = {name: vae_demo.load(name, "cpu") for name in ("mnist-sae", "mnist-sae-kl")}
    figures = dictionary.activations(both, None).split("<figure ")[1:]
    for html, ae in zip(figures, both.values(), strict=True):
        rho = ae.latents["mean"].numpy()
        counts, _ = np.histogram(rho.clip(max=0.2499), bins=25, range=(0, 0.25))
        assert dictionary.histogram(ae) == counts.tolist()
        heights = [float(height) for height in re.findall(r'<rect [^>]*height="([^"]+)"', html)]
        assert heights == pytest.approx((88 * counts / counts.max()).tolist(), abs=0.06)
        assert f"{(abs(rho - 0.05) <= 0.01).sum()} of 1,024 units within 0.01 of ρ = 0.05" in html
        assert re.findall(r'<line x1="(60.0)" x2="60.0"', html) == ["60.0"]  # 0.05 of 0.25, 300 wide
    assert dictionary.histogram(both["mnist-sae"])[0] > 512
    assert sum(dictionary.histogram(both["mnist-sae-kl"])[4:6]) > 512
    assert dictionary.activations({"mnist-sae": both["mnist-sae"]}, None) == ""
    assert objectives.SparseKL(1.0).rho == dictionary.RHO
