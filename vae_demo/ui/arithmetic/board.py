"""Sliders for what a face or a digit has: steps along the directions, and what probes and the verdict say of them."""

from collections.abc import Mapping, Sequence
from html import escape

import gradio as gr
import torch
from torch import Tensor

from vae_demo.checkpoints import Checkpoint
from vae_demo.ui import charts, inputs, references, remarks
from vae_demo.ui.arithmetic.cards import slider_rates
from vae_demo.ui.arithmetic.judge import OPPOSITE, flipped, judged, probed
from vae_demo.ui.arithmetic.models import able, chosen, none
from vae_demo.ui.checks import choice, number
from vae_demo.ui.controls import Dropdown, Radio, Slider
from vae_demo.ui.figures import Figure, colour, grid
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.room import DATASETS, Room
from vae_demo.ui.scripts import asset
from vae_demo.ui.sheet import sheet
from vae_demo.ui.tab import MODEL, Tab, python_box
from vae_demo.ui.text import say, t
from vae_demo.ui.text.arithmetic import ATTRIBUTES

SLIDERS = {
    "celeba": tuple(ATTRIBUTES)[:12],
    "mnist": tuple(ATTRIBUTES)[12:],
}
MOVED = {"Eyeglasses": 1.5, "Slanted": 1.5, "Thick": 1.0}  # the sliders that are not at 0 at first
DIRECTIONS = ("balanced", "naive")


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


def board_html(
    names: Sequence[str],
    probed: Sequence[Mapping[str, float]],
    judged: Sequence[Mapping[str, float]],
    rates: Mapping[str, str],
    shade: str,
    request: gr.Request | None,
) -> str:
    """A table: for each attribute what probe and classifier said before (the mark) and say after (the bar).

    `probed` and `judged` are each before and after, `judged` empty where there is no judge. `rates` is how often a step
    of the slider succeeds, as HTML, where the card says so.
    """

    def cell(first: Mapping[str, float], last: Mapping[str, float], name: str) -> str:
        name = "sunglasses" if name == "Sunglasses" and name not in first else name
        if name not in first:
            return "<td>–</td>"
        words = f"{first[name]:.0%} → {last[name]:.0%}"
        return f"<td>{charts.meter(first[name], last[name], shade, words)}<span>{words}</span></td>"

    heads = [say("arithmetic.attribute", request), say("arithmetic.probe", request)]
    if judged:
        heads.append(say("arithmetic.judge", request))
    rows = ""
    for name in names:
        cells = "".join(cell(first, last, name) for first, last in filter(None, (probed, judged)))
        title = escape(say(f"arithmetic.attribute.{name}", request)) + rates.get(name, "")
        rows += f'<tr><th scope="row">{title}</th>{cells}</tr>'
    head = "".join(f'<th scope="col">{escape(word)}</th>' for word in heads)
    notes = [key for key, shown in (("slider_rate", rates), ("probe_or_judge", judged)) if shown]
    for key in notes:
        rows += f'<tr><td colspan="{len(heads)}"><span>{escape(say(f"arithmetic.{key}", request))}</span></td></tr>'
    return f'<table class="meters"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def python(room: Room, dataset: str, name: str, picture: tuple, amounts: Mapping[str, float], naive: bool) -> str:
    """Lines that make what the sliders show; a picture is its two references, amounts are of directions."""
    which = "naive_directions" if naive else "directions"
    return "\n".join(
        [
            "import vae_demo",
            *references.python_of(room, dataset, *picture),
            f'ae = vae_demo.load("{name}")',
            "z = ae.encode(x)",
            *(f'z = z + {amount:g} * ae.{which}["{what}"]' for what, amount in amounts.items() if amount),
            "y = ae.decode(z)",
        ]
    )


def build(room: Room, dataset: gr.Radio, model: Dropdown) -> Tab:
    """The section's content; its inputs begin with the data set and the model."""

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
        if not able(room, data):
            return none(data, request), "", ""
        ae = chosen(room, data, model, request)
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
        x = references.resolve(room, data, digit, face, photo, request)
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
            (probed(ae, z), probed(ae, z_after)),
            judged(judge, torch.cat([y, y_after])) if judge else (),
            {} if directions == "naive" else slider_rates(ae, wanted, request),
            colour(ae.name),
            request,
        )
        said = remarks.remarks(room, data, face, photo, x, request)
        lines = python(room, data, ae.name, (digit, face), flipped(wanted), directions == "naive")
        return said + grid(figures, 150), table, lines

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
            verdicts = gr.HTML(css_template=asset("board.css"))
            sheet(".board-pictures .figures")
            code = python_box()

    knobs = [dataset, model, *subject.components, directions, *sliders.values()]
    shown = [changed, verdicts, code]
    slid = [directions.input, *(slider.input for slider in sliders.values()), *subject.triggers]
    gr.on(slid, attributes, knobs, shown, api_name="arithmetic_attributes", **MODEL)
    cleared = reset.click(
        lambda: [0.0] * len(sliders), None, list(sliders.values()), api_visibility="private", queue=False
    )
    cleared.then(attributes, knobs, shown, api_visibility="private", **MODEL)
    link = {"digit": subject.digit, "face": subject.face, "directions": directions, **sliders}
    return Tab(attributes, knobs, shown, link)
