"""Moves the origin of a VAE's codes to their mean: the same autoencoder, but N(0, I) now lies where the pictures do.

In training some pictures are drawn more often than they come, and one network starts from another's weights; either
leaves the mean of the codes elsewhere, and a sample from N(0, I) beside the faces.
"""

import torch

from vae_demo.models import ConvVAE
from vae_demo.training import latents
from vae_demo.training.data import Split


@torch.no_grad()
def centre(network: ConvVAE, split: Split) -> None:
    """z -> z - mean of mu over the split, in the biases of the layers before and after z.

    What it reconstructs, sigma and all differences of codes stay as they were; the KL falls by |mean|² / 2.
    """
    mean = latents.encode_all(network, split).mean(0)  # (N, D) -> (D,)
    network.to_mu.bias.sub_(mean)
    network.from_z.bias.add_(network.from_z.weight @ mean)
