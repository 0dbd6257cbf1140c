"""Migration of notebooks: as the program that they are when their cells run from the first to the last."""

from __future__ import annotations

import ast
import difflib
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from tf2migrate.migrate import migrate_program
from tf2migrate.model.plan import DEFAULT_STYLE, FileResult, Level, NativeStyle, Refusal, Status
from tf2migrate.notebooks import (
    NotebookError,
    NotebookScript,
    plain_text,
    read_document,
    read_script,
    shown_calls,
    write_cells,
)
from tf2migrate.prefilter import mentions_tensorflow
from tf2migrate.workflow.levels import is_native, results_at
from tf2migrate.workflow.project import Component

NOTEBOOK_CODE = "TFM992"
SUFFIX = ".ipynb"


@dataclass(frozen=True, slots=True)
class PlannedNotebook:
    """What becomes of a notebook.

    `result` has the texts of the cells joined, and places in the notebook; `program` is what became of the notebook's
    program, with places in that. `data` holds the new notebook's bytes, None where it is left as it is.
    """

    result: FileResult
    script: NotebookScript
    program: FileResult
    data: bytes | None

    @property
    def original(self) -> str:
        """The texts of the cells, joined, as they were."""
        return plain_text(self.script.text, self.script)


def is_notebook(path: Path) -> bool:
    """Say whether a file is a notebook, by its name."""
    return path.name.endswith(SUFFIX)


def program_name(path: Path) -> str:
    """Return what the program of a notebook is called where it has to be a file."""
    return re.sub(r"\W", "_", path.name.removesuffix(SUFFIX)) + ".py"


def plan_notebook(
    path: Path, data: bytes, level: Level = Level.NATIVE, style: NativeStyle = DEFAULT_STYLE
) -> PlannedNotebook:
    """Return what becomes of the notebook in `data`; raise SourceError where that is none of Python 3."""
    name = str(path)
    script = NotebookScript("", (), (), frozenset())
    silent: set[int] = set()
    try:
        while True:
            script = read_script(name, data, silent)
            planned = _planned(path, data, script, level, style)
            refused = {one.row for one in planned.program.refusals}
            printed = {row for row, *_ in shown_calls(script.text)} & refused
            if not printed:
                return planned
            silent |= printed  # a run that cannot be printed, as that of an initializer, has nothing to show
    except NotebookError as error:
        refusal = Refusal(name, error.row, NOTEBOOK_CODE, error.reason, error.advice, error.cell)
        held = FileResult(name, Status.REFUSED, refusals=(refusal,))
        return PlannedNotebook(held, script, held, None)


def _planned(path: Path, data: bytes, script: NotebookScript, level: Level, style: NativeStyle) -> PlannedNotebook:
    name = str(path)
    program = _program_result(path, script, level, style)
    if program.text is None:
        return PlannedNotebook(_in_cells(name, program, script), script, program, None)
    lines = program.map.lines if program.map is not None else _same_lines(script.text, program.text)
    cells = write_cells(data, read_document(name, data), script, program.text, lines)
    notes = tuple(Refusal(program.path, row, NOTEBOOK_CODE, reason, "look at the cell") for row, reason in cells.notes)
    shown = replace(program, text=plain_text(program.text, script), notes=(*program.notes, *notes))
    return PlannedNotebook(_in_cells(name, shown, script), script, program, cells.data)


def _program_result(path: Path, script: NotebookScript, level: Level, style: NativeStyle) -> FileResult:
    """Return what becomes of the program of a notebook, which stands where the notebook does."""
    with tempfile.TemporaryDirectory(prefix="tf2migrate-") as temporary:
        entry = Path(temporary).resolve() / program_name(path)
        entry.write_text(script.text, encoding="utf-8", errors="surrogatepass", newline="\n")
        component = Component((entry,), (entry,), {entry: frozenset()})
        if is_native(component):
            return FileResult(str(entry), Status.UNCHANGED)
        modules: list[FileResult] = []

        def native() -> dict[Path, FileResult]:
            results = {Path(one.path): one for one in migrate_program(entry, path.resolve().parent, style)}
            modules.extend(one for place, one in results.items() if place != entry and one.text is not None)
            return {entry: results[entry]}

        result = results_at(level, component, native)[entry]
        beside = [Path(one.path).name for one in modules]
        if level is not Level.NATIVE and result.status is Status.COMPAT:
            beside += _modules_with_tensorflow(script.text, path.resolve().parent)
    if not beside or result.text is None:
        return result
    reason = f"the notebook imports {', '.join(beside)}, which would have to be migrated with it"
    advice = "save its code as a script (jupyter nbconvert --to script) and migrate the folder that holds both"
    return FileResult(str(entry), Status.REFUSED, refusals=(Refusal(str(entry), 1, NOTEBOOK_CODE, reason, advice),))


def _modules_with_tensorflow(text: str, folder: Path) -> list[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    files = [folder / f"{name}.py" for name in sorted(names)]
    return [file.name for file in files if file.is_file() and mentions_tensorflow(file.read_bytes())]


def _same_lines(before: str, after: str) -> list[tuple[int, int]]:
    """Pair the lines of a text that was edited in place, (new, old); what was put in goes with the line before it."""
    matcher = difflib.SequenceMatcher(None, before.split("\n"), after.split("\n"), autojunk=False)
    pairs: list[tuple[int, int]] = []
    for _, old, old_end, new, new_end in matcher.get_opcodes():
        pairs += [(line + 1, min(old + line - new + 1, max(old_end, 1))) for line in range(new, new_end)]
    return pairs


def _in_cells(name: str, program: FileResult, script: NotebookScript) -> FileResult:
    """Return what became of a notebook's program with reasons and notes placed in the notebook's cells."""

    def placed(one: Refusal) -> Refusal:
        if Path(one.path) != Path(program.path):
            return one  # in a module that the notebook imports
        cell, row = script.place(one.row)
        return replace(one, path=name, row=row, cell=cell)

    refusals, notes = tuple(map(placed, program.refusals)), tuple(map(placed, program.notes))
    return replace(program, path=name, refusals=refusals, notes=notes, map=None)
