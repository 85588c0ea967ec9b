"""The latent map: fields and figures in Python, the same numbers in JavaScript, and the tab in a browser."""

import base64
import copy
import json
import math
import os
import re
import shutil
import socket
import statistics
import subprocess
from pathlib import Path
from urllib.parse import quote

import gradio as gr
import numpy as np
import pytest
import torch
from torch.distributions import (
    Bernoulli,
    Categorical,
    Independent,
    MixtureSameFamily,
    MultivariateNormal,
    Normal,
    kl_divergence,
)

from tests.tiny import write_checkpoint
from vae_demo import checkpoints
from vae_demo.images import digit
from vae_demo.models import DenseAE, DenseConfig, DenseVAE
from vae_demo.ui import latent_map, page, strokes
from vae_demo.ui.room import Room
from vae_demo.ui.text import I18N
from vae_demo.ui.text.latent_map import TEXTS

CONFIG = DenseConfig(1, 28, (256, 128), 2)
SCRIPT = latent_map.SCRIPT
SHIPPED = [name for name in latent_map.MAPS if name in checkpoints.names()]
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync")  # fmt: skip
# Where MNIST's test digits may lie, as training keeps them: none is in the project.
MNIST = Path(os.environ.get("VAE_DEMO_DATA", "data")) / "MNIST/raw/t10k-images-idx3-ubyte"
WAIT = 180_000  # ms; the machine that tests may be busy


def random_map(folder, network_class, seed):
    """A checkpoint of random weights whose codes spread over the map, in classes."""
    torch.manual_seed(seed)
    network = network_class(CONFIG).eval()
    with torch.no_grad():
        for linear in (m for m in network.modules() if isinstance(m, torch.nn.Linear)):
            linear.weight.mul_(2)
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(10, (400,), generator=generator)
    centres = 3 * torch.randn(10, 2, generator=generator)
    points = centres[labels] + 0.4 * torch.randn(400, 2, generator=generator)
    latents = {"mean": points.mean(0), "std": points.std(0), "points": points, "points_label": labels.to(torch.uint8)}
    if network_class is DenseVAE:
        latents["points_logvar"] = torch.full_like(points, -2.0)
    latents |= {"oddness": torch.rand(8, 8, generator=generator), "oddness_bound": torch.tensor(0.5)}
    latents["oddness_square"] = torch.tensor([0.0, 0.0, 9.0])
    return checkpoints.load(str(write_checkpoint(folder, network, CONFIG, latents)), "cpu")


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    root = tmp_path_factory.mktemp("maps")
    classes = (DenseAE, DenseVAE, DenseVAE, DenseVAE)
    made = zip(latent_map.MAPS, classes, strict=True)
    return Room({name: random_map(root / name, cls, i) for i, (name, cls) in enumerate(made)})


# ------------------------------------------------------------------------------------------------ fields and figures


def test_the_reach_knows_the_seen_places_and_not_a_hole():
    generator = torch.Generator().manual_seed(0)
    angle = 2 * math.pi * torch.rand(500, generator=generator)
    radius = 3 + 0.2 * torch.randn(500, generator=generator)
    ring = torch.stack([radius * angle.cos(), radius * angle.sin()], 1)
    reach = latent_map.reaches(ring)
    between = latent_map.distances(ring, ring).fill_diagonal_(math.inf)
    distance, nearest = between.min(1)
    assert (distance <= reach[nearest] * (1 + 1e-5)).float().mean() >= 0.985
    to_middle = ring.norm(dim=1)
    assert to_middle.min() > reach[to_middle.argmin()]


def test_reaches_grow_with_the_spacing_of_the_codes():
    generator = torch.Generator().manual_seed(0)
    dense, sparse = torch.randn(300, 2, generator=generator), 10 * torch.randn(300, 2, generator=generator) + 100
    reach = latent_map.reaches(torch.cat([dense, sparse]))
    assert 5 < (reach[300:].median() / reach[:300].median()).item() < 20


def test_the_density_is_that_of_a_mixture_and_sums_to_one():
    generator = torch.Generator().manual_seed(0)
    mu, sigma = torch.randn(40, 2, generator=generator), 0.2 + torch.rand(40, 2, generator=generator)
    x, y = latent_map.axes(torch.zeros(2), 7.0, 70)
    density = latent_map.density(x, y, mu, sigma)
    mixture = MixtureSameFamily(Categorical(torch.ones(40)), Independent(Normal(mu, sigma), 1))
    torch.testing.assert_close(density, mixture.log_prob(latent_map.cells(x, y)).exp(), rtol=1e-4, atol=1e-6)
    assert density.sum().item() * 0.2**2 == pytest.approx(1, abs=0.01)


def test_cells_run_from_the_top_left_row_by_row():
    z = latent_map.cells(*latent_map.axes(torch.tensor([10.0, -10.0]), 2.0, 4))
    assert z[0].tolist() == [8.5, -8.5]
    assert z[1].tolist() == [9.5, -8.5]
    assert z[-1].tolist() == [11.5, -11.5]


def test_the_frame_holds_all_codes_and_three_sigma_of_the_prior():
    codes = torch.tensor([[12.0, 1.0], [5.0, -8.0]])
    centre, half = latent_map.frame(codes)
    for place in (*codes, torch.tensor([-3.0, -3.0]), torch.tensor([3.0, 3.0])):
        assert (place - centre).abs().max() <= half


def test_a_vae_has_seen_draws_and_an_autoencoder_its_codes():
    points, logvar = torch.zeros(5000, 2), torch.full((5000, 2), 2 * math.log(0.5))
    assert torch.equal(latent_map.seen_places(points, None), points)
    draws = latent_map.seen_places(points, logvar)
    assert draws.std(0).tolist() == pytest.approx([0.5, 0.5], abs=0.02)
    assert torch.equal(draws, latent_map.seen_places(points, logvar))


def test_the_drift_is_the_length_of_a_round_trip(room):
    ae = room.checkpoints["mnist-vae-2d"]
    z = torch.tensor([[0.5, -1.0], [4.0, 2.0]])
    again = torch.stack([ae.posterior(ae.decode(z[i : i + 1])).mu[0] for i in range(2)])
    torch.testing.assert_close(latent_map.drift(ae, z), (again - z).square().sum(1).sqrt())


def test_defects_are_found_where_they_were_put():
    generator = torch.Generator().manual_seed(0)
    angle = 2 * math.pi * torch.arange(600) / 600
    ring = 10 + torch.stack([4 * angle.cos(), 4 * angle.sin()], 1)  # digits 0 to 5 around an empty middle at (10, 10)
    tight = torch.tensor([20.0, 10.0]) + 0.01 * torch.randn(100, 2, generator=generator)
    wide = torch.tensor([-20.0, 10.0]) + 3 * torch.randn(100, 2, generator=generator)
    points = torch.cat([ring, tight, wide])
    labels = torch.cat([torch.arange(600) // 100, torch.full((100,), 7), torch.full((100,), 8)])
    x = torch.linspace(-30, 30, 61)
    z = latent_map.cells(x, x.flip(0))
    odd = torch.exp(-(z - 10).square().sum(1))  # odd in the middle of the ring
    radius = (points - points.mean(0)).norm(dim=1).max()
    away = (z - points.mean(0)).norm(dim=1)
    odd[away > 1.2 * radius] = 9  # farther than any code
    beyond = ((away - radius).abs() < 0.03 * radius).nonzero()[0, 0]  # in the corner at the top left
    odd[beyond] = 2
    found = latent_map.defects(points, labels, latent_map.reaches(points), z, odd)
    assert (found["uneven"]["small"], found["uneven"]["large"]) == (7, 8)
    assert found["uneven"]["times"] > 20
    assert found["uneven"]["places"][0] == pytest.approx([20, 10], abs=0.1)
    assert found["centre"]["mean"] == pytest.approx(points.mean(0).tolist())
    assert found["centre"]["places"][0] in points.tolist()
    assert found["gap"]["places"] == [[10.0, 10.0]]
    assert found["gap"]["distance"] == pytest.approx(4, abs=0.01)
    assert found["gap"]["odd"] == pytest.approx(1)
    assert found["centre"]["digit"] == 8
    assert found["centre"]["places"][1] == z[beyond].tolist()
    assert found["centre"]["odd"] == 2
    assert found["draws"]["of"] == 8
    assert 1 <= found["draws"]["digits"] <= 4  # N(0, I) lies left of the ring: half of its digits are out of reach


def test_a_place_is_surrounded_within_the_convex_hull_alone():
    points = torch.tensor([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0], [1.0, 1.0]])
    z = torch.tensor([[1.0, 2.0], [0.1, 0.1], [2.1, 2.1], [-0.1, 1.0], [5.0, 5.0]])
    assert latent_map.surrounded(z, points).tolist() == [True, True, False, False, False]


def test_the_share_of_odd_places_is_that_of_the_box_around_the_codes():
    points = 10 * torch.rand(5000, 2, generator=torch.Generator().manual_seed(0))
    z = latent_map.cells(torch.linspace(-20, 20, 81), torch.linspace(-20, 20, 81))
    odd = (z[:, 0] > 7.6).float()  # a quarter of the box; most of what lies around it does not count
    assert latent_map.odd_share(z, odd, 0.5, points) == pytest.approx(0.24, abs=0.03)
    assert latent_map.odd_share(z, odd, 0.5, torch.full((50, 2), 0.123)) == 0


def unlike(x):
    """1 - cos to the most similar of MNIST's test digits, one by one, or a skip where they are not here."""
    if not MNIST.exists():
        pytest.skip("needs MNIST's test digits")
    raw = np.frombuffer(MNIST.read_bytes(), dtype=np.uint8, offset=16).reshape(-1, 784) / 255
    return [1 - max(raw @ one / np.linalg.norm(raw, axis=1) / np.linalg.norm(one)) for one in x.flatten(1).numpy()]


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_oddness_is_what_the_network_decodes_there(name):
    ae = checkpoints.load(name, "cpu")
    x, y, half = ae.latents["oddness_square"].tolist()
    odd = ae.latents["oddness"]
    side = len(odd)
    for row, column in ((0, 0), (5, 40), (31, 32), (50, 12)):
        z = torch.tensor([[x + half * ((2 * column + 1) / side - 1), y - half * ((2 * row + 1) / side - 1)]])
        assert unlike(ae.decode(z)) == pytest.approx([odd[row, column].item()], rel=2e-3, abs=1e-5)
    own = unlike(ae.decode(ae.latents["points"][::20]))
    assert statistics.quantiles(own, n=20)[-1] == pytest.approx(ae.latents["oddness_bound"].item(), rel=0.15)


@pytest.mark.skipif(len(SHIPPED) < 4, reason="needs the shipped models")
def test_the_plain_map_has_more_odd_places_than_the_vaes():
    shares = {name: latent_map.map_of(checkpoints.load(name, "cpu"))["odd"]["share"] for name in SHIPPED}
    assert shares["mnist-ae-2d"] == pytest.approx(1 / 3, abs=0.01)
    assert shares["mnist-vae-2d"] == pytest.approx(0.116, abs=0.01)


@pytest.mark.skipif(len(SHIPPED) < 4, reason="needs the shipped models")
def test_the_buttons_of_the_defects_lead_to_what_their_text_says():
    ae, vae = (checkpoints.load(name, "cpu") for name in ("mnist-ae-2d", "mnist-vae-2d"))
    plain, other = latent_map.map_of(ae), latent_map.map_of(vae)
    bound = plain["odd"]["bound"]
    farthest, beyond = plain["defects"]["centre"]["places"]
    hole = plain["defects"]["gap"]["places"][0]
    z = torch.tensor([farthest, beyond, hole])
    errors = unlike(ae.decode(z))
    assert errors[0] < bound  # a good digit
    assert min(errors[1:]) > 1.5 * bound  # scraps
    assert errors[1:] == pytest.approx([plain["defects"][key]["odd"] for key in ("centre", "gap")], rel=2e-3)
    for place in (beyond, hole):  # the VAE at the same spot of its own map draws a digit
        share = (torch.tensor(place) - torch.tensor(plain["centre"])) / plain["half"]
        same = torch.tensor(other["centre"]) + other["half"] * share
        assert unlike(vae.decode(same[None]))[0] < other["odd"]["bound"]


def test_a_room_without_usable_models_has_no_maps(room):
    ae = room.checkpoints["mnist-vae-2d"]
    kept = dict(ae.latents)
    try:
        del ae.latents["points_logvar"]
        assert [m["name"] for m in latent_map.Maps(room).get()] == [n for n in latent_map.MAPS if n != ae.name]
    finally:
        ae.latents.update(kept)
    assert latent_map.Maps(Room({})).get() == []


def test_every_word_that_the_script_says_is_there_in_both_languages():
    said = re.findall(r"say\(\s*[\"`]([^\"`]+)[\"`]", SCRIPT)
    assert len(said) > 40
    for key in said:
        pattern = re.compile(r"map\." + re.sub(r"\\\$\\\{.*?\\\}", r"[\\w.-]+", re.escape(key)) + r"\Z")
        assert any(pattern.match(known) for known in TEXTS), key
    for key, (english, korean) in TEXTS.items():
        assert english, key
        assert korean, key
        assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", korean)), key


# --------------------------------------------------------------------------------------------------------- JavaScript


def javascript(body, data):
    """Runs `body` after the script, with `data`; what it returns comes back. By node, else by Chromium."""
    if shutil.which("node"):
        call = f"((data) => {{{body}}})({json.dumps(data)})"
        program = f"{SCRIPT}\nconsole.log(JSON.stringify({call}))"
        done = subprocess.run(["node", "-"], input=program, capture_output=True, text=True, timeout=WAIT / 1000)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    with browser() as chromium:
        return chromium.new_page().evaluate(f"(data) => {{{SCRIPT}\n{body}}}", data)


def browser():
    """A Playwright browser as a context manager; skips the test where there is none, but not in CI."""
    from contextlib import contextmanager

    from playwright import sync_api

    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None and os.environ.get("CI") != "true":
        pytest.skip("no Chromium")

    @contextmanager
    def launched():
        with sync_api.sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM))
            try:
                yield chromium
            finally:
                chromium.close()

    return launched()


def agreement(ae):
    """The largest differences between JavaScript and PyTorch: of a pixel, and of (mu, sigma) in relative terms."""
    network = ae.network
    data = {
        "encoder": latent_map.pack(latent_map.encoder_layers(network)),
        "decoder": latent_map.pack(latent_map.decoder_layers(network)),
    }
    generator = torch.Generator().manual_seed(0)
    z = ae.latents["mean"] + 2 * ae.latents["std"].clamp(min=1) * torch.randn(40, 2, generator=generator)
    x = torch.cat([digit(strokes.draw(strokes.digit(number, seed))) for number in range(10) for seed in (0, 1)])
    got = javascript(
        "const ae = new Autoencoder(data.packed);"
        "return {pictures: data.z.map((z) => Array.from(ae.decode(z))), codes: data.x.map((x) => ae.encode(x))};",
        {"packed": data, "z": z.tolist(), "x": x.flatten(1).tolist()},
    )
    pixel = (torch.tensor(got["pictures"]) - ae.decode(z).flatten(1)).abs().max().item()
    if isinstance(network, DenseVAE):
        q = ae.posterior(x)
        pairs = [(q.mu, [c["mu"] for c in got["codes"]]), (q.sigma, [c["sigma"] for c in got["codes"]])]
    else:
        pairs = [(ae.encode(x), [c["mu"] for c in got["codes"]])]
        assert all(c["sigma"] is None for c in got["codes"])
    code = max(((torch.tensor(js) - torch_).abs() / (0.01 + torch_.abs())).max().item() for torch_, js in pairs)
    return pixel, code


@pytest.mark.parametrize("name", SHIPPED)
def test_javascript_decodes_and_encodes_as_pytorch_does(name):
    pixel, code = agreement(checkpoints.load(name, "cpu"))
    print(f"{name}: largest difference {255 * pixel:.5f}/255 of a pixel, {code:.2g} of a code")
    assert pixel < 1 / 255
    assert code < 1e-3


def test_javascript_agrees_on_weights_that_were_never_half_precision(room):
    for ae in room.checkpoints.values():
        pixel, _ = agreement(ae)
        assert pixel < 1 / 255


def posterior_by_torch(ae, x):
    """(log p(x), mean, rho, KL(q || p)) of a picture (1, 1, 28, 28) by a fine grid in double precision."""
    network = copy.deepcopy(ae.network).double()
    q = network.posterior(x.double())
    q = Independent(Normal(q.mu[0], q.sigma[0]), 1)

    def log_joint(z):
        pictures = network.decode(z).flatten(1)
        likelihood = Bernoulli(pictures.clamp(1e-12, 1 - 1e-12), validate_args=False).log_prob(x.double().flatten())
        return likelihood.sum(1) + Independent(Normal(torch.zeros(2).double(), 1), 1).log_prob(z)

    def grid(low, high, side):
        along = [low[i] + (high[i] - low[i]) * (torch.arange(side).double() + 0.5) / side for i in (0, 1)]
        return torch.cartesian_prod(*along), ((high - low) / side).prod()

    coarse, _ = grid(torch.full((2,), -5.0).double(), torch.full((2,), 5.0).double(), 201)
    logs = log_joint(coarse)
    near = coarse[logs > logs.max() - 30]
    z, area = grid(near.min(0).values - 0.1, near.max(0).values + 0.1, 301)
    logs = log_joint(z)
    evidence = torch.logsumexp(logs, 0) + area.log()
    p = torch.softmax(logs, 0)
    mean = p @ z
    covariance = (z - mean).T @ ((z - mean) * p[:, None])
    rho = covariance[0, 1] / covariance.diag().prod().sqrt()
    draws = q.base_dist.loc + q.base_dist.scale * torch.cartesian_prod(*[torch.linspace(-5, 5, 101).double()] * 2)
    weight = torch.softmax(q.log_prob(draws), 0)
    kl = weight @ (q.log_prob(draws) - log_joint(draws)) + evidence
    return [*mean.tolist(), rho.item(), kl.item()]


@pytest.mark.skipif(len(SHIPPED) < 4, reason="needs the shipped models")
@pytest.mark.parametrize("name", ["mnist-vae-2d", "mnist-beta-vae-2d"])
def test_the_posterior_in_the_browser_is_that_of_a_fine_grid_in_torch(name):
    ae = checkpoints.load(name, "cpu")
    packed = {
        "encoder": latent_map.pack(latent_map.encoder_layers(ae.network)),
        "decoder": latent_map.pack(latent_map.decoder_layers(ae.network)),
    }
    x = torch.cat([digit(strokes.draw(strokes.digit(number, 0))) for number in (3, 6, 7)])
    one = latent_map.map_of(ae)
    got = javascript(
        """const model = new Autoencoder(data.packed);
        return data.x.map(x => {
          const steps = posteriorOf(model, x, model.encode(x), data.square);
          let step = steps.next();
          while (!step.done) step = steps.next();
          const { mean, rho, kl } = step.value;
          return [...mean, rho, kl];
        });""",
        {"packed": packed, "x": x.flatten(1).tolist(), "square": {"centre": one["centre"], "half": one["half"]}},
    )
    expected = [posterior_by_torch(ae, picture[None]) for picture in x]
    print(name, expected)
    for mine, fine in zip(got, expected, strict=True):
        assert mine[:2] == pytest.approx(fine[:2], abs=0.01)
        assert mine[2] == pytest.approx(fine[2], abs=0.02)
        assert mine[3] == pytest.approx(fine[3], rel=0.02, abs=0.02)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_clouds_are_those_of_the_codes(name):
    ae = checkpoints.load(name, "cpu")
    one = latent_map.map_of(ae)
    if "points_logvar" not in ae.latents:
        assert one["sigma"] is None
        return
    variance = ae.latents["points_logvar"].exp()
    sent = np.frombuffer(base64.b64decode(one["sigma"]), dtype=np.float16).astype(float).reshape(-1, 2)
    assert np.abs(sent**2 / variance.numpy() - 1).max() < 0.002
    seen = {"mnist-vae-2d": [0.064, 0.055], "mnist-beta-vae-2d": [0.163, 0.119], "mnist-kl-2d": [1, 1]}
    assert one["spread"] == pytest.approx(seen[name], abs=0.0006)


def test_half_precision_is_read_exactly():
    values = torch.tensor([0.0, 1.0, -2.5, 65504.0, 6e-8, -6.1e-5, 0.1]).half()
    got = javascript("return Array.from(halfFloats(data));", latent_map.text_of(values))
    assert got == values.float().tolist()


@pytest.mark.parametrize("number", range(10))
def test_a_drawing_is_centred_as_in_python(number):
    picture = strokes.draw(strokes.digit(number, 3), side=140)
    ink = torch.tensor(np.asarray(picture).flatten().tolist()) / 255
    got = javascript("return Array.from(digitOf(Float32Array.from(data), 140));", ink.tolist())
    expected = digit(picture).flatten()
    assert (torch.tensor(got) - expected).abs().max() < 1e-4
    assert expected.sum() > 20


def test_an_empty_pad_is_no_digit():
    assert javascript("return digitOf(new Float32Array(140 * 140), 140);", None) is None


def test_the_worked_example_adds_up():
    mu, variance = [1.2, -0.5, 0.8, 0.3], [0.1, 0.2, 0.15, 0.1]
    got = javascript("return data[0].map((mu, i) => kl(mu, data[1][i]));", [mu, variance])
    q = Normal(torch.tensor(mu, dtype=torch.float64), torch.tensor(variance, dtype=torch.float64).sqrt())
    expected = kl_divergence(q, Normal(torch.zeros(4).double(), torch.ones(4).double()))
    assert got == pytest.approx(expected.tolist())
    assert sum(got) == pytest.approx(3.5409, abs=1e-4)


def test_the_cloud_has_the_covariance_that_was_asked_for():
    a, b, r = 1.2, 0.7, -0.6
    l11, l21, l22 = javascript("return cholesky(...data);", [a, b, r])
    lower = torch.tensor([[l11, 0.0], [l21, l22]])
    covariance = torch.tensor([[a * a, r * a * b], [r * a * b, b * b]])
    torch.testing.assert_close(lower, MultivariateNormal(torch.zeros(2), covariance).scale_tril)
    eps = torch.tensor(javascript("return normals(20000, 3);", None)).view(-1, 2)
    torch.testing.assert_close(torch.cov((eps @ lower.T).T), covariance, atol=0.03, rtol=0.05)


def test_the_bells_along_the_edges_are_densities():
    got = javascript("return data.map(x => bell(x, 0.7));", [-1.5, 0, 0.3])
    assert got == pytest.approx(Normal(0.0, 0.7).log_prob(torch.tensor([-1.5, 0, 0.3])).exp().tolist())


def test_with_the_same_eps_the_mean_has_the_slope_that_is_told():
    eps = javascript("return normals(4, 9);", None)
    mu = torch.tensor(1.2, requires_grad=True)
    expected = (mu + 0.3 * torch.tensor(eps)).square().mean()
    expected.backward()
    got = javascript("return meanSquare(1.2, 0.3, data);", eps)
    assert got == pytest.approx({"value": expected.item(), "slope": mu.grad.item()})


def test_a_path_is_walked_at_an_even_pace():
    path = [[[0, 0], [5, 5]], [[3, 0], [5, 6]], [[3, 1], [5, 7]]]
    got = javascript("return alongPath(data, 5);", path)
    assert [place[0] for place in got] == [[0, 0], [1, 0], [2, 0], [3, 0], [3, 1]]
    assert got[0] == path[0]
    assert got[-1] == path[-1]


def test_numbers_have_a_true_minus_sign_and_no_negative_zero():
    assert javascript("return data.map((x) => signed(x));", [-1.234, -0.001, 0.5]) == ["−1.23", "0.00", "0.50"]


# ------------------------------------------------------------------------------------------------------ in a browser


@pytest.fixture(scope="module")
def url(room, tmp_path_factory):
    """A page with the tab and another one, on the shipped models where they are there."""
    shipped = {name: checkpoints.load(name, "cpu") for name in SHIPPED}
    with gr.Blocks(analytics_enabled=False) as demo, gr.Tabs():
        with gr.Tab("first"):
            gr.Markdown("first")
        with gr.Tab("map", id="map", render_children=True):
            part = latent_map.build(Room(shipped) if len(shipped) == 4 else room, gr.Radio(["mnist"], visible=False))

        def restore(request: gr.Request):
            return request.query_params.get("state") or gr.skip()

        demo.load(restore, None, part.link["state"])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    look = {"theme": page.theme(), "css": page.css(), "head": page.head()}
    _, address, _ = demo.launch(server_name="127.0.0.1", server_port=port, prevent_thread_lock=True, quiet=True,
                                ssr_mode=False, i18n=I18N, **look)  # fmt: skip
    yield address
    demo.close()


@pytest.fixture(scope="module")
def chromium():
    with browser() as launched:
        yield launched


class Visit:
    """An open map, and what went wrong on the page."""

    def __init__(self, context, url):
        self.context, self.page, self.errors, self.requests = context, context.new_page(), [], []
        self.page.set_default_timeout(WAIT)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(url)
        self.page.get_by_text("first").last.wait_for()
        assert not any("component_server" in address for address in self.requests)  # nobody looks at the map yet
        self.page.get_by_role("tab", name="map").click()
        self.page.wait_for_selector(".latent-map .maps")
        self.page.wait_for_function("document.querySelector('.latent-map .where').textContent !== ''")

    def places(self):
        """The z of each map as the page writes it."""
        texts = self.page.locator(".latent-map .where").all_text_contents()
        return [tuple(float(n.replace("−", "-")) for n in re.findall(r"[−\d.]+", text)) for text in texts]

    def point(self, x, y, index=0):
        """Page coordinates of a place of a map, given in shares of it."""
        canvas = self.page.locator(".latent-map .map").nth(index)
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    def settle(self):
        self.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def rest(self):
        """Waits until the page has said where the cursor rests; its link and its Python lines know it then."""
        self.page.wait_for_function(
            """() => {
              const said = document.querySelector('.latent-map .unseen-text').textContent;
              return [...document.querySelectorAll('.latent-map .where')].every((e) => said.includes(e.textContent));
            }"""
        )

    def picture(self, index):
        """The decoded picture of a map as text."""
        return self.page.locator(".latent-map .below .picture").nth(index).evaluate("(canvas) => canvas.toDataURL()")


@pytest.fixture
def visit(chromium, url):
    """Opens the map: visit(locale="ko-KR", width=375); at the end no page error is allowed."""
    visits = []

    def opened(width=1280, height=900, query="", **options):
        options = {"locale": "en-US", "reduced_motion": "reduce", **options}
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        visits.append(Visit(context, url + query))
        return visits[-1]

    yield opened
    for each in visits:
        each.context.close()
        assert each.errors == []


def test_one_mouse_moves_all_four_and_nothing_leaves_the_page(visit):
    here = visit()
    before, pictures = here.places(), [here.picture(i) for i in range(4)]
    here.page.evaluate(
        """() => {
          window.frames_ = [];
          let last = performance.now();
          const step = (now) => { window.frames_.push(now - last); last = now; requestAnimationFrame(step); };
          requestAnimationFrame(step);
        }"""
    )
    here.requests.clear()
    x, y = here.point(0.3, 0.3)
    here.page.mouse.move(x, y)
    for i in range(90):
        here.page.mouse.move(*here.point(0.5 + 0.4 * math.cos(i / 8), 0.5 + 0.4 * math.sin(i / 8)))
    here.settle()
    frames = here.page.evaluate("window.frames_.slice(2)")
    print(f"median of {len(frames)} frames while the cursor moved: {statistics.median(frames):.1f} ms")
    assert here.requests == []
    assert all(a != b for a, b in zip(before, here.places(), strict=True))
    assert all(a != here.picture(i) for i, a in enumerate(pictures))


def test_arrow_keys_move_the_cursor(visit):
    here = visit()
    canvas = here.page.locator(".latent-map .map").nth(2)
    canvas.focus()
    here.page.keyboard.press("Home")
    here.settle()
    assert here.places()[2] == (0, 0)
    here.page.keyboard.press("ArrowRight")
    here.settle()
    small = here.places()
    assert small[2][0] > 0
    assert small[2][1] == 0
    here.page.keyboard.press("Shift+ArrowUp")
    here.settle()
    assert here.places()[2][1] > small[2][0]
    assert here.places()[0] != small[0]  # the others go along


def test_a_path_by_keys_plays_and_stops_at_its_end(visit):
    here = visit()
    here.page.get_by_role("button", name="Clear").last.click()
    here.page.locator(".latent-map .map").first.focus()
    here.page.keyboard.press("Home")
    here.page.keyboard.press("Enter")
    for _ in range(3):
        here.page.keyboard.press("Shift+ArrowRight")
    here.page.keyboard.press("Enter")
    assert here.page.locator(".latent-map .films").is_visible()
    here.settle()
    end = here.places()
    here.page.keyboard.press("Space")
    here.page.wait_for_function("document.querySelector('.latent-map .where').textContent.includes('(0.')")
    here.page.get_by_role("button", name="▶ Play").wait_for()
    here.settle()
    assert here.places() == end
    here.page.locator(".latent-map .map").first.focus()
    here.page.keyboard.press("Escape")
    assert here.page.locator(".latent-map .films").is_hidden()


def test_dragging_draws_a_path(visit):
    here = visit()
    here.page.get_by_role("button", name="Clear").last.click()
    here.page.mouse.move(*here.point(0.2, 0.5))
    here.page.mouse.down()
    here.page.mouse.move(*here.point(0.8, 0.5), steps=15)
    here.page.mouse.up()
    here.page.locator(".latent-map .films").wait_for()
    stops = int(re.search(r"(\d+) stops", here.page.locator(".latent-map").inner_text()).group(1))
    assert stops >= 3  # as many as the browser reports places on the way


def test_touch_moves_the_cursor(visit):
    here = visit(width=375, height=800, has_touch=True)
    before = here.places()
    here.page.touchscreen.tap(*here.point(0.8, 0.2, index=2))
    here.settle()
    assert all(a != b for a, b in zip(before, here.places(), strict=True))


def test_a_drawn_digit_lands_on_all_four_while_it_is_drawn(visit, room):
    here = visit()
    pad = here.page.locator(".latent-map .pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    start = here.places()
    here.page.mouse.move(box["x"] + 84, box["y"] + 30)
    here.page.mouse.down()
    here.page.mouse.move(box["x"] + 82, box["y"] + 80, steps=5)
    here.settle()
    half_way = here.places()
    assert all(a != b for a, b in zip(start, half_way, strict=True))
    here.page.mouse.move(box["x"] + 130, box["y"] + 140, steps=8)
    here.page.mouse.up()
    here.settle()
    assert here.places() != half_way
    assert here.page.locator(".latent-map .panel").first.inner_text().count("σ = (") == 3
    if len(SHIPPED) == 4:  # the true posteriors follow once the pen rests
        here.page.wait_for_function(
            "document.querySelector('.latent-map .zoom').innerText.match(/KL.q ‖ p. = /g)?.length === 2"
        )
    here.page.get_by_role("button", name="Clear").first.click()
    assert here.page.locator(".latent-map .zoom").is_hidden()
    assert "σ = (" not in here.page.locator(".latent-map .panel").first.inner_text()


def test_backgrounds_and_axes_change_the_map(visit):
    here = visit()
    canvas = here.page.locator(".latent-map .map").nth(2)
    pictures = set()
    for choice in ("none", "density", "drift", "unlike any digit"):
        here.page.get_by_role("radio", name=choice).check()
        here.settle()
        pictures.add(canvas.evaluate("(canvas) => canvas.toDataURL()"))
    for box in ("clouds: 1 σ", "test digits", "same axes for all"):
        here.page.get_by_label(box).click()
        here.settle()
        pictures.add(canvas.evaluate("(canvas) => canvas.toDataURL()"))
    assert len(pictures) == 7
    assert re.search(r"Median σ.*KL only.*VAE.*beta", here.page.locator(".latent-map .settings").inner_text(), re.S)


def test_the_cursor_flies_to_what_was_found(visit):
    here = visit()
    here.page.get_by_text("Four reasons").click()
    badges = here.page.locator(".latent-map .badge")
    for button in ("Fly into the hole", "Fly as far another way"):
        here.page.get_by_role("button", name=button).click()
        here.settle()
        assert badges.first.text_content() == "never seen a place like this"
        assert "like a digit" in badges.nth(2).text_content() or badges.nth(2).text_content() == "known territory"
    here.page.get_by_role("button", name="Fly to the farthest code").click()
    here.settle()
    assert badges.first.text_content() == "known territory"
    assert badges.nth(2).text_content() in {"trained here, yet unlike any digit", "never seen a place like this"}


def test_the_worked_example_follows_and_keeps_the_last_good_result(visit):
    here = visit()
    here.page.get_by_text("By hand").click()
    text = here.page.locator(".latent-map details", has_text="By hand")
    assert "KL = 3.541 nats" in text.inner_text()
    here.page.get_by_label("σ² of dimension 1").fill("-1")
    assert "0.001" in text.locator(".error").inner_text()
    assert "KL = 3.541 nats" in text.inner_text()
    here.page.get_by_label("σ² of dimension 1").fill("1")
    here.page.get_by_label("μ of dimension 1").fill("0")
    assert text.locator(".error").inner_text() == ""
    assert "KL = 2.120 nats" in text.inner_text()
    chart, slope = text.locator(".slope"), "() => document.querySelector('.latent-map .slope').toDataURL()"
    words, before = chart.locator("xpath=preceding-sibling::p[1]"), here.page.evaluate(slope)
    said = words.inner_text()
    assert "at μ₁ = 0.00" in said
    text.get_by_role("button", name="Draw ε again").click()
    assert words.inner_text() != said
    assert here.page.evaluate(slope) != before


def test_the_covariance_can_be_moved(visit):
    here = visit()
    here.page.get_by_text("A Gaussian in two dimensions").click()
    fold = here.page.locator(".latent-map details", has_text="A Gaussian in two dimensions")
    assert "Isotropic" in fold.inner_text()
    slider = fold.get_by_label("correlation ρ")
    slider.focus()
    for _ in range(30):
        here.page.keyboard.press("ArrowRight")
    assert "Correlated" in fold.inner_text()
    assert "[0.30, 1.00]" in fold.inner_text()


def test_the_tour_runs_only_where_motion_is_welcome(visit):
    moving, still = visit(reduced_motion="no-preference"), visit()
    rest, where = still.places(), "document.querySelector('.latent-map .where').textContent"
    moving.page.wait_for_function(f"before => {where} !== before", arg=moving.page.evaluate(where))
    still.rest()
    assert still.places() == rest


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize(("locale", "words"), [("ko-KR", "숫자를 그려 보세요"), ("en-US", "Draw a digit")])
def test_both_languages_fit_on_phone_and_desk(visit, width, locale, words):
    here = visit(width=width, locale=locale)
    assert here.page.get_by_role("heading", name=words).is_visible()
    here.page.evaluate("document.querySelectorAll('.latent-map details').forEach((fold) => { fold.open = true; })")
    assert here.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert here.page.locator(".latent-map").evaluate("(root) => root.scrollWidth - root.clientWidth") <= 0
    assert re.search(r"\bmap\.\w+|\{\w+\}|undefined|NaN", here.page.locator(".latent-map").inner_text()) is None


def test_a_screen_reader_hears_where_the_cursor_rests(visit):
    here = visit()
    here.page.locator(".latent-map .map").first.focus()
    here.page.keyboard.press("ArrowRight")
    here.page.wait_for_function("document.querySelector('.latent-map .unseen-text').textContent.includes('z = (')")
    unnamed = here.page.evaluate(
        """() => [...document.querySelectorAll('.latent-map canvas, .latent-map input, .latent-map button')]
          .filter((e) => !(e.getAttribute('aria-label') || e.textContent || e.closest('label'))).length"""
    )
    assert unnamed == 0


def test_maps_that_cannot_be_loaded_are_told_of(chromium, url):
    context = chromium.new_context(locale="ko-KR")
    here = context.new_page()
    here.set_default_timeout(WAIT)
    here.route("**/component_server/", lambda route: route.abort())
    here.goto(url)
    here.get_by_role("tab", name="map").click()
    here.get_by_text(TEXTS["map.failed"][1]).wait_for()
    context.close()


# ---------------------------------------------------------------------------------------------- a link, and a film


def handler(room, name):
    """A public event's function by its name."""
    with gr.Blocks() as demo:
        latent_map.build(room, gr.Radio(["mnist"]))
    return next(event.fn for event in demo.fns.values() if event.api_name == name)


def test_a_path_is_the_same_in_python_and_in_the_browser():
    path = torch.tensor([[[0.0, 0.0], [0.5, 0.5]], [[0.3, 0.0], [0.5, 0.6]], [[0.3, 0.1], [0.5, 0.7]]])
    expected = torch.tensor(javascript("return alongPath(data, 9);", path.tolist()))
    torch.testing.assert_close(latent_map.along(path, 9), expected)


@pytest.mark.parametrize("shares", [[[0.1, -0.25]] * 4, [[0.1, -0.25], [0, 1], [-1, 0.333], [0.5, 0.5]]])
def test_a_stop_is_read_as_it_was_written(shares):
    text = javascript("return writeStop(data);", shares)
    assert text.count("_") == (0 if shares[0] == shares[1] else 3)
    assert javascript("return readStop(data, 4);", text) == shares
    assert latent_map.stops_of(f"at:0,0;path:{text}~0,0;only:3", 4)[0].tolist() == [
        pytest.approx(pair) for pair in shares
    ]


@pytest.mark.parametrize("text", ["", "1", "21,0", "0,nan", "0,0,0", "0,0_0,0", ",", "a,b"])
def test_what_is_no_stop_is_refused(text):
    assert javascript("return readStop(data, 4);", text) is None
    with pytest.raises(ValueError, match=".*"):
        latent_map.stops_of(f"path:{text}~0,0", 4)


def test_the_film_shows_what_the_models_decode_along_the_path(room):
    import io

    from PIL import Image

    made = json.loads(handler(room, "map_film")(None, "at:0,0;path:-0.5,0~0.5,0"))
    assert made["state"] == "at:0,0;path:-0.5,0~0.5,0"  # by which the page knows whether it is still of its path
    read = Image.open(io.BytesIO(base64.b64decode(made["webp"].split(",")[1])))
    assert read.n_frames == 2 * latent_map.FRAMES - 2
    ae = room.checkpoints["mnist-ae-2d"]
    one = latent_map.map_of(ae)
    z = torch.tensor([[one["centre"][0] - 0.5 * one["half"], one["centre"][1]]])
    k = read.height // 28  # the films lie in one row, each pixel drawn k times as large
    first = np.asarray(read.convert("L"), dtype=float)[: 28 * k, : 28 * k].reshape(28, k, 28, k).mean((1, 3)) / 255
    assert np.abs(first - ae.decode(z)[0, 0].numpy()).mean() < 0.03  # WebP keeps not every pixel
    with pytest.raises(gr.Error, match="two stops"):
        handler(room, "map_film")(None, "path:0,0")


def test_a_link_brings_the_cursor_the_settings_and_the_path_back(visit):
    here = visit()
    here.page.get_by_role("radio", name="drift").check()
    here.page.get_by_label("test digits").click()
    here.page.get_by_label("same axes for all").click()
    here.page.get_by_label("Highlight the 7s").click()
    here.page.locator(".latent-map .examples button").nth(4).click()
    here.settle()
    drawn = """() => { const canvas = document.querySelector('.latent-map .drawing .picture');
      return [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data]; }"""
    digit = torch.tensor(here.page.evaluate(drawn)).float()
    here.page.locator(".latent-map .map").nth(2).focus()
    here.page.keyboard.press("Shift+ArrowLeft")
    here.settle()
    here.rest()
    places = here.places()
    here.requests.clear()
    here.page.locator(".link-button").last.click()
    here.page.wait_for_url("**state=**")
    assert here.requests == []
    state = here.page.url.split("state=")[1].split("&")[0]
    other = visit(query=f"?state={state}")
    other.settle()
    torch.testing.assert_close(torch.tensor(other.places()), torch.tensor(places), atol=0.02, rtol=0)
    assert other.page.get_by_role("radio", name="drift").is_checked()
    assert not other.page.get_by_label("test digits").is_checked()
    assert other.page.get_by_label("same axes for all").is_checked()
    assert other.page.get_by_label("Highlight the 7s").get_attribute("aria-pressed") == "true"
    assert other.page.locator(".latent-map .films").is_visible()
    again = torch.tensor(other.page.evaluate(drawn)).float()
    assert (again - digit).abs().mean() < 3 < digit.std()  # the link has whole hundredths of the pad
    assert "σ = (" in other.page.locator(".latent-map .panel").first.inner_text()


def test_a_damaged_link_is_no_error(visit):
    state = "nonsense;;:;at:99,9;path:0,0~x;background:__proto__;only:77;show:points;drawn:5.x-_7"
    here = visit(query=f"?state={quote(state)}")
    here.settle()
    assert len(here.places()) == 4
    assert here.page.locator(".latent-map .films").is_hidden()


def test_a_film_of_the_path_is_made_when_it_is_asked_for(visit):
    here = visit()
    here.page.get_by_role("button", name="Make a film to keep").click()
    here.page.locator(".latent-map .film img").wait_for()
    hrefs = [a.get_attribute("href") for a in here.page.locator(".latent-map .film a").all()]
    assert [href[:15] for href in hrefs] == ["data:image/gif;", "data:image/webp"]
    with here.page.expect_download() as download:
        here.page.get_by_role("button", name="Save as one picture").click()
    assert download.value.suggested_filename == "latent-path.png"


def test_copied_python_decodes_the_places_under_the_cursor(visit, tmp_path, monkeypatch):
    if len(SHIPPED) < 4:
        pytest.skip("needs the shipped models")
    here = visit()
    here.rest()
    monkeypatch.chdir(tmp_path)
    scope = {}
    exec(here.page.locator(".latent-map pre").text_content(), scope)
    copied = torch.tensor(list(scope["places"].values()))
    torch.testing.assert_close(copied, torch.tensor(here.places()), atol=0.006, rtol=0)
    assert sorted(file.stem for file in tmp_path.glob("*.png")) == sorted(latent_map.MAPS)
