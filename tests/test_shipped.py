"""Every folder in checkpoints/ is whole, as small as promised, and what its card says it is."""

import hashlib
import json
import math
import re
import shutil
from pathlib import Path

import pytest
import torch

import vae_demo
from vae_demo.checkpoints import ROOT, Checkpoint
from vae_demo.files import read_json, read_network
from vae_demo.models import CLASSES
from vae_demo.training.card import model_card, readme_table
from vae_demo.training.latents import KINDS
from vae_demo.training.recipes import RECIPES
from vae_demo.training.train import CLASSIFIERS

REPOSITORY = ROOT.parent
FOLDERS = sorted(folder for folder in ROOT.iterdir() if folder.is_dir())
NAMES = vae_demo.names()
LIMIT = 12 * 2**20
FILES = {
    "config.json", "model.safetensors", "latents.safetensors", "card.json", "README.md", "prior.json",
    "prior.safetensors", "replay.safetensors",
}  # fmt: skip
FORBIDDEN = re.compile(r"\.(webp|jpe?g|tar|zip|npz|npy|pt|pth|ckpt|pkl|bin)$|-ubyte$")

every_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def test_something_is_shipped():
    assert NAMES
    assert all((ROOT / name) in FOLDERS for name in NAMES)


@every_folder
def test_the_card_says_what_is_there(folder):
    card = read_json(folder / "card.json")
    assert card["name"] == folder.name
    assert card["sha256"] == hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    assert card["class"] == read_json(folder / "config.json")["class"]
    assert card["dataset"] == folder.name.split("-")[0]
    assert {"command", "seed", "steps", "images", "seconds", "hardware", "torch", "commit"} <= set(card["training"])
    assert {"name", "split", "sha256"} <= set(card["data"])
    assert card["measured_on"]["split"] != card["data"]["split"]
    assert card["measured_on"]["pictures"] > 1000
    assert card["metrics"]
    assert all(low <= card["metrics"][key] <= high for key, (low, high) in card.get("intervals", {}).items())
    assert "non-commercial" in card["terms"] or card["dataset"] == "mnist"


@every_folder
def test_files_are_few_small_and_no_pickles(folder):
    assert {file.name for file in folder.iterdir()} <= FILES
    assert sum(file.stat().st_size for file in folder.iterdir()) < LIMIT


@every_folder
def test_the_model_card_is_rendered_from_the_card(folder):
    text = (folder / "README.md").read_text(encoding="utf-8")
    card = read_json(folder / "card.json")
    assert text == model_card(card)
    head = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    assert head is not None
    fields = dict(line.split(": ", 1) for line in head[1].splitlines())
    assert fields["library_name"] == "vae_demo"
    assert fields["license"]


def test_both_readmes_have_the_table_of_exactly_what_is_shipped(tmp_path):
    files, numbers = ("README.md", "README.ko.md"), []
    for file in files:
        shutil.copy(REPOSITORY / file, tmp_path / file)
    readme_table(ROOT, tmp_path / "README.md")
    for file in files:
        text = (REPOSITORY / file).read_text(encoding="utf-8")
        assert (tmp_path / file).read_text(encoding="utf-8") == text
        rows = re.findall(r"^\| \[`(.+?)`\]\(checkpoints/\1\) \|(.*)", text, re.MULTILINE)
        assert [name for name, _ in rows] == NAMES
        numbers.append([re.findall(r"\d[\d.,]*\d|\d", row) for _, row in rows])
    assert numbers[0] == numbers[1]


@every_folder
def test_a_recipe_makes_it(folder):
    recipe, config = RECIPES[folder.name], read_json(folder / "config.json")
    assert recipe.network.__name__ == config["class"]
    written = json.loads(json.dumps(vars(recipe.config)))  # tuples are lists in JSON
    assert written == config["config"]


@pytest.mark.parametrize("name", ["celeba-features", "celeba-verdict"])
def test_a_classifier_loads(name):
    network, written = read_network(ROOT / name, CLASSIFIERS), read_json(ROOT / name / "config.json")["config"]
    card = read_json(ROOT / name / "card.json")
    assert sum(p.numel() for p in network.parameters()) == card["parameters"]
    assert network(torch.rand(2, 3, 64, 64)).shape == (2, len(written["attributes"]))
    assert card["metrics"]["accuracy_balanced_Eyeglasses"] > 0.9


@pytest.fixture(scope="module", params=NAMES)
def ae(request) -> Checkpoint:
    return vae_demo.load(request.param, device="cpu")


def test_an_autoencoder_is_what_its_card_says(ae):
    assert sum(p.numel() for p in ae.network.parameters()) == ae.card["parameters"]
    assert ae.latent_dim == ae.card["latent_dim"]
    side = 128 if ae.name.endswith("-128") else 64
    assert ae.shape == ((1, 28, 28) if ae.dataset == "mnist" else (3, side, side))
    assert {"mse", "psnr", "ssim"} <= set(ae.card["metrics"])
    assert ae.card["metrics"]["psnr"] == pytest.approx(-10 * math.log10(ae.card["metrics"]["mse"]), abs=0.01)
    assert ae.card["groups"].keys() == ae.groups.keys()


def test_an_autoencoder_works(ae):
    x = ae.sample(3, seed=0)
    assert x.shape == (3, *ae.shape)
    assert torch.equal(ae.sample(3, seed=0), x)
    z = ae.encode(x)
    assert z.shape == (3, ae.latent_dim)
    assert z.isfinite().all()
    for prior in ae.priors:
        y = ae.sample(2, seed=1, prior=prior)
        assert y.isfinite().all()
        assert y.min() >= 0
        assert y.max() <= 1


def test_the_faster_layout_makes_the_same_pictures(ae):
    plain = read_network(ae.folder, CLASSES)
    x = torch.rand(3, *ae.shape, generator=torch.Generator().manual_seed(0))
    z = plain.encode(x)
    assert (ae.encode(x) - z).abs().max() < 1e-5 * max(1, z.abs().max())
    assert (ae.decode(z) - plain.decode(z)).abs().max() < 1e-5
    kernels = [weight for weight in ae.network.parameters() if weight.ndim == 4]
    assert all(weight.is_contiguous(memory_format=torch.channels_last) for weight in kernels)


def test_its_directions_do_what_the_page_says(ae):
    """A direction added once raises its own probe by what separates the means, times the 1 to 2 by which directions
    are lengthened, and leaves the others alone."""
    if ae.latent_dim < len(ae.directions):
        pytest.skip("no room for directions that leave each other alone")
    z = ae.latents["mean"][None]
    before = ae.scores(z)
    for name, direction in ae.directions.items():
        after = ae.scores(z + direction)
        separation = ae.latents[f"separation.{name}"]
        assert 0.99 * separation < after[name] - before[name] < 2.01 * separation
        others = [other for other in ae.directions if other != name and {name, other} not in KINDS]
        drift = max((abs(after[other] - before[other]).item() for other in others), default=0)
        assert drift < 0.02 * (after[name] - before[name])


def test_the_codes_statistics_are_those_of_a_covariance(ae):
    if "covariance" in ae.latents:
        covariance = ae.latents["covariance"]
        assert torch.allclose(covariance, covariance.T, atol=1e-4)
        assert torch.allclose(covariance.diagonal().sqrt(), ae.latents["std"], atol=1e-3, rtol=1e-3)
    assert (ae.latents["std"] >= 0).all()


def test_no_picture_archive_or_pickle_is_in_the_repository():
    ignored = {".git", "runs", "data", ".venv", "__pycache__"}
    tree = (file.relative_to(REPOSITORY) for file in REPOSITORY.rglob("*") if file.is_file())
    kept = [file for file in tree if not ignored & set(file.parts)]
    assert [str(file) for file in kept if FORBIDDEN.search(file.name)] == []
    assert [str(file) for file in kept if (REPOSITORY / file).stat().st_size > LIMIT] == []


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_the_readmes_front_matter_fits_what_is_installed(name):
    file = Path(REPOSITORY / name)
    if not file.exists():
        pytest.skip(f"no {name}")
    text = file.read_text(encoding="utf-8")
    if name == "README.md":
        head = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
        assert head is not None, "the README's first block is the front matter of a Space"
        fields = dict(line.split(": ", 1) for line in head[1].splitlines() if ": " in line)
        pinned = re.search(r"^gradio==(.*)$", (REPOSITORY / "requirements.txt").read_text(), re.MULTILINE)
        assert pinned is not None
        assert fields["sdk"] == "gradio"
        assert fields["sdk_version"].strip("\"'") == pinned[1]
        assert fields["app_file"] == "app.py"
    assert "pip install -r requirements-test.txt && pytest" in text
