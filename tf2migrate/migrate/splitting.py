"""`a, b = f(x), g(y)` as two statements: each moves with the runs that need it."""

from __future__ import annotations

import ast
from collections import Counter

from tf2migrate.model.source import Edit
from tf2migrate.source import LineIndex, apply_edits

_RUNS = frozenset({"run", "eval"})


def split_assignments(text: str, lines: frozenset[int]) -> str:
    """Return a text with such assignments split that begin in `lines`, in the same lines.

    Only what stays the same is split: plain names whose values do not see each other, and no run among them.
    """
    tree = ast.parse(text)
    index = LineIndex(text)
    bound = Counter(n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    outer = _read_in_functions(tree)
    edits: list[Edit] = []
    for node in ast.walk(tree):
        pairs = _pairs(node) if getattr(node, "lineno", 0) in lines else []
        if not pairs or any(bound[target.id] > 1 and target.id in outer for target, _ in pairs):
            continue
        assert isinstance(node, ast.Assign)
        whole = index.node_span(node)
        pieces = []
        for target, value in pairs:
            span = index.node_span(value)
            pieces.append(f"{target.id} = {_parenthesized(text[span.start : span.end], value)}")
        new = "; ".join(pieces)
        if new.count("\n") == text.count("\n", whole.start, whole.end) and _stands_alone(text, index, node):
            edits.append(Edit(whole, new))
    return apply_edits(text, edits)


def _stands_alone(text: str, index: LineIndex, node: ast.Assign) -> bool:
    """Say whether no other statement shares the rows of this one: places in it must stay."""
    span, last = index.node_span(node), node.end_lineno or node.lineno
    behind = text[span.end : index.start(last) + len(index.line(last))].strip()
    return not text[index.start(node.lineno) : span.start].strip() and (not behind or behind.startswith("#"))


def _pairs(node: ast.AST) -> list[tuple[ast.Name, ast.expr]]:
    """Return targets and values of an assignment that may be split."""
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if len(targets) == len(values):
            names = [target for target in targets if isinstance(target, ast.Name)]
        case _:
            return []
    read = {n.id for value in values for n in ast.walk(value) if isinstance(n, ast.Name)}
    distinct = {name.id for name in names}
    if len(distinct) < len(targets) or distinct & read or not any(isinstance(v, (ast.Call, ast.BinOp)) for v in values):
        return []
    inside = [n for value in values for n in ast.walk(value)]
    if any(isinstance(n, (ast.Starred, ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Await)) for n in inside):
        return []
    if any(isinstance(n, ast.Attribute) and n.attr in _RUNS for n in inside):
        return []
    return list(zip(names, values, strict=True))


def _parenthesized(source: str, value: ast.expr) -> str:
    """Return a value as it stands on its own: over several lines it needs its own brackets."""
    closed = isinstance(value, (ast.Call, ast.List, ast.Dict, ast.Set, ast.ListComp, ast.Subscript))
    return source if "\n" not in source or closed else f"({source})"


def _read_in_functions(tree: ast.Module) -> set[str]:
    """Return the names that functions read: a value may see them through a call."""
    functions = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.Lambda, ast.AsyncFunctionDef))]
    return {
        name.id
        for function in functions
        for name in ast.walk(function)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Load)
    }
