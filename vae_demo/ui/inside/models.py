"""What the sections share: which checkpoint is looked into, and the first lines of its Python."""

from collections.abc import Mapping

import gradio as gr

from vae_demo.checkpoints import Checkpoint
from vae_demo.ui import references
from vae_demo.ui.checks import choice
from vae_demo.ui.controls import Radio
from vae_demo.ui.room import Room, display
from vae_demo.ui.text import say, t


def pick(
    room: Room, known: Mapping[str, Checkpoint], name, request: gr.Request | None, first: str | None = None
) -> Checkpoint | None:
    """The named one of `known`; where the name is of another kind or data set, `first` or the first; None of none.

    Raises:
        UserError: no checkpoint has that name.
    """
    if not known:
        return None
    if name is not None:  # no choice was offered where there was none
        name = choice(name, list(room.checkpoints), say("inside.model", request), request)
    return known.get(name, known[first or next(iter(known))])


def radio(names: Mapping[str, Checkpoint], first: str | None = None) -> Radio:
    """To choose one of these, `first` or the first at the beginning."""
    return Radio(
        [(display(name), name) for name in names],
        value=first or next(iter(names), None),
        label=t("inside.model"),
        interactive=True,
    )


def network_lines(room: Room, dataset: str, digit, face, name: str) -> list[str]:
    """Lines of Python that begin with the picture `x` and the network `network`."""
    return [
        "import torch",
        "import vae_demo",
        *references.python_of(room, dataset, digit, face),
        f'network = vae_demo.load("{name}", "cpu").network',
    ]
