"""Variables of methods that are bound anew to something else: each gets a name of its own.

What the runs need of a method becomes an attribute of its object, and an attribute has one value.
"""

from __future__ import annotations

import ast
from collections import defaultdict

from tf2migrate.migrate.view import ProgramView, nodes_in
from tf2migrate.model.facts import Program, Value
from tf2migrate.model.source import Edit, NodeRef
from tf2migrate.source import LineIndex, apply_edits, node_ref

_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_RUNS = frozenset({"run", "eval"})


def rename_rebound(program: Program, path: str, text: str) -> str:
    """Return a text in which each binding of such variables of methods has a name of its own."""
    tree = ast.parse(text)
    index = LineIndex(text)
    kept = _kept_names(program)
    edits: list[Edit] = []
    for owner in ast.walk(tree):
        for function in owner.body if isinstance(owner, ast.ClassDef) else ():
            if isinstance(function, ast.FunctionDef):
                names = kept.get(node_ref(path, function), set()) - _unusual(function)
                edits.extend(_renamed(index, function, names))
    return apply_edits(text, edits)


def _kept_names(program: Program) -> dict[NodeRef, set[str]]:
    """Return the variables of each function that hold something else than computed values."""
    view = ProgramView(program)
    found: dict[NodeRef, set[str]] = defaultdict(set)
    for write in program.writes:
        frame = view.frames.get(write.cell.owner)
        if frame is not None and frame.definition is not None and not _is_computed(view, write.value):
            found[frame.definition].add(str(write.cell.key))
    return found


def _is_computed(view: ProgramView, value: Value) -> bool:
    nodes = nodes_in(value)
    return bool(nodes) and all(view.is_compute(node) for node in nodes)


def _unusual(function: ast.FunctionDef) -> set[str]:
    """Return the names that something else than the method's own statements binds or reads, or that runs use."""
    found = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
    for node in ast.walk(function):
        match node:
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                found.update(names)
            case ast.comprehension(target=target):
                found |= _names(target)
            case ast.alias(name=name, asname=alias):
                found.add(alias or name)
            case ast.stmt() if not hasattr(node, "body") and _runs(node):
                found |= _names(node)
            case _ if isinstance(node, _INNER) and node is not function:
                found |= _names(node)
    return found


def _runs(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Attribute) and one.attr in _RUNS for one in ast.walk(node))


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _renamed(index: LineIndex, function: ast.FunctionDef, names: set[str]) -> list[Edit]:
    taken = _names(function) | {one.arg for one in ast.walk(function) if isinstance(one, ast.arg)}
    renamed: dict[str, str] = {}
    bound: set[str] = set()
    edits: list[Edit] = []
    for part in function.body:
        for name in sorted(bound & names):
            if binds_first(part, name):
                number = 2
                while f"{name}_{number}" in taken:
                    number += 1
                renamed[name] = f"{name}_{number}"
                taken.add(renamed[name])
        for node in ast.walk(part):
            if isinstance(node, ast.Name) and node.id in renamed:
                edits.append(Edit(index.node_span(node), renamed[node.id]))
        bound |= {node.id for node in ast.walk(part) if isinstance(node, ast.Name) and is_stored(node)}
    return edits


def is_stored(name: ast.Name) -> bool:
    """Say whether a name is bound or deleted where it stands."""
    return not isinstance(name.ctx, ast.Load)


def binds_first(statement: ast.stmt, name: str) -> bool:
    """Say whether a statement certainly gives a name a value before it reads it."""
    match statement:
        case ast.Assign(targets=targets, value=value):
            return not _mentions(value, name) and any(_stores(target, name) for target in targets)
        case ast.With(items=items, body=body):
            for item in items:
                if _mentions(item.context_expr, name):
                    return False
                if item.optional_vars is not None and _stores(item.optional_vars, name):
                    return True
            return _block_binds_first(body, name)
        case ast.For(target=target, iter=iterated, body=body):
            if _mentions(iterated, name) or statement.orelse:
                return False
            return _stores(target, name) or _block_binds_first(body, name)
        case _:
            return False


def _block_binds_first(body: list[ast.stmt], name: str) -> bool:
    first = next((one for one in body if _mentions(one, name)), None)
    return first is not None and binds_first(first, name)


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(node))


def _stores(target: ast.expr, name: str) -> bool:
    names = [one for one in ast.walk(target) if isinstance(one, ast.Name) and one.id == name]
    return bool(names) and all(is_stored(one) for one in names)
