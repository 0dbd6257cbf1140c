"""Which files a command works on: folders are walked, .gitignore and excludes obeyed, named files always taken."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from tf2migrate.model.errors import UserError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

SOURCE_SUFFIXES = (".py", ".pyw", ".ipynb")
ALWAYS_EXCLUDED = (
    *(".git", ".hg", ".svn", ".venv", "venv", "__pycache__", "node_modules", "site-packages", "__pypackages__"),
    *(".mypy_cache", ".pytest_cache", ".ruff_cache", ".tox", ".nox", ".eggs", ".ipynb_checkpoints"),
)


class DiscoveryError(UserError):
    """A path that gives nothing to work on; the message is one line."""


@dataclass(frozen=True, slots=True)
class Target:
    """One file to work on. `named` says that the user gave its path, rather than a folder above it."""

    path: Path
    named: bool


@dataclass(frozen=True)
class Excluder:
    """Decides what a walk leaves out: the patterns of the configuration (relative to `root`) and every .gitignore."""

    root: Path
    patterns: tuple[str, ...] = ()
    _repositories: dict[Path, Path | None] = field(default_factory=dict)

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        return _ignore_spec([*ALWAYS_EXCLUDED, *self.patterns])

    def excludes(self, path: Path, *, folder: bool) -> bool:
        """Say whether the absolute `path` itself is left out, by configuration or by git."""
        return self._by_pattern(path, folder) or self._by_git(path, folder)

    def excludes_named(self, path: Path) -> bool:
        """Say whether the absolute `path` or a folder above it, up to the root, is left out (for --force-exclude)."""
        inside = [parent for parent in path.parents if self.root in parent.parents]
        return self.excludes(path, folder=False) or any(self.excludes(parent, folder=True) for parent in inside)

    def _by_pattern(self, path: Path, folder: bool) -> bool:
        if not self.patterns:
            return path.name in ALWAYS_EXCLUDED
        relative = path.relative_to(self.root) if path.is_relative_to(self.root) else Path(path.name)
        return self._spec.match_file(relative.as_posix() + ("/" if folder else ""))

    def _by_git(self, path: Path, folder: bool) -> bool:
        top = self._repository(path.parent)
        if top is None:
            return False
        for parent in path.parents:
            spec = _read_gitignore(parent)
            if spec is not None:
                name = path.relative_to(parent).as_posix() + ("/" if folder else "")
                decided = spec.check_file(name).include
                if decided is not None:
                    return decided
            if parent == top:
                break
        return False

    def _repository(self, folder: Path) -> Path | None:
        if folder not in self._repositories:
            if os.path.exists(folder / ".git"):
                self._repositories[folder] = folder
            else:
                self._repositories[folder] = None if folder.parent == folder else self._repository(folder.parent)
        return self._repositories[folder]


@lru_cache(maxsize=4096)
def _read_gitignore(folder: Path) -> GitIgnoreSpec | None:
    try:
        text = (folder / ".gitignore").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return _ignore_spec(text.splitlines())


def _ignore_spec(lines: list[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # takes as long to import as this tool does; a file that is named needs none

    return GitIgnoreSpec.from_lines(lines)


def discover(
    paths: Sequence[Path],
    excluder: Excluder,
    *,
    force_exclude: bool = False,
    suffixes: tuple[str, ...] = SOURCE_SUFFIXES,
) -> tuple[Target, ...]:
    """Return the files that `paths` stand for, sorted within each folder, each file once.

    A named file is taken whatever its name; with `force_exclude` only where nothing excludes it. A named file that is
    missing is returned too, and a folder that is closed to us: reading it gives the error. Raises DiscoveryError for a
    folder without source files.
    """
    found: dict[str, Target] = {}
    for path in paths:
        if os.path.isdir(path):
            closed: list[Path] = []
            files = [*walk(path, excluder, suffixes, closed=closed), *closed]
            if not files:
                raise DiscoveryError(f"{path}: no Python files or notebooks in this folder (or all are excluded)")
            written, real = str(path.absolute()), os.path.realpath(path)
            for file in files:
                place = os.path.realpath(file) if file.is_symlink() else real + str(file.absolute())[len(written) :]
                found.setdefault(place, Target(file, named=False))
        elif not (force_exclude and excluder.excludes_named(path.absolute())):
            found[os.path.realpath(path)] = Target(path, named=True)
    return tuple(found.values())


def resolved(path: Path) -> Path:
    """Return the absolute path without links; one in a loop of links stays as it is."""
    return Path(os.path.realpath(path))


def walk(
    folder: Path,
    excluder: Excluder,
    suffixes: tuple[str, ...] = SOURCE_SUFFIXES,
    depth: int | None = None,
    closed: list[Path] | None = None,
) -> Iterator[Path]:
    """Yield the files below `folder` that end in one of `suffixes` and are not excluded; linked folders are skipped.

    `depth` is how many levels of folders below it are entered (None: all); folders that cannot be read go to `closed`.
    """
    for file in walk_all(folder, excluder, depth, closed):
        if file.name.endswith(suffixes):
            yield file


def walk_all(
    folder: Path, excluder: Excluder, depth: int | None = None, closed: list[Path] | None = None
) -> Iterator[Path]:
    """Yield every file below `folder` that is not excluded, in sorted order, whatever it holds."""
    base = folder.absolute()
    for entry in _sorted_entries(folder, closed):
        absolute = base / entry.name
        if entry.is_dir(follow_symlinks=False):
            if depth != 0 and not excluder.excludes(absolute, folder=True):
                yield from walk_all(folder / entry.name, excluder, None if depth is None else depth - 1, closed)
        elif _is_file(entry) and not excluder.excludes(absolute, folder=False):
            yield folder / entry.name


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link in a loop of links, or to where we may not look
        return False


def _sorted_entries(folder: Path, closed: list[Path] | None = None) -> Iterable[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):  # gone since it was listed
        return ()
    except OSError:
        if closed is not None:
            closed.append(folder)
        return ()
