"""Small programs as strings, and what becomes of them."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tf2migrate.analysis import evaluate_program
from tf2migrate.migrate import migrate_program
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import Program
from tf2migrate.model.plan import FileResult, Status

HEAD = "import numpy as np\nimport tensorflow as tf\n\n"
SESSION = "with tf.Session() as sess:\n    sess.run(tf.global_variables_initializer())\n"


@dataclass(frozen=True)
class Outcome:
    """What a migration gave."""

    before: str
    result: FileResult

    @property
    def text(self) -> str:
        """The new text behind the imports."""
        assert self.result.status is Status.NATIVE, self.result.refusals
        assert self.result.text is not None
        return self.result.text.partition("import tensorflow as tf\n")[2].lstrip("\n")

    @property
    def refused(self) -> tuple[str, str]:
        """The code of the only refusal and the original line that it names."""
        assert self.result.status is Status.REFUSED, self.result.text
        assert self.result.text is None
        (refusal,) = self.result.refusals
        assert refusal.reason and refusal.advice
        return refusal.code, self.before.split("\n")[refusal.row - 1].strip()

    def function(self, name: str) -> str:
        """The source of one function, decorators left out."""
        for node in ast.walk(ast.parse(self.text)):
            if isinstance(node, ast.FunctionDef) and node.name == name:
                return textwrap.dedent("\n".join(self.text.split("\n")[node.lineno - 1 : node.end_lineno]))
        raise AssertionError(f"no function {name} in\n{self.text}")

    @property
    def rest(self) -> str:
        """What stands at module level besides functions, without blank lines."""
        inside: set[int] = set()
        for node in ast.parse(self.text).body:
            if isinstance(node, ast.FunctionDef):
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                inside.update(range(first, (node.end_lineno or 0) + 1))
        lines = [line for row, line in enumerate(self.text.split("\n"), 1) if row not in inside]
        return "\n".join(line for line in lines if line.strip())


Migrate = Callable[..., Outcome]


@pytest.fixture
def migrate(tmp_path: Path) -> Migrate:
    """Return a function that migrates a program: what it builds, and what it does inside of a session."""

    def run(build: str, drive: str = "", session: str = SESSION) -> Outcome:
        build, drive = textwrap.dedent(build), textwrap.dedent(drive)
        text = HEAD + build.lstrip("\n")
        if drive:
            text += session + textwrap.indent(drive.lstrip("\n"), "    ")
        path = tmp_path / "program.py"
        path.write_text(text, encoding="utf-8")
        (result,) = migrate_program(path)
        return Outcome(text, result)

    return run


@pytest.fixture
def evaluate(tmp_path: Path) -> Callable[[str], Program]:
    """Return a function that evaluates a program's text behind the usual imports."""

    def run(text: str) -> Program:
        path = tmp_path / "program.py"
        path.write_text(HEAD + textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return evaluate_program(path)

    return run


@pytest.fixture
def view(evaluate: Callable[[str], Program]) -> Callable[[str], ProgramView]:
    """Return a function that gives the view of a program's facts."""
    return lambda text: ProgramView(evaluate(text))
