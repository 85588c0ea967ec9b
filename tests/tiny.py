"""Every network at a size that runs in milliseconds, and checkpoint folders of them, for the tests."""

import dataclasses
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from vae_demo.models import (
    VQVAE,
    VQVAE2,
    AttentionAE,
    AttentionConfig,
    ConvAE,
    ConvConfig,
    ConvVAE,
    DenseAE,
    DenseConfig,
    DenseVAE,
    OrderedAE,
    SparseAE,
    SparseConfig,
    SparseConvAE,
    SparseConvConfig,
    VQ2Config,
    VQConfig,
)

# One line a network, grey and colour by turns. All pictures are 8x8.
TINY = (
    (DenseAE, DenseConfig(1, 8, (16, 12), 5)),
    (SparseAE, SparseConfig(1, 8, 70, "relu")),
    (SparseAE, SparseConfig(3, 8, 200, "sigmoid")),
    (ConvAE, ConvConfig(3, 8, (4, 8), (0, 1), (1, 0), 5)),
    (OrderedAE, ConvConfig(1, 8, (4, 8), (0, 1), (1, 0), 5)),
    (SparseConvAE, SparseConvConfig(3, 8, 4, (4, 8), (1, 0), 6)),
    (DenseVAE, DenseConfig(1, 8, (16, 12), 5)),
    (ConvVAE, ConvConfig(3, 8, (4, 8), (0, 1), (1, 0), 5)),
    (VQVAE, VQConfig(1, 8, (4, 8), (0, 1), (1, 0), 7, 3)),
    (VQVAE2, VQ2Config(3, 8, (4, 8), (0, 1), (1, 0), 8, 7, 3)),
    (AttentionAE, AttentionConfig(1, 8, 2, 8, 2, 1, 3, 2)),
)


def network_of(network_class: type[nn.Module], config, seed: int = 0):
    """A random network in eval mode; codebooks lie where the codes are, so that all entries are in use."""
    torch.manual_seed(seed)
    network = network_class(config).eval()
    x = pictures(config, 64)
    with torch.no_grad():
        if isinstance(network, VQVAE):
            spread(network.codebook, network.unflatten(network.encode(x)))
        if isinstance(network, VQVAE2):
            spread(network.codebook_top, network.levels(x)[0])
            spread(network.codebook_bottom, network.levels(x)[1])
    return network


def spread(codebook: nn.Module, z_e: Tensor) -> None:
    """Puts the entries of a codebook on codes of these."""
    flat = z_e.movedim(1, -1).flatten(0, -2)
    codebook.embedding.copy_(flat[torch.randperm(len(flat))[: len(codebook.embedding)]])


def pictures(config, n: int, seed: int = 0) -> Tensor:
    """(n, C, H, W) noise in [0, 1]."""
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(n, config.channels, config.size, config.size, generator=generator)


def write_checkpoint(folder: Path, network: nn.Module, config, latents: dict[str, Tensor] | None = None) -> Path:
    """A checkpoint folder in float32 with the given latents, or with mean 0 and deviation 1."""
    folder.mkdir(parents=True)
    written = {"class": type(network).__name__, "config": dataclasses.asdict(config)}
    (folder / "config.json").write_text(json.dumps(written))
    (folder / "card.json").write_text(json.dumps({"name": folder.name, "dataset": "mnist"}))
    state = {k: v.contiguous() for k, v in network.state_dict().items() if not k.endswith("num_batches_tracked")}
    save_file(state, folder / "model.safetensors")
    if latents is None:
        latents = {"mean": torch.zeros(network.latent_dim), "std": torch.ones(network.latent_dim)}
    save_file(latents, folder / "latents.safetensors")
    return folder
