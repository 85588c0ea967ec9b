"""The face map: the plane of the two directions in which a face model's codes vary most, decoded by the server."""

import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

import gradio as gr
import torch
from torch import Tensor

from vae_demo.checkpoints import Checkpoint
from vae_demo.images import sheet
from vae_demo.ui import explain, film
from vae_demo.ui.checks import UserError
from vae_demo.ui.figures import Figure, colour, grid
from vae_demo.ui.handling import steady
from vae_demo.ui.room import Room, display
from vae_demo.ui.scripts import asset, canvas
from vae_demo.ui.tab import MODEL, Tab, python_box
from vae_demo.ui.text import arithmetic, say, t
from vae_demo.ui.text.face_map import TEXTS

REACH = 3.0  # sigmas that the plane shows to each side
COLUMNS = 13  # faces along the first axis
DRAWS = 500
GROUPS = ("man", "woman", "man_glasses", "woman_glasses", "man_sunglasses", "woman_sunglasses")
JUDGED = ("Male", "Smiling", "Young", "Eyeglasses")
FIRST = ("celeba-vae", "celeba-perceptual-vae")


@dataclass(frozen=True)
class Plane:
    """z = mean + a sigma_1 e_1 + b sigma_2 e_2, with e the two leading eigenvectors of the codes' covariance.

    Attributes:
        mean: (D,).
        basis: (2, D), rows of length 1; the sign of each makes its largest entry positive.
        sigma: (2,), the square roots of the two largest eigenvalues.
        share: of the codes' whole variance that lies in the plane, 0 to 1.
    """

    mean: Tensor
    basis: Tensor
    sigma: Tensor
    share: float

    def z(self, places: Tensor) -> Tensor:
        """Places in sigmas (N, 2) -> codes (N, D)."""
        return self.mean + (places * self.sigma) @ self.basis

    def places(self, z: Tensor) -> Tensor:
        """Codes (N, D) -> the places in sigmas (N, 2) of their projections."""
        return (z - self.mean) @ self.basis.T / self.sigma


def plane_of(latents: dict[str, Tensor]) -> Plane:
    """The principal plane of the codes with this `mean` (D,) and `covariance` (D, D)."""
    values, vectors = torch.linalg.eigh(latents["covariance"].double())  # ascending
    basis = vectors.T[[-1, -2]]  # (2, D)
    largest = basis.gather(1, basis.abs().argmax(1, keepdim=True))
    sigma = values[[-1, -2]].sqrt()
    share = (values[-2:].sum() / values.sum()).item()
    return Plane(latents["mean"], (basis * largest.sign()).float(), sigma.float(), share)


def lattice(plane: Plane) -> tuple[Tensor, int]:
    """The places (N, 2) of the faces behind the map, row by row from the top, evenly spaced in z; and the rows."""
    rows = max(1, round(COLUMNS * (plane.sigma[1] / plane.sigma[0]).item()))
    x = REACH * ((torch.arange(COLUMNS) + 0.5) / COLUMNS * 2 - 1)
    y = REACH * (1 - (torch.arange(rows) + 0.5) / rows * 2)
    return torch.stack([x.repeat(rows), y.repeat_interleave(COLUMNS)], 1), rows


def usable(room: Room) -> dict[str, Checkpoint]:
    """The face models whose codes' covariance is known; the first is shown first."""
    found = {n: ae for n, ae in room.of("celeba").items() if "covariance" in ae.latents}
    return {n: found[n] for n in sorted(found, key=lambda n: FIRST.index(n) if n in FIRST else len(FIRST))}


def drawing(ae: Checkpoint) -> dict[str, Any]:
    """What the browser needs to draw the plane: faces behind it, sigmas, groups, and draws of the fitted prior."""
    plane = plane_of(ae.latents)
    places, _ = lattice(plane)
    faces = film.data_url(film.encode([sheet(ae.decode(plane.z(places)).cpu(), COLUMNS, gap=0)], "webp"), "webp")
    prior = "mixture" if "mixture" in ae.priors else "gaussian"
    cloud = plane.places(ae.draw(DRAWS, seed=0, prior=prior).cpu())
    known = [name for name in GROUPS if f"group.{name}" in ae.latents]
    groups = plane.places(torch.stack([ae.latents[f"group.{n}"] for n in known])).tolist() if known else []
    return {
        "name": ae.name,
        "colour": colour(ae.name),
        "sigma": plane.sigma.tolist(),
        "share": plane.share,
        "faces": faces,
        "cloud": cloud.tolist(),
        "groups": dict(zip(known, groups, strict=True)),
    }


def read(reference, models: dict[str, Checkpoint], request: gr.Request | None) -> tuple[Checkpoint, Tensor]:
    """ "celeba-vae:0.5,-1.2" -> the model and the place (1, 2) in sigmas. Raises UserError."""
    name, _, place = str(reference).partition(":")
    try:
        numbers = [float(part) for part in place.split(",")]
    except ValueError:
        numbers = []
    at = torch.tensor([numbers])
    if name not in models or at.shape != (1, 2) or not (at.abs() <= REACH).all():
        raise UserError("face_map.bad_place", request, value=str(reference)[:40])
    return models[name], at


def python(name: str, at: Tensor) -> str:
    """Lines that make the face under the cursor."""
    a, b = at[0].tolist()
    return "\n".join(
        [
            "import torch",
            "import vae_demo",
            "from vae_demo import images",
            "",
            f'ae = vae_demo.load("{name}", "cpu")',
            'values, vectors = torch.linalg.eigh(ae.latents["covariance"].double())  # ascending',
            "e = vectors.T[[-1, -2]]  # (2, D): the two directions of most variance",
            "e = (e * e.gather(1, e.abs().argmax(1, keepdim=True)).sign()).float()",
            "sigma = values[[-1, -2]].sqrt().float()",
            f'z = ae.latents["mean"] + (torch.tensor([[{a:g}, {b:g}]]) * sigma) @ e  # (1, D)',
            'images.sheet(ae.decode(z), 1, scale=4).save("face.png")',
        ]
    )


def build(room: Room) -> Tab:
    """The map of faces; its value, "celeba-vae:0.5,-1.2", names a model and a place."""
    models = usable(room)
    if not models:
        gr.Markdown(t("face_map.none"), elem_classes="for-celeba")
        return Tab(lambda _: [], [], [])
    drawn: dict[str, dict[str, Any]] = {}
    lock = threading.Lock()

    @cache  # when it is asked for: the page comes sooner
    def plane(name: str) -> Plane:
        return plane_of(models[name].latents)

    def face_plane(name: Any = None) -> dict[str, Any]:
        if name not in models:
            raise UserError("face_map.bad_place", None, value=str(name)[:40])
        with lock:  # a whole class may open it at once
            if name not in drawn:
                drawn[name] = drawing(models[name])
            return drawn[name]

    @steady(room)
    def face_map(request: gr.Request, place="celeba-vae:0,0") -> tuple[str, str]:
        """The face at a place of a model's principal plane.

        Args:
            place: "celeba-vae:0.5,-1.2": a model, and how many sigmas from the mean along its first two axes, from
                -3 to 3.

        Returns:
            the face as HTML with what a network that took no part sees in it, and Python lines that make it.
        """
        ae, at = read(place, models, request)
        x = ae.decode(plane(ae.name).z(at)).cpu()
        a, b = at[0].tolist()
        lines = [say("face_map.distance", request, d=at.norm().item())]
        if room.verdict is not None:
            seen = {name: room.verdict.probability(x.to(ae.device), name).item() for name in judged}
            lines += [f"{say(f'arithmetic.attribute.{name}', request)} {p:.0%}" for name, p in seen.items()]
        where = say("face_map.where", request, a=a, b=b)
        figure = Figure(x[0], display(ae.name), [where, *lines], f"{where}. {', '.join(lines)}", colour(ae.name))
        return grid([figure], 200), python(ae.name, at)

    judged = [name for name in JUDGED if room.verdict is not None and name in room.verdict.attributes]
    first = next(iter(models))
    words = {key.removeprefix("face_map."): pair for key, pair in TEXTS.items() if not key.endswith("_words")}
    words |= {f"group.{name}": arithmetic.GROUPS[name] for name in GROUPS}
    names = {name: display(name) for name in models}
    with gr.Column(elem_classes="for-celeba"):
        gr.Markdown(t("face_map.intro"), elem_classes="lead")
        with gr.Row(elem_classes="work"):
            with gr.Column(scale=1, min_width=220):
                shown = gr.HTML(
                    css_template=FACE,
                    elem_classes=["results", "face-map-face"],
                )
            with gr.Column(scale=3, min_width=320):
                stage = gr.HTML(
                    f"{first}:0,0",
                    html_template='<div class="face-map"></div>',
                    css_template=asset("face_map.css"),
                    js_on_load=canvas("face_map.js", words=words, names=names, reach=REACH),
                    server_functions=[face_plane],
                    apply_default_css=False,
                    elem_id="face-map",
                )
        if judged:
            gr.Markdown(t("face_map.judged"), elem_classes="small")
        code = python_box()
        explain.build("face_map.explain_words")
    stage.change(face_map, stage, [shown, code], api_name="face_map", **MODEL)
    return Tab(face_map, [stage], [shown, code], {"face": stage})


# On a phone the words stand beside the face, so that face and plane are seen together.
FACE = """
.figures { grid-template-columns: minmax(0, 240px) !important; }
@media (max-width: 700px) {
  .figures { grid-template-columns: minmax(0, 1fr) !important; }
  .figures figure { display: grid; grid-template-columns: 45% 1fr; gap: .8rem; }
}
"""
