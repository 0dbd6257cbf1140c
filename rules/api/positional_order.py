"""Positional arguments that stand elsewhere.

## What it does
Finds positional arguments that TensorFlow 2 expects at another position.

## Why
Code that passes them by position runs on, with another meaning.

## Example
```python
import tensorflow as tf

y = tf.compat.v1.nn.in_top_k(predictions, labels, 5)
```

## Use instead
```python
import tensorflow as tf

y = tf.nn.in_top_k(predictions=predictions, targets=labels, k=5)
```

## Fix safety
Safe: the keywords mean the same in both versions. Names below `tf.compat.v1` are replaced, which is shown only.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import CallSite, LintedFile, Reference, Rule
from tf2migrate.lint.changes import name_argument, remove_arguments
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix

_CUDNN = "use_cudnn_on_gpu"
_DROPPED = frozenset({_CUDNN, "optimize"})  # TensorFlow 2 has no such arguments, and they change no number

# TensorFlow 1's parameters; the number says how many of them TensorFlow 2 has at the same positions.
_ORDERS: dict[str, tuple[int, tuple[str, ...]]] = {
    "tf.argmax": (2, ("input", "axis", "name", "dimension", "output_type")),
    "tf.argmin": (2, ("input", "axis", "name", "dimension", "output_type")),
    "tf.boolean_mask": (2, ("tensor", "mask", "name", "axis")),
    "tf.cond": (3, ("pred", "true_fn", "false_fn", "strict", "name")),
    "tf.convert_to_tensor": (2, ("value", "dtype", "name", "dtype_hint")),
    "tf.gather": (3, ("params", "indices", "validate_indices", "name", "axis", "batch_dims")),
    "tf.gather_nd": (2, ("params", "indices", "name", "batch_dims")),
    "tf.nn.conv1d": (4, ("value", "filters", "stride", "padding", _CUDNN, "data_format", "name")),
    "tf.nn.conv2d": (4, ("input", "filter", "strides", "padding", _CUDNN, "data_format", "dilations", "name")),
    "tf.nn.conv2d_transpose": (
        6,
        ("value", "filter", "output_shape", "strides", "padding", "data_format", "name"),
    ),
    "tf.nn.conv3d_transpose": (
        6,
        ("value", "filter", "output_shape", "strides", "padding", "data_format", "name"),
    ),
    "tf.nn.convolution": (2, ("input", "filter", "padding", "strides", "dilations", "name", "data_format")),
    "tf.nn.crelu": (1, ("features", "name", "axis")),
    "tf.nn.depthwise_conv2d": (4, ("input", "filter", "strides", "padding", "dilations", "name", "data_format")),
    "tf.nn.in_top_k": (0, ("predictions", "targets", "k", "name")),
    "tf.nn.moments": (3, ("x", "axes", "shift", "name")),
    "tf.nn.separable_conv2d": (
        5,
        ("input", "depthwise_filter", "pointwise_filter", "strides", "padding", "dilations", "name", "data_format"),
    ),
    "tf.nn.top_k": (3, ("input", "k", "sorted", "name")),
    "tf.nn.weighted_moments": (3, ("x", "axes", "frequency_weights", "name", "keepdims")),
    "tf.ones_like": (2, ("tensor", "dtype", "name", "optimize")),
    "tf.pad": (3, ("tensor", "paddings", "mode", "name", "constant_values")),
    "tf.random.poisson": (0, ("lam", "shape", "dtype", "seed", "name")),
    "tf.shape": (1, ("input", "name", "out_type")),
    "tf.size": (1, ("input", "name", "out_type")),
    "tf.transpose": (2, ("a", "perm", "name", "conjugate")),
    "tf.while_loop": (
        7,
        ("cond", "body", "loop_vars", "shape_invariants", "parallel_iterations", "back_prop", "swap_memory", "name"),
    ),
    "tf.zeros_like": (2, ("tensor", "dtype", "name", "optimize")),
}


class PositionalOrder(Rule):
    """Names the arguments from the first one that moved."""

    code = "TFM012"
    survives = True
    symbols = frozenset(_ORDERS)

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding where an argument that moved is passed by position, in a file that speaks TensorFlow 1."""
        common, _ = _ORDERS[reference.path]
        call = reference.call
        if not file.means_tf1(reference) or call is None or call.starred:
            return
        alone = len(call.positional) == len(call.arguments) == 1
        if alone or len(call.positional) <= common:
            return
        written = file.source(reference.span)
        message = f"positional arguments of `{written}` stand elsewhere in TensorFlow 2; pass them by keyword"
        yield self.report(file, reference.span, message, _fix(file, reference, call))


def _fix(file: LintedFile, reference: Reference, call: CallSite) -> Fix | None:
    common, parameters = _ORDERS[reference.path]
    if len(call.positional) > len(parameters):
        return None
    rename = file.without_compat(reference)
    moved = list(zip(call.positional[common:], parameters[common:], strict=False))
    named = [edit for argument, name in moved if name not in _DROPPED for edit in name_argument(argument, name)]
    dropped = remove_arguments(call, [argument for argument, name in moved if name in _DROPPED])
    return Fix(
        "Pass them by keyword", (*rename, *named, *dropped), Applicability.DISPLAY if rename else Applicability.SAFE
    )
