"""Records a run of a model of two dimensions at some thirty moments, for `vae_demo.replay`."""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from vae_demo.files import read_json, write_json
from vae_demo.models import Autoencoder
from vae_demo.replay import SIDE, Replay, write
from vae_demo.training.data import Split
from vae_demo.training.objectives import Objective

DIGITS = 300  # held-out digits whose codes are kept
MOMENTS = 30


def moments(steps: int, count: int = MOMENTS) -> list[int]:
    """0, then steps that grow by a steady factor up to the last one, whole and none twice; fewer of a short run."""
    if steps < count:
        return list(range(steps + 1))
    tried = count - 1
    while len(found := sorted({round(steps ** (i / (tried - 1))) for i in range(tried)})) < count - 1:
        tried += 1
    return [0, *found]


class Recorder:
    """Handed to `train`, which calls it before the first step and after each one; it changes nothing of the run."""

    def __init__(self, steps: int, held_out: Split) -> None:
        rows = torch.arange(min(DIGITS, len(held_out)))
        self.x, self.labels = held_out.batch(rows), held_out.labels["digit"][rows].to(torch.uint8)
        self.moments = set(moments(steps))
        self.kept: list[tuple[int, Tensor, Tensor, dict[str, float]]] = []

    @torch.no_grad()
    def __call__(self, step: int, network: Autoencoder, objective: Objective) -> None:
        """Keeps this moment if it is one of those wanted."""
        if step not in self.moments:
            return
        network.eval()
        x = self.x.to(next(network.parameters()).device)
        z = network.encode(x).float()
        terms = objective(network, x, {}, torch.Generator().manual_seed(0))
        numbers = {name: term.item() for name, term in terms.items()}
        self.kept.append((step, z.cpu(), self._pictures(network, z), numbers))
        network.train()

    def _pictures(self, network: Autoencoder, z: Tensor) -> Tensor:
        """What is decoded from the median code of each digit, (10, SIDE, SIDE) uint8."""
        middles = [z[self.labels.to(z.device) == digit] for digit in range(10)]
        middle = torch.stack([own.median(0).values if len(own) else z.new_zeros(2) for own in middles])
        small = F.adaptive_avg_pool2d(network.decode(middle)[:, 0], SIDE)
        return (255 * small).round().to(torch.uint8).cpu()

    def replay(self, run: str = "this") -> Replay:
        """What was kept."""
        steps, codes, pictures, terms = zip(*self.kept, strict=True)
        names = list(terms[0])
        return Replay(
            torch.tensor(steps, dtype=torch.int32),
            torch.stack(codes),
            self.labels,
            torch.stack(pictures),
            {name: torch.tensor([moment[name] for moment in terms]) for name in names},
            run,
        )


def keep(folder: Path, replay: Replay) -> None:
    """Puts a recorded run beside the weights and into their card."""
    card = read_json(folder / "card.json")
    write_json(folder / "card.json", card | {"replay": write(folder, replay)})
