"""A - B + C with codes, and the film of its growing strength."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

import gradio as gr
import torch
from gradio.components import Component
from gradio.events import Dependency
from torch import Tensor

from vae_demo.checkpoints import Checkpoint
from vae_demo.ui import inputs, player, references, remarks
from vae_demo.ui.arithmetic.cards import accuracy
from vae_demo.ui.arithmetic.judge import chips, flipped, judged
from vae_demo.ui.arithmetic.models import able, best, chosen, none
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

OWN = "own"  # a term that is a picture, not a group's mean
EQUATION = {
    "celeba": ("man_glasses", "man", "woman"),
    "mnist": ("slanted_7", "upright_7", "upright_1"),
}
PICTURES = {"a": ("digit:7:2", 0), "b": ("digit:7", 1), "c": ("digit:4", 2)}  # a term's own picture at first
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
        return film(self.ae, **self.codes, strength=self.strength, mode=self.mode, steps=steps)


def moved(ae: Checkpoint, a: Tensor, b: Tensor, c: Tensor) -> dict[str, float]:
    """How often each direction is added to c, of a, b, c (1, D), most first; none that is not moved."""
    amounts = {name: amount.item() for name, amount in ae.moves(a, b, c).items() if amount.item() != 0}
    return dict(sorted(amounts.items(), key=lambda pair: -abs(pair[1])))


def film(ae: Checkpoint, a: Tensor, b: Tensor, c: Tensor, strength: float, mode: str, steps: int) -> Tensor:
    """The result while the strength grows from 0 to `strength`: a, b, c (1, D) -> (steps, C, H, W)."""
    full = ae.arithmetic(a, b, c, strength, mode)
    t = torch.linspace(0, 1, steps, device=full.device)[:, None]
    return ae.decode(c + t * (full - c))  # the arithmetic is linear in the strength


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


def equation_html(figures: Sequence[Figure]) -> str:
    """Four figures as A - B + C = result."""
    terms = "".join(
        f'<div class="term"><span class="sign">{sign}</span>{figure(f)}</div>'
        for sign, f in zip(("", "−", "+", "="), figures, strict=True)
    )
    return f'<div class="equation figures">{terms}</div>'


def python(room: Room, dataset: str, name: str, terms: Mapping[str, tuple], strength: float, mode: str) -> str:
    """Lines that make what is on screen; a term is a group and, for "own", the parts of a picture."""
    lines = ["import vae_demo", f'ae = vae_demo.load("{name}")']
    for what, (group, (digit, face, _)) in terms.items():
        if group == OWN:
            lines += [*references.python_of(room, dataset, digit, face), f"{what} = ae.encode(x)"]
        else:
            lines.append(f'{what} = ae.groups["{group}"][None]')
    return "\n".join([*lines, f'y = ae.decode(ae.arithmetic(a, b, c, strength={strength:g}, mode="{mode}"))'])


def checked(strength, mode, request: gr.Request | None) -> tuple[float, str]:
    """Strength and mode of a request."""
    return (
        number(strength, -3, 3, say("arithmetic.strength", request), request),
        choice(mode, MODES, say("arithmetic.mode", request), request),
    )


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


def terms_of(data, ae: Checkpoint, groups, pictures, request) -> dict[str, tuple]:
    """Each term's group and picture; a group of the other data set makes room for the first one of this."""
    terms = {}
    for what, group, picture, first in zip("abc", groups, pictures, EQUATION[data], strict=True):
        group = choice(group, [*GROUPS, OWN], say(f"arithmetic.term_{what}", request), request)
        terms[what] = (group if group in (OWN, *ae.groups) else first, picture)
    return terms


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
        ae, terms = equation.ae, equation.terms
        start = time.perf_counter()
        moments = equation.film(FILM)
        ms = 1000 * (time.perf_counter() - start) / FILM
        result = moments[-1:]
        groups = [group for group, _ in terms.values()]
        others = [
            replace(equation, ae=other, codes=codes_of(other, terms, equation.pictures))
            for other in able(room, dataset).values()
            if other is not ae and all(group in (OWN, *other.groups) for group in groups)
        ]
        seen = [
            ae.decode(torch.cat([*equation.codes.values()])),
            result,
            *(other.ae.decode(other.z) for other in others),
        ]
        pictures = torch.cat(seen)  # (3 + 1 + others, C, H, W)
        judge = room.verdict if dataset == "celeba" else None
        verdicts = [chips(one, request) for one in judged(judge, pictures)] if judge else [()] * len(pictures)
        figures = []
        for y, group, verdict in zip(pictures[:3], groups, verdicts[:3], strict=True):
            title, *said = term_words(ae, group, request)
            figures.append(Figure(y, title, (*said, *verdict), title))
        answer = say("arithmetic.result_caption", request)
        lines = (
            f"{display(ae.name)}, × {equation.strength:g}",
            f"D = {ae.latent_dim} · {milliseconds(ms)}",
            *verdicts[3],
        )
        figures.append(Figure(pictures[3], answer, lines, answer, colour(ae.name)))
        html = "".join(
            remarks.remarks(room, dataset, terms[what][1][1], terms[what][1][2], x, request, what.upper())
            for what, x in equation.pictures.items()
        )
        html += equation_html(figures) + note(told(equation, request))
        if judge:
            html += f'<p class="lead">{escape(say("arithmetic.verdict", request))} {escape(accuracy(request))}</p>'
        if others:
            html += heading(say("arithmetic.others", request))
            rest = zip(pictures[4:], others, verdicts[4:], strict=True)
            html += grid([Figure(y, display(o.ae.name), said, colour=colour(o.ae.name)) for y, o, said in rest], 110)
        strengths = (equation.strength * i / (FILM - 1) for i in range(FILM))
        alts = [say("arithmetic.frame", request, strength=strength) for strength in strengths]
        row = player.Row(
            f"<b>{escape(display(ae.name))}</b>", colour(ae.name), [png(moment) for moment in moments], alts
        )
        code = python(room, dataset, ae.name, terms, equation.strength, equation.mode)
        return html, player.film([row], request, start=1.0, scrub="arithmetic.scrub"), code

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

    def choices_of(names: Sequence[str]) -> list[tuple]:
        return [*((t(f"arithmetic.group.{name}"), name) for name in names), (t("arithmetic.own"), OWN)]

    # Choices of both data sets, for programs; `refresh` leaves those of the one that is shown.
    every = {name: ae for data in DATASETS for name, ae in able(room, data).items()}
    data = next((data for data in DATASETS if able(room, data)), DATASETS[0])
    groups = [name for name in GROUPS if any(name in ae.groups for ae in every.values())]
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
