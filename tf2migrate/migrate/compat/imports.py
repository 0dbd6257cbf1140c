"""Imports of TensorFlow: each takes its names from where they run as TensorFlow 1."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from tf2migrate.knowledge import is_tf_module
from tf2migrate.lint.changes import remove_statement
from tf2migrate.migrate.compat.file import COMPAT, CompatFile
from tf2migrate.migrate.compat.references import is_internal_module, stays
from tf2migrate.migrate.compat.targets import SLIM, compat_target, is_internal
from tf2migrate.migrate.compat.tutorial_data import TUTORIAL
from tf2migrate.model.source import Edit, Span
from tf2migrate.names import canonical_path


@dataclass(frozen=True, slots=True)
class _Taken:
    """One name as it is imported from now on: `module` None is a plain import of `name`; `name` "*" is all of them."""

    module: str | None
    name: str
    bound: str | None


def write_imports(file: CompatFile) -> None:
    """Add the edits of all import statements that bring TensorFlow."""
    second_choices = _in_handlers(file.linted.tree)
    for statement in file.linted.names.imports:
        if statement in second_choices or not _brings_tensorflow(statement):
            continue
        before = [_as_written(statement, alias) for alias in statement.names]
        after = [_new_form(file, statement, alias) for alias in statement.names]
        if after != before:
            _write(file, statement, before, after)


def _in_handlers(tree: ast.Module) -> set[ast.stmt]:
    """Return the imports that a program falls back to where another one fails: they never run here."""
    handlers = (node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler))
    return {node for handler in handlers for node in ast.walk(handler) if isinstance(node, ast.Import | ast.ImportFrom)}


def _brings_tensorflow(statement: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(statement, ast.ImportFrom):
        return not statement.level and (statement.module or "").partition(".")[0] == "tensorflow"
    return any(alias.name.partition(".")[0] == "tensorflow" for alias in statement.names)


def _as_written(statement: ast.Import | ast.ImportFrom, alias: ast.alias) -> _Taken:
    module = statement.module if isinstance(statement, ast.ImportFrom) else None
    return _Taken(module, alias.name, alias.asname)


def _new_form(file: CompatFile, statement: ast.Import | ast.ImportFrom, alias: ast.alias) -> _Taken | None:
    """Return how a name is imported from now on; None where nothing needs it any more."""
    same = _as_written(statement, alias)
    dotted = alias.name if same.module is None else f"{same.module}.{alias.name}"
    path = canonical_path(dotted.removesuffix(".*"))
    if path is None or stays(file, dotted, path) or is_internal(path, dotted):
        return same
    if path.startswith(TUTORIAL):
        return None
    if same.module is None and alias.asname is None:
        return _plain(file, same)
    if alias.name == "*":
        return _whole(file, statement, same)
    bound = alias.asname or alias.name
    if dotted == "tensorflow":
        return _Taken(None, COMPAT, bound) if file.one else same
    if is_internal_module(dotted):
        return same if file.is_used(bound) else None
    return _single(file, same, path, bound)


def _single(file: CompatFile, same: _Taken, path: str, bound: str) -> _Taken | None:
    """Return the new import of one symbol or module."""
    target = compat_target(path)
    if target.internal or target.path == "tf":
        return same
    if target.path is None:  # its references are refused or written anew
        return None
    file.keras |= target.legacy_keras
    if is_tf_module(path) and file.was_used(bound) and not file.is_used(bound):
        return None
    if target.path == SLIM:
        return _Taken(None, SLIM, bound)
    module, _, name = target.path.rpartition(".")
    module = module if module.startswith(SLIM) else COMPAT + module.removeprefix("tf")
    if same.module is None and target.path == path:  # keep the form of the statement
        return _Taken(None, f"{module}.{name}", bound)
    if same.module is not None and canonical_path(same.module) == canonical_path(module) and COMPAT in same.module:
        return same
    return _Taken(module, name, None if name == bound else bound)


def _plain(file: CompatFile, same: _Taken) -> _Taken:
    """`import tensorflow.a.b` binds `tensorflow`, which has to be TensorFlow 1's for the rest of the program."""
    if not file.one:
        return same
    if same.name.startswith("tensorflow.python") and not file.is_used("tensorflow"):
        return same
    return _Taken(None, COMPAT, "tensorflow")


def _whole(file: CompatFile, statement: ast.stmt, same: _Taken) -> _Taken:
    """Return the import of all names of a module."""
    assert same.module is not None
    if same.module.startswith(COMPAT) or is_internal_module(same.module):
        return same
    if same.module == "tensorflow":
        return _Taken(COMPAT, "*", None)
    path = canonical_path(same.module)
    target = compat_target(path or same.module)
    if target.path is None or (target.path != path and not target.path.startswith(SLIM)):
        file.refuse(statement, f"all names of `{same.module}` are imported, which TensorFlow 2 does not have")
        return same
    file.keras |= target.legacy_keras or target.path.startswith("tf.keras")
    slim = target.path.startswith(SLIM)
    return _Taken(target.path if slim else COMPAT + target.path.removeprefix("tf"), "*", None)


# --- writing ----------------------------------------------------------------------------------------------------------


def _write(
    file: CompatFile,
    statement: ast.Import | ast.ImportFrom,
    before: list[_Taken],
    after: list[_Taken | None],
) -> None:
    """Change the module alone where that is all, else write the statement anew."""
    span = file.linted.lines.node_span(statement)
    kept = list(dict.fromkeys(one for one in after if one is not None))
    if not kept:
        file.edits.extend(remove_statement(file.linted, span))
        return
    modules = {one.module for one in kept}
    same_names = [(one.name, one.bound) for one in kept] == [(one.name, one.bound) for one in before]
    module = next(iter(modules))
    if isinstance(statement, ast.ImportFrom) and len(modules) == 1 and module is not None and same_names:
        start = file.linted.text.index(statement.module or "", span.start)
        file.edits.append(Edit(Span(start, start + len(statement.module or "")), module))
        return
    line = file.linted.lines.lines_span(span)
    alone = not (file.linted.text[line.start : span.start].strip() or ";" in file.linted.text[span.end : line.end])
    separator = f"\n{file.linted.lines.indent(statement.lineno)}" if alone else "; "
    file.edits.append(Edit(span, separator.join(_statements(kept))))


def _statements(taken: list[_Taken]) -> list[str]:
    """Return import statements; names of one module share one."""
    plain = [_named(one) for one in taken if one.module is None]
    lines = [f"import {name}" for name in plain]
    for module in dict.fromkeys(one.module for one in taken if one.module is not None):
        lines.append(f"from {module} import {', '.join(_named(one) for one in taken if one.module == module)}")
    return lines


def _named(one: _Taken) -> str:
    return one.name if one.bound is None else f"{one.name} as {one.bound}"
