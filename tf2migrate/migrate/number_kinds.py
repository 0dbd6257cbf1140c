"""Whether a graph value holds integers or floats, as far as that follows from how it is made."""

from __future__ import annotations

from tf2migrate.migrate.view import ProgramView, nodes_in
from tf2migrate.model.facts import GraphNode, GraphValue, Kind, Known, Sequence, Symbol, Value

FLOAT, INT, UNKNOWN = "float", "int", "unknown"

# Operations whose result has the type of their operands.
_SAME = frozenset(
    "abs acos add add_n asin atan boolean_mask ceil cholesky clip_by_value concat cos cosh cross cumprod cumsum diag "
    "diag_part div divide div_no_nan erf erfc exp expand_dims expm1 floor floor_div floordiv floormod gather gather_nd "
    "identity lgamma log log1p log_sigmoid logsumexp matmul matrix_band_part matrix_determinant matrix_diag "
    "matrix_diag_part matrix_inverse matrix_solve matrix_transpose maximum minimum mod multiply neg negative norm "
    "ones_like pad pow reciprocal reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod reduce_sum reshape "
    "reverse rint round rsqrt sigmoid sign sin sinh slice softmax split sqrt square squared_difference squeeze stack "
    "stop_gradient subtract sub mul tan tanh tile trace transpose unstack zeros_like".split()
)
_SAME_BELOW_NN = frozenset(
    "avg_pool bias_add conv2d dropout elu embedding_lookup l2_loss l2_normalize leaky_relu lrn log_softmax max_pool "
    "moments relu relu6 selu sigmoid softmax softplus softsign tanh sigmoid_cross_entropy_with_logits "
    "softmax_cross_entropy_with_logits softmax_cross_entropy_with_logits_v2 xw_plus_b".split()
)
_SAME_OPERATORS = frozenset("add sub mul floordiv mod pow matmul neg pos abs getitem".split())
_NO_OPERANDS = frozenset(
    "axis dim dims indices perm paddings multiples shape begin size strides ids mask k name keep_prob noise_shape "
    "reduction_indices keepdims keep_dims num num_or_size_splits rate seed slice".split()
)
# Operations that give floats unless they are told otherwise.
_FLOAT = frozenset(
    "tf.ones tf.zeros tf.one_hot tf.eye tf.random_normal tf.truncated_normal tf.random_uniform tf.random.normal "
    "tf.random.truncated_normal tf.random.uniform tf.truediv tf.edit_distance tf.to_float tf.to_double tf.get_variable "
    "tf.gradients operator.truediv".split()
)
_INT = frozenset("tf.argmax tf.argmin tf.arg_max tf.arg_min tf.shape tf.size tf.rank tf.to_int32 tf.to_int64".split())
_LIKE_ARGUMENTS = {
    "tf.constant": ("value",),
    "tf.convert_to_tensor": ("value",),
    "tf.fill": ("value",),
    "tf.Variable": ("initial_value",),
    "tf.range": ("start", "limit", "delta"),
}


def value_kind(view: ProgramView, value: Value) -> str:
    """Return "int" or "float" for what certainly holds such numbers, else "unknown"."""
    match value:
        case Known(bool()):
            return UNKNOWN
        case Known(int()):
            return INT
        case Known(float()):
            return FLOAT
        case Sequence(_, items) if items:
            kinds = {value_kind(view, item) for item in items}
            if kinds == {FLOAT, INT}:
                return FLOAT
            return kinds.pop() if len(kinds) == 1 else UNKNOWN
        case GraphValue(node):
            return node_kind(view, view.nodes[node])
        case _:
            return UNKNOWN


def node_kind(view: ProgramView, node: GraphNode) -> str:
    """Return the kind of numbers of a graph value."""
    told = _told(node)
    if told is not None:
        return told
    if node.op == "tf.get_variable" and "initializer" in node.arguments:
        initializer = node.arguments["initializer"]
        is_object = isinstance(initializer, GraphValue) and view.nodes[initializer.node].kind is Kind.OBJECT
        return FLOAT if is_object or isinstance(initializer, Symbol) else value_kind(view, initializer)
    if node.op == "tf.one_hot" and {"on_value", "off_value"} & set(node.arguments):
        return UNKNOWN
    if node.op in _FLOAT:
        return FLOAT
    if node.op in _INT or (node.op == "tf.nn.top_k" and node.output == 1):
        return INT
    if node.op in _LIKE_ARGUMENTS:
        given = [node.arguments[name] for name in _LIKE_ARGUMENTS[node.op] if name in node.arguments]
        kinds = {value_kind(view, value) for value in given}
        return FLOAT if kinds == {FLOAT, INT} else kinds.pop() if len(kinds) == 1 else UNKNOWN
    if _is_layer(node):
        return node_kind(view, view.nodes[node.inputs[0]])
    return _kind_of_operands(view, node) if _keeps_type(node.op) else UNKNOWN


def _is_layer(node: GraphNode) -> bool:
    """Say whether a node is what a layer function gives: its weights have the type of its input."""
    return node.kind is not Kind.VARIABLE and node.op.startswith(_LAYERS) and bool(node.inputs)


def _told(node: GraphNode) -> str | None:
    """Return the kind that a dtype argument gives."""
    dtype = node.arguments.get("dtype")
    if dtype is None or dtype == Known(None):
        return None
    name = str(getattr(dtype, "path", getattr(dtype, "value", ""))).rpartition(".")[2]
    if name.startswith(("float", "double", "half", "bfloat")):
        return FLOAT
    return INT if name.startswith(("int", "uint")) else UNKNOWN


def _keeps_type(op: str) -> bool:
    family, _, name = op.rpartition(".")
    match family:
        case "tf" | "tf.math" | "tf.linalg":
            return name in _SAME
        case "tf.nn":
            return name in _SAME_BELOW_NN or op == "tf.nn.top_k"
        case "operator":
            return name in _SAME_OPERATORS
        case _:
            return False


def _kind_of_operands(view: ProgramView, node: GraphNode) -> str:
    """Return the kind on which all operands agree that are graph values and no indices or sizes."""
    operands = [value for name, value in node.arguments.items() if name not in _NO_OPERANDS]
    inputs = frozenset().union(*(nodes_in(value) for value in operands))
    if node.op.startswith(("operator.getitem", "operator.neg", "operator.pos", "operator.abs")):
        inputs = frozenset(node.inputs[:1])
    kinds = {node_kind(view, view.nodes[i]) for i in inputs}
    return kinds.pop() if len(kinds) == 1 else UNKNOWN


_OTHER_FLOATS = frozenset({"float64", "double", "float16", "half", "bfloat16"})
_LAYERS = ("tf.layers.", "tf.contrib.layers.")


def is_float32(view: ProgramView, value: Value) -> bool:
    """Say whether a value is certainly a tensor of float32."""
    if not isinstance(value, GraphValue):
        return False
    node = view.nodes[value.node]
    if _is_layer(node):
        return is_float32(view, GraphValue(node.inputs[0]))
    if node_kind(view, node) != FLOAT:
        return False
    needed = [view.nodes[n] for n in view.closure(frozenset({node.id}))]
    told = [str(getattr(a, "path", getattr(a, "value", ""))) for n in needed for a in n.arguments.values()]
    made = [n for n in needed if n.op in ("tf.Variable", "tf.constant", "tf.convert_to_tensor")]
    return not any(name.rpartition(".")[2] in _OTHER_FLOATS for name in told) and all(
        _is_of_float32(view, n) for n in made
    )


def _is_of_float32(view: ProgramView, node: GraphNode) -> bool:
    """Say whether what is made of a host value or a tensor takes its type from a Python number, or from float32."""
    if _told(node) is not None:
        return True
    value = node.arguments.get("initial_value", node.arguments.get("value"))
    return isinstance(value, (Known, Sequence)) or is_float32(view, value or Known(None))
