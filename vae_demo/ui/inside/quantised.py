"""Pictures as codes of one or two levels, whichever VQ model it is."""

from collections.abc import Mapping

import torch
from torch import Tensor

from vae_demo.checkpoints import Checkpoint
from vae_demo.models import VQVAE, VQVAE2
from vae_demo.models.vqvae import Codebook

Codes = dict[str, Tensor]  # "codes" of a VQ-VAE, "top" and "bottom" of a VQ-VAE-2: each (h, w) int64


def discrete(checkpoints: Mapping[str, Checkpoint]) -> dict[str, Checkpoint]:
    """Those whose code is discrete."""
    return {name: ae for name, ae in checkpoints.items() if isinstance(ae.network, (VQVAE, VQVAE2))}


def books(ae: Checkpoint) -> dict[str, Codebook]:
    """The codebook of each level."""
    network = ae.network
    if isinstance(network, VQVAE):
        return {"codes": network.codebook}
    assert isinstance(network, VQVAE2)
    return {"top": network.codebook_top, "bottom": network.codebook_bottom}


def suffix(level: str) -> str:
    """What a level is called in cards and latents: "", "_top" or "_bottom"."""
    return "" if level == "codes" else f"_{level}"


@torch.no_grad()
def codes_of(ae: Checkpoint, x: Tensor) -> Codes:
    """One picture (1, C, H, W) -> for each level its codes (h, w)."""
    assert isinstance(ae.network, (VQVAE, VQVAE2))
    found = ae.network.codes(x.to(ae.device))
    levels = (found,) if isinstance(found, Tensor) else found
    return {level: codes[0].cpu() for level, codes in zip(books(ae), levels, strict=True)}


def decoded(ae: Checkpoint, codes: Codes) -> Tensor:
    """Codes of each level (h, w) -> the picture (C, H, W)."""
    assert isinstance(ae.network, (VQVAE, VQVAE2))
    z = ae.network.z_of_codes(*(codes[level][None].to(ae.device) for level in books(ae)))
    return ae.decode(z)[0].cpu()
