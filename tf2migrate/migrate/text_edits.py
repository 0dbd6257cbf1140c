"""Edits of whole statements, for texts that are written otherwise before they are planned."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from tf2migrate.migrate.inlining import Inlined
from tf2migrate.migrate.render import Rendered, edited
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.texts import Texts
from tf2migrate.model.source import Edit, Span


def with_edits(texts: Texts, path: str, edits: Sequence[Edit]) -> Texts | None:
    """Return the texts with edits in one file; None where that gives no Python, in a layout that nobody foresaw."""
    text = texts.source(path).text
    rendered = edited(Rendered(text, tuple(range(1, text.count("\n") + 2))), edits)
    kept = len(rendered.text.rstrip("\n"))
    if not text.endswith("\n") and kept < len(rendered.text):  # the last statement is gone, and the file ends as it did
        rendered = edited(rendered, [Edit(Span(kept, len(rendered.text)), "")])
    try:
        ast.parse(rendered.text)
    except SyntaxError:
        return None
    return texts.then(path, Inlined(rendered.text, rendered.lines))


def removals(syntax: Syntax, statements: Sequence[ast.stmt]) -> list[Edit]:
    """Return the edits that take statements out, with a `finally` that has no others."""
    going, made = set(statements), [removal(syntax, statement) for statement in dict.fromkeys(statements)]
    for block in {syntax.parents[statement] for statement in statements}:
        suites = [getattr(block, name, []) for name in ("body", "orelse", "finalbody")]
        for suite in suites:
            if len(suite) < (1 if suite is suites[2] else 2) or not going.issuperset(suite):
                continue
            spans = [syntax.span(statement) for statement in suite]
            made = [
                edit for edit in made if not any(s.start < edit.span.end and edit.span.start < s.end for s in spans)
            ]
            last = isinstance(block, ast.Try) and suite is block.finalbody and (block.orelse or block.handlers)
            made.append(
                _clause(syntax, last[-1], spans[-1]) if last else Edit(Span(spans[0].start, spans[-1].end), "pass")
            )
    return made


def _clause(syntax: Syntax, before: ast.AST, last: Span) -> Edit:
    """Return the edit that takes out the last clause of a statement, up to the end of its suite."""
    start = syntax.index.start(before.end_lineno + 1)  # type: ignore[attr-defined]
    end = syntax.text.find("\n", last.end) + 1 or len(syntax.text)
    return Edit(Span(start, end), "")


def removal(syntax: Syntax, statement: ast.stmt) -> Edit:
    """Return the edit that takes a statement out; one that stands alone leaves a `pass`."""
    parent = syntax.parents[statement]
    suites = [getattr(parent, name, []) for name in ("body", "orelse", "finalbody")]
    alone = any(suite == [statement] for suite in suites)
    span = syntax.span(statement)
    start, end = syntax.index.start(statement.lineno), syntax.text.find("\n", span.end) + 1 or len(syntax.text)
    if alone or syntax.text[span.end : end].strip() or syntax.text[start : span.start].strip():
        return Edit(span, "pass")
    return Edit(Span(start, end), "")


def insertion_before(syntax: Syntax, statement: ast.stmt, line: str) -> Edit:
    """Return the edit that puts a line before a statement."""
    start = syntax.index.start(statement.lineno)
    return Edit(Span(start, start), f"{syntax.index.indent(statement.lineno)}{line}\n")


def insertion_behind(syntax: Syntax, statement: ast.stmt, lines: list[str], at: ast.stmt | None = None) -> Edit:
    """Return the edit that puts lines behind the last line of a statement, indented as it is, or as another one."""
    start = syntax.index.start(statement.end_lineno or statement.lineno)
    end = start + len(syntax.text[start:].split("\n", 1)[0])
    indent = syntax.index.indent((at or statement).lineno)
    return Edit(Span(end, end), "".join(f"\n{indent}{line}" for line in lines))
