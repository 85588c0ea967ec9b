"""Starts the page: python app.py. A Hugging Face Space runs this file as it is."""

import argparse
import gc
import inspect
import os
import signal
import socket
import sys
import webbrowser
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from unittest import mock

gc.disable()  # nothing of what is imported is garbage, and looking for it takes a sixth of the time
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before gradio is imported: no request leaves the machine
# Else Gradio keeps 10,000 events and, after each, makes a table of all for a dashboard that this page does not have.
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "100")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**9))
os.environ["no_proxy"] = ",".join(filter(None, [os.environ.get("no_proxy"), "localhost", "127.0.0.1"]))  # it is here
SPACES = import_module("spaces") if find_spec("spaces") else None  # Hugging Face's ZeroGPU wants to come before torch

import torch  # noqa: E402

from vae_demo.device import pick  # noqa: E402
from vae_demo.ui import room  # noqa: E402

# What a network computes for one visitor keeps the interpreter from all others for less long, and so do imports.
sys.setswitchinterval(0.0005)
# To import Gradio takes seconds of one core: meanwhile another one reads the checkpoints.
LOADING = ThreadPoolExecutor(1).submit(room.enter, "cpu") if __name__ == "__main__" else None


def without_stubs():
    """Gradio writes type stubs (.pyi) beside the code of every component, ours too, each time that it is imported; that
    takes more than a third of the time. Where it finds no source it writes none.
    """
    found = inspect.getfile

    def getfile(what) -> str:
        if type(what).__name__ == "ComponentMeta":
            raise FileNotFoundError
        return found(what)

    return mock.patch.object(inspect, "getfile", getfile)


with without_stubs():
    import gradio as gr
    from gradio.utils import get_upload_folder
    from starlette.middleware import Middleware

    from vae_demo.ui import leftovers, page, sessions
    from vae_demo.ui.door import Door
    from vae_demo.ui.handling import is_of_device
    from vae_demo.ui.language import LanguageMiddleware
    from vae_demo.ui.text import I18N

gc.freeze()
gc.enable()

TRIES = 20  # ports after the one that is asked for


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=port_number, default=os.environ.get("GRADIO_SERVER_PORT", "7860"))
    parser.add_argument("--host", default=os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"))
    parser.add_argument("--share", action="store_true", help="a public link through Gradio's server, for 72 hours")
    parser.add_argument("--device", choices=("cpu", "cuda", "mps"), help="the default is the best that is there")
    parser.add_argument("--mcp", action="store_true", help="an MCP server beside the page; wants gradio[mcp]")
    parser.add_argument("--no-browser", action="store_true", help="do not open the browser")
    parser.add_argument(
        "--lang", choices=("en", "ko"), help="for visitors who have not chosen; default: their browser's"
    )
    return parser.parse_args(words)


def port_number(text: str) -> int:
    """A port from the command line."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"expected a port from 1 to 65535, got {text}")
    return int(text)


def free_port(host: str, wanted: int) -> int:
    """The wanted port, or the next one that nobody uses.

    Raises:
        OSError: none of them is free.
    """
    last = min(wanted + TRIES - 1, 65535)
    for port in range(wanted, last + 1):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
            if os.name == "posix":  # elsewhere it would let two programs share a port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return port
            except OSError:
                continue
    raise OSError(f"no free port from {wanted} to {last}")


def zero_gpu(package: ModuleType | None) -> str | None:
    """On ZeroGPU "cpu": there a GPU is lent to single functions, and these networks are faster than the loan.

    Such a Space starts only with a function that could take the loan.
    """
    if package is None or os.environ.get("SPACES_ZERO_GPU", "").lower() not in ("1", "t", "true"):
        return None
    package.GPU(lambda: None)
    return "cpu"


def entered(device: str | None, loading: Future[room.Room] | None) -> room.Room:
    """The checkpoints on that device, those that are loading already or else read now."""
    if loading is None:
        return room.enter(device)
    here = loading.result()
    if pick(device).type != "cpu":
        here.move(pick(device).type)
    return here


def build(device: str | None = None, loading: Future[room.Room] | None = None) -> gr.Blocks:
    """The page with every checkpoint that loads; those that do not are named on standard error."""
    torch.set_num_threads(1)  # several visitors at once are faster than several threads for one
    torch.backends.cudnn.allow_tf32 = False  # one seed is one picture on every device
    leftovers.own_folder()
    try:
        here = entered(device, loading)
        demo = page.build(here)
    except RuntimeError as error:
        if device == "cpu" or not is_of_device(error):
            raise
        print(f"the device failed ({type(error).__name__}); going on on the CPU", file=sys.stderr)
        here = room.enter("cpu")
        demo = page.build(here)
    print(f"computing on {here.device}")
    for line in here.skipped:
        print(f"left out: {line}", file=sys.stderr)
    if not here.checkpoints:
        print("no checkpoint was found: train one, see README.md", file=sys.stderr)
    return demo


def launch(demo: gr.Blocks, language: str | None = None, **options) -> tuple:
    """`demo.launch` with what belongs to this page; `options` go to Gradio."""
    # Else everybody who waits is told of their place after every answer: with a hundred visitors a third of the speed.
    demo.queue(api_open=False, max_size=200, status_update_rate=1)
    return demo.launch(
        theme=page.theme(),
        css=page.css(),
        head=page.head(),
        i18n=I18N,
        ssr_mode=False,
        _frontend=False,  # else Gradio asks itself for the page, and gives up where that takes three seconds
        footer_links=["api"],
        run_history=False,
        max_file_size="20mb",
        app_kwargs={
            "middleware": [Middleware(Door), Middleware(LanguageMiddleware, language=language)],
            "lifespan": lifespan,
        },
        **options,
    )


@asynccontextmanager
async def lifespan(server) -> AsyncIterator[None]:
    """What runs as long as the server does."""
    server.state_holder = sessions.Sessions(server.get_blocks())
    async with leftovers.swept(Path(get_upload_folder())):
        yield


def main() -> None:
    asked = arguments()
    if asked.mcp and not find_spec("mcp"):
        sys.exit('the MCP server wants another package: pip install "gradio[mcp]"')
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # leaves as after Ctrl-C: nothing stays behind
    try:
        port = free_port(asked.host, asked.port)
        demo = build(asked.device or zero_gpu(SPACES), LOADING)
    except (OSError, ValueError) as error:  # no port, or a device that is not there
        sys.exit(str(error))
    if port != asked.port:
        print(f"port {asked.port} is in use, taking {port}")
    server = {"server_name": asked.host, "server_port": port, "share": asked.share, "mcp_server": asked.mcp}
    _, url, _ = launch(demo, asked.lang, prevent_thread_lock=True, **server)
    if not asked.no_browser and not os.environ.get("SPACE_ID"):
        webbrowser.open(url)
    demo.block_thread()


if __name__ == "__main__":
    main()
