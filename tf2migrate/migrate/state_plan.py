"""Registers the native forms of what one home body makes once: specs, variables, optimizers."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field

from tf2migrate.migrate.assemble import Layout
from tf2migrate.migrate.building import Build
from tf2migrate.migrate.home import Home
from tf2migrate.migrate.iterators import is_element
from tf2migrate.migrate.layer_forms import is_made_inside
from tf2migrate.migrate.optimizers import optimizer_target, optimizer_text
from tf2migrate.migrate.refusal import MIXED_STATE, PLACEHOLDER_FORM, UNNAMED_VALUE, Refused
from tf2migrate.migrate.render import Rendered, concat
from tf2migrate.migrate.sites import Site
from tf2migrate.migrate.state import GLOBAL_STEPS, spec_text, variable_text
from tf2migrate.migrate.steps import Step, Units
from tf2migrate.migrate.syntax import Names
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.view import STATE_KINDS, is_external
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.migrate.zero_states import zero_state_spec
from tf2migrate.model.facts import GraphNode, GraphValue, Kind
from tf2migrate.model.source import NodeRef
from tf2migrate.source import node_ref


@dataclass
class HomePlan:
    """All that is decided for one home body. Names of parameters and specs are by placeholder."""

    home: Home
    units: Units
    steps: list[Step]
    sites: list[Site]
    names: Names  # of what is made for the whole body: of the module, or of an object
    layout: Layout = field(default_factory=Layout)
    parameter_names: dict[int, str] = field(default_factory=dict)
    spec_names: dict[int, str] = field(default_factory=dict)
    rewritten: list[NodeRef] = field(default_factory=list)  # expressions that were not evaluated and are written anew
    recorders: list[tuple[Unit, ast.Call]] = field(default_factory=list)  # writers of graphs within statements
    builds: list[Build] = field(default_factory=list)  # optimizers that need the weights of layers
    iterators: dict[int, str] = field(default_factory=dict)  # the names of iterators, behind the prefix
    draws: dict[int, str] = field(default_factory=dict)  # how the host draws each element, behind the prefix
    starts: dict[NodeRef, list[str]] = field(default_factory=dict)  # the iterators that a run makes anew, statements

    @property
    def prefix(self) -> str:
        """Return what stands before a name of `names`: nothing, or `self.`."""
        return self.home.cells.prefix


def release_names(bench: Workbench, plan: HomePlan) -> None:
    """Free the names that moving statements alone assign."""
    members = plan.home.members
    writers: dict[str, set[bool]] = defaultdict(set)
    for unit, events in plan.home.events.items():
        for write in events.writes:
            if members is not None and members.is_local(write.cell):
                continue
            if plan.home.holds(write.cell):
                writers[str(write.cell.key)].add(unit in plan.units.compute)
    for name, moving in writers.items():
        if moving == {True}:
            plan.names.release(name)


def make_state(bench: Workbench, plan: HomePlan, scalars: frozenset[int] = frozenset()) -> None:
    """Register what stands for placeholders, variables and optimizers; `scalars` are placeholders known to be some."""
    units = plan.units
    spec_pool = bench.names if plan.home.members is None else bench.names.local()
    plan.parameter_names = {node: name for node, (_, name) in units.placeholders.items()}
    for node, (unit, name) in sorted(units.placeholders.items()):
        made = bench.view.nodes[node].place.expression
        twin = next((n for n in plan.spec_names if bench.view.nodes[n].place.expression == made), None)
        if twin is not None and plan.parameter_names[twin] != name:
            raise Refused(
                PLACEHOLDER_FORM,
                made,
                "one expression makes several placeholders, each with a name of its own",
                "write one call of tf.placeholder for each",
            )
        if twin is not None:
            plan.spec_names[node] = plan.spec_names[twin]
            continue
        if plan.home.members is not None and is_shared_spec(plan, node):
            plan.spec_names[node] = plan.prefix + plan.names.fresh(f"{name}_spec")
        else:
            plan.spec_names[node] = spec_pool.fresh(f"{name}_spec")
        _write_spec(bench, plan, node, unit, name, node in scalars)
    done: set[NodeRef] = set()
    for fact in bench.view.nodes:
        if fact.place.expression in done or fact.kind not in STATE_KINDS or is_made_inside(fact):
            continue
        owner = plan.home.unit_of(fact.place)
        if owner is not None:
            done.add(fact.place.expression)
        if owner is not None and owner in units.compute:
            if fact.kind is Kind.OPTIMIZER or fact.op in GLOBAL_STEPS:
                _lift(bench, plan, fact.id, owner)
        elif owner is not None and not is_external(fact):
            _write_state(bench.of(fact.place.expression), fact.id)


def _write_spec(bench: Workbench, plan: HomePlan, node: int, unit: Unit, name: str, scalar: bool) -> None:
    fact = bench.view.nodes[node]
    if is_element(fact):
        return  # written where its iterator is
    spec = plan.spec_names[node]
    if plan.units.moves(node):
        zeros = zero_state_spec(bench, plan.home, plan.units, node)
        if zeros is not None:
            plan.layout.residue[unit].append(concat([f"{spec} = ", zeros]))
        return  # others are written behind the step that gives such a value
    if node in bench.view.optional or node in plan.units.structures:
        held = made_text(plan, node)
        plan.units.structures.texts[node] = held.removeprefix(plan.prefix)
        text = _spec_of_value(bench, plan, fact, held)
        plan.layout.residue[unit].append(concat([f"{spec} = ", text]))
        return
    made = bench.of(fact.place.expression)
    made.renderer.add(made.syntax.index.span(fact.place.expression), lambda: spec_text(made, fact, scalar))
    written = {
        write.place.expression
        for write in plan.home.events[unit].writes
        if plan.home.holds(write.cell) and plan.home.name_of(write.cell) == name
    }
    for target in ast.walk(unit.node):
        if isinstance(target, (ast.Name, ast.Attribute)) and node_ref(plan.home.path, target) in written:
            bench.renderer.add(bench.syntax.span(target), spec)
    _write_static_reads(bench, plan, node)


def made_text(plan: HomePlan, parameter: int) -> str:
    """Return the expression that denotes what has a value of its own where no run feeds it."""
    unit, name = plan.units.placeholders[parameter]
    for write in plan.home.events[unit].writes:
        if plan.home.holds(write.cell) and plan.units.structures.denoted(write.value) == parameter:
            return plan.home.text_of(write.cell)
    return name


def unfed_values(plan: HomePlan, step: Step) -> list[Rendered]:
    """Return the lines that name, in the function of a step, what other steps are fed: here it is what was made."""
    units = plan.units
    read = {units.structures.denoted(need.definition.value) for unit in step.units for need in units.needs(unit)}
    lines: list[Rendered] = []
    for node in sorted(read & {*units.placeholders} - {*step.parameters, None}, key=str):
        if node is None or units.placeholders[node][0] in units.compute:
            continue
        name, text = plan.parameter_names[node], made_text(plan, node)
        lines += [Rendered.new(f"{name} = {text}")] if name != text else []
    return lines


def _spec_of_value(bench: Workbench, plan: HomePlan, fact: GraphNode, name: str) -> Rendered:
    """Return the spec for feeding what has a value of its own."""
    if fact.id in plan.units.structures:
        text = f"{bench.tf}.nest.map_structure({bench.tf}.TensorSpec.from_tensor, {name})"
        return Rendered.new(text, fact.place.statement.line)
    if fact.kind is Kind.VARIABLE:
        return Rendered.new(f"{bench.tf}.TensorSpec({name}.shape, {name}.dtype)", fact.place.statement.line)
    shape = fact.argument_at.get("shape") if fact.op == "tf.placeholder_with_default" else None
    if shape is not None:
        return concat([f"{bench.tf}.TensorSpec(", bench.render_at(shape), f", {name}.dtype)"])
    return Rendered.new(f"{bench.tf}.TensorSpec.from_tensor({name})", fact.place.statement.line)


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
        if not isinstance(function, ast.Attribute) or not isinstance(function.value, (ast.Name, ast.Attribute)):
            continue
        if isinstance(at, ast.Call) and function.attr == "get_shape":
            bench.renderer.add(bench.syntax.span(at), f"{spec}.shape")
        elif isinstance(at, ast.Attribute) and function.attr in ("shape", "dtype"):
            bench.renderer.add(bench.syntax.span(function.value), spec)


def _write_state(bench: Workbench, node: int) -> None:
    fact = bench.view.nodes[node]
    span = bench.syntax.index.span(fact.place.expression)
    if fact.kind is Kind.OPTIMIZER:
        optimizer_target(bench.view, fact)
        bench.renderer.add(span, lambda: optimizer_text(bench, fact))
        return
    text = variable_text(bench, fact)
    if text is not None:
        bench.renderer.add(span, lambda: variable_text(bench, fact) or text)


def _lift(bench: Workbench, plan: HomePlan, node: int, unit: Unit) -> None:
    """An optimizer that is made within a train op stays behind, under a name of its own."""
    fact = bench.view.nodes[node]
    if is_external(fact):
        at = fact.place.expression
        raise Refused(
            UNNAMED_VALUE, at, "the loss that is minimized has no name", "give it one in a statement of its own"
        )
    if fact.place.frame not in plan.home.frames or not isinstance(unit.node, (ast.Assign, ast.Expr, ast.AnnAssign)):
        raise Refused(
            MIXED_STATE,
            fact.place.expression,
            "an optimizer is made in a function or loop that also computes with it",
            "make it outside of it and pass it in",
        )
    if unit not in {u for step in plan.steps for u in step.units}:
        return
    target = unit.node.targets[0] if isinstance(unit.node, ast.Assign) else None
    held = target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""
    wanted = ["global_step"] if fact.op in GLOBAL_STEPS else [*_optimizer_names(held), "optimizer"]
    name = plan.prefix + plan.names.fresh(*wanted)
    plan.home.lifted[node] = name
    span = bench.syntax.index.span(fact.place.expression)
    if fact.kind is Kind.OPTIMIZER:
        text = optimizer_text(bench, fact)
    else:
        text = variable_text(bench, fact) or bench.renderer.render(span)
    plan.layout.residue[unit].append(concat([f"{name} = ", text]))
    bench.renderer.add(span, name)


def write_state_reads(bench: Workbench, plan: HomePlan) -> None:
    """Read a variable that a moving statement made, and gave a name, from the object that holds it."""
    for need in [need for unit in plan.home.body.units for need in plan.units.needs(unit, made=True)]:
        assert isinstance(need.definition.value, GraphValue)
        text, at = plan.home.lifted.get(need.definition.value.node), need.read.place.expression
        if text is None:
            reason = f"`{need.name}` is a variable, and the function that makes it computes, too"
            raise Refused(MIXED_STATE, at, reason, "make the variable outside of the function and pass it in")
        bench.renderer.add(bench.syntax.index.span(at), text)


def _optimizer_names(train_op: str) -> list[str]:
    """Return names for an optimizer that is only known by its train op: `d_train` is run by `d_optimizer`."""
    if "optim" in train_op.lower():
        return [train_op]
    short = train_op
    for suffix in ("_train_op", "_train_step", "_training_op", "_train", "_op", "_step"):
        short = short.removesuffix(suffix)
    return [f"{short}_optimizer"] if short not in (train_op, "train", "") else []


def placeholders_given(step: Step) -> set[int]:
    """Return the placeholders that a step may take: those that it needs and those that its runs feed."""
    fed = {feed.node for site in step.sites for visit in site.visits for feed in visit.feeds}
    return {*step.parameters, *fed}


def is_shared_spec(plan: HomePlan, node: int) -> bool:
    """Say whether the signature of some step takes specs of several methods: they are attributes then."""
    units = plan.units.placeholders
    for step in plan.steps:
        given = placeholders_given(step) & set(units)
        if node in given and len({units[other][0].region for other in given}) > 1:
            return True
    return False
