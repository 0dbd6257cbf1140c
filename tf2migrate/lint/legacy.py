"""Whether a file speaks TensorFlow 1."""

from __future__ import annotations

from collections.abc import Iterable

from tf2migrate.names import Use

_LEGACY_MODULES = ("tensorflow.compat.v1.", "tensorflow.contrib.", "tensorflow.python.", "tensorflow.examples.")
_LEGACY_SYMBOLS = frozenset(
    f"tf.{name}"
    for name in (
        *("Session", "InteractiveSession", "placeholder", "placeholder_with_default", "get_variable", "variable_scope"),
        *(
            "global_variables_initializer",
            "initialize_all_variables",
            "local_variables_initializer",
            "tables_initializer",
        ),
        *("get_default_session", "get_default_graph", "reset_default_graph", "trainable_variables", "global_variables"),
        *("get_collection", "add_to_collection", "GraphKeys", "ConfigProto", "GPUOptions", "set_random_seed", "assign"),
        *("assign_add", "assign_sub", "disable_v2_behavior", "disable_eager_execution", "AUTO_REUSE", "log", "div"),
        *("random_normal", "random_uniform", "truncated_normal", "to_float", "to_int32", "to_int64", "flags.FLAGS"),
        *("app.run", "app.flags", "flags", "Print", "py_func", "sparse_placeholder", "multinomial", "local_variables"),
        *("layers.dense", "layers.conv2d", "layers.dropout", "layers.batch_normalization", "layers.flatten"),
        *("truncated_normal_initializer", "global_variables_initializer", "all_variables", "name_scope.original"),
        *("nn.rnn_cell", "nn.static_rnn", "nn.dynamic_rnn", "nn.xw_plus_b", "train.get_or_create_global_step"),
    )
)
_LEGACY_PREFIXES = ("tf.contrib.", "tf.nn.rnn_cell.", "tf.app.", "tf.flags.", "tf.layers.", "tf.logging.", "tf.gfile.")
_LEGACY_TRAIN = ("Optimizer", "Saver", "Supervisor", "SessionRunHook", "MonitoredSession", "MonitoredTrainingSession")


def is_legacy(uses: Iterable[Use]) -> bool:
    """Say whether a symbol is used that only TensorFlow 1 has, or any through its own modules."""
    return any(_is_legacy(use) for use in uses)


def _is_legacy(use: Use) -> bool:
    return (
        use.dotted.startswith(_LEGACY_MODULES)
        or use.path in _LEGACY_SYMBOLS
        or use.path.startswith(_LEGACY_PREFIXES)
        or (use.path.startswith("tf.train.") and use.path.split(".")[2].endswith(_LEGACY_TRAIN))
    )
