"""What a tab gives back to the page, and the events that all tabs share."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import gradio as gr
from gradio.components import Component
from gradio.events import Dependency

from vae_demo.ui.controls import Number
from vae_demo.ui.references import MOST_SEED
from vae_demo.ui.text import t

Handler = TypeVar("Handler", bound=Callable)
# An event starts one handler of this kind; a second one is its `then`. Where two of one event wait for their turn,
# Gradio's page starts both again whenever one is done, and goes on for ever.
MODEL: dict[str, Any] = {
    "concurrency_id": "model",
    "concurrency_limit": 2,
    "trigger_mode": "always_last",
    "show_progress": "hidden",
    "preprocess": False,  # Gradio would ask another thread about each input; `handling.steady` finds the files
}
SLOW = {**MODEL, "concurrency_id": "film", "concurrency_limit": 1}  # it takes seconds: nobody else waits for it
DICE = "Math.floor(Math.random() * 10000)"  # a seed that is easy to read out; the field takes more


@dataclass(frozen=True)
class Tab:
    """How the page brings a tab up to date.

    Attributes:
        refresh: the tab's main handler: (request, *values of `inputs`) -> one value for each of `outputs`, by itself
            where there is one.
        inputs, outputs: its components.
        link: what the permalink keeps: name in the URL -> component.
    """

    refresh: Callable
    inputs: list[Component]
    outputs: list[Component]
    link: Mapping[str, Component] = field(default_factory=dict)

    def call(self, request: gr.Request | None, *values) -> list:
        """What `refresh` gives, as a list."""
        result = self.refresh(request, *values)
        return [result] if len(self.outputs) == 1 else list(result)


def seen(parts: Mapping[str, Tab]) -> Callable[..., list]:
    """A handler (request, name of the part that is seen, *inputs of all) -> outputs of all: it leaves the others."""

    def refresh(request: gr.Request, current: str, *values) -> list:
        results, start = [], 0
        for name, part in parts.items():
            own = values[start : start + len(part.inputs)]
            start += len(part.inputs)
            results += part.call(request, *own) if name == current else [gr.skip() for _ in part.outputs]
        return results

    return refresh


def python_box() -> gr.Code:
    """The fold-out with the lines in Python."""
    with gr.Accordion(t("common.python"), open=False):
        return gr.Code(language="python", interactive=False, show_label=False, buttons=["copy"])


def seed_row(value: int = 0) -> tuple[Number, gr.Button]:
    """A seed field and a dice that fills it in the browser."""
    with gr.Row(elem_classes="seed-row"):
        seed = Number(value, label=t("common.seed"), precision=0, minimum=0, maximum=MOST_SEED, min_width=90)
        dice = gr.Button(t("common.dice"), min_width=90, elem_classes="dice")
    dice.click(None, None, seed, js=f"() => {DICE}", api_visibility="private")
    return seed, dice


def on_press(
    button: gr.Button, words: str, make: Callable, inputs: list[Component], output: Component, api_name: str
) -> Dependency:
    """A press makes what takes seconds; meanwhile the button says so, else the text of the key `words`.

    Gives the event, for `outdates`: what that outdates may be on its way already, and is taken away when it comes.
    """
    at_once: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
    fresh = f"() => {{ window.outdated.delete({output._id}); }}"
    stale = f"() => window.outdated.has({output._id}) ? '' : {{ __type__: 'update' }}"
    button.click(None, None, None, js=fresh, api_visibility="private")
    button.click(lambda: gr.update(value=t("common.making"), interactive=False), None, button, **at_once)
    made = button.click(make, inputs, output, api_name=api_name, **SLOW)
    afterwards(made, lambda: gr.update(value=t(words), interactive=True), None, button, **at_once)
    afterwards(made, None, None, output, js=stale, api_visibility="private")
    return made


def afterwards(event: Dependency, *args, **kwargs) -> None:
    """What follows an event, also one that failed: after those Gradio's page runs no `then`."""
    event.then(*args, **kwargs)
    event.failure(*args, **kwargs)


def after(triggers: Sequence) -> Dependency:
    """These events as one, whose `then` is what is asked for.

    What has waited for an answer Gradio's page starts again as it was started: an event with all that belongs to it, so
    that a film would be outdated once more; a `then` alone.
    """
    return gr.on(triggers, None, api_visibility="private")


def outdates(triggers: Sequence, made: Mapping[gr.HTML, Dependency]) -> None:
    """After these events what a press has made, or is still making, is out of date: output -> its event."""
    marks = "".join(f"window.outdated.add({output._id}); " for output in made)
    nothing = f"() => {{ {marks}return {[''] * len(made)}; }}"
    gr.on(triggers, None, None, list(made), js=nothing, cancels=list(made.values()), api_visibility="private")


def takes(other: Callable) -> Callable[[Handler], Handler]:
    """For a handler (request, *values) that hands all of them on to `other`: programs see the arguments of that."""

    def decorate(handler: Handler) -> Handler:
        handler.__signature__ = inspect.signature(other)  # type: ignore[attr-defined]
        return handler

    return decorate


def link_button(name: str, dataset: Component, fields: Mapping[str, Component]) -> gr.Button:
    """A button that puts these fields into the address and copies it; pictures of the visitor are never in it."""
    button = gr.Button(t("common.link"), size="sm", min_width=120, elem_classes="link-button")
    names = ["set", *fields]
    button.click(
        None,
        [dataset, *fields.values()],
        None,
        api_visibility="private",
        js=f"(...values) => window.makeLink('{name}', {names}, values)",
    )
    return button
