"""Further runs of an initializer: a function that sets the variables to their initial values again."""

from __future__ import annotations

import ast

from tf2migrate.migrate.optimizers import OptimizerForm, optimizer_target
from tf2migrate.migrate.refusal import MIXED_STATE, UNORDERED_EFFECTS, Refused
from tf2migrate.migrate.render import Rendered, concat, join, reindent
from tf2migrate.migrate.sites import InitSite, fetched, initializers_in
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.syntax import argument, snake
from tf2migrate.migrate.train_ops import optimizers_of, read_train
from tf2migrate.migrate.units import host_block
from tf2migrate.migrate.variables import list_text
from tf2migrate.migrate.view import ProgramView
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, Kind, Known
from tf2migrate.model.source import NodeRef
from tf2migrate.names import Names as Symbols


def write_reinitialization(bench: Workbench, plan: HomePlan, sites: list[InitSite]) -> None:
    """Register `initialize_variables()` at the sites, and the function that they call."""
    groups: dict[frozenset[int], str] = {}
    for site in sites:
        if site.variables not in groups:
            name = bench.names.fresh("initialize_variables")
            groups[site.variables] = name
            _place_function(bench, plan, site, name)
        call = bench.syntax.nodes[site.site]
        if not isinstance(bench.syntax.parents[call], ast.Expr):
            raise Refused(
                UNORDERED_EFFECTS, site.site, "the initializer is run within another expression", "run it on its own"
            )
        indent = bench.syntax.index.indent(site.site.line)
        lines = [f"{groups[site.variables]}()", *plan.starts.get(site.site, ())]
        bench.renderer.add(bench.syntax.index.span(site.site), ("\n" + indent).join(lines))


def _place_function(bench: Workbench, plan: HomePlan, site: InitSite, name: str) -> None:
    lines = [_assignment(bench, plan, variable, site.site) for variable in sorted(site.variables)]
    lines.extend(_slot_resets(bench, plan, site))
    body = join("\n", lines)
    text = concat([f"def {name}():\n", reindent(body, "", bench.syntax.indent)])
    unit = plan.home.unit_of(site.visits[0].place)
    assert unit is not None
    plan.layout.definitions[host_block(unit) or unit].insert(0, text)


def _assignment(bench: Workbench, plan: HomePlan, variable: int, at: NodeRef) -> Rendered:
    """Return the statement that sets one variable to its initial value anew."""
    fact = bench.view.nodes[variable]
    call = bench.syntax.call(fact.place.expression)
    initial = argument(call, "initial_value", 0) if call is not None and fact.op == "tf.Variable" else None
    if initial is None or fact.place.frame not in plan.home.frames:
        raise Refused(
            MIXED_STATE,
            fact.place.expression,
            f"the variable is initialized again (line {at.line}), and its initial value is not an expression here",
            "make it with tf.Variable(initial_value) at this level",
        )
    expression = list_text(bench.view, plan.home, [variable], at)[1:-1]
    if _is_plain(bench, plan, initial):
        return concat([f"{expression}.assign(", bench.render(initial), ")"])
    unit = plan.home.unit_of(fact.place)
    needed = [bench.view.nodes[n] for n in bench.view.closure(frozenset(fact.inputs))]
    drawn = any(node.random or node.kind is Kind.VARIABLE for node in needed)
    if drawn or unit is None or host_block(unit) is not None:
        raise Refused(
            MIXED_STATE,
            fact.place.expression,
            f"the variable is initialized again (line {at.line}), and its initial value depends on the host",
            "compute its initial value with TensorFlow alone",
        )
    # The graph keeps the value that the host gave it: the first one is kept under a name.
    name = bench.names.fresh(f"initial_{snake(expression)}")
    plan.layout.residue[unit].append(Rendered.new(f"{name} = {expression}.numpy()", fact.place.statement.line))
    return Rendered.new(f"{expression}.assign({name})", fact.place.statement.line)


def _is_plain(bench: Workbench, plan: HomePlan, initial: ast.expr) -> bool:
    """Say whether an expression gives the same law whenever it is evaluated: TensorFlow calls of constants."""
    symbols = Symbols(bench.syntax.tree)
    for node in ast.walk(initial):
        if isinstance(node, ast.Call) and symbols.path(node.func) is None:
            return False
        if isinstance(node, ast.Name) and symbols.path(node) is None:
            writes = bench.view.writes_to.get(plan.home.cell(node.id), [])
            if len(writes) != 1 or not isinstance(writes[0].value, Known):
                return False
    return True


def _includes_slots(bench: Workbench, site: InitSite, optimizer: str) -> bool:
    """Say whether the initializers of a site set the slots of an optimizer, too: those made before them alone."""
    view = bench.view
    started = {i for visit in site.visits for leaf in fetched(visit) for i in initializers_in(view, leaf)}
    return any(view.nodes[v].op == f"{optimizer}.slot" for i in started for v in view.nodes[i].inputs)


def _slot_resets(bench: Workbench, plan: HomePlan, site: InitSite) -> list[Rendered]:
    """Return the statements that set the slots of the optimizers in use to where TF1 starts them (law 7)."""
    trains = [node for node in bench.view.nodes if node.kind is Kind.TRAIN and plan.home.unit_of(node.place)]
    lines: dict[str, str] = {}
    for train in trains:
        found = read_train(bench, train)
        form = optimizer_target(bench.view, found.optimizer)
        if not form.has_slots or not _includes_slots(bench, site, found.optimizer.op):
            continue
        if (
            not isinstance(form, OptimizerForm)
            or form.slots_from_argument is not None
            or _may_start_otherwise(bench.view, train)
        ):
            raise Refused(
                MIXED_STATE,
                site.site,
                "variables are initialized again while an optimizer keeps slots that do not start at zero",
                "make the optimizer anew by hand at this place",
            )
        name = bench.render(found.receiver).text
        one = f'tf.ones_like(slot) if slot.path.endswith("{form.slots_from_one}") else '.replace("tf.", f"{bench.tf}.")
        start = f"{one if form.slots_from_one else ''}{bench.tf}.zeros_like(slot)"
        lines[name] = (
            f"{name}.iterations.assign(0)\n"
            f"for slot in {name}.variables[2:]:  # behind the step count and the learning rate\n"
            f"{bench.syntax.indent}slot.assign({start})"
        )
    return [Rendered.new(text, site.site.line) for text in lines.values()]


def _may_start_otherwise(view: ProgramView, train: GraphNode) -> bool:
    """Say whether a condition chooses the optimizer, and the slots of one of them do not start at zero."""
    forms = [optimizer_target(view, one) for one in optimizers_of(view, train)]
    zeros = [isinstance(f, OptimizerForm) and not (f.slots_from_one or f.slots_from_argument) for f in forms]
    return len(forms) > 1 and not all(zeros)
