"""Switches between the behaviours of TensorFlow 1 and 2.

## What it does
Finds `tf.disable_v2_behavior`, `tf.disable_eager_execution`, `tf.enable_eager_execution` and their kin.

## Why
A native program has the behaviour of TensorFlow 2, which is the default.

## Example
```python
import tensorflow as tf

tf.compat.v1.disable_eager_execution()
```

## Use instead
```python
import tensorflow as tf

```

## Fix safety
Shown only: the statement can go once the program is native.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.lint.changes import remove_call_statement
from tf2migrate.model.diagnostics import Diagnostic

_SWITCHED = ("control_flow_v2", "eager_execution", "resource_variables", "tensor_equality", "v2_behavior")


class BehaviourSwitch(Rule):
    """Removes the statement."""

    code = "TFM109"
    symbols = frozenset(
        {f"tf.{verb}_{what}" for verb in ("disable", "enable") for what in (*_SWITCHED, "v2_tensorshape")}
        | {"tf.contrib.eager.enable_eager_execution"}
    )

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding; fixed where the call is a statement."""
        message = f"`{file.source(reference.span)}` switches behaviours; `tf2migrate fix` leaves TensorFlow 2's on"
        yield self.report(file, reference.span, message, remove_call_statement(file, reference))
