"""Part of the section VQ codes: the two levels of a VQ-VAE-2 swapped between two pictures."""

import gradio as gr
import torch
from torch import Tensor

from vae_demo.checkpoints import Checkpoint
from vae_demo.models import VQVAE2
from vae_demo.ui import inputs, references
from vae_demo.ui.checks import choice
from vae_demo.ui.controls import Radio
from vae_demo.ui.figures import Figure, colour, grid
from vae_demo.ui.handling import steady
from vae_demo.ui.inputs import PictureInput
from vae_demo.ui.inside.models import pick
from vae_demo.ui.inside.quantised import Codes, codes_of, decoded, discrete
from vae_demo.ui.room import DATASETS, Room
from vae_demo.ui.tab import MODEL, Tab
from vae_demo.ui.text import say, t


def swapped(ae: Checkpoint, a: Codes, b: Codes) -> Tensor:
    """A, B, the top of A on the bottom of B, the top of B on the bottom of A: (4, C, H, W)."""
    pairs = (a, a), (b, b), (a, b), (b, a)
    return torch.stack([decoded(ae, {"top": top["top"], "bottom": bottom["bottom"]}) for top, bottom in pairs])


def build(room: Room, dataset: gr.Radio, picture: PictureInput, model: Radio) -> Tab:
    """A second picture and the four results, shown where the chosen model has two levels."""

    def chosen(data: str, name, request: gr.Request | None) -> Checkpoint | None:
        ae = pick(room, discrete(room.of(data)), name, request)
        return ae if ae is not None and isinstance(ae.network, VQVAE2) else None

    @steady(room)
    def swap(
        request: gr.Request,
        dataset="celeba", digit="digit:4:3", face="astronaut", upload=None, digit_b="digit:2", face_b="astronaut",
        upload_b=None, model="celeba-vq-vae-2",
    ) -> str:  # fmt: skip
        """The levels of two pictures swapped, as HTML; nothing where the model has but one level.

        Args:
            dataset, digit, face, upload: picture A, as in /reconstruct.
            digit_b, face_b, upload_b: picture B.
            model: a VQ-VAE-2 of that data set.
        """
        ae = chosen(choice(dataset, DATASETS, say("common.dataset", request), request), model, request)
        if ae is None:
            return ""
        a, b = (
            codes_of(ae, references.resolve(room, dataset, *pair, request))
            for pair in ((digit, face, upload), (digit_b, face_b, upload_b))
        )
        titles = [say(f"codes.swap_{key}", request) for key in ("a", "b", "a_top", "b_top")]
        pictures = swapped(ae, a, b)
        return grid([Figure(y, title, colour=colour(ae.name)) for y, title in zip(pictures, titles, strict=True)], 190)

    def refresh(request: gr.Request, data, *values) -> tuple:
        return gr.Column(visible=chosen(data, values[-1], request) is not None), swap(request, data, *values)

    with gr.Column(visible=False) as column:
        gr.Markdown(t("codes.swap"), elem_classes="section-title")
        gr.Markdown(t("codes.swap_words"), elem_classes="lead")
        with gr.Row():
            with gr.Column(scale=1, min_width=280):
                b = inputs.build(room, "codes.other", "digit:2", inputs.default_face(room, 1), "inside-b")
            with gr.Column(scale=2, min_width=300):
                html = gr.HTML()
    knobs = [dataset, *picture.components, *b.components, model]
    gr.on(b.triggers, swap, knobs, html, api_name="inside_swap", **MODEL)
    return Tab(refresh, knobs, [column, html], {"digit_b": b.digit, "face_b": b.face})
