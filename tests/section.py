"""A tab, or a section of one, by itself, for the tests."""

from collections.abc import Callable
from types import ModuleType

import gradio as gr

from vae_demo.ui import inputs
from vae_demo.ui.room import Room
from vae_demo.ui.tab import Tab


def handler_of(tab: ModuleType, room: Room, api_name: str) -> Callable:
    """The tab's handler of that name."""
    with gr.Blocks() as demo:
        tab.build(room, gr.Radio(["mnist", "celeba"]))
    return next(event.fn for event in demo.fns.values() if event.api_name == api_name)


def section(module: ModuleType, room: Room, api_name: str) -> tuple[Callable, Tab]:
    """The section's handler of that name, and the section."""
    with gr.Blocks() as demo:
        dataset = gr.Radio(["mnist", "celeba"])
        tab = module.build(room, dataset, inputs.build(room, "common.input", "digit:4:3", "astronaut", "inside"))
    return next(event.fn for event in demo.fns.values() if event.api_name == api_name), tab
