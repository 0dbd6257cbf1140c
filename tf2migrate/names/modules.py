"""TensorFlow that a file reaches through other modules of its project: `from common import tf`."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path

from tf2migrate.names.paths import canonical_path
from tf2migrate.names.resolver import Names
from tf2migrate.prefilter import ModuleFinder, from_imports, only_defined, reaches
from tf2migrate.source import SourceError, decode_source, parse_text

_KEPT = 64  # syntax trees of modules
_KEPT_NAMES = 512  # modules whose definitions are kept


class ProjectModules:
    """The modules of one project, as its files import them. A module is read when a name is followed into it."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._finder = ModuleFinder(root)
        self._modules: dict[str, _Module] = {}
        self._answers: dict[str, dict[str, str | None]] = {}
        self._names: dict[str, Names | None] = {}
        self.only_defined = lru_cache(_KEPT_NAMES)(lambda path: only_defined(_read(path)))

    def follower(self, importer: str) -> Callable[[str], str | None]:
        """Return what follows a dotted name out of a file: to the dotted path of a TensorFlow symbol, or None."""
        return lambda dotted: self.follow(importer, dotted)

    def follow(self, importer: str, dotted: str) -> str | None:
        """Return the TensorFlow path that a dotted name, written in `importer`, stands for; None where for none."""
        stem = dotted.lstrip(".")
        dots, parts = dotted[: len(dotted) - len(stem)], stem.split(".")
        if not stem or (not dots and self.find(importer, f"{parts[0]}/") is None):
            return None
        for count in range(len(parts) - 1, -1 if dots else 0, -1):
            found = self.find(importer, dots + ".".join(parts[:count]))
            if found is not None:
                first = self._module(found).denotes(parts[count])
                return None if first is None else ".".join([first, *parts[count + 1 :]])
        return None

    def brings_tensorflow(self, importer: str, data: bytes) -> bool:
        """Say whether an import of a file brings something of TensorFlow from a module of the project."""
        return reaches(data, partial(self.find, importer), partial(self.brings, importer))

    def find(self, importer: str, module: str) -> str | None:
        """Return the file that holds a module as a file sees it (`..a.b`: relative; `a/`: or its folder)."""
        answers = self._answers.setdefault(importer, {})
        if module not in answers:
            answers[sys.intern(module)] = self._finder.find(importer, module)  # one text for all that import it
        return answers[module]

    def answers(self, importer: str) -> Mapping[str, str | None]:
        """Return in which files modules were found when a file imported them; None where they are not the project's."""
        return self._answers.get(importer, {})

    def reached(self, importer: str) -> list[str]:
        """Return the files of the modules that names were followed into from a file, however far."""
        reached: dict[str, None] = {}
        pending = [importer]
        while pending:
            for found in self.answers(pending.pop()).values():
                if found is not None and found not in reached:
                    reached[found] = None
                    pending.append(found)
        return list(reached)

    @property
    def digests(self) -> Mapping[str, str]:
        """The digest of what each module's file held when it was read."""
        return {path: module.digest for path, module in self._modules.items()}

    @property
    def listings(self) -> Mapping[str, frozenset[str]]:
        """The names in each folder in which modules were looked for."""
        return self._finder.listings

    def forget(self, importer: str) -> None:
        """Drop what was found for a file that no other one asked for, so that memory does not grow with the tree."""
        if importer not in self._modules:
            self._answers.pop(importer, None)

    def brings(self, importer: str, module: str, name: str) -> bool:
        """Say whether `from module import name` in a file brings something of TensorFlow."""
        found = self.find(importer, module)
        return found is not None and self._module(found).gives(name)

    def names(self, path: str) -> Names | None:
        """Return the names at module level of a file, None where it cannot be read; a few of them are kept."""
        if path in self._names:
            self._names[path] = self._names.pop(path)  # the last one that was asked for
        else:
            data = _read(path)
            try:
                tree = parse_text(decode_source(path, data).text, path)
            except SourceError:
                self._names[path] = None
            else:
                self._names[path] = Names(tree, self.follower(path), functions=False)
            if len(self._names) > _KEPT:
                self._names.pop(next(iter(self._names)))
        return self._names[path]

    def _module(self, path: str) -> _Module:
        if path not in self._modules:
            self._modules[path] = _Module(path, self)
        return self._modules[path]


class _Module:
    """One module of the project: what its names at module level denote."""

    def __init__(self, path: str, project: ProjectModules) -> None:
        self._path = path
        self._project = project
        self.digest = hashlib.sha256(_read(path)).hexdigest()  # before anything is read that it stands for
        self._denoted: dict[str, str | None] = {}
        self._gives_all: bool | None = None

    def gives(self, name: str) -> bool:
        """Say whether importing a name (`*`: all) from the module brings something of TensorFlow."""
        if name != "*":
            return self.denotes(name) is not None
        if self._gives_all is None:
            self._gives_all = False  # a module that imports from itself brings nothing
            names = self._project.names(self._path)
            self._gives_all = (names is not None and names.exports_tensorflow()) or any(
                self._project.brings(self._path, module, name)
                for module, name, _ in from_imports(_read(self._path))
                if name == "*"
            )
        return self._gives_all

    def denotes(self, name: str) -> str | None:
        """Return the dotted TensorFlow path that a name at module level denotes."""
        if name not in self._denoted:
            self._denoted[sys.intern(name)] = None
            defined = self._project.only_defined(self._path)
            names = None if name.encode() in defined else self._project.names(self._path)
            if names is not None:
                dotted = names.exported(name)
                self._denoted[name] = dotted if dotted is not None and canonical_path(dotted) is not None else None
        return self._denoted[name]


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""
