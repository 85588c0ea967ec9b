"""Pictures in and out: nothing is lost on the way, a drawing is centred like MNIST's, landmarks land in the frame."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw

from vae_demo.images import FRAME, align, centre_square, digit, plain, resized, sheet, to_pil, to_tensor


@pytest.mark.parametrize(("channels", "mode"), [(1, "L"), (3, "RGB")])
def test_to_tensor_undoes_to_pil(channels, mode):
    x = torch.randint(256, (1, channels, 9, 9)) / 255
    picture = to_pil(x[0])
    assert picture.mode == mode
    assert torch.allclose(to_tensor(picture, channels, 9), x, atol=1e-6)


def test_to_pil_rounds_and_clamps():
    x = torch.tensor([[[0.999, 0.5 / 255 + 0.001], [-0.2, 1.2]]])
    assert np.asarray(to_pil(x)).tolist() == [[255, 1], [0, 255]]


def test_to_tensor_resizes_and_converts():
    wide = Image.new("RGB", (40, 20), (255, 0, 0))
    x = to_tensor(wide, 3, 10)
    assert x.shape == (1, 3, 10, 10)
    assert torch.equal(x[0, :, 5, 5], torch.tensor([1.0, 0.0, 0.0]))
    assert to_tensor(wide, 1, 10)[0, 0, 5, 5].item() == pytest.approx(0.299, abs=0.01)  # luma of red, ITU-R 601


def test_to_tensor_takes_sixteen_bits_and_transparency():
    deep = Image.fromarray(np.array([[0, 32768], [65535, 65535]], np.uint16))
    for channels in (1, 3):
        expected = torch.tensor([[0, 128], [255, 255]]) / 255
        torch.testing.assert_close(to_tensor(deep, channels, 2), expected.expand(1, channels, 2, 2))
        assert (to_tensor(Image.new("LA", (4, 4), (0, 0)), channels, 2) == 1).all()  # on white paper


def test_a_sheet_is_read_row_by_row():
    x = torch.tensor([0.0, 0.2, 0.4]).view(3, 1, 1, 1).expand(3, 1, 4, 4)
    page = np.asarray(sheet(x, columns=2, scale=3, gap=1))
    assert page.shape == (2 * 12 + 3, 2 * 12 + 3)
    assert [page[5, 5], page[5, 20], page[20, 5]] == [0, 51, 102]
    assert page[20, 20] == 255  # nobody there
    assert page[5, 13] == 255  # the gap
    assert sheet(x[:1].expand(1, 3, 4, 4), columns=5).size == (4, 4)


def test_a_sheet_of_nothing_is_told():
    for x, columns in ((torch.zeros(0, 1, 4, 4), 2), (torch.zeros(3, 1, 4, 4), 0)):
        with pytest.raises(ValueError, match="at least one picture and one column"):
            sheet(x, columns)


def drawing(points, size=(200, 150), width=9, paper=255, ink=0):
    picture = Image.new("L", size, paper)
    ImageDraw.Draw(picture).line(points, fill=ink, width=width)
    return picture


SEVEN = [(30, 20), (90, 20), (50, 120)]


@pytest.mark.parametrize(
    ("points", "size", "width"),
    [(SEVEN, (200, 150), 9), ([(5, 5), (12, 30)], (40, 40), 3), ([(100, 500), (800, 480)], (900, 900), 60)],
    ids=["seven", "small", "wide"],
)
def test_a_digit_has_its_mass_in_the_middle_of_a_box_of_twenty(points, size, width):
    x = digit(drawing(points, size, width))
    assert x.shape == (1, 1, 28, 28)
    assert x.min() >= 0
    assert x.max() <= 1
    ink = x[0, 0]
    place = torch.arange(28.0)
    for axis in (0, 1):
        centre = (ink.sum(1 - axis) * place).sum() / ink.sum()
        assert 13.0 <= centre.item() <= 14.0
    rows, columns = (ink > 0.02).any(1).nonzero()[:, 0], (ink > 0.02).any(0).nonzero()[:, 0]
    sides = (rows[-1] - rows[0] + 1).item(), (columns[-1] - columns[0] + 1).item()
    assert 19 <= max(sides) <= 20


def test_dark_on_light_is_light_on_dark_and_place_does_not_matter():
    x = digit(drawing(SEVEN))
    assert torch.allclose(digit(drawing(SEVEN, paper=0, ink=255)), x, atol=0.02)
    assert torch.allclose(digit(drawing([(a + 70, b + 11) for a, b in SEVEN])), x, atol=0.02)
    assert torch.allclose(digit(drawing([(2 * a, 2 * b) for a, b in SEVEN], (400, 300), 18)), x, atol=0.35)


def test_a_faint_shade_on_the_paper_is_no_ink():
    shaded = drawing(SEVEN)
    ImageDraw.Draw(shaded).rectangle((140, 90, 190, 140), fill=240)
    assert torch.equal(digit(shaded), digit(drawing(SEVEN)))


@pytest.mark.parametrize("paper", [0, 128, 255])
def test_an_empty_drawing_is_told(paper):
    with pytest.raises(ValueError, match="some ink"):
        digit(Image.new("RGB", (50, 50), (paper,) * 3))


def test_ink_on_a_transparent_ground_is_ink_on_white_paper():
    on_paper = drawing(SEVEN)
    transparent = Image.new("LA", on_paper.size, (0, 0))
    transparent.putalpha(on_paper.point(lambda grey: 255 - grey))  # black everywhere, to be seen where the ink is
    for picture in (transparent, transparent.convert("RGBA")):
        torch.testing.assert_close(digit(picture), digit(on_paper), atol=0.005, rtol=0)


def test_a_plain_picture_is_turned_and_scaled():
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise: the left column becomes the top row
    lying = Image.new("RGB", (4, 2))
    lying.putpixel((0, 0), (255, 0, 0))
    lying.info["exif"] = exif.tobytes()
    upright = plain(lying)
    assert upright.size == (2, 4)
    assert upright.getpixel((1, 0)) == (255, 0, 0)
    deep = Image.fromarray(np.array([[0, 32768, 65535]], np.uint16))
    assert [deep_[0] for deep_ in np.asarray(plain(deep))[0]] == [0, 128, 255]
    floats = Image.fromarray(np.array([[0, 0.25, 0.5]], np.float32))
    assert np.asarray(plain(floats))[0, :, 0].tolist() == [0, 64, 128]
    with pytest.raises(ValueError, match="finite"):
        plain(Image.fromarray(np.array([[np.nan, 1.0]], np.float32)))


@pytest.mark.parametrize("scale", [0.7, 1.0, 2.6, 6.0])
@pytest.mark.parametrize("degrees", [0, 20, -35])
def test_landmarks_land_in_the_frame(scale, degrees):
    """A disc in each colour at the landmarks of a turned and scaled face; its centre of mass afterwards."""
    turn = scale * np.exp(1j * np.radians(degrees))
    marks = FRAME @ [1, 1j] * 128 * turn
    marks += 450 + 450j - marks.mean()
    points = np.stack([marks.real, marks.imag], 1)
    picture = Image.new("RGB", (900, 900))
    pixels = np.zeros((900, 900, 3), np.uint8)
    y, x = np.mgrid[:900, :900] + 0.5
    for colour, (px, py) in enumerate(points):
        pixels[..., colour] = 255 * (np.hypot(x - px, y - py) < 5 * scale)
    picture = Image.fromarray(pixels)
    for size in (64, 128):
        found = np.asarray(align(picture, points, size), dtype=float)
        assert found.shape == (size, size, 3)
        y, x = np.mgrid[:size, :size] + 0.5
        for colour, target in enumerate(FRAME * size):
            mass = found[..., colour] / found[..., colour].sum()
            assert np.hypot((mass * x).sum() - target[0], (mass * y).sum() - target[1]) < 0.5


def test_a_fine_pattern_becomes_grey():
    """A chequerboard of single pixels, fifteen of them to one of the result."""
    board = Image.fromarray((np.indices((960, 960)).sum(0) % 2 * 255).astype(np.uint8)).convert("RGB")
    assert abs(np.asarray(align(board, FRAME * 960, 64)).astype(float) - 127.5).max() < 10


def test_the_last_row_of_a_photo_goes_on_below_it():
    rows = Image.fromarray(np.repeat(np.arange(100, dtype=np.uint8)[:, None], 100, 1)).convert("RGB")
    below = np.asarray(align(rows, FRAME * 100 + [0, 60], 100))[45:, :, 0]
    assert (below == 99).all()


def test_the_edge_of_a_photo_goes_on():
    picture = Image.new("RGB", (100, 100), (10, 20, 30))
    points = FRAME * 100 + [60, 0]
    assert np.ptp(np.asarray(align(picture, points, 64)).reshape(-1, 3), axis=0).max() <= 1


@pytest.mark.parametrize("points", [np.ones((3, 2)), np.full((3, 2), np.nan)])
def test_landmarks_that_coincide_are_told(points):
    with pytest.raises(ValueError, match="different landmarks"):
        align(Image.new("RGB", (50, 50)), points, 64)


@pytest.mark.parametrize("size", [(30, 20), (20, 30), (21, 20)])
def test_the_largest_square_in_the_middle(size):
    picture = Image.new("L", size)
    picture.putpixel((size[0] // 2, size[1] // 2), 255)
    square = centre_square(picture)
    assert square.size == (20, 20)
    assert square.getpixel((10, 10)) == 255 or square.getpixel((9, 10)) == 255


def test_a_larger_picture_keeps_its_means():
    x = torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    smooth = F.avg_pool2d(x, 5, stride=1, padding=2)
    larger = resized(smooth, 32)
    assert larger.shape == (2, 3, 32, 32)
    torch.testing.assert_close(F.avg_pool2d(larger, 2), smooth, atol=0.02, rtol=0)
    assert resized(x, 16) is x
    assert resized(torch.zeros(1, 1, 32, 64), 64).shape == (1, 1, 64, 64)
    assert resized(torch.rand(1, 3, 4, 4).round(), 32).max() <= 1  # bicubic would overshoot
