"""Host calls with effects inside statements that move: they belong to the time when the graph was built (law 13)."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from tf2migrate.migrate.refusal import REBOUND_NAME, Refused
from tf2migrate.migrate.render import concat
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import Host, Unknown
from tf2migrate.names import Names as Symbols
from tf2migrate.source import node_ref

_IMPURE_MODULES = (
    "numpy.random.",
    "random.",
    "time.",
    "datetime.",
    "os.",
    "uuid.",
    "secrets.",
    "sys.stdout.",
    "sys.stderr.",
    "logging.",
    "warnings.",
)
_IMPURE_BUILTINS = frozenset({"next", "input", "open", "print"})
# Methods of host objects that have no effect; any other may draw, count or read.
_PURE_METHODS = frozenset(
    "all any argmax argmin as_list astype copy cumsum decode diagonal dot encode flatten format get get_shape index "
    "item items join keys lower max mean min ndim nonzero prod ravel repeat replace reshape round split squeeze std "
    "strip sum swapaxes tolist trace transpose upper values var count startswith endswith".split()
)
_DRAWS = frozenset(
    "rand randn randint random random_sample normal uniform choice permutation shuffle sample standard_normal integers "
    "binomial poisson exponential beta gamma next_batch read readline".split()
)
_SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Return)


def hoist_host_effects(bench: Workbench, plan: HomePlan) -> None:
    """Take host calls that draw, count or read out of statements that move; what they gave stays under a name."""
    symbols = Symbols(bench.syntax.tree)
    for unit in sorted({u for step in plan.steps for u in step.units}, key=lambda u: u.index):
        for call in _impure_calls(bench, plan, symbols, unit):
            _hoist(bench, plan, symbols, unit, call)


def _impure_calls(bench: Workbench, plan: HomePlan, symbols: Symbols, unit: Unit) -> list[ast.Call]:
    """Return the outermost host calls with effects of a unit; refuse those inside functions that compute."""
    found: list[ast.Call] = []
    pending: list[ast.AST] = [unit.node]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Call) and _is_impure(bench, plan, symbols, unit, node):
            found.append(node)
            continue
        pending.extend(ast.iter_child_nodes(node))
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _is_impure(bench: Workbench, plan: HomePlan, symbols: Symbols, unit: Unit, call: ast.Call) -> bool:
    if node_ref(plan.home.path, call) in bench.view.program.coverage.host_calls:
        return False  # in a branch that is not taken
    dotted = symbols.dotted(call.func) or ""
    if dotted.startswith(_IMPURE_MODULES):
        return True
    if isinstance(call.func, ast.Name) and call.func.id in _IMPURE_BUILTINS:
        return True
    if isinstance(call.func, ast.Attribute) and call.func.attr not in _PURE_METHODS:
        return _is_host_object(bench, call.func.value, plan.home.frames)
    return _enters_impure(bench, plan, symbols, unit, call)


def _is_host_object(bench: Workbench, node: ast.expr, frames: Iterable[int]) -> bool:
    """Say whether an expression is rooted in a name of an object that the evaluator does not look into."""
    while isinstance(node, (ast.Attribute, ast.Name)):
        ref = node_ref(bench.syntax.path, node)
        reads = (bench.view.read_at.get((ref, bench.view.frames[frame].context)) for frame in frames)
        if any(read is not None and isinstance(read.value, (Host, Unknown)) for read in reads):
            return True
        if isinstance(node, ast.Name):
            return False
        node = node.value
    return False


def _enters_impure(bench: Workbench, plan: HomePlan, symbols: Symbols, unit: Unit, call: ast.Call) -> bool:
    """Say whether a call enters a function of the program that has host effects; it must make no graph values."""
    ref = node_ref(plan.home.path, call)
    entered = [event for event in plan.home.events[unit].calls if event.place.expression == ref]
    made = {node.place.expression for node in plan.home.events[unit].nodes}  # `array.read(0)` of a tf.TensorArray
    for event in entered:
        definition = bench.syntax.nodes.get(event.callee)
        inside = [n for n in ast.walk(definition) if isinstance(n, ast.Call)] if definition is not None else []
        if not any(
            _looks_impure(bench, symbols, c, event.frame) for c in inside if node_ref(plan.home.path, c) not in made
        ):
            continue
        if any(event.frame in bench.view.frames_on_trail(node.place) for node in plan.home.events[unit].nodes):
            raise _refused(plan, call)
        return True
    return False


def _looks_impure(bench: Workbench, symbols: Symbols, node: ast.AST, frame: int) -> bool:
    """Say whether a call in a function of the program draws, counts, reads or writes, by its name or object."""
    unreached = bench.view.program.coverage.host_calls
    if not isinstance(node, ast.Call) or node_ref(bench.syntax.path, node) in unreached:
        return False
    if (symbols.dotted(node.func) or "").startswith(_IMPURE_MODULES):
        return True
    if isinstance(node.func, ast.Name):
        return node.func.id in _IMPURE_BUILTINS
    if not isinstance(node.func, ast.Attribute) or symbols.path(node.func) is not None:
        return False
    if node.func.attr in _DRAWS:
        return True
    return node.func.attr not in _PURE_METHODS and _is_host_object(bench, node.func.value, (frame,))


def _hoist(bench: Workbench, plan: HomePlan, symbols: Symbols, unit: Unit, call: ast.Call) -> None:
    moving = [
        need
        for need in plan.units.needs(unit, within=node_ref(plan.home.path, call))
        if plan.units.is_moving_value(need) or need.unit is unit
    ]
    if not isinstance(unit.node, _SIMPLE) or moving or _is_deferred(bench, call):
        raise _refused(plan, call)
    function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "value")
    name = plan.prefix + plan.names.fresh(f"{function}_value")
    whole = _widest(bench, symbols, call)
    plan.layout.residue[unit].append(concat([f"{name} = ", bench.render(whole)]))
    bench.renderer.add(bench.syntax.span(whole), name)


def _widest(bench: Workbench, symbols: Symbols, call: ast.expr) -> ast.expr:
    """Return the host expression around a call that takes nothing but its result: `load(open(path))["rate"]`."""
    node = call
    while True:
        parent = bench.syntax.parents[node]
        match parent:
            case ast.Attribute() | ast.Subscript(value=ast.expr()) if getattr(parent, "value", None) is node:
                node = parent
            case ast.Call(func=function) if function is node:
                node = parent
            case ast.Call(func=function, args=[argument], keywords=[]) if argument is node:
                if symbols.path(function) is not None or symbols.dotted(function) is None:
                    return node
                node = parent
            case _:
                return node


def _is_deferred(bench: Workbench, node: ast.AST) -> bool:
    """Say whether an expression stands in a lambda or comprehension of its statement."""
    while not isinstance(node, ast.stmt):
        if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            return True
        node = bench.syntax.parents[node]
    return False


def _refused(plan: HomePlan, call: ast.Call) -> Refused:
    return Refused(
        REBOUND_NAME,
        node_ref(plan.home.path, call),
        "a host call with an effect or a draw is made while the graph is built, in code that moves into a function",
        "give its result a name before the graph is built",
    )
