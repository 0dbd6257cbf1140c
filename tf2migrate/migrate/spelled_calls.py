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
from tf2migrate.source.edits import apply_edits

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
        edits = _Writer(changed, Syntax.parse(path, text), program).edits(emptied=emptied)
        again = with_edits(changed, path, edits) if edits else changed
        if again is None:
            return None
        changed = again
    return None if changed is texts else changed


@dataclass
class _Writer:
    texts: Texts
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
        if emptied:
            self._empty_scopes()
        return self.made

    def _empty_scopes(self) -> None:
        """Take the arguments out of all scopes, and the functions out that do nothing but make one for others."""
        calls = [node for node in ast.walk(self.syntax.tree) if isinstance(node, ast.Call)]
        scopes = [call for call in calls if self._called(call.func) in ARGUMENT_SCOPES]
        made = {self._function_called(one) for scope in scopes for one in scope.args}
        functions = [one for one in made if one is not None and self._only_makes_scopes(one, scopes)]
        for function in functions:
            self.made.append(removal(self.syntax, function))
        inside = {id(node) for function in functions for node in ast.walk(function)}
        for scope in scopes:
            if id(scope) not in inside:
                self._empty(scope)

    def _function_called(self, call: ast.AST) -> ast.FunctionDef | None:
        """Return the function of the module that is called, where it is bound once."""
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            return None
        found = [one for one in self.syntax.tree.body if isinstance(one, ast.FunctionDef) and one.name == call.func.id]
        return found[0] if _bindings(self.syntax.tree, call.func.id) == 1 and found else None

    def _only_makes_scopes(self, function: ast.FunctionDef, scopes: list[ast.Call]) -> bool:
        """Say whether nothing but a scope's argument calls a function, which returns a scope that it makes."""
        given = {id(one.func) for scope in scopes for one in scope.args if isinstance(one, ast.Call)}
        kept = (ast.With, ast.Assign, ast.Return, ast.Expr)
        statements = [node for node in ast.walk(function) if isinstance(node, ast.stmt)][1:]
        plain = all(isinstance(node, kept) for node in statements)
        calls = self._calls_of(function)
        used = bool(calls) and all(id(call.func) in given for call in calls)
        return plain and used and not function.decorator_list

    def _calls_of(self, function: ast.FunctionDef) -> list[ast.Call]:
        """Return all calls of a function; none where it is also used otherwise, or in another file."""
        uses = [n for n in ast.walk(self.syntax.tree) if isinstance(n, ast.Name) and n.id == function.name]
        calls = [self.syntax.parents.get(use) for use in uses]
        found = [call for call in calls if isinstance(call, ast.Call) and self._function_called(call) is function]
        others = any(function.name in self.texts.source(path).text for path in self.program.files if path != self.path)
        return [] if others or len(found) < len(uses) else found

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
        if len(partials) > 1 or any(self._text_for(one, call) is None for one in expressions):
            return
        if function is not None and isinstance(call.func, ast.Name):
            self.replaced[call.func.id] += 1
            self.made.append(Edit(self.syntax.span(call.func), self._text_for(function, call) or ""))
        elif function is not None:
            return
        written: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        last = max((self.syntax.span(one).end for one in written), default=None)
        text = ", ".join(f"{name}={self._text_for(value, call)}" for name, value in values.items())
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

    def _text_for(self, value: ast.AST, call: ast.Call, depth: int = 0) -> str | None:
        """Return an expression as it is to be written in a call elsewhere; None where its names mean something else.

        Parameters of a function that makes a scope, and what it assigns once, stand for what they are.
        """
        if any(isinstance(n, (ast.Lambda, ast.NamedExpr, ast.Yield, ast.Await)) for n in ast.walk(value)) or depth > 5:
            return None
        edits: list[Edit] = []
        start = self.syntax.span(value).start  # type: ignore[arg-type]
        for name in (n for n in ast.walk(value) if isinstance(n, ast.Name)):
            if self._means_the_same(value, call, name.id):
                continue
            meant = self._value_in_function(name)
            text = None if meant is None else self._text_for(meant, call, depth + 1)
            if text is None:
                return None
            span = self.syntax.span(name)
            edits.append(Edit(Span(span.start - start, span.end - start), text))
        written = apply_edits(self.syntax.source(value), edits)  # type: ignore[arg-type]
        return " ".join(written.split())

    def _value_in_function(self, name: ast.Name) -> ast.expr | None:
        """Return what a name of a function of the module stands for: its one value, or what all calls give for it."""
        function = next((one for one in self._enclosing(name) if isinstance(one, ast.FunctionDef)), None)
        if function is None or _bindings(function, name.id) != 1:
            return None
        for statement in ast.walk(function):
            match statement:
                case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name.id:
                    return value
        given = [_argument(function, name.id, call) for call in self._calls_of(function)]
        first = given[0] if given else None
        constant = isinstance(first, ast.Constant) and all(
            isinstance(one, ast.Constant) and repr(one.value) == repr(first.value) for one in given
        )
        return first if constant else None

    def _means_the_same(self, value: ast.AST, call: ast.Call, name: str) -> bool:
        """Say whether a name in an expression has the same value where a call stands."""
        binding = next((scope for scope in self._enclosing(value) if _bindings(scope, name)), None)
        seen = next((scope for scope in self._enclosing(call) if _bindings(scope, name)), None)
        return binding is seen and (binding is None or _bindings(binding, name) == 1)

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


def _argument(function: ast.FunctionDef, name: str, call: ast.Call) -> ast.expr | None:
    """Return what a call gives for a parameter, which may be its default."""
    written = next((one.value for one in call.keywords if one.arg == name), None)
    if written is not None or any(one.arg is None for one in call.keywords):
        return written
    listed = function.args.args
    index = next((i for i, one in enumerate(listed) if one.arg == name), None)
    if index is None or any(isinstance(one, ast.Starred) for one in call.args):
        return None
    if index < len(call.args):
        return call.args[index]
    default = index - len(listed) + len(function.args.defaults)
    return function.args.defaults[default] if default >= 0 else None


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
