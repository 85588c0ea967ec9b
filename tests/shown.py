"""The pictures that the HTML of a page shows, for the tests."""

import base64
import io
import re

import numpy as np
import torch
from PIL import Image
from torch import Tensor

PNG = re.compile(r"data:image/png;base64,([\w+/=]+)")
LOST = 0.5001 / 255  # at most, where a picture is written in whole numbers from 0 to 255


def shown(html: str) -> list[Tensor]:
    """Every PNG in the HTML, (C, H, W) in [0, 1]."""
    return [of_png(base64.b64decode(content)) for content in PNG.findall(html)]


def of_png(content: bytes) -> Tensor:
    """(C, H, W) in [0, 1]."""
    pixels = np.atleast_3d(np.asarray(Image.open(io.BytesIO(content)), np.float32) / 255)
    return torch.from_numpy(pixels).permute(2, 0, 1)  # (H, W, C) -> (C, H, W)
