"""Learning rate schedules that TF1 makes as tensors: Keras's schedules, called with the step."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import Rendered, concat, join
from tf2migrate.migrate.syntax import argument, is_atom
from tf2migrate.migrate.view import nodes_in
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode


@dataclass(frozen=True)
class Schedule:
    """A TF1 schedule: the Keras class, TF1's parameters in order, the one that is the step, and Keras's names."""

    keras: str
    parameters: tuple[str, ...]
    step: str
    renamed: tuple[tuple[str, str], ...] = ()
    exponent: str | None = None  # the parameter whose negative exponential Keras takes


_DECAY = ("learning_rate", "global_step", "decay_steps", "decay_rate", "staircase", "name")
_INITIAL = (("learning_rate", "initial_learning_rate"),)
_COSINE = ("learning_rate", "global_step", "decay_steps", "alpha", "name")
_RESTARTS = ("learning_rate", "global_step", "first_decay_steps", "t_mul", "m_mul", "alpha", "name")
SCHEDULES = {
    "tf.train.exponential_decay": Schedule("ExponentialDecay", _DECAY, "global_step", _INITIAL),
    "tf.train.natural_exp_decay": Schedule("ExponentialDecay", _DECAY, "global_step", _INITIAL, exponent="decay_rate"),
    "tf.train.cosine_decay": Schedule("CosineDecay", _COSINE, "global_step", _INITIAL),
    "tf.train.cosine_decay_restarts": Schedule("CosineDecayRestarts", _RESTARTS, "global_step", _INITIAL),
    "tf.train.inverse_time_decay": Schedule("InverseTimeDecay", _DECAY, "global_step", _INITIAL),
    "tf.train.polynomial_decay": Schedule(
        "PolynomialDecay",
        ("learning_rate", "global_step", "decay_steps", "end_learning_rate", "power", "cycle", "name"),
        "global_step",
        _INITIAL,
    ),
    "tf.train.piecewise_constant": Schedule("PiecewiseConstantDecay", ("x", "boundaries", "values", "name"), "x"),
    "tf.train.piecewise_constant_decay": Schedule("PiecewiseConstantDecay", ("x", "boundaries", "values", "name"), "x"),
}


def write_schedule(bench: Workbench, node: GraphNode) -> None:
    """Register the native form of one schedule."""
    form = SCHEDULES[node.op]
    call = bench.syntax.call(node.place.expression)
    known = {item.arg for item in call.keywords} <= set(form.parameters) if call is not None else False
    step = argument(call, form.step, form.parameters.index(form.step)) if call is not None else None
    graph_values = [name for name, value in node.arguments.items() if name != form.step and nodes_in(value)]
    if call is None or step is None or not known or graph_values:
        raise Refused(
            NO_NATIVE_FORM,
            node.place.expression,
            "this learning rate schedule takes values of the graph, or arguments that Keras's does not have",
            "compute the rate by hand",
        )
    bench.renderer.add(bench.syntax.span(call), lambda: _text(bench, form, call, step))


def _text(bench: Workbench, form: Schedule, call: ast.Call, step: ast.expr) -> Rendered:
    renamed = dict(form.renamed)
    parts: list[Rendered | str] = []
    in_order = True
    for position, name in enumerate(form.parameters):
        if name in (form.step, "name"):
            continue
        given = argument(call, name, position)
        if given is None:
            in_order = False
            continue
        positional = in_order and given in call.args
        text = bench.render(given)
        if name == form.exponent:
            text = concat(
                [
                    f"{bench.tf}.exp(-",
                    text if is_atom(given) or isinstance(given, ast.Constant) else concat(["(", text, ")"]),
                    ")",
                ]
            )
        parts.append(text if positional else concat([f"{renamed.get(name, name)}=", text]))
        in_order = in_order and positional
    keras = f"{bench.tf}.keras.optimizers.schedules.{form.keras}("
    return concat([keras, join(", ", parts), ")(", bench.render(step), ")"])
