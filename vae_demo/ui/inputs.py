"""One input picture: a pad to draw a digit on, invented faces to choose from, a photo of one's own.

Every choice is a short text, its reference, so that a link, a program and the page name a picture the same way:
"digit:7", "digit:7:2" (written another way), "strokes:20.30-25.70", "face:17" (the seed), "astronaut", "upload", or
"png:<base64>" (a picture sent on from the page).
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import gradio as gr
import torch
from gradio.components import Component
from PIL import Image
from torch import Tensor

from vae_demo import faces, images
from vae_demo.checkpoints import CheckpointError
from vae_demo.faces import Face
from vae_demo.ui import strokes
from vae_demo.ui.checks import UserError
from vae_demo.ui.figures import png
from vae_demo.ui.room import Room
from vae_demo.ui.text import say, t, words
from vae_demo.ui.upload import SafeImage, read

SHAPES = {"mnist": (1, 28, 28), "celeba": (3, 64, 64)}
HANDS = 6  # ways in which each digit is written
FACES = tuple(range(12))  # seeds of the faces that are offered
MOST_SEED = 2**31 - 1
LONGEST = 60_000  # characters of a reference
ASTRONAUT = ((202.8, 100.8), (247.0, 102.8), (223.8, 145.0))  # her eyes and mouth in scikit-image's picture

ASSETS = Path(__file__).parent / "assets"


def resolve(room: Room, dataset: str, digit, face, upload, request: gr.Request | None = None) -> Tensor:
    """The chosen picture, (1, C, H, W) in [0, 1], from the values of a `PictureInput`.

    Raises:
        UserError: no such picture, or one that cannot be read.
    """
    reference = digit if dataset == "mnist" else face
    if not isinstance(reference, str) or len(reference) > LONGEST:
        raise UserError("common.bad_reference", request, value=str(reference)[:40])
    kind, _, rest = reference.partition(":")
    try:
        if kind == "upload":
            if upload is None:
                raise UserError("common.no_upload", request)
            return of_upload(dataset, upload, request)
        if kind == "png":
            return of_png(dataset, base64.b64decode(rest, validate=True), request)
        if dataset == "mnist" and kind == "strokes":
            return of_strokes(rest, request)
        if dataset == "mnist" and kind == "digit":
            number, _, hand = rest.partition(":")
            return images.digit(strokes.draw(strokes.digit(_whole(number, 9), _whole(hand or "0", HANDS - 1))))
        if dataset == "celeba" and kind == "astronaut":
            return astronaut()
        if dataset == "celeba" and kind == "face":
            return invented(room, _whole(rest, MOST_SEED), request)
    except UserError:  # it says more than the one below
        raise
    except ValueError as error:
        raise UserError("common.bad_reference", request, value=reference[:40]) from error
    raise UserError("common.bad_reference", request, value=reference[:40])


def _whole(text: str, most: int) -> int:
    if not text.isdecimal() or not text.isascii() or len(text) > 10 or int(text) > most:
        raise ValueError(f"expected a whole number from 0 to {most}")
    return int(text)


def of_strokes(text: str, request: gr.Request | None = None) -> Tensor:
    """A drawing of the pad -> (1, 1, 28, 28)."""
    if not text:
        raise UserError("common.empty_drawing", request)
    return images.digit(strokes.draw(strokes.read(text)))


def of_photo(dataset: str, picture: Image.Image) -> Tensor:
    """A photo -> (1, C, H, W): a digit centred as MNIST's are; the largest face aligned, else the middle square."""
    return images.digit(picture) if dataset == "mnist" else portrait(picture, faces_in(picture))


def of_upload(dataset: str, file: Path, request: gr.Request | None = None) -> Tensor:
    """The same for a file that this app received."""
    picture = read(file, request)
    return images.digit(picture) if dataset == "mnist" else portrait(picture, faces_at(file))


def portrait(picture: Image.Image, found: Sequence[Face]) -> Tensor:
    """The first of the found faces aligned, else the middle square: (1, 3, 64, 64)."""
    channels, size, _ = SHAPES["celeba"]
    cut = faces.aligned(picture, found[0], size) if found else images.centre_square(picture)
    return images.to_tensor(cut, channels, size)


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


def of_png(dataset: str, content: bytes, request: gr.Request | None = None) -> Tensor:
    """A picture sent on from the page: pixel for pixel where it has the size of this data set."""
    channels, size, _ = SHAPES[dataset]
    return images.to_tensor(read(content, request), channels, size)


def astronaut() -> Tensor:
    """Eileen Collins by NASA, from scikit-image, aligned as the training faces are: (1, 3, 64, 64)."""
    import numpy as np
    import skimage.data

    channels, size, _ = SHAPES["celeba"]
    portrait = images.align(Image.fromarray(skimage.data.astronaut()), np.array(ASTRONAUT), size)
    return images.to_tensor(portrait, channels, size)


def invented(room: Room, seed: int, request: gr.Request | None = None) -> Tensor:
    """The face that our own model invents from a seed: (1, 3, 64, 64)."""
    if room.inventor is None:
        raise UserError("common.no_invented", request)
    return room.inventor.sample(1, seed=seed, prior=room.inventor_prior).cpu()


def notice(dataset: str, face, upload, request: gr.Request | None = None) -> str:
    """What is to be said of the uploaded photo, or nothing: that no face was found in it."""
    if dataset != "celeba" or not isinstance(face, str) or not face.startswith("upload") or upload is None:
        return ""
    return "" if faces_at(upload) else say("common.no_face", request)


def python_of(room: Room, dataset: str, digit, face) -> list[str]:
    """Lines of Python that make x, the chosen picture, with the public functions of this package."""
    reference = str(digit if dataset == "mnist" else face)
    kind, _, rest = reference.partition(":")
    channels, size, _ = SHAPES[dataset]
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
    if kind == "face" and room.inventor is not None:
        return [
            f'x = vae_demo.load("{room.inventor.name}").sample(1, seed={rest}, prior="{room.inventor_prior}")',
        ]
    if kind == "astronaut":
        return ["from vae_demo.ui import inputs", "x = inputs.astronaut()"]
    return [
        "from PIL import Image",
        "from vae_demo.ui import inputs",
        f'x = inputs.of_photo("{dataset}", Image.open("your-picture.png"))',
    ]


@dataclass(frozen=True)
class PictureInput:
    """The parts of one input picture; their values, in this order, go to `resolve`."""

    digit: gr.HTML
    face: gr.HTML
    upload: SafeImage

    @property
    def components(self) -> list[Component]:
        return [self.digit, self.face, self.upload]

    @property
    def triggers(self) -> list:
        """The events after which the picture is another one."""
        return [self.digit.change, self.face.change]


def build(room: Room, label: str, digit: str, face: str, target: str) -> PictureInput:
    """One input picture, shown for the data set that is chosen (CSS classes for-mnist and for-celeba).

    Args:
        label: key of the text above it.
        digit, face: the references at first.
        target: what "use as" calls it: "reconstruct", "denoise", "a", "b", "c"; unique in the page.
    """
    said = words(*(f"common.{key}" for key in ("clear", "random", "draw", "faces", "astronaut")))
    gr.Markdown(t(label), elem_classes="section-label")
    digits = {
        f"digit:{n}:{hand}" if hand else f"digit:{n}": strokes.write(strokes.digit(n, hand))
        for n in strokes.DIGITS
        for hand in range(HANDS)
    }
    pad = gr.HTML(
        value=digit,
        html_template=PAD.replace("TARGET", target),
        css_template=STYLE,
        js_on_load=script("pad.js", words=said, target=target, pen=strokes.PEN, digits=digits),
        elem_classes="for-mnist",
        label="digit",
    )
    offered, seeds = thumbnails(room), room.inventor is not None
    picker = gr.HTML(
        value=face,
        html_template=PICKER.replace("TARGET", target),
        css_template=STYLE,
        js_on_load=script("faces.js", words=said, target=target, faces=offered, seeds=seeds),
        elem_classes="for-celeba",
        label="face",
    )
    with gr.Accordion(t("common.upload"), open=False):
        photo = SafeImage(
            type="filepath",
            image_mode=None,
            sources=["upload", "webcam", "clipboard"],
            label=t("common.upload_info"),
            height=220,
            buttons=[],
            webcam_options=gr.WebcamOptions(mirror=True),
            elem_classes="photo",
        )
        gr.Markdown(t("common.privacy"), elem_classes="small")
    # A number makes the reference new each time, so that the second photo counts as a change too.
    photo.input(
        None,
        [photo, pad, picker],
        [pad, picker],
        js="(v, d, f) => { const r = 'upload:' + Date.now(); return v ? [r, r] : [d, f]; }",
        api_visibility="private",
        show_progress="hidden",
    )
    return PictureInput(pad, picker, photo)


def script(file: str, **data) -> str:
    """A script of assets/ with `data` before it; the props of a gr.HTML get lost when its tab is not open yet."""
    return f"const data = {json.dumps(data)};\n" + (ASSETS / file).read_text(encoding="utf-8")


def thumbnails(room: Room) -> list[list[str]]:
    """[[reference, picture as a `data:` URL], ...] of the faces that are offered."""
    offered = [["astronaut", png(astronaut()[0])]]
    if room.inventor is not None:
        offered = [[f"face:{seed}", png(invented(room, seed)[0])] for seed in FACES] + offered
    return offered


def default_face(room: Room, index: int = 0) -> str:
    """The reference of the face that is shown at first."""
    return f"face:{FACES[index]}" if room.inventor is not None else "astronaut"


def stack(pictures: list[Tensor]) -> Tensor:
    """[(1, C, H, W), ...] -> (P, C, H, W)."""
    return torch.cat(pictures)


PAD = """
<div class="pad" data-target="TARGET">
  <canvas width="280" height="280" role="img"></canvas>
  <div class="row digits" role="group"></div>
  <div class="row"><button type="button" class="random"></button><button type="button" class="clear"></button></div>
</div>
"""

PICKER = """
<div class="picker" data-target="TARGET"><div class="faces" role="group"></div>
  <div class="row"><button type="button" class="random"></button></div>
</div>
"""

STYLE = """
.pad canvas { width: 100%; max-width: 280px; aspect-ratio: 1; background: #000; border-radius: 8px; display: block;
  touch-action: none; cursor: crosshair; border: 1px solid var(--border-color-primary); }
.row { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 8px; max-width: 280px; }
.row.digits { display: grid; grid-template-columns: repeat(5, 1fr); }
button { font: inherit; font-weight: 700; padding: .4rem .5rem; min-width: 2.2rem; border-radius: 6px; cursor: pointer;
  color: var(--button-secondary-text-color); background: var(--button-secondary-background-fill);
  border: 1px solid var(--border-color-primary); }
button:hover { background: var(--button-secondary-background-fill-hover); }
button[aria-pressed=true] { outline: 3px solid var(--color-accent); outline-offset: 1px; }
.random, .clear { flex: 1; }
.faces { display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 6px; max-width: 280px; }
.faces button { padding: 0; overflow: hidden; border: 0; border-radius: 8px; line-height: 0; }
.faces img { width: 100%; display: block; margin: 0; }
"""
