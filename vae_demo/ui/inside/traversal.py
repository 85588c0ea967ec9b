"""The section VAE sliders: every number of the code under one's hand, in the order of its KL.

Traversals of single dimensions are how beta-VAE is looked at (Higgins et al. 2017, openreview Sy2fzU9gl); a dimension
is dead where its mu hardly moves (Burda et al., arXiv 1509.00519: Var(mu) <= 0.01).
"""

import math
from collections.abc import Mapping, Sequence
from html import escape

import gradio as gr
import torch
from torch import Tensor

from vae_demo.checkpoints import Checkpoint
from vae_demo.ui import charts, explain, references
from vae_demo.ui.checks import UserError, choice, whole
from vae_demo.ui.controls import Radio, Slider, answered
from vae_demo.ui.figures import Figure, colour, grid, note, png
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.inputs import PictureInput
from vae_demo.ui.inside import held
from vae_demo.ui.inside.models import pick, radio
from vae_demo.ui.room import DATASETS, Room, display, vaes
from vae_demo.ui.scripts import asset, script
from vae_demo.ui.sheet import sheet
from vae_demo.ui.tab import MODEL, Tab, python_box
from vae_demo.ui.text import say, t

STEPS = 7  # pictures in a strip: -3 to 3 sigma in whole sigmas
SIGMAS = 3.0  # of the wider one of the prior and the codes
MOST = 32  # strips
DEAD = 0.01  # largest variance of mu in a dead dimension
FARTHEST = 50.0  # a value of z


def dead(ae: Checkpoint) -> Tensor:
    """(D,) bool: the dimensions that no picture moves."""
    return ae.latents["std"].square() <= DEAD


def plainest(known: Mapping[str, Checkpoint]) -> str | None:
    """The one with the most dead dimensions, which is looked into at first: there the order by KL is plain to see."""
    return max(known, key=lambda name: int(dead(known[name]).sum()), default=None)


def order(ae: Checkpoint) -> list[int]:
    """All dimensions, the one with the largest KL first; where KL is not kept, with the widest codes."""
    return ae.latents.get("kl", ae.latents["std"]).argsort(descending=True, stable=True).tolist()


def chosen(ae: Checkpoint, n: int) -> list[int]:
    """n of the dimensions: the first in order, and the last one, which tells what the least of them does."""
    ordered = order(ae)
    return ordered if n >= len(ordered) else [*ordered[: n - 1], ordered[-1]]


def reach(ae: Checkpoint, j: int) -> float:
    """How far the slider of dimension j goes to both sides: 3 sigma of N(0, 1), or of the codes if they are wider."""
    return round(SIGMAS * max(1.0, ae.latents["std"][j].item()), 1)


def strips(ae: Checkpoint, z: Tensor, dimensions: Sequence[int]) -> Tensor:
    """One picture's code (1, D) with one dimension at a time led through its reach -> (n, STEPS, C, H, W)."""
    led = z.cpu().repeat(len(dimensions), STEPS, 1)  # (n, STEPS, D)
    for row, j in enumerate(dimensions):
        led[row, :, j] = torch.linspace(-reach(ae, j), reach(ae, j), STEPS)
    return ae.decode(led.flatten(0, 1)).cpu().unflatten(0, (len(dimensions), STEPS))


def moves(text, ae: Checkpoint, request: gr.Request | None) -> dict[int, float]:
    """The dimensions that were moved by hand, and where to. Raises UserError."""
    changes = {}
    for key, value in held.read(text, ae.name, request).items():
        if not (key.isdecimal() and key.isascii() and int(key) < ae.latent_dim and abs(value) <= FARTHEST):
            raise UserError("inside.bad_changes", request, value=f"{key}={value:g}"[:40])
        changes[int(key)] = value
    return changes


def moved(z: Tensor, changes: Mapping[int, float]) -> Tensor:
    """(1, D) -> the same with these dimensions set."""
    z = z.clone()
    for j, value in changes.items():
        z[:, j] = value
    return z


def subscript(j: int) -> str:
    """7 -> z₇, as an HTML-free text."""
    return "z" + "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(j))


def kl_words(ae: Checkpoint, j: int, request: gr.Request | None) -> str:
    """What is known of a dimension, in a few words."""
    if "kl" in ae.latents:
        return say("traversal.kl", request, kl=ae.latents["kl"][j].item())
    return say("traversal.std", request, std=ae.latents["std"][j].item())


def name_of(ae: Checkpoint, j: int, request: gr.Request | None) -> str:
    """What stands beside a strip, as HTML: the dimension, whether it is dead, and its KL as words and as a bar."""
    weight = ae.latents.get("kl", ae.latents["std"])
    tag = f"<em>{escape(say('traversal.dead', request))}</em>" if dead(ae)[j] else ""
    return (
        f'<div class="name"><b>{subscript(j)}</b>{tag}<span>{escape(kl_words(ae, j, request))}</span>'
        f'<i style="width:{100 * (weight[j] / weight.max()).item():.0f}%"></i></div>'
    )


def picture_of(ae: Checkpoint, j: int, strip: Tensor, request: gr.Request | None) -> str:
    """A strip (STEPS, C, H, W) as an <img>."""
    alt = say("traversal.strip_alt", request, name=subscript(j), reach=reach(ae, j))
    return f'<img src="{png(torch.cat(list(strip), 2))}" alt="{escape(alt)}">'


def board(ae: Checkpoint, z: Tensor, n: int, changes: Mapping[int, float], request: gr.Request | None) -> str:
    """A slider over a strip for each dimension that is shown, as HTML; see assets/traversal.js."""
    dimensions = chosen(ae, n)
    pictures, no_use = strips(ae, z, dimensions), dead(ae)
    rows, missing = [], ae.latent_dim - len(dimensions)
    for row, j in enumerate(dimensions):
        if missing and row == len(dimensions) - 1:
            hidden = int(no_use.sum() - no_use[dimensions].sum())
            rows.append(f'<p class="gap">{escape(say("traversal.left_out", request, n=missing, dead=hidden))}</p>')
        mu, name = z[0, j].item(), subscript(j)
        value, width = changes.get(j, mu), max(reach(ae, j), abs(mu), abs(changes.get(j, 0.0)))
        rows.append(
            f'<div class="dim{" dead" if no_use[j] else ""}{" moved" if j in changes else ""}" data-j="{j}" '
            f'data-mu="{mu:.4f}" data-reach="{reach(ae, j)}">{name_of(ae, j, request)}<div class="hand">'
            f'<input type="range" min="{-width:.2f}" max="{width:.2f}" step="any" value="{value:.4f}" '
            f'aria-label="{escape(f"{name}, {kl_words(ae, j, request)}")}"><output></output>'
            f'<button type="button" class="back" aria-label="{escape(say("traversal.back", request, name=name))}">↺'
            f"</button>{picture_of(ae, j, pictures[row], request)}</div></div>"
        )
    return (
        f'<div class="board" data-checkpoint="{escape(ae.name)}" data-changes="{held.pairs(changes)}" '
        f'style="--stripe:{colour(ae.name)}"><button type="button" class="reset">'
        f"{escape(say('traversal.reset', request))}</button>{''.join(rows)}</div>"
    )


def still(ae: Checkpoint, z: Tensor, n: int, request: gr.Request | None) -> str:
    """The strips of another model, without sliders, as HTML."""
    dimensions, no_use = chosen(ae, n), dead(ae)
    rows = "".join(
        f'<div class="dim{" dead" if no_use[j] else ""}">{name_of(ae, j, request)}<div class="hand">'
        f"{picture_of(ae, j, strip, request)}</div></div>"
        for j, strip in zip(dimensions, strips(ae, z, dimensions), strict=True)
    )
    return f'<div class="board" style="--stripe:{colour(ae.name)}">{rows}</div>'


def comparison(checkpoints: Mapping[str, Checkpoint], request: gr.Request | None) -> str:
    """The KL of every dimension of every VAE, on one scale, beside what it costs in error."""
    known = {name: ae for name, ae in checkpoints.items() if "kl" in ae.latents}
    highest = math.ceil(10 * max((ae.latents["kl"].max().item() for ae in known.values()), default=0.0)) / 10
    cells = []
    for name, ae in known.items():
        kl = ae.latents["kl"][order(ae)]
        metrics = ae.card.get("metrics", {})
        words = say("traversal.facts", request, total=kl.sum().item(), active=int((~dead(ae)).sum()), d=ae.latent_dim)
        if "mse" in metrics:
            words += " · " + say("traversal.error", request, mse=metrics["mse"])
        chart = charts.bars(kl.tolist(), colour(name), f"{display(name)}: {words}", highest)
        cells.append(
            f'<figure style="--stripe:{colour(name)}">{chart}<figcaption><b>{escape(display(name))}</b>'
            f"<span>{escape(words)}</span></figcaption></figure>"
        )
    title = f'<p class="section">{escape(say("traversal.compare", request))}</p>'
    return f'{title}<div class="figures" style="--least:200px">{"".join(cells)}</div>' if cells else ""


def python(room: Room, dataset: str, digit, face, ae: Checkpoint, changes: Mapping[int, float], n: int) -> str:
    """Lines that make what is on screen."""
    return "\n".join(
        [
            "import torch",
            "import vae_demo",
            "from vae_demo.images import sheet",
            *references.python_of(room, dataset, digit, face),
            "",
            f'ae = vae_demo.load("{ae.name}")',
            "z = ae.encode(x)  # mu",
            *(f"z[0, {j}] = {value:g}" for j, value in changes.items()),
            'sheet(torch.cat([ae.reconstruct(x), ae.decode(z)]), 2, scale=4).save("moved.png")',
            "",
            "rows = []",
            f"for j, reach in {[(j, reach(ae, j)) for j in chosen(ae, n)]}:",
            f"    led = ae.encode(x).repeat({STEPS}, 1)",
            f"    led[:, j] = torch.linspace(-reach, reach, {STEPS})",
            "    rows.append(ae.decode(led))",
            f'sheet(torch.cat(rows), {STEPS}, scale=2).save("strips.png")',
        ]
    )


def build(room: Room, dataset: gr.Radio, picture: PictureInput) -> Tab:
    """The section's content."""

    def checked(data, model, changes, n, request) -> tuple[str, Checkpoint | None, dict[int, float], int]:
        data = choice(data, DATASETS, say("common.dataset", request), request)
        n = whole(n, 2, MOST, say("traversal.n", request), request)
        known = vaes(room.of(data))
        ae = pick(room, known, model, request, plainest(known))
        return data, ae, moves(changes, ae, request) if ae else {}, n

    @steady(room)
    def traverse(
        request: gr.Request,
        dataset="mnist", digit="digit:4:3", face="astronaut", upload=None, model="mnist-vae", changes="", n=10,
    ) -> tuple[str, str]:  # fmt: skip
        """One picture's code with some of its numbers set by hand, decoded.

        Args:
            dataset, digit, face, upload: as in /reconstruct.
            model: a VAE of that data set.
            changes: "mnist-vae;7=1.25,3=-2" sets z[7] and z[3]; empty sets none.
            n: strips that the Python lines make.

        Returns:
            the pictures as HTML, and Python lines that make them.
        """
        data, ae, changed, n = checked(dataset, model, changes, n, request)
        if ae is None:
            return note(say("traversal.none", request)), ""
        x = references.resolve(room, data, digit, face, upload, request)
        z = ae.encode(x).cpu()
        y = ae.decode(torch.cat([z, moved(z, changed)])).cpu()
        told = ", ".join(f"{subscript(j)} = {value:+.2f}" for j, value in changed.items())
        told = told or say("traversal.nothing_moved", request)
        shown = [
            Figure(x[0], say("common.input", request)),
            Figure(
                y[0],
                "μ",
                [say("traversal.mu", request)],
                alt=say("traversal.mu_alt", request, name=display(ae.name)),
                colour=colour(ae.name),
            ),
            Figure(y[1], say("traversal.moved", request), alt=told, colour=colour(ae.name)),
        ]
        lines = python(room, data, digit, face, ae, changed, n)
        return grid(shown, 90) + f'<p class="told">{escape(told)}</p>', lines

    @remembered
    @steady(room)
    def spread_out(request: gr.Request, dataset, digit, face, upload, model, changes, n, beside) -> tuple:
        """What changes with the picture or the model: models, board, another model's strips, comparison."""
        data, ae, changed, n = checked(dataset, model, changes, n, request)
        if ae is None:
            return Radio(choices=[], visible=False), Radio(visible=False), gr.skip(), "", "", ""
        known = vaes(room.of(data))
        x = references.resolve(room, data, digit, face, upload, request)
        z, names = ae.encode(x).cpu(), [(display(name), name) for name in known]
        other = known.get(beside) if isinstance(beside, str) else None
        nobody = (t("traversal.nobody"), "")
        return (
            answered(model, ae.name, choices=names, visible=True),
            answered(beside, other.name if other else "", choices=[nobody, *names], visible=len(known) > 1),
            answered(n, min(n, ae.latent_dim), maximum=min(MOST, ae.latent_dim)),
            board(ae, z, n, changed, request),
            still(other, other.encode(x).cpu(), n, request) if other else "",
            comparison(known, request),
        )

    def refresh(request: gr.Request, *values) -> tuple:
        return *spread_out(request, *values), *traverse(request, *values[:-1])

    every = {name: ae for data in DATASETS for name, ae in vaes(room.of(data)).items()}
    gr.Markdown(t("traversal.intro"), elem_classes="lead")
    model = radio(every, next((first for first in map(plainest, (vaes(room.of(d)) for d in DATASETS)) if first), None))
    with gr.Column():
        now = gr.HTML(elem_classes="three stays")
        hands = gr.HTML(
            css_template=asset("traversal.css"), js_on_load=script("hand.js", "traversal.js", name="traversal")
        )
    changes = held.component("traversal")
    n = Slider(2, MOST, 10, step=1, label=t("traversal.n"), info=t("traversal.n_info"), buttons=[])
    beside = Radio(
        [(t("traversal.nobody"), ""), *((display(name), name) for name in every)],
        value="",
        label=t("traversal.beside"),
        info=t("traversal.beside_info"),
        interactive=True,
    )
    others = gr.HTML(css_template=asset("traversal.css"))
    compared = gr.HTML()
    sheet(".inside-traversal .board")
    code = python_box()
    explain.build("traversal.explain_words")

    knobs = [dataset, *picture.components, model, changes, n]
    outputs = [model, beside, n, hands, others, compared, now, code]

    changes.change(traverse, knobs, [now, code], api_name="inside_traversal", **MODEL)
    turned = [model.input, n.input, beside.input]
    gr.on(turned, refresh, [*knobs, beside], outputs, api_visibility="private", **MODEL)
    link = {"model": model, "changes": changes, "n": n, "beside": beside}
    return Tab(refresh, [*knobs, beside], outputs, link)
