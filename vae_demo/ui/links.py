"""What a link brings: the values of the fields in its address, as far as they fit."""

import math
from urllib.parse import unquote

import gradio as gr
from gradio.components import Component

from vae_demo.ui import references, strokes
from vae_demo.ui.checks import UserError
from vae_demo.ui.inside import held
from vae_demo.ui.references import LONGEST
from vae_demo.ui.room import Room

PICTURES = {"digit": "mnist", "face": "celeba"}  # the parts of a picture input, by their labels


def linked(room: Room, component: Component, text: str | None, request: gr.Request):
    """The value of a field in an address; of half a link, say, the visitor is told, and what is there stays."""
    value = restored(component, text)
    try:
        if isinstance(component, gr.HTML) and isinstance(value, str):
            check(room, str(component.label), value, request)
    except UserError as error:
        gr.Warning(error.message, duration=error.duration)
        return gr.skip()
    return value


def check(room: Room, label: str, value: str, request: gr.Request | None = None) -> None:
    """Raises UserError where the text of a component with this label is none that a handler can read."""
    if label in PICTURES:
        references.resolve(room, PICTURES[label], value, value, None, request)
    elif label == "painted":
        try:
            strokes.read(value)
        except ValueError as error:
            raise UserError("common.bad_reference", request, value=value[:40]) from error
    elif label in held.NAMES:
        held.read(value, value.partition(";")[0], request)


def restored(component: Component, text: str | None):
    """The value of a field in a URL, or `gr.skip()` where it does not fit the component."""
    if text is None or len(text) > LONGEST:
        return gr.skip()
    text = unquote(text) if "%" in text else text
    if isinstance(component, gr.Checkbox):
        return text == "true"
    if isinstance(component, (gr.Slider, gr.Number)):
        try:
            value = float(text)
        except ValueError:
            return gr.skip()
        low = -math.inf if component.minimum is None else component.minimum
        high = math.inf if component.maximum is None else component.maximum
        if not low <= value <= high:
            return gr.skip()
        return int(value) if value == int(value) else value
    if isinstance(component, gr.CheckboxGroup):
        known = [value for _, value in component.choices]
        return [value for value in text.split(",") if value in known] or gr.skip()
    if isinstance(component, (gr.Radio, gr.Dropdown)):
        return next((value for _, value in component.choices if str(value) == text), gr.skip())
    return text
