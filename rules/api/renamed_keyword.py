"""Arguments that have another keyword.

## What it does
Finds keywords that TensorFlow 1 renamed and TensorFlow 2 no longer accepts: `reduction_indices`, `keep_dims`, ..

## Why
TensorFlow 2 raises a `TypeError` for them.

## Example
```python
import tensorflow as tf

y = tf.reduce_sum(x, reduction_indices=[1], keep_dims=True)
```

## Use instead
```python
import tensorflow as tf

y = tf.reduce_sum(x, axis=[1], keepdims=True)
```

## Fix safety
Safe where TensorFlow 1.15 and `tf.compat.v1` accept the new keyword with the same meaning; else shown only.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.knowledge import lookup
from tf2migrate.knowledge.keras import OPTIMIZERS
from tf2migrate.lint import Argument, LintedFile, Reference, Rule
from tf2migrate.lint.changes import remove_arguments, rename_keyword
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix

_REDUCTIONS = ("all", "any", "logsumexp", "max", "mean", "min", "prod", "sum")
_REDUCED = {"reduction_indices": "axis", "keep_dims": "keepdims"}
_POOLED = {"value": "input"}
_CONVOLVED = {"value": "input", "filter": "filters", "rate": "dilations", "dilation_rate": "dilations"}
_KEYWORDS = {
    **{f"tf.reduce_{name}": _REDUCED for name in _REDUCTIONS},
    **{f"tf.math.reduce_{name}": _REDUCED for name in _REDUCTIONS},
    **{f"tf.nn.{name}": _POOLED for name in ("avg_pool", "avg_pool2d", "max_pool", "avg_pool1d", "max_pool1d")},
    **{f"tf.nn.{name}": _POOLED for name in ("avg_pool3d", "max_pool3d", "lrn")},
    **{f"tf.nn.conv{name}": _CONVOLVED for name in ("1d", "2d", "3d", "2d_transpose", "3d_transpose", "olution")},
    "tf.nn.depthwise_conv2d": {"rate": "dilations"},
    "tf.nn.separable_conv2d": {"rate": "dilations"},
    **{name: {"lr": "learning_rate"} for name in OPTIMIZERS},
    "tf.argmax": {"dimension": "axis"},
    "tf.argmin": {"dimension": "axis"},
    "tf.concat": {"concat_dim": "axis"},
    "tf.cond": {"fn1": "true_fn", "fn2": "false_fn"},
    "tf.convert_to_tensor": {"preferred_dtype": "dtype_hint"},
    "tf.expand_dims": {"dim": "axis"},
    "tf.linalg.norm": {"keep_dims": "keepdims"},
    "tf.math.argmax": {"dimension": "axis"},
    "tf.math.argmin": {"dimension": "axis"},
    "tf.nn.log_softmax": {"dim": "axis"},
    "tf.nn.moments": {"keep_dims": "keepdims"},
    "tf.nn.sigmoid_cross_entropy_with_logits": {"targets": "labels"},
    "tf.nn.softmax": {"dim": "axis"},
    "tf.nn.softmax_cross_entropy_with_logits": {"dim": "axis"},
    "tf.nn.softmax_cross_entropy_with_logits_v2": {"dim": "axis"},
    "tf.nn.sufficient_statistics": {"keep_dims": "keepdims"},
    "tf.nn.weighted_cross_entropy_with_logits": {"targets": "labels"},
    "tf.nn.weighted_moments": {"keep_dims": "keepdims"},
    "tf.norm": {"keep_dims": "keepdims"},
    "tf.reverse_sequence": {"seq_dim": "seq_axis", "batch_dim": "batch_axis"},
    "tf.split": {"split_dim": "axis", "num_split": "num_or_size_splits"},
    "tf.squeeze": {"squeeze_dims": "axis"},
}
# New keywords that TensorFlow 1 does not know: a file that still speaks it cannot take them.
_NATIVE_KEYWORDS = {name: {"tensor": "input"} for name in ("tf.ones_like", "tf.zeros_like")}
# What TensorFlow 2 has no argument for, and changes no number: both versions do without.
_GONE = {
    **{f"tf.nn.conv{name}": "use_cudnn_on_gpu" for name in ("1d", "2d")},
    **dict.fromkeys(("tf.ones_like", "tf.zeros_like"), "optimize"),
}


class RenamedKeyword(Rule):
    """Renames the keyword."""

    code = "TFM004"
    symbols = frozenset({*_KEYWORDS, *_NATIVE_KEYWORDS, *_GONE})

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield a finding for each old keyword; one whose new name is given as well has no fix."""
        if reference.call is None:
            return
        renamed = {**_KEYWORDS.get(reference.path, {}), **_NATIVE_KEYWORDS.get(reference.path, {})}
        for argument in reference.call.arguments:
            if argument.keyword is not None and argument.name == _GONE.get(reference.path):
                yield self._gone(reference, argument, file)
            new = renamed.get(argument.name or "")
            if new is None or argument.keyword is None:
                continue
            taken = reference.call.keyword(new) is not None
            fix = (
                None
                if taken
                else Fix(f"Write `{new}`", rename_keyword(argument, new), _applicability(reference, argument))
            )
            message = f"`{argument.name}` of `{file.source(reference.span)}` is `{new}` in TensorFlow 2"
            yield self.report(file, argument.keyword, message, fix)

    def _gone(self, reference: Reference, argument: Argument, file: LintedFile) -> Diagnostic:
        assert reference.call is not None and argument.keyword is not None
        message = f"`{file.source(reference.span)}` has no `{argument.name}` in TensorFlow 2; it changes no number"
        fix = Fix("Leave it out", tuple(remove_arguments(reference.call, [argument])))
        return self.report(file, argument.keyword, message, fix)


def _applicability(reference: Reference, argument: Argument) -> Applicability:
    """Return how far the renaming holds: TensorFlow 1 insists on the old name of a parameter without default."""
    entry = lookup(reference.path)
    parameters = dict(entry.parameters) if entry is not None else {}
    required = entry is not None and parameters.get(argument.name or "", "") is None
    native = argument.name in _NATIVE_KEYWORDS.get(reference.path, {})
    return Applicability.DISPLAY if required or native else Applicability.SAFE
