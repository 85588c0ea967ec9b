"""Measures shipped checkpoints on held-out data: python -m vae_demo.training.evaluate --data DIR.

Rewrites the metrics of every card, every model card and the table of the README, and fails if a card had claimed
more than it measures.
"""

import argparse
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from vae_demo import novelty, ops
from vae_demo.checkpoints import ROOT, Checkpoint, names
from vae_demo.device import pick
from vae_demo.files import read_json, read_network, write_json
from vae_demo.models import VAE, VQVAE, VQVAE2, DenseVAE, OrderedAE, Sparse
from vae_demo.models.landmarks import LandmarkConfig, LandmarkNet
from vae_demo.training import data, face_measures, landmarks, pca
from vae_demo.training.card import model_card, readme_table
from vae_demo.training.newness import newness
from vae_demo.training.objectives import CodeLikelihood

HIGHER_IS_BETTER = (
    "psnr", "ssim", "active", "gain", "accuracy", "kept", "right", "add", "perplexity", "pictures", "found_share",
    "caught", "remove", "gone", "seen",
)  # fmt: skip
Metrics = dict[str, float]
Intervals = dict[str, tuple[float, float]]  # 95%, where the figure comes from many pictures, trials or draws


def pictures(split: data.Split, n: int | None = None) -> Tensor:
    """The first n pictures, or all: (n, C, H, W) in [0, 1]."""
    return split.batch(torch.arange(len(split) if n is None else min(n, len(split))))


def measure(ae: Checkpoint, split: data.Split, train: data.Split) -> tuple[Metrics, Intervals]:
    """Everything that the card says of a checkpoint, on a held-out split; `train` is for the PCA beside it."""
    x = pictures(split)
    x_hat = ae.reconstruct(x)
    some = range(0, len(x), max(1, len(x) // 500))
    scattered = {
        "mse": ops.mse(x_hat, x).double(),
        "ssim": torch.tensor([ops.ssim(x_hat[i], x[i]) for i in some], dtype=torch.float64),
    }
    metrics: Metrics = {}
    if ae.latent_dim <= pca.MOST:
        metrics["pca_mse"] = pca.pca_mse(train, x, ae.latent_dim)
        metrics["pca_psnr"] = ops.psnr(metrics["pca_mse"])
    if isinstance(ae.network, VAE):
        scattered["kl"] = torch.cat([ae.posterior(part).kl().sum(1) for part in x.split(256)])
        metrics |= variational(ae, x)
    if isinstance(ae.network, (VQVAE, VQVAE2)):
        metrics |= discrete(ae, x)
        if "codes" in ae.priors:
            scattered["bits_under_prior"] = prior_bits(ae, x[:500])
    if isinstance(ae.network, Sparse):
        z = ae.encode(x[:1000])
        metrics |= {"on_share": (z > 0.01).float().mean().item(), "mean_activation": z.mean().item()}
    if not isinstance(ae.network, (VQVAE, VQVAE2)):
        noisy = ops.corrupt(x[:500], "gaussian", 0.5, seed=1)
        scattered["strayed_in_noise"] = ops.strayed(ae.encode(noisy), ae.encode(x[:500]), ae.latents["std"])
    if "codes" in ae.priors or (isinstance(ae.network, VAE) and ae.latent_dim > 2):
        scattered |= newness(ae, train, split)
    errors = {"psnr": scattered["mse"]}  # whose mean is told in decibels
    if ae.name.endswith("-dae"):
        errors |= denoising(ae, x[:500])
    if isinstance(ae.network, OrderedAE):
        errors |= cut_short(ae, x)
        metrics |= {f"pca_{k}_psnr": ops.psnr(pca.pca_mse(train, x, k)) for k in ops.doublings(ae.latent_dim)}
    limits, rates = far(ae, x)
    metrics |= limits
    if ae.dataset == "celeba":
        rates |= face_measures.face_rates(ae, split, x, x_hat)
        scattered |= face_measures.face_distances(ae, x, x_hat)
        if "Eyeglasses" in ae.directions:
            scattered["glasses_drift"] = face_measures.glasses_drift(ae, split, x, x_hat)
    metrics |= {key: value.double().mean().item() for key, value in (scattered | rates).items()}
    intervals = {key: mean_interval(value) for key, value in scattered.items() if len(value) > 1}
    intervals |= {key: rate_interval(value) for key, value in rates.items()}
    for key, mse in errors.items():
        low, high = mean_interval(mse)
        metrics[key], intervals[key] = ops.psnr(mse.double().mean().item()), (ops.psnr(high), ops.psnr(low))
    return (
        {key: float(f"{value:.5g}") for key, value in metrics.items()},
        {key: (float(f"{low:.4g}"), float(f"{high:.4g}")) for key, (low, high) in intervals.items()},
    )


def mean_interval(values: Tensor) -> tuple[float, float]:
    """The 95% interval of a mean, of (n,) values, by Student's t."""
    from scipy.stats import t

    half = t.ppf(0.975, len(values) - 1) * values.double().std().item() / math.sqrt(len(values))
    middle = values.double().mean().item()
    return middle - half, middle + half


def rate_interval(trials: Tensor) -> tuple[float, float]:
    """The 95% interval of a share, of (n,) trials that held or not (Wilson 1927)."""
    from scipy.stats import binomtest

    low, high = binomtest(int(trials.sum()), len(trials)).proportion_ci(0.95, method="wilson")
    return float(low), float(high)


def variational(ae: Checkpoint, x: Tensor) -> Metrics:
    """The number of active units (arXiv 1509.00519: Var(mu) > 0.01), and the NLL of digits."""
    metrics = {"active_units": float((ae.encode(x).var(0) > 0.01).sum())}
    if ae.dataset == "mnist" and ae.latent_dim > 2:
        count = len(x) if isinstance(ae.network, DenseVAE) else 500
        metrics["nll_importance_200"] = negative_log_likelihood(ae, x[:count])
        metrics["nll_pictures"] = float(count)
    return metrics


@torch.no_grad()
def negative_log_likelihood(ae: Checkpoint, x: Tensor, samples: int = 200) -> float:
    """-log p(x) of binarised digits in nats, by importance sampling from q(z | x) (arXiv 1509.00519, eq. 8).

    The digits are binarised once, each pixel a draw from Bernoulli(x).
    """
    generator = torch.Generator().manual_seed(0)
    x = (torch.rand(x.shape, generator=generator) < x).float()
    assert isinstance(ae.network, VAE)
    total = 0.0
    for part in x.split(25):
        q = ae.posterior(part)
        eps = torch.randn(samples, *q.mu.shape, generator=generator)  # (S, B, D)
        z = q.sample(eps)
        logits = ae.network.logits(z.flatten(0, 1)).unflatten(0, (samples, len(part)))  # (S, B, 1, 28, 28)
        target = part.expand_as(logits)
        log_likelihood = -F.binary_cross_entropy_with_logits(logits, target, reduction="none").flatten(2).sum(2)
        log_prior, log_q = -0.5 * z.square().sum(2), -0.5 * eps.square().sum(2) - 0.5 * q.logvar.sum(1)
        weights = log_likelihood + log_prior - log_q  # (S, B); the 2 pi cancel
        total -= (torch.logsumexp(weights, 0) - math.log(samples)).double().sum().item()
    return total / len(x)


@torch.no_grad()
def discrete(ae: Checkpoint, x: Tensor) -> Metrics:
    """Bits a picture, and of each codebook the perplexity exp(H) of its use and its dead entries."""
    network, metrics = ae.network, {}
    assert isinstance(network, (VQVAE, VQVAE2))
    if isinstance(network, VQVAE):
        levels = {"": (torch.cat([network.codes(part) for part in x.split(256)]), network.codebook)}
    else:
        parts = [network.codes(part) for part in x.split(256)]
        top, bottom = (torch.cat(level) for level in zip(*parts, strict=True))
        levels = {"_top": (top, network.codebook_top), "_bottom": (bottom, network.codebook_bottom)}
    bits = 0.0
    for level, (codes, codebook) in levels.items():
        entries = len(codebook.embedding)
        used = torch.bincount(codes.flatten(), minlength=entries).double()
        p = used / used.sum()
        metrics[f"perplexity{level}"] = torch.exp(torch.special.entr(p).sum()).item()
        metrics[f"dead_codes{level}"] = float((used == 0).sum())
        bits += codes[0].numel() * math.log2(entries)
    return metrics | {"bits": bits}


@torch.no_grad()
def prior_bits(ae: Checkpoint, x: Tensor, batch: int = 20) -> Tensor:
    """-log2 p(codes) of a picture under the code prior, to be held against `bits`, the uniform prior's.

    Returns:
        (n,): the mean of each batch; what is left over is not counted.
    """
    assert isinstance(ae.network, (VQVAE, VQVAE2))
    assert ae.code_prior is not None
    objective, generator = CodeLikelihood(ae.network), torch.Generator()
    parts = x[: len(x) // batch * batch].split(batch)
    return torch.tensor([objective(ae.code_prior, part, {}, generator)["nll"] for part in parts]) / math.log(2)


def far(ae: Checkpoint, x: Tensor, each: float = 0.005) -> tuple[Metrics, dict[str, Tensor]]:
    """Limits beyond which a picture is called far from what the model knows, see `vae_demo.novelty`, and how they do.

    Of every other picture the share `each` lies beyond either limit; `far_false_alarms` is what the other half says of
    both together, `far_caught_turned` what it says after a quarter turn, which no training picture had: (n,) bool.
    """
    known, asked = novelty.scores(ae, x[::2]), x[1::2]
    error, distance = (torch.quantile(s, 1 - each).item() for s in (known.error, known.distance))
    beyond = {
        "far_false_alarms": novelty.scores(ae, asked).beyond(error, distance),
        "far_caught_turned": novelty.scores(ae, asked.rot90(1, (2, 3))).beyond(error, distance),
    }
    return {"far_error": error, "far_distance": distance}, beyond


def denoising(ae: Checkpoint, x: Tensor, sigma: float = 0.5) -> dict[str, Tensor]:
    """Under Gaussian noise, the MSE of the input, this network, a 3x3 median, and total variation at its best weight.

    Returns:
        (n,) each, under the name of the PSNR that comes of its mean.
    """
    noisy = ops.corrupt(x, "gaussian", sigma, seed=1)
    smoothed = [ops.mse(ops.total_variation(noisy, w), x) for w in (0.1, 0.2, 0.3, 0.5, 0.8)]
    return {
        "noisy_input_psnr": ops.mse(noisy, x),
        "denoised_psnr": ops.mse(ae.reconstruct(noisy), x),
        "median_filter_psnr": ops.mse(ops.median_filter(noisy), x),
        "total_variation_psnr": min(smoothed, key=lambda mse: mse.mean().item()),
    }


def cut_short(ae: Checkpoint, x: Tensor) -> dict[str, Tensor]:
    """The MSE of the first 1, 2, 4, … numbers of an ordered code: (n,) each, under the name of its mean's PSNR."""
    assert isinstance(ae.network, OrderedAE)
    z, keep = ae.encode(x), ae.network.first
    return {f"first_{k}_psnr": ops.mse(ae.decode(keep(z, k)), x) for k in ops.doublings(ae.latent_dim)}


def classifier(folder: Path, split: data.Split) -> Metrics:
    """Accuracy of each attribute, and balanced accuracy of glasses, of a classifier."""
    from vae_demo.training.train import CLASSIFIERS

    network = read_network(folder, CLASSIFIERS)
    with torch.no_grad():
        logits = torch.cat([network(part) for part in pictures(split).split(256)])
    names = read_json(folder / "config.json")["config"]["attributes"]
    metrics = {}
    for i, name in enumerate(names):
        metrics[f"accuracy_{name}"] = ((logits[:, i] > 0) == split.labels[name].bool()).float().mean().item()
    found, there = logits[:, names.index("Eyeglasses")] > 0, split.labels["Eyeglasses"].bool()
    metrics["accuracy_balanced_Eyeglasses"] = (found[there].float().mean() + (~found[~there]).float().mean()).item() / 2
    return {key: float(f"{value:.5g}") for key, value in metrics.items()}


def overclaims(claimed: Metrics, measured: Metrics, tolerance: float = 0.01) -> list[str]:
    """The metrics that a card claims to be better than measured, by more than the tolerance."""
    worse = []
    for key, claim in claimed.items():
        if key not in measured:
            worse.append(f"{key}: claimed {claim:g}, not measured")
        elif any(word in key for word in HIGHER_IS_BETTER):
            if claim > measured[key] + tolerance * abs(measured[key]):
                worse.append(f"{key}: claimed {claim:g}, measured {measured[key]:g}")
        elif claim < measured[key] - tolerance * abs(measured[key]):
            worse.append(f"{key}: claimed {claim:g}, measured {measured[key]:g}")
    return worse


Splits = dict[tuple[str, str, int | None], data.Split]  # (data set, split, size) -> what was read of it so far


def read(splits: Splits, folder: Path, split: str, root: Path) -> data.Split:
    """The split of a checkpoint's data set, in its size, read once."""
    key = (read_json(folder / "card.json")["dataset"], split, read_json(folder / "config.json")["config"].get("size"))
    if key not in splits:
        splits[key] = data.load(key[0], root, *key[1:])
    return splits[key]


def complete(folder: Path, root: Path, splits: Splits | None = None) -> list[str]:
    """Measures one folder, rewrites its card and model card; gives what its card had claimed too much."""
    card = read_json(folder / "card.json")
    splits = {} if splits is None else splits
    held_out = read(splits, folder, "val", root)
    intervals: Intervals = {}
    if (folder / "latents.safetensors").exists():
        train = read(splits, folder, "train", root)
        metrics, intervals = measure(Checkpoint(folder, pick("cpu")), held_out, train)
    elif card["class"] == LandmarkNet.__name__:
        metrics = landmarks.measure(read_network(folder, ((LandmarkNet, LandmarkConfig),)), held_out)
    else:
        metrics = classifier(folder, held_out)
    worse = overclaims(card.get("metrics", {}), metrics)
    card |= {
        "metrics": metrics,
        "intervals": intervals,
        "measured_on": held_out.source | {"pictures": len(held_out)},
    }
    write_json(folder / "card.json", card)
    (folder / "README.md").write_text(model_card(card), encoding="utf-8")
    print(folder.name, {k: v for k, v in metrics.items() if not k.startswith("accuracy_") or "Eye" in k}, flush=True)
    return worse


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="checkpoints; all when none is named")
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--checkpoints", type=Path, default=ROOT)
    parser.add_argument("--readme", type=Path, default=ROOT.parent / "README.md")
    args = parser.parse_args()
    classifiers = ["celeba-features", "celeba-landmarks", "celeba-verdict"]
    chosen = args.names or [*classifiers, *names(args.checkpoints)]
    splits: Splits = {}
    worse = {name: complete(args.checkpoints / name, args.data, splits) for name in chosen}
    readme_table(args.checkpoints, args.readme)
    lines = [f"{name}: {line}" for name, found in worse.items() for line in found]
    if lines:
        raise SystemExit("A card claims more than it measures:\n" + "\n".join(lines))


if __name__ == "__main__":
    main()
