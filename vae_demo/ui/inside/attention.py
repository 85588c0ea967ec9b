"""The section Attention: press a place of the output, and see which places of the input it read.

An output place reads the slots, and the slots read the input places: the product of the two says who reads whom. With
self-attention before and after it is attention rollout (Abnar & Zuidema, arXiv 2005.00928). What really moves the
output, whatever is attended to, is its gradient (Simonyan et al., arXiv 1312.6034).
"""

import copy
import json
from dataclasses import dataclass

import gradio as gr
import torch
from torch import Tensor, nn

from vae_demo.checkpoints import Checkpoint
from vae_demo.models import AttentionAE
from vae_demo.ui import explain, references
from vae_demo.ui.checks import choice
from vae_demo.ui.controls import Radio, answered
from vae_demo.ui.figures import colour, note, png
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.inputs import PictureInput
from vae_demo.ui.inside.models import network_lines, pick
from vae_demo.ui.room import DATASETS, Room, display
from vae_demo.ui.scripts import asset, canvas
from vae_demo.ui.sheet import sheet
from vae_demo.ui.tab import MODEL, Tab, python_box
from vae_demo.ui.text import say, t
from vae_demo.ui.text.inside_attention import TEXTS

WAYS = ("attention", "rollout", "gradient")


@dataclass(frozen=True)
class Reading:
    """Who reads whom, for one picture of T = g x g places and S slots; all rows of weights sum to 1.

    Attributes:
        reads: (S, T), slots over input places.
        writes: (T, S), output places over slots.
        before, after: (L, T, T), the self-attention of the encoder's and of the decoder's layers.
        gradient: (T, T), output over input: how much the one patch changes with the other, rows scaled to sum 1.
    """

    reads: Tensor
    writes: Tensor
    before: Tensor
    after: Tensor
    gradient: Tensor

    @property
    def attention(self) -> Tensor:
        """(T, T): output over input places, through the slots alone."""
        return self.writes @ self.reads

    @property
    def rollout(self) -> Tensor:
        """(T, T): the same with self-attention, half of which goes through the residual connection."""
        return rolled(self.after) @ self.attention @ rolled(self.before)


def rolled(layers: Tensor) -> Tensor:
    """(L, T, T) -> (T, T): the product of (A + I) / 2, the last layer on the left."""
    total = identity = torch.eye(layers.shape[-1])
    for weights in layers:
        total = (weights + identity) / 2 @ total
    return total


def self_attention(encoder: nn.TransformerEncoder) -> list[Tensor]:
    """A list that fills with each layer's weights (B, T, T), averaged over heads, whenever the encoder runs."""
    seen: list[Tensor] = []

    def record(layer: nn.Module, arguments: tuple[Tensor, ...]) -> None:
        assert isinstance(layer, nn.TransformerEncoderLayer)
        normed = layer.norm1(arguments[0])  # norm_first: what the attention gets
        seen.append(layer.self_attn(normed, normed, normed)[1].detach())

    for layer in encoder.layers:
        layer.register_forward_pre_hook(record)
    return seen


def reading(network: AttentionAE, x: Tensor) -> Reading:
    """Everything that x (1, C, H, W) reads; the network's own outputs are what they are without looking."""
    plain, network = network, copy.deepcopy(network)  # another visitor's picture may be in it at the same moment
    before, after = self_attention(network.encoder), self_attention(network.decoder)
    with torch.no_grad():
        reads, writes = network.attention_maps(x)
        before.clear()
        network(x)
    return Reading(
        reads[0].flatten(1).cpu(),
        writes[0].flatten(1).T.cpu(),
        torch.cat(before).cpu(),
        torch.cat(after).cpu(),
        sensitivity(plain, x).cpu(),
    )


def sensitivity(network: AttentionAE, x: Tensor) -> Tensor:
    """Root of the summed squared derivatives of each output patch by each input patch, rows scaled to sum 1: (T, T)."""
    patch = network.size // network.grid

    def patches(v: Tensor) -> Tensor:  # (C, H, W) -> (T, C p²)
        return v.unfold(1, patch, patch).unfold(2, patch, patch).permute(1, 2, 0, 3, 4).flatten(2).flatten(0, 1)

    def mean_of_patches(v: Tensor) -> Tensor:  # one number a patch, so that T derivatives are enough
        return patches(network(v)[0]).mean(1)

    with torch.enable_grad():
        jacobian = torch.autograd.functional.jacobian(mean_of_patches, x.detach().clone())[:, 0]  # (T, C, H, W)
    strength = torch.stack([patches(row).square().sum(1).sqrt() for row in jacobian])  # (T, T)
    return strength / strength.sum(1, keepdim=True).clamp(min=1e-12)


def models(room: Room, dataset: str) -> dict[str, Checkpoint]:
    """The attention autoencoders of a data set."""
    return {name: ae for name, ae in room.of(dataset).items() if isinstance(ae.network, AttentionAE)}


def packed(ae: Checkpoint, x: Tensor) -> str:
    """All that the browser shows, as JSON: both pictures, and for each way the (T, T) shares in thousandths."""
    assert isinstance(ae.network, AttentionAE)
    found = reading(ae.network, x.to(ae.device))
    shares = {way: (getattr(found, way) * 1000).round().int().tolist() for way in WAYS}
    slots = [(weights * 1000).round().int().tolist() for weights in (found.writes, found.reads)]
    return json.dumps(
        {
            "name": ae.name,
            "title": display(ae.name),
            "colour": colour(ae.name),
            "grid": ae.network.grid,
            "input": png(x[0]),
            "output": png(ae.reconstruct(x)[0]),
            "ways": shares,
            "writes": slots[0],
            "reads": slots[1],
        }
    )


def python(room: Room, dataset: str, digit, face, name: str) -> str:
    """Lines that compute who reads whom."""
    return "\n".join(
        [
            *network_lines(room, dataset, digit, face, name),
            "with torch.no_grad():",
            "    reads, writes = network.attention_maps(x)  # (1, S, g, g): slots over places, places over slots",
            "attention = writes[0].flatten(1).T @ reads[0].flatten(1)  # (T, T), rows sum to 1",
            "place = network.grid // 2 * (network.grid + 1)  # the middle of the output",
            "print(attention[place].view(network.grid, network.grid))",
        ]
    )


def build(room: Room, dataset: gr.Radio, picture: PictureInput) -> Tab:
    """The section's content; the place that is pressed stays in the browser."""

    @remembered
    @steady(room)
    def inside_attention(
        request: gr.Request, dataset="mnist", digit="digit:4:3", face="astronaut", upload=None, model=None
    ) -> tuple:  # fmt: skip
        """Which places of the input each place of the output reads.

        Args:
            dataset, digit, face, upload: as in /reconstruct.
            model: an attention autoencoder of that data set; None or one of another kind gives the first.

        Returns:
            the models to choose from, a note where there is none, JSON with the shares in thousandths (output places
            over input places, row by row) for "attention", "rollout" and "gradient", and Python lines.
        """
        data = choice(dataset, DATASETS, say("common.dataset", request), request)
        known = models(room, data)
        ae = pick(room, known, model, request)
        if ae is None:
            return Radio(choices=[], visible=False), note(say("attention.none", request)), "", ""
        x = references.resolve(room, data, digit, face, upload, request)
        offered = answered(model, ae.name, choices=[(display(n), n) for n in known], visible=len(known) > 1)
        return offered, "", packed(ae, x), python(room, data, digit, face, ae.name)

    every = [name for data in DATASETS for name in models(room, data)]
    gr.Markdown(t("attention.intro"), elem_classes="lead")
    model = Radio(
        [(display(name), name) for name in every], value=next(iter(every), None), label=t("attention.model"),
        interactive=True,
    )  # fmt: skip
    missing = gr.HTML()
    words = {key.removeprefix("attention."): pair for key, pair in TEXTS.items() if not key.endswith("_words")}
    shown = gr.HTML(
        "",
        html_template='<div class="who-reads"></div>',
        css_template=asset("attention.css"),
        js_on_load=canvas("attention.js", words=words, ways=WAYS),
        apply_default_css=False,
    )
    sheet(".who-reads")
    place = gr.HTML("", html_template="", js_on_load=PLACE, elem_classes="held")
    code = python_box()
    explain.build("attention.explain_words")
    knobs, outputs = [dataset, *picture.components, model], [model, missing, shown, code]
    model.input(inside_attention, knobs, outputs, api_name="inside_attention", **MODEL)
    return Tab(inside_attention, knobs, outputs, {"model": model, "place": place})


# The way and the place that are shown, "attention:24", for the link.
PLACE = """
const tell = () => props.value && document.dispatchEvent(new CustomEvent('attention-at', {detail: props.value}));
document.addEventListener('attention-place', e => { props.value = e.detail; });
watch('value', tell);
tell();
"""
