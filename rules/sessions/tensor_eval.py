"""Evaluation of one tensor.

## What it does
Finds `tensor.eval()`.

## Why
It runs the default session. A tensor of TensorFlow 2 has its value: `tensor.numpy()`.

## Example
```python
import tensorflow as tf

value = tf.constant(1.0).eval()
```

## Use instead
```python
import tensorflow as tf

value = tf.constant(1.0).numpy()
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import CallSite, LintedFile, Rule
from tf2migrate.lint.values import holds_graph_value, mixes_frameworks
from tf2migrate.model.diagnostics import Diagnostic

_MESSAGE = "`{name}` runs the graph for one tensor; `tf2migrate fix` calls the step function that stands for it"


class TensorEval(Rule):
    """Reports the callee."""

    code = "TFM103"
    methods = frozenset({"eval"})

    def on_method(self, call: CallSite, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding where the receiver is a graph value, or the call can hardly be anything else."""
        if call.receiver is None:
            return
        fed = call.keyword("feed_dict") is not None or call.keyword("session") is not None
        likely = file.legacy and not mixes_frameworks(file) and not call.arguments
        if fed or likely or holds_graph_value(file, call.receiver):
            yield self.report(file, call.callee, _MESSAGE.format(name=file.source(call.callee)))
