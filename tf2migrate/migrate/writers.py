"""Event file writers that only record the graph."""

from __future__ import annotations

import ast

from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import Rendered, concat
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.syntax import argument
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, Kind

_WRITERS = frozenset({"tf.summary.FileWriter", "tf.train.SummaryWriter"})


def write_writers(bench: Workbench, plan: HomePlan) -> None:
    """Register the native form of graph writers; empty merges of summaries go."""
    for node in bench.view.nodes:
        if node.kind is Kind.WRITER and node.op in _WRITERS:
            _write_writer(bench, plan, node)
    for unit in plan.home.body.units:
        nodes = plan.home.events[unit].nodes
        if nodes and all(node.kind is Kind.SUMMARY and not node.inputs for node in nodes):
            plan.layout.removed.add(unit)


def _write_writer(bench: Workbench, plan: HomePlan, node: GraphNode) -> None:
    call = bench.syntax.call(node.place.expression)
    unit = plan.home.unit_of(node.place)
    directory = argument(call, "logdir", 0) if call is not None else None
    extra = {item.arg for item in call.keywords} - {"logdir", "graph"} if call is not None else set()
    if call is None or unit is None or directory is None or extra or len(call.args) > 2:
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
        _write_graph(bench, plan, unit.node, node)


def _write_graph(bench: Workbench, plan: HomePlan, statement: ast.stmt, node: GraphNode) -> None:
    """Record the largest step's graph once both the writer and the step exist."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    if not isinstance(target, ast.Name):
        raise Refused(NO_NATIVE_FORM, node.place.expression, "the summary writer has no name", "give it a name")
    step = max(plan.steps, key=lambda s: len(s.units))
    text = Rendered.new(
        f"with {target.id}.as_default():\n"
        f"{bench.syntax.indent}{bench.tf}.summary.graph({step.name}.get_concrete_function().graph)",
        statement.lineno,
    )
    unit = plan.home.unit_of(node.place)
    anchor = step.units[-1] if step.units else plan.home.unit_of(step.visit.place)
    assert unit is not None and anchor is not None
    if anchor.index < unit.index:
        plan.layout.residue[unit].append(text)
    else:
        plan.layout.definitions[anchor].append(text)
