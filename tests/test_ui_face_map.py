"""The face map: the plane is that of the covariance, places are sigmas, and the server decodes the cursor."""

import gradio as gr
import pytest
import torch
from PIL import Image

from tests.shown import LOST, shown
from tests.tiny import network_of, write_checkpoint
from vae_demo import checkpoints
from vae_demo.models import ConvConfig, ConvVAE
from vae_demo.ui import face_map
from vae_demo.ui.room import Room

CONFIG = ConvConfig(3, 64, (4, 8, 8, 8), (0, 0, 0, 0), (0, 0, 0, 0), 6)
SIGMAS = torch.tensor([0.5, 3.0, 0.2, 2.0, 1.0, 0.1])


def turned_covariance():
    """A covariance whose eigenvectors and eigenvalues are known: Q diag(SIGMAS²) Qᵀ, and Q."""
    generator = torch.Generator().manual_seed(3)
    q, _ = torch.linalg.qr(torch.randn(6, 6, generator=generator).double())
    return (q * SIGMAS.square()) @ q.T, q


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    covariance, _ = turned_covariance()
    latents = {"mean": torch.arange(6.0), "std": covariance.diagonal().sqrt().float(), "covariance": covariance.float()}
    latents |= {"group.man": torch.zeros(6), "group.woman": torch.arange(6.0)}
    folder = tmp_path_factory.mktemp("faces") / "celeba-vae"
    write_checkpoint(folder, network_of(ConvVAE, CONFIG), CONFIG, latents)
    (folder / "card.json").write_text('{"dataset": "celeba"}')
    return Room({"celeba-vae": checkpoints.load(str(folder), "cpu")})


def handler(room):
    with gr.Blocks() as demo:
        face_map.build(room)
    return next(event.fn for event in demo.fns.values() if event.api_name == "face_map")


def test_the_plane_is_the_one_of_most_variance(room):
    covariance, q = turned_covariance()
    plane = face_map.plane_of(room.checkpoints["celeba-vae"].latents)
    assert plane.sigma.tolist() == pytest.approx([3, 2], rel=1e-4)
    assert plane.share == pytest.approx(13 / SIGMAS.square().sum().item(), rel=1e-4)
    for row, column in zip(plane.basis.double(), (q[:, 1], q[:, 3]), strict=True):
        assert abs(row @ column).item() == pytest.approx(1, abs=1e-4)
        assert row[row.abs().argmax()] > 0


def test_places_are_sigmas_and_come_back(room):
    ae = room.checkpoints["celeba-vae"]
    plane = face_map.plane_of(ae.latents)
    places = torch.tensor([[0.0, 0.0], [1.0, 0.0], [-0.5, 2.0]])
    z = plane.z(places)
    torch.testing.assert_close(z[0], ae.latents["mean"])
    assert (z[1] - z[0]).norm().item() == pytest.approx(3, rel=1e-4)
    torch.testing.assert_close(plane.places(z), places, atol=1e-4, rtol=1e-4)
    draws = torch.distributions.MultivariateNormal(ae.latents["mean"], ae.latents["covariance"]).sample((20_000,))
    torch.testing.assert_close(torch.cov(plane.places(draws).T), torch.eye(2), atol=0.05, rtol=0)


def test_the_faces_behind_the_map_are_to_scale(room):
    plane = face_map.plane_of(room.checkpoints["celeba-vae"].latents)
    places, rows = face_map.lattice(plane)
    assert rows == round(face_map.COLUMNS * 2 / 3)
    assert places[0, 0].item() == pytest.approx(-places[face_map.COLUMNS - 1, 0].item())
    assert places[0, 1] > places[-1, 1]
    assert (places.abs() < face_map.REACH).all()


def test_the_drawing_holds_averages_and_draws_only(room):
    drawn = face_map.drawing(room.checkpoints["celeba-vae"])
    assert drawn["groups"]["woman"] == pytest.approx([0, 0], abs=1e-5)
    assert list(drawn["groups"]) == ["man", "woman"]
    assert torch.tensor(drawn["cloud"]).std(0).tolist() == pytest.approx([1, 1], abs=0.1)
    assert drawn["faces"].startswith("data:image/webp")


def test_the_face_is_the_decoded_place_and_python_makes_the_same(room, tmp_path, monkeypatch):
    html, lines = handler(room)(None, "celeba-vae:0.5,-1.25")
    assert "+0.50 σ₁, -1.25 σ₂" in html
    assert "1.35 σ" in html
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("vae_demo.load", lambda name, device: room.checkpoints[name])
    scope = {}
    exec(lines, scope)
    ae = room.checkpoints["celeba-vae"]
    torch.testing.assert_close(scope["z"], face_map.plane_of(ae.latents).z(torch.tensor([[0.5, -1.25]])))
    (face,) = shown(html)
    assert (face - ae.decode(scope["z"])[0]).abs().max() <= LOST
    assert Image.open("face.png").size == (256, 256)


@pytest.mark.parametrize(
    "place", ["celeba-vae:4,0", "celeba-vae:nan,0", "celeba-vae:1", "x:0,0", "", None, "celeba-vae:a,b"]
)
def test_a_place_off_the_map_is_refused(room, place):
    with pytest.raises(gr.Error, match="no place on the map"):
        handler(room)(None, place)


def test_without_face_models_the_tab_says_so():
    with gr.Blocks():
        part = face_map.build(Room({}))
    assert part.call(None) == []
