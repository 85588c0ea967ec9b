"""The networks: shapes and ranges of all, and the algebra that each one promises."""

import dataclasses

import pytest
import torch
import torch.nn.functional as F
from tiny import TINY, network_of, pictures
from torch import distributions

from vae_demo.models import (
    CLASSES,
    VAE,
    VQVAE,
    VQVAE2,
    AttentionAE,
    DenseAE,
    DenseConfig,
    DenseVAE,
    OrderedAE,
    SparseAE,
    SparseConvAE,
)
from vae_demo.models.blocks import ConvDecoder, ConvEncoder
from vae_demo.models.classifier import AttributeClassifier, ClassifierConfig
from vae_demo.models.dense import mlp
from vae_demo.models.vae import Posterior
from vae_demo.models.vqvae import Codebook

every_network = pytest.mark.parametrize(("network_class", "config"), TINY, ids=lambda value: type(value).__name__)


def test_every_network_is_tried():
    assert {cls for cls, _ in TINY} == {cls for cls, _ in CLASSES}
    assert all((cls, type(config)) in CLASSES for cls, config in TINY)


@every_network
def test_shapes_types_and_ranges(network_class, config):
    network, x = network_of(network_class, config), pictures(config, 3)
    z = network.encode(x)
    y = network.decode(z)
    assert z.shape == (3, network.latent_dim)
    assert y.shape == network.logits(z).shape == x.shape
    assert z.dtype == y.dtype == torch.float32
    assert y.min() >= 0
    assert y.max() <= 1
    assert torch.allclose(y, torch.sigmoid(network.logits(z)), atol=2e-6)
    assert torch.equal(network(x), y)


@every_network
def test_encode_is_deterministic_and_pictures_do_not_touch_each_other(network_class, config):
    network, x = network_of(network_class, config), pictures(config, 4)
    z = network.encode(x)
    assert torch.equal(z, network.encode(x))
    assert not torch.allclose(z[0], z[1])
    for i in range(4):
        assert torch.allclose(network.encode(x[i : i + 1])[0], z[i], atol=1e-5)
        assert torch.allclose(network.decode(z[i : i + 1])[0], network.decode(z)[i], atol=1e-5)


@every_network
def test_every_parameter_takes_part(network_class, config):
    network, x = network_of(network_class, config).train(), pictures(config, 4)
    loss = network(x).square().sum()
    if isinstance(network, VAE):
        loss = loss + network.posterior(x).logvar.square().sum()
    loss.backward()
    idle = [name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert idle == []


@pytest.mark.parametrize(
    ("network_class", "config"),
    [pair for pair in TINY if pair[0] not in (DenseAE, SparseAE, DenseVAE)],
    ids=lambda value: type(value).__name__,
)
def test_a_size_that_does_not_divide_is_told(network_class, config):
    with pytest.raises(ValueError, match="expected a size that is a multiple of"):
        network_class(dataclasses.replace(config, size=9))


def test_parameters_of_the_dense_vae_counted_by_hand():
    network = DenseVAE(DenseConfig(1, 28, (512, 256), 20))
    encoder = (784 * 512 + 512) + (512 * 256 + 256)
    heads = 2 * (256 * 20 + 20)
    decoder = (20 * 256 + 256) + (256 * 512 + 512) + (512 * 784 + 784)
    assert sum(p.numel() for p in network.parameters()) == encoder + heads + decoder == 1_082_680


def test_mlp_is_affine_relu_affine():
    net = mlp(3, 4, 2)
    x = torch.randn(5, 3)
    hidden = (x @ net[0].weight.T + net[0].bias).clamp(min=0)
    assert torch.allclose(net(x), hidden @ net[2].weight.T + net[2].bias, atol=1e-6)
    assert len(net) == 3


def test_conv_decoder_undoes_the_shapes_of_the_encoder():
    x = torch.rand(2, 3, 32, 32)
    encoder, decoder = (part(3, (4, 6, 8), (0, 1, 0)) for part in (ConvEncoder, ConvDecoder))
    assert encoder(x).shape == (2, 8, 4, 4)
    assert decoder(encoder(x)).shape == x.shape


# Ordered


def test_the_first_numbers_stay_and_the_others_are_0():
    z = torch.randn(3, 4)
    assert torch.equal(OrderedAE.first(z, 2), torch.cat([z[:, :2], torch.zeros(3, 2)], 1))
    assert torch.equal(OrderedAE.first(z, torch.tensor([1, 4, 0])), z * torch.tensor([[1, 0, 0, 0], [1] * 4, [0] * 4]))


# VAE


def test_kl_is_that_of_torch_distributions():
    q = Posterior(torch.randn(6, 5), torch.randn(6, 5))
    theirs = distributions.kl_divergence(
        distributions.Normal(q.mu, torch.exp(q.logvar / 2)), distributions.Normal(0.0, 1.0)
    )
    assert torch.allclose(q.kl(), theirs, atol=1e-6)
    assert not Posterior(torch.zeros(1, 3), torch.zeros(1, 3)).kl().any()


def test_reparameterisation_gradient():
    """z = mu + exp(logvar / 2) eps: dz/dmu = 1, dz/dlogvar = sigma eps / 2, and eps is a number."""
    mu, logvar = torch.randn(4, 3, requires_grad=True), torch.randn(4, 3, requires_grad=True)
    eps, upstream = torch.randn(4, 3), torch.randn(4, 3)
    z = Posterior(mu, logvar).sample(eps)
    z.backward(upstream)
    assert torch.allclose(mu.grad, upstream)
    assert torch.allclose(logvar.grad, upstream * 0.5 * torch.exp(logvar.detach() / 2) * eps, atol=1e-6)
    assert eps.grad is None
    assert not eps.requires_grad


def test_reparameterised_draws_have_the_posteriors_moments():
    q = Posterior(torch.tensor([[1.0, -2.0]]), torch.tensor([[0.0, 4.0]]).log().clamp(min=-20))
    eps = torch.randn(100_000, 2, generator=torch.Generator().manual_seed(0))
    z = q.sample(eps)
    assert torch.allclose(z.mean(0), torch.tensor([1.0, -2.0]), atol=0.03)
    assert torch.allclose(z.std(0), torch.tensor([0.0, 2.0]), atol=0.02)


@pytest.mark.parametrize(("network_class", "config"), [pair for pair in TINY if issubclass(pair[0], VAE)])
def test_a_vae_encodes_to_mu(network_class, config):
    network, x = network_of(network_class, config), pictures(config, 2)
    assert torch.equal(network.encode(x), network.posterior(x).mu)
    assert torch.allclose(network.posterior(x).sigma.square().log(), network.posterior(x).logvar, atol=1e-5)


# VQ


def test_codes_are_the_nearest_entries():
    torch.manual_seed(0)
    codebook, z_e = Codebook(11, 4), torch.randn(3, 4, 5, 6)
    flat = z_e.permute(0, 2, 3, 1).reshape(-1, 4)
    brute = torch.stack([(codebook.embedding - point).norm(dim=1).argmin() for point in flat])
    assert torch.equal(codebook.codes(z_e), brute.view(3, 5, 6))
    assert torch.equal(codebook.codes(z_e).flatten(), torch.cdist(flat, codebook.embedding).argmin(1))
    assert torch.allclose(
        codebook.look_up(codebook.codes(z_e)).permute(0, 2, 3, 1)[1, 2, 3], codebook.embedding[brute[45]]
    )


def test_the_gradient_passes_straight_through():
    torch.manual_seed(0)
    codebook, z_e = Codebook(11, 4), torch.randn(3, 4, 5, 6, requires_grad=True)
    upstream = torch.randn(3, 4, 5, 6)
    z_q = codebook.quantise(z_e)
    assert torch.allclose(z_q, codebook.look_up(codebook.codes(z_e)), atol=1e-6)
    z_q.backward(upstream)
    assert torch.equal(z_e.grad, upstream)
    assert not codebook.embedding.requires_grad
    far = 1e8 * z_e.detach()  # where a sum with z_e would have no digits left for the entry
    assert torch.equal(codebook.quantise(far), codebook.look_up(codebook.codes(far)))


@pytest.mark.parametrize(("network_class", "config"), [pair for pair in TINY if pair[0] in (VQVAE, VQVAE2)])
def test_codes_hold_all_that_is_decoded(network_class, config):
    network, x = network_of(network_class, config), pictures(config, 6)
    codes = network.codes(x)
    codes = codes if isinstance(codes, tuple) else (codes,)
    assert all(len(level.unique()) > 2 for level in codes)
    z = network.z_of_codes(*codes)
    assert torch.allclose(network.decode(z), network(x), atol=1e-6)
    other = [level.flip(0) for level in codes]
    assert torch.allclose(network.decode(network.z_of_codes(*other)), network(x).flip(0), atol=1e-5)


def test_join_and_split_are_inverse():
    ((network_class, config),) = [pair for pair in TINY if pair[0] is VQVAE2]
    network = network_of(network_class, config)
    top, bottom = torch.randn(2, 3, 1, 1), torch.randn(2, 3, 2, 2)
    again = network.split(network.join(top, bottom))
    assert torch.equal(again[0], top)
    assert torch.equal(again[1], bottom)
    z = torch.randn(2, network.latent_dim)
    assert torch.equal(network.join(*network.split(z)), z)


def test_the_bottom_level_sees_the_quantised_top():
    ((network_class, config),) = [pair for pair in TINY if pair[0] is VQVAE2]
    network, x = network_of(network_class, config), pictures(config, 2)
    bottom = network.levels(x)[1]
    network.codebook_top.embedding.add_(1.0)
    assert not torch.allclose(network.levels(x)[1], bottom)


# Sparse


@pytest.mark.parametrize(("network_class", "config"), [pair for pair in TINY if pair[0] is SparseAE])
def test_atoms_are_what_a_unit_adds(network_class, config):
    network = network_of(network_class, config)
    z = torch.rand(1, network.latent_dim)
    for unit in (0, 3, network.latent_dim - 1):
        more = z.clone()
        more[0, unit] += 2.0
        assert torch.allclose((network.linear(more) - network.linear(z))[0], 2 * network.atoms()[unit], atol=1e-5)
    assert (network.encode(pictures(config, 2)) >= 0).all()
    if config.activation == "sigmoid":
        assert (network.encode(pictures(config, 2)) < 1).all()


def test_a_convolutional_atom_stands_around_its_place():
    ((network_class, config),) = [pair for pair in TINY if pair[0] is SparseConvAE]
    network = network_of(network_class, config)
    z = torch.zeros(1, config.code_width, 2, 2)
    z[0, 3, 0, 1] = 1.0  # kind 3, first row, second column: pixels 0..4 by 4..8, and 4 more on each side
    added = network.linear(z.flatten(1)) - network.linear(torch.zeros(1, network.latent_dim))
    assert torch.allclose(added[0], network.atoms()[3][:, 4:12, :8], atol=1e-6)


# Attention


def test_attention_rows_sum_to_one_and_match_the_formula():
    ((network_class, config),) = [pair for pair in TINY if pair[0] is AttentionAE]
    network, x = network_of(network_class, config), pictures(config, 2)
    reads, writes = network.attention_maps(x)
    assert reads.shape == writes.shape == (2, 3, 4, 4)
    assert torch.allclose(reads.sum((2, 3)), torch.ones(2, 3), atol=1e-5)  # a slot, over input places
    assert torch.allclose(writes.sum(1), torch.ones(2, 4, 4), atol=1e-5)  # an output place, over slots
    # softmax(q k / sqrt(w)) by hand, averaged over heads
    tokens = network.encoder(network.patchify(x).flatten(2).mT + network.place_in)
    read, width, heads = network.read, config.width, config.heads
    wq, wk, _ = read.attention.in_proj_weight.chunk(3)
    bq, bk, _ = read.attention.in_proj_bias.chunk(3)
    q = F.linear(read.norm_queries(network.queries.expand(2, -1, -1)), wq, bq).view(2, 3, heads, -1)
    k = F.linear(read.norm_tokens(tokens), wk, bk).view(2, 16, heads, -1)
    score = torch.einsum("bqhw,bthw->bhqt", q, k) / (width / heads) ** 0.5
    assert torch.allclose(reads.flatten(2), score.softmax(3).mean(1), atol=1e-5)


# Classifier


def test_the_classifier_names_its_outputs():
    torch.manual_seed(0)
    network = AttributeClassifier(ClassifierConfig(3, 8, (4, 6), (0, 0), ("a", "b", "c"))).eval()
    x = torch.rand(2, 3, 8, 8)
    assert network(x).shape == (2, 3)
    assert network.features(x).shape == (2, 6)
    grey, zero = torch.full((1, 3, 8, 8), 0.5), torch.zeros(1, 3, 8, 8)
    assert torch.equal(network.features(grey), network.encoder(zero).mean((2, 3)))
    assert torch.equal(network.probability(x, "b"), torch.sigmoid(network(x)[:, 1]))
    with pytest.raises(ValueError, match="not in tuple"):
        network.probability(x, "d")
