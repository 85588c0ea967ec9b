"""A film in the page: a row of frames for each variant, one scrub bar for all rows, played in the browser."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import gradio as gr
from torch import Tensor

from vae_demo.ui import film as files
from vae_demo.ui.figures import PRESS
from vae_demo.ui.text import say

COLUMNS = 4  # of a film file, at most

STYLE = """
.film-bar { display: flex; gap: .75rem; align-items: center; margin: .25rem 0 .75rem; }
.film-bar input { flex: 1; min-width: 6rem; accent-color: var(--color-accent); }
.film-bar button { min-width: 6.5rem; padding: .4rem .8rem; border-radius: .5rem; cursor: pointer; font: inherit;
  font-weight: 700; color: var(--button-secondary-text-color); background: var(--button-secondary-background-fill);
  border: 1px solid var(--border-color-primary); }
.film-says { flex: 0 1 12rem; font-variant-numeric: tabular-nums; color: var(--body-text-color); }
.film-row { display: grid; grid-template-columns: minmax(96px, 160px) 1fr; gap: .9rem; align-items: start;
  margin: 0 0 1rem; padding-left: .6rem; border-left: 4px solid var(--film-colour); }
.film-row figure { margin: 0; }
.film-row img { display: block; width: 100%; image-rendering: var(--enlarged); border-radius: 4px; }
.film-row p { margin: 0 0 .35rem; }
.film-strip { display: grid; grid-template-columns: repeat(auto-fill, minmax(34px, 1fr)); gap: 4px; }
.film-strip button { padding: 0; border: 0; border-radius: 6px; background: none; cursor: pointer; margin: 0;
  line-height: 0;
  outline-offset: 1px; }
.film-strip button[aria-current=true] { outline: 3px solid var(--film-colour); }
.film-below svg .cursor { stroke: currentColor; stroke-width: 1.5; }
.film-legend { display: flex; flex-wrap: wrap; gap: .2rem .9rem; margin: 0 0 .3rem; }
.film-legend i { display: inline-block; width: .8em; height: .8em; margin-right: .35em; border-radius: 2px; }
.film-curves { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(260px, 100%), 1fr)); gap: 1rem; }
.film-curve { margin: 0; }
.film-curve figcaption { font-weight: 700; margin-bottom: .3rem; }
@media (max-width: 520px) {
  .film-bar { flex-wrap: wrap; }
  .film-says { flex-basis: 100%; }
  .film-row { grid-template-columns: 84px 1fr; gap: .6rem; }
  .film-strip { grid-template-columns: repeat(auto-fill, minmax(36px, 1fr)); }
}
"""

# The frames lie in the strip once; the scrub bar shows one of them large and moves the charts' cursors.
SCRIPT = """
let at = null, timer = null, step = 1;
const film = () => element.querySelector('.film');
const last = () => Number(film().dataset.last);
function show(k) {
  if (!film()) return;
  at = Math.min(Math.max(k, 0), last());
  element.querySelector('.film-bar input').value = at;
  for (const row of element.querySelectorAll('.film-row')) {
    const buttons = row.querySelectorAll('.film-strip button');
    const chosen = buttons[Math.min(at, buttons.length - 1)];
    buttons.forEach(b => b.setAttribute('aria-current', b === chosen));
    const now = row.querySelector('.film-now'), frame = chosen.querySelector('img');
    now.src = frame.src; now.alt = frame.alt;
  }
  const words = element.querySelector('.film-now').alt, said = element.querySelector('.film-says');
  element.querySelector('.film-bar input').setAttribute('aria-valuetext', words);
  if (said) said.textContent = words;
  for (const line of element.querySelectorAll('.cursor')) {
    const x = Number(line.dataset.from) + at / last() * (Number(line.dataset.to) - Number(line.dataset.from));
    line.setAttribute('x1', x); line.setAttribute('x2', x);
  }
}
function stop() {
  clearInterval(timer); timer = null;
  const play = element.querySelector('.film-play');
  if (play) { play.textContent = film().dataset.play; play.setAttribute('aria-pressed', 'false'); }
}
function play() {
  const button = element.querySelector('.film-play');
  button.textContent = film().dataset.pause; button.setAttribute('aria-pressed', 'true');
  timer = setInterval(() => {
    if (!film() || !element.isConnected) return stop();
    if (at >= last()) step = -1;
    if (at <= 0) step = 1;
    show(at + step);
  }, Math.max(60, 1800 / last()));
}
element.addEventListener('input', e => {
  if (e.target.matches('.film-bar input')) { if (timer) stop(); show(Number(e.target.value)); }
});
element.addEventListener('click', e => {
  const frame = e.target.closest('.film-strip button');
  if (frame) { if (timer) stop(); show([...frame.parentElement.children].indexOf(frame)); }
  if (e.target.closest('.film-play')) timer ? stop() : play();
});
function refresh() {
  if (!film()) return stop();
  show(at ?? Number(film().dataset.start));
  if (timer) { stop(); play(); }
}
watch('value', refresh);
refresh();
"""


@dataclass(frozen=True)
class Row:
    """One variant's frames, as `data:` URLs, with the words for each; `caption` is HTML."""

    caption: str
    colour: str
    frames: Sequence[str]
    alts: Sequence[str]


def component() -> gr.HTML:
    """An empty player; its value is what `film` gives."""
    return gr.HTML(css_template=STYLE, js_on_load=SCRIPT, elem_classes="film-player")


def film(
    rows: Sequence[Row], play: str, pause: str, scrub: str, start: float, below: str = "", says: bool = False
) -> str:
    """The rows under one bar.

    Args:
        play, pause, scrub: the words of the button and of the bar.
        start: which moment stands large at first, 0 to 1.
        below: HTML of charts; lines of class "cursor" with data-from and data-to follow the bar.
        says: whether the words of the first row's frame stand beside the bar.
    """
    last = max(len(row.frames) for row in rows) - 1
    first = round(start * last)
    said = f'<output class="film-says">{escape(rows[0].alts[first])}</output>' if says else ""
    return (
        f'<div class="film" data-last="{last}" data-start="{first}" data-play="▶ {escape(play)}" '
        f'data-pause="❚❚ {escape(pause)}"><div class="film-bar">'
        f'<button type="button" class="film-play" aria-pressed="false">▶ {escape(play)}</button>'
        f'<input type="range" min="0" max="{last}" value="{first}" aria-label="{escape(scrub)}">{said}</div>'
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
    pictures = files.frames(list(films.values()), COLUMNS, there_and_back)
    captions = "".join(f"<b>{escape(caption)}</b>" for caption in films)
    urls = {kind: files.data_url(files.encode(pictures, kind, 0.12 * len(pictures)), kind) for kind in files.TYPES}
    links = "".join(
        f'<a download="{escape(name)}.{kind}" href="{url}">'
        f"{escape(say('common.download', request, kind=kind.upper()))}</a>"
        for kind, url in urls.items()
    )
    return (
        f'<div class="film-file" style="--columns:{min(len(films), COLUMNS)}">'
        f'<img src="{urls["webp"]}" alt="{escape(alt)}"><div class="film-names">{captions}</div><p>{links}</p></div>'
    )
