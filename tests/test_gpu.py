"""What a GPU needs: nothing lies on the wrong device, results agree with the CPU's, and full memory is no end.

Everywhere on a GPU that is only pretended (`pretend`); where there is a real one, on that too (fixture `gpu`).
"""

import base64
import contextlib
import inspect
import io
import re

import numpy as np
import pytest
import torch
from PIL import Image
from pretend import OnGpu, pretend_gpu

import app
import vae_demo
from vae_demo.device import pick
from vae_demo.ui import page, room

pytestmark = pytest.mark.skipif(not torch.backends.cuda.is_built(), reason="this build of PyTorch knows no CUDA")
PICTURE = re.compile(r"data:image/(?:png|webp|gif);base64,([A-Za-z0-9+/=]+)")
SLOW = ("sample_film", "sample_film_files")  # a code prior draws hundreds of codes; digits have few
NOT_HERE = ("inside_attention", "inside_step")  # take a gradient, for which PyTorch asks the driver of a real GPU


def test_the_pretended_gpu_refuses_what_a_real_one_refuses(monkeypatch):
    with pretend_gpu(monkeypatch):
        assert pick() == torch.device("cuda")
        x, y = torch.arange(6.0).view(2, 3), torch.ones(2, 3, device="cuda")
        assert isinstance(y, OnGpu)
        torch.testing.assert_close((x.to("cuda") @ y.mT).cpu(), x @ torch.ones(3, 2))
        assert (y * 2).sum().item() == 12
        with pytest.raises(RuntimeError, match="same device"):
            x + y
        with pytest.raises(RuntimeError):
            np.asarray(y)
        with pytest.raises(TypeError, match="float64"):
            y.double()
    assert type(torch.ones(1)) is torch.Tensor  # nothing is pretended any more


@pytest.mark.parametrize("name", vae_demo.names())
def test_every_checkpoint_computes_on_a_gpu_what_it_computes_on_the_cpu(name, monkeypatch):
    cpu = vae_demo.load(name, "cpu")
    wanted = computed(cpu)
    with pretend_gpu(monkeypatch):
        ae = vae_demo.load(name)
        assert ae.device == torch.device("cuda")
        found = computed(ae, wanted["z"])
        assert all(isinstance(tensor, OnGpu) for tensor in found.values())
        found = {key: tensor.cpu() for key, tensor in found.items()}
    for key, tensor in wanted.items():
        torch.testing.assert_close(found[key], tensor, rtol=1e-4, atol=1e-4, msg=key)


@pytest.mark.parametrize("name", vae_demo.names())
def test_every_checkpoint_computes_on_this_gpu_what_it_computes_on_the_cpu(name, gpu):
    wanted, ae = computed(vae_demo.load(name, "cpu")), vae_demo.load(name)
    assert ae.device == gpu
    found = computed(ae, wanted["z"])
    for key, tensor in wanted.items():
        assert found[key].device.type == gpu.type
        close = 1e-3 if key in ("z", "y") else 1e-2  # a probe's log-odds are sums of many numbers of z
        torch.testing.assert_close(found[key].cpu(), tensor, rtol=close, atol=close, msg=key)


def computed(ae: vae_demo.Checkpoint, z: torch.Tensor | None = None) -> dict[str, torch.Tensor]:
    """What a checkpoint makes of three pictures of noise, of its priors, and of codes z, its own where there are none.

    Codes half-way between two entries of a codebook become another picture by the last digit, so decoders of two
    devices are compared on the same codes.
    """
    x = torch.rand(3, *ae.shape, generator=torch.Generator().manual_seed(0))
    found = {"z": ae.encode(x)}
    z = found["z"] if z is None else z.to(ae.device)
    found["y"] = ae.decode(z)
    priors = [prior for prior in ae.priors if prior != "codes" or ae.dataset == "mnist"]
    found |= {prior: ae.sample(2, seed=1, prior=prior) for prior in priors}
    if ae.directions:
        found |= {"sum": ae.arithmetic(z[:1], z[1:2], z[2:])} | ae.scores(z)
    return found


class AtOnce:
    """A pool of threads that has none: a pretended GPU is there for one thread."""

    def __init__(self, threads: int) -> None: ...

    def __enter__(self):
        return self

    def __exit__(self, *error) -> None: ...

    def submit(self, function, *arguments):
        self.value = function(*arguments)
        return self

    def result(self):
        return self.value


def answers(demo, left_out: tuple[str, ...] = ()) -> dict[tuple[str, str], str]:
    """(event, data set) -> what every event that needs no argument answers, as text."""
    found = {}
    for event in demo.fns.values():
        if not event.api_name or event.api_visibility != "public" or event.api_name in left_out:
            continue
        parameters = inspect.signature(event.fn).parameters
        for dataset in ("mnist", "celeba") if "dataset" in parameters and event.api_name not in SLOW else ("mnist",):
            given = {"request": None, "dataset": dataset}
            if event.api_name == "sample_inside":
                given |= {"prior": "normal", "n": 4, "temperature": 1.0, "seed": 0, "name": f"{dataset}-vae", "k": 1}
            found[event.api_name, dataset] = str(event.fn(**{k: v for k, v in given.items() if k in parameters}))
    return found


def array(content: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(content))).convert("RGB")).astype(int)


def test_every_event_of_the_page_answers_alike_on_a_gpu(monkeypatch, capsys):
    expected = answers(page.build(room.enter("cpu")), NOT_HERE)
    monkeypatch.setattr(page, "ThreadPoolExecutor", AtOnce)
    with pretend_gpu(monkeypatch) as gpu:
        here = room.enter()
        found = answers(page.build(here), NOT_HERE)
        assert here.device.type == "cuda"  # none was given up for the CPU
        assert gpu.operations > 1000
    assert capsys.readouterr().err == ""
    assert len(expected) > 20
    for key, answer in expected.items():
        agree(key, answer, found[key])


def test_every_event_of_the_page_answers_alike_on_this_gpu(gpu, capsys):
    expected = answers(page.build(room.enter("cpu")))
    here = room.enter()
    found = answers(page.build(here))
    assert here.device == gpu  # none was given up for the CPU
    assert capsys.readouterr().err == ""
    for key, answer in expected.items():
        agree(key, answer, found[key], 2)


def agree(key: tuple[str, str], one: str, other: str, grey: int = 1) -> None:
    """Asserts that two answers show the same pictures, but for rounding: `grey` levels of 255 apart."""
    for a, b in zip(PICTURE.findall(one), PICTURE.findall(other), strict=True):
        most = grey if "film" not in key[0] else 16  # WebP loses a little
        assert a == b or np.abs(array(a) - array(b)).max() <= most, key


FACES = {"dataset": "celeba", "model": "celeba-vae"}
AFTERWARDS = (  # between them they need all that moves: weights, priors, directions, groups, probes, the verdict
    ("sample", {}),
    ("sample", {"prior": "codes"}),
    ("arithmetic", FACES),
    ("arithmetic_attributes", FACES | {"eyeglasses": 1.5}),
)


def test_a_gpu_whose_memory_is_full_is_left_for_good(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    monkeypatch.setattr(page, "ThreadPoolExecutor", AtOnce)
    on_cpu = app.build("cpu")
    with pretend_gpu(monkeypatch) as gpu:
        demo = app.build()
        before = gpu.operations
        gpu.memory = before + 40  # in the middle of the first answer
        found = [answers_of(demo, "reconstruct")]
        assert "going on on the CPU" in capsys.readouterr().err
        stopped = gpu.operations
        found += [answers_of(demo, name, **more) for name, more in AFTERWARDS]
        assert gpu.operations == stopped
    assert before + 40 < stopped
    expected = [answers_of(on_cpu, name, **more) for name, more in (("reconstruct", {}), *AFTERWARDS)]
    for one, other in zip(found, expected, strict=True):
        assert PICTURE.search(one)
        assert PICTURE.findall(one) == PICTURE.findall(other)


@pytest.mark.parametrize("memory", [0, 30])
def test_a_gpu_whose_memory_is_full_at_the_start_is_left(memory, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    monkeypatch.setattr(page, "ThreadPoolExecutor", AtOnce)
    with pretend_gpu(monkeypatch, memory):
        assert PICTURE.search(answers_of(app.build(), "reconstruct"))
        assert ("going on on the CPU" in capsys.readouterr().err) == (memory > 0)  # at 0 it is not even chosen


@pytest.fixture
def full_gpu(gpu):
    """Fills the memory that this process may have, and gives it back afterwards."""
    if gpu.type != "cuda":
        pytest.skip("PyTorch bounds a process's memory on CUDA only")
    held: list[torch.Tensor] = []

    def fill() -> None:
        torch.cuda.empty_cache()
        total = torch.cuda.get_device_properties(gpu).total_memory
        torch.cuda.set_per_process_memory_fraction(torch.cuda.memory_reserved() / total)
        for size in (2**20, 2**9):  # what is free of the blocks that it has
            with contextlib.suppress(torch.OutOfMemoryError):
                while True:
                    held.append(torch.empty(size, dtype=torch.uint8, device=gpu))

    yield fill
    held.clear()
    torch.cuda.set_per_process_memory_fraction(1.0)
    torch.cuda.empty_cache()


def test_this_gpu_is_left_for_good_when_its_memory_is_full(full_gpu, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    on_cpu, demo = app.build("cpu"), app.build()
    assert "CPU" not in capsys.readouterr().err
    before = answers_of(demo, "reconstruct")
    full_gpu()
    asked = (("reconstruct", {"digit": "digit:3"}), *AFTERWARDS)
    found = [answers_of(demo, name, **more) for name, more in asked]
    assert "going on on the CPU" in capsys.readouterr().err
    for one, (name, more) in zip(found, asked, strict=True):
        assert PICTURE.findall(one) == PICTURE.findall(answers_of(on_cpu, name, **more))
    agree(("reconstruct", ""), before, answers_of(on_cpu, "reconstruct"), 2)


def test_this_gpu_is_not_chosen_when_its_memory_is_full_at_the_start(full_gpu, monkeypatch, tmp_path):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    full_gpu()
    assert pick().type == "cpu"
    assert PICTURE.search(answers_of(app.build(), "reconstruct"))


def answers_of(demo, name: str, **more) -> str:
    """What one event answers on digits, or to `more`."""
    event = next(event for event in demo.fns.values() if event.api_name == name)
    parameters = inspect.signature(event.fn).parameters
    given = {"request": None, "dataset": "mnist", "prior": "normal", "n": 4, "temperature": 1.0, "seed": 3} | more
    return str(event.fn(**{k: v for k, v in given.items() if k in parameters}))
