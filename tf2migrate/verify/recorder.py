"""Records what a TF1 program really does: which statement made each operation, what each run fetched and fed.

Runs as a child process (`python -m tf2migrate.verify.recorder`), because it replaces `tensorflow` by its v1 interface.
The recording is the oracle of the static analysis; it saw one path only and is never its source of facts.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import inspect
import json
import os
import runpy
import shlex
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from tf2migrate.verify.stand_ins import install_stand_ins

Position = tuple[str, int, int, int, int]  # path, line, column, end line, end column; columns are -1 where unknown
Chain = tuple[Position, ...]  # of the program's own frames, outermost first

UNKNOWN_COLUMN = -1
MODULE_CODE = "<module>"
COMPREHENSION_CODE = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}
COMPAT_MARKS = ("compat.v1", "compat import v1")


class RecordingLimit(BaseException):
    """The recording has seen as much as it was asked for; no handler for `Exception` in the program catches it."""


class Positions:
    """Finds where in the program's own files the running code stands."""

    def __init__(self, root: Path) -> None:
        self._root = str(root.resolve()) + os.sep
        self._own: dict[str, str | None] = {}
        self._tables: dict[CodeType, list[tuple[int | None, ...]]] = {}

    def chain(self, frame: FrameType | None) -> Chain:
        """Return the positions of the calls on the way from the innermost module to `frame`, outermost first.

        Comprehensions and class bodies are part of the code around them: they are no calls of the program.
        """
        found: list[Position] = []
        inner_is_part = False
        while frame is not None:
            code = frame.f_code
            path = self._path(code.co_filename)
            if path is not None:
                if not inner_is_part:
                    found.append((path, *self._position(frame)))
                if code.co_name == MODULE_CODE:
                    break
                inner_is_part = code.co_name in COMPREHENSION_CODE or not code.co_flags & inspect.CO_OPTIMIZED
            frame = frame.f_back
        return tuple(reversed(found))

    def _path(self, filename: str) -> str | None:
        if filename not in self._own:
            resolved = str(Path(filename).resolve())
            inside = resolved.startswith(self._root) and "site-packages" not in resolved
            self._own[filename] = resolved if inside else None
        return self._own[filename]

    def _position(self, frame: FrameType) -> tuple[int, int, int, int]:
        """Return the range of the expression that `frame` evaluates; only the line is known before Python 3.11."""
        code = frame.f_code
        if hasattr(code, "co_positions"):
            if code not in self._tables:
                self._tables[code] = list(code.co_positions())
            line, end_line, column, end_column = self._tables[code][frame.f_lasti // 2]
            if line is not None and end_line is not None and column is not None and end_column is not None:
                return line, column, end_line, end_column
        return frame.f_lineno, UNKNOWN_COLUMN, frame.f_lineno, UNKNOWN_COLUMN


@dataclass(slots=True)
class Way:
    """One way in which a place ran the session, and the result it gave last."""

    chain: int
    graph: int
    fetches: list[str]
    feeds: list[str]
    visits: int = 0
    result: Any = None


class Recorder:
    """Collects operations and runs while the program executes.

    A place that ran in one way `repeat` times is given its last result again, without running: a recording needs to
    come to the end of the program, not to the end of its training.
    """

    def __init__(self, root: Path, max_runs: int, repeat: int) -> None:
        self._positions = Positions(root)
        self._max_runs = max_runs
        self._repeat = repeat
        self._depth = threading.local()
        self._graphs: dict[int, Any] = {}  # keeps every graph alive, so that its id stays its own
        self._chains: dict[Chain, int] = {}
        self._operations: list[dict[str, object]] = []
        self._ways: dict[str, Way] = {}
        self._run_count = 0

    def install(self) -> None:
        """Wrap the two places through which every operation and every run goes."""
        ops = importlib.import_module("tensorflow.python.framework.ops")
        session = importlib.import_module("tensorflow.python.client.session")
        ops.Graph._create_op_internal = self._recording_operation(ops.Graph._create_op_internal)
        session.BaseSession.run = self._recording_run(session.BaseSession.run)

    def result(self) -> dict[str, object]:
        """Return the recording as plain data for JSON."""
        ways = [
            {"chain": way.chain, "graph": way.graph, "fetches": way.fetches, "feeds": way.feeds, "visits": way.visits}
            for way in self._ways.values()
        ]
        return {"chains": [list(chain) for chain in self._chains], "operations": self._operations, "runs": ways}

    def _recording_operation(self, create: Callable[..., Any]) -> Callable[..., Any]:
        def create_op(graph: Any, *args: Any, **kwargs: Any) -> Any:
            operation = create(graph, *args, **kwargs)
            self._operations.append(
                {
                    "name": operation.name,
                    "type": operation.type,
                    "graph": self._graph(graph),
                    "chain": self._chain(sys._getframe(1)),
                }
            )
            return operation

        return create_op

    def _recording_run(self, run: Callable[..., Any]) -> Callable[..., Any]:
        def run_session(session: Any, fetches: Any, feed_dict: Any = None, *args: Any, **kwargs: Any) -> Any:
            if getattr(self._depth, "value", 0):
                return run(session, fetches, feed_dict, *args, **kwargs)
            if self._run_count >= self._max_runs:
                raise RecordingLimit
            way = self._note_run(session, fetches, feed_dict)
            if way.visits > self._repeat:
                return way.result
            self._depth.value = 1
            try:
                way.result = run(session, fetches, feed_dict, *args, **kwargs)
                return way.result
            finally:
                self._depth.value = 0

        return run_session

    def _note_run(self, session: Any, fetches: Any, feed_dict: Mapping[Any, Any] | None) -> Way:
        self._run_count += 1
        chain = self._chain(sys._getframe(2))
        graph = self._graph(session.graph)
        fetched = [_element(session.graph, leaf) for leaf in _leaves(fetches)]
        fed = [_element(session.graph, leaf) for key in feed_dict or () for leaf in _leaves(key)]
        key = json.dumps([chain, graph, _structure(fetches), fetched, sorted(fed)])
        way = self._ways.setdefault(key, Way(chain, graph, fetched, fed))
        way.visits += 1
        return way

    def _chain(self, frame: FrameType) -> int:
        return self._chains.setdefault(self._positions.chain(frame), len(self._chains))

    def _graph(self, graph: Any) -> int:
        for number, known in self._graphs.items():
            if known is graph:
                return number
        self._graphs[len(self._graphs)] = graph
        return len(self._graphs) - 1


def _leaves(fetches: Any) -> Iterator[Any]:
    """Yield the elements of a fetch structure in the order of the result."""
    if isinstance(fetches, Mapping):
        for value in fetches.values():
            yield from _leaves(value)
    elif isinstance(fetches, list | tuple) and not _is_composite(fetches):
        for value in fetches:
            yield from _leaves(value)
    else:
        yield fetches


def _structure(fetches: Any) -> str:
    """Return how the elements of `fetches` are nested."""
    if isinstance(fetches, Mapping):
        return "{" + ",".join(f"{key}:{_structure(value)}" for key, value in fetches.items()) + "}"
    if isinstance(fetches, list | tuple) and not _is_composite(fetches):
        return type(fetches).__name__ + "(" + ",".join(_structure(value) for value in fetches) + ")"
    return "."


def _is_composite(value: tuple[Any, ...] | list[Any]) -> bool:
    """Say whether a tuple is a value of its own, as SparseTensorValue is."""
    return type(value).__name__ in {"SparseTensorValue", "IndexedSlicesValue"}


def _element(graph: Any, leaf: Any) -> str:
    """Return the name of a fetched or fed tensor ("op:0") or operation ("op")."""
    inner = getattr(leaf, "values", None)
    if inner is not None and not callable(inner) and hasattr(leaf, "indices"):
        leaf = inner
    try:
        element = graph.as_graph_element(leaf, allow_tensor=True, allow_operation=True)
    except (TypeError, ValueError, KeyError):
        return f"<{type(leaf).__name__}>"
    return str(element.name)


def install_reference(source: str) -> None:
    """Make `import tensorflow` in the program mean what it meant in TensorFlow 1.

    A program that names `compat.v1` itself is one that people run on TensorFlow 2: it keeps the v2 namespace, where
    the same name may have another signature.
    """
    v1 = importlib.import_module("tensorflow.compat.v1")
    v1.disable_v2_behavior()
    v1.logging.set_verbosity(v1.logging.ERROR)
    if not any(mark in source for mark in COMPAT_MARKS):
        sys.modules["tensorflow"] = v1
    install_stand_ins()


@contextlib.contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise RecordingLimit in the main thread after `seconds`, where the platform has alarms."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(signum: int, frame: FrameType | None) -> None:
        raise RecordingLimit

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a recording stops: after so many runs or seconds; and how often one way of running really runs."""

    runs: int = 100_000
    seconds: float = 120.0
    repeat: int = 20


def record_program(program: Path, root: Path, limits: Limits, arguments: list[str]) -> dict[str, object]:
    """Run `program` under the v1 interface in this process and return its recording."""
    recorder = Recorder(root, limits.runs, limits.repeat)
    install_reference(program.read_text(encoding="utf-8"))
    recorder.install()
    sys.argv = [str(program), *arguments]
    sys.path.insert(0, str(program.parent))
    end = "finished"
    try:
        with _time_limit(limits.seconds):
            runpy.run_path(str(program), run_name="__main__")
    except RecordingLimit:
        end = "limit"
    except SystemExit:
        end = "exit"
    except BaseException as error:  # whatever ends the program, what was seen until then counts
        end = f"{type(error).__name__}: {error}"
    return {"program": str(program.resolve()), "end": end, **recorder.result()}


def main() -> None:
    """Record one program and write the recording as JSON."""
    parser = argparse.ArgumentParser(prog="recorder")
    parser.add_argument("program", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--root", type=Path)
    parser.add_argument("--runs", type=int, default=Limits().runs)
    parser.add_argument("--seconds", type=float, default=Limits().seconds)
    parser.add_argument("--repeat", type=int, default=Limits().repeat)
    parser.add_argument("--args", default="", help="arguments of the program, as one string")
    options = parser.parse_args()
    output = options.output.resolve()
    root = (options.root or options.program.parent).resolve()
    limits = Limits(options.runs, options.seconds, options.repeat)
    recording = record_program(options.program.resolve(), root, limits, shlex.split(options.args))
    output.write_text(json.dumps(recording), encoding="utf-8")
    # Threads that the program left behind (queue runners) must not keep the process alive.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
