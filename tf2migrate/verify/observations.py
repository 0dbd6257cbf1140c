"""What a process left behind about its run, read back as plain data."""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Place = tuple[str, int]
Key = tuple[int, str]  # of a variable within one process
Value = Any  # a numpy array, or ("sampled", shape, dtype, part, sum)


@dataclass(frozen=True, slots=True)
class Run:
    """One visit of a run site; `value` is the tree that the recorder makes."""

    site: int
    value: Any


@dataclass(frozen=True, slots=True)
class Printed:
    """A line of output, after how many visits it came and the place that printed it."""

    after: int
    place: Place | None
    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable's last value; `kept` is False for what only an optimizer uses."""

    owner: int
    name: str
    places: tuple[Place, ...]
    kept: bool
    value: Any

    @property
    def key(self) -> Key:
        """What tells it from the other variables of its process."""
        return self.owner, self.name


@dataclass(frozen=True, slots=True)
class State:
    """The variables' values after so many visits of run sites."""

    after: int
    values: Mapping[Key, Value]


@dataclass(frozen=True, slots=True)
class Slot:
    """A variable that an optimizer keeps for another one; `optimizer` counts those of the process.

    `constants` are those of its law, by Keras's names.
    """

    key: Key
    of: Key
    kind: str
    optimizer: int
    constants: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class ResultKey:
    """Where a program gets a value from TensorFlow, in or of which function, and where in what it gets."""

    place: Place
    function: str
    path: tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that the program wrote: `kind` says how its content was read, see `child/files.py`."""

    path: str
    kind: str
    content: Any


@dataclass(frozen=True, slots=True)
class Ending:
    """How the program ended by itself: "finished", "limit", "exit" or "raised"."""

    how: str
    status: int
    message: str


@dataclass(slots=True)
class Observations:
    """Everything that one process recorded; `ending` is None where it was killed before it could say."""

    reference: str = ""
    runs: list[Run] = field(default_factory=list)
    printed: list[Printed] = field(default_factory=list)
    errors: list[Printed] = field(default_factory=list)  # written to the error stream by the program itself
    variables: list[Variable] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    steps: dict[Key, Value] = field(default_factory=dict)  # what moved a variable first, where noise is looked at
    results: dict[ResultKey, list[Value]] = field(default_factory=dict)
    files: dict[str, WrittenFile] = field(default_factory=dict)
    draws: dict[str, Any] = field(default_factory=lambda: {"operations": [], "draws": []})
    races: tuple[Place, ...] = ()
    stand_ins: tuple[str, ...] = ()
    optimizers: tuple[str, ...] = ()
    laws: tuple[int, float] = (0, 0.0)  # updates that were checked, and the worst as a part of what is allowed
    unmatched: tuple[Any, ...] = ()
    aligned: int = 0
    seeds_lost: tuple[Place, ...] = ()
    ending: Ending | None = None


_PLAIN = {("_codecs", "encode"), ("builtins", "bytes"), ("__builtin__", "bytes")}  # the last two of no bytes at all


class _PlainUnpickler(pickle.Unpickler):
    """Loads numpy's own types only: the file was written by a process that ran somebody's program."""

    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] != "numpy" and (module, name) not in _PLAIN:
            raise pickle.UnpicklingError(f"{module}.{name} is no plain data")
        return super().find_class(module, name)


def read_observations(path: Path) -> Observations:
    """Return what the file holds, up to where the process was stopped."""
    observations = Observations()
    if not path.exists():
        return observations
    stream = io.BytesIO(path.read_bytes())
    while True:
        try:
            record = _PlainUnpickler(stream, encoding="latin1").load()
        except (EOFError, pickle.UnpicklingError, ValueError, IndexError):
            return observations
        _add(observations, record)


def _add(observations: Observations, record: tuple[Any, ...]) -> None:
    match record:
        case "meta", facts:
            observations.reference = facts["reference"]
        case "run", site, value:
            observations.runs.append(Run(site, value))
        case "out", after, place, text:
            observations.printed.append(Printed(after, _place(place), text))
        case "err", after, place, text:
            observations.errors.append(Printed(after, _place(place), text))
        case "variable", owner, name, places, kept, value:
            observations.variables.append(Variable(owner, name, tuple(_places(places)), kept, value))
        case "state", after, values:
            observations.states.append(State(after, {(owner, name): value for owner, name, value in values}))
        case "step", owner, name, step:
            observations.steps.setdefault((owner, name), step)
        case "slot", key, of, kind, optimizer, constants:
            found = tuple((name, float(value)) for name, value in constants)
            observations.slots.append(Slot(tuple(key), tuple(of), kind, optimizer, found))
        case "result", place, function, path, value:
            key = ResultKey((place[0], place[1]), function, tuple(path))
            observations.results.setdefault(key, []).append(value)
        case "file", path, kind, content:
            observations.files[path] = WrittenFile(path, kind, content)
        case "draws", table:
            observations.draws = table
        case "races", places:
            observations.races = tuple(_places(places))
        case "stand_ins", names:
            observations.stand_ins = tuple(names)
        case "optimizers", names:
            observations.optimizers = tuple(names)
        case "laws", count, worst:
            observations.laws = count, worst
        case "unmatched", operations:
            observations.unmatched = tuple(operations)
        case "aligned", count, places:
            observations.aligned, observations.seeds_lost = count, tuple(_places(places))
        case "end", how, status, message:
            observations.ending = Ending(how, status, message)


def _place(place: Any) -> Place | None:
    return (place[0], place[1]) if place else None


def _places(places: Any) -> list[Place]:
    return [(path, line) for path, line in places]
