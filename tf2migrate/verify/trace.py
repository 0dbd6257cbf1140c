"""Makes what a report draws of the processes' observations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tf2migrate.model.trace import Call, Curve, Trace, VariableLine
from tf2migrate.verify.compare import Tolerance, compare, leaf
from tf2migrate.verify.instrument import Site
from tf2migrate.verify.judge import sites_by_numbers
from tf2migrate.verify.observations import Run
from tf2migrate.verify.variables import PairedVariables
from tf2migrate.verify.workspace import SideText

SHORTEST_CURVE = 3  # values


def make_trace(
    sites: Sequence[Site],
    original: Sequence[Run],
    migrated: Sequence[Run],
    noise: Sequence[Run] | None,
    pairs: Sequence[PairedVariables],
    sides: tuple[SideText, SideText],
) -> Trace:
    """Return the trace of a comparison, up to where the two programs come to different run sites."""
    by_numbers = sites_by_numbers(sites)
    calls: list[Call] = []
    values: dict[tuple[Site, int], list[tuple[int, float, float]]] = {}
    for index, (first, second) in enumerate(zip(original, migrated, strict=False)):
        site = by_numbers.get((first.site, second.site))
        if site is None:
            break
        moved = noise[index] if noise is not None and index < len(noise) and noise[index].site == first.site else None
        calls.append(_call(index + 1, site, first, second, moved))
        for number, (path, other) in enumerate(site.leaves):
            pair = (_scalar(leaf(first.value, path)), _scalar(leaf(second.value, other)) if other is not None else None)
            if pair[0] is not None and pair[1] is not None:
                values.setdefault((site, number), []).append((index + 1, pair[0], pair[1]))
    return Trace(
        tuple(calls),
        tuple(_curve(site, number, found) for (site, number), found in values.items() if len(found) >= SHORTEST_CURVE),
        tuple(sorted(map(_variable, pairs), key=lambda one: -one.max_rel)),
        _texts(sides[0]),
        _texts(sides[1]),
    )


def _call(number: int, site: Site, first: Run, second: Run, moved: Run | None) -> Call:
    exact = Tolerance(0.0, 0.0)
    apart, noise = 0.0, 0.0
    for path, other in site.leaves:
        if other is None:
            continue
        value = leaf(first.value, path)
        apart = max(apart, compare(value, leaf(second.value, other), exact).max_rel)
        if moved is not None:
            noise = max(noise, compare(value, leaf(moved.value, path), exact).max_rel)
    return Call(number, site.original, site.migrated, apart, noise if moved is not None else None)


def _scalar(value: object) -> float | None:
    if isinstance(value, np.ndarray) and value.size == 1 and value.dtype.kind == "f" and np.all(np.isfinite(value)):
        return float(value.ravel()[0])
    return None


def _curve(site: Site, number: int, found: Sequence[tuple[int, float, float]]) -> Curve:
    calls, first, second = zip(*found, strict=True)
    return Curve(site.names[number], site.original, calls, first, second)


def _variable(pair: PairedVariables) -> VariableLine:
    size = int(np.size(pair.original.value)) if isinstance(pair.original.value, np.ndarray) else 0
    outcome = pair.outcome
    return VariableLine(
        pair.original.name,
        pair.migrated.name,
        size or outcome.numbers,
        outcome.max_abs,
        outcome.max_rel,
        outcome.passes,
    )


def _texts(side: SideText) -> dict[str, str]:
    found = {}
    for path in {str(side.entry), *side.spans}:
        try:
            found[path] = side.file(path).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
    return found
