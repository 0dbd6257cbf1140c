"""Where a numbered checkpoint goes: TF1 took a path at each save, a `CheckpointManager` takes folder and name once."""

from __future__ import annotations

import ast
import os.path

from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import Rendered, concat, join
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.variables import literal
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, Known
from tf2migrate.names import Names as Symbols

_Parts = tuple[Rendered, Rendered]


def split_path(bench: Workbench, plan: HomePlan, saver: GraphNode, saves: list[GraphNode]) -> _Parts:
    """Return the expressions of folder and name that all numbered saves of one saver share."""
    refs = {use.argument_at["save_path"] for use in saves}
    paths = [node for node in (bench.syntax.nodes.get(ref) for ref in refs) if isinstance(node, ast.expr)]
    if len({bench.syntax.source(path) for path in paths}) != 1:
        raise _refused(saves[0], "one saver saves under several names", "use a saver for each")
    parts = _split(bench, plan, saver, paths[0])
    if parts is None:
        raise _refused(
            saves[0],
            "folder and name of this checkpoint are not known where its saver is made",
            "make the saver where both are known",
        )
    return parts


def _split(bench: Workbench, plan: HomePlan, saver: GraphNode, path: ast.expr) -> _Parts | None:
    match path:
        case ast.Constant(value=str() as text):
            folder, name = os.path.split(text)
            return _text(folder, path), _text(name, path)
        case ast.Call(func=function, args=[*folders, ast.Constant(value=str() as name)], keywords=[]) if (
            folders and "/" not in name and Symbols(bench.syntax.tree).dotted(function) == "os.path.join"
        ):
            if not all(_is_settled(bench, plan, saver, one) for one in folders):
                return None
            rendered = [bench.render(one) for one in folders]
            if len(rendered) == 1:
                return rendered[0], _text(name, path)
            return concat([bench.render(function), "(", join(", ", rendered), ")"]), _text(name, path)
        case ast.BinOp(left=left, op=ast.Add(), right=ast.Constant(value=str() as text)) if "/" in text:
            folder, name = os.path.split(text)
            if not _is_settled(bench, plan, saver, left):
                return None
            head = bench.render(left)
            return concat([head, " + ", _text(folder, path)]) if folder != "/" else head, _text(name, path)
        case ast.Name():
            return _split_name(bench, plan, saver, path)
        case _:
            return None


def _split_name(bench: Workbench, plan: HomePlan, saver: GraphNode, path: ast.Name) -> _Parts | None:
    if not _is_settled(bench, plan, saver, path):
        return _split_assigned(bench, plan, saver, path)
    os_name = next(
        (
            alias.asname or "os"
            for node in bench.syntax.tree.body
            if isinstance(node, ast.Import)
            for alias in node.names
            if alias.name == "os"
        ),
        None,
    )
    value = next((w.value for w in bench.view.writes_to.get(plan.home.cell(path.id), ())), None)
    if os_name is not None:
        return tuple(concat([f"{os_name}.path.{part}(", bench.render(path), ")"]) for part in ("dirname", "basename"))  # type: ignore[return-value]
    if isinstance(value, Known) and isinstance(value.value, str):
        folder, name = os.path.split(value.value)
        return _text(folder, path), _text(name, path)
    return None


def _split_assigned(bench: Workbench, plan: HomePlan, saver: GraphNode, path: ast.Name) -> _Parts | None:
    """Split what one assignment between the saver and its saves names; it goes where only they read it."""
    cell = plan.home.cell(path.id)
    units = {plan.home.unit_of(write.place) for write in bench.view.writes_to.get(cell, ())}
    unit = units.pop() if len(units) == 1 else None
    if unit is None or not isinstance(unit.node, ast.Assign) or not isinstance(unit.node.targets[0], ast.Name):
        return None
    if len(unit.node.targets) != 1 or isinstance(unit.node.value, ast.Name):
        return None
    parts = _split(bench, plan, saver, unit.node.value)
    names = [n for n in ast.walk(bench.syntax.tree) if isinstance(n, ast.Name) and n.id == path.id]
    if parts is not None and len(names) == 2:
        plan.layout.removed.add(unit)
    return parts


def _is_settled(bench: Workbench, plan: HomePlan, saver: GraphNode, expression: ast.expr) -> bool:
    """Say whether an expression has one value, and has it where the saver is made."""
    symbols = Symbols(bench.syntax.tree)
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and not (symbols.dotted(node.func) or "").startswith("os.path."):
            return False
        if isinstance(node, ast.Name) and symbols.dotted(node) is None:
            cells = [plan.home.cell(node.id)]
            parent = bench.view.frames[plan.home.frame].parent
            while parent is not None:
                cells.append(type(cells[0])(parent, node.id))
                parent = bench.view.frames[parent].parent
            writes = next((found for cell in cells if (found := bench.view.writes_to.get(cell))), [])
            if len(writes) != 1 or writes[0].time > saver.time:
                return False
    return True


def _text(value: str, at: ast.expr) -> Rendered:
    return Rendered.new(literal(value), at.lineno)


def _refused(use: GraphNode, reason: str, advice: str) -> Refused:
    return Refused(NO_NATIVE_FORM, use.place.expression, reason, advice)
