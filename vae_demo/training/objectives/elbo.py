"""The negative ELBO of a VAE and a beta-VAE."""

from typing import Literal

import torch
from torch import Tensor

from vae_demo.models import VAE
from vae_demo.models.blocks import normal_like, uniform
from vae_demo.training.objectives.base import Labels, Objective, Terms, bce, sse


class Elbo(Objective):
    """The negative ELBO: -E_q[log p(x | z)] + beta KL(q(z | x) || N(0, I)) (arXiv 1312.6114; beta: Higgins 2017).

    Args:
        likelihood: "bernoulli" is BCE; "gaussian" is sse / (2 sigma²), its constant left out.
        sigma: the decoder's fixed deviation, in units of pixel range: 0.3536 is 4 * sse.
        beta: weight of the KL term.
        reconstruction: weight of the likelihood; 0 shows what KL alone does.
        binarise: share of pictures that the encoder and the likelihood see as draws from Bernoulli(x). The expected
            BCE of a given z is the same, but the encoder reads the draw too: of these this is the ELBO of binary
            pictures.
    """

    def __init__(
        self,
        likelihood: Literal["bernoulli", "gaussian"],
        sigma: float = 1.0,
        beta: float = 1.0,
        reconstruction: float = 1.0,
        binarise: float = 0.0,
    ) -> None:
        super().__init__()
        self.likelihood, self.sigma, self.beta = likelihood, sigma, beta
        self.reconstruction, self.binarise = reconstruction, binarise

    def negative_log_likelihood(self, logits: Tensor, x: Tensor) -> Tensor:
        if self.likelihood == "bernoulli":
            return bce(logits, x)
        return sse(torch.sigmoid(logits), x) / (2 * self.sigma**2)

    def forward(self, model: VAE, x: Tensor, labels: Labels, generator: torch.Generator) -> Terms:
        if self.binarise:
            drawn = uniform(x.shape, generator).to(x) < x
            chosen = uniform((len(x), 1, 1, 1), generator).to(x) < self.binarise
            x = torch.where(chosen, drawn.to(x), x)
        q = model.posterior(x)
        logits = model.logits(q.sample(normal_like(q.mu, generator)))
        return {
            "nll": self.reconstruction * self.negative_log_likelihood(logits, x),
            "kl": self.beta * q.kl().sum(1).mean(),
        }
