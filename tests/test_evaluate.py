"""The figures of a card, of a network that halves its pictures and of a classifier made by hand: each worked out."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from scipy.ndimage import median_filter
from skimage.restoration import denoise_tv_chambolle
from tiny import write_checkpoint
from torch import Tensor, distributions

from vae_demo import ops
from vae_demo.checkpoints import Checkpoint
from vae_demo.models import SparseAE, SparseConfig
from vae_demo.training import data, evaluate, newness, pca
from vae_demo.training.features import FeatureConfig, FeatureNet

STD = torch.full((64,), 0.25)  # of the codes, as the checkpoint says


@pytest.fixture
def halving(monkeypatch, tmp_path):
    """A unit a pixel: z = x and x_hat = x / 2, under the name of a denoising autoencoder; no PCA beside it."""
    monkeypatch.setattr(pca, "MOST", 0)
    config = SparseConfig(1, 8, 64)
    network = SparseAE(config)
    with torch.no_grad():
        for p in network.parameters():
            p.zero_()
        network.encoder.weight.copy_(torch.eye(64))
        network.decoder.weight.copy_(torch.eye(64) / 2)
    latents = {"mean": torch.full((64,), 0.5), "std": STD}
    return Checkpoint(write_checkpoint(tmp_path / "tiny-dae", network, config, latents), torch.device("cpu"))


def measured(ae: Checkpoint, images: Tensor) -> evaluate.Metrics:
    split = data.Split(images, {}, None, {})
    return evaluate.measure(ae, split, split)[0]


def blocks(n: int) -> Tensor:
    """(n, 1, 8, 8) uint8 of four blocks of 4x4, each 0 (nothing), 2 (all but), 90 (weakly on) or 230."""
    values = torch.tensor([0, 2, 90, 230], dtype=torch.uint8)
    grid = values[torch.randint(4, (n, 1, 2, 2), generator=torch.Generator().manual_seed(0))]
    return grid.repeat_interleave(4, 2).repeat_interleave(4, 3)


def wang(a: Tensor, b: Tensor) -> Tensor:
    """The SSIM of Wang et al. 2004, eq. 13, mean over all windows of 7x7 that fit: (n, 1, 8, 8) twice -> (n,)."""
    a, b = (x.double().unfold(2, 7, 1).unfold(3, 7, 1).flatten(4) for x in (a, b))  # (n, 1, 2, 2, 49)
    together = ((a - a.mean(4, keepdim=True)) * (b - b.mean(4, keepdim=True))).sum(4) / 48
    means = (2 * a.mean(4) * b.mean(4) + 0.01**2) / (a.mean(4) ** 2 + b.mean(4) ** 2 + 0.01**2)
    return (means * (2 * together + 0.03**2) / (a.var(4) + b.var(4) + 0.03**2)).mean((1, 2, 3))


def test_the_figures_of_a_network_that_halves(halving):
    images = blocks(40)
    x, found = images / 255, measured(halving, images)
    assert found["mse"] == pytest.approx((x / 2).square().mean().item(), rel=1e-4)
    assert found["psnr"] == pytest.approx(-10 * math.log10((x / 2).square().mean()), rel=1e-4)
    assert found["ssim"] == pytest.approx(wang(x / 2, x).mean().item(), abs=1e-4)
    assert found["ssim"] < 0.9
    assert found["mean_activation"] == pytest.approx(x.mean().item(), rel=1e-4)
    share = np.isin(images.numpy(), [90, 230]).mean()  # a unit at 2 / 255 is hardly on, one at 90 / 255 is
    assert found["on_share"] == pytest.approx(share, abs=1e-4)


# Of noise 0.5 u, u ~ N(0, 1), on a pixel of 1/2, cut off at 0 and 1, the mean square: (1 - 2 phi(1)) / 4.
CUT = (1 - 2 * distributions.Normal(0.0, 1.0).log_prob(torch.tensor(1.0)).exp().item()) / 4


def test_on_grey_pictures_noise_costs_what_a_gaussian_cut_off_costs(halving):
    found = measured(halving, torch.full((50, 1, 8, 8), 128, dtype=torch.uint8))
    length = math.sqrt(64 * CUT)  # of a code's way: the codes are the pixels
    assert found["strayed_in_noise"] == pytest.approx(length / (math.sqrt(2) * STD.norm().item()), rel=0.02)
    assert found["noisy_input_psnr"] == pytest.approx(-10 * math.log10(CUT), abs=0.1)
    # (1/2 + noise) / 2 is off by -1/4 + noise / 2
    assert found["denoised_psnr"] == pytest.approx(-10 * math.log10(1 / 16 + CUT / 4), abs=0.1)


def test_the_nearest_is_that_of_a_search_one_by_one():
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (50, 1, 4, 4), generator=generator, dtype=torch.uint8)
    x = torch.rand(7, 1, 4, 4, generator=generator)
    x[0] = images[31].float() / 255
    found = newness.nearest(x, data.Split(images, {}, None, {}), chunk=16)
    by_hand = [min(float(((a - b.float() / 255) ** 2).mean()) for b in images) for a in x]
    assert found.tolist() == pytest.approx(by_hand, abs=1e-6)
    assert found[0] < 1e-6


def test_beside_a_denoiser_stand_a_median_and_total_variation_at_its_best(halving):
    images = blocks(20)
    x, found = images / 255, measured(halving, images)
    noisy = ops.corrupt(x, "gaussian", 0.5, seed=1)

    def psnr(pictures: np.ndarray) -> float:
        return -10 * math.log10(((pictures - x.numpy()) ** 2).mean())

    assert found["denoised_psnr"] == pytest.approx(psnr(noisy.numpy() / 2), abs=1e-3)
    medians = median_filter(noisy.numpy(), (1, 1, 3, 3), mode="nearest")
    assert found["median_filter_psnr"] == pytest.approx(psnr(medians), abs=1e-3)
    weights = (0.1, 0.2, 0.3, 0.5, 0.8)
    smooth = [[denoise_tv_chambolle(one, w, channel_axis=0).clip(0, 1) for one in noisy.numpy()] for w in weights]
    reached = [psnr(np.stack(pictures)) for pictures in smooth]
    assert found["total_variation_psnr"] == pytest.approx(max(reached), abs=1e-3)
    assert min(abs(a - b) for a, b in pairwise(sorted(reached))) > 0.01  # no two weights could be taken for each other


def test_the_accuracy_of_a_classifier_is_counted_and_that_of_glasses_balanced(tmp_path):
    """It says Male of a bright red and Eyeglasses of a bright green, of pictures of 2x2 pixels."""
    config = FeatureConfig((2,), ("Male", "Eyeglasses"))
    network = FeatureNet(config).eval()
    with torch.no_grad():
        network.stages[0][0].weight.zero_()
        for i in range(2):
            network.stages[0][0].weight[i, i, 1:3, 1:3] = 1 / 4  # the mean of a channel, less 1/2
        network.head.weight.copy_(torch.eye(2))
        network.head.bias.fill_(-0.1)
    folder = write_checkpoint(tmp_path / "judge", network, config, {})
    said = {"Male": [1, 1, 1, 1, 0, 0, 0, 0], "Eyeglasses": [1, 0, 1, 0, 0, 0, 0, 0]}
    true = {"Male": [1, 1, 1, 1, 0, 0, 0, 1], "Eyeglasses": [1, 1, 0, 0, 0, 0, 0, 0]}
    images = torch.zeros(8, 3, 2, 2, dtype=torch.uint8)
    for channel, column in enumerate(said.values()):
        images[:, channel] = 255 * torch.tensor(column, dtype=torch.uint8)[:, None, None]
    labels = {name: torch.tensor(column) for name, column in true.items()}
    found = evaluate.classifier(folder, data.Split(images, labels, None, {}))
    assert found["accuracy_Male"] == pytest.approx(7 / 8)
    assert found["accuracy_Eyeglasses"] == pytest.approx(6 / 8)
    # one of two wearers, and five of six who wear none
    assert found["accuracy_balanced_Eyeglasses"] == pytest.approx((1 / 2 + 5 / 6) / 2, abs=1e-4)
