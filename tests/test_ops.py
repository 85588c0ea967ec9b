"""The operations of the tabs against their formulas."""

import math

import pytest
import torch

from vae_demo import ops

GREY = torch.full((50, 3, 16, 16), 0.5)


@pytest.mark.parametrize("kind", ops.DAMAGES)
def test_a_seed_is_a_damage(kind):
    x = torch.rand(2, 3, 8, 8)
    y = ops.corrupt(x, kind, 0.4, seed=5)
    assert torch.equal(y, ops.corrupt(x, kind, 0.4, seed=5))
    assert not torch.equal(y, ops.corrupt(x, kind, 0.4, seed=6))
    assert torch.equal(ops.corrupt(x, kind, 0.0), x)
    assert y.shape == x.shape
    assert y.min() >= 0
    assert y.max() <= 1


def test_gaussian_noise_has_the_stated_deviation():
    noise = ops.corrupt(GREY, "gaussian", 0.1) - GREY  # five deviations to either bound: nothing is clamped
    assert noise.mean().item() == pytest.approx(0, abs=0.002)
    assert noise.std().item() == pytest.approx(0.1, rel=0.02)
    neighbours = noise[:, :, :, :-1] * noise[:, :, :, 1:]
    assert neighbours.mean().item() == pytest.approx(0, abs=2e-4)  # white


@pytest.mark.parametrize("share", [0.25, 0.7, 1.0])
def test_masking_takes_the_stated_share_of_the_pixels(share):
    y = ops.corrupt(GREY, "masking", share)
    holes = y == 0
    assert holes.float().mean().item() == pytest.approx(share, abs=0.02)
    assert torch.equal(y[~holes], GREY[~holes])
    assert torch.equal(holes[:, :1].expand_as(holes), holes)


def test_salt_and_pepper_come_in_equal_parts():
    y = ops.corrupt(GREY, "salt_pepper", 0.3)
    for value in (0.0, 1.0):
        assert (y == value).float().mean().item() == pytest.approx(0.15, abs=0.015)
    assert (y == 0.5).float().mean().item() == pytest.approx(0.7, abs=0.02)


@pytest.mark.parametrize(
    ("kind", "strength"), [("rain", 0.1), ("gaussian", -0.1), ("masking", 1.1), ("masking", math.nan), ("masking", "1")]
)
def test_corrupt_checks_its_arguments(kind, strength):
    with pytest.raises(ValueError, match="expected (kind|strength)"):
        ops.corrupt(GREY, kind, strength)


@pytest.mark.parametrize("seed", [-1, 1.5, None])
def test_corrupt_checks_its_seed(seed):
    with pytest.raises(ValueError, match="expected seed"):
        ops.corrupt(GREY, "masking", 0.5, seed)


@pytest.mark.parametrize("kind", ops.DAMAGES)
def test_in_half_precision_the_same_pixels_are_damaged(kind):
    half, full = ops.corrupt(GREY.bfloat16(), kind, 0.3), ops.corrupt(GREY, kind, 0.3)
    assert torch.allclose(half.float(), full, atol=5e-3)
    assert (ops.corrupt(GREY.bfloat16(), "masking", 1.0) == 0).all()


@pytest.mark.parametrize("x", [GREY[0], (255 * GREY).byte(), GREY.numpy()])
def test_corrupt_checks_its_pictures(x):
    with pytest.raises(ValueError, match="expected x: "):
        ops.corrupt(x, "masking", 0.1)


def test_a_code_that_is_another_pictures_has_strayed_by_one():
    std = torch.tensor([3.0, 0.5, 1.0])
    z, other = torch.randn(2, 200_000, 3) * std + torch.tensor([1.0, -2.0, 0.0])
    assert ops.strayed(other, z, std).square().mean().sqrt().item() == pytest.approx(1, rel=0.01)
    assert torch.equal(ops.strayed(z, z, std), torch.zeros(200_000))
    assert ops.strayed(torch.ones(1, 1), -torch.ones(1, 1), torch.ones(1)).item() == pytest.approx(math.sqrt(2))


@pytest.mark.parametrize("path", ["linear", "spherical"])
def test_a_way_begins_and_ends_at_its_inputs(path):
    a, b = torch.randn(2, 6)
    way = ops.interpolate(a, b, 9, path)
    assert way.shape == (9, 6)
    assert torch.allclose(way[0], a, atol=1e-6)
    assert torch.allclose(way[-1], b, atol=1e-6)
    assert torch.allclose(ops.interpolate(1e9 * a, b, 9, path)[-1], b, atol=1e-6)


def test_linear_steps_are_equal():
    a, b = torch.randn(2, 6)
    way = ops.interpolate(a, b, 5)
    assert torch.allclose(way.diff(dim=0), ((b - a) / 4).expand(4, 6), atol=1e-6)


def test_slerp_at_a_right_angle_is_a_circle():
    a, b = torch.tensor([2.0, 0.0, 0.0]), torch.tensor([0.0, 2.0, 0.0])
    way = ops.interpolate(a, b, 7, "spherical")
    angle = torch.linspace(0, math.pi / 2, 7)
    assert torch.allclose(way, 2 * torch.stack([angle.cos(), angle.sin(), 0 * angle], 1), atol=1e-6)


def test_slerp_changes_length_evenly():
    a, b = torch.randn(2, 6, generator=torch.Generator().manual_seed(0))
    lengths = ops.interpolate(a, 3 * b, 5, "spherical").norm(dim=1)
    assert torch.allclose(lengths, torch.linspace(a.norm().item(), 3 * b.norm().item(), 5), atol=1e-5)


@pytest.mark.parametrize("factor", [2.0, -1.0, 0.0])
def test_slerp_of_one_line_is_straight(factor):
    a = torch.randn(6)
    assert torch.allclose(
        ops.interpolate(a, factor * a, 5, "spherical"), ops.interpolate(a, factor * a, 5, "linear"), atol=1e-4
    )


@pytest.mark.parametrize(
    ("b", "steps", "path"), [(torch.zeros(4), 1, "linear"), (torch.zeros(5), 3, "linear"), (torch.zeros(4), 3, "up")]
)
def test_interpolate_checks_its_arguments(b, steps, path):
    with pytest.raises(ValueError, match="expected (2 or more steps|a and b)"):
        ops.interpolate(torch.zeros(4), b, steps, path)


def test_interpolate_takes_codes_and_no_batches():
    with pytest.raises(ValueError, match="expected a and b: \\(D,\\)"):
        ops.interpolate(torch.zeros(1, 4), torch.ones(1, 4), 3)


def test_mse_and_psnr_by_hand():
    x, x_hat = torch.zeros(2, 1, 2, 2), torch.tensor([0.1, 0.5]).view(2, 1, 1, 1).expand(2, 1, 2, 2)
    assert ops.mse(x_hat, x).tolist() == pytest.approx([0.01, 0.25])
    assert ops.psnr(0.01) == pytest.approx(20)
    assert ops.psnr(1.0) == 0
    assert ops.psnr(0.0) == math.inf
    assert math.isnan(ops.psnr(math.nan))


def test_ssim_is_one_on_the_same_and_its_formula_on_flat_pictures():
    x = torch.rand(3, 16, 16)
    assert ops.ssim(x, x) == pytest.approx(1)
    assert ops.ssim(1 - x, x) < 0
    # without variance only the luminance term is left: (2 a b + c1) / (a² + b² + c1), c1 = 0.01²
    a, b, c1 = 0.2, 0.6, 0.01**2
    flat = ops.ssim(torch.full((1, 16, 16), a), torch.full((1, 16, 16), b))
    assert flat == pytest.approx((2 * a * b + c1) / (a * a + b * b + c1), abs=1e-4)


def test_median_is_torchs():
    x = torch.rand(2, 3, 10, 10)
    neighbours = x.unfold(2, 3, 1).unfold(3, 3, 1).flatten(4).median(4).values  # (B, C, 8, 8), the inner pixels
    assert torch.allclose(ops.median_filter(x)[:, :, 1:-1, 1:-1], neighbours)
    assert ops.median_filter(x).shape == x.shape


def test_total_variation_lowers_noise_and_keeps_an_edge():
    x = torch.full((1, 1, 32, 32), 0.25)
    x[:, :, :, 16:] = 0.75
    noisy = ops.corrupt(x, "gaussian", 0.1)
    y = ops.total_variation(noisy)
    assert ops.mse(y, x).item() < ops.mse(noisy, x).item() / 3
    assert (y[..., 17:].mean() - y[..., :15].mean()).item() > 0.4
    assert (y[..., 16] - y[..., 15]).mean().item() > 0.2
    assert torch.allclose(ops.total_variation(torch.full((1, 3, 8, 8), 0.3)), torch.full((1, 3, 8, 8), 0.3), atol=1e-5)
