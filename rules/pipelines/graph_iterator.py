"""Iterators that are part of a graph.

## What it does
Finds `make_one_shot_iterator`, `make_initializable_iterator` and iterators made of structures.

## Why
A dataset of TensorFlow 2 is iterated by Python.

## Example
```python
import tensorflow as tf

iterator = tf.data.Dataset.range(3).make_one_shot_iterator()
```

## Use instead
```python
import tensorflow as tf

iterator = iter(tf.data.Dataset.range(3))
```

## Fix safety
No fix within one expression: where the elements are used in runs of a session has to change too.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import CallSite, LintedFile, Reference, Rule
from tf2migrate.model.diagnostics import Diagnostic

_METHODS = frozenset({"make_one_shot_iterator", "make_initializable_iterator"})
_MESSAGE = "`{name}` makes an iterator of the graph; `tf2migrate fix` iterates the dataset, or says why it cannot"


class GraphIterator(Rule):
    """Reports the callee."""

    code = "TFM703"
    methods = _METHODS
    symbols = frozenset(
        {*(f"tf.data.{name}" for name in _METHODS), "tf.data.Iterator.from_structure"}
        | {"tf.data.Iterator.from_string_handle"}
    )

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding."""
        yield self.report(file, reference.span, _MESSAGE.format(name=file.source(reference.span)))

    def on_method(self, call: CallSite, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding."""
        yield self.report(file, call.callee, _MESSAGE.format(name=call.method))
