"""Patterns that pixel shuffles leave in pictures: a lattice that repeats every four pixels, a mesh of fine waves."""

import torch
import torch.nn.functional as F
from torch import Tensor


def lattice(x: Tensor, tile: int = 4, window: int = 32) -> Tensor:
    """Squared size of what repeats every `tile` pixels: sum over pixels, mean over the batch.

    A decoder that doubles its maps twice by pixel shuffles may leave such a pattern where no picture corrects it
    (checkerboard artifacts: Odena et al. 2016, doi 10.23915/distill.00003). It is looked for in windows, in
    what differs from the blurred picture, so that no shade counts as a pattern.
    """
    fine = (x - F.avg_pool2d(x, tile + 1, 1, tile // 2, count_include_pad=False)).flatten(0, 1)
    tiles = fine.unfold(1, tile, tile).unfold(2, tile, tile)  # (B C, H, W) -> (B C, H/tile, W/tile, tile, tile)
    mean = F.avg_pool2d(tiles.flatten(3).movedim(3, 1), window // tile)  # (B C, tile², H/window, W/window)
    return (mean - mean.mean(1, keepdim=True)).square().sum() * (window // tile) ** 2 / len(x)


def mesh(x: Tensor, window: int = 8) -> Tensor:
    """Squared size of the waves that two pixel shuffles make most easily: sum over pixels, mean over the batch.

    They are of period four along both diagonals, and of period two down, across and both at once. A distance in the
    maps of a strided network wants some texture where hair is, whichever, and these are the cheapest: a mesh over every
    picture, dashes on foreheads. They are looked for in windows under a Hann window, every two pixels; of waves that
    fill the picture it is the squared size, but for the border.
    """
    turns = torch.tensor([[1, 1], [1, -1], [2, 0], [0, 2], [2, 2]], device=x.device)  # quarters, a row and a column
    place = torch.arange(window, device=x.device)
    hann = torch.hann_window(window, device=x.device)
    hann = hann[:, None] * hann  # (window, window)
    rows, columns = turns.T[:, :, None, None] * place  # (5, 1, window) each
    phases = torch.pi / 2 * (rows.mT + columns) + torch.pi / 4  # of period two neither cosine nor sine is zero there
    share = torch.where((turns % 2 == 0).all(1), 0.5, 1.0).sqrt()[:, None, None]  # of which both see the whole wave
    waves = torch.cat([hann * share * phases.cos(), hann * share * phases.sin()])  # (10, window, window)
    with torch.autocast(x.device.type, enabled=False):
        found = F.conv2d(x.float().flatten(0, 1)[:, None], waves[:, None], stride=2)  # (B C, 10, h, w)
    return found.square().sum() * 8 / hann.sum() ** 2 / len(x)
