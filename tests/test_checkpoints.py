"""Checkpoint folders: the public face keeps its promises, and damage of any kind is told clearly."""

import dataclasses
import hashlib
import json
import math
import pickle
import random
import shutil

import pytest
import torch
from safetensors.torch import load_file, save, save_file
from tiny import TINY, network_of, pictures, write_checkpoint

import vae_demo
from vae_demo import checkpoints, moves
from vae_demo.checkpoints import MAX_DRAWS, Checkpoint
from vae_demo.files import CheckpointError, make_config
from vae_demo.models import VQVAE, DenseConfig, DenseVAE, SparseConfig, VQConfig
from vae_demo.models.conv import ConvConfig
from vae_demo.priors import CodePrior, CodePriorConfig

CPU = torch.device("cpu")
CONFIG = DenseConfig(1, 8, (16, 12), 5)
LABELS = torch.zeros(3, dtype=torch.uint8)  # of three points


def synthetic_latents(dim: int = 5) -> dict[str, torch.Tensor]:
    """Probe k reads coordinate k alone: its log-odds are 8 z_k - 4, so 0 is surely without and 1 surely with."""
    eye = torch.eye(dim)
    latents = {"mean": torch.zeros(dim), "std": torch.ones(dim), "covariance": torch.eye(dim)}
    for k, name in enumerate(("Glasses", "Hat")):
        latents |= {f"direction.{name}": eye[k].clone(), f"naive.{name}": eye[k] + 0.5 * eye[2]}
        latents |= {f"probe.{name}": 8 * eye[k], f"probe_bias.{name}": torch.tensor(-4.0)}
        latents |= {f"separation.{name}": torch.tensor(8.0)}
    latents |= {
        "mixture.weight": torch.tensor([0.5, 0.5]),
        "mixture.centre": torch.randn(2, dim, generator=torch.Generator().manual_seed(0)),
        "mixture.root": torch.eye(dim)[tuple(torch.tril_indices(dim, dim))].repeat(2, 1),
        "group.all": torch.full((dim,), 0.5),
    }
    return latents


@pytest.fixture
def folder(tmp_path):
    return write_checkpoint(tmp_path / "mnist-tiny", network_of(DenseVAE, CONFIG), CONFIG, synthetic_latents())


@pytest.fixture
def ae(folder):
    return Checkpoint(folder, CPU)


@pytest.fixture
def vq_folder(tmp_path):
    config = VQConfig(1, 8, (4, 8), (0, 1), (1, 0), 7, 3)
    folder = write_checkpoint(tmp_path / "mnist-vq", network_of(VQVAE, config), config)
    torch.manual_seed(0)
    prior = CodePrior(CodePriorConfig(entries=7, grids=(2,), width=8, depth=1, heads=2))
    written = {"entries": 7, "grids": [2], "width": 8, "depth": 1, "heads": 2}
    (folder / "prior.json").write_text(json.dumps(written))
    save_file(dict(prior.state_dict()), folder / "prior.safetensors")
    return folder


# Loading


@pytest.mark.parametrize(("network_class", "config"), TINY, ids=lambda value: type(value).__name__)
def test_what_was_saved_is_what_is_loaded(network_class, config, tmp_path):
    network, x = network_of(network_class, config), pictures(config, 3)
    ae = vae_demo.load(str(write_checkpoint(tmp_path / "one", network, config)), device="cpu")
    assert type(ae.network) is network_class
    assert not ae.network.training
    assert torch.allclose(ae.encode(x), network.encode(x), atol=1e-6)
    assert torch.allclose(ae.reconstruct(x), network(x), atol=1e-6)
    assert ae.shape == x.shape[1:]
    assert ae.name == "one"


def test_loading_leaves_the_global_generator_alone(folder):
    state = torch.get_rng_state()
    Checkpoint(folder, CPU)
    assert torch.equal(torch.get_rng_state(), state)


def test_half_precision_on_disk_is_float32_in_memory(folder):
    file = folder / "model.safetensors"
    save_file({k: v.half() for k, v in load_file(file).items()}, file)
    ae = Checkpoint(folder, CPU)
    assert {p.dtype for p in ae.network.state_dict().values()} == {torch.float32}
    assert ae.encode(pictures(CONFIG, 2)).dtype == torch.float32


@pytest.mark.parametrize("damage", ["[" * 100_000, '{"class": [3]}', '{"class": {}}', "[]"], ids=range(4))
def test_names_are_sorted_and_a_damaged_folder_hides_no_other(damage, tmp_path):
    for name in ("b", "a", "c"):
        write_checkpoint(tmp_path / name, network_of(DenseVAE, CONFIG), CONFIG)
    (tmp_path / "a" / "config.json").write_text(damage)
    (tmp_path / "empty").mkdir()
    (tmp_path / "judge").mkdir()
    (tmp_path / "judge" / "config.json").write_text('{"class": "AttributeClassifier"}')
    assert checkpoints.names(tmp_path) == ["b", "c"]


@pytest.mark.parametrize(
    "name", ["mnist-vea", "", "no/such/place", "../checkpoints", "a" * 5000, "a/" + "b" * 5000, None, 3], ids=range(8)
)
def test_an_unknown_name_lists_the_known(name):
    with pytest.raises(ValueError, match="known: ") as error:
        vae_demo.load(name)
    assert all(known in str(error.value) for known in vae_demo.names())


def test_a_path_is_a_folder(folder):
    assert vae_demo.load(folder, device="cpu").folder == folder
    with pytest.raises(ValueError, match="known: "):
        vae_demo.load(folder / "nothing")


@pytest.mark.parametrize("device", ["abacus", "meta"])
def test_an_unusable_device_is_named(folder, device):
    with pytest.raises(ValueError, match=f"'{device}' cannot be used"):
        vae_demo.load(str(folder), device=device)


def test_a_hub_id_is_downloaded(folder, monkeypatch):
    import huggingface_hub
    from huggingface_hub.errors import LocalEntryNotFoundError

    asked = []

    def download(name, allow_patterns):
        asked.append((name, allow_patterns))
        return str(folder)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    assert vae_demo.load("someone/tiny", device="cpu").latent_dim == 5
    assert asked == [("someone/tiny", ["*.json", "*.safetensors"])]  # no pickle is even fetched

    def offline(name, allow_patterns):
        raise LocalEntryNotFoundError("offline")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", offline)
    with pytest.raises(ValueError, match="unknown checkpoint 'someone/tiny'"):
        vae_demo.load("someone/tiny")


class Trap:
    """Unpickling it would leave a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_nothing_is_unpickled(folder, tmp_path):
    sprung = tmp_path / "sprung"
    for name in ("model.pt", "pytorch_model.bin", "model.pkl"):
        (folder / name).write_bytes(pickle.dumps(Trap(sprung)))
    Checkpoint(folder, CPU)
    for name in ("latents.safetensors", "model.safetensors"):
        shutil.copy(folder / "model.pt", folder / name)
        with pytest.raises(CheckpointError, match=name):
            Checkpoint(folder, CPU)
    (folder / "model.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"model\.safetensors"):
        Checkpoint(folder, CPU)
    assert not sprung.exists()


# Configs


@pytest.mark.parametrize(
    "change",
    [
        {"widht": 3},
        {"latent_dim": None},
        {"latent_dim": "5"},
        {"latent_dim": 5.0},
        {"latent_dim": True},
        {"latent_dim": 0},
        {"latent_dim": -5},
        {"latent_dim": 10**30},
        {"latent_dim": [5]},
        {"hidden": 16},
        {"hidden": "16"},
        {"hidden": [16, "12"]},
        {"hidden": [16, [12]]},
        {"hidden": [16, -12]},
        {"hidden": {"0": 16}},
        {"hidden": []},
        {"hidden": [16, 13]},
        {"latent_dim": 6},
    ],
    ids=str,
)
def test_a_wrong_config_is_refused(folder, change):
    written = json.loads((folder / "config.json").read_text())
    written["config"] |= change
    (folder / "config.json").write_text(json.dumps(written))
    with pytest.raises(CheckpointError, match="mnist-tiny"):
        Checkpoint(folder, CPU)


@pytest.mark.parametrize("key", ["channels", "size", "hidden", "latent_dim"])
def test_a_missing_key_is_refused(folder, key):
    written = json.loads((folder / "config.json").read_text())
    del written["config"][key]
    (folder / "config.json").write_text(json.dumps(written))
    with pytest.raises(CheckpointError, match=key):
        Checkpoint(folder, CPU)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", '"VAE"', "{}", '{"class": [3]}', "\0", "[" * 100_000])
def test_a_damaged_config_is_told(folder, text):
    (folder / "config.json").write_text(text)
    with pytest.raises(CheckpointError, match="mnist-tiny"):
        Checkpoint(folder, CPU)


def test_choices_and_tuples_are_checked():
    assert make_config(SparseConfig, {"channels": 1, "size": 8, "latent_dim": 9, "activation": "relu"}, "x")
    with pytest.raises(CheckpointError, match="activation"):
        make_config(SparseConfig, {"channels": 1, "size": 8, "latent_dim": 9, "activation": "tanh"}, "x")
    good = {
        "channels": 1, "size": 8, "widths": [4, 8], "encoder_blocks": [0, 1], "decoder_blocks": [0, 1], "latent_dim": 5,
    }  # fmt: skip
    assert make_config(ConvConfig, good, "x") == ConvConfig(1, 8, (4, 8), (0, 1), (0, 1), 5)
    with pytest.raises(CheckpointError, match="widths"):
        make_config(ConvConfig, good | {"widths": ["4", "8"]}, "x")


def test_a_field_that_json_cannot_give_is_told():
    @dataclasses.dataclass
    class Wrong:
        rate: float

    with pytest.raises(TypeError, match="expected a config's fields to be int"):
        make_config(Wrong, {"rate": 0.5}, "x")


# Weights and statistics


def edit(file, change):
    tensors = load_file(file)
    change(tensors)
    save_file(tensors, file)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.pop("to_mu.weight"),
        lambda t: t.update(extra=torch.zeros(1)),
        lambda t: t.update({"to_mu.weight": torch.zeros(5, 13)}),
        lambda t: t.update({"to_mu.weight": torch.full((5, 12), torch.nan)}),
        lambda t: t.update({"to_mu.weight": torch.full((5, 12), torch.inf)}),
        lambda t: t.update({"to_mu.weight": torch.zeros(5, 12, dtype=torch.int64)}),
    ],
    ids=["missing", "extra", "shape", "nan", "infinite", "integer"],
)
def test_wrong_weights_are_refused(folder, change):
    edit(folder / "model.safetensors", change)
    with pytest.raises(CheckpointError, match="mnist-tiny"):
        Checkpoint(folder, CPU)


def test_integer_buffers_are_refused(vq_folder):
    Checkpoint(vq_folder, CPU)
    edit(
        vq_folder / "model.safetensors", lambda t: t.update({"codebook.embedding": torch.ones(7, 3, dtype=torch.int32)})
    )
    with pytest.raises(CheckpointError, match="not floating point"):
        Checkpoint(vq_folder, CPU)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.pop("mean"),
        lambda t: t.update(std=torch.ones(4)),
        lambda t: t.update(covariance=torch.eye(4)),
        lambda t: t.pop("mixture.centre"),
        lambda t: t.update({"mixture.root": torch.ones(2, 5)}),
        lambda t: t.update({"mixture.weight": torch.tensor(1.0)}),
        lambda t: t.update(invented=torch.tensor(1.0)),
        lambda t: t.update(variance=torch.ones(4)),
        lambda t: t.update({"direction.Hat": torch.ones(1, 5)}),
        lambda t: t.pop("probe.Hat"),
        lambda t: t.pop("probe_bias.Hat"),
        lambda t: t.pop("separation.Hat"),
        lambda t: t.update({"group.all": torch.ones(4)}),
        lambda t: t.update(mean=torch.full((5,), torch.nan)),
        lambda t: t.update(foo=torch.ones(5)),
        lambda t: t.update({"mixture.foo": torch.ones(5)}),
        lambda t: t.update(direction=torch.ones(5)),
        lambda t: t.pop("direction.Hat"),
        lambda t: t.update({"probe_bias.New": torch.tensor(0.0)}),
        lambda t: t.update(points=torch.ones(3, 5)),
        lambda t: t.update(points_label=LABELS, points=torch.ones(3, 4)),
        lambda t: t.update(points_label=LABELS, points=torch.ones(4, 5)),
        lambda t: t.update(points_label=LABELS, points=torch.ones(3, 5), points_logvar=torch.ones(3)),
        lambda t: t.update(mean=torch.zeros(5, dtype=torch.complex64)),
        lambda t: t.update(std=torch.ones(5, dtype=torch.int32)),
        lambda t: t.update(std=torch.tensor([1.0, 1, 1, 1, -1])),
        lambda t: t.update(covariance=torch.eye(5) - 0.5),
        lambda t: t.update({"mixture.weight": torch.tensor([1.5, -0.5])}),
        lambda t: t.update({"mixture.weight": torch.zeros(2)}),
    ],
    ids=range(29),
)
def test_wrong_statistics_are_refused(folder, change):
    edit(folder / "latents.safetensors", change)
    with pytest.raises(CheckpointError, match="mnist-tiny"):
        Checkpoint(folder, CPU)


@pytest.mark.parametrize("name", ["config.json", "card.json", "model.safetensors", "latents.safetensors"])
@pytest.mark.parametrize("how", ["missing", "empty", "noise", "half", "folder"])
def test_a_damaged_file_is_named(folder, name, how):
    file = folder / name
    content = file.read_bytes()
    file.unlink()
    if how == "folder":
        file.mkdir()
    elif how != "missing":
        file.write_bytes(
            {"empty": b"", "noise": random.Random(0).randbytes(500), "half": content[: len(content) // 2]}[how]
        )
    with pytest.raises(CheckpointError, match=name.replace(".", r"\.")):
        Checkpoint(folder, CPU)


@pytest.mark.parametrize(
    ("key", "file"),
    [("sha256", "model.safetensors"), ("latents_sha256", "latents.safetensors"), ("prior", "prior.safetensors")],
)
def test_a_card_beside_other_files_is_refused(vq_folder, key, file):
    card = json.loads((vq_folder / "card.json").read_text())
    right = hashlib.sha256((vq_folder / file).read_bytes()).hexdigest()
    for written, fits in ((right, True), ("0" * 64, False)):
        entry = {"sha256": written} if key == "prior" else written
        (vq_folder / "card.json").write_text(json.dumps(card | {key: entry}))
        if fits:
            Checkpoint(vq_folder, CPU)
        else:
            with pytest.raises(CheckpointError, match=f"mnist-vq: {file} is not the file"):
                Checkpoint(vq_folder, CPU)


@pytest.mark.parametrize(("entries", "grid"), [(7, 3), (6, 2)])
def test_a_code_prior_of_another_model_is_refused(vq_folder, entries, grid):
    written = {"entries": entries, "grids": (grid,), "width": 8, "depth": 1, "heads": 2}
    (vq_folder / "prior.json").write_text(json.dumps(written))
    save_file(dict(CodePrior(CodePriorConfig(**written)).state_dict()), vq_folder / "prior.safetensors")
    with pytest.raises(CheckpointError, match="does not fit"):
        Checkpoint(vq_folder, CPU)


def test_a_code_prior_whose_heads_do_not_divide_its_width_is_refused(vq_folder):
    written = json.loads((vq_folder / "prior.json").read_text())
    (vq_folder / "prior.json").write_text(json.dumps(written | {"heads": written["width"] - 1}))
    with pytest.raises(CheckpointError, match="do not fit"):
        Checkpoint(vq_folder, CPU)


def test_a_file_that_is_written_over_later_changes_nothing(ae, folder):
    """Were it mapped into memory, `mean` would follow, and of a shorter file the process would die."""
    mean, z = ae.latents["mean"].clone(), ae.draw(2, prior="gaussian")
    ones = torch.ones(5)
    saved = {key: value + 1 for key, value in load_file(folder / "latents.safetensors").items()}
    content = save(saved)
    with open(folder / "latents.safetensors", "r+b") as file:
        file.write(content)
    assert torch.equal(load_file(folder / "latents.safetensors")["mean"], mean + ones)
    assert torch.equal(ae.latents["mean"], mean)
    assert torch.equal(ae.draw(2, prior="gaussian"), z)


def test_results_are_float32_within_an_autocast(ae):
    x, z = pictures(CONFIG, 4), torch.zeros(4, 5)
    with torch.autocast("cpu", torch.bfloat16):
        q = ae.posterior(x)
        found = [ae.encode(x), ae.decode(z), q.mu, q.logvar]
    assert {y.dtype for y in found} == {torch.float32}


def test_a_code_prior_beside_a_model_without_codes_is_refused(folder, vq_folder):
    for name in ("prior.json", "prior.safetensors"):
        (folder / name).write_bytes((vq_folder / name).read_bytes())
    with pytest.raises(CheckpointError, match="does not fit"):
        Checkpoint(folder, CPU)


@pytest.mark.parametrize("name", ["prior.json", "prior.safetensors"])
def test_a_damaged_code_prior_is_named(vq_folder, name):
    assert "codes" in Checkpoint(vq_folder, CPU).priors
    (vq_folder / name).write_bytes(b"nonsense")
    with pytest.raises(CheckpointError, match=name.replace(".", r"\.")):
        Checkpoint(vq_folder, CPU)


def test_a_code_prior_that_the_card_has_is_missed(vq_folder):
    (vq_folder / "card.json").write_text('{"name": "mnist-vq", "prior": {}}')
    Checkpoint(vq_folder, CPU)
    (vq_folder / "prior.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"prior\.safetensors"):
        Checkpoint(vq_folder, CPU)


@pytest.mark.parametrize("seed", range(150))
def test_random_damage_is_an_error_or_harmless(folder, vq_folder, seed):
    """Bytes changed, cut, doubled or inserted in one file: a CheckpointError, or a model that works as one."""
    chance = random.Random(seed)
    victim = chance.choice([folder, vq_folder])
    file = chance.choice(sorted(file for file in victim.iterdir()))
    content = bytearray(file.read_bytes())
    # Most of a weights file is numbers, and a changed number is no error: look at its header more often.
    reach = len(content) if chance.random() < 0.3 else min(len(content), 800)
    place = chance.randrange(reach)
    match chance.choice(["change", "cut", "double", "insert", "swap"]):
        case "change":
            for _ in range(chance.choice([1, 1, 8])):
                content[chance.randrange(reach)] = chance.randrange(256)
        case "cut":
            del content[place : place + chance.choice([1, 10, len(content)])]
        case "double":
            content[place:place] = content[place : place + chance.choice([1, 10, 100])]
        case "insert":
            content[place:place] = chance.randbytes(chance.choice([1, 20]))
        case "swap":
            other = chance.randrange(reach)
            content[place], content[other] = content[other], content[place]
    file.write_bytes(content)
    try:
        ae = Checkpoint(victim, CPU)
    except CheckpointError:
        return
    z = ae.encode(torch.rand(2, *ae.shape))
    assert z.shape == (2, ae.latent_dim)
    assert ae.decode(torch.zeros(2, ae.latent_dim)).shape == (2, *ae.shape)
    assert ae.priors == ("normal", "gaussian", "mixture" if victim is folder else "codes")


# Pictures and codes in and out


@pytest.mark.parametrize(
    ("x", "said"),
    [
        (None, "NoneType"),
        ([[0.0]], "list"),
        (torch.zeros(1, 8, 8), r"\(1, 8, 8\)"),
        (torch.zeros(0, 1, 8, 8), r"\(0, 1, 8, 8\)"),
        (torch.zeros(1, 3, 8, 8), r"\(1, 3, 8, 8\)"),
        (torch.zeros(1, 1, 8, 9), r"\(1, 1, 8, 9\)"),
        (torch.zeros(1, 1, 8, 8, dtype=torch.float64), "float64"),
        (torch.zeros(1, 1, 8, 8, dtype=torch.uint8), "uint8"),
        (torch.full((1, 1, 8, 8), 1.5), "from 1.5 to 1.5"),
        (torch.full((1, 1, 8, 8), -0.5), "from -0.5 to -0.5"),
        (torch.full((1, 1, 8, 8), torch.nan), "nan"),
    ],
    ids=str,
)
def test_encode_says_what_it_expects(ae, x, said):
    for function in (ae.encode, ae.posterior, ae.reconstruct):
        with pytest.raises(ValueError, match=rf"expected x: .*\(B, 1, 8, 8\) float32 in \[0, 1\].*{said}"):
            function(x)


@pytest.mark.parametrize(
    ("z", "said"),
    [
        (None, "NoneType"),
        (torch.zeros(5), r"\(5,\)"),
        (torch.zeros(0, 5), r"\(0, 5\)"),
        (torch.zeros(1, 6), r"\(1, 6\)"),
        (torch.zeros(1, 5, dtype=torch.float64), "float64"),
        (torch.full((1, 5), torch.inf), "not finite"),
        (torch.full((1, 5), torch.nan), "not finite"),
    ],
    ids=str,
)
def test_decode_says_what_it_expects(ae, z, said):
    for function in (ae.decode, ae.scores):
        with pytest.raises(ValueError, match=rf"expected z: .*\(B, 5\) float32, finite.*{said}"):
            function(z)


def test_decode_says_so_where_it_overflows(ae):
    with pytest.raises(ValueError, match="expected z: .*overflows"):
        ae.decode(torch.full((1, 5), 3e38))


@pytest.mark.parametrize(
    ("argument", "value"),
    [("n", value) for value in (0, -1, MAX_DRAWS + 1, 1.0, "3", None, True)]
    + [("seed", value) for value in (-1, 2**63, 0.5, "0", None, False)]
    + [("temperature", value) for value in (-0.1, 10.1, float("nan"), float("inf"), "1", None, True)]
    + [("prior", value) for value in ("codes", "uniform", "", None, 3)]
    + [("top_k", value) for value in (0, -1, 1.5, "3", True, 5)],  # 5 would do for codes
    ids=str,
)
def test_sample_says_what_it_expects(ae, argument, value):
    with pytest.raises(ValueError, match=f"expected {argument}: "):
        ae.sample(**({"n": 1} | {argument: value}))


@pytest.mark.parametrize("prior", ["normal", "gaussian", "mixture"])
def test_a_seed_is_a_picture(ae, prior):
    x = ae.sample(3, seed=7, prior=prior)
    assert x.shape == (3, 1, 8, 8)
    torch.manual_seed(1)  # the global generator has no say, and is left alone
    state = torch.get_rng_state()
    assert torch.equal(ae.sample(3, seed=7, prior=prior), x)
    assert torch.equal(torch.get_rng_state(), state)
    assert not torch.equal(ae.sample(3, seed=8, prior=prior), x)
    assert torch.equal(ae.draw(3, seed=7, temperature=0.5), 0.5 * ae.draw(3, seed=7))


def test_the_gaussian_of_a_vae_has_the_variance_of_its_posteriors_too(folder):
    edit(folder / "latents.safetensors", lambda t: t.update(variance=torch.full((5,), 3.0)))
    draws = Checkpoint(folder, CPU).draw(1024, prior="gaussian")
    assert draws.var(0).mean().item() == pytest.approx(1 + 3, rel=0.1)


def test_a_mixture_at_temperature_zero_draws_its_centres(ae):
    centre = ae.latents["mixture.centre"]
    z = ae.draw(64, temperature=0.0, prior="mixture")
    distance, k = torch.cdist(z, centre, compute_mode="donot_use_mm_for_euclid_dist").min(1)
    assert distance.max() < 1e-6
    assert k.unique().tolist() == [0, 1]
    torch.testing.assert_close(ae.sample(64, temperature=0.0, prior="mixture"), ae.decode(centre[k]))


def test_the_code_prior_draws_codes(vq_folder):
    ae = Checkpoint(vq_folder, CPU)
    assert ae.priors == ("normal", "gaussian", "codes")
    z = ae.draw(4, seed=1, prior="codes")
    assert z.shape == (4, 12)
    entries = ae.network.codebook.embedding
    nearest = torch.cdist(z.view(4, 3, 4).mT.reshape(-1, 3), entries).min(1).values
    assert nearest.max() < 1e-3
    assert torch.equal(ae.sample(4, seed=1, prior="codes"), ae.sample(4, seed=1, prior="codes"))
    likeliest = ae.sample(1, prior="codes", temperature=0.0)
    torch.testing.assert_close(ae.sample(3, seed=2, prior="codes", top_k=1), likeliest.expand(3, -1, -1, -1))


def test_no_gradient_is_recorded(ae):
    x = torch.rand(2, 1, 8, 8, requires_grad=True)
    z = torch.randn(2, 5, requires_grad=True)
    results = [
        ae.encode(x),
        ae.decode(z),
        ae.posterior(x).mu,
        ae.sample(1),
        ae.arithmetic(z, z, z),
        ae.scores(z)["Hat"],
    ]
    assert not any(result.requires_grad for result in results)
    assert not any(p.requires_grad for p in ae.network.parameters())


def test_many_pictures_are_the_same_as_few(ae):
    x = torch.rand(300, 1, 8, 8)
    assert torch.allclose(ae.encode(x)[290:], ae.encode(x[290:]), atol=1e-6)
    assert torch.allclose(ae.reconstruct(x)[290:], ae.reconstruct(x[290:]), atol=1e-6)
    q, last = ae.posterior(x), ae.posterior(x[290:])
    assert len(q.mu) == len(q.logvar) == 300
    assert torch.allclose(q.mu[290:], last.mu, atol=1e-6)
    assert torch.allclose(q.logvar[290:], last.logvar, atol=1e-6)


def test_only_a_vae_has_a_posterior(ae, vq_folder):
    assert torch.equal(ae.posterior(torch.zeros(1, 1, 8, 8)).mu, ae.encode(torch.zeros(1, 1, 8, 8)))
    with pytest.raises(ValueError, match="not a VAE"):
        Checkpoint(vq_folder, CPU).posterior(torch.zeros(1, 1, 8, 8))


# Arithmetic


def test_plain_arithmetic_is_the_equation(ae):
    a, b, c = torch.randn(3, 4, 5)
    assert torch.allclose(ae.arithmetic(a, b, c, mode="plain"), a - b + c, atol=1e-6)
    assert torch.allclose(ae.arithmetic(a, b, c, -2, mode="plain"), c - 2 * (a - b), atol=1e-6)


def test_attributes_move_only_what_a_has_and_b_lacks(ae):
    # a has glasses and no hat, b neither; they differ in all other coordinates, of which nothing is carried over.
    # Log-odds are 8 z - 4: 4 of the average with glasses and of a, so c is moved to 1.5 times that, to z = 1.25.
    a, b = torch.tensor([[1.0, 0.0, 3.0, -2.0, 1.0]]), torch.tensor([[0.0, 0.0, -1.0, 2.0, 0.0]])
    c = torch.randn(3, 5, generator=torch.Generator().manual_seed(0)).clamp(-1, 1)
    there, half_again = c.clone(), c.clone()
    there[:, 0] = 1.25
    half_again[:, 0] = c[:, 0] + 1.5 * (1.25 - c[:, 0])
    assert torch.allclose(ae.arithmetic(a, b, c), there, atol=1e-6)
    assert torch.allclose(ae.arithmetic(a, b, c, 1.5), half_again, atol=1e-6)
    away = c.clone()
    away[:, 0] = torch.minimum(c[:, 0], torch.tensor(-0.25))  # the other way round: log-odds of -6
    assert torch.allclose(ae.arithmetic(b, a, c), away, atol=1e-6)
    assert torch.equal(ae.arithmetic(a, a, c), c)
    assert ae.moves(a, b, c)["Hat"].abs().max() == 0


def test_what_a_has_strongly_is_carried_over_strongly_and_what_c_has_is_not_added(ae):
    a, b, c = torch.zeros(3, 1, 5)
    a[0, 0] = 1.8
    assert ae.arithmetic(a, b, c)[0, 0].item() == pytest.approx(1.8)
    assert ae.moves(a, b, a)["Glasses"].item() == 0
    c[0, 0] = 2.5
    assert torch.equal(ae.arithmetic(a, b, c), c)
    assert torch.equal(ae.arithmetic(b, a, -c), -c)
    c[0, 0] = -9.0
    assert ae.moves(a, b, c)["Glasses"].item() == 3  # never more


def test_a_probe_in_doubt_moves_nothing_and_half_sure_moves_half(ae, monkeypatch):
    b, c = torch.zeros(2, 1, 5)
    p_b = torch.sigmoid(torch.tensor(-4.0))

    def amount(difference: float) -> float:
        a = torch.zeros(1, 5)
        a[0, 0] = (torch.logit(p_b + difference) + 4) / 8
        return ae.moves(a, b, c)["Glasses"].item()

    # |difference of probabilities| of 0.5, 0.7, 0.9 are none, half and all of the 1.25 that c lacks
    assert [amount(difference) for difference in (0.48, 0.7, 0.95)] == pytest.approx([0, 0.625, 1.25], abs=1e-3)
    monkeypatch.setitem(moves.GATES, "Glasses", (0.1, 0.4))
    # now 0.1, 0.25, 0.4 are, but no more than 3 times the difference in z, which is 3 / 8 in the second case
    expected = [0, 0.5 * 3 * 2.9952 / 8, 1.25]
    assert [amount(difference) for difference in (0.08, 0.25, 0.5)] == pytest.approx(expected, abs=1e-3)


def test_glasses_move_where_their_probe_is_in_little_doubt():
    """That probe is hardly ever wrong: a difference of 0.3 is all, where it is none of most attributes."""
    odds = {p: torch.logit(torch.tensor([p])) for p in (0.15, 0.45)}
    for name, moved in (("Eyeglasses", True), ("Smiling", False)):
        a, b = {name: odds[0.45]}, {name: odds[0.15]}
        amount = moves.moves(a, b, b, {name: torch.tensor(8.0)}, {name: torch.tensor(8.0)})[name].item()
        # 3 times the difference of a and b, less than what is missing to 1.5 times the average's 4
        expected = 3 * (odds[0.45] - odds[0.15]).item() / 8 if moved else 0
        assert amount == pytest.approx(expected)


def test_where_both_have_an_attribute_nothing_is_carried_over(ae):
    a, b, c = torch.zeros(3, 1, 5)
    a[0, 0], b[0, 0] = 2.0, 0.51  # probabilities of 1.00 and 0.52
    assert ae.moves(a, b, c)["Glasses"].item() == 0
    b[0, 0] = 0.49  # 0.48, and so a difference of 0.52: 0.05 of what c lacks, 12 + 4 log-odds, 8 a step
    assert ae.moves(a, b, c)["Glasses"].item() == pytest.approx(2 * 0.05, abs=1e-3)


def test_what_must_be_sure_is_moved_only_beyond_its_share_of_the_average(ae, monkeypatch):
    monkeypatch.setitem(moves.SURE, "Glasses", 0.5)  # the average wearer's log-odds are 4
    b, c = torch.zeros(2, 1, 5)
    for log_odds, moved in ((1.9, False), (2.1, True)):
        a = torch.zeros(1, 5)
        a[0, 0] = (log_odds + 4) / 8
        assert (ae.moves(a, b, c)["Glasses"].item() > 0) == moved
        assert (ae.moves(b, a, a)["Glasses"].item() < 0) == moved


def test_a_beard_goes_only_to_whom_the_probe_takes_for_a_man(ae, monkeypatch):
    monkeypatch.setitem(moves.ONLY_TO, "Hat", "Glasses")
    a, b = torch.tensor([[0.0, 1.0, 0.0, 0.0, 0.0]]), torch.zeros(1, 5)
    c = torch.tensor([[1.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0]])  # log-odds of glasses: 4 and -4
    with_, without = ae.moves(a, b, c)["Hat"].tolist()
    assert with_ / without == pytest.approx(math.exp(4), rel=1e-3)


def test_without_directions_arithmetic_is_plain(vq_folder):
    ae = Checkpoint(vq_folder, CPU)
    a, b, c = torch.randn(3, 2, 12)
    assert torch.allclose(ae.arithmetic(a, b, c), a - b + c, atol=1e-6)
    assert ae.directions == {}


@pytest.mark.parametrize("strength", [5.1, -6, float("nan"), "1", None, True])
def test_arithmetic_checks_its_strength(ae, strength):
    z = torch.zeros(1, 5)
    with pytest.raises(ValueError, match="expected strength"):
        ae.arithmetic(z, z, z, strength)


def test_arithmetic_checks_its_mode_and_sizes(ae):
    z = torch.zeros(1, 5)
    with pytest.raises(ValueError, match="expected mode"):
        ae.arithmetic(z, z, z, mode="magic")
    with pytest.raises(ValueError, match="batch size, got 2, 1 and 3"):
        ae.arithmetic(z.expand(2, 5), z, z.expand(3, 5))
    with pytest.raises(ValueError, match="expected b: "):
        ae.arithmetic(z, z[:, :4], z)
    assert ae.arithmetic(z, z, z.expand(3, 5)).shape == (3, 5)


def test_what_a_checkpoint_tells_of_itself(ae):
    ae.directions["Hat"] *= 0  # of a copy
    ae.directions.clear()
    assert ae.directions["Hat"].norm() == 1
    assert set(ae.directions) == set(ae.naive_directions) == {"Glasses", "Hat"}
    assert list(ae.groups) == ["all"]
    assert ae.priors == ("normal", "gaussian", "mixture")
    assert ae.dataset == "mnist"
    assert repr(ae) == "Checkpoint('mnist-tiny', DenseVAE, D = 5, cpu)"
    z = torch.tensor([[0.0, 1.0, 0.0, 0.0, 0.0]])
    assert {name: score.item() for name, score in ae.scores(z).items()} == {"Glasses": -4.0, "Hat": 4.0}


def header_of(file) -> tuple[dict, bytes]:
    """The JSON header of a safetensors file and the numbers after it."""
    content = file.read_bytes()
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length]), content[8 + length :]


HEADERS = {
    "offset too far": lambda h: h["to_mu.bias"].update(data_offsets=[0, 10**12]),
    "offsets turned round": lambda h: h["to_mu.bias"].update(data_offsets=h["to_mu.bias"]["data_offsets"][::-1]),
    "negative offset": lambda h: h["to_mu.bias"].update(data_offsets=[-20, 0]),
    "overlap": lambda h: h["to_mu.bias"].update(data_offsets=h["to_logvar.bias"]["data_offsets"]),
    "shape too large": lambda h: h["to_mu.bias"].update(shape=[2**62, 2**62]),
    "negative shape": lambda h: h["to_mu.bias"].update(shape=[-5]),
    "no shape": lambda h: h["to_mu.bias"].pop("shape"),
    "unknown type": lambda h: h["to_mu.bias"].update(dtype="P32"),
    "other type": lambda h: h["to_mu.bias"].update(dtype="I32"),
    "half the size": lambda h: h["to_mu.bias"].update(dtype="F16"),
    "not an entry": lambda h: h.update({"to_mu.bias": 3}),
    "other name": lambda h: h.update(__class__=h.pop("to_mu.bias")),
    "empty": lambda h: h.clear(),
}


@pytest.mark.parametrize("how", HEADERS)
def test_a_damaged_header_is_told(folder, how):
    file = folder / "model.safetensors"
    header, numbers = header_of(file)
    HEADERS[how](header)
    written = json.dumps(header).encode()
    file.write_bytes(len(written).to_bytes(8, "little") + written + numbers)
    with pytest.raises(CheckpointError, match=r"mnist-tiny"):
        Checkpoint(folder, CPU)


@pytest.mark.parametrize("length", [0, 1, 7, 2**31, 2**63, 2**64 - 1])
def test_a_header_of_another_length_is_told(folder, length):
    file = folder / "model.safetensors"
    file.write_bytes(length.to_bytes(8, "little") + file.read_bytes()[8:])
    with pytest.raises(CheckpointError, match=r"model\.safetensors"):
        Checkpoint(folder, CPU)


ROW = [0.1, 0.2]
LENGTHS = {"numbers": [1, 2], "pictures": [9, 90], "seen": [ROW, ROW], "unseen": [ROW, ROW]}


@pytest.mark.parametrize(
    "change",
    [{"metrics": 3}, {"metrics": None}, {"metrics": ["mse"]}, {"metrics": {"mse": "0.01"}}, {"metrics": {"mse": {}}},
     {"lengths": 3}, {"lengths": {"numbers": [1, 2], "pictures": [9]}}, {"lengths": LENGTHS | {"seen": [ROW, [0.1]]}},
     {"lengths": LENGTHS | {"numbers": [0, 2]}}, {"lengths": LENGTHS | {"unseen": [[0.1, "a"], ROW]}},
     {"lengths": LENGTHS | {"seen": ROW}}, {"lengths": LENGTHS | {"pictures": [1, 2, 3]}},
     {"groups": "man"}, {"groups": {"man": None}}, {"dataset": ["mnist"]}, {"sha256": 3}, {"sha256": "0" * 64},
     {"metrics": {"mse": float("nan")}}, {"intervals": {"mse": [0.1]}}, {"intervals": {"mse": "0.1"}}],
    ids=str,
)  # fmt: skip
def test_a_wrong_card_is_refused(folder, change):
    card = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps(card | change))
    with pytest.raises(CheckpointError, match="mnist-tiny"):
        Checkpoint(folder, CPU)


def test_a_card_with_lengths_is_read(folder):
    card = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps(card | {"lengths": LENGTHS}))
    assert Checkpoint(folder, CPU).card["lengths"] == LENGTHS


def test_a_number_too_large_for_a_float_is_refused(folder):
    (folder / "card.json").write_text('{"metrics": {"mse": 1e999}}')
    with pytest.raises(CheckpointError, match="1e999 is not a finite number"):
        Checkpoint(folder, CPU)


def test_the_app_starts_without_the_damaged_ones_and_names_them(folder, vq_folder, capsys, monkeypatch):
    import app
    from vae_demo.ui import room

    root = folder.parent
    for name, file in (("bad-config", "config.json"), ("bad-card", "card.json"), ("bad-weights", "model.safetensors")):
        shutil.copytree(folder, root / name)
        (root / name / file).write_bytes(b"{" * 50)
    (root / "nothing-in-it").mkdir()
    shutil.copytree(vae_demo.checkpoints.ROOT / "mnist-ae-2d", root / "mnist-ae-2d")
    here = room.enter("cpu", root)
    assert list(here.checkpoints) == ["mnist-ae-2d", "mnist-tiny", "mnist-vq"]
    named = [line.partition(":")[0] for line in here.skipped]
    assert sorted(named) == ["bad-card", "bad-config", "bad-weights", "nothing-in-it"]
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(root / "scratch"))
    monkeypatch.setattr(room, "enter", lambda device: here)
    assert app.build("cpu").blocks
    said = capsys.readouterr().err
    assert all(f"left out: {name}: " in said for name in named)
