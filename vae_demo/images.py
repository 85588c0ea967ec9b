"""Pictures in and out: PIL <-> tensor, a drawn digit made like MNIST's, a photo aligned to the training frame."""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageOps
from torch import Tensor

# Mean landmarks of the aligned CelebA crop, as fractions of its side: the two eyes, then the mouth's centre.
FRAME = np.array([[47.4, 62.6], [81.6, 62.6], [64.0, 98.0]]) / 128


def plain(picture: Image.Image) -> Image.Image:
    """Any picture -> the same as RGB: turned as its EXIF says, 16 bits scaled to 8, transparency on white.

    Raises:
        ValueError: a picture of floats holds values that are not finite.
    """
    picture = ImageOps.exif_transpose(picture)
    if picture.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        values = np.array(picture, dtype=np.float32)  # worked on in place: copies of a large photo fill gigabytes
        if not np.isfinite(values).all():
            raise ValueError("expected finite values, got a picture with others")
        values *= 255 / (max(1.0, values.max()) if picture.mode == "F" else 65535)
        picture = Image.fromarray(values.clip(0, 255, out=values).round(out=values).astype(np.uint8))
    if picture.mode in ("P", "PA", "LA", "RGBA", "RGBa") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture if picture.mode == "RGB" else picture.convert("RGB")  # which copies, even where nothing changes


def to_tensor(picture: Image.Image, channels: int, size: int) -> Tensor:
    """A PIL picture of any mode -> (1, C, size, size) float32 in [0, 1], by `plain`.

    Resized with antialiasing; the aspect is not kept.
    """
    picture = plain(picture) if channels == 3 else plain(picture).convert("L")
    small = picture.resize((size, size), Image.Resampling.LANCZOS)
    array = np.asarray(small, dtype=np.float32) / 255
    return torch.from_numpy(array.reshape(size, size, channels)).permute(2, 0, 1)[None]  # (H, W, C) -> (1, C, H, W)


def to_pil(x: Tensor) -> Image.Image:
    """(C, H, W) in [0, 1] -> a PIL picture, "L" or "RGB"."""
    array = (x.clamp(0, 1) * 255).round().byte().cpu().permute(1, 2, 0).numpy()  # (C, H, W) -> (H, W, C)
    return Image.fromarray(array[:, :, 0] if array.shape[2] == 1 else array)


def resized(x: Tensor, size: int) -> Tensor:
    """(B, C, H, W) in [0, 1] -> (B, C, size, size), bicubic, with antialiasing."""
    if x.shape[-2:] == (size, size):
        return x
    return F.interpolate(x, (size, size), mode="bicubic", antialias=True).clamp(0, 1)


def sheet(x: Tensor, columns: int, scale: int = 1, gap: int = 2) -> Image.Image:
    """(B, C, H, W) in [0, 1] -> one contact sheet, row by row, each pixel `scale` pixels wide, white between.

    Raises:
        ValueError: no pictures, or no columns.
    """
    b, c, h, w = x.shape
    if b == 0 or columns < 1:
        raise ValueError(f"expected at least one picture and one column, got {b} and {columns}")
    columns = min(columns, b)
    rows = -(-b // columns)
    gap = gap * scale
    canvas = Image.new("L" if c == 1 else "RGB", (columns * (w * scale + gap) - gap, rows * (h * scale + gap) - gap))
    canvas.paste(255 if c == 1 else (255, 255, 255), (0, 0, *canvas.size))
    for i, picture in enumerate(x):
        tile = to_pil(picture).resize((w * scale, h * scale), Image.Resampling.NEAREST)
        canvas.paste(tile, (i % columns * (w * scale + gap), i // columns * (h * scale + gap)))
    return canvas


def digit(picture: Image.Image) -> Tensor:
    """A drawing -> (1, 1, 28, 28) in [0, 1], made as MNIST was: the ink in a 20x20 box, its mass in the middle.

    Dark strokes on light paper and light strokes on dark both work: what touches the border is the paper.

    Raises:
        ValueError: there is no ink.
    """
    ink = np.asarray(plain(picture).convert("L"), dtype=np.float32) / 255
    border = np.concatenate([ink[0], ink[-1], ink[:, 0], ink[:, -1]])
    ink = np.abs(ink - np.median(border))
    ink = np.where(ink > 0.1, ink, 0.0)
    if ink.sum() < 1:
        raise ValueError("expected a drawing with some ink, got an empty one")
    rows, columns = np.nonzero(ink.max(1))[0], np.nonzero(ink.max(0))[0]
    box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    box = box / box.max()
    scale = 20 / max(box.shape)
    size = (max(1, round(box.shape[1] * scale)), max(1, round(box.shape[0] * scale)))
    small = np.asarray(
        Image.fromarray(box).resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC)
    )
    small = small.clip(0, 1)
    mass = small / small.sum()
    y, x = (mass.sum(1) * np.arange(size[1])).sum(), (mass.sum(0) * np.arange(size[0])).sum()
    top, left = round(13.5 - y), round(13.5 - x)
    canvas = np.zeros((68, 68), np.float32)  # roomy: the mass may sit far from the box's middle
    canvas[20 + top : 20 + top + size[1], 20 + left : 20 + left + size[0]] = small
    return torch.from_numpy(canvas[20:48, 20:48].copy())[None, None]  # (28, 28) -> (1, 1, 28, 28)


def frame_of(points: np.ndarray) -> tuple[complex, complex]:
    """The similarity that carries FRAME onto a photo's landmarks: photo = m * frame + t, x + iy being one number.

    |m| is the side of the training frame in pixels of the photo and its angle is the tilt; t is its first corner.
    Least squares, without mirroring (Umeyama 1991).

    Args:
        points: (3, 2) left eye, right eye (as seen), mouth's centre, in pixels of the photo.

    Raises:
        ValueError: the landmarks coincide.
    """
    frame, photo = FRAME @ [1, 1j], np.asarray(points, dtype=float) @ [1, 1j]
    centred, moved = frame - frame.mean(), photo - photo.mean()
    m = (np.conj(centred) @ moved) / (np.conj(centred) @ centred)
    if not abs(m) > 1e-6:  # also for NaN
        raise ValueError("expected three different landmarks, got the same point")
    return m, photo.mean() - m * frame.mean()


def align(picture: Image.Image, points: np.ndarray, size: int) -> Image.Image:
    """Turns, scales and crops a photo so that its landmarks lie where the training faces have them.

    Where the frame reaches out of the photo, the photo's edge goes on.

    Args:
        picture: an RGB photo.
        points: (3, 2) left eye, right eye (as seen), mouth's centre, in pixels of the photo.
        size: side of the result in pixels.

    Raises:
        ValueError: the landmarks coincide.
    """
    m, t = frame_of(points)
    shrink = max(1, int(abs(m) / size))  # bicubic reads 4x4 pixels: shrink first, so that nothing aliases
    if shrink > 1:
        picture, m, t = picture.reduce(shrink), m / shrink, t / shrink
    corners = t + m * np.array([0, 1, 1j, 1 + 1j])
    left, top = (int(np.floor(axis.min())) - 2 for axis in (corners.real, corners.imag))
    right, bottom = (int(np.ceil(axis.max())) + 2 for axis in (corners.real, corners.imag))
    columns, rows = (np.arange(left, right), np.arange(top, bottom))
    pixels = np.asarray(picture)[rows.clip(0, picture.height - 1)][:, columns.clip(0, picture.width - 1)]
    m, t = m / size, t - complex(left, top)
    coefficients = (m.real, -m.imag, t.real, m.imag, m.real, t.imag)
    return Image.fromarray(pixels).transform(
        (size, size), Image.Transform.AFFINE, coefficients, Image.Resampling.BICUBIC
    )


def centre_square(picture: Image.Image) -> Image.Image:
    """The largest square in the middle."""
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    return picture.crop((left, top, left + side, top + side))
