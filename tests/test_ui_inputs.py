"""Input pictures: references, strokes, uploads, and what is refused."""

import base64
import io
from types import SimpleNamespace

import gradio as gr
import numpy as np
import pytest
import torch
from PIL import Image
from test_faces import BY_HAND, off

from vae_demo import faces, images
from vae_demo.faces import Face
from vae_demo.ui import inputs, references, remarks, strokes, upload
from vae_demo.ui.checks import UserError, choice, number, whole
from vae_demo.ui.links import restored
from vae_demo.ui.room import Room, display, enter
from vae_demo.ui.text import TEXTS, language, say

EMPTY = Room({})


def png_bytes(picture):
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("reference", [f"digit:{n}:{hand}" for n in range(10) for hand in (0, 3)])
def test_our_digits_look_like_mnist(reference):
    x = references.resolve(EMPTY, "mnist", reference, "", None)
    assert x.shape == (1, 1, 28, 28)
    assert x.dtype == torch.float32
    assert x.max() > 0.9
    assert 0.04 < x.mean() < 0.25  # MNIST: 0.13 on average
    ink = x[0, 0] / x.sum()
    place = torch.arange(28.0)
    assert abs((ink.sum(0) * place).sum() - 13.5) < 0.6  # its mass in the middle
    assert abs((ink.sum(1) * place).sum() - 13.5) < 0.6


def test_another_hand_writes_another_digit_and_the_same_hand_the_same():
    first, again, other = (
        references.resolve(EMPTY, "mnist", r, "", None) for r in ("digit:5:1", "digit:5:1", "digit:5:2")
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_strokes_are_written_and_read_back():
    text = "20.30-25.70_40.40-60.40"
    assert strokes.write(strokes.read(text)) == text
    x = references.resolve(EMPTY, "mnist", f"strokes:{text}", "", None)
    assert x.shape == (1, 1, 28, 28)


def test_every_digit_fits_in_a_link():
    for number_ in range(10):
        assert strokes.read(strokes.write(strokes.digit(number_, 4)))


@pytest.mark.parametrize("text", ["", "1", "1.2-", "999.1", "1.2_", "a.b", "1.2;3.4", "1.2-" * 20000 + "1.2", "-1.5"])
def test_other_texts_are_no_strokes(text):
    with pytest.raises(ValueError, match="expected"):
        strokes.read(text)


@pytest.mark.parametrize(
    "reference",
    [None, 3, [], "", "digit", "digit:", "digit:10", "digit:1:99", "digit:-1", "strokes:", "strokes:x", "png:",
     "png:!!",
     "png:aaaa",
     "face:1", "astronaut", "upload", "x" * 100_000, "digit:١", "digit:07", "digit:7:02"],
)  # fmt: skip
def test_a_bad_reference_is_a_user_error(reference):
    with pytest.raises(UserError):
        references.resolve(EMPTY, "mnist", reference, "astronaut", None)


@pytest.mark.parametrize("reference", ["face:1", "face:x", "digit:3", "strokes:1.1-2.2"])
def test_a_face_needs_a_model_and_a_digit_is_no_face(reference):
    with pytest.raises(UserError):
        references.resolve(EMPTY, "celeba", "digit:3", reference, None)


def test_an_unreadable_upload_is_said_to_be_one(tmp_path):
    (tmp_path / "x.png").write_bytes(b"not a picture")
    with pytest.raises(UserError, match="could not be read"):
        references.resolve(EMPTY, "mnist", "upload", "", tmp_path / "x.png")


def test_a_picture_sent_on_arrives_pixel_for_pixel():
    x = (torch.rand(3, 64, 64, generator=torch.Generator().manual_seed(0)) * 255).round() / 255
    text = base64.b64encode(png_bytes(images.to_pil(x))).decode()
    y = references.resolve(EMPTY, "celeba", "", f"png:{text}", None)
    assert torch.equal(y[0], x)


def test_the_astronaut_is_aligned_by_the_places_where_a_person_sees_her_eyes_and_mouth():
    assert off(np.array(references.ASTRONAUT), BY_HAND) < 0.15
    x = references.astronaut()
    assert x.shape == (1, 3, 64, 64)
    assert 0 <= x.min() < x.max() <= 1


def test_a_photo_is_searched_once_and_its_face_is_cut_out(tmp_path, monkeypatch):
    import skimage.data

    file = tmp_path / "photo.png"
    Image.fromarray(skimage.data.astronaut()).save(file)
    face = Face(np.array(references.ASTRONAUT))
    searched = []
    monkeypatch.setattr(faces, "find", lambda picture: searched.append(picture) or [face])
    for _ in range(2):
        x = references.resolve(EMPTY, "celeba", "", "upload:1", file)
        assert remarks.no_face("celeba", "upload:1", file) == ""
    assert len(searched) == 1
    assert torch.allclose(x, references.astronaut(), atol=1e-6)


def test_a_photo_without_a_face_is_shown_and_said_to_be_one(tmp_path, monkeypatch):
    file = tmp_path / "photo.png"
    Image.new("RGB", (80, 60), "red").save(file)
    monkeypatch.setattr(faces, "find", lambda picture: [])
    assert references.resolve(EMPTY, "celeba", "", "upload:1", file).shape == (1, 3, 64, 64)
    assert remarks.no_face("celeba", "upload:1", file) == TEXTS["common.no_face"][0]


def test_a_dark_digit_on_light_paper_is_turned_around():
    paper = Image.new("L", (200, 200), 240)
    paper.paste(10, (95, 30, 110, 170))
    x = images.digit(paper)
    assert x[0, 0, 14, 13:15].max() > 0.8
    assert x[0, 0, 0, 0] == 0


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16", "I", "F"])
def test_every_mode_becomes_rgb(mode, tmp_path):
    grey = np.tile(np.arange(64, dtype=np.uint8) * 4, (48, 1))
    wide = np.tile(np.arange(64, dtype=np.uint16) * 1024, (48, 1))
    picture = {
        "I;16": lambda: Image.fromarray(wide),
        "I": lambda: Image.fromarray(wide.astype(np.int32)),
        "F": lambda: Image.fromarray(grey.astype(np.float32) / 255),
    }.get(mode, lambda: Image.fromarray(grey).convert(mode))()
    file = tmp_path / ("x.png" if mode in ("1", "L", "P", "RGB", "RGBA", "LA", "I;16") else "x.tiff")
    picture.save(file)
    read = upload.read(file)
    assert read.mode == "RGB"
    assert read.size == (64, 48)
    columns = np.asarray(read).mean((0, 2))
    assert columns[-8:].mean() > 200 > 60 > columns[:8].mean()  # the ramp is still a ramp


def test_transparent_is_white():
    assert upload.read(png_bytes(Image.new("RGBA", (20, 20), (0, 0, 0, 0)))).getpixel((5, 5)) == (255, 255, 255)


def test_exif_turns_the_picture():
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    Image.new("RGB", (40, 20)).save(file, "JPEG", exif=exif)
    assert upload.read(file.getvalue()).size == (20, 40)


def test_large_pictures_are_shrunk():
    assert max(upload.read(png_bytes(Image.new("RGB", (3000, 2000)))).size) == upload.SIDE


def test_a_jpeg_may_have_as_many_pixels_as_a_telephone_takes():
    phone = Image.new("L", (8160, 6120), "grey")  # 50 megapixels
    file = io.BytesIO()
    phone.save(file, "JPEG")
    assert max(upload.read(file.getvalue()).size) == upload.SIDE
    with pytest.raises(UserError, match="40"):
        upload.read(png_bytes(phone))


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n" + bytes(100), b"%PDF-1.4"],
)
def test_other_files_are_refused(content):
    with pytest.raises(UserError):
        upload.read(content)


def test_a_truncated_picture_is_refused():
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), dtype=np.uint8)
    with pytest.raises(UserError):
        upload.read(png_bytes(Image.fromarray(noise))[:2000])


def test_a_bomb_is_refused_by_its_header():
    with pytest.raises(UserError, match="pixels"):
        upload.read(png_bytes(Image.new("1", (20_000, 20_000))))


def test_a_thread_is_refused():
    with pytest.raises(UserError, match="narrow"):
        upload.read(png_bytes(Image.new("L", (2000, 20))))


def test_only_received_files_are_read(tmp_path):
    file = tmp_path / "secret.png"
    Image.new("L", (20, 20)).save(file)
    image = upload.SafeImage(type="filepath", image_mode=None, render=False)
    korean = SimpleNamespace(cookies={"lang": "ko"}, headers={})
    for data in ({"path": str(file)}, {"path": "", "url": "data:image/png;base64,aaaa"}, {"path": "/etc/passwd"}):
        received = image.preprocess(gr.components.image.ImageData(**data))
        for request, words in ((None, "upload the picture again"), (korean, "다시 올려")):
            with pytest.raises(UserError, match=words):
                references.resolve(EMPTY, "mnist", "upload", "", received, request)


@pytest.mark.parametrize("value", [True, "3", float("nan"), float("inf"), -1, 11, [3]])
def test_numbers_are_checked(value):
    with pytest.raises(UserError):
        number(value, 0, 10, "n", None)
    with pytest.raises(UserError):
        whole(value, 0, 10, "n", None)


def test_whole_numbers():
    assert whole(3.0, 0, 10, "n", None) == 3
    with pytest.raises(UserError):
        whole(3.5, 0, 10, "n", None)
    with pytest.raises(UserError):
        choice(["mnist"], ("mnist",), "n", None)


def test_every_text_is_there_in_both_languages_with_the_same_braces():
    import string

    for key, pair in TEXTS.items():
        assert len(pair) == 2, key
        assert all(pair), key
        if "explain" in key:
            continue
        names = [{part[1] for part in string.Formatter().parse(words) if part[1]} for words in pair]
        assert names[0] == names[1], key


def request(**headers):
    import types

    cookies = {"lang": headers.pop("cookie")} if "cookie" in headers else {}
    return types.SimpleNamespace(cookies=cookies, headers={k.replace("_", "-"): v for k, v in headers.items()})


def test_the_cookie_goes_before_the_browser():
    assert language(None) == "en"
    assert language(request(accept_language="ko-KR,ko;q=0.9,en;q=0.8")) == "ko"
    assert language(request(accept_language="de,ko;q=0.5")) == "ko"
    assert language(request(accept_language="ko", cookie="en")) == "en"
    assert language(request(cookie="fr")) == "en"
    assert say("common.no_upload", request(cookie="ko")) == TEXTS["common.no_upload"][1]


def test_a_link_restores_only_what_fits():
    slider = gr.Slider(0, 4, 1, render=False)
    radio = gr.Radio([("A", "a"), ("B", "b")], render=False)
    assert restored(slider, "2.5") == 2.5
    assert restored(radio, "b") == "b"
    boxes = gr.CheckboxGroup([("A", "a"), ("B", "b"), ("C", "c")], render=False)
    assert restored(boxes, "c,x,a") == ["c", "a"]
    assert isinstance(restored(boxes, "x"), dict)
    for component, text in ((slider, "5"), (slider, "nan"), (slider, "x"), (radio, "c"), (radio, None)):
        assert isinstance(restored(component, text), dict)  # gr.skip()


def test_a_damaged_folder_is_named_and_left_out(tmp_path):
    folder = tmp_path / "mnist-vae"
    folder.mkdir()
    (folder / "config.json").write_text('{"class": "DenseVAE", "config": {}}')
    room = enter("cpu", tmp_path)
    assert room.checkpoints == {}
    assert len(room.skipped) == 1
    assert "mnist-vae" in room.skipped[0]


def test_names_are_displayed_as_the_field_writes_them():
    assert display("celeba-vq-vae-2") == "VQ-VAE-2"
    assert display("mnist-dae") == "DAE"
    assert display("something") == "something"


def test_the_frame_that_was_set_is_cut_out(tmp_path):
    """The frame of the astronaut's face, as thousandths, gives the aligned astronaut; another frame does not."""
    import skimage.data

    file = tmp_path / "photo.png"
    Image.fromarray(skimage.data.astronaut()).save(file)
    x, y, side, tilt = Face(np.array(references.ASTRONAUT)).place
    numbers = [round(1000 * v / 512) for v in (x, y, side)] + [round(tilt)]
    reference = "upload:1:" + ",".join(map(str, numbers))
    cut = references.resolve(EMPTY, "celeba", "", reference, file)
    assert (cut - references.astronaut()).abs().mean() < 0.02
    away = references.resolve(EMPTY, "celeba", "", "upload:1:800,800,200,45", file)
    assert (away - references.astronaut()).abs().mean() > 0.1
    assert remarks.no_face("celeba", reference, file) == ""  # who set the frame needs no notice
    assert f", ({', '.join(map(str, numbers))})" in references.python_of(EMPTY, "celeba", "", reference)[-1]


def turned_face(file):
    """A JPEG of the astronaut that lies on its side and says so, as a phone writes it."""
    import skimage.data

    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    Image.fromarray(skimage.data.astronaut()).transpose(Image.Transpose.ROTATE_90).save(file, "JPEG", exif=exif)


def transparent_digit(file):
    picture = Image.new("RGBA", (90, 120), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (40, 20, 52, 100))
    picture.save(file, "PNG")


@pytest.mark.parametrize(
    ("dataset", "reference", "save", "size"),
    [
        ("celeba", "upload:1", turned_face, 64),
        ("celeba", "upload:1:438,222,226,-3", turned_face, 128),
        ("mnist", "upload:1", transparent_digit, 28),
        ("mnist", "png", transparent_digit, 28),
        ("celeba", "png", turned_face, 64),
    ],
)
def test_copied_python_makes_the_picture_of_the_page(dataset, reference, save, size, tmp_path, monkeypatch):
    file = tmp_path / "your-picture.png"  # the name in the lines
    save(file)
    monkeypatch.setattr(faces, "find", lambda picture: [Face(np.array(references.ASTRONAUT))])
    if reference == "png":  # sent on from the page: away from the middle, where `images.digit` would not leave it
        x = references.resolve(EMPTY, dataset, "upload:1", "upload:1", file).roll(5, 3)
        reference = "png:" + base64.b64encode(png_bytes(images.to_pil(x[0]))).decode()
    expected = references.resolve(EMPTY, dataset, reference, reference, file, size=size)
    monkeypatch.chdir(tmp_path)
    scope = {}
    exec("\n".join(references.python_of(EMPTY, dataset, reference, reference, size)), scope)  # what the page shows
    assert torch.equal(scope["x"], expected)
    assert expected.shape[-1] == size


def test_each_photo_is_held_and_the_frames_of_the_last_one_are_shown():
    """Gradio drops what happens while an event runs, unless it is told otherwise."""
    with gr.Blocks() as demo:
        inputs.build(EMPTY, "common.input", "digit:4", "astronaut", "input")
    modes = {event.name: event.trigger_mode for event in demo.fns.values() if event.fn}
    assert modes == {"hold": "multiple", "look": "always_last"}


@pytest.mark.parametrize(
    "crop", ["1,2,3", "a,b,c,d", "1,2,3,4,5", "9999,0,100,0", "0,0,0,0", "0,0,100,999", "1,,3,4", ""]
)
def test_a_frame_out_of_reach_is_refused(crop, tmp_path):
    file = tmp_path / "photo.png"
    Image.new("RGB", (80, 60), "red").save(file)
    with pytest.raises(UserError):
        references.resolve(EMPTY, "celeba", "", f"upload:1:{crop}", file)


def test_the_page_gets_a_photo_with_its_frames(tmp_path, monkeypatch):
    import json

    file = tmp_path / "wide.png"
    Image.new("RGB", (900, 600), "red").save(file)
    found = [faces.in_frame(450, 300, 90, 10), faces.in_frame(90, 90, 45, 0)]
    monkeypatch.setattr(faces, "find", lambda picture: found)
    shown = json.loads(inputs.cropper(file))
    assert (shown["width"], shown["height"]) == (900, 600)
    assert shown["frames"] == [[500, 333, 100, 10], [100, 100, 50, 0]]
    photo = Image.open(io.BytesIO(base64.b64decode(shown["photo"].partition(",")[2])))
    assert photo.size == (480, 320)


@pytest.fixture(scope="module")
def room():
    import vae_demo

    return Room({name: vae_demo.load(name, "cpu") for name in ("mnist-vae", "mnist-dense-ae")})


def test_a_strange_picture_is_said_to_be_one_and_a_digit_is_not(room):
    drawn = references.resolve(room, "mnist", "digit:4:3", "", None)
    assert remarks.remarks(room, "mnist", "", None, drawn) == ""
    noise = torch.rand(1, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    said = remarks.remarks(room, "mnist", "", None, noise)
    metrics = room.critic("mnist").card["metrics"]
    assert f"{metrics['far_false_alarms']:.1%}" in said
    assert f"{metrics['far_error']:.3f}" in said
    assert remarks.remarks(EMPTY, "mnist", "", None, noise) == ""  # nobody there to say so


def test_every_place_to_send_a_picture_to_is_in_the_page(room):
    import re

    from vae_demo.ui import page, send

    demo = page.build(room)
    templates = " ".join(getattr(block, "html_template", "") or "" for block in demo.blocks.values())
    there = set(re.findall(r'data-target="([^"]+)"', templates))
    for tab, targets in send.TARGETS.items():
        assert tab in page.TABS
        assert {target for target, _ in targets} <= there
