"""Collections of variables, written out: TF2 has none, so what one held is named (law 11)."""

from __future__ import annotations

import ast

from tf2migrate.migrate.home import Home
from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import Rendered
from tf2migrate.migrate.state import GLOBAL_STEPS
from tf2migrate.migrate.variables import list_text
from tf2migrate.migrate.view import COMPUTE_KINDS, covers, is_slot
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, GraphValue, Kind, Known, Read, Sequence, Value
from tf2migrate.model.source import NodeRef, Span
from tf2migrate.names import Names as Symbols
from tf2migrate.source import node_ref

_COLLECTIONS = frozenset(
    {"tf.trainable_variables", "tf.global_variables", "tf.all_variables", "tf.get_collection", "tf.model_variables"}
    | {"tf.get_collection_ref"}
)
_GLOBAL_STEP_READS = frozenset({"tf.train.get_global_step"})


def write_variable_lists(bench: Workbench, home: Home) -> None:
    """Register a list of its variables for each collection that a body reads, and for each choice out of one."""
    symbols = Symbols(bench.syntax.tree)
    reads: dict[NodeRef, list[Read]] = {}
    for read in bench.view.program.reads:
        at = read.place.expression
        if at.path != home.path or not isinstance(read.cell.key, tuple) or home.unit_of(read.place) is None:
            continue
        call = bench.syntax.call(at)
        path = symbols.path(call.func) if call is not None else None
        if path in _COLLECTIONS:
            reads.setdefault(at, []).append(read)
        elif path in GLOBAL_STEPS | _GLOBAL_STEP_READS:
            _write_global_step(bench, home, read)
    chosen = _chosen_values(bench, home)
    filtered = {at: span for at in reads if (span := _write_filtered(bench, home, at)) is not None}
    written = [_write(bench, home, at, found, chosen) for at, found in reads.items() if at not in filtered]
    written += filtered.values()
    written += _write_choices(bench, home, chosen)
    _check_names_read(bench, home, [ref for ref in written if ref is not None])


def _write_filtered(bench: Workbench, home: Home, at: NodeRef) -> NodeRef | None:
    """Write `[f(v) for v in tf.trainable_variables() if "bias" not in v.name]` with the variables that it takes.

    Return the condition, which goes; None where a collection is not read so, or its variables may be others.
    """
    call = bench.syntax.nodes[at]
    one = bench.syntax.parents[call]
    match one:
        case ast.comprehension(target=ast.Name(id=name), iter=source, ifs=[condition]) if source is call:
            around = bench.syntax.parents[one]
        case _:
            return None
    if not isinstance(around, (ast.ListComp, ast.GeneratorExp)) or len(around.generators) > 1:
        return None
    if any(isinstance(node, ast.Attribute) and node.attr in ("name", "op") for node in ast.walk(around.elt)):
        return None
    element = node_ref(home.path, around.elt)
    taken = [r for r in bench.view.program.reads if r.cell.key == name and covers(element, r.place.expression)]
    variables = [r.value.node for r in taken if isinstance(r.value, GraphValue)]
    made = [node for node in bench.view.nodes if covers(element, node.place.expression)]
    certain = made and all(node.certain and not node.repeated for node in made)
    known = len(variables) == len(taken) and all(bench.view.nodes[v].kind is Kind.VARIABLE for v in variables)
    frames = {r.place.frame for r in taken}
    if not (certain and known and variables and len(frames) == 1):
        return None
    held = list(dict.fromkeys(variables))
    span = Span(bench.syntax.span(source).start, bench.syntax.span(condition).end)
    bench.renderer.add(span, lambda: Rendered.new(list_text(bench.view, home, held, at), at.line))
    return node_ref(home.path, condition)


def _write_choices(bench: Workbench, home: Home, chosen: dict[NodeRef, Value]) -> list[NodeRef | None]:
    """Register the lists that comprehensions pick by names out of a list that has a name."""
    named = [r.place for r in bench.view.program.static_reads if r.what == "name"]
    written: list[NodeRef | None] = []
    for ref, value in chosen.items():
        node, variables = bench.syntax.nodes.get(ref), _variables(bench, value)
        if not isinstance(node, ast.ListComp) or variables is None or not any(covers(ref, p.expression) for p in named):
            continue
        span = bench.syntax.span(node)
        if all(replacement.span != span for replacement in bench.renderer.replacements):
            row = node.lineno
            text = lambda row=row, held=variables, ref=ref: Rendered.new(list_text(bench.view, home, held, ref), row)  # noqa: E731
            bench.renderer.add(span, text)
        written.append(ref)
    return written


def _check_names_read(bench: Workbench, home: Home, written: list[NodeRef]) -> None:
    """Refuse other reads of names that TensorFlow 2 does not give: parts of layers and models have shorter ones."""
    for read in bench.view.program.static_reads:
        at, node = read.place.expression, bench.view.nodes[read.node]
        if read.what != "name" or node.kind is not Kind.VARIABLE or at.path != home.path or node.id not in home.lifted:
            continue
        if not any(covers(ref, at) for ref in written):
            raise _refused(at, "a name of a variable is read that TensorFlow 2 does not give it")


def _write_global_step(bench: Workbench, home: Home, read: Read) -> None:
    """Register the name of the global step where it is asked for again."""
    variables = _variables(bench, read.value)
    if variables is None or len(variables) != 1:
        return  # it is made here
    at = read.place.expression
    text = list_text(bench.view, home, variables, at, read.time)
    bench.renderer.add(bench.syntax.index.span(at), text[1:-1])


def _chosen_values(bench: Workbench, home: Home) -> dict[NodeRef, Value]:
    """Return the values of expressions that facts know: of arguments, and of what is assigned to a name."""
    values: dict[NodeRef, Value] = {}
    for node in bench.view.nodes:
        values.update((ref, node.arguments[name]) for name, ref in node.argument_at.items() if name in node.arguments)
    for write in bench.view.program.writes:
        statement = bench.syntax.nodes.get(write.place.statement)
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and home.holds(write.cell):
            named = isinstance(statement.targets[0], (ast.Name, ast.Attribute))
            values.update({node_ref(home.path, statement.value): write.value} if named else {})
    return values


def _write(
    bench: Workbench, home: Home, at: NodeRef, reads: list[Read], chosen: dict[NodeRef, Value]
) -> NodeRef | None:
    call = bench.syntax.nodes[at]
    assert isinstance(call, ast.expr)
    outer = _choice_around(bench, home, call, chosen)
    target = outer if outer is not None else call
    value = chosen[node_ref(home.path, outer)] if outer is not None else reads[0].value
    variables = _variables(bench, value)
    if variables is None:
        return None  # what a saver or another reader of collections makes of it is not decided here
    different = any(read.value != reads[0].value for read in reads)

    def build() -> Rendered:
        if different:
            raise _refused(at, "a collection is read that holds other variables at other times")
        if outer is None and _looks_at_names(bench, call):
            _check_names(bench, at, variables)
        held = _without_slots(bench, variables)
        return Rendered.new(list_text(bench.view, home, held, at, reads[0].time), at.line)

    bench.renderer.add(bench.syntax.span(target), build)
    return node_ref(home.path, target)


def _without_slots(bench: Workbench, variables: list[int]) -> list[int]:
    """Return a list without the optimizer's own variables at its end: nothing that is run reads them."""
    read = {i for node in bench.view.nodes if node.kind in COMPUTE_KINDS for i in (*node.inputs, *node.targets)}
    kept = list(variables)
    while kept and is_slot(bench.view.nodes[kept[-1]]) and kept[-1] not in read:
        kept.pop()
    return kept


def _choice_around(bench: Workbench, home: Home, call: ast.expr, chosen: dict[NodeRef, Value]) -> ast.expr | None:
    """Return the comprehension or slice that picks some of a collection, where its result is known."""
    node: ast.AST = call
    while isinstance(node, (ast.expr, ast.comprehension, ast.keyword)):
        node = bench.syntax.parents[node]
        index = node.slice if isinstance(node, ast.Subscript) else None
        picks = isinstance(node, ast.ListComp) or isinstance(index, ast.Slice)
        if (
            picks
            and isinstance(node, ast.expr)
            and _variables(bench, chosen.get(node_ref(home.path, node))) is not None
        ):
            return node
    return None


def _variables(bench: Workbench, value: Value | None) -> list[int] | None:
    if not isinstance(value, Sequence) or value.open:
        return None
    nodes = [bench.view.nodes[item.node] for item in value.items if isinstance(item, GraphValue)]
    if len(nodes) < len(value.items) or any(node.kind is not Kind.VARIABLE for node in nodes):
        return None
    return [node.id for node in nodes]


def _looks_at_names(bench: Workbench, call: ast.expr) -> bool:
    """Say whether the statement around a collection may look at names: TF2 does not number them."""
    statement = bench.syntax.statement_of(call)
    return any(isinstance(node, ast.Attribute) and node.attr in ("name", "op") for node in ast.walk(statement))


def _check_names(bench: Workbench, at: NodeRef, variables: list[int]) -> None:
    for variable in variables:
        if not _keeps_name(bench.view.nodes[variable]):
            raise _refused(at, "variables are told apart by names that TensorFlow 2 does not give them")


def _keeps_name(node: GraphNode) -> bool:
    given = node.arguments.get("name")
    return node.op == "tf.get_variable" or (isinstance(given, Known) and given.value == node.name)


def _refused(at: NodeRef, reason: str) -> Refused:
    return Refused(NO_NATIVE_FORM, at, reason, "name the variables in a list")
