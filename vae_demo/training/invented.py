"""Invented faces to choose from in the page: drawn from a model's own prior, so that no picture of a person is shipped.

Men and women, with and without glasses, young and old, each from dark to light skin. Their codes are `invented` in
latents.safetensors; python -m vae_demo.training.invented celeba-perceptual-vae chooses them anew.
"""

import argparse
import itertools
import warnings
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from vae_demo.checkpoints import ROOT, Checkpoint, verdict
from vae_demo.files import read_json, sha256, write_json
from vae_demo.training.face_measures import Judge

ATTRIBUTES = ("Eyeglasses", "Male", "Young")
EACH = 6  # faces for each combination of them: 48 in all
DRAWN = 20_000
TEMPERATURE = 0.7  # nearer to the mean than a fair draw: these are to look like faces
CERTAIN = (0.9, 0.75, 0.5)  # how sure the verdict has to be; less sure where too few are found
CHEEKS = ((slice(38, 45), slice(17, 24)), (slice(38, 45), slice(41, 48)))  # rows and columns, in the training frame


def lightness(x: Tensor) -> Tensor:
    """CIE L* of the cheeks, 0 to 100: (B, 3, 64, 64) -> (B,)."""
    from skimage.color import rgb2lab

    patches = torch.cat([x[:, :, rows, columns].flatten(2) for rows, columns in CHEEKS], 2)  # (B, 3, n)
    return torch.from_numpy(rgb2lab(patches.permute(0, 2, 1).numpy())[..., 0]).float().mean(1)


def choose(attributes: Tensor, light: Tensor) -> Tensor:
    """Picks faces by what the verdict says and by the lightness of their skin.

    Args:
        attributes: (N, 3) probabilities of `ATTRIBUTES`.
        light: (N,) lightness.

    Returns:
        (8 * EACH,) row numbers: all combinations, at one lightness after another from the darkest on, and in each
        combination evenly spread over the order of lightness, its outermost twentieths left out.

    Raises:
        ValueError: a combination with fewer than EACH faces.
    """
    picked = []
    for wanted in itertools.product((False, True), repeat=len(ATTRIBUTES)):
        towards = torch.where(torch.tensor(wanted), attributes, 1 - attributes).amin(1)  # (N,)
        for certain in CERTAIN:
            rows = (towards > certain).nonzero()[:, 0]
            if len(rows) >= 4 * EACH:
                break
        if len(rows) < EACH:
            raise ValueError(f"only {len(rows)} faces with {dict(zip(ATTRIBUTES, wanted, strict=True))}")
        if certain != CERTAIN[0]:
            warnings.warn(f"{dict(zip(ATTRIBUTES, wanted, strict=True))}: certain to {certain} only", stacklevel=2)
        ordered = rows[light[rows].argsort()]
        places = torch.linspace(0.05, 0.95, EACH) * (len(ordered) - 1)
        picked.append(ordered[places.round().long()])
    return torch.stack(picked, 1).flatten()  # (EACH, 8) -> one combination after another


def invented(ae: Checkpoint, seed: int = 0) -> Tensor:
    """Codes of 48 invented faces, (48, D), from the model's mixture prior."""
    z = torch.cat(
        [ae.draw(1000, seed * 1000 + i, temperature=TEMPERATURE, prior="mixture").cpu() for i in range(DRAWN // 1000)]
    )
    judge = Judge(verdict("cpu"))
    columns = [judge.network.attributes.index(name) for name in ATTRIBUTES]
    said, light = [], []
    for part in z.split(1000):
        x = ae.decode(part).cpu()
        said.append(judge.probabilities(x)[:, columns])
        light.append(lightness(x))
    return z[choose(torch.cat(said), torch.cat(light))]


def add(folder: Path) -> None:
    """Chooses the faces of a checkpoint and writes them into its latents.safetensors, and that file into the card."""
    file, card = folder / "latents.safetensors", folder / "card.json"
    z = invented(Checkpoint(folder, torch.device("cpu")))
    save_file(load_file(file) | {"invented": z.contiguous()}, file)
    write_json(card, read_json(card) | {"latents_sha256": sha256(file)})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="+", help="checkpoints of faces with a mixture prior")
    parser.add_argument("--checkpoints", type=Path, default=ROOT)
    args = parser.parse_args()
    for name in args.names:
        add(args.checkpoints / name)


if __name__ == "__main__":
    main()
