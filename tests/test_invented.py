"""The choice of invented faces: every combination is there, from dark to light."""

import itertools
import json

import pytest
import torch
from tiny import network_of, write_checkpoint

from vae_demo.checkpoints import Checkpoint
from vae_demo.files import sha256
from vae_demo.models import DenseConfig, DenseVAE
from vae_demo.training import invented


def test_lightness_of_grey_is_that_of_the_cie_formula():
    grey = torch.tensor([0.0, 0.2, 0.5, 1.0])
    linear = torch.where(grey <= 0.04045, grey / 12.92, ((grey + 0.055) / 1.055) ** 2.4)  # sRGB, IEC 61966-2-1
    expected = 116 * torch.where(linear > 216 / 24389, linear ** (1 / 3), (24389 / 27 * linear + 16) / 116) - 16
    x = grey[:, None, None, None].expand(4, 3, 64, 64)
    assert torch.allclose(invented.lightness(x), expected, atol=0.05)


def test_all_combinations_are_chosen_from_dark_to_light():
    generator = torch.Generator().manual_seed(0)
    said, light = torch.rand(8000, 3, generator=generator), 100 * torch.rand(8000, generator=generator)
    rows = invented.choose(said, light)
    assert len(set(rows.tolist())) == len(rows) == 48
    combinations = list(itertools.product((False, True), repeat=3))
    for i, row in enumerate(rows.tolist()):
        assert tuple((said[row] > 0.5).tolist()) == combinations[i % 8]
    for combination in range(8):
        tones = light[rows[combination::8]]
        assert (tones.diff() > 0).all()
        assert tones[0] < 25
        assert tones[-1] > 75


def test_a_combination_that_is_not_there_is_an_error():
    with pytest.raises(ValueError, match="'Eyeglasses': True"):
        invented.choose(torch.rand(500, 3) * torch.tensor([0.4, 1, 1]), torch.rand(500))


def test_what_is_added_is_in_the_card_and_loads(monkeypatch, tmp_path):
    config = DenseConfig(1, 8, (16, 12), 5)
    folder = write_checkpoint(tmp_path / "tiny", network_of(DenseVAE, config), config)
    written = {"name": "tiny", "latents_sha256": sha256(folder / "latents.safetensors")}
    (folder / "card.json").write_text(json.dumps(written))
    monkeypatch.setattr(invented, "invented", lambda ae: torch.ones(48, ae.latent_dim))
    invented.add(folder)
    assert torch.equal(Checkpoint(folder, torch.device("cpu")).invented, torch.ones(48, 5))
