"""What visitors leave on this computer, and when it goes: photos, and uploads that broke off."""

import asyncio
import atexit
import contextlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

AGE = 1800  # seconds after its last use
MOST_BYTES = 512_000_000
EVERY = 60  # seconds
MEMORY = Path("/dev/shm")  # a file system in memory, on Linux


class Uploads:
    """Which open page uses which uploaded photo, so that it goes when the last of these pages is closed."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.pages: dict[Path, set[str]] = {}

    def hold(self, file: Path, page: str) -> None:
        """A page shows this file."""
        with self.lock:
            self.pages = {kept: pages for kept, pages in self.pages.items() if kept.exists()}  # others were swept
            self.pages.setdefault(file, set()).add(page)

    def release(self, page: str) -> None:
        """A page was closed: its photos are deleted, but for those that another page shows too."""
        with self.lock:
            for file in [file for file, users in self.pages.items() if page in users]:
                self.pages[file].discard(page)
                if not self.pages[file]:
                    del self.pages[file]
                    file.unlink(missing_ok=True)


def own_folder() -> Path:
    """A new folder for the files of this app alone; Gradio takes it as its cache from here on. It goes with Python.

    It lies in GRADIO_TEMP_DIR where that is set, else in memory where there is room, else among the temporary files.
    """
    wanted = os.environ.get("GRADIO_TEMP_DIR")
    if wanted:
        Path(wanted).mkdir(parents=True, exist_ok=True)
    elif has_room(MEMORY):
        wanted = str(MEMORY)
    folder = Path(tempfile.mkdtemp(prefix="vae_demo-", dir=wanted or None))
    os.environ["GRADIO_TEMP_DIR"] = str(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def has_room(folder: Path) -> bool:
    """Whether it can be written to and holds twice what is kept: a container's share of memory is often too small."""
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 2 * MOST_BYTES


def in_memory() -> bool:
    """Whether visitors' photos are kept in memory alone."""
    return Path(os.environ.get("GRADIO_TEMP_DIR", "/")).is_relative_to(MEMORY)


def sweep(folder: Path, age: float = AGE, most_bytes: int = MOST_BYTES) -> None:
    """Deletes files not used for `age` seconds, and the oldest of the rest beyond `most_bytes` in all."""
    found = []
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                file = Path(parent, name)
                state = file.stat()
                found.append((state.st_mtime, state.st_size, file))
    oldest, kept = time.time() - age, 0
    for used, size, file in sorted(found, reverse=True):  # the newest first
        kept += size
        if used < oldest or kept > most_bytes:
            with contextlib.suppress(OSError):
                file.unlink()
                file.parent.rmdir()  # its folder, where nothing else is in it


@contextlib.asynccontextmanager
async def swept(folder: Path) -> AsyncIterator[None]:
    """Sweeps the folder as long as the server runs, and deletes it at the end."""

    async def forever() -> None:
        while True:
            await asyncio.sleep(EVERY)
            await asyncio.to_thread(sweep, folder)

    task = asyncio.create_task(forever())
    try:
        yield
    finally:
        task.cancel()
        shutil.rmtree(folder, ignore_errors=True)
