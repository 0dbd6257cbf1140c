"""What can be said of a file without parsing it, and where the modules are that it imports.

Started for every commit, so it imports next to nothing, and works on path texts: they cost a tenth of path objects.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from functools import partial

_ROOT_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git", ".hg")

# Compiled when they are first used: that costs more than most files are worth.
_TENSORFLOW = rb"tensorflow|\btf\b|\btf_slim\b|\btflearn\b"
_SUPPRESSION = rb"(?i)#.*(?:tf2migrate|noqa.*TFM)"
_FROM_IMPORT = rb"from[ \t]+([.\w]+)[ \t]+import\b[ \t]*(\([^)]*\)|(?:[^\n\\#;]|\\\r?\n)*)"
_PLAIN_IMPORT = rb"import[ \t]+((?:[^\n\\#;]|\\\r?\n)+)"
_IMPORTING = rb"\b(?:import|from)\b"
_NAME = rb"(\*|\w+)(?:\s+as\s+(\w+))?"
_MODULE = rb"([\w.]+)(?:\s+as\s+(\w+))?"
_COMMENT = rb"#[^\n]*"
_LIBRARY = rb"tensorflow|tf_slim"
_DEFINED = rb"(?m)^(?:async[ \t]+def|def|class)[ \t]+(\w+)"
_BOUND = rb"(?m)^[ \t]*(\w+)[ \t]*[=:,]|^[ \t]+(\w+),?[ \t\r]*$|\bimport\b([^\n]*)"
_ONLY_PARSE = 0x400  # ast.PyCF_ONLY_AST
_DEPTH = 20  # of modules that import from one another
_KEPT = 4096  # modules whose places are kept in mind; the listings of folders give them anew


def mentions_tensorflow(data: bytes) -> bool:
    """Say whether a file with these bytes can have anything to do with TensorFlow of its own."""
    return (b"tf" in data or b"tensorflow" in data) and re.search(_TENSORFLOW, data) is not None


def may_suppress(data: bytes) -> bool:
    """Say whether a file with these bytes can hold a comment that silences findings."""
    return b"#" in data and re.search(_SUPPRESSION, data) is not None


def imports_tensorflow(data: bytes) -> bool:
    """Say whether a file with these bytes can import TensorFlow itself: most that name it only speak of it."""
    position = 0
    while (found := re.compile(_LIBRARY).search(data, position)) is not None:
        start = data.rfind(b"\n", 0, found.start()) + 1
        while data.endswith((b"\\\n", b"\\\r\n"), 0, start):
            start = data.rfind(b"\n", 0, start - 1) + 1
        position = data.find(b"\n", found.end())
        if re.search(_IMPORTING, data[start : position if position >= 0 else None]):
            return True
        if position < 0:
            break
    return False


def from_imports(data: bytes) -> Iterator[tuple[str, str, str]]:
    """Yield (module, name, bound name) of all that looks like `from module import name as bound`."""
    for match in re.finditer(_FROM_IMPORT, data):
        if not _begins_statement(data, match.start()):
            continue
        module = match[1].decode("utf-8", "replace")
        listed = re.sub(_COMMENT, b"", match[2]).replace(b"\\", b"")
        for name in re.finditer(_NAME, listed):
            yield module, name[1].decode("utf-8", "replace"), (name[2] or name[1]).decode("utf-8", "replace")


def plain_imports(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield (module, dotted name by which its attributes are read) of all that looks like `import module as name`."""
    for match in re.finditer(_PLAIN_IMPORT, data):
        if _begins_statement(data, match.start()):
            for found in re.finditer(_MODULE, match[1].replace(b"\\", b"")):
                yield found[1].decode("utf-8", "replace"), (found[2] or found[1]).decode("utf-8", "replace")


def _begins_statement(data: bytes, position: int) -> bool:
    return data[max(position - 200, 0) : position].rstrip(b" \t")[-1:] in (b"", b"\n", b"\r", b";", b":")


def reaches(data: bytes, find: Callable[[str], str | None], brings: Callable[[str, str], bool]) -> bool:
    """Say whether something of TensorFlow comes by an import of a file with these bytes; never wrongly False.

    `find` gives the file of a module of the project, `brings` says whether a module's name stands for TensorFlow.
    """
    for module, name, bound in from_imports(data):
        below = f"{module}.{name}" if module.strip(".") else module + name
        if brings(module, name) or (find(below) is not None and _read_from(below, bound, data, find, brings)):
            return True
    return reaches_by_module(data, find, brings)


def reaches_by_module(data: bytes, find: Callable[[str], str | None], brings: Callable[[str, str], bool]) -> bool:
    """Say whether something of TensorFlow is read from a module that `import` brings whole."""
    for module, bound in plain_imports(data):
        roots = {(module, bound)} if module != bound else {(module, module), (module.partition(".")[0],) * 2}
        for path, name in roots:
            if find(path) is not None and _read_from(path, name, data, find, brings):
                return True
    return False


def _read_from(
    module: str, bound: str, data: bytes, find: Callable[[str], str | None], brings: Callable[[str, str], bool]
) -> bool:
    """Say whether an attribute of a module stands for TensorFlow, among those that are read where it is `bound`."""
    name = re.escape(bound.encode("utf-8", "replace"))
    if re.search(rb"=[ \t]*%s[ \t]*(?:[#;\r\n]|$)" % name, data) and brings(module, "*"):
        return True  # by another name
    for attribute in {one.decode("utf-8", "replace") for one in re.findall(name + rb"\s*\.\s*(\w+)", data)}:
        if brings(module, attribute):
            return True
        below = f"{module}.{attribute}"
        if find(below) is not None and _read_from(below, f"{bound}.{attribute}", data, find, brings):
            return True
    return False


def is_root(folder: str) -> bool:
    """Say whether a folder looks like a project's."""
    return any(os.path.exists(os.path.join(folder, mark)) for mark in _ROOT_MARKS)


def find_root(folder: str, known: dict[str, str | None] | None = None) -> str:
    """Return the nearest folder at or above `folder` that looks like a project's, else `folder`.

    `known` keeps what was found for the folders on the way.
    """
    passed: list[str] = []
    known = {} if known is None else known
    parent, found = folder, None
    while parent not in known:
        passed.append(parent)
        above = os.path.dirname(parent)
        known[parent] = parent if is_root(parent) else None
        if above == parent or known[parent] is not None:
            break
        parent = above
    found = known[parent]
    known.update(dict.fromkeys(passed, found))
    return folder if found is None else found


class ModuleFinder:
    """Finds the files of the modules that files of one project import."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.listings: dict[str, frozenset[str]] = {}
        self._found: dict[tuple[str, str], str | None] = {}

    def find(self, importer: str, module: str) -> str | None:
        """Return the file of a module (`..a.b`: relative) as the importing file sees it; None for a library.

        `a/` asks for the file or the folder of `a`: modules may lie in a folder that is no package itself.
        """
        folder = os.path.dirname(importer)
        if (folder, module) not in self._found:
            if len(self._found) >= _KEPT:
                self._found.clear()
            self._found[folder, module] = self._find(folder, module)
        return self._found[folder, module]

    def _find(self, folder: str, module: str) -> str | None:
        stem = module.lstrip(".")
        level, parts = len(module) - len(stem), stem.split(".") if stem else []
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
        """Say whether an import of a file can bring something of TensorFlow; never wrongly False."""
        return reaches(data, *self._seen_from(importer, _DEPTH))

    def _seen_from(self, importer: str, depth: int) -> tuple[Callable[[str], str | None], Callable[[str, str], bool]]:
        return partial(self.find, importer), lambda module, name: self._brings(importer, module, name, depth)

    def _brings(self, importer: str, module: str, name: str, depth: int) -> bool:
        path = self.find(importer, module)
        if path is None:
            return False
        try:
            with open(path, "rb") as stream:
                data = stream.read()
        except OSError:
            return False
        if not depth or imports_tensorflow(data):
            return name == "*" or name.encode() not in only_defined(data)
        for other, one, bound in from_imports(data):
            asked = name in ("*", bound) or one == "*"
            if asked and self._brings(path, other, name if one == "*" else one, depth - 1):
                return True
        whole = reaches_by_module(data, *self._seen_from(path, depth - 1))
        return whole and (name == "*" or name.encode() not in only_defined(data))

    def _below(self, folder: str, parts: list[str]) -> str | None:
        for part in parts[:-1]:
            if part not in self._listing(folder):
                return None
            folder = os.path.join(folder, part)
        names = self._listing(folder)
        if parts and parts[-1].endswith("/"):
            return next(
                (os.path.join(folder, one) for one in (f"{parts[-1][:-1]}.py", parts[-1][:-1]) if one in names), None
            )
        if parts and f"{parts[-1]}.py" in names:
            return os.path.join(folder, f"{parts[-1]}.py")
        if parts and parts[-1] not in names:
            return None
        package = os.path.join(folder, *parts[-1:])
        return os.path.join(package, "__init__.py") if "__init__.py" in self._listing(package) else None

    def _listing(self, folder: str) -> frozenset[str]:
        if folder not in self.listings:
            try:
                self.listings[folder] = frozenset(os.listdir(folder))
            except OSError:
                self.listings[folder] = frozenset()
        return self.listings[folder]


def only_defined(data: bytes) -> frozenset[bytes]:
    """Return the names that a module binds by `def` or `class` at its outermost level, and by nothing else."""
    defined = set(re.findall(_DEFINED, data))
    for assigned, listed, imported in re.findall(_BOUND, data) if defined else ():
        defined -= {assigned, listed, *re.findall(rb"\w+", imported)}
    return frozenset(defined)


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
        if mentions_tensorflow(data) or may_suppress(data) or finder.may_bring(path, data):
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
