"""The default model of a TF1 call: the tables say what it gives, else it is a tensor made from the arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.analysis.functions import call_back
from tf2migrate.analysis.graph.callback_shapes import note_loop_variable, note_parameters, note_results
from tf2migrate.analysis.graph.request import Request
from tf2migrate.analysis.graph.shapes import shape_of_node
from tf2migrate.analysis.graph.signatures import known_symbol
from tf2migrate.analysis.heap import CONTENTS
from tf2migrate.analysis.iteration import iterate
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import graph_values, make_node
from tf2migrate.analysis.values import (
    NONE,
    Bound,
    Entries,
    Function,
    GraphValue,
    Host,
    Items,
    Known,
    Partial,
    Ref,
    Tuple,
    V,
    plain,
)
from tf2migrate.model.api import Effect
from tf2migrate.model.facts import Kind

HOST = (
    "tf.logging.", "tf.gfile.", "tf.flags.", "tf.app.", "tf.test.", "tf.compat.", "tf.errors.", "tf.python_io.",
    "tf.train.latest_checkpoint", "tf.train.get_checkpoint_state", "tf.train.checkpoint_exists",
    "tf.contrib.learn.preprocessing", "tf.contrib.learn.datasets", "tf.contrib.learn.python.learn.datasets",
    "tf.keras.datasets", "tf.keras.utils", "tf.keras.preprocessing", "tf.examples.", "tf.train.Example",
    "tf.train.Feature", "tf.train.Int64List", "tf.train.FloatList", "tf.train.BytesList", "tf.train.global_step",
    "tf.TensorShape", "tf.Dimension", "tf.as_dtype", "tf.contrib.training.HParams", "tf.executing_eagerly",
    "tf.contrib.util.make_tensor_proto", "tf.make_tensor_proto", "tf.core.", "tf.summary.Summary", "tf.Summary",
    "tf.GraphDef", "tf.NodeDef", "tf.RunMetadata", "tf.RunOptions", "tf.train.ClusterSpec", "tf.train.Server",
    "tf.MetaGraphDef", "tf.saved_model.", "tf.SparseTensorValue", "tf.profiler.", "tf.train.NewCheckpointReader",
    "tf.contrib.framework.list_variables", "tf.contrib.framework.load_variable", "tf.train.list_variables",
    "tf.train.load_variable", "tf.train.load_checkpoint", "tf.summary.event_accumulator", "tf.train.summary_iterator",
)  # fmt: skip
HOST_FUNCTIONS = ("tf.py_func", "tf.py_function", "tf.numpy_function")
SESSIONS = (
    "tf.train.MonitoredTrainingSession", "tf.train.MonitoredSession", "tf.train.Supervisor",
    "tf.train.SingularMonitoredSession",
)  # fmt: skip
REFUSED = {
    "tf.estimator.": "estimator",
    "tf.contrib.tpu.": "tpu",
    "tf.contrib.estimator.": "estimator",
    "tf.contrib.learn.": "estimator",
}
TENSOR_CLASSES = frozenset({"tf.SparseTensor", "tf.IndexedSlices"})
FIELDS = {
    "tf.nn.top_k": ("values", "indices"),
    "tf.unique": ("y", "idx"),
    "tf.unique_with_counts": ("y", "idx", "count"),
}
LIST_RESULTS = frozenset({"tf.clip_by_global_norm"})


def default_call(request: Request) -> V:
    """Return what a call without a model of its own gives."""
    machine, path, node = request.machine, request.path, request.node
    if path.startswith(HOST):
        return _host_call(request)
    for prefix, finding in REFUSED.items():
        if path.startswith(prefix):
            machine.find(finding, node, path)
            make_node(machine, node, Kind.OBJECT, path, request.inputs(), request.given)
            return machine.unknown(f"a value of {prefix.rstrip('.')}", node)
    if path.startswith(SESSIONS):
        from tf2migrate.analysis.graph.hidden import monitored_session

        return monitored_session(request)
    return _by_table(request)


def _host_call(request: Request) -> V:
    machine, path, node = request.machine, request.path, request.node
    inputs = request.inputs()
    make_node(machine, node, Kind.OBJECT, path, inputs, request.given, stateful=is_stateful(path))
    for tensor in inputs:
        machine.escape(tensor, path, node)
        if machine.trace.nodes[tensor].kind is Kind.SESSION:
            machine.find("session_escape", node, path)
    callbacks(request)
    return Host(path)


def is_random(path: str) -> bool:
    """Say whether an op draws numbers."""
    entry = known_symbol(path)
    return entry is not None and entry.effect is Effect.RANDOM


def is_stateful(path: str) -> bool:
    """Say whether a call has an effect beyond its value."""
    entry = known_symbol(path)
    return entry is not None and entry.effect is Effect.STATEFUL


_SEVERAL_IF = {"tf.svd": "compute_uv", "tf.linalg.svd": "compute_uv"}  # without which they give one tensor


def _by_table(request: Request) -> V:
    entry = known_symbol(request.path)
    results = "tensor" if entry is None else entry.results
    if _is_class(request.path):
        results = "tensor" if request.path in TENSOR_CLASSES else "object"
    if request.path in HOST_FUNCTIONS and isinstance(request.value("Tout"), Ref | Tuple):
        results = "list"  # of as many values as types, be it one
    match results:
        case "object":
            return _object(request, _class_kind(request.path))
        case "none":
            _object(request, Kind.OBJECT)
            return NONE
        case "operation":
            return _one(request, Kind.OPERATION)
        case "list":
            return _several(request, _length_of_list(request), "list")
        case _ if results.startswith("tuple:"):
            flag = request.value(_SEVERAL_IF.get(request.path, ""), Known(True))
            if flag == Known(False):
                return _one(request, Kind.TENSOR)
            if flag != Known(True):
                return request.machine.unknown("one tensor or several, by a flag that is not known", request.node)
            return _several(request, int(results.partition(":")[2]), "tuple")
        case "callback":
            return _callback_shaped(request)
    return _one(request, Kind.TENSOR)


def _is_class(path: str) -> bool:
    last = path.rsplit(".", 1)[1]
    entry = known_symbol(path)
    return entry.kind == "class" if entry is not None else last[:1].isupper()


def _class_kind(path: str) -> Kind:
    if path.startswith(("tf.layers.", "tf.keras.layers.")):
        return Kind.LAYER
    if path.startswith(("tf.distributions.", "tf.contrib.distributions.")):
        return Kind.DISTRIBUTION
    return Kind.CELL if path.endswith(("Cell", "Wrapper")) else Kind.OBJECT


def _object(request: Request, kind: Kind) -> V:
    callbacks(request)
    return make_node(
        request.machine,
        request.node,
        kind,
        request.path,
        request.inputs(),
        request.given,
        stateful=is_stateful(request.path),
    )


def _one(request: Request, kind: Kind) -> V:
    inputs = request.inputs() + callbacks(request)
    path = request.path
    return make_node(
        request.machine,
        request.node,
        kind,
        path,
        inputs,
        request.given,
        request.explicit_name(),
        random=is_random(path),
        stateful=is_stateful(path),
    )


def _several(request: Request, count: int, kind: str) -> V:
    machine, path = request.machine, request.path
    inputs = request.inputs() + callbacks(request)
    name = request.explicit_name()
    parts: list[V] = [
        make_node(
            machine,
            request.node,
            Kind.TENSOR,
            path,
            inputs,
            request.given,
            name,
            output=index,
            random=is_random(path),
            stateful=is_stateful(path),
        )
        for index in range(max(count, 1))
    ]
    if kind == "list":
        return machine.new_list(tuple(parts), request.node) if count else machine.new_list((), request.node, parts[0])
    if path in LIST_RESULTS:
        parts[0] = _like(request, inputs)
    fields = FIELDS.get(path, ())
    return Tuple(tuple(parts), None, "tuple" if not fields else path.rsplit(".", 1)[1], fields)


def _like(request: Request, inputs: list[int]) -> V:
    """Return a list of results, one for each element of the first argument."""
    machine = request.machine
    first = request.arguments.values()[0]
    contents = iterate(machine, first, request.node)
    made = [
        NONE
        if item == NONE
        else make_node(machine, request.node, Kind.TENSOR, request.path, inputs, request.given, output=10 + index)
        for index, item in enumerate(contents.items)
    ]
    rest = None
    if contents.rest is not None:
        rest = make_node(machine, request.node, Kind.TENSOR, request.path, inputs, request.given, output=10)
    return machine.new_list(tuple(made), request.node, rest)


def _length_of_list(request: Request) -> int:
    """Return how many results a call gives, 0 where that is not known."""
    machine = request.machine
    values = request.arguments.values()
    match request.path.rsplit(".", 1)[1]:
        case "split":
            sizes = request.value("num_or_size_splits")
            known = isinstance(sizes, Known) and isinstance(sizes.value, int)
            return (
                int(str(sizes.value)) if isinstance(sizes, Known) and known else _length(machine, sizes, request.node)
            )
        case "unstack" | "unpack":
            number = request.value("num")
            found = number.value if isinstance(number, Known) and isinstance(number.value, int) else None
            return _unstacked(request) if found is None else found
        case "meshgrid":
            return len(request.arguments.positional)
        case "py_func" | "py_function" | "numpy_function":
            return _length(machine, request.value("Tout"), request.node)
        case "decode_csv":
            return _length(machine, request.value("record_defaults"), request.node)
        case "batch" | "shuffle_batch" | "slice_input_producer" | "batch_join" | "tuple":
            return 0 if not values or isinstance(values[0], GraphValue) else _length(machine, values[0], request.node)
    return 0


def _unstacked(request: Request) -> int:
    """Return how many parts a tensor has along an axis, 0 where that is not known."""
    value, axis = request.value("value"), request.value("axis", Known(0))
    shape = shape_of_node(request.machine, value.node) if isinstance(value, GraphValue) else None
    at = axis.value if isinstance(axis, Known) else None
    length = shape[at] if shape and isinstance(at, int) and -len(shape) <= at < len(shape) else None
    return length if isinstance(length, int) else 0


def _length(machine: Machine, value: V, node: ast.expr) -> int:
    if isinstance(value, GraphValue):
        return 0
    contents = iterate(machine, value, node)
    return len(contents.items) if contents.rest is None else 0


def _callback_shaped(request: Request) -> V:
    """Return results in the structure that the callbacks give (the loop variables for a loop)."""
    inputs = request.inputs()
    shape: V | None = None
    results: list[V] = []
    for argument in request.bindings.by_name.values():
        for callback in _callables(request.machine, argument.value, request.node):
            result = call_with_fresh(request, callback)
            inputs += graph_values(request.machine, result)
            results.append(result)
            shape = result if shape is None or result != NONE else shape
    shape = request.value("loop_vars", shape if shape is not None else NONE)
    if request.has("dtype") and request.path.endswith("map_fn") and isinstance(request.value("dtype"), Tuple):
        shape = request.value("dtype")
    counter = iter(range(10_000))
    made = _shaped(request, shape, inputs, counter)
    note_results(request, made, results)
    return made


def _callables(machine: Machine, value: V, node: ast.expr) -> list[V]:
    if isinstance(value, Function | Bound | Partial):
        return [value]
    if isinstance(value, GraphValue | Known | Host):
        return []
    contents = machine.heap.get(value.id, CONTENTS) if isinstance(value, Ref) else None
    if isinstance(contents, Entries):
        return [one for entry in contents.items for one in _callables(machine, entry.value, node)]
    if isinstance(value, Tuple) or isinstance(contents, Items):
        parts = iterate(machine, value, node)
        return [one for item in parts.items for one in _callables(machine, item, node)]
    return []


def _shaped(request: Request, shape: V, inputs: list[int], counter: Iterator[int]) -> V:
    machine = request.machine
    if isinstance(shape, Tuple) and shape.rest is None and shape.items:
        items = tuple(_shaped(request, item, inputs, counter) for item in shape.items)
        return Tuple(items, None, shape.type, shape.fields)
    if isinstance(shape, Ref) and not request.path.endswith(("map_fn", "scan")):
        contents = iterate(machine, shape, request.node)
        if contents.items and contents.rest is None:
            return machine.new_list(
                tuple(_shaped(request, item, inputs, counter) for item in contents.items), request.node
            )
    return make_node(
        machine,
        request.node,
        Kind.TENSOR,
        request.path,
        inputs,
        request.given,
        request.explicit_name(),
        output=next(counter),
        random=is_random(request.path),
    )


def callbacks(request: Request) -> list[int]:
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
    if request.path in HOST_FUNCTIONS or request.path.startswith(HOST):
        return call_back(machine, callback, plain(*[Host("array")] * count), request.node)
    variables = request.value("loop_vars")
    if variables != NONE:
        contents = iterate(machine, variables, request.node)
        if len(contents.items) == count and contents.rest is None:
            return machine.call(
                machine, callback, plain(*[_fresh_like(request, one) for one in contents.items]), request.node
            )
    tensors = [
        make_node(machine, request.node, Kind.TENSOR, f"{request.path}.parameter", request.inputs(), output=index)
        for index in range(count)
    ]
    note_parameters(request, tensors)
    return machine.call(machine, callback, plain(*tensors), request.node)


def _fresh_like(request: Request, value: V) -> V:
    if isinstance(value, Tuple) and value.rest is None:
        return Tuple(tuple(_fresh_like(request, item) for item in value.items), None, value.type, value.fields)
    inputs = graph_values(request.machine, value)
    fresh = make_node(request.machine, request.node, Kind.TENSOR, f"{request.path}.parameter", inputs)
    note_loop_variable(request, fresh, value)
    return fresh


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
