"""Properties that build a part of the graph when they are first read: methods that build it where that was.

The graph is built once in any case. What a property gave is an attribute then, and the planner finds it. It is text
before planning, as inlining is.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from tf2migrate.migrate.functions import own_comment_rows
from tf2migrate.migrate.inlining import Inlined
from tf2migrate.migrate.render import Rendered, Renderer, Replacement, concat, join, reindent
from tf2migrate.migrate.syntax import Names, Syntax
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import Call, Program
from tf2migrate.model.source import NodeRef, Span
from tf2migrate.source import node_ref


@dataclass
class _Lazy:
    """A property that keeps what it makes; `statements` make it."""

    owner: ast.ClassDef
    function: ast.FunctionDef
    statements: list[ast.stmt]
    kept: str | None = None  # the attribute that it sets itself
    decorator: ast.FunctionDef | None = None  # the function of the program that makes it such a property
    scope: str | None = None  # the variable scope that the decorator enters


def build_lazy_property(program: Program, path: str, text: str) -> Inlined | None:
    """Return the text with one such property as a method that is called where it was first read, None without any."""
    view, syntax = ProgramView(program), Syntax.parse(path, text)
    found = {node_ref(path, lazy.function): lazy for lazy in _lazy_properties(syntax)}
    first: dict[NodeRef, Call] = {}
    for call in program.calls:
        if call.callee in found:
            first.setdefault(call.callee, call)
    for ref, call in sorted(first.items(), key=lambda item: item[1].time):
        place = _place(view, syntax, found, ref, call)
        if place is not None:
            return _Writer(syntax, found[ref]).write(place)
    return None


# --- what is one ---


def _lazy_properties(syntax: Syntax) -> list[_Lazy]:
    functions = {node.name: node for node in syntax.tree.body if isinstance(node, ast.FunctionDef)}
    found: list[_Lazy] = []
    for owner in syntax.tree.body:
        for function in owner.body if isinstance(owner, ast.ClassDef) else ():
            if not isinstance(function, ast.FunctionDef) or len(function.args.args) != 1:
                continue
            assert isinstance(owner, ast.ClassDef)
            lazy = _with_memo(owner, function) or _decorated(syntax, functions, owner, function)
            if lazy is not None:
                found.append(lazy)
    return found


def _with_memo(owner: ast.ClassDef, function: ast.FunctionDef) -> _Lazy | None:
    """Return a property of the form `if not hasattr(self, "_x"): .. self._x = ..` and `return self._x`."""
    decorators = [one.id for one in function.decorator_list if isinstance(one, ast.Name)]
    match _without_docstring(function.body):
        case [
            ast.If(test=test, body=body, orelse=[]),
            ast.Return(value=ast.Attribute(value=ast.Name(id=me), attr=kept)),
        ]:
            receiver = function.args.args[0].arg
            if decorators == ["property"] and me == receiver and _is_unset(test, receiver, kept):
                return _Lazy(owner, function, body, kept)
    return None


def _is_unset(test: ast.expr, receiver: str, kept: str) -> bool:
    """Say whether a condition asks if an attribute was not set yet."""
    match test:
        case ast.UnaryOp(
            op=ast.Not(),
            operand=ast.Call(func=ast.Name(id="hasattr"), args=[ast.Name(id=me), ast.Constant(value=name)]),
        ):
            return me == receiver and name == kept
        case _:
            return False


def _decorated(
    syntax: Syntax, functions: dict[str, ast.FunctionDef], owner: ast.ClassDef, function: ast.FunctionDef
) -> _Lazy | None:
    """Return a property that a decorator of the program keeps under a name made of the function's."""
    if len(function.decorator_list) != 1:
        return None
    used = function.decorator_list[0]
    name = used.func if isinstance(used, ast.Call) else used
    decorator = functions.get(name.id) if isinstance(name, ast.Name) else None
    called = (
        {n.func.id for n in ast.walk(decorator) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        if (decorator is not None)
        else set()
    )
    last = function.body[-1]
    while isinstance(last, ast.With):
        last = last.body[-1]
    returns = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
    if decorator is None or not {"hasattr", "setattr", "getattr"} <= called or returns != [last]:
        return None
    entered = [
        node.func.attr
        for node in ast.walk(decorator)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.endswith("_scope")
    ]
    scope = _scope_text(syntax, used, function.name, entered[0]) if entered else None
    return _Lazy(owner, function, function.body, None, decorator, scope)


def _scope_text(syntax: Syntax, used: ast.expr, name: str, kind: str) -> str:
    """Return the scope that a decorator enters for a function, by the arguments that it is given."""
    given = [syntax.source(one) for one in used.args] if isinstance(used, ast.Call) else []
    named = (
        {one.arg: syntax.source(one.value) for one in used.keywords if one.arg} if isinstance(used, ast.Call) else {}
    )
    first = given.pop(0) if given else named.pop("scope", "") or named.pop("name", "") or f'"{name}"'
    arguments = ", ".join([first, *given, *(f"{key}={value}" for key, value in named.items())])
    return f"{kind}({arguments})"


# --- where it is built ---


@dataclass
class _At:
    """Where the method is to be called: before a statement of the class, or at the end of the constructor."""

    statement: ast.stmt
    before: bool


def _place(view: ProgramView, syntax: Syntax, lazy: dict[NodeRef, _Lazy], ref: NodeRef, call: Call) -> _At | None:
    owner = lazy[ref].owner
    for place in view.trail(call.place):
        definition = view.frames[place.frame].definition
        function = syntax.nodes.get(definition) if definition is not None else None
        if not isinstance(function, ast.FunctionDef) or function not in owner.body or definition == ref:
            continue
        if definition in lazy:
            return None  # that one first
        statement = syntax.nodes.get(place.statement)
        straight = isinstance(statement, ast.stmt) and _is_straight(syntax, statement, function)
        return _At(statement, True) if straight and isinstance(statement, ast.stmt) else None
    made = [one for one in owner.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"]
    return _At(made[0].body[-1], False) if made else None


def _is_straight(syntax: Syntax, statement: ast.stmt, function: ast.FunctionDef) -> bool:
    node: ast.AST = statement
    while node is not function:
        node = syntax.parents[node]
        if not isinstance(node, (ast.With, ast.FunctionDef)):
            return False
    return not isinstance(statement, (ast.For, ast.While, ast.If, ast.Try, ast.With))


class _Writer:
    """Writes one property as a method."""

    def __init__(self, syntax: Syntax, lazy: _Lazy) -> None:
        self.syntax, self.lazy = syntax, lazy
        self.renderer = Renderer(syntax.text, syntax.index)
        taken = Names(syntax.tree)
        taken.take(node.attr for node in ast.walk(syntax.tree) if isinstance(node, ast.Attribute))
        self.name = taken.fresh(f"_build_{lazy.function.name}")
        self.receiver = lazy.function.args.args[0].arg

    def write(self, at: _At) -> Inlined | None:
        function, syntax = self.lazy.function, self.syntax
        first = min([function.lineno, *(one.lineno for one in function.decorator_list)])
        indent = syntax.index.indent(function.lineno)
        start = syntax.index.start(first) + len(indent)
        self._rename()
        self._call(at)
        self.renderer.add(Span(start, syntax.span(function).end), lambda: self._method(indent))
        self._remove_decorator()
        rendered = self.renderer.render(Span(0, len(syntax.text)))
        try:
            ast.parse(rendered.text)
        except SyntaxError:
            return None  # a form of layout that this does not foresee
        return Inlined(rendered.text, rendered.lines)

    def _call(self, at: _At) -> None:
        """Register the call of the method."""
        span, row = self.syntax.span(at.statement), at.statement.lineno
        indent = self.syntax.index.indent(row)
        method = self.syntax.parents[at.statement]
        while not isinstance(method, ast.FunctionDef):
            method = self.syntax.parents[method]
        call = f"{method.args.args[0].arg}.{self.name}()"
        match at.statement:
            case ast.Expr(value=ast.Attribute(value=ast.Name(), attr=name)) if (
                at.before and name == self.lazy.function.name
            ):
                self.renderer.add(span, call)
            case _ if at.before:
                self.renderer.add(Span(span.start, span.start), lambda: Rendered.new(f"{call}\n{indent}", row))
            case _:
                end = self.syntax.index.start(at.statement.end_lineno or row)
                end += len(self.syntax.index.line(at.statement.end_lineno or row).rstrip("\n"))
                self.renderer.add(Span(end, end), lambda: Rendered.new(f"\n{indent}{call}", row))

    def _rename(self) -> None:
        """The attribute that the property kept its value in has the property's own name."""
        for node in ast.walk(self.lazy.owner) if self.lazy.kept is not None else ():
            if isinstance(node, ast.Attribute) and node.attr == self.lazy.kept and isinstance(node.value, ast.Name):
                text = f"{node.value.id}.{self.lazy.function.name}"
                self.renderer.add(self.syntax.span(node), text)

    def _method(self, indent: str) -> Rendered:
        function, syntax, unit = self.lazy.function, self.syntax, self.syntax.indent
        inner = indent + unit + (unit if self.lazy.scope is not None else "")
        lines = [Rendered.new(f"def {self.name}({self.receiver}):", function.lineno)]
        if self.lazy.scope is not None:
            lines.append(Rendered.new(f"{indent}{unit}with {self._module()}.{self.lazy.scope}:", function.lineno))
        last = self.lazy.statements[-1]
        for statement in self.lazy.statements:
            span = syntax.span(statement)
            lines += [
                Rendered.new(inner + syntax.index.line(row).strip(), row) for row in own_comment_rows(syntax, span)
            ]
            extra = self._assigned(last) if statement is last and self.lazy.kept is None else []
            text = self.renderer.render(span, extra=extra)
            old = syntax.index.indent(statement.lineno)
            lines.append(reindent(concat([old, text]), old, inner))
        return join("\n", lines)

    def _assigned(self, last: ast.stmt) -> list[Replacement]:
        """Return the edit that sets the attribute to what the function returned."""
        returned = next(node for node in ast.walk(last) if isinstance(node, ast.Return))
        assert returned.value is not None
        value = self.renderer.render(self.syntax.span(returned.value))
        text = concat([Rendered.new(f"{self.receiver}.{self.lazy.function.name} = ", returned.lineno), value])
        return [Replacement(self.syntax.span(returned), lambda: text)]

    def _module(self) -> str:
        """Return the name of TensorFlow by which the decorator enters its scope."""
        for node in ast.walk(self.lazy.decorator) if self.lazy.decorator is not None else ():
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr.endswith("_scope"):
                    return name
        return "tf"

    def _remove_decorator(self) -> None:
        """Take the decorator out with the last property that it makes."""
        pending = [self.lazy.decorator] if self.lazy.decorator is not None else []
        removed: set[int] = {id(node) for one in self.lazy.function.decorator_list for node in ast.walk(one)}
        while pending:
            function = pending.pop()
            used = [n for n in ast.walk(self.syntax.tree) if isinstance(n, ast.Name) and n.id == function.name]
            inside = {id(node) for node in ast.walk(function)}
            if any(id(node) not in removed | inside for node in used):
                return
            removed |= inside
            first = min([function.lineno, *(one.lineno for one in function.decorator_list)])
            last, count = function.end_lineno or function.lineno, self.syntax.text.count("\n")
            while last < count and not self.syntax.index.line(last + 1).strip():
                last += 1
            self.renderer.add(
                Span(self.syntax.index.start(first), self.syntax.index.start(last + 1)), lambda: Rendered("", (0,))
            )
            names = {one.id for one in function.decorator_list if isinstance(one, ast.Name)}
            pending += [f for f in self.syntax.tree.body if isinstance(f, ast.FunctionDef) and f.name in names]


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return body[1:] if documented else body
