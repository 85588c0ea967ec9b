"""A - B + C with codes, and the film of its growing strength."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

import gradio as gr
import torch
from gradio.components import Component
from gradio.events import Dependency
from torch import Tensor

from vae_demo.checkpoints import Checkpoint
from vae_demo.models.classifier import AttributeClassifier
from vae_demo.ui import player, references, remarks
from vae_demo.ui.arithmetic.cards import accuracy
from vae_demo.ui.arithmetic.judge import chips, flipped, judged
from vae_demo.ui.arithmetic.models import able, best, chosen, none
from vae_demo.ui.arithmetic.terms import EQUATION, OWN, choices_of, codes_of, term_words, terms_of, terms_row
from vae_demo.ui.checks import choice, number
from vae_demo.ui.controls import Dropdown, Radio, Slider, answered
from vae_demo.ui.figures import Figure, colour, figure, grid, heading, milliseconds, note, png
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.room import DATASETS, Room, display
from vae_demo.ui.scripts import asset
from vae_demo.ui.sheet import sheet
from vae_demo.ui.tab import MODEL, Tab, after, on_press, outdates, python_box, takes
from vae_demo.ui.text import say, t
from vae_demo.ui.text.arithmetic import GROUPS

MODES = ("attributes", "plain")
FILM = 13  # moments of the film of growing strength


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
        end, c = self.z, self.codes["c"]
        shares = torch.linspace(0, 1, steps, device=end.device)[:, None]
        return self.ae.decode(c + shares * (end - c))  # the arithmetic is linear in the strength

    def python(self, room: Room, dataset: str) -> str:
        """Lines that make what is on screen."""
        lines = ["import vae_demo", f'ae = vae_demo.load("{self.ae.name}")']
        for what, (group, (digit, face, _)) in self.terms.items():
            if group == OWN:
                lines += [*references.python_of(room, dataset, digit, face), f"{what} = ae.encode(x)"]
            else:
                lines.append(f'{what} = ae.groups["{group}"][None]')
        made = f'y = ae.decode(ae.arithmetic(a, b, c, strength={self.strength:g}, mode="{self.mode}"))'
        return "\n".join([*lines, made])

    def beside(self, models: Iterable[Checkpoint]) -> list["Equation"]:
        """The same in each other of these models that has all of its groups."""
        groups = {group for group, _ in self.terms.values()}
        return [
            replace(self, ae=ae, codes=codes_of(ae, self.terms, self.pictures))
            for ae in models
            if ae is not self.ae and groups <= {OWN, *ae.groups}
        ]


def moved(ae: Checkpoint, a: Tensor, b: Tensor, c: Tensor) -> dict[str, float]:
    """How often each direction is added to c, of a, b, c (1, D), most first; none that is not moved."""
    amounts = {name: amount.item() for name, amount in ae.moves(a, b, c).items() if amount.item() != 0}
    return dict(sorted(amounts.items(), key=lambda pair: -abs(pair[1])))


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


def figures_of(
    equation: Equation, x: Tensor, verdicts: Sequence[tuple[str, ...]], ms: float, request: gr.Request | None
) -> list[Figure]:
    """A, B, C and the result, x (4, C, H, W), each with the verdict on it; the result took `ms`."""
    ae, figures = equation.ae, []
    for y, (group, _), verdict in zip(x[:3], equation.terms.values(), verdicts[:3], strict=True):
        title, *said = term_words(ae, group, request)
        figures.append(Figure(y, title, (*said, *verdict), title))
    answer = say("arithmetic.result_caption", request)
    facts = f"{display(ae.name)}, × {equation.strength:g}", f"D = {ae.latent_dim} · {milliseconds(ms)}"
    return [*figures, Figure(x[3], answer, (*facts, *verdicts[3]), answer, colour(ae.name))]


def equation_html(figures: Sequence[Figure]) -> str:
    """Four figures as A - B + C = result."""
    terms = "".join(
        f'<div class="term"><span class="sign">{sign}</span>{figure(f)}</div>'
        for sign, f in zip(("", "−", "+", "="), figures, strict=True)
    )
    return f'<div class="equation figures">{terms}</div>'


def solved_html(
    equation: Equation,
    result: Tensor,
    others: Sequence[Equation],
    judge: AttributeClassifier | None,
    ms: float,
    request: gr.Request | None,
) -> str:
    """The equation with its result (1, C, H, W), what it carried over, and what it is in the `others`."""
    terms = equation.ae.decode(torch.cat([*equation.codes.values()]))
    x = torch.cat([terms, result, *(other.ae.decode(other.z) for other in others)])  # (3 + 1 + others, C, H, W)
    verdicts = [chips(one, request) for one in judged(judge, x)] if judge else [()] * len(x)
    html = equation_html(figures_of(equation, x[:4], verdicts[:4], ms, request)) + note(told(equation, request))
    if judge:
        html += f'<p class="lead">{escape(say("arithmetic.verdict", request))} {escape(accuracy(request))}</p>'
    if others:
        html += heading(say("arithmetic.others", request))
        rest = zip(x[4:], others, verdicts[4:], strict=True)
        html += grid([Figure(y, display(o.ae.name), said, colour=colour(o.ae.name)) for y, o, said in rest], 110)
    return html


def film_html(equation: Equation, moments: Tensor, request: gr.Request | None) -> str:
    """The result while the strength grows, (T, C, H, W)."""
    strengths = (equation.strength * i / (len(moments) - 1) for i in range(len(moments)))
    alts = [say("arithmetic.frame", request, strength=strength) for strength in strengths]
    name, shade = display(equation.ae.name), colour(equation.ae.name)
    row = player.Row(f"<b>{escape(name)}</b>", shade, [png(moment) for moment in moments], alts)
    return player.film([row], request, start=1.0, scrub="arithmetic.scrub")


def checked(strength, mode, request: gr.Request | None) -> tuple[float, str]:
    """Strength and mode of a request."""
    return (
        number(strength, -3, 3, say("arithmetic.strength", request), request),
        choice(mode, MODES, say("arithmetic.mode", request), request),
    )


@dataclass(frozen=True)
class Section:
    """The equation's part of the tab.

    Attributes:
        tab: its `inputs` begin with the data set and the model.
        model, strength, mode: the components that the parts below take from it.
        solved: the event of a new result.
    """

    tab: Tab
    model: Dropdown
    strength: Slider
    mode: Radio
    solved: Dependency


def build(room: Room, dataset: gr.Radio) -> Section:
    """The section's content."""

    def equation_of(
        request: gr.Request,
        dataset="mnist", model="mnist-vae", a="slanted_7", digit_a="digit:7:2", face_a="astronaut", photo_a=None,
        b="upright_7", digit_b="digit:7", face_b="astronaut", photo_b=None,
        c="upright_1", digit_c="digit:4", face_c="astronaut", photo_c=None, strength=1.0, mode="attributes",
    ) -> Equation | None:  # fmt: skip
        """The arguments of /arithmetic, checked; None where no model of this data set can calculate."""
        data = choice(dataset, DATASETS, say("common.dataset", request), request)
        if not able(room, data):
            return None
        ae = chosen(room, data, model, request)
        pictures = (digit_a, face_a, photo_a), (digit_b, face_b, photo_b), (digit_c, face_c, photo_c)
        terms = terms_of(data, ae, (a, b, c), pictures, request)
        own = {
            what: references.resolve(room, data, digit, face, photo, request)
            for what, (group, (digit, face, photo)) in terms.items()
            if group == OWN
        }
        return Equation(ae, terms, own, codes_of(ae, terms, own), *checked(strength, mode, request))

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
        start = time.perf_counter()
        moments = equation.film(FILM)
        ms = 1000 * (time.perf_counter() - start) / FILM
        others = equation.beside(able(room, dataset).values())
        said = "".join(
            remarks.remarks(room, dataset, face, photo, equation.pictures[what], request, what.upper())
            for what, (_, (_, face, photo)) in equation.terms.items()
            if what in equation.pictures
        )
        html = solved_html(equation, moments[-1:], others, room.verdict if dataset == "celeba" else None, ms, request)
        return said + html, film_html(equation, moments, request), equation.python(room, dataset)

    @remembered
    @steady(room, film=True)
    @takes(equation_of)
    def strength_film(request: gr.Request, dataset="mnist", *values, **named) -> str:
        """The film of growing strength as an animated GIF and WebP, in HTML; arguments as in /arithmetic."""
        equation = equation_of(request, dataset, *values, **named)
        if equation is None:
            return none(dataset, request)
        alt = say("arithmetic.scrub", request)
        films = {display(equation.ae.name): equation.film(FILM).cpu()}
        return player.to_keep(films, "latent-arithmetic", alt, request, there_and_back=True)

    def refresh(request: gr.Request, dataset, model, *values) -> tuple:
        """With the models and groups to choose from; those of the other data set make room for those of this."""
        offered = able(room, dataset)
        came, model = model, model if model in offered else best(offered)
        names = [name for name in GROUPS if model and name in offered[model].groups]
        parts = list(values)  # a group and its own picture, three times; then strength and mode
        for i, default in zip((0, 4, 8), EQUATION[dataset], strict=True):
            parts[i] = parts[i] if parts[i] in (*names, OWN) else default
        groups = [answered(values[i], parts[i], choices=choices_of(names)) for i in (0, 4, 8)]
        models = answered(came, model, choices=[(display(name), name) for name in offered])
        return models, *groups, *arithmetic(request, dataset, model, *parts)

    # Models of both data sets, for programs; `refresh` leaves those of the one that is shown.
    every = {name: ae for data in DATASETS for name, ae in able(room, data).items()}
    data = next((data for data in DATASETS if able(room, data)), DATASETS[0])
    terms, pictures = terms_row(room, data)
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
            value=best(able(room, data)),
            label=t("arithmetic.variant"),
            info=t("arithmetic.variant_info"),
            min_width=180,
        )
    equation = gr.HTML(css_template=asset("equation.css"))
    gr.Markdown(t("arithmetic.grow"), elem_classes="section-title")
    grown = player.component()
    keep = gr.Button(t("common.film_button"))
    kept = gr.HTML()
    sheet(".equation")
    code = python_box()

    link: dict[str, Component] = {"model": model, **terms, "strength": strength, "mode": mode}
    link |= {f"digit_{what}": picture.digit for what, picture in pictures.items()}
    link |= {f"face_{what}": picture.face for what, picture in pictures.items()}
    knobs: list[Component] = [dataset, model]
    knobs += [part for what in "abc" for part in (terms[what], *pictures[what].components)]
    knobs += [strength, mode]
    shown = [equation, grown, code]
    turned = [strength.input, mode.input, *(terms[what].input for what in "abc")]
    turned += [trigger for picture in pictures.values() for trigger in picture.triggers]
    film = on_press(keep, "common.film_button", strength_film, knobs, kept, "arithmetic_film")
    outdates([model.input, *turned, dataset.change], {kept: film})
    solved = after(turned).then(arithmetic, knobs, shown, api_name="arithmetic", **MODEL)
    return Section(Tab(refresh, knobs, [model, *terms.values(), *shown], link), model, strength, mode, solved)
