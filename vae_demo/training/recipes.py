"""One line a variant: a network, an objective, a data set, a length. Two variants differ where their lines differ."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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
from vae_demo.models.classifier import AttributeClassifier, ClassifierConfig
from vae_demo.models.landmarks import LandmarkConfig, LandmarkNet
from vae_demo.priors import CodePrior, CodePriorConfig
from vae_demo.training import data, pca
from vae_demo.training.data import Split
from vae_demo.training.features import FeatureConfig, FeatureNet
from vae_demo.training.landmarks import Landmarks
from vae_demo.training.objectives import (
    VQ,
    Attributes,
    CodeLikelihood,
    Denoising,
    Elbo,
    NestedDropout,
    Objective,
    Perceptual,
    PerceptualElbo,
    Reconstruction,
    SparseKL,
    SparseL1,
)

# CelebA's 40 attributes without those that name beauty or weight, and Sunglasses (a brightness rule on top).
ATTRIBUTES = (
    "Eyeglasses", "sunglasses", "Male", "Young", "Smiling", "Mouth_Slightly_Open", "Bangs", "Bald",
    "Receding_Hairline", "Black_Hair", "Blond_Hair", "Brown_Hair", "Gray_Hair", "Straight_Hair", "Wavy_Hair",
    "Wearing_Hat", "No_Beard", "Goatee", "Mustache", "Sideburns", "5_o_Clock_Shadow", "Arched_Eyebrows",
    "Bushy_Eyebrows", "Bags_Under_Eyes", "Narrow_Eyes", "Big_Lips", "Big_Nose", "Pointy_Nose", "High_Cheekbones",
    "Oval_Face", "Pale_Skin", "Rosy_Cheeks", "Heavy_Makeup", "Wearing_Lipstick", "Wearing_Earrings",
    "Wearing_Necklace", "Wearing_Necktie", "Blurry",
)  # fmt: skip


@dataclass(frozen=True)
class Recipe:
    """How one checkpoint is made.

    Attributes:
        dataset: "mnist" or "celeba".
        network, config: the class and its frozen config.
        objective: makes the objective; it is handed a function that loads a shipped network by name, for the few
            that build on another: a perceptual loss on the feature network, a code prior on its VQ model.
        steps, batch, lr: length, pictures a step, peak learning rate (Adam, cosine to zero after a warm-up).
        start: a recipe whose weights this one starts from, where name and shape agree. `celeba-vae` and
            `celeba-perceptual-vae` name each other: they were trained by turns, the first of all from random weights.
        begin: sets the weights from the training split before the first step, where there is no `start`, and says how.
        people: None for all, 0 or 1 for one of two disjoint halves of the identities.
        glasses: how often pictures with glasses are drawn: (men, women), 1 is as often as they come.
        jitter: whether pictures are shifted and lit by chance (`augment`); not where landmarks are learned.
        whitened: whether the codes of a ConvVAE are whitened at the end (`whiten`), and not only centred.
    """

    dataset: str
    network: type
    config: Any
    objective: Callable[[Callable[[str], Any]], Objective]
    steps: int
    batch: int = 128
    lr: float = 1e-3
    start: str | None = None
    begin: Callable[[Any, Split], str] | None = None
    people: int | None = None
    glasses: tuple[float, float] = (1.0, 1.0)
    jitter: bool = False
    whitened: bool = False

    @property
    def size(self) -> int:
        """Side of the pictures."""
        return getattr(self.config, "size", data.SIZES[self.dataset])

    @property
    def flip(self) -> bool:
        """Faces are mirrored at random; a mirrored digit is another digit, and landmarks have to be mirrored along."""
        return self.dataset == "celeba" and self.network is not LandmarkNet


def _mnist_conv(latent_dim: int) -> ConvConfig:
    return ConvConfig(1, 28, (32, 64), (0, 1), (0, 1), latent_dim)


def _mnist_dense(latent_dim: int) -> DenseConfig:
    return DenseConfig(1, 28, (512, 256), latent_dim)


def _mnist_map() -> DenseConfig:
    return DenseConfig(1, 28, (256, 128), 2)


def _celeba_conv(latent_dim: int = 256) -> ConvConfig:
    return ConvConfig(3, 64, (32, 64, 128, 256), (0, 0, 1, 0), (0, 1, 1, 0), latent_dim)


def _prior(grids: tuple[int, ...], entries: int) -> CodePriorConfig:
    return CodePriorConfig(entries, grids, width=128, depth=4, heads=4)


FOUR_SSE = 8**-0.5  # the decoder's sigma at which sse / (2 sigma²) is 4 * sse

RECIPES: dict[str, Recipe] = {
    "mnist-dense-ae": Recipe("mnist", DenseAE, _mnist_dense(20), lambda _: Reconstruction(), 4_000, batch=256),
    "mnist-conv-ae": Recipe("mnist", ConvAE, _mnist_conv(20), lambda _: Reconstruction(), 1_300, lr=2e-3),
    "mnist-conv-ae-64": Recipe(
        "mnist", ConvAE, _mnist_conv(64), lambda _: Reconstruction(), 1_500, lr=2e-3, start="mnist-conv-ae"
    ),
    "mnist-ordered-ae": Recipe(
        "mnist", OrderedAE, _mnist_conv(64), lambda _: NestedDropout(), 3_000, lr=2e-3, start="mnist-conv-ae-64"
    ),
    "mnist-dae": Recipe(
        "mnist", ConvAE, _mnist_conv(64), lambda _: Denoising(sigma=0.8, share=0.8), 1_500, lr=2e-3,
        start="mnist-conv-ae",
    ),
    "mnist-overcomplete-ae": Recipe(
        "mnist", SparseAE, SparseConfig(1, 28, 1024), lambda _: SparseL1(0.0), 6_000, batch=256, lr=3e-3
    ),
    "mnist-sae": Recipe("mnist", SparseAE, SparseConfig(1, 28, 1024), lambda _: SparseL1(0.3), 3_000, batch=256),
    "mnist-sae-kl": Recipe(
        "mnist", SparseAE, SparseConfig(1, 28, 1024, "sigmoid"), lambda _: SparseKL(0.5), 3_000, batch=256
    ),
    "mnist-vae": Recipe(
        "mnist", DenseVAE, _mnist_dense(20), lambda _: Elbo("bernoulli", binarise=0.5), 10_000, batch=256
    ),
    "mnist-conv-vae": Recipe(
        "mnist", ConvVAE, _mnist_conv(20), lambda _: Elbo("bernoulli"), 900, lr=2e-3, start="mnist-conv-ae"
    ),
    "mnist-beta-vae": Recipe(
        "mnist", ConvVAE, _mnist_conv(20), lambda _: Elbo("bernoulli", beta=4.0), 700, lr=2e-3, start="mnist-conv-vae"
    ),
    "mnist-vq-vae": Recipe(
        "mnist", VQVAE, VQConfig(1, 28, (32, 64), (0, 1), (0, 1), 128, 16), lambda _: VQ(128, 16), 1_300, lr=2e-3
    ),
    "mnist-vq-vae-prior": Recipe(
        "mnist", CodePrior, _prior((7,), 128), lambda shipped: CodeLikelihood(shipped("mnist-vq-vae")), 900
    ),
    "mnist-attention-ae": Recipe(
        "mnist", AttentionAE, AttentionConfig(1, 28, 4, 64, 4, 1, 8, 8), lambda _: Reconstruction(), 1_600, lr=1e-3
    ),
    "mnist-ae-2d": Recipe("mnist", DenseAE, _mnist_map(), lambda _: Reconstruction(), 5_000, batch=256),
    "mnist-kl-2d": Recipe("mnist", DenseVAE, _mnist_map(), lambda _: Elbo("bernoulli", reconstruction=0.0), 1_000),
    "mnist-vae-2d": Recipe("mnist", DenseVAE, _mnist_map(), lambda _: Elbo("bernoulli"), 5_000, batch=256),
    "mnist-beta-vae-2d": Recipe(
        "mnist", DenseVAE, _mnist_map(), lambda _: Elbo("bernoulli", beta=4.0), 5_000, batch=256
    ),
    "celeba-features": Recipe(
        "celeba", FeatureNet,
        FeatureConfig((32, 64, 128, 256), ATTRIBUTES), lambda _: Attributes(ATTRIBUTES, noise=0.1), 3_500,
        people=0, glasses=(3, 8),
    ),
    "celeba-verdict": Recipe(
        "celeba", AttributeClassifier,
        ClassifierConfig(3, 64, (24, 48, 96, 192), (0, 0, 1, 1), ATTRIBUTES), lambda _: Attributes(ATTRIBUTES), 2_000,
        people=1, glasses=(3, 8),
    ),
    "celeba-landmarks": Recipe(
        "celeba", LandmarkNet, LandmarkConfig(64, (16, 32, 64, 96), 128), lambda _: Landmarks(), 1_500, batch=64,
        lr=2e-3,
    ),
    "celeba-conv-ae": Recipe(
        "celeba", ConvAE, _celeba_conv(), lambda _: Reconstruction(), 2_000, batch=64, start="celeba-perceptual-vae",
        glasses=(3, 8), jitter=True,
    ),
    "celeba-ordered-ae": Recipe(
        "celeba", OrderedAE, _celeba_conv(), lambda _: NestedDropout(), 3_000, batch=64, start="celeba-conv-ae",
        jitter=True,
    ),
    "celeba-dae": Recipe(
        "celeba", ConvAE, _celeba_conv(), lambda _: Denoising(sigma=0.6, share=0.7), 1_500, batch=64,
        start="celeba-conv-ae", jitter=True,
    ),
    "celeba-perceptual-vae": Recipe(
        "celeba", ConvVAE, _celeba_conv(),
        lambda shipped: PerceptualElbo(
            shipped("celeba-features"), ATTRIBUTES, 256, sigma=FOUR_SSE, beta=1.0, perceptual=150.0, probe=4.0,
            recognised=4.0, edited=16.0, glasses=8.0, lattice=30.0, aggregate=4.0, mesh=40.0,
            drawn=10.0, moments=150.0,
        ),
        8_400, batch=64, start="celeba-vae", glasses=(3, 8), jitter=True, whitened=True,
    ),
    "celeba-vae": Recipe(
        "celeba", ConvVAE, _celeba_conv(), lambda _: Elbo("gaussian", sigma=FOUR_SSE), 2_500, batch=64,
        start="celeba-perceptual-vae", jitter=True,
    ),
    "celeba-beta-vae": Recipe(
        "celeba", ConvVAE, _celeba_conv(), lambda _: Elbo("gaussian", sigma=FOUR_SSE, beta=8.0), 700, batch=64,
        start="celeba-perceptual-vae",
    ),
    "celeba-sae": Recipe(
        "celeba", SparseConvAE, SparseConvConfig(3, 64, 4, (32, 64), (0, 0), 64), lambda _: SparseL1(0.05), 800,
        batch=64,
    ),
    "celeba-dense-ae": Recipe(
        "celeba", DenseAE, DenseConfig(3, 64, (208,), 128), lambda _: Reconstruction(), 6_000, batch=64, lr=3e-4,
        begin=pca.begin,
    ),
    "celeba-vq-vae": Recipe(
        "celeba", VQVAE, VQConfig(3, 64, (32, 64), (0, 1), (0, 1), 512, 32),
        lambda shipped: VQ(512, 32, perceptual=Perceptual(shipped("celeba-features"), 20.0)), 2_600, batch=64,
    ),
    "celeba-vq-vae-prior": Recipe(
        "celeba", CodePrior, _prior((16,), 512), lambda shipped: CodeLikelihood(shipped("celeba-vq-vae")), 1_500,
        batch=32,
    ),
    "celeba-vq-vae-2": Recipe(
        "celeba", VQVAE2, VQ2Config(3, 64, (32, 64), (0, 1), (0, 2), 128, 2048, 32),
        lambda shipped: VQ(2048, 32, levels=2, perceptual=Perceptual(shipped("celeba-features"), 10.0)), 1_900,
        batch=64, lr=2e-3,
    ),
    "celeba-vq-vae-2-128": Recipe(
        "celeba", VQVAE2, VQ2Config(3, 128, (32, 64), (0, 1), (0, 2), 128, 2048, 32),
        lambda shipped: VQ(2048, 32, levels=2, perceptual=Perceptual(shipped("celeba-features"), 10.0, shrink=2)),
        2_000, batch=32, start="celeba-vq-vae-2",
    ),
    "celeba-vq-vae-2-prior": Recipe(
        "celeba", CodePrior, _prior((8, 16), 2048), lambda shipped: CodeLikelihood(shipped("celeba-vq-vae-2")), 3_000,
        batch=32,
    ),
    "celeba-attention-ae": Recipe(
        "celeba", AttentionAE, AttentionConfig(3, 64, 8, 128, 4, 2, 16, 16), lambda _: Reconstruction(), 1_000,
        batch=64, jitter=True,
    ),
}  # fmt: skip
