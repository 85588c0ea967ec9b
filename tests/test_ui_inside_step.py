"""One training step: the loss is the one of training, gradients are what the chain rule says, the network stays."""

import copy

import gradio as gr
import pytest
import torch
from section import section
from tiny import TINY, network_of, pictures

import vae_demo
from vae_demo.models import VAE
from vae_demo.training.objectives import Elbo, Reconstruction
from vae_demo.training.recipes import FOUR_SSE, RECIPES
from vae_demo.ui import references
from vae_demo.ui.inside import layers, step
from vae_demo.ui.room import Room, variant

ENCODER = ("encoder.0.0", "encoder.0.2", "to_mu", "to_logvar")
DECODER = ("decoder.0", "decoder.2", "decoder.4")


@pytest.fixture(scope="module")
def ae():
    return vae_demo.load("mnist-vae", "cpu")


@pytest.fixture(scope="module")
def x():
    return references.resolve(Room({}), "mnist", "digit:4:3", "", None)


@pytest.mark.parametrize("name", vae_demo.names())
def test_the_loss_is_the_one_of_training(name):
    if name == "celeba-perceptual-vae":  # its objective wants a feature network
        assert step.BETAS[name] == 1
        assert pytest.approx(step.FACES_WEIGHT) == 1 / (2 * FOUR_SSE**2)
        return
    if RECIPES[name].dataset == "celeba" and "vq" in name:
        assert name not in step.BETAS
        return
    objective = RECIPES[name].objective(None)
    shown = name in step.BETAS or variant(name) in step.PLAIN
    assert shown == (type(objective) is Reconstruction or (type(objective) is Elbo and objective.reconstruction == 1))
    if not shown:
        return
    ae = vae_demo.load(name, "cpu")
    x = torch.rand(1, *ae.shape, generator=torch.Generator().manual_seed(1))
    if isinstance(objective, Elbo):
        objective.binarise = 0.0  # the visitor's picture stays grey
    terms = objective(ae.network, x, {}, torch.Generator().manual_seed(7))
    here = step.forward(ae.network, x, step.dice(ae, 7), step.BETAS.get(name, 0.0))
    torch.testing.assert_close(here.loss, sum(terms.values()), rtol=1e-4, atol=1e-3)
    assert (here.kl is None) == ("kl" not in terms)


def test_gradients_follow_the_chain_rule(ae, x):
    network, eps = copy.deepcopy(ae.network).requires_grad_(True), step.dice(ae, 0)
    way = step.forward(network, x, eps, 1.0)
    found = step.gradients(network, way.reconstruction)
    torch.testing.assert_close(found["decoder.4.bias"], (way.x_hat - x).flatten().detach())  # of a sigmoid with BCE
    sigma = network.posterior(x).sigma[0].detach()
    torch.testing.assert_close(found["to_logvar.bias"], found["to_mu.bias"] * 0.5 * sigma * eps[0])
    of_kl = step.gradients(network, way.kl)
    torch.testing.assert_close(of_kl["to_mu.bias"], network.posterior(x).mu[0].detach())
    assert of_kl["decoder.0.weight"] is None


def test_a_cut_takes_the_reconstruction_from_the_encoder_and_nothing_from_the_decoder(ae, x):
    eps = step.dice(ae, 0)
    trick = step.one_step(ae.network, x, eps, 1.0, 1e-4)
    cut = step.one_step(ae.network, x, eps, 1.0, 1e-4, cut=True)
    assert tuple(trick.reconstruction) == ENCODER + DECODER
    assert all(trick.reconstruction[name] > 1 for name in ENCODER)
    assert [cut.reconstruction[name] for name in ENCODER] == [None] * 4
    for name in DECODER:
        assert cut.reconstruction[name] == pytest.approx(trick.reconstruction[name], rel=1e-5)
        assert trick.kl[name] is None
    assert cut.uncut == pytest.approx(trick.reconstruction, rel=1e-5)
    assert [cut.kl[name] for name in ENCODER] == pytest.approx([trick.kl[name] for name in ENCODER], rel=1e-5)
    torch.testing.assert_close(cut.before.loss, trick.before.loss)
    assert trick.after.loss < cut.after.loss < trick.before.loss


@pytest.mark.parametrize(("network", "config"), [pair for pair in TINY if pair[0].__name__ in ("DenseVAE", "ConvVAE")])
def test_lengths_of_the_layers_add_up_to_that_of_the_whole(network, config):
    model, x = network_of(network, config), pictures(config, 1)
    eps = torch.randn(1, config.latent_dim, generator=torch.Generator().manual_seed(0))
    s = step.one_step(model, x, eps, 1.0, 1e-4)
    own = copy.deepcopy(model)
    step.forward(own, x, eps, 1.0).reconstruction.backward()
    whole = sum(p.grad.square().sum() for p in own.parameters() if p.grad is not None).sqrt().item()
    assert sum((v or 0) ** 2 for v in s.reconstruction.values()) ** 0.5 == pytest.approx(whole, rel=1e-4)


def test_the_network_of_all_visitors_stays_as_it_is(ae, x):
    before = {name: value.clone() for name, value in ae.network.state_dict().items()}
    learns = [p.requires_grad for p in ae.network.parameters()]
    s = step.one_step(ae.network, x, step.dice(ae, 0), 1.0, 1e-3, cut=True)
    assert not torch.equal(s.after.x_hat, s.before.x_hat)
    assert all(torch.equal(value, before[name]) for name, value in ae.network.state_dict().items())
    assert all(p.grad is None for p in ae.network.parameters())
    assert [p.requires_grad for p in ae.network.parameters()] == learns
    assert not ae.network.training


def test_the_step_is_adams(ae, x):
    network, eps = copy.deepcopy(ae.network).requires_grad_(True), step.dice(ae, 3)
    before = step.forward(network, x, eps, 1.0)
    before.loss.backward()
    with torch.no_grad():
        for p in network.parameters():
            p -= 1e-4 * p.grad / (p.grad.abs() + 1e-8)  # the first step: both averages are the gradient itself
        after = step.forward(network, x, eps, 1.0)
    torch.testing.assert_close(
        step.one_step(ae.network, x, eps, 1.0, 1e-4).after.loss, after.loss, rtol=1e-4, atol=1e-3
    )


def handler(room):
    return section(layers, room, "inside_step")[0]


def test_the_part_shows_the_step_and_python_that_takes_it(ae, x, capsys):
    call = handler(Room({ae.name: ae}))
    route, rate, html, lines = call(None, model=ae.name)
    assert route["visible"]
    assert rate["visible"]
    s = step.one_step(ae.network, x, step.dice(ae, 0), 1.0, 1e-4)
    assert f"loss {s.before.loss.item():.2f} → {s.after.loss.item():.2f}" in html
    assert html.count("<figure") == 4
    assert "the gradient flows on" in html
    exec(lines, {})
    *_, totals = capsys.readouterr().out.splitlines()
    expected = [value.item() for way in (s.before, s.after) for value in (way.reconstruction, way.kl)]
    assert [float(number) for number in totals.split()] == pytest.approx(expected, rel=1e-3)
    _, _, html, lines = call(None, model=ae.name, route="cut")
    assert html.count('class="lost"') == len(ENCODER)
    assert "the gradient of the reconstruction ends here" in html
    exec(lines, {})
    assert "to_mu.weight None" in capsys.readouterr().out


def test_an_autoencoder_has_nothing_to_cut_and_others_no_step():
    room = Room({name: vae_demo.load(name, "cpu") for name in ("mnist-dense-ae", "mnist-sae", "mnist-kl-2d")})
    route, rate, html, lines = handler(room)(None, model="mnist-dense-ae", route="cut")
    assert (route["visible"], rate["visible"]) == (False, True)
    assert "squared error" in html
    assert "<th>KL" not in html
    exec(lines, {})
    for name in ("mnist-sae", "mnist-kl-2d"):
        route, rate, html, lines = handler(room)(None, model=name)
        assert (route["visible"], rate["visible"], lines) == (False, False, "")
        assert "Choose a plain AE or a VAE" in html
        assert ("KL term alone" in html) == (name == "mnist-kl-2d")
    assert isinstance(vae_demo.load("mnist-kl-2d", "cpu").network, VAE)  # but nothing of it reconstructs


@pytest.mark.parametrize("wrong", [{"route": "both"}, {"rate": "1"}, {"rate": 0.001}, {"seed": -1}, {"seed": "x"}])
def test_what_is_out_of_bounds_is_refused(ae, wrong):
    with pytest.raises(gr.Error, match="expected"):
        handler(Room({ae.name: ae}))(None, model=ae.name, **wrong)
