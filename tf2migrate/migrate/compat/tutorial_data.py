"""The tutorial's MNIST reader: a small one in the program itself takes its place, at this level too."""

from __future__ import annotations

import ast

from tf2migrate.knowledge.mnist import ADVICE, READER, READERS, SEEDS
from tf2migrate.knowledge.rnn import definitions, needed
from tf2migrate.migrate.compat.file import CompatFile
from tf2migrate.migrate.mnist import reader_features
from tf2migrate.model.source import Edit, Span
from tf2migrate.names import Use

TUTORIAL = "tf.examples.tutorials.mnist"
_NAMES = tuple(needed({READER: frozenset()}))


def is_tutorial(path: str) -> bool:
    """Say whether a path belongs to the tutorial's package or names its reader elsewhere."""
    return path == TUTORIAL or path.startswith(f"{TUTORIAL}.") or path in READERS


def write_tutorial_data(file: CompatFile, uses: list[Use]) -> None:
    """Write the reader and the calls of it, where the file has any."""
    if not uses:
        return
    calls = {id(node.func): node for node in ast.walk(file.linted.tree) if isinstance(node, ast.Call)}
    taken = [name for name in _NAMES if name in file.bound and name not in _imported(file)]
    for use in uses:
        call = calls.get(id(use.node))
        if use.path not in READERS or call is None or taken:
            what = f"beside a `{taken[0]}`" if taken else "in an unusual way"
            file.refuse(use.node, f"the tutorial's MNIST reader is used {what}", ADVICE)
            return
        file.renamed.update(part for part in ast.walk(use.node) if isinstance(part, ast.Name))
        _write_call(file, call, use.path)
    _write_reader(file)
    file.keras = True


def _imported(file: CompatFile) -> set[str]:
    """Return the names of the reader that the file imports itself."""
    return {name for name in _NAMES if (file.linted.names.exported(name) or "").startswith("tensorflow.")}


def _write_call(file: CompatFile, call: ast.Call, path: str) -> None:
    """Keep what the reader takes; the graph's seed, which seeded numpy, becomes an argument."""
    emitted = READERS[path]
    given = [
        *zip(emitted.signature, call.args, strict=False),
        *((item.arg or "", item.value) for item in call.keywords),
    ]
    unknown = [name for name, value in given if name not in emitted.parameters and not _is_permitted(name, value, path)]
    if len(call.args) > len(emitted.signature) or unknown:
        reason = "the tutorial's MNIST reader is called with arguments that its new form does not take"
        file.refuse(call, reason, ADVICE)
        return
    kept = [(name, value) for name, value in given if name in emitted.parameters]
    kept = [(name, value) for name, value in kept if emitted.defaults.get(name) != ast.unparse(value)]
    text = [f"{name}={file.linted.source(file.linted.lines.node_span(value))}" for name, value in kept]
    if all(name != "seed" for name, _ in given):
        text.extend(_graph_seed(file, call))
    file.edits.append(Edit(file.linted.lines.node_span(call), f"{READER}({', '.join(text)})"))


def _is_permitted(name: str, value: ast.expr, path: str) -> bool:
    permitted = READERS[path].ignored.get(name)
    return permitted is not None and (not permitted or ast.unparse(value) in permitted)


def _graph_seed(file: CompatFile, call: ast.Call) -> list[str]:
    """Return the argument for the seed that the statements above a call, or around it, set."""
    found: list[str] = []
    setters = [one for one in file.linted.calls if file.linted.names.path(one.func) in SEEDS and one.args]
    block: list[ast.stmt] | None = file.linted.tree.body
    while block is not None:
        inner: list[ast.stmt] | None = None
        for statement in block:
            if statement.lineno > call.lineno:
                break
            if isinstance(statement, ast.Expr) and statement.value in setters:
                setter = setters.pop(setters.index(statement.value))
                found = [f"seed={file.linted.source(file.linted.lines.node_span(setter.args[0]))}"]
            if isinstance(statement, ast.Expr) and _resets(file, statement.value):
                found = []
            inner = getattr(statement, "body", None)
        block = inner
    if any(setter.lineno < call.lineno or _is_indented(setter) for setter in setters):
        file.refuse(call, "the tutorial's MNIST reader may be seeded by the graph's seed or not", ADVICE)
    return found


def _is_indented(call: ast.Call) -> bool:
    return call.col_offset > 0


def _resets(file: CompatFile, value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and file.linted.names.path(value.func) == "tf.reset_default_graph"


def _write_reader(file: CompatFile) -> None:
    """Put the definitions behind the imports at the top."""
    imports, numpy = _missing_imports(file.linted.tree)
    for statement in imports:
        file.added[statement] = None
    features = {READER: frozenset(), **reader_features([file.linted.tree])}
    reader = "\n\n\n".join(definitions(features, file.tensorflow_name(ast.Name("")), numpy=numpy))
    body = file.linted.tree.body
    leading = [one for one in body if isinstance(one, ast.Import | ast.ImportFrom)]
    last = leading[0]
    for following in body[body.index(last) :]:
        if not isinstance(following, ast.Import | ast.ImportFrom):
            break
        last = following
    place = file.linted.lines.start((last.end_lineno or last.lineno) + 1)
    blank = file.linted.text[place : place + 1] == "\n"
    file.edits.append(Edit(Span(place, place), f"\n\n{reader.rstrip()}\n\n" + ("" if blank else "\n")))


def _missing_imports(tree: ast.Module) -> tuple[list[str], str]:
    """Return the import lines that the reader needs beside those of the module, and the name of numpy."""
    bound = {
        alias.name: alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    lines = [] if bound.get("collections") == "collections" else ["import collections"]
    if "numpy" not in bound:
        lines.append("import numpy as np")
    return lines, bound.get("numpy", "np")
