"""What all tests share: no network, one thread, so that small tensors are not slowed by waiting, and one server."""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from raw import Server

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import torch  # noqa: E402

from vae_demo import device  # noqa: E402

torch.set_num_threads(1)
GPU = device.pick().type  # "cuda" or "mps" on a computer with a GPU, else "cpu"


@pytest.fixture(autouse=True, scope="session")
def on_the_cpu():
    """What the tests expect are the CPU's numbers, on every computer; `gpu` gives one that has a GPU back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(device, "present", lambda: ["cpu"])
        yield


@pytest.fixture
def gpu(monkeypatch):
    """The real GPU of this computer, where there is one, set as the app sets it."""
    if GPU == "cpu":
        pytest.skip("this computer has no GPU")
    monkeypatch.setattr(device, "present", lambda: [GPU, "cpu"])
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)
    return torch.device(GPU)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The app in a process of its own, under guard, on a port that had to move on because its own was in use."""
    folder = tmp_path_factory.mktemp("server")
    log, said, uploads = folder / "log", folder / "said", folder / "uploads"
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        words = [sys.executable, "-u", str(Path(__file__).parent / "guarded.py"), str(log)]
        words += ["--no-browser", "--device", "cpu", "--lang", "ko", "--port", str(taken)]
        with said.open("w") as stream:
            process = subprocess.Popen(
                words, stdout=stream, stderr=subprocess.STDOUT, env=os.environ | {"GRADIO_TEMP_DIR": str(uploads)}
            )
        try:
            limit = time.monotonic() + 180
            while not (found := re.search(r"http://127\.0\.0\.1:(\d+)", said.read_text())):
                assert process.poll() is None, said.read_text()
                assert time.monotonic() < limit, said.read_text()
                time.sleep(0.05)
            yield Server(int(found[1]), process.pid, log, uploads, said, taken)
        finally:
            process.terminate()
            process.wait(30)
    assert [file for file in uploads.rglob("*") if file.is_file()] == []  # nothing of a visitor is left behind
