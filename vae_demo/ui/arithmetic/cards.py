"""How often it succeeds, from the cards: the equation, one step of a slider, and the verdict itself."""

import math
from collections.abc import Mapping
from html import escape

import gradio as gr

from vae_demo.checkpoints import ROOT, Checkpoint
from vae_demo.files import CheckpointError, read_json
from vae_demo.ui.arithmetic.judge import OPPOSITE
from vae_demo.ui.room import display
from vae_demo.ui.text import say

# The measures of a face model in the fold-out, by their names in the card.
RATES = (
    "equation_right_attributes_x1", "equation_right_attributes_x1_groups", "equation_right_plain_x1",
    "glasses_add_x1_men", "glasses_add_x1_women", "glasses_remove_x1", "smile_add_x1", "smile_remove_x1",
)  # fmt: skip


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


def slider_rates(ae: Checkpoint, amounts: Mapping[str, float], request: gr.Request | None) -> dict[str, str]:
    """How often one step that way succeeds over many faces, from the card, with its 95% interval, as HTML."""
    metrics, intervals, said = ae.card.get("metrics", {}), ae.card.get("intervals", {}), {}
    for name, amount in amounts.items():
        forwards = (amount >= 0) == (name not in OPPOSITE)
        key = f"slider_{'add' if forwards else 'remove'}_{OPPOSITE.get(name, name)}"
        if key in metrics and key in intervals:
            low, high = intervals[key]
            step = "+1" if amount >= 0 else "−1"
            words = say(
                "arithmetic.slider_success", request, step=step, rate=metrics[key], low=100 * low, high=100 * high
            )
            said[name] = f"<span>{escape(words)}</span>"
    return said
