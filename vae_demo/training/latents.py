"""Statistics of the codes of the training set: mean, covariance, a mixture, directions, probes, group means.

Keys of latents.safetensors: `mean`, `std`, `covariance`; `mixture.*`; `direction.X` (balanced, orthogonalised),
`naive.X` (difference of plain means), `probe.X` with `probe_bias.X` (log-odds of X), `group.G`. A model of two
dimensions, which can be drawn as a map, also keeps codes of single held-out digits: see `points`.
"""

import torch
from torch import Tensor

from vae_demo.models import VAE, VQVAE, VQVAE2, Autoencoder
from vae_demo.training.data import Split

FULL_COVARIANCE = 512  # largest D for which D x D numbers are kept
FEWEST = 30  # pictures that a cell needs on both sides to count
FACE_DIRECTIONS = (
    "Eyeglasses", "Sunglasses", "Smiling", "Male", "Young", "No_Beard", "Bangs", "Blond_Hair", "Black_Hair",
    "Wearing_Hat", "Pale_Skin", "Mouth_Slightly_Open",
)  # fmt: skip
# Two kinds of one thing share what they add: each without the other would be next to nothing.
KINDS = ({"Eyeglasses", "Sunglasses"}, {"Blond_Hair", "Black_Hair"})
DIGIT_DIRECTIONS = ("Thick", "Slanted", "Wide")


@torch.no_grad()
def encode_all(network: Autoencoder, split: Split, chunk: int = 256) -> Tensor:
    """The code of every picture, never sampled: (N, D)."""
    rows = torch.arange(len(split))
    return torch.cat([network.encode(split.batch(part)) for part in rows.split(chunk)])


def statistics(network: Autoencoder, split: Split) -> tuple[dict[str, Tensor], dict[str, int]]:
    """All tensors of latents.safetensors, and how many pictures each group has."""
    z = encode_all(network, split)
    tensors = {"mean": z.mean(0), "std": z.std(0)}
    if isinstance(network, (VQVAE, VQVAE2)):  # what comes before quantisation has no linear structure to keep
        return tensors, {}
    if z.shape[1] <= FULL_COVARIANCE:
        tensors |= {"covariance": torch.cov(z.T), **mixture(z)}
    if 2 < z.shape[1] <= 1024:  # in two dimensions three directions cannot leave each other alone
        flags = face_flags(split) if "Male" in split.labels else digit_flags(split)
        names = FACE_DIRECTIONS if "Male" in split.labels else DIGIT_DIRECTIONS
        tensors |= directions(z, flags, names)
        groups = face_groups(flags) if "Male" in split.labels else digit_groups(split, flags)
        sizes = {name: int(rows.sum()) for name, rows in groups.items()}
        groups = {name: rows for name, rows in groups.items() if sizes[name] >= FEWEST}
        tensors |= {f"group.{name}": z[rows].mean(0) for name, rows in groups.items()}
        return tensors, {name: sizes[name] for name in groups}
    return tensors, {}


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


def mixture(z: Tensor, components: int = 32, rows: int = 20_000) -> dict[str, Tensor]:
    """A mixture of diagonal Gaussians in the whitened codes, by EM (scikit-learn)."""
    from sklearn.mixture import GaussianMixture

    z = z[torch.randperm(len(z), generator=torch.Generator().manual_seed(0))[:rows]].double()
    mean = z.mean(0)
    values, vectors = torch.linalg.eigh(torch.cov(z.T))
    deviations = values.clamp(min=1e-12).sqrt()
    alive = deviations > 1e-4 * deviations.max()  # a dead unit has no spread to divide by
    scale = torch.where(alive, deviations, torch.ones_like(deviations))
    u = (z - mean) @ vectors / scale
    fitted = GaussianMixture(components, covariance_type="diag", reg_covar=1e-3, random_state=0).fit(u.numpy())
    basis = (vectors * torch.where(alive, scale, torch.zeros_like(scale))).T
    return {
        "mixture.weight": torch.tensor(fitted.weights_).float(),
        "mixture.centre": torch.tensor(fitted.means_).float(),
        "mixture.std": torch.tensor(fitted.covariances_).sqrt().float(),
        "mixture.mean": mean.float(),
        "mixture.basis": basis.float(),
    }


def face_flags(split: Split) -> dict[str, Tensor]:
    """name -> (N,) bool. `Eyeglasses` are clear ones here, and neither kind is in the other's "without"."""
    flags = {name: column.bool() for name, column in split.labels.items() if name not in ("identity", "sunglasses")}
    any_glasses, dark = flags["Eyeglasses"], split.labels["sunglasses"].bool()
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


def balanced_difference(z: Tensor, name: str, flags: dict[str, Tensor]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Mean with minus mean without within each cell, averaged over cells of enough pictures.

    Returns:
        the difference (D,), the midpoint of the two sides (D,), and the centred codes of both sides (n, D) with the
        weight (n,) that gives every cell and side the same say.
    """
    cells, present = cells_of(name, flags), flags[name]
    counted = ~flags.get(f"{name}.out", torch.zeros_like(present))
    differences, middles, residuals, weights = [], [], [], []
    for cell in cells.unique():
        inside = (cells == cell) & counted
        with_, without = z[inside & present], z[inside & ~present]
        if min(len(with_), len(without)) < FEWEST:
            continue
        differences.append(with_.mean(0) - without.mean(0))
        middles.append((with_.mean(0) + without.mean(0)) / 2)
        for side in (with_, without):
            residuals.append(side - side.mean(0))
            weights.append(torch.full((len(side),), 1 / len(side)))
    if not differences:
        raise ValueError(f"{name}: no cell has {FEWEST} pictures with and without")
    return torch.stack(differences).mean(0), torch.stack(middles).mean(0), torch.cat(residuals), torch.cat(weights)


def directions(z: Tensor, flags: dict[str, Tensor], names: tuple[str, ...]) -> dict[str, Tensor]:
    """Directions, naive directions and probes of the named attributes.

    The probe of an attribute is Fisher's discriminant (1936): w = Sigma⁻¹ d with Sigma the covariance within cells,
    so that w z + bias are log-odds under equal covariances. A direction is then moved as little as Sigma measures
    (d -> d - Sigma W^T (W Sigma W^T)⁻¹ W d, W the other probes but those of another kind of the same thing) so that it
    leaves the other probes' scores alone, and scaled so that adding it once moves its own score by what separates the
    two means.
    """
    difference, middle, covariance, out = {}, {}, {}, {}
    for name in names:
        d, m, residual, weight = balanced_difference(z, name, flags)
        difference[name], middle[name] = d.double(), m.double()
        weight = weight / weight.sum()
        covariance[name] = (residual.T @ (residual * weight[:, None])).double()
        counted = ~flags.get(f"{name}.out", torch.zeros_like(flags[name]))
        out[f"naive.{name}"] = z[flags[name]].mean(0) - z[~flags[name] & counted].mean(0)
    pooled = torch.stack(list(covariance.values())).mean(0)
    pooled += 1e-3 * pooled.diagonal().mean() * torch.eye(len(pooled), dtype=pooled.dtype)  # dead units
    d = torch.stack([difference[name] for name in names])  # (A, D)
    w = torch.linalg.solve(pooled, d.T).T  # (A, D)
    for i, name in enumerate(names):
        others = [j for j, other in enumerate(names) if j != i and {name, other} not in KINDS]
        back = d[others]  # Sigma W^T, transposed: w = Sigma⁻¹ d
        amounts = torch.linalg.lstsq(w[others] @ back.T, w[others] @ d[i], driver="gelsd").solution
        direction = d[i] - amounts @ back
        direction *= (w[i] @ d[i]) / (w[i] @ direction)
        out[f"direction.{name}"] = direction.float()
        out[f"probe.{name}"] = w[i].float()
        out[f"probe_bias.{name}"] = -(w[i] @ middle[name]).float()
    return out


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
