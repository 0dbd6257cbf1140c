"""Functions inside of methods that make state and compute: methods beside them, which may be outlined.

It is text before planning, as inlining is.
"""

from __future__ import annotations

import ast

from tf2migrate.migrate.functions import own_comment_rows
from tf2migrate.migrate.inlining import Inlined
from tf2migrate.migrate.render import Rendered, Renderer, Replacement, concat, join, reindent
from tf2migrate.migrate.state_members import StateFacts
from tf2migrate.migrate.syntax import Names, Syntax
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import Program
from tf2migrate.model.source import Span


def make_method(program: Program, path: str, text: str) -> Inlined | None:
    """Return the text with one function of a method as a method of its own, None where there is none to write so."""
    view, syntax = ProgramView(program), Syntax.parse(path, text)
    facts = StateFacts(view, {path: syntax})
    done: set[object] = set()
    for frame in program.frames:
        function = syntax.nodes.get(frame.definition) if frame.definition is not None else None
        if frame.definition in done or not isinstance(function, ast.FunctionDef) or frame.kind != "function":
            continue
        done.add(frame.definition)
        outer = syntax.parents[function]
        method = isinstance(outer, ast.FunctionDef) and isinstance(syntax.parents[outer], ast.ClassDef)
        if method and isinstance(outer, ast.FunctionDef) and facts.is_mixed(frame.id):
            found = _lifted(syntax, outer, function)
            if found is not None:
                return found
    return None


def _lifted(syntax: Syntax, method: ast.FunctionDef, function: ast.FunctionDef) -> Inlined | None:
    uses = [n for n in ast.walk(method) if isinstance(n, ast.Name) and n.id == function.name]
    calls = [syntax.parents[use] for use in uses]
    called = all(isinstance(call, ast.Call) and call.func is use for call, use in zip(calls, uses, strict=True))
    plain = bool(method.args.args) and not method.decorator_list and not function.decorator_list
    if not uses or not called or not plain or len(method.body) < 2 or function.args.posonlyargs:
        return None
    receiver = method.args.args[0].arg
    if not _sees_receiver_alone(method, function, receiver):
        return None
    taken = Names(ast.Module([], []))
    taken.take(node.attr for node in ast.walk(syntax.tree) if isinstance(node, ast.Attribute))
    taken.take(n.name for n in ast.walk(syntax.tree) if isinstance(n, ast.FunctionDef) and n is not function)
    name = taken.fresh(function.name, f"_{function.name}")
    renderer = Renderer(syntax.text, syntax.index)
    for use in uses:
        renderer.add(syntax.span(use), f"{receiver}.{name}")
    _move(syntax, renderer, method, function, name)
    rendered = renderer.render(Span(0, len(syntax.text)))
    try:
        ast.parse(rendered.text)
    except SyntaxError:
        return None  # a form of layout that this does not foresee
    return Inlined(rendered.text, rendered.lines)


def _sees_receiver_alone(method: ast.FunctionDef, function: ast.FunctionDef, receiver: str) -> bool:
    """Say whether a function reads nothing of the method around it but the object."""
    inside = {id(node) for node in ast.walk(function)}
    bound = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    bound |= {argument.arg for argument in ast.walk(function) if isinstance(argument, ast.arg)}
    free = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)} - bound
    outer = [node for node in ast.walk(method) if id(node) not in inside]
    local = {n.id for n in outer if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    local |= {argument.arg for argument in ast.walk(method.args) if isinstance(argument, ast.arg)}
    local |= {n.name for n in outer if isinstance(n, (ast.FunctionDef, ast.ClassDef)) and n is not method}
    unusual = any(isinstance(node, (ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom)) for node in ast.walk(function))
    return not unusual and free & local <= {receiver} and receiver not in bound and function.name not in free


def _move(syntax: Syntax, renderer: Renderer, method: ast.FunctionDef, function: ast.FunctionDef, name: str) -> None:
    """Register the removal of a function from its method, and the new method behind that."""
    span, receiver = syntax.span(function), method.args.args[0].arg
    old, new = syntax.index.indent(function.lineno), syntax.index.indent(method.lineno)
    rows = own_comment_rows(syntax, span)
    named = syntax.text.index(function.name, span.start)
    opening = syntax.text.index("(", named) + 1
    empty = not (function.args.args or function.args.kwonlyargs or function.args.vararg or function.args.kwarg)
    given = receiver if empty else f"{receiver}, "
    extra = [
        Replacement(Span(named, named + len(function.name)), lambda: Rendered.new(name, function.lineno)),
        Replacement(Span(opening, opening), lambda: Rendered.new(given, function.lineno)),
    ]
    comments = [Rendered.new(new + syntax.index.line(row).strip(), row) for row in rows]
    text = reindent(concat([old, renderer.render(span, extra=extra)]), old, new)
    end = syntax.span(method).end
    renderer.add(Span(end, end), lambda: join("\n", ["", "", *comments, text]))
    first, last = min([function.lineno, *rows]), function.end_lineno or function.lineno
    while not syntax.index.line(last + 1).strip() and last + 1 < (method.end_lineno or last):
        last += 1
    renderer.add(Span(syntax.index.start(first), syntax.index.start(last + 1)), lambda: Rendered("", (0,)))
