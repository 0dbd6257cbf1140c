"""What the evaluation did not reach: run sites and TF calls by syntax."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.analysis.machine import Machine
from tf2migrate.model.facts import Coverage
from tf2migrate.model.source import NodeRef


def measure(machine: Machine) -> Coverage:
    """Return the run sites and calls of all evaluated files that no evaluation reached."""
    sites: list[NodeRef] = []
    calls: list[NodeRef] = []
    host_calls: list[NodeRef] = []
    for module in machine.sources.values():
        names = module.tensorflow_names()
        for node in _calls(module.tree):
            if id(node) in machine.evaluated:
                continue
            if is_run(node, names):
                sites.append(module.ref(node))
            elif root_name(node.func) in names:
                calls.append(module.ref(node))
            else:
                host_calls.append(module.ref(node))
    return Coverage(tuple(sites), tuple(calls), frozenset(host_calls))


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def is_run(node: ast.Call, names: frozenset[str]) -> bool:
    """Say whether a call looks like a run site: `.run(..)` or `.eval(..)` on something that is no module."""
    if not isinstance(node.func, ast.Attribute):
        return False
    if node.func.attr not in ("run", "eval"):
        return False
    return root_name(node.func) not in names or node.func.attr == "eval"


def is_hidden_run(call: ast.Call) -> bool:
    """Say whether a call looks like a method of a saver, which is given a session."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in ("save", "restore") and len(call.args) > 1


def root_name(node: ast.expr) -> str:
    """Return the name at the root of a dotted expression, "" where there is none."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def builds_or_runs(node: ast.AST, names: frozenset[str]) -> bool:
    """Say whether a function holds a TF call or a run site, one of a saver too."""
    return any(is_run(call, names) or is_hidden_run(call) or root_name(call.func) in names for call in _calls(node))
