"""What `check` finds."""

from __future__ import annotations

from dataclasses import dataclass

from tf2migrate.model.enums import StrEnum
from tf2migrate.model.source import Edit, Location


class Applicability(StrEnum):
    """How far a fix may be trusted."""

    SAFE = "safe"  # same behaviour, in TF1 and under `tf.compat.v1`: `check --fix` applies it
    UNSAFE = "unsafe"  # may change behaviour: `check --fix --unsafe-fixes` applies it
    DISPLAY = "display"  # shown; applied by `fix` alone, because it is valid only once the program is native TF2


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that cure one diagnostic, valid together."""

    message: str
    edits: tuple[Edit, ...]
    applicability: Applicability = Applicability.SAFE


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding of one rule at one place."""

    path: str
    code: str
    name: str
    message: str
    start: Location
    end: Location
    fix: Fix | None = None
    cell: int | None = None
