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
from tf2migrate.model.facts import FetchLeaf
from tf2migrate.model.source import NodeRef

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
