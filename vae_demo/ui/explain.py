"""The fold-out below a tab: the idea in a sentence, its formula, and what people ask."""

import gradio as gr

from vae_demo.ui.text import t

# Gradio's own setting knows only $$; the formulas within a line have one.
DELIMITERS: list[dict[str, str | bool]] = [
    {"left": "$$", "right": "$$", "display": True},
    {"left": "$", "right": "$", "display": False},
]


def build(key: str) -> gr.Accordion:
    """A closed accordion with the Markdown of that key; more can be put below it."""
    with gr.Accordion(t("common.explain"), open=False) as box:
        gr.Markdown(t(key), latex_delimiters=DELIMITERS, elem_classes="explained")
    return box
