"""The chart "What does a bit buy?": rate and distortion of one picture through every variant that has a rate.

The rate of a VAE's code is KL(q(z | x) || N(0, I)), what bits-back coding spends on it (arXiv 1901.04866, and
arXiv 1711.00464 on the trade); that of a VQ model's is log2 K for each index. Numbers of a plain AE have no set
precision, so no rate.
"""

import math
from collections.abc import Mapping
from html import escape

import gradio as gr

from vae_demo.ui import charts
from vae_demo.ui.figures import colour, decibel, heading
from vae_demo.ui.room import display
from vae_demo.ui.text import say

MOST = 60.0  # dB; an empty picture may come back without any error
PAIRS = (("mnist-conv-vae", "mnist-beta-vae"), ("celeba-vae", "celeba-beta-vae"))  # one network, another beta
Points = Mapping[str, tuple[float, float]]  # variant -> (bits, PSNR in dB)


def html(points: Points, pixels: int, request: gr.Request | None) -> str:
    """The chart with its heading and words; nothing where fewer than two variants have a rate.

    Args:
        pixels: values of a picture, C·H·W; each takes 8 bits as it is.
    """
    if len(points) < 2:
        return ""
    whole = 8 * pixels
    words = say("rate.words", request, whole=whole)
    if two := pair(points):
        words += " " + say("rate.pair", request, one=display(two[0]), other=display(two[1]))
    legend = "".join(
        f'<span><i style="background:{colour(name)}"></i>{escape(display(name))} '
        f"{escape(say('common.bits', request, n=bits))}, {decibel(psnr)}</span>"
        for name, (bits, psnr) in points.items()
    )
    return (
        heading(say("rate.title", request)) + f'<p class="lead">{escape(words)}</p>'
        f'<p class="legend">{legend}</p><div class="rate">{chart(points, whole, request)}</div>'
        f'<p class="small">{escape(say("rate.axes", request))}</p>'
    )


def pair(points: Points) -> tuple[str, str] | None:
    """The two of the chart that differ by beta alone, where both are here."""
    return next((two for two in PAIRS if set(two) <= set(points)), None)


def chart(points: Points, whole: int, request: gr.Request | None) -> str:
    """A dot for each variant: bits across, logarithmic and up to the picture's own, PSNR up; the pair is joined."""
    top, bottom, left, right = 8, 150, 30, charts.WIDTH - 12
    heights = [min(psnr, MOST) for _, psnr in points.values()]
    low, high = 5 * math.floor(min(heights) / 5), 5 * math.floor(max(heights) / 5) + 5
    fewest = min(bits for bits, _ in points.values())
    first, last = min(math.floor(math.log10(max(fewest, 1))), 1), math.log10(whole)

    def across(bits: float) -> float:
        return left + (math.log10(max(bits, 10**first)) - first) / (last - first) * (right - left)

    def down(psnr: float) -> float:
        return bottom - (min(psnr, MOST) - low) / (high - low) * (bottom - top)

    body = charts.rules({str(v): down(v) for v in range(low, high + 1, 5)}, left, right)
    body += "".join(
        f'<text x="{across(10**power):.1f}" y="{bottom + 13}" text-anchor="middle" {charts.TEXT}>{10**power:,}</text>'
        for power in range(first, math.floor(last) + 1)
    )
    body += (
        f'<line x1="{right}" x2="{right}" y1="{top}" y2="{bottom}" stroke="currentColor" stroke-dasharray="4 3"/>'
        f'<text x="{right - 4}" y="{bottom - 6}" text-anchor="end" {charts.TEXT}>'
        f"{escape(say('rate.whole', request))}</text>"
    )
    if two := pair(points):
        (x1, y1), (x2, y2) = ((across(bits), down(psnr)) for bits, psnr in (points[name] for name in two))
        body += (
            f'<line class="pair" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="currentColor" '
            'stroke-opacity=".55"/>'
        )
    body += "".join(
        f'<circle cx="{across(bits):.1f}" cy="{down(psnr):.1f}" r="5" fill="{colour(name)}"/>'
        for name, (bits, psnr) in points.items()
    )
    return charts.svg(body, say("rate.alt", request), height=bottom + 18)
