"""A film in the page: a row of frames for each variant, one scrub bar for all rows, played in the browser."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import gradio as gr
from torch import Tensor

from vae_demo.ui import film as files
from vae_demo.ui.figures import PRESS
from vae_demo.ui.scripts import asset
from vae_demo.ui.text import say

COLUMNS = 4  # of a film file, at most


@dataclass(frozen=True)
class Row:
    """One variant's frames, as `data:` URLs, with the words for each; `caption` is HTML."""

    caption: str
    colour: str
    frames: Sequence[str]
    alts: Sequence[str]


def component() -> gr.HTML:
    """An empty player; its value is what `film` gives."""
    return gr.HTML(css_template=asset("player.css"), js_on_load=asset("player.js"), elem_classes="film-player")


def film(
    rows: Sequence[Row],
    request: gr.Request | None,
    start: float,
    scrub: str = "common.scrub",
    below: str = "",
    says: bool = False,
) -> str:
    """The rows under one bar.

    Args:
        start: which moment stands large at first, 0 to 1.
        scrub: the key of the bar's words.
        below: HTML of charts; lines of class "cursor" with data-from and data-to follow the bar.
        says: whether the words of the first row's frame stand beside the bar.
    """
    play, pause, bar = (escape(say(key, request)) for key in ("common.play", "common.pause", scrub))
    last = max(len(row.frames) for row in rows) - 1
    first = round(start * last)
    said = f'<output class="film-says">{escape(rows[0].alts[first])}</output>' if says else ""
    return (
        f'<div class="film" data-last="{last}" data-start="{first}" data-play="▶ {play}" '
        f'data-pause="❚❚ {pause}"><div class="film-bar">'
        f'<button type="button" class="film-play" aria-pressed="false">▶ {play}</button>'
        f'<input type="range" min="0" max="{last}" value="{first}" aria-label="{bar}">{said}</div>'
        f'{"".join(_row(row, first) for row in rows)}<div class="film-below">{below}</div></div>'
    )


def _row(row: Row, first: int) -> str:
    buttons = "".join(
        f'<button type="button" tabindex="-1" aria-current="{str(k == first).lower()}">'
        f'<img src="{frame}" alt="{escape(alt)}"></button>'
        for k, (frame, alt) in enumerate(zip(row.frames, row.alts, strict=True))
    )
    return (
        f'<div class="film-row" style="--film-colour:{row.colour}">'
        f'<figure data-send="1"><img class="film-now" src="{row.frames[first]}" alt="{escape(row.alts[first])}"{PRESS}>'
        "</figure>"
        f'<div><p>{row.caption}</p><div class="film-strip">{buttons}</div></div></div>'
    )


def to_keep(films: Mapping[str, Tensor], name: str, alt: str, request: gr.Request | None, there_and_back: bool) -> str:
    """Films (T, C, H, W) by caption side by side, as one that plays; with links to the files `name`.gif and .webp."""
    columns = min(len(films), COLUMNS)
    below = "film-names" if len(films) <= COLUMNS else "film-names over"
    pictures = files.frames(list(films.values()), COLUMNS, there_and_back)
    captions = "".join(f"<b>{escape(caption)}</b>" for caption in films)
    urls = {kind: files.data_url(files.encode(pictures, kind, 0.12 * len(pictures)), kind) for kind in files.TYPES}
    links = "".join(
        f'<a download="{escape(name)}.{kind}" href="{url}">'
        f"{escape(say('common.download', request, kind=kind.upper()))}</a>"
        for kind, url in urls.items()
    )
    return (
        f'<div class="film-file" style="--columns:{columns};--rows:{-(-len(films) // columns)}"><div>'
        f'<img src="{urls["webp"]}" alt="{escape(alt)}"><div class="{below}">{captions}</div></div><p>{links}</p></div>'
    )
