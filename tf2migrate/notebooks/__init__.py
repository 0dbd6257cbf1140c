"""Jupyter notebooks: their code as one text, as a program, and a program's new text back in their cells."""

from tf2migrate.notebooks.cells import NewCells, write_cells
from tf2migrate.notebooks.reading import Notebook, code_lines, read_document, read_notebook
from tf2migrate.notebooks.script import NotebookError, NotebookScript, plain_text, read_script, shown_calls

__all__ = [
    "NewCells",
    "Notebook",
    "NotebookError",
    "NotebookScript",
    "code_lines",
    "plain_text",
    "read_document",
    "read_notebook",
    "read_script",
    "shown_calls",
    "write_cells",
]
