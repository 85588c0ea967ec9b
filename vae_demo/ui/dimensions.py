"""The section "How many numbers does it need?": a code cut down to its first principal axes (Hotelling 1933).

Beside it the ordered AE, whose numbers were trained to be cut down, and below it how long a code should be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape

import gradio as gr
import torch
from torch import Tensor

from vae_demo import ops
from vae_demo.checkpoints import Checkpoint
from vae_demo.ui import lengths, references
from vae_demo.ui.checks import choice, whole
from vae_demo.ui.controls import Radio, Slider, answered
from vae_demo.ui.figures import Figure, colour, decibel, grid, heading, note
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.inputs import PictureInput
from vae_demo.ui.inside.models import pick
from vae_demo.ui.room import DATASETS, Room, display, is_ordered
from vae_demo.ui.sheet import sheet
from vae_demo.ui.tab import MODEL, Tab, python_box
from vae_demo.ui.text import say, t

FIRST = ("mnist-vae", "celeba-vae")  # shown at first; whitened codes have no axis that tells most


def principal(covariance: Tensor) -> tuple[Tensor, Tensor]:
    """(D, D) -> the variances along the principal axes, largest first (D,), and these axes, one a column (D, D)."""
    variances, axes = torch.linalg.eigh(covariance.double())  # smallest first
    return variances.flip(0).clamp(min=0).float(), axes.flip(1).float()


def order(ae: Checkpoint) -> tuple[Tensor, Tensor, Tensor]:
    """What is cut: the variances of the new numbers (D,), the axes they are along, one a column (D, D), and the code
    that is left when none is kept (D,). The numbers of an ordered AE are in order as they are, and 0 is none.
    """
    covariance = ae.latents["covariance"]
    if is_ordered(ae):
        return covariance.diagonal(), torch.eye(ae.latent_dim), torch.zeros(ae.latent_dim)
    return *principal(covariance), ae.latents["mean"]


def cut(z: Tensor, mean: Tensor, axes: Tensor, k: int) -> Tensor:
    """Codes (B, D) with all but the first k axes at those of `mean` (D,): (B, D)."""
    return mean + (z - mean) @ axes[:, :k] @ axes[:, :k].T


def usable(room: Room, dataset: str) -> dict[str, Checkpoint]:
    """Those whose codes' covariance is known, the ordered AE last."""
    ordered = room.ordered(dataset)
    known = room.of(dataset) | ({ordered.name: ordered} if ordered else {})
    return {name: ae for name, ae in known.items() if "covariance" in ae.latents}


def first(known: Mapping[str, Checkpoint]) -> str | None:
    """The one that is shown at first."""
    return next((name for name in FIRST if name in known), next(iter(known), None))


def most(known: Mapping[str, Checkpoint]) -> int:
    """The largest D; 2 of none, since a slider has two ends."""
    return max((ae.latent_dim for ae in known.values()), default=2)


def strip(ae: Checkpoint, x: Tensor, numbers: Sequence[int], request: gr.Request | None) -> tuple[list[Figure], Tensor]:
    """x (1, C, H, W) from so many numbers of its code; and the variances of all of them (D,), as `order` has them."""
    variances, axes, none = order(ae)
    z = ae.encode(x).cpu()
    y = ae.decode(torch.cat([cut(z, none, axes, k) for k in numbers])).cpu()  # (n, C, H, W)
    figures = []
    for k, picture, error in zip(numbers, y, ops.mse(y, x).tolist(), strict=True):
        psnr = decibel(ops.psnr(error))
        alt = say("dimensions.alt", request, k=k, psnr=psnr)
        figures.append(Figure(picture, f"k = {k}", [psnr], alt, colour(ae.name)))
    return figures, variances


def shown(ae: Checkpoint, ordered: Checkpoint | None, x: Tensor, k: int, request: gr.Request | None) -> str:
    """x (1, C, H, W) from k numbers of its code, and from 1, 2, 4, … of them; the same of the ordered AE, as HTML."""
    (kept, *others), variances = strip(ae, x, [k, *ops.doublings(ae.latent_dim)], request)
    kept = replace(kept, lines=[f"PSNR {kept.lines[0]}"])  # the small ones have no room for the word
    share = (variances[:k].sum() / variances.sum()).item()
    said = say("dimensions.share", request, name=display(ae.name), k=k, d=ae.latent_dim, share=share)
    html = (
        f'<p class="lead">{escape(said)}</p>{grid([Figure(x[0], say("common.input", request)), kept], 240)}'
        f"{heading(say('dimensions.strip', request), 3)}{grid(others, 74)}"
    )
    if ordered and ordered is not ae:
        thrifty, _ = strip(ordered, x, ops.doublings(ordered.latent_dim), request)
        html += f"{heading(say('dimensions.ordered', request), 3)}{grid(thrifty, 74)}"
    return html + (lengths.html(ordered, request) if ordered else "")


def python(room: Room, dataset: str, digit, face, ae: Checkpoint, k: int) -> str:
    """Lines that make what is on screen."""
    numbers = [k, *ops.doublings(ae.latent_dim)]
    if is_ordered(ae):
        cut_down = [
            'variances = ae.latents["covariance"].diagonal()',
            f"print(variances[:{k}].sum() / variances.sum())",
            "z = ae.encode(x)",
            f"y = torch.cat([ae.decode(ae.network.first(z, k)).cpu() for k in {numbers}])",
        ]
    else:
        cut_down = [
            'variances, axes = torch.linalg.eigh(ae.latents["covariance"].double())  # smallest first',
            "variances, axes = variances.flip(0), axes.flip(1).float()  # an axis is a column",
            f"print(variances[:{k}].sum() / variances.sum())",
            'z, mean = ae.encode(x).cpu(), ae.latents["mean"]',
            f"kept = [axes[:, :k] for k in {numbers}]",
            "y = torch.cat([ae.decode(mean + (z - mean) @ first @ first.T).cpu() for first in kept])",
        ]
    return "\n".join(
        [
            "import torch",
            "import vae_demo",
            "from vae_demo.images import sheet",
            *references.python_of(room, dataset, digit, face),
            f'ae = vae_demo.load("{ae.name}")',
            *cut_down,
            'sheet(torch.cat([x, y]), len(y) + 1, scale=4).save("kept.png")',
        ]
    )


def build(room: Room, dataset: gr.Radio, picture: PictureInput) -> Tab:
    """The section's content; its events but those of the picture."""
    known = {name: usable(room, name) for name in DATASETS}

    def chosen(request, data, mnist_model, celeba_model, mnist_k, celeba_k) -> tuple[str, Checkpoint | None, int]:
        data = choice(data, DATASETS, say("common.dataset", request), request)
        name, k = (mnist_model, mnist_k) if data == "mnist" else (celeba_model, celeba_k)
        ae = pick(room, known[data], name, request, first(known[data]))
        k = whole(k, 1, most(known[data]), say("dimensions.kept", request), request)
        return data, ae, min(k, ae.latent_dim) if ae else k

    @remembered
    @steady(room)
    def keep(
        request: gr.Request,
        dataset="mnist", digit="digit:4:3", face="astronaut", upload=None,
        mnist_model="mnist-vae", celeba_model="celeba-vae", mnist_k=5, celeba_k=64,
    ) -> tuple[str, str]:  # fmt: skip
        """One picture from the first k numbers of its code, in the order of their variance over the training pictures.

        Args:
            dataset, digit, face, upload: as in /reconstruct.
            mnist_model, celeba_model: a model of that data set whose codes' covariance is known.
            mnist_k, celeba_k: numbers kept, from 1; more than the model has are all.

        Returns:
            the pictures as HTML, with those of the ordered AE and how long a code should be, and Python lines that
            make them.
        """
        data, ae, k = chosen(request, dataset, mnist_model, celeba_model, mnist_k, celeba_k)
        if ae is None:
            return note(say("dimensions.none", request)), ""
        x = references.resolve(room, data, digit, face, upload, request)
        return shown(ae, room.ordered(data), x, k, request), python(room, data, digit, face, ae, k)

    def refresh(request: gr.Request, *values) -> tuple:
        """With the ends of the sliders, which the model sets."""
        data, ae, k = chosen(request, values[0], *values[4:])
        ends = {name: gr.skip() for name in DATASETS}
        if ae is not None:
            ends[data] = answered(values[6 + DATASETS.index(data)], k, maximum=ae.latent_dim)
        return *ends.values(), *keep(request, *values)

    gr.Markdown(t("dimensions.title"), elem_classes="section-title")
    gr.Markdown(t("dimensions.words"), elem_classes="lead")
    with gr.Row(elem_classes="work"):
        with gr.Column(scale=1, min_width=280, elem_classes="side"):
            models = [
                Radio(
                    [(display(n), n) for n in known[name]],
                    value=first(known[name]),
                    label=t("inside.model"),
                    elem_classes=f"for-{name}",
                    interactive=True,
                )
                for name in DATASETS
            ]
            ks = [
                Slider(
                    1,
                    most(known[name]),  # so that a link can bring any; `refresh` sets what the model has
                    known[name][start].latent_dim // 4 or 1 if (start := first(known[name])) else 1,
                    step=1,
                    label=t("dimensions.kept"),
                    elem_classes=f"for-{name}",
                    buttons=[],
                )
                for name in DATASETS
            ]
        with gr.Column(scale=3, min_width=320):
            html = gr.HTML(elem_classes=["results", "kept"])
            sheet(".kept h3 ~ .figures")
            code = python_box()
    knobs = [dataset, *picture.components, *models, *ks]
    gr.on([k.input for k in ks], keep, knobs, [html, code], api_name="dimensions", **MODEL)
    gr.on([m.input for m in models], refresh, knobs, [*ks, html, code], api_visibility="private", **MODEL)
    fields = zip(("axes", "face_axes", "k", "face_k"), (*models, *ks), strict=True)
    return Tab(refresh, knobs, [*ks, html, code], dict(fields))
