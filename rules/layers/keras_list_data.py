"""Lists of numbers that are handed to Keras models.

## What it does
Finds lists of numbers in calls of `fit`, `evaluate`, `predict`, `train_on_batch` and their kin of Keras models.

## Why
Keras 3 takes arrays and tensors: it raises a `ValueError` for lists, which Keras made arrays of in TensorFlow 1.

## Example
```python
import numpy as np
import tensorflow as tf

model = tf.keras.Sequential()
model.fit([1.0, 2.0], [2.0, 4.0])
```

## Use instead
```python
import numpy as np
import tensorflow as tf

model = tf.keras.Sequential()
model.fit(np.array([1.0, 2.0]), np.array([2.0, 4.0]))
```

## Fix safety
Safe: both versions take the array. It is a tensor where the file does not import NumPy.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.knowledge.keras import MODELS
from tf2migrate.lint import Argument, CallSite, LintedFile, Rule
from tf2migrate.lint.changes import wrap
from tf2migrate.model.diagnostics import Diagnostic, Fix

_TAKE_LABELS = ("fit", "evaluate", "train_on_batch", "test_on_batch")
_METHODS = (*_TAKE_LABELS, "predict", "predict_on_batch", "predict_classes", "predict_proba")


class KerasListData(Rule):
    """Makes an array of the list."""

    code = "TFM509"
    methods = frozenset(_METHODS)

    def on_method(self, call: CallSite, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield a finding for each argument that certainly is a list of numbers."""
        if call.receiver is None or file.made_by(call.receiver) not in MODELS:
            return
        names = ("x", "y") if call.method in _TAKE_LABELS else ("x",)
        for place, name in enumerate(names):
            given = call.argument(name, place)
            if given is not None and _is_list(file, given.node):
                yield self.report(file, given.span, "Keras 3 takes no list of numbers", _fix(file, given))


def _is_list(file: LintedFile, node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        values = file.names.assigned(node)
        return bool(values) and all(not isinstance(one, ast.Name) and _is_list(file, one) for one in values or ())
    if isinstance(node, ast.List) and len(node.elts) == 1 and isinstance(node.elts[0], ast.List):
        return _is_list(file, node.elts[0])  # TensorFlow 1 takes no more than one row
    return isinstance(node, ast.List) and bool(node.elts) and all(map(_is_number, node.elts))


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return _is_number(node.operand)
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _fix(file: LintedFile, given: Argument) -> Fix | None:
    array = file.names.name_of(given.node, ["numpy"])
    tensor = file.names.tensorflow_name(given.node)
    made = f"{array}.array" if array is not None else f"{tensor}.constant" if tensor is not None else None
    return None if made is None else Fix("Make an array", wrap(given.outer, f"{made}(", ")"))
