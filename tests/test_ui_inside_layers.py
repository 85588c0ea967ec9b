"""Layers: what the hooks see is what the matrices give, parameters add up, and nothing is left on the network."""

import re

import gradio as gr
import pytest
import torch
import torch.nn.functional as F
from section import section
from tiny import TINY, network_of, pictures

import vae_demo
from vae_demo.ui import references
from vae_demo.ui.inside import layers
from vae_demo.ui.room import Room


@pytest.fixture(scope="module")
def ae():
    return vae_demo.load("mnist-dense-ae", "cpu")


@pytest.fixture(scope="module")
def x():
    return references.resolve(Room({}), "mnist", "digit:4:3", "", None)


def test_dense_layers_are_matrix_products(ae, x):
    found = layers.layers(ae.network, x)
    state, h = ae.network.state_dict(), x.flatten()
    for layer, name in zip(found[1:4], ("encoder.0", "encoder.2", "encoder.4"), strict=True):
        h = state[f"{name}.weight"] @ h + state[f"{name}.bias"]
        h = h.clamp(min=0) if name != "encoder.4" else h
        torch.testing.assert_close(layer.output, h, atol=1e-4, rtol=1e-4)
        assert layer.parameters == state[f"{name}.weight"].numel() + len(h)
    assert [layer.name for layer in found if layer.role == "z"] == ["encoder.4"]
    assert layers.on_share(found[1]) == pytest.approx((found[1].output > 0).float().mean().item())


@pytest.mark.parametrize(("network", "config"), TINY)
def test_every_network_is_seen_from_end_to_end(network, config):
    model, x = network_of(network, config), pictures(config, 1)
    found = layers.layers(model, x)
    with torch.no_grad():
        torch.testing.assert_close(found[-1].output, model(x)[0])
        code = next(layer for layer in found if layer.role == "z")
        torch.testing.assert_close(code.output.flatten(), model.encode(x)[0])
    assert all(not module._forward_hooks for module in model.modules())
    own = dict(model.named_parameters())
    loose = {"place_in", "queries", "slot_name", "place_out"}  # learned, and of no layer
    expected = sum(p.numel() for name, p in own.items() if name not in loose)
    assert sum(layer.parameters for layer in found) == expected
    assert sum(layer.parameters for layer in layers.stages(found)) == expected
    assert layers.drawing(found, "#123456", None).count("<text") >= len(layers.stages(found))
    assert layers.layer_figures(found, "#123456", None).count("<figure") == len(found)


@pytest.mark.parametrize("name", vae_demo.names())
def test_every_shipped_network_is_shown(name):
    ae = vae_demo.load(name, "cpu")  # convolutions channels last
    found = layers.layers(ae.network, torch.rand(1, *ae.shape))
    assert len(re.findall("<(?:img|svg)", layers.layer_figures(found, "#123456", None))) == len(found)


def test_the_drawing_of_a_dense_network_is_the_textbooks(ae, x):
    found = layers.stages(layers.layers(ae.network, x))
    assert [layer.output.numel() for layer in found] == [784, 512, 256, 20, 256, 512, 784]
    assert [layer.parameters for layer in found] == [0, 401_920, 131_328, 5_140, 5_376, 131_584, 402_192]
    assert sum(layer.parameters for layer in found) == ae.card["parameters"]
    svg = layers.drawing(layers.layers(ae.network, x), "#123456", None)
    assert re.findall(r">(?:[xz]̂? )?([\d,]+)</text>", svg)[:3] == ["784", "401,920", "512"]
    assert "784 → 512 → 256 → 20 → 256 → 512 → 784" in svg


def test_white_is_zero_red_above_blue_below():
    picture = layers.heat(torch.tensor([0.0, 2.0, -2.0, 1.0]), torch.zeros(1, 3, 3))
    white, red, blue, less = (picture[:, 0, i] for i in range(4))
    assert white.tolist() == [1, 1, 1]
    assert red[0] > 0.7
    assert red[2] < 0.2
    assert blue[2] > 0.7
    assert red[1] < less[1] < 1


def test_a_row_of_as_many_numbers_as_the_picture_has_is_laid_out_as_it_is(x):
    assert layers.heat(x.flatten(), x[0]).shape == (3, 28, 28)
    maps = F.pixel_unshuffle(x, 2)[0].permute(1, 2, 0).contiguous().permute(2, 0, 1)  # four, channels last
    assert layers.heat(maps, x[0]).shape == (3, 2 * 14 + 1, 3 * 14 + 2)


def test_maps_lie_in_rows_with_a_line_between():
    maps = torch.arange(5.0)[:, None, None, None].expand(5, 3, 2, 2)
    whole = layers.in_rows(maps, 3)
    assert whole.shape == (3, 5, 8)
    assert whole[0, 0, [0, 3, 6]].tolist() == [0, 1, 2]
    assert whole[0, 3, [0, 3]].tolist() == [3, 4]
    assert whole[0, 2].tolist() == pytest.approx([0.55] * 8)


def handler(room):
    return section(layers, room, "inside_layers")[0]


def test_the_section_shows_a_model_and_python_that_runs(ae, x, capsys):
    _, _, html, lines = handler(Room({ae.name: ae}))(None, "mnist", "digit:4:3", "", None, ae.name)
    assert "1,077,540" in html
    assert "39.2 to 1" in html
    exec(lines, scope := {})
    assert "encoder.0 (1, 512)" in capsys.readouterr().out
    torch.testing.assert_close(scope["y"], ae.reconstruct(x))


def test_an_unknown_model_is_refused_and_one_of_the_other_data_set_replaced(ae):
    call = handler(Room({ae.name: ae}))
    with pytest.raises(gr.Error, match="expected one of"):
        call(None, "mnist", "digit:4:3", "", None, "nobody")
    _, _, html, lines = call(None, "celeba", "digit:4:3", "", None, ae.name)
    assert "No trained" in html
    assert lines == ""


@pytest.mark.parametrize(
    ("name", "entered", "ends"), [("mnist-vae", 256, 20), ("mnist-conv-vae", 3136, 20), ("celeba-vae", 4096, 256)]
)
def test_a_vae_forks_into_mu_and_logvar(name, entered, ends):
    network = vae_demo.load(name, "cpu").network
    x = torch.rand(1, network.channels, network.size, network.size, generator=torch.Generator().manual_seed(0))
    eps = torch.randn(1, ends, generator=torch.Generator().manual_seed(5))
    found = layers.layers(network, x, eps, 1.5)
    mu, logvar, noise, z = (next(f for f in found if f.role == role) for role in ("μ", "log σ²", "ε", "z"))
    assert [f.name for f in (mu, logvar)] == ["to_mu", "to_logvar"]
    for head in (mu, logvar):
        assert head.entered == (entered,)
        assert head.parameters == entered * ends + ends
    torch.testing.assert_close(z.output, mu.output + 1.5 * (logvar.output.exp() ** 0.5) * noise.output)
    torch.testing.assert_close(noise.output, eps[0])
    with torch.no_grad():
        torch.testing.assert_close(found[-1].output, network.decode(z.output[None])[0])  # the decoder goes on from z
    after = found[found.index(z) + 1]
    assert after.entered == (ends,)
    svg = layers.drawing(found, "#123456", None)
    assert f"{ends}+{ends}" in svg
    assert all(f">{role}</text>" in svg for role in layers.FORK)
    assert f"{entered:,} → {ends:,}" in layers.layer_figures(found, "#123456", None)


def test_without_dice_or_at_scale_0_the_decoder_goes_on_from_mu(x):
    network = vae_demo.load("mnist-vae", "cpu").network
    eps = torch.ones(1, 20)
    for found in (layers.layers(network, x), layers.layers(network, x, eps, 0.0)):
        with torch.no_grad():
            torch.testing.assert_close(found[-1].output, network(x)[0])


def test_a_layers_shape_is_what_went_into_it(ae, x):
    """A Linear reads in_features numbers, a convolution in_channels maps, whatever card comes before."""
    for name in ("mnist-conv-vae", "mnist-attention-ae", "celeba-vq-vae-2"):
        network = vae_demo.load(name, "cpu").network
        for layer in layers.layers(network, torch.rand(1, network.channels, network.size, network.size)):
            module = network.get_submodule(layer.name) if layer.name else None
            if isinstance(module, torch.nn.Linear):
                assert layer.entered[-1] == module.in_features
            if isinstance(module, torch.nn.Conv2d):
                assert layer.entered[0] == module.in_channels


def test_only_a_vae_has_dice_and_python_rolls_the_same(x, capsys):
    room = Room({name: vae_demo.load(name, "cpu") for name in ("mnist-dense-ae", "mnist-vae")})
    call = handler(room)
    _, rolls, html, _ = call(None, model="mnist-dense-ae")
    assert not rolls.visible
    assert "log σ²" not in html
    _, rolls, html, lines = call(None, model="mnist-vae", scale=0.5, seed=3)
    assert rolls.visible
    assert "μ + 0.5 σ ε = z" in html
    exec(lines, scope := {})
    capsys.readouterr()
    ae = room.checkpoints["mnist-vae"]
    found = layers.layers(ae.network, x, torch.randn(1, 20, generator=torch.Generator().manual_seed(3)), 0.5)
    torch.testing.assert_close(scope["y"][0], found[-1].output)
    for wrong in ({"scale": 9}, {"scale": "1"}, {"seed": -1}):
        with pytest.raises(gr.Error, match="expected"):
            call(None, model="mnist-vae", **wrong)
