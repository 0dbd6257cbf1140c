"""Names of the parts of classes that stand for functions."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tf2migrate.migrate.building import is_weight_of_layer
from tf2migrate.migrate.layer_forms import is_layer_object, layer_name
from tf2migrate.migrate.modules import RESERVED, Module, state_statements
from tf2migrate.migrate.state_members import Member, MemberKind
from tf2migrate.migrate.syntax import Names, Syntax, snake
from tf2migrate.migrate.view import ProgramView
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode
from tf2migrate.source import node_ref

_VERBS = ("build_", "create_", "make_")


def without_verb(name: str) -> str:
    """Return the name of what a builder makes: `_build_net` makes a `net`, `build_a` an `a_net`."""
    name = name.strip("_")
    short = next((name.removeprefix(verb) for verb in _VERBS if name.startswith(verb)), name)
    return f"{short}_net" if short != name and len(short) < 3 else short


def common_scope(view: ProgramView, member: Member) -> str:
    """Return the innermost scope that holds all variables of a member, as a name; "" where there is none."""
    made = [view.nodes[number] for number in member.variables]
    scopes = [(n.name or "").split("/")[: -2 if is_weight_of_layer(n) else -1] for n in made]
    common: list[str] = []
    for parts in zip(*scopes, strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    return snake("_".join(common)) if common else ""


def shares_layer_names(view: ProgramView, weight: GraphNode) -> bool:
    """Say whether the scope of a layer has layers that bear the names of another scope's: `eval/q` and `target/q`."""
    layers: dict[str, set[str]] = {}
    for node in view.nodes:
        if is_weight_of_layer(node):
            layers.setdefault(_scope(node), set()).add(layer_name(node))
    own = layers.pop(_scope(weight), set())
    return any(own & others for others in layers.values())


def _scope(weight: GraphNode) -> str:
    return (weight.name or "").rpartition("/")[0].rpartition("/")[0]


def name_members(syntax: Syntax, module: Module, function_of: Callable[[Member], str]) -> None:
    """Give each member of a class its name; `function_of` is the name of the function that an inner object was."""
    names = Names(ast.Module([], []))
    names.take(RESERVED)
    for member in module.members:
        statement = syntax.parents[syntax.nodes[member.at]]
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        own = target.id if isinstance(target, ast.Name) else None
        if member.loop is not None:
            member.name = names.fresh(name_of_list(member, own, function_of))
            continue
        match member.kind:
            case MemberKind.LAYER:
                held = own if is_layer_object(member.node) else None
                member.name = names.fresh(held or snake(layer_name(member.node)))
            case MemberKind.MODULE:
                member.name = names.fresh(function_of(member).lstrip("_"))
            case MemberKind.CELL:
                member.name = names.fresh(own or "cell")
            case MemberKind.VARIABLE:
                short = snake((member.node.name or "variable").split("/")[-1].split(":")[0])
                member.name = names.fresh(own or short, f"{own or short}_variable")


def name_of_list(member: Member, own: str | None, function_of: Callable[[Member], str]) -> str:
    """Return a name for the pieces of state that a loop makes; `own` is what the program calls one."""
    match member.kind:
        case MemberKind.LAYER:
            return f"{snake(member.node.op.rpartition('.')[2])}_layers"
        case MemberKind.MODULE:
            return f"{function_of(member).lstrip('_')}s"
        case _:
            return f"{own or 'variable'}s"


def rename_state(bench: Workbench, module: Module) -> None:
    """Register attributes in the place of names of variables."""
    syntax = bench.syntax
    for statement in state_statements(module, bench):
        assert isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
        name = statement.targets[0].id
        member = module.uses[node_ref(syntax.path, statement.value)]
        for node in ast.walk(module.function):
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                bench.renderer.add(syntax.span(node), f"self.{member.name}")
