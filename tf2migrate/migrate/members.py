"""Objects that own a graph: their steps become methods, what the steps find made becomes attributes."""

from __future__ import annotations

import ast
from collections import defaultdict

from tf2migrate.migrate.building import early_uses
from tf2migrate.migrate.cells import MemberCells
from tf2migrate.migrate.layer_forms import LAYER_FORMS, is_made_inside
from tf2migrate.migrate.refusal import GRAPH_VALUE_ESCAPES, NOT_EVALUATED, REBOUND_NAME, UNNAMED_VALUE, Refused
from tf2migrate.migrate.render import LONGEST_LINE, Rendered
from tf2migrate.migrate.sites import StepSite, leaves
from tf2migrate.migrate.state_plan import HomePlan, placeholders_given
from tf2migrate.migrate.steps import Need, Step
from tf2migrate.migrate.units import Block, Unit, host_block
from tf2migrate.migrate.view import STATE_KINDS, covers, nodes_in
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import Cell, Kind, Read, Record, Write
from tf2migrate.model.source import NodeRef
from tf2migrate.source import node_ref


def callee(bench: Workbench, plan: HomePlan, step: Step, site: StepSite) -> str:
    """Return the expression that denotes a step at a run site."""
    if plan.home.members is None:
        return step.name
    visit = site.visits[0]
    named = [read for read in bench.view.program.reads if read.place.frame == visit.place.frame]
    named = [read for read in named if isinstance(read.value, Record) and read.value.owner == site.owner]
    at_site = [read for read in named if covers(visit.place.expression, read.place.expression)]
    above = [leaf.at for leaf in leaves(visit.fetch) if leaf.at is not None]  # of a fetch that has a name
    once = [r for r in named if r.place.expression.kind == "Name" and len(bench.view.writes_to[r.cell]) == 1]
    fetched = [read for read in once if any(covers(at, read.place.expression) for at in above)]
    for read in at_site or fetched or [read for read in once if _is_parameter(bench, read)]:
        file = bench.of(read.place.expression)
        return f"{file.renderer.source(file.syntax.index.span(read.place.expression))}.{step.name}"
    raise Refused(
        UNNAMED_VALUE,
        site.site,
        "the object that holds what is run is not named here",
        "fetch attributes of the object",
    )


def _is_parameter(bench: Workbench, read: Read) -> bool:
    return all(write.place.expression.kind == "arg" for write in bench.view.writes_to[read.cell])


def write_members(bench: Workbench, plan: HomePlan) -> None:
    """Register the names that moving statements have in methods, and the attributes that they need."""
    members = plan.home.members
    if members is None:
        return
    for step in plan.steps:
        for need in step.captured:
            at = need.read.place.expression
            if (
                members.is_local(need.read.cell)
                and at not in plan.units.snapshot_reads
                and not _is_left(plan, need.read)
            ):
                _keep(bench, plan, members, need)
    for unit in sorted({unit for step in plan.steps for unit in step.units}, key=lambda unit: unit.index):
        _rewrite(bench, plan, members, unit)
    for unit, rate in _rates(plan):
        if unit not in plan.units.compute:
            _rewrite_rate(bench, plan, members, unit, rate)


def _rates(plan: HomePlan) -> list[tuple[Unit, NodeRef]]:
    """Return the learning rates that steps compute and assign, with the statements that write them."""
    return [
        (unit, node.argument_at["learning_rate"])
        for unit in plan.home.body.units
        for node in plan.home.events[unit].nodes
        if node.kind is Kind.OPTIMIZER and "learning_rate" in node.argument_at
        if nodes_in(node.arguments["learning_rate"])
    ]


def _rewrite_rate(bench: Workbench, plan: HomePlan, members: MemberCells, unit: Unit, rate: NodeRef) -> None:
    for read in plan.home.events[unit].reads:
        at = read.place.expression
        if plan.home.holds(read.cell) and covers(rate, at):
            text = _text_of_read(plan, members, read, False)
            if bench.syntax.source(bench.syntax.nodes[at]) != text:  # type: ignore[arg-type]
                bench.renderer.add(bench.syntax.index.span(at), text)


def _is_left(plan: HomePlan, read: Read) -> bool:
    """Say whether a read of a moving statement is in a part that stays behind: it makes a variable or optimizer.

    A rate that is computed is assigned in the step, and what a layer is applied to is computed there.
    """
    unit = plan.home.unit_of(read.place)
    at = read.place.expression
    for node in plan.home.events[unit].nodes if unit is not None else ():
        if node.kind in STATE_KINDS and not is_made_inside(node) and covers(node.place.expression, at):
            rate = node.argument_at.get("learning_rate") if node.kind is Kind.OPTIMIZER else None
            computed = rate is not None and bool(nodes_in(node.arguments["learning_rate"])) and covers(rate, at)
            given = node.argument_at.get("inputs") if node.op in LAYER_FORMS else None
            return not (computed or (given is not None and covers(given, at)))
    return False


# --- variables of methods that become attributes ---


def _keep(bench: Workbench, plan: HomePlan, members: MemberCells, need: Need) -> None:
    """A variable of a method that a step needs becomes an attribute."""
    cell = need.read.cell
    if cell in members.kept:
        return
    writes = bench.view.writes_to[cell]
    function = bench.syntax.nodes[bench.view.frames[cell.owner].definition]  # type: ignore[index]
    assert isinstance(function, ast.FunctionDef)
    if need.definition.place.expression.kind == "arg":
        _keep_parameter(bench, plan, members, need, function)
        return
    text = members.text_of(cell)
    kept_before = any(time for name, time in plan.units.snapshots if name == need.name)
    if not kept_before and _may_be_renamed(bench, function, str(cell.key)):
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and node.id == cell.key:
                bench.renderer.add(bench.syntax.span(node), text)
        return
    if need.unit is None or not _is_last_for_all(plan, cell, writes):
        raise Refused(
            REBOUND_NAME,
            need.read.place.expression,
            f"`{cell.key}` is a variable of the method that builds the graph, and the runs need it later",
            "keep it in an attribute of the object",
        )
    line = Rendered.new(f"{text} = {cell.key}", need.definition.place.statement.line)
    if host_block(need.unit) is None:
        plan.layout.residue[need.unit].append(line)  # what stands next in the same scope may need it
    else:
        plan.layout.after[_top(need.unit)].append(line)


def _is_last_for_all(plan: HomePlan, cell: Cell, writes: list[Write]) -> bool:
    """Say whether all that steps read of a variable is what it was given last; earlier values have names already."""
    snapshots = plan.units.snapshot_reads
    needs = [need for step in plan.steps for need in step.captured if need.read.cell == cell]
    return all(need.definition is writes[-1] for need in needs if need.read.place.expression not in snapshots)


def _keep_parameter(
    bench: Workbench, plan: HomePlan, members: MemberCells, need: Need, function: ast.FunctionDef
) -> None:
    """A parameter is put into an attribute when the method begins, if none holds it already."""
    cell = need.read.cell
    if len(bench.view.writes_to[cell]) > 1:
        raise Refused(
            REBOUND_NAME,
            need.read.place.expression,
            f"the parameter `{cell.key}` is assigned anew in the method that builds the graph",
            "use another name for the new value",
        )
    held = _attribute_of(bench, plan, members, cell)
    if held is not None:
        members.kept[cell] = held
        return
    first = plan.home.body.unit_at(node_ref(plan.home.path, function.body[0]))
    region = next(r for r in plan.home.body.regions if r.statements is function.body)
    line = Rendered.new(f"{members.text_of(cell)} = {cell.key}", function.lineno)
    documented = isinstance(function.body[0], ast.Expr) and isinstance(function.body[0].value, ast.Constant)
    if documented and first is not None:
        plan.layout.after[first].append(line)
    else:
        plan.layout.before[region.tree[0]].append(line)


def _attribute_of(bench: Workbench, plan: HomePlan, members: MemberCells, parameter: Cell) -> str | None:
    """Return the attribute that a method keeps a parameter in, and that nothing else writes."""
    for unit in plan.home.body.units:
        match unit.node:
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=ast.Name(id=source)) if source == parameter.key:
                writes = bench.view.writes_to.get(Cell(members.instance, name), [])
                alone = len(writes) == 1 and writes[0].place.statement == unit.ref
                if alone and unit not in plan.units.compute and writes[0].place.frame == parameter.owner:
                    return name
    return None


def _may_be_renamed(bench: Workbench, function: ast.FunctionDef, name: str) -> bool:
    """Say whether all uses of a variable are plain names that assignments bind."""
    for node in ast.walk(function):
        match node:
            case ast.Name(id=found, ctx=ast.Store() | ast.Del()) if found == name:
                parent = bench.syntax.parents[node]
                while isinstance(parent, (ast.Tuple, ast.List, ast.Starred)):
                    parent = bench.syntax.parents[parent]
                if not isinstance(parent, (ast.Assign, ast.AnnAssign)):
                    return False
            case ast.FunctionDef(name=found) | ast.ClassDef(name=found) | ast.arg(arg=found) if found == name:
                return False
            case ast.alias(name=found, asname=alias) if name in (found, alias):
                return False
            case ast.Global(names=names) | ast.Nonlocal(names=names) if name in names:
                return False
            case _:
                pass
    return True


# --- names of moving statements ---


def _rewrite(bench: Workbench, plan: HomePlan, members: MemberCells, unit: Unit) -> None:
    events = plan.home.events[unit]
    texts: dict[NodeRef, set[str]] = defaultdict(set)
    for write in events.writes:
        if plan.home.holds(write.cell):
            if write.place.frame not in plan.home.frames:
                raise Refused(
                    GRAPH_VALUE_ESCAPES,
                    write.place.statement,
                    f"`{write.cell.key}` of the object is set by a method that computes",
                    "return the value, and set the attribute where the method is called",
                )
            texts[write.place.expression].add(members.name_of(write.cell))
    for read in events.reads:
        if plan.home.holds(read.cell):
            texts[read.place.expression].add(_text_of_read(plan, members, read, _is_left(plan, read)))
    for ref, found in texts.items():
        node = bench.syntax.nodes.get(ref)
        if not isinstance(node, (ast.Name, ast.Attribute)):
            continue
        if len(found) > 1:
            raise Refused(
                REBOUND_NAME,
                ref,
                f"`{bench.syntax.source(node)}` stands for a host value and for a value of the graph",
                "use two names",
            )
        if ref not in plan.units.snapshot_reads and bench.syntax.source(node) not in found:
            _check_free(bench, plan, node, min(found))
            bench.renderer.add(bench.syntax.span(node), min(found))


def _check_free(bench: Workbench, plan: HomePlan, node: ast.expr, name: str) -> None:
    """Refuse a helper method in which the name of a value that it gets as a parameter means something else."""
    function: ast.AST = node
    while function in bench.syntax.parents and not isinstance(function, ast.FunctionDef):
        function = bench.syntax.parents[function]
    homes = {plan.home.view.frames[frame].definition for frame in plan.home.frames}
    ref = node_ref(plan.home.path, function) if isinstance(function, ast.FunctionDef) else None
    if ref is None or ref in homes:
        return
    names = [inner for inner in ast.walk(function) if isinstance(inner, ast.Name)]
    arguments = {inner.arg for inner in ast.walk(function) if isinstance(inner, ast.arg)}
    if name in arguments or any(inner.id == name for inner in names):
        raise Refused(
            NOT_EVALUATED,
            node_ref(plan.home.path, node),
            f"this method reads a value of the graph from its object, and has another `{name}`",
            "pass it as an argument",
        )


def _text_of_read(plan: HomePlan, members: MemberCells, read: Read, left: bool) -> str:
    """Return what a name of a moving statement becomes; `left` says that this part of it stays behind."""
    definition = plan.home.view.definition_of(read)
    writer = plan.home.unit_of(definition.place) if definition is not None else None
    fed = plan.units.structures.denoted(definition.value) if definition is not None else None
    if fed in plan.units.placeholders:
        return plan.units.placeholders[fed][1] if writer not in plan.units.compute else members.name_of(read.cell)
    if writer in plan.units.compute:
        return members.name_of(read.cell)
    return str(read.cell.key) if left and members.is_local(read.cell) else members.text_of(read.cell)


# --- where the methods become steps ---


def write_wrapping(bench: Workbench, plan: HomePlan, step: Step, around: str | None) -> None:
    """Register the statement that makes a step of its method: where the specs are; `around` decorates the method."""
    specs = [plan.spec_names[p] for p in step.parameters]
    wrapped = f"{plan.prefix}{step.name} = {bench.tf}.function("
    arguments = f"{plan.prefix}{step.body}" if around is None else f"{around}({plan.prefix}{step.body})"
    if specs:
        arguments += f", input_signature=[{', '.join(specs)}]"
    text = f"{wrapped}{arguments})"
    if len(text.replace(bench.tf, "tf", 1)) + 2 * 4 > LONGEST_LINE:  # the same for every name and step of indentation
        text = f"{wrapped}\n{bench.syntax.indent}{arguments}\n)"
    plan.layout.after[wrapping_place(plan, step)].append(Rendered.new(text, _row(plan, step)))


def _row(plan: HomePlan, step: Step) -> int:
    """Return the line of a step's run; none for one in another file."""
    at = step.visit.place.expression
    return at.line if at.path == plan.home.path else 0


def wrapping_place(plan: HomePlan, step: Step) -> Unit | Block:
    """Return the part of a method behind which a step is wrapped: all specs exist there, and no run comes before."""
    made = [plan.units.placeholders[p][0] for p in placeholders_given(step) if p in plan.units.placeholders]
    last = max(made or step.units, key=lambda unit: unit.index, default=plan.home.body.units[0])
    tree = plan.home.body.regions[last.region].tree
    earliest = tree.index(_top(last))
    latest = len(tree) - 1
    for site in step.sites:
        for visit in site.visits:
            for place in plan.home.view.trail(visit.place):
                running = plan.home.body.unit_at(place.expression) if place.frame in plan.home.frames else None
                if running is not None and running.region == last.region:
                    latest = min(latest, tree.index(_top(running)) - 1)
    for unit in (*(unit for unit, _ in plan.recorders), *early_uses(plan.home)):
        if unit.region == last.region and _is_complete_before(plan, step, unit):
            latest = max(earliest, min(latest, tree.index(_top(unit)) - 1))  # its graph is recorded, its layers used
    while latest > earliest and isinstance(tree[latest].node, ast.Return):
        latest -= 1
    if latest < earliest:
        raise Refused(
            NOT_EVALUATED,
            step.visit.place.expression,
            "this run stands in the statement that makes its placeholders",
            "run it behind that statement",
        )
    return tree[latest]


def largest_step(plan: HomePlan) -> Step:
    """Return the step whose graph stands for the whole one."""
    return max(plan.steps, key=lambda step: len(step.units))


def _is_complete_before(plan: HomePlan, step: Step, unit: Unit) -> bool:
    """Say whether all that a step consists of and finds made is there before a statement."""
    needed = {*step.units, *(need.unit for need in step.captured if need.unit is not None)}
    return all(other.index < unit.index for other in needed)


def _top(unit: Unit) -> Unit | Block:
    """Return the part of a method's body that holds a unit."""
    return unit.parents[0] if unit.parents else unit
