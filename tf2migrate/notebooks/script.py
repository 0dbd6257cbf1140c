"""A notebook as the program that it is when its cells run from the first to the last."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tf2migrate.model.results import CellStart
from tf2migrate.notebooks.reading import MAGIC_LINE, MAGIC_VALUE, cell_lines, code_cells, is_python, read_document
from tf2migrate.source import LineIndex, parse_text

# A statement of no effect in the place of a line that is IPython's or only shows a value; the number says which.
_ASIDE = "0#tf2migrate:aside-{}"
ASIDE = re.compile(r"^([ \t]*)0\s*#\s*tf2migrate:aside-(\d+)[ \t]*$")
# What a cell shows at its end is printed in the program. Nobody writes this argument: by it the call is found again.
_SHOWN = ("print(", ", flush=0)")
_FUTURE = re.compile(r"^from __future__ import [\w, ]+$")
_RUNS = frozenset({"run", "eval"})


class NotebookError(Exception):
    """What keeps a notebook from being a program, at a row of the cell with this number."""

    def __init__(self, cell: int, row: int, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.cell, self.row, self.reason, self.advice = cell, row, reason, advice


@dataclass(frozen=True, slots=True)
class NotebookScript:
    """The program of a notebook.

    `cells` says where in `text` each code cell begins; `asides` holds what the numbered statements without effect
    stand for, `values` the numbers of those that only show the value of a name.
    """

    text: str
    cells: tuple[CellStart, ...]
    asides: tuple[str, ...]
    values: frozenset[int]

    def cell_index(self, row: int) -> int:
        """Return which of the cells a row of the program stands in."""
        return max(bisect_right(self.cells, row, key=lambda cell: cell.row) - 1, 0)

    def place(self, row: int) -> tuple[int, int]:
        """Return the number of the cell that a row of the program stands in, and the row there."""
        if not self.cells:
            return 0, row
        cell = self.cells[self.cell_index(row)]
        return cell.number, row - cell.row + 1


def read_script(path: str, data: bytes, silent: Collection[int] = ()) -> NotebookScript:
    """Return the program of the notebook in `data`: it prints the runs that cells show at their ends.

    `silent` are rows of the program where a run is not printed, as one of an operation without a value.
    Raises SourceError where `data` is no notebook of Python 3, and NotebookError where it is no program.
    """
    lines: list[str] = []
    cells: list[CellStart] = []
    asides: list[str] = []
    values: set[int] = set()
    for number, source in code_cells(read_document(path, data)["cells"]):
        cell = _without_magic(number, source, asides)
        if is_python(cell) and not _statements(cell):
            continue  # comments stay where they are
        cells.append(CellStart(len(lines) + 1, number))
        shown = _last_expression(cell)
        if shown is not None and len(lines) + shown.lineno not in silent:
            cell = _with_shown(cell, shown, asides, values)
        lines += cell.split("\n")
    text = "".join(line + "\n" for line in lines)
    parse_text(text, path)
    return NotebookScript(text, tuple(cells), tuple(asides), frozenset(values))


def plain_text(text: str, script: NotebookScript) -> str:
    """Return a text of the program as cells have it: IPython's lines as they were, what is shown without print."""
    return "\n".join(restored(text.split("\n"), script))


def restored(lines: list[str], script: NotebookScript) -> list[str]:
    """Return lines of the program as a cell has them."""
    result = list(lines)
    for start, end, value in reversed(list(shown_calls("\n".join(lines)))):
        result[start - 1 : end] = value.split("\n")
    return [_original(line, script) for line in result]


def shown_calls(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield first and last line of each statement that prints what a cell shows, and the expression that it prints."""
    for statement in ast.parse(text).body:
        if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
            continue
        call = statement.value
        marks = [one for one in call.keywords if one.arg == "flush" and isinstance(one.value, ast.Constant)]
        if isinstance(call.func, ast.Name) and call.func.id == "print" and marks and marks[0].value.value == 0:  # type: ignore[attr-defined]
            assert statement.end_lineno is not None
            yield statement.lineno, statement.end_lineno, ast.get_source_segment(text, call.args[0]) or ""


def _original(line: str, script: NotebookScript) -> str:
    match = ASIDE.match(line)
    return match[1] + script.asides[int(match[2])] if match else line


def _without_magic(number: int, source: str, asides: list[str]) -> str:
    """Return a cell's text with IPython's lines, and imports from the future, as statements without effect."""
    plain = is_python(source)
    lines: list[str] = []
    goes_on = False  # a command that ends in a backslash
    for row, line in enumerate(cell_lines(textwrap.dedent(source)), 1):
        if not plain and MAGIC_VALUE.match(line):
            reason = f"`{line.strip()}` takes what a command of IPython gives"
            raise NotebookError(number, row, reason, "write it in Python")
        magic = None if plain else MAGIC_LINE.match(line)
        if goes_on:
            asides[-1] += f"\n{line}"
            lines.append("")
        elif magic or _FUTURE.match(line):
            indent = magic[1] if magic else ""
            lines.append(indent + _ASIDE.format(len(asides)))
            asides.append(line[len(indent) :])
        else:
            lines.append(line)
        goes_on = line.endswith("\\") and (goes_on or magic is not None)
    return "\n".join(lines)


def _with_shown(cell: str, shown: ast.expr, asides: list[str], values: set[int]) -> str:
    """Return a cell's text with the value that it shows at its end printed, or put aside where that is a name's."""
    span = LineIndex(cell).node_span(shown)
    if any(isinstance(node, ast.Call) for node in ast.walk(shown)):
        if not any(isinstance(node, ast.Attribute) and node.attr in _RUNS for node in ast.walk(shown)):
            return cell
        before, after = _SHOWN
        return cell[: span.start] + before + cell[span.start : span.end] + after + cell[span.end :]
    if shown.lineno != shown.end_lineno or isinstance(shown, ast.Constant):
        return cell
    values.add(len(asides))
    asides.append(cell[span.start :].partition("\n")[0])
    return cell[: span.start] + _ASIDE.format(len(asides) - 1) + cell[span.start + len(asides[-1]) :]


def _last_expression(cell: str) -> ast.expr | None:
    """Return the expression whose value a cell shows: its last statement, alone on its lines, without a semicolon."""
    body = _statements(cell)
    if not body or not isinstance(body[-1], ast.Expr) or cell.rstrip().endswith(";"):
        return None
    alone = len(body) == 1 or body[-2].end_lineno != body[-1].lineno
    return body[-1].value if alone else None


def _statements(cell: str) -> list[ast.stmt]:
    """Return the statements of a cell; none where it does not parse, which is told of the whole program."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(cell).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return []
