"""Names for what an object holds of the graph: they are read where they are used, so that steps of the object serve.

It is text before planning, as inlining is.
"""

from __future__ import annotations

import ast
from collections import defaultdict

from tf2migrate.migrate.functions import own_comment_rows
from tf2migrate.migrate.inlining import Inlined
from tf2migrate.migrate.render import Rendered, Renderer
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.view import COMPUTE_KINDS, ProgramView
from tf2migrate.model.facts import GraphValue, Kind, Program
from tf2migrate.model.source import Span
from tf2migrate.source import node_ref

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.Module)


def remove_alias(program: Program, path: str, text: str) -> Inlined | None:
    """Return the text without one `name = object.attribute` or `name = other` of a graph value, None without any."""
    view, syntax = ProgramView(program), Syntax.parse(path, text)
    held: dict[object, set[bool]] = defaultdict(set)
    for read in program.reads:
        if read.place.expression.kind in ("Name", "Attribute"):
            kind = view.nodes[read.value.node].kind if isinstance(read.value, GraphValue) else None
            held[read.place.expression].add(kind in COMPUTE_KINDS or kind is Kind.PLACEHOLDER)
    for statement in ast.walk(syntax.tree):
        match statement:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=(ast.Attribute(value=ast.Name(id=root)) | ast.Name(id=root)) as value,
            ) if held.get(node_ref(path, value)) == {True}:
                found = _without(syntax, statement, name, root, value)
                if found is not None:
                    return found
    return None


def _without(syntax: Syntax, statement: ast.Assign, name: str, root: str, value: ast.expr) -> Inlined | None:
    scope: ast.AST = syntax.parents[statement]
    while not isinstance(scope, _SCOPES):
        if not isinstance(scope, (ast.With, ast.If)) or (isinstance(scope, ast.If) and not _is_guard(scope)):
            return None
        scope = syntax.parents[scope]
    if isinstance(scope, ast.ClassDef) or len(getattr(syntax.parents[statement], "body", [])) < 2:
        return None
    if not (is_bound_once(syntax, scope, name) and is_bound_once(syntax, scope, root)):
        return None
    uses = [n for n in ast.walk(scope) if isinstance(n, ast.Name) and n.id == name and n is not statement.targets[0]]
    if any(not isinstance(use.ctx, ast.Load) or use.lineno <= statement.lineno for use in uses):
        return None
    return written_out(syntax, statement, uses, value)


def written_out(syntax: Syntax, statement: ast.stmt, uses: list[ast.Name], value: ast.expr) -> Inlined | None:
    """Return the text without a statement, and with a value where the name stands that the statement gives it."""
    renderer = Renderer(syntax.text, syntax.index)
    source = " ".join(syntax.source(value).split())
    for use in uses:
        renderer.add(syntax.span(use), source)
    first = min([statement.lineno, *own_comment_rows(syntax, syntax.span(statement))])
    start, end = syntax.index.start(first), syntax.index.start((statement.end_lineno or first) + 1)
    renderer.add(Span(start, end), lambda: Rendered("", (0,)))
    rendered = renderer.render(Span(0, len(syntax.text)))
    try:
        ast.parse(rendered.text)
    except SyntaxError:
        return None  # a form of layout that this does not foresee
    return Inlined(rendered.text, rendered.lines)


def _is_guard(node: ast.If) -> bool:
    test = node.test
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def is_bound_once(syntax: Syntax, scope: ast.AST, name: str) -> bool:
    """Say whether a name has one value in a scope and means nothing else in those inside of it."""
    count = 0
    for node in ast.walk(syntax.tree if isinstance(scope, ast.Module) else scope):
        match node:
            case ast.Name(id=found, ctx=ast.Store() | ast.Del()) if found == name:
                count += 1
            case ast.arg(arg=found) if found == name:
                count += 1 if syntax.parents.get(syntax.parents[node]) is scope else 2
            case ast.Global(names=names) | ast.Nonlocal(names=names) if name in names:
                return False
            case _:
                pass
    return count == 1
