"""Checking one file after the other: read, linted, fixed."""

from __future__ import annotations

import fnmatch
import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from tf2migrate.config import Config
from tf2migrate.discovery import Target
from tf2migrate.lint import lint_text
from tf2migrate.model.diagnostics import Diagnostic
from tf2migrate.model.results import CellStart, CheckedFile
from tf2migrate.model.source import Location
from tf2migrate.names import ProjectModules
from tf2migrate.notebooks import code_lines, read_notebook
from tf2migrate.prefilter import find_root, imports_tensorflow, may_suppress, mentions_tensorflow
from tf2migrate.source import SourceError, SourceFile, decode_source, parse_text, write_source
from tf2migrate.workflow.cache_index import Entry, Surroundings
from tf2migrate.workflow.errors import internal_error, read_bytes
from tf2migrate.workflow.fixes import apply_fixes
from tf2migrate.workflow.records import recorded
from tf2migrate.workflow.selection import Selection
from tf2migrate.workflow.stamps import Clock, digest, listing_digest, stamp_of

_PROJECTS = 8  # that are kept in mind: a walk comes back to a few of them, those of the folders above


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What `check` is asked to do.

    `write` says whether fixed text goes to the files, `jobs` how many processes work (0: as many as there are
    processors), `cache` where to keep what was found (None: nowhere).
    """

    selection: Selection = field(default_factory=Selection)
    force_exclude: bool = False
    fix: bool = False
    unsafe_fixes: bool = False
    write: bool = False
    jobs: int = 1
    cache: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found in a file, and what a cache keeps of it (None: nothing)."""

    file: CheckedFile
    path: str = ""
    entry: Entry | None = None
    record: bytes = b""


class Checker:
    """Checks files with one selection of rules; what it learns of the project's modules serves all files."""

    def __init__(self, codes: frozenset[str], config: Config, options: CheckOptions) -> None:
        self._codes = codes
        self._config = config
        self._options = options
        self._modules: dict[str, ProjectModules] = {}
        self._clock = Clock()
        self._news = Surroundings()
        self._told: dict[str, int] = {}  # modules and folders that were told, and how many answers of each

    def check(self, target: Target) -> Outcome:
        """Return the findings in a file; its failure is one of them."""
        name, path = str(target.path), _absolute(str(target.path))
        try:
            data = read_bytes(target.path)
        except SourceError as error:
            return Outcome(failure(name, error))
        code = code_lines(data) if name.endswith(".ipynb") else data
        project, mentions = self._project(path), mentions_tensorflow(code)
        concerned = imports_tensorflow(code) or may_suppress(code) or project.brings_tensorflow(path, code)
        try:
            if concerned:
                file = self._check_data(name, data, write=self._options.write)
            else:
                file = self._parsed(name, data) if target.named else CheckedFile(name, "", ())
        except Exception as error:  # one file's trouble must not hide what was found in the others
            return Outcome(failure(name, internal_error(name, error)))
        file = replace(file, mentions_tensorflow=mentions)
        if self._options.cache is None or self._options.fix:
            project.forget(path)
            return Outcome(file)
        modules = [module for module in project.reached(path) if module in project.digests]
        settled = self._clock.settled(stamp_of(path))
        entry = Entry(settled, digest(data), mentions, not (concerned or target.named), project.root, modules)
        self._news.answers[path] = dict(project.answers(path))
        project.forget(path)
        return Outcome(file, path, entry, recorded(file))

    def check_data(self, name: str, data: bytes, *, write: bool) -> CheckedFile:
        """Return the findings in `data`, read as if it stood in the file `name`."""
        try:
            return self._check_data(name, data, write=write)
        except Exception as error:
            return failure(name, internal_error(name, error))

    def news(self) -> Surroundings:
        """Return what entries depend on, as far as it was not told before; forget projects that are left behind."""
        for project in self._modules.values() if self._options.cache is not None else ():
            for folder, names in project.listings.items():
                if folder not in self._told:
                    self._told[folder] = 0
                    self._news.folders[folder] = (self._clock.settled(stamp_of(folder)), listing_digest(names))
            for module, content in project.digests.items():
                answers = project.answers(module)
                if self._told.get(module) != len(answers):
                    self._told[module] = len(answers)
                    self._news.modules[module] = (self._clock.settled(stamp_of(module)), content)
                    self._news.answers[module] = dict(answers)
        while len(self._modules) > _PROJECTS:  # a folder without a project above it is one of its own: there are many
            self._modules.pop(next(iter(self._modules)))
        news, self._news = self._news, Surroundings()
        return news

    # --- inside -------------------------------------------------------------------------------------------------------

    def _parsed(self, name: str, data: bytes) -> CheckedFile:
        """Return an empty result for a file without TensorFlow, or the reason why it is no Python."""
        try:
            text = read_notebook(name, data).text if name.endswith(".ipynb") else decode_source(name, data).text
            parse_text(text, name)
        except SourceError as error:
            return failure(name, error)
        return CheckedFile(name, "", ())

    def _check_data(self, name: str, data: bytes, *, write: bool) -> CheckedFile:
        try:
            if name.endswith(".ipynb"):
                notebook = read_notebook(name, data)
                try:
                    return self._lint(name, notebook.text, notebook.cells)
                except SourceError as error:
                    return _failed_cell(CheckedFile(name, notebook.text, (), notebook.cells), error)
            source = decode_source(name, data)
            checked = self._lint(name, source.text)
            return self._fix(checked, source, write=write) if self._options.fix else checked
        except SourceError as error:
            return failure(name, error)
        except RecursionError:
            return failure(name, SourceError(f"{name}: is nested too deeply to be checked"))
        except OSError as error:
            return failure(name, SourceError(f"{name}: cannot be written: {error.strerror or error}"))

    def _lint(self, name: str, text: str, cells: tuple[CellStart, ...] = ()) -> CheckedFile:
        path = _absolute(name)
        follow = self._project(path).follower(path)
        return CheckedFile(name, text, tuple(lint_text(text, name, self._codes_for(name), follow)), cells)

    def _fix(self, checked: CheckedFile, source: SourceFile, *, write: bool) -> CheckedFile:
        unsafe = self._options.unsafe_fixes
        fixed = apply_fixes(checked, lambda text: self._lint(checked.path, text), unsafe=unsafe)
        if write and fixed.original is not None:
            write_source(checked.path, source.encode(fixed.text))
        return fixed

    def _codes_for(self, name: str) -> frozenset[str]:
        codes = self._codes
        if not self._config.per_file_ignores:
            return codes
        path = Path(name).absolute()
        root = self._config.root
        places = [path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name]
        places += [path.name, path.as_posix(), f"./{places[0]}"]  # the last one: `**/` may stand for no folder, too
        for pattern, prefixes in self._config.per_file_ignores:
            if any(fnmatch.fnmatch(place, pattern) for place in places):
                ignored = codes if "ALL" in prefixes else {code for code in codes if code.startswith(prefixes)}
                codes -= ignored
        return codes

    def _project(self, path: str) -> ProjectModules:
        root = root_of(os.path.dirname(path))
        project = self._modules.pop(root) if root in self._modules else ProjectModules(root)
        self._modules[root] = project  # the last one that was asked for
        return project


def _absolute(name: str) -> str:
    return str(Path(name).absolute())


_roots: dict[str, str | None] = {}


def root_of(folder: str) -> str:
    """Return the folder of the project that a folder lies in, as it was when that was first asked."""
    return find_root(folder, _roots)


def _failed_cell(notebook: CheckedFile, error: SourceError) -> CheckedFile:
    """Return the result for a notebook with a cell that does not parse: people count lines in the cell."""
    place = Location(error.row, error.column)
    cell, within = notebook.place(place)
    message = error.message.replace(f"line {place.row} ", f"cell {cell}, line {within.row} ", 1)
    (failed,) = failure(notebook.path, SourceError(message, place.row, place.column)).diagnostics
    return replace(notebook, diagnostics=(failed,), failed=True)


def failure(name: str, error: SourceError) -> CheckedFile:
    """Return the result for a file that could not be checked."""
    place = Location(error.row, error.column)
    message = error.message.removeprefix(f"{name}: ")
    return CheckedFile(name, "", (Diagnostic(name, "TFM000", "unreadable-file", message, place, place),), failed=True)
