"""What every handler goes through: an answer that is known is not computed again, and a device that fails is left."""

import inspect
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import gradio as gr

from vae_demo.ui.room import Room
from vae_demo.ui.text import language
from vae_demo.ui.upload import received

Handler = TypeVar("Handler", bound=Callable)
PRIVATE = ("upload", "png:", "strokes:", "painted")  # what a visitor made; see `ui.references` and `ui.denoise`
MOST_MEMORY = "48mb"  # of each handler's answers


def remembered(handler: Handler) -> Handler:
    """Keeps the last answers by language and arguments, and none to pictures that a visitor made.

    Who asks what somebody else is being answered just now waits for that answer.
    """
    cached = gr.cache(handler, key=_key, max_size=128, max_memory=MOST_MEMORY)
    signature, guard = inspect.signature(handler), Lock()
    turns: WeakValueDictionary[str, Lock] = WeakValueDictionary()  # a turn goes with the last who waits for it

    @wraps(handler)
    def answer(*args, **kwargs):
        if any(isinstance(value, str) and value.startswith(PRIVATE) for value in (*args, *kwargs.values())):
            return handler(*args, **kwargs)
        asked = signature.bind(*args, **kwargs)
        asked.apply_defaults()
        with guard:
            turn = turns.setdefault(repr(_key(asked.arguments)), Lock())
        with turn:
            found = cached(*args, **kwargs)
        # Gradio takes the value out of an update that it sends; the one that is kept stays whole.
        return tuple(dict(v) if isinstance(v, dict) else v for v in found) if isinstance(found, tuple) else found

    return answer  # type: ignore[return-value]


def _key(arguments: dict[str, Any]) -> list:
    """Language and arguments; files and what is painted are left out, since no cached answer shows them."""
    unseen = [name for name, value in arguments.items() if isinstance(value, (Path, dict)) or name == "painted"]
    values = {name: value for name, value in arguments.items() if name not in unseen}
    return [language(values.pop("request", None)), values]


def steady(room: Room, film: bool = False) -> Callable[[Handler], Handler]:
    """A handler whose device fails moves all of the room to the CPU and computes again.

    A file that was sent along comes from Gradio as a dictionary, and goes to the handler as a Path. Digits are answered
    one at a time: their networks are so small that two threads hand the interpreter to and fro all the time, and both
    answers come later for it. A `film` takes seconds and holds up nobody.
    """

    def decorate(handler: Handler) -> Handler:
        signature = inspect.signature(handler)

        def turn(args: tuple, kwargs: dict[str, Any]) -> AbstractContextManager:
            asked = signature.bind(*args, **kwargs)
            asked.apply_defaults()
            return room.digits if not film and asked.arguments.get("dataset") == "mnist" else nullcontext()

        @wraps(handler)
        def answer(*args, **kwargs):
            device = room.device
            args, kwargs = tuple(map(_file, args)), {name: _file(value) for name, value in kwargs.items()}
            try:
                with turn(args, kwargs):
                    return handler(*args, **kwargs)
            except RuntimeError as error:
                if device.type == "cpu" or not is_of_device(error):
                    raise
                print(f"{device} failed ({type(error).__name__}); going on on the CPU", file=sys.stderr)
                room.move("cpu")
            return handler(*args, **kwargs)

        return answer  # type: ignore[return-value]

    return decorate


def _file(value: Any) -> Any:
    """The Path of a file that was sent along; all else as it is."""
    return received(value["path"], value.get("url")) if isinstance(value, dict) and "path" in value else value


def is_of_device(error: RuntimeError) -> bool:
    """Whether it is about a device: its memory, a failure, or tensors that another visitor's failure has moved."""
    words = str(error).lower()
    return any(word in words for word in ("out of memory", "cuda", "cublas", "cudnn", "mps", "same device"))
