"""The contact sheet as a picture to download; safe when many visitors ask for the same one at once."""

import hashlib
import io
import os
import tempfile
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.data_classes import ImageData

from vae_demo.ui.text import t


class SheetImage(gr.Image):
    """A gr.Image for output whose file appears at once and whole, under a name made of its content.

    Gradio writes into the file in place, so that someone who loads the same picture meanwhile gets half of it.
    """

    is_template = True

    def postprocess(self, value: Any) -> ImageData | None:
        """The file of a PIL picture, or None."""
        if value is None:
            return None
        file = io.BytesIO()
        value.save(file, "PNG", compress_level=3)
        content = file.getvalue()
        folder = Path(self.GRADIO_CACHE) / hashlib.sha256(content).hexdigest()
        target = folder / "vae_demo.png"
        if target.exists():
            os.utime(target)  # in use: see ui.leftovers
        else:
            folder.mkdir(parents=True, exist_ok=True)
            handle, scratch = tempfile.mkstemp(dir=folder)
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            os.replace(scratch, target)
        self.temp_files.clear()  # Gradio's list of what it may delete, which would only grow
        return ImageData(path=str(target), orig_name=target.name, mime_type="image/png", size=len(content))


def sheet() -> SheetImage:
    """The sheet in a closed fold-out."""
    with gr.Accordion(t("common.sheet"), open=False):
        return SheetImage(
            type="pil",
            format="png",
            interactive=False,
            show_label=False,
            buttons=["download"],
            alt_text=t("common.sheet"),
        )
