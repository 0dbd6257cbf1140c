"""Branches that the program's own values rule out, evaluated as what they are under another setting.

A switch at the top of a program (`METHOD = "clip"`) leaves the other branches of its conditions without an execution.
They are evaluated where they stand, and what they do is undone: it is true of them alone. What they bind and nothing
else does (`self.hard_update = ..`) is there for other such branches.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from tf2migrate.analysis.coverage import builds_or_runs, is_hidden_run, is_run
from tf2migrate.analysis.heap import Delta
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import graph_values
from tf2migrate.analysis.source_module import SourceModule
from tf2migrate.analysis.values import NONE, V
from tf2migrate.model.facts import Kind
from tf2migrate.model.source import NodeRef

_PLAIN = frozenset({Kind.SESSION, Kind.GRAPH, Kind.INITIALIZER, Kind.OBJECT, Kind.SCOPE})
_STATELESS = _PLAIN | {Kind.PLACEHOLDER, Kind.TENSOR, Kind.ASSIGN, Kind.OPERATION, Kind.DISTRIBUTION}


def untaken_branches(machine: Machine) -> frozenset[NodeRef]:
    """Return the first statements of the branches that were not taken, if one of them has a run site; else nothing."""
    found: set[NodeRef] = set()
    runs = False
    for module in machine.sources.values():
        names = module.tensorflow_names()
        for branch in _branches(module.tree):
            calls = [node for statement in branch for node in ast.walk(statement) if isinstance(node, ast.Call)]
            if any(id(call) in machine.evaluated for call in calls):
                continue
            if any(builds_or_runs(statement, names) for statement in branch):
                found.add(module.ref(branch[0]))
                runs = runs or any(is_run(call, names) or is_hidden_run(call) for call in calls)
    return frozenset(found) if runs else frozenset()


def _branches(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield what settings choose, and the statements behind a condition that may leave them out by a `return`."""
    for node in ast.walk(tree):
        for suite in (getattr(node, name, None) for name in ("body", "orelse", "finalbody")):
            if not isinstance(suite, list):
                continue
            if _is_setting(node) and suite:
                yield suite
            chosen = [number for number, statement in enumerate(suite[:-1]) if _is_setting(statement)]
            yield from (suite[number + 1 :] for number in chosen)


def _is_setting(node: ast.AST) -> bool:
    """Say whether a statement chooses by a value that may be another one: not by `False`, nor by who imports it."""
    if not isinstance(node, ast.If):
        return False
    names = {one.id for one in ast.walk(node.test) if isinstance(one, ast.Name)}
    return bool(names) and "__name__" not in names


def evaluate_untaken(machine: Machine, branch: Sequence[ast.stmt], taken: Sequence[ast.stmt]) -> None:
    """Evaluate a branch that is ruled out, where that was asked for; `taken` are the statements in its place."""
    module = machine.here.module
    if not branch or module.ref(branch[0]) not in machine.ruled_out:
        return
    heap_mark, trace_mark, first = machine.heap.mark(), machine.trace.mark(), machine.heap.size()
    exits, evaluated = list(machine.here.exits), set(machine.evaluated)
    for (owner, key), value in machine.untaken_cells.items():
        if machine.heap.get(owner, key) is None:
            machine.heap.set(owner, key, value)
    entry = machine.heap.mark()
    with machine.under_condition(), machine.in_untaken_branch():
        machine.execute(machine, list(branch))
    machine.here.exits[:] = exits
    delta = {cell: value for cell, value in machine.heap.undo(entry).items() if cell[0] != machine.world}
    machine.heap.undo(heap_mark)
    outside = {cell: value for cell, value in delta.items() if cell[0] < first}
    if _stands_alone(machine, outside, _bound(module, taken), trace_mark):
        machine.untaken_cells |= {
            cell: value for cell, value in delta.items() if value is not None and machine.heap.get(*cell) is None
        }
        return
    machine.trace.cut(trace_mark)
    machine.evaluated = evaluated


def _stands_alone(machine: Machine, delta: Delta, bound: frozenset[str], trace_mark: tuple[int, ...]) -> bool:
    """Say whether the graph outside of a branch is the same with it and without it, and all of it is known."""
    nodes, findings = (len(machine.trace.nodes), len(machine.trace.findings))
    first_node, first_finding = trace_mark[machine.trace.NODES], trace_mark[machine.trace.FINDINGS]
    if findings > first_finding or any(machine.trace.nodes[n].kind not in _STATELESS for n in range(first_node, nodes)):
        return False
    for (owner, key), value in delta.items():
        before = machine.heap.get(owner, key)
        changed = before not in (None, NONE) or key in bound
        if changed and (_computes(machine, value) or _computes(machine, before)):
            return False
    return True


def _computes(machine: Machine, value: V | None) -> bool:
    held = [] if value is None else graph_values(machine, value)
    return any(machine.trace.nodes[node].kind not in _PLAIN for node in held)


def _bound(module: SourceModule, statements: Sequence[ast.stmt]) -> frozenset[str]:
    """Return the names and attributes that statements bind."""
    nodes = [node for statement in statements for node in ast.walk(statement)]
    stored = [node for node in nodes if isinstance(getattr(node, "ctx", None), ast.Store)]
    return frozenset(getattr(node, "attr", getattr(node, "id", "")) for node in stored)
