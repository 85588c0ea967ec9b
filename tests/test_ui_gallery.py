"""The faces that are offered: each lies where the page looks for it, and is what is chosen."""

import base64
import io
import re

import numpy as np
import pytest
import torch
from PIL import Image
from tiny import write_checkpoint

from vae_demo.checkpoints import Checkpoint
from vae_demo.models import ConvConfig, ConvVAE
from vae_demo.ui import gallery, references
from vae_demo.ui.room import Room


@pytest.fixture
def room(tmp_path):
    """A room whose inventor has 16 chosen faces."""
    folder = tmp_path / "celeba-perceptual-vae"
    config = ConvConfig(3, 64, (4, 8), (0, 0), (0, 0), 5)
    write_checkpoint(folder, ConvVAE(config).eval(), config)
    ae = Checkpoint(folder, torch.device("cpu"))
    ae.latents["invented"] = 2 * torch.randn(16, 5, generator=torch.Generator().manual_seed(0))
    return Room({folder.name: ae})


def test_every_face_lies_where_the_page_looks_for_it(room, monkeypatch):
    def colours(z):  # noise of a chance network would not compress
        return torch.sigmoid(z[:, :3, None, None]).expand(-1, 3, 64, 64)

    monkeypatch.setattr(room.inventor, "decode", colours)
    css = gallery.style(room, references.astronaut())
    content = base64.b64decode(re.search(r"base64,([^)]+)\)", css)[1])
    sheet = torch.from_numpy(np.array(Image.open(io.BytesIO(content)).convert("RGB"))) / 255
    places = gallery.places(room)
    assert list(places) == gallery.references(room) == [f"face:{i}" for i in range(16)] + ["astronaut"]
    pictures = {reference: references.resolve(room, "celeba", "", reference, None) for reference in places}
    for reference in places:
        x, y, width, height = places[reference]
        assert (sheet.shape[1] / width * 100, sheet.shape[0] / height * 100) == (64, 64)
        left, top = (round(share / 100 * (side - 64)) for share, side in ((x, sheet.shape[1]), (y, sheet.shape[0])))
        seen = sheet[top : top + 64, left : left + 64].permute(2, 0, 1)
        gaps = {other: (seen - x[0]).abs().mean().item() for other, x in pictures.items()}  # compression leaves some
        assert min(gaps, key=gaps.get) == reference


def test_beyond_the_chosen_ones_a_number_is_a_seed(room):
    expected = room.inventor.sample(1, seed=16, prior=room.inventor_prior)
    assert torch.allclose(references.resolve(room, "celeba", "", "face:16", None), expected)
    for number in (3, 20):
        scope = {"vae_demo": type("stub", (), {"load": staticmethod(lambda name: room.inventor)})}
        exec("\n".join(references.python_of(room, "celeba", "", f"face:{number}")), scope)
        assert torch.allclose(scope["x"], references.resolve(room, "celeba", "", f"face:{number}", None))


def test_names_tell_who_is_seen(room):
    named = gallery.names(room)
    assert named["en"]["face:7"] == "invented face: young man with glasses, 8"
    assert named["ko"]["face:8"] == "지어낸 얼굴: 안경 없는 나이 든 여자, 9"
    assert set(gallery.names(Room({}))["en"]) == {"astronaut"}
