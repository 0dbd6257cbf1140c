"""Linting of files, notebooks and standard input, with local fixes on request."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tf2migrate.config import Config
from tf2migrate.discovery import Excluder, Target, discover, mentions_tensorflow
from tf2migrate.lint import lint_text
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.results import CellStart, CheckedFile, CheckReport
from tf2migrate.model.source import Edit, Location
from tf2migrate.notebooks import read_notebook
from tf2migrate.source import SourceError, SourceFile, apply_edits, decode_source, parse_text, write_source
from tf2migrate.workflow.errors import internal_error, read_bytes
from tf2migrate.workflow.selection import Selection, select_codes

_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What `check` is asked to do. `write` says whether fixed text goes to the files."""

    selection: Selection = field(default_factory=Selection)
    force_exclude: bool = False
    fix: bool = False
    unsafe_fixes: bool = False
    write: bool = False


def check_paths(paths: Sequence[Path], config: Config, options: CheckOptions) -> CheckReport:
    """Return the findings in the files that `paths` stand for; one file's failure does not stop the others.

    Raises UsageError for a path or a selection that means nothing.
    """
    codes = select_codes(options.selection, config)
    targets = discover(paths, Excluder(config.root, config.exclude), force_exclude=options.force_exclude)
    return CheckReport(tuple(_check_target(target, codes, config, options) for target in targets))


def check_source(data: bytes, name: str, config: Config, options: CheckOptions) -> CheckReport:
    """Return the findings in `data`, read as if it stood in the file `name`; nothing is written."""
    codes = select_codes(options.selection, config)
    return CheckReport((_check_data(name, data, _codes_for(name, codes, config), replace(options, write=False)),))


def _check_target(target: Target, codes: frozenset[str], config: Config, options: CheckOptions) -> CheckedFile:
    name = str(target.path)
    try:
        data = read_bytes(target.path)
    except SourceError as error:
        return _failure(name, error)
    if not target.named and not mentions_tensorflow(data):
        return CheckedFile(name, "", (), mentions_tensorflow=False)
    checked = _check_data(name, data, _codes_for(name, codes, config), options)
    return replace(checked, mentions_tensorflow=mentions_tensorflow(data))


def _check_data(name: str, data: bytes, codes: frozenset[str], options: CheckOptions) -> CheckedFile:
    try:
        if name.endswith(".ipynb"):
            notebook = read_notebook(name, data)
            return _lint(SourceFile(name, notebook.text), codes, notebook.cells)
        source = decode_source(name, data)
        checked = _lint(source, codes)
        if not options.fix:
            return checked
        fixed = _fix(checked, source, codes, unsafe=options.unsafe_fixes)
        if options.write and fixed.original is not None:
            write_source(name, source.encode(fixed.text))
        return fixed
    except SourceError as error:
        return _failure(name, error)
    except OSError as error:
        return _failure(name, SourceError(f"{name}: cannot be written: {error.strerror or error}"))
    except Exception as error:  # one file's trouble must not hide what was found in the others
        return _failure(name, internal_error(name, error))


def _lint(source: SourceFile, codes: frozenset[str], cells: tuple[CellStart, ...] = ()) -> CheckedFile:
    parse_text(source.text, source.path)
    return CheckedFile(source.path, source.text, tuple(lint_text(source.text, source.path, codes)), cells)


def _fix(checked: CheckedFile, source: SourceFile, codes: frozenset[str], *, unsafe: bool) -> CheckedFile:
    """Apply fixes until none is left; text that no longer parses is an error, and nothing of it is kept."""
    count = 0
    for _ in range(_ROUNDS):
        fixes = _compatible(_applicable(checked.diagnostics, unsafe=unsafe))
        if not fixes:
            break
        text = apply_edits(checked.text, [edit for fix in fixes for edit in fix.edits])
        checked = _lint(replace(source, text=text), codes)
        count += len(fixes)
    return replace(checked, fixed=count, original=source.text if checked.text != source.text else None)


def _applicable(diagnostics: Iterable[Diagnostic], *, unsafe: bool) -> list[Fix]:
    allowed = {Applicability.SAFE, Applicability.UNSAFE} if unsafe else {Applicability.SAFE}
    return [one.fix for one in diagnostics if one.fix is not None and one.fix.applicability in allowed]


def _compatible(fixes: Iterable[Fix]) -> list[Fix]:
    """Return the fixes that can be made together; the rest are found again in the next round."""
    taken: list[Edit] = []
    chosen: list[Fix] = []
    for fix in fixes:
        if not any(_collide(edit, other) for edit in fix.edits for other in taken):
            chosen.append(fix)
            taken += fix.edits
    return chosen


def _collide(one: Edit, other: Edit) -> bool:
    if one == other:
        return False
    if one.span == other.span:
        return True
    return one.span.start < other.span.end and other.span.start < one.span.end


def _codes_for(name: str, codes: frozenset[str], config: Config) -> frozenset[str]:
    path = Path(name).absolute()
    relative = path.relative_to(config.root).as_posix() if path.is_relative_to(config.root) else path.name
    for pattern, prefixes in config.per_file_ignores:
        if fnmatch.fnmatch(relative, pattern) or fnmatch.fnmatch(path.name, pattern):
            codes = frozenset(code for code in codes if not code.startswith(prefixes))
    return codes


def _failure(name: str, error: SourceError) -> CheckedFile:
    place = Location(error.row, error.column)
    message = error.message.removeprefix(f"{name}: ")
    return CheckedFile(name, "", (Diagnostic(name, "TFM000", "unreadable-file", message, place, place),), failed=True)
