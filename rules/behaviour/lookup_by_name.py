"""Parts of a graph by their names.

## What it does
Finds `get_tensor_by_name` and `get_operation_by_name`.

## Why
The names of operations are not those of TensorFlow 1 in the graph of a function, and there is no graph outside of one.

## Example
```python
import tensorflow as tf


def loss_of(graph):
    return tf.identity(graph.get_tensor_by_name("loss:0"))
```

## Use instead
```python
import tensorflow as tf


def loss_of(outputs):
    return tf.identity(outputs["loss"])
```

## Fix safety
No fix: return what is looked up from the function that computes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import CallSite, LintedFile, Rule
from tf2migrate.model.diagnostics import Diagnostic

_MESSAGE = "`{name}` finds by a name that TensorFlow 2 does not give: return the value from its function"


class LookupByName(Rule):
    """Reports the callee."""

    code = "TFM903"
    methods = frozenset({"get_tensor_by_name", "get_operation_by_name"})

    def on_method(self, call: CallSite, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding in a file that uses TensorFlow."""
        if file.uses:
            yield self.report(file, call.callee, _MESSAGE.format(name=call.method))
