"""What a visitor or a program sends is checked here: numbers, choices, and how an error is said."""

import math
from collections.abc import Callable, Sequence
from functools import wraps
from html import escape
from typing import TypeVar

import gradio as gr

from vae_demo.ui.text import say

Choice = TypeVar("Choice", bound=str)


class UserError(gr.Error):
    """Something the visitor can mend, in the visitor's language; nothing is written to the log."""

    def __init__(self, key: str, request: gr.Request | None = None, **values) -> None:
        safe = {name: escape(v, quote=False) if isinstance(v, str) else v for name, v in values.items()}  # it is HTML
        super().__init__(say(key, request, **safe), duration=6, print_exception=False)


def warned(handler: Callable, told: bool = False) -> Callable:
    """A handler whose `UserError` warns a visitor of the page, whose last result stays; a program gets the error.

    Of one that follows another nothing is said: that one has `told` it.

    After an error Gradio's page forgets what was changed meanwhile: of a 4 that becomes 42 it would never ask for 42.
    """

    @wraps(handler)
    def answer(*args, **kwargs):
        try:
            return handler(*args, **kwargs)
        except UserError as error:
            if not any(isinstance(value, gr.Request) and _of_page(value) for value in (*args, *kwargs.values())):
                raise
            if not told:
                gr.Warning(error.message, duration=error.duration)
            return gr.skip()

    return answer


def _of_page(request: gr.Request) -> bool:
    return (request.headers or {}).get("x-gradio-user") == "app"


def filled(value, low: float, high: float):
    """An empty field counts as the number nearest to 0: Gradio puts it there once the field is left."""
    return min(max(0, low), high) if value is None else value


def number(value, low: float, high: float, name: str, request: gr.Request | None) -> float:
    """A finite number from low to high. Raises UserError."""
    value = filled(value, low, high)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise UserError("common.bad_number", request, name=name, low=low, high=high)
    if not low <= value <= high:
        raise UserError("common.bad_number", request, name=name, low=low, high=high)
    return float(value)


def whole(value, low: int, high: int, name: str, request: gr.Request | None) -> int:
    """A whole number from low to high; 3.0 counts as one. Raises UserError."""
    value = filled(value, low, high)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise UserError("common.bad_whole", request, name=name, low=low, high=high)
    if value != int(value) or not low <= value <= high:
        raise UserError("common.bad_whole", request, name=name, low=low, high=high)
    return int(value)


def choice(value, choices: Sequence[Choice], name: str, request: gr.Request | None) -> Choice:
    """One of the choices. Raises UserError."""
    if not isinstance(value, str) or value not in choices:
        raise UserError("common.bad_choice", request, name=name, choices=", ".join(choices))
    return choices[choices.index(value)]
