"""MNIST and aligned CelebA faces as arrays in memory; nothing read here is ever shipped."""

import csv
import dataclasses
import hashlib
import io
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from tqdm import tqdm

from vae_demo.files import sha256
from vae_demo.models.landmarks import LANDMARKS

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "vae_demo"
CROP = (15, 40, 163, 188)  # of the aligned 178x218 CelebA picture: left, top, right, bottom
HOW_TO_GET = """No data at {root}.
MNIST is downloaded when --data names a folder that can be written to.
CelebA: run torchvision.datasets.CelebA(root, download=True) with --data root (non-commercial research terms:
https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html), or put the packed faces/train.zip, train.csv, val.zip and
val.csv there."""


@dataclass(frozen=True)
class Split:
    """One split of a data set.

    Attributes:
        images: (N, C, H, W) uint8.
        labels: name -> (N,) int64: the 40 attributes and `identity` of faces, `digit` of digits.
        landmarks: (N, 5, 2) float32 in fractions of the picture's side, or None.
        source: what was read, with its checksum, for the card.
    """

    images: Tensor
    labels: dict[str, Tensor]
    landmarks: Tensor | None
    source: dict[str, str]

    def __len__(self) -> int:
        return len(self.images)

    def batch(self, rows: Tensor) -> Tensor:
        """(B,) row numbers -> (B, C, H, W) float32 in [0, 1]."""
        return self.images[rows.to(self.images.device)].float() / 255

    def to(self, device: torch.device) -> "Split":
        """The same on that device: 50,000 faces of 64 pixels take 0.6 GB of its memory."""
        labels = {name: column.to(device) for name, column in self.labels.items()}
        landmarks = None if self.landmarks is None else self.landmarks.to(device)
        return dataclasses.replace(self, images=self.images.to(device), labels=labels, landmarks=landmarks)


def mnist(root: Path, split: str) -> Split:
    """The 60,000 training (`split="train"`) or 10,000 test (`"val"`) digits of 28x28, downloaded when missing."""
    from torchvision.datasets import MNIST

    raw = root / "MNIST" / "raw" / ("train" if split == "train" else "t10k")
    images = raw.with_name(raw.name + "-images-idx3-ubyte")
    dataset = MNIST(str(root), train=split == "train", download=not images.exists())
    source = {"name": "MNIST", "split": "train" if split == "train" else "test", "sha256": sha256(images)}
    return Split(dataset.data[:, None].contiguous(), {"digit": dataset.targets}, None, source)


def faces(root: Path, split: str, size: int = 64) -> Split:
    """Aligned CelebA faces of `split` "train" or "val": the packed archives, or torchvision's CelebA folder.

    The resized pictures are kept in a cache on this computer, because decoding takes a minute.
    """
    archive = root / "faces" / f"{split}.zip"
    if archive.exists():
        table, pictures, checksum = _packed(archive)
    elif (root / "celeba").is_dir():
        table, pictures, checksum = _torchvision(root, split)
    else:
        raise FileNotFoundError(HOW_TO_GET.format(root=root))
    cached = CACHE / f"faces{size}-{checksum[:12]}.npy"
    if not cached.exists():
        cached.parent.mkdir(parents=True, exist_ok=True)
        small = [_resize(p, size) for p in tqdm(pictures, f"reading {split} faces", len(table["identity"]))]
        partly = cached.with_suffix(".part.npy")
        np.save(partly, np.stack(small))
        os.replace(partly, cached)
    labels = {name: torch.tensor(column) for name, column in table.items() if not name.endswith(("_x", "_y"))}
    points = torch.tensor([[table[f"{name}_{axis}"] for axis in "xy"] for name in LANDMARKS], dtype=torch.float32)
    source = {"name": "CelebA (aligned)", "split": split, "sha256": checksum}
    images = torch.from_numpy(np.load(cached))
    return Split(images, labels, points.permute(2, 0, 1) / 128, source)  # (5, 2, N) -> (N, 5, 2)


def _resize(picture: Image.Image, size: int) -> np.ndarray:
    """A 128x128 picture -> (3, size, size) uint8, antialiased."""
    small = picture if picture.width == size else picture.resize((size, size), Image.Resampling.LANCZOS)
    return np.asarray(small.convert("RGB")).transpose(2, 0, 1)


def _packed(archive: Path):
    with archive.with_suffix(".csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    table = {
        name: [float(row[name]) if name.endswith(("_x", "_y")) else int(row[name]) for row in rows]
        for name in rows[0]
        if name != "file"
    }

    def pictures():
        with zipfile.ZipFile(archive) as packed:
            for row in rows:
                yield Image.open(io.BytesIO(packed.read(row["file"])))

    return table, pictures(), sha256(archive)


def _torchvision(root: Path, split: str):
    """torchvision's CelebA in the same frame. Its landmarks are of the aligned picture, so only crop and scale."""
    from torchvision.datasets import CelebA

    dataset = CelebA(str(root), "train" if split == "train" else "valid", target_type=["attr", "identity", "landmarks"])
    table = {name: dataset.attr[:, i].tolist() for i, name in enumerate(dataset.attr_names) if name}
    table["identity"] = dataset.identity[:, 0].tolist()
    scale = 128 / (CROP[2] - CROP[0])
    points = (dataset.landmarks_align.float().view(-1, 5, 2) - torch.tensor(CROP[:2])) * scale
    for i, name in enumerate(LANDMARKS):
        table[f"{name}_x"], table[f"{name}_y"] = points[:, i, 0].tolist(), points[:, i, 1].tolist()

    def picture(i: int) -> Image.Image:
        return dataset[i][0].crop(CROP).resize((128, 128), Image.Resampling.LANCZOS)

    # What is read is a folder of files, so the checksum is of their list.
    listing = root / "celeba" / "list_attr_celeba.txt"
    table["sunglasses"] = _sunglasses(table, picture)
    return table, map(picture, range(len(dataset))), hashlib.sha256(f"{sha256(listing)} {split}".encode()).hexdigest()


def _sunglasses(table: dict[str, list], picture: Callable[[int], Image.Image]) -> list[int]:
    """A brightness rule, as in the packed table: glasses whose eye regions are dark against the cheeks."""
    flags = []
    for i, glasses in enumerate(table["Eyeglasses"]):
        if not glasses:
            flags.append(0)
            continue
        grey = np.asarray(picture(i).convert("L"), dtype=np.float32)
        eyes = [(int(table[f"{side}_eye_x"][i]), int(table[f"{side}_eye_y"][i])) for side in ("left", "right")]
        lens = np.mean([grey[y - 5 : y + 8, x - 7 : x + 8].mean() for x, y in eyes])
        cheek = np.mean([grey[y + 22 : y + 30, x - 5 : x + 6].mean() for x, y in eyes])
        flags.append(int(lens < 0.55 * cheek))
    return flags


SIZES = {"mnist": 28, "celeba": 64}  # of the pictures, where a recipe names no other


def load(dataset: str, root: Path, split: str, size: int | None = None) -> Split:
    """`dataset` is "mnist" or "celeba"; faces are `size` pixels a side, 64 when None and 128 at most."""
    return mnist(root, split) if dataset == "mnist" else faces(root, split, size or SIZES[dataset])
