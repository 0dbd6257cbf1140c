"""Methods of Keras models that take a generator.

## What it does
Finds `fit_generator`, `evaluate_generator` and `predict_generator`.

## Why
Keras removed them: `fit`, `evaluate` and `predict` take generators themselves.

## Example
```python
import tensorflow as tf

model.fit_generator(batches, steps_per_epoch=10, epochs=2)
```

## Use instead
```python
import tensorflow as tf

model.fit(batches, steps_per_epoch=10, epochs=2)
```

## Fix safety
Unsafe: models of TensorFlow before 1.14 take no generators there. No fix where arguments would change their meaning.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.lint import CallSite, LintedFile, Rule
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.source import Edit, Span

_METHODS = {"fit_generator": "fit", "evaluate_generator": "evaluate", "predict_generator": "predict"}
_OF_QUEUE = ("max_queue_size", "workers", "use_multiprocessing")
_GONE = ("generator", *_OF_QUEUE, "samples_per_epoch", "nb_epoch", "val_samples")


class KerasGeneratorMethod(Rule):
    """Renames the method."""

    code = "TFM506"
    methods = frozenset(_METHODS)

    def on_method(self, call: CallSite, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding; arguments behind the generator that have no keyword would be others, so have no fix."""
        method = call.method or ""
        if any(function.name == method for function in file.nodes_of(ast.FunctionDef)):
            return
        new = _METHODS[method]
        plain = len(call.positional) <= 1 and not call.starred
        kept = plain and not any(call.keyword(name) is not None for name in _GONE)
        name = Span(call.callee.end - len(method), call.callee.end)
        fix = Fix(f"Call `{new}`", (Edit(name, new),), Applicability.UNSAFE) if kept else None
        yield self.report(file, name, f"`{method}` is gone from Keras: `{new}` takes generators itself", fix)
