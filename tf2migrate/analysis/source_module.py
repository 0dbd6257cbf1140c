"""One file of the program as the evaluator reads it: its tree, places, and the names that each scope binds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tf2migrate.model.source import NodeRef

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(slots=True)
class SourceModule:
    """A parsed file. `name` is the dotted name under which the program imports it."""

    path: str
    name: str
    tree: ast.Module
    is_package: bool = False
    _refs: dict[int, NodeRef] = field(default_factory=dict)
    _locals: dict[int, frozenset[str]] = field(default_factory=dict)
    _globals: dict[int, frozenset[str]] = field(default_factory=dict)
    _yields: dict[int, bool] = field(default_factory=dict)
    _tensorflow: frozenset[str] | None = None

    def ref(self, node: ast.AST) -> NodeRef:
        """Return the place of a node that has a position (the module itself stands at its first line)."""
        known = self._refs.get(id(node))
        if known is None:
            known = NodeRef(
                self.path,
                type(node).__name__,
                getattr(node, "lineno", 1),
                getattr(node, "col_offset", 0),
                getattr(node, "end_lineno", None) or 1,
                getattr(node, "end_col_offset", None) or 0,
            )
            self._refs[id(node)] = known
        return known

    def locals_of(self, node: FunctionNode) -> frozenset[str]:
        """Return the names that are local to a function."""
        known = self._locals.get(id(node))
        if known is None:
            self._analyse(node)
            known = self._locals[id(node)]
        return known

    def is_generator(self, node: FunctionNode) -> bool:
        """Say whether a function yields."""
        if id(node) not in self._yields:
            self._analyse(node)
        return self._yields[id(node)]

    def globals_of(self, node: FunctionNode) -> frozenset[str]:
        """Return the names that a function declares global."""
        if id(node) not in self._globals:
            self._analyse(node)
        return self._globals[id(node)]

    def tensorflow_names(self) -> frozenset[str]:
        """Return the names that the file's imports bind to TensorFlow or a part of it, and their other names."""
        if self._tensorflow is None:
            self._tensorflow = _tensorflow_names(self.tree)
        return self._tensorflow

    def _analyse(self, node: FunctionNode) -> None:
        names = set(parameter_names(node.args))
        elsewhere: set[str] = set()
        declared_global: set[str] = set()
        yields = False
        for inner in walk_scope(node):
            names |= set(bound_names(inner))
            if isinstance(inner, ast.Global | ast.Nonlocal):
                elsewhere |= set(inner.names)
            if isinstance(inner, ast.Global):
                declared_global |= set(inner.names)
            yields = yields or isinstance(inner, ast.Yield | ast.YieldFrom)
        self._locals[id(node)] = frozenset(names - elsewhere)
        self._globals[id(node)] = frozenset(declared_global)
        self._yields[id(node)] = yields


def parameter_names(arguments: ast.arguments) -> list[str]:
    """Return all parameter names, the starred ones last."""
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    starred = [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
    return [one.arg for one in (*named, *starred)]


def walk_scope(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes inside a function that belong to its own scope (a nested `def` itself, not its body)."""
    body = node.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else list(ast.iter_child_nodes(node))
    pending: list[ast.AST] = list(reversed(body))
    while pending:
        inner = pending.pop()
        yield inner
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            pending.extend(reversed(getattr(inner, "decorator_list", [])))
            continue
        pending.extend(reversed(list(ast.iter_child_nodes(inner))))


def bound_names(node: ast.AST) -> list[str]:
    """Return the names that one node binds in its scope."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return [name]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Import(names=names):
            return [one.asname or one.name.split(".")[0] for one in names]
        case ast.ImportFrom(names=names):
            return [one.asname or one.name for one in names if one.name != "*"]
        case ast.ExceptHandler(name=str(name)):
            return [name]
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return [name]
    return []


def _tensorflow_names(tree: ast.AST) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname or "tensorflow" for alias in node.names if alias.name.split(".")[0] == "tensorflow"}
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tensorflow":
            names |= {alias.asname or alias.name for alias in node.names}
    renamed = [node for node in ast.walk(tree) if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name)]
    for node in renamed:
        if isinstance(node.value, ast.Name) and node.value.id in names:
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return frozenset(names)


def parse_module(path: Path, name: str, text: str) -> SourceModule:
    """Return the parsed file; raises SyntaxError where it is not Python 3."""
    return SourceModule(str(path), name, ast.parse(text), path.name == "__init__.py")
