"""Casts that name their type in the function.

## What it does
Finds `tf.to_float`, `tf.to_int32` and their kin.

## Why
TensorFlow 2 has `tf.cast` alone.

## Example
```python
import tensorflow as tf

y = tf.to_float(tf.to_int32(x))
```

## Use instead
```python
import tensorflow as tf

y = tf.cast(tf.cast(x, tf.int32), tf.float32)
```

## Fix safety
Safe: TensorFlow 1 defines each of them as this call of `tf.cast`.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.lint.changes import append_argument, name_argument
from tf2migrate.model.diagnostics import Diagnostic, Fix

_TYPES = {
    "tf.to_bfloat16": "bfloat16",
    "tf.to_complex128": "complex128",
    "tf.to_complex64": "complex64",
    "tf.to_double": "float64",
    "tf.to_float": "float32",
    "tf.to_int32": "int32",
    "tf.to_int64": "int64",
}


class TypedCast(Rule):
    """Calls `tf.cast` with the type."""

    code = "TFM003"
    symbols = frozenset(_TYPES)

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding; fixed where the arguments are written out and the call can name the type."""
        dtype = _TYPES[reference.path]
        written = file.source(reference.span)
        message = f"`{written}` is `tf.cast(.., tf.{dtype})` in TensorFlow 2"
        call, edit, module = reference.call, file.rename(reference, "tf.cast"), file.tensorflow_name(reference)
        if call is None or call.starred or not call.arguments or edit is None or module is None:
            yield self.report(file, reference.span, message)
            return
        edits = [edit]
        positional = call.positional
        if len(positional) > 1:  # the second one is the name; `tf.cast` has it third
            edits += name_argument(positional[1], "name")
        keyword = "dtype=" if len(call.arguments) > 1 or call.keyword("x") else ""
        edits += append_argument(file, call, f"{keyword}{module}.{dtype}")
        yield self.report(file, reference.span, message, Fix(f"Cast to `tf.{dtype}`", tuple(edits)))
