"""Names below `tf.compat.v1` that TensorFlow 2 has itself.

## What it does
Finds `tf.compat.v1.x` where `tf.x` is the same.

## Why
A native program does without `tf.compat.v1`.

## Example
```python
import tensorflow as tf

y = tf.compat.v1.matmul(a, b)
```

## Use instead
```python
import tensorflow as tf

y = tf.matmul(a, b)
```

## Fix safety
Shown only: right once the program is native. In TensorFlow 1.15 both names denote the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.knowledge import lookup
from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.model.api import ApiStatus
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix

# The forms of TensorFlow 2 differ from these in the keywords that TFM004 renames, and in arguments that stand behind
# the first two.
_NEARLY_SAME = frozenset(
    {
        *(f"tf.reduce_{name}" for name in ("all", "any", "logsumexp", "max", "mean", "min", "prod", "sum")),
        *(f"tf.math.reduce_{name}" for name in ("all", "any", "logsumexp", "max", "mean", "min", "prod", "sum")),
        *(
            f"tf.{name}"
            for name in ("argmax", "argmin", "expand_dims", "norm", "shape", "size", "squeeze", "transpose")
        ),
        *(f"tf.{name}" for name in ("constant", "convert_to_tensor", "ones_like", "pad", "zeros_like", "cond")),
        *(f"tf.nn.{name}" for name in ("softmax", "log_softmax", "l2_normalize", "moments", "conv2d", "max_pool")),
        *(f"tf.nn.{name}" for name in ("avg_pool", "bias_add", "sigmoid_cross_entropy_with_logits")),
        "tf.nn.sparse_softmax_cross_entropy_with_logits",
        "tf.Variable",
    }
)


class CompatName(Rule):
    """Leaves `compat.v1` out."""

    code = "TFM014"

    def wants(self, path: str) -> bool:
        """Say whether TensorFlow 2 has the symbol under the same path."""
        entry = lookup(path)
        return path in _NEARLY_SAME or (entry is not None and entry.status is ApiStatus.SAME)

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding where `compat.v1` is written in the expression."""
        if "compat.v1." not in reference.dotted or "v1" not in file.source(reference.span).split("."):
            return
        written = file.source(reference.span)
        message = f"`{written}` is `{reference.path}` in TensorFlow 2"
        edit = file.rename(reference, reference.path)
        fix = Fix(f"Write `{reference.path}`", (edit,), Applicability.DISPLAY) if edit else None
        yield self.report(file, reference.span, message, fix)
