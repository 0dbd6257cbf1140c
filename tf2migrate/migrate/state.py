"""Native forms of what is made once: specs and variables."""

from __future__ import annotations

import ast

from tf2migrate.migrate.checkpoint_names import numbered_name
from tf2migrate.migrate.layer_forms import initializer_text
from tf2migrate.migrate.refusal import NO_NATIVE_FORM, PLACEHOLDER_FORM, Refused
from tf2migrate.migrate.render import Rendered, concat, join
from tf2migrate.migrate.syntax import argument
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, GraphValue, Kind, Known, Symbol, Value
from tf2migrate.model.source import NodeRef
from tf2migrate.source import node_ref


def spec_text(bench: Workbench, node: GraphNode, scalar: bool = False) -> Rendered:
    """Return the TensorSpec for a placeholder: same shape and dtype expressions, same name.

    One that is known to be `scalar` has that shape where none is written: layers of Keras ask for one.
    """
    call = bench.syntax.call(node.place.expression)
    if call is None or node.op != "tf.placeholder":
        raise Refused(
            PLACEHOLDER_FORM,
            node.place.expression,
            f"`{node.op}` is no plain placeholder",
            "use tf.placeholder(dtype, shape) with its arguments written out",
        )
    dtype, shape = argument(call, "dtype", 0), argument(call, "shape", 1)
    name = argument(call, "name", 2)
    if dtype is None:
        raise Refused(
            PLACEHOLDER_FORM, node.place.expression, "the placeholder's dtype is not written out", "write it out"
        )
    parts: list[Rendered | str] = [f"{bench.tf}.TensorSpec("]
    parts.append(bench.render(shape) if shape is not None else "[]" if scalar else "None")
    parts.extend([", ", _dtype(bench, dtype)])
    if name is not None:
        parts.extend([", name=", bench.render(name)])
    parts.append(")")
    return concat(parts)


_DTYPE_NAMES = {"float": "float32", "double": "float64", "int": "int32"}


def _dtype(bench: Workbench, dtype: ast.expr) -> Rendered:
    if isinstance(dtype, ast.Constant) and isinstance(dtype.value, str):
        return Rendered.new(f"{bench.tf}.{_DTYPE_NAMES.get(dtype.value, dtype.value)}")
    return bench.render(dtype)


GLOBAL_STEPS = frozenset(
    f"{module}.{name}"
    for module in ("tf.train", "tf.contrib.framework")
    for name in ("get_or_create_global_step", "create_global_step")
)


def variable_text(bench: Workbench, node: GraphNode) -> Rendered | None:
    """Return the native form of a variable's creation, or None where it is native as it stands."""
    call = bench.syntax.call(node.place.expression)
    if call is None:
        raise Refused(NO_NATIVE_FORM, node.place.expression, "a variable is made in an unusual way", "call tf.Variable")
    if node.op == "tf.Variable":
        return _plain_variable(bench, call, numbered_name(bench.view, node))
    if node.op == "tf.get_variable":
        return _named_variable(bench, node, call)
    if node.op in GLOBAL_STEPS:
        return Rendered.new(f'{bench.tf}.Variable(0, trainable=False, dtype={bench.tf}.int64, name="global_step")')
    raise Refused(NO_NATIVE_FORM, node.place.expression, f"`{node.op}` has no native form yet", "use tf.Variable")


_V1_VARIABLE = ("initial_value", "trainable", "collections", "validate_shape", "caching_device", "name")
_VARIABLE_KEEPS = {
    "initial_value",
    "trainable",
    "validate_shape",
    "caching_device",
    "name",
    "dtype",
    "shape",
    "constraint",
}


def _plain_variable(bench: Workbench, call: ast.Call, new_name: str | None) -> Rendered | None:
    """`tf.Variable` is native but for its third argument on, for what only a graph has, and for a name given anew."""
    given = [k.arg for k in call.keywords]
    dropped = {"use_resource", "collections", "expected_shape"} & set(given)
    if len(call.args) <= 2 and not dropped and new_name is None:
        return None
    dropped |= {"name"} if new_name is not None else set()
    parts: list[Rendered | str] = [bench.render(call.func), "("]
    pieces: list[Rendered] = []
    for name, value in zip(_V1_VARIABLE, call.args, strict=False):
        if name in _VARIABLE_KEEPS - dropped:
            text = bench.render(value)
            pieces.append(text if name in ("initial_value",) else concat([f"{name}=", text]))
    for item in call.keywords:
        if item.arg not in dropped:
            pieces.append(bench.renderer.render(bench.syntax.span(item)))
    if new_name is not None:
        pieces.append(Rendered.new(f"name={_quoted(new_name)}"))
    for number, piece in enumerate(pieces):
        parts.extend([", " if number else "", piece])
    parts.append(")")
    return concat(parts)


_INITIALIZERS = {
    "tf.zeros_initializer": "zeros",
    "tf.ones_initializer": "ones",
    "tf.initializers.zeros": "zeros",
    "tf.initializers.ones": "ones",
}


def _named_variable(bench: Workbench, node: GraphNode, call: ast.Call) -> Rendered:
    """`tf.get_variable` becomes `tf.Variable` with its full TF1 name, so that checkpoints still find it."""
    allowed = {"name", "shape", "dtype", "initializer", "trainable", "use_resource", "collections"}
    allowed |= {"regularizer"}  # its terms are written where they are read
    extra = sorted({k.arg or "**" for k in call.keywords} - allowed)
    if extra or len(call.args) > 4 or node.name is None:
        raise Refused(
            NO_NATIVE_FORM,
            node.place.expression,
            f"get_variable with {', '.join(extra) or 'a name that is not known'} has no native form yet",
            "make the variable with tf.Variable",
        )
    shape, dtype = argument(call, "shape", 1), argument(call, "dtype", 2)
    initializer, trainable = argument(call, "initializer", 3), argument(call, "trainable")
    value = _initial_value(bench, node, shape, dtype, initializer)
    parts: list[Rendered | str] = [f"{bench.tf}.Variable(", value]
    if trainable is not None:
        parts.extend([", trainable=", bench.render(trainable)])
    names = {n.name for n in bench.view.nodes if n.place.expression == node.place.expression}
    written = argument(call, "name", 0)
    if len(names) > 1 and written is not None:
        # One expression, called again for each variable: the name that it gives, without the scopes around the calls.
        parts.extend([", name=", bench.render(written), ")"])
    else:
        closing = "/" if _is_below_name_scope(bench, node) else ""  # a name that ends so is a full one
        parts.append(f", name={_quoted(node.name.removesuffix(':0') + closing)})")
    return concat(parts)


def _is_below_name_scope(bench: Workbench, node: GraphNode) -> bool:
    """Say whether a variable is made in a `with tf.name_scope(..)`, which TensorFlow 1 leaves out of its name."""
    scopes = {n.place.expression for n in bench.view.nodes if n.op == "tf.name_scope"}
    return any(_entered(bench, step.expression, scopes) for step in bench.view.trail(node.place))


def _entered(bench: Workbench, at: NodeRef, scopes: set[NodeRef]) -> bool:
    syntax = bench.of(at).syntax
    found: ast.AST | None = syntax.nodes.get(at)
    while found is not None and not isinstance(found, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
        if isinstance(found, ast.With) and any(node_ref(at.path, i.context_expr) in scopes for i in found.items):
            return True
        found = syntax.parents.get(found)
    return False


def is_weight(node: GraphNode, at: NodeRef) -> bool:
    """Say whether a variable can be a weight that a model of Keras adds: it has a shape and an initializer."""
    value = node.arguments.get("initializer", Known(None))
    made = isinstance(value, (GraphValue, Symbol)) or value == Known(None)
    known = {"name", "shape", "initializer", "trainable", "regularizer"}  # one that its scope gives is none of these
    return node.op == "tf.get_variable" and node.place.expression == at and made and set(node.arguments) <= known


def weight_text(bench: Workbench, node: GraphNode) -> Rendered:
    """Return `self.add_weight(..)` for a `tf.get_variable` in a model of Keras."""
    name = (node.name or "weight").split("/")[-1].removesuffix(":0")
    parts: list[Rendered] = [Rendered.new(f'name="{name}"', node.place.expression.line)]
    parts.append(concat(["shape=", bench.render_at(node.argument_at["shape"])]))
    initializer = node.arguments.get("initializer")
    fact = bench.view.nodes[initializer.node].op if isinstance(initializer, GraphValue) else _symbol(initializer)
    if initializer in (None, Known(None)) and _takes_initializer_of_scope(bench, node):
        parts.append(concat(["initializer=", _scope_initializer(bench, node)]))
    elif initializer in (None, Known(None)):
        parts.append(Rendered.new('initializer="glorot_uniform"'))
    elif fact in _INITIALIZERS:
        parts.append(Rendered.new(f'initializer="{_INITIALIZERS[fact]}"'))
    else:
        text = initializer_text(bench, node, initializer, node.argument_at["initializer"])
        parts.append(concat(["initializer=", text]))
    if "trainable" in node.argument_at:
        parts.append(concat(["trainable=", bench.render_at(node.argument_at["trainable"])]))
    return concat(["self.add_weight(", join(", ", parts), ")"])


def _quoted(name: str) -> str:
    return '"' + name.removesuffix(":0").replace("\\", "\\\\").replace('"', '\\"') + '"'


def _initial_value(
    bench: Workbench,
    node: GraphNode,
    shape: ast.expr | None,
    dtype: ast.expr | None,
    initializer: ast.expr | None,
) -> Rendered:
    """Return the expression of an initial value: initializer and shape in one call."""
    more: list[Rendered | str] = [", ", bench.render(dtype)] if dtype is not None else []
    shape_text = bench.render(shape) if shape is not None else None
    if initializer is None and shape_text is not None and _takes_initializer_of_scope(bench, node):
        return concat([_scope_initializer(bench, node), "(", shape_text, *more, ")"])
    if initializer is None:
        if shape_text is None:
            raise Refused(
                NO_NATIVE_FORM, node.place.expression, "get_variable without shape and initializer", "give a shape"
            )
        return concat([f"{bench.tf}.keras.initializers.GlorotUniform()(", shape_text, *more, ")"])
    fact = node.arguments.get("initializer")
    if shape_text is None or isinstance(fact, Known):
        if shape_text is not None:
            return concat([f"{bench.tf}.fill(", shape_text, ", ", bench.render(initializer), ")"])
        return bench.render(initializer)
    made = initializer.func if isinstance(initializer, ast.Call) else None
    short = _INITIALIZERS.get(_symbol(fact)) if made is None or not getattr(initializer, "args", None) else None
    if short and not getattr(initializer, "keywords", None):
        return concat([f"{bench.tf}.{short}(", shape_text, *more, ")"])
    text = bench.render(initializer) if made is not None else _named_initializer(bench, node, initializer, fact)
    call = "" if made is not None else "()" if isinstance(fact, Symbol) else ""
    return concat([text, call, "(", shape_text, *more, ")"])


def _named_initializer(bench: Workbench, node: GraphNode, initializer: ast.expr, value: Value | None) -> Rendered:
    """Return the expression of an initializer that has a name: one of several variables is made anew for each."""
    users = [n for n in bench.view.nodes if n.kind is Kind.VARIABLE and n.arguments.get("initializer") == value]
    shared = isinstance(value, GraphValue) and (len(users) > 1 or any(n.repeated for n in users))
    if not shared or "initializer" not in node.argument_at or value is None:
        return bench.render(initializer)
    return initializer_text(bench, node, value, node.argument_at["initializer"])


def _takes_initializer_of_scope(bench: Workbench, node: GraphNode) -> bool:
    same = [n for n in bench.view.nodes if n.place.expression == node.place.expression and n.kind is node.kind]
    return any("scope_initializer" in n.arguments for n in same)


def _scope_initializer(bench: Workbench, node: GraphNode) -> Rendered:
    """Return the initializer that a variable takes from its scope, made anew for each: Keras's repeat their values."""
    value = node.arguments.get("scope_initializer")
    same = [n for n in bench.view.nodes if n.place.expression == node.place.expression and n.kind is node.kind]
    if isinstance(value, GraphValue) and all(n.arguments.get("scope_initializer") == value for n in same):
        made = bench.view.nodes[value.node].place.expression
        call = bench.of(made).syntax.call(made)
        given = [] if call is None else [*call.args, *(keyword.value for keyword in call.keywords)]
        if call is not None and made.path == bench.syntax.path and all(_is_number(one) for one in given):
            return bench.render(call)
    raise Refused(
        NO_NATIVE_FORM,
        node.place.expression,
        "this variable takes the `initializer` of its scope, which is not the same for all or not in numbers",
        "give the variable its own",
    )


def _is_number(node: ast.expr) -> bool:
    match node:
        case ast.UnaryOp(operand=inner):
            return _is_number(inner)
        case ast.BinOp(left=left, right=right):
            return _is_number(left) and _is_number(right)
        case _:
            return isinstance(node, ast.Constant)


def _symbol(fact: Value | None) -> str:
    return fact.path if isinstance(fact, Symbol) else ""
