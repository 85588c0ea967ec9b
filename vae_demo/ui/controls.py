"""Gradio's controls without its own checks, whose words are English: the handlers check, in the visitor's language.

A choice of the other data set may still be on its way when this one is shown; for a handler that is no error.
"""

from typing import Any

import gradio as gr


def answered(was, value, **more) -> dict[str, Any]:
    """What a handler says of a control that it was given as `was`: `value`, and more of it, as its choices.

    A value that is as it came is not sent back: it would undo what the visitor chose while the answer was under way,
    and with it the event that waits for this one.
    """
    return gr.update(**more) if value == was else gr.update(value=value, **more)


class Radio(gr.Radio):
    is_template = True

    def preprocess(self, payload):
        return payload


class Dropdown(gr.Dropdown):
    is_template = True

    def preprocess(self, payload):
        return payload


class CheckboxGroup(gr.CheckboxGroup):
    is_template = True

    def preprocess(self, payload):
        return payload


class Slider(gr.Slider):
    """Use buttons=[], else Gradio's page shows ↺, which sets the value back without an `input`: nothing is computed."""

    is_template = True

    def preprocess(self, payload):
        return payload


class Number(gr.Number):
    is_template = True

    def preprocess(self, payload):
        return payload
