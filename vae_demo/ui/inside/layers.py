"""The section Layers: a picture's way through a network, layer by layer, with shapes, parameters and activations."""

import copy
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby, product

import gradio as gr
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vae_demo.checkpoints import Checkpoint
from vae_demo.models import VAE, Autoencoder
from vae_demo.ui import charts, explain, references
from vae_demo.ui.checks import choice, number, whole
from vae_demo.ui.controls import Dropdown, Slider, answered
from vae_demo.ui.figures import NEUTRAL, PRESS, colour, img, note, png, signed
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.inputs import PictureInput
from vae_demo.ui.inside import step
from vae_demo.ui.inside.anatomy import FINISHERS, parts
from vae_demo.ui.inside.models import network_lines, pick
from vae_demo.ui.room import DATASETS, Room, display
from vae_demo.ui.scripts import asset
from vae_demo.ui.sheet import sheet
from vae_demo.ui.tab import MODEL, Tab, python_box, seed_row
from vae_demo.ui.text import say, t

MOST_MAPS = 32  # feature maps of a layer that are shown
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")  # where a long class name may be broken
BARS = 64  # widest dense layer that is drawn as bars
NODES = 14  # circles of the widest column in the drawing
MOST_SCALE = 4.0  # times sigma
FORK = ("μ", "log σ²", "ε")  # what a VAE's z is made of, in the order of the drawing


@dataclass(frozen=True)
class Layer:
    """What one layer gave for one picture.

    Attributes:
        name: its path in the network, "encoder.0"; "" of what no module gives.
        kind: "Linear + ReLU"; "" of what is only given.
        output: (D,), (C, H, W), or of tokens (T, W).
        entered: the shape of what went into it; () where nothing did.
        parameters: its own, those of its finishers counted in.
        role: what its output is: "x", "z", "x̂", one of `FORK`, or "" for a layer between.
    """

    name: str
    kind: str
    output: Tensor
    entered: tuple[int, ...] = ()
    parameters: int = 0
    role: str = ""

    @property
    def shape(self) -> str:
        """ "512" or "64 × 7 × 7"."""
        return sizes(self.output.shape)

    @property
    def title(self) -> str:
        """ "encoder.0 · Linear + ReLU", "to_mu · Linear = μ", "x"."""
        own = " · ".join(word for word in (self.name, self.kind) if word)
        return " = ".join(word for word in (own, self.role) if word)


def sizes(shape: Sequence[int]) -> str:
    """(64, 7, 7) -> "64 × 7 × 7"."""
    return " × ".join(f"{n:,}" for n in shape)


@torch.no_grad()
def layers(network: Autoencoder, x: Tensor, eps: Tensor | None = None, scale: float = 1.0) -> list[Layer]:
    """What every layer gives for x (1, C, H, W), in the order in which they run: x first, x̂ last.

    A VAE's decoder goes on from z = mu + scale sigma eps, from mu where there is no eps (1, D); a plain one has no use
    for either. The hooks are put on a copy: another visitor's picture may be in the network at the same moment.
    """
    network = copy.deepcopy(network)
    found: list[Layer] = []
    counted: set[str] = set()  # VQ-VAE-2 runs a part of its decoder in the encoder too

    def hook(name: str):
        def record(module: nn.Module, arguments: tuple[Tensor, ...], output) -> None:
            result = (output[0] if isinstance(output, tuple) else output)[0].float().cpu()
            count = 0 if name in counted else sum(p.numel() for p in module.parameters())
            counted.add(name)
            kind = type(module).__name__
            if isinstance(module, FINISHERS) and found and result.shape == found[-1].output.shape:
                last = found[-1]
                kind, count = f"{last.kind} + {kind}", last.parameters + count
                found[-1] = replace(last, kind=kind, output=result, parameters=count)
            else:
                found.append(Layer(name, kind, result, tuple(arguments[0].shape[1:]), count))

        return record

    for name, part in parts(network):
        part.register_forward_hook(hook(name))
    if isinstance(network, VAE):
        q = network.posterior(x)
        eps = torch.zeros_like(q.mu) if eps is None else eps.to(q.mu)
        z = q.sample(scale * eps)
        known_as(found, q.mu, "μ")
        known_as(found, q.logvar, "log σ²")
        formula = "μ + σ ε" if scale == 1 else f"μ + {scale:g} σ ε"
        found += [Layer("", "", eps[0].cpu(), role="ε"), Layer("", formula, z[0].cpu(), role="z")]
    else:
        z = network.encode(x)
        known_as(found, z, "z")
    y = network.decode(z)
    return [Layer("", "", x[0].cpu(), role="x"), *found, Layer("", "", y[0].cpu(), role="x̂")]


def known_as(found: list[Layer], value: Tensor, role: str) -> None:
    """Gives that role to the last layer whose output is this value (1, D); where there is none, one more has it."""
    value = value[0].cpu()
    same = [i for i, layer in enumerate(found) if torch.equal(layer.output.flatten(), value)]
    if same:
        found[same[-1]] = replace(found[same[-1]], role=role)
    else:
        found.append(Layer("", "", value, role=role))


def stages(found: Sequence[Layer]) -> list[Layer]:
    """The layers at which the shape changes, for the drawing, each with the parameters of all that lead to it.

    A dense layer reads the picture as one row of numbers, so beside one it is drawn as such. The ends of a VAE's fork
    are kept, although they are of one shape.
    """
    flat = [
        replace(layer, output=layer.output.flatten()) if end and beside.output.ndim == 1 else layer
        for layer, beside, end in zip(
            found, [*found[1:], found[-2]], [layer.role in ("x", "x̂") for layer in found], strict=True
        )
    ]
    kept: list[Layer] = []
    for layer in flat:
        forks = bool(kept) and (layer.role in FORK or kept[-1].role in FORK)
        if not kept or forks or layer.output.shape != kept[-1].output.shape:
            kept.append(layer)
            continue
        special = layer if layer.role in ("z", "x̂") else kept[-1]
        kept[-1] = replace(special, parameters=kept[-1].parameters + layer.parameters)
    return kept


def in_rows(maps: Tensor, columns: int) -> Tensor:
    """(N, 3, H, W) -> (3, rows (H + 1) - 1, columns (W + 1) - 1), a grey line between."""
    n, c, h, w = maps.shape
    rows = -(-n // columns)
    maps = F.pad(maps, (0, 1, 0, 1), value=0.55)
    maps = torch.cat([maps, maps.new_full((rows * columns - n, c, h + 1, w + 1), 0.55)])
    whole = maps.unflatten(0, (rows, columns)).permute(2, 0, 3, 1, 4).flatten(3, 4).flatten(1, 2)  # (C, rows h, cols w)
    return whole[:, :-1, :-1]


def heat(output: Tensor, picture: Tensor) -> Tensor:
    """Activations as one picture (3, H, W): white is 0, red above, blue below; the strongest one is full.

    A row of as many numbers as the picture (C, H, W) has is laid out as it is.
    """
    output = output.view_as(picture) if output.ndim == 1 and output.numel() == picture.numel() else output
    v = output / output.abs().max().clamp(min=1e-9)
    if v.ndim == 3:
        maps = torch.stack([signed(one[None]) for one in v[:MOST_MAPS]])  # (N, 3, H, W)
        return in_rows(maps, min(len(maps), math.ceil(math.sqrt(2 * len(maps)))))
    if v.ndim == 2:  # tokens (T, W)
        return signed(v[None])
    columns = 64 if len(v) > 1024 else 32
    v = F.pad(v, (0, -len(v) % columns))
    return signed(v.view(1, -1, columns))


def on_share(layer: Layer) -> float | None:
    """Of a layer that ends in a ReLU the share of units above 0."""
    return (layer.output > 0).float().mean().item() if layer.kind.endswith("ReLU") else None


def layer_figures(found: Sequence[Layer], stripe: str, request: gr.Request | None) -> str:
    """A figure a layer: its activations, shape, parameters."""
    cells = []
    for layer in found:
        shape = f"{sizes(layer.entered)} → {layer.shape}" if layer.entered else layer.shape
        lines = [shape]
        if layer.parameters:
            lines.append(say("layers.parameters", request, n=f"{layer.parameters:,}"))
        if layer.role == "log σ²":
            sigma = torch.exp(0.5 * layer.output)
            lines.append(say("layers.sigma", request, low=sigma.min().item(), high=sigma.max().item()))
        if layer.role == "ε":
            lines.append(say("layers.eps", request))
        share = on_share(layer)
        if share is not None:
            lines.append(say("layers.on", request, share=share))
        if layer.output.ndim == 3 and len(layer.output) > MOST_MAPS:
            lines.append(say("layers.first_maps", request, n=MOST_MAPS, of=len(layer.output)))
        alt = say("layers.alt", request, name=layer.title, shape=layer.shape)
        send = ""
        if layer.role in ("x", "x̂"):
            drawn, send = img(layer.output, alt, PRESS), ' data-send="1"'
        elif layer.output.ndim == 1 and len(layer.output) <= BARS:
            drawn = charts.bars(layer.output.tolist(), stripe, alt)
        else:
            drawn = f'<img class="px heat" src="{png(heat(layer.output, found[0].output))}" alt="{escape(alt)}">'
        marked = " code" if layer.role == "z" else ""
        cells.append(
            f'<figure class="layer{marked}" style="--stripe:{stripe}"{send}>{drawn}<figcaption>'
            f"<b>{CAMEL.sub('<wbr>', escape(layer.title))}</b>"
            f"{''.join(f'<span>{escape(line)}</span>' for line in lines)}</figcaption></figure>"
        )
    return f'<div class="figures" style="--least:190px">{"".join(cells)}</div>'


STEP, TALL = 104, 232  # of the drawing: from one column to the next, and its height
MIDDLE, SPAN = 100, 170  # of a column: its middle, and how high it may be
TINE, TINE_SPAN = 64, 40  # of a fork: from one of its ends to the next, and how high each may be


@dataclass(frozen=True)
class Spot:
    """Where a stage lies in the drawing: its middle, and the heights of its circles (none for a stack of maps)."""

    layer: Layer
    x: float
    y: float
    ys: Sequence[float]


def circles(layer: Layer, x: float, middle: float, span: float, fill: str) -> tuple[str, Spot]:
    """A row of numbers as circles over each other, each for a group of neighbours."""
    values = layer.output.abs()
    width = len(values)
    count = width if width <= 6 else min(NODES, round(4 + 10 * math.log(width / 6) / math.log(784 / 6)))
    strength = torch.stack([part.mean() for part in values.tensor_split(count)])
    strength = strength / strength.max().clamp(min=1e-9)
    gap = min(13.0, span / count)
    ys = [middle + (i - (count - 1) / 2) * gap for i in range(count)]
    drawn = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{gap * 0.4:.1f}" fill="{fill}" fill-opacity="{0.12 + 0.88 * s:.2f}" '
        f'stroke="{fill}" stroke-width="{min(1.2, gap / 8):.1f}"/>'
        for y, s in zip(ys, strength.tolist(), strict=True)
    )
    return drawn, Spot(layer, x, middle, ys)


def stack(layer: Layer, x: float, fill: str) -> tuple[str, Spot]:
    """Feature maps or tokens as squares behind each other."""
    channels, side = (len(layer.output), layer.output.shape[-1]) if layer.output.ndim == 3 else (1, len(layer.output))
    size = 16 + 12 * math.log2(max(side, 2))
    sheets = min(6, 1 + round(math.log2(channels)))
    left, top = x - size / 2 - 2 * (sheets - 1), MIDDLE - size / 2 + 2 * (sheets - 1)
    drawn = "".join(
        f'<rect x="{left + 4 * i:.1f}" y="{top - 4 * i:.1f}" width="{size:.1f}" height="{size:.1f}" rx="3" '
        f'fill="{fill}" fill-opacity="{0.16 if i else 0.34}" stroke="{fill}" stroke-width="1.2"/>'
        for i in reversed(range(sheets))
    )
    return drawn, Spot(layer, x, MIDDLE, [])


def fork(ends: Sequence[Layer], x: float, stripe: str) -> tuple[str, list[Spot]]:
    """The three rows of numbers that a VAE's z is made of, under each other, each with its name."""
    drawn, spots = "", []
    for i, layer in enumerate(ends):
        y = MIDDLE + 8 + (i - 1) * TINE
        rows, spot = circles(layer, x, y, TINE_SPAN, NEUTRAL if layer.role == "ε" else stripe)
        drawn += rows + text(x, y - TINE_SPAN / 2 - 5, layer.role, 13)
        spots.append(spot)
    return drawn, spots


def text(x: float, y: float, words: str, size: int, more: str = "") -> str:
    """Words in the drawing, their middle at x; `more` are attributes."""
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" font-size="{size}" fill="currentColor"{more}>'
        f"{escape(words)}</text>"
    )


def between(before: Sequence[Spot], now: Sequence[Spot]) -> str:
    """What leads from one column to the next: of a fork each number to its own, else every circle to every other."""
    drawn = ""
    for a, b in product(before, now):
        if b.layer.role == "ε":  # no layer leads there
            continue
        pairs = list(zip(a.ys, b.ys, strict=True)) if a.layer.role in FORK else list(product(a.ys, b.ys))
        drawn += "".join(
            f'<line x1="{a.x:.0f}" y1="{y:.1f}" x2="{b.x:.0f}" y2="{to:.1f}"/>' for y, to in pairs or [(a.y, b.y)]
        )
    return drawn


def drawing(found: Sequence[Layer], stripe: str, request: gr.Request | None) -> str:
    """The 6-2-6 figure of every textbook with this network's numbers: a column a stage, brighter where more is on."""
    columns = [list(group) for _, group in groupby(enumerate(stages(found)), key=one_column)]
    wide = STEP * len(columns)
    ways, drawn, words, shapes = "", "", "", []
    previous: list[Spot] = []
    for i, numbered in enumerate(columns):
        stage = [layer for _, layer in numbered]
        first, x = stage[0], STEP * (i + 0.5)
        fill = "#d1477a" if first.role == "z" else stripe
        if first.role in FORK:
            more, spots = fork(stage, x, stripe)
        else:
            more, spot = circles(first, x, MIDDLE, SPAN, fill) if first.output.ndim == 1 else stack(first, x, fill)
            spots = [spot]
        drawn += more
        ways += between(previous, spots)
        parameters = sum(layer.parameters for layer in stage)
        if parameters:
            words += text(x - STEP / 2, TALL - 4, f"{parameters:,}", 11, ' fill-opacity=".8"')
        title = first.role if first.role in ("x", "z", "x̂") else ""
        shapes.append(" + ".join(layer.shape for layer in stage if layer.role != "ε"))
        shown = f"{title} {shapes[-1].replace(' ', '')}".strip()
        words += text(x, TALL - 22, shown, 13, ' font-weight="700"' if title else "")
        previous = spots
    alt = say("layers.drawing_alt", request, shapes=" → ".join(shapes))
    told = "".join(
        f'<p class="small">{escape(say(key, request))}</p>'
        for key in ("layers.drawing_words", *(["layers.fork_words"] if any(f.role == "ε" for f in found) else []))
    )
    return (
        f'<p class="slide">{escape(say("layers.slide", request))}</p>'
        f'<div class="layer-drawing" tabindex="0" role="group" aria-label="{escape(alt)}">'
        f'<svg viewBox="0 0 {wide} {TALL}" width="{wide}" height="{TALL}" role="img" aria-label="{escape(alt)}">'
        f'<g stroke="currentColor" stroke-opacity=".13">{ways}</g>{drawn}{words}</svg></div>{told}'
    )


def one_column(numbered: tuple[int, Layer]) -> int:
    """Stages of the same column have the same number: those of a fork share one."""
    return -1 if numbered[1].role in FORK else numbered[0]


def facts(ae: Checkpoint, found: Sequence[Layer], request: gr.Request | None) -> str:
    """Numbers in, numbers between, parameters, in a sentence."""
    pixels = found[0].output.numel()
    own = sum(p.numel() for p in ae.network.parameters())
    other = own - sum(layer.parameters for layer in found)
    told = say("layers.facts", request, name=display(ae.name), pixels=f"{pixels:,}", d=f"{ae.latent_dim:,}",
               ratio=pixels / ae.latent_dim, parameters=f"{own:,}")  # fmt: skip
    if other:
        told += " " + say("layers.other", request, n=f"{other:,}")
    return f'<p class="lead">{escape(told)}</p>'


def python(room: Room, dataset: str, digit, face, ae: Checkpoint, seed: int, scale: float) -> str:
    """Lines that print every layer's shape."""
    through = ["    y = network(x)"]
    if isinstance(ae.network, VAE):
        through = [
            "    q = network.posterior(x)",
            f"    eps = torch.randn(1, {ae.latent_dim}, generator=torch.Generator().manual_seed({seed}))",
            f"    z = q.mu + {scale:g} * q.sigma * eps",
            "    y = network.decode(z)",
        ]
    return "\n".join(
        [
            *network_lines(room, dataset, digit, face, ae.name),
            "seen = {}",
            "for name, module in network.named_modules():",
            "    module.register_forward_hook(lambda m, i, output, name=name: seen.update({name: output}))",
            "with torch.no_grad():",
            *through,
            "for name, output in seen.items():",
            "    if isinstance(output, torch.Tensor):",
            "        print(name, tuple(output.shape), output.mean().item())",
            "print(sum(p.numel() for p in network.parameters()), 'parameters')",
        ]
    )


def known(room: Room, dataset: str) -> dict[str, Checkpoint]:
    """All of that data set, those of two dimensions last."""
    return room.of(dataset) | room.flat(dataset)


def build(room: Room, dataset: gr.Radio, picture: PictureInput) -> Tab:
    """The section's content."""

    @remembered
    @steady(room)
    def inside_layers(
        request: gr.Request,
        dataset="mnist",
        digit="digit:4:3",
        face="astronaut",
        upload=None,
        model="mnist-dense-ae",
        scale=1.0,
        seed=0,
    ) -> tuple:
        """The picture's way through one network: every layer's shape, parameters and activations.

        Args:
            dataset, digit, face, upload: as in /reconstruct.
            model: a checkpoint of that data set.
            scale: of a VAE times sigma, 0 to 4: the decoder goes on from z = mu + scale sigma eps.
            seed: of eps.

        Returns:
            the models to choose from, whether there are dice, the layers as HTML, and Python lines that print them.
        """
        data = choice(dataset, DATASETS, say("common.dataset", request), request)
        scale = number(scale, 0, MOST_SCALE, say("layers.scale", request), request)
        seed = whole(seed, 0, references.MOST_SEED, say("common.seed", request), request)
        every = known(room, data)
        ae = pick(room, every, model, request)
        if ae is None:
            words = say("common.no_models", request, dataset=say(f"common.{data}", request))
            return Dropdown(choices=[], visible=False), gr.Column(visible=False), note(words), ""
        name = ae.name
        x = references.resolve(room, data, digit, face, upload, request).to(ae.device)
        found = layers(ae.network, x, step.dice(ae, seed), scale)
        stripe = colour(name)
        html = facts(ae, found, request) + drawing(found, stripe, request) + layer_figures(found, stripe, request)
        offered = answered(model, name, choices=[(display(n), n) for n in every], visible=True)
        rolls = gr.Column(visible=isinstance(ae.network, VAE))
        return offered, rolls, html, python(room, data, digit, face, ae, seed, scale)

    every = [name for data in DATASETS for name in known(room, data)]
    gr.Markdown(t("layers.intro"), elem_classes="lead")
    model = Dropdown(
        [(display(name), name) for name in every],
        value=next(iter(every), None),
        label=t("layers.model"),
        interactive=True,
        filterable=False,
    )
    with gr.Column(visible=False) as rolls:
        scale = Slider(0, MOST_SCALE, 1.0, step=0.05, label=t("layers.scale"), info=t("layers.scale_info"), buttons=[])
        seed, _ = seed_row()
    shown = gr.HTML(css_template=asset("layers.css"), elem_classes=["results", "inside-layers"])
    sheet(".inside-layers .figures")
    code = python_box()
    one_step = step.build(room, dataset, picture, model, seed)
    explain.build("layers.explain_words")

    knobs, outputs = [dataset, *picture.components, model, scale, seed], [model, rolls, shown, code]

    def refresh(request: gr.Request, *values) -> tuple:
        own = len(knobs)
        return *inside_layers(request, *values[:own]), *one_step.call(request, *values[own:])

    turned = gr.on([model.input, seed.change], inside_layers, knobs, outputs, api_name="inside_layers", **MODEL)
    # Not of the same event: see `tab.MODEL`.
    turned.then(one_step.refresh, one_step.inputs, one_step.outputs, api_visibility="private", **MODEL)
    scale.input(inside_layers, knobs, outputs, api_visibility="private", **MODEL)
    link = {"model": model, "scale": scale, "seed": seed, **one_step.link}
    return Tab(refresh, [*knobs, *one_step.inputs], [*outputs, *one_step.outputs], link)
