"""Reconstruct and Denoise: the numbers behind the pictures."""

import math
import re

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from section import handler_of
from shown import LOST, shown
from skimage.restoration import denoise_tv_chambolle
from torch.distributions import Normal, kl_divergence

import vae_demo
from vae_demo import ops
from vae_demo.ui import denoise, figures, reconstruct, references
from vae_demo.ui.room import Room
from vae_demo.ui.text import TEXTS

NAMES = [n for n in ("mnist-conv-ae", "mnist-dae", "mnist-vae", "mnist-vq-vae") if n in vae_demo.names()]


@pytest.fixture(scope="module")
def room():
    return Room({name: vae_demo.load(name, "cpu") for name in NAMES})


@pytest.fixture(scope="module")
def vae(room):
    if "mnist-vae" not in room.checkpoints:
        pytest.skip("mnist-vae is not trained yet")
    return room.checkpoints["mnist-vae"]


@pytest.fixture(scope="module")
def x():
    return references.resolve(Room({}), "mnist", "digit:3:1", "", None)


def test_metrics_are_those_of_the_picture(room, x):
    for name, result in reconstruct.through_all(room.checkpoints, x).items():
        y = room.checkpoints[name].reconstruct(x)
        assert torch.equal(result.x_hat, y)
        assert result.mse == pytest.approx(((y - x) ** 2).mean().item(), rel=1e-5)
        assert result.psnr == pytest.approx(-10 * math.log10(result.mse))
        assert 0 < result.ssim <= 1
        assert (result.kl is not None) == name.endswith("mnist-vae")
        assert (result.bits is not None) == name.endswith("vq-vae")


def test_kl_agrees_with_torch(vae, x):
    q = vae.posterior(x)
    expected = kl_divergence(Normal(q.mu, q.sigma), Normal(0.0, 1.0)).sum().item()
    assert reconstruct.through(vae, x).kl == pytest.approx(expected, rel=1e-4)


def test_reconstruct_shows_the_picture_of_every_variant_and_its_error(room, x):
    html, _ = handler_of(reconstruct, room, "reconstruct")(None, "mnist", "digit:3:1")
    first, *others = html.split("<figure ")[1:]
    assert (shown(first)[0] - x[0]).abs().max() <= LOST
    for figure, ae in zip(others, room.checkpoints.values(), strict=True):
        y = ae.reconstruct(x)
        mse = (y - x).square().mean().item()
        assert (shown(figure)[0] - y[0]).abs().max() <= LOST
        assert f"<span>PSNR {-10 * math.log10(mse):.1f} dB</span><span>MSE {mse:.5f}</span>" in figure


def test_posterior_says_the_kl_and_the_active_dimensions_and_shows_the_mean_and_draws(room, vae, x):
    html, _ = handler_of(reconstruct, room, "posterior")(None, "mnist", "digit:3:1", scale=1.5, seed=7)
    q = vae.posterior(x)
    kl = kl_divergence(Normal(q.mu, q.sigma), Normal(0.0, 1.0))
    assert f"KL {kl.sum():.1f} nats in all; {(kl > 0.1).sum()} of 20 dimensions say something" in html
    assert f"σ from {q.sigma.min():.2f} to {q.sigma.max():.2f}." in html
    eps = torch.randn(8, 20, generator=torch.Generator().manual_seed(7))
    expected = vae.decode(torch.cat([q.mu, q.mu + 1.5 * q.sigma * eps]))
    assert (torch.stack(shown(html)) - expected).abs().max() <= LOST


def test_sigma_times_zero_is_the_mean_and_a_seed_repeats(vae, x):
    q = vae.posterior(x)
    mean = vae.decode(q.mu)
    assert torch.allclose(reconstruct.draws(vae, q, 0.0, 1, 3), mean.expand(3, -1, -1, -1))
    once, again = (reconstruct.draws(vae, q, 1.0, 5, 3) for _ in range(2))
    assert torch.equal(once, again)
    near, far = ((reconstruct.draws(vae, q, s, 5, 8) - mean).square().mean().item() for s in (0.5, 2.0))
    assert far > near > 0


def test_the_most_informative_come_first(vae, x):
    q = vae.posterior(x)
    kl = q.kl()[0][reconstruct.most_informative(q)]
    assert (kl[:-1] >= kl[1:]).all()


def test_painting_destroys_only_what_is_painted(x):
    damaged = denoise.damage(x, "painted", 0.5, 0, denoise.SCRIBBLE)
    assert (damaged <= x).all()
    assert damaged.sum() < x.sum()
    assert torch.equal(damaged[..., :4, :], x[..., :4, :])
    assert torch.equal(denoise.damage(x, "painted", 0.5, 0, ""), x)


def test_the_dae_beats_what_learned_nothing(room, x):
    name = "mnist-dae"
    if name not in room.checkpoints:
        pytest.skip("mnist-dae is not trained yet")
    damaged = denoise.damage(x, "gaussian", 0.5, 0)
    results = denoise.mended(denoise.competitors(room.checkpoints), damaged, 0.5)
    errors = {key: ops.mse(result.x, x).item() for key, result in results.items()}
    assert min(errors, key=errors.__getitem__) == name
    assert errors[name] < ops.mse(damaged, x).item() / 4  # 6 dB


def mended_anew(room, x, strength, seed):
    """What `ui.denoise` should make of x (1, 1, H, W) with Gaussian noise, in its order, without a line of it."""
    eps = torch.randn(x.shape, generator=torch.Generator().manual_seed(seed))
    damaged = (x + strength * eps).clamp(0, 1)
    nines = F.unfold(F.pad(damaged, (1, 1, 1, 1), mode="replicate"), 3)  # (1, 9, H W)
    flat = denoise_tv_chambolle(damaged[0, 0].numpy(), weight=0.05 + 0.4 * strength)
    made = {name: room.checkpoints[name].reconstruct(damaged) for name in ("mnist-dae", "mnist-conv-ae", "mnist-vae")}
    median, tv = nines.median(1).values.view_as(x), torch.from_numpy(flat).float().clamp(0, 1).view_as(x)
    return {"damaged": damaged, **made, "median": median, "tv": tv}


@pytest.mark.parametrize(("strength", "best"), [(0.5, "mnist-dae"), (0.0, "damaged")])
def test_denoise_shows_what_each_makes_and_stars_the_one_nearest_to_the_clean_picture(room, x, strength, best):
    html, _ = handler_of(denoise, room, "denoise")(None, "mnist", "digit:3:1", strength=strength, seed=5)
    expected = {"clean": x, **mended_anew(room, x, strength, 5)}
    figures = dict(zip(expected, html.split("<figure ")[1:], strict=False))  # the rounds come after
    for name, y in expected.items():
        assert (shown(figures[name])[0] - y[0]).abs().max() <= LOST
    errors = {name: (y - x).square().mean().item() for name, y in list(expected.items())[1:]}
    assert min(errors, key=errors.__getitem__) == best
    starred = [best] if best != "damaged" else []  # nobody has mended what was whole
    assert [name for name, figure in figures.items() if "★" in figure] == starred
    assert html.count("★") == len(starred)


def test_the_curves_are_the_psnr_of_what_each_makes_of_the_noise(room, x):
    made = mended_anew(room, x, 0.3, 5)
    expected = {name: -10 * math.log10((y - x).square().mean()) for name, y in made.items()}
    lines = denoise.curves(denoise.competitors(room.checkpoints), x, "gaussian", 5).psnr
    assert {name: line[3] for name, line in lines.items()} == pytest.approx(expected, abs=1e-3)
    html = handler_of(denoise, room, "denoise_curve")(None, "mnist", "digit:3:1", strength=0.3, seed=5)
    said = [float(decibel) for decibel in re.findall(r"([\d.]+) dB</span>", html)]
    assert said == pytest.approx(list(expected.values()), abs=0.06)  # in this order, with one decimal


def test_the_second_chart_is_how_far_the_code_has_moved(room, x):
    known = denoise.competitors(room.checkpoints)
    damaged = torch.cat([ops.corrupt(x, "masking", strength, 5) for strength in (0.0, 0.3)])
    html = handler_of(denoise, room, "denoise_curve")(None, "mnist", "digit:3:1", kind="masking", strength=0.3, seed=5)
    said = [float(value) for value in re.findall(r"([\d.]+)</span>", html.partition(TEXTS["denoise.strayed"][0])[2])]
    lines = denoise.curves(known, x, "masking", 5).strayed
    assert list(lines) == list(known)
    for (name, ae), value in zip(known.items(), said, strict=True):
        z, moved = ae.encode(damaged).cpu().double().numpy()
        typical = np.sqrt(2 * np.sum(ae.latents["std"].double().numpy() ** 2))
        assert lines[name][0] == 0
        assert lines[name][3] == pytest.approx(np.linalg.norm(moved - z) / typical, rel=1e-4)
        assert value == pytest.approx(lines[name][3], abs=0.006)


def test_rounds_feed_the_result_back(room, x):
    ae = room.checkpoints[NAMES[0]]
    steps = denoise.rounds(ae, x, 3)
    assert torch.allclose(steps[1:2], ae.reconstruct(steps[0:1]), atol=1e-6)


def test_a_curve_starts_at_no_damage(room, x):
    lines = denoise.curves(denoise.competitors(room.checkpoints), x, "gaussian", 0).psnr
    assert set(lines) == {"damaged", "median", "tv", *denoise.competitors(room.checkpoints)}
    assert all(len(line) == len(denoise.STRENGTHS) for line in lines.values())
    assert lines["damaged"][0] == pytest.approx(60)  # capped: there is no error
    at_half = ops.psnr(ops.mse(ops.corrupt(x, "gaussian", 0.5, 0), x).item())
    assert lines["damaged"][5] == pytest.approx(at_half, abs=1e-3)
    assert all(b < a for a, b in zip(lines["damaged"], lines["damaged"][1:], strict=False))


def test_a_difference_map_is_white_where_right_and_red_where_too_bright():
    d = torch.zeros(1, 2, 2)
    d[0, 0, 0], d[0, 1, 1] = 1.0, -1.0
    picture = figures.signed(d)
    assert torch.equal(picture[:, 0, 1], torch.ones(3))
    assert picture[0, 0, 0] > picture[2, 0, 0]
    assert picture[2, 1, 1] > picture[0, 1, 1]


def test_figures_escape_what_they_show():
    figure = figures.figure(figures.Figure(torch.zeros(1, 4, 4), "<b>", ['"<script>'], "'\"<>"))
    assert "<script" not in figure
    assert "<b><b>" not in figure


@pytest.mark.parametrize("digit", ["digit:3:1", "strokes:20.30-25.70_40.40-60.40"])
def test_copied_python_runs(room, vae, digit, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scopes = []
    for code in (
        reconstruct.python(room, "mnist", digit, ""),
        reconstruct.python_of_draws(room, "mnist", digit, "", vae.name, 1.5, 7),
        denoise.python(room, "mnist", digit, "", "gaussian", 0.5, 0, ""),
        denoise.python(room, "mnist", digit, "", "painted", 0.5, 0, denoise.SCRIBBLE),
    ):
        scope = {}
        exec(code, scope)  # what the page tells people to run
        assert scope["x"].shape == (1, 1, 28, 28)
        scopes.append(scope)
    x, last = scopes[0]["x"], scopes[0]["name"]
    assert torch.allclose(scopes[0]["y"], room.checkpoints[last].reconstruct(x), atol=1e-5)
    assert torch.allclose(scopes[1]["y"].cpu(), reconstruct.draws(vae, vae.posterior(x), 1.5, 7), atol=1e-4)
    assert {file.name for file in tmp_path.iterdir()} == {"draws.png", *(f"{name}.png" for name in room.checkpoints)}


def test_a_chart_of_few_dimensions_reaches_from_the_most_to_the_least_informative(vae, x):
    q = vae.posterior(x)
    order = reconstruct.most_informative(q)
    assert sorted(order) == list(range(vae.latent_dim))
    few = reconstruct.most_informative(q, 5)
    assert [order.index(i) for i in few] == [round(k * (vae.latent_dim - 1) / 4) for k in range(5)]


LARGE = "celeba-vq-vae-2-128"


@pytest.mark.skipif(LARGE not in vae_demo.names(), reason="not trained yet")
@pytest.mark.parametrize("face", ["astronaut", "face:3"])
def test_a_model_of_larger_pictures_gets_them_in_its_size(face, tmp_path, monkeypatch):
    names = (LARGE, "celeba-perceptual-vae")
    room = Room({name: vae_demo.load(name, "cpu") for name in names})
    assert list(room.of("celeba")) == ["celeba-perceptual-vae"]
    assert list(room.large("celeba")) == [LARGE]
    x = references.resolve(room, "celeba", "", face, None, size=128)
    assert x.shape == (1, 3, 128, 128)
    small = references.resolve(room, "celeba", "", face, None)
    assert ops.psnr(ops.mse(F.avg_pool2d(x, 2), small).item()) > 28  # the same face, finer
    monkeypatch.chdir(tmp_path)
    scope = {}
    exec(reconstruct.python(room, "celeba", "", face), scope)  # what the page tells people to run
    torch.testing.assert_close(scope["x"], x)
    assert (tmp_path / f"{LARGE}.png").exists()
