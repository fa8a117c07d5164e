"""Draws results as SVG: bars on a logarithmic scale, one picture for each measurement and step."""

import html
import math
import re

from bench.driver.measures import ALL as MEASURES

WIDTH = 760
LEFT = 150
RIGHT = 90
BAR = 22
GAP = 8
TOP = 56
BOTTOM = 40
OURS = "#2f6f4f"
THEIRS = "#8a94a6"
LIMITS = "#c9ced8"


def color_of(peer):
    if peer.startswith("klatsch"):
        return OURS
    return LIMITS if peer.startswith("epoll") else THEIRS


def scale_of(values):
    """Whole powers of ten around all values, and a function from a value to a place."""
    low = math.floor(math.log10(min(values)))
    high = max(low + 1, math.ceil(math.log10(max(values))))
    room = WIDTH - LEFT - RIGHT

    def place(value):
        return LEFT + room * (math.log10(value) - low) / (high - low)

    return [10.0**power for power in range(low, high + 1)], place


def short(value):
    for limit, letter in ((1e6, "M"), (1e3, "k")):
        if value >= limit:
            return f"{value / limit:.3g} {letter}"
    return f"{value:.3g}"


def text(x, y, content, anchor="start", size=13, color="#222"):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{color}">'
        f"{html.escape(content)}</text>"
    )


def picture(title, unit, bars):
    """`bars`: peers with their values, in the order in which they are drawn."""
    ticks, place = scale_of([value for _, value in bars])
    height = TOP + len(bars) * (BAR + GAP) + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="sans-serif"><rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        text(12, 22, title, size=15),
        text(12, 40, unit, size=12, color="#555"),
    ]
    for tick in ticks:
        x = place(tick)
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 4}" y2="{height - BOTTOM}" '
            f'stroke="#e4e7ec"/>'
        )
        parts.append(text(x, height - BOTTOM + 18, short(tick), "middle", 11, "#555"))
    for number, (peer, value) in enumerate(bars):
        y = TOP + number * (BAR + GAP)
        width = max(1.0, place(value) - LEFT)
        parts.append(text(LEFT - 8, y + BAR - 6, peer, "end"))
        parts.append(
            f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" rx="3" '
            f'fill="{color_of(peer)}"/>'
        )
        parts.append(text(LEFT + width + 6, y + BAR - 6, short(value), size=12))
    return "\n".join([*parts, "</svg>"]) + "\n"


def pictures(rows):
    """(name of the file, SVG) for each measurement, step and figure worth a picture."""
    groups = {}
    for row in rows:
        measure = MEASURES[row.measure]
        if row.step and row.step != "saturation":
            figure, unit = "p99_us", "99th percentile of the latency, microseconds; less is better"
        else:
            better = "more" if measure.more_is_better else "less"
            figure, unit = measure.figure, f"{measure.figure.replace('_', ' ')}; {better} is better"
        if row.figures.get(figure, 0) > 0:
            key = (row.measure, row.step, unit)
            groups.setdefault(key, []).append((row.peer, row.figures[figure]))
    for (measure, step, unit), bars in groups.items():
        title = MEASURES[measure].help + (f", {step}" if step else "")
        name = re.sub(r"[^a-z0-9]+", "-", f"{measure}-{step}".lower()).strip("-")
        yield f"{name}.svg", picture(title, unit, bars)


def draw(rows, folder):
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, svg in pictures(rows):
        path = folder / name
        path.write_text(svg, encoding="utf-8")
        paths.append(path)
    return paths
