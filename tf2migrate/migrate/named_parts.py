"""Dict displays that make placeholders or hold values of the graph: each part gets a name, which is read in its place.

It is text before planning, as inlining is.
"""

from __future__ import annotations

import ast

from tf2migrate.migrate.inlining import Inlined
from tf2migrate.migrate.render import Rendered, edited
from tf2migrate.migrate.syntax import Names, Syntax
from tf2migrate.migrate.text_edits import removal
from tf2migrate.model.facts import GraphValue, Kind, Program
from tf2migrate.model.source import Edit
from tf2migrate.source import node_ref


def name_parts(program: Program, path: str, text: str) -> Inlined | None:
    """Return the text with names for the parts of one dict, None where there is none, or one used as a whole."""
    syntax = Syntax.parse(path, text)
    read = {read.place.expression for read in program.reads if isinstance(read.value, GraphValue)}
    making = {node.place.statement for node in program.nodes if node.kind is Kind.PLACEHOLDER}
    for statement in ast.walk(syntax.tree):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict() as display):
                holding = all(isinstance(part, ast.Name) and node_ref(path, part) in read for part in display.values)
                if node_ref(path, statement) not in making and not holding:
                    continue
                edits = _edits(syntax, statement, name, display)
                if edits is not None:
                    found = edited(Rendered(text, tuple(range(1, text.count("\n") + 2))), edits)
                    return Inlined(found.text, found.lines)
    return None


def _edits(syntax: Syntax, statement: ast.Assign, name: str, display: ast.Dict) -> list[Edit] | None:
    keys = [key.value for key in display.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    plain = len(keys) == len(display.keys) == len(set(keys)) > 0 and all(key.isidentifier() for key in keys)
    uses = _uses(syntax, name)
    if not plain or uses is None:
        return None
    names = Names(syntax.tree)
    values = dict(zip(keys, display.values, strict=True))
    parts = {key: value.id for key, value in values.items() if isinstance(value, ast.Name) and _is_alone(syntax, value)}
    made = [key for key in keys if key not in parts]
    parts |= {key: names.fresh(key) if key not in names else names.fresh(f"{name}_{key}") for key in made}
    lines = [f"{parts[key]} = {syntax.source(values[key])}" for key in made]
    between = f"\n{syntax.index.indent(statement.lineno)}"
    edits = [Edit(syntax.span(statement), between.join(lines)) if lines else removal(syntax, statement)]
    written: set[ast.AST] = set()
    for use in uses:
        if use in written:
            continue
        found = _part(syntax, use, parts) or _each_part(syntax, use, parts)
        if found is None:
            return None
        node, new = found
        written.update(ast.walk(node))
        edits.append(Edit(syntax.span(node), new))
    return edits


def _is_alone(syntax: Syntax, value: ast.Name) -> bool:
    """Say whether a name has one value in the whole file, and nothing else bears it."""
    same = [node for node in ast.walk(syntax.tree) if isinstance(node, ast.Name) and node.id == value.id]
    others = [
        node for node in ast.walk(syntax.tree) if value.id in (getattr(node, "arg", None), *getattr(node, "names", ()))
    ]
    return sum(not isinstance(node.ctx, ast.Load) for node in same) == 1 and not others


def _uses(syntax: Syntax, name: str) -> list[ast.Name] | None:
    """Return what reads a name that is bound once, in the order of the text, None for other names."""
    loads: list[ast.Name] = []
    stores = 0
    for node in ast.walk(syntax.tree):
        if isinstance(node, ast.Name) and node.id == name:
            loads.append(node) if isinstance(node.ctx, ast.Load) else None
            stores += not isinstance(node.ctx, ast.Load)
        elif isinstance(node, ast.arg) and node.arg == name:
            return None
    return sorted(loads, key=lambda node: (node.lineno, node.col_offset)) if stores == 1 else None


def _part(syntax: Syntax, use: ast.Name, parts: dict[str, str]) -> tuple[ast.expr, str] | None:
    """Return `dict["key"]` around a name, and the name of that part."""
    match syntax.parents[use]:
        case ast.Subscript(value=value, slice=ast.Constant(value=str() as key), ctx=ast.Load()) as read:
            return (read, parts[key]) if value is use and key in parts else None
    return None


def _each_part(syntax: Syntax, use: ast.Name, parts: dict[str, str]) -> tuple[ast.expr, str] | None:
    """Return `{dict[k]: .. for k in dict}` or one over `data.items()` around a name, and the same dict written out."""
    node: ast.AST = use
    while not isinstance(node, (ast.DictComp, ast.stmt)):
        node = syntax.parents[node]
    match node:
        case ast.DictComp(
            key=ast.Subscript(value=ast.Name(id=held), slice=ast.Name(id=key)),
            value=value,
            generators=[ast.comprehension(target=ast.Name(id=bound), iter=ast.Name(id=over), ifs=[])],
        ) if held == over == use.id and key == bound:
            pairs = [(part, {key: f'"{part}"'}) for part in parts]
        case ast.DictComp(
            key=ast.Subscript(value=ast.Name(id=held), slice=ast.Name(id=key)),
            value=value,
            generators=[
                ast.comprehension(
                    target=ast.Tuple(elts=[ast.Name(id=bound), ast.Name(id=item)]),
                    iter=ast.Call(func=ast.Attribute(value=ast.Name(id=data), attr="items"), args=[], keywords=[]),
                    ifs=[],
                )
            ],
        ) if held == use.id and key == bound:
            known = _keys_of(syntax, data)
            if not known or not parts.keys() >= set(known):
                return None
            pairs = [(part, {key: f'"{part}"', item: f'{data}["{part}"]'}) for part in known]
        case _:
            return None
    if any(isinstance(n, ast.Name) and n.id == use.id for n in ast.walk(value)):
        return None
    written = [f"{parts[part]}: {_with_names(syntax, value, stood)}" for part, stood in pairs]
    return node, "{" + ", ".join(written) + "}"


def _keys_of(syntax: Syntax, name: str) -> list[str]:
    """Return the keys of a dict display under a name whose dict nothing changes; none where that is not certain."""
    uses = _uses(syntax, name)
    reads = (syntax.parents[use] for use in uses or ())
    kept = all(
        (isinstance(read, ast.Subscript) and isinstance(read.ctx, ast.Load))
        or (isinstance(read, ast.Attribute) and read.attr in ("items", "keys", "values"))
        for read in reads
    )
    for statement in ast.walk(syntax.tree) if uses is not None and kept else ():
        match statement:
            case ast.Assign(targets=[ast.Name(id=found)], value=ast.Dict(keys=keys)) if found == name:
                known = [k.value for k in keys if isinstance(k, ast.Constant) and isinstance(k.value, str)]
                return known if len(known) == len(keys) == len(set(known)) else []
    return []


def _with_names(syntax: Syntax, value: ast.expr, stood: dict[str, str]) -> str:
    """Return the text of an expression with other texts in the place of names."""
    whole, text = syntax.span(value), syntax.source(value)
    reads = [n for n in ast.walk(value) if isinstance(n, ast.Name) and n.id in stood]
    for read in sorted(reads, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        span = syntax.span(read)
        text = text[: span.start - whole.start] + stood[read.id] + text[span.end - whole.start :]
    return text
