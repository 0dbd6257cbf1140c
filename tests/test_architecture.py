"""Laws of the code base that no single module can keep: which layer may import which, sizes, who may print."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "tf2migrate"
RULES = ROOT / "rules"

# From the top down: a layer imports itself and what stands below it.
BELOW = {
    "model": set(),
    "source": {"model"},
    "knowledge": {"source", "model"},
    "prefilter": set(),
    "names": {"knowledge", "source", "model", "prefilter"},
    "analysis": {"names", "knowledge", "source", "model"},
    "lint": {"analysis", "names", "knowledge", "source", "model"},
    "rules": {"lint", "analysis", "names", "knowledge", "source", "model"},
    "migrate": {"lint", "analysis", "names", "knowledge", "source", "model"},
    "verify": {"lint", "analysis", "names", "knowledge", "source", "model"},
    "config": {"model"},
    "discovery": {"model", "prefilter"},
    "notebooks": {"source", "model"},
    "report": {"source", "model"},
}
BELOW["workflow"] = {"verify", "migrate", "config", "discovery", "notebooks", "prefilter"} | BELOW["migrate"]
BELOW["server"] = {"workflow", *BELOW["workflow"]}
BELOW["cli"] = {"report", "server", *BELOW["server"]}
BELOW["__main__"] = {"cli", "prefilter"}
BELOW["testing"] = {"report", "workflow", *BELOW["workflow"]}
BELOW["pytest_plugin"] = {"testing", "model"}
BELOW["__init__"] = {"testing", "workflow", *BELOW["workflow"]}

# Run in a child process beside the program that is verified, or only to build the tables.
CHILD = ("verify/child/", "verify/stand_ins/", "verify/recorder.py", "knowledge/probe.py")
IMPORT_TENSORFLOW = (*CHILD, "knowledge/build")
# These must run under the interpreter of the program that they look at, which can be years older.
OLD_PYTHON = CHILD
FILE_LIMIT = 400
FUNCTION_LIMIT = 40


def sources() -> list[Path]:
    return sorted(path for folder in (PACKAGE, RULES) for path in folder.rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def layer(path: Path) -> str:
    if path.is_relative_to(RULES):
        return "rules"
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the dotted names of imported modules; `from a import b` gives `a.b`, which may be a module too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def is_one_of(path: Path, prefixes: tuple[str, ...]) -> bool:
    return path.is_relative_to(PACKAGE) and path.relative_to(PACKAGE).as_posix().startswith(prefixes)


def test_every_layer_has_its_place() -> None:
    assert {layer(path) for path in sources()} <= BELOW.keys()
    assert len(sources()) > 50


def test_imports_point_down() -> None:
    wrong = []
    for path in sources():
        own = layer(path)
        for name, line in imported(parsed(path)):
            parts = name.split(".")
            if parts[0] != "tf2migrate" or parts[1] == "__version__":
                continue
            if parts[1] != own and parts[1] not in BELOW[own]:
                wrong.append(f"{shown(path)}:{line}: {own} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_imports_are_absolute() -> None:
    wrong = [
        f"{shown(path)}:{node.lineno}"
        for path in sources()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and node.level and not is_one_of(path, OLD_PYTHON)
    ]
    assert not wrong, "\n".join(wrong)


def test_only_the_registry_names_the_rules() -> None:
    named = [
        shown(path)
        for path in sources()
        if not path.is_relative_to(RULES)
        and any(isinstance(node, ast.Constant) and node.value == "tf2migrate.rules" for node in ast.walk(parsed(path)))
    ]
    assert named == ["tf2migrate/__init__.py", "tf2migrate/lint/registry.py"]


def test_tensorflow_is_imported_only_beside_the_program_that_runs() -> None:
    heavy = {"tensorflow", "tf_keras", "keras", "tf_slim", "numpy"}
    compares_arrays = (
        "verify/compare.py",
        "verify/directions.py",
        "verify/variables.py",
        "verify/states.py",
        "verify/files.py",
        "verify/trace.py",
    )  # loaded by the first comparison
    wrong = [
        f"{shown(path)}:{line}: {name}"
        for path in sources()
        if not is_one_of(path, IMPORT_TENSORFLOW)
        for name, line in imported(parsed(path))
        if name.split(".")[0] in heavy and not (name.startswith("numpy") and is_one_of(path, compares_arrays))
    ]
    assert not wrong, "\n".join(wrong)


def test_only_the_command_line_prints_and_exits() -> None:
    wrong = [
        f"{shown(path)}:{node.lineno}: {ast.unparse(node.func)}"
        for path in sources()
        if layer(path) != "cli" and not is_one_of(path, OLD_PYTHON) and not is_one_of(path, ("knowledge/build",))
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"print", "exit", "quit", "sys.exit", "click.echo"}
    ]
    assert not wrong, "\n".join(wrong)


def test_files_are_short() -> None:
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    long = [f"{path}: {count} lines" for path, count in lengths.items() if count > FILE_LIMIT]
    assert not long, "\n".join(long)


def test_functions_are_short() -> None:
    long = [
        f"{shown(path)}:{node.lineno}: {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in sources()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LIMIT
    ]
    assert not long, "\n".join(long)


def refusal_codes() -> Iterator[tuple[str, str]]:
    """Yield (code, layer) of every constant that a refusal can be made with."""
    for path in sources():
        if layer(path) not in ("analysis", "migrate", "workflow") or is_one_of(path, ("workflow/refusal_pages.py",)):
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("TFM9"):
                yield node.value, layer(path)


def test_each_refusal_code_is_given_in_one_layer() -> None:
    homes: dict[str, set[str]] = {}
    for code, home in refusal_codes():
        homes.setdefault(code, set()).add(home)
    assert homes
    shared = [f"{code}: {', '.join(sorted(layers))}" for code, layers in sorted(homes.items()) if len(layers) > 1]
    assert not shared, "\n".join(shared)


@pytest.mark.parametrize("word", ["utils", "helpers", "common"])
def test_no_module_is_a_drawer(word: str) -> None:
    assert not [shown(path) for path in sources() if word in (path.stem, path.parent.name)]
