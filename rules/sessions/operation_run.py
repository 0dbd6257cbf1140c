"""Runs of one operation.

## What it does
Finds `operation.run()`.

## Why
It runs the default session. TensorFlow 2 executes an operation by calling it.

## Example
```python
import tensorflow as tf

tf.no_op().run()
```

## Use instead
```python
import tensorflow as tf
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import CallSite, LintedFile, Rule
from tf2migrate.lint.values import holds_graph_value, holds_session
from tf2migrate.model.diagnostics import Diagnostic

_MESSAGE = "`{name}` runs one operation of the graph; `tf2migrate fix` calls the step function that stands for it"


class OperationRun(Rule):
    """Reports the callee."""

    code = "TFM104"
    methods = frozenset({"run"})

    def on_method(self, call: CallSite, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding where the receiver is a graph value, or is fed like one."""
        if call.receiver is None or holds_session(file, call.receiver):
            return
        fed = not call.positional and (call.keyword("feed_dict") is not None or call.keyword("session") is not None)
        if fed or holds_graph_value(file, call.receiver):
            yield self.report(file, call.callee, _MESSAGE.format(name=file.source(call.callee)))
