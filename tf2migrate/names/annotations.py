"""Annotations that are written as texts: `session: "tf.Session"`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_EXPRESSION = re.compile(r"\w[\w.\[\]|, ]*")


def quoted_expressions(annotation: ast.expr) -> Iterator[ast.expr]:
    """Yield the expressions that stand as texts in an annotation, with their places in the file."""
    pending: list[ast.AST] = [annotation]
    while pending:
        part = pending.pop()
        match part:
            case ast.Constant(value=str()):
                expression = _parsed(part)
                if expression is not None:
                    yield expression
            case ast.Subscript(value=ast.Name(id="Literal") | ast.Attribute(attr="Literal")):
                continue  # its texts are values
            case ast.Subscript(
                value=ast.Name(id="Annotated") | ast.Attribute(attr="Annotated"), slice=ast.Tuple(elts=parts)
            ):
                pending += parts[:1]  # what follows the type is not for type checkers
            case _:
                pending.extend(ast.iter_child_nodes(part))


def _parsed(text: ast.Constant) -> ast.expr | None:
    """Return the expression in a text; None where that is none, or its characters are not those between the quotes."""
    value: str = text.value  # type: ignore[assignment]
    plain = text.end_lineno == text.lineno and (text.end_col_offset or 0) - text.col_offset == len(value) + 2
    if not plain or not value.isascii() or not _EXPRESSION.fullmatch(value):
        return None
    try:
        expression = ast.parse(value, mode="eval").body
    except SyntaxError:
        return None
    for part in ast.walk(expression):
        if isinstance(part, ast.expr):
            part.lineno = part.end_lineno = text.lineno
            part.col_offset += text.col_offset + 1
            part.end_col_offset = (part.end_col_offset or 0) + text.col_offset + 1
    return expression
