"""The tutorial's MNIST reader: its native form is a small reader in the program itself."""

from __future__ import annotations

import ast

from tf2migrate.knowledge.mnist import READER_NAMES, READER_PARAMETERS, WITHOUT_EFFECT, reader_text
from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import Rendered, concat, join
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.names import Names as Symbols
from tf2migrate.source import node_ref

_MODULE = "tensorflow.examples.tutorials.mnist"


def write_mnist_reader(bench: Workbench, plan: HomePlan) -> None:
    """Put the reader in the place of the import, and read with it."""
    found = [unit for unit in plan.home.body.units if _reader_alias(unit.node) is not None]
    if not found:
        return
    unit = found[0]
    alias = _reader_alias(unit.node)
    uses = [node for node in ast.walk(bench.syntax.tree) if isinstance(node, ast.Name) and node.id == alias]
    calls = [_reading_call(bench, node) for node in uses]
    taken = [name for name in READER_NAMES if name in bench.names]
    if len(found) > 1 or None in calls or taken:
        raise Refused(
            NO_NATIVE_FORM,
            node_ref(bench.syntax.path, unit.node),
            "the tutorial's MNIST reader is used in an unusual way" + (f" beside a `{taken[0]}`" if taken else ""),
            "read the data with tf.keras.datasets.mnist",
        )
    plan.layout.removed.add(unit)
    row = unit.node.lineno
    lines, names = _imports(bench, plan, unit)
    plan.layout.residue[unit].extend(Rendered.new(line, row) for line in lines)
    reader = reader_text(names["numpy"], names["tensorflow"]).rstrip("\n")
    plan.layout.definitions[unit].extend(Rendered.new(part, row) for part in reader.split("\n\n\n"))
    for call in calls:
        assert call is not None
        _write_call(bench, call)


def _reader_alias(statement: ast.stmt) -> str | None:
    """Return the name that an import gives to the reader's module."""
    match statement:
        case ast.ImportFrom(module=module, names=[ast.alias(name="input_data", asname=asname)]) if module == _MODULE:
            return asname or "input_data"
        case ast.Import(names=[ast.alias(name=name, asname=str() as asname)]) if name == f"{_MODULE}.input_data":
            return asname
        case _:
            return None


def _reading_call(bench: Workbench, use: ast.Name) -> ast.Call | None:
    attribute = bench.syntax.parents[use]
    call = bench.syntax.parents[attribute]
    if isinstance(attribute, ast.Attribute) and attribute.attr == "read_data_sets" and isinstance(call, ast.Call):
        return call if call.func is attribute else None
    return None


def _imports(bench: Workbench, plan: HomePlan, reader: Unit) -> tuple[list[str], dict[str, str]]:
    """Return the import lines that the reader needs at its place, and the names of its modules.

    An import that stands further down moves up to it.
    """
    names = {"collections": "collections", "numpy": "np", "tensorflow": bench.tf}
    lines = {"collections": "import collections", "numpy": "import numpy as np"}
    for unit in plan.home.body.units:
        if not isinstance(unit.node, ast.Import):
            continue
        for alias in unit.node.names:
            name = alias.asname or alias.name
            if alias.name not in names or (alias.name == "collections" and alias.asname):
                continue
            names[alias.name] = name
            if unit.index < reader.index:
                lines.pop(alias.name, None)
                continue
            lines[alias.name] = f"import {alias.name}" + (f" as {name}" if alias.asname else "")
            if len(unit.node.names) == 1 and not unit.parents:
                plan.layout.removed.add(unit)
    return [lines[name] for name in names if name in lines], names


def _write_call(bench: Workbench, call: ast.Call) -> None:
    """`read_data_sets(folder, one_hot=True)` keeps what the reader takes; the graph's seed becomes an argument."""
    keywords = [item for item in call.keywords if item.arg not in WITHOUT_EFFECT]
    if len(call.args) > 1 or any(item.arg not in READER_PARAMETERS for item in keywords):
        raise Refused(
            NO_NATIVE_FORM,
            node_ref(bench.syntax.path, call),
            "the tutorial's MNIST reader is called with arguments that its native form does not take",
            "read the data with tf.keras.datasets.mnist",
        )
    seed = graph_seed(bench.syntax.tree, call) if all(item.arg != "seed" for item in keywords) else None

    def build() -> Rendered:
        parts: list[Rendered | str] = [concat([f"{item.arg}=", bench.render(item.value)]) for item in keywords]
        if seed is not None:
            parts.append(concat(["seed=", bench.render(seed)]))
        return concat(["read_data_sets(", join(", ", parts), ")"])

    bench.renderer.add(bench.syntax.span(call), build)


def graph_seed(tree: ast.Module, call: ast.Call) -> ast.expr | None:
    """Return the graph seed that is set before a call: the reader seeded numpy with it."""
    symbols = Symbols(tree)
    found: ast.expr | None = None
    for node in tree.body:
        if node.lineno >= call.lineno:
            break
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            setter = symbols.path(node.value.func)
            if setter in ("tf.set_random_seed", "tf.random.set_random_seed") and node.value.args:
                found = node.value.args[0]
            if setter == "tf.reset_default_graph":
                found = None
    return found
