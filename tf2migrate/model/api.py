"""What is known of one public TensorFlow symbol."""

from __future__ import annotations

from dataclasses import dataclass

from tf2migrate.model.enums import StrEnum


class ApiStatus(StrEnum):
    SAME = "same"  # the same name, signature and law in TF2
    RENAMED = "renamed"  # TF2 has it under `target`, arguments unchanged
    REWRITTEN = "rewritten"  # a rule or the migration writes the native form
    COMPAT = "compat"  # only under tf.compat.v1
    GONE = "gone"  # nowhere in the TensorFlow that is installed


class Effect(StrEnum):
    PURE = "pure"
    RANDOM = "random"  # draws numbers
    STATEFUL = "stateful"  # has another effect: assigns, prints, asserts, reads a file ..
    STATE = "state"  # makes state: variables, layers, optimizers, iterators, tables


@dataclass(frozen=True, slots=True)
class ApiEntry:
    """One TF1 symbol. Paths begin with `tf.`; `parameters` are TF1's, in order, with the repr of defaults or None."""

    path: str
    status: ApiStatus
    target: str | None
    reason: str
    kind: str  # "function", "class", "module", "constant"
    parameters: tuple[tuple[str, str | None], ...]
    effect: Effect
