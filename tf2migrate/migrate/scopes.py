"""Variable scopes, sessions and graphs go: what scopes shared by name is shared by object."""

from __future__ import annotations

import ast

from tf2migrate.migrate.entering import VARIABLE_SCOPES, Entering
from tf2migrate.migrate.functions import end_with_comment, own_comment_rows
from tf2migrate.migrate.render import Rendered, reindent
from tf2migrate.migrate.syntax import Syntax, with_commas
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.source import NodeRef, Span
from tf2migrate.names import Names as Symbols
from tf2migrate.source import node_ref

_REUSE = "reuse_variables"


def dissolve_scopes(bench: Workbench, home_statements: frozenset[NodeRef]) -> None:
    """Register the dissolution of scopes and sessions in functions; those of home bodies go with their blocks."""
    symbols, entering, path = Symbols(bench.syntax.tree), Entering(bench.view), bench.syntax.path
    for node in ast.walk(bench.syntax.tree):
        if not isinstance(node, ast.stmt) or node_ref(path, node) in home_statements:
            continue
        if isinstance(node, ast.With):
            entered = [item.context_expr for item in node.items]
            gone = {n for n, e in enumerate(entered) if is_variable_scope(symbols, e) or entering.is_owner(path, e)}
            if len(gone) == len(entered):
                _dissolve(bench, node)
            elif gone:
                drop_items(bench, node, gone)
        elif is_reuse(node):
            parent = bench.syntax.parents[node]
            if not (isinstance(parent, ast.stmt) and is_reuse(parent)):  # it goes with the condition around it
                remove_statement(bench, node)


def is_variable_scope(symbols: Symbols, entered: ast.expr) -> bool:
    """Say whether an item of a `with` makes a variable scope."""
    return isinstance(entered, ast.Call) and symbols.path(entered.func) in VARIABLE_SCOPES


def drop_items(bench: Workbench, node: ast.With, gone: set[int]) -> None:
    """Take some of the items out of a `with` that stays."""
    ends = [bench.syntax.span(item.optional_vars or item.context_expr).end for item in node.items]
    starts = [bench.syntax.span(item.context_expr).start for item in node.items]
    for span in with_commas(list(zip(starts, ends, strict=True)), gone):
        bench.renderer.add(span, "")


def is_reuse(node: ast.stmt) -> bool:
    """Say whether a statement only turns reuse on: `scope.reuse_variables()`, alone or under a condition."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name), args=[], keywords=[])):
            return name == _REUSE
        case ast.If(body=body, orelse=[]):
            return all(is_reuse(statement) for statement in body)
        case _:
            return False


def _dissolve(bench: Workbench, node: ast.With) -> None:
    syntax = bench.syntax
    outer = syntax.index.indent(node.lineno)
    first = node.body[0]
    inner = syntax.index.indent(first.lineno)
    start = min([first.lineno, *own_comment_rows(syntax, syntax.span(first))])
    body = Span(syntax.index.start(start) + len(inner), end_with_comment(syntax, syntax.span(node.body[-1])))
    if first.lineno == node.lineno:
        body = Span(syntax.span(first).start, body.end)

    def build() -> Rendered:
        text = reindent(bench.renderer.render(body), inner, outer)
        marks = tuple(mark.moved(-len(outer)) for mark in text.marks)
        return Rendered(text.text[len(outer) :], text.lines, marks)  # the first line's indent stands already

    bench.renderer.add(Span(syntax.span(node).start, body.end), build)


def remove_statement(bench: Workbench, node: ast.stmt) -> None:
    """Take a statement out with its lines and comments; one that is alone in its block leaves `pass`."""
    syntax: Syntax = bench.syntax
    parent = syntax.parents[node]
    siblings = next((suite for suite in _suites(parent) if node in suite), [node])
    span = Span(syntax.span(node).start, end_with_comment(syntax, syntax.span(node)))
    if len(siblings) == 1:
        bench.renderer.add(span, "pass")
        return
    row = min([syntax.index.location(span.start).row, *own_comment_rows(syntax, span)])
    bench.renderer.add(Span(syntax.index.start(row) - 1, span.end), "")


def _suites(node: ast.AST) -> list[list[ast.stmt]]:
    return [suite for name in ("body", "orelse", "finalbody") if isinstance(suite := getattr(node, name, None), list)]
