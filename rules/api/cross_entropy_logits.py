"""Softmax cross entropy and the gradient of its labels.

## What it does
Finds `tf.nn.softmax_cross_entropy_with_logits`, whose labels get no gradient in TensorFlow 1, and its `_v2` form.

## Why
TensorFlow 2 has the `_v2` form under the plain name: the gradient flows into the labels too.

## Example
```python
import tensorflow as tf

loss = tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=z)
```

## Use instead
```python
import tensorflow as tf

loss = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)
```

## Fix safety
Shown only: the plain name means another function in TensorFlow 1. Labels that may have a gradient are stopped.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import Argument, LintedFile, Reference, Rule
from tf2migrate.lint.changes import wrap
from tf2migrate.lint.evidence import has_no_gradient
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix

_PLAIN = "tf.nn.softmax_cross_entropy_with_logits"


class CrossEntropyLogits(Rule):
    """Writes the plain name; stops the gradient of labels where TensorFlow 1 did."""

    code = "TFM009"
    symbols = frozenset({_PLAIN, f"{_PLAIN}_v2"})
    survives = True

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding."""
        written = file.source(reference.span)
        if reference.path != _PLAIN:
            edit = file.rename(reference, _PLAIN)
            fix = Fix(f"Write `{_PLAIN}`", (edit,), Applicability.DISPLAY) if edit else None
            yield self.report(file, reference.span, f"`{written}` is `{_PLAIN}` in TensorFlow 2", fix)
            return
        labels = _labels(reference)
        if not file.means_tf1(reference) or (labels and has_no_gradient(file, labels)):
            return
        fix = None
        module = file.tensorflow_name(reference)
        if labels is not None and module is not None:
            edits = wrap(labels.outer, f"{module}.stop_gradient(", ")")
            fix = Fix("Stop the gradient of the labels", edits, Applicability.DISPLAY)
        message = f"`{written}` gives the labels no gradient in TensorFlow 1, and one in TensorFlow 2"
        yield self.report(file, reference.span, message, fix)


def _labels(reference: Reference) -> Argument | None:
    """Return the labels; by position they stand second, as before TensorFlow 1.0, which took none by position."""
    call = reference.call
    if call is None or call.starred:
        return None
    return call.keyword("labels") or (call.positional[1] if len(call.positional) > 1 else None)
