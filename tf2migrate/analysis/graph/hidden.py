"""Runs that no run site shows: savers, `Variable.load`, optimizers outside TensorFlow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tf2migrate.analysis.functions import call_back
from tf2migrate.analysis.graph import collections
from tf2migrate.analysis.graph.request import Request
from tf2migrate.analysis.graph.sessions import ORDER, default_session, fetch_tree, read_feeds
from tf2migrate.analysis.graph.signatures import bind_names
from tf2migrate.analysis.graph.variables import check_weights_known
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import graph_values, make_node
from tf2migrate.analysis.values import NONE, Argument, GraphValue, Host, Unknown, V, plain
from tf2migrate.model.facts import Fetch, FetchLeaf, FetchNest, FetchUnknown, Grade, Kind, Visit


def make_saver(request: Request) -> V:
    """Model `tf.train.Saver(..)`: it keeps the variables that exist now."""
    machine = request.machine
    given = graph_values(machine, request.value("var_list"))
    if not given:
        check_weights_known(request)
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
    hidden_visit(request, f"saver.{name}", sessions[0] if sessions else None, _list_of(targets))
    return Host("str") if name == "save" else NONE


def _list_of(nodes: Iterable[int]) -> Fetch:
    return FetchNest("list", tuple(FetchLeaf(node, None) for node in nodes))


def hidden_visit(
    request: Request,
    form: str,
    session: int | None,
    fetch: Fetch,
    grade: Grade = Grade.EXACT,
    reasons: Iterable[Unknown] = (),
) -> None:
    """Record a run inside a library call."""
    machine = request.machine
    found = list(reasons)
    argument = request.bindings.argument("feed_dict")
    feeds, feed_grade = read_feeds(machine, argument, request.node, found)
    machine.trace.visits.append(
        Visit(
            form=form,
            session=session if session is not None else default_session(machine),
            fetch=fetch,
            feeds=feeds,
            feeds_at=None if argument is None else argument.at,
            time=machine.trace.tick(),
            place=machine.place(request.node),
            grade=max(grade, feed_grade, key=ORDER.index),
            reasons=tuple(found),
            certain=machine.certain,
            taken=machine.untaken == 0,
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
    hidden_visit(request, "variable.load", sessions[0] if sessions else None, _list_of((variable.node,)))
    return NONE


def global_step_value(request: Request) -> V:
    """Model `tf.train.global_step(sess, tensor)`: it fetches the tensor."""
    machine = request.machine
    sessions = graph_values(machine, request.value("sess"))
    steps = graph_values(machine, request.value("global_step_tensor"))
    make_node(machine, request.node, Kind.OBJECT, request.path, request.inputs(), request.given, stateful=True)
    argument = request.bindings.argument("global_step_tensor")
    at = None if argument is None else argument.at
    fetch = FetchLeaf(steps[0], at) if len(steps) == 1 else _list_of(steps)
    hidden_visit(request, "global_step", sessions[0] if sessions else None, fetch)
    return Host("int")


def start_queue_runners(request: Request) -> V:
    """Model `tf.train.start_queue_runners(..)`: threads of TensorFlow's own run the session from now on."""
    machine = request.machine
    make_node(machine, request.node, Kind.OBJECT, request.path, request.inputs(), request.given, stateful=True)
    sessions = graph_values(machine, request.value("sess"))
    hidden_visit(request, "queue_runners", sessions[0] if sessions else None, _list_of(()))
    machine.find("hidden_run", request.node, request.path)
    return Host("threads")


def monitored_session(request: Request) -> V:
    """Model a session that initializes the variables itself when it is made, and runs hooks with each run."""
    made = make_node(request.machine, request.node, Kind.SESSION, request.path, request.inputs(), request.given)
    hidden_visit(request, "monitored", made.node, _list_of(()))
    request.machine.find("hidden_run", request.node, request.path)
    return made


def external_minimize(request: Request, optimizer: GraphValue) -> V:
    """Model `ScipyOptimizerInterface.minimize(session, ..)`: it runs the loss many times and calls functions back."""
    machine = request.machine
    asked = replace(request, bindings=bind_names(_EXTERNAL, request.arguments))
    inputs = [optimizer.node, *asked.inputs()]
    make_node(machine, asked.node, Kind.OBJECT, asked.path, inputs, asked.given, stateful=True)
    made = machine.trace.nodes[optimizer.node]
    loss = made.arguments.get("loss")
    argument = asked.bindings.argument("fetches")
    reasons: list[Unknown] = []
    watched, grade = _watched(machine, argument, reasons)
    fetch: Fetch = FetchUnknown("the loss of this optimizer is not known", made.place.expression)
    if isinstance(loss, GraphValue):
        first = FetchLeaf(loss.node, made.argument_at.get("loss"))
        parts = watched if watched[:1] and watched[0].node == loss.node else (first, *watched)
        fetch = FetchNest("list", parts) if len(parts) > 1 else parts[0]
    sessions = [one for one in asked.inputs() if machine.trace.nodes[one].kind is Kind.SESSION]
    hidden_visit(asked, "scipy.minimize", sessions[0] if sessions else None, fetch, grade, reasons)
    with machine.in_unknown_loop():
        for name, count in (("loss_callback", len(watched)), ("step_callback", 1)):
            if asked.value(name) != NONE:
                call_back(machine, asked.value(name), plain(*[Host("array")] * count), request.node)
    return NONE


_EXTERNAL = ("session", "feed_dict", "fetches", "step_callback", "loss_callback")


def _watched(
    machine: Machine, argument: Argument | None, reasons: list[Unknown]
) -> tuple[tuple[FetchLeaf, ...], Grade]:
    """Return what is fetched beside the loss."""
    if argument is None or argument.value == NONE:
        return (), Grade.EXACT
    fetch, _, grade = fetch_tree(machine, argument.value, argument, reasons)
    flat = fetch.items if isinstance(fetch, FetchNest) and fetch.type == "list" else (fetch,)
    if isinstance(fetch, FetchNest) and all(isinstance(item, FetchLeaf) for item in flat):
        return tuple(item for item in flat if isinstance(item, FetchLeaf)), grade
    reasons.append(Unknown("what is watched while it minimizes is no list of values", argument.at))
    return (), Grade.UNKNOWN
