"""Whether the files of a checkpoint fit each other and its network: what each may hold is written here.

Each check raises a `CheckpointError` that begins with the checkpoint's name.
"""

from typing import Any

import torch
from torch import Tensor

from vae_demo.files import CheckpointError
from vae_demo.models import VQVAE, VQVAE2, Autoencoder
from vae_demo.models.vqvae import Codebook
from vae_demo.priors import CodePriorConfig, raised

BINS, REACH = 400, 40.0  # of the histogram of the codes' numbers, from -REACH to REACH


def check_card(card: dict[str, Any], name: str) -> None:
    """What is read of a card has its type; the rest is for people."""
    for key in ("metrics", "groups"):
        section = card.get(key, {})
        if not isinstance(section, dict) or not all(type(value) in (int, float) for value in section.values()):
            raise CheckpointError(f"{name}: card.json wants {key!r}: names with numbers")
    intervals = card.get("intervals", {})
    if not isinstance(intervals, dict) or not all(is_pair(value) for value in intervals.values()):
        raise CheckpointError(f"{name}: card.json wants 'intervals': names with two numbers")
    if not isinstance(card.get("prior", {}), dict):
        raise CheckpointError(f"{name}: card.json wants 'prior': an object")
    if "lengths" in card and not are_lengths(card["lengths"]):
        raise CheckpointError(f"{name}: card.json wants 'lengths': rows of errors, as training/lengths.py writes them")
    if not isinstance(card.get("dataset", ""), str):
        raise CheckpointError(f"{name}: card.json wants 'dataset': a name")


def is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(end) in (int, float) for end in value)


def are_lengths(found: Any) -> bool:
    """Whether these are two rows of errors for each kind of picture, as many as there are lengths."""
    if not isinstance(found, dict) or not all(are_positive(found.get(key)) for key in ("numbers", "pictures")):
        return False
    rows = [found.get("seen"), found.get("unseen")]
    return len(found["pictures"]) == 2 and all(
        isinstance(kind, list) and len(kind) == 2 and all(are_positive(row, len(found["numbers"])) for row in kind)
        for kind in rows
    )


def are_positive(values: Any, n: int | None = None) -> bool:
    """Whether this is a list of positive numbers, n of them where that is given."""
    return (
        isinstance(values, list)
        and len(values) == (len(values) if n is None else n) > 0
        and all(type(value) in (int, float) and value > 0 for value in values)
    )


def check_latents(latents: dict[str, Tensor], network: Autoencoder, name: str) -> None:
    """No key is missing, unknown or of another shape or type."""
    d, k, n = network.latent_dim, rows(latents, "mixture.weight"), rows(latents, "points")
    needed: dict[str, tuple[int, ...]] = {"mean": (d,), "std": (d,)}
    if any(key.startswith("mixture.") for key in latents):
        needed |= {"mixture.weight": (k,), "mixture.centre": (k, d), "mixture.root": (k, d * (d + 1) // 2)}
    if any(key.startswith("points") for key in latents):
        needed |= {"points": (n, d), "points_label": (n,)}
    if any(key.startswith("oddness") for key in latents):
        side = rows(latents, "oddness")
        needed |= {"oddness": (side, side), "oddness_square": (3,), "oddness_bound": ()}
    of_attribute = ("direction.", "probe.", "probe_bias.", "separation.")
    for attribute in {key.partition(".")[2] for key in latents if key.startswith(of_attribute)}:
        needed |= {f"direction.{attribute}": (d,), f"probe.{attribute}": (d,)}
        needed |= {f"probe_bias.{attribute}": (), f"separation.{attribute}": ()}
    known = needed | {"covariance": (d, d), "kl": (d,), "variance": (d,), "histogram": (BINS,)}
    known |= {"points_logvar": (n, d), "invented": (rows(latents, "invented"), d)}
    known |= {key: (d,) for key in latents if key.startswith(("naive.", "group."))}
    books = [(child, book) for child, book in network.named_children() if isinstance(book, Codebook)]
    known |= {"uses" + child.removeprefix("codebook"): (len(book.embedding),) for child, book in books}
    for key in needed | latents:
        if key not in known:
            raise CheckpointError(f"{name}: latents.safetensors has {key!r:.80}, which is unknown")
        if key not in latents or latents[key].shape != known[key]:
            raise CheckpointError(f"{name}: latents.safetensors wants {key!r} of shape {known[key]}")
        if latents[key].is_floating_point() == key.startswith(("uses", "points_label")):
            raise CheckpointError(f"{name}: latents.safetensors has {key!r} of type {latents[key].dtype}")


def rows(latents: dict[str, Tensor], key: str) -> int:
    """The length of a tensor of the latents; 0 where it has none."""
    found = latents.get(key)
    return 0 if found is None or found.ndim == 0 else len(found)


def check_distributions(found: dict[str, Tensor], name: str) -> None:
    """The numbers are those of distributions: whoever draws must not be the first to find out."""
    for key in ("std", "variance", "mixture.weight"):
        if key in found and (found[key] < 0).any():
            raise CheckpointError(f"{name}: latents.safetensors has {key!r} below 0")
    if "mixture.weight" in found and not found["mixture.weight"].any():
        raise CheckpointError(f"{name}: latents.safetensors has no 'mixture.weight' above 0")
    if "covariance" in found and torch.linalg.cholesky_ex(raised(found["covariance"])).info:
        raise CheckpointError(f"{name}: latents.safetensors has a 'covariance' that is not positive definite")


def check_prior(config: CodePriorConfig, network: Autoencoder, name: str) -> None:
    """A code prior fits the grids and the codebooks of its VQ model."""
    grids: tuple[int, ...] = ()
    if isinstance(network, VQVAE):
        grids = (network.code_shape[1],)
    elif isinstance(network, VQVAE2):
        grids = (network.top_shape[1], network.bottom_shape[1])
    entries = {len(book.embedding) for book in network.modules() if isinstance(book, Codebook)}
    if config.grids != grids or entries != {config.entries}:
        raise CheckpointError(f"{name}: prior.json does not fit the network's codes")
