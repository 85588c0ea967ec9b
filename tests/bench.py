"""How fast everything is, beside a floor of the same run: python tests/bench.py [--quick | --gpu] [--out FILE].

Prints Markdown: start-up and memory beside an empty Gradio app that imports torch, a round trip in a browser beside a
trivial Gradio event, what part of a request the network is and whether one batch for several requests would help, and
each checkpoint's latency beside the processor's floor and in other engines, with their agreement.
`--out BENCHMARKS.md` keeps it in the repository. Nothing else should run on the machine meanwhile.
"""

import argparse
import copy
import io
import itertools
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import types
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn.utils.fusion import fuse_conv_bn_eval  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

import vae_demo  # noqa: E402
from vae_demo import ops  # noqa: E402
from vae_demo.device import pick  # noqa: E402
from vae_demo.ui.tab import MODEL  # noqa: E402

EMPTY = """
import os; os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
import gradio as gr, torch
with gr.Blocks() as demo:
    box, out = gr.Textbox(elem_id="box"), gr.Textbox(elem_id="out")
    box.input(lambda text: text, box, out, show_progress="hidden")
demo.launch(server_port=PORT, ssr_mode=False, quiet=True)
"""


def milliseconds(run: Callable, least: float = 0.3) -> float:
    """The median time of `run` over at least that many seconds, after two runs to warm up."""
    run(), run()
    times: list[float] = []
    start = time.perf_counter()
    while len(times) < 5 or time.perf_counter() - start < least:
        before = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - before))
    return statistics.median(times)


def floor(side: int = 1024) -> float:
    """GFLOP/s of one thread on a large float32 product: what no network on this processor exceeds."""
    a, b = torch.randn(side, side), torch.randn(side, side)
    return 2 * side**3 / milliseconds(lambda: a @ b) / 1e6


def folded(network: nn.Module) -> nn.Module:
    """A copy in which every batch norm right after a convolution is part of it."""
    network = copy.deepcopy(network)
    for parent in network.modules():
        if isinstance(parent, nn.Sequential):
            for i in range(len(parent) - 1):
                first, second = parent[i], parent[i + 1]
                if isinstance(first, nn.Conv2d) and isinstance(second, nn.BatchNorm2d):
                    parent[i], parent[i + 1] = fuse_conv_bn_eval(first, second), nn.Identity()
    return network


def plain(network: nn.Module) -> nn.Module:
    """A copy whose weights lie as torch lays them: what ships has them channels last."""
    return copy.deepcopy(network).to(memory_format=torch.contiguous_format)


def bf16(network: nn.Module, device: str = "cpu") -> Callable:
    """bfloat16 inside, float32 outside."""

    def run(x: torch.Tensor) -> torch.Tensor:
        with torch.autocast(device, torch.bfloat16):
            return network(x).float()

    return run


def compiled(network: nn.Module) -> Callable:
    """torch.compile, for each shape anew."""
    return torch.compile(copy.deepcopy(network), dynamic=False)


def onnx(network: nn.Module) -> Callable:
    """ONNX Runtime, for each shape anew: pip install onnx onnxruntime."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    sessions: dict[torch.Size, onnxruntime.InferenceSession] = {}

    def run(x: torch.Tensor) -> torch.Tensor:
        if x.shape not in sessions:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # its exporter says that another would be newer
                torch.onnx.export(copy.deepcopy(network), (x,), file := io.BytesIO(), dynamo=False, input_names=["x"])
            sessions[x.shape] = onnxruntime.InferenceSession(file.getvalue(), options)
        return torch.from_numpy(sessions[x.shape].run(None, {"x": x.numpy()})[0])

    return run


BY_SHAPE = ("mnist-vae", "mnist-conv-vae", "celeba-vae")  # what is made for each shape anew is made for these
ENGINES: tuple[Callable, ...] = (plain, folded, bf16, compiled, onnx)
LATENCIES = ("encode 1", "decode 1", "encode 64", "decode 64", "film of 11", "floor 64")


@torch.inference_mode()
def row(ae: vae_demo.Checkpoint, peak: float, quick: bool) -> str:
    """One checkpoint's line; `peak` in GFLOP/s."""
    x = torch.rand(64, *ae.shape, generator=torch.Generator().manual_seed(0))
    z = ae.encode(x)
    cells = [
        milliseconds(partial(ae.encode, x[:1])),
        milliseconds(partial(ae.decode, z[:1])),
        milliseconds(partial(ae.encode, x)),
        milliseconds(partial(ae.decode, z)),
        milliseconds(lambda: ae.decode(ops.interpolate(z[0], z[1], 11))),
    ]
    with FlopCounterMode(display=False) as counter:
        reference = ae.network(x)
    cells.append(counter.get_total_flops() / peak / 1e6)
    usual = [milliseconds(partial(ae.network, part)) for part in (x[:1], x)]
    ways = []
    for engine in ENGINES:
        if engine in (compiled, onnx) and (quick or ae.name not in BY_SHAPE):
            ways.append("")
            continue
        try:
            run = engine(ae.network)
            gap = (run(x) - reference).abs().max().item()
            times = [ours / milliseconds(partial(run, part)) for ours, part in zip(usual, (x[:1], x), strict=True)]
            ways.append(f"{times[0]:.2f}×, {times[1]:.2f}× (±{gap:.0e})")
        except (RuntimeError, NotImplementedError, ImportError) as error:
            ways.append(type(error).__name__)
    return f"| {ae.name} | " + " | ".join([f"{cell:.2f}" for cell in cells] + ways) + " |"


def networks(quick: bool) -> list[str]:
    """A line for every checkpoint."""
    titles = ["checkpoint", *LATENCIES, *(engine.__name__ for engine in ENGINES)]
    lines = [f"| {' | '.join(titles)} |", "|" + "---|" * len(titles)]
    peak = floor()
    for name in vae_demo.names():
        lines.append(row(vae_demo.load(name, "cpu"), peak, quick))
        print(lines[-1], file=sys.stderr, flush=True)
    return lines


MARKS = ("<!-- gpu -->", "<!-- /gpu -->")


def gpu_part(page: Path | None) -> list[str]:
    """The figures of this computer's GPU, between marks; where there is none, those that the page has already."""
    if pick().type == "cpu" and page is not None and page.exists():
        _, mark, rest = page.read_text(encoding="utf-8").partition(MARKS[0])
        if mark:
            return [mark + rest.partition(MARKS[1])[0] + MARKS[1]]
    made = f"`python tests/bench.py --gpu` on {time.strftime('%Y-%m-%d')}: {machine()}."
    return [MARKS[0], made, "", *on_gpu(), MARKS[1]]


def on_gpu() -> list[str]:
    """Each checkpoint's latencies where there is a GPU, until results are back in the computer's memory; else a line.

    Beside them what the floor of its arithmetic is, how far its pictures are from the CPU's, and other ways.
    """
    device = pick()
    if device.type == "cpu":
        return ["No GPU was there."]
    name = torch.cuda.get_device_name() if device.type == "cuda" else device.type
    peak = gpu_floor(device)
    titles = ["checkpoint", *LATENCIES, "beside the CPU", "channels last", "bf16"]
    lines = [
        f"On a GPU, {name}: {peak / 1000:.1f} TFLOP/s in float32 without TF32. Milliseconds until the result is back",
        "in the computer's memory; how far its pictures are from the CPU's at most (0 to 1); and how many times as",
        "fast as what ships the network would be for one picture and for 64, with that distance from it.",
        "",
        f"| {' | '.join(titles)} |",
        "|" + "---|" * len(titles),
    ]
    for name in vae_demo.names():
        lines.append(gpu_row(name, device, peak))
        print(lines[-1], file=sys.stderr, flush=True)
    return lines


def gpu_floor(device: torch.device, side: int = 8192) -> float:
    """GFLOP/s of a large float32 product there."""
    a, b = (torch.randn(side, side, device=device) for _ in range(2))
    return 2 * side**3 / milliseconds(lambda: (a @ b)[0, 0].item()) / 1e6


@torch.inference_mode()
def gpu_row(name: str, device: torch.device, peak: float) -> str:
    """One checkpoint's line on a GPU; `peak` in GFLOP/s."""
    ae, cpu = vae_demo.load(name, device.type), vae_demo.load(name, "cpu")
    x = torch.rand(64, *ae.shape, generator=torch.Generator().manual_seed(0))
    z = ae.encode(x).cpu()
    usual = (
        lambda: ae.encode(x[:1]),
        lambda: ae.decode(z[:1]),
        lambda: ae.encode(x),
        lambda: ae.decode(z),
        lambda: ae.decode(ops.interpolate(z[0], z[1], 11)),
    )
    cells = [f"{milliseconds(lambda run=run: run().cpu(), 0.1):.2f}" for run in usual]
    with FlopCounterMode(display=False) as counter:
        cpu.network(x[:2])
    cells.append(f"{32 * counter.get_total_flops() / peak / 1e6:.3f}")
    cells.append(f"±{(ae.decode(z).cpu() - cpu.decode(z)).abs().max().item():.0e}")
    reference = ae.network(x.to(device))
    last = copy.deepcopy(ae.network).to(memory_format=torch.channels_last)
    ways = [lambda part: last(part.to(memory_format=torch.channels_last)), bf16(ae.network, device.type)]
    for run in ways:
        gap, times = (run(x.to(device)) - reference).abs().max().item(), []
        for part in (x[:1], x):
            ours, theirs = (milliseconds(lambda f=f, p=part: f(p.to(device)).cpu(), 0.1) for f in (ae.network, run))
            times.append(ours / theirs)
        cells.append(f"{times[0]:.2f}×, {times[1]:.2f}× (±{gap:.0e})")
    return f"| {name} | " + " | ".join(cells) + " |"


class Together:
    """Runs a function of a batch for all threads that wait for it at once; `sizes` gets the requests of each run."""

    def __init__(self, function: Callable, sizes: list[int]) -> None:
        self.function, self.sizes = function, sizes
        self.guard, self.turn = threading.Lock(), threading.Lock()
        self.waiting: list[list] = []  # [batch, its result]

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        own = [x, None]
        with self.guard:
            self.waiting.append(own)
        with self.turn:
            if own[1] is None:
                with self.guard:
                    jobs, self.waiting = self.waiting, []
                self.sizes.append(len(jobs))
                parts = self.function(torch.cat([job[0] for job in jobs])).split([len(job[0]) for job in jobs])
                for job, part in zip(jobs, parts, strict=True):
                    job[1] = part
        return own[1]


class Timed:
    """Runs a function and adds up the seconds in `spent`, those of a call within a call once."""

    inside = False

    def __init__(self, function: Callable, spent: list[float]) -> None:
        self.function, self.spent = function, spent

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        if Timed.inside:
            return self.function(x)
        Timed.inside, start = True, time.perf_counter()
        result = self.function(x)
        Timed.inside = False
        self.spent.append(time.perf_counter() - start)
        return result


@contextmanager
def replaced(found: list[nn.Module], names: tuple[str, ...], way: Callable) -> Iterator[None]:
    """Within it, these methods of the networks go through `way`."""
    pairs = [(network, name) for network in found for name in names if hasattr(network, name)]
    for network, name in pairs:
        setattr(network, name, way(getattr(network, name)))
    try:
        yield
    finally:
        for network, name in pairs:
            delattr(network, name)


PRESSES: dict[str, Callable[[int], dict]] = {  # an event, and the arguments of its n-th request
    "reconstruct": lambda n: {"digit": f"digit:{n % 10}:{n // 10 % 6}", "face": f"face:{1000 + n}"},
    "denoise": lambda n: {"seed": n, "strength": 0.5},
    "sample": lambda n: {"prior": "normal", "n": 9, "temperature": 1.0, "seed": n},
    "interpolate": lambda n: {"digit_a": f"digit:{n % 10}:{n // 10 % 6}", "face_a": f"face:{1000 + n}"},
}
AT_ONCE = 8
THREADS = MODEL["concurrency_limit"]  # that the app lets compute at once; others wait before a handler is called


def requests(turns: int) -> list[str]:
    """What part of a request the networks are, and what waiting requests gain where one batch serves them all."""
    from vae_demo.ui import page, room

    here = room.enter("cpu")
    events = {event.api_name: event.fn for event in page.build(here).fns.values() if event.api_name}
    found = [ae.network for ae in here.checkpoints.values()]
    english = types.SimpleNamespace(cookies={"lang": "en"}, headers={}, session_hash="bench")
    count = itertools.count()  # every request is a new one: nothing comes from a cache

    def press(name: str, dataset: str) -> float:
        start = time.perf_counter()
        events[name](request=english, dataset=dataset, **PRESSES[name](next(count)))
        return 1000 * (time.perf_counter() - start)

    def full(name: str, dataset: str, threads: int) -> float:
        """Milliseconds a request where several are computed at once."""
        start = time.perf_counter()
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda _: press(name, dataset), range(2 * AT_ONCE)))
        return 1000 * (time.perf_counter() - start) / (2 * AT_ONCE)

    titles = ["request", "ms", "of it networks"]
    for threads in (THREADS, AT_ONCE):
        titles += [f"{threads} threads, ms each", "in batches", "requests a batch"]
    lines = [f"| {' | '.join(titles)} |", "|" + "---|" * len(titles)]
    for name, dataset in itertools.product(PRESSES, ("mnist", "celeba")):
        press(name, dataset)
        parts = []
        for _ in range(3 + 2 * turns):
            spent: list[float] = []
            with replaced(found, ("encode", "decode", "posterior"), partial(Timed, spent=spent)):
                whole = press(name, dataset)
            parts.append((whole, 1000 * sum(spent) / whole))
        whole, share = sorted(parts)[len(parts) // 2]
        cells = [f"{name}, {dataset}", f"{whole:.0f}", f"{share:.0%}"]
        for threads in (THREADS, AT_ONCE):
            apart, batched, sizes = [], [], []
            for _ in range(turns):
                apart.append(full(name, dataset, threads))
                with replaced(found, ("encode", "decode"), partial(Together, sizes=sizes)):
                    batched.append(full(name, dataset, threads))
            cells += [f"{min(apart):.0f}", f"{min(batched):.0f}", f"{statistics.mean(sizes):.2f}"]
        lines.append(f"| {' | '.join(cells)} |")
        print(lines[-1], file=sys.stderr, flush=True)
    return lines


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Served:
    """A process that serves a page; `seconds` until its first page, and `memory` in MB after it."""

    def __init__(self, words: list[str], port: int, folder: str) -> None:
        self.url = f"http://127.0.0.1:{port}/"
        start = time.perf_counter()
        self.process = subprocess.Popen(
            words, cwd=ROOT, env=os.environ | {"GRADIO_TEMP_DIR": folder}, stdout=subprocess.DEVNULL
        )
        while True:
            assert self.process.poll() is None, words
            try:
                urllib.request.urlopen(self.url, timeout=60).read()
                break
            except OSError:
                time.sleep(0.01)
        self.seconds = time.perf_counter() - start
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        self.memory = pages * os.sysconf("SC_PAGESIZE") / 1e6

    def __enter__(self) -> "Served":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(60)


def start_up(times: int) -> list[str]:
    """First page and memory of the app and of an empty one, by turns, so that neither has the warmer disk."""
    seconds: dict[str, list[float]] = {"empty": [], "app": []}
    memory: dict[str, list[float]] = {"empty": [], "app": []}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(times):
            for name in seconds:
                port = free_port()
                words = ["-c", EMPTY.replace("PORT", str(port))]
                if name == "app":
                    words = ["app.py", "--no-browser", "--device", "cpu", "--port", str(port)]
                with Served([sys.executable, *words], port, folder) as served:
                    seconds[name].append(served.seconds)
                    memory[name].append(served.memory)
    load = (
        "import time, torch; from vae_demo.checkpoints import load, names; torch.set_num_threads(1); t = time.time(); "
    )
    load += "[load(name, 'cpu') for name in names()]; print(time.time() - t)"
    loaded = min(
        float(subprocess.run([sys.executable, "-c", load], cwd=ROOT, capture_output=True, text=True).stdout)
        for _ in range(times)
    )
    bare, ours = min(seconds["empty"]), min(seconds["app"])
    held, more = min(memory["empty"]), min(memory["app"]) - min(memory["empty"])
    return [
        "| start | empty Gradio app with torch | this app | goal |",
        "|---|---|---|---|",
        f"| first page, s | {bare:.2f} | {ours:.2f} ({ours / bare:.2f}×) | 1.25× |",
        f"| memory after it, MB | {held:.0f} | {held + more:.0f} (+{more:.0f}) | +350 |",
        f"| all {len(vae_demo.names())} checkpoints, s | | {loaded:.2f} | 1 |",
    ]


def round_trips(times: int) -> list[str]:
    """From a key to what it changes on the screen: a trivial event of an empty app, and two of ours."""
    from playwright.sync_api import Page, sync_playwright

    def median(page: Page, press: Callable[[int], object], changed: str) -> float:
        spent = []
        for turn in range(times):
            before = page.evaluate(changed)
            start = time.perf_counter()
            press(turn)
            page.wait_for_function(f"before => ({changed}) !== before", arg=before, polling=4)
            spent.append(1000 * (time.perf_counter() - start))
        return statistics.median(spent[2:])

    rows = ["| round trip in a browser, ms | median |", "|---|---|"]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        port = free_port()
        with Served([sys.executable, "-c", EMPTY.replace("PORT", str(port))], port, folder) as served:
            page = browser.new_page()
            page.set_default_timeout(180_000)
            page.goto(served.url)
            page.wait_for_selector("#box textarea, #box input")
            page.wait_for_timeout(2000)  # what is typed before the page's events are wired is not heard
            box = page.locator("#box textarea, #box input").first
            result = "document.querySelector('#out textarea, #out input').value"
            spent = median(page, lambda n: box.press(str(n % 10)), result)
            rows.append(f"| trivial event of an empty app | {spent:.0f} |")
        port = free_port()
        words = [sys.executable, "app.py", "--no-browser", "--device", "cpu", "--port", str(port)]
        with Served(words, port, folder) as served:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(180_000)
            page.goto(served.url + "?lang=en")
            page.wait_for_selector(".figures img >> visible=true")
            page.wait_for_timeout(2000)
            digits = [page.get_by_role("button", name=str(n), exact=True).first for n in range(10)]
            result = "document.querySelector('.figures img').src"
            spent = median(page, lambda n: digits[(n * 3 + 1) % 10].press("Enter"), result)
            rows.append(f"| a digit through every variant (Reconstruct) | {spent:.0f} |")
            slider = page.locator("[role=tabpanel]:visible input[type=range]").last
            result = "document.querySelector('.draws svg').innerHTML"
            spent = median(page, lambda n: slider.press("ArrowRight" if n % 20 < 10 else "ArrowLeft"), result)
            rows.append(f"| the slider of sigma (Reconstruct) | {spent:.0f} |")
        browser.close()
    return rows


def machine() -> str:
    """Processor, cores, system and versions, in a line."""
    processor = platform.processor() or platform.machine()
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        names = [line for line in cpus.read_text().splitlines() if line.startswith("model name")]
        processor = names[0].partition(": ")[2] if names else processor
    import gradio

    versions = f"Python {platform.python_version()}, torch {torch.__version__}, Gradio {gradio.__version__}"
    return f"{processor}, {os.cpu_count()} cores, {platform.system()}; {versions}; one thread"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="no torch.compile, fewer repeats")
    parser.add_argument("--gpu", action="store_true", help="nothing but the GPU's part, to be put into the page")
    parser.add_argument("--out", type=Path, help="write the page there too")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    torch.backends.cudnn.allow_tf32 = False  # as app.py has it
    if asked.gpu:
        print("\n".join(gpu_part(None)))
        return
    turns = 1 if asked.quick else 3
    command = "python tests/bench.py" + " --quick" * asked.quick
    page = ["# Benchmarks", "", f"`{command}` on {time.strftime('%Y-%m-%d')}: {machine()}.", ""]
    page += [*start_up(turns), "", *round_trips(8 if asked.quick else 22), ""]
    page += [
        f"The floor of this processor is {floor():.0f} GFLOP/s (a 1024 × 1024 product in float32). Milliseconds by",
        "number of pictures; the floor of 64 pictures is their multiplications and additions at that speed, encode and",
        "decode. On the right, how many times as fast as what ships (eager, convolutions channels last) another engine",
        "encodes and decodes one picture and 64, and by how much its pictures differ at most (0 to 1). torch.compile",
        "and ONNX Runtime make a program for each shape, which takes its time, so a few networks stand for all. What",
        "one picture would gain is to be held against the round trips above: there the networks are a small part.",
        "",
        *networks(asked.quick),
        "",
        *gpu_part(asked.out),
        "",
        "Should requests that wait for the same network share a batch? Of a request, the handler's time and the part",
        f"of it that is networks; then {2 * AT_ONCE} requests in {THREADS} threads, as many as the app lets compute at",
        f"once, and in {AT_ONCE}: each by itself, and with all that wait for a network computed by it as one batch.",
        "Where a batch holds about one request, nobody waits for the same network at the same moment, and there is",
        f"nothing to share; where it holds more, its time is to be held against that of {THREADS} threads.",
        "",
        *requests(turns),
        "",
        "`python tests/load.py` plays a room of visitors.",
        "",
    ]
    print("\n".join(page))
    if asked.out:
        asked.out.write_text("\n".join(page), encoding="utf-8")


if __name__ == "__main__":
    main()
