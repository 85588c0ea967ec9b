"""What is said of a face or a digit: by a model's own linear probes, and by the classifier that took no part."""

from collections.abc import Mapping

import gradio as gr
import torch
from torch import Tensor

from vae_demo.checkpoints import Checkpoint
from vae_demo.models.classifier import AttributeClassifier
from vae_demo.ui.text import say

OPPOSITE = {"Beard": "No_Beard", "No_Beard": "Beard"}  # the label is of what its slider takes away


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
def judged(verdict: AttributeClassifier, x: Tensor) -> list[dict[str, float]]:
    """What the independent classifier says of each picture (B, C, H, W): name -> probability."""
    probabilities = torch.sigmoid(verdict(x.to(next(verdict.parameters()).device))).tolist()
    return [with_opposite(dict(zip(verdict.attributes, p, strict=True))) for p in probabilities]


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
