"""Imports after a migration: the name of TensorFlow, and imports that nothing needs any more."""

from __future__ import annotations

import ast

from tf2migrate.migrate.render import Rendered, edited
from tf2migrate.migrate.syntax import is_of_tensorflow
from tf2migrate.model.source import Edit, Span
from tf2migrate.source import LineIndex, remove_import

_IMPORT = "import tensorflow as tf"
LOST_MODULES = ("tensorflow.contrib.", "tensorflow.examples.")


def tf_alias(tree: ast.Module) -> str:
    """Return the expression that denotes TensorFlow in a module."""
    plain = None
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name in ("tensorflow", "tensorflow.compat.v1", "tensorflow.compat.v2"):
                    if alias.asname:
                        return alias.asname
                    plain = plain or "tensorflow"
        if isinstance(node, ast.ImportFrom) and node.module == "tensorflow.compat":
            for alias in node.names:
                if alias.name == "v1" and alias.asname:
                    return alias.asname
    return plain or "tf"


def remove_unused_imports(before: str, after: Rendered) -> Rendered:
    """Return the text without TensorFlow names whose import nothing uses any more; `tf` is imported where used."""
    try:
        tree = ast.parse(after.text)
    except SyntaxError:
        return after
    used = _used(tree)
    after = _without_aliases(after, tree, used)
    tree = ast.parse(after.text)
    used = _used(tree)
    gone = _used(ast.parse(before)) - used
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    bound = {alias.asname or alias.name for node in imports for alias in node.names}
    text = after
    for node in reversed(tree.body):
        if not isinstance(node, (ast.Import, ast.ImportFrom)) or not is_of_tensorflow(node):
            continue
        unused = {name for name in map(_bound_by, node.names) if name in gone or (name not in used and _is_idle(node))}
        kept = [alias for alias in node.names if _bound_by(alias) not in unused]
        lines = [] if "tf" in bound or "tf" not in used else [_IMPORT]
        bound |= {"tf"} if lines else set()
        if len(kept) < len(node.names) and kept:
            lines.append(ast.unparse(type(node)(**{**vars(node), "names": kept})))
        elif kept and lines:
            lines.append(ast.get_source_segment(after.text, node) or ast.unparse(node))
        if _is_plain_lost(node) and kept and not lines:
            lines = [] if "tensorflow" in _bound_elsewhere(tree, node) else ["import tensorflow"]
            text = _replace_rows(text, node, lines)
        elif lines or len(kept) < len(node.names):
            text = _replace_rows(text, node, lines)
    text = _without_nested(text, used)
    known = bound | {node.id for node in ast.walk(ast.parse(before)) if isinstance(node, ast.Name)}
    return _with_tensorflow(text) if "tf" in used and "tf" not in known else text


def _without_aliases(text: Rendered, tree: ast.Module, used: set[str]) -> Rendered:
    """Return the text without names for lost modules (`slim = tf.contrib.slim`) that nothing uses any more."""
    lost = tuple(f"{module.replace('tensorflow', tf_alias(tree), 1)}" for module in LOST_MODULES)
    for node in reversed(tree.body):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute() as value) if name not in used:
                if f"{ast.unparse(value)}.".startswith(lost):
                    text = _replace_rows(text, node, [])
    return text


def _is_plain_lost(node: ast.Import | ast.ImportFrom) -> bool:
    """Say whether a statement binds `tensorflow` by the import of a module that TensorFlow 2 does not have."""
    return isinstance(node, ast.Import) and _is_lost(node) and all(alias.asname is None for alias in node.names)


def _bound_elsewhere(tree: ast.Module, node: ast.stmt) -> set[str]:
    """Return what the imports at module level bind but for those of modules that TensorFlow 2 does not have."""
    others = (one for one in tree.body if isinstance(one, (ast.Import, ast.ImportFrom)) and one is not node)
    return {_bound_by(alias) for one in others if not _is_lost(one) for alias in one.names}


def _without_nested(text: Rendered, used: set[str]) -> Rendered:
    """Return the text without imports of lost modules inside of other statements, where nothing uses their names."""
    while True:
        tree = ast.parse(text.text)
        for node in ast.walk(tree):
            if isinstance(node, ast.Try) and node in tree.body and _only_imports(node, used):
                text = _replace_rows(text, node, [])
                break
            if not isinstance(node, (ast.Import, ast.ImportFrom)) or node in tree.body or not _is_lost(node):
                continue
            unused = next((_bound_by(alias) for alias in node.names if _bound_by(alias) not in used), None)
            edit = remove_import(text.text, unused) if unused is not None else None
            if edit is not None:
                text = edited(text, [_with_blank_line(text.text, edit)])
                break
        else:
            return text


def _with_blank_line(text: str, edit: Edit) -> Edit:
    """Return the removal of a statement with the blank line below it, where the statement begins a block."""
    begins = text[: edit.span.start].rstrip().endswith(":")
    blank = begins and not edit.text and text[edit.span.end : edit.span.end + 1] == "\n"
    return Edit(Span(edit.span.start, edit.span.end + blank), edit.text)


def _only_imports(node: ast.Try, used: set[str]) -> bool:
    """Say whether a statement only tries to import what is lost, and nothing uses what it imports."""
    blocks = [node.body, node.orelse, node.finalbody, *(handler.body for handler in node.handlers)]
    imports = [one for block in blocks for one in block]
    return (
        all(isinstance(one, (ast.Import, ast.ImportFrom)) for one in imports)
        and all(_is_lost(one) for one in node.body if isinstance(one, (ast.Import, ast.ImportFrom)))
        and not any(
            _bound_by(a) in used for one in imports if isinstance(one, (ast.Import, ast.ImportFrom)) for a in one.names
        )
    )


def _with_tensorflow(text: Rendered) -> Rendered:
    """Return a text that imports no TensorFlow with such an import: behind its first plain imports, above others."""
    imports = [node for node in ast.parse(text.text).body if isinstance(node, (ast.Import, ast.ImportFrom))]
    imports = [node for node in imports if getattr(node, "module", "") != "__future__"]
    if not imports:
        return text
    plain = [node for node in imports[: _leading(imports)] if node.lineno == node.end_lineno]
    place = plain[-1] if plain else imports[0]
    index = LineIndex(text.text)
    lines = [index.line(row).rstrip("\r\n") for row in range(place.lineno, (place.end_lineno or place.lineno) + 1)]
    return _replace_rows(text, place, [*lines, _IMPORT] if plain else [_IMPORT, *lines])


def _leading(imports: list[ast.Import | ast.ImportFrom]) -> int:
    """Return how many plain imports come first."""
    return next((number for number, node in enumerate(imports) if isinstance(node, ast.ImportFrom)), len(imports))


def _bound_by(alias: ast.alias) -> str:
    return alias.asname or alias.name.split(".")[0]


def _is_lost(node: ast.Import | ast.ImportFrom) -> bool:
    """Say whether TensorFlow 2 has no such module: importing it would fail."""
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    return all(f"{name}.".startswith(LOST_MODULES) for name in names)


def _is_idle(node: ast.Import | ast.ImportFrom) -> bool:
    """Say whether an import whose names nothing uses goes: of a module that is lost, or internal to TensorFlow."""
    internal = isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith("tensorflow.python.")
    return internal or _is_lost(node)


def _used(tree: ast.Module) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _replace_rows(text: Rendered, node: ast.stmt, lines: list[str]) -> Rendered:
    """Return the text with the rows of a statement replaced by other lines."""
    index = LineIndex(text.text)
    first, last = node.lineno, node.end_lineno or node.lineno
    start, end = index.start(first), index.start(last + 1)
    new = "".join(line + "\n" for line in lines)
    change = len(new) - (end - start)
    marks = tuple(mark.moved(change) if mark.span.start >= end else mark for mark in text.marks)
    rows = (text.lines[first - 1],) * len(lines)
    return Rendered(
        text.text[:start] + new + text.text[end:], text.lines[: first - 1] + rows + text.lines[last:], marks
    )
