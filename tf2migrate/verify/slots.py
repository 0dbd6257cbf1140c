"""Pairs what the optimizers of two programs keep for a variable: it shows gradients that a step hides.

Adam's step is the same for gradients of half the size; what it has accumulated of them is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from tf2migrate.verify.compare import Outcome
from tf2migrate.verify.observations import Key, Slot, Variable
from tf2migrate.verify.variables import PairedVariables

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
    return list(
        chain.from_iterable(
            _pairs_of_one(_of(original, pair.original.key), _of(migrated, pair.migrated.key)) for pair in pairs
        )
    )


def _of(slots: Sequence[Slot], variable: Key) -> list[list[Slot]]:
    """Return the slots of one variable, optimizer by optimizer."""
    own = [slot for slot in slots if slot.of == variable]
    return [[slot for slot in own if slot.optimizer == number] for number in sorted({slot.optimizer for slot in own})]


def _pairs_of_one(original: list[list[Slot]], migrated: list[list[Slot]]) -> Iterable[PairedVariables]:
    if len(original) != len(migrated):
        return
    for first, second in zip(original, migrated, strict=True):
        for slot in first:
            partner = next((other for other in second if slot.kind in KINDS_OF_KERAS.get(other.kind, ())), None)
            if partner is not None:
                yield PairedVariables(_variable(slot.key), _variable(partner.key), Outcome())


def _variable(key: Key) -> Variable:
    return Variable(*key, places=(), kept=False, value=None)
