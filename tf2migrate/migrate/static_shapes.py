"""Static facts of computed values that the host reads: what a step function gives has the same shape and dtype."""

from __future__ import annotations

import ast

from tf2migrate.migrate.known_sizes import known_part
from tf2migrate.migrate.planner import Planner
from tf2migrate.migrate.render import Rendered
from tf2migrate.migrate.results import plan_returns
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.steps import Step
from tf2migrate.migrate.units import Unit, host_block
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import FetchLeaf, StaticRead, Value
from tf2migrate.model.source import NodeRef
from tf2migrate.source import node_ref

_FACTS = frozenset({"shape", "get_shape", "dtype"})


def write_static_shapes(planner: Planner, plan: HomePlan) -> set[NodeRef]:
    """Register the native form of static reads in code that stays; return the expressions that are written anew."""
    bench, written = planner.bench, set[NodeRef]()
    names: dict[str, str] = {}  # of specs, by step
    sizes = _sizes(bench)
    for read in bench.view.program.static_reads:
        at = bench.syntax.nodes.get(read.place.expression)
        function = at.func if isinstance(at, ast.Call) else at
        unit = plan.home.unit_of(read.place)
        if unit is None or unit in plan.layout.removed or read.place.frame not in plan.home.frames:
            continue
        step = None if plan.home.members is not None else _giving(bench, plan, read.node, unit)
        if step is None and unit not in plan.units.compute | plan.units.trace_time:
            written |= _write_number(bench, read, sizes.get(read.place.expression))
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


def _sizes(bench: Workbench) -> dict[NodeRef, tuple[Value, ...] | None]:
    """Return what reads of shapes give, by their expressions; None where that may differ from time to time."""
    found: dict[NodeRef, tuple[Value, ...] | None] = {}
    for read in bench.view.program.static_reads:
        sizes = read.sizes if read.what == "shape" and not bench.view.nodes[read.node].repeated else None
        known = found.setdefault(read.place.expression, sizes)
        found[read.place.expression] = sizes if sizes == known else None
    return found


def _write_number(bench: Workbench, read: StaticRead, sizes: tuple[Value, ...] | None) -> set[NodeRef]:
    """Write a size of a computed value as the number that it is."""
    computed = sizes is not None and bench.view.is_compute(read.node)
    known = known_part(bench.syntax, read.place.expression, sizes) if computed and sizes is not None else None
    if known is None:
        return set()
    bench.renderer.add(bench.syntax.span(known[0]), known[1])
    return {node_ref(bench.syntax.path, known[0])}


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
            behind = plan.home.scope_behind(step.units[-1])
            returns = plan_returns(bench, step)
            if returns.paths == ((),) and (behind is None or behind not in unit.parents):
                return step
    return None
