"""The chart "How long should a code be?": PSNR over D, of networks trained apart, of an ordered code cut short, of PCA.

Nothing is computed here: all of it was measured, and stands in the card of the ordered AE (`training/lengths.py`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import gradio as gr

from vae_demo import ops
from vae_demo.checkpoints import Checkpoint
from vae_demo.ui import charts
from vae_demo.ui.figures import NEUTRAL, colour, heading
from vae_demo.ui.text import say

FEW, MANY = "#d1477a", "#c98a00"  # networks trained on few pictures, and on many


@dataclass(frozen=True)
class Line:
    """What one kind of network reaches with 1, 2, 4, … numbers.

    Attributes:
        label: already in the visitor's language.
        psnr: dB, for each of `numbers`.
        dashed: of pictures that it was trained on.
    """

    label: str
    numbers: Sequence[int]
    psnr: Sequence[float]
    colour: str
    dashed: bool = False


def lines(ordered: Checkpoint, request: gr.Request | None) -> list[Line]:
    """Of the ordered AE and PCA, and of networks trained apart where they were measured."""
    metrics, d = ordered.card.get("metrics", {}), ops.doublings(ordered.latent_dim)
    found = [
        Line(say(f"lengths.{key}", request), d, [metrics[f"{key}_{k}_psnr"] for k in d], hue)
        for key, hue in (("first", colour(ordered.name)), ("pca", NEUTRAL))
        if all(f"{key}_{k}_psnr" in metrics for k in d)
    ]
    apart = ordered.card.get("lengths")
    if apart is None:
        return found
    for n, hue, seen, unseen in zip(apart["pictures"], (FEW, MANY), apart["seen"], apart["unseen"], strict=True):
        for key, mse in (("unseen", unseen), ("seen", seen)):
            label = say(f"lengths.{key}", request, n=n)
            found.append(Line(label, apart["numbers"], [ops.psnr(e) for e in mse], hue, key == "seen"))
    return found


def overtaken(ordered: Line, pca: Line) -> int | None:
    """The length from which on PCA does better, if there is one."""
    ahead = [k for k, bent, flat in zip(ordered.numbers, ordered.psnr, pca.psnr, strict=True) if bent >= flat]
    return next((k for k in ordered.numbers if k > max(ahead, default=0)), None)


def enough(numbers: Sequence[int], mse: Sequence[float]) -> int:
    """The shortest code whose error is at most a twentieth above the least."""
    return next(d for d, error in zip(numbers, mse, strict=True) if error <= 1.05 * min(mse))


def html(ordered: Checkpoint, request: gr.Request | None) -> str:
    """The chart with its heading, words and legend; nothing where nothing was measured."""
    drawn = lines(ordered, request)
    if not drawn:
        return ""
    words = [say("lengths.words", request)]
    if len(drawn) > 1 and (beyond := overtaken(*drawn[:2])):
        words.append(say("lengths.overtaken", request, k=beyond))
    if apart := ordered.card.get("lengths"):
        numbers, middle = apart["numbers"], (len(apart["numbers"]) - 1) // 2
        (few_seen, many_seen), (few, many) = apart["seen"], apart["unseen"]
        words.append(
            say(
                "lengths.apart", request, few=apart["pictures"][0], many=apart["pictures"][1],
                middle=numbers[middle], most=numbers[-1],
                few_middle_seen=ops.psnr(few_seen[middle]), few_middle=ops.psnr(few[middle]),
                few_most_seen=ops.psnr(few_seen[-1]), few_most=ops.psnr(few[-1]),
                many_most_seen=ops.psnr(many_seen[-1]), many_most=ops.psnr(many[-1]),
                few_enough=enough(numbers, few), many_enough=enough(numbers, many),
            )
        )  # fmt: skip
    legend = "".join(
        f'<span><i style="background:{line.colour}"></i>{escape(line.label)}{" (- - -)" if line.dashed else ""}</span>'
        for line in drawn
    )
    return (
        heading(say("lengths.title", request), 3)
        + "".join(f'<p class="lead">{escape(said)}</p>' for said in words)
        + f'<p class="legend">{legend}</p><div class="rate">{chart(drawn, request)}</div>'
        f'<p class="small">{escape(say("lengths.axes", request))}</p>'
    )


def chart(drawn: Sequence[Line], request: gr.Request | None) -> str:
    """D across, each mark twice the one before; PSNR up."""
    top, bottom, left, right = 8, 150, 30, charts.WIDTH - 12
    heights = [psnr for line in drawn for psnr in line.psnr]
    low, high = 5 * math.floor(min(heights) / 5), 5 * math.ceil(max(heights) / 5)
    most = max(max(line.numbers) for line in drawn)

    def across(d: int) -> float:
        return left + math.log2(d) / math.log2(most) * (right - left)

    def down(psnr: float) -> float:
        return bottom - (psnr - low) / (high - low) * (bottom - top)

    body = charts.rules({str(v): down(v) for v in range(low, high + 1, 5)}, left, right)
    body += "".join(
        f'<text x="{across(d):.1f}" y="{bottom + 13}" text-anchor="middle" {charts.TEXT}>{d}</text>'
        for d in ops.doublings(most)
    )
    for line in drawn:
        dashes = ' stroke-dasharray="4 3"' if line.dashed else ""
        at = charts.points([across(d) for d in line.numbers], [down(psnr) for psnr in line.psnr])
        body += f'<polyline points="{at}" fill="none" stroke="{line.colour}" stroke-width="2"{dashes}/>'
    return charts.svg(body, say("lengths.alt", request), height=bottom + 18)
