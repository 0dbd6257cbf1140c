"""Runs that no run site shows: savers, `Variable.load`, optimizers outside TensorFlow."""

from __future__ import annotations

from tf2migrate.analysis.graph import collections
from tf2migrate.analysis.graph.request import Request
from tf2migrate.analysis.graph.sessions import default_session, read_feeds
from tf2migrate.analysis.nodes import graph_values, make_node
from tf2migrate.analysis.values import NONE, GraphValue, Host, Unknown, V
from tf2migrate.model.facts import FetchLeaf, FetchNest, Grade, Kind, Visit


def make_saver(request: Request) -> V:
    """Model `tf.train.Saver(..)`: it keeps the variables that exist now."""
    machine = request.machine
    given = graph_values(machine, request.value("var_list"))
    variables = given if request.has("var_list") and given else collections.members(machine, collections.GLOBAL)
    return make_node(
        machine, request.node, Kind.SAVER, request.path, variables, request.given, targets=tuple(variables)
    )


def call_saver(request: Request, saver: GraphValue) -> V:
    """Model a method of a saver; `save` and `restore` run the session."""
    machine = request.machine
    name = request.path.rsplit(".", 1)[1]
    if name not in ("save", "restore"):
        make_node(machine, request.node, Kind.OBJECT, f"method.{name}", [saver.node, *request.inputs()], request.given)
        return Host("value")
    sessions = graph_values(machine, request.value("sess"))
    make_node(
        machine, request.node, Kind.OBJECT, request.path, [saver.node, *request.inputs()], request.given, stateful=True
    )
    targets = machine.trace.nodes[saver.node].targets
    hidden_visit(request, f"saver.{name}", sessions[0] if sessions else None, targets)
    return Host("str") if name == "save" else NONE


def hidden_visit(request: Request, form: str, session: int | None, fetched: tuple[int, ...]) -> None:
    """Record a run inside a library call."""
    machine = request.machine
    reasons: list[Unknown] = []
    argument = request.bindings.argument("feed_dict")
    feeds, grade = read_feeds(machine, argument, request.node, reasons)
    machine.trace.visits.append(
        Visit(
            form=form,
            session=session if session is not None else default_session(machine),
            fetch=FetchNest("list", tuple(FetchLeaf(node, None) for node in fetched)),
            feeds=feeds,
            feeds_at=None if argument is None else argument.at,
            time=machine.trace.tick(),
            place=machine.place(request.node),
            grade=max(grade, Grade.EXACT, key=[Grade.EXACT, Grade.MAY, Grade.UNKNOWN].index),
            reasons=tuple(reasons),
            certain=machine.certain,
            repeated=machine.loops > 0,
        )
    )


def load_variable(request: Request, variable: GraphValue) -> V:
    """Model `variable.load(value, session)`: an assignment run at once."""
    machine = request.machine
    sessions = graph_values(machine, request.value("session"))
    make_node(
        machine,
        request.node,
        Kind.OBJECT,
        request.path,
        [variable.node, *request.inputs()],
        request.given,
        targets=(variable.node,),
        stateful=True,
    )
    hidden_visit(request, "variable.load", sessions[0] if sessions else None, (variable.node,))
    return NONE


def global_step_value(request: Request) -> V:
    """Model `tf.train.global_step(sess, tensor)`: it fetches the tensor."""
    machine = request.machine
    sessions = graph_values(machine, request.value("sess"))
    steps = graph_values(machine, request.value("global_step_tensor"))
    make_node(machine, request.node, Kind.OBJECT, request.path, request.inputs(), request.given, stateful=True)
    hidden_visit(request, "global_step", sessions[0] if sessions else None, tuple(steps))
    return Host("int")


def start_queue_runners(request: Request) -> V:
    """Model `tf.train.start_queue_runners(..)`: threads of TensorFlow's own run the session from now on."""
    machine = request.machine
    make_node(machine, request.node, Kind.OBJECT, request.path, request.inputs(), request.given, stateful=True)
    sessions = graph_values(machine, request.value("sess"))
    hidden_visit(request, "queue_runners", sessions[0] if sessions else None, ())
    machine.find("hidden_run", request.node, request.path)
    return Host("threads")


def external_minimize(request: Request, optimizer: GraphValue) -> V:
    """Model `ScipyOptimizerInterface.minimize(session, ..)`: it fetches the loss and its gradients many times."""
    machine = request.machine
    sessions = [one for one in request.inputs() if machine.trace.nodes[one].kind is Kind.SESSION]
    make_node(
        machine,
        request.node,
        Kind.OBJECT,
        request.path,
        [optimizer.node, *request.inputs()],
        request.given,
        stateful=True,
    )
    fetched = machine.trace.nodes[optimizer.node].inputs
    with machine.in_unknown_loop():
        hidden_visit(request, "scipy.minimize", sessions[0] if sessions else None, fetched)
    machine.find("hidden_run", request.node, "ScipyOptimizerInterface.minimize")
    return NONE
