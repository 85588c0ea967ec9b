"""What the tabs compute, tensors in and tensors out: no Gradio, no files."""

import math
from typing import Literal

import numpy as np
import torch
from torch import Tensor

DAMAGES = ("gaussian", "masking", "salt_pepper")


def corrupt(x: Tensor, kind: str, strength: float, seed: int = 0) -> Tensor:
    """Damages pictures: (B, C, H, W) in [0, 1] -> the same, in [0, 1]; one seed gives the same damage everywhere.

    Args:
        kind: "gaussian" adds noise of deviation `strength`; "masking" sets that share of the pixels to 0;
            "salt_pepper" sets that share to 0 or 1.
        strength: 0 to 1.

    Raises:
        ValueError: unknown kind, strength or seed out of range, or x of another shape or type.
    """
    if not isinstance(x, Tensor) or x.ndim != 4 or not x.is_floating_point():
        got = f"shape {tuple(x.shape)} of {x.dtype}" if isinstance(x, Tensor) else type(x).__name__
        raise ValueError(f"expected x: (B, C, H, W) floating point, got {got}")
    if kind not in DAMAGES:
        raise ValueError(f"expected kind: one of {', '.join(DAMAGES)}, got {kind!r}")
    if isinstance(strength, bool) or not isinstance(strength, (int, float)) or not 0 <= strength <= 1:
        raise ValueError(f"expected strength: a number from 0 to 1, got {strength!r}")
    if type(seed) is not int or not 0 <= seed < 2**63:
        raise ValueError(f"expected seed: a whole number from 0 to 2^63 - 1, got {seed!r}")
    generator = torch.Generator().manual_seed(seed)
    if kind == "gaussian":
        return (
            x + strength * torch.randn(x.shape, generator=generator, dtype=torch.float32, device="cpu").to(x)
        ).clamp(0, 1)
    place = torch.rand(len(x), 1, *x.shape[2:], generator=generator, dtype=torch.float32, device="cpu")
    place = place.to(x.device)  # (B, 1, H, W): all channels of a pixel; rounded to half precision some would be 1
    if kind == "masking":
        return torch.where(place < strength, 0.0, x)
    return torch.where(place < strength / 2, 0.0, torch.where(place < strength, 1.0, x))


def interpolate(a: Tensor, b: Tensor, steps: int, path: Literal["linear", "spherical"] = "linear") -> Tensor:
    """From a to b, both ends included: (D,) and (D,) -> (steps, D).

    "spherical" is Shoemake's slerp (1985, doi 10.1145/325165.325242) on the directions, with the lengths
    interpolated linearly; where the two point the same or opposite ways it is the straight line.

    Raises:
        ValueError: fewer than 2 steps, unknown path, or shapes that are not the same (D,).
    """
    if steps < 2 or path not in ("linear", "spherical"):
        raise ValueError(f"expected 2 or more steps, linear or spherical, got {steps}, {path!r}")
    if a.ndim != 1 or a.shape != b.shape:
        raise ValueError(f"expected a and b: (D,) both, got shapes {tuple(a.shape)} and {tuple(b.shape)}")
    t = torch.linspace(0, 1, steps, dtype=a.dtype, device=a.device)[:, None]  # (steps, 1)
    line = torch.lerp(a, b, t)  # a + t (b - a) does not end at b where a is much larger
    lengths = a.norm(), b.norm()
    if path == "linear" or min(lengths) < 1e-8:
        return line
    cosine = ((a @ b) / (lengths[0] * lengths[1])).clamp(-1, 1)
    omega = torch.acos(cosine)
    if torch.sin(omega) < 2e-3:  # the rounding of a float32 cosine near 1 is worth 5e-4 of angle
        return line
    unit = (torch.sin((1 - t) * omega) * a / lengths[0] + torch.sin(t * omega) * b / lengths[1]) / torch.sin(omega)
    return torch.lerp(*lengths, t) * unit


def doublings(d: int) -> list[int]:
    """1, 2, 4, … and d itself."""
    return [2**i for i in range(d.bit_length()) if 2**i < d] + [d]


def mse(x_hat: Tensor, x: Tensor) -> Tensor:
    """Mean squared error of each picture: (B, C, H, W) twice -> (B,)."""
    return (x_hat - x).square().flatten(1).mean(1)


def psnr(error: float) -> float:
    """Peak signal-to-noise ratio in dB of a mean squared error on pictures in [0, 1]; no error is infinite."""
    if error > 0:
        return -10 * math.log10(error)
    return math.inf if error == 0 else math.nan


def ssim(x_hat: Tensor, x: Tensor) -> float:
    """Structural similarity of two pictures (C, H, W) in [0, 1], by scikit-image (Wang et al. 2004).

    Its windows are boxes of 7x7 pixels, where the paper's are Gaussian.
    """
    from skimage.metrics import structural_similarity

    return float(structural_similarity(x.cpu().numpy(), x_hat.cpu().numpy(), channel_axis=0, data_range=1.0))


def strayed(z: Tensor, clean: Tensor, std: Tensor) -> Tensor:
    """How far codes z are from those of the clean pictures: (B, D) twice, and the codes' deviations (D,), -> (B,).

    In units of the root mean square distance of two pictures' codes, sqrt(2 tr Sigma): 0 is unmoved, 1 is as far as
    another picture is.
    """
    return (z - clean).norm(dim=1) / (math.sqrt(2) * std.norm())


def median_filter(x: Tensor) -> Tensor:
    """The 3x3 median of each channel: (B, C, H, W) -> the same. scikit-image's."""
    from skimage.filters import median

    planes = [median(plane, np.ones((3, 3))) for plane in x.cpu().numpy().reshape(-1, *x.shape[2:])]
    return torch.from_numpy(np.stack(planes)).view(x.shape).to(x)


def total_variation(x: Tensor, weight: float = 0.2) -> Tensor:
    """Total-variation denoising (Chambolle 2004) by scikit-image: (B, C, H, W) -> the same, in [0, 1]."""
    from skimage.restoration import denoise_tv_chambolle

    pictures = [denoise_tv_chambolle(picture, weight=weight, channel_axis=0) for picture in x.cpu().numpy()]
    return torch.from_numpy(np.stack(pictures)).float().clamp(0, 1).to(x)
