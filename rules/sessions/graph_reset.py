"""Resets of the default graph.

## What it does
Finds `tf.reset_default_graph`.

## Why
There is no default graph to reset in TensorFlow 2.

## Example
```python
import tensorflow as tf

tf.reset_default_graph()
```

## Use instead
```python
import tensorflow as tf

```

## Fix safety
Shown only: the statement can go once the program is native, where state does not outlive its objects.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.lint.changes import remove_call_statement
from tf2migrate.model.diagnostics import Diagnostic


class GraphReset(Rule):
    """Removes the statement."""

    code = "TFM108"
    symbols = frozenset({"tf.reset_default_graph"})

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding; fixed where the call is a statement."""
        message = f"`{file.source(reference.span)}`: TensorFlow 2 has no default graph; `tf2migrate fix` removes it"
        yield self.report(file, reference.span, message, remove_call_statement(file, reference))
