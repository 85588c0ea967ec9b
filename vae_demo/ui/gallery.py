"""The faces that are offered: invented ones, and one astronaut. All lie in one picture that the page carries once."""

import base64
import io

import torch
from torch import Tensor

from vae_demo.images import sheet
from vae_demo.ui.room import Room
from vae_demo.ui.text import words

FEW = 12  # seeds that are offered where a model invents faces, but none were chosen
COLUMNS = 10
KINDS = 8  # the chosen faces come in this order: with glasses or not, man or woman, young or not; see training/invented


def references(room: Room) -> list[str]:
    """ "face:0" ... for the invented faces, then "astronaut"."""
    if room.inventor is None:
        return ["astronaut"]
    return [f"face:{i}" for i in range(len(room.inventor.invented) or FEW)] + ["astronaut"]


def rows(n: int, glasses: bool, male: bool) -> list[int]:
    """Those of n chosen faces that are a man or a woman, with glasses or without."""
    return [i for i in range(n) if bool(i % KINDS & 4) == glasses and bool(i % KINDS & 2) == male]


def names(room: Room) -> dict[str, dict[str, str]]:
    """language -> reference -> what a screen reader says of it."""
    said = words("common.faces", "common.astronaut", *(f"common.face_{i}" for i in range(KINDS)))
    named: dict[str, dict[str, str]] = {}
    for language, text in said.items():
        kinds = [text[f"face_{i}"] for i in range(KINDS)]
        chosen = room.inventor is not None and len(room.inventor.invented) > 0
        named[language] = {
            reference: text["astronaut"]
            if reference == "astronaut"
            else f"{kinds[i % KINDS] if chosen else text['faces']}, {i + 1}"
            for i, reference in enumerate(references(room))
        }
    return named


def style(room: Room, astronaut: Tensor) -> str:
    """The CSS variable --faces, all offered faces in one picture; `astronaut` is (1, 3, 64, 64)."""
    faces = [astronaut]
    if room.inventor is not None:
        z = room.inventor.invented
        chosen = room.inventor.decode(z).cpu() if len(z) else None
        seeds = (room.inventor.sample(1, seed, prior=room.inventor_prior).cpu() for seed in range(FEW))
        faces.insert(0, chosen if chosen is not None else torch.cat(list(seeds)))
    file = io.BytesIO()
    sheet(torch.cat(faces), min(COLUMNS, len(references(room))), gap=0).save(file, "WEBP", quality=90)
    return f":root {{ --faces: url(data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}); }}"


def places(room: Room) -> dict[str, list[float]]:
    """reference -> where it lies in that picture: background-position and -size, x and y each in percent."""
    offered = references(room)
    columns, rows = min(COLUMNS, len(offered)), -(-len(offered) // COLUMNS)
    return {
        reference: [
            100 * (i % COLUMNS) / max(1, columns - 1),
            100 * (i // COLUMNS) / max(1, rows - 1),
            100 * columns,
            100 * rows,
        ]
        for i, reference in enumerate(offered)
    }
