"""Principal component analysis: what a linear code of the same length leaves over, the bar for every autoencoder."""

import numpy as np
import torch
from torch import Tensor

from vae_demo.models import DenseAE
from vae_demo.training.data import CACHE, Split

MOST = 256  # components that are kept
ROWS = 20_000  # training pictures that the components are fitted to
LIFT = 3.0  # deviations by which units are raised, so that ReLU hardly ever cuts them off


def components(train: Split) -> tuple[Tensor, Tensor]:
    """The mean (P,) and the first MOST components (MOST, P) of training pictures of P numbers, most variance first.

    Kept in the cache of this computer.
    """
    file = CACHE / f"pca{train.images[0].numel()}-{train.source['sha256'][:12]}.npz"
    if not file.exists():
        rows = torch.randperm(len(train), generator=torch.Generator().manual_seed(0))[:ROWS]
        x = train.batch(rows).flatten(1)
        mean = x.mean(0)
        torch.manual_seed(0)  # svd_lowrank starts on random vectors
        _, _, v = torch.svd_lowrank(x - mean, MOST + 10, niter=4)
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(file, mean=mean.numpy(), components=v[:, :MOST].T.contiguous().numpy())
    with np.load(file) as kept:
        return torch.from_numpy(kept["mean"]), torch.from_numpy(kept["components"])


def pca_mse(train: Split, x: Tensor, latent_dim: int) -> float:
    """Mean squared error of pictures (B, C, H, W) rebuilt from their first `latent_dim` components.

    Raises:
        ValueError: more components than are kept.
    """
    if latent_dim > MOST:
        raise ValueError(f"expected latent_dim: at most {MOST}, got {latent_dim}")
    mean, basis = components(train)
    basis, total = basis[:latent_dim], 0.0
    for part in x.flatten(1).split(1000):
        centred = part - mean
        total += (centred - centred @ basis.T @ basis).double().square().sum().item()
    return total / x.numel()


@torch.no_grad()
def begin(network: DenseAE, train: Split) -> str:
    """Sets a dense AE with one hidden layer to PCA, from where training goes on; says so, for the card.

    A start from the data, as the pre-training of Hinton & Salakhutdinov (2006) is; from random weights the small
    components take very long. Hidden units are components in units of their deviation, raised above ReLU's corner; the
    code is the first of them. The sigmoid at the end is straightened to first order around the mean picture.
    """
    first, second = (layer for layer in network.encoder if isinstance(layer, torch.nn.Linear))
    third, fourth = (layer for layer in network.decoder if isinstance(layer, torch.nn.Linear))
    mean, basis = components(train)
    hidden, d = first.out_features, network.latent_dim
    basis = basis[:hidden]
    std = ((train.batch(torch.arange(min(5_000, len(train)))).flatten(1) - mean) @ basis.T).std(0)  # (hidden,)
    first.weight.copy_(basis / std[:, None])
    first.bias.copy_(LIFT - first.weight @ mean)
    second.weight.zero_()[:, :d].fill_diagonal_(1)
    second.bias.fill_(-LIFT)
    third.weight[:d].copy_(torch.eye(d))  # the other hidden units stay as drawn, and are not yet read
    third.bias[:d].fill_(LIFT)
    centre = mean.clamp(0.02, 0.98)
    fourth.weight.zero_()[:, :d].copy_((basis[:d] * std[:d, None] / (centre * (1 - centre))).T)
    fourth.bias.copy_(torch.logit(centre) - LIFT * fourth.weight.sum(1))
    return "The weights began as PCA (`training/pca.py`)."
