"""The page's wiring, as far as it can be seen without a browser, and how what is typed is taken or refused."""

from collections import defaultdict

import gradio as gr
import pytest

import vae_demo
from vae_demo.ui import checks, controls, language, page
from vae_demo.ui.room import Room
from vae_demo.ui.text import together

FILMS = ("sample_film", "sample_film_files", "interpolate_film", "arithmetic_film")


@pytest.fixture(scope="module")
def built():
    names = ("mnist-vae", "mnist-ae-2d", "celeba-vae")
    return page.build(Room({name: vae_demo.load(name, "cpu") for name in names}))


def of(built, name):
    return next(event for event in built.fns.values() if event.api_name == name)


def after(built, event) -> set[bool]:
    """Of what follows this event: whether it does so after a failure alone."""
    return {other.trigger_only_on_failure for other in built.fns.values() if other.trigger_after == event._id}


def test_no_event_starts_two_handlers_that_wait_for_their_turn(built):
    waiting = defaultdict(list)
    for event in built.fns.values():
        for target in event.targets:
            if event.fn and event.trigger_mode == "always_last" and target[0] is not None:
                waiting[target].append(event.api_name or event.fn.__name__)
    assert len(waiting) > 20
    assert {target: names for target, names in waiting.items() if len(names) > 1} == {}


def test_no_slider_has_a_button_that_computes_nothing(built):
    sliders = [block for block in built.blocks.values() if isinstance(block, controls.Slider)]
    assert len(sliders) > 10
    assert [slider.label for slider in sliders if slider.buttons != []] == []


@pytest.mark.parametrize("name", FILMS)
def test_a_film_gives_its_button_back_and_goes_with_what_it_shows(built, name):
    film = of(built, name)
    assert after(built, film) == {False, True}
    ends = {target for event in built.fns.values() if film._id in event.cancels for target in event.targets}
    dataset = next(block for block in built.blocks.values() if "dataset" in (block.elem_classes or []))
    assert (dataset._id, "change") in ends
    assert len(ends) > 3


def test_an_opened_tab_says_so_and_gives_way_to_another_data_set(built):
    tabs = {block._id for block in built.blocks.values() if isinstance(block, gr.Tab) and block.elem_id}
    noted = [event for event in built.fns.values() if event.targets[0][0] in tabs]
    assert len(noted) == len(page.TABS)
    assert not any(event.fn for event in noted)  # that a tab is chosen is known at once, without an answer
    (current,) = {event.outputs[0]._id for event in noted}
    (opened,) = [event for event in built.fns.values() if event.targets[0] == (current, "change")]
    assert after(built, opened) == {False, True}
    dataset = next(block for block in built.blocks.values() if "dataset" in (block.elem_classes or []))
    assert (dataset._id, "input") in [event.targets[0] for event in built.fns.values() if opened._id in event.cancels]


class Visit(gr.Request):
    """A request with the header that Gradio's page, or a program, sends."""

    def __init__(self, user):
        self.headers, self.cookies = {"x-gradio-user": user}, {"lang": "ko"}


def test_a_visitor_is_warned_where_a_program_gets_the_error(built, monkeypatch):
    warnings = []
    monkeypatch.setattr(gr, "Warning", lambda words, **_: warnings.append(words))
    handler = of(built, "sample").fn
    assert handler(Visit("app"), "mnist", "normal", 99) == gr.skip()
    assert warnings == ["모델마다 몇 장?: 1에서 16 사이의 정수여야 해요."]
    with pytest.raises(checks.UserError, match="1에서 16"):
        handler(Visit("api"), "mnist", "normal", 99)
    with pytest.raises(checks.UserError, match="1 to 16"):
        handler(None, "mnist", "normal", 99)


@pytest.mark.parametrize(("low", "high", "expected"), [(0, 9, 0), (3, 15, 3), (-3, 3, 0), (-9, -4, -4)])
def test_an_empty_field_is_what_gradio_makes_of_it(low, high, expected):
    assert checks.whole(None, low, high, "n", None) == expected
    assert checks.number(None, low, high, "n", None) == expected


def test_the_language_reaches_the_server_from_a_frame_of_another_site():
    assert "location.protocol === 'https:' ? 'None; Secure; Partitioned' : 'Lax'" in language.SCRIPT


def test_a_particle_stays_with_its_formula_or_bracket():
    assert together("오차는 $\\mu$와 $\\sigma$를 따라") == (
        "오차는 <span class='together'>$\\mu$와</span> <span class='together'>$\\sigma$를</span> 따라"
    )
    assert together("N(0, 1)이고") == "N(0, 1)\N{WORD JOINER}이고"
    for whole in ("$$z = \\mu$$\n\n그리고 $x$, $y$.", "The mean $\\mu$ and its spread (1)."):
        assert together(whole) == whole
