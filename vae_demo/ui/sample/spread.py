"""Where the codes of the training pictures lie, beside N(0, I)."""

import math
from collections.abc import Sequence
from html import escape

import gradio as gr
import torch
from torch import Tensor

from vae_demo.checkpoints import Checkpoint
from vae_demo.consistency import BINS, REACH
from vae_demo.ui import charts
from vae_demo.ui.figures import colour, heading
from vae_demo.ui.room import display
from vae_demo.ui.text import say


def axes(ae: Checkpoint) -> Tensor:
    """Standard deviations of the training codes along their principal axes, largest first, (D,).

    Of the single dimensions where D is too large for a covariance to be kept.
    """
    if "covariance" not in ae.latents:
        return ae.latents["std"].sort(descending=True).values
    return torch.linalg.eigvalsh(ae.latents["covariance"].double()).clamp(min=0).sqrt().flip(0).float()


def radius(ae: Checkpoint) -> float:
    """How far a training code lies from 0: the root of E|z|² = |mean|² + sum of variances. N(0, I) has sqrt(D)."""
    return math.sqrt((ae.latents["mean"].square().sum() + ae.latents["std"].square().sum()).item())


def density(ae: Checkpoint, values: Tensor) -> Tensor:
    """Density at `values` (V,) of one number out of a training code, averaged over the D dimensions, (V,).

    The histogram of real codes. Of a checkpoint that came without one, the marginals of its mixture, or of Gaussians
    with the mean and the deviation of each dimension.
    """
    if "histogram" in ae.latents:
        width = 2 * REACH / BINS
        bins = ((values + REACH) / width).floor().long().clamp(0, BINS - 1)
        return ae.latents["histogram"][bins] / width * (values.abs() < REACH)
    if "mixture.weight" in ae.latents:
        m = ae.mixture
        mean, std = m.centre, m.roots.norm(dim=2)  # (K, D) both
        weight = m.weight[:, None].expand_as(mean)
    else:
        mean, std = ae.latents["mean"][None], ae.latents["std"][None]
        weight = torch.ones_like(mean)
    std = std.clamp(min=0.02)  # a dead dimension is a spike, drawn this wide
    u = (values[:, None] - mean.flatten()) / std.flatten()  # (V, K D)
    bells = torch.exp(-0.5 * u.square()) / (std.flatten() * math.sqrt(2 * math.pi))
    return (bells * weight.flatten()).sum(1) / ae.latent_dim


def standard_normal(values: Tensor) -> Tensor:
    """The density of N(0, 1), (V,) -> (V,)."""
    return torch.exp(-0.5 * values.square()) / math.sqrt(2 * math.pi)


def spread_html(checkpoints: Sequence[Checkpoint], request: gr.Request | None) -> str:
    """For each checkpoint where its codes lie, over N(0, 1), and how far they spread along their axes."""
    far = max((radius(ae) / math.sqrt(ae.latent_dim) for ae in checkpoints), default=1.0)
    values = torch.linspace(-1, 1, 161) * min(max(2.5 * far, 4), 12)
    prior = standard_normal(values).tolist()
    cells = []
    for ae in checkpoints:
        name, sigma = display(ae.name), axes(ae)
        low, high = sigma[-1].item(), sigma[0].item()
        words = say("sample.spread", request, radius=radius(ae), expected=math.sqrt(ae.latent_dim), low=low, high=high)
        hill = charts.spread(
            values.tolist(),
            density(ae, values).tolist(),
            prior,
            colour(ae.name),
            say("sample.spread_alt", request, name=name, words=words),
            "N(0, 1)",
        )
        shown = sigma[torch.linspace(0, len(sigma) - 1, min(len(sigma), 64)).round().long()].tolist()
        bars = charts.bars(
            shown, colour(ae.name), say("sample.axes_alt", request, name=name, n=len(sigma), low=low, high=high), 1.0
        )
        cells.append(
            f'<figure style="--stripe:{colour(ae.name)}">{hill}{bars}'
            f"<figcaption><b>{escape(name)}</b><span>{escape(words)}</span></figcaption></figure>"
        )
    return f'<div class="figures" style="--least:220px">{"".join(cells)}</div>'


KINDS = ("drawn", "unseen", "rebuilt")  # whose distance to the nearest training picture a card may tell


def newness_html(checkpoints: Sequence[Checkpoint], request: gr.Request | None) -> str:
    """How near the nearest training picture is to what each draws, beside unseen and rebuilt ones; by the cards."""
    measured = {ae.name: [ae.card.get("metrics", {}).get(f"nearest_{kind}") for kind in KINDS] for ae in checkpoints}
    measured = {name: values for name, values in measured.items() if None not in values}
    if not measured:
        return ""
    most = max(map(max, measured.values()))
    head = "".join(f'<th scope="col">{escape(say(f"sample.{kind}", request))}</th>' for kind in KINDS)
    rows = ""
    for name, values in measured.items():
        cells = "".join(f'<td><i style="width:{100 * v / most:.0f}%"></i>{v:.4f}</td>' for v in values)
        rows += f'<tr style="--stripe:{colour(name)}"><th scope="row">{escape(display(name))}</th>{cells}</tr>'
    return (
        f'{heading(say("sample.new", request))}<p class="lead">{escape(say("sample.new_words", request))}</p>'
        f'<table class="newness"><tr><td></td>{head}</tr>{rows}</table>'
        f'<p class="small">{escape(say("sample.new_caution", request))}</p>'
    )
