"""A picture named by a short text, its reference, so that a link, a program and the page name it the same way.

"digit:7", "digit:7:2" (written another way), "strokes:20.30-25.70", "face:17" (the seed), "astronaut",
"png:<base64>" (a picture sent on from the page), "upload:1", where the number only makes the reference a new one, or
"upload:1:500,420,600,-8" with the frame to cut out: middle x, middle y and side in thousandths of the photo's longest
side, and tilt in degrees.
"""

import base64
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import gradio as gr
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from vae_demo import faces, images
from vae_demo.faces import Face
from vae_demo.files import CheckpointError
from vae_demo.ui import strokes
from vae_demo.ui.checks import UserError
from vae_demo.ui.room import SIDES, Room
from vae_demo.ui.upload import read

CHANNELS = {"mnist": 1, "celeba": 3}
HANDS = 6  # ways in which each digit is written
MOST_SEED = 2**31 - 1
LONGEST = 60_000  # characters of a reference
CROP_LIMITS = ((-500, 1500), (-500, 1500), (20, 2000), (-180, 180))  # of x, y, side in thousandths, and of the tilt
ASTRONAUT = ((202.8, 100.8), (247.0, 102.8), (223.8, 145.0))  # her eyes and mouth in scikit-image's picture


def resolve(
    room: Room, dataset: str, digit, face, upload, request: gr.Request | None = None, size: int = SIDES["celeba"]
) -> Tensor:
    """The chosen picture, (1, C, H, W) in [0, 1], from the values of a `PictureInput`; of a face H = W = size.

    Raises:
        UserError: no such picture, or one that cannot be read.
    """
    reference = digit if dataset == "mnist" else face
    if not isinstance(reference, str) or len(reference) > LONGEST:
        raise UserError("common.bad_reference", request, value=str(reference)[:40])
    kind, _, rest = reference.partition(":")
    try:
        if kind == "upload":
            if not isinstance(upload, Path):  # Gradio may hand on what is no file that was `received`
                raise UserError("common.no_upload" if upload is None else "common.bad_file", request)
            return of_upload(dataset, upload, crop(rest), request, size)
        if kind == "png":
            return of_png(dataset, base64.b64decode(rest, validate=True), request, size)
        if dataset == "mnist" and kind == "strokes":
            return of_strokes(rest, request)
        if dataset == "mnist" and kind == "digit":
            number, _, hand = rest.partition(":")
            return example_digit(_whole(number, 9), _whole(hand or "0", HANDS - 1))
        if dataset == "celeba" and kind == "astronaut":
            return astronaut(size)
        if dataset == "celeba" and kind == "face":
            return images.resized(invented(room, _whole(rest, MOST_SEED), request), size)
    except UserError:  # it says more than the one below
        raise
    except ValueError as error:
        raise UserError("common.bad_reference", request, value=reference[:40]) from error
    raise UserError("common.bad_reference", request, value=reference[:40])


@cache
def example_digit(number: int, hand: int) -> Tensor:
    """One of the digits that are offered, (1, 1, 28, 28); it is for all who ask, so not to be written to."""
    return images.digit(strokes.draw(strokes.digit(number, hand)))


def _whole(text: str, most: int) -> int:
    if not text.isdecimal() or str(int(text[:10])) != text or int(text) > most:
        raise ValueError(f"expected a whole number from 0 to {most}")
    return int(text)


def of_strokes(text: str, request: gr.Request | None = None) -> Tensor:
    """A drawing of the pad -> (1, 1, 28, 28)."""
    if not text:
        raise UserError("common.empty_drawing", request)
    return images.digit(strokes.draw(strokes.read(text)))


def crop(rest: str) -> tuple[int, ...] | None:
    """What follows "upload:" -> the frame in it, None where there is none. Raises ValueError."""
    _, colon, text = rest.partition(":")
    if not colon:
        return None
    numbers = tuple(int(part) for part in text.split(",") if part.removeprefix("-").isdecimal() and len(part) < 6)
    if len(numbers) != 4 or text.count(",") != 3:
        raise ValueError(f"expected x,y,side,tilt, got {text[:40]!r}")
    for number, (low, high) in zip(numbers, CROP_LIMITS, strict=True):
        if not low <= number <= high:
            raise ValueError(f"expected x, y, side and tilt within {CROP_LIMITS}, got {text[:40]!r}")
    return numbers


def of_upload(
    dataset: str,
    file: Path,
    crop: Sequence[float] | None = None,
    request: gr.Request | None = None,
    size: int = SIDES["celeba"],
) -> Tensor:
    """A photo -> (1, C, H, W): a digit centred as MNIST's are; of a face the frame, or else what `portrait` finds."""
    picture = read(file, request)
    if dataset == "mnist":
        return images.digit(picture)
    return portrait(picture, faces_at(file) if crop is None else [in_thousandths(picture, crop)], size)


def in_thousandths(picture: Image.Image, crop: Sequence[float]) -> Face:
    """The face of a frame x, y, side, tilt, the first three in thousandths of the photo's longest side."""
    x, y, side, tilt = crop
    unit = max(picture.size) / 1000
    return faces.in_frame(x * unit, y * unit, side * unit, tilt)


def portrait(picture: Image.Image, found: Sequence[Face], size: int = SIDES["celeba"]) -> Tensor:
    """The first of the found faces aligned, else the middle square: (1, 3, size, size)."""
    cut = faces.aligned(picture, found[0], size) if found else images.centre_square(picture)
    return images.to_tensor(cut, 3, size)


def faces_in(picture: Image.Image) -> list[Face]:
    """The faces of a photo, largest first; none where the landmark network is not there."""
    try:
        return faces.find(picture)
    except CheckpointError:
        return []


@lru_cache(maxsize=256)  # every move of a slider asks again; the places are kept, no pixel
def faces_at(file: Path) -> list[Face]:
    """The faces of a file that this app received; its folder is named by its content, so that it stays the same."""
    return faces_in(read(file))


def of_png(dataset: str, content: bytes, request: gr.Request | None = None, size: int = SIDES["celeba"]) -> Tensor:
    """A picture sent on from the page: pixel for pixel where it has the size that is asked for."""
    side = size if dataset == "celeba" else SIDES[dataset]
    return images.to_tensor(read(content, request), CHANNELS[dataset], side)


def astronaut(size: int = SIDES["celeba"]) -> Tensor:
    """Eileen Collins by NASA, from scikit-image, aligned as the training faces are: (1, 3, size, size)."""
    package = find_spec("skimage")  # its file alone: to import the package would slow the start
    assert package is not None
    assert package.origin is not None
    with Image.open(Path(package.origin).parent / "data" / "astronaut.png") as file:
        return images.to_tensor(images.align(file.convert("RGB"), np.array(ASTRONAUT), size), 3, size)


def invented(room: Room, seed: int, request: gr.Request | None = None) -> Tensor:
    """A face that our own model invents, one of the chosen ones or, beyond them, from a seed: (1, 3, 64, 64)."""
    if room.inventor is None:
        raise UserError("common.no_invented", request)
    chosen = room.inventor.invented
    if seed < len(chosen):
        return room.inventor.decode(chosen[seed : seed + 1]).cpu()
    return room.inventor.sample(1, seed=seed, prior=room.inventor_prior).cpu()


@cache
def own(room: Room, dataset: str) -> Tensor:
    """The page's own pictures, (n, C, H, W): each digit in each hand, or the invented faces that were chosen."""
    if dataset == "mnist":
        return torch.cat([example_digit(number, hand) for number in strokes.DIGITS for hand in range(HANDS)])
    return torch.zeros(0) if room.inventor is None else room.inventor.decode(room.inventor.invented).cpu()


def python_of(room: Room, dataset: str, digit, face, size: int = SIDES["celeba"]) -> list[str]:
    """Lines of Python that make x, the chosen picture, with the public functions of this package; faces of `size`."""
    reference = str(digit if dataset == "mnist" else face)
    kind, _, rest = reference.partition(":")
    larger = size != SIDES["celeba"]
    enlarge = ["from vae_demo import images", f"x = images.resized(x, {size})"] if larger else []
    if dataset == "mnist" and kind == "digit":
        number, _, hand = rest.partition(":")
        return [
            "from vae_demo import images",
            "from vae_demo.ui import strokes",
            f"x = images.digit(strokes.draw(strokes.digit({number}, {hand or 0})))",
        ]
    if dataset == "mnist" and kind == "strokes":
        return [
            "from vae_demo import images",
            "from vae_demo.ui import strokes",
            f'x = images.digit(strokes.draw(strokes.read("{rest}")))',
        ]
    if kind == "face" and room.inventor is not None and int(rest) < len(room.inventor.invented):
        return [
            f'inventor = vae_demo.load("{room.inventor.name}")',
            f"x = inventor.decode(inventor.invented[[{rest}]]).cpu()",
            *enlarge,
        ]
    if kind == "face" and room.inventor is not None:
        return [
            f'inventor = vae_demo.load("{room.inventor.name}")',
            f'x = inventor.sample(1, seed={rest}, prior="{room.inventor_prior}").cpu()',
            *enlarge,
        ]
    if kind == "astronaut":
        return ["from vae_demo.ui import references", f"x = references.astronaut({size if larger else ''})"]
    sized = f", size={size}" if larger else ""
    if kind == "png":
        return [
            "import base64",
            "from vae_demo.ui import references",
            f'x = references.of_png("{dataset}", base64.b64decode("{rest}"){sized})',
        ]
    frame = crop(rest) if kind == "upload" and dataset == "celeba" else None
    framed = f", {frame}" if frame else ""
    return [
        "from pathlib import Path",
        "from vae_demo.ui import references",
        f'x = references.of_upload("{dataset}", Path("your-picture.png"){framed}{sized})',
    ]
