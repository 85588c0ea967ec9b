"""Writes a trained network as a checkpoint folder: config, slim weights, latent statistics, card, model card."""

import dataclasses
import json
import platform
import subprocess
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import nn

from vae_demo.checkpoints import read_json, sha256
from vae_demo.models import Autoencoder
from vae_demo.priors import CodePrior
from vae_demo.training import data, evaluate, latents
from vae_demo.training.recipes import RECIPES

TERMS = {
    "mnist": "MNIST by Y. LeCun, C. Cortes and C. Burges: free to use with citation. Weights: CC BY-SA 3.0.",
    "celeba": (
        "Trained on CelebA, which is for non-commercial research and educational use only and may not be passed on; "
        "so are these weights. People in it gave no consent to be identified: do not use them to identify anyone."
    ),
}


def write_json(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def slim(network: nn.Module) -> dict[str, torch.Tensor]:
    """Half precision where values fit, and no training counters."""
    state = {k: v for k, v in network.state_dict().items() if not k.endswith("num_batches_tracked")}
    return {k: v.detach().half().contiguous() for k, v in state.items()}


def export(name: str, network: nn.Module, record: dict, train_split: data.Split, root: Path, out: Path) -> None:
    """Writes `out/<name>`, then measures what was written on the held-out split and completes the card."""
    if isinstance(network, CodePrior):
        export_prior(name, network, record, root, out)
        return
    recipe, folder = RECIPES[name], out / name
    folder.mkdir(parents=True, exist_ok=True)
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
    if isinstance(network, Autoencoder):
        tensors, groups = latents.statistics(network, train_split)
        if network.latent_dim == 2:
            tensors |= latents.points(network, data.load(recipe.dataset, root, "val"))
        save_file({k: v.contiguous() for k, v in tensors.items()}, folder / "latents.safetensors")
        card |= {"latent_dim": network.latent_dim, "groups": groups}
    write_json(folder / "card.json", card)
    evaluate.complete(folder, root)


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
