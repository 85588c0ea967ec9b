"""A training run to look at again: some thirty moments of it, in replay.safetensors beside the weights.

At each moment the codes of the same held-out digits, what the decoder draws at the middle of each digit's codes, and
the terms of the loss on those digits. No picture of the data set is kept.
"""

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from vae_demo.files import CheckpointError, read_json, read_tensors, sha256

FILE = "replay.safetensors"
SIDE = 14  # of the kept pictures
RUNS = ("this", "another")  # whether the weights in the folder are of this run, or of another of the same recipe


@dataclass(frozen=True)
class Replay:
    """T moments of a run.

    Attributes:
        steps: (T,) int32, rising, from 0.
        codes: (T, N, 2) of N held-out digits.
        labels: (N,) uint8, the digits.
        pictures: (T, 10, 14, 14) uint8: decoded from the median code of each digit.
        terms: loss term -> (T,), a mean over those digits.
        run: "this", if the weights beside it are the end of this run; else "another".
    """

    steps: Tensor
    codes: Tensor
    labels: Tensor
    pictures: Tensor
    terms: dict[str, Tensor]
    run: str = "this"

    def __post_init__(self) -> None:
        t, n = self.steps.numel(), self.labels.numel()
        shapes = {"steps": (t,), "codes": (t, n, 2), "labels": (n,), "pictures": (t, 10, SIDE, SIDE)}
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"expected {name} of shape {shape}, got {tuple(getattr(self, name).shape)}")
        if any(term.shape != (t,) for term in self.terms.values()) or not self.terms:
            raise ValueError(f"expected terms of shape {(t,)}")
        if t < 2 or self.steps.dtype != torch.int32 or self.steps[0] != 0 or not (self.steps.diff() > 0).all():
            raise ValueError("expected steps as int32 that rise from 0")
        if not n or self.labels.dtype != torch.uint8 or self.labels.max() > 9 or self.pictures.dtype != torch.uint8:
            raise ValueError("expected digits and pictures as uint8")
        if self.run not in RUNS:
            raise ValueError(f"expected run: one of {', '.join(RUNS)}, got {self.run!r:.40}")


def write(folder: Path, replay: Replay) -> dict[str, str]:
    """Writes the file in half precision, and gives the card's entry: its checksum, and whose run it is."""
    tensors = {"steps": replay.steps.int(), "codes": replay.codes.half(), "labels": replay.labels}
    tensors |= {"pictures": replay.pictures} | {f"term.{name}": v.float() for name, v in replay.terms.items()}
    save_file({key: value.contiguous() for key, value in tensors.items()}, folder / FILE)
    return {"sha256": sha256(folder / FILE), "run": replay.run}


def read(folder: Path) -> Replay | None:
    """The replay of a checkpoint's folder; None where there is none.

    Raises:
        CheckpointError: a key too many or too few, a wrong shape, or not the file that the card describes.
    """
    file = folder / FILE
    if not file.exists():
        return None
    entry = read_json(folder / "card.json").get("replay")
    if not isinstance(entry, dict) or entry.get("sha256") != sha256(file):
        raise CheckpointError(f"{folder.name}: {FILE} is not the file that card.json describes")
    tensors = read_tensors(file)
    terms = {key.removeprefix("term."): tensors.pop(key) for key in list(tensors) if key.startswith("term.")}
    wanted = {"steps", "codes", "labels", "pictures"}
    if set(tensors) != wanted:
        raise CheckpointError(f"{folder.name}: {FILE} wants exactly {sorted(wanted)} and terms, got {sorted(tensors)}")
    try:
        return Replay(**tensors, terms=terms, run=str(entry.get("run")))
    except ValueError as error:
        raise CheckpointError(f"{folder.name}: {FILE}: {error}") from error
