"""The networks. `CLASSES` is all there is: a new variant is one file and one line here."""

from vae_demo.models.attention import AttentionAE, AttentionConfig
from vae_demo.models.base import Autoencoder, Sparse
from vae_demo.models.conv import ConvAE, ConvConfig, OrderedAE, SparseConvAE, SparseConvConfig
from vae_demo.models.dense import DenseAE, DenseConfig, SparseAE, SparseConfig
from vae_demo.models.vae import VAE, ConvVAE, DenseVAE, Posterior
from vae_demo.models.vqvae import VQVAE, VQConfig
from vae_demo.models.vqvae2 import VQVAE2, VQ2Config

CLASSES = (
    (DenseAE, DenseConfig),
    (SparseAE, SparseConfig),
    (ConvAE, ConvConfig),
    (OrderedAE, ConvConfig),
    (SparseConvAE, SparseConvConfig),
    (DenseVAE, DenseConfig),
    (ConvVAE, ConvConfig),
    (VQVAE, VQConfig),
    (VQVAE2, VQ2Config),
    (AttentionAE, AttentionConfig),
)

__all__ = [
    "CLASSES",
    "VAE",
    "VQVAE",
    "VQVAE2",
    "AttentionAE",
    "AttentionConfig",
    "Autoencoder",
    "ConvAE",
    "ConvConfig",
    "ConvVAE",
    "DenseAE",
    "DenseConfig",
    "DenseVAE",
    "OrderedAE",
    "Posterior",
    "Sparse",
    "SparseAE",
    "SparseConfig",
    "SparseConvAE",
    "SparseConvConfig",
    "VQ2Config",
    "VQConfig",
]
