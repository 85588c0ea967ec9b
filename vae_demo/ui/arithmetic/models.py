"""The models that can calculate: which there are, and which one is asked."""

from collections.abc import Mapping

import gradio as gr

from vae_demo.checkpoints import Checkpoint
from vae_demo.ui.checks import choice
from vae_demo.ui.figures import note
from vae_demo.ui.room import DATASETS, Room, variant
from vae_demo.ui.text import say


def able(room: Room, dataset: str) -> dict[str, Checkpoint]:
    """Those of the data set with directions and group means to calculate with."""
    return {name: ae for name, ae in room.of(dataset).items() if ae.directions and ae.groups}


def best(checkpoints: Mapping[str, Checkpoint]) -> str | None:
    """The one whose card says that it gets the equation right most often; where none says, the plain VAE."""

    def right(name: str) -> tuple[float, bool]:
        rate = checkpoints[name].card.get("metrics", {}).get("equation_right_attributes_x1", 0.0)
        return rate, variant(name) == "vae"

    return max(checkpoints, key=right, default=None)


def chosen(room: Room, dataset: str, model, request: gr.Request | None) -> Checkpoint:
    """The named one, or the best of this data set, which has one, where one of the other is named.

    Raises:
        UserError: no model that can calculate has that name.
    """
    offered = able(room, dataset)
    known = [name for other in DATASETS for name in able(room, other)]
    name = choice(model, known, say("arithmetic.variant", request), request)
    return room.checkpoints[name if name in offered else best(offered) or name]


def none(dataset: str, request: gr.Request | None) -> str:
    """What is said where no model of the data set can calculate, as HTML."""
    return note(say("arithmetic.none", request, dataset=say(f"common.{dataset}", request)))
