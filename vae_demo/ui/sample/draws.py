"""What is asked of the tab Sample, and what each variant makes of it."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr
from torch import Tensor

from vae_demo.checkpoints import Checkpoint
from vae_demo.ui.checks import choice, number, whole
from vae_demo.ui.references import MOST_SEED
from vae_demo.ui.room import DATASETS, Room
from vae_demo.ui.text import say

PRIORS = ("normal", "gaussian", "mixture", "codes")
MOST_LIKELIEST = 2048
MOST = 16  # pictures of a variant


@dataclass(frozen=True)
class Draw:
    """What one variant makes of a draw: codes z (n, D), pictures x (n, C, H, W), and the milliseconds it took."""

    ae: Checkpoint
    z: Tensor
    x: Tensor
    ms: float


def able(room: Room, dataset: str, prior: str) -> dict[str, Checkpoint]:
    """Those of the data set that have the prior."""
    return {name: ae for name, ae in room.of(dataset).items() if prior in ae.priors}


@dataclass(frozen=True)
class Question:
    """A draw that somebody asks for, as the arguments of /sample, checked.

    Attributes:
        top_k: for the prior "codes" how many of the likeliest codes are left; None leaves all.
    """

    data: str
    prior: str
    n: int
    temperature: float
    seed: int
    top_k: int | None = None

    @classmethod
    def of(cls, request: gr.Request, dataset, prior="normal", n=9, temperature=1.0, seed=0, top_k=0) -> "Question":
        """What a visitor or a program sends. Raises UserError."""
        likeliest = whole(top_k, 0, MOST_LIKELIEST, say("sample.top_k", request), request)
        return cls(
            choice(dataset, DATASETS, say("common.dataset", request), request),
            choice(prior, PRIORS, say("sample.prior", request), request),
            whole(n, 1, MOST, say("sample.n", request), request),
            number(temperature, 0, 2, say("sample.temperature", request), request),
            whole(seed, 0, MOST_SEED, say("common.seed", request), request),
            likeliest if likeliest and prior == "codes" else None,
        )

    def codes(self, ae: Checkpoint) -> Tensor:
        """The draw from one that has the prior, (n, D)."""
        return ae.draw(self.n, self.seed, self.temperature, self.prior, self.top_k)

    def draws(self, room: Room) -> list[Draw]:
        """The same draw through every checkpoint that has the prior; those of one D get the very same z of N(0, I)."""
        draws = []
        for ae in able(room, self.data, self.prior).values():
            start = time.perf_counter()
            z = self.codes(ae)
            x = ae.decode(z)
            draws.append(Draw(ae, z, x, 1000 * (time.perf_counter() - start)))
        return draws

    def python(self, names: Sequence[str]) -> str:
        """Lines that make what is on screen."""
        chosen = f'temperature={self.temperature:g}, prior="{self.prior}"'
        chosen += f", top_k={self.top_k}" if self.top_k else ""
        return "\n".join(
            [
                "import vae_demo",
                "from vae_demo.images import sheet",
                "",
                f"for name in {list(names)}:",
                "    ae = vae_demo.load(name)",
                f"    x = ae.sample({self.n}, seed={self.seed}, {chosen})",
                f'    sheet(x, {math.ceil(math.sqrt(self.n))}, scale=4).save(f"{{name}}.png")',
            ]
        )
