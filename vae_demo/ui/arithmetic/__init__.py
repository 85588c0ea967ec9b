"""The tab Latent arithmetic: man with glasses - man + woman, and sliders for what a face or a digit has."""

import gradio as gr

from vae_demo.ui import explain
from vae_demo.ui.arithmetic import board, cards, equation, singles
from vae_demo.ui.arithmetic.models import able, best
from vae_demo.ui.room import DATASETS, Room
from vae_demo.ui.scripts import asset
from vae_demo.ui.tab import MODEL, Tab, link_button
from vae_demo.ui.text import t


def build(room: Room, dataset: gr.Radio) -> Tab:
    """The tab's content."""
    for name in DATASETS:
        gr.Markdown(t(f"arithmetic.intro_{name}"), elem_classes=f"lead for-{name}")
    solving = equation.build(room, dataset)
    with gr.Column(elem_classes="for-celeba"):
        single = singles.build(room, [solving.model, solving.strength, solving.mode], solving.solved)
    sliding = board.build(room, dataset, solving.model)
    with explain.build("arithmetic.explain_words"):
        rates = gr.HTML(css_template=asset("cards.css"))
    (seed,) = single.link.values()
    own = len(solving.tab.inputs)

    def refresh(request: gr.Request, dataset, model, *values) -> tuple:
        """The whole tab, in the model of this data set where one of the other is chosen."""
        terms, seed, knobs = values[: own - 2], values[own - 2], values[own - 1 :]
        *_, strength, mode = terms
        solved = solving.tab.refresh(request, dataset, model, *terms)
        offered = able(room, dataset)
        model = model if model in offered else best(offered)
        judged = single.refresh(request, model, strength, mode, seed) if dataset == "celeba" and model else ""
        return *solved, judged, *sliding.refresh(request, dataset, model, *knobs), cards.rates_html(offered, request)

    link = {**solving.tab.link, **single.link, **sliding.link}
    link_button("arithmetic", dataset, link)
    outputs = [*solving.tab.outputs, *single.outputs, *sliding.outputs, rates]
    tab = Tab(refresh, [*solving.tab.inputs, seed, *sliding.inputs[2:]], outputs, link)
    solving.model.input(refresh, tab.inputs, tab.outputs, api_visibility="private", **MODEL)
    return tab
