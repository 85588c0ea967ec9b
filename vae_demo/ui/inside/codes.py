"""The section VQ codes: a picture as a map of symbols from a codebook, which one can change and paint.

VQ-VAE (van den Oord et al., arXiv 1711.00937) has one map; VQ-VAE-2 (Razavi et al., arXiv 1906.00446) a coarse one
above a fine one.
"""

import math
from collections.abc import Mapping
from functools import cache
from html import escape

import gradio as gr
import torch
from torch import Tensor

from vae_demo.checkpoints import Checkpoint
from vae_demo.models import VQVAE, VQVAE2
from vae_demo.ui import explain, references
from vae_demo.ui.checks import UserError, choice
from vae_demo.ui.controls import Radio, answered
from vae_demo.ui.figures import Figure, colour, grid, note, png
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.inputs import PictureInput
from vae_demo.ui.inside import held, swap
from vae_demo.ui.inside.models import pick, radio
from vae_demo.ui.inside.quantised import Codes, books, codes_of, decoded, discrete, suffix
from vae_demo.ui.room import DATASETS, Room, display
from vae_demo.ui.scripts import asset, script
from vae_demo.ui.sheet import sheet
from vae_demo.ui.tab import MODEL, Tab, python_box
from vae_demo.ui.text import say, t, words

FILLED = 3  # places a side of the map that one code fills; what it draws in the middle one is what it stands for
BITS_A_PIXEL = 8
NUMBERED = 8  # places a side up to which their codes stand in them


def changes_of(text, ae: Checkpoint, codes: Codes, request: gr.Request | None) -> dict[str, dict[int, int]]:
    """What was painted: for each level, place (row by row) -> code. Raises UserError."""
    painted: dict[str, dict[int, int]] = {level: {} for level in codes}
    for key, value in held.read(text, ae.name, request).items():
        level = next((level for level in codes if level[0] == key[0]), None)
        place, entries = key[1:], len(books(ae)[level].embedding) if level else 0
        fits = level and place.isdecimal() and place.isascii() and int(place) < codes[level].numel()
        if not (fits and value == int(value) and 0 <= value < entries):
            raise UserError("inside.bad_changes", request, value=f"{key}={value:g}"[:40])
        assert level is not None
        painted[level][int(place)] = int(value)
    return painted


def changed(codes: Codes, painted: Mapping[str, Mapping[int, int]]) -> Codes:
    """The codes with those places set."""
    result = {level: grid_.clone() for level, grid_ in codes.items()}
    for level, places in painted.items():
        for place, code in places.items():
            result[level].view(-1)[place] = code
    return result


@torch.no_grad()
def entries_of(ae: Checkpoint, level: str) -> Tensor:
    """What each entry of a codebook draws at a place whose neighbours hold the same entry: (K, C, s, s).

    Of two levels the other one is filled with the entry that is nearest to its mean code.
    """
    network, book = ae.network, books(ae)[level]
    every = torch.arange(len(book.embedding), device=ae.device)
    if isinstance(network, VQVAE):
        logits = network.decoder(book.look_up(filled(every, FILLED)))
    else:
        assert isinstance(network, VQVAE2)
        means = dict(zip(books(ae), network.split(ae.latents["mean"][None].to(ae.device)), strict=True))
        usual = {name: b.codes(means[name].mean((2, 3), keepdim=True)).view(1) for name, b in books(ae).items()}
        top, bottom = (every if name == level else usual[name].expand(len(every)) for name in ("top", "bottom"))
        top_q = network.codebook_top.look_up(filled(top, FILLED))
        bottom_q = network.codebook_bottom.look_up(filled(bottom, 2 * FILLED))  # twice as fine
        logits = network.logits_of_levels(top_q, bottom_q)
    side = logits.shape[-1] // (FILLED if level != "bottom" else 2 * FILLED)  # of a place, in pixels
    start = FILLED // 2 * side if level != "bottom" else FILLED * side
    return torch.sigmoid(logits[..., start : start + side, start : start + side]).cpu()


def filled(codes: Tensor, side: int) -> Tensor:
    """(K,) -> (K, side, side): maps of one code each."""
    return codes[:, None, None].expand(-1, side, side)


def uses(ae: Checkpoint, level: str) -> Tensor | None:
    """(K,) how often each entry was used over the training pictures, where that was counted."""
    return ae.latents.get(f"uses{suffix(level)}")


def facts(ae: Checkpoint, codes: Codes, request: gr.Request | None) -> str:
    """What the card measured of the codebooks, as HTML."""
    metrics = ae.card.get("metrics", {})
    lines = []
    for level, book in books(ae).items():
        entries, places = len(book.embedding), codes[level].numel()
        lines.append(say("codes.places", request, level=say(f"codes.{level}", request), places=places, entries=entries))
        if f"perplexity{suffix(level)}" in metrics:
            lines.append(
                say(
                    "codes.measured",
                    request,
                    perplexity=metrics[f"perplexity{suffix(level)}"],
                    entries=entries,
                    dead=int(metrics[f"dead_codes{suffix(level)}"]),
                )
            )
    raw = math.prod(ae.shape) * BITS_A_PIXEL
    bits = sum(codes[level].numel() * math.log2(len(book.embedding)) for level, book in books(ae).items())
    lines.append(say("codes.bits", request, bits=bits, raw=raw, times=raw / bits))
    if "bits_under_prior" in metrics:
        lines.append(say("codes.bits_prior", request, bits=metrics["bits_under_prior"]))
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def hand(ae: Checkpoint, codes: Codes, painted: Mapping, level: str, request: gr.Request | None) -> str:
    """The picture under the grid of its codes, and the codebook, as HTML; see assets/codes.js."""
    side = codes[level].shape[1]
    now = changed(codes, painted)
    pairs = zip(codes[level].flatten().tolist(), now[level].flatten().tolist(), strict=True)
    cells = [
        f'<button type="button" role="gridcell" tabindex="-1" data-own="{own}" data-code="{code}"></button>'
        for own, code in pairs
    ]
    lines = "".join(f'<div role="row">{"".join(cells[i : i + side])}</div>' for i in range(0, len(cells), side))
    counted, k = uses(ae, level), len(books(ae)[level].embedding)
    here = torch.bincount(codes[level].flatten(), minlength=k)
    amounts = here if counted is None else counted
    order = amounts.argsort(descending=True, stable=True).tolist()
    most = max(int(amounts.max()), 1)
    entries = "".join(entry(j, int(amounts[j]), most, counted is not None, request) for j in order)
    elsewhere = {key: code for name in painted for key, code in keyed(name, painted[name]).items() if name != level}
    label = say("codes.map_alt", request, rows=side, columns=side)
    counted_words = say("codes.order_uses" if counted is not None else "codes.order_here", request)
    return (
        f'<div class="hand" data-checkpoint="{escape(ae.name)}" data-level="{level}" data-side="{side}" '
        f'data-elsewhere="{held.pairs(elsewhere)}" style="--stripe:{colour(ae.name)};--side:{side}">'
        f'<div class="sides"><div class="left"><p class="section">{escape(say("codes.map", request))}</p>'
        f'<div class="over{" numbered" if side <= NUMBERED else ""}">'
        f'<img src="{png(decoded(ae, now))}" alt="">'
        f'<div class="cells" role="grid" aria-label="{escape(label)}">{lines}</div></div>'
        f'<p class="told" aria-live="polite"></p><div class="bar">'
        f'<button type="button" class="paint" aria-pressed="false">{escape(say("codes.paint", request))}</button>'
        f'<button type="button" class="back">{escape(say("codes.back", request))}</button>'
        f'<button type="button" class="reset">{escape(say("codes.reset", request))}</button></div></div>'
        f'<div class="right"><p class="section">{escape(say("codes.book", request, k=k))}</p>'
        f'<p class="small">{escape(counted_words)}</p>'
        f'<div class="book" role="listbox" aria-label="{escape(say("codes.book", request, k=k))}">{entries}</div>'
        "</div></div></div>"
    )


def entry(j: int, n: int, most: int, of_training: bool, request: gr.Request | None) -> str:
    """An entry of the codebook that was used n times, `most` of all, as HTML."""
    use = say("codes.use" if of_training else "codes.use_here", request, n=n)
    dead = of_training and n == 0
    if dead:
        use += ". " + say("codes.dead", request)
    name = say("codes.entry", request, k=j, use=use)
    return (
        f'<button type="button" role="option" tabindex="-1" data-k="{j}" data-use="{escape(use)}" '
        f'data-name="{escape(name)}" title="{escape(name)}"{" class=dead" if dead else ""}><i></i><span>{j}</span>'
        f'<u style="width:{100 * n / most:.0f}%"></u></button>'
    )


def keyed(level: str, places: Mapping[int, int]) -> dict[str, int]:
    """{17: 93} -> {"c17": 93}: as the text of the changes has it."""
    return {f"{level[0]}{place}": code for place, code in places.items()}


def python(room: Room, dataset: str, digit, face, ae: Checkpoint, painted: Mapping, shape: Mapping) -> str:
    """Lines that make what is on screen."""
    names = list(books(ae))
    lines = [
        "import torch",
        "import vae_demo",
        "from vae_demo.images import sheet",
        *references.python_of(room, dataset, digit, face),
        "",
        f'ae = vae_demo.load("{ae.name}", "cpu")',
        f"{', '.join(names)} = ae.network.codes(x)  # (1, h, w) int64{' each' if len(names) > 1 else ''}",
        f"print({', '.join(names)})",
    ]
    for level in names:
        columns = shape[level][1]
        lines += [
            f"{level}[0, {place // columns}, {place % columns}] = {code}" for place, code in painted[level].items()
        ]
    lines += [
        f"y = ae.decode(ae.network.z_of_codes({', '.join(names)}))",
        'sheet(torch.cat([x, ae.reconstruct(x), y]), 3, scale=4).save("painted.png")',
    ]
    return "\n".join(lines)


def build(room: Room, dataset: gr.Radio, picture: PictureInput) -> Tab:
    """The section's content."""

    def checked(data, model, request) -> tuple[str, Checkpoint | None]:
        data = choice(data, DATASETS, say("common.dataset", request), request)
        return data, pick(room, discrete(room.of(data)), model, request)

    @steady(room)
    def paint(
        request: gr.Request,
        dataset="mnist", digit="digit:4:3", face="astronaut", upload=None, model="mnist-vq-vae", changes="",
    ) -> tuple[str, str]:  # fmt: skip
        """One picture from its codes, with the codes at some places replaced.

        Args:
            dataset, digit, face, upload: as in /reconstruct.
            model: a VQ-VAE or VQ-VAE-2 of that data set.
            changes: "mnist-vq-vae;c17=93" puts code 93 at place 17, counted row by row from 0; "t" and "b" instead of
                "c" for the top and bottom level of a VQ-VAE-2; empty changes nothing.

        Returns:
            the pictures as HTML, and Python lines that make them.
        """
        data, ae = checked(dataset, model, request)
        if ae is None:
            return note(say("codes.none", request, dataset=say(f"common.{data}", request))), ""
        x = references.resolve(room, data, digit, face, upload, request)
        codes = codes_of(ae, x)
        painted = changes_of(changes, ae, codes, request)
        shown = figures(ae, x, codes, painted, request)
        shape = {level: tuple(grid_.shape) for level, grid_ in codes.items()}
        return grid(shown, 90), python(room, data, digit, face, ae, painted, shape)

    def figures(ae: Checkpoint, x: Tensor, codes: Codes, painted: Mapping, request) -> list[Figure]:
        n = sum(len(places) for places in painted.values())
        return [
            Figure(x[0], say("common.input", request)),
            Figure(decoded(ae, codes), display(ae.name), colour=colour(ae.name)),
            Figure(
                decoded(ae, changed(codes, painted)),
                say("codes.yours", request),
                (say("codes.changed", request, n=n),),
                colour=colour(ae.name),
            ),
        ]

    @remembered
    @steady(room)
    def look(request: gr.Request, dataset, digit, face, upload, model, changes, level) -> tuple:
        """What changes with the picture, the model or the level: choices, the map and the codebook, facts."""
        data, ae = checked(dataset, model, request)
        if ae is None:
            return Radio(choices=[], visible=False), Radio(visible=False), "", ""
        x = references.resolve(room, data, digit, face, upload, request)
        codes = codes_of(ae, x)
        painted = changes_of(changes, ae, codes, request)
        shown = level if level in list(codes) else next(iter(codes))
        names = [(display(name), name) for name in discrete(room.of(data))]
        models = answered(model, ae.name, choices=names, visible=True)
        levels = answered(level, shown if len(codes) > 1 else "top", visible=len(codes) > 1)
        html = hand(ae, codes, painted, shown, request)
        return models, levels, html, facts(ae, codes, request)

    def refresh(request: gr.Request, *values) -> tuple:
        own, for_swap = values[:7], values[7:]
        return *look(request, *own), *paint(request, *own[:6]), *exchange.call(request, *for_swap)

    every = {name: ae for data in DATASETS for name, ae in discrete(room.of(data)).items()}

    @cache
    def side_by_side(name: str, level: str) -> dict:
        pictures = entries_of(every[name], level)
        return {"url": png(torch.cat(list(pictures), 2)), "n": len(pictures)}

    def atlas(key) -> dict:
        """The entries of [checkpoint, level] side by side for the browser: {"url", "n"}."""
        name, level = key if isinstance(key, list) and len(key) == 2 else ("", "")
        known = isinstance(name, str) and name in every and level in list(books(every[name]))
        return side_by_side(name, level) if known else {}

    said = words(*(f"codes.{key}" for key in ("place", "was", "loaded", "painting", "start")))
    gr.Markdown(t("codes.intro"), elem_classes="lead")
    with gr.Row():
        model = radio(every)
        level = Radio(
            [(t(f"codes.{name}"), name) for name in ("top", "bottom")],
            value="top",
            label=t("codes.level"),
            interactive=True,
            visible=False,
        )
    with gr.Column():
        now = gr.HTML(js_on_load=script("codes_now.js"), elem_classes="three stays")
        hands = gr.HTML(
            css_template=asset("codes.css"),
            js_on_load=script("hand.js", "codes.js", name="codes", words=said),
            server_functions=[atlas],
        )
    changes = held.component("codes")
    exchange = swap.build(room, dataset, picture, model)
    gr.Markdown(t("codes.facts"), elem_classes="section-label")
    measured = gr.HTML()
    sheet(".inside-codes .figures")
    code = python_box()
    explain.build("codes.explain_words")

    knobs = [dataset, *picture.components, model, changes]
    outputs = [model, level, hands, measured, now, code]
    changes.change(paint, knobs, [now, code], api_name="inside_codes", **MODEL)
    inputs_ = [*knobs, level, *exchange.inputs]
    outputs += exchange.outputs
    gr.on([model.input, level.input], refresh, inputs_, outputs, api_visibility="private", **MODEL)
    return Tab(refresh, inputs_, outputs, {"model": model, "changes": changes, "level": level, **exchange.link})
