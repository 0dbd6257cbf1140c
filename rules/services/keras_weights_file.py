"""Names of files of weights.

## What it does
Finds `save_weights` and checkpoints of Keras that write files whose names Keras 3 does not take.

## Why
Files of weights must end in `.weights.h5`, checkpoints of whole models in `.keras` or `.h5`: Keras 3 raises a
`ValueError` for others.

## Example
```python
import tensorflow as tf

model.save_weights("model.h5")
model.load_weights("model.h5")
```

## Use instead
```python
import tensorflow as tf

model.save_weights("model.weights.h5")
model.load_weights("model.weights.h5")
```

## Fix safety
Unsafe: the file gets another name, in all texts of the file that hold it; files that are there already keep theirs.
No fix where the name is put together elsewhere, or where the file is read by the names of layers.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.lint import Argument, CallSite, LintedFile, Reference, Rule
from tf2migrate.lint.changes import remove_arguments
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.source import Edit, Span

_SAVE = "save_weights"
_LOAD = "load_weights"
_WEIGHTS = (".weights.h5",)
_MODELS = (".keras", ".h5")
_OLD = (".h5", ".hdf5", ".hdf")
_MESSAGE = "Keras 3 writes {what} only to names that end in {endings}"
_DEPTH = 4


class KerasWeightsFile(Rule):
    """Gives the file another ending."""

    code = "TFM811"
    methods = frozenset({_SAVE})
    symbols = frozenset({"tf.keras.callbacks.ModelCheckpoint"})

    def on_method(self, call: CallSite, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding, where the ending of the name is known to be another one."""
        if any(function.name == _SAVE for function in file.nodes_of(ast.FunctionDef)):
            return
        given = call.argument("filepath", 0)
        old_format = call.keyword("save_format")
        gone = [] if old_format is None else [old_format]
        yield from self._found(file, call, given, _WEIGHTS, gone)

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding for a checkpoint."""
        call = reference.call
        if call is None or call.starred:
            return
        alone = call.argument("save_weights_only", 4)
        if alone is not None and not isinstance(alone.node, ast.Constant):
            return
        weights = isinstance(alone.node, ast.Constant) and bool(alone.node.value) if alone is not None else False
        yield from self._found(file, call, call.argument("filepath", 0), _WEIGHTS if weights else _MODELS, [])

    def _found(
        self, file: LintedFile, call: CallSite, given: Argument | None, endings: tuple[str, ...], gone: list[Argument]
    ) -> Iterator[Diagnostic]:
        end = _last_text(file, given.node, _DEPTH) if given is not None else None
        if given is None or end is None or (str(end.value).endswith(endings) and not gone):
            return
        edits = None if _needs_old_file(file) else _renamed(file, end, endings)
        fix = None
        if edits is not None:
            edits += remove_arguments(call, gone)
            fix = Fix(f"Let the name end in `{endings[-1]}`", edits, Applicability.UNSAFE)
        what = "weights" if endings is _WEIGHTS else "models"
        message = _MESSAGE.format(what=what, endings=" or ".join(f"`{one}`" for one in endings))
        yield self.report(file, given.span, message, fix)


def _needs_old_file(file: LintedFile) -> bool:
    """Say whether the file finds what it reads by names of layers, or by TensorFlow's list of checkpoints."""
    if any(use.path == "tf.train.latest_checkpoint" for use in file.uses):
        return True
    return any(call.keyword("by_name") is not None for call in file.method_calls({_LOAD}))


def _last_text(file: LintedFile, node: ast.expr, depth: int) -> ast.Constant | None:
    """Return the literal text with which a name ends, where that is certain."""
    match node:
        case ast.Constant(value=str()):
            return node
        case ast.BinOp(op=ast.Add(), right=ast.Constant(value=str()) as last):
            return last
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str()) as left) if not str(left.value).endswith("s"):
            return left
        case ast.Call(func=ast.Attribute(attr="join"), args=[_, *_, ast.Constant(value=str()) as last]):
            return last
        case ast.Call(func=ast.Attribute(attr="format", value=ast.Constant(value=str()) as text)):
            return None if str(text.value).endswith("}") else text
        case ast.Name() | ast.Attribute() | ast.Call() if depth:
            values = file.names.assigned(node)
            return _last_text(file, values[0], depth - 1) if values is not None and len(values) == 1 else None
        case _:
            return None


def _renamed(file: LintedFile, text: ast.Constant, endings: tuple[str, ...]) -> tuple[Edit, ...] | None:
    """Return the edits that give the ending to all equal texts of the file; None where one is written otherwise."""
    value = str(text.value)
    old = "" if value.endswith(endings) else next((one for one in _OLD if value.endswith(one)), "")
    new = endings[-1] if not value.endswith(endings) else ""
    edits: list[Edit] = []
    for node in ast.walk(file.tree):
        if not (isinstance(node, ast.Constant) and node.value == value):
            continue
        span = file.span(node)
        written = file.source(span)
        close = len(written) - len(written.rstrip("'\""))
        if not written[:-close].endswith(value):
            return None  # put together of several literals, or with escapes
        end = span.end - close
        edits.append(Edit(Span(end - len(old), end), new))
    return tuple(edits)
