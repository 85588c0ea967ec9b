"""What lies in a checkpoint's folder, read strictly: nothing is unpickled, and no key may be missing or too many."""

import dataclasses
import hashlib
import json
import math
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor, nn
from torch.nn import init
from torch.overrides import TorchFunctionMode

from vae_demo.priors import CodePrior, CodePriorConfig

MOST = 4096  # of any size in a config: a damaged one must not fill the memory

Network = TypeVar("Network", bound=nn.Module)


class CheckpointError(ValueError):
    """A checkpoint folder is missing something or holds something that does not belong."""


def sha256(file: Path) -> str:
    """The checksum of a file, in hexadecimal."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def read_json(file: Path) -> dict[str, Any]:
    """Raises CheckpointError where the file is missing or is not a JSON object."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"), parse_float=_finite, parse_constant=_finite)
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{file.parent.name}: cannot read {file.name}: {error}") from error
    if not isinstance(content, dict):
        raise CheckpointError(f"{file.parent.name}: {file.name} is not a JSON object")
    return content


def write_json(file: Path, content: dict[str, Any]) -> None:
    """As `read_json` reads it, a line a value."""
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _finite(word: str) -> float:
    if not math.isfinite(number := float(word)):
        raise ValueError(f"{word} is not a finite number")
    return number


def read_tensors(file: Path) -> dict[str, Tensor]:
    """float32 tensors, however they are stored; integers stay. Raises CheckpointError on damage."""
    try:
        tensors = load(file.read_bytes())  # mapped, whoever wrote to the file later would change or kill the process
    except (OSError, SafetensorError, ValueError) as error:
        raise CheckpointError(f"{file.parent.name}: cannot read {file.name}: {error}") from error
    tensors = {key: value.float() if value.is_floating_point() else value for key, value in tensors.items()}
    for key, value in tensors.items():
        # A finite sum has finite terms, and is there in a fourth of the time; a sum of large ones may overflow.
        if not (torch.isfinite(value.sum()) or torch.isfinite(value).all()):
            raise CheckpointError(f"{file.parent.name}: {file.name} has values in {key} that are not finite")
    return tensors


def make_config(cls: type, values: Any, where: str):
    """A frozen config dataclass from JSON, strictly: every field there, none unknown, each of its type.

    Raises TypeError where the class has a field that is not an int, a Literal, or a tuple of int or of str.
    """
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
    if kind not in (tuple[int, ...], tuple[str, ...]):
        raise TypeError(
            f"expected a config's fields to be int, a Literal, tuple[int, ...] or tuple[str, ...], got {kind}"
        )
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
