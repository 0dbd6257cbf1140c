"""`ScipyOptimizerInterface` of tf.contrib.opt: a small class over `scipy.optimize.minimize`, and the calls of it."""

from __future__ import annotations

import ast
from collections.abc import Sequence as Many

from tf2migrate.migrate.fused_classes import put_behind_imports
from tf2migrate.migrate.home import Home
from tf2migrate.migrate.refusal import OPTIMIZER_FORM, UNORDERED_EFFECTS, Refused
from tf2migrate.migrate.render import Rendered, concat, edited, join, shifted
from tf2migrate.migrate.sites import SCIPY, leaves, needed_by
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.syntax import argument, is_atom
from tf2migrate.migrate.train_ops import is_trainable, trainable_variables
from tf2migrate.migrate.variables import list_text
from tf2migrate.migrate.view import ProgramView, is_external, nodes_in
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, GraphValue, Kind, Known, Sequence, Visit
from tf2migrate.model.source import NodeRef, Span
from tf2migrate.source import add_import

CLASS, _OTHER_NAME = "ScipyOptimizer", "ScipyOptimizerOfVariables"
_CONSTRUCTOR = ("loss", "var_list", "equalities", "inequalities", "var_to_bounds")
_HANDED_ON = frozenset({"method", "options", "tol"})  # what SciPy's function takes beside what the class gives it
_MINIMIZE = ("session", "feed_dict", "fetches", "step_callback", "loss_callback")
_ALONG_GRADIENTS = frozenset({"L-BFGS-B", "BFGS", "CG"})  # they leave alone what has no gradient


def write_scipy_optimizers(bench: Workbench, home: Home) -> None:
    """Register what stands for the optimizers that a body makes."""
    made = [node for node in bench.view.nodes if is_external(node) and home.unit_of(node.place) is not None]
    for place, node in {node.place.expression: node for node in reversed(made)}.items():
        file = bench.of(place)
        span = file.syntax.index.span(place)
        file.renderer.add(span, lambda node=node, file=file: optimizer_text(file, home, node))  # type: ignore[misc]


def optimizer_text(bench: Workbench, home: Home, node: GraphNode) -> Rendered:
    """Return the construction that stands for TF1's: the loss is given when it is minimized."""
    call = bench.syntax.call(node.place.expression)
    if call is None or any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
        raise _refused(node.place.expression, "the optimizer's arguments are not written out", "write them out")
    for name in _CONSTRUCTOR[2:]:
        if node.arguments.get(name, Known(None)) != Known(None):
            raise _refused(
                node.place.expression,
                f"`ScipyOptimizerInterface` with {name} has no native form yet",
                "call scipy.optimize.minimize with constraints or bounds",
            )
    handed_on = [item for item in call.keywords if item.arg not in _CONSTRUCTOR]
    unknown = [item.arg for item in handed_on if item.arg not in _HANDED_ON]
    if unknown:
        raise _refused(node.place.expression, f"argument `{unknown[0]}` has no native counterpart", "remove it")
    variables = _variables(bench, home, node, call)
    head = concat([f"{_class_name(bench)}(", "" if variables is None else variables])
    if not handed_on:
        return concat([head, ")"])
    head = head if variables is None else concat([head, ", "])
    return concat([head, _as_written(bench, call, handed_on, len(head.text.rpartition("\n")[2])), ")"])


def _as_written(bench: Workbench, call: ast.Call, kept: list[ast.keyword], width: int) -> Rendered:
    """Return the arguments that stay in the layout that they have, if nothing is taken out between them."""
    if call.keywords[-len(kept) :] != kept:
        return join(", ", [concat([f"{item.arg}=", bench.render(item.value)]) for item in kept])
    text = bench.renderer.render(Span(bench.syntax.span(kept[0]).start, bench.syntax.span(kept[-1]).end))
    return shifted(text, call.col_offset + width - kept[0].col_offset)


def _variables(bench: Workbench, home: Home, node: GraphNode, call: ast.Call) -> Rendered | None:
    """Return the variables that are packed; None where these are what a tape watches, in TF1's order."""
    given = argument(call, "var_list", 1)
    listed = node.arguments.get("var_list", Known(None))
    if given is not None and listed != Known(None):
        held = [bench.view.nodes[number] for number in nodes_in(listed)]
        if any(n.kind is Kind.VARIABLE and not is_trainable(n) for n in held):
            raise _refused(node.place.expression, "a variable that is not trainable is packed", "make it trainable")
        return bench.render(given)
    if _are_watched(bench.view, node):
        return None
    wanted = trainable_variables(bench.view, node)
    return Rendered.new(list_text(bench.view, home, wanted, node.place.expression), node.place.statement.line)


def _are_watched(view: ProgramView, node: GraphNode) -> bool:
    """Say whether a tape over one evaluation finds the variables that an optimizer packs."""
    needed = [view.nodes[n] for n in view.closure(frozenset(_losses(node)))]
    seen = {n.id for n in needed if n.kind is Kind.VARIABLE and is_trainable(n)}
    drawn = any(n.random and n.kind is not Kind.VARIABLE for n in needed)
    return not drawn and (seen == set(trainable_variables(view, node)) or _leaves_others_alone(view, node))


def _leaves_others_alone(view: ProgramView, node: GraphNode) -> bool:
    """Say whether variables that the loss does not read make no difference: none moves, and none is shown."""
    method = node.arguments.get("method", Known("L-BFGS-B"))
    uses = [n for n in view.nodes if n.op == "method.minimize" and node.id in n.inputs]
    shown = any(n.arguments.get("step_callback", Known(None)) != Known(None) for n in uses)
    return isinstance(method, Known) and str(method.value).upper() in _ALONG_GRADIENTS and not shown


def _losses(node: GraphNode) -> list[int]:
    loss = node.arguments.get("loss")
    return [loss.node] if isinstance(loss, GraphValue) else []


def minimize_text(bench: Workbench, visits: Many[Visit], step: str, arguments: Many[Rendered | str]) -> Rendered:
    """Return the call that stands for `optimizer.minimize(session, ..)`."""
    visit = visits[0]
    call = bench.syntax.call(visit.place.expression)
    if call is None or not isinstance(call.func, ast.Attribute):
        raise _refused(visit.place.expression, "`minimize` is called through another name", "call it as a method")
    unknown = {item.arg or "**" for item in call.keywords} - set(_MINIMIZE)
    if unknown or any(isinstance(one, ast.Starred) for one in call.args):
        named = ", ".join(sorted(unknown)) or "arguments that are not written out"
        raise _refused(visit.place.expression, f"`minimize` with {named} has no native form yet", "write them out")
    for each in visits:
        _check_callbacks(bench.view, each)
        _check_effects(bench.view, each)
    parts: list[Rendered | str] = [step, *arguments]
    for name in ("loss_callback", "step_callback"):
        given = argument(call, name, _MINIMIZE.index(name))
        if given is None or (isinstance(given, ast.Constant) and given.value is None):
            continue
        text = bench.render(given)
        if not isinstance(given, (ast.Name, ast.Attribute, ast.Lambda)):
            raise _refused(visit.place.expression, "a callback is made by an expression", "give it a name first")
        if name == "loss_callback" and not _watches_loss(bench.view, visit):
            loss, others = (bench.names.local().fresh(wanted) for wanted in ("loss", "watched"))
            called = text if is_atom(given) else concat(["(", text, ")"])
            text = concat([f"lambda {loss}, *{others}: ", called, f"(*{others})"])
        parts.append(concat([f"{name}=", text]))
    return concat([bench.render(call.func), "(", join(", ", parts), ")"])


def _made_at(view: ProgramView, visit: Visit) -> GraphNode:
    place = visit.place
    return next(n for n in view.nodes if n.op == "method.minimize" and n.place == place)


def _watches_loss(view: ProgramView, visit: Visit) -> bool:
    """Say whether the loss is the first of what the callback is given."""
    watched = _made_at(view, visit).arguments.get("fetches")
    return isinstance(watched, Sequence) and watched.items[:1] == (GraphValue(leaves(visit.fetch)[0].node),)


def _check_effects(view: ProgramView, visit: Visit) -> None:
    """Refuse runs that do more than compute: how often SciPy makes them is its own affair."""
    optimizer = next(view.nodes[n] for n in _made_at(view, visit).inputs if is_external(view.nodes[n]))
    for number in needed_by(view, visit):
        node = view.nodes[number]
        changes = node.kind not in (Kind.TENSOR, Kind.VARIABLE, Kind.PLACEHOLDER, Kind.OBJECT) or node.stateful
        if node.kind is not Kind.VARIABLE and (changes or (node.random and not _is_written_out(view, optimizer))):
            raise Refused(
                UNORDERED_EFFECTS,
                node.place.expression,
                "what SciPy minimizes has an effect or draws numbers",
                "compute a loss that follows from the variables and feeds alone",
            )


def _is_written_out(view: ProgramView, optimizer: GraphNode) -> bool:
    """Say whether the variables of an optimizer are written out, so that nothing is run to find them."""
    return optimizer.arguments.get("var_list", Known(None)) != Known(None) or not _are_watched(view, optimizer)


def _check_callbacks(view: ProgramView, visit: Visit) -> None:
    """Refuse callbacks that see what TF1 shows them otherwise: variables in between, and feeds that change."""
    call = visit.place.expression
    for other in view.program.visits:
        if call in other.place.context:
            raise Refused(
                UNORDERED_EFFECTS,
                other.place.expression,
                "a callback runs the graph while SciPy tries out values, which TensorFlow 1 only feeds",
                "fetch what the callback needs",
            )
    if any(view.nodes[feed.node].kind is not Kind.PLACEHOLDER for feed in visit.feeds):
        raise _refused(call, "a run of SciPy feeds a value that is no placeholder", "make the fed value a placeholder")
    fed = view.read_at.get((visit.feeds_at, visit.place.context)) if visit.feeds_at is not None else None
    owner = getattr(fed.value, "owner", None) if fed is not None else None
    for write in view.program.writes:
        if owner is not None and write.cell.owner == owner and call in write.place.context:
            raise Refused(
                UNORDERED_EFFECTS, write.place.statement, "a callback changes what is fed", "feed an array of its own"
            )


def is_minimized(visit: Visit) -> bool:
    """Say whether a visit is a minimization by SciPy."""
    return visit.form == SCIPY


def losses_given(view: ProgramView) -> list[NodeRef]:
    """Return the losses that are handed to optimizers when they are made."""
    made = [node for node in view.nodes if is_external(node)]
    return [node.argument_at["loss"] for node in made if "loss" in node.argument_at]


def write_scipy_class(bench: Workbench, plans: Many[HomePlan]) -> None:
    """Put the class behind the imports of a program that needs it."""
    made = [n for n in bench.view.nodes if is_external(n) and n.place.expression.path == bench.syntax.path]
    if not made:
        return
    _check_import(bench, made[0])
    text = _CLASS.replace("CLASS", _class_name(bench)).replace("tf.", f"{bench.tf}.")
    text = text.replace("    ", bench.syntax.indent).strip("\n")
    put_behind_imports(bench, plans, [Rendered.new(text)])


def import_scipy(text: Rendered) -> Rendered:
    """Return the text with the import of SciPy that its class needs."""
    if "best = scipy.optimize.minimize(" not in text.text:
        return text
    tree = ast.parse(text.text)
    if _imports_scipy_optimize(tree) or not any(_is_minimizer(node) for node in tree.body):
        return text
    edit = add_import(text.text, "import scipy.optimize")
    return text if edit is None else edited(text, [edit], foreign=True)


def _is_minimizer(node: ast.stmt) -> bool:
    return isinstance(node, ast.ClassDef) and node.name in (CLASS, _OTHER_NAME)


def _class_name(bench: Workbench) -> str:
    return _OTHER_NAME if CLASS in bench.names else CLASS


def _imports_scipy_optimize(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.Import) and any(a.name == "scipy.optimize" and not a.asname for a in node.names)
        for node in tree.body
    )


def _check_import(bench: Workbench, node: GraphNode) -> None:
    """Refuse a program in which `scipy` is something else than the package."""
    imports = [n for n in ast.walk(bench.syntax.tree) if isinstance(n, (ast.Import, ast.ImportFrom))]
    bound = [a.name for n in imports for a in n.names if (a.asname or a.name.split(".")[0]) == "scipy"]
    if "scipy" in bench.names and (not bound or any(name.split(".")[0] != "scipy" for name in bound)):
        raise _refused(node.place.expression, "`scipy` is a name of the program's own", "rename it")


def _refused(at: NodeRef, reason: str, advice: str) -> Refused:
    return Refused(OPTIMIZER_FORM, at, reason, advice)


_CLASS = '''
class CLASS:
    """Minimizes with scipy.optimize.minimize over the values of variables, packed into one vector."""

    def __init__(self, variables=None, method="L-BFGS-B", **arguments):
        self.variables, self.method, self.arguments = variables, method, arguments

    def minimize(self, function, *feeds, loss_callback=None, step_callback=None, **named_feeds):
        """Minimize the first result of `function`; `loss_callback` gets all results of each evaluation."""
        variables = self.variables
        if variables is None:
            with tf.GradientTape() as tape:
                function(*feeds, **named_feeds)
            variables = tape.watched_variables()

        def pack(values):
            return tf.concat([tf.reshape(value, [-1]) for value in values], 0).numpy()

        def assign(packed):
            parts = tf.split(packed, [tf.size(variable) for variable in variables])
            for variable, part in zip(variables, parts):
                variable.assign(tf.reshape(tf.cast(part, variable.dtype), variable.shape))

        def loss_and_gradient(packed):
            assign(packed)
            with tf.GradientTape() as tape:
                tape.watch(variables)
                results = tf.nest.flatten(function(*feeds, **named_feeds))
            gradients = tape.gradient(results[0], variables, unconnected_gradients="zero")
            if loss_callback is not None:
                loss_callback(*(value.numpy() for value in results))
            return results[0].numpy(), pack(gradients).astype("float64")

        best = start = pack(variables)
        try:
            best = scipy.optimize.minimize(
                loss_and_gradient, start, jac=True, callback=step_callback, method=self.method, **self.arguments
            ).x
        finally:
            assign(best)  # an exception leaves the values of the start
'''
