"""Methods of sequential models that give classes.

## What it does
Finds `predict_classes` and `predict_proba`.

## Why
Keras removed them: `predict` gives the probabilities, and the class is the largest of them, or whether the only one is
above a half.

## Example
```python
import tensorflow as tf

classes = model.predict_classes(x)
```

## Use instead
```python
import tensorflow as tf

classes = (lambda p: p.argmax(axis=-1) if p.shape[-1] > 1 else (p > 0.5).astype("int32"))(model.predict(x))
```

## Fix safety
Unsafe: models of TensorFlow before 2.6 have both. Where the file shows how many values the last layer gives, only what
that needs is written.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.knowledge.keras import KEEP_SHAPE, SEQUENTIAL
from tf2migrate.lint import CallSite, LintedFile, Rule
from tf2migrate.lint.changes import wrap
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.source import Edit, Span

_CLASSES = "predict_classes"
_METHODS = (_CLASSES, "predict_proba")
_LARGEST = "{}.argmax(axis=-1)"
_ABOVE = '({} > 0.5).astype("int32")'
_EITHER = f"(lambda p: {_LARGEST.format('p')} if p.shape[-1] > 1 else {_ABOVE.format('p')})({{}})"


class KerasClassesMethod(Rule):
    """Calls `predict`."""

    code = "TFM508"
    methods = frozenset(_METHODS)

    def on_method(self, call: CallSite, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding."""
        method = call.method or ""
        if any(function.name == method for function in file.nodes_of(ast.FunctionDef)):
            return
        name = Span(call.callee.end - len(method), call.callee.end)
        edits: tuple[Edit, ...] = (Edit(name, "predict"),)
        if method == _CLASSES:
            values = _values(call, file)
            form = _EITHER if values is None else _LARGEST if values > 1 else _ABOVE
            before, after = form.split("{}")
            edits += wrap(call.span, before, after)
        fix = Fix("Call `predict`", edits, Applicability.UNSAFE)
        yield self.report(file, name, f"`{method}` is gone from Keras: use what `predict` gives", fix)


def _values(call: CallSite, file: LintedFile) -> int | None:
    """Return how many values the last layer gives that is added to the model, where the file shows that."""
    made = file.names.assigned(call.receiver) if isinstance(call.receiver, ast.Name) else None
    if made is None or len(made) != 1 or file.made_by(made[0]) not in SEQUENTIAL:
        return None
    added = [
        one.node.args[0]
        for one in file.method_calls({"add"})
        if len(one.node.args) == 1 and one.receiver is not None and file.names.assigned(one.receiver) == made
    ]
    for layer in reversed(added):
        path = file.path_of(layer.func) if isinstance(layer, ast.Call) else None
        if path in KEEP_SHAPE:
            continue
        if path != "tf.keras.layers.Dense" or not isinstance(layer, ast.Call):
            return None
        units = file.call_site(layer).argument("units", 0)
        known = units is not None and isinstance(units.node, ast.Constant) and units.is_integer
        return ast.literal_eval(units.node) if units is not None and known else None
    return None
