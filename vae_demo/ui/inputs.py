"""One input picture: a pad to draw a digit on, invented faces to choose from, a photo of one's own.

Its value is a reference: see `ui.references`.
"""

import base64
import io
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component

from vae_demo import images
from vae_demo.ui import gallery, leftovers, strokes
from vae_demo.ui.checks import UserError
from vae_demo.ui.references import HANDS, faces_at
from vae_demo.ui.room import Room
from vae_demo.ui.scripts import asset, script
from vae_demo.ui.text import t, words
from vae_demo.ui.upload import SafeImage, read

AT_FIRST = (15, 43, 25, 33, 28)  # of the invented faces: those that the inputs of the page show at first
CROP_SHOWN = 480  # longest side of the copy on which the frame is set


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
    said = words(*(f"common.{key}" for key in ("clear", "undo", "random", "draw", "draw_keys", "faces", "sent")))
    gr.Markdown(t(label), elem_classes="section-label")
    pad = gr.HTML(
        value=digit,
        html_template=PAD.replace("TARGET", target),
        css_template=asset("input.css"),
        js_on_load=script(
            "listen.js", "strokes.js", "pad.js", words=said, target=target, pen=strokes.PEN, digits=example_digits()
        ),
        elem_classes="for-mnist",
        label="digit",
    )
    picker = gr.HTML(
        value=face,
        html_template=PICKER.replace("TARGET", target),
        css_template=asset("input.css"),
        js_on_load=script(
            "listen.js",
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
<div class="pad" data-target="TARGET"><p class="said"></p>
  <canvas width="280" height="280" role="application"></canvas>
  <div class="row digits" role="group"></div>
  <div class="row"><button type="button" class="random"></button>
    <button type="button" class="undo"></button><button type="button" class="clear"></button></div>
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
