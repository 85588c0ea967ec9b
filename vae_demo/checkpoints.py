"""One folder is one checkpoint: config.json, model.safetensors, latents.safetensors, card.json, README.md.

A VQ model's folder also has prior.safetensors, its prior over codes. Nothing is guessed from a name and nothing is
unpickled: class and config are written out, and a key too many or too few is an error.
"""

import dataclasses
import hashlib
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import init
from torch.overrides import TorchFunctionMode

from vae_demo.device import pick
from vae_demo.models import CLASSES, VAE, VQVAE, VQVAE2, Autoencoder, Posterior
from vae_demo.models.classifier import AttributeClassifier, ClassifierConfig
from vae_demo.models.vqvae import Codebook
from vae_demo.priors import MAX_DRAWS, CodePrior, CodePriorConfig, Gaussian, Mixture, normal

ROOT = Path(__file__).parent.parent / "checkpoints"
CHUNK = 256  # pictures that pass an encoder or a decoder at once, so that any number fits in memory
MOST = 4096  # of any size in a config: a damaged one must not fill the memory
BINS, REACH = 400, 40.0  # of the histogram of the codes' numbers, from -REACH to REACH
# Of `Checkpoint.moves`, tuned on held-out faces: see training/LOG.md.
GATE = (0.5, 0.9)  # differences of a probe's probabilities that count as none and as all
GATES = {"Eyeglasses": (0.05, 0.2), "Male": (0.1, 0.4)}  # the same of probes that are hardly ever wrong
BEYOND = 1.5  # times the log-odds of the average picture with an attribute
MOST_TIMES = 3.0  # times the difference of a and b, and times a direction
SURE = {"Sunglasses": 0.5}  # of the average wearer's log-odds: clear glasses raise its probe too, but not that far
ONLY_TO = {"No_Beard": "Male"}  # the decoder has seen beards on men alone

Network = TypeVar("Network", bound=nn.Module)


class CheckpointError(ValueError):
    """A checkpoint folder is missing something or holds something that does not belong."""


def names(root: Path = ROOT) -> list[str]:
    """The autoencoders that lie in `root`, sorted: ["celeba-vae", "mnist-vae", ...]."""
    known = {network.__name__ for network, _ in CLASSES}
    found = []
    for file in sorted(root.glob("*/config.json")):
        try:
            if json.loads(file.read_text()).get("class") in known:
                found.append(file.parent.name)
        except (ValueError, TypeError, AttributeError, OSError, RecursionError):
            continue  # a damaged folder is named when it is loaded, and does not hide the others
    return found


def load(name: str, device: str | None = None) -> "Checkpoint":
    """Loads a checkpoint in eval mode.

    Args:
        name: one of `names()`, a local folder in the same format, or a Hugging Face Hub id ("user/repository").
        device: "cuda", "mps" or "cpu"; None picks the first of these that is there.

    Raises:
        ValueError: no such checkpoint (the message lists the known ones), a damaged one, or an unusable device.
    """
    return Checkpoint(folder_of(name), pick(device))


def verdict(device: str | None = None, root: Path = ROOT) -> AttributeClassifier:
    """The classifier of face attributes that judges results; it took no part in training any autoencoder."""
    classes = ((AttributeClassifier, ClassifierConfig),)
    return settle(read_network(root / "celeba-verdict", classes), pick(device))


def folder_of(name: str) -> Path:
    """The folder that a name stands for; a Hub id is downloaded.

    Raises:
        ValueError: nothing of that name is known here or on the Hub.
    """
    if not isinstance(name, str) or not name:
        raise ValueError(f"expected a name, a folder or a Hub id, got {name!r}; known: {', '.join(names())}")
    if name in names():
        return ROOT / name
    if Path(name).is_dir():
        return Path(name)
    if name.count("/") == 1 and not name.startswith((".", "/")):
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

        try:
            return Path(snapshot_download(name, allow_patterns=["*.json", "*.safetensors"]))
        except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
            raise ValueError(
                f"unknown checkpoint {name!r}: not on the Hub or out of reach; known: {', '.join(names())}"
            ) from error
    raise ValueError(f"unknown checkpoint {name!r}; known: {', '.join(names())}")


def sha256(file: Path) -> str:
    """The checksum of a file, in hexadecimal."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def read_json(file: Path) -> dict[str, Any]:
    """Raises CheckpointError where the file is missing or is not a JSON object."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"), parse_constant=_no_number)
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{file.parent.name}: cannot read {file.name}: {error}") from error
    if not isinstance(content, dict):
        raise CheckpointError(f"{file.parent.name}: {file.name} is not a JSON object")
    return content


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is not a number")


def read_tensors(file: Path) -> dict[str, Tensor]:
    """float32 tensors, however they are stored; integers stay. Raises CheckpointError on damage."""
    try:
        tensors = load_file(file)
    except (OSError, SafetensorError, ValueError) as error:
        raise CheckpointError(f"{file.parent.name}: cannot read {file.name}: {error}") from error
    tensors = {key: value.float() if value.is_floating_point() else value for key, value in tensors.items()}
    for key, value in tensors.items():
        if not math.isfinite(value.sum().item()):  # a sum is finite where all are
            raise CheckpointError(f"{file.parent.name}: {file.name} has values in {key} that are not finite")
    return tensors


def make_config(cls: type, values: Any, where: str):
    """A frozen config dataclass from JSON, strictly: every field there, none unknown, each of its type."""
    fields = {field.name for field in dataclasses.fields(cls)}
    if not isinstance(values, dict) or set(values) != fields:
        raise CheckpointError(f"{where}: {cls.__name__} wants exactly {sorted(fields)}, got {values!r:.200}")
    config = cls(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})
    for field in dataclasses.fields(cls):
        value = getattr(config, field.name)
        if not _fits(value, field.type):
            raise CheckpointError(f"{where}: {cls.__name__}.{field.name} = {value!r:.80} is not usable")
    return config


def _fits(value: Any, kind: Any) -> bool:
    """Whether a value is what a config's field asks for: int up to MOST, a Literal, or a tuple of int or of str."""
    if kind is int:
        return type(value) is int and 0 < value <= MOST
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    of = get_args(kind)[0]
    return isinstance(value, tuple) and all(type(item) is of and (of is str or 0 <= item <= MOST) for item in value)


def read_network(folder: Path, classes: tuple[tuple[type[Network], type], ...]) -> Network:
    """The network of a folder, one of `classes`, in eval mode, on the CPU, without gradients.

    Raises:
        CheckpointError: config or weights are missing, damaged, or do not fit each other.
    """
    written = read_json(folder / "config.json")
    chosen = [pair for pair in classes if pair[0].__name__ == written.get("class")]
    if not chosen:
        raise CheckpointError(f"{folder.name}: unknown class {written.get('class')!r:.80}")
    network_class, config_class = chosen[0]
    config = make_config(config_class, written.get("config"), folder.name)
    return fill(network_class, config, folder / "model.safetensors")


def read_prior(folder: Path) -> CodePrior:
    """The code prior of a folder, in eval mode, on the CPU; raises CheckpointError as `read_network` does."""
    config = make_config(CodePriorConfig, read_json(folder / "prior.json"), folder.name)
    return fill(CodePrior, config, folder / "prior.safetensors")


def fill(network_class: type[Network], config: Any, file: Path) -> Network:
    """A network of that class and config with the weights of the file, strictly."""
    try:
        with Undrawn():
            network = network_class(config)
        tensors = read_tensors(file)
        if not all(tensor.is_floating_point() for tensor in tensors.values()):
            raise CheckpointError(f"{file.parent.name}: {file.name} has weights that are not floating point")
        network.load_state_dict(_with_counters(tensors, network), strict=True, assign=True)
    except CheckpointError:
        raise
    except (RuntimeError, TypeError, ValueError, AssertionError, ArithmeticError, LookupError) as error:
        raise CheckpointError(f"{file.parent.name}: weights and config do not fit: {error}") from error
    return network.eval().requires_grad_(False)


DRAWS = {init.kaiming_uniform_, init.uniform_, init.normal_, Tensor.uniform_, Tensor.normal_}


class Undrawn(TorchFunctionMode):
    """Within it, networks are built without drawing initial values: the file's replace them all.

    torch's "meta" device would do, but its first use imports 900 modules, for a second or two.
    """

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function in DRAWS:
            return args[0] if args else (kwargs or {})["tensor"]
        return (torch.empty if function is torch.randn else function)(*args, **kwargs or {})


def _with_counters(tensors: dict[str, Tensor], network: nn.Module) -> dict[str, Tensor]:
    """Batch norms count their batches in training only; the slim file leaves that out."""
    counters = [key for key in network.state_dict() if key.endswith("num_batches_tracked")]
    return tensors | {key: torch.tensor(0) for key in counters}


def settle(network: Network, device: torch.device) -> Network:
    """The same network on that device.

    On a CPU the weights of convolutions lie channels last, which is up to 1.3 times as fast; see tests/bench.py.
    """
    form = torch.channels_last if device.type == "cpu" else torch.contiguous_format
    return network.to(device).to(memory_format=form)


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
        self._check_card()
        self._check_file("model.safetensors", self.card.get("sha256"))
        self.latents = read_tensors(folder / "latents.safetensors")
        self._check_file("latents.safetensors", self.card.get("latents_sha256"))
        self._check_latents()
        self._tables: dict[str, dict[str, Tensor]] = {}  # of `_by_prefix`, on the device
        self.code_prior: CodePrior | None = None
        if (folder / "prior.safetensors").exists():
            self.code_prior = read_prior(folder).to(device)
            self._check_file("prior.safetensors", self.card.get("prior", {}).get("sha256"))
            self._check_prior(self.code_prior.config)

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

    def _check_prior(self, config: CodePriorConfig) -> None:
        grids: tuple[int, ...] = ()
        if isinstance(self.network, VQVAE):
            grids = (self.network.code_shape[1],)
        elif isinstance(self.network, VQVAE2):
            grids = (self.network.top_shape[1], self.network.bottom_shape[1])
        entries = {len(book.embedding) for book in self.network.modules() if isinstance(book, Codebook)}
        if config.grids != grids or entries != {config.entries}:
            raise CheckpointError(f"{self.name}: prior.json does not fit the network's codes")

    def _check_card(self) -> None:
        """What is read of a card has its type; the rest is for people."""
        for key in ("metrics", "groups"):
            section = self.card.get(key, {})
            if not isinstance(section, dict) or not all(type(value) in (int, float) for value in section.values()):
                raise CheckpointError(f"{self.name}: card.json wants {key!r}: names with numbers")
        intervals = self.card.get("intervals", {})
        if not isinstance(intervals, dict) or not all(_is_pair(value) for value in intervals.values()):
            raise CheckpointError(f"{self.name}: card.json wants 'intervals': names with two numbers")
        if not isinstance(self.card.get("prior", {}), dict):
            raise CheckpointError(f"{self.name}: card.json wants 'prior': an object")
        if not isinstance(self.card.get("dataset", ""), str):
            raise CheckpointError(f"{self.name}: card.json wants 'dataset': a name")

    def _check_latents(self) -> None:
        d, k = self.latent_dim, self._rows("mixture.weight")
        shapes: dict[str, tuple[int, ...]] = {"mean": (d,), "std": (d,)}
        if "covariance" in self.latents:
            shapes |= {"covariance": (d, d)}
        shapes |= {key: (d,) for key in ("kl", "variance") if key in self.latents}
        if any(key.startswith("mixture.") for key in self.latents):
            shapes |= {"mixture.weight": (k,), "mixture.centre": (k, d), "mixture.root": (k, d * (d + 1) // 2)}
        if "histogram" in self.latents:
            shapes |= {"histogram": (BINS,)}
        if "invented" in self.latents:
            shapes |= {"invented": (self._rows("invented"), d)}
        for key in self.latents:
            if key.startswith(("direction.", "naive.", "probe.", "group.")):
                shapes |= {key: (d,)}
            if key.startswith("direction."):
                name = key.removeprefix("direction.")
                shapes |= {f"probe.{name}": (d,), f"probe_bias.{name}": (), f"separation.{name}": ()}
        books = [(name, book) for name, book in self.network.named_children() if isinstance(book, Codebook)]
        uses = {"uses" + name.removeprefix("codebook"): (len(book.embedding),) for name, book in books}
        shapes |= {key: shape for key, shape in uses.items() if key in self.latents}
        for key, shape in shapes.items():
            if key not in self.latents or self.latents[key].shape != shape:
                raise CheckpointError(f"{self.name}: latents.safetensors wants {key!r} of shape {shape}")

    def _rows(self, key: str) -> int:
        """The length of a tensor of the latents; 0 where it has none."""
        found = self.latents.get(key)
        return 0 if found is None or found.ndim == 0 else len(found)

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
            ValueError: z has another shape or type, or is not finite.
        """
        return in_chunks(self.network.decode, self._codes(z))

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
        return Posterior(torch.cat([q.mu for q in parts]), torch.cat([q.logvar for q in parts]))

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
        """The Gaussian fitted to the codes of the training set."""
        found = self.latents
        return Gaussian(found["mean"], found["std"], found.get("covariance"), found.get("variance"))

    @property
    def mixture(self) -> Mixture:
        """The mixture fitted to the codes of the training set."""
        return Mixture(*(self.latents[f"mixture.{part}"] for part in ("weight", "centre", "root")))

    def _by_prefix(self, prefix: str) -> dict[str, Tensor]:
        if prefix not in self._tables:
            found = {key.removeprefix(prefix): v for key, v in self.latents.items() if key.startswith(prefix)}
            self._tables[prefix] = {name: v.to(self.device) for name, v in found.items()}
        return dict(self._tables[prefix])

    @property
    def directions(self) -> dict[str, Tensor]:
        """{"Eyeglasses": (D,), ...}: added once to z, it moves the average picture without to the average with.

        As the encoder reads the two pictures: of what a direction adds to z, a decoder shows less than the whole.
        """
        return self._by_prefix("direction.")

    @property
    def naive_directions(self) -> dict[str, Tensor]:
        """The plain difference of the two means, unbalanced: for comparison."""
        return self._by_prefix("naive.")

    @property
    def groups(self) -> dict[str, Tensor]:
        """{"man_glasses": (D,), ...}: mean codes of groups; the card's "groups" has their sizes."""
        return self._by_prefix("group.")

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
        mode="attributes" only named attributes are carried over: see `moves`. With mode="plain", or where a
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
        if mode == "plain" or not self.directions:
            return c + strength * (a - b)
        amounts = self.moves(a, b, c)
        return c + strength * sum(amount[:, None] * self.directions[name] for name, amount in amounts.items())

    def moves(self, a: Tensor, b: Tensor, c: Tensor) -> dict[str, Tensor]:
        """How often a - b + c adds each direction to c, by what the linear probes read: {"Eyeglasses": (B,), ...}.

        What a has and b lacks is added to c until its probe reads there what it reads of a, and at least half as much
        again as it reads of the average picture with the attribute; what b has and a lacks is taken away alike. An
        attribute in which a and b hardly differ, or that c has already, is not moved; neither are sunglasses of which
        the probe is not sure; and a beard goes only to whom the probe takes for a man.
        """
        in_a, in_b, in_c = self.scores(a), self.scores(b), self.scores(c)
        probes, separations, amounts = self._by_prefix("probe."), self._by_prefix("separation."), {}
        for name, direction in self.directions.items():
            step = probes[name] @ direction  # log-odds that one direction adds
            differ = _decided(in_a[name], in_b[name], *GATES.get(name, GATE))  # (B,) in [-1, 1]
            sign, average = differ.sign(), separations[name] / 2  # the probe is 0 half-way between with and without
            if name in SURE:
                differ = differ * (torch.maximum(in_a[name], in_b[name]) > SURE[name] * average)
            target = torch.maximum(sign * in_a[name], BEYOND * average)  # (B,)
            missing = ((target - sign * in_c[name]) / step).clamp(0, MOST_TIMES)
            amount = differ * torch.minimum(missing, MOST_TIMES * (in_a[name] - in_b[name]).abs() / step)
            goes_with = ONLY_TO.get(name)
            amounts[name] = amount * torch.sigmoid(in_c[goes_with]) if goes_with in in_c else amount
        return amounts


def in_chunks(function: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """function(x), CHUNK rows at a time."""
    return function(x) if len(x) <= CHUNK else torch.cat([function(part) for part in x.split(CHUNK)])


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(end) in (int, float) for end in value)


def _decided(in_a: Tensor, in_b: Tensor, none: float, all_: float) -> Tensor:
    """What one has and the other lacks, from log-odds (B,): in [-1, 1], below 0 where b has it.

    Differences of probability up to `none` count as none, from `all_` on as all, so that no noise is carried over; and
    the other one lacks it only where its probability is below 1/2.
    """
    a, b = torch.sigmoid(in_a), torch.sigmoid(in_b)
    difference = a - b
    lacks = torch.minimum(a, b) < 0.5
    return difference.sign() * lacks * ((difference.abs() - none) / (all_ - none)).clamp(0, 1)
