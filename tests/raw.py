"""The server as a program without manners sees it: plain HTTP, no client library."""

import http.client
import json
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Server:
    """A running app.

    Attributes:
        port: on 127.0.0.1.
        pid: of its process.
        log: what the guard saw; see guarded.py.
        folder: where it keeps uploads.
        said: the file with what it printed.
        wanted: the port that it was asked to take, which was in use.
    """

    port: int
    pid: int
    log: Path
    folder: Path
    said: Path
    wanted: int

    def request(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json", **headers):
        """(status, body)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body, ({"content-type": kind} if body is not None else {}) | headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def post(self, path: str, value: Any, **headers) -> tuple[int, bytes]:
        return self.request("POST", path, json.dumps(value).encode(), **headers)

    def call(self, name: str, data: list, **headers) -> tuple[str, Any]:
        """("complete", outputs) or ("error", message), or (the status, words) where it was turned away."""
        status, body = self.post(f"/gradio_api/call/{name}", {"data": data}, **headers)
        if status != 200:
            return str(status), body.decode()
        status, body = self.request("GET", f"/gradio_api/call/{name}/{json.loads(body)['event_id']}", **headers)
        told = [part for part in body.decode().split("\n\n") if part and not part.startswith("event: heartbeat")]
        event, _, rest = told[-1].removeprefix("event: ").partition("\ndata: ")
        value = json.loads(rest.partition("\n")[0])
        return (event, value) if event == "complete" else (event, value["error"])

    def upload(self, content: bytes, name: str = "picture.png", field: str = "files") -> tuple[int, bytes]:
        """Status, and the paths as JSON."""
        head = f'--edge\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + b"\r\n--edge--\r\n"
        return self.request("POST", "/gradio_api/upload", body, "multipart/form-data; boundary=edge")

    def file(self, content: bytes, name: str = "picture.png") -> dict[str, Any]:
        """An uploaded file as a handler takes it."""
        status, body = self.upload(content, name)
        assert status == 200, body
        return {"path": json.loads(body)[0], "meta": {"_type": "gradio.FileData"}}

    def pour(self, path: str, kind: str, head: bytes, total: int, chunked: bool) -> tuple[int, int]:
        """Sends up to `total` bytes, ever the same; gives how many it got rid of, and the status (0: cut off)."""
        sent, piece = 0, b"a" * 65536
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as line:
            length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {total}"
            line.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n{length}\r\n\r\n".encode())
            try:
                while sent < total:
                    part = head if sent == 0 else piece
                    line.sendall(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part)
                    sent += len(part)
            except OSError:
                pass
            try:
                answer = line.recv(100)
            except OSError:
                answer = b""
        return sent, int(answer.split()[1]) if answer else 0

    @property
    def memory(self) -> int:
        """Bytes that its process holds in memory."""
        words = Path(f"/proc/{self.pid}/statm").read_text().split()
        return int(words[1]) * 4096

    @property
    def outward(self) -> list[str]:
        """Every attempt to reach another machine, and every class that was unpickled."""
        return self.log.read_text().splitlines()
