"""Starts the page: python app.py. A Hugging Face Space runs this file as it is."""

import argparse
import os
import socket
import sys
import webbrowser

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before gradio is imported: no request leaves the machine

import gradio as gr  # noqa: E402
import torch  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402

from vae_demo.ui import page, room  # noqa: E402
from vae_demo.ui.language import LanguageMiddleware  # noqa: E402
from vae_demo.ui.text import I18N  # noqa: E402

TRIES = 20  # ports after the one that is asked for


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("GRADIO_SERVER_PORT", 7860)))
    parser.add_argument("--host", default=os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"))
    parser.add_argument("--share", action="store_true", help="a public link through Gradio's server, for 72 hours")
    parser.add_argument("--device", choices=("cpu", "cuda", "mps"), help="the default is the best that is there")
    parser.add_argument("--no-browser", action="store_true", help="do not open the browser")
    parser.add_argument(
        "--lang", choices=("en", "ko"), help="for visitors who have not chosen; default: their browser's"
    )
    return parser.parse_args(words)


def free_port(host: str, wanted: int) -> int:
    """The wanted port, or the next one that nobody uses.

    Raises:
        OSError: none of them is free.
    """
    for port in range(wanted, wanted + TRIES):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return port
            except OSError:
                continue
    raise OSError(f"no free port from {wanted} to {wanted + TRIES - 1}")


def build(device: str | None = None) -> gr.Blocks:
    """The page with every checkpoint that loads; those that do not are named on standard error."""
    torch.set_num_threads(1)  # several visitors at once are faster than several threads for one
    here = room.enter(device)
    for line in here.skipped:
        print(f"left out: {line}", file=sys.stderr)
    if not here.checkpoints:
        print("no checkpoint was found: train one, see README.md", file=sys.stderr)
    return page.build(here)


def launch(demo: gr.Blocks, language: str | None = None, **options) -> tuple:
    """`demo.launch` with what belongs to this page; `options` go to Gradio."""
    demo.queue(api_open=False, max_size=100)
    return demo.launch(
        theme=page.theme(),
        css=page.css(),
        head=page.head(),
        i18n=I18N,
        ssr_mode=False,
        footer_links=["api"],
        run_history=False,
        max_file_size="20mb",
        app_kwargs={"middleware": [Middleware(LanguageMiddleware, language=language)]},
        **options,
    )


def main() -> None:
    asked = arguments()
    port = free_port(asked.host, asked.port)
    if port != asked.port:
        print(f"port {asked.port} is in use, taking {port}")
    demo = build(asked.device)
    _, url, _ = launch(
        demo, asked.lang, server_name=asked.host, server_port=port, share=asked.share, prevent_thread_lock=True
    )
    if not asked.no_browser and not os.environ.get("SPACE_ID"):
        webbrowser.open(url)
    demo.block_thread()


if __name__ == "__main__":
    main()
