"""Summaries that the host fills in itself: `tf.Summary` becomes a list of tags and values, and a function writes it."""

from __future__ import annotations

import ast

from tf2migrate.migrate.fused_classes import put_behind_imports
from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import Rendered, concat, join
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.syntax import argument
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, Host
from tf2migrate.names import Names as Symbols
from tf2migrate.source import node_ref

_SUMMARY = frozenset({"tf.Summary", "tf.summary.Summary"})
_VALUES = frozenset(f"{path}.Value" for path in _SUMMARY)
_PARTS = {"tag", "simple_value"}


def is_by_hand(use: GraphNode) -> bool:
    """Say whether a writer is given a summary that the host filled in."""
    value = use.arguments.get("summary", use.arguments.get("0"))
    return isinstance(value, Host) and value.what in _SUMMARY


def write_hand_summaries(bench: Workbench, plans: list[HomePlan]) -> None:
    """Register the native form of summaries that a file fills in, and of what writes them."""
    uses = [n for n in bench.view.nodes if n.op.endswith(".add_summary") and bench.holds(n) and is_by_hand(n)]
    symbols = Symbols(bench.syntax.tree)
    calls = [node for node in ast.walk(bench.syntax.tree) if isinstance(node, ast.Call)]
    made = [call for call in calls if symbols.path(call.func) in _SUMMARY]
    written = list(dict.fromkeys(bench.syntax.call(use.place.expression) for use in uses))
    if not made or not uses:
        return
    function = bench.names.fresh("write_scalars")
    for call in written:
        _write_use(bench, function, call)
    for call in made:
        _write_summary(bench, symbols, call)
        _write_added(bench, call, [one for one in written if one is not None])
    indent = bench.syntax.indent
    lines = [
        f"def {function}(writer, values, step):",
        f"{indent}with writer.as_default(step=int(step)):",
        f"{indent * 2}for tag, value in values:",
        f"{indent * 3}{bench.tf}.summary.scalar(tag, value)",
    ]
    put_behind_imports(bench, plans, [Rendered.new("\n".join(lines), uses[0].place.statement.line)])


def _write_use(bench: Workbench, function: str, call: ast.Call | None) -> None:
    summary = argument(call, "summary", 0) if call is not None else None
    if call is None or summary is None or not isinstance(call.func, ast.Attribute):
        raise _refused(bench, call or bench.syntax.tree.body[0], "a summary is written in an unusual way")
    writer, step = call.func.value, argument(call, "global_step", 1)

    def build() -> Rendered:
        given = bench.render(step) if step is not None else Rendered.new("0")
        return concat([f"{function}(", join(", ", [bench.render(writer), bench.render(summary), given]), ")"])

    bench.renderer.add(bench.syntax.span(call), build)


def _write_summary(bench: Workbench, symbols: Symbols, call: ast.Call) -> None:
    """`tf.Summary(value=[tf.Summary.Value(tag=t, simple_value=v)])` becomes `[(t, v)]`."""
    listed = argument(call, "value")
    inner: list[ast.expr] = []
    if listed is not None:
        if not isinstance(listed, ast.List):
            raise _refused(bench, call, "the values of this summary are not written out")
        inner = listed.elts
    if call.args or len(call.keywords) > 1 or (call.keywords and listed is None):
        raise _refused(bench, call, "this summary is made in an unusual way")
    parts = [_parts(bench, symbols, one) for one in inner]
    bench.renderer.add(
        bench.syntax.span(call), lambda: concat(["[", join(", ", [_pair(bench, *part) for part in parts]), "]"])
    )


def _parts(bench: Workbench, symbols: Symbols, value: ast.expr) -> tuple[ast.expr, ast.expr]:
    if not isinstance(value, ast.Call) or symbols.path(value.func) not in _VALUES:
        raise _refused(bench, value, "the values of this summary are not written out")
    return _tag_and_value(bench, value)


def _tag_and_value(bench: Workbench, call: ast.Call) -> tuple[ast.expr, ast.expr]:
    tag, value = argument(call, "tag"), argument(call, "simple_value")
    if tag is None or value is None or call.args or {item.arg for item in call.keywords} != _PARTS:
        raise _refused(bench, call, "a summary that is written by hand holds more than scalars")
    return tag, value


def _pair(bench: Workbench, tag: ast.expr, value: ast.expr) -> Rendered:
    return concat(["(", bench.render(tag), ", ", bench.render(value), ")"])


def _write_added(bench: Workbench, made: ast.Call, written: list[ast.Call]) -> None:
    """`summary.value.add(tag=t, simple_value=v)` becomes `summary.append((t, v))`; other uses of it are refused."""
    parent = bench.syntax.parents[made]
    if any(argument(call, "summary", 0) is made for call in written):
        return
    target = parent.targets[0] if isinstance(parent, ast.Assign) and len(parent.targets) == 1 else None
    if not isinstance(target, ast.Name):
        raise _refused(bench, made, "a summary that is written by hand has no plain name")
    scope: ast.AST = made
    while not isinstance(scope, (ast.FunctionDef, ast.Module)):
        scope = bench.syntax.parents[scope]
    for name in ast.walk(scope):
        if not isinstance(name, ast.Name) or name.id != target.id or not isinstance(name.ctx, ast.Load):
            continue
        call = _added(bench, name)
        if call is not None:
            _write_append(bench, name, call)
        elif not any(argument(one, "summary", 0) is name for one in _writings(bench, name)):
            raise _refused(bench, name, "a summary that is written by hand is used in an unusual way")


def _writings(bench: Workbench, name: ast.Name) -> list[ast.Call]:
    """Return the call that a name is given to, where that writes summaries."""
    parent = bench.syntax.parents[name]
    call = bench.syntax.parents[parent] if isinstance(parent, ast.keyword) else parent
    writes = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "add_summary"
    return [call] if writes and isinstance(call, ast.Call) else []


def _added(bench: Workbench, name: ast.Name) -> ast.Call | None:
    """Return the call in `name.value.add(..)`."""
    parents = bench.syntax.parents
    value = parents[name]
    add = parents[value] if isinstance(value, ast.Attribute) and value.attr == "value" else None
    call = parents[add] if isinstance(add, ast.Attribute) and add.attr == "add" else None
    alone = isinstance(call, ast.Call) and isinstance(parents[call], ast.Expr)
    return call if isinstance(call, ast.Call) and alone else None


def _write_append(bench: Workbench, name: ast.Name, call: ast.Call) -> None:
    tag, value = _tag_and_value(bench, call)
    span = bench.syntax.span(call)
    if any(one.span == span for one in bench.renderer.replacements):
        return  # a name that is bound twice
    bench.renderer.add(span, lambda: concat([f"{name.id}.append(", _pair(bench, tag, value), ")"]))


def _refused(bench: Workbench, node: ast.expr | ast.stmt, reason: str) -> Refused:
    return Refused(NO_NATIVE_FORM, node_ref(bench.syntax.path, node), reason, "write it with tf.summary by hand")
