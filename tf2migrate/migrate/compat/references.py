"""References to TensorFlow: each is made to denote the symbol that runs as TensorFlow 1."""

from __future__ import annotations

import ast

from tf2migrate.knowledge import is_tf_module, resolves_in_tf2
from tf2migrate.migrate.compat.file import COMPAT, CompatFile, canonical, parts_of
from tf2migrate.migrate.compat.targets import SLIM, CompatTarget, accepted_keywords, compat_target, is_internal
from tf2migrate.migrate.compat.tutorial_data import is_tutorial, write_tutorial_data
from tf2migrate.model.source import Edit
from tf2migrate.names import Use, canonical_path


def write_references(file: CompatFile) -> None:
    """Add the edits of all references, and refusals where a symbol is gone."""
    calls = {id(node.func): node for node in ast.walk(file.linted.tree) if isinstance(node, ast.Call)}
    write_tutorial_data(file, [use for use in file.linted.uses if is_tutorial(use.path)])
    for use in file.linted.uses:
        if is_tutorial(use.path) or stays(file, use.dotted, use.path):
            continue
        if is_internal(use.path, use.dotted):
            continue
        target = compat_target(use.path)
        if target.path is None:
            written = file.linted.source(file.linted.lines.node_span(use.node))
            file.refuse(use.node, f"`{written}` runs nowhere in TensorFlow 2: {target.reason}")
            continue
        file.keras |= target.legacy_keras
        if _denotes(file, use) != target.path:
            _rename(file, use, target.path)
            _check_keywords(file, use, target, calls.get(id(use.node)))


def stays(file: CompatFile, dotted: str, path: str) -> bool:
    """Say whether a path is TensorFlow 2's in a file that means TensorFlow 2."""
    return file.means_tf2(dotted) and (resolves_in_tf2(path) or path.startswith("tf.compat.v2"))


def is_internal_module(dotted: str) -> bool:
    """Say whether a path, as imported, names one of TensorFlow's own modules; what it holds is taken from elsewhere."""
    return dotted.startswith("tensorflow.python") and is_tf_module(canonical(dotted))


def _denotes(file: CompatFile, use: Use) -> str | None:
    """Return what the expression denotes after the imports have changed, if nothing else does."""
    parts = use.dotted.split(".")
    count = parts_of(use.node)
    root, below = ".".join(parts[: len(parts) - count + 1]), parts[len(parts) - count + 1 :]
    if root == "tensorflow" and file.means_tf2(use.dotted):
        return None
    if root in ("tensorflow", COMPAT):
        base: str | None = "tensorflow"
    elif is_internal_module(root):
        base = None
    else:
        base = compat_target(canonical(root)).path
    if base is None:
        return None
    whole = ".".join([base, *below])
    return canonical_path(whole) if base == "tensorflow" else whole


def spelled(file: CompatFile, node: ast.expr, target: str) -> str:
    """Return the text that denotes a target where `node` stands."""
    if target == SLIM or target.startswith(f"{SLIM}."):
        return file.slim_name(node) + target[len(SLIM) :]
    return file.tensorflow_name(node) + target[len("tf") :]


def _rename(file: CompatFile, use: Use, target: str) -> None:
    span = file.linted.lines.node_span(use.node)
    file.renamed.update(part for part in ast.walk(use.node) if isinstance(part, ast.Name))
    file.edits.append(Edit(span, spelled(file, use.node, target)))


def _check_keywords(file: CompatFile, use: Use, target: CompatTarget, call: ast.Call | None) -> None:
    """Refuse keywords that the new symbol does not take."""
    if call is None or target.path is None or target.path.startswith(SLIM):
        return
    accepted = accepted_keywords(target.path)
    unknown = [item.arg for item in call.keywords if item.arg and accepted is not None and item.arg not in accepted]
    if unknown:
        file.refuse(call, f"`{target.path}` took the place of `{use.path}` and takes no `{unknown[0]}`")
