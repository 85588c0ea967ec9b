"""One folder is one checkpoint: config.json, model.safetensors, latents.safetensors, card.json, README.md.

A VQ model's folder also has prior.safetensors, its prior over codes. Nothing is guessed from a name and nothing is
unpickled: class and config are written out, and a key too many or too few is an error.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vae_demo.consistency import check_card, check_distributions, check_latents, check_prior
from vae_demo.device import pick
from vae_demo.files import CheckpointError, read_json, read_network, read_prior, read_tensors, settle, sha256
from vae_demo.models import CLASSES, VAE, VQVAE, VQVAE2, Autoencoder, Posterior
from vae_demo.models.classifier import AttributeClassifier, ClassifierConfig
from vae_demo.moves import moves
from vae_demo.priors import CodePrior, Gaussian, Mixture, normal

ROOT = Path(__file__).parent.parent / "checkpoints"
CHUNK = 256  # pictures that pass an encoder or a decoder at once, so that any number fits in memory
MAX_DRAWS = 1024


def names(root: Path = ROOT) -> list[str]:
    """The autoencoders that lie in `root`, sorted: ["celeba-vae", "mnist-vae", ...]."""
    known = [network.__name__ for network, _ in CLASSES]
    found = []
    for file in sorted(root.glob("*/config.json")):
        try:
            if read_json(file).get("class") in known:
                found.append(file.parent.name)
        except CheckpointError:
            continue  # a damaged folder is named when it is loaded, and does not hide the others
    return found


def load(name: str | Path, device: str | None = None) -> "Checkpoint":
    """Loads a checkpoint in eval mode.

    Args:
        name: one of `names()`, a local folder in the same format, or a Hugging Face Hub id ("user/repository"). A Path
            is a folder.
        device: "cuda", "mps" or "cpu"; None picks the first of these that is there.

    Raises:
        ValueError: no such checkpoint (the message lists the known ones), a damaged one, or an unusable device.
    """
    return Checkpoint(folder_of(name), pick(device))


def verdict(device: str | None = None, root: Path = ROOT) -> AttributeClassifier:
    """The classifier of face attributes that judges results; it took no part in training any autoencoder."""
    classes = ((AttributeClassifier, ClassifierConfig),)
    return settle(read_network(root / "celeba-verdict", classes), pick(device))


def folder_of(name: str | Path) -> Path:
    """The folder that a name stands for; a Hub id is downloaded.

    Raises:
        ValueError: nothing of that name is known here or on the Hub.
    """
    if not isinstance(name, (str, Path)) or not name:
        raise ValueError(f"expected a name, a folder or a Hub id, got {name!r}; known: {', '.join(names())}")
    if isinstance(name, str) and name in names():  # a Path is a folder, and all configs need not be read
        return ROOT / name
    if os.path.isdir(name):  # Path's own raises where a name is too long for the disk
        return Path(name)
    if isinstance(name, str) and name.count("/") == 1 and not name.startswith((".", "/")):
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

        try:
            return Path(snapshot_download(name, allow_patterns=["*.json", "*.safetensors"]))
        except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
            raise ValueError(
                f"unknown checkpoint {name!r:.80}: not on the Hub or out of reach; known: {', '.join(names())}"
            ) from error
    raise ValueError(f"unknown checkpoint {str(name)!r:.80}; known: {', '.join(names())}")


class Checkpoint:
    """An autoencoder with its latent statistics and its card; the public face of the package.

    `x` is (B, C, H, W) float32 in [0, 1] and `z` is (B, D) float32. Tensors are moved to `device`, and results lie
    there. No gradient is recorded.

    Attributes:
        folder, name: where it lies, and the name of that folder.
        network: the `Autoencoder`, in eval mode.
        card: where it comes from, what it measures.
        latents: statistics of the codes, by key; see `vae_demo.training.latents`.
        code_prior: the learned prior of a VQ model, or None.
        device: where it computes.
    """

    def __init__(self, folder: Path, device: torch.device) -> None:
        self.folder, self.name, self.device = folder, folder.resolve().name, device
        self.network: Autoencoder = settle(read_network(folder, CLASSES), device)
        self.card = read_json(folder / "card.json")
        check_card(self.card, self.name)
        self._check_file("model.safetensors", self.card.get("sha256"))
        self.latents = read_tensors(folder / "latents.safetensors")
        self._check_file("latents.safetensors", self.card.get("latents_sha256"))
        check_latents(self.latents, self.network, self.name)
        check_distributions(self.latents, self.name)
        self._tables: dict[str, dict[str, Tensor]] = {}  # of `_by_prefix`, on the device
        self.code_prior: CodePrior | None = None
        if "prior" in self.card or (folder / "prior.safetensors").exists():
            self.code_prior = read_prior(folder).to(device)
            self._check_file("prior.safetensors", self.card.get("prior", {}).get("sha256"))
            check_prior(self.code_prior.config, self.network, self.name)

    def __repr__(self) -> str:
        return f"Checkpoint({self.name!r}, {type(self.network).__name__}, D = {self.latent_dim}, {self.device})"

    def move(self, device: str) -> None:
        """Computes on another device from now on; tensors that were handed out stay where they are.

        Raises:
            ValueError: the device is unknown or not there.
        """
        self.device = pick(device)
        self._tables = {}
        settle(self.network, self.device)
        if self.code_prior is not None:
            self.code_prior.to(self.device)

    def _check_file(self, name: str, written: Any) -> None:
        """A card describes weights and their codes: with another file beside it, it would speak of other ones."""
        if written is not None and written != sha256(self.folder / name):
            raise CheckpointError(f"{self.name}: {name} is not the file that card.json describes")

    @property
    def dataset(self) -> str:
        """ "mnist" or "celeba"."""
        return self.card.get("dataset", "mnist" if self.network.channels == 1 else "celeba")

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W) of its pictures."""
        return self.network.channels, self.network.size, self.network.size

    @property
    def latent_dim(self) -> int:
        """D."""
        return self.network.latent_dim

    def _images(self, x: Tensor) -> Tensor:
        expected = f"(B, {', '.join(map(str, self.shape))}) float32 in [0, 1]"
        if not isinstance(x, Tensor):
            raise ValueError(f"expected x: a tensor {expected}, got {type(x).__name__}")
        if x.ndim != 4 or tuple(x.shape[1:]) != self.shape or len(x) == 0:
            raise ValueError(f"expected x: {expected}, got shape {tuple(x.shape)}")
        if x.dtype != torch.float32:
            raise ValueError(f"expected x: {expected}, got {x.dtype}")
        low, high = (end.item() for end in torch.aminmax(x.detach()))
        if not (low >= 0 and high <= 1):  # also false for NaN
            raise ValueError(f"expected x: {expected}, got values from {low:.3g} to {high:.3g}")
        return x.detach().to(self.device)

    def _codes(self, z: Tensor, what: str = "z") -> Tensor:
        expected = f"(B, {self.latent_dim}) float32, finite"
        if not isinstance(z, Tensor):
            raise ValueError(f"expected {what}: a tensor {expected}, got {type(z).__name__}")
        if z.ndim != 2 or z.shape[1] != self.latent_dim or len(z) == 0:
            raise ValueError(f"expected {what}: {expected}, got shape {tuple(z.shape)}")
        if z.dtype != torch.float32:
            raise ValueError(f"expected {what}: {expected}, got {z.dtype}")
        if not torch.isfinite(z).all():
            raise ValueError(f"expected {what}: {expected}, got values that are not finite")
        return z.detach().to(self.device)

    @torch.no_grad()
    def encode(self, x: Tensor) -> Tensor:
        """(B, C, H, W) in [0, 1] -> (B, D), deterministic: mu for a VAE, the code before quantisation for a VQ model.

        Raises:
            ValueError: x has another shape, type or range.
        """
        return in_chunks(self.network.encode, self._images(x))

    @torch.no_grad()
    def decode(self, z: Tensor) -> Tensor:
        """(B, D) -> (B, C, H, W) in [0, 1].

        Raises:
            ValueError: z has another shape or type, is not finite, or so large that the decoder overflows.
        """
        x = in_chunks(self.network.decode, self._codes(z))
        if not torch.isfinite(x.sum()):
            raise ValueError("expected z: codes that the decoder can take, got some so large that it overflows")
        return x

    def reconstruct(self, x: Tensor) -> Tensor:
        """(B, C, H, W) in [0, 1] -> the same: decode(encode(x))."""
        return self.decode(self.encode(x))

    @torch.no_grad()
    def posterior(self, x: Tensor) -> Posterior:
        """q(z | x) of a VAE, mu and logvar (B, D).

        Raises:
            ValueError: this is not a VAE, or x has another shape, type or range.
        """
        if not isinstance(self.network, VAE):
            raise ValueError(f"{self.name} is not a VAE: its encoder gives a point, not a distribution")
        parts = [self.network.posterior(part) for part in self._images(x).split(CHUNK)]
        return Posterior(torch.cat([q.mu for q in parts]).float(), torch.cat([q.logvar for q in parts]).float())

    @property
    def priors(self) -> tuple[str, ...]:
        """The names that `sample` takes as `prior`."""
        return (
            "normal",
            "gaussian",
            *(["mixture"] if "mixture.weight" in self.latents else []),
            *(["codes"] if self.code_prior is not None else []),
        )

    def draw(
        self, n: int, seed: int = 0, temperature: float = 1.0, prior: str = "normal", top_k: int | None = None
    ) -> Tensor:
        """n draws of z from a prior, (n, D); the arguments are those of `sample`."""
        if type(n) is not int or not 1 <= n <= MAX_DRAWS:
            raise ValueError(f"expected n: a whole number from 1 to {MAX_DRAWS}, got {n!r}")
        if type(seed) is not int or not 0 <= seed < 2**63:
            raise ValueError(f"expected seed: a whole number from 0 to 2^63 - 1, got {seed!r}")
        if isinstance(temperature, bool) or not isinstance(temperature, (int, float)) or not 0 <= temperature <= 10:
            raise ValueError(f"expected temperature: a number from 0 to 10, got {temperature!r}")
        if prior not in self.priors:
            raise ValueError(f"expected prior: one of {', '.join(self.priors)}, got {prior!r}")
        if top_k is not None and (type(top_k) is not int or top_k < 1 or prior != "codes"):
            raise ValueError(f"expected top_k: None, or a whole number from 1 for prior='codes', got {top_k!r}")
        generator = torch.Generator().manual_seed(seed)
        if prior == "codes":
            assert self.code_prior is not None
            return self._z_of_codes(self.code_prior.draw(n, generator, temperature, top_k))
        if prior == "normal":
            z = normal(n, self.latent_dim, generator, temperature)
        elif prior == "gaussian":
            z = self.gaussian.draw(n, generator, temperature)
        else:
            z = self.mixture.draw(n, generator, temperature)
        return z.to(self.device)

    def _z_of_codes(self, codes: tuple[Tensor, ...]) -> Tensor:
        assert isinstance(self.network, (VQVAE, VQVAE2))
        return self.network.z_of_codes(*codes)

    def sample(
        self, n: int, seed: int = 0, temperature: float = 1.0, prior: str = "normal", top_k: int | None = None
    ) -> Tensor:
        """n new pictures, (n, C, H, W) in [0, 1]; the same seed gives the same pictures on every device.

        The same but for rounding, that is, to which CUDA's TF32 adds where it is switched on.

        Args:
            n: 1 to 1024.
            seed: a whole number, 0 or more.
            temperature: scales the spread of z (of the codes' probabilities for prior="codes"), 0 to 10.
            prior: "normal" is N(0, I); "gaussian" and "mixture" are fitted to the codes of the training set; "codes"
                is the learned prior of a VQ model. `priors` lists those that this checkpoint has.
            top_k: for prior="codes", each code is one of the k likeliest; None leaves all.

        Raises:
            ValueError: an argument out of its range.
        """
        return self.decode(self.draw(n, seed, temperature, prior, top_k))

    @property
    def gaussian(self) -> Gaussian:
        """The Gaussian fitted to the codes of the training set; it lies on the CPU, where draws are made."""
        found = self.latents
        return Gaussian(found["mean"], found["std"], found.get("covariance"), found.get("variance"))

    @property
    def mixture(self) -> Mixture:
        """The mixture fitted to the codes of the training set; it lies on the CPU too."""
        return Mixture(*(self.latents[f"mixture.{part}"] for part in ("weight", "centre", "root")))

    def _by_prefix(self, prefix: str) -> dict[str, Tensor]:
        if prefix not in self._tables:
            found = {key.removeprefix(prefix): v for key, v in self.latents.items() if key.startswith(prefix)}
            self._tables[prefix] = {name: v.to(self.device) for name, v in found.items()}
        return self._tables[prefix]

    def _copies(self, prefix: str) -> dict[str, Tensor]:
        return {name: v.clone() for name, v in self._by_prefix(prefix).items()}

    @property
    def directions(self) -> dict[str, Tensor]:
        """{"Eyeglasses": (D,), ...}: added once to z, it moves the average picture without to the average with.

        That is 1 to 2 times the step between their codes: of what is added to z a decoder shows less than the whole, so
        directions are lengthened (training/latents.py).
        """
        return self._copies("direction.")

    @property
    def naive_directions(self) -> dict[str, Tensor]:
        """The plain difference of the two means, unbalanced: for comparison."""
        return self._copies("naive.")

    @property
    def groups(self) -> dict[str, Tensor]:
        """{"man_glasses": (D,), ...}: mean codes of groups; the card's "groups" has their sizes."""
        return self._copies("group.")

    @property
    def invented(self) -> Tensor:
        """(N, D): codes of invented faces that differ in sex, glasses, age and skin; N is 0 where there are none."""
        return self.latents.get("invented", torch.zeros(0, self.latent_dim)).to(self.device)

    def scores(self, z: Tensor) -> dict[str, Tensor]:
        """(B, D) -> for each direction (B,) the log-odds of its attribute, by a linear probe in z."""
        z = self._codes(z)
        bias = self._by_prefix("probe_bias.")
        return {name: z @ w + bias[name] for name, w in self._by_prefix("probe.").items()}

    def arithmetic(
        self,
        a: Tensor,
        b: Tensor,
        c: Tensor,
        strength: float = 1.0,
        mode: str = "attributes",
    ) -> Tensor:
        """z of a - b + c, (B, D).

        The plain difference of two single pictures carries all in which they differ: light, pose, background. With
        mode="attributes" only named attributes are carried over: see `vae_demo.moves`. With mode="plain", or where a
        checkpoint has no directions, it is c + strength * (a - b).

        Args:
            a, b, c: (B, D), or (1, D) for the same one throughout.
            strength: times the difference, -5 to 5.
            mode: "attributes" or "plain".

        Raises:
            ValueError: wrong shapes, or an argument out of its range.
        """
        a, b, c = self._codes(a, "a"), self._codes(b, "b"), self._codes(c, "c")
        if isinstance(strength, bool) or not isinstance(strength, (int, float)) or not -5 <= strength <= 5:
            raise ValueError(f"expected strength: a number from -5 to 5, got {strength!r}")
        if mode not in ("attributes", "plain"):
            raise ValueError(f"expected mode: attributes or plain, got {mode!r}")
        sizes = {len(a), len(b), len(c)} - {1}
        if len(sizes) > 1:
            raise ValueError(f"expected a, b and c of one batch size, got {len(a)}, {len(b)} and {len(c)}")
        if mode == "plain" or not self._by_prefix("direction."):
            return c + strength * (a - b)
        directions, amounts = self._by_prefix("direction."), self.moves(a, b, c)
        return c + strength * sum(amount[:, None] * directions[name] for name, amount in amounts.items())

    def moves(self, a: Tensor, b: Tensor, c: Tensor) -> dict[str, Tensor]:
        """How often a - b + c adds each direction to c, {"Eyeglasses": (B,), ...}, by the rule of `vae_demo.moves`."""
        probes = self._by_prefix("probe.")
        steps = {name: probes[name] @ direction for name, direction in self._by_prefix("direction.").items()}
        return moves(self.scores(a), self.scores(b), self.scores(c), steps, self._by_prefix("separation."))


def in_chunks(function: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """function(x), CHUNK rows at a time; float32, within an autocast too."""
    return torch.cat([function(part) for part in x.split(CHUNK)]).float()
