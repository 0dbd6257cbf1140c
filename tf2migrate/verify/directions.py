"""Finds the variables of an original whose steps are rounding and nothing else.

The bias of a layer before batch normalization has no gradient but what rounding leaves of it, and Adam makes full steps
of that. Two runs of the original that differ by an ulp then step in two directions, from the first step on, when all
else still agrees.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from tf2migrate.verify.observations import Key, Value
from tf2migrate.verify.variables import PairedVariables

NOISE_SHARE = 0.5  # of a first step: what its difference from another run's first step must be at least


def noise_directions(first: Mapping[Key, Value], second: Mapping[Key, Value]) -> frozenset[Key]:
    """Return the variables whose first steps in two noisy runs differ about as much as they are large.

    None where that holds of all: then nothing is known that noise does not reach.
    """
    known = [key for key in first if key in second]
    found = frozenset(key for key in known if _is_noise(_numbers(first[key]), _numbers(second[key])))
    return found if len(found) < len(known) else frozenset()


def pairs_of(directions: Iterable[Key], pairs: Iterable[PairedVariables]) -> list[PairedVariables]:
    """Return the pairs of these variables; none where one has no partner, or lies where noise does not reach."""
    wanted = set(directions)
    found = [pair for pair in pairs if pair.original.key in wanted]
    return found if len(found) == len(wanted) and all(pair.outcome.passes for pair in found) else []


def _is_noise(step: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> bool:
    if step.shape != other.shape:
        return False
    return float(np.linalg.norm(step - other)) >= NOISE_SHARE * float(np.linalg.norm(step))


def _numbers(value: Value) -> npt.NDArray[np.float64]:
    return np.asarray(value[3] if isinstance(value, tuple) else value, dtype=np.float64)
