"""What the files of a program import from each other must still be there when all of them are written."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator, Mapping

from tf2migrate.migrate.refusal import GRAPH_VALUE_ESCAPES
from tf2migrate.model.plan import Refusal

_ADVICE = "import what takes its place, or make it in the file that uses it"


def missing_exports(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Refusal, ...]:
    """Return why files do not fit together: one uses a name of another that is no longer made there.

    `before` and `after` are the texts of all files of a program, by path.
    """
    gone = {path: _names(before, path) - _names(after, path) for path in before}
    found: dict[Refusal, None] = {}
    for path, text in after.items():
        for name, row in _used(path, ast.parse(text), gone):
            reason = f"`{name}` would no longer exist where it is used"
            found[Refusal(path, row, GRAPH_VALUE_ESCAPES, reason, _ADVICE)] = None
    return tuple(found)


def _used(path: str, tree: ast.Module, gone: Mapping[str, set[str]]) -> Iterator[tuple[str, int]]:
    """Yield the names that a file takes from others although they are gone there, with the row of the import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                for source in _files(gone, alias.name):
                    bound = alias.asname or alias.name
                    yield from ((name, node.lineno) for name in gone[source] if _is_part_read(tree, bound, name))
        if not isinstance(node, ast.ImportFrom):
            continue
        for source in _files(gone, node.module or ""):
            named = {alias.name for alias in node.names}
            wanted = _free_names(tree) if "*" in named else named
            yield from ((name, node.lineno) for name in sorted(gone[source] & wanted) if source != path)
        for alias in node.names:
            for source in _files(gone, f"{node.module or ''}.{alias.name}".strip(".")):
                bound = alias.asname or alias.name
                yield from ((name, node.lineno) for name in gone[source] if _is_part_read(tree, bound, name))


def _files(paths: Mapping[str, object], module: str) -> list[str]:
    """Return the files of the program that a dotted name may stand for."""
    tail = "/" + module.replace(".", "/") if module else ""
    ends = (f"{tail}.py", f"{tail}/__init__.py") if tail else ("/__init__.py",)
    return [path for path in paths if path.replace("\\", "/").endswith(ends)]


def _is_part_read(tree: ast.Module, bound: str, name: str) -> bool:
    """Say whether `bound.name` stands anywhere."""
    return any(
        isinstance(node, ast.Attribute) and node.attr == name and ast.unparse(node.value) == bound
        for node in ast.walk(tree)
    )


def _free_names(tree: ast.Module) -> set[str]:
    """Return the names that a module reads and does not bind."""
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return read - _bound(ast.unparse(tree))


def _names(texts: Mapping[str, str], path: str, seen: tuple[str, ...] = ()) -> set[str]:
    """Return the names at module level of a file, those that it imports as a whole included."""
    names = _bound(texts[path])
    for node in ast.walk(ast.parse(texts[path])):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            for source in _files(texts, node.module or ""):
                if source not in (path, *seen):
                    names |= {name for name in _names(texts, source, (*seen, path)) if not name.startswith("_")}
    return names


def _bound(text: str) -> set[str]:
    symbols = symtable.symtable(text, "<module>", "exec").get_symbols()
    return {one.get_name() for one in symbols if one.is_assigned() or one.is_imported() or one.is_namespace()}
