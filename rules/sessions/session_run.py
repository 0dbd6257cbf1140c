"""Runs of a session.

## What it does
Finds calls of `run`, `partial_run` and `make_callable` on a session.

## Why
A run executes the part of the graph that its fetches need. TensorFlow 2 calls a function instead.

## Example
```python
def evaluate(sess, loss):
    import tensorflow as tf

    return sess.run(loss)
```

## Use instead
```python
import tensorflow as tf


@tf.function
def compute_loss(x):
    return tf.reduce_mean(tf.square(x))
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import CallSite, LintedFile, Rule
from tf2migrate.lint.values import holds_session
from tf2migrate.model.diagnostics import Diagnostic

_MESSAGE = "`{name}` runs a part of the graph; `tf2migrate fix` calls the step function that stands for it"


class SessionRun(Rule):
    """Reports the callee."""

    code = "TFM102"
    methods = frozenset({"run", "partial_run", "partial_run_setup", "make_callable"})

    def on_method(self, call: CallSite, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding where the receiver holds a session, or is fed like one."""
        if call.receiver is None:
            return
        fed = call.keyword("feed_dict") is not None and bool(call.positional) and file.made_by(call.receiver) is None
        if fed or holds_session(file, call.receiver):
            yield self.report(file, call.callee, _MESSAGE.format(name=file.source(call.callee)))
