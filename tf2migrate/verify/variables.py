"""Pairs the variables that two programs end with, and compares them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tf2migrate.verify.compare import NOISE_FACTOR, Outcome, Tolerance, compare
from tf2migrate.verify.observations import Place, Variable

Originals = Callable[[Place], frozenset[Place]]  # the original places that a migrated place stands for


@dataclass(frozen=True, slots=True)
class PairedVariables:
    """A variable of the original, the one that stands for it, and how they agree."""

    original: Variable
    migrated: Variable
    outcome: Outcome


def pair_variables(
    originals: Sequence[Variable],
    migrated: Sequence[Variable],
    places: Originals | None,
    tolerance: Tolerance,
    noise: Sequence[Variable] | None = None,
) -> list[PairedVariables]:
    """Return pairs of equal shape and dtype, in the originals' order.

    Pairs go by the statement that made them (and the last part of the name, where it is the same), then by value, by
    name, and by its last part, which is all that weights of layers have. Without a source map (`places` is None) the
    order of creation pairs what is left. What optimizers keep is left out, and what has no partner. `noise` (the
    original under noise) widens the tolerance tenfold.
    """
    # From the last one back: what a program made again (another session, another initializer) is what it ends with.
    left = [variable for variable in reversed(migrated) if variable.kept]
    likenesses = _likenesses(places, tolerance, migrated)
    pairs: list[tuple[Variable, Variable]] = []
    waiting = [variable for variable in reversed(originals) if variable.kept]
    if places is not None:
        pairs = _pairs_of_several_sessions(waiting, left, places, tolerance)
        waiting, left = _without(waiting, [o for o, _ in pairs]), _without(left, [m for _, m in pairs])
    for likeness in likenesses:
        still: list[Variable] = []
        for variable in waiting:
            partner = next((m for m in left if _same_form(variable, m) and likeness(variable, m)), None)
            if partner is None:
                still.append(variable)
                continue
            left = [m for m in left if m is not partner]
            pairs.append((variable, partner))
        waiting = still
    pairs += _pairs_by_last_names(waiting, left)
    order = [id(variable) for variable in originals]
    pairs.sort(key=lambda pair: order.index(id(pair[0])))
    return [PairedVariables(o, m, compare(o.value, m.value, _widened(tolerance, o, noise))) for o, m in pairs]


def _likenesses(
    places: Originals | None, tolerance: Tolerance, migrated: Sequence[Variable]
) -> list[Callable[[Variable, Variable], bool]]:
    """Return what makes one variable stand for another, the surest first."""
    found: list[Callable[[Variable, Variable], bool]] = [_close(tolerance), _same_name]
    if places is None:
        return [*found, lambda original, migrated: True]
    known = places

    def together(original: Variable, other: Variable) -> bool:
        return _same_statement(original, other, known)

    # Contrib makes beta before gamma, Keras gamma before beta; variables of a loop may all have one name.
    made = Counter((variable.places[-1:], _last_name(variable)) for variable in migrated)
    alone = {key for key, count in made.items() if count == 1}

    def of_one_name(original: Variable, other: Variable) -> bool:
        named = _last_name(original) == _last_name(other) and (other.places[-1:], _last_name(other)) in alone
        return named and together(original, other)

    return [of_one_name, together, *found]


def _pairs_of_several_sessions(
    originals: Sequence[Variable], migrated: Sequence[Variable], places: Originals, tolerance: Tolerance
) -> list[tuple[Variable, Variable]]:
    """Return the pairs of variables that several sessions of one graph hold, the closest first.

    A session that initializes the whole graph has values of variables, too, that another one trained.
    """
    held = Counter(variable.name for variable in originals)
    candidates = [
        (compare(o.value, m.value, tolerance).max_abs, number, o, m)
        for o in originals
        if held[o.name] > 1
        for number, m in enumerate(migrated)
        if _same_form(o, m) and _same_statement(o, m, places)
    ]
    pairs: list[tuple[Variable, Variable]] = []
    for off, _, original, partner in sorted(candidates, key=lambda one: one[:2]):
        taken = any(partner is m or original.name == o.name for o, m in pairs)
        if math.isfinite(off) and not taken:
            pairs.append((original, partner))
    return pairs


def _pairs_by_last_names(
    originals: Sequence[Variable], migrated: Sequence[Variable]
) -> list[tuple[Variable, Variable]]:
    """Return pairs of what is left of one form and last name, where both sides have as many."""
    pairs: list[tuple[Variable, Variable]] = []
    for key in dict.fromkeys(map(_last_name, originals)):
        mine = [variable for variable in originals if _last_name(variable) == key]
        others = [variable for variable in migrated if _last_name(variable) == key]
        pairs += zip(mine, others, strict=True) if len(mine) == len(others) else ()
    return pairs


def _last_name(variable: Variable) -> tuple[str, str]:
    return variable.name.rpartition("/")[2], repr(_form(variable.value))


def _without(variables: Sequence[Variable], taken: Sequence[Variable]) -> list[Variable]:
    return [variable for variable in variables if all(variable is not other for other in taken)]


def unpaired_names(originals: Sequence[Variable], pairs: Sequence[PairedVariables]) -> tuple[str, ...]:
    """Return the names of the original's variables of floats that nothing stands for, those of optimizers left out."""
    paired = {id(pair.original.value) for pair in pairs}
    return tuple(one.name for one in originals if one.kept and _is_float(one.value) and id(one.value) not in paired)


def _is_float(value: Any) -> bool:
    return np.dtype(value[2] if isinstance(value, tuple) else getattr(value, "dtype", "O")).kind == "f"


def _widened(tolerance: Tolerance, variable: Variable, noise: Sequence[Variable] | None) -> Tolerance:
    for moved in noise or ():
        if (moved.owner, moved.name) == (variable.owner, variable.name) and _same_form(variable, moved):
            off = compare(variable.value, moved.value, tolerance).max_abs
            return Tolerance(tolerance.rtol, tolerance.atol, NOISE_FACTOR * off)
    return tolerance


def _same_form(original: Variable, migrated: Variable) -> bool:
    return _form(original.value) == _form(migrated.value)


def _form(value: Any) -> object:
    if isinstance(value, np.ndarray):
        return value.shape, str(value.dtype)
    return value[1:3] if isinstance(value, tuple) else type(value)


def _same_statement(original: Variable, migrated: Variable, places: Originals) -> bool:
    """Say whether the innermost statements correspond; a layer that is built late has none that does."""
    if not original.places or not migrated.places:
        return False
    return original.places[-1] in places(migrated.places[-1])


def _same_name(original: Variable, migrated: Variable) -> bool:
    return original.name == migrated.name


def _close(tolerance: Tolerance) -> Callable[[Variable, Variable], bool]:
    return lambda original, migrated: compare(original.value, migrated.value, tolerance).passes
