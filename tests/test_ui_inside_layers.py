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
    assert [layer.name for layer in found if layers.is_code(layer)] == ["encoder.4"]
    assert layers.on_share(found[1]) == pytest.approx((found[1].output > 0).float().mean().item())


@pytest.mark.parametrize(("network", "config"), TINY)
def test_every_network_is_seen_from_end_to_end(network, config):
    model, x = network_of(network, config), pictures(config, 1)
    found = layers.layers(model, x)
    with torch.no_grad():
        torch.testing.assert_close(found[-1].output, model(x)[0])
        code = next(layer for layer in found if layers.is_code(layer))
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
    _, html, lines = handler(Room({ae.name: ae}))(None, "mnist", "digit:4:3", "", None, ae.name)
    assert "1,077,540" in html
    assert "39.2 to 1" in html
    exec(lines, scope := {})
    assert "encoder.0 (1, 512)" in capsys.readouterr().out
    torch.testing.assert_close(scope["y"], ae.reconstruct(x))


def test_an_unknown_model_is_refused_and_one_of_the_other_data_set_replaced(ae):
    call = handler(Room({ae.name: ae}))
    with pytest.raises(gr.Error, match="expected one of"):
        call(None, "mnist", "digit:4:3", "", None, "nobody")
    _, html, lines = call(None, "celeba", "digit:4:3", "", None, ae.name)
    assert "No trained" in html
    assert lines == ""
