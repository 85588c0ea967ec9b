"""The tab Latent arithmetic: man with glasses - man + woman, and sliders for what a face or a digit has."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

import gradio as gr
import torch
from gradio.components import Component
from torch import Tensor

from vae_demo.checkpoints import ROOT, Checkpoint, CheckpointError, read_json
from vae_demo.models.classifier import AttributeClassifier
from vae_demo.ui import charts, explain, gallery, inputs, player
from vae_demo.ui.checks import choice, number, whole
from vae_demo.ui.controls import Dropdown, Radio, Slider, answered
from vae_demo.ui.figures import Figure, colour, figure, grid, img, milliseconds, note, png
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.room import DATASETS, Room, display, variant
from vae_demo.ui.sheet import sheet
from vae_demo.ui.tab import MODEL, Tab, link_button, on_press, outdates, seed_row, takes
from vae_demo.ui.text import say, t
from vae_demo.ui.text.arithmetic import ATTRIBUTES, GROUPS

OWN = "own"  # a term that is a picture, not a group's mean
EQUATION = {
    "celeba": ("man_glasses", "man", "woman"),
    "mnist": ("slanted_7", "upright_7", "upright_1"),
}
PICTURES = {"a": ("digit:7:2", 0), "b": ("digit:7", 1), "c": ("digit:4", 2)}  # a term's own picture at first
SLIDERS = {
    "celeba": tuple(ATTRIBUTES)[:12],
    "mnist": tuple(ATTRIBUTES)[12:],
}
OPPOSITE = {"Beard": "No_Beard", "No_Beard": "Beard"}  # the label is of what its slider takes away
MOVED = {"Eyeglasses": 1.5, "Slanted": 1.5, "Thick": 1.0}  # the sliders that are not at 0 at first
MODES = ("attributes", "plain")
DIRECTIONS = ("balanced", "naive")
RIGHT, FAILED = "#4f9a3a", "#b5543c"
SINGLES = 8  # triplets of single faces on the page
FILM = 13  # moments of the film of growing strength
# The measures of a face model in the fold-out, by their names in the card.
RATES = (
    "equation_right_attributes_x1", "equation_right_attributes_x1_groups", "equation_right_plain_x1",
    "glasses_add_x1_men", "glasses_add_x1_women", "glasses_remove_x1", "smile_add_x1", "smile_remove_x1",
)  # fmt: skip


@dataclass(frozen=True)
class Equation:
    """A - B + C in one model.

    Attributes:
        terms: "a", "b" and "c" -> a group, or `OWN`, and the parts of its picture.
        pictures: those of the terms that are `OWN`, each (1, C, H, W).
        codes: of the three terms, each (1, D).
        strength, mode: as in `Checkpoint.arithmetic`.
    """

    ae: Checkpoint
    terms: Mapping[str, tuple[str, tuple]]
    pictures: Mapping[str, Tensor]
    codes: Mapping[str, Tensor]
    strength: float
    mode: str

    @property
    def z(self) -> Tensor:
        """The code of the result, (1, D)."""
        return self.ae.arithmetic(**self.codes, strength=self.strength, mode=self.mode)

    def film(self, steps: int) -> Tensor:
        """The result while the strength grows from 0: (steps, C, H, W)."""
        return film(self.ae, **self.codes, strength=self.strength, mode=self.mode, steps=steps)


def able(ae: Checkpoint) -> bool:
    """Whether it has directions and group means to calculate with."""
    return bool(ae.directions) and bool(ae.groups)


def best(checkpoints: Mapping[str, Checkpoint]) -> str | None:
    """The one whose card says that it gets the equation right most often; where none says, the plain VAE."""
    able_ones = {name: ae for name, ae in checkpoints.items() if able(ae)}

    def right(name: str) -> tuple[float, bool]:
        rate = able_ones[name].card.get("metrics", {}).get("equation_right_attributes_x1", 0.0)
        return rate, variant(name) == "vae"

    return max(able_ones, key=right, default=None)


def move(ae: Checkpoint, z: Tensor, amounts: Mapping[str, float], naive: bool = False) -> Tensor:
    """z (B, D) plus each amount times its direction, balanced or naive, (B, D).

    Raises:
        ValueError: a direction that the checkpoint does not have.
    """
    directions = ae.naive_directions if naive else ae.directions
    unknown = set(amounts) - set(directions)
    if unknown:
        raise ValueError(f"expected directions among {', '.join(directions)}, got {', '.join(sorted(unknown))}")
    return z + sum((amount * directions[name] for name, amount in amounts.items()), torch.zeros_like(z))


def moved(ae: Checkpoint, a: Tensor, b: Tensor, c: Tensor) -> dict[str, float]:
    """How often each direction is added to c, of a, b, c (1, D), most first; none that is not moved."""
    amounts = {name: amount.item() for name, amount in ae.moves(a, b, c).items() if amount.item() != 0}
    return dict(sorted(amounts.items(), key=lambda pair: -abs(pair[1])))


def film(ae: Checkpoint, a: Tensor, b: Tensor, c: Tensor, strength: float, mode: str, steps: int) -> Tensor:
    """The result while the strength grows from 0 to `strength`: a, b, c (1, D) -> (steps, C, H, W)."""
    full = ae.arithmetic(a, b, c, strength, mode)
    t = torch.linspace(0, 1, steps, device=full.device)[:, None]
    return ae.decode(c + t * (full - c))  # the arithmetic is linear in the strength


def flipped(amounts: Mapping[str, float]) -> dict[str, float]:
    """Amounts of sliders as amounts of directions, or back: a beard added is No_Beard taken away."""
    return {OPPOSITE.get(name, name): -amount if name in OPPOSITE else amount for name, amount in amounts.items()}


def with_opposite(p: Mapping[str, float]) -> dict[str, float]:
    """Probabilities by label, and by the sliders that have the opposite of a label."""
    return {**p, **{OPPOSITE[name]: 1 - p[name] for name in p if name in OPPOSITE}}


def probed(ae: Checkpoint, z: Tensor) -> dict[str, float]:
    """What the linear probes of the autoencoder say of one code (1, D): name -> probability."""
    return with_opposite({name: torch.sigmoid(score).item() for name, score in ae.scores(z).items()})


@torch.no_grad()
def judged(verdict: AttributeClassifier, x: Tensor) -> dict[str, float]:
    """What the independent classifier says of one picture (1, C, H, W): name -> probability."""
    device = next(verdict.parameters()).device
    return with_opposite(dict(zip(verdict.attributes, torch.sigmoid(verdict(x.to(device)))[0].tolist(), strict=True)))


def chips(judgement: Mapping[str, float], request: gr.Request | None) -> tuple[str, ...]:
    """The verdict on one face in a few words: glasses, sex, smile."""
    male = judgement["Male"]
    sex = ("arithmetic.verdict_man", male) if male > 0.5 else ("arithmetic.verdict_woman", 1 - male)
    said = (
        ("arithmetic.verdict_glasses", judgement["Eyeglasses"]),
        sex,
        ("arithmetic.verdict_smile", judgement["Smiling"]),
    )
    return tuple(say(key, request, p=p) for key, p in said)


def told(equation: Equation, request: gr.Request | None) -> str:
    """Which attributes the equation carried over, in a sentence."""
    if equation.mode == "plain":
        return say("arithmetic.moved_plain", request, strength=equation.strength)
    amounts = flipped(moved(equation.ae, **equation.codes))
    amounts = {name: amount for name, amount in amounts.items() if abs(amount) >= 0.005}  # else it reads 0.00
    if not amounts:
        return say("arithmetic.moved_nothing", request)
    names = ", ".join(
        f"{say(f'arithmetic.attribute.{name}', request)} {equation.strength * amount:+.2f}"
        for name, amount in amounts.items()
    )
    return say("arithmetic.moved", request, names=names)


def record(ae: Checkpoint, mode: str, request: gr.Request | None) -> str:
    """How often the equation succeeds on single faces, from the card, with its 95% interval; or nothing."""
    name = f"equation_right_{mode}_x1"
    if name not in ae.card.get("metrics", {}) or name not in ae.card.get("intervals", {}):
        return ""
    low, high = ae.card["intervals"][name]
    return say("arithmetic.record", request, name=display(ae.name), rate=ae.card["metrics"][name], low=low, high=high)


def rates_html(checkpoints: Mapping[str, Checkpoint], request: gr.Request | None) -> str:
    """How often each face model succeeds, from the cards, with the 95% intervals; nothing where no card says."""
    cards = {name: ae.card for name, ae in checkpoints.items() if RATES[0] in ae.card.get("metrics", {})}
    if not cards:
        return ""

    def cell(card: Mapping, name: str) -> str:
        if name not in card["metrics"]:
            return "<td>–</td>"
        low, high = card.get("intervals", {}).get(name, (math.nan, math.nan))
        scope = "" if math.isnan(low) else f"<span>{low:.0%} – {high:.0%}</span>"
        return f"<td>{card['metrics'][name]:.0%}{scope}</td>"

    head = "".join(f'<th scope="col">{escape(say(f"arithmetic.rate.{name}", request))}</th>' for name in RATES)
    rows = "".join(
        f'<tr><th scope="row">{escape(display(name))}</th>{"".join(cell(card, rate) for rate in RATES)}</tr>'
        for name, card in cards.items()
    )
    card = next(iter(cards.values()))
    words = say(
        "arithmetic.rates",
        request,
        pictures=card.get("measured_on", {}).get("pictures", 0),
        seen=card["metrics"].get("glasses_seen_in_photos", math.nan),
    )
    return (
        f'<p class="lead">{escape(words)}</p><div class="wide"><table class="rates"><thead><tr><td></td>{head}</tr>'
        f"</thead><tbody>{rows}</tbody></table></div>"
    )


def triplets(faces: int, n: int, seed: int) -> Tensor:
    """Rows of man with glasses, man and woman, drawn from `faces` chosen ones: (n, 3)."""
    generator = torch.Generator().manual_seed(seed)
    kinds = (gallery.rows(faces, True, True), gallery.rows(faces, False, True), gallery.rows(faces, False, False))
    orders = [torch.randperm(len(kind), generator=generator)[torch.arange(n) % len(kind)] for kind in kinds]
    return torch.stack([torch.tensor(kind)[order] for kind, order in zip(kinds, orders, strict=True)], 1)


def single_html(x: Tensor, terms: Tensor, judgement: Mapping[str, float], k: int, request: gr.Request | None) -> Figure:
    """The result x (1, C, H, W) of one triplet of pictures (3, C, H, W), and whether it came out right."""
    right = judgement["Eyeglasses"] > 0.5 > judgement["Male"]
    title = ("✓ " if right else "✗ ") + say(f"arithmetic.single_{'right' if right else 'failed'}", request)
    small = [
        img(picture, say(f"arithmetic.single_{what}", request)) for what, picture in zip("abc", terms, strict=True)
    ]
    below = f'<div class="triplet">{small[0]}−{small[1]}+{small[2]}</div>'
    lines = chips(judgement, request)
    return Figure(x[0], title, lines, f"{k}. {title}: {', '.join(lines)}", RIGHT if right else FAILED, below)


def accuracy(request: gr.Request | None) -> str:
    """How often the verdict is right on real photos, from its card; or nothing."""
    try:
        metrics = read_json(ROOT / "celeba-verdict" / "card.json").get("metrics", {})
    except CheckpointError:
        return ""
    known = {
        name: metrics[f"accuracy_{name}"] for name in ("Eyeglasses", "Male", "Smiling") if f"accuracy_{name}" in metrics
    }
    words = ", ".join(f"{say(f'arithmetic.attribute.{name}', request)} {p:.1%}" for name, p in known.items())
    return say("arithmetic.verdict_accuracy", request, words=words) if words else ""


def equation_html(figures: Sequence[Figure]) -> str:
    """Four figures as A - B + C = result."""
    terms = "".join(
        f'<div class="term"><span class="sign">{sign}</span>{figure(f)}</div>'
        for sign, f in zip(("", "−", "+", "="), figures, strict=True)
    )
    return f'<div class="equation figures">{terms}</div>'


def board_html(
    names: Sequence[str],
    before: Mapping[str, float],
    after: Mapping[str, float],
    judged_before: Mapping[str, float],
    judged_after: Mapping[str, float],
    rates: Mapping[str, str],
    shade: str,
    request: gr.Request | None,
) -> str:
    """A table: for each attribute what probe and classifier said before (the mark) and say after (the bar).

    `rates` is how often a step of the slider succeeds, as HTML, where the card says so.
    """

    def cell(first: Mapping[str, float], last: Mapping[str, float], name: str) -> str:
        name = "sunglasses" if name == "Sunglasses" and name not in first else name
        if name not in first:
            return "<td>–</td>"
        words = f"{first[name]:.0%} → {last[name]:.0%}"
        return f"<td>{charts.meter(first[name], last[name], shade, words)}<span>{words}</span></td>"

    heads = [say("arithmetic.attribute", request), say("arithmetic.probe", request)]
    if judged_before:
        heads.append(say("arithmetic.judge", request))
    rows = ""
    for name in names:
        cells = cell(before, after, name)
        cells += cell(judged_before, judged_after, name) if judged_before else ""
        title = escape(say(f"arithmetic.attribute.{name}", request)) + rates.get(name, "")
        rows += f'<tr><th scope="row">{title}</th>{cells}</tr>'
    head = "".join(f'<th scope="col">{escape(word)}</th>' for word in heads)
    if rates:
        rows += (
            f'<tr><td colspan="{len(heads)}"><span>{escape(say("arithmetic.slider_rate", request))}</span></td></tr>'
        )
    return f'<table class="meters"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def slider_rates(ae: Checkpoint, amounts: Mapping[str, float]) -> dict[str, str]:
    """How often one step that way succeeds over many faces, from the card, with its 95% interval, as HTML."""
    metrics, intervals, said = ae.card.get("metrics", {}), ae.card.get("intervals", {}), {}
    for name, amount in amounts.items():
        forwards = (amount >= 0) == (name not in OPPOSITE)
        key = f"slider_{'add' if forwards else 'remove'}_{OPPOSITE.get(name, name)}"
        if key in metrics and key in intervals:
            low, high = intervals[key]
            step = "+1" if amount >= 0 else "−1"
            said[name] = f"<span>{step}: {metrics[key]:.0%} ({100 * low:.0f}–{high:.0%})</span>"
    return said


def python(room: Room, dataset: str, name: str, terms: Mapping[str, tuple], strength: float, mode: str) -> str:
    """Lines that make what is on screen; a term is a group and, for "own", the parts of a picture."""
    lines = ["import vae_demo", f'ae = vae_demo.load("{name}")']
    for what, (group, (digit, face, _)) in terms.items():
        if group == OWN:
            lines += [*inputs.python_of(room, dataset, digit, face), f"{what} = ae.encode(x)"]
        else:
            lines.append(f'{what} = ae.groups["{group}"][None]')
    return "\n".join([*lines, f'y = ae.decode(ae.arithmetic(a, b, c, strength={strength:g}, mode="{mode}"))'])


def python_of_board(
    room: Room, dataset: str, name: str, picture: tuple, amounts: Mapping[str, float], naive: bool
) -> str:
    """Lines that make what the sliders show; a picture is its two references, amounts are of directions."""
    which = "naive_directions" if naive else "directions"
    return "\n".join(
        [
            "import vae_demo",
            *inputs.python_of(room, dataset, *picture),
            f'ae = vae_demo.load("{name}")',
            "z = ae.encode(x)",
            *(f'z = z + {amount:g} * ae.{which}["{what}"]' for what, amount in amounts.items() if amount),
            "y = ae.decode(z)",
        ]
    )


def build(room: Room, dataset: gr.Radio) -> Tab:
    """The tab's content."""

    def able_ones(data: str) -> dict[str, Checkpoint]:
        return {name: ae for name, ae in room.of(data).items() if able(ae)}

    def chosen(data, model, request) -> Checkpoint:
        """The model, or the best of this data set, which has one, where the other one's is named."""
        offered = able_ones(data)
        known = [name for other in DATASETS for name in able_ones(other)]
        name = choice(model, known, say("arithmetic.variant", request), request)
        if name not in offered:
            name = best(offered) or name
        return room.checkpoints[name]

    def term_words(ae: Checkpoint, group: str, request) -> list[str]:
        """What a term is called, and what there is to say of it."""
        if group == OWN:
            return [say("arithmetic.own_title", request), say("arithmetic.own_caption", request)]
        n = ae.card.get("groups", {}).get(group)
        title = say(f"arithmetic.group.{group}", request)
        return [title, say("arithmetic.group_n", request, n=n)] if n else [title]

    def codes_of(ae: Checkpoint, terms: Mapping[str, tuple], pictures: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Of the terms in one model, each (1, D)."""
        own = iter(ae.encode(torch.cat([*pictures.values()])).split(1)) if pictures else iter(())
        return {what: next(own) if what in pictures else ae.groups[group][None] for what, (group, _) in terms.items()}

    def in_other(data, other: Checkpoint, equation: Equation, request) -> Figure:
        """The same equation in another model."""
        same = replace(equation, ae=other, codes=codes_of(other, equation.terms, equation.pictures))
        y = other.decode(same.z)
        return Figure(y[0], display(other.name), verdict_lines(data, y, request), colour=colour(other.name))

    def verdict_lines(data, y: Tensor, request) -> tuple[str, ...]:
        return chips(judged(room.verdict, y), request) if room.verdict and data == "celeba" else ()

    def terms_of(data, ae: Checkpoint, groups, pictures, request) -> dict[str, tuple]:
        """Each term's group and picture; a group of the other data set makes room for the first one of this."""
        terms = {}
        for what, group, picture, first in zip("abc", groups, pictures, EQUATION[data], strict=True):
            group = choice(group, [*GROUPS, OWN], say(f"arithmetic.term_{what}", request), request)
            terms[what] = (group if group in (OWN, *ae.groups) else first, picture)
        return terms

    def checked(strength, mode, request) -> tuple[float, str]:
        return (
            number(strength, -3, 3, say("arithmetic.strength", request), request),
            choice(mode, MODES, say("arithmetic.mode", request), request),
        )

    def equation_of(
        request: gr.Request,
        dataset="mnist", model="mnist-vae", a="slanted_7", digit_a="digit:7:2", face_a="astronaut", photo_a=None,
        b="upright_7", digit_b="digit:7", face_b="astronaut", photo_b=None,
        c="upright_1", digit_c="digit:4", face_c="astronaut", photo_c=None, strength=1.0, mode="attributes",
    ) -> Equation | None:  # fmt: skip
        """The arguments of /arithmetic, checked; None where no model of this data set can calculate."""
        data = choice(dataset, DATASETS, say("common.dataset", request), request)
        if not able_ones(data):
            return None
        ae = chosen(data, model, request)
        pictures = (digit_a, face_a, photo_a), (digit_b, face_b, photo_b), (digit_c, face_c, photo_c)
        terms = terms_of(data, ae, (a, b, c), pictures, request)
        own = {
            what: inputs.resolve(room, data, digit, face, photo, request)
            for what, (group, (digit, face, photo)) in terms.items()
            if group == OWN
        }
        return Equation(ae, terms, own, codes_of(ae, terms, own), *checked(strength, mode, request))

    def none(data, request) -> str:
        return note(say("arithmetic.none", request, dataset=say(f"common.{data}", request)))

    @remembered
    @steady(room)
    @takes(equation_of)
    def arithmetic(request: gr.Request, dataset="mnist", *values, **named) -> tuple:
        """A - B + C with codes, and a film of growing strength.

        Args:
            dataset: "mnist" or "celeba".
            model: the name of a checkpoint of that data set with directions.
            a, b, c: groups such as "man_glasses" or "slanted_7", or "own" for a picture; a group or a model of the
                other data set stands for the one that this data set opens with.
            digit_a, face_a, photo_a: that picture, as in /reconstruct; b and c alike.
            strength: times the difference, -3 to 3.
            mode: "attributes" carries over what the probes name, "plain" is c + strength * (a - b).

        Returns:
            the equation as HTML, the film as HTML, and Python lines that make the result.
        """
        equation = equation_of(request, dataset, *values, **named)
        if equation is None:
            return none(dataset, request), "", ""
        ae, terms = equation.ae, equation.terms
        start = time.perf_counter()
        moments = equation.film(FILM)
        ms = 1000 * (time.perf_counter() - start) / FILM
        result = moments[-1:]
        figures = []
        pictures = ae.decode(torch.cat([*equation.codes.values()])).split(1)
        for y, (group, _) in zip(pictures, terms.values(), strict=True):
            title, *said = term_words(ae, group, request)
            figures.append(Figure(y[0], title, (*said, *verdict_lines(dataset, y, request)), title))
        answer = say("arithmetic.result_caption", request)
        lines = (
            f"{display(ae.name)}, × {equation.strength:g}",
            f"D = {ae.latent_dim} · {milliseconds(ms)}",
            *verdict_lines(dataset, result, request),
        )
        figures.append(Figure(result[0], answer, lines, answer, colour(ae.name)))
        groups = [group for group, _ in terms.values()]
        others = [
            in_other(dataset, other, equation, request)
            for other in able_ones(dataset).values()
            if other is not ae and all(group in (OWN, *other.groups) for group in groups)
        ]
        html = "".join(
            inputs.remarks(room, dataset, terms[what][1][1], terms[what][1][2], x, request, what.upper())
            for what, x in equation.pictures.items()
        )
        html += equation_html(figures) + note(told(equation, request))
        if verdict_lines(dataset, result, request):
            html += f'<p class="lead">{escape(say("arithmetic.verdict", request))} {escape(accuracy(request))}</p>'
        if others:
            html += f'<h3 class="section">{escape(say("arithmetic.others", request))}</h3>{grid(others, 110)}'
        strengths = (equation.strength * i / (FILM - 1) for i in range(FILM))
        alts = [say("arithmetic.frame", request, strength=strength) for strength in strengths]
        row = player.Row(
            f"<b>{escape(display(ae.name))}</b>", colour(ae.name), [png(moment) for moment in moments], alts
        )
        play, pause, scrub = (say(f"arithmetic.{word}", request) for word in ("play", "pause", "scrub"))
        code = python(room, dataset, ae.name, terms, equation.strength, equation.mode)
        return html, player.film([row], play, pause, scrub, 1.0), code

    @remembered
    @steady(room, film=True)
    @takes(equation_of)
    def strength_film(request: gr.Request, dataset="mnist", *values, **named) -> str:
        """The film of growing strength as an animated GIF and WebP, in HTML; arguments as in /arithmetic."""
        equation = equation_of(request, dataset, *values, **named)
        if equation is None:
            return none(dataset, request)
        alt = say("arithmetic.scrub", request)
        return player.to_keep([equation.film(FILM).cpu()], "latent-arithmetic", alt, request, there_and_back=True)

    @remembered
    @steady(room)
    def single_faces(
        request: gr.Request, model="celeba-perceptual-vae", strength=1.0, mode="attributes", seed=0
    ) -> str:
        """Man with glasses - man + woman on eight times three single invented faces, with the verdict on each.

        Args:
            model: the name of a checkpoint of faces with directions.
            strength, mode: as in /arithmetic.
            seed: which faces.

        Returns:
            HTML.
        """
        faces = room.inventor.invented if room.inventor else torch.zeros(0)
        if model in able_ones("mnist"):
            return note(say("arithmetic.only_faces", request))
        if not len(faces) or room.verdict is None:
            return ""
        assert room.inventor is not None
        ae = room.checkpoints[choice(model, list(able_ones("celeba")), say("arithmetic.variant", request), request)]
        strength, mode = checked(strength, mode, request)
        seed = whole(seed, 0, inputs.MOST_SEED, say("common.seed", request), request)
        drawn = triplets(len(faces), SINGLES, seed)  # (n, 3)
        x = room.inventor.decode(faces[drawn.flatten()])
        z_a, z_b, z_c = ae.encode(x).unflatten(0, (SINGLES, 3)).unbind(1)
        y = ae.decode(ae.arithmetic(z_a, z_b, z_c, strength, mode))
        judgements = [judged(room.verdict, picture) for picture in y.split(1)]
        each = zip(y.split(1), x.cpu().unflatten(0, (SINGLES, 3)), judgements, strict=True)
        figures = [single_html(*one, k + 1, request) for k, one in enumerate(each)]
        right = sum(figure.colour == RIGHT for figure in figures)
        words = say("arithmetic.single_count", request, right=right, n=SINGLES)
        return f'<p class="lead"><b>{escape(words)}</b> {escape(record(ae, mode, request))}</p>{grid(figures, 110)}'

    @remembered
    @steady(room)
    def attributes(
        request: gr.Request,
        dataset="mnist", model="mnist-vae", digit="digit:2", face="astronaut", photo=None, directions="balanced",
        eyeglasses=0.0, sunglasses=0.0, smiling=0.0, male=0.0, young=0.0, beard=0.0, bangs=0.0, blond_hair=0.0,
        black_hair=0.0, wearing_hat=0.0, pale_skin=0.0, mouth_slightly_open=0.0, thick=0.0, slanted=0.0, wide=0.0,
    ) -> tuple[str, str, str]:  # fmt: skip
        """One picture with attributes added or taken away.

        Args:
            dataset, model: as in /arithmetic.
            digit, face, photo: the picture, as in /reconstruct.
            directions: "balanced" or "naive".
            eyeglasses, sunglasses, smiling, male, young, beard, bangs, blond_hair, black_hair, wearing_hat,
                pale_skin, mouth_slightly_open: for faces, times the direction of the attribute, -3 to 3; beard goes
                against that of No_Beard.
            thick, slanted, wide: for digits, alike.

        Returns:
            before and after as HTML, a table of the verdicts, and Python lines that make them.
        """
        data = choice(dataset, DATASETS, say("common.dataset", request), request)
        if not able_ones(data):
            return none(data, request), "", ""
        ae = chosen(data, model, request)
        directions = choice(directions, DIRECTIONS, say("arithmetic.naive", request), request)
        amounts = {
            "Eyeglasses": eyeglasses, "Sunglasses": sunglasses, "Smiling": smiling, "Male": male, "Young": young,
            "Beard": beard, "Bangs": bangs, "Blond_Hair": blond_hair, "Black_Hair": black_hair,
            "Wearing_Hat": wearing_hat, "Pale_Skin": pale_skin, "Mouth_Slightly_Open": mouth_slightly_open,
            "Thick": thick, "Slanted": slanted, "Wide": wide,
        }  # fmt: skip
        wanted = {
            name: number(amount, -3, 3, say(f"arithmetic.attribute.{name}", request), request)
            for name, amount in amounts.items()
            if name in SLIDERS[data] and OPPOSITE.get(name, name) in ae.directions
        }
        x = inputs.resolve(room, data, digit, face, photo, request)
        z = ae.encode(x)
        z_after = move(ae, z, flipped(wanted), directions == "naive")
        y, y_after = ae.decode(z), ae.decode(z_after)
        named = ", ".join(
            f"{say(f'arithmetic.attribute.{name}', request)} {amount:+.2f}" for name, amount in wanted.items() if amount
        )
        named = named or say("arithmetic.nothing_moved", request)
        figures = [
            Figure(y[0], say("arithmetic.before", request), (), say("arithmetic.before", request)),
            Figure(y_after[0], say("arithmetic.after", request), (named,), named, colour(ae.name)),
        ]
        judge = room.verdict if data == "celeba" else None
        table = board_html(
            list(wanted),
            probed(ae, z),
            probed(ae, z_after),
            judged(judge, y) if judge else {},
            judged(judge, y_after) if judge else {},
            {} if directions == "naive" else slider_rates(ae, wanted),
            colour(ae.name),
            request,
        )
        said = inputs.remarks(room, data, face, photo, x, request)
        lines = python_of_board(room, data, ae.name, (digit, face), flipped(wanted), directions == "naive")
        return said + grid(figures, 150), table, lines

    def refresh(dataset, model, *values, request: gr.Request) -> tuple:
        """The whole tab; a model and groups of the other data set make room for those of this."""
        offered = able_ones(dataset)
        models = [(display(name), name) for name in offered]
        came, model = model, model if model in offered else best(offered)
        ae = offered.get(model)
        names = [name for name in GROUPS if ae and name in ae.groups]
        parts = list(values[:12])  # a group and its own picture, three times
        strength, mode, seed, *board = values[12:]
        for i, default in zip((0, 4, 8), EQUATION[dataset], strict=True):
            parts[i] = parts[i] if parts[i] in (*names, OWN) else default
        groups = [answered(values[i], parts[i], choices=choices_of(names)) for i in (0, 4, 8)]
        equation = arithmetic(request, dataset, model, *(*parts, strength, mode))
        changed = attributes(request, dataset, model, *board)
        singles = single_faces(request, model, strength, mode, seed) if dataset == "celeba" and ae else ""
        shown = *equation, singles, *changed, rates_html(offered, request)
        return answered(came, model, choices=models), *groups, *shown

    def choices_of(names: Sequence[str]) -> list[tuple]:
        return [*((t(f"arithmetic.group.{name}"), name) for name in names), (t("arithmetic.own"), OWN)]

    # Choices of both data sets, for programs; `refresh` leaves those of the one that is shown.
    every = {name: ae for data in DATASETS for name, ae in able_ones(data).items()}
    data = next((data for data in DATASETS if able_ones(data)), DATASETS[0])
    groups = [name for name in GROUPS if any(name in ae.groups for ae in every.values())]
    for name in DATASETS:
        gr.Markdown(t(f"arithmetic.intro_{name}"), elem_classes=f"lead for-{name}")
    terms: dict[str, Dropdown] = {}
    pictures: dict[str, inputs.PictureInput] = {}
    with gr.Row():
        for what, default in zip("abc", EQUATION[data], strict=True):
            with gr.Column(min_width=200):
                terms[what] = Dropdown(
                    choices_of(groups), value=default if groups else OWN, label=t(f"arithmetic.term_{what}")
                )
                digit, face = PICTURES[what]
                with gr.Column(visible=False) as own:
                    pictures[what] = inputs.build(
                        room, f"arithmetic.picture_{what}", digit, inputs.default_face(room, face), f"arithmetic-{what}"
                    )
                terms[what].change(
                    lambda value: gr.Column(visible=value == OWN),
                    terms[what],
                    own,
                    api_visibility="private",
                    queue=False,
                )
    sent = gr.HTML(value="", html_template="<i></i>", js_on_load=SENT, elem_classes="away")
    sent.change(
        lambda what: [OWN if str(what).startswith(f"{term}:") else gr.skip() for term in "abc"],
        sent,
        list(terms.values()),
        api_visibility="private",
        queue=False,
    )
    with gr.Row():
        strength = Slider(
            -3,
            3,
            1,
            step=0.1,
            label=t("arithmetic.strength"),
            info=t("arithmetic.strength_info"),
            min_width=220,
            buttons=[],
        )
        mode = Radio(
            [(t(f"arithmetic.{name}"), name) for name in MODES],
            value=MODES[0],
            label=t("arithmetic.mode"),
            info=t("arithmetic.mode_info"),
            min_width=260,
        )
        model = Dropdown(
            [(display(name), name) for name in every],
            value=best(able_ones(data)),
            label=t("arithmetic.variant"),
            info=t("arithmetic.variant_info"),
            min_width=180,
        )
    equation = gr.HTML(css_template=STYLE)
    gr.Markdown(t("arithmetic.grow"), elem_classes="section-title")
    grown = player.component()
    keep = gr.Button(t("common.film_button"))
    kept = gr.HTML()
    sheet(".equation")
    with gr.Accordion(t("common.python"), open=False):
        code = gr.Code(language="python", interactive=False, show_label=False, buttons=["copy"])
    with gr.Column(elem_classes="for-celeba"):
        gr.Markdown(t("arithmetic.single"), elem_classes="section-title")
        gr.Markdown(t("arithmetic.single_words"), elem_classes="lead")
        seed, _ = seed_row()
        singles = gr.HTML(css_template=STYLE, elem_classes="singles")
        sheet(".singles .figures")

    gr.Markdown(t("arithmetic.board"), elem_classes="section-title")
    gr.Markdown(t("arithmetic.board_words"), elem_classes="lead")
    sliders: dict[str, Slider] = {}
    with gr.Row(elem_classes="attribute-board"):
        with gr.Column(scale=2, min_width=280):
            subject = inputs.build(room, "arithmetic.board_input", "digit:2", inputs.default_face(room, 3), "board")
        with gr.Column(scale=3, min_width=300):
            for data in ("celeba", "mnist"):
                with gr.Row(elem_classes=f"for-{data} sliders"):
                    for name in SLIDERS[data]:
                        sliders[name] = Slider(
                            -3,
                            3,
                            MOVED.get(name, 0),
                            step=0.1,
                            label=t(f"arithmetic.attribute.{name}"),
                            min_width=180,
                            buttons=[],
                        )
            with gr.Row():
                directions = Radio(
                    [(t(f"arithmetic.{name}_choice"), name) for name in DIRECTIONS],
                    value=DIRECTIONS[0],
                    label=t("arithmetic.naive"),
                    info=t("arithmetic.naive_info"),
                    min_width=240,
                )
                reset = gr.Button(t("arithmetic.reset"), min_width=120)
        with gr.Column(scale=3, min_width=300, elem_classes="board-result"):
            changed = gr.HTML(elem_classes="board-pictures")
            verdicts = gr.HTML(css_template=STYLE)
            sheet(".board-pictures .figures")
            with gr.Accordion(t("common.python"), open=False):
                board_code = gr.Code(language="python", interactive=False, show_label=False, buttons=["copy"])
    with explain.build("arithmetic.explain_words"):
        rates = gr.HTML(css_template=STYLE)
    link: dict[str, Component] = {"model": model, **terms, "strength": strength, "mode": mode, "seed": seed}
    link |= {f"digit_{what}": picture.digit for what, picture in pictures.items()}
    link |= {f"face_{what}": picture.face for what, picture in pictures.items()}
    link |= {"digit": subject.digit, "face": subject.face, "directions": directions, **sliders}
    link_button("arithmetic", dataset, link)

    term_parts = [part for what in "abc" for part in (terms[what], *pictures[what].components)]
    knobs = [dataset, model, *term_parts, strength, mode]
    shown = [equation, grown, code]
    board = [*subject.components, directions, *sliders.values()]
    board_shown = [changed, verdicts, board_code]
    turned = [strength.input, mode.input, *(terms[what].input for what in "abc")]
    turned += [trigger for picture in pictures.values() for trigger in picture.triggers]
    film = on_press(keep, "common.film_button", strength_film, knobs, kept, "arithmetic_film")
    outdates([model.input, *turned, dataset.change], {kept: film})
    solved = gr.on(turned, arithmetic, knobs, shown, api_name="arithmetic", **MODEL)

    slid = [directions.input, *(slider.input for slider in sliders.values()), *subject.triggers]
    gr.on(slid, attributes, [dataset, model, *board], board_shown, api_name="arithmetic_attributes", **MODEL)
    reset.click(lambda: [0.0] * len(sliders), None, list(sliders.values()), api_visibility="private", queue=False).then(
        attributes, [dataset, model, *board], board_shown, api_visibility="private", **MODEL
    )
    tried = [model, strength, mode, seed]
    solved.then(
        single_faces, tried, singles, api_visibility="private", **MODEL
    )  # not of the same event: see `tab.MODEL`
    seed.change(single_faces, tried, singles, api_name="arithmetic_single_faces", **MODEL)
    outputs = [model, *terms.values(), *shown, singles, *board_shown, rates]
    tab = Tab(refresh, [*knobs, seed, *board], outputs, link)
    model.input(tab.answer, tab.inputs, tab.outputs, api_visibility="private", **MODEL)
    return tab


# A picture that is sent to a term makes that term a picture of one's own; then its input appears and takes it.
SENT = """
let last = 0;
document.addEventListener('picture-sent', e => {
  const [, what] = e.detail.target.match(/^arithmetic-([abc])$/) ?? [];
  if (!what || document.querySelector(`[data-target="${e.detail.target}"]`) || Date.now() - last < 1500) return;
  last = Date.now();
  props.value = `${what}:${last}`;
});
"""

STYLE = """
.equation { display: grid; grid-template-columns: 1fr auto 1fr auto 1fr auto 1fr; gap: .5rem; max-width: 1000px; }
.equation .term { display: contents; }
.equation figure { flex: 1; }
.equation .sign { font-size: 2rem; font-weight: 700; width: 1.4rem; text-align: center; padding-top: min(4rem, 6vw); }
.equation .term:first-child .sign { display: none; }
@media (max-width: 640px) {
  .equation { grid-template-columns: 1fr 1fr; }
  .equation .term { display: flex; gap: .3rem; min-width: 0; }
  .equation .sign { width: 1rem; font-size: 1.4rem; padding-top: 14vw; }
  .equation .term:first-child .sign { display: block; }
}
.triplet { display: grid; grid-template-columns: 1fr auto 1fr auto 1fr; gap: 2px; align-items: center;
  font-weight: 700; }
table.meters { width: 100%; border: 0 !important; border-collapse: collapse; margin-top: .8rem; font-size: .9rem; }
table.meters th, table.meters td, table.meters tr { border: 0; background: none; }
table.meters th { text-align: left; font-weight: 700; padding: .2rem .5rem .2rem 0; vertical-align: middle; }
table.meters td { padding: .2rem .6rem .2rem 0; width: 36%; vertical-align: middle; }
table.meters span { font-size: .8rem; opacity: .86; font-variant-numeric: tabular-nums; }
table.meters th span { display: block; font-weight: 400; text-wrap: balance; }
table.meters svg { max-width: 180px; }
table.meters th, table.rates th { overflow-wrap: normal; word-break: keep-all; }
.equation + .note { margin-top: .8rem; }
.wide { overflow-x: auto; }
table.rates { border: 0 !important; border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
table.rates tr { border: 0; border-bottom: 1px solid var(--border-color-primary); background: none; }
table.rates th, table.rates td { border: 0; background: none; text-align: left; vertical-align: top;
  padding: .3rem .9rem .3rem 0; min-width: 6.5em; }
table.rates td span { display: block; font-size: .8rem; opacity: .86; white-space: nowrap; }
"""
