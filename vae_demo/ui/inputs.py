"""One input picture: a pad to draw a digit on, invented faces to choose from, a photo of one's own.

Every choice is a short text, its reference, so that a link, a program and the page name a picture the same way:
"digit:7", "digit:7:2" (written another way), "strokes:20.30-25.70", "face:17" (the seed), "astronaut",
"png:<base64>" (a picture sent on from the page), "upload:1", where the number only makes the reference a new one, or
"upload:1:500,420,600,-8" with the frame to cut out: middle x, middle y and side in thousandths of the photo's longest
side, and tilt in degrees.
"""

import base64
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
from gradio.components import Component
from PIL import Image
from torch import Tensor

from vae_demo import faces, images, novelty
from vae_demo.faces import Face
from vae_demo.files import CheckpointError
from vae_demo.ui import gallery, leftovers, strokes
from vae_demo.ui.checks import UserError
from vae_demo.ui.figures import note
from vae_demo.ui.room import SIDES, Room, display
from vae_demo.ui.scripts import asset, script
from vae_demo.ui.text import say, t, words
from vae_demo.ui.upload import SafeImage, read

CHANNELS = {"mnist": 1, "celeba": 3}
HANDS = 6  # ways in which each digit is written
AT_FIRST = (15, 43, 25, 33, 28)  # of the invented faces: those that the inputs of the page show at first
MOST_SEED = 2**31 - 1
LONGEST = 60_000  # characters of a reference
CROP_LIMITS = ((-500, 1500), (-500, 1500), (20, 2000), (-180, 180))  # of x, y, side in thousandths, and of the tilt
CROP_SHOWN = 480  # longest side of the copy on which the frame is set
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


def cropper(file: Path, request: gr.Request | None = None) -> str:
    """What assets/crop.js shows of a received file, as JSON: the photo, its size, and the frames of its faces.

    Raises:
        UserError: the file cannot be read as a picture.
    """
    picture = read(file, request)
    unit = max(picture.size) / 1000
    places = [face.place for face in faces_at(file)]
    content = {
        "width": picture.width,
        "height": picture.height,
        "frames": [[round(x / unit), round(y / unit), round(side / unit), round(tilt)] for x, y, side, tilt in places],
    }
    picture.thumbnail((CROP_SHOWN, CROP_SHOWN))
    small = io.BytesIO()
    picture.save(small, "JPEG", quality=85)
    return json.dumps(content | {"photo": "data:image/jpeg;base64," + base64.b64encode(small.getvalue()).decode()})


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


def remarks(
    room: Room, dataset: str, face, upload, x: Tensor, request: gr.Request | None = None, name: str = ""
) -> str:
    """Notes on the chosen picture x (1, C, H, W) as HTML: no face in the photo, far from what is known, or nothing.

    Where a tab has several pictures, `name` says which one it is.
    """
    said = [no_face(dataset, face, upload, request), too_far(room, dataset, x, request)]
    return "".join(note(f"{name}: {words}" if name else words) for words in said if words)


def no_face(dataset: str, face, upload, request: gr.Request | None = None) -> str:
    """What is to be said of an uploaded photo in which no face was found and no frame was set, or nothing."""
    own = isinstance(face, str) and face.startswith("upload") and face.count(":") < 2
    if dataset != "celeba" or not own or upload is None:
        return ""
    return "" if faces_at(upload) else say("common.no_face", request)


def too_far(room: Room, dataset: str, x: Tensor, request: gr.Request | None = None) -> str:
    """What is to be said of a picture beyond the limits of `novelty`, or nothing."""
    critic = room.critic(dataset)
    limits = novelty.limits(critic) if critic else None
    if critic is None or limits is None:
        return ""
    scores = novelty.scores(critic, x)
    if not scores.beyond(*limits).item():
        return ""
    measured = (("error", scores.error.item(), limits[0]), ("distance", scores.distance.item(), limits[1]))
    found = [say(f"common.far_{what}", request, value=v, limit=limit) for what, v, limit in measured if v > limit]
    return say(
        "common.far",
        request,
        found=", ".join(found),
        name=display(critic.name),
        alarms=critic.card["metrics"]["far_false_alarms"],
    )


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
        return ["from vae_demo.ui import inputs", f"x = inputs.astronaut({size if larger else ''})"]
    sized = f", size={size}" if larger else ""
    if kind == "png":
        return [
            "import base64",
            "from vae_demo.ui import inputs",
            f'x = inputs.of_png("{dataset}", base64.b64decode("{rest}"){sized})',
        ]
    frame = crop(rest) if kind == "upload" and dataset == "celeba" else None
    framed = f", {frame}" if frame else ""
    return [
        "from pathlib import Path",
        "from vae_demo.ui import inputs",
        f'x = inputs.of_upload("{dataset}", Path("your-picture.png"){framed}{sized})',
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


@cache
def example_digits() -> dict[str, str]:
    """Reference -> strokes of the digits that are offered."""
    return {
        f"digit:{n}:{hand}" if hand else f"digit:{n}": strokes.write(strokes.digit(n, hand))
        for n in strokes.DIGITS
        for hand in range(HANDS)
    }


def build(room: Room, label: str, digit: str, face: str, target: str) -> PictureInput:
    """One input picture, shown for the data set that is chosen (CSS classes for-mnist and for-celeba).

    Args:
        label: key of the text above it.
        digit, face: the references at first.
        target: what "use as" calls it: "reconstruct", "denoise", "a", "b", "c"; unique in the page.
    """
    said = words(*(f"common.{key}" for key in ("clear", "random", "draw", "draw_keys", "faces", "sent")))
    gr.Markdown(t(label), elem_classes="section-label")
    pad = gr.HTML(
        value=digit,
        html_template=PAD.replace("TARGET", target),
        css_template=asset("input.css"),
        js_on_load=script("strokes.js", "pad.js", words=said, target=target, pen=strokes.PEN, digits=example_digits()),
        elem_classes="for-mnist",
        label="digit",
    )
    picker = gr.HTML(
        value=face,
        html_template=PICKER.replace("TARGET", target),
        css_template=asset("input.css"),
        js_on_load=script(
            "faces.js",
            words=said,
            target=target,
            names=gallery.names(room),
            places=gallery.places(room),
            seeds=room.inventor is not None,
        ),
        elem_classes="for-celeba",
        label="face",
    )
    with gr.Accordion(t("common.upload"), open=False):
        gr.Markdown(t("common.upload_info"), elem_classes="small")
        photo = SafeImage(
            type="filepath",
            image_mode=None,
            sources=["upload", "webcam", "clipboard"],
            label=t("common.upload_info"),
            show_label=False,  # it would lie over the photo
            height=220,
            buttons=[],
            webcam_options=gr.WebcamOptions(mirror=True),
            elem_classes="photo",
        )
        cropped = gr.HTML(
            value="",
            html_template=CROP,
            css_template=asset("crop.css"),
            js_on_load=script("crop.js", words=words(*CROP_WORDS), target=target, marks=images.FRAME.tolist()),
            elem_classes="for-celeba",
        )
        gr.Markdown(t("common.privacy_memory" if leftovers.in_memory() else "common.privacy"), elem_classes="small")

    def hold(file: Path | None, request: gr.Request) -> None:
        if file is not None:
            room.uploads.hold(file, request.session_hash or "")

    def look(file: Path | None, face, request: gr.Request) -> str:
        try:
            return cropper(file, request) if file and str(face).startswith("upload") else ""
        except UserError as error:  # the tab's own handler warns; these words stay as long as the photo does
            return json.dumps({"refused": error.message})

    # Gradio finishes one event before it starts the next of the same photo: what is slow comes last. And each photo
    # must be held, while of the frames only those of the last one matter.
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    told = photo.input(
        None, [photo, pad, picker], [pad, picker], js=REFER % (json.dumps(digit), json.dumps(face)), **quiet
    )
    photo.input(hold, photo, None, trigger_mode="multiple", concurrency_limit=None, **quiet)
    busy = {"concurrency_id": "model", "concurrency_limit": 2}  # as `tab.MODEL`: a large photo takes memory and time
    told.then(look, [photo, picker], cropped, trigger_mode="always_last", **busy, **quiet)
    return PictureInput(pad, picker, photo)


def default_face(room: Room, index: int = 0) -> str:
    """The reference of the face that is shown at first."""
    return f"face:{AT_FIRST[index]}" if room.inventor is not None else "astronaut"


# A new photo is the picture of the data set that is shown; another one that named the photo before goes back to what
# it was at first. A number makes the reference new each time, so that the second photo counts as a change too.
REFER = """(photo, digit, face) => {
  const faces = document.documentElement.dataset.set === 'celeba';
  const refer = (shown, now, first) =>
    photo && shown ? `upload:${Date.now()}` : String(now).startsWith('upload') ? first : now;
  return [refer(!faces, digit, %s), refer(faces, face, %s)];
}"""

PAD = """
<div class="pad" data-target="TARGET">
  <canvas width="280" height="280" role="application"></canvas>
  <div class="row digits" role="group"></div>
  <div class="row"><button type="button" class="random"></button><button type="button" class="clear"></button></div>
</div>
"""

PICKER = """
<div class="picker" data-target="TARGET"><div class="faces" role="group"></div>
  <div class="row"><button type="button" class="random"></button></div>
</div>
"""

CROP = """
<div class="crop" hidden><p class="said" role="status"></p>
  <div class="stage"></div><div class="row found-faces" role="group"></div><div class="sliders"></div></div>
"""

CROP_WORDS = [f"common.crop_{key}" for key in ("photo", "face", "none", "one", "many", "x", "y", "side", "tilt")]
