from __future__ import annotations

import ast
import json

import pytest

from tf2migrate.model.results import CellStart, CheckedFile
from tf2migrate.model.source import Location
from tf2migrate.notebooks import read_notebook
from tf2migrate.source import SourceError


def notebook(*cells: tuple[str, str], language: str = "python") -> bytes:
    document = {
        "cells": [{"cell_type": kind, "source": source.splitlines(keepends=True)} for kind, source in cells],
        "metadata": {"language_info": {"name": language}},
        "nbformat": 4,
    }
    return json.dumps(document).encode()


def test_code_cells_are_joined_and_numbered_as_the_notebook_counts() -> None:
    read = read_notebook("n.ipynb", notebook(("markdown", "# a"), ("code", "x = 1\ny = 2"), ("code", "z = 3\n")))
    assert read.text == "x = 1\ny = 2\nz = 3\n\n"
    assert read.cells == (CellStart(1, 2), CellStart(3, 3))
    checked = CheckedFile("n.ipynb", read.text, (), read.cells)
    assert checked.place(Location(2, 1)) == (2, Location(2, 1))
    assert checked.place(Location(3, 5)) == (3, Location(1, 5))


@pytest.mark.parametrize(
    "cell",
    [
        "%matplotlib inline\nx = 1",
        "!pip install tensorflow\nx = 1",
        "!ls",
        "if True:\n    !ls",
        "files = !ls\nt = %timeit -o f()",
        "tf.add?\nx = 1  # why?",
        "%%time\nx = 1",
        "!tf_upgrade_v2 \\\n  --infile a.py \\\n  --outfile b.py\nx = 1",
    ],
)
def test_magic_becomes_python_of_the_same_length(cell: str) -> None:
    text = read_notebook("n.ipynb", notebook(("code", cell))).text
    ast.parse(text)
    assert len(text) == len(cell) + 1


def test_an_operator_at_the_start_of_a_line_is_no_magic() -> None:
    cell = 'print("%d"\n      % 3)'
    assert read_notebook("n.ipynb", notebook(("code", cell))).text == cell + "\n"


@pytest.mark.parametrize("cell", [" for i in x:\n   f(i)", " y = f(1,\n       2)\ng(y)", "\tx = 1\n\t!ls"])
def test_a_cell_may_be_indented_as_a_whole(cell: str) -> None:
    read = read_notebook("n.ipynb", notebook(("code", "x = 1"), ("code", cell), ("code", "z = 2")))
    ast.parse(read.text)
    checked = CheckedFile("n.ipynb", read.text, (), read.cells)
    line = read.text.splitlines().index("z = 2") + 1
    assert checked.place(Location(3, 2)) == (2, Location(1, 2))
    assert checked.place(Location(line, 1)) == (3, Location(1, 1))


def test_cells_in_other_languages_are_left_out() -> None:
    assert read_notebook("n.ipynb", notebook(("code", "%%bash\nls"), ("code", "x = 1"))).text == "x = 1\n"


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[]", b'{"worksheets": []}', notebook(language="R")])
def test_what_is_no_python_notebook_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match=r"n\.ipynb: is"):
        read_notebook("n.ipynb", data)
