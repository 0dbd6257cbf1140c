"""The new text of a notebook's program, back in the notebook's cells."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tf2migrate.notebooks.script import ASIDE, NotebookError, NotebookScript, restored, shown_calls

_OLD_RUNTIME = re.compile(r"^%tensorflow_version\s+1")
_INSTALLS_1 = re.compile(r"pip3?\s+install\b.*\btensorflow(?:-gpu)?\s*(?:[=~]=|<=?)\s*[01]\b")


@dataclass(slots=True)
class _Block:
    """Some lines of the program that stay together, and how many of them came from each cell (by its index)."""

    lines: list[str]
    origins: dict[int, int] = field(default_factory=dict)

    def distance(self, cell: int) -> int:
        return sum(count * abs(cell - origin) for origin, count in self.origins.items())


@dataclass(frozen=True, slots=True)
class NewCells:
    """A notebook's bytes with the program's new text, and what a person should know: rows of the old text, and why."""

    data: bytes
    notes: tuple[tuple[int, str], ...]


def write_cells(
    data: bytes, document: dict[str, Any], script: NotebookScript, text: str, lines: Iterable[tuple[int, int]]
) -> NewCells:
    """Return the notebook in `data` (as JSON data: `document`) with `text` in its cells.

    `lines` pairs lines of `text` with lines of the program. The order of `text` is kept, so that a statement stands in
    the cell that most of it came from, or as near to that as what stands before and after it allows; what came from
    nowhere stands with what follows it. A cell of which nothing is left goes. Raises NotebookError where a line of
    IPython would be lost or run twice.
    """
    _check_asides(text, script)
    blocks = _blocks(text, script, lines)
    texts: list[list[str]] = [[] for _ in script.cells]
    for block, cell in zip(blocks, _places(blocks, len(script.cells)), strict=True):
        texts[cell] += block.lines
    bound = _bound_names(text)
    sources = {cell.number: _cell_text(texts[index], script, bound) for index, cell in enumerate(script.cells)}
    return NewCells(_encoded(data, _with_sources(document, sources)), tuple(_notes(script, bound)))


def _check_asides(text: str, script: NotebookScript) -> None:
    found = [int(match[2]) for line in text.split("\n") if (match := ASIDE.match(line))]
    for number, aside in enumerate(script.asides):
        if found.count(number) != 1:
            reason = f"`{aside.strip()}` would be {'run twice' if number in found else 'lost'}"
            raise NotebookError(
                *script.place(_row_of(number, script)), reason, "move it to a cell of its own that runs first"
            )


def _row_of(number: int, script: NotebookScript) -> int:
    rows = enumerate(script.text.split("\n"), 1)
    return next((row for row, line in rows if (match := ASIDE.match(line)) and int(match[2]) == number), 1)


def _blocks(text: str, script: NotebookScript, lines: Iterable[tuple[int, int]]) -> list[_Block]:
    """Return the top-level statements of `text`, and the comments between them, with their origins."""
    origins: dict[int, list[int]] = {}
    for line, original in lines:
        origins.setdefault(line, []).append(script.cell_index(original))
    rows = text.split("\n")
    blocks: list[_Block] = []
    start = 0
    for end in _ends(text, rows):
        block = _Block(rows[start:end])
        for line in range(start + 1, end + 1):
            for origin in origins.get(line, ()):
                block.origins[origin] = block.origins.get(origin, 0) + 1
        blocks.append(block)
        start = end
    while len(blocks) > 1 and not blocks[-1].origins:
        blocks[-2].lines += blocks.pop().lines  # nothing follows it that it could stand with
    if start < len(rows) and blocks:
        blocks[-1].lines += rows[start:]
    return blocks or [_Block(rows)]


def _ends(text: str, rows: Sequence[str]) -> list[int]:
    """Return the last rows of the blocks: of each statement, with the indented comments that follow it."""
    ends: list[int] = []
    for statement in ast.parse(text).body:
        assert statement.end_lineno is not None
        end = statement.end_lineno
        while end < len(rows) and rows[end].startswith((" ", "\t")) and rows[end].lstrip().startswith("#"):
            end += 1
        if ends and statement.lineno <= ends[-1]:
            ends.pop()  # two statements on one line
        ends.append(end)
    return ends


def _places(blocks: Sequence[_Block], cells: int) -> list[int]:
    """Return the cell of each block: never an earlier one than the block before, all together as near as can be."""
    best = [[0] * cells for _ in range(len(blocks) + 1)]  # [i][c]: cost of the blocks from i on, none before cell c
    choice = [[0] * cells for _ in blocks]
    for index in range(len(blocks) - 1, -1, -1):
        for cell in range(cells - 1, -1, -1):
            here = blocks[index].distance(cell) + best[index + 1][cell]
            later = best[index][cell + 1] if cell + 1 < cells else None
            if later is not None and later <= here:
                best[index][cell], choice[index][cell] = later, choice[index][cell + 1]
            else:
                best[index][cell], choice[index][cell] = here, cell
    places: list[int] = []
    for index in range(len(blocks)):
        places.append(choice[index][places[-1] if places else 0])
    return places


def _bound_names(text: str) -> frozenset[str]:
    """Return what the program binds outside of functions and classes."""
    names: set[str] = set()
    pending: list[ast.AST] = [ast.parse(text)]
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        pending += ast.iter_child_nodes(node)
    return frozenset(names)


def _is_gone(number: int, script: NotebookScript, bound: frozenset[str]) -> bool:
    """Say whether a put-aside line has nothing to stand for any more."""
    aside = script.asides[number]
    if number not in script.values:
        return bool(_OLD_RUNTIME.match(aside))
    names = {node.id for node in ast.walk(ast.parse(aside)) if isinstance(node, ast.Name)}
    return not names <= bound


def _cell_text(lines: list[str], script: NotebookScript, bound: frozenset[str]) -> str:
    kept: list[str] = []
    for line in lines:
        match = ASIDE.match(line)
        if not match or not _is_gone(int(match[2]), script, bound):
            kept.append(line)
        elif match[1]:  # it may be all that its block has
            kept.append(f"{match[1]}pass")
    cell = _magic_first(restored(_displayed(kept), script))
    return "\n".join(cell).strip("\n").rstrip() if any(line and not line.startswith("%%") for line in cell) else ""


def _displayed(lines: list[str]) -> list[str]:
    """Return a cell's lines with what is shown before its end displayed: a cell shows its last expression alone."""
    text = "\n".join(lines)
    last = max((statement.end_lineno or 0 for statement in ast.parse(text).body), default=0)
    for start, end, value in reversed(list(shown_calls(text))):
        if end < last:
            lines[start - 1 : end] = f"display({value})".split("\n")
    return lines


def _magic_first(lines: list[str]) -> list[str]:
    """Return a cell's lines with the magic that is for the whole cell at its top."""
    magic = [line for line in lines if line.startswith("%%")]
    return [*magic, *(line for line in lines if not line.startswith("%%"))] if magic else lines


def _notes(script: NotebookScript, bound: frozenset[str]) -> Iterable[tuple[int, str]]:
    for number, aside in enumerate(script.asides):
        if number in script.values and _is_gone(number, script, bound):
            yield _row_of(number, script), f"`{aside.strip()}` showed a value of the graph, and is left out"
        elif _INSTALLS_1.search(aside):
            yield _row_of(number, script), f"`{aside.strip()}` installs TensorFlow 1: take TensorFlow 2 instead"


def _with_sources(document: dict[str, Any], sources: Mapping[int, str]) -> dict[str, Any]:
    cells: list[Any] = []
    for number, cell in enumerate(document["cells"], 1):
        if number not in sources:
            cells.append(cell)
        elif sources[number]:
            cells.append({**cell, "source": _source_like(cell.get("source", ""), sources[number])})
    return {**document, "cells": cells}


def _source_like(before: str | list[str], text: str) -> str | list[str]:
    """Return a cell's source in the form that it had; the very one where nothing but its end changed."""
    old = "".join(before) if isinstance(before, list) else before
    if old.rstrip() == text:
        return before
    return text.splitlines(keepends=True) if isinstance(before, list) else text


def _encoded(data: bytes, document: dict[str, Any]) -> bytes:
    """Return a notebook's bytes in the form that they had: indentation, escapes, byte order mark, last line end."""
    before = data.decode("utf-8-sig")
    indent = re.match(r"\{\r?\n([ \t]+)", before)
    escaped = before.isascii() and "\\u" in before
    text = json.dumps(
        document,
        ensure_ascii=escaped,
        indent=indent[1] if indent else None,
        separators=None if indent or '": ' in before else (",", ":"),
    )
    text += before[len(before.rstrip()) :]
    return (b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b"") + text.encode("utf-8", "surrogatepass")
