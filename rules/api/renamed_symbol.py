"""Functions that TensorFlow 2 has under another name.

## What it does
Finds functions and constants that TensorFlow 2 keeps, unchanged, under another path.

## Why
The old path is gone from TensorFlow 2.

## Example
```python
import tensorflow as tf

y = tf.log(tf.random_normal([2]))
```

## Use instead
```python
import tensorflow as tf

y = tf.math.log(tf.random.normal([2]))
```

## Fix safety
Safe: both names denote the same function in TensorFlow 1.15 and in `tf.compat.v1`.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.model.diagnostics import Diagnostic, Fix

_TO_MATH = (
    *("accumulate_n", "angle", "betainc", "ceil", "conj", "cumprod", "digamma", "erf", "erfc", "expm1", "floordiv"),
    *(
        "floormod",
        "igamma",
        "igammac",
        "imag",
        "invert_permutation",
        "is_finite",
        "is_inf",
        "is_nan",
        "lbeta",
        "lgamma",
    ),
    *("log", "log1p", "log_sigmoid", "logical_xor", "mod", "polygamma", "real", "reciprocal", "rint", "rsqrt"),
    *("segment_max", "segment_mean", "segment_min", "segment_prod", "segment_sum", "squared_difference"),
    *("unsorted_segment_max", "unsorted_segment_mean", "unsorted_segment_min", "unsorted_segment_prod"),
    *("unsorted_segment_sqrt_n", "unsorted_segment_sum", "zeta"),
)
_TO_LINALG = {
    **{name: name for name in ("cholesky", "cholesky_solve", "cross", "global_norm", "matrix_transpose", "qr", "svd")},
    "diag": "tensor_diag",
    "diag_part": "tensor_diag_part",
    "matrix_band_part": "band_part",
    "matrix_determinant": "det",
    "matrix_diag": "diag",
    "matrix_diag_part": "diag_part",
    "matrix_inverse": "inv",
    "matrix_set_diag": "set_diag",
    "matrix_solve": "solve",
    "matrix_solve_ls": "lstsq",
    "matrix_triangular_solve": "triangular_solve",
    "self_adjoint_eig": "eigh",
    "self_adjoint_eigvals": "eigvalsh",
    "trace": "trace",
}
_RENAMES = {
    **{f"tf.{name}": f"tf.math.{name}" for name in _TO_MATH},
    **{f"tf.{old}": f"tf.linalg.{new}" for old, new in _TO_LINALG.items()},
    "tf.div_no_nan": "tf.math.divide_no_nan",
    "tf.random_gamma": "tf.random.gamma",
    "tf.random_normal": "tf.random.normal",
    "tf.random_shuffle": "tf.random.shuffle",
    "tf.random_uniform": "tf.random.uniform",
    "tf.truncated_normal": "tf.random.truncated_normal",
    "tf.random_crop": "tf.image.random_crop",
    "tf.lin_space": "tf.linspace",
}


class RenamedSymbol(Rule):
    """Puts the new path in place of the old one."""

    code = "TFM002"
    symbols = frozenset(_RENAMES)

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding with the renaming."""
        target = _RENAMES[reference.path]
        edit = file.rename(reference, target)
        message = f"`{file.source(reference.span)}` is `{target}` in TensorFlow 2"
        yield self.report(file, reference.span, message, edit and Fix(f"Write `{target}`", (edit,)))
