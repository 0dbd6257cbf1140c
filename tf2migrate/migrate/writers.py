"""Event file writers, and the graph that they record."""

from __future__ import annotations

import ast

from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import Rendered, concat
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.syntax import argument
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, Kind
from tf2migrate.model.source import NodeRef

_WRITERS = frozenset({"tf.summary.FileWriter", "tf.train.SummaryWriter"})
_METHODS = frozenset({"add_summary", "flush", "close"})


def write_writers(bench: Workbench, plans: list[HomePlan]) -> None:
    """Register the native form of writers; empty merges of summaries go."""
    written: set[NodeRef] = set()
    for node in bench.view.nodes:
        if not bench.holds(node):
            continue
        if node.kind is Kind.WRITER and node.op in _WRITERS and node.place.expression not in written:
            written.add(node.place.expression)
            _write_writer(bench, plans, node)
        owner, _, method = node.op.rpartition(".")
        if owner in _WRITERS and method not in _METHODS:
            raise Refused(
                NO_NATIVE_FORM,
                node.place.expression,
                f"`{method}` of a summary writer has no native form yet",
                "write it with tf.summary by hand",
            )
    for plan in plans:
        for unit in plan.home.body.units:
            nodes = plan.home.events[unit].nodes
            if nodes and all(node.kind is Kind.SUMMARY and not node.inputs for node in nodes):
                plan.layout.removed.add(unit)


def _write_writer(bench: Workbench, plans: list[HomePlan], node: GraphNode) -> None:
    call = bench.syntax.call(node.place.expression)
    plan = next((plan for plan in plans if plan.home.unit_of(node.place) is not None), None)
    unit = plan.home.unit_of(node.place) if plan is not None else None
    directory = argument(call, "logdir", 0) if call is not None else None
    extra = {item.arg for item in call.keywords} - {"logdir", "graph"} if call is not None else set()
    if call is None or plan is None or unit is None or directory is None or extra or len(call.args) > 2:
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
    if argument(call, "graph", 1) is not None and plan.steps:
        _write_graph(bench, plan, unit, node)


def _write_graph(bench: Workbench, plan: HomePlan, unit: Unit, node: GraphNode) -> None:
    """Record the largest step's graph once both the writer and the step exist."""
    writer = _writer_name(bench, plan, unit, node)
    step = max(plan.steps, key=lambda s: len(s.units))
    text = concat(
        [
            concat(["with ", writer, ".as_default():\n"]),
            f"{bench.syntax.indent}{bench.tf}.summary.graph({step.name}.get_concrete_function().graph)",
        ]
    )
    anchor = step.units[-1] if step.units else plan.home.unit_of(step.visit.place)
    assert anchor is not None
    if anchor.index < unit.index:
        plan.layout.residue[unit].append(text)
    else:
        plan.layout.definitions[anchor].append(text)


def _writer_name(bench: Workbench, plan: HomePlan, unit: Unit, node: GraphNode) -> Rendered:
    """Return the expression that denotes a writer behind its statement: one that nothing else uses is made there."""
    match unit.node:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return Rendered.new(name, unit.node.lineno)
        case ast.Expr(value=ast.Call() as call) if call is bench.syntax.nodes.get(node.place.expression):
            plan.layout.removed.add(unit)
            return bench.render(call)
    raise Refused(NO_NATIVE_FORM, node.place.expression, "the summary writer has no name", "give it a name")
