"""Compares what the first runs do to the variables: a wrong gradient shows there, however small its step is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tf2migrate.model.verdict import Difference, Level, LevelKind
from tf2migrate.verify.compare import NOISE_FACTOR, Tolerance, compare
from tf2migrate.verify.observations import Key, Observations, State, Value
from tf2migrate.verify.reasons import UPDATE
from tf2migrate.verify.variables import PairedVariables

UPDATE_RTOL = 1e-3  # of the largest number in a variable's update
ALIKE = 0.1  # of the largest number: how far two variables that are the same may lie apart when they are seen first
ROUNDING = 1e-6  # of the largest number in the variable: some units in the last place of what was added to it


@dataclass(frozen=True, slots=True)
class StatesOutcome:
    """How many updates of variables were compared, and the first that differs: the visit, the pair, how far."""

    updates: int = 0
    difference: Difference | None = None
    exact: bool = True

    def joined(self, level: Level) -> Level:
        """Return `level` with this difference in it, where it has none that comes earlier."""
        if level.verdict is LevelKind.NOT_COMPARED:
            return level
        if self.difference is None:
            return replace(level, exact=level.exact and self.exact)
        known = level.first_difference
        if known is not None and (known.call or 0) <= (self.difference.call or 0):
            return level
        return replace(
            level,
            verdict=LevelKind.DIFFERS,
            exact=False,
            reason=self.difference.reason,
            first_difference=self.difference,
        )


def compare_states(
    original: Sequence[State],
    migrated: Sequence[State],
    pairs: Sequence[PairedVariables],
    noise: Sequence[State] | None,
    visits: Sequence[tuple[str | None, str | None]],
    slots: Sequence[PairedVariables] = (),
    kernels: Sequence[State] = (),
) -> StatesOutcome:
    """Return how what each recorded stretch of visits changed agrees, variable by variable.

    `noise` holds the original's states with values moved, `kernels` those on kernels that round otherwise; from where
    one of them moves an update, ten times as much is allowed.
    `visits` gives the place of each visit on both sides. `slots` are pairs beyond doubt.
    """
    others = {state.after: state.values for state in migrated}
    pairs = [*(pair for pair in pairs if _start_alike(pair, original, others)), *slots]
    moved = {state.after: state.values for state in noise} if noise is not None else None
    rounded = {state.after: state.values for state in kernels}
    updates, exact = 0, True
    for before, after in _stretches(original, others):
        for pair in pairs:
            change = _change(before.values, after.values, pair.original.key)
            other = _change(others[before.after], others[after.after], pair.migrated.key)
            if change is None or other is None or change.shape != other.shape:
                continue
            updates += 1
            exact = exact and bool(np.array_equal(change, other))
            band = _band(moved, before, after, pair, change) if moved is not None else 0.0
            if band is None:
                continue
            band = max(band, _band(rounded, before, after, pair, change) or 0.0)
            size = float(np.max(np.abs(_numbers(after.values[pair.original.key])), initial=0.0))
            allowed = UPDATE_RTOL * float(np.max(np.abs(change), initial=0.0)) + ROUNDING * size + band
            off = float(np.max(np.abs(change - other), initial=0.0))
            if not off <= allowed:
                return StatesOutcome(updates, _difference(pair, after.after, off, change, visits), False)
    return StatesOutcome(updates, exact=exact)


def states_while_alike(
    original: Observations, other: Observations, tolerance: Tolerance, shown: Collection[int]
) -> list[State]:
    """Return the states of another run of the original up to the first visit whose values are not the original's.

    `shown` are the sites whose values somebody sees: what an assignment gives besides is the variables themselves.
    """
    for number, (first, second) in enumerate(zip(original.runs, other.runs, strict=False)):
        alike = first.site not in shown or compare(first.value, second.value, tolerance).passes
        if first.site != second.site or not alike:
            return [state for state in other.states if state.after <= number]
    return other.states


def _stretches(original: Sequence[State], others: Mapping[int, Mapping[Key, Value]]) -> Iterator[tuple[State, State]]:
    known = [state for state in original if state.after in others]
    yield from pairwise(known)


def _start_alike(pair: PairedVariables, original: Sequence[State], others: Mapping[int, Mapping[Key, Value]]) -> bool:
    """Say whether the two resemble each other where both are seen first: what only ends alike was paired wrongly."""
    for state in original:
        first, second = state.values.get(pair.original.key), others.get(state.after, {}).get(pair.migrated.key)
        if first is not None and second is not None:
            one, other = _numbers(first), _numbers(second)
            near = one.shape == other.shape and np.abs(one - other) <= ALIKE * np.max(np.abs(one), initial=0.0) + ALIKE
            return bool(np.all(near))
    return False


def _numbers(value: Value) -> npt.NDArray[np.float64]:
    return np.asarray(value[3] if isinstance(value, tuple) else value, dtype=np.float64)


def _change(
    before: Mapping[Key, Value], after: Mapping[Key, Value], key: tuple[int, str]
) -> npt.NDArray[np.float64] | None:
    """Return what a stretch added to a variable of floats; None where it is not there or not finite."""
    if key not in before or key not in after:
        return None
    for value in (before[key], after[key]):
        kind = np.dtype(value[2]).kind if isinstance(value, tuple) else getattr(value, "dtype", np.dtype("O")).kind
        if kind != "f":
            return None
    first, second = _numbers(before[key]), _numbers(after[key])
    if first.shape != second.shape or not (np.all(np.isfinite(first)) and np.all(np.isfinite(second))):
        return None
    return second - first


def _band(
    moved: Mapping[int, Mapping[Key, Value]],
    before: State,
    after: State,
    pair: PairedVariables,
    change: npt.NDArray[np.float64],
) -> float | None:
    """Return how much noise alone may do to an update; None where the noisy run did not come to it."""
    if before.after not in moved or after.after not in moved:
        return None
    other = _change(moved[before.after], moved[after.after], pair.original.key)
    if other is None or other.shape != change.shape:
        return None
    return NOISE_FACTOR * float(np.max(np.abs(change - other), initial=0.0))


def _difference(
    pair: PairedVariables,
    visit: int,
    off: float,
    change: npt.NDArray[np.float64],
    visits: Sequence[tuple[str | None, str | None]],
) -> Difference:
    original, migrated = visits[visit - 1]
    largest = float(np.max(np.abs(change), initial=0.0))
    name = pair.original.name
    reason = UPDATE.format(name)
    return Difference(original, migrated, visit, name, off, off / largest if largest else 1.0, reason)
