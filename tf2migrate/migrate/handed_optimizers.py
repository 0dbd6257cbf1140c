"""Optimizers of TensorFlow 1 that make no train op of a graph: they go to Keras models, or to gradients of tapes."""

from __future__ import annotations

import ast
from functools import partial

from tf2migrate.knowledge.keras import EMBEDDING, may_hold_weights
from tf2migrate.knowledge.keras import OPTIMIZERS as KERAS_OPTIMIZERS
from tf2migrate.migrate.fused_classes import put_behind_imports
from tf2migrate.migrate.optimizers import (
    OPTIMIZERS,
    OptimizerForm,
    keras_name,
    keras_text,
    optimizer_target,
    updates_unknown_weights,
)
from tf2migrate.migrate.refusal import OPTIMIZER_FORM, Refused
from tf2migrate.migrate.render import Rendered
from tf2migrate.migrate.syntax import argument
from tf2migrate.migrate.train_ops import optimizers_of
from tf2migrate.migrate.view import ProgramView, nodes_in
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, Kind, Known
from tf2migrate.model.source import NodeRef
from tf2migrate.source import node_ref

_FROM_ONE = """\
class {name}({tf}.keras.optimizers.{keras}):
{indent}\"\"\"Starts its averages of squares at one, as TensorFlow 1 does.\"\"\"

{indent}def add_variable_from_reference(self, reference_variable, name=None, initializer="zeros"):
{indent}{indent}initializer = "ones" if name == "{slots}" else initializer
{indent}{indent}return super().add_variable_from_reference(reference_variable, name, initializer)"""


def handed_optimizers(view: ProgramView) -> list[GraphNode]:
    """Return the optimizers that no train op of the graph belongs to."""
    trained = {one.id for node in view.nodes if node.kind is Kind.TRAIN for one in optimizers_of(view, node)}
    made = [node for node in view.nodes if node.kind is Kind.OPTIMIZER and node.op.startswith("tf.train.")]
    return [node for node in made if node.id not in trained]


def write_handed_optimizers(bench: Workbench) -> None:
    """Register the optimizer of Keras for each such optimizer of the file, with TensorFlow 1's defaults."""
    compiled = [call for call in ast.walk(bench.syntax.tree) if isinstance(call, ast.Call) and _compiles(call)]
    _check_embeddings(bench, compiled)
    _check_trainable(bench, compiled)
    found = {node.place.expression: node for node in handed_optimizers(bench.view) if bench.holds(node)}
    own: set[OptimizerForm] = set()
    for at, node in found.items():
        form = _form(bench.view, node)
        name = keras_name(bench, form, own=form.slots_from_one is not None)
        own |= {form} if form.slots_from_one is not None else set()
        bench.renderer.add(bench.syntax.index.span(at), partial(keras_text, bench, node, form, name))
    for node in bench.view.nodes:
        trains = node.kind is Kind.OPTIMIZER and bench.holds(node) and updates_unknown_weights(bench.view, node)
        target = optimizer_target(bench.view, node) if trains else None
        if isinstance(target, OptimizerForm) and target.slots_from_one is not None:
            own.add(target)
    if own:
        put_behind_imports(bench, [], [_class_text(bench, form) for form in sorted(own, key=str)])


def _class_text(bench: Workbench, form: OptimizerForm) -> Rendered:
    name, indent, slots = keras_name(bench, form, own=True), bench.syntax.indent, form.slots_from_one
    return Rendered.new(_FROM_ONE.format(name=name, keras=form.keras, tf=bench.tf, indent=indent, slots=slots))


def _form(view: ProgramView, node: GraphNode) -> OptimizerForm:
    form = OPTIMIZERS.get(node.op)
    if form is None:
        reason = f"`{node.op}` has no counterpart among Keras's optimizers with the same law"
        raise Refused(OPTIMIZER_FORM, node.place.expression, reason, "choose an optimizer of tf.keras.optimizers")
    if nodes_in(node.arguments.get("learning_rate", Known(None))):
        reason = "the learning rate of an optimizer that goes to a model is a value of the graph"
        raise Refused(OPTIMIZER_FORM, node.place.expression, reason, "give it a schedule of Keras")
    return form


def _check_trainable(bench: Workbench, compiled: list[ast.Call]) -> None:
    """Refuse what is frozen once TensorFlow 1 has listed the variables to train: Keras 3 asks again."""
    holding = any(may_hold_weights(node.op) for node in bench.view.nodes)
    first = min((call.lineno for call in compiled), default=0)
    for node in ast.walk(bench.syntax.tree):
        targets = node.targets if isinstance(node, ast.Assign) and holding else []
        frozen = any(isinstance(target, ast.Attribute) and target.attr == "trainable" for target in targets)
        if isinstance(node, ast.Assign) and frozen and node.lineno > first:
            reason = "what is trained is chosen after it was listed, which TensorFlow 1 does not see and Keras 3 does"
            at = node_ref(bench.syntax.path, node)
            raise Refused(OPTIMIZER_FORM, at, reason, "give the layer its `trainable` where it is made")


def _check_embeddings(bench: Workbench, compiled: list[ast.Call]) -> None:
    """Refuse models with embeddings whose optimizer has another law in Keras 3 where a batch repeats a row."""
    if not compiled or not any(node.op == EMBEDDING for node in bench.view.nodes):
        return
    handed = handed_optimizers(bench.view)
    for node in bench.view.nodes:
        plain = node.op.endswith((".SGD", ".GradientDescentOptimizer"))
        momentum = node.arguments.get("momentum", Known(0)) not in (Known(0), Known(0.0))
        if (node.op in KERAS_OPTIMIZERS or node in handed) and (momentum or not plain):
            raise _of_rows(node.place.expression)
    for call in compiled:
        wanted = argument(call, "optimizer", 0)
        if isinstance(wanted, ast.Constant) and str(wanted.value).lower() != "sgd":
            raise _of_rows(node_ref(bench.syntax.path, wanted))


def _compiles(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "compile"


def _of_rows(at: NodeRef) -> Refused:
    reason = "the optimizers of Keras 3 do not sum the gradients of a row of an embedding that a batch uses twice"
    return Refused(OPTIMIZER_FORM, at, reason, "train with a tape, and apply tf.convert_to_tensor of each gradient")
