"""Recurrent layers of Keras.

## What it does
Finds `LSTM`, `GRU` and their cells in `tf.keras.layers` of TensorFlow 1 programs, and hard sigmoids.

## Why
TensorFlow 1's gates are hard sigmoids unless told otherwise, and its GRU resets before the product. TensorFlow 2 has
sigmoids and resets after it. The `hard_sigmoid` of Keras 3 has another slope.

## Example
```python
import tensorflow as tf

tf.set_random_seed(1)
layer = tf.keras.layers.LSTM(8)
```

## Use instead
```python
import tensorflow as tf

tf.random.set_seed(1)
layer = tf.keras.layers.LSTM(8, recurrent_activation=lambda x: tf.clip_by_value(0.2 * x + 0.5, 0.0, 1.0))
```

## Fix safety
Safe: the arguments say what TensorFlow 1 computes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.lint import Argument, CallSite, LintedFile, Reference, Rule
from tf2migrate.lint.changes import append_argument
from tf2migrate.model.diagnostics import Diagnostic, Fix
from tf2migrate.model.source import Edit

_LAYERS = ("LSTM", "LSTMCell", "GRU", "GRUCell")
_OTHERS = ("Activation", "Bidirectional", "Conv1D", "Conv2D", "ConvLSTM2D", "Dense", "SimpleRNN")
_PATHS = {f"tf.keras.layers.{name}": name for name in _LAYERS}
_SLOPE = "hard_sigmoid"
_GATES = "recurrent_activation"
_RESET = "reset_after"
_GATES_AT = 2  # where the argument stands by position


class KerasRecurrent(Rule):
    """Writes TensorFlow 1's gates."""

    code = "TFM912"
    symbols = frozenset(_PATHS) | {f"tf.keras.layers.{name}" for name in _OTHERS}
    survives = True

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield a finding where a layer has gates by default, and one for each hard sigmoid that is asked for."""
        call = reference.call
        if call is None or call.starred or not file.means_tf1(reference):
            return
        module = file.tensorflow_name(reference)
        gate = f"lambda x: {module}.clip_by_value(0.2 * x + 0.5, 0.0, 1.0)"
        written = file.source(reference.span)
        for argument in call.arguments:
            if isinstance(argument.node, ast.Constant) and argument.node.value == _SLOPE:
                fix = Fix("Write TensorFlow 1's hard sigmoid", (_replaced(argument, gate),)) if module else None
                yield self.report(file, argument.span, f"`{_SLOPE}` has another slope in Keras 3", fix)
        added = _added(call, _PATHS.get(reference.path, ""), gate)
        if added:
            edits = append_argument(file, call, ", ".join(added))
            fix = Fix("Write TensorFlow 1's defaults", edits) if module else None
            yield self.report(file, reference.span, f"`{written}` has other gates by default in TensorFlow 2", fix)


def _replaced(argument: Argument, gate: str) -> Edit:
    return Edit(argument.outer, gate)


def _added(call: CallSite, layer: str, gate: str) -> list[str]:
    """Return the arguments that TensorFlow 2 needs to be told."""
    added = []
    if layer and call.keyword(_GATES) is None and len(call.positional) <= _GATES_AT:
        added.append(f"{_GATES}={gate}")
    if layer.startswith("GRU") and call.keyword(_RESET) is None:
        added.append(f"{_RESET}=False")
    return added
