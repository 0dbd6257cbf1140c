"""Finds the programs of a folder of real or synthetic TF1 code."""

from __future__ import annotations

import fnmatch
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CASE_FILE = "case.toml"
DEFAULT_ENTRY = "before.py"


@dataclass(frozen=True)
class Case:
    """A program: the folder that it needs, its entry below it, and how it is started."""

    name: str
    folder: Path
    entry: str
    whole_folder: bool = True  # False: a file among others, which needs nothing beside it
    args: str = ""
    runs: int | None = None
    data: str = ""
    stand_ins: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The entry's path."""
        return self.folder / self.entry


def find_cases(folder: Path, only: str = "*") -> list[Case]:
    """Return the programs in `folder` whose name matches `only`, by name.

    A folder with a `case.toml` or a `before.py` is one program; any other `.py` file that mentions TensorFlow is one.
    """
    found = [case for case in _walk(folder, folder) if fnmatch.fnmatch(case.name, only)]
    return sorted(found, key=lambda case: case.name)


def copy_case(case: Case, target: Path) -> None:
    """Copy what the program needs into `target`, without repositories and expected results."""
    if case.whole_folder:
        skipped = shutil.ignore_patterns(".git", "after.py", "__pycache__")
        shutil.copytree(case.folder, target, ignore=skipped, dirs_exist_ok=True)
    else:
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(case.path, target / case.entry)


def _walk(folder: Path, top: Path) -> Iterator[Case]:
    name = str(folder.relative_to(top)) if folder != top else folder.name
    if (folder / CASE_FILE).is_file():
        yield _read_case(folder, name)
        return
    if (folder / DEFAULT_ENTRY).is_file():
        yield Case(name, folder, DEFAULT_ENTRY)
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.name.startswith("."):
            yield from _walk(path, top)
        elif path.suffix == ".py" and b"tensorflow" in path.read_bytes():
            yield Case(str(path.relative_to(top)), folder, path.name, whole_folder=False)


def _read_case(folder: Path, name: str) -> Case:
    settings: dict[str, Any] = tomllib.loads((folder / CASE_FILE).read_text(encoding="utf-8"))
    known = {key: settings[key] for key in ("args", "runs", "data", "stand_ins") if key in settings}
    return Case(name, folder, settings.get("entry", DEFAULT_ENTRY), **known)
