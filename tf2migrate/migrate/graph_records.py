"""The graph that an event file writer records: that of the largest step, once both exist."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from tf2migrate.migrate.members import largest_step, wrapping_place
from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import Rendered, concat, reindent
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.steps import Step
from tf2migrate.migrate.syntax import argument
from tf2migrate.migrate.units import Unit, walk
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, Record
from tf2migrate.names import Names as Symbols
from tf2migrate.source import node_ref

WRITERS = frozenset({"tf.summary.FileWriter", "tf.train.SummaryWriter"})


@dataclass(frozen=True)
class Recorded:
    """The step whose graph a writer records; `name` denotes it where the writer is made."""

    step: Step
    name: str
    own: bool = True  # the body that makes the writer makes the step; otherwise an object does, before


def recorded_step(plan: HomePlan, unit: Unit, plans: list[HomePlan]) -> Recorded | None:
    """Return the step whose graph stands for the program's where a statement records it, None where there is none.

    A body without steps records those of the objects that it has made and has names for.
    """
    if plan.steps:
        step = largest_step(plan)
        return Recorded(step, f"{plan.prefix}{step.name}")
    found: list[tuple[int, str, Step]] = []
    for other in plans:
        members = other.home.members
        if members is None or not other.steps:
            continue
        step, name = largest_step(other), _named_before(plan, unit, members.siblings)
        made = [node.time for one in step.units for node in other.home.events[one].nodes]
        if name is not None and made and max(made) < _time_of(plan, unit):
            found.append((len(step.units), name, step))
    if not found:
        return None
    _, name, step = max(found, key=lambda one: one[0])
    return Recorded(step, f"{name}.{step.name}", own=False)


def _named_before(plan: HomePlan, unit: Unit, objects: set[int]) -> str | None:
    """Return a name of the body that holds one of some objects from before a statement on."""
    held: dict[str, bool] = {}
    for other in plan.home.body.units:
        if other.index >= unit.index or other.region != unit.region:
            continue
        for write in plan.home.events[other].writes:
            if plan.home.holds(write.cell):
                sure = not other.parents or other.parents == unit.parents[: len(other.parents)]
                held[plan.home.text_of(write.cell)] = (
                    sure and isinstance(write.value, Record) and write.value.owner in objects
                )
    return next((name for name, is_object in held.items() if is_object), None)


def _time_of(plan: HomePlan, unit: Unit) -> int:
    events = plan.home.events[unit]
    times = [read.time for read in events.reads] + [node.time for node in events.nodes]
    return min(times, default=-1)


def write_graph(bench: Workbench, plan: HomePlan, unit: Unit, node: GraphNode, recorded: Recorded) -> None:
    """Register the statement that records the graph for a writer."""
    writer = _writer_name(bench, plan, unit, node)
    step = recorded.step
    text = _recording(bench, recorded, writer)
    if not recorded.own:
        plan.layout.residue[unit].append(text)
        return
    if plan.home.members is not None:
        _place_in_object(plan, step, unit, text, writer.text)
        return
    anchor = step.units[-1] if step.units else plan.home.unit_of(step.visit.place)
    assert anchor is not None
    if anchor.index < unit.index:
        plan.layout.residue[unit].append(text)
    else:
        plan.layout.definitions[anchor].append(text)


def is_nested(bench: Workbench, unit: Unit, call: ast.Call) -> bool:
    """Say whether a writer is made by a statement within another one, and nothing uses it."""
    parent = bench.syntax.parents[call]
    return isinstance(parent, ast.Expr) and parent is not unit.node


def find_nested_graphs(bench: Workbench, plan: HomePlan) -> None:
    """Note the writers that record a graph in a branch, which the program may not even take."""
    symbols = Symbols(bench.syntax.tree)
    for unit in plan.home.body.units:
        for statement in ast.walk(unit.node):
            match statement:
                case ast.Expr(value=ast.Call() as call) if symbols.path(call.func) in WRITERS:
                    graph = argument(call, "graph", 1)
                    recorded = isinstance(graph, ast.Attribute) and graph.attr == "graph"
                    if statement is not unit.node and argument(call, "logdir", 0) is not None and recorded:
                        plan.recorders.append((unit, call))
                case _:
                    pass


def write_nested_graphs(bench: Workbench, plan: HomePlan, plans: list[HomePlan]) -> None:
    """Register the native form of writers that record a graph in a branch; `plans` are those of the program."""
    for unit, call in plan.recorders:
        recorded = recorded_step(plan, unit, plans)
        if recorded is None or (recorded.own and not _is_wrapped_before(plan, recorded.step, unit)):
            continue
        directory = argument(call, "logdir", 0)
        assert directory is not None
        made = concat([f"{bench.tf}.summary.create_file_writer(", bench.render(directory), ")"])
        text = _recording(bench, recorded, made)
        indent = bench.syntax.index.indent(call.lineno)
        plan.rewritten.append(node_ref(bench.syntax.path, call))
        bench.renderer.add(bench.syntax.span(call), lambda t=text, i=indent: _behind(t, i))  # type: ignore[misc]


def _behind(text: Rendered, indent: str) -> Rendered:
    """Return a statement whose first line stands behind its indent already."""
    whole = reindent(text, "", indent)
    return Rendered(whole.text[len(indent) :], whole.lines)


def _recording(bench: Workbench, recorded: Recorded, writer: Rendered) -> Rendered:
    graph = f"{recorded.name}.get_concrete_function().graph"
    head = concat(["with ", writer, ".as_default():\n"])
    return concat([head, f"{bench.syntax.indent}{bench.tf}.summary.graph({graph})"])


def _is_wrapped_before(plan: HomePlan, step: Step, unit: Unit) -> bool:
    if plan.home.members is None:
        return bool(step.units) and step.units[-1].index < unit.index
    return max(u.index for u in walk((wrapping_place(plan, step),))) < unit.index


def _place_in_object(plan: HomePlan, step: Step, unit: Unit, text: Rendered, writer: str) -> None:
    place = wrapping_place(plan, step)
    if _is_wrapped_before(plan, step, unit):
        plan.layout.residue[unit].append(text)
        return
    behind = next(u for u in walk((place,)))
    if behind.region != unit.region and not writer.startswith(plan.prefix):
        at = unit.ref
        raise Refused(NO_NATIVE_FORM, at, "the writer's graph is complete in another method", "keep it in an attribute")
    plan.layout.after[place].append(text)


def _writer_name(bench: Workbench, plan: HomePlan, unit: Unit, node: GraphNode) -> Rendered:
    """Return the expression that denotes a writer behind its statement: one that nothing else uses is made there."""
    match unit.node:
        case ast.Assign(targets=[ast.Name() | ast.Attribute() as target]):
            return bench.render(target)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr="add_graph"))):
            plan.layout.removed.add(unit)
            return bench.render(owner)
        case ast.Expr(value=ast.Call() as call) if call is bench.syntax.nodes.get(node.place.expression):
            plan.layout.removed.add(unit)
            return bench.render(call)
    raise Refused(NO_NATIVE_FORM, node.place.expression, "the summary writer has no name", "give it a name")
