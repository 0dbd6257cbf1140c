"""Code cells of Jupyter notebooks as one Python text."""

from __future__ import annotations

import ast
import json
import re
import textwrap
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tf2migrate.model.results import CellStart
from tf2migrate.source import SourceError

_PYTHON_CELL_MAGICS = frozenset({"%%time", "%%timeit", "%%capture", "%%prun"})
MAGIC_LINE = re.compile(r"^(\s*)([%!?].*|[^#]*[\w\])]\?{1,2}\s*)$")
MAGIC_VALUE = re.compile(r"^(\s*[\w.,\[\] ]+=\s*)([%!].*)$")


@dataclass(frozen=True, slots=True)
class Notebook:
    """The code of a notebook: its code cells joined, IPython's own syntax replaced by as many neutral characters."""

    text: str
    cells: tuple[CellStart, ...]


def read_notebook(path: str, data: bytes) -> Notebook:
    """Return the code of the notebook in `data`; raise SourceError where it is no notebook or not one of Python."""
    lines: list[str] = []
    cells: list[CellStart] = []
    for number, source in code_cells(read_document(path, data)["cells"]):
        if source[:1] in (" ", "\t"):
            lines.append("if 1:")  # IPython takes the indent of a cell's first line off all its lines
        cells.append(CellStart(len(lines) + 1, number))
        lines += _neutral_lines(source)
    return Notebook("".join(line + "\n" for line in lines), tuple(cells))


def read_document(path: str, data: bytes) -> dict[str, Any]:
    """Return the notebook in `data` as JSON data; raise SourceError where it is none, or not one of Python."""
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise SourceError(f"{path}: is not a Jupyter notebook: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("cells"), list):
        raise SourceError(f"{path}: is not a Jupyter notebook of format 4 (open and save it with a current Jupyter)")
    language = _language(document)
    if language not in ("", "python", "ipython", "python3"):
        raise SourceError(f"{path}: is a notebook in {language}, not in Python")
    return document


def code_lines(data: bytes) -> bytes:
    """Return a notebook with its lines of code as lines, for whoever only searches: nothing of the code is left out."""
    return data.replace(b"\\n", b"\n").replace(b'"', b"\n")


def _language(document: dict[str, object]) -> str:
    metadata = document.get("metadata")
    info = metadata.get("language_info") if isinstance(metadata, dict) else None
    return str(info.get("name", "")).lower() if isinstance(info, dict) else ""


def code_cells(cells: list[object]) -> Iterator[tuple[int, str]]:
    """Yield the number and the text of each cell of Python code, whatever line ends it has."""
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source", "")
        text = "".join(source) if isinstance(source, list) else str(source)
        magic = text.lstrip().split(maxsplit=1)[:1]
        if not (magic and magic[0].startswith("%%") and magic[0] not in _PYTHON_CELL_MAGICS):
            yield number, text


def _neutral_lines(source: str) -> list[str]:
    lines = cell_lines(source)
    if is_python(source):
        return lines
    neutral: list[str] = []
    for line in lines:
        continued = bool(neutral) and neutral[-1].lstrip().startswith("0#") and neutral[-1].endswith("\\")
        neutral.append(("0#" + line[2:])[: len(line)] if continued else _neutral(line))
    return neutral


def cell_lines(source: str) -> list[str]:
    """Return the lines of a cell's text."""
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def is_python(source: str) -> bool:
    """Say whether a cell is plain Python: there, a line that begins with `%` continues an expression."""
    source = textwrap.dedent(source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def _neutral(line: str) -> str:
    if match := MAGIC_LINE.match(line):
        indent, magic = match.groups()
        return indent + ("0#" + magic[2:])[: len(magic)]
    if match := MAGIC_VALUE.match(line):
        return match[1] + ("0#" + match[2][2:])[: len(match[2])]
    return line
