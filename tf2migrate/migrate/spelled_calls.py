"""Calls that take arguments from elsewhere (`functools.partial`, `arg_scope`): each is written with all of them.

It is text before planning, which the evaluator finds to build the same graph.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field

from tf2migrate.analysis.graph.argument_scopes import ARGUMENT_SCOPES
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.text_edits import removal, with_edits
from tf2migrate.migrate.texts import Texts
from tf2migrate.model.facts import GraphNode, Program
from tf2migrate.model.source import Edit, NodeRef, Span
from tf2migrate.names import Names as Symbols

_PARTIAL = "functools.partial"
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.Module)


def spell_out_calls(texts: Texts, program: Program, *, emptied: bool = True) -> Texts | None:
    """Return the texts with such calls written out, None where there are none, or some that cannot be.

    Scopes are left without arguments where they are to be `emptied`.
    """
    changed = texts
    for path in program.files:
        text = changed.source(path).text
        if "partial" not in text and "arg_scope" not in text:
            continue
        edits = _Writer(Syntax.parse(path, text), program).edits(emptied=emptied)
        again = with_edits(changed, path, edits) if edits else changed
        if again is None:
            return None
        changed = again
    return None if changed is texts else changed


@dataclass
class _Writer:
    syntax: Syntax
    program: Program
    made: list[Edit] = field(default_factory=list)
    replaced: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # names that are called no longer

    def __post_init__(self) -> None:
        self.symbols = Symbols(self.syntax.tree)
        self.path = self.syntax.path

    def edits(self, *, emptied: bool) -> list[Edit]:
        """Return the edits of the file."""
        calls: dict[NodeRef, list[GraphNode]] = defaultdict(list)
        for node in self.program.nodes:
            if node.place.expression.path == self.path and node.argument_at:
                calls[node.place.expression].append(node)
        for at, nodes in calls.items():  # a normalizer that a layer calls is no call of the program
            calls[at] = [node for node in nodes if "normalizer_fn" in node.arguments] or nodes
        for at, nodes in calls.items():
            call = self.syntax.call(at)
            if call is not None:
                self._write(call, nodes)
        self._remove_partials()
        for scope in ast.walk(self.syntax.tree):
            if emptied and isinstance(scope, ast.Call) and self._called(scope.func) in ARGUMENT_SCOPES:
                self._empty(scope)
        return self.made

    def _empty(self, scope: ast.Call) -> None:
        """Take the arguments out of a scope: all calls have them, or the graph is no longer the same."""
        span = self.syntax.span(scope)
        name = self.syntax.span(scope.func)
        if scope.args or scope.keywords:
            self.made.append(Edit(Span(name.end, span.end), "([])"))

    def _write(self, call: ast.Call, nodes: list[GraphNode]) -> None:
        given = [self._elsewhere(call, node) for node in nodes]
        starred = any(isinstance(one, ast.Starred) for one in call.args) or any(k.arg is None for k in call.keywords)
        if not given[0] or starred or any(one != given[0] for one in given):
            return
        values = {name: self.syntax.nodes[at] for name, at in given[0].items()}
        partials = {id(p): p for value in values.values() if (p := self._taken_from(value, {_PARTIAL}))}
        function = next(iter(partials.values())).args[0] if len(partials) == 1 else None
        expressions = [*values.values(), *([function] if function is not None else [])]
        if len(partials) > 1 or not all(self._means_the_same(one, call) for one in expressions):
            return
        if function is not None and isinstance(call.func, ast.Name):
            self.replaced[call.func.id] += 1
            self.made.append(Edit(self.syntax.span(call.func), self._source(function)))
        elif function is not None:
            return
        written: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        last = max((self.syntax.span(one).end for one in written), default=None)
        text = ", ".join(f"{name}={self._source(value)}" for name, value in values.items())
        end = self.syntax.span(call).end - 1 if last is None else last
        self.made.append(Edit(Span(end, end), text if last is None else f", {text}"))

    def _elsewhere(self, call: ast.Call, node: GraphNode) -> dict[str, NodeRef]:
        """Return the arguments that a call takes from a `partial` or a scope around it."""
        whole = self.syntax.span(call)
        outside = {
            name: at
            for name, at in node.argument_at.items()
            if at.path == self.path and not whole.contains(self.syntax.index.span(at))
        }
        known = {_PARTIAL} | ARGUMENT_SCOPES
        if any(not self._taken_from(self.syntax.nodes.get(at), known) for at in outside.values()):
            return {}
        return outside

    def _taken_from(self, value: ast.AST | None, known: set[str] | frozenset[str]) -> ast.Call | None:
        """Return the call of a `partial` or scope that a value is a keyword argument of."""
        keyword = self.syntax.parents.get(value) if value is not None else None
        call = self.syntax.parents.get(keyword) if isinstance(keyword, ast.keyword) else None
        return call if isinstance(call, ast.Call) and self._called(call.func) in known else None

    def _called(self, function: ast.expr) -> str:
        return self.symbols.path(function) or self.symbols.dotted(function) or ""

    def _means_the_same(self, value: ast.AST, call: ast.Call) -> bool:
        """Say whether the names in an expression have the same values where a call stands."""
        names = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
        if any(isinstance(n, (ast.Lambda, ast.NamedExpr, ast.Yield, ast.Await)) for n in ast.walk(value)):
            return False
        there, here = self._enclosing(value), self._enclosing(call)
        for name in names:
            binding = next((scope for scope in there if _bindings(scope, name)), None)
            seen = next((scope for scope in here if _bindings(scope, name)), None)
            if binding is not seen or (binding is not None and _bindings(binding, name) > 1):
                return False
        return True

    def _enclosing(self, node: ast.AST) -> list[ast.AST]:
        """Return the functions around a node, inner ones first, and the module."""
        found: list[ast.AST] = []
        current: ast.AST | None = node
        while current is not None:
            current = self.syntax.parents.get(current)
            if isinstance(current, _SCOPES) and not isinstance(current, ast.ClassDef):
                found.append(current)
        return found

    def _remove_partials(self) -> None:
        """Take out the statements that make a `partial` of which all calls are written out."""
        for statement in ast.walk(self.syntax.tree):
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=function)) if name in self.replaced:
                    uses = [n for n in ast.walk(self.syntax.tree) if isinstance(n, ast.Name) and n.id == name]
                    if self._called(function) == _PARTIAL and len(uses) == self.replaced[name] + 1:
                        self.made.append(removal(self.syntax, statement))

    def _source(self, node: ast.AST) -> str:
        return " ".join(self.syntax.source(node).split())  # type: ignore[arg-type]


def _bindings(scope: ast.AST, name: str) -> int:
    """Return how often a scope binds a name itself."""
    count = 0
    pending: list[ast.AST] = list(ast.iter_child_nodes(scope))
    while pending:
        node = pending.pop()
        match node:
            case ast.Name(id=found, ctx=ast.Store() | ast.Del()) | ast.arg(arg=found):
                count += found == name
            case ast.alias():
                count += (node.asname or node.name.split(".")[0]) == name
            case ast.FunctionDef() | ast.ClassDef() | ast.AsyncFunctionDef():
                count += node.name == name
                continue
            case ast.Lambda():
                continue
            case _:
                pass
        pending.extend(ast.iter_child_nodes(node))
    return count
