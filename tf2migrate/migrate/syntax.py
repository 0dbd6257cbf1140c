"""The syntax tree of one file, addressed by node references, and the names that it uses."""

from __future__ import annotations

import ast
import keyword
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeGuard

from tf2migrate.model.source import NodeRef, Span
from tf2migrate.source import LineIndex, node_ref


@dataclass
class Syntax:
    """One parsed file."""

    path: str
    text: str
    tree: ast.Module
    index: LineIndex
    nodes: dict[NodeRef, ast.AST] = field(default_factory=dict)
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)

    @staticmethod
    def parse(path: str, text: str) -> Syntax:
        syntax = Syntax(path, text, ast.parse(text), LineIndex(text))
        for node in ast.walk(syntax.tree):
            for child in ast.iter_child_nodes(node):
                syntax.parents[child] = node
            if isinstance(node, (ast.expr, ast.stmt)):
                syntax.nodes.setdefault(node_ref(path, node), node)
        return syntax

    @cached_property
    def indent(self) -> str:
        """Return one step of indentation as the file mostly has it: four spaces where it has none."""
        steps: Counter[str] = Counter()
        for node in ast.walk(self.tree):
            body = getattr(node, "body", None)
            if isinstance(node, ast.stmt) and isinstance(body, list) and body[0].lineno > node.lineno:
                outer, inner = self.index.indent(node.lineno), self.index.indent(body[0].lineno)
                if inner.startswith(outer) and inner != outer:
                    steps[inner[len(outer) :]] += 1
        return max(steps, key=lambda step: steps[step], default=" " * 4)

    def span(self, node: ast.expr | ast.stmt | ast.keyword) -> Span:
        return self.index.node_span(node)

    def source(self, node: ast.expr | ast.stmt) -> str:
        span = self.span(node)
        return self.text[span.start : span.end]

    def statement_of(self, node: ast.AST) -> ast.stmt:
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node

    def call(self, ref: NodeRef) -> ast.Call | None:
        node = self.nodes.get(ref)
        return node if isinstance(node, ast.Call) else None


def argument(call: ast.Call, name: str, position: int | None = None) -> ast.expr | None:
    """Return the expression given for a parameter, by keyword or by position."""
    for item in call.keywords:
        if item.arg == name:
            return item.value
    if position is not None and position < len(call.args):
        found = call.args[position]
        return None if isinstance(found, ast.Starred) else found
    return None


def is_atom(node: ast.expr) -> bool:
    """Say whether `.attribute` may follow an expression without parentheses."""
    return isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.List, ast.Tuple, ast.Dict))


class Names:
    """Hands out names that the file does not use for anything else."""

    def __init__(self, tree: ast.Module) -> None:
        self._taken = set(keyword.kwlist)
        self._released: set[str] = set()
        for node in ast.walk(tree):
            match node:
                case ast.Name(id=name) | ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    self._taken.add(name)
                case ast.AsyncFunctionDef(name=name) | ast.ExceptHandler(name=str() as name):
                    self._taken.add(name)
                case ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name):
                    self._taken.add(name)
                case ast.MatchMapping(rest=str() as name):
                    self._taken.add(name)
                case ast.Global(names=names) | ast.Nonlocal(names=names):
                    self._taken.update(names)
                case ast.alias(name=name, asname=asname):
                    self._taken.add(asname or name.split(".")[0])
                case _:
                    pass

    def __contains__(self, name: str) -> bool:
        return name in self._taken

    def local(self) -> Names:
        """Return names for the inside of one function: what it takes stays free elsewhere."""
        copy = Names(ast.Module([], []))
        copy._taken = set(self._taken)
        return copy

    def take(self, names: Iterable[str]) -> None:
        """Keep names from being handed out."""
        self._taken.update(names)

    def release(self, name: str) -> None:
        """Give a name back: all that it stood for moves into functions."""
        self._taken.discard(name)
        self._released.add(name)

    def fresh_outside(self, *wanted: str) -> str:
        """Return a name as `fresh` does for what functions read from outside: none that they assign themselves."""
        inner = self._released - self._taken
        self._taken |= inner
        name = self.fresh(*wanted)
        self._taken -= inner
        return name

    def fresh(self, *wanted: str) -> str:
        """Return and take the first wanted name that is free, or the first with a number behind it."""
        for name in wanted:
            if name not in self._taken:
                self._taken.add(name)
                return name
        number = 2
        while f"{wanted[0]}_{number}" in self._taken:
            number += 1
        self._taken.add(f"{wanted[0]}_{number}")
        return f"{wanted[0]}_{number}"


def snake(name: str) -> str:
    """Return a name as functions are written: `NextLoss` -> `next_loss`, `RMSE` -> `rmse`."""
    spaced = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name)
    spaced = re.sub(r"(?<=[A-Z])([A-Z][a-z])", r"_\1", spaced)
    return re.sub(r"_+", "_", re.sub(r"\W", "_", spaced)).strip("_").lower() or "value"


def with_commas(pairs: list[tuple[int, int]], numbers: set[int]) -> list[Span]:
    """Return the spans of some elements of a list with the commas that go with them."""
    kept = [number for number in range(len(pairs)) if number not in numbers]
    if not kept:
        return [Span(pairs[0][0], pairs[-1][1])]
    return [
        Span(pairs[n][0], pairs[n + 1][0]) if n < kept[-1] else Span(pairs[n - 1][1], pairs[n][1])
        for n in sorted(numbers)
    ]


def is_constant(syntax: Syntax, value: ast.expr) -> bool:
    """Say whether an expression is the same all over a file: literals, what modules have, or a name with one value."""
    match value:
        case ast.Constant():
            return True
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return all(is_constant(syntax, element) for element in elements)
        case ast.UnaryOp(operand=operand):
            return is_constant(syntax, operand)
        case ast.Attribute(value=owner):
            return isinstance(owner, (ast.Attribute, ast.Name)) and _is_of_module(syntax, owner)
        case ast.Name():
            return _has_one_value(syntax, value)
        case _:
            return False


def _is_of_module(syntax: Syntax, value: ast.Attribute | ast.Name) -> bool:
    """Say whether a dotted name begins with what the file imports, and calls by no other name."""
    while isinstance(value, ast.Attribute):
        if not isinstance(value.value, (ast.Attribute, ast.Name)):
            return False
        value = value.value
    imports = (node for node in syntax.tree.body if isinstance(node, ast.Import) or _gives_tensorflow(node))
    names = {alias.asname or alias.name.partition(".")[0] for node in imports for alias in node.names}
    stored = (
        node for node in ast.walk(syntax.tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    )
    return value.id in names and all(node.id != value.id for node in stored)


def _gives_tensorflow(node: ast.stmt) -> TypeGuard[ast.ImportFrom]:
    return isinstance(node, ast.ImportFrom) and is_of_tensorflow(node)


def is_of_tensorflow(node: ast.Import | ast.ImportFrom) -> bool:
    """Say whether all that an import brings is TensorFlow's."""
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    return all(name.partition(".")[0] == "tensorflow" for name in names)


def _has_one_value(syntax: Syntax, value: ast.Name) -> bool:
    """Say whether a module gives a name one value, and nothing else bears it."""
    stored = [node for node in ast.walk(syntax.tree) if isinstance(node, ast.Name) and node.id == value.id]
    stored = [node for node in stored if not isinstance(node.ctx, ast.Load)]
    bound = {getattr(node, "arg", getattr(node, "name", None)) for node in ast.walk(syntax.tree)}
    module = bool(stored) and isinstance(syntax.parents[syntax.parents[stored[0]]], ast.Module)
    return len(stored) == 1 and module and value.id not in bound
