"""Training replayed: figures of the runs, and that the browser draws between two moments what lies between them."""

import json
import subprocess

import gradio as gr
import pytest
import torch

from vae_demo import replay as runs
from vae_demo.checkpoints import load, names
from vae_demo.ui import inputs
from vae_demo.ui.inside import replay
from vae_demo.ui.latent_map import MAPS
from vae_demo.ui.room import Room
from vae_demo.ui.scripts import canvas

RECORDED = [name for name in MAPS if name in names() and runs.read(load(name, "cpu").folder) is not None]


def test_every_map_has_the_record_of_its_run():
    assert list(MAPS) == RECORDED


def test_neighbours_of_the_same_digit_are_counted():
    labels = torch.tensor([1, 1, 2, 2], dtype=torch.uint8)
    apart = torch.tensor([[0.0, 0], [1, 0], [9, 0], [10, 0]])
    mixed = torch.tensor([[0.0, 0], [9, 0], [1, 0], [10, 0]])
    half = torch.tensor([[0.0, 0], [1, 0], [9, 0], [2.5, 0]])  # the last two lie apart, one beside a 1
    got = replay.agreement(torch.stack([apart, mixed, half]), labels)
    assert got.tolist() == [1, 0, 0.75]


def test_the_frame_holds_the_codes_and_the_prior():
    codes = torch.zeros(2, 200, 2)
    assert replay.reach(codes) == pytest.approx(3.2)
    codes[1, :, 0] = torch.linspace(-20, 20, 200)
    assert 19 < replay.reach(codes) < 21.1


@pytest.mark.parametrize("name", RECORDED)
def test_a_shipped_run_is_small_and_ends_near_the_shipped_model(name):
    ae = load(name, "cpu")
    assert (ae.folder / runs.FILE).stat().st_size < 100_000
    run = runs.read(ae.folder)
    assert run.steps[-1].item() == ae.card["training"]["steps"]
    assert len(run.steps) == 30
    sum_ = sum(run.terms.values())
    assert sum_[-1] < sum_[0]
    shares = replay.agreement(run.codes, run.labels)
    if name == "mnist-kl-2d":
        assert run.codes[-1].abs().max() < 0.05
    else:
        assert shares[-1] > 0.5
        assert shares[-1] > shares[0]
    assert ae.card["replay"]["run"] in runs.RUNS


@pytest.mark.parametrize("name", RECORDED[:1])
def test_the_browser_reads_the_run_and_draws_between_moments(name):
    run = runs.read(load(name, "cpu").folder)
    source = canvas("replay.js")
    cut = (
        source[: source.index("const bar = make(")]
        + source[source.index("class Run {") : source.index("function cardOf")]
    )
    lines = f"""
const data = {{words: {{}}}}, element = {{querySelector: () => null}};
globalThis.window = {{matchMedia: () => ({{matches: true}})}};
Object.defineProperty(globalThis, 'navigator', {{value: {{language: 'en'}}, configurable: true}});
{cut}
const run = new Run({json.dumps(replay.packed(name, run))});
const code = run.between(run.codes, 2 * run.labels.length, 10.25);
console.log(JSON.stringify([code(4), code(5), run.between(run.steps, 1, 29)(0)]));
"""
    import shutil

    if not shutil.which("node"):
        pytest.skip("no node")
    done = subprocess.run(["node", "-"], input=lines, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    expected = run.codes[10, 2] + 0.25 * (run.codes[11, 2] - run.codes[10, 2])
    assert json.loads(done.stdout) == pytest.approx([*expected.tolist(), run.steps[-1].item()], abs=1e-4)


def test_python_prints_the_run(capsys):
    if not RECORDED:
        pytest.skip("nothing recorded")
    exec(replay.python(RECORDED[-1]), scope := {})
    assert len(capsys.readouterr().out.splitlines()) == 31
    assert scope["middle"].shape[1] == 2


def test_without_a_record_the_section_says_so():
    with gr.Blocks():
        dataset = gr.Radio(["mnist"])
        part = replay.build(
            Room({}), dataset, inputs.build(Room({}), "common.input", "digit:4:3", "astronaut", "inside")
        )
    assert part.outputs == []
    assert part.call(None) == []
