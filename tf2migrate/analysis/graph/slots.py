"""Slot variables: what optimizers keep for each variable that they train."""

from __future__ import annotations

import ast

from tf2migrate.analysis.graph.request import Request
from tf2migrate.analysis.graph.scopes import known_flag, unique_full_name, unique_name, variable_scope
from tf2migrate.analysis.graph.variables import new_variable
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import graph_values
from tf2migrate.analysis.values import FALSE, NONE, GraphValue, Items, V

SLOTS: dict[str, tuple[str, ...]] = {
    "AdamOptimizer": ("m", "v"),
    "RMSPropOptimizer": ("rms", "momentum"),
    "MomentumOptimizer": ("momentum",),
    "AdagradOptimizer": ("accumulator",),
    "AdadeltaOptimizer": ("accum", "accum_update"),
    "FtrlOptimizer": ("accum", "linear"),
    "ProximalAdagradOptimizer": ("accumulator",),
    "AdagradDAOptimizer": ("gradient_accumulator", "gradient_squared_accumulator"),
}
CENTERED = ("rms", "mg", "momentum")
TRAINED = "*trained"  # the cell of an optimizer that holds the variables that have slots


def optimizer_name(machine: Machine, optimizer: GraphValue) -> str:
    """Return the name under which an optimizer makes its operations and slots."""
    given = machine.known_text(machine.given[optimizer.node].get("name"))
    return given or _class_name(machine, optimizer).removesuffix("Optimizer")


def _class_name(machine: Machine, optimizer: GraphValue) -> str:
    return machine.trace.nodes[optimizer.node].op.rsplit(".", 1)[-1]


def _slot_names(machine: Machine, optimizer: GraphValue) -> tuple[str, ...]:
    short = _class_name(machine, optimizer)
    if short == "RMSPropOptimizer" and known_flag(machine.given[optimizer.node].get("centered", FALSE)):
        return CENTERED
    return SLOTS.get(short, ())


def has_slots(machine: Machine, optimizer: GraphValue) -> bool:
    """Say whether an optimizer keeps something for each variable."""
    return bool(_slot_names(machine, optimizer))


def make_slots(machine: Machine, optimizer: GraphValue, trained: list[int], node: ast.AST) -> None:
    """Make the slot variables that an optimizer adds to the graph for `trained`, in TF1's order."""
    held = machine.heap.get(-1 - optimizer.node, TRAINED)
    done = held.items if isinstance(held, Items) else ()
    fresh = [variable for variable in trained if GraphValue(variable) not in done]
    op = f"{machine.trace.nodes[optimizer.node].op}.slot"
    if _class_name(machine, optimizer) == "AdamOptimizer" and trained and not done:
        for power in ("beta1_power", "beta2_power"):
            new_variable(machine, node, op, unique_name(machine, power), trainable=False, output=power)
    for variable in fresh:
        _make_for(machine, optimizer, variable, node)
    machine.heap.set(-1 - optimizer.node, TRAINED, Items((*done, *(GraphValue(one) for one in fresh))))


def _make_for(machine: Machine, optimizer: GraphValue, variable: int, node: ast.AST) -> None:
    op = f"{machine.trace.nodes[optimizer.node].op}.slot"
    label = optimizer_name(machine, optimizer)
    default = _class_name(machine, optimizer).removesuffix("Optimizer")
    for index, slot in enumerate(_slot_names(machine, optimizer)):
        made = new_variable(
            machine,
            node,
            op,
            slot_name(machine, variable, label),
            trainable=False,
            output=f"{default}_{index}" if index else default,
            inputs=[variable],
        )
        machine.heap.set(-1 - optimizer.node, (slot, variable), made)


def slot_name(machine: Machine, variable: int, label: str) -> str | None:
    """Return the unique name of a slot: its variable's full name, under the variable scope in force once more."""
    owner = machine.trace.nodes[variable].name
    scope = variable_scope(machine).name
    if owner is None or scope is None:
        return None
    return unique_full_name(machine, f"{scope}/{owner}/{label}" if scope else f"{owner}/{label}")


def get_slot(request: Request, optimizer: GraphValue) -> V:
    """Model `optimizer.get_slot(variable, name)`."""
    machine = request.machine
    values = request.arguments.values()
    variables = graph_values(machine, request.value("var", values[0] if values else NONE))
    name = machine.known_text(request.value("name", values[1] if len(values) > 1 else NONE))
    if not variables or name is None:
        return machine.unknown("a slot that is not known", request.node)
    found = machine.read(-1 - optimizer.node, (name, variables[0]), request.node)
    return NONE if found is None else found
