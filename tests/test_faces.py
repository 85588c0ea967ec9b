"""Faces: landmarks follow the photo, no face is seen where none is, and training moves landmarks with their picture.

The photo is NASA's portrait of Eileen Collins (public domain), which lies in the installed scikit-image.
"""

import numpy as np
import pytest
import skimage.data
import torch
from PIL import Image, ImageOps

from vae_demo import faces
from vae_demo.files import CheckpointError
from vae_demo.images import FRAME, frame_of
from vae_demo.models.landmarks import LandmarkConfig, LandmarkNet
from vae_demo.training import landmarks

BY_HAND = np.array([[203.0, 101.0], [246.0, 103.5], [224.0, 140.0]])  # pupils and mouth's centre, read off the photo
EYES = 43.1  # their distance


@pytest.fixture(scope="module")
def astronaut() -> Image.Image:
    return Image.fromarray(skimage.data.astronaut())


def only(picture: Image.Image) -> np.ndarray:
    """The landmarks of the one face of the photo."""
    (face,) = faces.find(picture)
    return face.points


def off(points: np.ndarray, expected: np.ndarray) -> float:
    """The largest of three distances, in units of the expected distance between the eyes."""
    return np.linalg.norm(points - expected, axis=1).max() / np.linalg.norm(expected[1] - expected[0])


def similar(picture: Image.Image, scale: float, degrees: float, size: tuple[int, int], to: complex):
    """The photo scaled, turned clockwise, its middle laid on `to` on a grey ground; and the map of its points."""
    m, middle = scale * np.exp(1j * np.deg2rad(degrees)), complex(picture.width, picture.height) / 2
    t = to - m * middle
    back = (1 / m, -t / m)
    coefficients = (back[0].real, -back[0].imag, back[1].real, back[0].imag, back[0].real, back[1].imag)
    moved = picture.transform(
        size, Image.Transform.AFFINE, coefficients, Image.Resampling.BICUBIC, fillcolor=(120, 130, 140)
    )

    def map_points(points: np.ndarray) -> np.ndarray:
        z = m * (points @ [1, 1j]) + t
        return np.stack([z.real, z.imag], 1)

    return moved, map_points


def test_the_astronaut_is_found_where_a_person_sees_her(astronaut: Image.Image) -> None:
    assert off(only(astronaut), BY_HAND) < 0.12


@pytest.mark.parametrize("degrees", [-15, -8, 8, 15])
def test_a_turned_photo_turns_the_points(astronaut: Image.Image, degrees: float) -> None:
    moved, map_points = similar(astronaut, 1.0, degrees, (512, 512), 256 + 256j)
    assert off(only(moved), map_points(BY_HAND)) < 0.15


@pytest.mark.parametrize(("scale", "size"), [(0.5, (256, 256)), (2.0, (1024, 1024)), (4.0, (2048, 2048))])
def test_the_size_of_a_photo_does_not_matter(astronaut: Image.Image, scale: float, size: tuple[int, int]) -> None:
    picture = astronaut.resize(size, Image.Resampling.LANCZOS)
    assert off(only(picture), scale * BY_HAND) < 0.12


def test_a_small_photo_on_a_large_canvas(astronaut: Image.Image) -> None:
    moved, map_points = similar(astronaut, 0.6, 0, (1000, 700), 650 + 300j)
    assert off(only(moved), map_points(BY_HAND)) < 0.15


def test_a_mirrored_photo_mirrors_the_points(astronaut: Image.Image) -> None:
    mirrored = BY_HAND[[1, 0, 2]] * [-1, 1] + [astronaut.width, 0]  # the eye on the left is the other one now
    assert off(only(ImageOps.mirror(astronaut)), mirrored) < 0.12


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK", "LA"])
def test_the_mode_of_a_photo_does_not_matter(astronaut: Image.Image, mode: str) -> None:
    assert off(only(astronaut.convert(mode)), BY_HAND) < 0.12


def test_a_photo_of_sixteen_bits_has_its_face(astronaut: Image.Image) -> None:
    assert off(only(Image.fromarray(np.asarray(astronaut.convert("L")).astype(np.uint16) * 257)), BY_HAND) < 0.12


def test_a_photo_that_lies_on_its_side_is_found_and_aligned_upright(astronaut: Image.Image) -> None:
    lying, exif = astronaut.transpose(Image.Transpose.ROTATE_90), Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    lying.info["exif"] = exif.tobytes()
    (face,), (same,) = faces.find(lying), faces.find(astronaut)
    np.testing.assert_array_equal(face.points, same.points)
    np.testing.assert_array_equal(faces.aligned(lying, face, 64), faces.aligned(astronaut, same, 64))


def test_of_two_faces_the_larger_comes_first(astronaut: Image.Image) -> None:
    canvas = Image.new("RGB", (940, 600), (90, 110, 100))
    canvas.paste(astronaut.resize((400, 400), Image.Resampling.LANCZOS), (10, 150))
    canvas.paste(astronaut, (420, 40))
    large, small = faces.find(canvas)
    assert off(large.points, BY_HAND + [420, 40]) < 0.15
    assert off(small.points, BY_HAND * 400 / 512 + [10, 150]) < 0.15
    assert large.side > small.side


def test_a_face_at_the_edge_is_aligned_without_black_corners(astronaut: Image.Image) -> None:
    close = astronaut.crop((170, 72, 285, 190))
    (face,) = faces.find(close)
    assert min(face.box[:2]) < 0  # the frame reaches out of the photo
    assert np.asarray(faces.aligned(close, face, 128)).min(2).mean(1).min() > 20


@pytest.mark.parametrize("name", ["coffee", "gravel", "page", "rocket", "retina"])
def test_pictures_without_people_have_no_face(name: str) -> None:
    assert faces.find(Image.fromarray(getattr(skimage.data, name)())) == []


@pytest.mark.parametrize("cells", [40, 200])
def test_noise_has_no_face(cells: int) -> None:
    noise = np.random.default_rng(cells).integers(0, 256, (cells, cells, 3), dtype=np.uint8)
    assert faces.find(Image.fromarray(noise).resize((600, 600), Image.Resampling.BICUBIC)) == []


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (23, 23), (25, 25)])
def test_a_picture_too_small_for_a_face_has_none(size: tuple[int, int]) -> None:
    assert faces.find(Image.new("RGB", size, (200, 150, 120))) == []


def test_aligned_lays_eyes_and_mouth_on_the_frame(astronaut: Image.Image) -> None:
    for picture in (astronaut, astronaut.resize((1536, 1536), Image.Resampling.LANCZOS)):
        (face,) = faces.find(picture)
        scale = picture.width / astronaut.width
        # dots where a person sees eyes and mouth come to lie where the training faces have them
        dots = np.zeros((picture.height, picture.width), np.uint8)
        for x, y in (BY_HAND * scale).astype(int):
            dots[y - round(3 * scale) : y + round(3 * scale) + 1, x - round(3 * scale) : x + round(3 * scale) + 1] = 255
        cut = np.asarray(faces.aligned(Image.fromarray(dots), face, 128).convert("L"), dtype=float)
        for x, y in FRAME * 128:
            part = cut[round(y) - 12 : round(y) + 13, round(x) - 12 : round(x) + 13]
            rows, columns = np.mgrid[-12:13, -12:13]
            assert abs((part * columns).sum() / part.sum()) < 4.5
            assert abs((part * rows).sum() / part.sum()) < 4.5


def test_frame_and_box_of_an_upright_face() -> None:
    face = faces.Face(FRAME * 200 + [10, 20])
    assert face.side == pytest.approx(200)
    np.testing.assert_allclose(face.frame, [[10, 20], [210, 20], [210, 220], [10, 220]])
    np.testing.assert_allclose(face.box, [10, 20, 210, 220])


def test_frame_turns_with_the_face() -> None:
    turned = FRAME @ np.array([[0.0, 1.0], [-1.0, 0.0]])  # a quarter clockwise, as seen: (x, y) -> (-y, x)
    np.testing.assert_allclose(faces.Face(100 * turned).frame, [[0, 0], [0, 100], [-100, 100], [-100, 0]], atol=1e-9)


@pytest.mark.parametrize("points", [np.ones((3, 2)), np.full((3, 2), np.nan)])
def test_landmarks_that_coincide_have_no_frame(points: np.ndarray) -> None:
    with pytest.raises(ValueError, match="landmarks"):
        frame_of(points)


def test_without_its_checkpoint_the_finder_says_so(
    astronaut: Image.Image, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faces, "ROOT", tmp_path)
    faces.landmark_net.cache_clear()
    with pytest.raises(CheckpointError, match="celeba-landmarks"):
        faces.find(astronaut)
    faces.landmark_net.cache_clear()


def test_the_network_is_blind_to_light_contrast_and_colour() -> None:
    torch.manual_seed(0)
    network = LandmarkNet(LandmarkConfig(64, (4, 8), 16)).eval()
    x = 0.3 + 0.4 * torch.rand(2, 3, 64, 64)
    points, log_odds = network(x)
    assert points.shape == (2, 5, 2)
    assert log_odds.shape == (2,)
    for same in (x.mean(1, keepdim=True).expand(-1, 3, -1, -1), x + 0.2):
        torch.testing.assert_close(network(same)[0], points, atol=1e-4, rtol=0)
    torch.testing.assert_close(network(0.5 * x)[0], points, atol=0.02, rtol=0)


def test_landmarks_are_moved_with_their_picture() -> None:
    """Each landmark is a blob in a channel of its own: the moved picture must be bright where the moved landmark is."""
    generator = torch.Generator().manual_seed(3)
    points = torch.tensor([[0.37, 0.49], [0.64, 0.49], [0.5, 0.62], [0.4, 0.76], [0.6, 0.76]])
    axis = (torch.arange(64) + 0.5) / 64
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    blobs = torch.stack([torch.exp(-((x - px) ** 2 + (y - py) ** 2) / 2 / 0.03**2) for px, py in points])  # (5, 64, 64)
    n = 60
    ground = torch.zeros(n, 5, 64, 64)
    moved, found = landmarks.move(blobs.expand(n, -1, -1, -1), points.expand(n, -1, -1), ground, generator)
    visible = ((found > 0.05) & (found < 0.95)).flatten(1).all(1)
    assert visible.sum() > n / 2
    moved, found = moved[visible], found[visible]
    # (B, 5 channels, 5 places): what each channel shows at each landmark
    shown = torch.nn.functional.grid_sample(moved, 2 * found[:, None] - 1, align_corners=False)[:, :, 0]
    straight = shown.diagonal(dim1=1, dim2=2).amin(1) > 0.8
    mirrored = shown[:, list(landmarks.MIRRORED)].diagonal(dim1=1, dim2=2).amin(1) > 0.8
    assert (straight ^ mirrored).all()
    assert 0.25 < mirrored.float().mean() < 0.75
    assert (found[:, 0, 0] < found[:, 1, 0]).all()  # the left eye is the one on the left, mirrored or not


def test_error_is_in_units_of_the_eyes_distance() -> None:
    points = torch.tensor([[[1.0, 1.0], [3.0, 1.0], [2.0, 2.0], [1.0, 3.0], [3.0, 3.0]]])
    found = points.clone()
    found[0, 2, 1] += 1.0
    torch.testing.assert_close(landmarks.error(found, points), torch.tensor([[0.0, 0.0, 0.5, 0.0, 0.0]]))


def test_made_up_photos_know_where_their_face_is() -> None:
    rng = np.random.default_rng(0)
    spots = np.full((64, 64, 3), 128, np.uint8)
    five = np.array([[0.35, 0.5], [0.65, 0.5], [0.5, 0.6], [0.4, 0.8], [0.6, 0.8]])
    for x, y in five[:2] * 64:
        spots[int(y) - 2 : int(y) + 2, int(x) - 2 : int(x) + 2] = (255, 0, 0)
    for _ in range(5):
        photo, points = landmarks.photo_of(Image.fromarray(spots), five, rng)
        pixels = np.asarray(photo).astype(int)
        for x, y in points[:2]:
            red, green, _ = pixels[int(y), int(x)]
            assert red > 200
            assert green < 80


@pytest.mark.parametrize("place", [(100.0, 80.0, 40.0, 0.0), (10.5, 300.0, 123.0, -35.0), (0.0, 0.0, 9.0, 90.0)])
def test_a_frame_and_its_face_are_inverse(place):
    face = faces.in_frame(*place)
    assert face.place == pytest.approx(place, abs=1e-6)
    assert face.side == pytest.approx(place[2])
    with pytest.raises(ValueError, match="side"):
        faces.in_frame(1, 1, 0, 0)


@pytest.mark.parametrize(("apart", "count"), [(20, 1), (40, 2)])
def test_faces_on_top_of_each_other_are_one(apart: float, count: int) -> None:
    first, second = (faces.in_frame(200 + x, 200, 100, 0) for x in (0, apart))
    kept = faces.distinct([first, second])
    assert len(kept) == count
    assert kept[0] is first
