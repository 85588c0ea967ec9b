"""How many numbers does it need: a code cut down to its principal axes, against numpy."""

import re

import numpy as np
import pytest
import torch
from section import section

import vae_demo
from vae_demo import ops
from vae_demo.ui import dimensions, references
from vae_demo.ui.checks import UserError
from vae_demo.ui.room import Room


@pytest.fixture(scope="module")
def room():
    return Room({name: vae_demo.load(name, "cpu") for name in ("mnist-vae", "mnist-dae", "mnist-vq-vae")})


@pytest.fixture(scope="module")
def ae(room):
    return room.checkpoints["mnist-vae"]


@pytest.fixture(scope="module")
def x():
    return references.resolve(Room({}), "mnist", "digit:4:3", "", None)


def test_a_cut_code_is_the_projection_by_numpy(ae, x):
    covariance, mean, z = (v.double().numpy() for v in (ae.latents["covariance"], ae.latents["mean"], ae.encode(x)))
    u, singular, _ = np.linalg.svd(covariance)  # another way to the same axes, largest first
    variances, axes = dimensions.principal(ae.latents["covariance"])
    np.testing.assert_allclose(variances, singular, rtol=1e-3, atol=1e-6)
    for k in (1, 5, 13, ae.latent_dim):
        expected = mean + sum((z[0] - mean) @ u[:, i] * u[:, i] for i in range(k))
        found = dimensions.cut(ae.encode(x), ae.latents["mean"], axes, k)
        np.testing.assert_allclose(found[0], expected, atol=1e-4)


def test_more_numbers_are_nearer_and_all_of_them_are_the_reconstruction(ae, x):
    _, axes = dimensions.principal(ae.latents["covariance"])
    z, mean = ae.encode(x), ae.latents["mean"]
    cut = [dimensions.cut(z, mean, axes, k) for k in range(1, ae.latent_dim + 1)]
    errors = [(z - code).norm().item() for code in cut]
    assert all(b <= a + 1e-6 for a, b in zip(errors, errors[1:], strict=False))
    assert errors[0] > 1 > 1e-4 > errors[-1]
    torch.testing.assert_close(ae.decode(cut[-1]), ae.reconstruct(x), atol=1e-4, rtol=0)


@pytest.mark.parametrize(("d", "steps"), [(20, [1, 2, 4, 8, 16, 20]), (64, [1, 2, 4, 8, 16, 32, 64]), (1, [1])])
def test_the_strip_doubles_up_to_all(d, steps):
    assert ops.doublings(d) == steps


def test_an_ordered_code_is_cut_after_its_first_numbers(x, tmp_path, monkeypatch):
    ae = vae_demo.load("mnist-ordered-ae", "cpu")
    room = Room({"mnist-vae": vae_demo.load("mnist-vae", "cpu"), ae.name: ae})
    keep, _ = section(dimensions, room, "dimensions")
    html, code = keep(None, "mnist", "digit:4:3", "", None, ae.name, None, 4, 1)
    monkeypatch.chdir(tmp_path)
    scope = {}
    exec(code, scope)  # what the page tells people to run
    z = ae.encode(x)
    for k, y in zip([4, 1, 2, 4, 8, 16, 32, 64], scope["y"], strict=True):
        z_k = torch.tensor(np.concatenate([z[:, :k], np.zeros((1, 64 - k), np.float32)], 1))
        torch.testing.assert_close(y[None], ae.decode(z_k))
        assert f"<b>k = {k}</b>" in html
    beside, _ = keep(None, "mnist", "digit:4:3", "", None, "mnist-vae", None, 4, 1)
    for picture in re.findall(r'<img src="[^"]+"', html)[2:]:  # the input and the large one come first
        assert picture in beside  # of the VAE it is shown too
    assert ae.name not in room.of("mnist")  # it has no place in the other tabs


def test_the_section_says_its_numbers_and_its_lines_make_them(room, ae, x, tmp_path, monkeypatch):
    keep, tab = section(dimensions, room, "dimensions")
    html, code = keep(None, "mnist", "digit:4:3", "", None, "mnist-vae", None, 5, 1)
    monkeypatch.chdir(tmp_path)
    scope = {}
    exec(code, scope)  # what the page tells people to run
    assert (tmp_path / "kept.png").exists()
    share = scope["variances"][:5].sum() / scope["variances"].sum()
    assert f"first 5 of 20 axes hold {share:.1%}" in html
    psnr = [-10 * ((y - x) ** 2).mean().log10().item() for y in scope["y"]]
    assert f"<b>k = 5</b><span>PSNR {psnr[0]:.1f} dB" in html
    for k, value in zip([1, 2, 4, 8, 16, 20], psnr[1:], strict=True):
        assert f"<b>k = {k}</b><span>{value:.1f} dB" in html
    assert keep(None, "mnist", "digit:4:3", "", None, "mnist-vae", None, 64, 1)[0].count("k = 20</b>") == 2
    values = ["mnist", "digit:4:3", "", None, "mnist-dae", None, 64, 1]
    assert tab.call(None, *values)[0] == {"maximum": 64, "__type__": "update"}
    values[4] = "mnist-vae"  # it has fewer
    assert tab.call(None, *values)[0] == {"maximum": 20, "value": 20, "__type__": "update"}


@pytest.mark.parametrize(("model", "k"), [("mnist-vae", 0), ("mnist-vae", 65), ("mnist-vae", "x"), ("nobody", 5)])
def test_other_numbers_and_models_are_refused(room, model, k):
    keep, _ = section(dimensions, room, "dimensions")
    with pytest.raises(UserError):
        keep(None, "mnist", "digit:4:3", "", None, model, None, k, 1)


def test_without_a_covariance_it_says_so(room):
    keep, _ = section(dimensions, Room({"mnist-vq-vae": room.checkpoints["mnist-vq-vae"]}), "dimensions")
    assert "covariance" in keep(None, "mnist", "digit:4:3", "", None, None, None, 1, 1)[0]
