"""Checking one file after the other: read, known from the cache, linted, fixed."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from tf2migrate.config import Config
from tf2migrate.discovery import Target
from tf2migrate.lint import lint_text
from tf2migrate.model.diagnostics import Diagnostic
from tf2migrate.model.results import CellStart, CheckedFile
from tf2migrate.model.source import Location
from tf2migrate.names import ProjectModules
from tf2migrate.notebooks import read_notebook
from tf2migrate.prefilter import find_root, imports_tensorflow, may_suppress, mentions_tensorflow
from tf2migrate.source import SourceError, SourceFile, decode_source, parse_text, write_source
from tf2migrate.workflow.cache import Cache, digest
from tf2migrate.workflow.errors import internal_error, read_bytes
from tf2migrate.workflow.fixes import apply_fixes
from tf2migrate.workflow.selection import Selection


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


class Checker:
    """Checks files with one selection of rules; what it learns of the project's modules serves all files."""

    def __init__(self, codes: frozenset[str], config: Config, options: CheckOptions) -> None:
        self._codes = codes
        self._config = config
        self._options = options
        self._modules: dict[str, ProjectModules] = {}
        self._caches: dict[tuple[str, frozenset[str]], Cache] = {}

    def check(self, target: Target) -> CheckedFile:
        """Return the findings in a file; its failure is one of them."""
        name = str(target.path)
        try:
            data = read_bytes(target.path)
        except SourceError as error:
            return failure(name, error)
        mentions = mentions_tensorflow(data)
        if not self._is_concerned(name, data):
            if target.named and not mentions:
                return replace(self._parsed(name, data), mentions_tensorflow=False)
            if not target.named:
                return CheckedFile(name, "", (), mentions_tensorflow=mentions)
        checked = self._known(name, data) or self.check_data(name, data, write=self._options.write)
        path = _absolute(name)
        self._project(path).forget(path)
        return replace(checked, mentions_tensorflow=mentions)

    def check_data(self, name: str, data: bytes, *, write: bool) -> CheckedFile:
        """Return the findings in `data`, read as if it stood in the file `name`."""
        checked = self._check_data(name, data, write=write)
        if self._options.cache is not None and not self._options.fix:
            self._cache(name).store(_absolute(name), digest(data), checked)
        return checked

    # --- inside -------------------------------------------------------------------------------------------------------

    def _is_concerned(self, name: str, data: bytes) -> bool:
        if imports_tensorflow(data) or may_suppress(data):
            return True
        path = _absolute(name)
        return self._project(path).brings_tensorflow(path, data)

    def _known(self, name: str, data: bytes) -> CheckedFile | None:
        if self._options.cache is None or self._options.fix:
            return None
        known = self._cache(name).load(name, digest(data))
        if known is None or not known.diagnostics or known.failed:
            return known
        if name.endswith(".ipynb"):
            return replace(known, text=read_notebook(name, data).text)
        return replace(known, text=decode_source(name, data).text)

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
                return self._lint(name, notebook.text, notebook.cells)
            source = decode_source(name, data)
            checked = self._lint(name, source.text)
            return self._fix(checked, source, write=write) if self._options.fix else checked
        except SourceError as error:
            return failure(name, error)
        except OSError as error:
            return failure(name, SourceError(f"{name}: cannot be written: {error.strerror or error}"))
        except Exception as error:  # one file's trouble must not hide what was found in the others
            return failure(name, internal_error(name, error))

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
        path = Path(name).absolute()
        root = self._config.root
        relative = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        for pattern, prefixes in self._config.per_file_ignores:
            if fnmatch.fnmatch(relative, pattern) or fnmatch.fnmatch(path.name, pattern):
                codes = frozenset(code for code in codes if not code.startswith(prefixes))
        return codes

    def _project(self, path: str) -> ProjectModules:
        root = _root_of(str(Path(path).parent))
        if root not in self._modules:
            self._modules[root] = ProjectModules(root)
        return self._modules[root]

    def _cache(self, name: str) -> Cache:
        assert self._options.cache is not None
        project = self._project(_absolute(name))
        codes = self._codes_for(name)
        key = (project.root, codes)
        if key not in self._caches:
            self._caches[key] = Cache(self._options.cache, codes, project)
        return self._caches[key]


def _absolute(name: str) -> str:
    return str(Path(name).absolute())


@cache
def _root_of(folder: str) -> str:
    return find_root(folder)


def failure(name: str, error: SourceError) -> CheckedFile:
    """Return the result for a file that could not be checked."""
    place = Location(error.row, error.column)
    message = error.message.removeprefix(f"{name}: ")
    return CheckedFile(name, "", (Diagnostic(name, "TFM000", "unreadable-file", message, place, place),), failed=True)
