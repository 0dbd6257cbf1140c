"""Pairs what the optimizers of two programs keep for a variable: it shows gradients that a step hides.

Adam's step is the same for gradients of half the size; what it has accumulated of them is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from tf2migrate.model.verdict import Difference
from tf2migrate.verify.compare import Outcome
from tf2migrate.verify.observations import Key, Slot, Variable
from tf2migrate.verify.reasons import OTHER_CONSTANT
from tf2migrate.verify.variables import PairedVariables

CONSTANT_RTOL = 1e-5  # a constant in single precision is off by less

# Keras's words for what TensorFlow 1 keeps, where the harness puts its law in the place of Keras's.
KINDS_OF_KERAS = {
    "momentum": ("m", "momentum"),
    "velocity": ("v", "rms"),
    "average_gradient": ("mg",),
    "accumulator": ("accumulator", "accum"),
    "accumulated_grad": ("accum",),
    "accumulated_delta_var": ("accum_update",),
    "linear": ("linear",),
}


def pair_slots(
    original: Sequence[Slot], migrated: Sequence[Slot], pairs: Iterable[PairedVariables]
) -> list[PairedVariables]:
    """Return the pairs of slots of paired variables, where both sides have as many optimizers for them."""
    paired = chain.from_iterable(_slots_of_one(original, migrated, pair) for pair in pairs)
    return [PairedVariables(_variable(one.key), _variable(other.key), Outcome()) for one, other in paired]


def constant_difference(
    original: Sequence[Slot], migrated: Sequence[Slot], pairs: Iterable[PairedVariables]
) -> Difference | None:
    """Return the first constant of an optimizer that is another one, though a run may not show it."""
    for pair in pairs:
        for slot, partner in _slots_of_one(original, migrated, pair) if pair.outcome.passes else ():
            others = dict(partner.constants)
            for name, value in slot.constants:
                other = others.get(name, value)
                off = abs(other - value)
                if off > CONSTANT_RTOL * abs(value):
                    places = [f"{v.places[-1][0]}:{v.places[-1][1]}" if v.places else None for v in _both(pair)]
                    reason = OTHER_CONSTANT.format(name, pair.original.name, value, other)
                    relative = off / abs(value) if value else 1.0
                    return Difference(places[0], places[1], None, pair.original.name, off, relative, reason)
    return None


def _both(pair: PairedVariables) -> tuple[Variable, Variable]:
    return pair.original, pair.migrated


def _slots_of_one(
    original: Sequence[Slot], migrated: Sequence[Slot], pair: PairedVariables
) -> Iterable[tuple[Slot, Slot]]:
    return _pairs_of_one(_of(original, pair.original.key), _of(migrated, pair.migrated.key))


def _of(slots: Sequence[Slot], variable: Key) -> list[list[Slot]]:
    """Return the slots of one variable, optimizer by optimizer."""
    own = [slot for slot in slots if slot.of == variable]
    return [[slot for slot in own if slot.optimizer == number] for number in sorted({slot.optimizer for slot in own})]


def _pairs_of_one(original: list[list[Slot]], migrated: list[list[Slot]]) -> Iterable[tuple[Slot, Slot]]:
    if len(original) != len(migrated):
        return
    for first, second in zip(original, migrated, strict=True):
        for slot in first:
            partner = next((other for other in second if slot.kind in KINDS_OF_KERAS.get(other.kind, ())), None)
            if partner is not None:
                yield slot, partner


def _variable(key: Key) -> Variable:
    return Variable(*key, places=(), kept=False, value=None)
