"""The tutorial's MNIST reader: its native form is a small reader in the program itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from tf2migrate.knowledge.mnist import READER_NAMES, READER_PARAMETERS, WITHOUT_EFFECT, reader_text
from tf2migrate.migrate.functions import own_comment_rows
from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import Rendered, concat, join
from tf2migrate.migrate.scopes import remove_statement
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.source import Span
from tf2migrate.names import Names as Symbols
from tf2migrate.source import node_ref

_MODULE = "tensorflow.examples.tutorials.mnist"


def write_mnist_reader(bench: Workbench, plan: HomePlan) -> None:
    """Put the reader in the place of the import, and read with it."""
    found = [unit for unit in plan.home.body.units if _reader_alias(unit.node) is not None]
    if not found:
        return
    unit = found[0]
    calls = _calls(bench, [one.node for one in found])
    plan.layout.removed.add(unit)
    row = unit.node.lineno
    lines, names = _imports(bench, plan, unit)
    plan.layout.residue[unit].extend(Rendered.new(line, row) for line in lines)
    reader = reader_text(names["numpy"], names["tensorflow"]).rstrip("\n")
    plan.layout.definitions[unit].extend(Rendered.new(part, row) for part in reader.split("\n\n\n"))
    for call in calls:
        _write_call(bench, call, graph_seed(bench.syntax.tree, call))


def write_helper_reader(bench: Workbench) -> None:
    """Put the reader into a file that builds no graph itself, above the functions that read with it."""
    syntax = bench.syntax
    found = [node for node in ast.walk(syntax.tree) if isinstance(node, ast.stmt) and _reader_alias(node) is not None]
    functions = [node for node in syntax.tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    if not found or not functions:
        return
    calls = _calls(bench, found)
    modules = {"collections": "collections", "numpy": "np"}
    imports = [node for node in syntax.tree.body if isinstance(node, ast.Import)]
    known = {alias.name: alias.asname or alias.name for node in imports for alias in node.names}
    lines = [f"import {name}" + (f" as {short}" if short != name else "") for name, short in modules.items()]
    lines = [line for line, name in zip(lines, modules, strict=True) if name not in known]
    seeded = any(symbols.path(n.func) in _SEEDS for symbols, n in _calls_of_program(bench))
    if seeded or any(short in bench.names for name, short in modules.items() if name not in known):
        raise _unusual(bench, found[0])
    row = min([functions[0].lineno, *(one.lineno for one in functions[0].decorator_list)])
    row = min([row, *own_comment_rows(syntax, Span(syntax.index.start(row), syntax.index.start(row)))])
    reader = reader_text(known.get("numpy", "np"), bench.tf).rstrip("\n")
    text = Rendered.new(f"{reader}\n\n\n", row)
    bench.renderer.add(Span(syntax.index.start(row), syntax.index.start(row)), lambda: text)
    if found[0] in syntax.tree.body and lines:
        bench.renderer.add(syntax.span(found[0]), "\n".join(lines))
    else:
        remove_statement(bench, found[0])
        first = next(
            (node for node in syntax.tree.body if isinstance(node, (ast.Import, ast.ImportFrom))), functions[0]
        )
        place = syntax.index.start(first.lineno)
        above = Rendered.new("".join(f"{line}\n" for line in lines), first.lineno)
        bench.renderer.add(Span(place, place), lambda: above)
    for call in calls:
        _write_call(bench, call, None)


_SEEDS = ("tf.set_random_seed", "tf.random.set_random_seed")


def _calls_of_program(bench: Workbench) -> Iterator[tuple[Symbols, ast.Call]]:
    for file in bench.program():
        symbols = Symbols(file.syntax.tree)
        yield from ((symbols, node) for node in ast.walk(file.syntax.tree) if isinstance(node, ast.Call))


def _calls(bench: Workbench, imports: list[ast.stmt]) -> list[ast.Call]:
    """Return the calls that read the data; refuse other uses of the reader."""
    alias = _reader_alias(imports[0])
    uses = [node for node in ast.walk(bench.syntax.tree) if isinstance(node, ast.Name) and node.id == alias]
    calls = [call for call in (_reading_call(bench, node) for node in uses) if call is not None]
    taken = [name for name in READER_NAMES if name in bench.names]
    if len(imports) > 1 or len(calls) < len(uses) or taken:
        raise _unusual(bench, imports[0], taken)
    return calls


def _unusual(bench: Workbench, statement: ast.stmt, taken: Sequence[str] = ()) -> Refused:
    return Refused(
        NO_NATIVE_FORM,
        node_ref(bench.syntax.path, statement),
        "the tutorial's MNIST reader is used in an unusual way" + (f" beside a `{taken[0]}`" if taken else ""),
        "read the data with tf.keras.datasets.mnist",
    )


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


def _write_call(bench: Workbench, call: ast.Call, graph_seeded: ast.expr | None) -> None:
    """`read_data_sets(folder, one_hot=True)` keeps what the reader takes; the graph's seed becomes an argument."""
    keywords = [item for item in call.keywords if item.arg not in WITHOUT_EFFECT]
    if len(call.args) > 1 or any(item.arg not in READER_PARAMETERS for item in keywords):
        raise Refused(
            NO_NATIVE_FORM,
            node_ref(bench.syntax.path, call),
            "the tutorial's MNIST reader is called with arguments that its native form does not take",
            "read the data with tf.keras.datasets.mnist",
        )
    seed = graph_seeded if all(item.arg != "seed" for item in keywords) else None

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
            if setter in _SEEDS and node.value.args:
                found = node.value.args[0]
            if setter == "tf.reset_default_graph":
                found = None
    return found
