"""`evaluate_program`: all facts of one entry point."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tf2migrate.analysis.calls import call
from tf2migrate.analysis.coverage import measure
from tf2migrate.analysis.expressions import evaluate
from tf2migrate.analysis.graph.scopes import VariableScope, new_graph, set_world
from tf2migrate.analysis.imports import run_module
from tf2migrate.analysis.machine import BudgetExceeded, Machine
from tf2migrate.analysis.patterns import FIRST
from tf2migrate.analysis.source_module import SourceModule, parse_module
from tf2migrate.analysis.statements import execute
from tf2migrate.analysis.synthetic import evaluate_unreached
from tf2migrate.analysis.trace import Trace
from tf2migrate.analysis.untaken import untaken_branches
from tf2migrate.model.facts import Coverage, Finding, GraphNode, Program

DEEPEST = 10_000


def evaluate_program(
    entry: Path, text: str | None = None, root: Path | None = None, texts: Mapping[str, str] | None = None
) -> Program:
    """Return the facts of the program that starts at `entry`.

    `text` replaces the file's contents; modules that it imports are looked for beside it and under `root`, and `texts`
    replace the contents of these.
    Raises SyntaxError where the entry is not Python 3, OSError where it cannot be read.
    """
    source = entry.read_text(encoding="utf-8") if text is None else text
    machine = Machine(entry, root or entry.parent, evaluate, execute, call, texts=texts or {})
    program = _evaluate(machine, source)
    ruled_out = untaken_branches(machine)
    if not ruled_out:
        return program
    again = Machine(entry, machine.root, evaluate, execute, call, texts=machine.texts, ruled_out=ruled_out)
    return _evaluate(again, source)


def _evaluate(machine: Machine, source: str) -> Program:
    module = parse_module(machine.entry, "__main__", source)
    set_world(machine, "graph", new_graph(machine))
    set_world(machine, "variable_scope", VariableScope())
    set_world(machine, "name_scope", "")
    set_world(machine, "controls", ())
    with _deep_recursion():
        try:
            run_module(machine, module, "__main__")
            evaluate_unreached(machine)
        except (RecursionError, BudgetExceeded) as failure:
            _note_failure(machine, module, failure)
    return _program(machine, module)


def _note_failure(machine: Machine, module: SourceModule, failure: Exception) -> None:
    here = machine.stack[-1] if machine.stack else None
    at = module.ref(module.tree) if here is None else here.module.ref(here.statement)
    reason = "the program takes too many steps" if isinstance(failure, BudgetExceeded) else "the program nests too deep"
    machine.trace.find(Finding("TFM959", at, f"evaluation failed: {reason}", "split the program into smaller ones"))
    machine.stack.clear()


@contextmanager
def _deep_recursion() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, DEEPEST))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def _told(node: GraphNode) -> GraphNode:
    """Return a node as a fact: a name with unknown parts is not known."""
    return replace(node, name=None) if node.name is not None and FIRST in node.name else node


def _program(machine: Machine, module: SourceModule) -> Program:
    trace: Trace = machine.trace
    coverage: Coverage = measure(machine)
    return Program(
        entry=module.path,
        files=tuple(machine.sources),
        nodes=tuple(_told(node) for node in trace.nodes),
        frames=tuple(trace.frames),
        reads=tuple(trace.reads),
        writes=tuple(trace.writes),
        calls=tuple(trace.calls),
        static_reads=tuple(trace.static_reads),
        escapes=tuple(trace.escapes),
        visits=tuple(trace.visits),
        findings=tuple(trace.findings),
        coverage=coverage,
        made=machine.made,
    )
