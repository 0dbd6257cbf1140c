"""Reductions, arithmetic, casts, arrays and comparisons."""

from __future__ import annotations

from tf2migrate.knowledge.overlay.forms import Verdict, form, rewritten, same

_REDUCTIONS = ("sum", "mean", "max", "min", "prod", "all", "any", "logsumexp")
_KEPT = "keepdims=keepdims|keep_dims"
_AXIS = "axis=axis|reduction_indices"
_RENAMED_ARGUMENTS = "arguments have other names or another order in TensorFlow 2"

_FORMS: dict[str, tuple[str, str]] = {
    "tf.norm": ("tf.norm", f"tensor; ord; axis; {_KEPT}; name"),
    "tf.count_nonzero": ("tf.math.count_nonzero", f"input=input_tensor|input; {_AXIS}; {_KEPT}; dtype; name"),
    "tf.argmax": ("tf.argmax", "input; axis=axis|dimension; output_type; name"),
    "tf.argmin": ("tf.argmin", "input; axis=axis|dimension; output_type; name"),
    "tf.arg_max": ("tf.argmax", "input; axis=dimension; output_type; name"),
    "tf.arg_min": ("tf.argmin", "input; axis=dimension; output_type; name"),
    "tf.expand_dims": ("tf.expand_dims", "input; axis=axis|dim; name"),
    "tf.squeeze": ("tf.squeeze", "input; axis=axis|squeeze_dims; name"),
    "tf.gather": ("tf.gather", "params; indices; validate_indices; axis; batch_dims; name"),
    "tf.gather_nd": ("tf.gather_nd", "params; indices; batch_dims; name"),
    "tf.batch_gather": ("tf.gather", "params; indices; batch_dims='-1'; axis='-1'; name"),
    "tf.shape": ("tf.shape", "input; out_type; name"),
    "tf.size": ("tf.size", "input; out_type; name"),
    "tf.pad": ("tf.pad", "tensor; paddings; mode; constant_values; name"),
    "tf.transpose": ("tf.transpose", "a; perm; conjugate; name"),
    "tf.boolean_mask": ("tf.boolean_mask", "tensor; mask; axis; name"),
    "tf.reverse_sequence": (
        "tf.reverse_sequence",
        "input; seq_lengths; seq_axis=seq_axis|seq_dim; batch_axis=batch_axis|batch_dim; name",
    ),
    "tf.convert_to_tensor": (
        "tf.convert_to_tensor",
        "value; dtype; dtype_hint=dtype_hint|preferred_dtype; name",
    ),
    "tf.floor_div": ("tf.math.floordiv", "x; y; name"),
    "tf.confusion_matrix": ("tf.math.confusion_matrix", "labels; predictions; num_classes; weights; dtype; name"),
    "tf.bincount": ("tf.math.bincount", "arr; weights; minlength; maxlength; dtype"),
    "tf.depth_to_space": ("tf.nn.depth_to_space", "input; block_size; data_format; name"),
    "tf.space_to_depth": ("tf.nn.space_to_depth", "input; block_size; data_format; name"),
    "tf.batch_to_space_nd": ("tf.batch_to_space", "input; block_shape; crops; name"),
    "tf.setdiff1d": ("tf.raw_ops.ListDiff", "x; y; out_idx=index_dtype; name"),
    "tf.tuple": ("tf.tuple", "tensors; control_inputs; name"),
    "tf.sparse_matmul": (
        "tf.raw_ops.SparseMatMul",
        "a; b; transpose_a; transpose_b; a_is_sparse; b_is_sparse; name",
    ),
}

_CASTS = {
    "tf.to_float": "tf.float32",
    "tf.to_double": "tf.float64",
    "tf.to_int32": "tf.int32",
    "tf.to_int64": "tf.int64",
    "tf.to_bfloat16": "tf.bfloat16",
    "tf.to_complex64": "tf.complex64",
    "tf.to_complex128": "tf.complex128",
}

_SAME = {
    "tf.scalar_mul": "TensorFlow 2's calls TensorFlow 1's with the same arguments",
    "tf.math.scalar_mul": "TensorFlow 2's calls TensorFlow 1's with the same arguments",
    "tf.executing_eagerly": "asks the same",
}


def verdicts() -> dict[str, Verdict]:
    """Return the verdicts of this family."""
    found = {path: same(reason) for path, reason in _SAME.items()}
    for name in _REDUCTIONS:
        path = f"tf.reduce_{name}"
        found[path] = rewritten(path, _RENAMED_ARGUMENTS, form(path, f"input_tensor; {_AXIS}; {_KEPT}; name"))
    for path, (target, arguments) in _FORMS.items():
        found[path] = rewritten(target, _RENAMED_ARGUMENTS, form(target, arguments))
    for path, dtype in _CASTS.items():
        found[path] = rewritten("tf.cast", f"a cast to {dtype}", form("tf.cast", f"x; dtype='{dtype}'; name"))
    return found | _irregular() | _blocks()


def _irregular() -> dict[str, Verdict]:
    return {
        "tf.where": rewritten(
            "tf.where",
            "TensorFlow 1 selects whole rows by a vector where TensorFlow 2 broadcasts",
            form("tf.where", "condition; name", {"x": "absent", "y": "absent"}),
            form("tf.where", "condition; x; y; name", {"x": "given", "y": "given", "condition": "rank=x"}),
            form("tf.raw_ops.Select", "condition; x; y; name", {"x": "given", "y": "given"}),
        ),
        "tf.div": rewritten(
            "tf.truediv",
            "divides integers with floor, as Python 2 did",
            form("tf.truediv", "x; y; name", {"x": "dtype=floating"}),
            form("tf.math.floordiv", "x; y; name", {"x": "dtype=integer"}),
        ),
        "tf.constant": rewritten(
            "tf.constant",
            "no verify_shape",
            form("tf.constant", "value; dtype; shape; name", {"verify_shape": "False"}),
        ),
        "tf.ones_like": rewritten(
            "tf.ones_like", _RENAMED_ARGUMENTS, form("tf.ones_like", "input=tensor; dtype; name", dropped="optimize")
        ),
        "tf.zeros_like": rewritten(
            "tf.zeros_like", _RENAMED_ARGUMENTS, form("tf.zeros_like", "input=tensor; dtype; name", dropped="optimize")
        ),
        "tf.device": rewritten(
            "tf.device", "TensorFlow 2 takes no function", form("tf.device", "device_name=device_name_or_function")
        ),
    }


def _blocks() -> dict[str, Verdict]:
    return {
        "tf.space_to_batch": rewritten(
            "tf.space_to_batch",
            "a block has a shape",
            form("tf.space_to_batch", "input; block_shape; paddings; name", {"block_shape": "given"}),
            form("tf.space_to_batch", "input; paddings; block_shape=block_size:[{}] * 2; name"),
        ),
        "tf.batch_to_space": rewritten(
            "tf.batch_to_space",
            "a block has a shape",
            form("tf.batch_to_space", "input; block_shape; crops; name", {"block_shape": "given"}),
            form("tf.batch_to_space", "input; crops; block_shape=block_size:[{}] * 2; name"),
        ),
    }
