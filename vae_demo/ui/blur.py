"""Why a network draws blurred: one answer for six pictures, and what it costs on average.

The mean of the six has the least, in squared error and in cross-entropy (which is linear in the pictures) alike.
"""

from html import escape

import gradio as gr
import torch.nn.functional as F
from gradio.components import Component
from torch import Tensor

from vae_demo import ops
from vae_demo.ui import references
from vae_demo.ui.checks import choice
from vae_demo.ui.controls import Radio
from vae_demo.ui.figures import Figure, grid, note
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.room import DATASETS, Room
from vae_demo.ui.strokes import DIGITS
from vae_demo.ui.tab import MODEL, Tab, python_box
from vae_demo.ui.text import say, t

MEAN = "mean"
ANSWERS = (*(str(hand + 1) for hand in range(references.HANDS)), MEAN)
SURE = 1 / 255  # an answer's pixels keep this far from 0 and 1, whose logarithm would be infinite


def bce(y: Tensor, x: Tensor) -> Tensor:
    """Cross-entropy of the answer y (1, C, H, W) in nats a value, against each of x (B, C, H, W): (B,)."""
    return F.binary_cross_entropy(y.clamp(SURE, 1 - SURE).expand_as(x), x, reduction="none").flatten(1).mean(1)


def six(room: Room, dataset: str, digit: str) -> Tensor:
    """A digit in all our hands, or the first invented faces: (6, C, H, W), fewer where there are no more."""
    pictures = references.own(room, dataset)
    first = references.HANDS * int(digit) if dataset == "mnist" else 0
    return pictures[first : first + references.HANDS]


def answered(x: Tensor, answer: str) -> Tensor:
    """One of the six, or their mean: (1, C, H, W)."""
    return x.mean(0, keepdim=True) if answer == MEAN else x[ANSWERS.index(answer)][None]


def shown(x: Tensor, answer: str, request: gr.Request | None) -> str:
    """The answer, its error against each of x (6, C, H, W), and the average beside that of the mean, as HTML."""
    y, mean = answered(x, answer), answered(x, MEAN)
    square, cross = ops.mse(y.expand_as(x), x), bce(y, x)
    least = {"mse": ops.mse(mean.expand_as(x), x).mean().item(), "bce": bce(mean, x).mean().item()}
    said = {"mse": square.mean().item(), "bce": cross.mean().item()}
    words = say("blur.average", request, **said)
    if answer != MEAN:
        words += " " + say("blur.least", request, **least)
    name = say("blur.mean", request) if answer == MEAN else say("blur.hand", request, k=answer)
    against = [
        Figure(picture, str(k + 1), [f"MSE {a:.3f}", f"BCE {b:.3f}"], say("blur.hand", request, k=k + 1))
        for k, (picture, a, b) in enumerate(zip(x, square.tolist(), cross.tolist(), strict=True))
    ]
    return (
        f'<p class="lead">{escape(words)}</p><div class="blur">{grid([Figure(y[0], name)], 90)}'
        f"{grid(against, 84)}</div>"
    )


def python(room: Room, dataset: str, digit: str, answer: str) -> str:
    """Lines that compute what is on screen."""
    if dataset == "mnist":
        pictures = [
            "from vae_demo import images",
            "from vae_demo.ui import strokes",
            f"hands = [strokes.draw(strokes.digit({digit}, hand)) for hand in range({references.HANDS})]",
            "x = torch.cat([images.digit(hand) for hand in hands])",
        ]
    else:
        pictures = [
            "import vae_demo",
            f'inventor = vae_demo.load("{room.inventor.name if room.inventor else ""}")',
            f"x = inventor.decode(inventor.invented[:{references.HANDS}]).cpu()",
        ]
    chosen = "x.mean(0, keepdim=True)" if answer == MEAN else f"x[{ANSWERS.index(answer)}][None]"
    return "\n".join(
        [
            "import torch",
            "import torch.nn.functional as F",
            *pictures,
            f"y = {chosen}",
            "print(((y - x) ** 2).mean().item())",
            "print(F.binary_cross_entropy(y.clamp(1 / 255, 254 / 255).expand_as(x), x).item())",
        ]
    )


def build(room: Room, dataset: gr.Radio) -> Tab:
    """The end of the fold-out that explains the tab."""

    @remembered
    @steady(room)
    def blur(request: gr.Request, dataset="mnist", number="2", answer="1") -> tuple[str, str]:
        """One answer for six pictures, and its average squared error and cross-entropy: the mean has the least.

        Args:
            dataset: "mnist" for one digit in six hands, "celeba" for six invented faces.
            number: the digit, "0" to "9".
            answer: "1" to "6" for one of the six, or "mean".

        Returns:
            the pictures as HTML, and Python lines that compute the numbers.
        """
        data = choice(dataset, DATASETS, say("common.dataset", request), request)
        number = choice(number, [str(n) for n in DIGITS], say("blur.number", request), request)
        answer = choice(answer, ANSWERS, say("blur.answer", request), request)
        x = six(room, data, number)
        if len(x) < references.HANDS:
            return note(say("common.no_invented", request)), ""
        return shown(x, answer, request), python(room, data, number, answer)

    gr.Markdown(t("blur.words"), elem_classes="explained")
    number = Radio([str(n) for n in DIGITS], value="2", label=t("blur.number"), elem_classes="for-mnist")
    choices = [(t("blur.mean") if answer == MEAN else answer, answer) for answer in ANSWERS]
    answer = Radio(choices, value="1", label=t("blur.answer"))
    html = gr.HTML(elem_classes="results")
    gr.Markdown(t("blur.after"), elem_classes="explained")
    code = python_box()
    inputs: list[Component] = [dataset, number, answer]
    gr.on([number.input, answer.input], blur, inputs, [html, code], api_name="blur", **MODEL)
    return Tab(blur, inputs, [html, code], {"number": number, "answer": answer})
