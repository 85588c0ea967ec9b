"""A room full of visitors, on this computer only: python tests/load.py [--visitors 100] [--rounds 3] [--think 3].

Starts the app and a bare Gradio app, each in a process of its own, and plays the same scenes on both: everybody
presses the same example at once, everybody is in another tab at once, and everybody takes time to think. Prints a
Markdown table. A picture of ours that does not arrive whole is a failure, and the command ends with 1.
"""

import argparse
import asyncio
import base64
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
MOST_VISITORS, MOST_ROUNDS, MOST_EVENTS = 500, 2000, 100_000

# The floor: the same payload as one press of Reconstruct, without any computing.
BARE = """
import os; os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
import gradio as gr, torch
html = "x" * 38_000
def same(*_): return html, ""
with gr.Blocks(delete_cache=(60, 60)) as demo:
    texts = [gr.Textbox() for _ in range(4)]
    gr.Button().click(same, texts, [gr.HTML(), gr.Textbox()], api_name="reconstruct", concurrency_limit=2)
demo.queue(api_open=False, max_size=MAX).launch(server_port=PORT, ssr_mode=False, quiet=True)
"""


@dataclass
class Server:
    """A running app."""

    port: int
    pid: int
    folder: Path

    @property
    def memory(self) -> float:
        """MB that its process holds."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6

    @property
    def disk(self) -> float:
        """MB in its upload folder."""
        return sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file()) / 1e6


@dataclass
class Scene:
    """What a number of visitors saw."""

    name: str
    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    full: int = 0
    pictures: int = 0
    took: float = 0.0

    def row(self) -> str:
        ordered = sorted(self.seconds) or [float("nan")]
        p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
        return (
            f"| {self.name} | {len(self.seconds)} | {len(self.seconds) / self.took:.1f} | "
            f"{self.pictures / self.took:.0f} | "
            f"{statistics.median(ordered):.2f} | {p95:.2f} | {ordered[-1]:.2f} | {self.full} | {len(self.failures)} |"
        )


async def http(port: int, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
    """One request on a connection of its own: (status, body)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    try:
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        top = await reader.readuntil(b"\r\n\r\n")
        status, chunked = int(top.split()[1]), b"chunked" in top.lower()
        parts = []
        while chunked and (size := int(await reader.readline(), 16)):
            parts.append((await reader.readexactly(size + 2))[:-2])
        return status, b"".join(parts) if chunked else await reader.read()
    finally:
        writer.close()


PICTURE = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")


async def press(port: int, session: str, fn_index: int, data: list) -> int | None:
    """One event, as the page sends it: how many pictures came, None where the room is full.

    Raises:
        ValueError: an error instead of an answer, or a picture that is not whole.
    """
    body = {"fn_index": fn_index, "data": data, "session_hash": session, "event_data": None, "trigger_id": None}
    status, answer = await http(port, "POST", "/gradio_api/queue/join", json.dumps(body).encode())
    if status in (429, 503):  # ours, and bare Gradio's
        return None
    if status != 200:
        raise ValueError(f"status {status}: {answer[:200]!r}")
    status, answer = await http(port, "GET", f"/gradio_api/queue/data?session_hash={session}")
    said = [json.loads(line[6:]) for line in answer.split(b"\n") if line.startswith(b"data: ")]
    done = [message for message in said if message["msg"] == "process_completed"]
    if status != 200 or len(done) != 1 or not done[0]["success"]:
        raise ValueError(f"status {status}: {answer[-200:]!r}")
    pictures = PICTURE.findall(json.dumps(done[0]["output"]["data"]))
    if not all(base64.b64decode(picture[-24:]).endswith(b"IEND\xaeB`\x82") for picture in pictures):
        raise ValueError("a picture is not whole")
    return len(pictures)


async def play(port: int, name: str, visitors: int, rounds: int, think: float, choose: Callable) -> Scene:
    """Everybody presses `rounds` times, after `think` seconds on average; `choose` gives (event, data)."""
    scene = Scene(name)
    dependencies = json.loads((await http(port, "GET", "/config"))[1])["dependencies"]
    number_of = {event["api_name"]: event["id"] for event in dependencies}

    async def visitor(number: int) -> None:
        chance = random.Random(number)
        session = f"{name}{number}".replace(" ", "")  # one page, open from the first press to the last
        for turn in range(rounds):
            if think:
                await asyncio.sleep(chance.uniform(0, 2 * think))
            event, data = choose(chance, turn)
            start = time.perf_counter()
            try:
                pictures = await press(port, session, number_of[event], data)
                if pictures is None:
                    scene.full += 1
                else:
                    scene.seconds.append(time.perf_counter() - start)
                    scene.pictures += pictures
            except (OSError, ValueError, asyncio.IncompleteReadError) as error:
                scene.failures.append(f"{event}: {error!r}"[:300])

    start = time.perf_counter()
    await asyncio.gather(*(visitor(number) for number in range(visitors)))
    scene.took = time.perf_counter() - start
    return scene


def same(chance: random.Random, turn: int) -> tuple[str, list]:
    """The same example for everybody."""
    return "reconstruct", ["mnist", "digit:7", "astronaut", None]


def every_tab(chance: random.Random, turn: int) -> tuple[str, list]:
    """Any tab, with a digit and a seed of one's own."""
    digit, other = (f"digit:{chance.randrange(10)}:{chance.randrange(6)}" for _ in range(2))
    return any_tab(chance, "mnist", (digit, "astronaut"), (other, "astronaut"))


def every_tab_of_faces(chance: random.Random, turn: int) -> tuple[str, list]:
    """Any tab, with an invented face and a seed of one's own: larger networks."""
    face, other = (f"face:{chance.randrange(48)}" for _ in range(2))
    return any_tab(chance, "celeba", ("digit:7", face), ("digit:7", other))


# Of each data set: the networks of Interpolate, of Latent arithmetic, and a group of the latter.
NETWORKS = {
    "mnist": (["mnist-vae", "mnist-conv-ae"], "mnist-vae", "upright_1"),
    "celeba": (["celeba-perceptual-vae", "celeba-conv-ae"], "celeba-perceptual-vae", "woman"),
}


def any_tab(chance: random.Random, dataset: str, a: tuple[str, str], b: tuple[str, str]) -> tuple[str, list]:
    """An event and its data, for pictures a and b, each (digit, face)."""
    seed = chance.randrange(10_000)
    rows, model, group = NETWORKS[dataset]
    return chance.choice(
        [
            ("reconstruct", [dataset, *a, None]),
            ("posterior", [dataset, *a, None, "mnist-vae", "celeba-vae", 1.0, seed]),
            ("denoise", [dataset, *a, None, "gaussian", chance.random(), seed, ""]),
            ("sample", [dataset, "normal", 9, 1.0, seed, 0]),
            ("interpolate", [dataset, *a, None, *b, None, "linear", 11, rows, 0, seed, False]),
            ("arithmetic", [dataset, model, "own", *a, None, "own", *b, None, group, "", "", None, 1.0, "plain"]),
        ]
    )


def mostly_same(chance: random.Random, turn: int) -> tuple[str, list]:
    """Nine times out of ten one of ten examples, so that many presses are soon made; else any tab."""
    if turn % 10:
        return "reconstruct", ["mnist", f"digit:{chance.randrange(10)}", "astronaut", None]
    return every_tab(chance, turn)


@contextmanager
def serving(words: list[str], port: int) -> Iterator[Server]:
    """A process that serves on that port, with an upload folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"GRADIO_TEMP_DIR": folder, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(
            words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            limit = time.monotonic() + 300
            while True:
                assert process.poll() is None, f"{words} ended"
                assert time.monotonic() < limit
                try:
                    asyncio.run(http(port, "GET", "/config"))
                    break
                except OSError:
                    time.sleep(0.1)
            yield Server(port, process.pid, Path(folder))
        finally:
            process.terminate()
            process.wait(60)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--think", type=float, default=3.0, help="seconds between two presses of a visitor, on average")
    parser.add_argument(
        "--events", type=int, default=0, help="then this many more presses, to see whether memory grows"
    )
    parser.add_argument("--out", type=Path, help="add what is printed to this file")
    asked = parser.parse_args()
    if not (1 <= asked.visitors <= MOST_VISITORS and 1 <= asked.rounds <= MOST_ROUNDS and 0 <= asked.think <= 60):
        parser.error(f"at most {MOST_VISITORS} visitors, {MOST_ROUNDS} rounds and 60 seconds")
    if not 0 <= asked.events <= MOST_EVENTS:
        parser.error(f"at most {MOST_EVENTS} events")
    failures = []
    lines = [f"`{' '.join(['python tests/load.py', *sys.argv[1:]])}`, server and visitors on the same machine:", ""]

    def tell(line: str) -> None:
        print(line, flush=True)
        lines.append(line)

    titles = ["scene", "events", "a second", "pictures a second", "median s", "p95 s", "longest s"]
    titles += ["told that it is full", "failed"]
    tell(f"| {' | '.join(titles)} |\n" + "|---" * len(titles) + "|")

    def run(server: Server, title: str, think: float, choose: Callable) -> list[str]:
        scene = asyncio.run(play(server.port, title, asked.visitors, asked.rounds, think, choose))
        tell(scene.row())
        return scene.failures

    port = free_port()
    bare = BARE.replace("PORT", str(port)).replace("MAX", "None")
    with serving([sys.executable, "-c", bare], port) as server:
        asyncio.run(play(server.port, "warm", 1, 2, 0, same))
        run(server, "bare Gradio, all at once", 0, same)
        run(server, "bare Gradio, with time to think", asked.think, same)
    port = free_port()
    with serving([sys.executable, "app.py", "--no-browser", "--port", str(port)], port) as server:
        for choose in (same, every_tab, every_tab_of_faces):
            asyncio.run(play(server.port, "warm", 1, 30, 0, choose))
        before = server.memory
        failures += run(server, "one example, all at once", 0, same)
        failures += run(server, "one example, with time to think", asked.think, same)
        failures += run(server, "all tabs, all at once", 0, every_tab)
        failures += run(server, "all tabs, with time to think", asked.think, every_tab)
        failures += run(server, "all tabs on faces, all at once", 0, every_tab_of_faces)
        failures += run(server, "all tabs on faces, with time to think", asked.think, every_tab_of_faces)
        tell(f"\nmemory {before:.0f} MB before, {server.memory:.0f} MB after; files {server.disk:.0f} MB")
        for thousand in range(asked.events // 1000):
            start = time.perf_counter()
            scene = asyncio.run(play(server.port, "more", 20, 50, 0, mostly_same))
            failures.extend(scene.failures)
            spent, held = time.perf_counter() - start, f"memory {server.memory:.0f} MB, files {server.disk:.0f} MB"
            print(f"after {1000 * (thousand + 1)} events more: {held}; 1000 in {spent:.0f} s", flush=True)
        if asked.events >= 1000:
            tell(f"\nafter {asked.events // 1000 * 1000} events more: {held}")
    if asked.out:
        with asked.out.open("a", encoding="utf-8") as page:
            page.write("\n" + "\n".join(lines) + "\n")
    for failure in failures[:10]:
        print(failure, file=sys.stderr)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
