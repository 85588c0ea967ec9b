"""What every tab is handed: the checkpoints that loaded, in the order in which they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import torch

from vae_demo import novelty
from vae_demo.checkpoints import ROOT, Checkpoint, load, names, verdict
from vae_demo.files import CheckpointError, read_json, read_network
from vae_demo.models import VAE, OrderedAE
from vae_demo.models.classifier import AttributeClassifier
from vae_demo.models.landmarks import LandmarkConfig, LandmarkNet
from vae_demo.ui.leftovers import Uploads

DATASETS = ("mnist", "celeba")
SIDES = {"mnist": 28, "celeba": 64}  # of the pictures that the tabs share

# What comes after the data set in a checkpoint's name, in the order of the page, and what it is called there.
VARIANTS = {
    "dense-ae": "dense AE",
    "conv-ae": "conv AE",
    "conv-ae-64": "conv AE, D = 64",
    "ordered-ae": "ordered AE",
    "dae": "DAE",
    "overcomplete-ae": "overcomplete AE",
    "sae": "SAE",
    "sae-kl": "SAE with KL",
    "vae": "VAE",
    "conv-vae": "conv VAE",
    "beta-vae": "beta-VAE",
    "perceptual-vae": "perceptual VAE",
    "vq-vae": "VQ-VAE",
    "vq-vae-2": "VQ-VAE-2",
    "vq-vae-2-128": "VQ-VAE-2, 128 × 128",
    "attention-ae": "attention AE",
    "ae-2d": "AE, 2-D",
    "kl-2d": "KL only, 2-D",
    "vae-2d": "VAE, 2-D",
    "beta-vae-2d": "beta-VAE, 2-D",
}


def variant(name: str) -> str:
    """ "mnist-vq-vae" -> "vq-vae"."""
    return name.partition("-")[2]


def display(name: str) -> str:
    """ "mnist-vq-vae" -> "VQ-VAE"; a name of no known variant is shown as it is."""
    return VARIANTS.get(variant(name), name)


def vaes(checkpoints: Mapping[str, Checkpoint]) -> dict[str, Checkpoint]:
    """Those whose code is a distribution."""
    return {name: ae for name, ae in checkpoints.items() if isinstance(ae.network, VAE)}


def is_ordered(ae: Checkpoint) -> bool:
    """Whether the first k numbers of its code are a code too."""
    return isinstance(ae.network, OrderedAE)


@dataclass(frozen=True, eq=False)
class Room:
    """The loaded checkpoints.

    Attributes:
        checkpoints: name -> checkpoint, in display order.
        verdict: the classifier of face attributes that judges results, where it is there.
        skipped: one line for each folder that could not be loaded.
        uploads: the photos that are shown in open pages.
        digits: whose turn it is to have a digit computed; see `handling.steady`.
    """

    checkpoints: dict[str, Checkpoint]
    verdict: AttributeClassifier | None = None
    skipped: tuple[str, ...] = ()
    uploads: Uploads = field(default_factory=Uploads)
    digits: Lock = field(default_factory=Lock)

    @property
    def device(self) -> torch.device:
        """Where the checkpoints compute."""
        return next((ae.device for ae in self.checkpoints.values()), torch.device("cpu"))

    def move(self, device: str) -> None:
        """Has everything compute there from now on."""
        for ae in self.checkpoints.values():
            ae.move(device)
        if self.verdict is not None:
            self.verdict.to(device)

    def of(self, dataset: str) -> dict[str, Checkpoint]:
        """Those of "mnist" or "celeba" with more than two dimensions, in display order, without `ordered`."""
        of = {n: ae for n, ae in self.checkpoints.items() if ae.dataset == dataset and ae.latent_dim > 2}
        of = {n: ae for n, ae in of.items() if not is_ordered(ae)}
        return {n: ae for n, ae in of.items() if ae.shape[1] <= SIDES[dataset]}

    def large(self, dataset: str) -> dict[str, Checkpoint]:
        """Those of larger pictures than the others."""
        return {n: ae for n, ae in self.checkpoints.items() if ae.dataset == dataset and ae.shape[1] > SIDES[dataset]}

    def ordered(self, dataset: str) -> Checkpoint | None:
        """The one whose numbers are in order."""
        return next((ae for ae in self.checkpoints.values() if ae.dataset == dataset and is_ordered(ae)), None)

    def flat(self, dataset: str) -> dict[str, Checkpoint]:
        """Those of two dimensions, for the map."""
        return {n: ae for n, ae in self.checkpoints.items() if ae.dataset == dataset and ae.latent_dim == 2}

    def critic(self, dataset: str) -> Checkpoint | None:
        """The one whose scores best tell a strange picture from an ordinary one, by its card; see `novelty`."""
        measured = [ae for ae in self.of(dataset).values() if novelty.limits(ae)]
        return max(measured, key=lambda ae: ae.card["metrics"]["far_caught_turned"], default=None)

    @property
    def inventor(self) -> Checkpoint | None:
        """The face model whose samples serve as example faces."""
        wanted = ("celeba-perceptual-vae", "celeba-vae", "celeba-conv-ae")
        return next((self.checkpoints[name] for name in wanted if name in self.checkpoints), None)

    @property
    def inventor_prior(self) -> str:
        """The best prior of that model."""
        return "mixture" if self.inventor and "mixture" in self.inventor.priors else "gaussian"


def enter(device: str | None = None, root: Path = ROOT) -> Room:
    """Loads all checkpoints in `root`; a damaged one is left out and named in `skipped`."""
    order = list(VARIANTS)
    found = sorted(names(root), key=lambda n: (order.index(variant(n)) if variant(n) in order else len(order), n))
    checkpoints, skipped = {}, []
    for name in found:
        try:
            checkpoints[name] = load(root / name, device)
        except CheckpointError as error:
            skipped.append(str(error))
    judge = None
    for folder in sorted(folder for folder in root.iterdir() if folder.is_dir() and folder.name not in found):
        try:
            read_json(folder / "config.json")
            if folder.name == "celeba-verdict":
                judge = verdict(device, root)
            if folder.name == "celeba-landmarks":
                read_network(folder, ((LandmarkNet, LandmarkConfig),))  # `faces` does without where it is damaged
        except CheckpointError as error:
            skipped.append(str(error))
    return Room(checkpoints, judge, tuple(skipped))
