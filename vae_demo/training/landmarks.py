"""The landmark network's objective and its figures: faces moved at random, and found in made-up photos."""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from vae_demo import faces
from vae_demo.images import to_pil
from vae_demo.models.blocks import normal_like, uniform
from vae_demo.models.landmarks import LandmarkNet
from vae_demo.training.data import Split
from vae_demo.training.objectives import Labels, Objective, Terms

MIRRORED = (1, 0, 2, 4, 3)  # the order of landmarks in a mirrored face: left and right change places


class Landmarks(Objective):
    """Distance of five landmarks in units of the eyes' distance, and -log p of "face" and "no face" in nats.

    Faces are mirrored, turned, scaled and shifted at random. What is no face is made of faces too: parts enlarged,
    faces on their side or head, tiles in a wrong order.
    """

    def forward(self, model: LandmarkNet, x: Tensor, labels: Labels, generator: torch.Generator) -> Terms:
        x = x.mean(1, keepdim=True)  # all that the network sees
        other = no_faces(x.roll(1, 0), generator)
        moved, points = move(x, labels["landmarks"], other.roll(1, 0), generator)
        found, log_odds = model(photographed(torch.cat([moved, other]), generator))
        is_face = (torch.arange(len(log_odds), device=x.device) < len(x)).float()
        return {
            "distance": error(found[: len(x)], points).sum(1).mean(),
            "bce": 2 * F.binary_cross_entropy_with_logits(log_odds.float(), is_face),
        }


def error(found: Tensor, points: Tensor) -> Tensor:
    """Two times (B, 5, 2) -> (B, 5) distances in units of the distance between the eyes of `points`."""
    eyes = (points[:, 0] - points[:, 1]).norm(dim=1, keepdim=True)
    return (found - points).norm(dim=2) / eyes


def move(x: Tensor, points: Tensor, ground: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Faces (B, C, H, W) and landmarks (B, 5, 2) in fractions of the side -> both under a random similarity.

    Up to 30 degrees, scaled by 0.7 to 1.3, shifted by up to 15% of the side; half of the faces are mirrored. Beyond
    the picture its mirror image goes on, or, for half of them, `ground` (B, C, H, W) is seen.
    """
    mirrored, grounded, strength, *draws = uniform((7, len(x)), generator).to(x)
    angle, shift_x, shift_y, zoom = (2 * draw - 1 for draw in draws)  # in [-1, 1]
    swap = (mirrored < 0.5)[:, None, None]
    x = torch.where(swap[..., None], x.flip(3), x)
    points = torch.where(swap, torch.stack([1 - points[..., 0], points[..., 1]], 2)[:, MIRRORED], points)
    m = torch.polar(1 / (1 + 0.3 * zoom), torch.pi / 6 * strength * angle)  # with x + iy in [-1, 1]: old = m * new + t
    t = 0.3 * strength * torch.complex(shift_x, shift_y)
    inside = similarity(torch.ones_like(x[:, :1]), m, t, "zeros") > 0.5
    x = torch.where(inside | (grounded < 0.5)[:, None, None, None], similarity(x, m, t), ground)
    old = torch.view_as_complex(2 * points - 1)  # (B, 5, 2) -> (B, 5)
    new = torch.view_as_real((old - t[:, None]) / m[:, None])  # (B, 5) -> (B, 5, 2)
    return x, (new + 1) / 2


def no_faces(x: Tensor, generator: torch.Generator) -> Tensor:
    """Faces (B, C, H, W) -> pictures of the same colours and textures that show no upright face."""
    kind, angle, zoom, shift_x, shift_y = uniform((5, len(x)), generator).to(x)
    part = kind < 0.5  # a part of a face, else a face turned by 60 degrees and more
    angle = torch.where(part, 2 * torch.pi * angle, torch.pi * (1 + 4 * angle) / 3)
    zoom = torch.where(part, 2 + 3 * zoom, 0.6 + 0.7 * zoom)
    t = torch.where(part, 1.4, 0.6) * torch.complex(shift_x - 0.5, shift_y - 0.5)
    x = similarity(x, torch.polar(1 / zoom, angle), t)
    tiles = x.unflatten(3, (4, -1)).unflatten(2, (4, -1))  # (B, C, 4, H/4, 4, W/4)
    rows, columns = (torch.randperm(4, generator=generator, device=generator.device).to(x.device) for _ in range(2))
    tiles = tiles[:, :, rows][:, :, :, :, columns].flatten(4, 5).flatten(2, 3)  # (B, C, H, W)
    return torch.where((kind % 0.5 < 0.2)[:, None, None, None], tiles, x)


def similarity(x: Tensor, m: Tensor, t: Tensor, padding: str = "reflection") -> Tensor:
    """Pictures (B, C, H, W) resampled at m * place + t; places are x + iy in [-1, 1], m and t are (B,) complex."""
    matrix = torch.stack([m.real, -m.imag, t.real, m.imag, m.real, t.imag], 1).unflatten(1, (2, 3))  # (B, 2, 3)
    grid = F.affine_grid(matrix, list(x.shape), align_corners=False)
    return F.grid_sample(x, grid, padding_mode=padding, align_corners=False)


def photographed(x: Tensor, generator: torch.Generator) -> Tensor:
    """(B, C, H, W) in [0, 1] -> darker or lighter in the middle tones, a quarter blurred, all with a little noise."""
    gamma, blurred, noise = uniform((3, len(x), 1, 1, 1), generator).to(x)
    soft = F.interpolate(F.avg_pool2d(x, 2), scale_factor=2, mode="bilinear")
    x = torch.where(blurred < 0.25, soft, x).clamp(1e-3, 1) ** torch.exp(gamma - 0.5)
    return x + 0.05 * noise * normal_like(x, generator)


def measure(network: LandmarkNet, split: Split, photos: int = 200) -> dict[str, float]:
    """Figures for the card, all errors in units of the distance between the eyes.

    `landmark_error`: one look at faces that are moved as in training. `found_...`: faces found in made-up photos
    (see `photo_of`), with the error of eyes and mouth's centre; `false_alarms` are further faces, a photo.
    """
    generator, rng = torch.Generator().manual_seed(0), np.random.default_rng(0)
    assert split.landmarks is not None
    errors = []
    with torch.no_grad():
        for rows in torch.arange(len(split)).split(256):
            x = split.batch(rows)
            other = no_faces(x.roll(1, 0), generator)
            x, moved = move(x, split.landmarks[rows], other.roll(1, 0), generator)
            errors.append(error(network(x)[0], moved).mean(1))
    every, found, alarms = torch.cat(errors), [], 0
    for row in range(0, len(split), max(1, len(split) // photos)):
        photo, points = photo_of(to_pil(split.batch(torch.tensor([row]))[0]), split.landmarks[row].numpy(), rng)
        seen = faces.find(photo, network)
        distances = [np.linalg.norm(face.points - points, axis=1).mean() for face in seen]
        distances = [distance / np.linalg.norm(points[0] - points[1]) for distance in distances]
        right = [distance for distance in distances if distance < 0.5]
        found.append(min(right, default=np.nan))
        alarms += len(distances) - min(len(right), 1)
    hits = np.array(found)[~np.isnan(found)]
    figures = {
        "landmark_error": every.mean().item(),
        "landmark_error_p95": every.quantile(0.95).item(),
        "found_share": len(hits) / len(found),
        "found_error": hits.mean().item(),
        "found_error_p95": np.quantile(hits, 0.95).item(),
        "false_alarms": alarms / len(found),
    }
    return {key: float(f"{value:.5g}") for key, value in figures.items()}


def photo_of(face: Image.Image, landmarks: np.ndarray, rng: np.random.Generator) -> tuple[Image.Image, np.ndarray]:
    """An aligned face, turned by up to 15 degrees and 80 to 240 pixels wide, on a 640x480 ground of blotches.

    Gives the photo and where its eyes and mouth's centre are, (3, 2) in pixels.
    """
    cells = rng.integers(0, 256, (rng.integers(2, 40), rng.integers(2, 40), 3), dtype=np.uint8)
    photo = Image.fromarray(cells).resize((640, 480), Image.Resampling.BICUBIC)
    m = rng.uniform(80, 240) * np.exp(1j * np.deg2rad(rng.uniform(-15, 15)))  # photo = m * face + t, x + iy
    t = complex(rng.uniform(170, 470), rng.uniform(170, 310)) - m * (0.5 + 0.5j)
    back, start = face.width / m, -face.width * t / m
    coefficients = (back.real, -back.imag, start.real, back.imag, back.real, start.imag)
    affine, smooth = Image.Transform.AFFINE, Image.Resampling.BICUBIC
    mask = Image.new("L", face.size, 255).transform(photo.size, affine, coefficients, smooth)
    photo.paste(face.transform(photo.size, affine, coefficients, smooth), (0, 0), mask)
    return photo, faces.in_photo(landmarks, m, t)
