"""Results as HTML: a responsive grid of <figure>s, one colour a variant."""

import base64
import io
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

import torch
from torch import Tensor

from vae_demo.images import to_pil
from vae_demo.ui.room import variant

# Middle lightness, so that they stand out on white and on black; neighbours differ for the colour-blind as well.
COLOURS = {
    "dense-ae": "#5b82ad",
    "conv-ae": "#1f8fe0",
    "conv-ae-64": "#4a6fe3",
    "ordered-ae": "#0b8fb3",
    "dae": "#0a9c93",
    "overcomplete-ae": "#8a9a5a",
    "sae": "#4f9a3a",
    "sae-kl": "#2f7f6b",
    "vae": "#e0701a",
    "conv-vae": "#c98a00",
    "beta-vae": "#d1477a",
    "perceptual-vae": "#9a5bd6",
    "vq-vae": "#8c6d46",
    "vq-vae-2": "#b5543c",
    "attention-ae": "#7d8a1e",
    "ae-2d": "#1f8fe0",
    "kl-2d": "#8a8f98",
    "vae-2d": "#e0701a",
    "beta-vae-2d": "#d1477a",
}
PRESS = ' tabindex="0" role="button" aria-haspopup="dialog"'  # of a picture that assets/send.js sends on
NEUTRAL = "#8a8f98"  # the input, and what no network made


def colour(name: str) -> str:
    """The colour of a checkpoint's variant."""
    return COLOURS.get(variant(name), NEUTRAL)


@dataclass(frozen=True)
class Figure:
    """One picture with what is said of it.

    Attributes:
        x: (C, H, W) in [0, 1].
        title: the variant's name, or "Input".
        lines: what stands below, one fact a line.
        alt: for a screen reader.
        colour: of the stripe above.
        below: HTML under the captions (a second picture, a chart); it is not escaped.
        tiles: how many pictures `tiles` has put into this one; "use as" then takes the one that is pressed.
        opens: the checkpoint whose samples these tiles are, so that one can be opened; see `ui.sample`.
    """

    x: Tensor
    title: str
    lines: Sequence[str] = ()
    alt: str = ""
    colour: str = NEUTRAL
    below: str = field(default="", repr=False)
    tiles: int = 0
    opens: str = ""


def png(x: Tensor) -> str:
    """(C, H, W) in [0, 1] -> a `data:` URL, pixel for pixel."""
    file = io.BytesIO()
    to_pil(x).save(file, "PNG", compress_level=1, compress_type=zlib.Z_RLE)  # as small as at 6, in a fourth of the time
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def img(x: Tensor, alt: str, more: str = "") -> str:
    """(C, H, W) in [0, 1] -> an <img>, enlarged as page.css says; `more` are attributes."""
    return f'<img class="px" src="{png(x)}" alt="{escape(alt)}"{more}>'


def figure(f: Figure) -> str:
    """One <figure>."""
    lines = "".join(f"<span>{escape(line)}</span>" for line in f.lines)
    send = ' data-send="1"'
    if f.tiles:
        send += f' data-tiles="{f.tiles}" data-opens="{escape(f.opens)}"'
    return (
        f'<figure style="--stripe:{f.colour}"{send}>{img(f.x, f.alt or f.title, PRESS)}'
        f"<figcaption><b>{escape(f.title)}</b>{lines}</figcaption>{f.below}</figure>"
    )


def grid(figures: Sequence[Figure], least: int = 128) -> str:
    """Figures side by side, as many in a row as fit; each at least `least` pixels wide."""
    return f'<div class="figures" style="--least:{least}px">{"".join(figure(f) for f in figures)}</div>'


def heading(words: str, level: int = 2) -> str:
    """A heading between results; it is escaped."""
    return f'<h{level} class="section">{escape(words)}</h{level}>'


def note(words: str) -> str:
    """A sentence in a quiet box; it is escaped."""
    return f'<p class="note">{escape(words)}</p>'


def tiles(x: Tensor, gap: int = 1) -> Tensor:
    """(n, C, H, W) -> one square picture (C, S, S), white between."""
    n, channels, side = len(x), x.shape[1], x.shape[2]
    columns = math.ceil(math.sqrt(n))
    size = columns * (side + gap) - gap
    canvas = torch.ones(channels, size, size)
    start = (columns - math.ceil(n / columns)) * (side + gap) // 2  # where a row is missing, half above, half below
    for i, picture in enumerate(x.cpu()):
        top, left = start + i // columns * (side + gap), i % columns * (side + gap)
        canvas[:, top : top + side, left : left + side] = picture
    return canvas


def signed(difference: Tensor) -> Tensor:
    """(C, H, W) in [-1, 1] -> (3, H, W): blue where too dark, white where right, red where too bright."""
    d = difference.mean(0).clamp(-1, 1)
    strength = d.abs().sqrt()[None]  # small errors stay visible
    red, blue = torch.tensor([0.80, 0.15, 0.10]), torch.tensor([0.10, 0.35, 0.80])
    end = torch.where(d[None] > 0, red[:, None, None].to(d), blue[:, None, None].to(d))
    return 1 + strength * (end - 1)


def decibel(value: float) -> str:
    """PSNR in words."""
    return "∞ dB" if math.isinf(value) else f"{value:.1f} dB"


def milliseconds(ms: float) -> str:
    """A time in words."""
    return f"{ms:.0f} ms" if ms >= 1 else "< 1 ms"
