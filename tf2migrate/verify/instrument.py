"""Puts recorder calls round the run sites of a program's text, and names what they fetch."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tf2migrate.model.plan import Path as LeafPath
from tf2migrate.model.plan import SourceMap
from tf2migrate.model.source import NodeRef, Span

SITE = "__tf2migrate_site__"


@dataclass(frozen=True, slots=True)
class Site:
    """A run site on both sides. Several sites may share an original expression or a migrated one."""

    original: str  # "file:line"
    migrated: str
    leaves: tuple[tuple[LeafPath, LeafPath | None], ...]
    original_number: int
    migrated_number: int
    names: tuple[str, ...]  # what each leaf is called in the original's text


def line_starts(text: str) -> list[int]:
    """Return the offset of each line of `text`, whose line ends are "\\n"."""
    starts = [0]
    for line in text.split("\n")[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    return starts


def span_of(text: str, starts: Sequence[int], node: NodeRef) -> Span:
    """Return the code points that `node` covers; its columns are UTF-8 bytes."""

    def offset(line: int, column: int) -> int:
        start = starts[line - 1]
        end = starts[line] if line < len(starts) else len(text)
        return start + len(text[start:end].encode("utf-8")[:column].decode("utf-8", "ignore"))

    return Span(offset(node.line, node.column), offset(node.end_line, node.end_column))


def instrument(text: str, sites: Iterable[tuple[Span, int]]) -> str:
    """Return `text` with each span handed to the recorder under its number. Lines stay where they are."""
    insertions: list[tuple[tuple[int, int, int], int, str]] = []
    for span, number in sites:
        # At one offset ends come before starts; of two starts the longer span is outside, of two ends the shorter one.
        insertions.append(((span.start, 1, -span.end), span.start, f"{SITE}({number}, ("))
        insertions.append(((span.end, 0, -span.start), span.end, "))"))
    parts: list[str] = []
    done = 0
    for _, offset, inserted in sorted(insertions):
        parts += [text[done:offset], inserted]
        done = offset
    return "".join([*parts, text[done:]])


def is_expression(text: str) -> bool:
    """Say whether `text` is one expression, so that it can be an argument in parentheses."""
    try:
        for bracketed in (f"({text}\n)", f"[{text}\n]"):  # either kind alone would let the other one's halves through
            ast.parse(bracketed, mode="eval")
    except (SyntaxError, ValueError):
        return False
    return bool(text.strip())


def leaf_names(text: str, leaves: Iterable[LeafPath]) -> tuple[str, ...]:
    """Return for each path what the original's text says is fetched there, or the path itself."""
    fetch = _fetch_expression(text)
    return tuple(_leaf_name(fetch, path) for path in leaves)


def _fetch_expression(text: str) -> ast.expr | None:
    try:
        call = ast.parse(f"({text}\n)", mode="eval").body
    except (SyntaxError, ValueError):
        return None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    if call.func.attr != "run":
        return call.func.value
    named = [keyword.value for keyword in call.keywords if keyword.arg == "fetches"]
    return call.args[0] if call.args else named[0] if named else call.func.value


def _leaf_name(fetch: ast.expr | None, path: LeafPath) -> str:
    for step in path:
        match fetch, step:
            case (ast.List() | ast.Tuple()) as nest, int() if step < len(nest.elts):
                fetch = nest.elts[step]
            case ast.Dict() as nest, _:
                keys = [key.value if isinstance(key, ast.Constant) else None for key in nest.keys]
                fetch = nest.values[keys.index(step)] if step in keys else None
            case _:
                base = ast.unparse(fetch) if fetch is not None else "result"
                return base + "".join(f"[{item!r}]" for item in path[path.index(step) :])
    return ast.unparse(fetch) if fetch is not None else "result" + "".join(f"[{item!r}]" for item in path)


def statement_starts(text: str) -> dict[int, int]:
    """Return for each line the first line of the innermost statement that covers it; nothing for invalid text."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    starts: dict[int, int] = {}
    for node in ast.walk(tree):  # outer statements come first
        if isinstance(node, ast.stmt):
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                starts[line] = node.lineno
    return starts


def corresponding_lines(
    source_map: SourceMap, original: dict[int, int], migrated: dict[int, int]
) -> dict[int, tuple[int, ...]]:
    """Return for each migrated line the first lines of the original statements that its statement stands for."""
    of_statement: dict[int, set[int]] = {}
    for line, original_line in source_map.lines:
        of_statement.setdefault(migrated.get(line, line), set()).add(original.get(original_line, original_line))
    lines = {line for line, _ in source_map.lines} | set(migrated)
    return {
        line: tuple(sorted(of_statement[start]))
        for line in lines
        if (start := migrated.get(line, line)) in of_statement
    }
