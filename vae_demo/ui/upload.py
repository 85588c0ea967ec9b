"""Pictures from visitors: only files that this app received, and only what is safely read as a picture."""

import io
import os
import warnings
from pathlib import Path

import gradio as gr
from gradio.utils import get_upload_folder
from PIL import Image

from vae_demo.images import plain
from vae_demo.ui.checks import UserError

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
MOST_PIXELS, MOST_OF_JPEG = 40_000_000, 64_000_000  # a JPEG is decoded at a fraction of its size
LONGEST = 12  # times the short side
SIDE = 1024  # larger pictures are shrunk to this


class SafeImage(gr.Image):
    """A gr.Image whose value is a file below the app's own upload folder. Use type="filepath", image_mode=None."""

    is_template = True

    def preprocess(self, payload):
        """The Path of what was `received`, or None."""
        return None if payload is None else received(payload.path, payload.url)


def received(path: str | None, url: str | None) -> Path:
    """The file that a `SafeImage` names; for any other path and for `data:` URLs one that is not there.

    No visitor is known here, so it is `read` that says so, in the visitor's language.
    """
    folder = Path(get_upload_folder()).resolve()
    file = Path(path or "").resolve()
    if (url or "").startswith("data:") or not file.is_relative_to(folder) or not file.is_file():
        return folder / "refused"  # what is uploaded lies in folders below
    os.utime(file)  # in use: see ui.leftovers
    return file


def read(source: Path | bytes, request: gr.Request | None = None) -> Image.Image:
    """A picture as RGB: first frame, turned as its EXIF says, 16 bits scaled, transparency on white.

    The header is judged before any pixel is decoded.

    Raises:
        UserError: not a picture, damaged, or too large; a file that is not there, or no longer.
    """
    if isinstance(source, Path) and not source.is_file():
        raise UserError("common.bad_file", request)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=FORMATS)
            width, height = picture.size
            most = MOST_OF_JPEG if picture.format == "JPEG" else MOST_PIXELS
            if width * height > most:
                raise UserError("common.too_large", request, megapixels=most // 1_000_000)
            if max(width, height) > LONGEST * min(width, height):
                raise UserError("common.too_long", request)
            picture.draft("RGB", (SIDE, SIDE))  # JPEG decodes straight to about this size
            picture.load()
            shown = plain(picture)
            shown.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
            return shown
    except UserError:
        raise
    except Image.DecompressionBombError as error:
        raise UserError("common.too_large", request, megapixels=MOST_PIXELS // 1_000_000) from error
    except (OSError, ValueError, SyntaxError, MemoryError, EOFError) as error:
        raise UserError("common.bad_picture", request) from error
