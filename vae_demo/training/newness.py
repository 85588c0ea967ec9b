"""Whether what a model draws is new: how far the nearest training picture is, beside that of unseen real pictures."""

import torch
from torch import Tensor

from vae_demo.checkpoints import Checkpoint
from vae_demo.training.data import Split

PICTURES = 500  # of each kind


def nearest(x: Tensor, split: Split, chunk: int = 4000) -> Tensor:
    """The mean squared error to the nearest of all pictures of the split: (B, C, H, W) -> (B,)."""
    x = x.flatten(1)
    least = torch.full((len(x),), torch.inf)
    for rows in torch.arange(len(split)).split(chunk):
        y = split.batch(rows).flatten(1)  # (chunk, C H W)
        squares = x.square().sum(1, keepdim=True) + y.square().sum(1) - 2 * x @ y.T  # (B, chunk)
        least = torch.minimum(least, squares.amin(1))
    return least.clamp(min=0) / x.shape[1]


def newness(ae: Checkpoint, train: Split, held_out: Split, n: int = PICTURES) -> dict[str, Tensor]:
    """Distances (n,) to the nearest training picture: of draws from the prior that a model was made for (N(0, I), or
    of a VQ model its code prior), of unseen real pictures, and of what it makes of pictures that it was trained on.

    Were its draws learned by heart, they would lie as near as the last.
    """
    drawn = ae.sample(n, seed=1, prior="codes" if "codes" in ae.priors else "normal")
    first = torch.arange(min(n, len(train), len(held_out)))
    return {
        "nearest_drawn": nearest(drawn.cpu(), train),
        "nearest_unseen": nearest(held_out.batch(first), train),
        "nearest_rebuilt": nearest(ae.reconstruct(train.batch(first)).cpu(), train),
    }
