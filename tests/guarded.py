"""app.py under guard: python tests/guarded.py LOG [OPTIONS OF app.py].

Every attempt to reach another machine is refused; it is written to LOG, and so is every class that is unpickled.
"""

import sys
from pathlib import Path

LOCAL = ("127.", "::1", "localhost", "0.0.0.0")


def guard(log: Path) -> None:
    """From here on the interpreter itself reports, whatever the library, also from other threads."""
    log.touch()

    def watch(event: str, arguments: tuple) -> None:
        if event == "pickle.find_class":
            note(f"{event} {arguments}")
        elif event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
            target = arguments[0] if event.startswith("socket.get") else arguments[1]
            host = target[0] if isinstance(target, tuple) else target
            host = host.decode() if isinstance(host, bytes) else host
            if host and not str(host).startswith(LOCAL):
                note(f"{event} {host}")
                raise OSError(f"{event} to {host} is not allowed")

    def note(line: str) -> None:
        with log.open("a") as stream:
            stream.write(line + "\n")

    sys.addaudithook(watch)


if __name__ == "__main__":
    guard(Path(sys.argv.pop(1)))
    sys.path.insert(0, str(Path(__file__).parent.parent))
    import app

    app.main()
