"""Line charts as SVG, colored by the classes of the page that they stand in."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 760, 260
LEFT, RIGHT, TOP, BOTTOM = 74, 14, 14, 34
MOST_POINTS = 1500

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """Points to be joined, the class of the line, and its name in the legend."""

    name: str
    tone: str
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class _Axis:
    low: float
    high: float
    start: float
    end: float
    scale: Callable[[float], float]

    def place(self, value: float) -> float:
        low, high = self.scale(self.low), self.scale(self.high)
        return self.start + (self.scale(value) - low) / ((high - low) or 1.0) * (self.end - self.start)


def overlaid(lines: Sequence[Line], label: str) -> str:
    """Return a chart of several lines on one pair of linear axes."""
    points = [point for line in lines for point in line.points]
    low, high = _widened(min(y for _, y in points), max(y for _, y in points))
    across = _across(points)
    up = _Axis(low, high, HEIGHT - BOTTOM, TOP, lambda value: value)
    ticks = [(value, f"{value:.4g}") for value in _linear_ticks(low, high)]
    return _chart(label, across, up, ticks, "".join(_path(line, across, up) for line in lines), lines)


def on_log_axis(lines: Sequence[Line], band: Line | None, floor: float, label: str) -> str:
    """Return a chart with a logarithmic upward axis from `floor` on; the area under `band` is filled."""
    every = [*lines, *([band] if band is not None else [])]
    points = [point for line in every for point in line.points]
    top = max([10 * floor, *(y for _, y in points)])
    low, high = math.floor(math.log10(floor)), math.ceil(math.log10(top))
    across = _across(points)
    up = _Axis(10.0**low, 10.0**high, HEIGHT - BOTTOM, TOP, lambda value: math.log10(max(value, 10.0**low)))
    step = max(1, (high - low) // 6)
    ticks = [(10.0**power, f"1e{power}") for power in range(low, high + 1, step)]
    drawn = _area(band, across, up) if band is not None else ""
    return _chart(label, across, up, ticks, drawn + "".join(_path(line, across, up) for line in lines), every)


def _widened(low: float, high: float) -> tuple[float, float]:
    margin = 0.05 * (high - low) or 0.05 * abs(high) or 1.0
    return low - margin, high + margin


def _across(points: Iterable[Point]) -> _Axis:
    places = [x for x, _ in points]
    low, high = min(places), max(places)
    return _Axis(low, high if high > low else low + 1, LEFT, WIDTH - RIGHT, lambda value: value)


def _linear_ticks(low: float, high: float) -> list[float]:
    rough = (high - low) / 5
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * unit for factor in (1, 2, 5, 10) if factor * unit >= rough)
    first = math.ceil(low / step)
    return [number * step for number in range(first, math.floor(high / step) + 1)]


def _thinned(points: Sequence[Point]) -> Sequence[Point]:
    return points[:: max(1, len(points) // MOST_POINTS)]


def _joined(points: Iterable[Point], across: _Axis, up: _Axis) -> str:
    return " ".join(f"{across.place(x):.1f},{up.place(y):.1f}" for x, y in points)


def _path(line: Line, across: _Axis, up: _Axis) -> str:
    points = _thinned(line.points)
    if len(points) == 1:
        ((x, y),) = points
        return f'<circle class="{line.tone}" cx="{across.place(x):.1f}" cy="{up.place(y):.1f}" r="3"/>'
    return f'<polyline class="{line.tone}" points="{_joined(points, across, up)}"/>'


def _area(band: Line, across: _Axis, up: _Axis) -> str:
    points = _thinned(band.points)
    ends = (points[0][0], points[-1][0])
    corners = f"{across.place(ends[1]):.1f},{up.start:.1f} {across.place(ends[0]):.1f},{up.start:.1f}"
    return f'<polygon class="{band.tone}" points="{_joined(points, across, up)} {corners}"/>'


def _chart(
    label: str, across: _Axis, up: _Axis, ticks: list[tuple[float, str]], drawn: str, lines: Sequence[Line]
) -> str:
    grid = "".join(
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{up.place(value):.1f}" y2="{up.place(value):.1f}"/>'
        f'<text class="tick" x="{LEFT - 8}" y="{up.place(value) + 4:.1f}" text-anchor="end">{escape(text)}</text>'
        for value, text in ticks
    )
    below = "".join(
        f'<text class="tick" x="{across.place(value):.1f}" y="{HEIGHT - 12}" text-anchor="{anchor}">{value:.0f}</text>'
        for value, anchor in ((across.low, "start"), (across.high, "end"))
    )
    middle = (LEFT + WIDTH - RIGHT) / 2
    below += f'<text class="tick" x="{middle}" y="{HEIGHT - 12}" text-anchor="middle">run</text>'
    legend = "".join(f'<span class="key"><i class="{line.tone}"></i>{escape(line.name)}</span>' for line in lines)
    opening = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">'
    return f"<figure>{opening}{grid}{below}{drawn}</svg><figcaption>{legend}</figcaption></figure>"
