"""VQ codes: a painted code is the codebook's own vector in that place, and swapped levels are just those levels."""

import math
import re

import pytest
import torch
from PIL import Image
from section import section
from tiny import TINY, network_of, pictures, write_checkpoint

import vae_demo
from vae_demo.models import VQVAE, VQVAE2
from vae_demo.ui import references
from vae_demo.ui.checks import UserError
from vae_demo.ui.inside import codes, swap
from vae_demo.ui.inside.quantised import books, codes_of, decoded
from vae_demo.ui.room import Room

TINY_VQ = [pair for pair in TINY if issubclass(pair[0], (VQVAE, VQVAE2))]
every_vq = pytest.mark.parametrize(("network_class", "config"), TINY_VQ)


@pytest.fixture(scope="module")
def ae():
    return vae_demo.load("mnist-vq-vae", "cpu")


@pytest.fixture(scope="module")
def x():
    return references.resolve(Room({}), "mnist", "digit:4:3", "", None)


@pytest.fixture(scope="module")
def paint(ae):
    return section(codes, Room({ae.name: ae}), "inside_codes")[0]


def tiny_checkpoint(network_class, config, folder):
    return vae_demo.load(str(write_checkpoint(folder / "vq", network_of(network_class, config), config)), "cpu")


@every_vq
def test_codes_decode_to_the_reconstruction(network_class, config, tmp_path):
    ae = tiny_checkpoint(network_class, config, tmp_path)
    for x in pictures(config, 3).split(1):
        assert torch.allclose(decoded(ae, codes_of(ae, x)), ae.reconstruct(x)[0], atol=1e-5)


@every_vq
def test_a_painted_code_is_its_vector_in_that_place(network_class, config, tmp_path):
    ae = tiny_checkpoint(network_class, config, tmp_path)
    x = pictures(config, 1)
    found = codes_of(ae, x)
    level = list(found)[-1]  # the only one, or the fine one
    text = f"{ae.name};{level[0]}2=4"
    painted = codes.changes_of(text, ae, found, None)
    z = ae.encode(x)
    grid = ae.network.split(z)[1].clone() if network_class is VQVAE2 else ae.network.unflatten(z).clone()
    row, column = divmod(2, grid.shape[-1])
    grid[0, :, row, column] = books(ae)[level].embedding[4]  # before quantisation: the entry is nearest to itself
    z = ae.network.join(ae.network.split(z)[0], grid) if network_class is VQVAE2 else grid.flatten(1)
    assert torch.allclose(decoded(ae, codes.changed(found, painted)), ae.decode(z)[0], atol=1e-5)
    assert torch.equal(found[level], codes_of(ae, x)[level])  # the codes themselves are left alone


def test_swapped_levels_are_those_levels(tmp_path):
    network_class, config = next(pair for pair in TINY_VQ if pair[0] is VQVAE2)
    ae = tiny_checkpoint(network_class, config, tmp_path)
    a, b = pictures(config, 2).split(1)
    network = ae.network
    (top_a, bottom_a), (top_b, bottom_b) = network.levels(a), network.levels(b)
    expected = [
        network.decode(network.join(top, bottom))[0]
        for top, bottom in ((top_a, bottom_a), (top_b, bottom_b), (top_a, bottom_b), (top_b, bottom_a))
    ]
    assert torch.allclose(swap.swapped(ae, codes_of(ae, a), codes_of(ae, b)), torch.stack(expected), atol=1e-5)


def test_what_the_page_says_of_bits_is_what_the_card_measured(ae, x):
    found = codes_of(ae, x)
    bits = found["codes"].numel() * math.log2(len(books(ae)["codes"].embedding))
    assert bits == ae.card["metrics"]["bits"]
    words = codes.facts(ae, found, None)
    assert f"{bits:.0f} bits a picture, instead of 6,272" in words
    assert f"Perplexity {ae.card['metrics']['perplexity']:.0f} of 128" in words


@every_vq
def test_every_entry_is_drawn_for_the_codebook(network_class, config, tmp_path):
    ae = tiny_checkpoint(network_class, config, tmp_path)
    for level, book in books(ae).items():
        patch = config.size // config.grid * (2 if level == "top" else 1)
        drawn = codes.entries_of(ae, level)
        assert drawn.shape == (len(book.embedding), config.channels, patch, patch)
        assert drawn.min() >= 0
        assert drawn.max() <= 1
        assert drawn.std(0).max() > 0  # they differ


def test_an_entry_looks_as_it_does_in_the_middle_of_a_full_map(ae):
    drawn = codes.entries_of(ae, "codes")
    full = torch.stack([decoded(ae, {"codes": torch.full((7, 7), k)}) for k in range(128)])[:, :, 12:16, 12:16]
    correlation = torch.corrcoef(torch.stack([drawn.flatten(), full.flatten()]))[0, 1]
    assert correlation > 0.9


@pytest.mark.parametrize("changes", ["c49=1", "c0=128", "c0=-1", "c0=1.5", "t0=1", "0=1", "c=1", "c-1=1"])
def test_a_place_or_a_code_that_is_not_there_is_told(ae, paint, changes):
    with pytest.raises(UserError, match="does not name a change"):
        paint(None, model=ae.name, changes=f"{ae.name};{changes}")


def test_the_map_shows_codes_and_what_was_painted(ae, x):
    found = codes_of(ae, x)
    html = codes.hand(ae, found, {"codes": {10: 5}}, "codes", None)
    own = found["codes"].flatten().tolist()
    assert html.count('role="gridcell"') == 49
    assert html.count('role="option"') == 128
    assert f'data-own="{own[10]}" data-code="5"' in html
    assert f'data-own="{own[11]}" data-code="{own[11]}"' in html


def test_the_codebook_says_how_often_each_code_was_used_and_marks_dead_ones(ae, x):
    kept, uses = ae.latents["uses"], torch.arange(128) * 1000  # code 0 is dead
    ae.latents["uses"] = uses
    try:
        html = codes.hand(ae, codes_of(ae, x), {"codes": {}}, "codes", None)
    finally:
        ae.latents["uses"] = kept
    assert re.findall(r'data-k="(\d+)"', html) == [str(k) for k in reversed(range(128))]
    assert html.count("class=dead") == 1
    assert "Code 0, used 0 times in training pictures. A dead code" in html
    assert "Code 127, used 127,000 times in training pictures" in html


def test_copied_python_makes_the_same(ae, x, paint, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, lines = paint(None, model=ae.name, changes=f"{ae.name};c10=5,c30=7")
    scope = {}
    exec(lines, scope)
    expected = codes.changed(codes_of(ae, x), {"codes": {10: 5, 30: 7}})
    assert torch.equal(scope["codes"][0], expected["codes"])
    assert torch.allclose(scope["y"][0], decoded(ae, expected), atol=1e-5)
    assert Image.open("painted.png").width >= 3 * 4 * 28


def test_copied_python_of_two_levels_runs(tmp_path, monkeypatch):
    network_class, config = next(pair for pair in TINY_VQ if pair[0] is VQVAE2)
    ae = tiny_checkpoint(network_class, config, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(vae_demo, "load", lambda name, device=None: ae)
    x = pictures(config, 1)
    monkeypatch.setattr(references, "python_of", lambda *_: [])
    found = codes_of(ae, x)
    shape = {level: tuple(grid.shape) for level, grid in found.items()}
    scope = {"x": x}
    exec(codes.python(Room({}), "celeba", "", "", ae, {"top": {0: 2}, "bottom": {3: 1}}, shape), scope)
    expected = codes.changed(found, {"top": {0: 2}, "bottom": {3: 1}})
    assert torch.allclose(scope["y"][0], decoded(ae, expected), atol=1e-5)
