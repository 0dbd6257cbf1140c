"""What a program needs at its start: the Keras of TensorFlow 1, and the behaviour of TensorFlow 1."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set

from tf2migrate.migrate.compat.file import COMPAT, CompatFile
from tf2migrate.model.source import Edit, Span

SWITCHES = frozenset({"tf.disable_v2_behavior", "tf.disable_eager_execution"})
FLAG = "TF_USE_LEGACY_KERAS"
_FLAG_LINE = f'os.environ["{FLAG}"] = "1"  # Keras of TensorFlow 1, from the package tf-keras'
_TENSORFLOW = ("tensorflow", "tf_slim")


def is_program(tree: ast.Module) -> bool:
    """Say whether a file does something of its own when it is started."""
    tests = (node.test for node in tree.body if isinstance(node, ast.If))
    return any(isinstance(part, ast.Name) and part.id == "__name__" for test in tests for part in ast.walk(test))


def has_switch(file: CompatFile) -> bool:
    """Say whether the file switches TensorFlow 2's behaviour off itself."""
    return any(use.path in SWITCHES for use in file.linted.uses)


def write_start(file: CompatFile, local: Set[str], *, keras: bool, switch: bool) -> None:
    """Add the lines of an entry; `local` names the modules of the project that bring TensorFlow too."""
    body = file.linted.tree.body
    bringing = [statement for statement in body if _brings(statement, local)]
    anchor = bringing[0] if bringing else _after_leading(body)
    if keras and FLAG not in file.linted.text:
        _insert_before(file, anchor, _flag_lines(file, anchor))
    if switch:
        _write_switch(file, bringing, anchor, local)


def _flag_lines(file: CompatFile, anchor: ast.stmt | None) -> list[str]:
    here = len(file.linted.text) if anchor is None else file.linted.lines.node_span(anchor).start
    for statement in file.linted.tree.body:
        if isinstance(statement, ast.Import) and file.linted.lines.node_span(statement).start < here:
            for alias in statement.names:
                if alias.name == "os":
                    return [_FLAG_LINE if alias.asname is None else _FLAG_LINE.replace("os.", f"{alias.asname}.", 1)]
    return ["import os", _FLAG_LINE]


def _write_switch(file: CompatFile, bringing: list[ast.stmt], anchor: ast.stmt | None, local: Set[str]) -> None:
    """Put the switch behind the import of TensorFlow, or before a module that would build a graph without it."""
    first_local = next((one for one in bringing if _imports(one, local, whole=True)), None)
    own = next((one for one in bringing if _binds_tensorflow(file, one)), None)
    if own is not None and (first_local is None or own.lineno < first_local.lineno):
        name = file.tensorflow_name(ast.Name(""))
        _insert_after(file, own, [f"{name}.disable_v2_behavior()"])
        return
    name = "tf" if "tf" not in file.bound or own is not None else "tensorflow_v1"
    lines = [f"import {COMPAT} as {name}", f"{name}.disable_v2_behavior()"]
    _insert_before(file, anchor if first_local is None else first_local, lines)


def _binds_tensorflow(file: CompatFile, statement: ast.stmt) -> bool:
    """Say whether an import at module level binds a name that denotes the module."""
    return isinstance(statement, ast.Import | ast.ImportFrom) and any(
        file.linted.names.exported(alias.asname or alias.name.partition(".")[0]) in ("tensorflow", COMPAT)
        for alias in statement.names
    )


def _brings(statement: ast.stmt, local: Set[str]) -> bool:
    return _imports(statement, {*_TENSORFLOW, *local}, whole=False)


def _imports(statement: ast.stmt, modules: Set[str], *, whole: bool) -> bool:
    """Say whether a statement, run at import time, imports one of some modules."""
    for node in _run_at_import(statement):
        if isinstance(node, ast.Import):
            found = [part for alias in node.names for part in alias.name.split(".")]
        elif isinstance(node, ast.ImportFrom):
            found = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
        else:
            continue
        if found[0] in _TENSORFLOW:
            found = found[:1]
        if modules & set(found):
            return True
    return False


def _run_at_import(statement: ast.stmt) -> Iterator[ast.AST]:
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            pending.extend(ast.iter_child_nodes(node))


def _after_leading(body: list[ast.stmt]) -> ast.stmt | None:
    """Return the first statement behind the docstring and the imports at the top."""
    for position, statement in enumerate(body):
        docstring = position == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not docstring and not isinstance(statement, ast.Import | ast.ImportFrom):
            return statement
    return None


def _insert_before(file: CompatFile, anchor: ast.stmt | None, lines: list[str]) -> None:
    text = file.linted.text
    if anchor is None:
        place, before = len(text), "" if text.endswith("\n") or not text else "\n"
        file.edits.append(Edit(Span(place, place), before + "".join(f"{line}\n" for line in lines)))
        return
    row = min([anchor.lineno, *(one.lineno for one in getattr(anchor, "decorator_list", []))])
    place = file.linted.lines.start(row)
    file.edits.append(Edit(Span(place, place), "".join(f"{line}\n" for line in lines)))


def _insert_after(file: CompatFile, anchor: ast.stmt, lines: list[str]) -> None:
    text = file.linted.text
    place = file.linted.lines.start((anchor.end_lineno or anchor.lineno) + 1)
    ended = text[:place].endswith("\n")
    added = "".join(f"{line}\n" for line in lines) if ended else "".join(f"\n{line}" for line in lines)
    file.edits.append(Edit(Span(place, place), added))
