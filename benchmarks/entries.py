"""Finds the programs in a repository by rule alone, and what of the repository each of them needs."""

from __future__ import annotations

import ast
import os
import re
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

from programs import Case

from tf2migrate.prefilter import ModuleFinder, mentions_tensorflow
from tf2migrate.source import SourceError, decode_source

TEST_FOLDERS = frozenset(["test", "tests", "testing"])
TEST_FILE = re.compile(r"test_.*|.*_test|conftest")
NO_PROGRAM = frozenset(["__init__.py", "setup.py"])
NOT_DATA = frozenset([".py", ".pyc", ".ipynb"])
NAMES_PATH = re.compile(r"\.\.|(?!/)[^\n]*/[^\n]*")
PATTERN = re.compile(r"[%{*]")
LARGEST_DATA = 2**30  # bytes that one program may need
ROOT_MARK = "setup.cfg"  # what makes a folder a project's, so that modules beside the program's folder are found


def find_entries(repository: Path) -> list[Path]:
    """Return the files of a repository that start something with TensorFlow when they are run, by path."""
    found = []
    for path in sorted(repository.rglob("*.py")):
        parts = path.relative_to(repository).parts
        if any(part.startswith(".") for part in parts) or is_test(parts) or path.name in NO_PROGRAM:
            continue
        tree = parsed(path)
        if tree is None or not starts_something(tree):
            continue
        if any(mentions_tensorflow(file.read_bytes()) for file in needed_modules(path, repository)):
            found.append(path)
    return found


def is_test(parts: tuple[str, ...]) -> bool:
    """Say whether a path below a repository names a test."""
    return bool(TEST_FOLDERS & set(parts[:-1])) or TEST_FILE.fullmatch(Path(parts[-1]).stem) is not None


def parsed(path: Path) -> ast.Module | None:
    """Return the syntax tree of a file; None where it is no Python 3."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(decode_source(str(path), path.read_bytes()).text)
    except (SourceError, SyntaxError, ValueError, RecursionError):
        return None


def starts_something(tree: ast.Module) -> bool:
    """Say whether a module does more than to define: it has a statement that calls, or asks whether it is started."""
    return any(_does_something(statement) for statement in tree.body)


def _does_something(statement: ast.stmt) -> bool:
    match statement:
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Import() | ast.ImportFrom():
            return False
    return any(isinstance(node, ast.Call) for node in ast.walk(statement))


def needed_modules(entry: Path, repository: Path) -> list[Path]:
    """Return the program's own files: the entry and all modules of the repository that it imports, however far."""
    finder = ModuleFinder(str(repository))
    found, pending = {entry}, [entry]
    while pending:
        importer = pending.pop()
        tree = parsed(importer)
        folders = [entry.parent, *(folder for folder in named_paths(tree, entry, repository) if folder.is_dir())]
        for module in _imported(tree):
            seen_from = [importer] if module.startswith(".") else [importer, *(folder / "_" for folder in folders)]
            for place in seen_from:
                path = finder.find(str(place), module)
                if path is not None and Path(path) not in found:
                    found.add(Path(path))
                    pending.append(Path(path))
    return sorted(found)


def _imported(tree: ast.Module | None) -> Iterator[str]:
    """Yield the names of the modules that a file may import, with the packages around them."""
    for node in ast.walk(tree) if tree is not None else ():
        match node:
            case ast.Import(names=names):
                modules = [alias.name for alias in names]
            case ast.ImportFrom(module=module, names=names, level=level):
                stem = "." * level + (module or "")
                joint = "" if stem.endswith(".") or not stem else "."
                modules = [stem, *(stem + joint + alias.name for alias in names if alias.name != "*")]
            case _:
                continue
        for module in modules:
            dots = len(module) - len(module.lstrip("."))
            parts = module[dots:].split(".")
            yield from ("." * dots + ".".join(parts[:count]) for count in range(1, len(parts) + 1))


def named_paths(tree: ast.Module | None, entry: Path, repository: Path) -> list[Path]:
    """Return the files and folders of the repository that strings of a file name, seen from the entry's folder.

    A string that is a pattern stands for the folder that it leads to.
    """
    found = set()
    for text in _strings(tree):
        path = Path(os.path.normpath(entry.parent / text))
        path = path.parent if PATTERN.search(path.name) else path
        if path != repository and path.is_relative_to(repository) and _exists(path):
            found.add(path)
    return sorted(found)


def _strings(tree: ast.Module | None) -> Iterator[str]:
    """Yield the strings of a file that can name a path."""
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAMES_PATH.fullmatch(node.value):
            yield node.value


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # no path at all: too long, or with a zero in it
        return False


def needed_data(entry: Path, modules: list[Path], repository: Path) -> list[Path]:
    """Return the data of a program: what lies below its folder, and what its files name elsewhere; not its code."""
    found = set(_data_below(entry.parent))
    for module in modules:
        for path in named_paths(parsed(module), entry, repository):
            found |= set(_data_below(path)) if path.is_dir() else {path}
    return sorted(found - set(modules))


def _data_below(folder: Path) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__pycache__")))
        yield from (Path(here) / name for name in files if Path(name).suffix not in NOT_DATA)


def lay_out(entry: Path, repository: Path, target: Path) -> Case:
    """Copy what a program needs into `target`, as it lies in the repository; return it as a case."""
    modules = needed_modules(entry, repository)
    files = [*modules, *needed_data(entry, modules, repository)]
    if sum(file.stat().st_size for file in files) > LARGEST_DATA:
        raise ValueError("it needs too much data to copy")
    top = Path(os.path.commonpath([entry.parent, *(file.parent for file in files)]))
    for file in files:
        copy = target / file.relative_to(top)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    (target / ROOT_MARK).touch()
    name = str(Path(repository.name) / entry.relative_to(repository))
    return Case(name, target, entry.relative_to(top).as_posix())
