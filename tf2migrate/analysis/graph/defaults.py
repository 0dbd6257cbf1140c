"""The default model of a TF1 call: which kind of value it gives, by its path."""

from __future__ import annotations

import ast

from tf2migrate.analysis.functions import call_back
from tf2migrate.analysis.graph.request import Request
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import graph_values, make_node
from tf2migrate.analysis.values import NONE, Bound, Function, GraphValue, Host, Known, Partial, Tuple, V, plain
from tf2migrate.model.facts import Kind

HOST = (
    "tf.logging.", "tf.gfile.", "tf.flags.", "tf.app.", "tf.test.", "tf.compat.", "tf.errors.", "tf.python_io.",
    "tf.train.latest_checkpoint", "tf.train.get_checkpoint_state", "tf.train.checkpoint_exists", "tf.contrib.learn.preprocessing",
    "tf.contrib.learn.datasets", "tf.keras.datasets", "tf.keras.utils", "tf.examples.", "tf.train.Example",
    "tf.train.Feature", "tf.train.Int64List", "tf.train.FloatList", "tf.train.BytesList", "tf.train.global_step",
    "tf.TensorShape", "tf.Dimension", "tf.as_dtype", "tf.contrib.training.HParams", "tf.set_random_seed",
    "tf.random.set_random_seed", "tf.disable_v2_behavior", "tf.disable_eager_execution", "tf.executing_eagerly",
    "tf.enable_resource_variables", "tf.disable_v2_tensorshape", "tf.disable_resource_variables", "tf.keras.preprocessing", "tf.contrib.util.make_tensor_proto",
    "tf.make_tensor_proto", "tf.python.client.device_lib", "tf.core.", "tf.summary.Summary", "tf.Summary", "tf.GraphDef",
    "tf.NodeDef", "tf.RunMetadata", "tf.RunOptions", "tf.train.ClusterSpec", "tf.train.Server", "tf.MetaGraphDef",
    "tf.saved_model.",
)
OBJECTS = (
    "tf.initializers.", "tf.keras.initializers.", "tf.contrib.layers.xavier_initializer", "tf.keras.regularizers.",
    "tf.contrib.layers.variance_scaling_initializer", "tf.contrib.layers.l2_regularizer",
    "tf.contrib.layers.l1_regularizer", "tf.contrib.layers.l1_l2_regularizer", "tf.contrib.slim.l2_regularizer",
    "tf.glorot_uniform_initializer", "tf.truncated_normal_initializer", "tf.contrib.keras.", "tf.make_template",
)
SESSIONS = ("tf.train.MonitoredTrainingSession", "tf.train.MonitoredSession", "tf.train.Supervisor", "tf.train.SingularMonitoredSession")
REFUSED = {"tf.estimator.": "estimator", "tf.contrib.tpu.": "tpu", "tf.contrib.learn.": "estimator"}
RANDOM = frozenset(
    "tf.random_normal tf.random_uniform tf.truncated_normal tf.random_shuffle tf.random_crop tf.multinomial tf.random_gamma "
    "tf.random_poisson tf.nn.dropout tf.nn.nce_loss tf.nn.sampled_softmax_loss tf.layers.dropout tf.contrib.layers.dropout "
    "tf.random.normal tf.random.uniform tf.random.truncated_normal tf.random.shuffle tf.random.categorical "
    "tf.nn.uniform_candidate_sampler tf.nn.log_uniform_candidate_sampler tf.image.random_flip_left_right "
    "tf.image.random_flip_up_down tf.image.random_brightness tf.image.random_contrast tf.image.random_hue "
    "tf.image.random_saturation tf.train.shuffle_batch tf.contrib.slim.dropout tf.nn.fractional_max_pool".split()
)
STATEFUL = frozenset("tf.Print tf.Assert tf.py_func tf.print tf.read_file tf.write_file tf.train.batch".split())
OPERATIONS = frozenset("tf.Assert tf.write_file tf.print tf.assert_equal tf.assert_less tf.assert_greater".split())
ARITY: dict[str, int] = {
    "tf.nn.moments": 2,
    "tf.nn.weighted_moments": 2,
    "tf.unique": 2,
    "tf.unique_with_counts": 3,
    "tf.svd": 3,
    "tf.linalg.svd": 3,
    "tf.qr": 2,
    "tf.self_adjoint_eig": 2,
    "tf.setdiff1d": 2,
    "tf.nn.fused_batch_norm": 3,
    "tf.nn.sufficient_statistics": 4,
    "tf.image.sample_distorted_bounding_box": 3,
    "tf.nn.ctc_greedy_decoder": 2,
    "tf.nn.ctc_beam_search_decoder": 2,
    "tf.nn.top_k": 2,
    "tf.sparse_fill_empty_rows": 2,
    "tf.listdiff": 2,
}
FIELDS = {"tf.nn.top_k": ("values", "indices")}


def default_call(request: Request) -> V:
    """Return what a call without a model of its own gives."""
    machine, path, node = request.machine, request.path, request.node
    for prefix, finding in REFUSED.items():
        if path.startswith(prefix) and not path.startswith(HOST):
            machine.find(finding, node, path)
            make_node(machine, node, Kind.OBJECT, path, request.inputs(), request.given)
            return machine.unknown(f"a value of {prefix.rstrip('.')}", node)
    if path.startswith(HOST):
        made = make_node(machine, node, Kind.OBJECT, path, request.inputs(), request.given)
        return Host(path) if made else NONE
    if path.startswith(SESSIONS):
        machine.find("hidden_run", node, path)
        return make_node(machine, node, Kind.SESSION, path, request.inputs(), request.given)
    if path.startswith(OBJECTS) or path.endswith("_initializer") or _is_class(path):
        return make_node(machine, node, _class_kind(path), path, request.inputs(), request.given)
    return default_tensor(request)


def _is_class(path: str) -> bool:
    last = path.rsplit(".", 1)[1]
    return last[:1].isupper() and path not in ("tf.Print", "tf.Assert", "tf.SparseTensor", "tf.IndexedSlices", "tf.add_check_numerics_ops")


def _class_kind(path: str) -> Kind:
    if path.startswith(("tf.layers.", "tf.keras.")):
        return Kind.LAYER
    if path.endswith(("Cell", "Wrapper")):
        return Kind.CELL
    return Kind.OBJECT


def default_tensor(request: Request) -> V:
    """Return the tensors that an ordinary op gives; functions among its arguments are evaluated with fresh ones."""
    machine, path, node = request.machine, request.path, request.node
    inputs = request.inputs() + callback_results(request)
    flags = {"random": path in RANDOM, "stateful": path in STATEFUL}
    name = request.explicit_name()
    count = _count(request)
    if count is None:
        kind = Kind.OPERATION if path in OPERATIONS else Kind.TENSOR
        return make_node(machine, node, kind, path, inputs, request.given, name, **flags)
    parts = [
        make_node(machine, node, Kind.TENSOR, path, inputs, request.given, name, output=index, **flags)
        for index in range(max(count, 1))
    ]
    if count == 0:
        return machine.new_list((), node, parts[0])
    fields = FIELDS.get(path, ())
    if path in ("tf.split", "tf.unstack", "tf.unpack", "tf.meshgrid", "tf.decode_csv", "tf.train.batch", "tf.train.shuffle_batch"):
        return machine.new_list(tuple(parts), node)
    return Tuple(tuple(parts), None, "TopKV2" if fields else "tuple", fields)


def _count(request: Request) -> int | None:
    """Return how many results a call gives: None for one tensor, 0 for a list of unknown length."""
    machine = request.machine
    match request.path:
        case "tf.split":
            sizes = request.value("num_or_size_splits")
            if isinstance(sizes, Known) and isinstance(sizes.value, int):
                return sizes.value
            return _length(machine, sizes, request.node)
        case "tf.unstack" | "tf.unpack":
            number = request.value("num")
            return number.value if isinstance(number, Known) and isinstance(number.value, int) else 0
        case "tf.meshgrid":
            return len(request.arguments.positional) or 0
        case "tf.decode_csv":
            return _length(machine, request.value("record_defaults", request.value("1")), request.node)
        case "tf.train.batch" | "tf.train.shuffle_batch":
            tensors = request.arguments.values()[0] if request.arguments.values() else NONE
            return None if isinstance(tensors, GraphValue) else _length(machine, tensors, request.node)
    return ARITY.get(request.path)


def _length(machine: Machine, value: V, node: ast.expr) -> int:
    from tf2migrate.analysis.iteration import iterate

    contents = iterate(machine, value, node)
    return len(contents.items) if contents.rest is None else 0


def callback_results(request: Request) -> list[int]:
    """Evaluate the functions among the arguments with fresh tensors; return the graph values they give."""
    machine = request.machine
    found: list[int] = []
    for argument in request.bindings.by_name.values():
        if isinstance(argument.value, Function | Bound | Partial):
            found += graph_values(machine, call_with_fresh(request, argument.value))
    return found


def call_with_fresh(request: Request, callback: V) -> V:
    """Return what a callback gives for tensors that the op makes."""
    machine = request.machine
    count = required_parameters(callback)
    if request.path in ("tf.py_func", "tf.py_function", "tf.numpy_function"):
        return call_back(machine, callback, plain(*[Host("array")] * count), request.node)
    tensors = [
        make_node(machine, request.node, Kind.TENSOR, f"{request.path}.parameter", request.inputs(), output=index)
        for index in range(count)
    ]
    return machine.call(machine, callback, plain(*tensors), request.node)


def required_parameters(callback: V) -> int:
    """Return how many positional arguments a callback must be given."""
    match callback:
        case Function(definition, _, _, _, defaults):
            return len(definition.args.posonlyargs) + len(definition.args.args) - len(defaults)
        case Bound(function, _):
            return max(required_parameters(function) - 1, 0)
        case Partial(function, arguments):
            return max(required_parameters(function) - len(arguments.positional), 0)
    return 0
