"""Methods that return what their caller keeps in an attribute of the same object: they set it themselves.

The method is then one that builds a part of the graph, and a step finds there what it needs. It is text before
planning, as inlining is.
"""

from __future__ import annotations

import ast
from collections import defaultdict

from tf2migrate.migrate.inlining import Inlined
from tf2migrate.migrate.render import Rendered, Renderer, concat, join
from tf2migrate.migrate.state_members import StateFacts
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import Program
from tf2migrate.model.source import NodeRef, Span


def settle_method(program: Program, path: str, text: str) -> Inlined | None:
    """Return the text with one method setting what it returned, None where there is none to write so."""
    view = ProgramView(program)
    syntax = Syntax.parse(path, text)
    facts = StateFacts(view, {path: syntax})
    sites: dict[NodeRef, set[NodeRef]] = defaultdict(set)
    for call in program.calls:
        sites[call.callee].add(call.place.expression)
    for call in program.calls:
        if call.callee.path != path or sites[call.callee] != {call.place.expression} or not facts.is_mixed(call.frame):
            continue
        found = _Settled(syntax, call.place.expression, call.callee).write()
        if found is not None:
            return found
    return None


class _Settled:
    """One method and the statement that keeps what it returns."""

    def __init__(self, syntax: Syntax, at: NodeRef, callee: NodeRef) -> None:
        self.syntax = syntax
        self.call, self.function = syntax.call(at), syntax.nodes.get(callee)
        self.renderer = Renderer(syntax.text, syntax.index)

    def write(self) -> Inlined | None:
        """Return the text in which the method sets the attributes, None where that is not certain to be the same."""
        names = self._attributes()
        functions = self._overridden() if names else None
        if self.call is None or functions is None or names is None:
            return None
        for function in functions:
            returned = _returned(function)
            if returned is None:
                return None
            self._set(function, returned, names)
        statement = self.syntax.statement_of(self.call)
        plain = self.renderer.original(self.syntax.span(self.call))
        self.renderer.add(self.syntax.span(statement), lambda: plain)
        rendered = self.renderer.render(Span(0, len(self.syntax.text)))
        try:
            ast.parse(rendered.text)
        except SyntaxError:
            return None  # a form of layout that this does not foresee
        return Inlined(rendered.text, rendered.lines)

    def _attributes(self) -> list[str] | None:
        """Return the attributes of the object that the call's statement sets, and nothing else."""
        statement = self.syntax.parents[self.call] if self.call is not None else None
        match statement, self.call:
            case (
                ast.Assign(targets=[target], value=value),
                ast.Call(func=ast.Attribute(value=ast.Name(id=receiver))),
            ) if value is self.call:
                targets = list(target.elts) if isinstance(target, (ast.Tuple, ast.List)) else [target]
                names = [
                    one.attr
                    for one in targets
                    if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id == receiver
                ]
                inside = self._method_of(statement)
                own = inside is not None and inside.args.args and inside.args.args[0].arg == receiver
                return names if own and len(names) == len(targets) == len(set(names)) else None
        return None

    def _method_of(self, node: ast.AST) -> ast.FunctionDef | None:
        while node in self.syntax.parents and not isinstance(node, ast.FunctionDef):
            node = self.syntax.parents[node]
        return node if isinstance(node, ast.FunctionDef) else None

    def _overridden(self) -> list[ast.FunctionDef] | None:
        """Return the method and its like in related classes that return something, None where one is unusual."""
        own = self.function
        if not isinstance(own, ast.FunctionDef) or not isinstance(self.syntax.parents[own], ast.ClassDef):
            return None
        found = [own]
        for node in ast.walk(self.syntax.tree):
            match node:
                case ast.ClassDef(body=body):
                    others = [one for one in body if isinstance(one, ast.FunctionDef) and one.name == own.name]
                    returning = [one for one in others if one is not own and _returns(one)]
                    if returning and not _is_related(self.syntax.tree, node, self.syntax.parents[own]):
                        continue
                    found.extend(returning)
                case ast.Attribute(attr=name) if name == own.name and self.syntax.parents[node] is not self.call:
                    return None  # something else may use what it returns
                case _:
                    pass
        plain = all(not one.decorator_list and one.args.args for one in found)
        return found if plain else None

    def _set(self, function: ast.FunctionDef, returned: ast.Return, names: list[str]) -> None:
        """Register the assignments in the place of the `return`."""
        value = returned.value
        assert value is not None
        receiver = function.args.args[0].arg
        row, indent = returned.lineno, self.syntax.index.indent(returned.lineno)
        parts = list(value.elts) if isinstance(value, ast.Tuple) and len(value.elts) == len(names) else None
        if len(names) == 1 or parts is None:
            target = ", ".join(f"{receiver}.{name}" for name in names)
            lines = [concat([Rendered.new(f"{target} = ", row), self._source(value)])]
        else:
            pairs = zip(names, parts, strict=True)
            lines = [concat([Rendered.new(f"{receiver}.{name} = ", row), self._source(part)]) for name, part in pairs]
        text = join(f"\n{indent}", lines)
        self.renderer.add(self.syntax.span(returned), lambda: text)

    def _source(self, value: ast.expr) -> Rendered:
        text = self.renderer.original(self.syntax.span(value))
        return concat(["(", text, ")"]) if isinstance(value, ast.Tuple) and "\n" in text.text else text


def _returns(function: ast.FunctionDef) -> bool:
    return any(isinstance(node, ast.Return) and node.value is not None for node in ast.walk(function))


def _returned(function: ast.FunctionDef) -> ast.Return | None:
    """Return the one `return` of a method, which is its last statement, None where it is not so."""
    inner = [node for node in ast.walk(function) if isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom))]
    nested = [n for n in ast.walk(function) if isinstance(n, (ast.FunctionDef, ast.Lambda)) and n is not function]
    last = function.body[-1]
    while isinstance(last, ast.With):
        last = last.body[-1]
    whole = isinstance(last, ast.Return) and last.value is not None and inner == [last] and not nested
    return last if whole and isinstance(last, ast.Return) else None


def _is_related(tree: ast.Module, one: ast.ClassDef, other: ast.AST) -> bool:
    """Say whether one of two classes may be derived from the other, or both from a third one."""
    if not isinstance(other, ast.ClassDef):
        return True
    ancestors = [_ancestors(tree, cls, set()) for cls in (one, other)]
    return bool((ancestors[0] & ancestors[1]) - {"object"})


def _ancestors(tree: ast.Module, cls: ast.ClassDef, seen: set[str]) -> set[str]:
    """Return the names of a class and of all that it is derived from."""
    seen.add(cls.name)
    for base in cls.bases:
        name = base.id if isinstance(base, ast.Name) else ast.unparse(base)
        if name in seen:
            continue
        seen.add(name)
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name == name:
                _ancestors(tree, node, seen)
    return seen
