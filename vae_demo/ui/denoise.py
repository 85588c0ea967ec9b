"""The tab Denoise: damage a picture, and let networks and filters mend it."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape

import gradio as gr
import numpy as np
import torch
from torch import Tensor

from vae_demo import ops
from vae_demo.checkpoints import Checkpoint
from vae_demo.ui import charts, checks, explain, inputs, references, remarks, strokes
from vae_demo.ui.controls import Radio, Slider
from vae_demo.ui.figures import NEUTRAL, Figure, colour, decibel, grid, heading, milliseconds, note
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.room import DATASETS, Room, display, variant
from vae_demo.ui.scripts import asset, script
from vae_demo.ui.sheet import sheet
from vae_demo.ui.tab import MODEL, Tab, link_button, python_box, seed_row
from vae_demo.ui.text import say, t, words

KINDS = (*ops.DAMAGES, "painted")
# The variants that compete, in this order; of several the first that is there. A DAE is held against the plain AE whose
# code is as long, and against one with room enough to hand on whatever it is given.
NETWORKS = (("dae",), ("conv-ae-64", "conv-ae"), ("overcomplete-ae",), ("vae",))
FILTERS = {"median": "#6f7785", "tv": "#a3812f"}
STRENGTHS = tuple(i / 10 for i in range(11))
ROUNDS = 8
BRUSH = 14.0  # width of the painting brush, in hundredths of the side
WHOLE = 60.0  # dB, drawn where there is no error
SCRIBBLE = "30.62-44.50-58.58-72.44"


def damage(x: Tensor, kind: str, strength: float, seed: int, painted: str = "") -> Tensor:
    """x (1, C, H, W) in [0, 1], damaged; "painted" sets the places under the strokes `painted` to 0.

    Raises:
        ValueError: unknown kind, strength out of range, or strokes that cannot be read.
    """
    if kind != "painted":
        return ops.corrupt(x, kind, strength, seed)
    if not painted:
        return x
    size = x.shape[3]
    mask = strokes.draw(strokes.read(painted), BRUSH, 4 * size).resize((size, size))
    return x * (1 - torch.from_numpy(np.asarray(mask, dtype=np.float32) / 255))


@dataclass(frozen=True)
class Mended:
    """What a network or a filter makes of damaged pictures: x (B, C, H, W), and the milliseconds it took."""

    x: Tensor
    ms: float


def mended(checkpoints: Mapping[str, Checkpoint], x: Tensor, strength: float) -> dict[str, Mended]:
    """Damaged pictures (B, C, H, W), mended by each network and filter.

    Total variation is told the strength, since its weight has to grow with the noise.
    """
    ways: dict[str, Callable[[Tensor], Tensor]] = {name: ae.reconstruct for name, ae in checkpoints.items()}
    ways |= {"median": ops.median_filter, "tv": lambda x: ops.total_variation(x, 0.05 + 0.4 * strength)}
    results = {}
    filters_loaded()
    for name, way in ways.items():
        start = time.perf_counter()
        y = way(x).cpu()
        results[name] = Mended(y, 1000 * (time.perf_counter() - start))
    return results


@cache
def filters_loaded() -> None:
    """Has the filters import what they need: that is not the time they take."""
    ops.total_variation(ops.median_filter(torch.zeros(1, 1, 4, 4)), 0.1)


def competitors(checkpoints: Mapping[str, Checkpoint]) -> dict[str, Checkpoint]:
    """DAE, plain AE, overcomplete AE and VAE, as far as they are there."""
    by_variant = {variant(name): name for name in checkpoints}
    chosen = [next((by_variant[v] for v in some if v in by_variant), None) for some in NETWORKS]
    return {name: checkpoints[name] for name in chosen if name}


def rounds(ae: Checkpoint, x: Tensor, n: int = ROUNDS) -> Tensor:
    """What a network made of a picture (1, C, H, W), and that fed through again and again: (n, C, H, W)."""
    steps = [x]
    while len(steps) < n:
        steps.append(ae.reconstruct(steps[-1]).cpu())
    return torch.cat(steps)


@dataclass(frozen=True)
class Curves:
    """Over `STRENGTHS`, for one picture.

    Attributes:
        psnr: against the clean picture, in dB: "damaged", networks, filters.
        strayed: how far the code has moved, of the networks; see `ops.strayed`.
    """

    psnr: dict[str, list[float]]
    strayed: dict[str, list[float]]


def curves(checkpoints: Mapping[str, Checkpoint], x: Tensor, kind: str, seed: int) -> Curves:
    """What the strength of the damage does to x (1, C, H, W)."""
    damaged = torch.cat([damage(x, kind, strength, seed) for strength in STRENGTHS])
    results, moved = {"damaged": damaged}, {}
    for name, ae in checkpoints.items():
        z = ae.encode(damaged)
        moved[name] = ops.strayed(z, z[:1], ae.latents["std"].to(z)).tolist()  # the first strength is 0
        results[name] = ae.decode(z).cpu()
    results["median"] = ops.median_filter(damaged)
    pairs = zip(damaged, STRENGTHS, strict=True)
    results["tv"] = torch.cat([ops.total_variation(d[None], 0.05 + 0.4 * s) for d, s in pairs])
    return Curves(
        {name: [min(ops.psnr(e), WHOLE) for e in ops.mse(y, x).tolist()] for name, y in results.items()}, moved
    )


def shown_name(name: str, request: gr.Request | None) -> str:
    """The words for a network, a filter or the damaged picture."""
    return say(f"denoise.{name}", request) if name in (*FILTERS, "damaged") else display(name)


def stripe(name: str) -> str:
    return FILTERS.get(name) or colour(name)


def quality(x_hat: Tensor, x: Tensor) -> str:
    """PSNR and SSIM of one picture (C, H, W)."""
    return f"{decibel(ops.psnr(ops.mse(x_hat[None], x[None]).item()))} · SSIM {ops.ssim(x_hat, x):.2f}"


def figures(
    x: Tensor,
    damaged: Tensor,
    results: Mapping[str, Mended],
    checkpoints: Mapping[str, Checkpoint],
    request: gr.Request | None,
) -> list[Figure]:
    """Clean, damaged, and every result with its quality; the best one is marked, where it is better than damaged."""
    errors = {"damaged": ops.mse(damaged, x).item()}
    errors |= {name: ops.mse(result.x, x).item() for name, result in results.items()}
    best = min(errors, key=errors.__getitem__)
    said = {"clean": x, "damaged": damaged}
    shown = [
        Figure(
            picture[0],
            say(f"denoise.{name}", request),
            [quality(picture[0], x[0])] if name == "damaged" else [say("denoise.clean_line", request)],
            say(f"denoise.{name}_alt", request),
        )
        for name, picture in said.items()
    ]
    for name, result in results.items():
        size = f"D = {checkpoints[name].latent_dim:,} · " if name in checkpoints else ""
        lines = [quality(result.x[0], x[0]), size + milliseconds(result.ms)]
        if name == best:
            lines.append("★ " + say("denoise.best", request))
        title = shown_name(name, request)
        shown.append(Figure(result.x[0], title, lines, say("denoise.alt", request, name=title), stripe(name)))
    return shown


def chart(
    lines: Mapping[str, Sequence[float]],
    strength: float,
    ticks: Sequence[float],
    value: Callable[[float], str],
    words: str,
    request: gr.Request | None,
) -> str:
    """Lines over strength, with a mark at the present one.

    Args:
        ticks: numbers at the left, from the lowest; the chart ends at the first and the last.
        value: how a line's height at the mark is said.
        words: key of the texts "…_alt" and "…_axes".
    """
    top, bottom, left, right = 8, 150, 30, charts.WIDTH - 6
    low, high = ticks[0], ticks[-1]

    def across(s: float) -> float:
        return left + s * (right - left)

    def down(v: float) -> float:
        return bottom - (min(max(v, low), high) - low) / (high - low) * (bottom - top)

    body = charts.rules({f"{v:g}": down(v) for v in ticks}, left, right)
    body += "".join(
        f'<text x="{across(s):.1f}" y="{bottom + 13}" text-anchor="middle" {charts.TEXT}>{s:g}</text>'
        for s in (0, 0.25, 0.5, 0.75, 1)
    )
    body += (
        f'<line x1="{across(strength):.1f}" x2="{across(strength):.1f}" y1="{top}" y2="{bottom}" '
        'stroke="currentColor" stroke-width="1.5"/>'
    )
    legend = ""
    for name, line in lines.items():
        hue = NEUTRAL if name == "damaged" else stripe(name)
        dash = ' stroke-dasharray="4 3"' if name in (*FILTERS, "damaged") else ""
        xs, ys = [across(s) for s in STRENGTHS], [down(v) for v in line]
        body += f'<polyline points="{charts.points(xs, ys)}" fill="none" stroke="{hue}" stroke-width="2"{dash}/>'
        at = float(np.interp(strength, STRENGTHS, line))
        body += f'<circle cx="{across(strength):.1f}" cy="{down(at):.1f}" r="3" fill="{hue}"/>'
        legend += f'<span><i style="background:{hue}"></i>{escape(shown_name(name, request))} {value(at)}</span>'
    return (
        f'<p class="legend">{legend}</p>'
        + charts.svg(body, say(f"{words}_alt", request, strength=strength), height=bottom + 18)
        + f'<p class="small">{escape(say(f"{words}_axes", request))}</p>'
    )


def whole_or_decibel(psnr: float) -> str:
    """PSNR in words, as it stands under the pictures."""
    return decibel(math.inf if psnr >= WHOLE else psnr)


def charts_html(
    found: Curves, checkpoints: Mapping[str, Checkpoint], strength: float, request: gr.Request | None
) -> str:
    """Both charts, with a heading each, and what was measured on unseen pictures."""
    values = [v for line in found.psnr.values() for v in line[1:]]  # at strength 0 the damaged picture has no error
    decibels = range(5 * math.floor(min(values) / 5), 5 * math.ceil(max(values) / 5) + 1, 5)
    farthest = max((v for line in found.strayed.values() for v in line), default=0)
    step = 0.25 if farthest <= 1.5 else 1
    shares = [step * i for i in range(max(math.ceil(1 / step), math.ceil(farthest / step)) + 1)]
    html = heading(say("denoise.curve", request))
    html += chart(found.psnr, strength, decibels, whole_or_decibel, "denoise.curve", request)
    if not found.strayed:
        return html
    html += heading(say("denoise.strayed", request))
    html += f'<p class="lead">{escape(say("denoise.strayed_words", request))}</p>'
    html += chart(found.strayed, strength, shares, "{:.2f}".format, "denoise.strayed", request)
    measured = {name: ae.card.get("metrics", {}).get("strayed_in_noise") for name, ae in checkpoints.items()}
    told = ", ".join(f"{shown_name(name, request)} {value:.2f}" for name, value in measured.items() if value)
    return html + (f'<p class="small">{escape(say("denoise.strayed_card", request, told=told))}</p>' if told else "")


def python(room: Room, dataset: str, digit, face, kind: str, strength: float, seed: int, painted: str) -> str:
    """Lines that make what is on screen."""
    known = competitors(room.of(dataset))
    spoil = (
        ["from vae_demo.ui import denoise", f'damaged = denoise.damage(x, "painted", 0, 0, "{painted}")']
        if kind == "painted"
        else ["from vae_demo import ops", f'damaged = ops.corrupt(x, "{kind}", {strength:g}, seed={seed})']
    )
    return "\n".join(
        [
            "import vae_demo",
            "from vae_demo.images import sheet",
            *references.python_of(room, dataset, digit, face),
            *spoil,
            f"for name in {list(known)}:",
            "    ae = vae_demo.load(name)",
            "    clean = ae.reconstruct(damaged).cpu()",
            '    sheet(clean, 1, scale=4).save(f"{name}.png")',
            "    print(name, ae.latent_dim, ((clean - x) ** 2).mean().item(), ((damaged - x) ** 2).mean().item())",
        ]
    )


def build(room: Room, dataset: gr.Radio) -> Tab:
    """Makes the tab's components and events; see `ui.page`."""

    def prepared(dataset, digit, face, upload, kind, strength, seed, painted, request):
        dataset = checks.choice(dataset, DATASETS, say("common.dataset", request), request)
        kind = checks.choice(kind, KINDS, say("denoise.kind", request), request)
        strength = checks.number(strength, 0, 1, say("denoise.strength", request), request)
        seed = checks.whole(seed, 0, references.MOST_SEED, say("common.seed", request), request)
        x = references.resolve(room, dataset, digit, face, upload, request)
        try:
            return dataset, x, damage(x, kind, strength, seed, painted or ""), kind, strength, seed
        except (ValueError, TypeError) as error:
            raise checks.UserError("common.bad_reference", request, value=str(painted)[:40]) from error

    @remembered
    @steady(room)
    def denoise(
        request: gr.Request,
        dataset: str,
        digit: str = "digit:8",
        face: str = "astronaut",
        upload: str | None = None,
        kind: str = "gaussian",
        strength: float = 0.5,
        seed: int = 0,
        painted: str = SCRIBBLE,
    ) -> tuple[str, str]:
        """Damages a picture and mends it with a DAE, a plain AE, a VAE, a median filter and total variation.

        Args:
            dataset, digit, face, upload: the picture, as in /reconstruct.
            kind: "gaussian", "masking", "salt_pepper" or "painted".
            strength: 0 to 1: the noise's deviation, or the share of pixels.
            seed: of the damage.
            painted: strokes such as "20.30-25.70_40.40-60.40", for the kind "painted".

        Returns:
            the figures as HTML, and Python lines that make them.
        """
        name, x, damaged, kind, strength, seed = prepared(
            dataset, digit, face, upload, kind, strength, seed, painted, request
        )
        known = competitors(room.of(name))
        results = mended(known, damaged, 0.4 if kind == "painted" else strength)
        shown = figures(x, damaged, results, known, request)
        html = remarks.remarks(room, name, face, upload, x, request)
        if not known:
            html = note(say("common.no_models", request, dataset=say(f"common.{name}", request)))
        html += grid(shown, 148) + again(known, x, results, request)
        lines = python(room, name, digit, face, kind, strength, seed, painted) if known else ""
        return html, lines

    def again(
        known: Mapping[str, Checkpoint], x: Tensor, results: Mapping[str, Mended], request: gr.Request | None
    ) -> str:
        """The result fed back, for the first two networks."""
        html = ""
        for name in list(known)[:2]:
            steps = rounds(known[name], results[name].x)
            shown = [
                Figure(
                    step,
                    f"{k + 1}×",
                    [decibel(ops.psnr(ops.mse(step[None], x).item()))],
                    say("denoise.round_alt", request, name=display(name), k=k + 1),
                    colour(name),
                )
                for k, step in enumerate(steps)
            ]
            html += f'<p class="row-title" style="--stripe:{colour(name)}">{escape(display(name))}</p>'
            html += grid(shown, 84)
        if not html:
            return ""
        words = f'<p class="lead">{escape(say("denoise.again_words", request))}</p>'
        return heading(say("denoise.again", request)) + words + html

    @remembered
    @steady(room)
    def curve(
        request: gr.Request,
        dataset: str,
        digit: str = "digit:8",
        face: str = "astronaut",
        upload: str | None = None,
        kind: str = "gaussian",
        strength: float = 0.5,
        seed: int = 0,
    ) -> str:
        """PSNR, and how far the code moves, over strength for this picture; arguments as in /denoise.

        Returns:
            two charts as HTML; for "painted", which has no strength, a note.
        """
        if kind == "painted":
            return note(say("denoise.no_curve", request))
        name, x, _, kind, strength, seed = prepared(dataset, digit, face, upload, kind, strength, seed, "", request)
        known = competitors(room.of(name))
        return charts_html(curves(known, x, kind, seed), known, strength, request)

    gr.Markdown(t("denoise.intro"), elem_classes="lead")
    with gr.Row(elem_classes="work"):
        with gr.Column(scale=1, min_width=280, elem_classes="side"):
            kind = Radio([(t(f"denoise.{k}"), k) for k in KINDS], value="gaussian", label=t("denoise.kind"))
            with gr.Column(elem_classes="for-noise"):
                strength = Slider(0, 1, 0.5, step=0.01, label=t("denoise.strength"), buttons=[])
                seed, _ = seed_row()
            brush = gr.HTML(
                value=SCRIBBLE,
                html_template=BRUSH_TEMPLATE,
                css_template=asset("input.css"),
                js_on_load=script(
                    "strokes.js",
                    "brush.js",
                    words=words("common.clear", "common.undo", "denoise.paint", "denoise.paint_keys"),
                    pen=BRUSH,
                ),
                elem_classes="brush",
                label="painted",
            )
            with gr.Column(elem_classes="picture"):
                picture = inputs.build(room, "common.input", "digit:8", inputs.default_face(room, 1), "denoise")
        with gr.Column(scale=3, min_width=320):
            html = gr.HTML(elem_classes=["results", "denoise-result"])
            chart = gr.HTML(elem_classes=["results", "denoise-curve"])
            sheet(".denoise-result .figures")
    code = python_box()
    explain.build("denoise.explain")
    fields = {
        "digit": picture.digit,
        "face": picture.face,
        "kind": kind,
        "strength": strength,
        "seed": seed,
        "painted": brush,
    }
    link_button("denoise", dataset, fields)

    kind.change(None, kind, None, js="k => { document.documentElement.dataset.damage = k; }", api_visibility="private")
    base = [dataset, *picture.components, kind, strength, seed]
    outputs = [html, code]
    moved = [*picture.triggers, kind.change, strength.input, seed.change, brush.change]
    denoised = gr.on(moved, denoise, [*base, brush], outputs, api_name="denoise", **MODEL)
    denoised.then(curve, base, chart, api_name="denoise_curve", **MODEL)  # not of the same event: see `tab.MODEL`

    def both(request: gr.Request, *values) -> tuple:
        return *denoise(request, *values), curve(request, *values[:-1])

    return Tab(both, [*base, brush], [*outputs, chart], fields)


BRUSH_TEMPLATE = """
<div class="pad"><p class="said"></p><canvas width="280" height="280" role="application"></canvas>
  <div class="row"><button type="button" class="undo"></button><button type="button" class="clear"></button></div></div>
"""
