"""The tab Interpolate: from A to B through the codes, beside a cross-fade of pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

import gradio as gr
import torch
from torch import Tensor

from vae_demo import ops
from vae_demo.checkpoints import Checkpoint
from vae_demo.ui import charts, explain, inputs, player, references, remarks
from vae_demo.ui.checks import UserError, choice, whole
from vae_demo.ui.controls import CheckboxGroup, Radio, Slider, answered
from vae_demo.ui.figures import NEUTRAL, colour, note, png
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.room import DATASETS, Room, display, variant
from vae_demo.ui.sheet import sheet
from vae_demo.ui.tab import MODEL, Tab, after, link_button, on_press, outdates, python_box, seed_row, takes
from vae_demo.ui.text import say, t

Path = Literal["linear", "spherical"]
PATHS: tuple[Path, ...] = ("linear", "spherical")
MOST_STEPS, MOST_BETWEEN = 15, 4
CURVES = {
    "celeba": {"Eyeglasses": "#d1477a", "Smiling": "#1f8fe0", "Male": "#c98a00", "Young": "#4f9a3a"},
    "mnist": {"Thick": "#d1477a", "Slanted": "#1f8fe0", "Wide": "#c98a00"},
}
# The rows that are on at first: an AE above a VAE above a VQ model, the first of each that is there.
FIRST_ROWS = (("conv-ae", "dense-ae"), ("perceptual-vae", "conv-vae", "vae", "beta-vae"), ("vq-vae", "vq-vae-2"))


def stops(points: Tensor, steps: int, path: Path, loop: bool = False) -> Tensor:
    """Through all points in turn, `steps` from each to the next, both counted: (P, D) -> (T, D).

    With `loop` the last leads back to the first, and T = P (steps - 1); else T = (P - 1)(steps - 1) + 1.
    """
    order = [*range(len(points)), 0] if loop else list(range(len(points)))
    legs = [ops.interpolate(points[i], points[j], steps, path)[:-1] for i, j in zip(order, order[1:], strict=False)]
    return torch.cat(legs if loop else [*legs, points[order[-1]][None]])


def walk(ae: Checkpoint, x: Tensor, steps: int, path: Path, loop: bool = False) -> tuple[Tensor, Tensor]:
    """Pictures (P, C, H, W) -> codes (T, D) of the way through them, and its pictures (T, C, H, W) on the CPU."""
    z = stops(ae.encode(x), steps, path, loop)
    return z, ae.decode(z).cpu()


def cross_fade(x: Tensor, steps: int, loop: bool = False) -> Tensor:
    """The same way through the pixels themselves: (P, C, H, W) -> (T, C, H, W)."""
    return stops(x.flatten(1), steps, "linear", loop).unflatten(1, x.shape[1:]).clamp(0, 1)


def curves(ae: Checkpoint, z: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    """What the linear probes say along the way: (T, D) -> for each name they know, (T,) probabilities."""
    scores = ae.scores(z)
    return {name: torch.sigmoid(scores[name]) for name in names if name in scores}


def first_rows(names: Sequence[str]) -> list[str]:
    """The checkpoints whose rows are shown at first."""
    by_variant = {variant(name): name for name in names}
    found = [next((by_variant[v] for v in wanted if v in by_variant), None) for wanted in FIRST_ROWS]
    return [name for name in found if name] or list(names[:1])


def stop_references(dataset: str, n: int, seed: int) -> list[str]:
    """References of n pictures of our own to pass on the way; see `ui.references`."""
    if dataset == "celeba":
        return [f"face:{(seed + i) % references.MOST_SEED}" for i in range(n)]
    digits = torch.randperm(10, generator=torch.Generator().manual_seed(seed))[:n].tolist()
    return [f"digit:{digit}:{seed % references.HANDS}" for digit in digits]


def python(room: Room, dataset: str, names: Sequence[str], pictures: Sequence[str], steps: int, path: str, loop) -> str:
    """Lines that make what is on screen; `pictures` are references."""
    lines = ["import torch", "import vae_demo", "from vae_demo import images, ops", "", "pictures = []"]
    for reference in pictures:
        made = references.python_of(room, dataset, reference, reference)
        lines += [line for line in made if line not in lines or line.startswith("x = ")]
        lines.append("pictures.append(x)")
    ends = "zip(z, [*z[1:], z[0]])" if loop else "zip(z, z[1:])"
    return "\n".join(
        [
            *lines,
            f"for name in {list(names)}:",
            "    ae = vae_demo.load(name)",
            "    z = ae.encode(torch.cat(pictures))",
            f'    way = torch.cat([ops.interpolate(a, b, {steps}, "{path}") for a, b in {ends}])',
            f'    images.sheet(ae.decode(way), {steps}, scale=3).save(f"{{name}}.png")',
        ]
    )


@dataclass(frozen=True)
class Way:
    """One row: the frames (T, C, H, W) of a variant, and its codes (T, D); the cross-fade has no checkpoint.

    With `loop` the frame after the last one is the first.
    """

    ae: Checkpoint | None
    x: Tensor
    z: Tensor | None = None
    loop: bool = False

    def share(self, i: int) -> float:
        """How much of the way lies behind frame i."""
        return i / (len(self.x) if self.loop else len(self.x) - 1)

    def name(self, request: gr.Request | None) -> str:
        return display(self.ae.name) if self.ae else say("interpolate.cross_fade", request)

    @property
    def colour(self) -> str:
        return colour(self.ae.name) if self.ae else NEUTRAL


def curves_html(dataset: str, way: Way, request: gr.Request | None) -> str:
    """The chart of the probes along one way; nothing where the variant has no probes."""
    if way.ae is None or way.z is None:
        return ""
    lines = {name: p.tolist() for name, p in curves(way.ae, way.z, list(CURVES[dataset])).items()}
    if not lines:
        return ""
    words = {name: say(f"arithmetic.attribute.{name}", request) for name in lines}
    told = ", ".join(
        say("interpolate.from_to", request, name=words[name], first=line[0], last=line[-1])
        for name, line in lines.items()
    )
    legend = "".join(
        f'<span><i style="background:{CURVES[dataset][name]}"></i>{escape(words[name])}</span>' for name in lines
    )
    chart = charts.curves(
        lines, [CURVES[dataset][name] for name in lines], say("interpolate.curve_alt", request, words=told)
    )
    title = say("interpolate.curve", request, name=way.name(request))
    return (
        f'<figure class="film-curve"><figcaption>{escape(title)}</figcaption>'
        f'<div class="film-legend">{legend}</div>{chart}</figure>'
    )


def film_html(dataset: str, ways: Sequence[Way], request: gr.Request | None) -> str:
    """All ways under one scrub bar, and the charts of their probes."""
    rows = []
    for way in ways:
        name = way.name(request)
        caption = f"<b>{escape(name)}</b>"
        if way.ae is None:
            caption += f" · {escape(say('interpolate.cross_fade_words', request))}"
        else:
            caption += f" · D\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{way.ae.latent_dim:,}"
        alts = [say("interpolate.frame", request, name=name, share=way.share(i)) for i in range(len(way.x))]
        rows.append(player.Row(caption, way.colour, [png(frame) for frame in way.x], alts))
    below = "".join(curves_html(dataset, way, request) for way in ways)
    below = f'<div class="film-curves">{below}</div>' if below else ""
    return player.film(rows, request, start=0.5, below=below)


def build(room: Room, dataset: gr.Radio) -> Tab:
    """The tab's content."""

    def ways_of(
        request: gr.Request,
        dataset="mnist", digit_a="digit:2", face_a="astronaut", photo_a=None, digit_b="digit:6", face_b="astronaut",
        photo_b=None, path="linear", steps=11, variants=("mnist-vae",), between=0, seed=0, loop=False,
    ) -> tuple[list[Way], str, str]:  # fmt: skip
        """The ways of the arguments of /interpolate, what is to be said of A and B, and Python lines that make them."""
        dataset = choice(dataset, DATASETS, say("common.dataset", request), request)
        path = choice(path, PATHS, say("interpolate.path", request), request)
        steps = whole(steps, 3, MOST_STEPS, say("interpolate.steps", request), request)
        between = whole(between, 0, MOST_BETWEEN, say("interpolate.between", request), request)
        seed = whole(seed, 0, references.MOST_SEED, say("common.seed", request), request)
        loop = bool(loop)
        if not isinstance(variants, (list, tuple)) or not variants:
            raise UserError("interpolate.choose_variant", request)
        for name in variants:
            choice(name, list(room.checkpoints), say("interpolate.variants", request), request)
        everyone = room.of(dataset)
        if not everyone:
            return [], note(say("common.no_models", request, dataset=say(f"common.{dataset}", request))), ""
        rows = [name for name in everyone if name in variants] or first_rows(list(everyone))
        a = references.resolve(room, dataset, digit_a, face_a, photo_a, request)
        b = references.resolve(room, dataset, digit_b, face_b, photo_b, request)
        passed = stop_references(dataset, between, seed)
        x = torch.cat([a, *(references.resolve(room, dataset, ref, ref, None, request) for ref in passed), b])
        ways = []
        for name in rows:
            z, y = walk(everyone[name], x, steps, path, loop)
            ways.append(Way(everyone[name], y, z, loop))
        said = remarks.remarks(room, dataset, face_a, photo_a, a, request, "A")
        said += remarks.remarks(room, dataset, face_b, photo_b, b, request, "B")
        first, last = (digit_a, digit_b) if dataset == "mnist" else (face_a, face_b)
        lines = python(room, dataset, rows, [first, *passed, last], steps, path, loop)
        return [*ways, Way(None, cross_fade(x, steps, loop), None, loop)], said, lines

    @remembered
    @steady(room)
    @takes(ways_of)
    def interpolate(request: gr.Request, dataset="mnist", *values, **named) -> tuple[str, str]:
        """The way from picture A to picture B through the codes of each variant, and a cross-fade of the pixels.

        Args:
            dataset: "mnist" or "celeba".
            digit_a, face_a, photo_a: picture A, as in /reconstruct: "digit:7", "face:17", "astronaut", "upload" ...
            digit_b, face_b, photo_b: picture B.
            path: "linear" or "spherical".
            steps: frames from one picture to the next, 3 to 15.
            variants: names of checkpoints; where none is of that data set, its first rows are taken.
            between: invented pictures to pass on the way, 0 to 4; seed says which.
            loop: whether it leads back to A.

        Returns:
            the film as HTML, and Python lines that make it.
        """
        ways, said, lines = ways_of(request, dataset, *values, **named)
        if not ways:
            return said, ""
        return said + film_html(dataset, ways, request), lines

    @remembered
    @steady(room, film=True)
    @takes(ways_of)
    def make_film(request: gr.Request, *values, **named) -> str:
        """The same ways side by side as an animated GIF and WebP, in HTML as `data:` URLs."""
        ways, said, _ = ways_of(request, *values, **named)
        if not ways:
            return said
        alt = say("interpolate.film_alt", request, names=", ".join(way.name(request) for way in ways))
        films = {way.name(request): way.x for way in ways}
        return player.to_keep(films, "a-to-b", alt, request, there_and_back=not ways[0].loop)

    def refresh(request: gr.Request, dataset, *values) -> tuple:
        """The film, and the rows to choose from; rows of the other data set make room for those of this."""
        names = list(room.of(dataset))
        *before, variants, between, seed, loop = values
        kept = [name for name in variants or [] if name in names] or first_rows(names)
        offered = answered(variants, kept, choices=[(display(name), name) for name in names])
        values = (*before, kept, between, seed, loop)
        return offered, *interpolate(request, dataset, *values)

    names = [name for data in DATASETS for name in room.of(data)]  # `refresh` leaves those of the data set
    gr.Markdown(t("interpolate.intro"), elem_classes="lead")
    with gr.Row(elem_classes="work"):
        with gr.Column(scale=2, min_width=300):
            with gr.Row():
                with gr.Column(min_width=150):
                    a = inputs.build(room, "interpolate.a", "digit:2", inputs.default_face(room, 4), "a")
                with gr.Column(min_width=150):
                    b = inputs.build(room, "interpolate.b", "digit:6", inputs.default_face(room, 3), "b")
            variants = CheckboxGroup(
                [(display(name), name) for name in names],
                value=first_rows(list(room.of(DATASETS[0]))),
                label=t("interpolate.variants"),
                info=t("interpolate.variants_info"),
            )
            path = Radio(
                [(t(f"interpolate.{name}"), name) for name in PATHS],
                value="linear",
                label=t("interpolate.path"),
                info=t("interpolate.path_info"),
            )
            steps = Slider(3, MOST_STEPS, 11, step=1, label=t("interpolate.steps"), buttons=[])
            with gr.Accordion(t("interpolate.more"), open=False):
                stops = Slider(
                    0,
                    MOST_BETWEEN,
                    0,
                    step=1,
                    label=t("interpolate.between"),
                    info=t("interpolate.between_info"),
                    buttons=[],
                )
                seed, _ = seed_row()
                loop = gr.Checkbox(False, label=t("interpolate.loop"))
        with gr.Column(scale=3, min_width=300):
            result = player.component()
            button = gr.Button(t("common.film_button"))
            made = gr.HTML()
            sheet(".film")
    code = python_box()
    explain.build("interpolate.explain_words")
    link = {"a": a.digit, "b": b.digit, "face_a": a.face, "face_b": b.face, "path": path, "steps": steps}
    link |= {"rows": variants, "stops": stops, "seed": seed, "loop": loop}
    link_button("interpolate", dataset, link)

    knobs = [dataset, *a.components, *b.components, path, steps, variants, stops, seed, loop]
    moved = [path.input, steps.input, variants.input, stops.input, seed.change, loop.input, *a.triggers, *b.triggers]
    film = on_press(button, "common.film_button", make_film, knobs, made, "interpolate_film")
    outdates([*moved, dataset.change], {made: film})
    after(moved).then(interpolate, knobs, [result, code], api_name="interpolate", **MODEL)
    return Tab(refresh, knobs, [variants, result, code], link)
