"""Event file writers, and the graph that they record."""

from __future__ import annotations

import ast

from tf2migrate.migrate.graph_records import WRITERS, is_nested, recorded_step, write_graph, write_nested_graphs
from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import concat
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.syntax import argument
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, Kind
from tf2migrate.model.source import NodeRef

RUN_METADATA = "add_run_metadata"
_METHODS = frozenset({"add_summary", "flush", "close"})


def write_writers(bench: Workbench, plans: list[HomePlan], program: list[HomePlan]) -> None:
    """Register the native form of writers; empty merges of summaries go. `program` are the plans of all files."""
    written: set[NodeRef] = set()
    for node in bench.view.nodes:
        if not bench.holds(node):
            continue
        if node.kind is Kind.WRITER and node.op in WRITERS and node.place.expression not in written:
            written.add(node.place.expression)
            _write_writer(bench, plans, program, node)
        owner, _, method = node.op.rpartition(".")
        if owner in WRITERS and method == "add_graph":
            _add_graph(bench, plans, program, node)
        elif owner in WRITERS and method == RUN_METADATA:
            _drop_run_metadata(bench, plans, node)
        elif owner in WRITERS and method not in _METHODS:
            raise Refused(
                NO_NATIVE_FORM,
                node.place.expression,
                f"`{method}` of a summary writer has no native form yet",
                "write it with tf.summary by hand",
            )
    for plan in plans:
        write_nested_graphs(bench, plan, program)
        for unit in plan.home.body.units:
            nodes = plan.home.events[unit].nodes
            if nodes and all(node.kind is Kind.SUMMARY and not node.inputs for node in nodes):
                plan.layout.removed.add(unit)


def _drop_run_metadata(bench: Workbench, plans: list[HomePlan], node: GraphNode) -> None:
    """`writer.add_run_metadata(..)` goes with the session, which measured the run."""
    plan = next((plan for plan in plans if plan.home.unit_of(node.place) is not None), None)
    unit = plan.home.unit_of(node.place) if plan is not None else None
    call = bench.syntax.call(node.place.expression)
    if plan is None or unit is None or not isinstance(unit.node, ast.Expr) or unit.node.value is not call:
        raise Refused(
            NO_NATIVE_FORM, node.place.expression, "`add_run_metadata` is called in an unusual way", "remove it"
        )
    plan.layout.removed.add(unit)


def _add_graph(bench: Workbench, plans: list[HomePlan], program: list[HomePlan], node: GraphNode) -> None:
    """`writer.add_graph(sess.graph)` records the graph of a step."""
    plan = next((plan for plan in plans if plan.home.unit_of(node.place) is not None), None)
    unit = plan.home.unit_of(node.place) if plan is not None else None
    call = bench.syntax.call(node.place.expression)
    alone = unit is not None and isinstance(unit.node, ast.Expr) and unit.node.value is call
    recorded = recorded_step(plan, unit, program) if plan is not None and unit is not None else None
    if plan is None or unit is None or recorded is None or not alone:
        raise Refused(NO_NATIVE_FORM, node.place.expression, "`add_graph` is called in an unusual way", "remove it")
    write_graph(bench, plan, unit, node, recorded)


def _write_writer(bench: Workbench, plans: list[HomePlan], program: list[HomePlan], node: GraphNode) -> None:
    call = bench.syntax.call(node.place.expression)
    plan = next((plan for plan in plans if plan.home.unit_of(node.place) is not None), None)
    unit = plan.home.unit_of(node.place) if plan is not None else None
    directory = argument(call, "logdir", 0) if call is not None else None
    if call is not None and unit is not None and is_nested(bench, unit, call):
        return
    extra = {item.arg for item in call.keywords} - {"logdir", "graph"} if call is not None else set()
    graph = argument(call, "graph", 1) if call is not None else None
    homeless = graph is not None and (plan is None or unit is None)  # no body of the file knows which graph that is
    if call is None or directory is None or extra or len(call.args) > 2 or homeless:
        raise Refused(
            NO_NATIVE_FORM,
            node.place.expression,
            "this summary writer has no native form yet",
            "use tf.summary.create_file_writer by hand",
        )
    bench.renderer.add(
        bench.syntax.span(call),
        lambda: concat([f"{bench.tf}.summary.create_file_writer(", bench.render(directory), ")"]),
    )
    if graph is None or plan is None or unit is None:
        return
    recorded = recorded_step(plan, unit, program)
    if recorded is not None:
        write_graph(bench, plan, unit, node, recorded)
