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
Unsafe: models of TensorFlow before 1.14 take no generators there. Arguments by position get their names, those of the
queue of workers go, and lists that generators of the file yield become tuples. No fix for what has no name in common.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tf2migrate.lint import CallSite, LintedFile, Rule
from tf2migrate.lint.changes import append_argument, name_argument, remove_arguments
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.source import Edit, Span

_METHODS = {"fit_generator": "fit", "evaluate_generator": "evaluate", "predict_generator": "predict"}
_FIT = ("x", "steps_per_epoch", "epochs", "verbose", "callbacks", "validation_data", "validation_steps")
_POSITIONS: Mapping[str, tuple[str, ...]] = {  # as far as all versions of TensorFlow 1 agree
    "fit_generator": _FIT,
    "evaluate_generator": ("x", "steps"),
    "predict_generator": ("x", "steps"),
}
_RENAMED = {"generator": "x", "nb_epoch": "epochs"}
_OF_QUEUE = ("max_queue_size", "max_q_size", "workers", "nb_worker", "use_multiprocessing", "pickle_safe")
_UNKNOWN = ("samples_per_epoch", "nb_val_samples", "val_samples")  # count samples, not batches
_QUIET = "verbose=0"  # as these were by default


class KerasGeneratorMethod(Rule):
    """Renames the method."""

    code = "TFM506"
    methods = frozenset(_METHODS)

    def on_method(self, call: CallSite, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding; calls that count samples, or have arguments whose place differs, have no fix."""
        method = call.method or ""
        if any(function.name == method for function in file.nodes_of(ast.FunctionDef)):
            return
        new = _METHODS[method]
        name = Span(call.callee.end - len(method), call.callee.end)
        edits = _arguments(call, file, method)
        fix = None
        if edits is not None:
            fix = Fix(f"Call `{new}`", (Edit(name, new), *edits), Applicability.UNSAFE)
        yield self.report(file, name, f"`{method}` is gone from Keras: `{new}` takes generators itself", fix)


def _arguments(call: CallSite, file: LintedFile, method: str) -> tuple[Edit, ...] | None:
    """Return the edits of the arguments; None where some would change their meaning."""
    order = _POSITIONS[method]
    unknown = any(call.keyword(name) is not None for name in _UNKNOWN)
    if call.starred or unknown or len(call.positional) > len(order):
        return None
    gone = [one for one in call.arguments if one.name in _OF_QUEUE]
    edits = list(remove_arguments(call, gone))
    for place, argument in enumerate(call.positional):
        edits += name_argument(argument, order[place]) if place else ()
    for argument in call.arguments:
        if argument.name in _RENAMED:
            edits += name_argument(argument, _RENAMED[argument.name])
    if method != "fit_generator" and call.keyword("verbose") is None:
        edits += append_argument(file, call, _QUIET)
    return (*edits, *_tuples(file))


def _tuples(file: LintedFile) -> Iterator[Edit]:
    """Yield the edits that make tuples of the lists that generators of the file give: Keras 3 takes none there."""
    for node in ast.walk(file.tree):
        if not (isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple)):
            continue
        for part in node.value.elts:
            if isinstance(part, ast.List) and part.elts:
                span, alone = file.span(part), len(part.elts) == 1
                yield Edit(Span(span.start, span.start + 1), "" if alone else "(")
                yield Edit(Span(span.end - 1, span.end), "" if alone else ")")
