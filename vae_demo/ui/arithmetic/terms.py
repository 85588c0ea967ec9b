"""The three terms of an equation: a group's mean code, or a picture of one's own."""

from collections.abc import Mapping, Sequence

import gradio as gr
import torch
from torch import Tensor

from vae_demo.checkpoints import Checkpoint
from vae_demo.ui import inputs
from vae_demo.ui.arithmetic.models import able
from vae_demo.ui.checks import choice
from vae_demo.ui.controls import Dropdown
from vae_demo.ui.inputs import PictureInput
from vae_demo.ui.room import DATASETS, Room
from vae_demo.ui.text import say, t
from vae_demo.ui.text.arithmetic import GROUPS

OWN = "own"  # a term that is a picture, not a group's mean
EQUATION = {
    "celeba": ("man_glasses", "man", "woman"),
    "mnist": ("slanted_7", "upright_7", "upright_1"),
}
PICTURES = {"a": ("digit:7:2", 0), "b": ("digit:7", 1), "c": ("digit:4", 2)}  # a term's own picture at first


def term_words(ae: Checkpoint, group: str, request) -> list[str]:
    """What a term is called, and what there is to say of it."""
    if group == OWN:
        return [say("arithmetic.own_title", request), say("arithmetic.own_caption", request)]
    n = ae.card.get("groups", {}).get(group)
    title = say(f"arithmetic.group.{group}", request)
    return [title, say("arithmetic.group_n", request, n=n)] if n else [title]


def codes_of(ae: Checkpoint, terms: Mapping[str, tuple], pictures: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Of the terms in one model, each (1, D)."""
    own = iter(ae.encode(torch.cat([*pictures.values()])).split(1)) if pictures else iter(())
    return {what: next(own) if what in pictures else ae.groups[group][None] for what, (group, _) in terms.items()}


def terms_of(data, ae: Checkpoint, groups, pictures, request) -> dict[str, tuple]:
    """Each term's group and picture; a group of the other data set makes room for the first one of this."""
    terms = {}
    for what, group, picture, first in zip("abc", groups, pictures, EQUATION[data], strict=True):
        group = choice(group, [*GROUPS, OWN], say(f"arithmetic.term_{what}", request), request)
        terms[what] = (group if group in (OWN, *ae.groups) else first, picture)
    return terms


def choices_of(names: Sequence[str]) -> list[tuple]:
    """The groups to choose from, and a picture of one's own."""
    return [*((t(f"arithmetic.group.{name}"), name) for name in names), (t("arithmetic.own"), OWN)]


def terms_row(room: Room, data: str) -> tuple[dict[str, Dropdown], dict[str, PictureInput]]:
    """The row of terms, as the data set opens with: "a", "b" and "c" -> the group's field, and the own picture's."""
    # Groups of both data sets, for programs; the tab's `refresh` leaves those of the one that is shown.
    known = {group for dataset in DATASETS for ae in able(room, dataset).values() for group in ae.groups}
    groups = [group for group in GROUPS if group in known]
    quiet: dict = {"api_visibility": "private", "queue": False}
    terms, pictures = {}, {}
    with gr.Row():
        for what, default in zip("abc", EQUATION[data], strict=True):
            with gr.Column(min_width=200):
                label = t(f"arithmetic.term_{what}")
                term = Dropdown(choices_of(groups), value=default if groups else OWN, label=label)
                digit, face = PICTURES[what]
                with gr.Column(visible=False) as own:
                    first = digit, inputs.default_face(room, face)
                    pictures[what] = inputs.build(room, f"arithmetic.picture_{what}", *first, f"arithmetic-{what}")
                term.change(lambda value: gr.Column(visible=value == OWN), term, own, **quiet)
            terms[what] = term
    sent = gr.HTML(value="", html_template="<i></i>", js_on_load=SENT, elem_classes="away")
    sent.change(
        lambda what: [OWN if str(what).startswith(f"{term}:") else gr.skip() for term in "abc"],
        sent,
        list(terms.values()),
        **quiet,
    )
    return terms, pictures


# A picture that is sent to a term makes that term a picture of one's own; then its input appears and takes it.
SENT = """
let last = 0;
document.addEventListener('picture-sent', e => {
  const [, what] = e.detail.target.match(/^arithmetic-([abc])$/) ?? [];
  if (!what || document.querySelector(`[data-target="${e.detail.target}"]`) || Date.now() - last < 1500) return;
  last = Date.now();
  props.value = `${what}:${last}`;
});
"""
