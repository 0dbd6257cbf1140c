"""Strings, parsing, sparse tensors, files, flags and logging."""

from __future__ import annotations

from tf2migrate.knowledge.overlay.forms import Verdict, compat, form, rewritten

_ARGUMENTS = "arguments have other names or another order in TensorFlow 2"
_AXIS = "axis=axis|reduction_axes"
_KEPT = "keepdims=keepdims|keep_dims"

_FORMS: dict[str, tuple[str, str]] = {
    "tf.strings.length": ("tf.strings.length", "input; unit; name"),
    "tf.strings.substr": ("tf.strings.substr", "input; pos; len; unit; name"),
    "tf.substr": ("tf.strings.substr", "input; pos; len; unit; name"),
    "tf.strings.to_number": ("tf.strings.to_number", "input=string_tensor|input; out_type; name"),
    "tf.strings.to_hash_bucket": ("tf.strings.to_hash_bucket", "input=string_tensor|input; num_buckets; name"),
    "tf.strings.reduce_join": (
        "tf.strings.reduce_join",
        f"inputs; axis=axis|reduction_indices; {_KEPT}; separator; name",
    ),
    "tf.decode_raw": ("tf.io.decode_raw", "input_bytes=input_bytes|bytes; out_type; little_endian; name"),
    "tf.decode_csv": (
        "tf.io.decode_csv",
        "records; record_defaults; field_delim; use_quote_delim; na_value; select_cols; name",
    ),
    "tf.parse_example": ("tf.io.parse_example", "serialized; features; example_names; name"),
    "tf.parse_single_example": ("tf.io.parse_single_example", "serialized; features; example_names; name"),
    "tf.serialize_sparse": ("tf.io.serialize_sparse", "sp_input; out_type; name"),
    "tf.serialize_many_sparse": ("tf.io.serialize_many_sparse", "sp_input; out_type; name"),
    "tf.sparse.add": ("tf.sparse.add", "a; b; threshold=threshold|thresh"),
    "tf.sparse.concat": (
        "tf.sparse.concat",
        "axis=axis|concat_dim; sp_inputs; expand_nonconcat_dims=expand_nonconcat_dims|expand_nonconcat_dim; name",
    ),
    "tf.sparse.reduce_max": ("tf.sparse.reduce_max", f"sp_input; {_AXIS}; {_KEPT}"),
    "tf.sparse.reduce_sum": ("tf.sparse.reduce_sum", f"sp_input; {_AXIS}; {_KEPT}"),
    "tf.sparse.reduce_max_sparse": (
        "tf.sparse.reduce_max",
        f"sp_input; {_AXIS}; {_KEPT}; output_is_sparse='True'",
    ),
    "tf.sparse.reduce_sum_sparse": (
        "tf.sparse.reduce_sum",
        f"sp_input; {_AXIS}; {_KEPT}; output_is_sparse='True'",
    ),
    "tf.sparse.split": ("tf.sparse.split", "sp_input; num_split; axis=axis|split_dim; name"),
    "tf.sparse.segment_mean": ("tf.sparse.segment_mean", "data; indices; segment_ids; num_segments; name"),
    "tf.sparse.segment_sum": ("tf.sparse.segment_sum", "data; indices; segment_ids; num_segments; name"),
    "tf.sparse.segment_sqrt_n": ("tf.sparse.segment_sqrt_n", "data; indices; segment_ids; num_segments; name"),
    "tf.feature_column.categorical_column_with_vocabulary_file": (
        "tf.feature_column.categorical_column_with_vocabulary_file",
        "key; vocabulary_file; vocabulary_size; dtype; default_value; num_oov_buckets=num_oov_buckets!0",
    ),
    "tf.sparse_to_dense": (
        "tf.raw_ops.SparseToDense",
        "sparse_indices; output_shape; sparse_values; default_value=default_value!0; validate_indices; name",
    ),
}

_FILES: dict[str, tuple[str, str]] = {
    "Copy": ("copy", "src=oldpath; dst=newpath; overwrite"),
    "DeleteRecursively": ("rmtree", "path=dirname"),
    "Exists": ("exists", "path=filename"),
    "Glob": ("glob", "pattern=filename"),
    "IsDirectory": ("isdir", "path=dirname"),
    "ListDirectory": ("listdir", "path=dirname"),
    "MakeDirs": ("makedirs", "path=dirname"),
    "MkDir": ("mkdir", "path=dirname"),
    "Remove": ("remove", "path=filename"),
    "Rename": ("rename", "src=oldname; dst=newname; overwrite"),
    "Stat": ("stat", "path=filename"),
    "Walk": ("walk", "top; topdown=in_order"),
    "FastGFile": ("GFile", "name; mode"),
}

_MESSAGES = "debug error fatal info warn warning".split()
_LEVELS = {"DEBUG": "logging.DEBUG", "INFO": "logging.INFO", "WARN": "logging.WARNING", "ERROR": "logging.ERROR"}
_FLAGS = "DEFINE_string DEFINE_integer DEFINE_float DEFINE_boolean DEFINE_bool".split()


def verdicts() -> dict[str, Verdict]:
    """Return the verdicts of this family."""
    found = {
        path: rewritten(target, _ARGUMENTS, form(target, arguments)) for path, (target, arguments) in _FORMS.items()
    }
    for name, (below, arguments) in _FILES.items():
        target = f"tf.io.gfile.{below}"
        found[f"tf.gfile.{name}"] = rewritten(target, "arguments have other names", form(target, arguments))
    found["tf.train.checkpoint_exists"] = rewritten(
        "tf.io.gfile.exists",
        "the index of a checkpoint is a file",
        form("tf.io.gfile.exists", "path=checkpoint_prefix:{} + '.index'"),
    )
    return found | _logging() | _flags() | _strings()


def _strings() -> dict[str, Verdict]:
    return {
        "tf.string_split": rewritten(
            "tf.raw_ops.StringSplit",
            "splits at any character of the delimiter and gives a sparse tensor",
            form(
                "tf.raw_ops.StringSplit",
                "input=source; delimiter=sep|delimiter!' '; skip_empty",
                {"result_type": "'SparseTensor'"},
                dropped="name",
                wrap="tf.SparseTensor(*{call})",
            ),
        ),
        "tf.strings.split": rewritten(
            "tf.strings.split",
            "TensorFlow 2 gives a ragged tensor",
            form(
                "tf.strings.split",
                "input=input|source; sep; maxsplit; name",
                {"result_type": "'SparseTensor'"},
                wrap="{call}.to_sparse()",
            ),
            form("tf.strings.split", "input=input|source; sep; maxsplit; name", {"result_type": "'RaggedTensor'"}),
        ),
    }


def _logging() -> dict[str, Verdict]:
    reason = "TensorFlow's logger, by the standard library's interface"
    found = {f"tf.logging.{name}": rewritten(f"tf.get_logger().{name}", reason) for name in _MESSAGES}
    found["tf.logging.set_verbosity"] = rewritten(
        "tf.get_logger().setLevel", reason, form("tf.get_logger().setLevel", "level=v")
    )
    found["tf.logging.get_verbosity"] = rewritten(
        "tf.get_logger().getEffectiveLevel", reason, form("tf.get_logger().getEffectiveLevel", "")
    )
    for name, target in _LEVELS.items():
        found[f"tf.logging.{name}"] = rewritten(target, "the standard library's level, the same number")
    found["tf.logging.FATAL"] = rewritten("logging.FATAL", "the standard library's level, the same number")
    return found


def _flags() -> dict[str, Verdict]:
    reason = "absl has it"
    found: dict[str, Verdict] = {}
    for module in ("tf.flags", "tf.app.flags"):
        found[module] = rewritten("absl.flags", reason)
        found[f"{module}.FLAGS"] = rewritten("absl.flags.FLAGS", reason)
        for name in _FLAGS:
            target = f"absl.flags.{name}"
            arguments = "name=name|flag_name; default=default|default_value; help=help|docstring"
            found[f"{module}.{name}"] = rewritten(target, reason, form(target, arguments))
        for name in ("DEFINE_enum", "DEFINE_list", "DEFINE_multi_integer", "mark_flag_as_required"):
            found[f"{module}.{name}"] = rewritten(f"absl.flags.{name}", reason)
    found["tf.app"] = rewritten("absl.app", reason)
    found["tf.app.run"] = rewritten("absl.app.run", reason, form("absl.app.run", "main; argv", {"main": "given"}))
    found["tf.sparse.merge"] = compat("no counterpart: build the tf.SparseTensor from ids and values")
    return found
