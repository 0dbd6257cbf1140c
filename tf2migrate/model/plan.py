"""What a migration gives: new text, or the reasons why not, and how the two programs correspond."""

from __future__ import annotations

from dataclasses import dataclass

from tf2migrate.model.enums import StrEnum
from tf2migrate.model.source import NodeRef, Span


class Level(StrEnum):
    NATIVE = "native"  # native TensorFlow 2, or left as it is
    COMPAT = "compat"  # runs as TensorFlow 1 under tf.compat.v1
    BEST = "best"  # native, else compat


class Status(StrEnum):
    NATIVE = "native"
    COMPAT = "compat"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class NativeStyle:
    """How native code is written where there is a choice.

    `exact`: optimizers over TF1's fused operations wherever Keras's round in another way.
    """

    exact: bool = False


DEFAULT_STYLE = NativeStyle()


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """Why a file was left as it is. `row` counts from 1, in the notebook's `cell` where that is not 0."""

    path: str
    row: int
    code: str
    reason: str
    advice: str
    cell: int = 0


@dataclass(frozen=True, slots=True)
class EmittedFunction:
    """A function that the migration made.

    `kind` is "step" (a tf.function that stands for run sites) or "module"/"method" (plain shared code).
    """

    name: str
    kind: str
    original_lines: tuple[int, ...]


Path = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class SiteMap:
    """A run site and the expression that stands for it.

    `leaves` pairs the path of each fetched element in the original result with its path in the migrated value, or None
    where the migrated program returns nothing for it (an operation, or a result that nobody uses). `migrated` is None
    where the run itself is gone (an initializer).
    """

    original: NodeRef
    migrated: Span | None
    leaves: tuple[tuple[Path, Path | None], ...]


@dataclass(frozen=True, slots=True)
class SourceMap:
    """How one original file and its migrated text correspond.

    `lines` pairs (migrated line, original line), both from 1; a line of shared code may stand for several original
    lines and the reverse.
    """

    path: str
    lines: tuple[tuple[int, int], ...]
    sites: tuple[SiteMap, ...]


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file. `text` is the new text (None: left as it is)."""

    path: str
    status: Status
    text: str | None = None
    functions: tuple[EmittedFunction, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[Refusal, ...] = ()  # what a person should know although the file was migrated
    map: SourceMap | None = None
