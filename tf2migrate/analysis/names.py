"""Names: where a read finds them and where an assignment puts them."""

from __future__ import annotations

import ast
import builtins

from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.values import NONE, Builtin, Internal, Known, V
from tf2migrate.model.source import NodeRef

STAR = "*import"  # the cell of a module that imports all names of a library
CONSTANTS: dict[str, V] = {"True": Known(True), "False": Known(False), "None": NONE}
PYTHON_2 = frozenset({"unicode", "xrange", "raw_input", "basestring", "long", "reduce"})


def read_name(machine: Machine, node: ast.Name) -> V:
    """Return what a name holds by Python's scoping, and record the read."""
    found = find_name(machine, node.id)
    if found is not None:
        owner, value = found
        machine.note_read(owner, node.id, value, node)
        return value
    if node.id in CONSTANTS:
        return CONSTANTS[node.id]
    if hasattr(builtins, node.id) or node.id in PYTHON_2 or node.id in ("__file__", "__doc__"):
        return Builtin(node.id)
    if machine.heap.get(module_frame(machine), STAR) is None:
        machine.find("undefined", node, repr(node.id))
    return machine.unknown(f"name {node.id!r} is not defined", node)


def find_name(machine: Machine, name: str) -> tuple[int, V] | None:
    """Return the owner and value of a name seen from here."""
    innermost = machine.here.frame
    owner: int | None = innermost
    while owner is not None:
        header = machine.heap.header(owner)
        if owner == innermost or header.kind != "class":
            value = machine.heap.get(owner, name)
            if value is not None:
                return owner, value
        owner = header.parent
    return None


def module_frame(machine: Machine, start: int | None = None) -> int:
    """Return the module's frame around a frame (the present one)."""
    owner = machine.here.frame if start is None else start
    while (parent := machine.heap.header(owner).parent) is not None:
        owner = parent
    return owner


def write_name(machine: Machine, name: str, value: V, node: ast.AST) -> None:
    """Bind a name in the scope that Python would."""
    machine.write(owner_of(machine, name), name, value, node)


def owner_of(machine: Machine, name: str) -> int:
    """Return the frame in which an assignment to `name` here binds it."""
    here = machine.here
    frame = here.frame
    definition = here.definition
    if isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef):
        if name in here.module.globals_of(definition):
            return module_frame(machine)
        if name not in here.module.locals_of(definition):
            found = find_name(machine, name)
            return frame if found is None else found[0]
    return frame


def forget_name(machine: Machine, name: str, node: ast.AST) -> None:
    """Unbind a name (`del`)."""
    machine.write(owner_of(machine, name), name, None, node)


def note_star_import(machine: Machine, at: NodeRef) -> None:
    """Remember that undefined names of this module may come from a library."""
    machine.heap.set(module_frame(machine), STAR, Internal(at))
