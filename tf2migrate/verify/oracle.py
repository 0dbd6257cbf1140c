"""Compares what the evaluator says of a program with what a recording of it saw: `static == recorded`.

A recorded operation is identified by the expression that made it and the calls on the way there. Every run that was
recorded must be a visit that the evaluator knows, with the same things fetched and fed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from tf2migrate.model.facts import (
    Fetch,
    FetchChoice,
    FetchLeaf,
    FetchNest,
    FetchUnknown,
    Grade,
    GraphNode,
    Kind,
    Place,
    Program,
    Visit,
)
from tf2migrate.model.source import NodeRef
from tf2migrate.verify.recorder import UNKNOWN_COLUMN, Chain, Limits, Position

MONITORED = ("MonitoredSession", "MonitoredTrainingSession")
RUN_FORMS = {"run", "eval", "op_run"}
NAMED_TYPES = {
    *("Placeholder", "PlaceholderWithDefault", "VariableV2", "VarHandleOp"),
    *("ScalarSummary", "HistogramSummary", "ImageSummary", "AudioSummaryV2", "TensorSummaryV2"),
}
# The parts of a sparse value are outputs of the operation that made it.
SPARSE_PARTS = ("attribute.indices", "attribute.values", "attribute.dense_shape")
# What may give back its input instead of a new operation.
TRANSPARENT = {
    "tf.cast",
    "tf.convert_to_tensor",
    "tf.nn.dropout",
    "tf.layers.dropout",
    "tf.to_double",
    "tf.to_float",
    "tf.to_int32",
    "tf.to_int64",
    "tf.image.resize_images",
    *SPARSE_PARTS,
}


@dataclass(frozen=True, slots=True)
class RecordedOperation:
    """An operation of the real graph and the expressions that led to it."""

    name: str
    type: str
    chain: Chain


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """One way in which a place ran the session: the names of what it fetched and fed, and how often."""

    chain: Chain
    graph: int
    fetches: tuple[str, ...]
    feeds: tuple[str, ...]
    visits: int


@dataclass(frozen=True, slots=True)
class Recording:
    """What one execution of a program did. `end` is "finished", "exit", "limit" or the error that ended it."""

    program: Path
    end: str
    operations: Mapping[tuple[int, str], RecordedOperation]
    runs: tuple[RecordedRun, ...]
    output: str = ""


@dataclass(frozen=True, slots=True)
class OracleDifference:
    """One thing on which the evaluator and the recording do not agree."""

    kind: str  # "site", "fetch", "feed", "unknown", "extra", "name"
    path: str
    row: int
    detail: str

    def __str__(self) -> str:
        return f"{self.path}:{self.row}: {self.kind}: {self.detail}"


def record(program: Path, root: Path | None = None, limits: Limits | None = None, args: str = "") -> Recording:
    """Run `program` in a child process under the v1 interface and return what it did.

    Raises RuntimeError with the end of its standard error where the child dies without a recording.
    """
    limits = limits or Limits()
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "recording.json"
        command = [sys.executable, "-m", "tf2migrate.verify.recorder", str(program), "--output", str(output)]
        command += ["--root", str(root or program.parent), "--args", args, "--runs", str(limits.runs)]
        command += ["--seconds", str(limits.seconds), "--repeat", str(limits.repeat)]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd=program.parent,
            env=_environment(),
            timeout=limits.seconds + 60.0,
            check=False,
        )
        if not output.exists():
            raise RuntimeError(f"no recording of {program}: {done.stderr[-2000:]}")
        return load_recording(json.loads(output.read_text(encoding="utf-8")), done.stdout)


def _environment() -> dict[str, str]:
    package_parent = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [package_parent, os.environ.get("PYTHONPATH", "")]))
    fixed = {"TF_USE_LEGACY_KERAS": "1", "TF_CPP_MIN_LOG_LEVEL": "3", "MPLBACKEND": "Agg", "CUDA_VISIBLE_DEVICES": "-1"}
    return {**os.environ, **fixed, "PYTHONPATH": path}


def load_recording(data: Mapping[str, object], output: str = "") -> Recording:
    """Return the recording that the child wrote as JSON."""
    chains = [tuple(tuple(position) for position in chain) for chain in _rows(data["chains"])]
    operations = {
        (item["graph"], item["name"]): RecordedOperation(item["name"], item["type"], chains[item["chain"]])
        for item in _rows(data["operations"])
    }
    runs = tuple(
        RecordedRun(chains[run["chain"]], run["graph"], tuple(run["fetches"]), tuple(run["feeds"]), run["visits"])
        for run in _rows(data["runs"])
    )
    return Recording(Path(str(data["program"])), str(data["end"]), operations, runs, output)


def _rows(value: object) -> list[Any]:
    assert isinstance(value, list)
    return value


def compare_recorded(program: Program, recording: Recording) -> list[OracleDifference]:
    """Return every difference between the evaluator's visits and the recorded runs; the empty list means equal."""
    return list(dict.fromkeys(_Comparison(program, recording).differences()))


_WITH_DEFAULT = "tf.placeholder_with_default"


def compare_names(program: Program, recording: Recording) -> list[OracleDifference]:
    """Return the recorded placeholders, variables and summaries whose name the evaluator does not know."""
    kinds = (Kind.PLACEHOLDER, Kind.VARIABLE, Kind.SUMMARY)
    named = [n for n in program.nodes if n.kind in kinds or n.op == _WITH_DEFAULT]
    known = {node.name for node in named}
    # Savers, monitored sessions, functions of datasets and optimizers over SciPy make placeholders; an unknown loop
    # makes any number of names.
    own = ("OptimizerInterface", ".parameter", *MONITORED)
    others = [n.place for n in program.nodes if n.kind is Kind.SAVER or n.op.endswith(own)]
    repeated = {node.id for node in named if node.repeated}
    others += [node.place for node in named if node.id in repeated or repeated & {*node.inputs}]
    return [
        _difference("name", operation.chain[-1], f"{operation.type} {operation.name}")
        for operation in recording.operations.values()
        if operation.type in NAMED_TYPES and operation.chain and operation.name not in known
        if not any(_same_place(other, operation.chain) for other in others)
    ]


class _Comparison:
    def __init__(self, program: Program, recording: Recording) -> None:
        self._program = program
        self._recording = recording
        self._seen: set[int] = set()

    def differences(self) -> Iterator[OracleDifference]:
        reached: set[NodeRef] = set()
        for run in self._recording.runs:
            if not run.chain:
                continue  # a thread of TensorFlow's own
            visits = [visit for visit in self._program.visits if _same_place(visit.place, run.chain)]
            if not visits:
                yield _difference("site", run.chain[-1], "a run that the evaluator does not know")
                continue
            found = list(self._compare_run(run, visits))
            yield from found
            if not found:
                reached.update(visit.place.expression for visit in visits)
        if self._recording.end == "finished":
            yield from self._never_recorded(reached)

    def _compare_run(self, run: RecordedRun, visits: list[Visit]) -> Iterator[OracleDifference]:
        if any(visit.form not in RUN_FORMS or self._has_hooks(visit) for visit in visits):
            self._seen.update(id(visit) for visit in visits)
            return
        best: list[OracleDifference] | None = None
        for visit in visits:
            found = list(self._compare_visit(run, visit))
            if not found:
                self._seen.add(id(visit))
            if best is None or len(found) < len(best):
                best = found
        yield from best or []

    def _has_hooks(self, visit: Visit) -> bool:
        """Say whether hooks may add to what a run fetches, and run the session themselves behind it."""
        session = None if visit.session is None else self._program.nodes[visit.session]
        return session is not None and session.op.endswith(MONITORED)

    def _compare_visit(self, run: RecordedRun, visit: Visit) -> Iterator[OracleDifference]:
        at = run.chain[-1]
        fetched = list(_leaves(visit.fetch))
        if any(isinstance(leaf, FetchUnknown) for leaf in fetched):
            yield _difference("unknown", at, "the fetch is not known")
        elif len(fetched) != len(run.fetches):
            yield _difference("fetch", at, f"{len(fetched)} things fetched, recorded {len(run.fetches)}")
        else:
            for leaf, name in zip(fetched, run.fetches, strict=True):
                if not any(self._is_element(node, run.graph, name) for node in _options(leaf)):
                    yield _difference(
                        "fetch", at, f"{self._describe(_options(leaf))}, recorded {self._recorded(run, name)}"
                    )
        fed = [feed.node for feed in visit.feeds]
        for name in run.feeds:
            if not any(self._is_element(node, run.graph, name) for node in fed):
                yield _difference("feed", at, f"{self._recorded(run, name)} is not among {self._describe(fed)}")
        for node in fed if visit.grade is Grade.EXACT else ():
            if not any(self._is_element(node, run.graph, name) for name in run.feeds):
                yield _difference("feed", at, f"{self._describe([node])} was not fed")

    def _never_recorded(self, reached: set[NodeRef]) -> Iterator[OracleDifference]:
        """Yield the visits that must have happened, at places whose recorded runs are right, and were not seen."""
        for visit in self._program.visits:
            if id(visit) in self._seen or not visit.certain or visit.grade is not Grade.EXACT:
                continue
            place = visit.place.expression
            if place in reached and visit.form in RUN_FORMS and not self._is_synthetic(visit.place):
                yield OracleDifference("extra", place.path, place.line, "a visit that was not recorded")

    def _is_synthetic(self, place: Place) -> bool:
        return any(frame.id == place.frame and frame.kind == "synthetic" for frame in self._program.frames)

    def _is_element(self, node_id: int, graph: int, name: str) -> bool:
        operation = self._recording.operations.get((graph, name.partition(":")[0]))
        if operation is None or not operation.chain:
            return False
        return any(_same_place(place, operation.chain) for place in self._places(self._program.nodes[node_id]))

    def _places(self, node: GraphNode, depth: int = 8) -> Iterator[Place]:
        """Yield where the operation behind `node` may have been made: here, or where what it stands for was."""
        yield node.place
        if depth == 0:
            return
        if node.op in TRANSPARENT:
            for origin in node.inputs[:1]:
                yield from self._places(self._program.nodes[origin], depth - 1)
        elif node.kind in (Kind.OPERATION, Kind.INITIALIZER) and node.op.endswith("initializer"):
            for origin in (*node.inputs, *node.targets):
                yield self._program.nodes[origin].place

    def _recorded(self, run: RecordedRun, name: str) -> str:
        operation = self._recording.operations.get((run.graph, name.partition(":")[0]))
        if operation is None or not operation.chain:
            return f"{name} (made by no line of the program)"
        return f"{name} ({operation.type}, line {operation.chain[-1][1]})"

    def _describe(self, nodes: Iterable[int]) -> str:
        found = [self._program.nodes[node] for node in nodes]
        return " or ".join(f"{node.op} line {node.place.expression.line}" for node in found) or "nothing"


def _difference(kind: str, position: Position, detail: str) -> OracleDifference:
    return OracleDifference(kind, position[0], position[1], detail)


def _leaves(fetch: Fetch) -> Iterator[FetchLeaf | FetchChoice | FetchUnknown]:
    """Yield the elements of a fetch in order; a choice among single elements is one element."""
    match fetch:
        case FetchNest(items=items):
            for item in items:
                yield from _leaves(item)
        case FetchChoice(options=options) if not all(isinstance(option, FetchLeaf) for option in options):
            yield FetchUnknown("a choice of structures", fetch.at)
        case _:
            yield fetch


def _options(leaf: FetchLeaf | FetchChoice | FetchUnknown) -> list[int]:
    match leaf:
        case FetchLeaf(node=node):
            return [node]
        case FetchChoice(options=options):
            return [option.node for option in options if isinstance(option, FetchLeaf)]
        case _:
            return []


def _same_place(place: Place, chain: Chain) -> bool:
    """Say whether the innermost expressions are the same and, where both ways there are as long, the ways too."""
    if not _covers(place.expression, chain[-1]):
        return False
    calls = chain[:-1]
    if len(place.context) != len(calls):
        return True
    return all(_covers(call, position) for call, position in zip(place.context, calls, strict=True))


def _covers(node: NodeRef, position: Position) -> bool:
    """Say whether a recorded position is the expression `node`.

    A method call that spans lines is recorded from its attribute on, so that only its end is sure; before Python 3.11
    only the line is recorded.
    """
    path, line, column, end_line, end_column = position
    if _resolved(node.path) != path:
        return False
    if column == UNKNOWN_COLUMN:
        return node.line <= line <= node.end_line
    if (end_line, end_column) != (node.end_line, node.end_column):
        return False
    return (line, column) == (node.line, node.column) or (node.kind == "Call" and line > node.line)


@lru_cache(maxsize=1024)
def _resolved(path: str) -> str:
    return str(Path(path).resolve())
