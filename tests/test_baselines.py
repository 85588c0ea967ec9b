"""The comparison with well-known VAEs runs, learns and prints what it measured."""

from itertools import count
from types import SimpleNamespace

import pytest
import torch
from test_training import digits

from vae_demo import ops
from vae_demo.training import baselines, data, pca
from vae_demo.training.recipes import RECIPES


@pytest.mark.parametrize(("dataset", "parameters"), [("mnist", 652_824), ("celeba", 25_000_000)])
def test_the_known_networks_have_the_size_their_papers_give(dataset, parameters):
    _, known = (network for _, network, *_ in baselines.contenders(dataset))
    size = sum(p.numel() for p in known.parameters())
    # 784-400-20: 784*400 + 400 + 2 * (400*20 + 20) + 20*400 + 400 + 400*784 + 784
    assert size == parameters if dataset == "mnist" else size == pytest.approx(parameters, rel=0.3)
    channels, side = known.channels, known.size
    assert known(torch.rand(2, channels, side, side)).shape == (2, channels, side, side)


def test_31_steps_are_two_decibels_better_than_none_and_the_table_says_so(monkeypatch, tmp_path):
    clock = count(step=1 / 32)  # a 32nd of a second from one look to the next
    monkeypatch.setattr(baselines, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    monkeypatch.setattr(data, "load", lambda dataset, root, split: digits(0, 1400, 28))
    monkeypatch.setattr(pca, "CACHE", tmp_path)
    untrained = next(baselines.contenders("mnist"))[1].eval()
    x = digits(0, 200, 28).batch(torch.arange(200))
    before, _ = baselines.measured(untrained, x)
    head, _, *rows = baselines.table("mnist", tmp_path, 1 / 60, torch.device("cpu"))
    assert head.startswith("| mnist, 0.0166667 min each")
    assert [row.split(" | ")[0] for row in rows] == ["| ours", "| 784-400-20"]
    for row, batch in zip(rows, (RECIPES["mnist-vae"].batch, 128), strict=True):
        seen, psnr = (cell.replace(",", "") for cell in row.split(" | ")[3:5])
        assert int(seen) == 31 * batch
        assert float(psnr) > ops.psnr(before) + 2  # dB; that of two untrained networks differs by hundredths
