"""Savers: `tf.train.Checkpoint`, with a `CheckpointManager` round it where files are numbered.

A checkpoint is read with `read`, which asks for what `write` and the manager's `save` wrote, and for what TensorFlow 1
wrote under the names of the variables; that everything was found is asserted, since TF1 raised an error otherwise.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from tf2migrate.migrate.checkpoint_paths import split_path
from tf2migrate.migrate.optimizers import optimizer_target
from tf2migrate.migrate.refusal import NO_NATIVE_FORM, SEVERAL_GRAPH_OWNERS, Refused
from tf2migrate.migrate.render import LONGEST_LINE, Rendered, concat, join, nested
from tf2migrate.migrate.sites import needed_by
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.syntax import argument, is_atom, snake
from tf2migrate.migrate.train_ops import read_train
from tf2migrate.migrate.variables import holders
from tf2migrate.migrate.view import ProgramView, is_slot
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, GraphValue, Kind, Known
from tf2migrate.model.plan import Refusal
from tf2migrate.model.source import NodeRef

_TAKEN = frozenset({"var_list", "max_to_keep", "keep_checkpoint_every_n_hours"})
_IGNORED = frozenset({"name", "write_version", "sharded", "save_relative_paths", "defer_build"})
_SAVE_IGNORED = frozenset({"sess", "write_meta_graph", "strip_default_attrs", "meta_graph_suffix"})
_NEWEST = frozenset({"tf.train.latest_checkpoint", "tf.train.get_checkpoint_state"})


FILES_STAY = "TFM987"
_NUMBERED = re.compile(r"(.*/)?Variable(_\d+)?")


@dataclass
class _Saver:
    """One saver and where it is used."""

    node: GraphNode
    plan: HomePlan
    numbered: list[GraphNode] = field(default_factory=list)  # saves with a step
    plain: list[GraphNode] = field(default_factory=list)
    restores: list[GraphNode] = field(default_factory=list)


def restored_optimizers(view: ProgramView) -> frozenset[int]:
    """Return the optimizers whose slots a checkpoint of the program may be read into: they are built ahead."""
    used = {i for node in view.nodes if node.op == "tf.train.Saver.restore" for i in node.inputs}
    savers = [node for node in view.nodes if node.kind is Kind.SAVER and node.id in used]
    return frozenset(optimizer for saver in savers for optimizer in _saved_optimizers(view, saver))


def saved_optimizers(view: ProgramView) -> frozenset[int]:
    """Return the optimizers whose slots a saver of the program keeps."""
    savers = [node for node in view.nodes if node.kind is Kind.SAVER]
    return frozenset(optimizer for saver in savers for optimizer in _saved_optimizers(view, saver))


def _saved_optimizers(view: ProgramView, saver: GraphNode) -> list[int]:
    """Return the optimizers whose slots a saver holds, in order."""
    made_at = {view.nodes[v].place.expression for v in saver.targets if is_slot(view.nodes[v])}
    trains = [node for node in view.nodes if node.kind is Kind.TRAIN and node.place.expression in made_at]
    optimizers = [node.arguments.get("optimizer") for node in trains]
    return list(dict.fromkeys(one.node for one in optimizers if isinstance(one, GraphValue)))


def write_savers(bench: Workbench, plans: list[HomePlan]) -> list[NodeRef]:
    """Register the native form of every saver and of its uses; return the calls that are written anew."""
    made = [node for node in bench.view.nodes if node.kind is Kind.SAVER and bench.holds(node)]
    found = [_found(bench, plans, node) for node in made]
    written: set[NodeRef] = set()
    for saver in found:
        if saver.node.place.expression not in written:
            written.add(saver.node.place.expression)
            _write(bench, saver)
        for use in (*saver.numbered, *saver.plain, *saver.restores):
            if use.place.expression not in written:
                written.add(use.place.expression)
                _write_use(bench, saver, use)
    return sorted(written)


def _found(bench: Workbench, plans: list[HomePlan], node: GraphNode) -> _Saver:
    plan = next((plan for plan in plans if plan.home.unit_of(node.place) is not None), None)
    if plan is None or node.op != "tf.train.Saver":
        raise Refused(
            SEVERAL_GRAPH_OWNERS, node.place.expression, "a saver is made in another module", "migrate it by hand"
        )
    saver = _Saver(node, plan)
    for use in bench.view.nodes:
        if node.id not in use.inputs or (not use.op.startswith("tf.train.Saver.") and not use.op.startswith("method.")):
            continue
        if use.place.expression.path != bench.syntax.path:
            raise Refused(
                SEVERAL_GRAPH_OWNERS, use.place.expression, "a saver is used in another module", "migrate it by hand"
            )
        if use.op == "tf.train.Saver.restore":
            saver.restores.append(use)
        elif use.op == "tf.train.Saver.save":
            step = use.arguments.get("global_step", Known(None))
            (saver.plain if step == Known(None) else saver.numbered).append(use)
        else:
            raise _refused(use, f"`{use.op.rpartition('.')[2]}` of a saver has no native form yet")
    if saver.plain and any(other.op in _NEWEST for other in bench.view.nodes):
        raise _refused(
            saver.plain[0], "a checkpoint without a step is no more listed for `latest_checkpoint`", "save with a step"
        )
    return saver


# --- what is saved ----------------------------------------------------------------------------------------------------


def _write(bench: Workbench, saver: _Saver) -> None:
    call = bench.syntax.call(saver.node.place.expression)
    given = {item.arg for item in call.keywords} if call is not None else {None}
    if call is None or given - _TAKEN - _IGNORED or len(call.args) > 1:
        raise _refused(saver.node, "this saver has arguments without a native form")
    bench.renderer.add(bench.syntax.span(call), lambda: _saver_text(bench, saver, call))


def _saver_text(bench: Workbench, saver: _Saver, call: ast.Call) -> Rendered:
    checkpoint = _call(bench, f"{bench.tf}.train.Checkpoint", _members(bench, saver), call)
    if not saver.numbered:
        return checkpoint
    folder, name = split_path(bench, saver.plan, saver.node, saver.numbered)
    keep = argument(call, "max_to_keep")
    kept = Rendered.new("5") if keep is None else bench.render(keep)
    if isinstance(keep, ast.Constant) and not keep.value:
        kept = Rendered.new("None")
    parts: list[Rendered] = [checkpoint, folder, concat(["max_to_keep=", kept])]
    hours = argument(call, "keep_checkpoint_every_n_hours")
    if hours is not None:
        parts.append(concat(["keep_checkpoint_every_n_hours=", bench.render(hours)]))
    parts.append(concat(["checkpoint_name=", name]))
    return _call(bench, f"{bench.tf}.train.CheckpointManager", parts, call)


def _call(bench: Workbench, function: str, arguments: list[Rendered], at: ast.Call) -> Rendered:
    """Return a call, each argument on a line of its own where one line would be too long."""
    text = concat([f"{function}(", join(", ", arguments), ")"])
    indent = bench.syntax.index.indent(bench.syntax.statement_of(at).lineno)
    if at.col_offset + len(text.text) <= LONGEST_LINE:
        return text
    inner = indent + bench.syntax.indent
    deeper = [nested(argument, bench.syntax.indent) for argument in arguments]
    return concat([f"{function}(\n{inner}", join(f",\n{inner}", deeper), f",\n{indent})"])


def _members(bench: Workbench, saver: _Saver) -> list[Rendered]:
    """Return what a checkpoint holds, as keyword arguments: variables, dicts and lists of them, optimizers."""
    view, plan = bench.view, saver.plan
    variables = [v for v in saver.node.targets if not is_slot(view.nodes[v])]
    shared = len({node.targets for node in view.nodes if node.kind is Kind.SAVER}) > 1
    taken: set[str] = set()
    parts: list[str] = []
    for text, held in holders(view, plan.home, variables, saver.node.place.expression):
        wanted = _name_in_checkpoint(view.nodes[held[0]], shared) if len(held) == 1 else None
        parts.append(f"{_key(wanted or text, taken)}={text}")
    run = {n for step in plan.steps for n in needed_by(view, step.visit) if view.nodes[n].kind is Kind.TRAIN}
    for optimizer in _saved_optimizers(view, saver.node):
        trains = [n for n in sorted(run) if view.nodes[n].arguments.get("optimizer") == GraphValue(optimizer)]
        form = optimizer_target(view, view.nodes[optimizer])
        if trains and form.has_slots:
            text = bench.render(read_train(bench, view.nodes[trains[0]]).receiver).text
            parts.append(f"{_key('optimizer' if shared else text, taken)}={text}{'' if form.is_keras else '.slots'}")
    return [Rendered.new(part, saver.node.place.statement.line) for part in parts]


def _name_in_checkpoint(variable: GraphNode, shared: bool) -> str | None:
    """Return what a variable is called in a checkpoint; None where its name in the program will do.

    What one saver writes another one may read, whatever the program calls the variables there: they are found by the
    names that TensorFlow 1 gives them.
    """
    given = variable.name or ""
    return given if shared or not _NUMBERED.fullmatch(given) else None


def _key(name: str, taken: set[str]) -> str:
    """Return a name for a part of a checkpoint that no other part has."""
    wanted = name if name.isidentifier() else snake(name)
    wanted = f"_{wanted}" if wanted[0].isdigit() else wanted
    key, number = wanted, 2
    while key in taken:
        key, number = f"{wanted}_{number}", number + 1
    taken.add(key)
    return key


# --- uses -------------------------------------------------------------------------------------------------------------


def _write_use(bench: Workbench, saver: _Saver, use: GraphNode) -> None:
    call = bench.syntax.call(use.place.expression)
    path = use.argument_at.get("save_path")
    if call is None or path is None or not isinstance(call.func, ast.Attribute):
        raise _refused(use, "a saver is called in an unusual way")
    step = use.argument_at.get("global_step")
    extra = sorted(set(use.argument_at) - _SAVE_IGNORED - {"save_path", "global_step"})
    if extra:
        raise _refused(use, f"`{extra[0]}` of a saver has no native form")
    owner = call.func.value

    def build() -> Rendered:
        name = bench.render(owner) if is_atom(owner) else concat(["(", bench.render(owner), ")"])
        if use in saver.numbered and step is not None:
            return concat([name, ".save(checkpoint_number=", bench.render_at(step), ")"])
        checkpoint = concat([name, ".checkpoint"]) if saver.numbered else name
        if use in saver.plain:
            return concat([checkpoint, ".write(", bench.render_at(path), ")"])
        return concat([checkpoint, ".read(", bench.render_at(path), ").assert_existing_objects_matched()"])

    statement = bench.syntax.parents[call]
    if use in saver.restores and not isinstance(statement, ast.Expr):
        if not isinstance(statement, ast.Assign) or _is_read(bench, statement):
            raise _refused(use, "what `restore` gives is used: it is nothing", "call it in a statement of its own")
        bench.renderer.add(bench.syntax.span(statement), build)
        return
    bench.renderer.add(bench.syntax.span(call), build)


def _is_read(bench: Workbench, statement: ast.Assign) -> bool:
    """Say whether a name that an assignment writes is read anywhere in the file."""
    names = {node.id for target in statement.targets for node in ast.walk(target) if isinstance(node, ast.Name)}
    plain = all(isinstance(target, ast.Name) for target in statement.targets)
    reads = (node for node in ast.walk(bench.syntax.tree) if isinstance(node, ast.Name))
    return not plain or any(node.id in names and isinstance(node.ctx, ast.Load) for node in reads)


def kept_files_notes(bench: Workbench) -> list[Refusal]:
    """Name the saves of changing paths: TF1 removed all but the last files of a saver."""
    notes: list[Refusal] = []
    for use in bench.view.nodes:
        if not bench.holds(use):
            continue
        at = use.argument_at.get("save_path")
        path = bench.syntax.nodes.get(at) if use.op == "tf.train.Saver.save" and at is not None else None
        plain = use.arguments.get("global_step", Known(None)) == Known(None)
        if (
            plain
            and path is not None
            and any(isinstance(node, (ast.Call, ast.BinOp, ast.JoinedStr)) for node in ast.walk(path))
        ):
            notes.append(
                Refusal(
                    use.place.expression.path,
                    use.place.statement.line,
                    FILES_STAY,
                    "TensorFlow 1 kept the last files of a saver alone; all that are written here stay",
                    "remove old ones by hand, or use a tf.train.CheckpointManager",
                )
            )
    return list(dict.fromkeys(notes))


def _refused(node: GraphNode, reason: str, advice: str = "write it with tf.train.Checkpoint by hand") -> Refused:
    return Refused(NO_NATIVE_FORM, node.place.expression, reason, advice)
