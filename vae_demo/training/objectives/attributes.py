"""Classification, for the networks that read attributes."""

import torch
from torch import Tensor, nn

from vae_demo.models.blocks import normal_like, uniform
from vae_demo.training.objectives.base import Labels, Objective, Terms, attribute_bce


class Attributes(Objective):
    """Classification of the attributes, of pictures under Gaussian noise of a random sigma up to `noise`."""

    def __init__(self, attributes: tuple[str, ...], noise: float = 0.0) -> None:
        super().__init__()
        self.attributes, self.noise = attributes, noise

    def forward(self, model: nn.Module, x: Tensor, labels: Labels, generator: torch.Generator) -> Terms:
        sigma = self.noise * uniform((len(x), *[1] * (x.ndim - 1)), generator).to(x)
        return {"bce": attribute_bce(model(x + sigma * normal_like(x, generator)), labels, self.attributes)}
