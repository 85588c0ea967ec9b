"""What a visitor moves, mutes or paints by hand, as one short text: "mnist-vae;7=1.25,3=-2".

A script of the section sets it, so a link keeps it and a program can send it. Changes belong to one checkpoint: to
another they mean nothing, and are not there.
"""

import math
from collections.abc import Mapping

import gradio as gr

from vae_demo.ui.checks import UserError
from vae_demo.ui.references import LONGEST
from vae_demo.ui.scripts import script

NAMES = ("traversal", "dictionary", "codes")  # of those that the page has


def component(name: str, value: str = "") -> gr.HTML:
    """The text, without a look; `document.dispatchEvent(new CustomEvent('held', {detail: {name, text}}))` sets it."""
    return gr.HTML(value, html_template="", js_on_load=script("held.js", name=name), label=name, elem_classes="held")


def pairs(changes: Mapping) -> str:
    """{7: 1.25, 3: -2} -> "7=1.25,3=-2"."""
    return ",".join(f"{key}={value:g}" for key, value in changes.items())


def read(text, checkpoint: str, request: gr.Request | None = None) -> dict[str, float]:
    """The changes in such a text that belong to this checkpoint, finite numbers by key.

    Raises:
        UserError: it is no such text.
    """
    if not isinstance(text, str) or len(text) > LONGEST:
        raise UserError("inside.bad_changes", request, value=str(text)[:40])
    name, _, rest = text.partition(";")
    if name != checkpoint or not rest:
        return {}
    changes = {}
    for part in rest.split(","):
        key, _, value = part.partition("=")
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not key or not math.isfinite(number):
            raise UserError("inside.bad_changes", request, value=part[:40])
        changes[key] = number
    return changes
