"""Which attributes a - b + c carries over, by what linear probes read of the three."""

from collections.abc import Mapping

import torch
from torch import Tensor

# Tuned on held-out faces: see training/LOG.md.
GATE = (0.5, 0.9)  # differences of a probe's probabilities that count as none and as all
GATES = {"Eyeglasses": (0.05, 0.2), "Male": (0.1, 0.4)}  # the same of probes that are hardly ever wrong
BEYOND = 1.5  # times the log-odds of the average picture with an attribute
MOST_TIMES = 3.0  # times the difference of a and b, and times a direction
SURE = {"Sunglasses": 0.5}  # of the average wearer's log-odds: clear glasses raise its probe too, but not that far
ONLY_TO = {"No_Beard": "Male"}  # the decoder has seen beards on men alone

Scores = Mapping[str, Tensor]  # attribute -> (B,) log-odds


def moves(
    a: Scores, b: Scores, c: Scores, steps: Mapping[str, Tensor], separations: Mapping[str, Tensor]
) -> dict[str, Tensor]:
    """How often a - b + c adds each direction to c: {"Eyeglasses": (B,), ...}.

    What a has and b lacks is added to c until its probe reads there what it reads of a, and at least half as much
    again as it reads of the average picture with the attribute; what b has and a lacks is taken away alike. An
    attribute in which a and b hardly differ, or that c has already, is not moved; neither are sunglasses of which
    the probe is not sure; and a beard goes only to whom the probe takes for a man.

    Args:
        a, b, c: what the probes read of the three.
        steps: the log-odds that one direction adds, scalars.
        separations: those between the average pictures with and without, scalars.
    """
    amounts = {}
    for name, step in steps.items():
        differ = _decided(a[name], b[name], *GATES.get(name, GATE))  # (B,) in [-1, 1]
        sign, average = differ.sign(), separations[name] / 2  # the probe is about 0 half-way between with and without
        if name in SURE:
            differ = differ * (torch.maximum(a[name], b[name]) > SURE[name] * average)
        target = torch.maximum(sign * a[name], BEYOND * average)  # (B,)
        missing = ((target - sign * c[name]) / step).clamp(0, MOST_TIMES)
        amount = differ * torch.minimum(missing, MOST_TIMES * (a[name] - b[name]).abs() / step)
        goes_with = ONLY_TO.get(name, "")
        amounts[name] = amount * torch.sigmoid(c[goes_with]) if goes_with in c else amount
    return amounts


def _decided(in_a: Tensor, in_b: Tensor, none: float, all_: float) -> Tensor:
    """What one has and the other lacks, from log-odds (B,): in [-1, 1], below 0 where b has it.

    Differences of probability up to `none` count as none, from `all_` on as all, so that no noise is carried over; and
    the other one lacks it only where its probability is below 1/2.
    """
    a, b = torch.sigmoid(in_a), torch.sigmoid(in_b)
    difference = a - b
    lacks = torch.minimum(a, b) < 0.5
    return difference.sign() * lacks * ((difference.abs() - none) / (all_ - none)).clamp(0, 1)
