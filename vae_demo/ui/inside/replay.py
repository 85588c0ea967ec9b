"""The section Training replayed: the maps of the 2-D models at some thirty moments of their training."""

from functools import cache
from typing import Any

import gradio as gr
import torch
from torch import Tensor

from vae_demo import replay
from vae_demo.files import CheckpointError
from vae_demo.replay import Replay
from vae_demo.ui import explain
from vae_demo.ui.figures import colour
from vae_demo.ui.inputs import PictureInput
from vae_demo.ui.latent_map import MAPS, text_of
from vae_demo.ui.room import Room, display
from vae_demo.ui.scripts import asset, canvas
from vae_demo.ui.tab import Tab
from vae_demo.ui.text import t
from vae_demo.ui.text.inside_replay import TEXTS

TERMS = ("sse", "nll", "kl")  # in the order in which they are shown; one of weight 0 is not


def agreement(codes: Tensor, labels: Tensor) -> Tensor:
    """The share of codes whose nearest other one is of the same digit, at each moment: (T, N, 2), (N,) -> (T,)."""
    shares = []
    for moment in codes:
        between = torch.cdist(moment, moment, compute_mode="donot_use_mm_for_euclid_dist").fill_diagonal_(torch.inf)
        shares.append((labels[between.argmin(1)] == labels).float().mean())
    return torch.stack(shares)


def reach(codes: Tensor) -> float:
    """Half the side of the square around 0 that holds 99.5% of the codes at every moment, and 3 sigma of N(0, I)."""
    farthest = codes.abs().amax(2)  # (T, N)
    return max(3.2, 1.05 * farthest.quantile(0.995, dim=1).max().item())


def packed(name: str, run: Replay) -> dict[str, Any]:
    """One run for the browser."""
    terms = {key: run.terms[key] for key in TERMS if key in run.terms and run.terms[key].any()}
    return {
        "name": name,
        "title": display(name),
        "colour": colour(name),
        "run": run.run,
        "steps": run.steps.tolist(),
        "reach": reach(run.codes),
        "codes": text_of(run.codes.half()),
        "labels": text_of(run.labels),
        "pictures": text_of(run.pictures),
        "terms": {key: term.tolist() for key, term in terms.items()},
        "agreement": agreement(run.codes, run.labels).tolist(),
    }


def runs(room: Room) -> dict[str, Replay]:
    """The recorded runs of the room's 2-D models, in the order of the maps; a damaged one is left out."""
    found = {}
    for name, ae in room.flat("mnist").items():
        try:
            run = replay.read(ae.folder)
        except CheckpointError:
            continue
        if run is not None:
            found[name] = run
    return {name: found[name] for name in MAPS if name in found}


def python(name: str) -> str:
    """Lines that print the loss and draw the map of a moment."""
    return "\n".join(
        [
            "import vae_demo",
            "from vae_demo import replay",
            "",
            f'run = replay.read(vae_demo.load("{name}", "cpu").folder)',
            "print('step', *run.terms)",
            "for step, *terms in zip(run.steps.tolist(), *run.terms.values()):",
            "    print(step, *(round(term.item(), 1) for term in terms))",
            "middle = run.codes[len(run.steps) // 2]  # (N, 2): the map half-way, of the digits run.labels",
        ]
    )


def build(room: Room, dataset: gr.Radio, picture: PictureInput) -> Tab:
    """The section's content: one component, whose script asks once for the runs; digits only."""
    known = runs(room)
    gr.Markdown(t("replay.intro"), elem_classes="lead")
    if not known:
        gr.Markdown(t("replay.none"))
        return Tab(lambda _: [], [], [])
    gr.Markdown(t("replay.digits_only"), elem_classes="for-celeba")

    @cache
    def all_packed() -> list[dict[str, Any]]:
        return [packed(name, run) for name, run in known.items()]

    def training_runs(_: Any = None) -> list[dict[str, Any]]:
        """All runs for the browser."""
        return all_packed()

    words = {key.removeprefix("replay."): pair for key, pair in TEXTS.items() if not key.endswith("_words")}
    moment = gr.HTML(
        "",  # the moment that is shown, for the link
        html_template='<div class="latent-map replay"></div>',
        css_template=asset("latent_map.css") + asset("replay.css"),
        js_on_load=canvas("replay.js", words=words),
        server_functions=[training_runs],
        apply_default_css=False,
    )
    with gr.Accordion(t("common.python"), open=False):
        name = "mnist-vae-2d" if "mnist-vae-2d" in known else next(iter(known))
        gr.Code(python(name), language="python", interactive=False, show_label=False, buttons=["copy"])
    explain.build("replay.explain_words")
    return Tab(lambda _: [], [], [], {"moment": moment})
