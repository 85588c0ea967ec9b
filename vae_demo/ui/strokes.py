"""Digits of our own as strokes of a pen: examples that come from no data set, and the drawings of visitors."""

import math
import re

import numpy as np
from PIL import Image, ImageDraw

Stroke = list[tuple[float, float]]  # points (x, y), 0 to 100, y downwards
SIDE, SMOOTH = 112, 4  # pixels of a drawn picture, and how much larger it is drawn before it is made smooth
PEN = 9.0  # width of the pen, in hundredths of the side
MOST = 4000  # points of one drawing

_REFERENCE = re.compile(r"(?:\d{1,3}\.\d{1,3}(?:-\d{1,3}\.\d{1,3})*)(?:_\d{1,3}\.\d{1,3}(?:-\d{1,3}\.\d{1,3})*)*")


def _arc(cx: float, cy: float, rx: float, ry: float, start: float, end: float) -> Stroke:
    """An elliptic arc; angles in degrees, 0 to the right, 90 down."""
    steps = max(6, int(abs(end - start) / 12))
    angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return [(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in angles]


DIGITS: dict[int, list[Stroke]] = {
    0: [_arc(50, 50, 20, 31, -80, 285)],
    1: [[(40, 31), (53, 19), (51, 81)]],
    2: [[*_arc(49, 37, 18, 17, -165, 25), (33, 79), (71, 77)]],
    3: [[*_arc(47, 35, 17, 15, -150, 85), *_arc(47, 65, 20, 17, -85, 145)]],
    4: [[(47, 19), (30, 56), (73, 54)], [(62, 34), (58, 83)]],
    5: [[(68, 20), (40, 21), (36, 46), *_arc(48, 62, 20, 18, -105, 140)]],
    6: [[(60, 18), (42, 38), *_arc(49, 63, 17, 18, -170, 185)]],
    7: [[(30, 23), (70, 21), (50, 52), (43, 82)]],
    8: [[(63, 25), *_arc(49, 34, 15, 14, -40, -260), *_arc(50, 65, 18, 17, -100, 260), (62, 38), (63, 25)]],
    9: [[*_arc(48, 38, 17, 17, -10, -350), (66, 40), (61, 82)]],
}


def digit(number: int, seed: int = 0) -> list[Stroke]:
    """Our strokes of a digit; another seed writes it a little differently, seed 0 as it stands in `DIGITS`.

    Raises:
        ValueError: not a digit, or a seed below 0.
    """
    if number not in DIGITS or seed < 0:
        raise ValueError(f"expected a digit 0 to 9 and a seed of 0 or more, got {number!r}, {seed!r}")
    if seed == 0:
        return DIGITS[number]
    rng = np.random.default_rng((number, seed))
    slant, turn = rng.normal(0, 0.16), rng.normal(0, 0.1)
    wide, tall = rng.uniform(0.8, 1.15), rng.uniform(0.9, 1.08)
    phase, wobble = rng.uniform(0, 2 * math.pi, 2), rng.uniform(0, 2.2)

    def moved(x: float, y: float) -> tuple[float, float]:
        u, v = (x - 50) * wide, (y - 50) * tall
        u, v = u - slant * v + wobble * math.sin(v / 11 + phase[0]), v + wobble * math.sin(u / 11 + phase[1])
        u, v = u * math.cos(turn) - v * math.sin(turn), u * math.sin(turn) + v * math.cos(turn)
        return min(max(50 + u, 4), 96), min(max(50 + v, 4), 96)

    return [[moved(x, y) for x, y in stroke] for stroke in DIGITS[number]]


def write(strokes: list[Stroke]) -> str:
    """Strokes as a short text that fits in a URL: points "x.y" joined by "-", strokes joined by "_"."""
    return "_".join("-".join(f"{round(x)}.{round(y)}" for x, y in stroke) for stroke in strokes)


def read(text: str) -> list[Stroke]:
    """The inverse of `write`, to whole hundredths.

    Raises:
        ValueError: this is not such a text, or it has too many points.
    """
    if len(text) > 8 * MOST or not _REFERENCE.fullmatch(text):
        raise ValueError(f"expected strokes such as 20.30-25.70_40.40-60.40, got {text[:40]!r}")
    strokes = [[tuple(map(int, point.split("."))) for point in stroke.split("-")] for stroke in text.split("_")]
    if any(not 0 <= c <= 100 for stroke in strokes for point in stroke for c in point):
        raise ValueError("expected points from 0.0 to 100.100")
    return strokes  # type: ignore[return-value]


def draw(strokes: list[Stroke], pen: float = PEN, side: int = SIDE) -> Image.Image:
    """White strokes with round ends on black, "L", side x side."""
    unit = side * SMOOTH / 100
    picture = Image.new("L", (side * SMOOTH, side * SMOOTH))
    canvas, r = ImageDraw.Draw(picture), pen * unit / 2
    for stroke in strokes:
        points = [(x * unit, y * unit) for x, y in stroke]
        canvas.line(points, fill=255, width=round(2 * r), joint="curve")
        for x, y in points:
            canvas.ellipse((x - r, y - r, x + r, y + r), fill=255)
    return picture.resize((side, side), Image.Resampling.BOX)
