"""Static facts of computed values that the host reads: what a step function gives has the same shape and dtype."""

from __future__ import annotations

import ast

from tf2migrate.migrate.planner import Planner
from tf2migrate.migrate.render import Rendered
from tf2migrate.migrate.results import plan_returns
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.steps import Step
from tf2migrate.migrate.units import BlockKind, Unit, host_block
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import FetchLeaf, Known, Sequence
from tf2migrate.model.source import NodeRef
from tf2migrate.source import node_ref

_SIZES = frozenset({"value"})
_FACTS = frozenset({"shape", "get_shape", "dtype"})


def write_static_shapes(planner: Planner, plan: HomePlan) -> set[NodeRef]:
    """Register the native form of static reads in code that stays; return the expressions that are written anew."""
    bench, written = planner.bench, set[NodeRef]()
    names: dict[str, str] = {}  # of specs, by step
    if plan.home.members is not None:
        return written
    for read in bench.view.program.static_reads:
        at = bench.syntax.nodes.get(read.place.expression)
        function = at.func if isinstance(at, ast.Call) else at
        unit = plan.home.unit_of(read.place)
        if unit is None or unit in plan.layout.removed or read.place.frame not in plan.home.frames:
            continue
        step = _giving(bench, plan, read.node, unit)
        number = _number(bench, at) if step is None and plan.units.moves(read.node) else None
        if number is not None:
            expression, size = number
            bench.renderer.add(bench.syntax.span(expression), str(size))
            written.add(node_ref(bench.syntax.path, expression))
        match function:
            case ast.Attribute(value=ast.Name() as name, attr=attribute) if attribute in _FACTS and step is not None:
                if step.name not in names:
                    names[step.name] = _name_spec(planner, plan, step, name.id)
                if isinstance(at, ast.Call):
                    bench.renderer.add(bench.syntax.span(at), f"{names[step.name]}.shape")
                else:
                    bench.renderer.add(bench.syntax.span(name), names[step.name])
                written.add(read.place.expression)
            case _:
                pass
    return written


def _number(bench: Workbench, at: ast.AST | None) -> tuple[ast.expr, int] | None:
    """Return the whole expression of a size that is assigned, alone or in a tuple, and the number that it always is."""
    if not isinstance(at, ast.expr):
        return None
    expression: ast.expr = at
    while isinstance(parent := bench.syntax.parents[expression], (ast.Attribute, ast.Subscript)):
        if parent.value is not expression or (isinstance(parent, ast.Attribute) and parent.attr not in _SIZES):
            return None
        expression = parent
    statement = bench.syntax.statement_of(expression)
    writes = [w for w in bench.view.program.writes if w.place.statement == node_ref(bench.syntax.path, statement)]
    values = [write.value for write in writes if isinstance(write.cell.key, str)]
    if not isinstance(statement, ast.Assign) or len(values) != 1:
        return None
    value = values[0]
    if isinstance(parent, (ast.Tuple, ast.List)) and parent is statement.value and isinstance(value, Sequence):
        value = value.items[parent.elts.index(expression)] if len(value.items) == len(parent.elts) else value
    elif parent is not statement:
        return None
    if not isinstance(value, Known) or not isinstance(value.value, int) or isinstance(value.value, bool):
        return None
    return expression, value.value


def _name_spec(planner: Planner, plan: HomePlan, step: Step, name: str) -> str:
    """Put the spec of what a step gives under a name behind its function; return the name."""
    spec = planner.bench.names.fresh(f"{name}_spec")
    text = f"{spec} = {step.name}.get_concrete_function().structured_outputs"
    planner.place(plan, step.units[-1], Rendered.new(text, step.units[-1].node.lineno))
    return spec


def _giving(bench: Workbench, plan: HomePlan, node: int, unit: Unit) -> Step | None:
    """Return a step whose function gives a value alone and exists where a statement stands."""
    for step in plan.steps:
        alone = isinstance(step.visit.fetch, FetchLeaf) and step.visit.fetch.node == node
        if not alone or not step.units or step.rebuilt or host_block(step.units[-1]) is not None:
            continue
        if step.units[-1].index < unit.index:
            behind = [block for block in step.units[-1].parents if block.kind is BlockKind.WRAPPER]
            returns = plan_returns(bench, step)
            if returns.paths == ((),) and not any(block in unit.parents for block in behind):
                return step
    return None
