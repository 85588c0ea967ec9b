"""Films of pictures: animated GIF and WebP, made in memory."""

import base64
import io
from collections.abc import Sequence

import torch
from PIL import Image
from torch import Tensor

from vae_demo.images import sheet

SIDE, WIDE = 128, 512  # pixels: a picture's side in a film, at least; and, where that leaves room, the whole of it
TYPES = {"gif": "image/gif", "webp": "image/webp"}


def frames(films: Sequence[Tensor], columns: int = 4, there_and_back: bool = True) -> list[Image.Image]:
    """Films side by side: each (T, C, H, W) in [0, 1] -> T frames, or 2T - 2 when it runs there and back.

    Raises:
        ValueError: no film, no frame, or films whose shapes differ.
    """
    shapes = {tuple(film.shape) for film in films}
    if len(shapes) != 1 or not films[0].numel():
        raise ValueError(f"expected films of one shape with at least one frame, got {sorted(shapes)}")
    side = min(max(SIDE, WIDE // min(len(films), columns)), WIDE // 2)
    scale = -(-side // films[0].shape[3])
    pictures = [sheet(moment, columns, scale) for moment in torch.stack(list(films), 1)]  # (T, films, C, H, W)
    return pictures + pictures[-2:0:-1] if there_and_back else pictures


def encode(pictures: Sequence[Image.Image], kind: str, seconds: float = 3.0) -> bytes:
    """An endless film of that length as a "gif" or "webp" file.

    Raises:
        ValueError: another kind, or no picture.
    """
    if kind not in TYPES or not pictures:
        raise ValueError(f"expected one of {', '.join(TYPES)} and at least one picture, got {kind!r}, {len(pictures)}")
    step = max(20, round(1000 * seconds / len(pictures) / 10) * 10)  # ms; GIF counts in hundredths of a second
    file = io.BytesIO()
    extra = {"quality": 85, "method": 0} if kind == "webp" else {"disposal": 1}
    first, *rest = in_one_palette(pictures) if kind == "gif" and pictures[0].mode == "RGB" else pictures
    first.save(file, kind, save_all=True, append_images=rest, duration=step, loop=0, **extra)
    return file.getvalue()


def in_one_palette(pictures: Sequence[Image.Image], sampled: int = 8) -> list[Image.Image]:
    """RGB pictures in the 256 colours that fit some of them; a palette for each one takes three times as long."""
    few = pictures[:: -(-len(pictures) // sampled)]
    joined = Image.new("RGB", (few[0].width, few[0].height * len(few)))
    for i, picture in enumerate(few):
        joined.paste(picture, (0, i * picture.height))
    palette = joined.reduce(2).quantize(256)
    return [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]


def data_url(content: bytes, kind: str) -> str:
    """The file as a `data:` URL: nothing of a visitor's film is written to the server's disk."""
    return f"data:{TYPES[kind]};base64,{base64.b64encode(content).decode()}"
