"""Which of a section's checkpoints is looked into."""

from collections.abc import Mapping

import gradio as gr

from vae_demo.checkpoints import Checkpoint
from vae_demo.ui.checks import choice
from vae_demo.ui.room import Room, variant
from vae_demo.ui.text import say

FIRST = ("perceptual-vae", "vae")  # before the others of their kind


def favourite(known: Mapping[str, Checkpoint]) -> str | None:
    """The one that is looked into at first."""
    by_variant = {variant(name): name for name in known}
    return next((by_variant[wanted] for wanted in FIRST if wanted in by_variant), next(iter(known), None))


def pick(room: Room, known: Mapping[str, Checkpoint], name, request: gr.Request | None) -> Checkpoint | None:
    """The named one of `known`; its favourite where the name is of another kind or data set; None where it is empty.

    Raises:
        UserError: no checkpoint has that name.
    """
    first = favourite(known)
    if first is None:
        return None
    if name is not None:  # no choice was offered where there was none
        name = choice(name, list(room.checkpoints), say("inside.model", request), request)
    return known.get(name, known[first])
