"""Small charts as inline SVG that follow the page's text colour, so that they are legible in light and dark."""

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 300, 120  # of the drawing's own coordinates; on the page it is as wide as its cell
TEXT = 'font-size="11" fill="currentColor" fill-opacity=".75"'


def svg(body: str, alt: str, height: int = HEIGHT) -> str:
    """The drawing, with its words for a screen reader."""
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(alt)}" '
        f'style="width:100%;height:auto;display:block">{body}</svg>'
    )


def points(xs: Sequence[float], ys: Sequence[float]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))


def rules(heights: Mapping[str, float], left: float, right: float) -> str:
    """Faint lines across the drawing, each with its label at the left."""
    return "".join(
        f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="currentColor" stroke-opacity=".15"/>'
        f'<text x="{left - 4}" y="{y + 4:.1f}" text-anchor="end" {TEXT}>{label}</text>'
        for label, y in heights.items()
    )


def spread(
    values: Sequence[float], codes: Sequence[float], prior: Sequence[float], colour: str, alt: str, words: str
) -> str:
    """The density of the codes as a coloured area over the grey one of N(0, 1); `words` are for the grey one."""
    top, bottom = 14, HEIGHT - 16
    high = max(*prior, *codes)
    tall = max(min(high, 1.25 * max(prior)), 1e-9)  # a spike is cut off, so that the rest can be seen
    left, right = values[0], values[-1]
    xs = [(v - left) / (right - left) * WIDTH for v in values]

    def heights(density: Sequence[float]) -> list[float]:
        return [bottom - min(d / tall, 1.04) * (bottom - top) for d in density]

    def area(density: Sequence[float]) -> str:
        return f"0,{bottom} {points(xs, heights(density))} {WIDTH},{bottom}"

    ticks = "".join(
        f'<text x="{(t - left) / (right - left) * WIDTH:.1f}" y="{HEIGHT - 3}" text-anchor="middle" {TEXT}>{t}</text>'
        for t in (round(left / 2), 0, round(right / 2))
    )
    body = (
        f'<polygon points="{area(prior)}" fill="currentColor" fill-opacity=".18"/>'
        f'<polyline points="{points(xs, heights(prior))}" fill="none" stroke="currentColor" stroke-opacity=".5" '
        'stroke-dasharray="4 3"/>'
        f'<polygon points="{area(codes)}" fill="{colour}" fill-opacity=".35"/>'
        f'<polyline points="{points(xs, heights(codes))}" fill="none" stroke="{colour}" stroke-width="2"/>'
        f'<line x1="0" x2="{WIDTH}" y1="{bottom}" y2="{bottom}" stroke="currentColor" stroke-opacity=".4"/>'
        f'<text x="{WIDTH}" y="11" text-anchor="end" {TEXT}>{escape(words)}</text>{ticks}'
    )
    return svg(body, alt)


def bars(values: Sequence[float], colour: str, alt: str, mark: float | None = None) -> str:
    """One bar a value, up or down from zero, on a scale that fits; `mark` draws dashed lines at plus and minus it."""
    extent = max([abs(v) for v in values] + ([mark * 1.1] if mark else []) + [1e-9])
    low = min(0.0, *values, *([-mark] if mark and min(values) < 0 else []))
    zero = HEIGHT - 6 if low == 0 else HEIGHT / 2
    unit = (zero - 12) / extent
    step = WIDTH / len(values)
    width = max(step * 0.8, 0.6)
    drawn = "".join(
        f'<rect x="{i * step + (step - width) / 2:.1f}" y="{zero - max(v, 0) * unit:.1f}" width="{width:.1f}" '
        f'height="{max(abs(v) * unit, 0.5):.1f}" fill="{colour}"/>'
        for i, v in enumerate(values)
    )
    lines = f'<line x1="0" x2="{WIDTH}" y1="{zero}" y2="{zero}" stroke="currentColor" stroke-opacity=".4"/>'
    sign = "" if low == 0 else "+"
    for level in ([mark] if low == 0 else [mark, -mark]) if mark else []:
        y = zero - level * unit
        lines += (
            f'<line x1="0" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="currentColor" stroke-opacity=".55" '
            f'stroke-dasharray="4 3"/><text x="{WIDTH}" y="{y - 3:.1f}" text-anchor="end" {TEXT}>{level:{sign}g}</text>'
        )
    return svg(drawn + lines, alt)


def histogram(counts: Sequence[int], width: float, mark: float, colour: str, alt: str, words: str) -> str:
    """How many values lie in each bin from 0 on, `width` wide, the last one open; a dashed line, `words`, at `mark`."""
    top, bottom, step = 16, HEIGHT - 16, WIDTH / len(counts)
    most = max(counts)
    drawn = "".join(
        f'<rect x="{i * step:.1f}" y="{bottom - n / most * (bottom - top):.1f}" width="{0.9 * step:.1f}" '
        f'height="{n / most * (bottom - top):.1f}" fill="{colour}"/>'
        for i, n in enumerate(counts)
    )
    highest, x = counts.index(most), mark / width * step
    drawn += f'<text x="{(highest + 1) * step:.1f}" y="{top + 10}" {TEXT}>{most:,}</text>'
    ticks = f'<text x="0" y="{HEIGHT - 3}" {TEXT}>0</text>' + "".join(
        f'<text x="{i * step:.1f}" y="{HEIGHT - 3}" text-anchor="middle" {TEXT}>{i * width:g}</text>'
        for i in range(5, len(counts), 5)
    )
    lines = (
        f'<line x1="0" x2="{WIDTH}" y1="{bottom}" y2="{bottom}" stroke="currentColor" stroke-opacity=".4"/>'
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="4" y2="{bottom}" stroke="currentColor" stroke-dasharray="4 3"/>'
        f'<text x="{x + 4:.1f}" y="12" {TEXT}>{escape(words)}</text>'
    )
    return svg(drawn + lines + ticks, alt)


def curves(lines: Mapping[str, Sequence[float]], colours: Sequence[str], alt: str) -> str:
    """Probabilities along the way, 0 below and 1 above, with a cursor for the player."""
    top, bottom, left, right = 8, HEIGHT - 8, 26, WIDTH - 4
    body = "".join(
        f'<line x1="{left}" x2="{right}" y1="{y}" y2="{y}" stroke="currentColor" stroke-opacity=".3"/>'
        f'<text x="{left - 4}" y="{y + 4}" text-anchor="end" {TEXT}>{label}</text>'
        for y, label in ((top, "100"), ((top + bottom) / 2, "50"), (bottom, "0 %"))
    )
    for values, colour in zip(lines.values(), colours, strict=False):
        xs = [left + i / max(len(values) - 1, 1) * (right - left) for i in range(len(values))]
        ys = [bottom - v * (bottom - top) for v in values]
        body += f'<polyline points="{points(xs, ys)}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
    cursor = (
        f'<line class="cursor" x1="{left}" x2="{left}" y1="{top}" y2="{bottom}" data-from="{left}" data-to="{right}"/>'
    )
    return svg(body + cursor, alt)


def meter(before: float, after: float, colour: str, alt: str) -> str:
    """A probability before (grey mark) and after (coloured bar)."""
    return svg(
        f'<rect x="0" y="4" width="{WIDTH}" height="14" rx="7" fill="currentColor" fill-opacity=".12"/>'
        f'<rect x="0" y="4" width="{after * WIDTH:.1f}" height="14" rx="7" fill="{colour}"/>'
        f'<rect x="{min(max(before * WIDTH, 2), WIDTH - 2) - 1.5:.1f}" y="0" width="3" height="22" '
        'fill="currentColor"/>',
        alt,
        height=22,
    )
