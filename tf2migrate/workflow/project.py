"""Which files of a project must be migrated together: entries, and the modules with TensorFlow that they import."""

from __future__ import annotations

import ast
import os
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tf2migrate import prefilter
from tf2migrate.discovery import Excluder, resolved, walk
from tf2migrate.prefilter import mentions_tensorflow
from tf2migrate.source import SourceError, decode_source

# How deep below a folder that is no project's its files are looked for: it may be a home folder, or one of downloads.
_LOOSE_DEPTH = 1


@dataclass(frozen=True, slots=True)
class Component:
    """Files that get one level. `entries` are those that no other of them imports (all of them, in a cycle)."""

    files: tuple[Path, ...]
    entries: tuple[Path, ...]
    imports: Mapping[Path, frozenset[Path]]

    def importers(self, file: Path) -> tuple[Path, ...]:
        """Return the files that import `file` directly."""
        return tuple(other for other in self.files if file in self.imports[other])


def find_root(path: Path) -> Path:
    """Return the nearest folder at or above `path` that looks like a project's, else the folder of `path`."""
    return Path(prefilter.find_root(str(path if path.is_dir() else path.parent)))


def find_components(targets: Sequence[Path], excluder: Excluder) -> tuple[Component, ...]:
    """Return the components that hold at least one of `targets` (absolute paths), in the order of the targets.

    A target without TensorFlow and without such imports forms no component.
    """
    graph: dict[Path, frozenset[Path]] = {}
    for root in dict.fromkeys(find_root(target) for target in targets):
        depth = None if prefilter.is_root(str(root)) else _LOOSE_DEPTH
        files = {resolved(file) for file in walk(root, excluder, (".py", ".pyw"), depth)}
        files |= {target for target in targets if target.is_relative_to(root) and target.is_file()}
        graph |= _import_graph(files, root)
    graph = _joined(graph, _across_roots(targets))
    neighbours = _undirected(graph)
    components: list[Component] = []
    done: set[Path] = set()
    for target in targets:
        if target in graph and target not in done:
            members = _reach(target, neighbours)
            done |= members
            components.append(_component(members, graph))
    return tuple(components)


def _across_roots(targets: Sequence[Path]) -> Mapping[Path, frozenset[Path]]:
    """Return the imports among targets in folders that are no projects: `train/run.py` may reach `../src/model.py`."""
    roots = {find_root(target) for target in targets}
    if len(roots) < 2 or any(prefilter.is_root(str(root)) for root in roots):
        return {}
    return _import_graph({*targets}, Path(os.path.commonpath(sorted(roots))))


def _joined(one: Mapping[Path, frozenset[Path]], other: Mapping[Path, frozenset[Path]]) -> dict[Path, frozenset[Path]]:
    none: frozenset[Path] = frozenset()
    return {file: one.get(file, none) | other.get(file, none) for file in {**one, **other}}


def find_importers(file: Path, excluder: Excluder) -> set[Path]:
    """Return the files of a project that import a file, whether they mention TensorFlow or not."""
    root = find_root(file)
    depth = None if prefilter.is_root(str(root)) else _LOOSE_DEPTH
    files = {resolved(other) for other in walk(root, excluder, (".py", ".pyw"), depth)} | {file}
    modules, stem = _Modules(files, root), _stem(file)
    contents = {other: data for other in files if (data := _bytes(other)) is not None and (stem in data)}
    return {other for other, data in contents.items() if file in modules.imported_by(other, data)}


def _component(members: set[Path], graph: Mapping[Path, frozenset[Path]]) -> Component:
    imported = {file for member in members for file in graph[member] if file != member}
    files = tuple(sorted(members))
    entries = tuple(file for file in files if file not in imported)
    return Component(files, entries or files, {file: graph[file] for file in files})


def _undirected(graph: Mapping[Path, frozenset[Path]]) -> Mapping[Path, set[Path]]:
    neighbours: dict[Path, set[Path]] = {file: set(imports) for file, imports in graph.items()}
    for file, imports in graph.items():
        for other in imports:
            neighbours[other].add(file)
    return neighbours


def _reach(start: Path, neighbours: Mapping[Path, Iterable[Path]]) -> set[Path]:
    reached, pending = {start}, [start]
    while pending:
        fresh = [file for file in neighbours[pending.pop()] if file not in reached]
        reached.update(fresh)
        pending += fresh
    return reached


def _import_graph(files: set[Path], root: Path) -> dict[Path, frozenset[Path]]:
    """Return the imports among files that mention TensorFlow or import, however far, one that does."""
    contents = {file: data for file in sorted(files) if (data := _bytes(file)) is not None}
    modules = _Modules(files, root)
    members = {file for file, data in contents.items() if mentions_tensorflow(data) and modules.names_it(file, data)}
    graph: dict[Path, frozenset[Path]] = {}
    fresh = members
    while fresh:
        stems = b"|".join(re.escape(_stem(file)) for file in sorted(fresh))
        words = re.compile(rb"\b(?:" + stems + rb")\b|from\s+\.+\s+import\b")
        suspects = [file for file, data in contents.items() if file not in graph and words.search(data)]
        graph |= {file: modules.imported_by(file, contents[file]) for file in {*suspects, *fresh} - graph.keys()}
        grown = members | {file for file, imports in graph.items() if imports & members}
        fresh, members = grown - members, grown
    return {file: graph[file] & members for file in members}


def _stem(file: Path) -> bytes:
    return os.fsencode(file.parent.name if file.stem == "__init__" else file.stem)


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def _words(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a file reads, binds and imports, and its strings, but for those that document it."""
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.arg(arg=word):
                yield word
            case ast.alias(name=word, asname=other):
                yield from (word, other or "")
            case ast.ImportFrom(module=str(word)):
                yield word
            case ast.Constant(value=str(word)) if id(node) not in said:
                yield word
            case _:
                pass


def _names_tensorflow(word: str) -> bool:
    return mentions_tensorflow(word.encode("utf-8", "replace"))  # a string may hold half of a surrogate pair


class _Modules:
    """Finds the files of a project that an import statement names."""

    def __init__(self, files: set[Path], root: Path) -> None:
        self._files = files
        self._root = root
        self._read: dict[Path, tuple[bool, frozenset[Path]]] = {}

    def names_it(self, file: Path, data: bytes) -> bool:
        """Say whether the code of `file` names TensorFlow, not its comments alone; so where it does not parse."""
        return self._facts(file, data)[0]

    def imported_by(self, file: Path, data: bytes) -> frozenset[Path]:
        """Return the project's files that `file` imports; none where it does not parse."""
        return self._facts(file, data)[1]

    def _facts(self, file: Path, data: bytes) -> tuple[bool, frozenset[Path]]:
        if file not in self._read:
            self._read[file] = self._look_at(file, data)
        return self._read[file]

    def _look_at(self, file: Path, data: bytes) -> tuple[bool, frozenset[Path]]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(decode_source(str(file), data).text)
        except (SourceError, SyntaxError, ValueError, RecursionError, MemoryError):
            return True, frozenset()
        named = mentions_tensorflow(data) and any(map(_names_tensorflow, _words(tree)))
        return named, frozenset(found for found in self._imports(tree, file) if found != file)

    def _imports(self, tree: ast.Module, file: Path) -> Iterator[Path]:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield from self._absolute(file, alias.name.split("."))
            elif isinstance(node, ast.ImportFrom):
                parts = node.module.split(".") if node.module else []
                for alias in node.names:
                    if node.level:
                        yield from self._below(
                            file.parents[min(node.level, len(file.parents)) - 1], [*parts, alias.name]
                        )
                    else:
                        yield from self._absolute(file, [*parts, alias.name])

    def _absolute(self, file: Path, parts: list[str]) -> Iterator[Path]:
        for folder in file.parents:
            found = list(self._below(folder, parts))
            if found:
                yield from found
                return
            if folder == self._root:
                yield from self._below(self._root / "src", parts)
                return

    def _below(self, folder: Path, parts: list[str]) -> Iterator[Path]:
        """Yield the modules on the way of `parts` below `folder`; a last part that is no module is a name in one."""
        for count in range(1, len(parts) + 1):
            stem = folder.joinpath(*parts[:count])
            for candidate in (stem.with_name(f"{stem.name}.py"), stem / "__init__.py"):
                if candidate in self._files:
                    yield candidate
        if not parts[:-1] and folder / "__init__.py" in self._files:
            yield folder / "__init__.py"
