"""Attention: the weights are those of a second computation and sum to 1, and looking changes no output."""

import copy
import json

import pytest
import torch
from section import section
from tiny import network_of

from vae_demo.checkpoints import load, names
from vae_demo.models import AttentionAE, AttentionConfig
from vae_demo.ui.inside import attention
from vae_demo.ui.room import Room

CONFIG = AttentionConfig(1, 12, 3, 8, 2, 2, 3, 2)
SHIPPED = [name for name in names() if name.endswith("attention-ae")]


@pytest.fixture(scope="module")
def network():
    model = network_of(AttentionAE, CONFIG)
    with torch.no_grad():
        for p in model.parameters():
            p.mul_(2)  # sharper than at the start, so that rows differ
    return model


@pytest.fixture(scope="module")
def x():
    return torch.rand(1, 1, 12, 12, generator=torch.Generator().manual_seed(0))


def by_hand(layer, queries, tokens):
    """Multi-head attention written out: weights averaged over heads (Q, T), and the output (Q, W)."""
    w, b = layer.in_proj_weight.chunk(3), layer.in_proj_bias.chunk(3)
    q, k, v = queries @ w[0].T + b[0], tokens @ w[1].T + b[1], tokens @ w[2].T + b[2]
    d = layer.head_dim
    weights, parts = [], []
    for head in range(layer.num_heads):
        own = slice(head * d, (head + 1) * d)
        scores = torch.exp(q[:, own] @ k[:, own].T / d**0.5)
        weights.append(scores / scores.sum(1, keepdim=True))
        parts.append(weights[-1] @ v[:, own])
    return torch.stack(weights).mean(0), torch.cat(parts, 1) @ layer.out_proj.weight.T + layer.out_proj.bias


@torch.no_grad()
def test_weights_and_outputs_are_those_of_attention_written_out(network, x):
    found = attention.reading(network, x)
    tokens = network.patchify(x).flatten(2).mT[0] + network.place_in[0]
    encoded = network.encoder(tokens[None])[0]
    part = network.read
    weights, read = by_hand(part.attention, part.norm_queries(network.queries[0]), part.norm_tokens(encoded))
    torch.testing.assert_close(found.reads, weights, atol=1e-5, rtol=1e-4)
    slots = network.queries[0] + read
    slots = slots + part.mlp(part.norm_mlp(slots))
    torch.testing.assert_close(network.to_z(slots).flatten(), network.encode(x)[0], atol=1e-5, rtol=1e-4)
    again = network.from_z(network.encode(x).unflatten(1, (3, 2)))[0] + network.slot_name[0]
    part = network.write
    weights, _ = by_hand(part.attention, part.norm_queries(network.place_out[0]), part.norm_tokens(again))
    torch.testing.assert_close(found.writes, weights, atol=1e-5, rtol=1e-4)
    first = network.encoder.layers[0]
    weights, out = by_hand(first.self_attn, first.norm1(tokens), first.norm1(tokens))
    torch.testing.assert_close(found.before[0], weights, atol=1e-5, rtol=1e-4)
    h = tokens + out
    h = h + first.linear2(torch.relu(first.linear1(first.norm2(h))))
    torch.testing.assert_close(h, first(tokens[None])[0], atol=1e-5, rtol=1e-4)


def test_all_rows_sum_to_one(network, x):
    found = attention.reading(network, x)
    assert found.before.shape == found.after.shape == (2, 16, 16)
    for name in ("reads", "writes", "before", "after", "attention", "rollout", "gradient"):
        weights = getattr(found, name)
        assert (weights >= 0).all()
        torch.testing.assert_close(weights.sum(-1), torch.ones(weights.shape[:-1]), atol=1e-5, rtol=0, msg=name)


@torch.no_grad()
def test_looking_changes_no_output(network, x):
    before, state = network(x), copy.deepcopy(network.state_dict())
    attention.reading(network, x)
    assert torch.equal(network(x), before)
    assert all(torch.equal(tensor, network.state_dict()[name]) for name, tensor in state.items())
    assert all(not module._forward_pre_hooks for module in network.modules())


@torch.no_grad()
def test_the_gradient_is_that_of_finite_differences(network, x):
    found, wide, h = attention.reading(network, x), copy.deepcopy(network).double(), 1e-5
    strength = torch.zeros(16, 16)
    for row in range(12):
        for column in range(12):
            step = torch.zeros(1, 1, 12, 12, dtype=torch.float64)
            step[0, 0, row, column] = h
            change = (wide(x.double() + step) - wide(x.double() - step))[0, 0] / (2 * h)
            means = change.view(4, 3, 4, 3).mean((1, 3)).flatten()
            strength[:, row // 3 * 4 + column // 3] += means.square().float()
    expected = strength.sqrt() / strength.sqrt().sum(1, keepdim=True)
    torch.testing.assert_close(found.gradient, expected, atol=1e-4, rtol=1e-2)


def test_rollout_without_self_attention_is_attention(network, x):
    found = attention.reading(network, x)
    identity = torch.eye(16).expand(2, 16, 16)
    alone = attention.Reading(found.reads, found.writes, identity, identity, found.gradient)
    torch.testing.assert_close(alone.rollout, found.attention)
    layers = torch.softmax(torch.randn(2, 4, 4, generator=torch.Generator().manual_seed(0)), 2)
    halves = [(layer + torch.eye(4)) / 2 for layer in layers]
    torch.testing.assert_close(attention.rolled(layers), halves[1] @ halves[0])


def handler(room):
    return section(attention, room, "inside_attention")[0]


@pytest.mark.parametrize("name", SHIPPED)
def test_the_section_gives_every_share_and_python_that_runs(name, capsys):
    ae = load(name, "cpu")
    _, missing, packed, lines = handler(Room({name: ae}))(None, ae.dataset, "digit:4:3", "astronaut", None, name)
    assert missing == ""
    data = json.loads(packed)
    places = data["grid"] ** 2
    for way in attention.WAYS:
        shares = torch.tensor(data["ways"][way])
        assert shares.shape == (places, places)
        assert ((shares.sum(1) - 1000).abs() <= places).all()  # each is rounded
    exec(lines, scope := {})
    assert divmod(scope["place"], data["grid"]) == (data["grid"] // 2, data["grid"] // 2)  # where the page starts too
    expected = 1000 * scope["attention"]
    assert (torch.tensor(data["ways"]["attention"]) - expected).abs().max() <= 0.51
    assert "tensor" in capsys.readouterr().out


def test_without_a_model_the_section_says_so():
    _, missing, packed, lines = handler(Room({}))(None, "celeba", "digit:4:3", "astronaut", None, None)
    assert "attention autoencoder" in missing
    assert (packed, lines) == ("", "")
