"""What the verdict says of a face model: glasses kept, added and taken away, a - b + c, and Fréchet distances.

The verdict (`checkpoints/celeba-verdict`) was trained on other people than the perceptual loss's feature network and
enters no loss. It is wrong at times on real photos too: `glasses_seen_in_photos` is the share of wearers in whose
real photos it sees glasses, the most that `glasses_kept` can be expected to reach.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from vae_demo.checkpoints import Checkpoint, verdict
from vae_demo.models.classifier import AttributeClassifier
from vae_demo.moves import ONLY_TO
from vae_demo.training import data, latents
from vae_demo.training.data import Split

TRIPLETS = 500
GROUP = 8  # faces whose mean code is a term of the equation, in the measure on groups
SEEDS = 4  # samples of DRAWN pictures each, whose scatter is the interval of a Fréchet distance
DRAWN = 1024
EDITED = 300  # people, at most, for either end of an attribute's slider
GROUPS = 20  # of pictures, each left out once
DRIFT = (
    "Male", "Young", "Smiling", "Mouth_Slightly_Open", "No_Beard", "Bangs", "Black_Hair", "Blond_Hair", "Wearing_Hat",
    "Pale_Skin",
)  # fmt: skip
Rates = dict[str, Tensor]  # name -> (n,) bool: one trial each


class Judge:
    """The verdict's answers for batches of any number; pictures larger than those that it knows are shrunk first."""

    def __init__(self, network: AttributeClassifier) -> None:
        self.network = network

    def seen(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> the same, in the size that the verdict was trained on or smaller."""
        return F.avg_pool2d(x, max(1, x.shape[-1] // data.SIZES["celeba"]))

    @torch.no_grad()
    def probabilities(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, A)."""
        return torch.cat([torch.sigmoid(self.network(self.seen(part))) for part in x.split(256)])

    def has(self, x: Tensor, name: str) -> Tensor:
        """(B, C, H, W) -> (B,) bool."""
        return self.probabilities(x)[:, self.network.attributes.index(name)] > 0.5

    @torch.no_grad()
    def features(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, W)."""
        return torch.cat([self.network.features(self.seen(part)) for part in x.split(256)])


def face_rates(ae: Checkpoint, split: Split, x: Tensor, x_hat: Tensor) -> Rates:
    """Every measure that is a share: of which trials it held.

    `glasses_add`, `glasses_remove`: people without, or with clear glasses, after one step (or 1.5) along the
    direction: whether the glasses are as asked and the sex is still the person's; `glasses_gone`: whether they are
    taken away, whatever the verdict says of the sex. `smile_add`, `smile_remove`: as with glasses.
    `equation_right`: man with glasses - man + woman gives glasses and a woman, for single faces and for the mean codes
    of groups as a and b. `plain` is c + a - b; `attributes`, the default of `Checkpoint.arithmetic`, moves what its
    probes name, without being told which attribute is meant.
    """
    judge = Judge(verdict("cpu"))
    labels = {name: column.bool() for name, column in split.labels.items()}
    male, smiling = labels["Male"], labels["Smiling"]
    clear, bare = labels["Eyeglasses"] & ~labels["sunglasses"], ~labels["Eyeglasses"]
    rates: Rates = {
        "glasses_kept": judge.has(x_hat[clear], "Eyeglasses"),
        "glasses_seen_in_photos": judge.has(x[clear], "Eyeglasses"),
        "sex_kept": judge.has(x_hat, "Male") == male,
    }
    if "Eyeglasses" not in ae.directions:
        return rates
    z = ae.encode(x)

    def stepped(rows: Tensor, direction: str, times: float, label: str) -> Tensor:
        """Whether the attribute is as the step wants it, and the sex as before, of the people in `rows`."""
        y = ae.decode(z[rows] + times * ae.directions[direction])
        return (judge.has(y, label) == (times > 0)) & (judge.has(y, "Male") == male[rows])

    for times in (1.0, 1.5):
        rates[f"glasses_add_x{times:g}_men"] = stepped(male & bare, "Eyeglasses", times, "Eyeglasses")
        rates[f"glasses_add_x{times:g}_women"] = stepped(~male & bare, "Eyeglasses", times, "Eyeglasses")
        rates[f"glasses_remove_x{times:g}"] = stepped(clear, "Eyeglasses", -times, "Eyeglasses")
        rates[f"glasses_gone_x{times:g}"] = ~judge.has(
            ae.decode(z[clear] - times * ae.directions["Eyeglasses"]), "Eyeglasses"
        )
        rates[f"smile_add_x{times:g}"] = stepped(~smiling, "Smiling", times, "Smiling")
        rates[f"smile_remove_x{times:g}"] = stepped(smiling, "Smiling", -times, "Smiling")
    rates |= slider_rates(ae, split, z, judge)
    generator = torch.Generator().manual_seed(0)

    def draw(rows: Tensor, faces: int) -> Tensor:
        """(TRIPLETS, D): mean codes of that many faces drawn from `rows`."""
        numbers = rows.nonzero()[:, 0]
        drawn = numbers[torch.randint(len(numbers), (TRIPLETS, faces), generator=generator)]
        return z[drawn].mean(1)  # (T, faces, D) -> (T, D)

    for what, faces in (("", 1), ("_groups", GROUP)):
        a, b, c = draw(male & clear, faces), draw(male & bare, faces), draw(~male & bare, 1)
        for mode, strength in (("plain", 1.0), ("attributes", 1.0), ("attributes", 1.5)):
            y = ae.decode(ae.arithmetic(a, b, c, strength, mode))
            right = judge.has(y, "Eyeglasses") & ~judge.has(y, "Male")
            rates[f"equation_right_{mode}_x{strength:g}{what}"] = right
    return rates


def slider_rates(ae: Checkpoint, split: Split, z: Tensor, judge: Judge) -> Rates:
    """`slider_add_X`, `slider_remove_X`: the first `EDITED` people without, or with, X after one step.

    It holds where the verdict reads X as asked and the sex as the person's (for `Male`, X alone). No_Beard is asked of
    men only.

    Args:
        z: (n, D), the codes of the split's pictures.
    """
    flags, male, rates = latents.face_flags(split.labels), split.labels["Male"].bool(), {}
    for name, direction in ae.directions.items():
        label = "sunglasses" if name == "Sunglasses" else name
        there, out = flags[name], flags.get(f"{name}.out", torch.zeros_like(male))
        asked = male if ONLY_TO.get(name) == "Male" else torch.ones_like(male)
        for what, rows, sign in (("add", ~there & ~out & asked, 1), ("remove", there & asked, -1)):
            numbers = rows.nonzero()[:EDITED, 0]
            if not len(numbers):
                continue
            p = judge.probabilities(ae.decode(z[numbers] + sign * direction)) > 0.5
            as_asked = p[:, judge.network.attributes.index(label)] == (sign > 0)
            same = p[:, judge.network.attributes.index("Male")] == male[numbers]
            rates[f"slider_{what}_{name}"] = as_asked if name == "Male" else as_asked & same
    return rates


def glasses_drift(ae: Checkpoint, split: Split, x: Tensor, x_hat: Tensor) -> Tensor:
    """How much the verdict's probabilities of the attributes in `DRIFT` move when glasses are added once.

    Returns:
        (n,) in [0, 1], the mean over these attributes of the absolute change, of each person without glasses.
    """
    judge, bare = Judge(verdict("cpu")), ~split.labels["Eyeglasses"].bool()
    columns = [judge.network.attributes.index(name) for name in DRIFT]
    after = judge.probabilities(ae.decode(ae.encode(x[bare]) + ae.directions["Eyeglasses"]))
    return (after - judge.probabilities(x_hat[bare]))[:, columns].abs().mean(1)


def face_distances(ae: Checkpoint, x: Tensor, x_hat: Tensor) -> dict[str, Tensor]:
    """Fréchet distances to the real pictures, each as (SEEDS,) or (GROUPS,) values with the distance as their mean.

    Of the reconstructions, of samples from every prior, and of one half of the real pictures to the other; fewer
    pictures make a distance larger, so that last one is an upper bound of what perfect pictures would get.
    """
    judge = Judge(verdict("cpu"))
    real = judge.features(x)
    found = {
        "frechet_reconstructions": jackknife(real, judge.features(x_hat)),
        "frechet_real_halves": jackknife(real[::2], real[1::2]),
    }
    for prior in ae.priors:
        if prior == "codes":  # drawn one by one, which takes its time: once
            found["frechet_codes_prior"] = jackknife(real, judge.features(ae.sample(DRAWN, prior=prior)))
            continue
        drawn = (ae.sample(DRAWN, seed, prior=prior) for seed in range(SEEDS))
        found[f"frechet_{prior}_prior"] = torch.tensor([frechet(real, judge.features(y)) for y in drawn])
    return found


def jackknife(a: Tensor, b: Tensor) -> Tensor:
    """(GROUPS,) values whose mean is `frechet(a, b)`, and whose scatter gives that distance's interval.

    Each comes of the distance with one group of the pictures left out (Tukey's pseudo-values, shifted to that mean).
    """

    def without(group: int) -> float:
        return frechet(*(f[torch.arange(len(f)) % GROUPS != group] for f in (a, b)))

    left = torch.tensor([without(group) for group in range(GROUPS)], dtype=torch.float64)
    return frechet(a, b) + (GROUPS - 1) * (left.mean() - left)


def frechet(a: Tensor, b: Tensor) -> float:
    """Fréchet distance of two Gaussians fitted to features (n, W): |mean difference|² + tr(A + B - 2 (A B)^½).

    The formula of FID (Heusel et al., arXiv 1706.08500) in the verdict's feature space, so not comparable with FID.
    """
    a, b = a.double(), b.double()
    cov_a, cov_b = torch.cov(a.T), torch.cov(b.T)
    values, vectors = torch.linalg.eigh(cov_a)
    root = vectors * values.clamp(min=0).sqrt() @ vectors.T
    cross = torch.linalg.eigvalsh(root @ cov_b @ root).clamp(min=0).sqrt().sum()
    return ((a.mean(0) - b.mean(0)).square().sum() + cov_a.trace() + cov_b.trace() - 2 * cross).item()
