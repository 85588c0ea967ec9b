"""What the server remembers of an open page: as little as it needs, so that the next visitor is answered at once."""

from types import SimpleNamespace
from typing import Any

import gradio as gr
from gradio.state_holder import SessionState, StateHolder

MOST = 1000  # open pages; the longest unused one goes first, and is made anew when it is used again


class Session(SessionState):
    """One page's `gr.State`.

    Gradio also describes all components of the page at a visitor's first press (70 ms in which nobody is answered) and
    keeps the values of each press, pictures too, for its deep links, which this page does not have.
    """

    def __init__(self, blocks: gr.Blocks) -> None:
        super().__init__(SimpleNamespace(default_config=blocks.default_config, blocks=()))  # type: ignore[arg-type]

    def _update_config(self, key: int) -> None:
        """Keeps nothing."""

    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Keeps nothing."""


class Sessions(StateHolder):
    """The sessions of a page that runs."""

    def __init__(self, blocks: gr.Blocks) -> None:
        super().__init__()
        self.set_blocks(blocks)
        self.capacity = MOST

    def __getitem__(self, session_id: str) -> SessionState:
        with self.lock:
            if session_id not in self.session_data:
                self.session_data[session_id] = Session(self.blocks)
        return super().__getitem__(session_id)
