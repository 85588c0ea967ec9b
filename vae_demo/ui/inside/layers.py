"""The section Layers: a picture's way through a network, layer by layer, with shapes, parameters and activations."""

import copy
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

import gradio as gr
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vae_demo.checkpoints import Checkpoint
from vae_demo.models import Autoencoder
from vae_demo.models.attention import CrossAttention
from vae_demo.models.blocks import Residual
from vae_demo.ui import charts, explain, references
from vae_demo.ui.checks import choice
from vae_demo.ui.controls import Dropdown, answered
from vae_demo.ui.figures import PRESS, colour, img, note, png, signed
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.inputs import PictureInput
from vae_demo.ui.inside.models import network_lines, pick
from vae_demo.ui.room import DATASETS, Room, display
from vae_demo.ui.scripts import asset
from vae_demo.ui.sheet import sheet
from vae_demo.ui.tab import MODEL, Tab, python_box
from vae_demo.ui.text import say, t

# What counts as a layer, and what only finishes the one before it.
LAYERS = (
    nn.Linear, nn.Conv2d, nn.ConvTranspose2d, nn.PixelUnshuffle, nn.PixelShuffle, nn.TransformerEncoderLayer, Residual,
    CrossAttention,
)  # fmt: skip
FINISHERS = (nn.ReLU, nn.BatchNorm2d, nn.LayerNorm)
MOST_MAPS = 32  # feature maps of a layer that are shown
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")  # where a long class name may be broken
BARS = 64  # widest dense layer that is drawn as bars
NODES = 14  # circles of the widest column in the drawing


@dataclass(frozen=True)
class Layer:
    """What one layer gave for one picture.

    Attributes:
        name: its path in the network, "encoder.0"; "x", "z" and "x̂" for the ends.
        kind: "Linear + ReLU".
        output: (D,), (C, H, W), or of tokens (T, W).
        parameters: its own, those of its finishers counted in.
    """

    name: str
    kind: str
    output: Tensor
    parameters: int

    @property
    def shape(self) -> str:
        """ "512" or "64 × 7 × 7"."""
        return " × ".join(f"{n:,}" for n in self.output.shape)


def parts(network: nn.Module, path: str = "") -> Iterator[tuple[str, nn.Module]]:
    """Layers and finishers with their paths."""
    for name, child in network.named_children():
        if isinstance(child, LAYERS + FINISHERS):
            yield path + name, child
        else:
            yield from parts(child, f"{path}{name}.")


@torch.no_grad()
def layers(network: Autoencoder, x: Tensor) -> list[Layer]:
    """What every layer gives for x (1, C, H, W), in the order in which they run: x first, x̂ last.

    The hooks are put on a copy: another visitor's picture may be in the network at the same moment.
    """
    network = copy.deepcopy(network)
    found: list[Layer] = []
    counted: set[str] = set()  # VQ-VAE-2 runs a part of its decoder in the encoder too

    def hook(name: str):
        def record(module: nn.Module, _, output) -> None:
            result = (output[0] if isinstance(output, tuple) else output)[0].float().cpu()
            count = 0 if name in counted else sum(p.numel() for p in module.parameters())
            counted.add(name)
            kind = type(module).__name__
            if isinstance(module, FINISHERS) and found and result.shape == found[-1].output.shape:
                last = found[-1]
                kind, count = f"{last.kind} + {kind}", last.parameters + count
                found[-1] = replace(last, kind=kind, output=result, parameters=count)
            else:
                found.append(Layer(name, kind, result, count))

        return record

    for name, part in parts(network):
        part.register_forward_hook(hook(name))
    z = network.encode(x)
    encoder = len(found)
    code = z[0].cpu()
    same = [i for i in range(encoder) if torch.equal(found[i].output.flatten(), code)]
    if same:  # the code is the output of a layer: mark it
        found[same[-1]] = replace(found[same[-1]], kind=f"{found[same[-1]].kind} = z")
    else:
        found.append(Layer("z", "z", code, 0))
    y = network.decode(z)
    return [Layer("x", "x", x[0].cpu(), 0), *found, Layer("x̂", "x̂", y[0].cpu(), 0)]


def is_code(layer: Layer) -> bool:
    return layer.kind == "z" or layer.kind.endswith("= z")


def stages(found: Sequence[Layer]) -> list[Layer]:
    """The layers at which the shape changes, for the drawing, each with the parameters of all that lead to it.

    A dense layer reads the picture as one row of numbers, so beside one it is drawn as such.
    """
    flat = [
        replace(layer, output=layer.output.flatten()) if end and beside.output.ndim == 1 else layer
        for layer, beside, end in zip(
            found, [*found[1:], found[-2]], [layer.name in ("x", "x̂") for layer in found], strict=True
        )
    ]
    kept: list[Layer] = []
    for layer in flat:
        if not kept or layer.output.shape != kept[-1].output.shape:
            kept.append(layer)
            continue
        special = layer if is_code(layer) or layer.name == "x̂" else kept[-1]
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
    return (layer.output > 0).float().mean().item() if layer.kind.split(" = ")[0].endswith("ReLU") else None


def layer_figures(found: Sequence[Layer], stripe: str, request: gr.Request | None) -> str:
    """A figure a layer: its activations, shape, parameters."""
    cells = []
    for before, layer in zip([None, *found], found, strict=False):
        shape = layer.shape if before is None else f"{before.shape} → {layer.shape}"
        lines = [shape]
        if layer.parameters:
            lines.append(say("layers.parameters", request, n=f"{layer.parameters:,}"))
        share = on_share(layer)
        if share is not None:
            lines.append(say("layers.on", request, share=share))
        if layer.output.ndim == 3 and len(layer.output) > MOST_MAPS:
            lines.append(say("layers.first_maps", request, n=MOST_MAPS, of=len(layer.output)))
        alt = say("layers.alt", request, name=layer.name, kind=layer.kind, shape=layer.shape)
        send = ""
        if layer.name in ("x", "x̂"):
            drawn, send = img(layer.output, alt, PRESS), ' data-send="1"'
        elif layer.output.ndim == 1 and len(layer.output) <= BARS:
            drawn = charts.bars(layer.output.tolist(), stripe, alt)
        else:
            drawn = f'<img class="px heat" src="{png(heat(layer.output, found[0].output))}" alt="{escape(alt)}">'
        name = f"{layer.name} · {layer.kind}" if layer.name != layer.kind else layer.name
        marked = " code" if is_code(layer) else ""
        cells.append(
            f'<figure class="layer{marked}" style="--stripe:{stripe}"{send}>{drawn}<figcaption>'
            f"<b>{CAMEL.sub('<wbr>', escape(name))}</b>"
            f"{''.join(f'<span>{escape(line)}</span>' for line in lines)}</figcaption></figure>"
        )
    return f'<div class="figures" style="--least:190px">{"".join(cells)}</div>'


STEP, TALL = 104, 232  # of the drawing: from one column to the next, and its height
MIDDLE = 100


def column(layer: Layer, x: float, stripe: str) -> tuple[str, list[float]]:
    """One stage of the drawing at x, and the heights from which lines leave it (none for a stack of maps)."""
    fill = "#d1477a" if is_code(layer) else stripe
    values = layer.output.abs()
    if layer.output.ndim == 1:
        width = len(values)
        count = width if width <= 6 else min(NODES, round(4 + 10 * math.log(width / 6) / math.log(784 / 6)))
        count = max(2, count) if width > 1 else 1
        strength = torch.stack([part.mean() for part in values.tensor_split(count)])
        strength = strength / strength.max().clamp(min=1e-9)
        gap = min(13.0, 170 / count)
        ys = [MIDDLE + (i - (count - 1) / 2) * gap for i in range(count)]
        circles = "".join(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{gap * 0.4:.1f}" fill="{fill}" fill-opacity="{0.12 + 0.88 * s:.2f}" '
            f'stroke="{fill}" stroke-width="1.2"/>'
            for y, s in zip(ys, strength.tolist(), strict=True)
        )
        return circles, ys
    channels, side = (len(values), values.shape[-1]) if layer.output.ndim == 3 else (1, values.shape[0])
    size = 16 + 12 * math.log2(max(side, 2))
    sheets = min(6, 1 + round(math.log2(channels)))
    left, top = x - size / 2 - 2 * (sheets - 1), MIDDLE - size / 2 + 2 * (sheets - 1)
    drawn = "".join(
        f'<rect x="{left + 4 * i:.1f}" y="{top - 4 * i:.1f}" width="{size:.1f}" height="{size:.1f}" rx="3" '
        f'fill="{fill}" fill-opacity="{0.16 if i else 0.34}" stroke="{fill}" stroke-width="1.2"/>'
        for i in reversed(range(sheets))
    )
    return drawn, []


def drawing(found: Sequence[Layer], stripe: str, request: gr.Request | None) -> str:
    """The 6-2-6 figure of every textbook with this network's numbers: a column a stage, brighter where more is on."""
    kept = stages(found)
    wide = STEP * len(kept)
    lines, columns, words = "", "", ""
    previous: tuple[float, list[float]] | None = None
    for i, layer in enumerate(kept):
        x = STEP * (i + 0.5)
        drawn, ys = column(layer, x, stripe)
        if previous is not None:
            if ys and previous[1]:
                lines += "".join(
                    f'<line x1="{previous[0]:.0f}" y1="{a:.1f}" x2="{x:.0f}" y2="{b:.1f}"/>'
                    for a in previous[1]
                    for b in ys
                )
            else:
                lines += f'<line x1="{previous[0]:.0f}" y1="{MIDDLE}" x2="{x:.0f}" y2="{MIDDLE}"/>'
            if layer.parameters:
                words += (
                    f'<text x="{x - STEP / 2:.0f}" y="{TALL - 4}" text-anchor="middle" font-size="11" '
                    f'fill="currentColor" fill-opacity=".8">{layer.parameters:,}</text>'
                )
        columns += drawn
        weight = ' font-weight="700"' if is_code(layer) or layer.name in ("x", "x̂") else ""
        title = "z" if is_code(layer) else layer.name if layer.name in ("x", "x̂") else ""
        shape = layer.shape.replace(" ", "")
        words += f'<text x="{x:.0f}" y="{TALL - 22}" text-anchor="middle" font-size="13" fill="currentColor"{weight}>'
        words += f"{escape(f'{title} {shape}'.strip())}</text>"
        previous = (x, ys)
    shapes = " → ".join(layer.shape for layer in kept)
    alt = say("layers.drawing_alt", request, shapes=shapes)
    return (
        f'<p class="slide">{escape(say("layers.slide", request))}</p>'
        f'<div class="layer-drawing" tabindex="0" role="group" aria-label="{escape(alt)}">'
        f'<svg viewBox="0 0 {wide} {TALL}" width="{wide}" height="{TALL}" role="img" aria-label="{escape(alt)}">'
        f'<g stroke="currentColor" stroke-opacity=".13">{lines}</g>{columns}{words}</svg></div>'
        f'<p class="small">{escape(say("layers.drawing_words", request))}</p>'
    )


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


def python(room: Room, dataset: str, digit, face, name: str) -> str:
    """Lines that print every layer's shape."""
    return "\n".join(
        [
            *network_lines(room, dataset, digit, face, name),
            "seen = {}",
            "for name, module in network.named_modules():",
            "    module.register_forward_hook(lambda m, i, output, name=name: seen.update({name: output}))",
            "with torch.no_grad():",
            "    y = network(x)",
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
        request: gr.Request, dataset="mnist", digit="digit:4:3", face="astronaut", upload=None, model="mnist-dense-ae"
    ) -> tuple:
        """The picture's way through one network: every layer's shape, parameters and activations.

        Args:
            dataset, digit, face, upload: as in /reconstruct.
            model: a checkpoint of that data set.

        Returns:
            the models to choose from, the layers as HTML, and Python lines that print them.
        """
        data = choice(dataset, DATASETS, say("common.dataset", request), request)
        every = known(room, data)
        ae = pick(room, every, model, request)
        if ae is None:
            words = say("common.no_models", request, dataset=say(f"common.{data}", request))
            return Dropdown(choices=[], visible=False), note(words), ""
        name = ae.name
        found = layers(ae.network, references.resolve(room, data, digit, face, upload, request).to(ae.device))
        stripe = colour(name)
        html = facts(ae, found, request) + drawing(found, stripe, request) + layer_figures(found, stripe, request)
        offered = answered(model, name, choices=[(display(n), n) for n in every], visible=True)
        return offered, html, python(room, data, digit, face, name)

    every = [name for data in DATASETS for name in known(room, data)]
    gr.Markdown(t("layers.intro"), elem_classes="lead")
    model = Dropdown(
        [(display(name), name) for name in every],
        value=next(iter(every), None),
        label=t("layers.model"),
        interactive=True,
        filterable=False,
    )
    shown = gr.HTML(css_template=asset("layers.css"), elem_classes=["results", "inside-layers"])
    sheet(".inside-layers .figures")
    code = python_box()
    explain.build("layers.explain_words")
    knobs, outputs = [dataset, *picture.components, model], [model, shown, code]
    model.input(inside_layers, knobs, outputs, api_name="inside_layers", **MODEL)
    return Tab(inside_layers, knobs, outputs, {"model": model})
