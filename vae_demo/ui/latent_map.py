"""Latent map: four autoencoders of two dimensions side by side, decoded in the browser under one cursor."""

import base64
import json
import math
import threading
from collections.abc import Sequence
from typing import Any

import gradio as gr
import torch
from torch import Tensor, nn

from vae_demo.checkpoints import Checkpoint
from vae_demo.models import DenseAE, DenseVAE
from vae_demo.plane import axes, cells, frame, seen_places
from vae_demo.ui import face_map, film
from vae_demo.ui.checks import UserError
from vae_demo.ui.figures import colour
from vae_demo.ui.handling import steady
from vae_demo.ui.references import LONGEST
from vae_demo.ui.room import Room, display
from vae_demo.ui.scripts import asset, canvas
from vae_demo.ui.strokes import DIGITS
from vae_demo.ui.tab import SLOW, Tab, link_button
from vae_demo.ui.text import t
from vae_demo.ui.text.latent_map import TEXTS

MAPS = ("mnist-ae-2d", "mnist-kl-2d", "mnist-vae-2d", "mnist-beta-vae-2d")  # reconstruction, KL, both, beta
SCRIPT = canvas(
    *(f"latent_map/{file}.js" for file in ("networks", "one_map", "posterior", "pad", "path", "folds", "page"))
)
FRAMES, MOST_STOPS = 24, 200  # of a film of a path
FARTHEST = 20  # shares of a map's frame: other maps may be larger
SQRT_2_PI = math.sqrt(2 * math.pi)

Layers = Sequence[tuple[Tensor, Tensor]]


def encoder_layers(network: DenseAE | DenseVAE) -> Layers:
    """(weight (out, in), bias (out,)) of each layer; the last one of a VAE gives mu and logvar together."""
    layers = [(m.weight, m.bias) for m in network.encoder.modules() if isinstance(m, nn.Linear)]
    if not isinstance(network, DenseVAE):
        return layers
    heads = network.to_mu, network.to_logvar
    return [*layers, (torch.cat([m.weight for m in heads]), torch.cat([m.bias for m in heads]))]


def decoder_layers(network: DenseAE | DenseVAE) -> Layers:
    """(weight (out, in), bias (out,)) of each layer, the sigmoid left out."""
    return [(m.weight, m.bias) for m in network.decoder.modules() if isinstance(m, nn.Linear)]


def text_of(values: Tensor) -> str:
    """The bytes of a tensor as base64, which is how numbers travel to the browser."""
    return base64.b64encode(values.detach().cpu().contiguous().numpy().tobytes()).decode()


def pack(layers: Layers) -> dict[str, Any]:
    """Layers for the browser: their widths, and all numbers in half precision, the weights as (in, out)."""
    widths = [layers[0][0].shape[1], *(len(bias) for _, bias in layers)]
    numbers = torch.cat([part.flatten() for weight, bias in layers for part in (weight.T, bias)])
    return {"widths": widths, "numbers": text_of(numbers.half())}


def distances(a: Tensor, b: Tensor) -> Tensor:
    """Euclidean distances, (N, 2) and (M, 2) -> (N, M), exact also where they are small."""
    return torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist")


def reaches(seen: Tensor, neighbours: int = 5) -> Tensor:
    """How far the decoder's experience reaches around each seen place, (N, 2) -> (N,).

    A place counts as known if it lies within the reach of its nearest seen place. The reach is that place's distance
    to its 5th neighbour, times the one factor with which 99% of the seen places are known by the others.
    """
    between = distances(seen, seen).fill_diagonal_(math.inf)
    near = between.topk(min(neighbours, len(seen) - 1), largest=False)
    local = near.values[:, -1].clamp(min=1e-9)
    factor = (near.values[:, 0] / local[near.indices[:, 0]]).quantile(0.99)
    return factor * local


def density(x: Tensor, y: Tensor, mu: Tensor, sigma: Tensor) -> Tensor:
    """(1/N) sum of N(mu_n, diag(sigma_n²)) at the cells, (rows * columns,): with a VAE's mu and sigma its q(z)."""
    along, across = (
        torch.exp(-0.5 * ((place - mu[:, i, None]) / sigma[:, i, None]).square()) / (sigma[:, i, None] * SQRT_2_PI)
        for i, place in enumerate((x, y))
    )  # (N, columns), (N, rows)
    return (across.T @ along / len(mu)).flatten()


def drift(ae: Checkpoint, z: Tensor) -> Tensor:
    """|encode(decode(z)) - z|, (M, 2) -> (M,): how far a round trip leads away."""
    return (ae.encode(ae.decode(z)).cpu() - z).norm(dim=1)


def shades(values: Tensor) -> dict[str, Any]:
    """A field for the browser: 256 levels, and the value of the highest (the 98% quantile)."""
    top = max(values.quantile(0.98).item(), 1e-12)
    return {"top": top, "levels": text_of((values / top).clamp(0, 1).mul(255).round().to(torch.uint8))}


def defects(points: Tensor, labels: Tensor, reach: Tensor, z: Tensor, odd: Tensor) -> dict[str, Any]:
    """Where the codes of a plain autoencoder make trouble for whoever wants to draw from them, with figures.

    Args:
        points: (N, 2) codes.
        labels: (N,) digits.
        reach: (N,), of `reaches`.
        z: (M, 2) places to choose from.
        odd: (M,), how unlike any digit they decode to.

    Returns:
        "uneven": the digits whose codes lie closest together and farthest apart (median distance to the nearest code
        of the same digit), how many times farther, and a middle code of each; "centre": the mean code, the code
        farthest from it and its digit, and the oddest place about as far from it; "gap": the oddest place that codes
        surround though none reaches it, and how far the nearest is; "draws": how many digits' codes are nearest to 9
        of 10 draws from N(0, I), and such draws.
    """
    digits = labels.unique()
    of_digit = {int(d): points[labels == d] for d in digits}
    spacing = {d: spacing_of(own) for d, own in of_digit.items()}
    small, large = min(spacing, key=spacing.__getitem__), max(spacing, key=spacing.__getitem__)
    mean = points.mean(0)
    from_mean = (points - mean).norm(dim=1)
    farthest, radius = from_mean.argmax(), from_mean.max()
    as_far = ((z - mean).norm(dim=1) - radius).abs() < 0.05 * radius
    beyond = oddest(z, odd, as_far)
    to_nearest, owner = distances(z, points).min(1)
    hole = oddest(z, odd, surrounded(z, points) & (to_nearest > reach[owner]))
    draws = torch.randn(2000, 2, generator=torch.Generator().manual_seed(0))
    nearest = labels[distances(draws, points).argmin(1)]
    shares = torch.stack([(nearest == d).float().mean() for d in digits]).sort(descending=True).values
    return {
        "uneven": {
            "small": small,
            "large": large,
            "times": spacing[large] / max(spacing[small], 1e-9),
            "places": [medoid(of_digit[small]).tolist(), medoid(of_digit[large]).tolist()],
        },
        "centre": {
            "mean": mean.tolist(),
            "radius": radius.item(),
            "digit": int(labels[farthest]),
            "odd": odd[beyond].item(),
            "places": [points[farthest].tolist(), z[beyond].tolist()],
        },
        "gap": {
            "distance": to_nearest[hole].item(),
            "odd": odd[hole].item(),
            "places": [z[hole].tolist()],
        },
        "draws": {
            "digits": int((shares.cumsum(0) < 0.9).sum()) + 1,
            "of": len(digits),
            "places": draws[:24].tolist(),
        },
    }


def spacing_of(points: Tensor) -> float:
    """The median distance of (N, 2) points to their nearest neighbour; 0 for a single one."""
    if len(points) < 2:
        return 0.0
    return distances(points, points).fill_diagonal_(math.inf).min(1).values.median().item()


def medoid(points: Tensor) -> Tensor:
    """The one of (N, 2) points that is nearest to all the others."""
    return points[distances(points, points).sum(1).argmin()]


def surrounded(z: Tensor, points: Tensor) -> Tensor:
    """Which of the places (M, 2) lie within the convex hull of the points (N, 2): (M,) bool.

    Seen from within, no two neighbouring directions to points are half a turn or more apart.
    """
    away = points - z[:, None]  # (M, N, 2)
    angles = torch.atan2(away[..., 1], away[..., 0]).sort(1).values
    turns = torch.cat([angles, angles[:, :1] + 2 * math.pi], 1).diff(dim=1)
    return turns.max(1).values < math.pi


def oddest(z: Tensor, odd: Tensor, allowed: Tensor) -> Tensor:
    """The number () of the oddest of the allowed places; of all of them where none is."""
    return torch.where(allowed, odd, -math.inf).argmax() if allowed.any() else odd.argmax()


def odd_share(z: Tensor, odd: Tensor, bound: float, points: Tensor) -> float:
    """Of the places z (M, 2) in the box around the central 99% of the points, the share that is odder than the bound.

    0 where the box has none: codes on one spot are no territory to draw from.
    """
    low, high = points.quantile(0.005, 0), points.quantile(0.995, 0)
    inside = ((z >= low) & (z <= high)).all(1)
    return (odd[inside] > bound).float().mean().item() if inside.any() else 0.0


def usable(ae: Checkpoint) -> bool:
    """Whether a checkpoint of two dimensions can be drawn as a map: fully connected, with codes kept and measured."""
    kept = {"points", "points_label", "oddness"} | ({"points_logvar"} if isinstance(ae.network, DenseVAE) else set())
    return isinstance(ae.network, (DenseAE, DenseVAE)) and kept <= set(ae.latents)


def map_of(ae: Checkpoint) -> dict[str, Any]:
    """All that the browser needs to draw one map and to encode and decode on it."""
    network = ae.network
    assert isinstance(network, (DenseAE, DenseVAE))
    points, labels = ae.latents["points"], ae.latents["points_label"].long()
    logvar = ae.latents.get("points_logvar")
    seen = seen_places(points, logvar)
    reach = reaches(seen)
    centre, half = frame(seen)
    x, y = axes(centre, half)
    z = cells(x, y)
    sigma = reach[:, None].expand_as(points) / 2 if logvar is None else torch.exp(0.5 * logvar)
    odd, bound, (*corner, wide) = (ae.latents[key] for key in ("oddness", "oddness_bound", "oddness_square"))
    measured = cells(*axes(torch.stack(corner), wide.item(), len(odd)))
    return {
        "name": ae.name,
        "title": display(ae.name),
        "colour": colour(ae.name),
        "encoder": pack(encoder_layers(network)),
        "decoder": pack(decoder_layers(network)),
        "points": text_of(points),
        "labels": text_of(labels.to(torch.uint8)),
        "seen": text_of(seen),
        "sigma": None if logvar is None else text_of(sigma.half()),  # of the codes' clouds; a plain code has none
        "spread": None if logvar is None else sigma.median(0).values.tolist(),
        "reach": text_of(reach),
        "centre": centre.tolist(),
        "half": half,
        "density": shades(density(x, y, points, sigma)),
        "drift": shades(drift(ae, z)),
        "odd": {
            "values": text_of(odd.half()),
            "bound": bound.item(),
            "square": {"centre": torch.stack(corner).tolist(), "half": wide.item()},
            "share": odd_share(measured, odd.flatten(), bound.item(), points),
        },
        "defects": defects(points, labels, reach, measured, odd.flatten()) if logvar is None else None,
    }


class Maps:
    """The maps of a room, made when the first visitor opens the tab and then kept."""

    def __init__(self, room: Room) -> None:
        flat = room.flat("mnist")
        self.checkpoints = [flat[name] for name in MAPS if name in flat and usable(flat[name])]
        self.lock = threading.Lock()
        self.made: list[dict[str, Any]] | None = None

    def get(self) -> list[dict[str, Any]]:
        with self.lock:  # a whole class may open the tab at once
            if self.made is None:
                self.made = [map_of(ae) for ae in self.checkpoints]
            return self.made


def stops_of(state: str, maps: int) -> Tensor:
    """The path in a state line of the page, (P, maps, 2): places as shares of the maps' frames, -1 to 1 within them.

    "at:0,0;path:0.1,0.2~0.3,-0.4" has two stops that are the same on all maps; a stop of four places "u,v_u,v_u,v_u,v"
    has one for each.

    Raises:
        ValueError: no path of 2 to 200 stops.
    """
    parts = [part.removeprefix("path:") for part in state.split(";") if part.startswith("path:")]
    if len(parts) != 1:
        raise ValueError("expected one path")
    stops = [
        [[float(number) for number in pair.split(",")] for pair in stop.split("_")] for stop in parts[0].split("~")
    ]
    stops = [stop * maps if len(stop) == 1 else stop for stop in stops]
    places = torch.tensor(stops)  # a ValueError where they are ragged
    if not 2 <= len(stops) <= MOST_STOPS or places.shape[1:] != (maps, 2) or not (places.abs() <= FARTHEST).all():
        raise ValueError(f"expected 2 to {MOST_STOPS} stops of {maps} places from -{FARTHEST} to {FARTHEST}")
    return places


def along(path: Tensor, count: int) -> Tensor:
    """`count` places at equal lengths along a path (P, maps, 2), measured on the first map: (count, maps, 2)."""
    lengths = (path[1:, 0] - path[:-1, 0]).norm(dim=1).cumsum(0)
    lengths = torch.cat([torch.zeros(1), lengths])
    goals = torch.linspace(0, 1, count) * lengths[-1]
    leg = torch.searchsorted(lengths, goals).clamp(1, len(path) - 1)
    span = (lengths[leg] - lengths[leg - 1]).clamp(min=1e-9)
    part = ((goals - lengths[leg - 1]) / span).clamp(0, 1)
    return path[leg - 1] + part[:, None, None] * (path[leg] - path[leg - 1])


def build(room: Room, dataset: gr.Radio) -> Tab:
    """The maps of digits, whose script asks once for them, later for a film alone; and the plane of faces."""
    maps = Maps(room)

    def latent_maps(_: Any = None) -> dict[str, Any]:
        return {"maps": maps.get(), "texts": TEXTS, "strokes": [DIGITS[digit] for digit in range(10)]}

    @steady(room, film=True)
    def path_film(request: gr.Request, state: str = "path:-0.5,0~0.5,0") -> str:
        """A path over the maps as a film, each map's picture beside the others.

        Args:
            state: "path:0.1,0.2~0.3,-0.4": two stops or more, each a place in shares of the maps' frames, -1 to 1
                within them, as in the page's link; a stop of four places "u,v_u,v_u,v_u,v" has one for each map.

        Returns:
            JSON: {"state": as it came, "gif": a `data:` URL, "webp": another}.
        """
        drawn = maps.get()
        try:
            if not drawn or not isinstance(state, str) or len(state) > LONGEST:
                raise ValueError("expected a state line")
            places = along(stops_of(state, len(drawn)), FRAMES)  # (FRAMES, maps, 2)
        except ValueError as error:
            raise UserError("map.bad_path", request) from error
        films = [
            ae.decode(torch.tensor(one["centre"]) + one["half"] * places[:, k]).cpu()
            for k, (ae, one) in enumerate(zip(maps.checkpoints, drawn, strict=True))
        ]
        pictures = film.frames(films)
        files = {kind: film.data_url(film.encode(pictures, kind, 5.0), kind) for kind in film.TYPES}
        return json.dumps({"state": state, **files})

    faces = face_map.build(room)
    if not maps.checkpoints:
        gr.Markdown(t("map.none"), elem_classes="for-mnist")
        return faces
    words = {key: TEXTS[f"map.{key}"] for key in ("loading", "failed")}
    html = gr.HTML(
        "",  # the state of the page, for its link
        html_template='<div class="latent-map"></div>',
        css_template=asset("latent_map.css"),
        js_on_load=f"{SCRIPT}\nstart(element, {{ server, props, trigger, watch }}, {json.dumps(words)});\n",
        server_functions=[latent_maps],
        apply_default_css=False,
        elem_id="latent-map",
        elem_classes="for-mnist",
    )
    made = gr.HTML(html_template="<i></i>", js_on_load=HAND_OVER, visible="hidden")
    html.submit(path_film, html, made, api_name="map_film", **SLOW)
    link = {"state": html, **faces.link}
    link_button("map", dataset, link)
    return Tab(faces.refresh, faces.inputs, faces.outputs, link)


# The film goes into the page's own panel.
HAND_OVER = """
watch('value', () => {
  if (props.value) document.dispatchEvent(new CustomEvent('map-film', {detail: JSON.parse(props.value)}));
});
"""
