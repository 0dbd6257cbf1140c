"""Imports after a migration: the name of TensorFlow, and imports that nothing needs any more."""

from __future__ import annotations

import ast

from tf2migrate.migrate.render import Mark, Rendered
from tf2migrate.model.source import Span
from tf2migrate.source import LineIndex


def tf_alias(tree: ast.Module) -> str:
    """Return the expression that denotes TensorFlow in a module."""
    plain = None
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name in ("tensorflow", "tensorflow.compat.v1", "tensorflow.compat.v2"):
                    if alias.asname:
                        return alias.asname
                    plain = plain or "tensorflow"
        if isinstance(node, ast.ImportFrom) and node.module == "tensorflow.compat":
            for alias in node.names:
                if alias.name == "v1" and alias.asname:
                    return alias.asname
    return plain or "tf"


def remove_unused_imports(before: str, after: Rendered) -> Rendered:
    """Return the text without TensorFlow imports that were used before and are not used now."""
    try:
        tree = ast.parse(after.text)
    except SyntaxError:
        return after
    gone = _used(ast.parse(before)) - _used(tree)
    rows: set[int] = set()
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)) and _is_tensorflow(node):
            bound = {alias.asname or alias.name.split(".")[0] for alias in node.names}
            if bound <= gone:
                rows.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return _without_rows(after, rows) if rows else after


def _is_tensorflow(node: ast.Import | ast.ImportFrom) -> bool:
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    return all(name.split(".")[0] == "tensorflow" for name in names)


def _used(tree: ast.Module) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _without_rows(text: Rendered, rows: set[int]) -> Rendered:
    index = LineIndex(text.text)
    cuts = sorted((index.start(row), index.start(row + 1)) for row in rows)

    def moved(offset: int) -> int:
        return offset - sum(min(end, offset) - start for start, end in cuts if start < offset)

    kept = [line for number, line in enumerate(text.text.split("\n"), 1) if number not in rows]
    lines = tuple(line for number, line in enumerate(text.lines, 1) if number not in rows)
    marks = tuple(Mark(m.site, Span(moved(m.span.start), moved(m.span.end))) for m in text.marks)
    return Rendered("\n".join(kept), lines, marks)
