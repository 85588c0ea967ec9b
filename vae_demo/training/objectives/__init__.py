"""What each variant minimises: likelihoods and penalties are sums over pixels or dimensions, means over the batch.

An objective is a module called with (model, x, labels, generator); it gives its terms by name, and their sum is
the loss. Its parameters (a probe) and buffers (averages of a codebook) are trained, saved and resumed with the
network.
"""

from vae_demo.training.objectives.aggregate import AggregatePosterior
from vae_demo.training.objectives.attributes import Attributes
from vae_demo.training.objectives.base import Labels, Objective, Terms, attribute_bce, bce, sse
from vae_demo.training.objectives.denoising import Denoising, painted
from vae_demo.training.objectives.edits import Edits
from vae_demo.training.objectives.elbo import Elbo
from vae_demo.training.objectives.moments import FeatureMoments
from vae_demo.training.objectives.patterns import lattice, mesh
from vae_demo.training.objectives.perceptual import Perceptual, PerceptualElbo
from vae_demo.training.objectives.reconstruction import NestedDropout, Reconstruction, SparseKL, SparseL1
from vae_demo.training.objectives.vq import VQ, CodebookEMA, CodeLikelihood, commitment_loss

__all__ = [
    "VQ",
    "AggregatePosterior",
    "Attributes",
    "CodeLikelihood",
    "CodebookEMA",
    "Denoising",
    "Edits",
    "Elbo",
    "FeatureMoments",
    "Labels",
    "NestedDropout",
    "Objective",
    "Perceptual",
    "PerceptualElbo",
    "Reconstruction",
    "SparseKL",
    "SparseL1",
    "Terms",
    "attribute_bce",
    "bce",
    "commitment_loss",
    "lattice",
    "mesh",
    "painted",
    "sse",
]
