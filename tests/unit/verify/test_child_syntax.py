"""The child's files run on the interpreter of the original, down to Python 2.7: nothing younger may be in them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import tf2migrate.verify.child

FILES = sorted(Path(tf2migrate.verify.child.__file__).parent.glob("*.py"))
YOUNGER = (
    ast.JoinedStr,
    ast.AnnAssign,
    ast.NamedExpr,
    ast.Nonlocal,
    ast.YieldFrom,
    ast.AsyncFunctionDef,
    ast.Await,
    ast.Match,
    ast.MatMult,
)
SHARED_MODULES = {
    "collections",
    "ctypes", "gc", "hashlib", "importlib", "io", "json", "linecache", "logging", "numbers", "numpy", "os", "pickle", "random", "re", "select",
    "signal", "socket", "struct", "sys", "threading", "time", "traceback", "types",
}  # fmt: skip


def test_there_are_files_to_look_at() -> None:
    assert {"start.py", "program.py", "original.py"} <= {path.name for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_syntax_is_that_of_all_versions(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        assert not isinstance(node, YOUNGER), f"line {getattr(node, 'lineno', 0)}: {type(node).__name__}"
        if isinstance(node, ast.FunctionDef):
            arguments = [*node.args.args, *node.args.posonlyargs, *node.args.kwonlyargs]
            assert not node.args.kwonlyargs and not node.args.posonlyargs
            assert node.returns is None and all(argument.annotation is None for argument in arguments)
        if isinstance(node, ast.Raise):
            assert node.cause is None
        if isinstance(node, ast.Call):
            starred = [isinstance(argument, ast.Starred) for argument in node.args]
            assert starred in ([False] * len(starred), [False] * (len(starred) - 1) + [True])
        if isinstance(node, (ast.List, ast.Tuple)):
            assert not any(isinstance(item, ast.Starred) for item in node.elts) or isinstance(node.ctx, ast.Store)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_but_the_standard_library_and_numpy_is_imported(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert {name.name for name in node.names} <= SHARED_MODULES
        if isinstance(node, ast.ImportFrom):
            assert node.level == 1
