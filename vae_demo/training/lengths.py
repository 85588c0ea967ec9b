"""How long a code should be: dense AEs of digits with D numbers, trained apart on many digits and on few.

python -m vae_demo.training.lengths --data DIR measures them, and writes the errors into the card of mnist-ordered-ae,
where the page finds them. The networks themselves are not kept.
"""

import argparse
import time
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from vae_demo import ops
from vae_demo.checkpoints import ROOT
from vae_demo.device import pick
from vae_demo.files import read_json, write_json
from vae_demo.models import DenseAE, DenseConfig
from vae_demo.training import data, pca
from vae_demo.training.objectives import sse
from vae_demo.training.train import generator_of, hardware, learning_rate

OWNER = "mnist-ordered-ae"
NUMBERS = (1, 2, 4, 8, 16, 32, 64, 128)  # D
PICTURES = (1_000, 60_000)  # training digits
HIDDEN = (512, 256)


def trained(x: Tensor, latent_dim: int, steps: int, batch: int = 256, lr: float = 1e-3) -> DenseAE:
    """A dense AE of pictures x (N, C, H, W), in eval mode."""
    torch.manual_seed(0)
    network = DenseAE(DenseConfig(x.shape[1], x.shape[2], HIDDEN, latent_dim)).to(x.device)
    optimiser = torch.optim.Adam(network.parameters(), fused=True)
    for step in range(steps):
        rows = torch.randint(len(x), (batch,), generator=generator_of(step)).to(x.device)
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(step, steps, lr)
        optimiser.zero_grad()
        sse(network(x[rows]), x[rows]).backward()
        optimiser.step()
    return network.eval()


@torch.no_grad()
def error(network: DenseAE, x: Tensor) -> float:
    """The mean squared error of pictures x (N, C, H, W)."""
    return torch.cat([ops.mse(network(part), part) for part in x.split(1000)]).double().mean().item()


def measure(train: data.Split, held_out: data.Split, steps: int, device: torch.device) -> dict:
    """Errors on training digits (10,000 at most) and on unseen ones: "seen" and "unseen", a row for each of `PICTURES`,
    a column for each of `NUMBERS`; "pca" is of unseen ones too.
    """
    began = time.monotonic()
    unseen = held_out.batch(torch.arange(len(held_out)))
    found: dict[str, list[list[float]]] = {"seen": [], "unseen": []}
    for pictures in PICTURES:
        x = train.batch(torch.arange(min(pictures, len(train)))).to(device)
        networks = [trained(x, d, steps) for d in tqdm(NUMBERS, f"{pictures} digits")]
        found["seen"].append([error(network, x[:10_000]) for network in networks])
        found["unseen"].append([error(network, unseen.to(device)) for network in networks])
    return {
        "numbers": NUMBERS,
        "pictures": PICTURES,
        **{key: [[float(f"{mse:.5g}") for mse in row] for row in rows] for key, rows in found.items()},
        "pca": [float(f"{pca.pca_mse(train, unseen, d):.5g}") for d in NUMBERS],
        "command": f"python -m vae_demo.training.lengths --steps {steps}",
        "seconds": round(time.monotonic() - began),
        "hardware": hardware(device),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--steps", type=int, default=3_000)
    parser.add_argument("--out", type=Path, default=ROOT)
    parser.add_argument("--device", help="cuda, mps or cpu; picked when not given")
    args = parser.parse_args()
    train, held_out = (data.load("mnist", args.data, split) for split in ("train", "val"))
    found = measure(train, held_out, args.steps, pick(args.device))
    card = args.out / OWNER / "card.json"
    write_json(card, read_json(card) | {"lengths": found})
    print(found)


if __name__ == "__main__":
    main()
