"""Finds the faces of a photo: a cascade proposes, the landmark network refines and judges."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from PIL import Image

from vae_demo.checkpoints import ROOT
from vae_demo.files import read_network
from vae_demo.images import FRAME, align, frame_of, plain, to_tensor
from vae_demo.models.landmarks import LandmarkConfig, LandmarkNet

LOOK = 1024  # longest side of the copy that the landmarks are read from
# The cascade knows upright faces of 24 pixels and more. Until a face is found it scans copies of these longest sides,
# turned by these degrees: the usual photo, a tilted head, a small face.
SCANS = ((360, (0.0,)), (240, (20.0, -20.0)), (640, (0.0,)))
LOOKS = 3  # of the network at each proposal: every look starts from the landmarks that the one before saw
SURE = 5.0  # log-odds of a face, mean of the looks; held-out faces had 6 and more, false alarms 4.6 and less
MOST = 16  # proposals that are looked at, largest first
# Eyes and mouth's centre in a box of the cascade, from its middle in units of its side: means over held-out faces.
IN_BOX = np.array([[-0.19, -0.127], [0.19, -0.127], [0.0, 0.275]])


@dataclass(frozen=True, eq=False)
class Face:
    """One face of a photo.

    Attributes:
        points: (3, 2) left eye, right eye (as seen), mouth's centre, in pixels of the photo.
    """

    points: np.ndarray

    @property
    def side(self) -> float:
        """Side of the training frame, in pixels of the photo."""
        return abs(frame_of(self.points)[0])

    @property
    def frame(self) -> np.ndarray:
        """(4, 2) corners of the training frame in the photo, clockwise from the upper left: what `aligned` cuts out."""
        m, t = frame_of(self.points)
        corners = t + m * np.array([0, 1, 1 + 1j, 1j])
        return np.stack([corners.real, corners.imag], 1)

    @property
    def place(self) -> tuple[float, float, float, float]:
        """The training frame as middle x, middle y, side, and tilt in degrees, clockwise; see `in_frame`."""
        x, y = self.frame.mean(0).tolist()
        return x, y, self.side, float(np.rad2deg(np.angle(frame_of(self.points)[0])))

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the upright square of the same middle and side as the frame."""
        x, y = self.frame.mean(0).tolist()
        half = self.side / 2
        return x - half, y - half, x + half, y + half


def find(picture: Image.Image, network: LandmarkNet | None = None) -> list[Face]:
    """The faces of a photo, largest first; none found gives [].

    Args:
        picture: of any mode and size; the pixels of a face are those of the photo as `images.plain` turns it.
        network: the shipped landmark network when None.

    Raises:
        CheckpointError: the checkpoint of the landmark network is missing or damaged.
        ValueError: a picture of floats holds values that are not finite.
    """
    network = network or landmark_net()
    photo = plain(picture)
    photo.thumbnail((LOOK, LOOK), reducing_gap=2.0)
    for longest, turns in SCANS:
        grey = photo.convert("L")
        grey.thumbnail((longest, longest), reducing_gap=2.0)
        proposed = [points for turn in turns for points in propose(grey, turn)]
        if proposed:
            scale = max(photo.size) / max(grey.size)
            faces = distinct(refine(network, photo, np.array(proposed) * scale))
            if faces:
                return [Face(face.points * max(picture.size) / max(photo.size)) for face in faces]
    return []


def in_frame(x: float, y: float, side: float, tilt: float) -> Face:
    """The face whose training frame lies there: the inverse of `Face.place`.

    Raises:
        ValueError: the side is not above 0.
    """
    if not side > 0:
        raise ValueError(f"expected a side above 0, got {side!r}")
    m = side * np.exp(1j * np.deg2rad(tilt))
    points = complex(x, y) + m * (FRAME @ [1, 1j] - (0.5 + 0.5j))
    return Face(np.stack([points.real, points.imag], 1))


def aligned(picture: Image.Image, face: Face, size: int) -> Image.Image:
    """The face that `find` saw in this picture turned, scaled and cut to the training frame: RGB, size x size."""
    return align(plain(picture), face.points, size)


def propose(grey: Image.Image, turn: float) -> list[np.ndarray]:
    """Where faces may be, by the LBP cascade of scikit-image, in a grey photo turned by `turn` degrees.

    Gives (3, 2) landmarks, in pixels of the photo as it was, guessed from the cascade's boxes.
    """
    turned = np.asarray(grey.rotate(turn, Image.Resampling.BILINEAR, fillcolor=128))
    boxes = cascade().detect_multi_scale(
        turned, scale_factor=1.2, step_ratio=1.5, min_size=(24, 24), max_size=turned.shape, min_neighbor_number=2
    )
    boxes = sorted(boxes, key=lambda box: -box["width"])[:MOST]
    middle, back = np.array(grey.size) / 2, np.exp(1j * np.deg2rad(turn))
    guesses = []
    for box in boxes:
        side = box["width"]
        points = [box["c"] + side / 2, box["r"] + side / 2] + IN_BOX * side - middle
        points = points @ [1, 1j] * back  # turned back
        guesses.append(np.stack([points.real, points.imag], 1) + middle)
    return guesses


def refine(network: LandmarkNet, photo: Image.Image, points: np.ndarray) -> list[Face]:
    """Guessed landmarks (N, 3, 2) of an RGB photo -> the faces among them, the surest first, with their landmarks.

    The network looks at the guessed frame, then at the frame that its answer gives, and so on.
    """
    judged = []
    for _ in range(LOOKS):
        crops = torch.cat([to_tensor(align(photo, guess, network.size), 3, network.size) for guess in points])
        with torch.no_grad():
            landmarks, log_odds = network(crops)
        judged.append(log_odds)
        fives = landmarks.double().numpy()
        points = np.stack([in_photo(five, *frame_of(guess)) for five, guess in zip(fives, points, strict=True)])
    sure = torch.stack(judged).mean(0)  # (N,)
    return [Face(points[i]) for i in sure.argsort(descending=True) if sure[i] > SURE]


def in_photo(landmarks: np.ndarray, m: complex, t: complex) -> np.ndarray:
    """Five landmarks (5, 2) of a frame -> eyes and mouth's centre (3, 2) in the photo, which is m * frame + t."""
    left_eye, right_eye, _, mouth_left, mouth_right = m * (landmarks @ [1, 1j]) + t
    three = np.array([left_eye, right_eye, (mouth_left + mouth_right) / 2])
    return np.stack([three.real, three.imag], 1)


def distinct(faces: list[Face]) -> list[Face]:
    """Of faces on top of each other only the first is kept; then the largest stands first."""
    kept: list[Face] = []
    for face in faces:
        middle = face.points.mean(0)
        if all(np.linalg.norm(middle - other.points.mean(0)) > other.side / 3 for other in kept):
            kept.append(face)
    return sorted(kept, key=lambda face: -face.side)


@cache
def cascade():
    """The LBP frontal-face cascade that scikit-image ships (of OpenCV; Liao et al. 2007)."""
    from skimage.data import lbp_frontal_face_cascade_filename
    from skimage.feature import Cascade

    return Cascade(lbp_frontal_face_cascade_filename())


@cache
def landmark_net() -> LandmarkNet:
    """The shipped landmark network, on the CPU: it is small."""
    return read_network(ROOT / "celeba-landmarks", ((LandmarkNet, LandmarkConfig),))
