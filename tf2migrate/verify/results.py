"""Pairs what two programs get from TensorFlow, place by place: series of values that agree call by call.

It is what a pair that a person migrated has beside its output. A series without a partner is no difference, since the
other program may compute it elsewhere or not at all; it is named as not compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tf2migrate.model.verdict import PairedResult
from tf2migrate.verify.compare import NOISE_FACTOR, Tolerance, compare
from tf2migrate.verify.observations import ResultKey, Value

Series = Mapping[ResultKey, Sequence[Value]]


@dataclass(frozen=True, slots=True)
class ResultsOutcome:
    """The pairs, how many numbers they hold, and the places of the original's series that have no partner."""

    pairs: tuple[PairedResult, ...] = ()
    numbers: int = 0
    alone: tuple[str, ...] = ()


def pair_results(
    original: Series, migrated: Series, tolerance: Tolerance, noise: Series | None = None
) -> ResultsOutcome:
    """Return which series of the migrated program agree with the original's in all calls; `noise` widens the tolerance.

    Of several that agree the one in a function of the same name is the partner, else the first that is not taken.
    """
    left = dict(migrated)
    pairs: list[PairedResult] = []
    alone: list[str] = []
    numbers = 0
    for key, values in original.items():
        moved = (noise or {}).get(key, ())
        fitting = [other for other, found in left.items() if _agree(values, found, tolerance, moved)]
        if not fitting:
            alone.append(_shown(key))
            continue
        partner = min(fitting, key=lambda other: other.function != key.function)
        numbers += sum(compare(value, value, tolerance).numbers for value in values)
        pairs.append(PairedResult(_shown(key), _shown(partner), partner.function, len(values)))
        del left[partner]
    return ResultsOutcome(tuple(pairs), numbers, tuple(dict.fromkeys(alone)))


def _agree(values: Sequence[Value], others: Sequence[Value], tolerance: Tolerance, moved: Sequence[Value]) -> bool:
    if len(values) != len(others):
        return False
    band = 0.0
    for index, (value, other) in enumerate(zip(values, others, strict=True)):
        if index < len(moved):
            band = max(band, NOISE_FACTOR * compare(value, moved[index], tolerance).max_abs)
        if not compare(value, other, Tolerance(tolerance.rtol, tolerance.atol, band)).passes:
            return False
    return True


def _shown(key: ResultKey) -> str:
    return f"{key.place[0]}:{key.place[1]}" + "".join(f"[{step!r}]" for step in key.path)
