"""Handlers: a known answer is not computed again, a visitor's picture is never kept, and a full GPU is left."""

import threading
import time
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import gradio as gr
import pytest
import torch

import vae_demo
from vae_demo.ui import controls
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.room import Room


def request(lang):
    return types.SimpleNamespace(cookies={"lang": lang}, headers={})


@pytest.fixture
def counted():
    """A remembered handler, and the list of its runs."""
    runs = []

    @remembered
    def handler(request: gr.Request, dataset, digit="digit:1", photo=None, strength=0.5):
        runs.append((dataset, digit, strength))
        return [dataset, digit, strength]

    return handler, runs


def test_the_same_question_is_computed_once(counted):
    handler, runs = counted
    first = handler(request("en"), "mnist", "digit:3")
    assert handler(request("en"), "mnist", digit="digit:3", photo=None) == first
    assert len(runs) == 1
    handler(request("ko"), "mnist", "digit:3")  # other words
    handler(request("en"), "mnist", "digit:3", strength=0.6)
    assert len(runs) == 3


def test_an_update_is_whole_for_the_second_who_asks():
    @remembered
    def handler(request: gr.Request, name):
        return gr.update(value=name, choices=["a", "b"]), "words"

    for _ in range(2):
        update, words = handler(request("en"), "b")
        assert (update.pop("value"), words) == ("b", "words")  # Gradio takes it out as well


def test_a_question_that_many_ask_at_once_is_computed_once():
    runs, asking = [], threading.Barrier(8)

    @remembered
    def handler(request: gr.Request, seed):
        runs.append(seed)
        time.sleep(0.2)  # long enough for all others to ask
        return [seed]

    def ask(_):
        asking.wait()
        return handler(request("en"), 3)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [[3]] * 8
    assert runs == [3]


def test_other_questions_do_not_wait_and_a_failure_is_not_kept():
    both, runs = threading.Barrier(2, timeout=20), []

    @remembered
    def handler(request: gr.Request, seed):
        runs.append(seed)
        both.wait()  # breaks unless two are answered at the same time
        if runs.count(seed) == 1:
            raise ValueError(seed)
        return seed

    for expected in ([ValueError, ValueError], [1, 2]):
        with ThreadPoolExecutor(2) as pool:
            asked = [pool.submit(handler, request("en"), seed) for seed in (1, 2)]
        assert [type(a.exception()) if a.exception() else a.result() for a in asked] == expected
    assert sorted(runs) == [1, 1, 2, 2]


@pytest.mark.parametrize("own", ["upload:17", "upload", "png:aaaa", "strokes:1.1-2.2", "painted"])
def test_a_visitors_picture_is_never_kept(counted, own):
    handler, runs = counted
    for _ in range(2):
        handler(request("en"), "mnist", own, Path("/tmp/photo.png"))
    assert len(runs) == 2


def test_what_is_painted_is_kept_no_more_than_a_picture():
    runs = []

    @remembered
    def handler(request: gr.Request, kind, painted=""):
        runs.append(painted)
        return kind

    for strokes in ("1.1-2.2", "3.3-4.4"):
        assert handler(request("en"), "gaussian", strokes) == "gaussian"  # which does not show it
        assert handler(request("en"), "painted", strokes) == "painted"
    assert runs == ["1.1-2.2", "1.1-2.2", "3.3-4.4"]


def test_answers_that_are_kept_are_few():
    runs = []

    @remembered
    def handler(seed):
        runs.append(seed)
        return seed

    for seed in (*range(200), 0, 199):
        handler(seed)
    assert len(runs) == 201  # 0 was forgotten, 199 was not


class Full:
    """A network on a device that has no memory left."""

    def __init__(self, network):
        self.network = network

    def encode(self, x):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB")

    def to(self, device):
        return self.network.to(device)


def test_a_full_device_is_left_and_the_answer_comes(monkeypatch, capsys):
    ae = vae_demo.load("mnist-dense-ae", "cpu")
    x = torch.rand(2, 1, 28, 28)
    expected = ae.encode(x)
    room = Room({ae.name: ae})
    whole = ae.network

    def move(device):  # what `Checkpoint.move` does, with a network that works there
        ae.device, ae.network = torch.device(device), whole

    monkeypatch.setattr(ae, "move", move)
    monkeypatch.setattr(ae, "_images", lambda x: x)
    ae.device, ae.network = torch.device("meta"), Full(whole)
    handler = steady(room)(lambda x: ae.encode(x))
    assert torch.equal(handler(x), expected)
    assert room.device.type == "cpu"
    assert "going on on the CPU" in capsys.readouterr().err


def test_other_errors_are_not_swallowed():
    ae = vae_demo.load("mnist-dense-ae", "cpu")
    room, runs = Room({ae.name: ae}), []

    def broken(message):
        runs.append(message)
        raise RuntimeError(message)

    with pytest.raises(RuntimeError):
        steady(room)(broken)("CUDA out of memory")  # on the CPU there is nowhere to go
    ae.device = torch.device("meta")
    with pytest.raises(RuntimeError):
        steady(room)(broken)("a bug")
    assert runs == ["CUDA out of memory", "a bug"]


def test_a_move_to_the_same_device_changes_nothing_and_an_unknown_one_is_told():
    ae = vae_demo.load("mnist-vae", "cpu")
    x = ae.sample(1)
    ae.move("cpu")
    assert torch.equal(ae.sample(1), x)
    with pytest.raises(ValueError, match="toaster"):
        ae.move("toaster")


@pytest.mark.parametrize(
    ("control", "value"),
    [
        (controls.Radio(["a"], render=False), "z"),
        (controls.Dropdown(["a"], render=False), "z"),
        (controls.CheckboxGroup(["a"], render=False), ["z"]),
        (controls.Slider(0, 1, render=False), 7),
        (controls.Number(minimum=0, maximum=1, precision=0, render=False), 7),
    ],
)
def test_the_handler_sees_what_was_sent(control, value):
    assert control.preprocess(value) == value


@pytest.mark.parametrize(
    ("given", "film", "together"),
    [
        ({"dataset": "mnist"}, False, 1),
        ({}, False, 1),  # what the handler takes where nothing is given
        ({"dataset": "celeba"}, False, 2),
        ({"dataset": "mnist"}, True, 2),
    ],
)
def test_digits_are_answered_one_at_a_time_and_nobody_waits_for_a_film(given, film, together):
    guard, inside, most = threading.Lock(), [], []
    met = threading.Event()

    def handler(request, dataset="mnist"):
        with guard:
            inside.append(dataset)
            most.append(len(inside))
            if len(inside) == 2:
                met.set()
        met.wait(0.3)  # a second one that may come has the time to
        with guard:
            inside.pop()
        return dataset

    answer = steady(Room({}), film)(handler)
    with ThreadPoolExecutor(2) as pool:
        results = [pool.submit(answer, request=None, **given) for _ in range(2)]
        assert {result.result(10) for result in results} == {given.get("dataset", "mnist")}
    assert max(most) == together


def test_the_next_digit_has_its_turn_after_one_that_failed():
    room = Room({})

    def handler(request, dataset, number):
        return 1 / number

    answer = steady(room)(handler)
    with pytest.raises(ZeroDivisionError):
        answer(None, "mnist", 0)
    assert answer(None, "mnist", 2) == 0.5
