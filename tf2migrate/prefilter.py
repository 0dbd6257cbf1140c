"""What can be said of a file without parsing it, and where the modules are that it imports.

Started for every commit, so it imports next to nothing, and works on path texts: they cost a tenth of path objects.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

_ROOT_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git", ".hg")

# Compiled when they are first used: that costs more than most files are worth.
_TENSORFLOW = rb"tensorflow|\btf\b|\btf_slim\b|\btflearn\b"
_SUPPRESSION = rb"(?i)#.*(?:tf2migrate|noqa.*TFM)"
_FROM_IMPORT = rb"(?m)(?:^|[;:])[ \t]*from[ \t]+([.\w]+)[ \t]+import[ \t]*(\([^)]*\)|(?:[^\n\\#;]|\\\r?\n)*)"
_NAME = rb"(\*|\w+)(?:\s+as\s+\w+)?"
_COMMENT = rb"#[^\n]*"
_LIBRARIES = (b"tensorflow", b"tf_slim")
_ONLY_PARSE = 0x400  # ast.PyCF_ONLY_AST
_DEPTH = 20  # of modules that import from one another


def mentions_tensorflow(data: bytes) -> bool:
    """Say whether a file with these bytes can have anything to do with TensorFlow of its own."""
    return (b"tf" in data or b"tensorflow" in data) and re.search(_TENSORFLOW, data) is not None


def concerns_check(data: bytes) -> bool:
    """Say whether a check can find anything in a file with these bytes that no import from the project brings."""
    return mentions_tensorflow(data) or (b"#" in data and re.search(_SUPPRESSION, data) is not None)


def imports_tensorflow(data: bytes) -> bool:
    """Say whether a file with these bytes can import TensorFlow itself."""
    return any(library in data for library in _LIBRARIES)


def from_imports(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield (module, name) of all that looks like `from module import name`."""
    for match in re.finditer(_FROM_IMPORT, data) if b"from" in data else ():
        module = match[1].decode("utf-8", "replace")
        listed = re.sub(_COMMENT, b"", match[2]).replace(b"\\", b"")
        for name in re.finditer(_NAME, listed):
            yield module, name[1].decode("utf-8", "replace")


def is_root(folder: str) -> bool:
    """Say whether a folder looks like a project's."""
    return any(os.path.exists(os.path.join(folder, mark)) for mark in _ROOT_MARKS)


def find_root(folder: str) -> str:
    """Return the nearest folder at or above `folder` that looks like a project's, else `folder`."""
    parent = folder
    while True:
        if is_root(parent):
            return parent
        above = os.path.dirname(parent)
        if above == parent:
            return folder
        parent = above


class ModuleFinder:
    """Finds the files of the modules that files of one project import."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._listings: dict[str, frozenset[str]] = {}

    def find(self, importer: str, module: str) -> str | None:
        """Return the file of a module (`..a.b`: relative) as the importing file sees it; None for a library."""
        stem = module.lstrip(".")
        level, parts = len(module) - len(stem), stem.split(".") if stem else []
        folder = os.path.dirname(importer)
        if level:
            for _ in range(level - 1):
                folder = os.path.dirname(folder)
            return self._below(folder, parts)
        while True:
            found = self._below(folder, parts)
            if found is not None:
                return found
            if folder == self.root or not folder.startswith(self.root):
                return self._below(os.path.join(self.root, "src"), parts)
            folder = os.path.dirname(folder)

    def may_bring(self, importer: str, data: bytes) -> bool:
        """Say whether a `from` import of a file can bring something of TensorFlow; never wrongly False."""
        return any(self._brings(importer, module, name, _DEPTH) for module, name in from_imports(data))

    def _brings(self, importer: str, module: str, name: str, depth: int) -> bool:
        path = self.find(importer, module)
        if path is None:
            return False
        try:
            with open(path, "rb") as stream:
                data = stream.read()
        except OSError:
            return False
        if imports_tensorflow(data) or not depth:
            return name == "*" or not only_defines(data, name.encode())
        further = (one for one in from_imports(data) if name == "*" or one[1] in (name, "*"))
        return any(self._brings(path, other, name if one == "*" else one, depth - 1) for other, one in further)

    def _below(self, folder: str, parts: list[str]) -> str | None:
        for part in parts[:-1]:
            if part not in self._listing(folder):
                return None
            folder = os.path.join(folder, part)
        names = self._listing(folder)
        if parts and f"{parts[-1]}.py" in names:
            return os.path.join(folder, f"{parts[-1]}.py")
        if parts and parts[-1] not in names:
            return None
        package = os.path.join(folder, *parts[-1:])
        return os.path.join(package, "__init__.py") if "__init__.py" in self._listing(package) else None

    def _listing(self, folder: str) -> frozenset[str]:
        if folder not in self._listings:
            try:
                self._listings[folder] = frozenset(os.listdir(folder))
            except OSError:
                self._listings[folder] = frozenset()
        return self._listings[folder]


def only_defines(data: bytes, name: bytes) -> bool:
    """Say whether a module binds a name by `def` or `class` at its outermost level, and by nothing else."""
    word = re.escape(name)
    bound = rb"\bimport\b[^\n]*\b%s\b|^[ \t]*%s[ \t]*[=:,]|^[ \t]+%s,?[ \t]*$" % (word, word, word)
    defined = rb"^(?:async[ \t]+def|def|class)[ \t]+%s\b" % word
    return bool(re.search(defined, data, re.MULTILINE)) and not re.search(bound, data, re.MULTILINE)


def are_unconcerned(paths: list[str]) -> bool:
    """Say whether all paths are Python files that parse and can hold no finding, and nothing is configured."""
    finders: dict[str, ModuleFinder] = {}
    for path in map(os.path.abspath, paths):
        folder = os.path.dirname(path)
        if folder not in finders:
            if _is_configured(folder):
                return False
            finders[folder] = ModuleFinder(find_root(folder))
        if not _is_unconcerned(path, finders[folder]):
            return False
    return True


def _is_unconcerned(path: str, finder: ModuleFinder) -> bool:
    if not path.endswith((".py", ".pyw")) or not os.path.isfile(path):
        return False
    try:
        with open(path, "rb") as stream:
            data = stream.read()
        if concerns_check(data) or finder.may_bring(path, data):
            return False
        compile(data, path, "exec", _ONLY_PARSE, dont_inherit=True)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _is_configured(folder: str) -> bool:
    while True:
        try:
            with open(os.path.join(folder, "pyproject.toml"), "rb") as stream:
                if b"tf2migrate" in stream.read():
                    return True
        except OSError:
            pass
        above = os.path.dirname(folder)
        if above == folder:
            return False
        folder = above
