"""Writes a trained network as a checkpoint folder: config, slim weights, latent statistics, card, model card.

python -m vae_demo.training.export NAME --data DIR computes the statistics of finished weights anew, and measures. The
codes of a ConvVAE are centred or whitened first, here as there: see `whiten`.
"""

import argparse
import dataclasses
import platform
import subprocess
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import nn

from vae_demo import replay
from vae_demo.checkpoints import ROOT
from vae_demo.files import read_json, read_network, sha256, write_json
from vae_demo.models import CLASSES, VAE, Autoencoder, ConvVAE
from vae_demo.priors import CodePrior
from vae_demo.training import data, evaluate, invented, latents, oddness
from vae_demo.training.recipes import RECIPES
from vae_demo.training.whiten import centre, whiten

TERMS = {
    "mnist": "MNIST by Y. LeCun, C. Cortes and C. Burges: free to use with citation. Weights: CC BY-SA 3.0.",
    "celeba": (
        "Trained on CelebA, which is for non-commercial research and educational use only and may not be passed on; "
        "so are these weights. People in it gave no consent to be identified: do not use them to identify anyone."
    ),
}
CENTRED = "Its codes were then moved so that their mean is 0 (training/whiten.py)."
WHITENED = "Its codes were then whitened, so that z of all pictures has the covariance I (training/whiten.py)."


def lay_codes(name: str, network: nn.Module, split: data.Split, training: dict[str, Any]) -> dict[str, Any]:
    """Centres or whitens the codes of a ConvVAE as its recipe says; the record of its run, with a word on that."""
    if not isinstance(network, ConvVAE):
        return training
    if RECIPES[name].whitened:
        whiten(network, split)
    else:
        centre(network, split)
    said = training.get("note", "").replace(CENTRED, "").replace(WHITENED, "").strip()
    return training | {"note": f"{said} {WHITENED if RECIPES[name].whitened else CENTRED}".strip()}


def slim(network: nn.Module) -> dict[str, torch.Tensor]:
    """Half precision where values fit, and no training counters."""
    state = {k: v.detach() for k, v in network.state_dict().items() if not k.endswith("num_batches_tracked")}
    return {k: (half if (half := v.half()).isfinite().all() else v).contiguous() for k, v in state.items()}


def export(
    name: str, network: nn.Module, record: dict, train_split: data.Split, root: Path, out: Path, new_codes: bool = True
) -> None:
    """Writes `out/<name>`, then measures what was written on the held-out split and completes the card.

    Where only a decoder was trained there are no `new_codes`, and their statistics stay.
    """
    if isinstance(network, CodePrior):
        export_prior(name, network, record, root, out)
        return
    recipe, folder = RECIPES[name], out / name
    folder.mkdir(parents=True, exist_ok=True)
    if new_codes:
        record = lay_codes(name, network, train_split, record)
    write_json(
        folder / "config.json",
        {"class": type(network).__name__, "config": dataclasses.asdict(recipe.config)},
    )
    save_file(slim(network), folder / "model.safetensors")
    card = {
        "name": name,
        "dataset": recipe.dataset,
        "class": type(network).__name__,
        "parameters": sum(p.numel() for p in network.parameters()),
        "training": record | versions() | {"commit": commit()},
        "data": train_split.source,
        "terms": TERMS[recipe.dataset],
        "sha256": sha256(folder / "model.safetensors"),
    }
    if (folder / "prior.safetensors").exists():  # it stays until it is trained anew, on the new codes
        card["prior"] = read_json(folder / "card.json")["prior"]
    if (folder / replay.FILE).exists():  # it stays too, and is not of the run that made these weights
        card["replay"] = read_json(folder / "card.json")["replay"] | {"run": "another"}
    if (folder / "card.json").exists() and "lengths" in (before := read_json(folder / "card.json")):
        card["lengths"] = before["lengths"]  # what `lengths` measured of other networks
    if not new_codes:
        kept = ("latent_dim", "groups", "latents_sha256")
        card |= {key: value for key, value in read_json(folder / "card.json").items() if key in kept}
    write_json(folder / "card.json", card)
    if isinstance(network, Autoencoder) and new_codes:
        write_latents(folder, train_split, root)
    evaluate.complete(folder, root)


def write_latents(folder: Path, train_split: data.Split, root: Path) -> None:
    """Computes latents.safetensors of the weights in the folder, and notes in the card what groups there are."""
    card = read_json(folder / "card.json")
    network = read_network(folder, CLASSES)
    tensors, groups = latents.statistics(network, train_split)
    if network.latent_dim == 2:
        held_out = data.load(card["dataset"], root, "val")
        tensors |= latents.points(network, held_out)
        tensors |= oddness.measure(network, tensors, held_out)
    file = folder / "latents.safetensors"
    save_file({k: v.contiguous() for k, v in tensors.items()}, file)
    card |= {"latent_dim": network.latent_dim, "groups": groups, "latents_sha256": sha256(file)}
    write_json(folder / "card.json", card)
    recipe = RECIPES[card["name"]]
    if isinstance(network, VAE) and recipe.glasses != (1.0, 1.0):  # whoever learned to keep glasses invents faces
        invented.add(folder)


def export_prior(name: str, prior: CodePrior, record: dict, root: Path, out: Path) -> None:
    """Adds a code prior to the folder of its VQ model."""
    folder = out / name.removesuffix("-prior")
    write_json(folder / "prior.json", dataclasses.asdict(prior.config))
    save_file(slim(prior), folder / "prior.safetensors")
    card = read_json(folder / "card.json")
    card["prior"] = {
        "parameters": sum(p.numel() for p in prior.parameters()),
        "training": record | versions() | {"commit": commit()},
        "sha256": sha256(folder / "prior.safetensors"),
    }
    write_json(folder / "card.json", card)
    evaluate.complete(folder, root)


def versions() -> dict[str, str]:
    return {"python": platform.python_version(), "torch": torch.__version__.split("+")[0]}


def commit() -> str:
    try:
        found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return found.stdout.strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="+", help="checkpoints that are not trained any more")
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--out", type=Path, default=ROOT)
    args = parser.parse_args()
    splits: evaluate.Splits = {}
    for name in args.names:
        folder = args.out / name
        train_split = evaluate.read(splits, folder, "train", args.data)
        network = read_network(folder, CLASSES)
        if isinstance(network, ConvVAE):
            card = read_json(folder / "card.json")
            card["training"] = lay_codes(name, network, train_split, card["training"])
            save_file(slim(network), folder / "model.safetensors")
            card["sha256"] = sha256(folder / "model.safetensors")
            write_json(folder / "card.json", card)
        write_latents(folder, train_split, args.data)
        evaluate.complete(folder, args.data, splits)


if __name__ == "__main__":
    main()
