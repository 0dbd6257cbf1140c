"""Imports: modules of the project are evaluated, libraries become symbols."""

from __future__ import annotations

import ast
from pathlib import Path

from tf2migrate.analysis.graph.paths import library_symbol, symbol_member
from tf2migrate.analysis.machine import Activation, Machine
from tf2migrate.analysis.names import note_star_import, write_name
from tf2migrate.analysis.source_module import SourceModule, parse_module
from tf2migrate.analysis.values import Known, Ref, V


def import_modules(machine: Machine, node: ast.Import) -> None:
    """Execute `import a.b as c, d`."""
    for alias in node.names:
        value = import_module(machine, alias.name, 0)
        if alias.asname is None and "." in alias.name:
            write_name(machine, alias.name.split(".")[0], import_module(machine, alias.name.split(".")[0], 0), alias)
        else:
            write_name(machine, alias.asname or alias.name, value, alias)


def import_from(machine: Machine, node: ast.ImportFrom) -> None:
    """Execute `from a import b as c`."""
    if node.module == "__future__":
        return
    source = import_module(machine, node.module or "", node.level)
    for alias in node.names:
        if alias.name == "*":
            _import_all(machine, source, node)
            continue
        write_name(machine, alias.asname or alias.name, _member(machine, source, node, alias.name), alias)


def _member(machine: Machine, source: V, node: ast.ImportFrom, name: str) -> V:
    if isinstance(source, Ref):
        found = machine.read(source.id, name, node)
        if found is not None:
            return found
        submodule = import_submodule(machine, source.id, name, node)
        if submodule is not None:
            return submodule
        machine.find("undefined", node, f"{node.module}.{name}")
        return machine.unknown(f"the module {node.module!r} has no {name!r}", node)
    path = getattr(source, "path", "")
    return symbol_member(path, name)


def _import_all(machine: Machine, source: V, node: ast.ImportFrom) -> None:
    if not isinstance(source, Ref):
        note_star_import(machine, machine.ref(node))
        return
    for name, value in machine.heap.cells(source.id).items():
        if isinstance(name, str) and not name.startswith(("_", "*")):
            write_name(machine, name, value, node)
        elif name == "*import":
            note_star_import(machine, machine.ref(node))


def import_module(machine: Machine, name: str, level: int) -> V:
    """Return the module of a dotted name, evaluated where it is part of the project, its packages before it."""
    package = name.rpartition(".")[0]
    if package and (level or find_module(machine, package, level) is not None):
        import_module(machine, package, level)
    found = find_module(machine, name, level)
    if found is not None:
        return Ref(evaluate_module(machine, *found))
    return library_symbol(name)


def import_submodule(machine: Machine, owner: int, name: str, node: ast.AST) -> V | None:
    """Return a submodule of a package of the project, None where there is none."""
    package = machine.sources_by_frame.get(owner)
    if package is None or not package.is_package:
        return None
    found = _as_file(Path(package.path).parent / name, f"{package.name}.{name}")
    return None if found is None else Ref(evaluate_module(machine, *found))


def find_module(machine: Machine, name: str, level: int) -> tuple[Path, str] | None:
    """Return the file of a module of the project: beside the importer, the entry, or under the root."""
    here = Path(machine.here.module.path)
    if level:
        base = here.parent
        for _ in range(level - 1):
            base = base.parent
        return _as_file(base / name.replace(".", "/") if name else base, name or base.name)
    if name.split(".", maxsplit=1)[0] in ("tensorflow", "numpy"):
        return None
    for base in dict.fromkeys([machine.entry.parent, here.parent, machine.root, here.parent.parent]):
        found = _as_file(base / name.replace(".", "/"), name)
        if found is not None and found[0] != machine.entry:
            return found
    return None


def _as_file(path: Path, name: str) -> tuple[Path, str] | None:
    file = path.with_name(f"{path.name}.py")
    if file.is_file():
        return file, name
    package = path / "__init__.py"
    if package.is_file():
        return package, name
    has_modules = path.is_dir() and any(path.glob("*.py"))
    return (package, name) if has_modules else None


def evaluate_module(machine: Machine, path: Path, name: str) -> int:
    """Return the frame of a module, evaluated at its first import."""
    key = str(path)
    if key in machine.modules:
        return machine.modules[key]
    try:
        text = machine.texts.get(key)
        if text is None:
            text = path.read_text(encoding="utf-8") if path.is_file() else ""
        module = parse_module(path, name, text)
    except (SyntaxError, UnicodeDecodeError, ValueError):
        machine.find("module_missing", machine.here.statement, f"{name} cannot be parsed")
        module = parse_module(path, name, "")
    return run_module(machine, module, name)


def run_module(machine: Machine, module: SourceModule, name: str) -> int:
    """Evaluate a module's statements in a new frame; return the frame."""
    frame = machine.open_frame("module", module.name, None, module, (), None)
    machine.modules[module.path] = frame
    machine.sources[module.path] = module
    machine.sources_by_frame[frame] = module
    machine.heap.set(frame, "__name__", Known(name))
    with machine.activation(Activation(frame, module, (), module.tree)) as activation:
        machine.execute(machine, module.tree.body)
        activation.exits.clear()
    return frame
