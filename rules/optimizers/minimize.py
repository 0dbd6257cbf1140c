"""Training operations.

## What it does
Finds `minimize`, `compute_gradients` and `apply_gradients` of TensorFlow 1 optimizers.

## Why
They make operations that a session runs. TensorFlow 2 takes gradients with a tape and applies them at once.

## Example
```python
import tensorflow as tf

step = optimizer.minimize(loss, global_step=tf.constant(0))
```

## Use instead
```python
import tensorflow as tf

with tf.GradientTape() as tape:
    loss = compute_loss()
gradients = tape.gradient(loss, weights)
optimizer.apply_gradients(zip(gradients, weights))
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import CallSite, LintedFile, Rule
from tf2migrate.model.diagnostics import Diagnostic

_MESSAGE = "`{name}` makes an operation of the graph; `tf2migrate fix` writes a tape and applies the gradients"


class Minimize(Rule):
    """Reports the method."""

    code = "TFM402"
    methods = frozenset({"minimize", "compute_gradients", "apply_gradients"})

    def on_method(self, call: CallSite, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding where the receiver is an optimizer of TensorFlow 1, or is called as one."""
        if call.receiver is None:
            return
        maker = file.made_by(call.receiver)
        made = maker is not None and maker.startswith("tf.train.") and maker.endswith("Optimizer")
        called = maker is None and call.keyword("global_step") is not None
        if made or called:
            yield self.report(file, call.callee, _MESSAGE.format(name=call.method))
