"""Edits that add or remove an import."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.model.source import Edit, Span
from tf2migrate.source.file import parse_text
from tf2migrate.source.lines import LineIndex


def add_import(text: str, statement: str) -> Edit | None:
    """Return the insertion that adds `statement` after the imports at the top; None where the module has it already."""
    tree = parse_text(text, "<text>")
    wanted = ast.dump(ast.parse(statement).body[0])
    if any(ast.dump(node) == wanted for node in tree.body):
        return None
    lines = LineIndex(text)
    anchor = _last_leading_import(tree.body)
    if anchor is None:
        return Edit(_point(lines.start(tree.body[0].lineno) if tree.body else len(text)), statement + "\n")
    assert anchor.end_lineno is not None
    offset = lines.start(anchor.end_lineno + 1)
    ended = text[:offset].endswith("\n")
    return Edit(_point(offset), f"{statement}\n" if ended else f"\n{statement}")


def remove_import(text: str, name: str) -> Edit | None:
    """Return the deletion of the first import that binds `name`; None where nothing does.

    A statement that imports other names keeps them; one that is alone in its block becomes `pass`; a comment on the
    line of a deleted statement goes with it.
    """
    lines = LineIndex(text)
    for block in _blocks(parse_text(text, "<text>")):
        for statement in block:
            if not isinstance(statement, ast.Import | ast.ImportFrom):
                continue
            for index, alias in enumerate(statement.names):
                if (alias.asname or alias.name.partition(".")[0]) == name:
                    return _without_alias(text, lines, block, statement, index)
    return None


def _without_alias(
    text: str, lines: LineIndex, block: list[ast.stmt], statement: ast.Import | ast.ImportFrom, index: int
) -> Edit:
    spans = [lines.node_span(alias) for alias in statement.names]
    if len(spans) > 1:
        if index:
            return Edit(Span(spans[index - 1].end, spans[index].end), "")
        return Edit(Span(spans[0].start, spans[1].start), "")
    span = lines.node_span(statement)
    if len(block) == 1:
        return Edit(span, "pass")
    whole = lines.lines_span(span)
    before, after = text[whole.start : span.start].strip(), text[span.end : whole.end].strip()
    if not before and (not after or after.startswith("#")):
        return Edit(whole, "")
    end = span.end
    while end < len(text) and text[end] in " \t;":
        end += 1
    return Edit(Span(span.start, end), "" if text[end : end + 1] not in ("\n", "#", "") else "pass")


def _last_leading_import(body: list[ast.stmt]) -> ast.stmt | None:
    """Return the last of the docstring and imports that the module begins with; later imports do not count."""
    last: ast.stmt | None = None
    for position, statement in enumerate(body):
        docstring = position == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not docstring and not isinstance(statement, ast.Import | ast.ImportFrom):
            break
        last = statement
    return last


def _blocks(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                yield block


def _point(offset: int) -> Span:
    return Span(offset, offset)
