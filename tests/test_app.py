"""Starting the app, its public events, what it leaves on the disk, and the repository as a Hugging Face Space."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import pytest
import torch
import yaml

import app
from vae_demo import device
from vae_demo.ui import door, leftovers, room, sessions
from vae_demo.ui.text import TEXTS

ROOT = Path(__file__).parent.parent


# The command line


@pytest.fixture
def started(monkeypatch):
    """Runs main with some words; gives what was built, launched and opened, without doing any of it."""
    seen = {}
    demo = SimpleNamespace(block_thread=lambda: seen.update(waits=True))

    def launch(demo, language=None, **options):
        seen.update(language=language, **options)
        return None, f"http://127.0.0.1:{options['server_port']}/", None

    monkeypatch.setattr(app, "build", lambda device, loading: seen.update(device=device) or demo)
    monkeypatch.setattr(app, "launch", launch)
    monkeypatch.setattr(app.webbrowser, "open", lambda url: seen.update(opened=url))
    monkeypatch.setattr(app.signal, "signal", lambda *_: None)
    for name in ("SPACE_ID", "SPACES_ZERO_GPU", "GRADIO_SERVER_PORT", "GRADIO_SERVER_NAME"):
        monkeypatch.delenv(name, raising=False)

    def main(*words):
        seen.clear()
        monkeypatch.setattr("sys.argv", ["app.py", *words])
        app.main()
        return dict(seen)

    return main


def test_without_options_the_browser_opens_the_page(started):
    seen = started()
    assert seen["opened"] == f"http://127.0.0.1:{seen['server_port']}/"
    assert (seen["server_name"], seen["share"], seen["device"], seen["language"]) == ("127.0.0.1", False, None, None)
    assert seen["waits"]


def test_every_option_arrives(started):
    seen = started("--host", "0.0.0.0", "--port", "18760", "--share", "--device", "cpu", "--no-browser", "--lang", "ko")
    assert seen["server_port"] in range(18760, 18780)
    assert (seen["server_name"], seen["share"], seen["device"], seen["language"]) == ("0.0.0.0", True, "cpu", "ko")
    assert "opened" not in seen


def test_a_space_opens_no_browser(started, monkeypatch):
    monkeypatch.setenv("SPACE_ID", "someone/vae_demo")
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")
    seen = started()
    assert "opened" not in seen
    assert seen["server_name"] == "0.0.0.0"


def test_on_zero_gpu_a_function_is_offered_and_the_cpu_computes(started, monkeypatch):
    offered = []
    monkeypatch.setattr(app, "SPACES", SimpleNamespace(GPU=offered.append))
    assert started()["device"] is None
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    assert started()["device"] == "cpu"
    assert len(offered) == 1


@pytest.mark.parametrize("words", [("--port", "0"), ("--port", "70000"), ("--port", "x"), ("--lang", "fr"), ("--tpu",)])
def test_a_wrong_option_is_told(started, words, capsys):
    with pytest.raises(SystemExit):
        started(*words)
    assert "error" in capsys.readouterr().err


def test_a_device_that_is_not_there_is_told_in_a_line(started, monkeypatch):
    def build(device, loading):
        raise ValueError("device 'cuda' cannot be used here")

    monkeypatch.setattr(app, "build", build)
    with pytest.raises(SystemExit, match="device 'cuda' cannot be used here"):
        started("--device", "cuda")


def test_what_is_loading_already_is_not_read_again_and_moves_to_the_device(monkeypatch, tmp_path):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    monkeypatch.setattr(app.page, "build", lambda here: here)
    monkeypatch.setattr(room, "enter", None)
    moved, loading = [], Future()
    loading.set_result(SimpleNamespace(move=moved.append, device="cpu", skipped=(), checkpoints={}))
    assert app.build("cpu", loading) is loading.result()
    assert moved == []
    monkeypatch.setattr(app, "pick", lambda device: torch.device(device or "cuda"))
    assert app.build(None, loading) is loading.result()
    assert moved == ["cuda"]


def test_a_gpu_that_is_full_at_the_start_is_left(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    entered = []

    def enter(device):
        entered.append(device)
        if device != "cpu":
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB")
        return room.Room({})

    monkeypatch.setattr(room, "enter", enter)
    monkeypatch.setattr(app.page, "build", lambda here: here)
    assert app.build().checkpoints == {}
    assert entered == [None, "cpu"]
    assert "going on on the CPU" in capsys.readouterr().err
    monkeypatch.setattr(app.page, "build", lambda here: here.nowhere)
    with pytest.raises(AttributeError):
        app.build()


def test_a_device_that_takes_no_tensor_is_not_picked(monkeypatch):
    monkeypatch.setattr(device, "present", lambda: ["cuda", "cpu"])
    monkeypatch.setattr(device, "works", lambda name: name == "cpu")
    assert device.pick() == torch.device("cpu")
    with pytest.raises(ValueError, match="cuda"):
        device.pick("cuda")


def test_mcp_needs_its_package_and_says_so(started, monkeypatch):
    monkeypatch.setattr(app, "find_spec", lambda name: None)
    assert started()["mcp_server"] is False
    with pytest.raises(SystemExit, match=r"gradio\[mcp\]"):
        started("--mcp")
    monkeypatch.setattr(app, "find_spec", lambda name: name)
    assert started("--mcp")["mcp_server"] is True


def test_a_port_in_use_moves_on_and_says_so(server):
    assert server.port > server.wanted
    assert f"port {server.wanted} is in use, taking {server.port}" in server.said.read_text()


def test_no_port_free_is_told(monkeypatch):
    def bind(*_):
        raise OSError("in use")

    monkeypatch.setattr(app.socket.socket, "bind", bind)
    with pytest.raises(OSError, match="no free port from 65530 to 65535"):
        app.free_port("127.0.0.1", 65530)


# Public events


def test_every_public_event_is_named_described_and_typed(server):
    named = json.loads(server.request("GET", "/gradio_api/info")[1])["named_endpoints"]
    assert {"/reconstruct", "/posterior", "/denoise", "/sample", "/interpolate", "/arithmetic"} <= set(named)
    for name, event in named.items():
        assert re.fullmatch(r"/[a-z]+(_[a-z]+)*", name), name
        assert len(event.get("description") or "") > 20, f"{name} has no docstring"
        for parameter in event["parameters"]:
            where = f"{name}: {parameter['parameter_name']}"
            assert not re.match(r"param_\d|args|kwargs|_", parameter["parameter_name"]), where
            assert parameter["python_type"]["type"] not in ("Any", "dict", ""), where


def test_no_event_is_open_beside_the_queue(server):
    status, _ = server.post("/gradio_api/run/reconstruct", {"data": ["mnist", "digit:7", "", None]})
    assert status != 200


def test_gradio_is_imported_without_writing_stubs_beside_our_code():
    stubs = ROOT / "vae_demo" / "ui"
    for written in stubs.glob("*.pyi"):  # by tests that import Gradio as everybody does
        written.unlink()
    code = "import inspect, app; print(inspect.getfile(app.gr.Slider), inspect.getfile(app.page.Radio))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [Path(file).name for file in run.stdout.split()] == ["slider.py", "controls.py"]  # inspect is as it was
    assert not list(stubs.glob("*.pyi"))


def test_gradio_makes_no_table_of_all_events():
    queue = gr.Blocks(analytics_enabled=False).queue()._queue
    queue.events_recorded = 1
    queue.compute_analytics_summary([{"function": "f", "status": "success", "process_time": 1.0}])
    assert queue.event_count_at_last_cache == 0
    assert queue.ANALYTICS_MAX_EVENTS == 100


def test_the_page_speaks_the_language_of_the_option(server):
    assert b"const fallback = 'ko'" in server.request("GET", "/")[1]


# A full room


async def called(inner, method="POST", path="/gradio_api/queue/join", body=b"{}", headers=(), waiting=0):
    """Status and body that the door lets out, while so many events wait."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    app = SimpleNamespace(get_blocks=lambda: SimpleNamespace(_queue=range(waiting)))
    scope = {"type": "http", "method": method, "path": path, "headers": list(headers), "query_string": b"", "app": app}
    await door.Door(inner)(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


async def full(scope, receive, send):
    await send({"type": "http.response.start", "status": 503, "headers": []})
    await send({"type": "http.response.body", "body": b'{"detail": "Queue is full. Max size is 3."}'})


@pytest.mark.parametrize(
    ("headers", "language"),
    [([], 0), ([(b"accept-language", b"ko-KR,ko;q=0.9")], 1), ([(b"cookie", b"lang=ko")], 1)],
)
def test_a_full_room_is_told_in_the_visitors_language(headers, language):
    status, body = asyncio.run(called(full, headers=headers))
    assert status == 429  # Gradio's page shows the words of anything but a 503
    assert json.loads(body) == {"detail": TEXTS["common.full"][language]}


def test_a_path_of_a_megabyte_is_not_looked_at(monkeypatch):
    """Its slashes would keep everybody waiting for a minute."""

    def resolve(self, strict=False):
        raise AssertionError("it was looked at")

    monkeypatch.setattr(Path, "resolve", resolve)
    assert not door.lies_in("a/" * 490_000, Path("/"))
    with pytest.raises(AssertionError, match="looked at"):
        door.lies_in("a/b", Path("/"))


def test_who_sends_too_slowly_is_not_waited_for(monkeypatch):
    """The body never ends: after a while it is refused, and what came of it is let go."""
    monkeypatch.setattr(door, "PATIENCE", 0.05)
    monkeypatch.setattr(door, "LINGER", 0.05)
    sent = []

    async def receive():
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message):
        sent.append(message)

    app = SimpleNamespace(get_blocks=lambda: SimpleNamespace(_queue=[]))
    scope = {"type": "http", "method": "POST", "path": "/gradio_api/queue/join", "headers": [], "query_string": b""}
    began = time.monotonic()
    asyncio.run(door.Door(answering)(scope | {"app": app}, receive, send))
    assert sent[0]["status"] == 408
    assert time.monotonic() - began < 5


async def answering(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})


@pytest.mark.parametrize(
    ("path", "waiting", "status"),
    [
        ("call/sample", 99, 200),
        ("call/sample", 100, 429),
        ("call/sample/", 100, 429),
        ("call/v2/sample", 100, 429),
        ("queue/join", 100, 200),
        ("call/sample/1f", 100, 200),
    ],
)
def test_programs_leave_half_of_the_queue_to_visitors(path, waiting, status):
    assert asyncio.run(called(answering, path=f"/gradio_api/{path}", waiting=waiting))[0] == status


def test_slow_films_hold_nobody_up(server):
    """Four films wait in the queue, and then a picture is asked for: it comes before the second film is made."""

    def made(event: str) -> float:
        _, said = server.request("GET", f"{films}/{event}")
        assert b"event: complete" in said
        assert b"data:image/webp" in said
        return time.monotonic()

    films = "/gradio_api/call/sample_film_files"
    queued = [server.post(films, {"data": ["celeba", 1.0, seed, 0]})[1] for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        ends = [pool.submit(made, json.loads(said)["event_id"]) for said in queued]
        assert server.call("sample", ["mnist", "normal", 1, 1.0, 77, 0])[0] == "complete"
        came = time.monotonic()
    assert came < sorted(end.result() for end in ends)[1]


# What is left on the disk


def test_old_files_and_the_oldest_of_too_many_are_swept(tmp_path):
    def file(name: str, age: float, size: int = 1000) -> Path:
        path = tmp_path / name / "picture.png"
        path.parent.mkdir()
        path.write_bytes(bytes(size))
        os.utime(path, (time.time() - age, time.time() - age))
        return path

    old, late, early, new = file("old", 200), file("late", 50), file("early", 90), file("new", 1)
    leftovers.sweep(tmp_path, age=100, most_bytes=2500)
    assert not old.parent.exists()
    assert not early.exists()
    assert late.exists()
    assert new.exists()
    leftovers.sweep(tmp_path / "nowhere")


def test_a_photo_stays_while_any_page_shows_it(tmp_path):
    uploads, photo = leftovers.Uploads(), tmp_path / "photo.png"
    photo.write_bytes(b"x")
    uploads.hold(photo, "one")
    uploads.hold(photo, "two")
    uploads.release("one")
    assert photo.exists()
    uploads.release("two")
    uploads.release("two")
    assert not photo.exists()
    assert uploads.pages == {}


def test_a_photo_that_was_swept_is_forgotten(tmp_path):
    uploads, photo = leftovers.Uploads(), tmp_path / "photo.png"
    for number in range(3):
        uploads.hold(tmp_path / f"swept {number}.png", "one")
    photo.write_bytes(b"x")
    uploads.hold(photo, "one")
    assert list(uploads.pages) == [photo]


def test_every_app_has_a_folder_of_its_own_that_goes_with_it(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "not there yet"))
    folder = leftovers.own_folder()
    assert folder.parent == tmp_path / "not there yet"
    assert os.environ["GRADIO_TEMP_DIR"] == str(folder)

    async def live():
        async with leftovers.swept(folder):
            (folder / "photo.png").write_bytes(b"x")

    asyncio.run(live())
    assert not folder.exists()


def test_photos_stay_in_memory_where_there_is_room(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", "")
    monkeypatch.setattr(leftovers, "MEMORY", tmp_path)
    monkeypatch.setattr(leftovers, "MOST_BYTES", 0)
    assert leftovers.own_folder().parent == tmp_path
    assert leftovers.in_memory()
    monkeypatch.setenv("GRADIO_TEMP_DIR", "")
    monkeypatch.setattr(leftovers, "MOST_BYTES", shutil.disk_usage(tmp_path).free)  # twice that is not there
    folder = leftovers.own_folder()
    assert not folder.is_relative_to(tmp_path)
    assert folder.parent == Path(tempfile.gettempdir())  # not where the app was started
    assert not leftovers.in_memory()


# What the server remembers of a page


def test_a_session_keeps_its_state_and_no_value_of_a_press():
    with gr.Blocks() as demo:
        count, text, button = gr.State(1), gr.Textbox(), gr.Button()
        button.click(lambda n, words: (n + 1, words), [count, text], [count, text])
    holder = sessions.Sessions(demo)
    one, other = holder["one"], holder["other"]
    one[count._id] = 5
    one._update_value_in_config(text._id, "data:image/png;base64,a visitor's picture")
    one._update_config(text._id)
    assert holder["one"] is one
    assert (one[count._id], other[count._id]) == (5, 1)
    assert text._id not in [kept["id"] for kept in one.components]
    assert one[text._id] is text
    holder.capacity = 2
    assert holder["third"][count._id] == 1
    assert list(holder.session_data) == ["one", "third"]  # the longest unused one went


def test_the_server_has_such_sessions_as_long_as_it_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    with gr.Blocks() as demo:
        gr.State()

    async def live():
        async with app.lifespan(demo.app):
            return demo.app.state_holder

    assert isinstance(asyncio.run(live()), sessions.Sessions)
    assert demo.state_holder is demo.app.state_holder  # Gradio asks either


# The repository as a Space


def front_matter() -> dict:
    return yaml.safe_load((ROOT / "README.md").read_text(encoding="utf-8").split("---")[1])


def test_the_front_matter_fits_what_is_required():
    front = front_matter()
    required = (ROOT / "requirements.txt").read_text()
    assert front["sdk"] == "gradio"
    assert f"gradio=={front['sdk_version']}" in required
    assert front["sdk_version"] == gr.__version__
    assert front["python_version"] in ("3.10", "3.12")  # what ZeroGPU has
    assert (ROOT / front["app_file"]).is_file()
    assert len(front["short_description"]) <= 60
    colours = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
    assert {front["colorFrom"], front["colorTo"]} <= colours


@pytest.mark.skipif(shutil.which("git") is None, reason="git lists the files of the repository")
def test_no_file_is_too_large_for_a_space_without_lfs():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    large = {file.name: file.stat().st_size for file in files if file.is_file() and file.stat().st_size > 10 * 2**20}
    assert large == {}


def test_no_file_or_folder_shadows_a_package_that_gradio_imports():
    assert not {"mcp.py", "mcp", "spaces.py", "spaces"} & {path.name for path in ROOT.iterdir()}


def test_the_page_is_launched_with_a_closed_api_small_files_and_no_server_side_rendering():
    queued, launched = {}, {}
    app.launch(SimpleNamespace(queue=queued.update, launch=launched.update), "ko", server_port=7000)
    assert queued["api_open"] is False
    assert launched["ssr_mode"] is False  # a Space would switch it on
    assert launched["max_file_size"] == "20mb"
    assert launched["server_port"] == 7000
