"""The code in the documents runs as it stands there, in both languages."""

import re
from pathlib import Path

import pytest
import torch
from PIL import Image, ImageDraw
from skimage import data

from vae_demo.checkpoints import verdict

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```python\n(.*?)^```", re.M | re.S)


def blocks(name: str) -> list[str]:
    return BLOCK.findall((ROOT / name).read_text(encoding="utf-8"))


def bare(code: str) -> list[str]:
    """Code without its comments, which are in the language of the document."""
    return [re.sub(r"\s+#.*", "", line) for line in code.splitlines()]


@pytest.mark.parametrize("name", ["API.md", "README.md"])
def test_both_languages_have_the_same_code(name):
    korean = blocks(name.replace(".md", ".ko.md"))
    assert [bare(block) for block in blocks(name)] == [bare(block) for block in korean]


def test_the_readme_runs_and_gives_the_shapes_that_it_says():
    room = {}
    for block in blocks("README.md"):
        exec(compile(block, "README.md", "exec"), room)
    assert [room[name].shape for name in "xzyv"] == [(8, 1, 28, 28), (8, 20), (8, 1, 28, 28), (1, 20)]
    assert {direction.shape for direction in room["d"].values()} == {(20,)}


def test_the_api_page_runs(server, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    picture = Image.new("L", (200, 200), "white")
    ImageDraw.Draw(picture).line((60, 40, 140, 40, 90, 160), "black", 12)
    picture.save("photo.png")
    Image.fromarray(data.astronaut()).save("portrait.png")
    room = {}
    for block in blocks("API.md"):
        patient = f':{server.port}/", httpx_kwargs={{"timeout": 120}})'
        exec(compile(block.replace(':7860/")', patient), "API.md", "exec"), room)
    said = capsys.readouterr().out
    assert "expected z: (B, 20) float32, finite, got shape (4, 3)" in said
    assert "/interpolate" in said
    assert (tmp_path / "film.png").stat().st_size > 1000
    seen = torch.sigmoid(verdict("cpu")(room["net"].decode(room["codes"]))[:, 0])  # of glasses
    assert seen[0] < 0.5 < seen[-1]
    assert (tmp_path / "glasses.png").stat().st_size > 1000
    assert "<figure" in room["html"]
    room["client"].close()
