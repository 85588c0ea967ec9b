"""What is turned away before Gradio reads it: bodies that are too large, and files that this app did not receive.

And how it is told, in the visitor's language, also where Gradio itself refuses: a full queue, a file over its limit.
"""

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.route_utils import FnIndexInferError
from gradio.utils import get_upload_folder
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vae_demo.ui.text import say

MOST_UPLOAD = 21 * 2**20  # bytes of a body with pictures; Gradio itself refuses single files over 20 MB
MOST_FILES = 50  # named in a body: the disk is asked about each, and meanwhile everybody waits; the page names ten
LONGEST_PATH = 1000  # characters
MOST_JSON = 1_000_000  # bytes of any other body: the page sends at most ten drawings of 60,000 characters

ELSEWHERE = re.compile(r"/(file|proxy)=\s*\w+:/")  # Gradio would fetch what is there
CLOSE = (b"connection", b"close")  # else the server reads on to the end of a body that nobody wants
PATIENCE = 30.0  # seconds for a short body to come whole: until then it is held in memory
LINGER = 10.0  # seconds for which the rest of a refused body is read: who still sends does not hear the answer
OF_PROGRAM = re.compile(r"/call/(v2/)?[^/]+/?$")  # the page itself joins the queue by another address
MOST_OF_PROGRAMS = 100  # events that wait, where a program comes: half of the queue stays free for visitors
UNKNOWN = (KeyError, TypeError, FnIndexInferError)  # what Gradio raises for them, and then says that it is broken
WORDS = {
    403: "common.not_received",
    404: "common.unknown",
    408: "common.too_slow",
    413: "common.too_much",
    429: "common.full",
}


class Door:
    """ASGI middleware around the whole page.

    Gradio reads every JSON body whole, however long, and fetches a file that is named by an address from there. So a
    body is refused as soon as it is known to be too long, and a value {"path": ...} has to lie in the upload folder.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = Body(receive)
        if ELSEWHERE.search(scope["path"]):
            await refuse(scope, body, send, 403)
            return
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        if OF_PROGRAM.search(scope["path"]) and len(scope["app"].get_blocks()._queue) >= MOST_OF_PROGRAMS:
            await refuse(scope, body, send, 429)
            return
        upload = scope["path"].rstrip("/").endswith("/upload")
        most = MOST_UPLOAD if upload else MOST_JSON
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > most:
            await refuse(scope, body, send, 413)
        elif upload:
            await self._counted(scope, body, send)
        else:
            await self._read(scope, body, send)

    async def _counted(self, scope: Scope, receive: "Body", send: Send) -> None:
        """Passes an upload on piece by piece; after this error Gradio deletes what it has written of it."""
        size = 0

        async def count() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > MOST_UPLOAD:
                raise MultiPartException("this is more than the maximum allowed size")  # Gradio makes it a 413
            if message["type"] == "http.disconnect":
                raise MultiPartException("the upload was broken off")
            return message

        await self.app(scope, count, in_words(scope, receive, send))

    async def _read(self, scope: Scope, receive: "Body", send: Send) -> None:
        """Reads a short body whole, looks at it, and passes it on."""
        try:
            body = await asyncio.wait_for(receive.whole(), PATIENCE)
        except asyncio.TimeoutError:
            await refuse(scope, receive, send, 408)
            return
        if body is None:
            return
        if len(body) > MOST_JSON:
            await refuse(scope, receive, send, 413)
            return
        try:
            fit = not body or not names_other_file(json.loads(body), Path(get_upload_folder()).resolve())
        except RecursionError:
            await refuse(scope, receive, send, 413)
            return
        except ValueError:
            fit = True  # not JSON: Gradio says so itself
        if not fit:
            await refuse(scope, receive, send, 403)
            return
        passed = False

        async def again() -> Message:
            nonlocal passed
            if passed:
                return await receive()
            passed = True
            return {"type": "http.request", "body": body, "more_body": False}

        try:
            await self.app(scope, again, in_words(scope, receive, send))
        except UNKNOWN:  # of an event or a parameter; what a handler raises goes to its queue and never comes here
            await refuse(scope, receive, send, 404)


class Body:
    """The body of a request as it comes; `more` says whether there may be more of it."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.more = True

    async def __call__(self) -> Message:
        message = await self.receive()
        self.more = message["type"] == "http.request" and message.get("more_body", False)
        return message

    async def whole(self) -> bytes | None:
        """All of it, or as much as is too much; None where the visitor has left."""
        body = b""
        while self.more and len(body) <= MOST_JSON:
            message = await self()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
        return body

    async def drain(self) -> None:
        """Reads on, and keeps nothing."""
        size = 0
        while self.more and size <= MOST_UPLOAD:
            size += len((await self()).get("body", b""))


def names_other_file(value: Any, folder: Path) -> bool:
    """Whether some {"path": ...} in a JSON value is anything but a file below that folder, or there are too many."""
    named = list(islice(paths(value), MOST_FILES + 1))
    return len(named) > MOST_FILES or not all(lies_in(path, folder) for path in named)


def paths(value: Any) -> Iterator[Any]:
    """What stands under "path" in a JSON value, at any depth."""
    if isinstance(value, dict):
        if value.get("path") is not None:
            yield value["path"]
        value = list(value.values())
    for item in value if isinstance(value, list) else ():
        yield from paths(item)


def lies_in(path: Any, folder: Path) -> bool:
    try:
        # What is longer is no file here, and to resolve a megabyte of slashes takes a minute.
        return isinstance(path, str) and len(path) < LONGEST_PATH and Path(path).resolve().is_relative_to(folder)
    except (OSError, ValueError):  # a NUL in it, or too long
        return False


def in_words(scope: Scope, body: Body, send: Send) -> Send:
    """Passes Gradio's answer on, but for two that it gives in English: a full queue, and a file over the limit.

    A full queue is a 503, for which the page has words of its own; it shows those that come with a 429.
    """
    told = False

    async def answer(message: Message) -> None:
        nonlocal told
        if message["type"] == "http.response.start" and message["status"] in (413, 503):
            told = True
            await refuse(scope, body, send, 429 if message["status"] == 503 else 413)
        elif not told:
            refused = message["type"] == "http.response.start" and message["status"] >= 400
            await send({**message, "headers": [*message["headers"], CLOSE]} if refused else message)

    return answer


async def refuse(scope: Scope, body: Body, send: Send, status: int) -> None:
    """A short answer, after which the connection is closed: of a body that is very long the rest is never read."""
    words = json.dumps({"detail": say(WORDS[status], gr.Request(Request(scope)))}).encode()
    length = str(len(words)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", length), CLOSE]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words, "more_body": True})
    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(body.drain(), LINGER)
    await send({"type": "http.response.body", "body": b""})
