"""The tab Inside: one section is refreshed at a time, and what was changed by hand travels as a short text."""

import gradio as gr
import pytest

import vae_demo
from vae_demo.ui import arithmetic, inside, interpolate, sample
from vae_demo.ui.checks import UserError
from vae_demo.ui.inside import SECTIONS, held
from vae_demo.ui.room import Room
from vae_demo.ui.tab import Tab, seen


def test_changes_are_read_as_they_are_written():
    text = "mnist-vae;" + held.pairs({7: 1.25, "c3": -2.0})
    assert text == "mnist-vae;7=1.25,c3=-2"
    assert held.read(text, "mnist-vae") == {"7": 1.25, "c3": -2.0}
    assert held.read(text, "mnist-conv-vae") == {}
    assert held.read("", "mnist-vae") == {}


@pytest.mark.parametrize("text", [None, 7, "a;7", "a;=1", "a;7=x", "a;7=nan", "a;7=1,,", "a;" + "7=1," * 20_000])
def test_what_is_no_change_is_told(text):
    with pytest.raises(UserError, match="does not name a change"):
        held.read(text, "a")


def test_only_the_part_that_is_seen_is_refreshed():
    calls = []
    with gr.Blocks():
        a, b = gr.Number(), gr.Number()

    def both(request: gr.Request, x, y):
        calls.append((x, y))
        return x + y, x - y

    parts = {"first": Tab(both, [a, b], [a, b]), "second": Tab(lambda _, x: 2 * x, [b], [b])}
    assert seen(parts)(None, "first", 5, 3, 4)[:2] == [8, 2]
    assert calls == [(5, 3)]
    skipped = seen(parts)(None, "second", 5, 3, 4)
    assert skipped[2] == 8
    assert len(skipped) == 3
    assert calls == [(5, 3)]


@pytest.fixture(scope="module")
def shell():
    room = Room({name: vae_demo.load(name, "cpu") for name in ("mnist-vae", "mnist-sae", "mnist-vq-vae")})
    with gr.Blocks() as demo:
        dataset = gr.Radio(["mnist", "celeba"], value="mnist")
        tab = inside.build(room, dataset)
    return demo, tab


@pytest.mark.parametrize("section", ["traversal", "dictionary", "codes"])
@pytest.mark.parametrize("data", ["mnist", "celeba"])
def test_a_section_opens_with_a_picture_or_says_that_there_is_no_model(shell, section, data):
    demo, tab = shell
    values = [getattr(component, "value", None) for component in tab.inputs]
    values = [data if value == "mnist" else value for value in values]
    results = tab.call(None, section, *values[1:])
    assert len(results) == len(tab.outputs)
    words = [result for result in results if isinstance(result, str)]
    if data == "mnist":
        assert any("data:image/png" in text for text in words)
        assert any("import vae_demo" in text for text in words)
    else:
        assert not any("data:image" in text for text in words)
        assert any("is here yet" in text for text in words)


def test_a_link_names_the_section_and_what_was_changed_in_it(shell):
    _, tab = shell
    assert {"section", "digit", "face", "traversal.changes", "dictionary.changes", "codes.changes"} <= set(tab.link)


def test_every_event_that_a_program_may_call_says_what_it_does(shell):
    demo, _ = shell
    public = {event.api_name: event.fn for event in demo.fns.values() if event.api_visibility == "public"}
    assert {"inside_traversal", "inside_sparse", "inside_codes", "inside_swap"} <= set(public)
    assert all(fn.__doc__ for name, fn in public.items() if name.startswith("inside"))


def test_a_model_of_another_kind_makes_room_and_an_unknown_one_is_told(shell):
    demo, _ = shell
    public = {event.api_name: event.fn for event in demo.fns.values()}
    for name in ("inside_traversal", "inside_sparse", "inside_codes"):
        assert "data:image" in public[name](None, model="mnist-sae")[0]
        assert "data:image" in public[name](None, model=None)[0]
        for wrong in ("nobody", ["mnist-vae"], 7, {"a": 1}):
            with pytest.raises(UserError, match="Model: expected one of"):
                public[name](None, model=wrong)


def said(result) -> dict:
    """What a handler says of a component, whether with `gr.update` or with a component of that kind."""
    return result if isinstance(result, dict) else next(iter(getattr(result, "_constructor_args", [])), {})


MODELS = ("mnist-dense-ae", "mnist-sae", "mnist-vae", "mnist-conv-vae", "mnist-vq-vae", "mnist-attention-ae")


@pytest.mark.parametrize("where", [arithmetic, interpolate, sample, *SECTIONS])
def test_a_choice_that_stands_is_not_sent_back(where):
    """The answer comes late: it would undo what was chosen meanwhile."""
    room = Room({name: vae_demo.load(name, "cpu") for name in MODELS})
    with gr.Blocks():
        dataset = gr.Radio(["mnist", "celeba"], value="mnist")
        tab = inside.build(room, dataset) if where in SECTIONS else where.build(room, dataset)
    values = {component: getattr(component, "value", None) for component in tab.inputs}
    if where in SECTIONS:
        values[tab.inputs[0]] = where
    for moment in ("before", "after"):
        results = map(said, tab.call(None, *(values[one] for one in tab.inputs)))
        updates = {one: update for one, update in zip(tab.outputs, results, strict=True) if one in values}
        sent = {one: update["value"] for one, update in updates.items() if "value" in update}
        assert moment == "before" or not sent
        values |= sent
