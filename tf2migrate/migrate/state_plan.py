"""Registers the native forms of what one home body makes once: specs, variables, optimizers."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field

from tf2migrate.migrate.assemble import Layout
from tf2migrate.migrate.home import Home
from tf2migrate.migrate.refusal import MIXED_STATE, Refused
from tf2migrate.migrate.render import concat
from tf2migrate.migrate.sites import Site
from tf2migrate.migrate.state import optimizer_form, optimizer_text, spec_text, variable_text
from tf2migrate.migrate.steps import Step, Units
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.view import STATE_KINDS, is_slot
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import Kind
from tf2migrate.model.source import NodeRef


@dataclass
class HomePlan:
    """All that is decided for one home body. Names of parameters and specs are by placeholder."""

    home: Home
    units: Units
    steps: list[Step]
    sites: list[Site]
    layout: Layout = field(default_factory=Layout)
    parameter_names: dict[int, str] = field(default_factory=dict)
    spec_names: dict[int, str] = field(default_factory=dict)


def release_names(bench: Workbench, plan: HomePlan) -> None:
    """Free the names that moving statements alone assign."""
    writers: dict[str, set[bool]] = defaultdict(set)
    for unit, events in plan.home.events.items():
        for write in events.writes:
            if plan.home.holds(write.cell):
                writers[plan.home.name_of(write.cell)].add(unit in plan.units.compute)
    for name, moving in writers.items():
        if moving == {True}:
            bench.names.release(name)


def make_state(bench: Workbench, plan: HomePlan) -> None:
    """Register what stands for placeholders, variables and optimizers."""
    units = plan.units
    plan.parameter_names = {node: name for node, (_, name) in units.placeholders.items()}
    for node, (unit, name) in sorted(units.placeholders.items()):
        made = bench.view.nodes[node].place.expression
        twin = next((n for n in plan.spec_names if bench.view.nodes[n].place.expression == made), None)
        if twin is not None:
            plan.spec_names[node] = plan.spec_names[twin]
            continue
        plan.spec_names[node] = bench.names.fresh(f"{name}_spec")
        _write_spec(bench, plan, node, unit, name)
    done: set[NodeRef] = set()
    for fact in bench.view.nodes:
        if (
            fact.place.expression in done
            or fact.kind not in STATE_KINDS
            or is_slot(fact)
            or fact.place.expression.path != bench.syntax.path
        ):
            continue
        owner = plan.home.unit_of(fact.place)
        if owner is not None:
            done.add(fact.place.expression)
        if owner is not None and owner in units.compute:
            _lift(bench, plan, fact.id, owner)
        elif owner is not None:
            _write_state(bench, fact.id)


def _write_spec(bench: Workbench, plan: HomePlan, node: int, unit: Unit, name: str) -> None:
    fact = bench.view.nodes[node]
    spec = plan.spec_names[node]
    bench.renderer.add(bench.syntax.index.span(fact.place.expression), lambda: spec_text(bench, fact))
    for target in ast.walk(unit.node):
        if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store) and target.id == name:
            bench.renderer.add(bench.syntax.span(target), spec)
    _write_static_reads(bench, plan, node)


def _write_static_reads(bench: Workbench, plan: HomePlan, node: int) -> None:
    """The host reads a placeholder's static shape from its spec."""
    moving = plan.units.compute | plan.units.trace_time
    spec = plan.spec_names[node]
    for read in bench.view.program.static_reads:
        at = bench.syntax.nodes.get(read.place.expression)
        reader = plan.home.unit_of(read.place)
        if read.node != node or reader is None or reader in moving:
            continue
        function = at.func if isinstance(at, ast.Call) else at
        if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
            continue
        if isinstance(at, ast.Call) and function.attr == "get_shape":
            bench.renderer.add(bench.syntax.span(at), f"{spec}.shape")
        elif isinstance(at, ast.Attribute) and function.attr in ("shape", "dtype"):
            bench.renderer.add(bench.syntax.span(function.value), spec)


def _write_state(bench: Workbench, node: int) -> None:
    fact = bench.view.nodes[node]
    span = bench.syntax.index.span(fact.place.expression)
    if fact.kind is Kind.OPTIMIZER:
        optimizer_form(fact)
        bench.renderer.add(span, lambda: optimizer_text(bench, fact))
        return
    text = variable_text(bench, fact)
    if text is not None:
        bench.renderer.add(span, lambda: variable_text(bench, fact) or text)


def _lift(bench: Workbench, plan: HomePlan, node: int, unit: Unit) -> None:
    """State made within a statement that moves stays behind, under a name of its own."""
    fact = bench.view.nodes[node]
    if fact.place.frame not in plan.home.frames or not isinstance(unit.node, (ast.Assign, ast.Expr, ast.AnnAssign)):
        raise Refused(
            MIXED_STATE,
            fact.place.expression,
            "state is made in a function or loop that also computes with it",
            "make the variables outside of it and pass them in",
        )
    if unit not in {u for step in plan.steps for u in step.units} and fact.kind is Kind.OPTIMIZER:
        return
    name = _lifted_name(bench, unit, fact.kind)
    span = bench.syntax.index.span(fact.place.expression)
    if fact.kind is Kind.OPTIMIZER:
        text = optimizer_text(bench, fact)
    else:
        text = variable_text(bench, fact) or bench.renderer.render(span)
    plan.layout.residue[unit].append(concat([f"{name} = ", text]))
    bench.renderer.add(span, name)


def _lifted_name(bench: Workbench, unit: Unit, kind: Kind) -> str:
    target = unit.node.targets[0] if isinstance(unit.node, ast.Assign) else None
    if kind is Kind.OPTIMIZER:
        if isinstance(target, ast.Name) and "optim" in target.id.lower():
            return bench.names.fresh(target.id, "optimizer")
        return bench.names.fresh("optimizer")
    return bench.names.fresh(f"{target.id}_variable" if isinstance(target, ast.Name) else "variable")
