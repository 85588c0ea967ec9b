"""Statistics of the codes of the training set: mean, covariance, a mixture, directions, probes, group means.

Keys of latents.safetensors: `mean`, `std`, `covariance`, `histogram`; `mixture.*`; `direction.X` (balanced,
orthogonalised, see `lengthened`), `naive.X` (difference of plain means), `probe.X` with `probe_bias.X` (log-odds of X),
`separation.X` (log-odds between the averages with and without X), `group.G`. A VAE
has `kl` and `variance` too (see `dimensions`), a VQ model `uses` of its entries. A model of two dimensions, which can
be drawn as a map, also keeps codes of single held-out digits, see `points`, and how odd its places are, see `oddness`.
"""

from typing import Literal

import numpy as np
import torch
from torch import Tensor

from vae_demo.consistency import BINS, REACH
from vae_demo.models import VAE, VQVAE, VQVAE2, Autoencoder
from vae_demo.training import mixture
from vae_demo.training.data import Split

FULL_COVARIANCE = 512  # largest D for which D x D numbers are kept
VQ_ROWS = 10_000  # pictures whose codes a VQ model's statistics are of: each is tens of thousands of numbers
LENGTHS = (1.0, 1.25, 1.5, 1.75, 2.0)  # times a direction that are tried
PLATEAU = 0.95  # of the most that any of them shows: glasses that are there do not become more so
STEPPED = 128  # pictures, at most, of either side of an attribute
FEWEST = 30  # pictures that a cell needs on both sides to count
FACE_DIRECTIONS = (
    "Eyeglasses", "Sunglasses", "Smiling", "Male", "Young", "No_Beard", "Bangs", "Blond_Hair", "Black_Hair",
    "Wearing_Hat", "Pale_Skin", "Mouth_Slightly_Open",
)  # fmt: skip
# Two kinds of one thing share what they add: each without the other would be next to nothing.
KINDS = ({"Eyeglasses", "Sunglasses"}, {"Blond_Hair", "Black_Hair"})
DIGIT_DIRECTIONS = ("Thick", "Slanted", "Wide")


@torch.no_grad()
def encode_all(network: Autoencoder, split: Split, most: int | None = None, chunk: int = 256) -> Tensor:
    """The code of every picture, or of the first `most`, never sampled: (N, D)."""
    rows = torch.arange(len(split))[:most]
    return torch.cat([network.encode(split.batch(part)) for part in rows.split(chunk)])


def statistics(network: Autoencoder, split: Split) -> tuple[dict[str, Tensor], dict[str, int]]:
    """All tensors of latents.safetensors, and how many pictures each group has."""
    z = encode_all(network, split, VQ_ROWS if isinstance(network, (VQVAE, VQVAE2)) else None)
    tensors = {"mean": z.mean(0), "std": z.std(0), "histogram": histogram(z)}
    if isinstance(network, (VQVAE, VQVAE2)):  # what comes before quantisation has no linear structure to keep
        return tensors | uses(network, split), {}
    if isinstance(network, VAE):
        tensors["kl"], tensors["variance"] = dimensions(network, split)
    if z.shape[1] <= FULL_COVARIANCE:
        tensors |= {"covariance": torch.cov(z.T), **mixture_prior(z, tensors.get("variance"))}
    if 2 < z.shape[1] <= 1024:  # in two dimensions three directions cannot leave each other alone
        flags = face_flags(split.labels) if "Male" in split.labels else digit_flags(split)
        names = FACE_DIRECTIONS if "Male" in split.labels else DIGIT_DIRECTIONS
        tensors |= directions(z, flags, names)
        tensors |= lengthened(network, z, tensors, flags, names)
        groups = face_groups(flags) if "Male" in split.labels else digit_groups(split, flags)
        sizes = {name: int(rows.sum()) for name, rows in groups.items()}
        groups = {name: rows for name, rows in groups.items() if sizes[name] >= FEWEST}
        tensors |= {f"group.{name}": z[rows].mean(0) for name, rows in groups.items()}
        return tensors, {name: sizes[name] for name in groups}
    return tensors, {}


def histogram(z: Tensor, rows: int = 10_000) -> Tensor:
    """How often a number of the first codes (N, D) lies in each bin, over all dimensions: (BINS,), shares of all.

    The bins divide -REACH to REACH; what lies beyond is in none of them.
    """
    z = z[:rows]
    counts = torch.zeros(BINS, dtype=torch.long)  # integers: float32 stops counting at 2**24
    for part in z.split(256):
        counts += torch.histc(part.float(), BINS, -REACH, REACH).long()
    return counts / z.numel()


@torch.no_grad()
def dimensions(network: VAE, split: Split, rows: int = 10_000, chunk: int = 256) -> tuple[Tensor, Tensor]:
    """KL(q(z_j | x) || N(0, 1)) in nats and the variance sigma_j² of each dimension j, both (D,).

    Means over the first `rows` pictures.
    """
    picked = torch.arange(min(rows, len(split)))
    posteriors = [network.posterior(split.batch(part)) for part in picked.split(chunk)]
    kl = torch.cat([q.kl() for q in posteriors]).mean(0)  # (N, D) -> (D,)
    return kl, torch.cat([q.logvar.exp() for q in posteriors]).mean(0)


@torch.no_grad()
def uses(network: VQVAE | VQVAE2, split: Split, rows: int = 10_000, chunk: int = 256) -> dict[str, Tensor]:
    """How often each entry of the codebook stands somewhere in the first `rows` pictures.

    Returns:
        `uses` (K,) int64; of two levels `uses_top` (K,) and `uses_bottom` (K,).
    """
    picked = torch.arange(min(rows, len(split)))
    if isinstance(network, VQVAE):
        books = {"uses": network.codebook}
    else:
        books = {"uses_top": network.codebook_top, "uses_bottom": network.codebook_bottom}
    totals = {name: torch.zeros(len(book.embedding), dtype=torch.int64) for name, book in books.items()}
    for part in picked.split(chunk):
        codes = network.codes(split.batch(part))
        for name, level in zip(books, (codes,) if isinstance(codes, Tensor) else codes, strict=True):
            totals[name] += torch.bincount(level.flatten(), minlength=len(totals[name]))
    return totals


@torch.no_grad()
def points(network: Autoencoder, held_out: Split, rows: int = 2000) -> dict[str, Tensor]:
    """The codes of the first held-out digits, for a map of two dimensions.

    Returns:
        `points` (N, 2), of a VAE mu, and then `points_logvar` (N, 2); `points_label` (N,) uint8, the digits.
    """
    x = held_out.batch(torch.arange(min(rows, len(held_out))))
    tensors = {"points_label": held_out.labels["digit"][: len(x)].to(torch.uint8)}
    if isinstance(network, VAE):
        q = network.posterior(x)
        return tensors | {"points": q.mu, "points_logvar": q.logvar}
    return tensors | {"points": network.encode(x)}


def mixture_prior(z: Tensor, variance: Tensor | None = None, rows: int = 60_000) -> dict[str, Tensor]:
    """The tensors of `Mixture`, fitted to codes (N, D).

    The decoder of a VAE learned from z = mu + sigma * eps, not from mu: with `variance` (D,), the mean of sigma², the
    mixture of mu becomes one of the aggregate posterior (arXiv 1705.07120).
    """
    weight, centre, covariance = mixture.fit(
        z[torch.randperm(len(z), generator=torch.Generator().manual_seed(0))[:rows]]
    )
    if variance is not None:
        covariance = covariance + variance.diag()
    root = torch.linalg.cholesky(covariance.double())
    row, column = torch.tril_indices(z.shape[1], z.shape[1])
    return {"mixture.weight": weight, "mixture.centre": centre, "mixture.root": root[:, row, column].half()}


def face_flags(labels: dict[str, Tensor]) -> dict[str, Tensor]:
    """Labels -> (N,) bool each. `Eyeglasses` are clear ones here, and neither kind is in the other's "without"."""
    flags = {name: column.bool() for name, column in labels.items() if name not in ("identity", "sunglasses")}
    any_glasses, dark = flags["Eyeglasses"], labels["sunglasses"].bool()
    return flags | {
        "Eyeglasses": any_glasses & ~dark,
        "Sunglasses": any_glasses & dark,
        "Eyeglasses.out": any_glasses & dark,
        "Sunglasses.out": any_glasses & ~dark,
    }


def digit_flags(split: Split) -> dict[str, Tensor]:
    """Thick, slanted and wide digits: the upper half in ink, slant and width among the digits of the same class.

    Slant and width are second moments of the ink, as in the deskewing of LeCun et al. 1998.
    """
    x = split.images[:, 0].float() / 255  # (N, 28, 28)
    mass = x.sum((1, 2)).clamp(min=1e-6)
    place = torch.arange(28.0)
    column, row = (x.sum(1) * place).sum(1) / mass, (x.sum(2) * place).sum(1) / mass  # (N,)
    dx, dy = place[None] - column[:, None], place[None] - row[:, None]  # (N, 28)
    xx = (x.sum(1) * dx.square()).sum(1) / mass
    yy = (x.sum(2) * dy.square()).sum(1) / mass
    xy = (x * dy[:, :, None] * dx[:, None, :]).sum((1, 2)) / mass
    measures = {"Thick": mass, "Slanted": -xy / yy, "Wide": xx.sqrt()}
    digit = split.labels["digit"]
    flags = {}
    for name, value in measures.items():
        middle = torch.stack([value[digit == d].median() for d in range(10)])
        flags[name] = value > middle[digit]
    return flags | {f"digit_{d}": digit == d for d in range(10)}


def cells_of(name: str, flags: dict[str, Tensor]) -> Tensor:
    """(N,) cell numbers: pictures in one cell agree in the attributes that go together with `name`."""
    if "Male" not in flags:
        beside = [f"digit_{d}" for d in range(1, 10)] + [n for n in DIGIT_DIRECTIONS if n != name]
    else:
        beside = [n for n in ("Male", "Young", "Smiling", "Eyeglasses") if n != name]
        if name == "Sunglasses":
            beside.remove("Eyeglasses")
        if name == "Mouth_Slightly_Open":
            beside.remove("Eyeglasses")
    powers = 2 ** torch.arange(len(beside))
    return (torch.stack([flags[n].long() for n in beside], 1) * powers).sum(1)


def cell_sides(name: str, flags: dict[str, Tensor]) -> list[tuple[Tensor, Tensor]]:
    """Row numbers of the pictures with and without the attribute, for each cell that has FEWEST of both.

    Raises:
        ValueError: no cell has.
    """
    cells, present = cells_of(name, flags), flags[name]
    counted = ~flags.get(f"{name}.out", torch.zeros_like(present))
    sides = []
    for cell in cells.unique():
        inside = (cells == cell) & counted
        with_, without = ((inside & side).nonzero()[:, 0] for side in (present, ~present))
        if min(len(with_), len(without)) >= FEWEST:
            sides.append((with_, without))
    if not sides:
        raise ValueError(f"{name}: no cell has {FEWEST} pictures with and without")
    return sides


def balanced_difference(z: Tensor, name: str, flags: dict[str, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """Mean with minus mean without within each cell, averaged over cells of enough pictures.

    Returns:
        the difference (D,), the midpoint of the two sides (D,), and the covariance within cells (D, D), to which
        every cell and side gives the same.
    """
    differences, middles, covariances = [], [], []
    for with_, without in cell_sides(name, flags):
        means = [z[rows].mean(0) for rows in (with_, without)]
        differences.append(means[0] - means[1])
        middles.append((means[0] + means[1]) / 2)
        covariances += [torch.cov(z[rows].T, correction=0) for rows in (with_, without)]
    return torch.stack(differences).mean(0), torch.stack(middles).mean(0), torch.stack(covariances).mean(0)


def fisher(differences: Tensor, middles: Tensor, covariance: Tensor) -> tuple[Tensor, Tensor]:
    """Fisher's discriminants (1936): w = Sigma⁻¹ d, log-odds of 0 half-way; the log-odds under equal covariances.

    Args:
        differences, middles: (A, D).
        covariance: (D, D), within cells.

    Returns:
        w (A, D) and bias (A,).
    """
    w = torch.linalg.solve(covariance, differences.T).T  # (A, D)
    return w, -(w * middles).sum(1)


def logistic(z: Tensor, flags: dict[str, Tensor], names: tuple[str, ...]) -> tuple[Tensor, Tensor]:
    """Logistic regressions (scikit-learn) to which every cell and side gives the same: w (A, D) and bias (A,).

    Better than Fisher's where the two sides differ in spread. Weights are held small (C = 0.03 on standardised codes).
    """
    from sklearn.linear_model import LogisticRegression

    mean, std = z.mean(0), z.std(0)
    std = torch.where(std > 1e-4 * std.max(), std, torch.inf)  # a dead unit tells nothing
    standard, w, bias = (z - mean) / std, [], []
    for name in names:
        sides = cell_sides(name, flags)
        rows = torch.cat([torch.cat(pair) for pair in sides])
        share = torch.cat([torch.full((len(side),), 1 / len(side)) for pair in sides for side in pair])
        fitted = LogisticRegression(C=0.03, max_iter=300).fit(
            standard[rows].numpy(), flags[name][rows].numpy(), sample_weight=(share * len(rows) / share.sum()).numpy()
        )
        w.append(torch.from_numpy(fitted.coef_[0]).double() / std)
        bias.append(float(fitted.intercept_[0]) - w[-1] @ mean.double())
    return torch.stack(w), torch.stack(bias)


def directions(
    z: Tensor, flags: dict[str, Tensor], names: tuple[str, ...], probes: Literal["logistic", "fisher"] = "logistic"
) -> dict[str, Tensor]:
    """Directions, naive directions and probes of the named attributes.

    A direction is the balanced difference d, moved as little as Sigma, the covariance within cells, measures
    (d -> d - Sigma W^T (W Sigma W^T)⁻¹ W d, W the other probes but those of another kind of the same thing) so that it
    leaves the other probes' log-odds alone, and scaled so that adding it once moves its own by what separates the two
    means, the `separation`. Of the two kinds of probes, Fisher's take a tenth of the time.
    """
    balanced = [balanced_difference(z, name, flags) for name in names]
    d, middle, covariance = (torch.stack(part).double() for part in zip(*balanced, strict=True))  # (A, D) (A, D, D)
    pooled = covariance.mean(0)
    pooled += 1e-3 * pooled.diagonal().mean() * torch.eye(len(pooled), dtype=pooled.dtype)  # dead units
    w, bias = fisher(d, middle, pooled) if probes == "fisher" else logistic(z, flags, names)
    out = {}
    for i, name in enumerate(names):
        others = [j for j, other in enumerate(names) if j != i and {name, other} not in KINDS]
        back = w[others] @ pooled  # Sigma W^T, transposed
        amounts = torch.linalg.lstsq(w[others] @ back.T, w[others] @ d[i], driver="gelsd").solution
        direction = d[i] - amounts @ back
        direction *= (w[i] @ d[i]) / (w[i] @ direction)
        counted = ~flags.get(f"{name}.out", torch.zeros_like(flags[name]))
        out[f"direction.{name}"] = direction.float()
        out[f"separation.{name}"] = (w[i] @ d[i]).float()
        out[f"naive.{name}"] = z[flags[name]].mean(0) - z[~flags[name] & counted].mean(0)
        out[f"probe.{name}"] = w[i].float()
        out[f"probe_bias.{name}"] = bias[i].float()
    return out


@torch.no_grad()
def lengthened(
    network: Autoencoder, z: Tensor, found: dict[str, Tensor], flags: dict[str, Tensor], names: tuple[str, ...]
) -> dict[str, Tensor]:
    """`direction.X` of the named attributes, each as long as it takes for the pictures to show it.

    A decoder shows less of a step than its code says. So the picture after a step is encoded again, and the direction
    is scaled so that what the probe reads there has moved by `separation.X`, or nearly by the most that it ever moves:
    a mean over steps from both sides, people of all cells. Never below 1 times, nor above the last of `LENGTHS`.

    Args:
        z: (N, D), codes.
        found: what `directions` gives.
    """
    out = {}
    for name in names:
        sides = cell_sides(name, flags)
        each = STEPPED // len(sides)  # of a cell's pictures with, and of those without
        with_, without = (z[torch.cat([pair[side][:each] for pair in sides])] for side in (0, 1))
        start = torch.cat([with_, without])
        sign = torch.tensor([-1.0] * len(with_) + [1.0] * len(without))  # (n,)
        step = sign[:, None] * found[f"direction.{name}"]  # (n, D)
        read = torch.stack([shown(network, start + times * step) @ found[f"probe.{name}"] for times in (0, *LENGTHS)])
        moved = (sign * (read[1:] - read[0])).mean(1) / found[f"separation.{name}"]  # (L + 1, n) -> (L,)
        times = np.interp(min(1.0, PLATEAU * moved.max().item()), moved.cummax(0).values, LENGTHS)
        out[f"direction.{name}"] = found[f"direction.{name}"] * float(times)
    return out


def shown(network: Autoencoder, z: Tensor, chunk: int = 256) -> Tensor:
    """Codes (n, D) -> the codes of their pictures."""
    return torch.cat([network.encode(network.decode(part)) for part in z.split(chunk)])


def face_groups(flags: dict[str, Tensor]) -> dict[str, Tensor]:
    """The groups of the equation, (N,) bool each."""
    male, clear, dark, smiling = (flags[n] for n in ("Male", "Eyeglasses", "Sunglasses", "Smiling"))
    bare = ~clear & ~dark
    return {
        "man": male & bare,
        "woman": ~male & bare,
        "man_glasses": male & clear,
        "woman_glasses": ~male & clear,
        "man_sunglasses": male & dark,
        "woman_sunglasses": ~male & dark,
        "man_smiling": male & bare & smiling,
        "woman_smiling": ~male & bare & smiling,
        "man_serious": male & bare & ~smiling,
        "woman_serious": ~male & bare & ~smiling,
    }


def digit_groups(split: Split, flags: dict[str, Tensor]) -> dict[str, Tensor]:
    """Each digit, and its thick and slanted halves, (N,) bool each."""
    digits = {f"digit_{d}": flags[f"digit_{d}"] for d in range(10)}
    thick = {f"thick_{d}": flags[f"digit_{d}"] & flags["Thick"] for d in range(10)}
    thin = {f"thin_{d}": flags[f"digit_{d}"] & ~flags["Thick"] for d in range(10)}
    slanted = {f"slanted_{d}": flags[f"digit_{d}"] & flags["Slanted"] for d in range(10)}
    upright = {f"upright_{d}": flags[f"digit_{d}"] & ~flags["Slanted"] for d in range(10)}
    return digits | thick | thin | slanted | upright
