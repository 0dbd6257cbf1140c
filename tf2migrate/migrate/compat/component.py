"""The files of one component, brought to level compat together, or left as they are."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from tf2migrate.lint import LintedFile
from tf2migrate.lint.legacy import builds_graphs
from tf2migrate.migrate.compat.entry import has_switch, is_program, write_start
from tf2migrate.migrate.compat.file import CompatFile, Reading
from tf2migrate.migrate.compat.imports import write_imports
from tf2migrate.migrate.compat.references import write_references
from tf2migrate.migrate.refusal import RUNS_NOWHERE
from tf2migrate.model.plan import FileResult, Refusal, Status
from tf2migrate.model.source import Edit, Span
from tf2migrate.source import LineIndex, apply_edits, parse_text
from tf2migrate.source.imports import add_import


@dataclass(frozen=True, slots=True)
class CompatInput:
    """One file of a component: its text, whether no other imports it, and the files of the component it imports.

    `follow` leads from names that other modules of the project give to the TensorFlow symbols behind them.
    """

    path: Path
    text: str
    entry: bool
    imports: frozenset[Path]
    follow: Callable[[str], str | None] | None = None


def migrate_to_compat(inputs: Sequence[CompatInput]) -> tuple[FileResult, ...]:
    """Return each file's text that runs as TensorFlow 1 under `tf.compat.v1`; one that cannot holds back all."""
    files = {one.path: CompatFile(LintedFile(one.text, str(one.path), one.follow)) for one in inputs}
    for one in inputs:
        for path in one.imports & files.keys():
            files[path].shared = True
    if not builds_graphs([use for file in files.values() for use in file.linted.uses]):
        return tuple(FileResult(str(path), Status.UNCHANGED) for path in files)
    plain = any(file.plain for file in files.values())
    for file in files.values():
        file.reading = Reading.ONE if file.plain or (plain and not file.of_compat) else Reading.TWO
        write_references(file)
        write_imports(file)
    _write_starts(inputs, files)
    texts = {path: _text(file) for path, file in files.items()}
    for path, text in texts.items():
        if not files[path].refusals:
            _check(files[path], text)
    refusals = tuple(dict.fromkeys(one for file in files.values() for one in file.refusals))
    if refusals:
        return tuple(FileResult(str(path), Status.REFUSED, refusals=refusals) for path in files)
    return tuple(_result(path, files[path], text) for path, text in texts.items())


def _result(path: Path, file: CompatFile, text: str) -> FileResult:
    if text == file.linted.text:
        return FileResult(str(path), Status.COMPAT if file.linted.uses else Status.UNCHANGED)
    return FileResult(str(path), Status.COMPAT, text)


def _write_starts(inputs: Sequence[CompatInput], files: Mapping[Path, CompatFile]) -> None:
    """Write the start of every program: of those that nothing imports, and of those that can be started, too."""
    by_path = {one.path: one for one in inputs}
    for one in inputs:
        file = files[one.path]
        if not one.entry and not is_program(file.linted.tree):
            continue
        reached = _reached(one.path, by_path)
        switched = any(has_switch(files[path]) for path in reached)
        keras = any(files[path].keras for path in reached)
        local = {_module_name(path) for path in reached if path != one.path}
        write_start(file, local, keras=keras, switch=not switched)


def _reached(start: Path, inputs: Mapping[Path, CompatInput]) -> Set[Path]:
    found, pending = {start}, [start]
    while pending:
        fresh = [path for path in inputs[pending.pop()].imports if path in inputs and path not in found]
        found.update(fresh)
        pending += fresh
    return found


def _module_name(path: Path) -> str:
    return path.parent.name if path.stem == "__init__" else path.stem


def _text(file: CompatFile) -> str:
    text = apply_edits(file.linted.text, file.edits)
    for statement in file.added:
        edit = _beside_tensorflow(text, statement) or add_import(text, statement)
        text = text if edit is None else apply_edits(text, [edit])
    return text


def _beside_tensorflow(text: str, statement: str) -> Edit | None:
    """Return the insertion of an import that loads TensorFlow: behind the one that the start of a program leads to."""
    if not statement.startswith(("import tf_slim", "import tensorflow")):
        return None
    for node in parse_text(text, "<text>").body:
        if isinstance(node, ast.Import) and node.names[0].name.startswith("tensorflow"):
            place = LineIndex(text).start((node.end_lineno or node.lineno) + 1)
            return Edit(Span(place, place), f"{statement}\n") if text[:place].endswith("\n") else None
    return None


def _check(file: CompatFile, text: str) -> None:
    """Refuse what still reaches for contrib, by way of another module of the program."""
    for node in ast.walk(parse_text(text, file.linted.path)):
        if isinstance(node, ast.Attribute) and node.attr == "contrib" and isinstance(node.value, ast.Name):
            reason = f"`{ast.unparse(node)}` reaches tf.contrib through a name that another module brings"
            refusal = Refusal(
                file.linted.path, node.lineno, RUNS_NOWHERE, reason, "import TensorFlow in this file, too"
            )
            file.refusals.append(refusal)
