"""What an objective is, and the likelihoods that they share: sums over pixels, means over the batch."""

from abc import ABC, abstractmethod

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Labels = dict[str, Tensor]
Terms = dict[str, Tensor]


class Objective(nn.Module, ABC):
    """Abstract: (model, x, labels, generator) -> terms whose sum is the loss."""

    @abstractmethod
    def forward(self, model, x: Tensor, labels: Labels, generator: torch.Generator) -> Terms: ...

    def begin(self, model) -> str:
        """Sets the weights of a new model before its first step, and says how, for the card; most leave them."""
        return ""

    def go_on_from(self, model) -> None:  # noqa: B027  most objectives keep nothing of their own
        """Told before a trained model is trained further."""


def sse(x_hat: Tensor, x: Tensor) -> Tensor:
    """Squared error: sum over pixels, mean over the batch."""
    return (x_hat - x).square().flatten(1).sum(1).mean()


def bce(logits: Tensor, x: Tensor) -> Tensor:
    """-log Bernoulli(x; sigmoid(logits)): sum over pixels, mean over the batch, in nats."""
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1).mean()


def attribute_bce(logits: Tensor, labels: Labels, attributes: tuple[str, ...], weight: Tensor | None = None) -> Tensor:
    """(B, A) log-odds against 0/1 labels: sum over attributes, mean over the batch, in nats.

    `weight` (A,) says how many times an attribute counts, once where it is None.
    """
    target = torch.stack([labels[name] for name in attributes], 1).to(logits)  # (B, A)
    nats = F.binary_cross_entropy_with_logits(logits, target, weight, reduction="none")
    return nats.sum(1).mean()
