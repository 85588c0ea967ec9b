"""How unlike any digit are the pictures of a latent space of two dimensions, measured place by place.

Keys of latents.safetensors: `oddness` (GRID, GRID), row by row from the top left, 1 - cos of the angle between what
each cell's middle decodes to and the held-out picture most like it; `oddness_square`, the centre and half the side of
the square that the cells divide; `oddness_bound`, what 95% of the decoded `points` stay below. Numbers, and no picture.

The angle, because it asks for the shape alone: the squared error lets a broken faint stroke pass, which differs little
from a thin digit, and objects to a good but heavy one.

python -m vae_demo.training.oddness NAME --data DIR measures finished checkpoints anew.
"""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor

from vae_demo import plane
from vae_demo.checkpoints import ROOT
from vae_demo.files import read_json, read_network, read_tensors, sha256, write_json
from vae_demo.models import CLASSES, Autoencoder
from vae_demo.training import data
from vae_demo.training.data import Split

USUAL = 0.95  # share of the decoded codes below the bound


def unlike(x: Tensor, held_out: Tensor, chunk: int = 256) -> Tensor:
    """1 - cos of the angle to the held-out picture most like it: (B, C, H, W) and (N, C, H, W) -> (B,), 0 to 1."""
    others = F.normalize(held_out.flatten(1))
    parts = F.normalize(x.flatten(1)).split(chunk)
    return 1 - torch.cat([(part @ others.T).max(1).values for part in parts])


@torch.no_grad()
def measure(network: Autoencoder, found: dict[str, Tensor], held_out: Split) -> dict[str, Tensor]:
    """The tensors named above; `found` has the `points` of `latents.points`."""
    pictures = held_out.batch(torch.arange(len(held_out)))
    points = found["points"].float()
    centre, half = plane.frame(plane.seen_places(points, found.get("points_logvar")))
    z = plane.cells(*plane.axes(centre, half))
    return {
        "oddness": unlike(network.decode(z), pictures).view(plane.GRID, plane.GRID).half(),
        "oddness_square": torch.tensor([*centre.tolist(), half]),
        "oddness_bound": unlike(network.decode(points), pictures).quantile(USUAL),
    }


def add(folder: Path, held_out: Split) -> None:
    """Measures a checkpoint, writes that into its latents.safetensors, and that file into the card."""
    file, card = folder / "latents.safetensors", folder / "card.json"
    measured = measure(read_network(folder, CLASSES), read_tensors(file), held_out)
    save_file(load_file(file) | {key: value.contiguous() for key, value in measured.items()}, file)
    write_json(card, read_json(card) | {"latents_sha256": sha256(file)})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="+", help="checkpoints of digits with two dimensions")
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--checkpoints", type=Path, default=ROOT)
    args = parser.parse_args()
    held_out = data.load("mnist", args.data, "val")
    for name in args.names:
        add(args.checkpoints / name, held_out)


if __name__ == "__main__":
    main()
