"""Calls of `tf.compat.v1` that do nothing under eager execution.

## What it does
Finds calls of `tf.compat.v1` in files that run eagerly which give nothing there, or something else, without an error.

## Why
They speak of a graph. Under eager execution collections are empty, initializers are `None`, variables are not shared by
name, and a schedule is a function.

## Example
```python
import tensorflow as tf


@tf.function
def loss_of(model, x):
    return model(x) + tf.add_n(tf.compat.v1.losses.get_losses())
```

## Use instead
```python
import tensorflow as tf


@tf.function
def loss_of(model, x):
    return model(x) + tf.add_n(model.losses)
```

## Fix safety
No fix: what to write depends on what the call was for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.lint.legacy import is_of_compat
from tf2migrate.model.diagnostics import Diagnostic

_EMPTY = "is an empty list"
_NOTHING = "is None, and nothing is initialized"
_NEW = "makes a new variable in each call: names share nothing"
_FUNCTION = "gives a function, not a number"
_DOES = {
    **dict.fromkeys(
        (
            *("tf.trainable_variables", "tf.global_variables", "tf.local_variables", "tf.model_variables"),
            *("tf.all_variables", "tf.moving_average_variables", "tf.losses.get_losses"),
            *("tf.losses.get_regularization_losses",),
        ),
        _EMPTY,
    ),
    **dict.fromkeys(
        ("tf.global_variables_initializer", "tf.local_variables_initializer", "tf.initialize_all_variables"), _NOTHING
    ),
    **dict.fromkeys(("tf.get_variable",), _NEW),
    **dict.fromkeys(
        (
            f"tf.train.{kind}"
            for kind in (
                "exponential_decay",
                "polynomial_decay",
                "piecewise_constant",
                "cosine_decay",
                "inverse_time_decay",
                "natural_exp_decay",
            )
        ),
        _FUNCTION,
    ),
    "tf.get_collection": "knows of no variables, losses and updates",
    "tf.colocate_with": "places nothing",
    "tf.control_dependencies": "orders nothing",
}
_OF_STEPS = frozenset({"tf.colocate_with", "tf.control_dependencies"})  # inside a `tf.function` they do their work
_EAGER = frozenset({"tf.GradientTape", "tf.function"})
_OF_GRAPHS = (
    *("tf.Session", "tf.InteractiveSession", "tf.placeholder", "tf.Graph", "tf.disable_", "tf.enable_eager"),
    *("tf.train.MonitoredTrainingSession", "tf.get_default_graph", "tf.wrap_function", "tf.variable_scope"),
    *("tf.executing_eagerly", "tf.init_scope", "tf.estimator"),
)


class SilentInEager(Rule):
    """Reports the reference."""

    code = "TFM910"
    symbols = frozenset(_DOES)

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding in a file that runs eagerly and knows of no graph."""
        if reference.call is None or not is_of_compat(reference.dotted) or not _runs_eagerly(file):
            return
        if reference.path in _OF_STEPS and any(use.path == "tf.function" for use in file.uses):
            return
        text = file.source(reference.span)
        yield self.report(file, reference.span, f"`{text}` {_DOES[reference.path]} under eager execution")


def _runs_eagerly(file: LintedFile) -> bool:
    paths = {use.path for use in file.uses}
    if any(path.startswith(_OF_GRAPHS) for path in paths):
        return False
    return bool(_EAGER & paths) or any(
        isinstance(call.func, ast.Attribute) and call.func.attr == "numpy" and not call.args for call in file.calls
    )
