"""Helper functions that read what moves into a step get it as parameters (lambda lifting)."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable

from tf2migrate.migrate.home import covers
from tf2migrate.migrate.refusal import NOT_EVALUATED, Refused
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.steps import Step
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphValue, Kind
from tf2migrate.model.source import NodeRef, Span
from tf2migrate.source import node_ref


def lift_parameters(bench: Workbench, steps: list[Step], is_class: Callable[[NodeRef], bool]) -> None:
    """Register the new parameters of helper functions and the arguments at all of their calls.

    Functions that become classes have theirs already.
    """
    lifted: dict[NodeRef, set[str]] = defaultdict(set)
    for step in steps:
        for definition, names in step.lifted.items():
            lifted[definition] |= names
    for definition, names in lifted.items():
        if is_class(definition):
            continue
        ordered = sorted(names)
        _extend_signature(bench, definition, ordered)
        for site in sorted({call.place.expression for call in bench.view.program.calls if call.callee == definition}):
            _extend_call(bench, definition, site, ordered)


def lift_in_unused_methods(bench: Workbench, plan: HomePlan) -> set[NodeRef]:
    """Give methods that nothing names the placeholders that they read as parameters; return the rewritten reads."""
    syntax, members = bench.syntax, plan.home.members
    rewritten: set[NodeRef] = set()
    if members is None:
        return rewritten
    held = {
        str(write.cell.key): plan.parameter_names[write.value.node]
        for write in bench.view.program.writes
        if write.cell.owner == members.instance and isinstance(write.value, GraphValue)
        if write.value.node in plan.parameter_names
    }
    visits = bench.view.program.visits
    runs = [visit.place.expression for visit in visits]  # what they fetch and feed is written anew
    keys = {feed.key_at for visit in visits for feed in visit.feeds}
    for method in _unused_methods(bench, plan):
        refs = {node_ref(syntax.path, node): node for node in _reads_of_parts(method, set(held))}
        reads = [node for at, node in refs.items() if at not in keys and not any(covers(run, at) for run in runs)]
        names = {held[node.attr] for node in reads}
        if not reads or names & _bound_in(method) or not all(isinstance(node.ctx, ast.Load) for node in reads):
            continue
        for node in reads:
            rewritten.add(node_ref(syntax.path, node))
            bench.renderer.add(syntax.span(node), held[node.attr])
        _extend_signature(bench, node_ref(syntax.path, method), sorted(names))
    plan.rewritten.extend(rewritten)
    return rewritten


def _reads_of_parts(method: ast.FunctionDef, names: set[str]) -> list[ast.Attribute]:
    """Return the uses of some attributes of a method's own object."""
    receiver = method.args.args[0].arg if method.args.args else ""
    uses = [node for node in ast.walk(method) if isinstance(node, ast.Attribute) and node.attr in names]
    return [node for node in uses if isinstance(node.value, ast.Name) and node.value.id == receiver]


def _bound_in(method: ast.FunctionDef) -> set[str]:
    stored = {node.id for node in ast.walk(method) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return stored | {node.arg for node in ast.walk(method) if isinstance(node, ast.arg)}


def _unused_methods(bench: Workbench, plan: HomePlan) -> list[ast.FunctionDef]:
    """Return the methods of a home's class that neither the file names nor the program calls.

    Programs of other files may call those of a module.
    """
    tree = bench.syntax.tree
    if bench.syntax.path != bench.view.program.entry:
        return []
    called = {call.callee for call in bench.view.program.calls if call.place.expression != call.callee}
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    named |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    named |= {str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    frames = [bench.view.frames[frame] for frame in plan.home.frames]
    classes = {bench.view.frames[frame.parent].definition for frame in frames if frame.parent is not None}
    found: list[ast.FunctionDef] = []
    for definition in classes - {None}:
        owner = bench.syntax.nodes.get(definition)  # type: ignore[arg-type]
        alone = isinstance(owner, ast.ClassDef) and all(ast.unparse(base) == "object" for base in owner.bases)
        body = owner.body if isinstance(owner, ast.ClassDef) and alone else []  # a base may call what it does not name
        methods = [node for node in body if isinstance(node, ast.FunctionDef) and not node.decorator_list]
        unnamed = [method for method in methods if method.name not in named and not method.name.startswith("__")]
        found.extend(method for method in unnamed if node_ref(bench.syntax.path, method) not in called)
    return found


def _extend_signature(bench: Workbench, definition: NodeRef, names: list[str]) -> None:
    syntax, renderer = bench.syntax, bench.renderer
    node = syntax.nodes.get(definition)
    if not isinstance(node, ast.FunctionDef) or node.args.vararg or node.args.kwarg or node.args.kwonlyargs:
        raise Refused(
            NOT_EVALUATED,
            definition,
            f"this function reads {', '.join(f'`{n}`' for n in names)} of the graph from outside",
            "pass it as an argument",
        )
    arguments = [*node.args.posonlyargs, *node.args.args]
    text = ", ".join(names)
    if node.args.defaults:
        # Behind defaults only keyword-only parameters may stand without one.
        text = "*, " + text
    if arguments:
        last = node.args.defaults[-1] if node.args.defaults else arguments[-1]
        end = syntax.index.offset(last.end_lineno or 0, last.end_col_offset or 0)
        opened = syntax.text[syntax.text.index("(", syntax.span(node).start) : end]
        for _ in range(opened.count("(") - opened.count(")") - 1):
            end = syntax.text.index(")", end) + 1  # behind the parentheses around a default
        renderer.add(Span(end, end), f", {text}")
        return
    start = syntax.text.index("(", syntax.span(node).start) + 1
    renderer.add(Span(start, start), text)


def check_shadowed(bench: Workbench, call: ast.Call, function: str, names: Iterable[str]) -> None:
    """Refuse a call where a name that its function reads of the graph means something else."""
    shadowed = _shadowed(bench, call, set(names))
    if shadowed is not None:
        raise Refused(
            NOT_EVALUATED,
            node_ref(bench.syntax.path, call),
            f"`{function}` reads `{shadowed}` of the graph, and its caller has another `{shadowed}`",
            "pass it as an argument",
        )


def _shadowed(bench: Workbench, node: ast.AST, names: set[str]) -> str | None:
    """Return a name that means something else where a call stands: a function or comprehension binds it."""
    while node in bench.syntax.parents:
        node = bench.syntax.parents[node]
        if isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            bound = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            bound |= {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)}
            if bound & names and not _is_home(bench, node):
                return min(bound & names)
    return None


def _is_home(bench: Workbench, node: ast.AST) -> bool:
    """Say whether a function builds the graph itself: what it binds is what the helper reads."""
    return any(
        bench.syntax.nodes.get(frame.definition) is node
        for frame in bench.view.program.frames
        if frame.definition is not None
        and any(n.kind is Kind.PLACEHOLDER and n.place.frame == frame.id for n in bench.view.nodes)
    )


def _extend_call(bench: Workbench, definition: NodeRef, site: NodeRef, names: list[str]) -> None:
    syntax, renderer = bench.syntax, bench.renderer
    call = syntax.call(site)
    function = syntax.nodes[definition]
    assert isinstance(function, ast.FunctionDef)
    called = getattr(call.func, "id", getattr(call.func, "attr", None)) if call is not None else None
    handed = _handed_on(call, function) if call is not None and called != function.name else []
    if call is None or (called != function.name and not handed):
        raise Refused(
            NOT_EVALUATED,
            site,
            f"`{function.name}` reads values of the graph from outside and is called through another name",
            "pass them as arguments",
        )
    check_shadowed(bench, call, function.name, names)
    text = ", ".join(f"{name}={name}" for name in names)
    for argument in handed:
        renderer.add(syntax.span(argument), _with_arguments(bench, argument, function, names))
    if handed:
        return
    given = [*call.args, *(item.value for item in call.keywords)]
    if given:
        end = max(syntax.index.node_span(item).end for item in given)
        while syntax.text[end] == ")" and end < syntax.index.node_span(call).end - 1:
            end += 1
        renderer.add(Span(end, end), f", {text}")
        return
    end = syntax.index.node_span(call).end - 1
    renderer.add(Span(end, end), text)


def _handed_on(call: ast.Call, function: ast.FunctionDef) -> list[ast.expr]:
    """Return the arguments of a call, and the parts of them, that name a function for the callee to call."""
    if function.args.defaults:
        return []  # how many arguments the callee gives is not known
    found: list[ast.expr] = []
    pending = [*call.args, *(item.value for item in call.keywords)]
    while pending:
        match pending.pop():
            case ast.Name(id=name) | ast.Attribute(value=ast.Name(), attr=name) as argument if name == function.name:
                found.append(argument)
            case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts):
                pending.extend(parts)
            case _:
                pass
    return found


def _with_arguments(bench: Workbench, argument: ast.expr, function: ast.FunctionDef, names: list[str]) -> str:
    """Return a function that calls one which is handed on with further arguments."""
    parameters = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    if isinstance(argument, ast.Attribute) and isinstance(bench.syntax.parents[function], ast.ClassDef):
        parameters = parameters[0 if function.decorator_list else 1 :]
    head = f"lambda {', '.join(parameters)}:" if parameters else "lambda:"
    return f"{head} {bench.syntax.source(argument)}({', '.join([*parameters, *names])})"
