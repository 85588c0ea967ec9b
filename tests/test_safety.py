"""What a hostile or clumsy visitor may send by plain HTTP, and that the server answers afterwards as before.

The tests run in the order of the file, against one server.
"""

import base64
import io
import json
import math
import os
import random
import re
import socket
import struct
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vae_demo.ui.text import TEXTS as WORDS

ROOT = Path(__file__).parent.parent

PLAIN = ["mnist", "strokes:30.20-70.20_70.20-50.80", "astronaut", None]  # of /reconstruct; no answer to it is kept
MISSING = "There is no uploaded picture yet."
AGAIN = "Please upload the picture again, as a file."
UNREADABLE = "This file could not be read as a picture. Try a PNG or a JPEG."
TURNED_AWAY = '{"detail": "Only pictures that were uploaded here can be used."}'


def seven(mode: str = "L", size: int = 120) -> Image.Image:
    """A black seven on white paper."""
    ink = np.full((size, size), 255, np.uint8)
    ink[20:32, 30:90] = 0
    ink[20:100, 78:90] = 0
    return Image.fromarray(ink).convert(mode)


def saved(picture: Image.Image, kind: str, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int, *more: bytes, rows: int | None = None) -> bytes:
    """A small file with a PNG of any size in it: one bit a pixel, all black; `rows` are really there."""
    row = b"\0" * (1 + -(-width // 8))
    pack = zlib.compressobj(9)
    data = b"".join(pack.compress(row) for _ in range(rows or height)) + pack.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    end = chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(more) + end


def sixteen_bits() -> bytes:
    return saved(Image.fromarray(np.asarray(seven()).astype(np.uint16) * 257), "PNG")


def animated(kind: str) -> bytes:
    return saved(seven("P"), kind, save_all=True, append_images=[Image.new("P", (120, 120), k) for k in range(5)])


GOOD = {
    "grey.png": lambda: saved(seven(), "PNG"),
    "sixteen_bits.png": sixteen_bits,
    "cmyk.jpg": lambda: saved(seven("CMYK"), "JPEG"),
    "palette.png": lambda: saved(seven("P"), "PNG", transparency=255),
    "bits.png": lambda: saved(seven("1"), "PNG"),
    "alpha.png": lambda: saved(seven("LA"), "PNG"),
    "rgba.webp": lambda: saved(seven("RGBA"), "WEBP"),
    "animated.gif": lambda: animated("GIF"),
    "animated.webp": lambda: animated("WEBP"),
    "animated.png": lambda: animated("PNG"),
    "float.tif": lambda: saved(Image.fromarray(np.asarray(seven(), np.float32)), "TIFF"),
    "renamed.txt": lambda: saved(seven(), "PNG"),
    "../../나쁜 이름?.png": lambda: saved(seven(), "PNG"),
}
BAD = {
    "truncated.png": (lambda: saved(seven("RGB", 300), "PNG")[:700], UNREADABLE),
    "truncated.jpg": (lambda: saved(seven("RGB", 300), "JPEG")[:900], UNREADABLE),
    "drawing.svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', UNREADABLE),
    "page.png": (lambda: b"<html><script>alert(1)</script></html>", UNREADABLE),
    "script.eps": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n", UNREADABLE),
    "empty.png": (lambda: b"", UNREADABLE),
    "noise.jpg": (lambda: random.Random(0).randbytes(5000), UNREADABLE),
    "zeros.tif": (lambda: b"II*\0" + bytes(300), UNREADABLE),
    "nan.tif": (lambda: saved(Image.fromarray(np.full((9, 9), np.nan, np.float32)), "TIFF"), UNREADABLE),
    "words.png": (lambda: png_of(9, 9, chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(99_000_000)))), UNREADABLE),
    "bomb.png": (lambda: png_of(13_000, 13_000), "more than 40 million pixels"),
    "giant.png": (lambda: png_of(60_000, 60_000, rows=9), "more than 40 million pixels"),
    "strip.png": (lambda: png_of(30_000, 2), "too long and narrow"),
    "nothing.gif": (lambda: b"GIF89a\0\0\0\0\0\0\0;", UNREADABLE),
    "blank.png": (lambda: saved(Image.new("L", (40, 40), 255), "PNG"), "This does not name a picture"),
}


def plain(result) -> str:
    """The figures of /reconstruct without the milliseconds that they took."""
    return re.sub(r"· (&lt; )?\d+ ms", "", result[0])


@pytest.fixture(scope="module")
def before(server):
    """What the server says at first."""
    event, result = server.call("reconstruct", PLAIN)
    assert event == "complete"
    return plain(result)


def input_shown(html: str) -> np.ndarray:
    """The first picture among the figures: what the server understood."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(re.search(r"base64,([\w+/=]+)", html)[1]))))


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_of_picture_is_read(server, before, name):
    event, result = server.call("reconstruct", ["mnist", "upload", "", server.file(GOOD[name](), name)])
    assert event == "complete", result
    shown = input_shown(result[0])
    _, result = server.call("reconstruct", ["mnist", "upload", "", server.file(GOOD["grey.png"]())])
    assert shown.shape == (28, 28)
    assert np.corrcoef(shown.ravel(), input_shown(result[0]).ravel())[0, 1] > 0.9  # the same seven


@pytest.mark.parametrize("name", BAD)
def test_every_bad_file_is_told_in_words(server, name):
    make, words = BAD[name]
    event, said = server.call("reconstruct", ["mnist", "upload", "", server.file(make(), name)])
    assert event == "error"
    assert words in said


def test_the_words_are_korean_for_a_korean(server):
    data = ["mnist", "upload", "", server.file(b"no")]
    event, said = server.call("reconstruct", data, **{"accept-language": "ko-KR"})
    assert (event, said) == ("error", "그림 파일로 읽을 수 없어요. PNG나 JPEG로 다시 해 보세요.")


@pytest.mark.parametrize(("language", "one"), [("en-GB", 0), ("ko-KR", 1)])
def test_what_is_turned_away_is_told_in_the_visitors_language(server, language, one):
    def told(path, body, kind="application/json"):
        status, said = server.request("POST", path, body, kind, **{"accept-language": language})
        return status, json.loads(said)["detail"]

    call = "/gradio_api/call/reconstruct"
    other = json.dumps({"data": ["mnist", "upload", "", {"path": "/etc/passwd"}]}).encode()
    assert told(call, other) == (403, WORDS["common.not_received"][one])
    assert told(call, b" " * 1_000_001) == (413, WORDS["common.too_much"][one])
    assert told(call, b"[" * 100_000) == (413, WORDS["common.too_much"][one])
    photo = PART + bytes(20 * 2**20 + 1) + b"\r\n--edge--\r\n"  # the one that Gradio refuses
    assert told("/gradio_api/upload", photo, FORM) == (413, WORDS["common.too_much"][one])


# Large bodies


def test_a_file_over_the_limit_is_refused(server):
    files = sorted(server.folder.rglob("*"))
    status, _ = server.upload(bytes(20 * 2**20 + 1))
    assert status == 413
    assert sorted(server.folder.rglob("*")) == files


PART = b'--edge\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'
FIELD = b'--edge\r\nContent-Disposition: form-data; name="files"\r\n\r\n'
FORM = "multipart/form-data; boundary=edge"


@pytest.mark.parametrize("chunked", [False, True], ids=["told", "chunked"])
@pytest.mark.parametrize(
    ("path", "kind", "head"),
    [
        ("/gradio_api/call/reconstruct", "application/json", b'{"data": ["'),
        ("/gradio_api/queue/join", "application/json", b'{"session_hash": "'),
        ("/gradio_api/component_server", FORM, PART),
        ("/gradio_api/upload", FORM, PART),
        ("/gradio_api/upload", FORM, FIELD),
        ("/nowhere", "text/plain", b"a"),
    ],
    ids=["call", "join", "component", "file", "field", "nowhere"],
)
def test_two_hundred_megabytes_are_refused_cheaply(server, path, kind, head, chunked):
    memory, files = server.memory, sorted(server.folder.rglob("*"))
    sent, status = server.pour(path, kind, head, 200_000_000, chunked)
    assert sent < 60_000_000  # what lies in the buffers of the line counts too
    assert status in (413, 0)
    assert server.memory < memory + 60_000_000
    assert sorted(server.folder.rglob("*")) == files


def test_an_upload_that_breaks_off_leaves_nothing(server):
    files = sorted(server.folder.rglob("*"))
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        head = f"POST /gradio_api/upload HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: 5000000\r\n\r\n"
        line.sendall(head.encode() + PART + bytes(300_000))
        wait_for(lambda: sorted(server.folder.rglob("*")) != files)  # a part of it is written
    wait_for(lambda: sorted(server.folder.rglob("*")) == files)


def wait_for(condition, seconds: float = 20) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.05)


# Other people's files


@pytest.mark.parametrize("meta", [{}, {"meta": {"_type": "gradio.FileData"}}], ids=["bare", "file"])
@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "README.md",
        "UPLOADS/../../../../../etc/passwd",
        "file:///etc/passwd",
        "http://example.com/x.png",
        "http://127.0.0.1:1/x.png",
        "//example.com/x.png",
        "a\0b",
        "x" * 5000,
        ["/etc/passwd"],
        {"path": "/etc/passwd"},
    ],
    ids=lambda path: str(path)[:24].replace("\0", "0"),
)
def test_only_uploaded_files_are_read(server, path, meta):
    path = path.replace("UPLOADS", str(server.folder)) if isinstance(path, str) else path
    for data in (["mnist", "upload", "", {"path": path} | meta], ["mnist", {"path": path} | meta, "", None]):
        assert server.call("reconstruct", data) == ("403", TURNED_AWAY)


@pytest.mark.parametrize(
    "value",
    [
        {"url": "data:image/png;base64,iVBORw0KGgo="},
        {"url": "http://example.com/x.png"},
        {"path": None, "url": "http://example.com/x.png", "meta": {"_type": "gradio.FileData"}},
        {"path": "", "url": "data:image/png;base64,iVBORw0KGgo="},
        {"b64": "iVBORw0KGgo="},
        "data:image/png;base64,iVBORw0KGgo=",
        "/etc/passwd",
        str(ROOT / ".github" / "pictures" / "map-en.png"),
        ["/etc/passwd"],
        7,
        True,
    ],
    ids=str,
)
def test_nothing_but_an_upload_is_a_picture(server, value):
    event, _ = server.call("reconstruct", ["mnist", "upload", "", value])
    assert event in ("error", "403")


def test_more_files_than_any_page_names_are_refused(server):
    file = server.file(saved(seven(), "PNG"))
    assert server.call("reconstruct", ["mnist", "upload", "", file, *[file] * 48])[0] == "complete"
    assert server.call("reconstruct", ["mnist", "upload", "", file, *[file] * 50]) == ("403", TURNED_AWAY)


def test_an_address_beside_an_upload_is_not_looked_at(server):
    file = server.file(saved(seven(), "PNG"))
    event, said = server.call("reconstruct", ["mnist", "upload", "", file | {"url": "data:image/png;base64,AA=="}])
    assert (event, said[0][:4]) == ("complete", "<div")  # of the file, not of the address
    gone = file | {"path": file["path"] + "x"}
    assert server.call("reconstruct", ["mnist", "upload", "", gone]) == ("error", AGAIN)
    assert server.call("reconstruct", ["mnist", "upload", "", None]) == ("error", MISSING)


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=app.py",
        "/gradio_api/file=UPLOADS/../../../../../../etc/passwd",
        "/gradio_api/file=http://example.com/x.png",
        "/gradio_api/file=https%3A%2F%2Fexample.com/x.png",
        "/gradio_api/proxy=http://example.com/x.png",
        "/gradio_api/file/app.py",
        "/static/../../../app.py",
        "/assets/..%2f..%2f..%2fapp.py",
        "/monitoring",
        "/gradio_api/vibe-code",
    ],
)
def test_no_address_gives_a_file_away(server, path):
    status, body = server.request("GET", path.replace("UPLOADS", str(server.folder)))
    assert status in (400, 403, 404, 405) or b"root:" not in body and b"import gradio" not in body
    assert b"root:x" not in body
    assert b"argparse" not in body


# Wrong values for every parameter of every public event


def described(server) -> dict:
    status, body = server.request("GET", "/gradio_api/info")
    assert status == 200
    return json.loads(body)["named_endpoints"]


NUMBERS = (math.nan, math.inf, -math.inf, 1e308, -1e9, 10**30, True, "3", "NaN", [1], {"a": 1}, None, 0.5)
CHOICES = ("", "no such name", "../../etc", 3, math.nan, True, [], ["mnist-vae", "mnist-vae"], {"a": []}, "x" * 70_000)
TEXTS = (3, True, [], {}, "digit:", "digit:10", "digit:-1", "strokes:1e9.0-3.3", "png:####", "png:iVBORw0KGgo=",
         "face:99999999999", "upload:", "upload", "\0", "x" * 70_000, "<script>alert(1)</script>")  # fmt: skip
PICTURES = (3, "x", [], {}, {"path": None})


def hostile(parameter: dict) -> tuple:
    """Values that do not belong there, for a parameter as the server describes it."""
    kind = parameter["python_type"]["type"]
    if "Literal" in kind:
        return CHOICES
    return {"float": NUMBERS, "int": NUMBERS, "filepath": PICTURES, "bool": (3, "x", math.nan, [])}.get(kind, TEXTS)


def test_wrong_values_are_told_or_harmless(server):
    """Each parameter of each event gets some of the values; never a crash, a path or a trace in the words."""
    tries, chance = [], random.Random(0)
    for name, event in described(server).items():
        usual = [parameter.get("parameter_default") for parameter in event["parameters"]]
        usual = [value[:1] if isinstance(value, list) else value for value in usual]  # one variant is enough
        for k, parameter in enumerate(event["parameters"]):
            values = hostile(parameter)
            for value in chance.sample(values, 2 if values in (NUMBERS, CHOICES) else 1):
                tries.append((name.strip("/"), parameter, [*usual[:k], value, *usual[k + 1 :]], value))
    assert len(tries) > 100
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda t: server.call(t[0], t[2]), tries))
    for (name, parameter, _, value), (event, said) in zip(tries, answers, strict=True):
        where = f"{name}({parameter['parameter_name']}={str(value)[:60]!r}): {event} {str(said)[:200]}"
        assert event in ("complete", "error"), where
        if event == "error":
            assert said or parameter["python_type"]["type"] == "filepath", where  # a crash says nothing
            assert not re.search(r"Traceback|site-packages|/work|/tmp|\.py\b", str(said)), where
            assert "<script>" not in str(said), where
        else:
            assert not re.search(r"\b(nan|inf)\b", re.sub(r"base64,[\w+/=]+", "", str(said))), where


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b"3", b'"x"', b"\xff\xfe", b"[" * 100_000, b"{}", b'{"data": 3}', b'{"data": {"a": 1}}',
     b'{"data": ["mnist"], "session_hash": {"a": 1}}'],
    ids=lambda body: body[:24].decode("latin1"),
)  # fmt: skip
def test_bodies_that_are_no_request_are_refused_with_422_or_where_too_deep_413(server, body):
    for path in (
        "/gradio_api/call/reconstruct",
        "/gradio_api/queue/join",
        "/gradio_api/call/none",
        "/gradio_api/reset",
    ):
        status, _ = server.request("POST", path, body)
        assert status == (413 if body.startswith(b"[[") else 422), path


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([], "error"),
        (["mnist"], "error"),
        ([math.nan], "error"),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9], "error"),
        ([*PLAIN, "one too many"], "complete"),
    ],
    ids=str,
)
def test_too_few_or_wrong_arguments_end_in_an_error_and_one_too_many_is_ignored(server, data, expected):
    event, _ = server.call("reconstruct", data)
    assert event == expected


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("call/none", {"data": PLAIN}, 404),
        ("call/v2/none", {"dataset": "mnist"}, 404),
        ("call/v2/reconstruct", {"nonsense": "mnist"}, 404),
        ("run/none", {"data": PLAIN}, 404),
        ("queue/join", {"data": PLAIN, "fn_index": 99999, "session_hash": "x"}, 404),
        ("component_server", {"session_hash": "x", "component_id": 99999, "fn_name": "x", "data": 1}, 404),
        ("queue/join", {"data": PLAIN, "session_hash": "x"}, 400),
        ("queue/join", {"data": PLAIN}, 400),
    ],
)
def test_an_event_that_is_not_there_is_refused_without_a_trace(server, path, body, expected):
    status, said = server.post(f"/gradio_api/{path}", body)
    assert status == expected
    assert b"Traceback" not in said
    assert b".py" not in said
    if expected == 404:
        assert json.loads(said)["detail"] == WORDS["common.unknown"][0]  # programs are told in English


# What is left afterwards


def test_a_photo_goes_when_its_page_is_closed(server):
    config = json.loads(server.request("GET", "/config")[1])
    photo = next(c["id"] for c in config["components"] if "photo" in (c["props"].get("elem_classes") or ()))
    hold = next(d["id"] for d in config["dependencies"] if d["inputs"] == [photo] and not d["outputs"])
    stay, leave = server.file(saved(seven(), "PNG"), "stays.png"), server.file(saved(seven("1"), "PNG"), "goes.png")

    def page(session: str, *files) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", server.port))
        line.sendall(f"GET /gradio_api/heartbeat/{session} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        line.recv(10)
        for file in files:
            body = {"data": [file], "fn_index": hold, "session_hash": session}
            assert server.post("/gradio_api/queue/join", body)[0] == 200
            status, said = server.request("GET", f"/gradio_api/queue/data?session_hash={session}")
            assert b'"success":true' in said
        return line

    one, two = page("one", stay, leave), page("two", stay)
    one.close()
    exists = {name: (server.folder / file["path"]).exists for name, file in (("stay", stay), ("leave", leave))}
    wait_for(lambda: not exists["leave"]())
    assert exists["stay"]()
    assert server.call("reconstruct", ["mnist", "upload", "", stay])[0] == "complete"
    two.close()
    wait_for(lambda: not exists["stay"]())


def test_afterwards_the_server_answers_as_before(server, before):
    event, result = server.call("reconstruct", PLAIN)
    assert event == "complete"
    assert plain(result) == before
    status, page = server.request("GET", "/")
    assert status == 200
    assert b"'ko'" in page  # --lang ko
    assert server.outward == []  # nothing was asked of another machine, and nothing unpickled
    assert len(os.listdir(f"/proc/{server.pid}/task")) < 80
