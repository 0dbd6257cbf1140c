"""The many paths of one TensorFlow symbol, as one."""

from __future__ import annotations

# Where modules below `tensorflow.python` have their names in the public interface. Longer keys are tried first.
_INTERNAL_MODULES = {
    "client.session": "tf",
    "client.device_lib": "tf.python.client.device_lib",
    "client.timeline": "tf.python.client.timeline",
    "framework.constant_op": "tf",
    "framework.dtypes": "tf",
    "framework.errors": "tf.errors",
    "framework.function": "tf.contrib.framework.function",
    "framework.graph_util": "tf.graph_util",
    "framework.ops": "tf",
    "framework.random_seed": "tf",
    "framework.sparse_tensor": "tf",
    "framework.tensor_shape": "tf",
    "framework.tensor_util": "tf",
    "keras": "tf.keras",
    "layers": "tf.layers",
    "ops.array_ops": "tf",
    "ops.check_ops": "tf",
    "ops.clip_ops": "tf",
    "ops.control_flow_ops": "tf",
    "ops.ctc_ops": "tf.nn",
    "ops.data_flow_ops": "tf",
    "ops.distributions": "tf.distributions",
    "ops.embedding_ops": "tf.nn",
    "ops.gradients": "tf",
    "ops.gradients_impl": "tf",
    "ops.image_ops": "tf.image",
    "ops.init_ops": "tf",
    "ops.io_ops": "tf",
    "ops.linalg_ops": "tf",
    "ops.logging_ops": "tf",
    "ops.losses.losses": "tf.losses",
    "ops.math_ops": "tf",
    "ops.metrics": "tf.metrics",
    "ops.nn": "tf.nn",
    "ops.nn_impl": "tf.nn",
    "ops.nn_ops": "tf.nn",
    "ops.partitioned_variables": "tf",
    "ops.random_ops": "tf",
    "ops.rnn": "tf.nn",
    "ops.rnn_cell": "tf.nn.rnn_cell",
    "ops.rnn_cell_impl": "tf.nn.rnn_cell",
    "ops.script_ops": "tf",
    "ops.sparse_ops": "tf",
    "ops.state_ops": "tf",
    "ops.string_ops": "tf",
    "ops.template": "tf",
    "ops.tensor_array_ops": "tf",
    "ops.variable_scope": "tf",
    "ops.variables": "tf",
    "platform.app": "tf.app",
    "platform.flags": "tf.flags",
    "platform.gfile": "tf.gfile",
    "platform.tf_logging": "tf.logging",
    "saved_model": "tf.saved_model",
    "summary.summary": "tf.summary",
    "training": "tf.train",
    "util.nest": "tf.contrib.framework.nest",
}
_TRAINING_FILES = 2  # `training.adam.AdamOptimizer` names the file between the module and the symbol


def canonical_path(dotted: str) -> str | None:
    """Return `tf.` and TensorFlow 1's public name for a dotted path as imported; None where it is not TensorFlow's.

    `tensorflow.compat.v1` is transparent, `tensorflow.compat.v2` is kept, `tensorflow.python.*` becomes the public name
    of the same symbol, and `tf_slim` is `tf.contrib.slim`.
    """
    root, _, rest = dotted.partition(".")
    if root == "tf_slim":
        return _join("tf.contrib.slim", rest)
    if root != "tensorflow":
        return None
    while rest == "compat.v1" or rest.startswith("compat.v1."):
        rest = rest[len("compat.v1.") :]
    if rest == "python" or rest.startswith("python."):
        return _public(rest[len("python.") :])
    return _join("tf", rest)


def _public(internal: str) -> str:
    """Return the public path of a path below `tensorflow.python`."""
    parts = internal.split(".")
    for length in range(len(parts), 0, -1):
        public = _INTERNAL_MODULES.get(".".join(parts[:length]))
        if public is None:
            continue
        below = parts[length:]
        if public == "tf.train" and len(below) >= _TRAINING_FILES:
            below = below[1:]
        return _join(public, ".".join(below))
    return _join("tf.python", internal)


def _join(prefix: str, rest: str) -> str:
    return f"{prefix}.{rest}" if rest else prefix
