"""Layer functions of TF1 as a Keras layer, made once, and its call."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tf2migrate.analysis.graph.laws import KERAS_ONLY
from tf2migrate.migrate.iterators import is_element
from tf2migrate.migrate.number_kinds import is_float32
from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import Rendered, concat, join
from tf2migrate.migrate.view import ProgramView, is_average, is_cell_weight, is_slot
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, GraphValue, Kind, Known, Sequence, Symbol, Value
from tf2migrate.model.source import NodeRef

_NAMES_FLOAT32 = re.compile(r"float32|to_float|[\"']float[\"']|decode_(raw|png|jpeg|image)")


@dataclass(frozen=True)
class LayerForm:
    """A layer function and the Keras layer with the same law: same op, weights, initial values.

    `arguments` are TF1's names and Keras's in the order in which they are written; `defaults` those that Keras has
    otherwise; `flag` is the argument that each call is given as `training`, and `flag_default` its value where none is
    given; `without` arguments that are nothing where they have one of the values (None: any).
    """

    keras: str
    arguments: tuple[tuple[str, str], ...]
    defaults: tuple[tuple[str, str], ...] = ()
    flag: str = ""
    flag_default: str = ""
    without: Mapping[str, tuple[object, ...] | None] = field(default_factory=dict)
    module: str = "keras.layers"
    as_written: bool = False  # it is Keras's already


_KERNEL = (
    ("kernel_initializer", "kernel_initializer"),
    ("bias_initializer", "bias_initializer"),
    ("kernel_constraint", "kernel_constraint"),
    ("bias_constraint", "bias_constraint"),
    ("trainable", "trainable"),
    ("name", "name"),
)
_CONVOLUTION = (
    ("filters", "filters"),
    ("kernel_size", "kernel_size"),
    ("strides", "strides"),
    ("padding", "padding"),
    ("data_format", "data_format"),
    ("dilation_rate", "dilation_rate"),
    ("activation", "activation"),
    ("use_bias", "use_bias"),
    *_KERNEL,
)
_TRANSPOSED = tuple(pair for pair in _CONVOLUTION if pair[0] != "dilation_rate")
_SEPARABLE = (
    *(pair for pair in _CONVOLUTION if pair not in _KERNEL),
    ("depth_multiplier", "depth_multiplier"),
    *((f"{name}_initializer", f"{name}_initializer") for name in ("depthwise", "pointwise", "bias")),
    *((f"{name}_constraint", f"{name}_constraint") for name in ("depthwise", "pointwise", "bias")),
    ("trainable", "trainable"),
    ("name", "name"),
)
_CONTRIB = (
    ("weights_initializer", "kernel_initializer"),
    ("biases_initializer", "bias_initializer"),
    ("trainable", "trainable"),
    ("scope", "name"),
)
_CONTRIB_CONVOLUTION = (
    ("num_outputs", "filters"),
    ("kernel_size", "kernel_size"),
    ("stride", "strides"),
    ("padding", "padding"),
    ("rate", "dilation_rate"),
    ("activation_fn", "activation"),
    *_CONTRIB,
)
_RELU = ("activation", "tf.nn.relu")
_CONTRIB_CONV = LayerForm(
    "Conv2D", _CONTRIB_CONVOLUTION, (("padding", '"same"'), _RELU), without={"data_format": ("NHWC",)}
)
_CONTRIB_TRANSPOSED = LayerForm(
    "Conv2DTranspose",
    tuple(pair for pair in _CONTRIB_CONVOLUTION if pair[0] != "rate"),
    (("padding", '"same"'), _RELU),
    without={"data_format": ("NHWC",)},
)
_NORMALIZED = (
    *((name, name) for name in ("axis", "momentum", "epsilon", "center", "scale")),
    *((f"{name}_initializer", f"{name}_initializer") for name in ("beta", "gamma", "moving_mean", "moving_variance")),
    *((name, name) for name in ("beta_constraint", "gamma_constraint", "trainable", "name")),
)
_CONTRIB_NORMALIZED = (
    ("decay", "momentum"),
    ("epsilon", "epsilon"),
    ("center", "center"),
    ("scale", "scale"),
    ("trainable", "trainable"),
    ("scope", "name"),
)
_CONTRIB_DEFAULTS = (("momentum", "0.999"), ("scale", "False"), ("fused_ranks", "(2, 4)"))
_CONTRIB_WITHOUT: Mapping[str, tuple[object, ...] | None] = {
    "updates_collections": None,
    "variables_collections": None,
    "zero_debias_moving_mean": (False,),
    "renorm": (False,),
    "fused": (True,),
    "data_format": ("NHWC",),
}
# The class that is emitted beside the program: see `knowledge.rnn`.
_EMITTED = "layers"
_CONTRIB_DENSE = (("num_outputs", "units"), ("activation_fn", "activation"), *_CONTRIB)

LAYER_FORMS: dict[str, LayerForm] = {
    "tf.layers.dense": LayerForm(
        "Dense", (("units", "units"), ("activation", "activation"), ("use_bias", "use_bias"), *_KERNEL)
    ),
    "tf.layers.conv1d": LayerForm("Conv1D", _CONVOLUTION),
    "tf.layers.conv2d": LayerForm("Conv2D", _CONVOLUTION),
    "tf.layers.conv3d": LayerForm("Conv3D", _CONVOLUTION),
    "tf.layers.conv2d_transpose": LayerForm("Conv2DTranspose", _TRANSPOSED),
    "tf.layers.conv3d_transpose": LayerForm("Conv3DTranspose", _TRANSPOSED),
    "tf.layers.separable_conv1d": LayerForm("SeparableConv1D", _SEPARABLE),
    "tf.layers.separable_conv2d": LayerForm("SeparableConv2D", _SEPARABLE),
    "tf.contrib.layers.conv2d_transpose": _CONTRIB_TRANSPOSED,
    "tf.contrib.layers.convolution2d_transpose": _CONTRIB_TRANSPOSED,
    "tf.contrib.layers.fully_connected": LayerForm("Dense", _CONTRIB_DENSE, (_RELU,)),
    "tf.contrib.layers.linear": LayerForm("Dense", _CONTRIB_DENSE),
    "tf.contrib.layers.relu": LayerForm("Dense", _CONTRIB_DENSE, (_RELU,)),
    "tf.contrib.layers.conv2d": _CONTRIB_CONV,
    "tf.contrib.layers.convolution2d": _CONTRIB_CONV,
    "tf.layers.batch_normalization": LayerForm(
        "BatchNormalization",
        _NORMALIZED,
        flag="training",
        without={"renorm": (False,), "fused": (True,)},
        module=_EMITTED,
    ),
    "tf.contrib.layers.batch_norm": LayerForm(
        "BatchNormalization",
        _CONTRIB_NORMALIZED,
        _CONTRIB_DEFAULTS,
        "is_training",
        "True",
        _CONTRIB_WITHOUT,
        _EMITTED,
    ),
}
# A layer object is made with the arguments of the function, and called with its inputs.
_OBJECTS = ("Dense", "Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "Conv3DTranspose")
LAYER_FORMS |= {
    f"tf.layers.{form.keras}": form
    for path, form in [*LAYER_FORMS.items()]
    if path.startswith("tf.layers.") and form.keras in _OBJECTS
}
LAYER_FORMS |= {
    f"tf.keras.layers.{form.keras}": replace(form, as_written=True)
    for path, form in [*LAYER_FORMS.items()]
    if path.startswith("tf.layers.") and form.module == LayerForm.module
}
LAYER_FORMS |= {f"tf.keras.layers.{name}": LayerForm(name, (), as_written=True) for name in KERAS_ONLY}
# Arguments that change nothing: sharing is by object, collections are gone, and terms are written where they count.
_REGULARIZERS = frozenset(
    f"{weight}_regularizer" for weight in ("kernel", "bias", "weights", "biases", "gamma", "beta")
)
_DROPPED = frozenset({"inputs", "reuse", "outputs_collections"}) | _REGULARIZERS
_WIDEST = 104  # of a layer that stands in one line: a name and an indent come before it
_OF_CALL = "activation_fn"  # what a function without an activation of Keras's layer applies to its result
# Initializers that TensorFlow 2 draws anew from at every call; an object of Keras gives the same values again.
_REUSABLE = frozenset(
    "tf.zeros_initializer tf.ones_initializer tf.constant_initializer tf.random_normal_initializer "
    "tf.random_uniform_initializer".split()
)


def is_layer_object(node: GraphNode) -> bool:
    """Say whether a node is an object of a layer: its weights come with its first call."""
    return node.kind is Kind.LAYER and node.op in LAYER_FORMS


def check_flag(bench: Workbench, node: GraphNode) -> None:
    """Refuse a tensor as the flag of a layer or model: Keras 3 takes Python's alone."""
    if isinstance(node.arguments.get("training"), GraphValue):
        raise _refused(node, "Keras 3 takes no tensor as `training`", "call it twice, with True and with False")


def check_seeded(bench: Workbench, node: GraphNode) -> None:
    """Refuse a layer that would be made anew in each run, with the variable that Keras 3 keeps its seed in."""
    check_flag(bench, node)
    made = bench.view.nodes[node.inputs[0]]
    if node.kind is Kind.TENSOR and made.place.statement == node.place.statement:
        name = made.op.rpartition(".")[2]
        raise _refused(node, f"`{name}` keeps a seed, and would be made in each run", "make the layer by itself")


def is_weight_of_object(node: GraphNode) -> bool:
    """Say whether a variable is one that a layer object made at its first call."""
    return node.kind is Kind.VARIABLE and node.op in LAYER_FORMS and node.op.rpartition(".")[2][0].isupper()


def is_made_inside(node: GraphNode) -> bool:
    """Say whether a variable is made by an object for itself: no expression of the program makes it."""
    return is_slot(node) or is_cell_weight(node) or is_average(node) or is_weight_of_object(node)


def layer_name(node: GraphNode) -> str:
    """Return the TF1 name of a weight's layer: `generator/dense_1/kernel` is of `dense_1`."""
    parts = (node.name or "").split("/")
    return parts[-2] if len(parts) > 1 else node.op.rpartition(".")[2]


def layer_constructor(bench: Workbench, node: GraphNode) -> Rendered:
    """Return the Keras layer for a layer function's call; `node` is what the call gives or one of its weights."""
    form = LAYER_FORMS.get(node.op)
    if form is None:
        raise _refused(node, f"`{node.op}` has no native form yet", "write the layer with tf.keras.layers")
    if form.as_written:
        mine = bench.of(node.place.expression)
        return mine.renderer.render_inside(mine.syntax.index.span(node.place.expression))
    _check_same_scopes(bench.view, node)
    known = {name for name, _ in form.arguments} | _DROPPED | {form.flag}
    known |= {_OF_CALL} if form.flag else set()
    for name, value in node.arguments.items():
        if name not in known and value != Known(None) and not _is_nothing(form, name, value):
            raise _refused(node, f"`{node.op}` with `{name}` has no native form yet", "write it with tf.keras.layers")
    _check_dtype(bench, node)
    parts = [part for name, keras in form.arguments for part in _argument(bench, node, form, name, keras)]
    written = {keras for _, keras in form.arguments}
    parts += [Rendered.new(f"{keras}={value}") for keras, value in form.defaults if keras not in written]
    opening = Rendered.new(f"{bench.tf}.{form.module}.{form.keras}(", node.place.expression.line)
    whole = concat([opening, join(", ", parts), ")"])
    if len(whole.text) <= _WIDEST or is_layer_object(node):
        return whole
    inner = f"\n{bench.syntax.indent}"
    return concat([opening, inner, join(f",{inner}", parts), ",\n)"])


def _check_same_scopes(view: ProgramView, node: GraphNode) -> None:
    """Refuse a call whose arguments come from scopes, from other ones each time that its function is called."""
    expression = node.place.expression
    made = [n for n in view.nodes if n.place.expression == expression and (n.op, n.kind) == (node.op, node.kind)]
    for name in {name for one in made for name in one.argument_at}:
        places = {one.argument_at.get(name) for one in made}
        if len(places) > 1 and any(at is not None and not _lies_in(at, expression) for at in places):
            reason = f"`{name}` of this layer comes from a scope, and its function is called in several"
            raise _refused(node, reason, "give it at the layer's own call")


def _lies_in(at: NodeRef, whole: NodeRef) -> bool:
    start, end = (at.line, at.column), (at.end_line, at.end_column)
    inside = (whole.line, whole.column) <= start and end <= (whole.end_line, whole.end_column)
    return at.path == whole.path and inside


def is_normalization(node: GraphNode) -> bool:
    """Say whether a node is what a batch normalization gives."""
    form = LAYER_FORMS.get(node.op)
    return form is not None and bool(form.flag) and node.kind is Kind.TENSOR


def _is_nothing(form: LayerForm, name: str, value: Value) -> bool:
    if name not in form.without:
        return False
    values = form.without[name]
    return values is None or (isinstance(value, Known) and value.value in values)


def layer_call(bench: Workbench, at: NodeRef, name: str) -> Rendered:
    """Return the call of a layer that stands for the function called at `at`."""
    node = _called(bench.view, at)
    if is_layer_object(node):
        return Rendered.new(name, at.line)
    form = LAYER_FORMS[node.op]
    parts = [bench.render_at(layer_input_at(bench.view, at))]
    if form.flag in node.argument_at:
        parts.append(concat(["training=", bench.render_at(node.argument_at[form.flag])]))
    elif form.flag_default:
        parts.append(Rendered.new(f"training={form.flag_default}"))
    call = concat([Rendered.new(f"{name}(", at.line), join(", ", parts), ")"])
    activation = node.argument_at.get(_OF_CALL)
    if not form.flag or activation is None or node.arguments.get(_OF_CALL) == Known(None):
        return call
    return concat([bench.render_at(activation), "(", call, ")"])


def layer_call_parts(view: ProgramView, at: NodeRef) -> list[NodeRef]:
    """Return the expressions at a layer function's call that are evaluated in every run."""
    node = _called(view, at)
    if is_layer_object(node):
        return []
    form = LAYER_FORMS[node.op]
    wanted = [form.flag, _OF_CALL] if form.flag else []
    return [layer_input_at(view, at), *(node.argument_at[name] for name in wanted if name in node.argument_at)]


def layer_parts_elsewhere(view: ProgramView, at: NodeRef) -> list[NodeRef]:
    """Return the expressions at a layer function's call that its constructor does without."""
    given = _called(view, at).argument_at
    return [*layer_call_parts(view, at), *(given[name] for name in _DROPPED if name in given)]


def _called(view: ProgramView, at: NodeRef) -> GraphNode:
    return next(n for n in view.nodes if n.place.expression == at and n.op in LAYER_FORMS)


def layer_arguments(view: ProgramView, node: GraphNode) -> object:
    """Return what tells the form of one layer from another's: objects of the graph count by what makes them."""
    form = LAYER_FORMS.get(node.op)
    if form is None:
        return None
    told = {name: node.arguments.get(name) for name, keras in form.arguments if keras not in ("name", "trainable")}
    objects = {name: view.nodes[value.node].op for name, value in told.items() if isinstance(value, GraphValue)}
    return {**{name: _told(value) for name, value in told.items()}, **objects}


def _told(value: Value | None) -> object:
    """Return what an argument says: lists that calls make anew, of the same sizes, say the same."""
    if isinstance(value, Sequence) and not value.open:
        return tuple(map(_told, value.items))
    return value


def layer_input_at(view: ProgramView, at: NodeRef) -> NodeRef:
    """Return the expression that the layer function called at `at` is applied to."""
    node = _called(view, at)
    if "inputs" not in node.argument_at:
        raise _refused(node, f"what `{node.op}` is applied to is not written out", "write its arguments out")
    return node.argument_at["inputs"]


def _argument(bench: Workbench, node: GraphNode, form: LayerForm, name: str, keras: str) -> list[Rendered]:
    at, value = node.argument_at.get(name), node.arguments.get(name)
    if at is None and name in node.arguments:
        raise _refused(node, f"`{name}` of this layer is not written at its call", "write its arguments out")
    if at is None or value is None:
        default = dict(form.defaults).get(keras)
        return [Rendered.new(f"{keras}={default.replace('tf.', bench.tf + '.')}")] if default else []
    if name == "biases_initializer" and value == Known(None):
        if not isinstance(bench.syntax.nodes.get(at), ast.Constant):
            raise _refused(node, "whether this layer has biases is not written at its call", "write it out")
        return [Rendered.new("use_bias=False")]
    if keras == "name" and not (isinstance(value, Known) and isinstance(value.value, str) and "/" not in value.value):
        return []  # a scope object or path: the layer's name does not matter to what it computes
    source = bench.syntax.nodes.get(at)
    if keras == "padding" and isinstance(source, ast.Constant):
        return [Rendered.new(f'padding="{str(source.value).lower()}"')]
    text = initializer_text(bench, node, value, at) if keras.endswith("_initializer") else bench.render_at(at)
    return [text if keras in ("units", "filters") else concat([f"{keras}=", text])]


def initializer_text(bench: Workbench, node: GraphNode, value: Value, at: NodeRef) -> Rendered:
    """Return an initializer's expression; one of Keras that has a name is made anew, or it repeats its values."""
    source = bench.syntax.nodes.get(at)
    if isinstance(value, GraphValue) and isinstance(source, (ast.Name, ast.Attribute)):
        made = bench.view.nodes[value.node]
        if made.kind is Kind.OBJECT and made.op not in _REUSABLE:
            if made.place.frame != node.place.frame:
                reason = "an initializer is handed on by a name, and one of Keras gives the same values at each use"
                raise _refused(node, reason, "make the initializer where the layer is made")
            return bench.render_at(made.place.expression)
    return bench.render_at(at)


def _check_dtype(bench: Workbench, node: GraphNode) -> None:
    """Keras layers compute in float32 and cast what is given to them; TF1's take the dtype of their input."""
    value = node.arguments.get("inputs")
    if not isinstance(value, GraphValue):
        return
    needed = bench.view.closure(frozenset({value.node}))
    drawn = any(is_element(bench.view.nodes[number]) for number in needed)
    if drawn and not is_float32(bench.view, value) and not _NAMES_FLOAT32.search(bench.syntax.text):
        reason = "a layer takes elements of a dataset, and nothing here says that they are float32"
        raise _refused(node, reason, "cast the arrays that the dataset is made of")
    for number in needed:
        fact = bench.view.nodes[number]
        dtype = fact.arguments.get("dtype")
        name = dtype.path if isinstance(dtype, Symbol) else getattr(dtype, "value", None)
        if fact.kind in (Kind.PLACEHOLDER, Kind.VARIABLE) and name in ("tf.float64", "float64", "tf.float16"):
            raise _refused(node, "a layer computes in another precision than float32", "give the layer its dtype")


def _refused(node: GraphNode, reason: str, advice: str) -> Refused:
    return Refused(NO_NATIVE_FORM, node.place.expression, reason, advice)
