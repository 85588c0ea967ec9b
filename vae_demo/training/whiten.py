"""Lays a VAE's codes where N(0, I) is: each mu decodes to what it decoded to, in other coordinates of z.

In training some pictures are drawn more often than they come, one network starts from another's weights, and an
objective asks more of a code than the ELBO does. All of that leaves the codes elsewhere than N(0, I), and a sample
from it beside the pictures.
"""

import torch

from vae_demo.models import ConvVAE
from vae_demo.training import latents
from vae_demo.training.data import Split

ROUNDS = 50


@torch.no_grad()
def centre(network: ConvVAE, split: Split) -> None:
    """z -> z - mean of mu over the split, in the biases of the layers before and after z.

    What it reconstructs, sigma and all differences of codes stay as they were; the KL falls by |mean|² / 2.
    """
    mean = latents.encode_all(network, split).mean(0)  # (N, D) -> (D,)
    network.to_mu.bias.sub_(mean)
    network.from_z.bias.add_(network.from_z.weight @ mean)


@torch.no_grad()
def whiten(network: ConvVAE, split: Split) -> None:
    """z -> W (z - mean), so that the aggregate posterior, z of all pictures, has the mean 0 and the covariance I.

    W is in the layers before and after z, so each mu decodes to what it decoded to. The posteriors change: theirs would
    be W diag(sigma²) W^T, and they keep of it the mean of its diagonal, in sigma² of each picture times one number a
    dimension. So W is found in rounds, each as near to the identity as can be (ZCA: Kessy et al., arXiv 1512.00809).
    """
    centre(network, split)
    dtype = torch.float64
    start = latents.dimensions(network, split)[1].to(dtype)  # (D,), the mean of sigma²
    spread = torch.cov(latents.encode_all(network, split).T).to(dtype)  # (D, D), of mu
    w, variance = torch.eye(len(start)).to(start), start
    for _ in range(ROUNDS):
        values, vectors = torch.linalg.eigh(w @ spread @ w.T + variance.diag())
        w = vectors * values.rsqrt() @ vectors.T @ w
        variance = w.square() @ start
    for layer in (network.to_mu.weight, network.to_mu.bias):
        layer.copy_(w @ layer.to(dtype))
    network.to_logvar.bias.add_((variance / start).log())
    network.from_z.weight.copy_(network.from_z.weight.to(dtype) @ torch.linalg.inv(w))
