"""The tutorial's MNIST reader: a small one in the program itself takes its place, at this level too."""

from __future__ import annotations

import ast

from tf2migrate.knowledge.mnist import READER_NAMES, READER_PARAMETERS, WITHOUT_EFFECT, reader_text
from tf2migrate.migrate.compat.file import CompatFile
from tf2migrate.migrate.mnist import graph_seed
from tf2migrate.model.source import Edit, Span
from tf2migrate.names import Use

TUTORIAL = "tf.examples.tutorials.mnist"
_READERS = frozenset({f"{TUTORIAL}.input_data.read_data_sets", "tf.contrib.learn.datasets.mnist.read_data_sets"})
_ADVICE = "read the data with tf.keras.datasets.mnist"


def is_tutorial(path: str) -> bool:
    """Say whether a canonical path belongs to the tutorial's package or names its reader elsewhere."""
    return path == TUTORIAL or path.startswith(f"{TUTORIAL}.") or path in _READERS


def write_tutorial_data(file: CompatFile, uses: list[Use]) -> None:
    """Write the reader and the calls of it, where the file has any."""
    if not uses:
        return
    calls = {id(node.func): node for node in ast.walk(file.linted.tree) if isinstance(node, ast.Call)}
    taken = [name for name in READER_NAMES if name in file.bound and name not in _imported(file)]
    for use in uses:
        call = calls.get(id(use.node))
        if use.path not in _READERS or call is None or taken:
            what = f"beside a `{taken[0]}`" if taken else "in an unusual way"
            file.refuse(use.node, f"the tutorial's MNIST reader is used {what}", _ADVICE)
            return
        file.renamed.update(part for part in ast.walk(use.node) if isinstance(part, ast.Name))
        _write_call(file, call)
    _write_reader(file, uses[0])
    file.keras = True


def _imported(file: CompatFile) -> set[str]:
    """Return the names of the reader that the file imports itself."""
    return {name for name in READER_NAMES if (file.linted.names.exported(name) or "").startswith("tensorflow.")}


def _write_call(file: CompatFile, call: ast.Call) -> None:
    """Keep what the reader takes; the graph's seed, which seeded numpy, becomes an argument."""
    kept = [item for item in call.keywords if item.arg not in WITHOUT_EFFECT]
    if len(call.args) > 1 or any(item.arg not in READER_PARAMETERS for item in kept):
        reason = "the tutorial's MNIST reader is called with arguments that its new form does not take"
        file.refuse(call, reason, _ADVICE)
        return
    text = [file.linted.source(file.linted.lines.node_span(item)) for item in kept]
    seed = graph_seed(file.linted.tree, call) if all(item.arg != "seed" for item in kept) else None
    if seed is not None:
        text.append(f"seed={file.linted.source(file.linted.lines.node_span(seed))}")
    file.edits.append(Edit(file.linted.lines.node_span(call), f"read_data_sets({', '.join(text)})"))


def _write_reader(file: CompatFile, use: Use) -> None:
    """Put the definitions behind the imports at the top."""
    imports, numpy = _missing_imports(file.linted.tree)
    for statement in imports:
        file.added[statement] = None
    reader = reader_text(numpy, file.tensorflow_name(ast.Name("")))
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
