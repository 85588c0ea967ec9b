"""The equation on single faces: man with glasses - man + woman, eight times, each with the verdict on it."""

from collections.abc import Mapping
from html import escape

import gradio as gr
import torch
from gradio.components import Component
from gradio.events import Dependency
from torch import Tensor

from vae_demo.ui import gallery, references
from vae_demo.ui.arithmetic.cards import record
from vae_demo.ui.arithmetic.equation import checked
from vae_demo.ui.arithmetic.judge import chips, judged
from vae_demo.ui.arithmetic.models import able
from vae_demo.ui.checks import choice, whole
from vae_demo.ui.figures import Figure, grid, img, note
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.room import DATASETS, Room
from vae_demo.ui.scripts import asset
from vae_demo.ui.sheet import sheet
from vae_demo.ui.tab import MODEL, Tab, seed_row
from vae_demo.ui.text import say, t

RIGHT, FAILED = "#4f9a3a", "#b5543c"
SINGLES = 8  # triplets of single faces on the page


def triplets(faces: int, n: int, seed: int) -> Tensor:
    """Rows of man with glasses, man and woman, drawn from `faces` chosen ones: (n, 3)."""
    generator = torch.Generator().manual_seed(seed)
    kinds = (gallery.rows(faces, True, True), gallery.rows(faces, False, True), gallery.rows(faces, False, False))
    orders = [torch.randperm(len(kind), generator=generator)[torch.arange(n) % len(kind)] for kind in kinds]
    return torch.stack([torch.tensor(kind)[order] for kind, order in zip(kinds, orders, strict=True)], 1)


def single_html(x: Tensor, terms: Tensor, judgement: Mapping[str, float], k: int, request: gr.Request | None) -> Figure:
    """The result x (1, C, H, W) of one triplet of pictures (3, C, H, W), and whether it came out right."""
    right = judgement["Eyeglasses"] > 0.5 > judgement["Male"]
    title = ("✓ " if right else "✗ ") + say(f"arithmetic.single_{'right' if right else 'failed'}", request)
    small = [
        img(picture, say(f"arithmetic.single_{what}", request)) for what, picture in zip("abc", terms, strict=True)
    ]
    below = f'<div class="triplet">{small[0]}−{small[1]}+{small[2]}</div>'
    lines = chips(judgement, request)
    return Figure(x[0], title, lines, f"{k}. {title}: {', '.join(lines)}", RIGHT if right else FAILED, below)


def build(room: Room, knobs: list[Component], solved: Dependency) -> Tab:
    """The section's content; `knobs` are model, strength and mode of the equation, and `solved` its event."""

    @remembered
    @steady(room)
    def single_faces(
        request: gr.Request, model="celeba-perceptual-vae", strength=1.0, mode="attributes", seed=0
    ) -> str:
        """Man with glasses - man + woman on eight times three single invented faces, with the verdict on each.

        Args:
            model: the name of a checkpoint of faces with directions.
            strength, mode: as in /arithmetic.
            seed: which faces.

        Returns:
            HTML.
        """
        faces = room.inventor.invented if room.inventor else torch.zeros(0)
        known = [name for dataset in DATASETS for name in able(room, dataset)]
        ae = room.checkpoints[choice(model, known, say("arithmetic.variant", request), request)]
        if ae.dataset == "mnist":
            return note(say("arithmetic.only_faces", request))
        if not len(faces) or room.verdict is None:
            return ""
        assert room.inventor is not None
        strength, mode = checked(strength, mode, request)
        seed = whole(seed, 0, references.MOST_SEED, say("common.seed", request), request)
        drawn = triplets(len(faces), SINGLES, seed)  # (n, 3)
        x = room.inventor.decode(faces[drawn.flatten()])
        z_a, z_b, z_c = ae.encode(x).unflatten(0, (SINGLES, 3)).unbind(1)
        y = ae.decode(ae.arithmetic(z_a, z_b, z_c, strength, mode))
        each = zip(y.split(1), x.cpu().unflatten(0, (SINGLES, 3)), judged(room.verdict, y), strict=True)
        figures = [single_html(*one, k + 1, request) for k, one in enumerate(each)]
        right = sum(figure.colour == RIGHT for figure in figures)
        words = say("arithmetic.single_count", request, right=right, n=SINGLES)
        return f'<p class="lead"><b>{escape(words)}</b> {escape(record(ae, mode, request))}</p>{grid(figures, 110)}'

    gr.Markdown(t("arithmetic.single"), elem_classes="section-title")
    gr.Markdown(t("arithmetic.single_words"), elem_classes="lead")
    seed, _ = seed_row()
    singles = gr.HTML(css_template=asset("singles.css"), elem_classes="singles")
    sheet(".singles .figures")
    tried = [*knobs, seed]
    # Not of the event that solves the equation: see `tab.MODEL`.
    solved.then(single_faces, tried, singles, api_visibility="private", **MODEL)
    seed.change(single_faces, tried, singles, api_name="arithmetic_single_faces", **MODEL)
    return Tab(single_faces, tried, [singles], {"seed": seed})
