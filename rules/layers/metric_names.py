"""Names of metrics.

## What it does
Finds metrics that `compile` is given by a name, where the program reads them under the name that TensorFlow 1 gave.

## Why
TensorFlow 1 called `metrics=["accuracy"]` `acc` and `metrics=["mae"]` `mean_absolute_error`, in histories, logs and
for callbacks. TensorFlow 2 calls a metric what `compile` calls it, and takes `loss_weights` where metrics stood by
position.

## Example
```python
import tensorflow as tf

model.compile("sgd", "mse", metrics=["accuracy"])
history = model.fit(x, y)
print(history.history["acc"])
```

## Use instead
```python
import tensorflow as tf

model.compile("sgd", "mse", metrics=["acc"])
history = model.fit(x, y)
print(history.history["acc"])
```

## Fix safety
Safe: the metric is the same one, and has the name that is read.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.lint import Argument, CallSite, LintedFile, Rule
from tf2migrate.lint.changes import name_argument
from tf2migrate.model.diagnostics import Diagnostic, Fix
from tf2migrate.model.source import Edit

_OLD_NAMES = {
    "accuracy": "acc",
    "mae": "mean_absolute_error",
    "MAE": "mean_absolute_error",
    "mse": "mean_squared_error",
    "MSE": "mean_squared_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
}
_METRICS_AT = 2  # where TensorFlow 1 takes them by position
_MONITOR = "monitor"
_VALIDATION = "val_"


class MetricNames(Rule):
    """Gives the metric the name under which it is read."""

    code = "TFM507"
    methods = frozenset({"compile"})

    def on_method(self, call: CallSite, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield a finding for each metric that the file reads under its old name, and not under its own."""
        given = call.keyword("metrics")
        if given is None and len(call.positional) > _METRICS_AT:
            given = call.positional[_METRICS_AT]
            if isinstance(given.node, ast.List):
                yield self._positional(file, call, given)
        if given is None or not isinstance(given.node, (ast.List, ast.Tuple)):
            return
        texts = {item: item.value for item in given.node.elts if isinstance(item, ast.Constant)}
        renamed = {item: str(name) for item, name in texts.items() if name in _OLD_NAMES}
        read = _names_read(file) if renamed else set()
        for item, name in renamed.items():
            old = _OLD_NAMES[name]
            if old not in read or name in read:
                continue
            span = file.span(item)
            quote = file.source(span)[0]
            fix = Fix(f"Call it `{old}`", (Edit(span, f"{quote}{old}{quote}"),))
            yield self.report(file, span, f"TensorFlow 2 calls this metric `{name}`, and `{old}` is read", fix)

    def _positional(self, file: LintedFile, call: CallSite, given: Argument) -> Diagnostic:
        alone = len(call.positional) == _METRICS_AT + 1
        fix = Fix("Pass `metrics`", name_argument(given, "metrics")) if alone else None
        return self.report(file, given.span, "the third argument of `compile` is `loss_weights` in Keras 3", fix)


def _names_read(file: LintedFile) -> set[str]:
    """Return the names under which losses and metrics are looked up: as keys, and by callbacks that watch one."""
    found = [node.slice for node in ast.walk(file.tree) if isinstance(node, ast.Subscript)]
    found += [word.value for call in file.calls for word in call.keywords if word.arg == _MONITOR]
    found += [
        call.args[0]
        for call in file.calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "get" and call.args
    ]
    names = {one.value for one in found if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return {name.removeprefix(_VALIDATION) for name in names}
