"""The compat benchmark counts what is on disk: symbols that are known, names that exist, verdicts that were given."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"
BEFORE = "import tensorflow as tf\nprint(tf.Session().run(tf.mul(1, 2)), tf.no_such_symbol)\n"


@pytest.fixture
def compat(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield importlib.import_module("compat")
    for name in ("compat", "corpus", "programs"):
        sys.modules.pop(name, None)


def test_names_of_a_file(compat: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(BEFORE, encoding="utf-8")
    found = compat.names_of(path)
    assert (found.legacy, found.count) == (True, 3)
    assert found.unknown == {"tf.no_such_symbol"}
    assert found.missing == {"tensorflow.Session", "tensorflow.mul", "tensorflow.no_such_symbol"}


def test_a_tree_is_fixed_compiled_and_fixed_again(compat: ModuleType, tmp_path: Path) -> None:
    tree = tmp_path / "repository"
    tree.mkdir()
    (tree / "a.py").write_text(BEFORE.replace(", tf.no_such_symbol", ""), encoding="utf-8")
    (tree / "b.py").write_text("import tensorflow as tf\ntf.contrib.training.HParams()\n", encoding="utf-8")
    figures = compat.survey([tree], tmp_path / "work", upgrader=False)
    assert figures["states"] == {"compat": 1, "refused": 1}
    assert (figures["written"], figures["broken"], figures["missing"], figures["unstable"]) == (1, [], {}, [])
    assert "HParams" in (tree / "b.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("verdict", "expected"), [("equal", "equal"), ("differs", "failed"), ("not_verified", "no reference")]
)
def test_a_program_is_judged_by_the_verdict(
    compat: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verdict: str, expected: str
) -> None:
    (tmp_path / "before.py").write_text(BEFORE, encoding="utf-8")

    def run_tool(arguments: list[str], cwd: Path, seconds: int) -> subprocess.CompletedProcess[str]:
        answer: dict[str, object] = {"files": [{"path": str(cwd / "before.py"), "status": "compat", "refusals": []}]}
        if arguments[0] == "verify":
            compared = {"printed": 1, "variables": 0}
            answer = {"verdict": verdict, "compared": compared, "first_difference": None}
        return subprocess.CompletedProcess(arguments, 0, json.dumps(answer), "")

    monkeypatch.setattr(compat, "run_tool", run_tool)
    (case,) = compat.find_cases(tmp_path)
    assert compat.run_program(case, Namespace(runs=5, timeout=5, no_upgrader=True))["result"] == expected
