"""The corpus benchmark believes what is on disk, not what the tool says of itself."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"
BEFORE = "import tensorflow as tf\nprint(tf.Session().run(tf.constant(1)))\n"
NATIVE = "import tensorflow as tf\nprint(tf.constant(1).numpy())  # no tf.Session() left\n"

Answer = Callable[[list[str]], str]


@pytest.fixture
def corpus(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield importlib.import_module("corpus")
    for name in ("corpus", "kept", "programs"):
        sys.modules.pop(name, None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    program = tmp_path / "corpus" / "one"
    program.mkdir(parents=True)
    (program / "before.py").write_text(BEFORE, encoding="utf-8")
    (program / "after.py").write_text(NATIVE, encoding="utf-8")
    return tmp_path / "corpus"


def fix_answer(status: str, text: str | None, reason: str = "") -> Answer:
    """Return a tool that writes `text` over the program and reports `status`."""

    def answer(arguments: list[str]) -> str:
        path = Path(arguments[-1]) / "before.py"
        if arguments[0] == "fix" and text is not None:
            path.write_text(text, encoding="utf-8")
        refusals = [{"code": "TFM976", "row": 2, "reason": reason, "advice": ""}] if reason else []
        return json.dumps({"files": [{"path": str(path), "status": status, "refusals": refusals}]})

    return answer


def judged(
    corpus: ModuleType,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    fix: Answer,
    verdict: str = "",
    cache: Path | None = None,
) -> Any:
    def run_tool(arguments: list[str], cwd: Path, seconds: int) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(arguments, 0, fix(arguments), "")

    monkeypatch.setattr(corpus, "run_tool", run_tool)
    found = {"verdict": verdict, "compared": {"values": 1}, "first_difference": None}
    monkeypatch.setattr(corpus, "run_verify", lambda original, migrated, options: found)
    options = Namespace(cache=cache, keep=None, no_verify=not verdict, runs=5, timeout=5)
    (case,) = corpus.find_cases(folder)
    return corpus.judge(case, options)


@pytest.mark.parametrize(
    ("status", "text", "verdict", "expected"),
    [
        ("native", NATIVE, "equal", "equal"),
        ("native", NATIVE, "differs", "failed"),
        ("native", NATIVE, "not_verified", "failed"),
        ("native", BEFORE, "equal", "failed"),
        ("native", "from tensorflow.contrib import rnn\n" + NATIVE, "equal", "stand_in"),
        ("native", "from tensorflow.contrib import rnn\n" + NATIVE, "differs", "failed"),
        ("refused", None, "equal", "refused"),
        ("refused", NATIVE, "equal", "crashed"),
        ("unchanged", None, "", "unchanged"),
    ],
)
def test_result(
    corpus: ModuleType,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    status: str,
    text: str | None,
    verdict: str,
    expected: str,
) -> None:
    answer = fix_answer(status, text, "because `x` is" if status == "refused" else "")
    assert judged(corpus, folder, monkeypatch, answer, verdict).result == expected


def test_a_second_fix_that_changes_the_file_is_a_failure(
    corpus: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = iter([NATIVE, NATIVE + "\n"])

    def unstable(arguments: list[str]) -> str:
        return fix_answer("native", next(texts))(arguments)

    outcome = judged(corpus, folder, monkeypatch, unstable)
    assert (outcome.result, outcome.detail) == ("failed", "a second fix changes the file")


def test_a_tool_that_says_nothing_has_crashed(
    corpus: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert judged(corpus, folder, monkeypatch, lambda arguments: "").result == "crashed"


def test_all_files_of_a_program_count(corpus: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "one" / "layers.py").write_text(BEFORE, encoding="utf-8")

    def answer(arguments: list[str], status: str) -> str:
        top = Path(arguments[-1])
        for name in ("before.py", "layers.py"):
            (top / name).write_text(NATIVE if name == "before.py" else "tf.Session()\n", encoding="utf-8")
        files = [{"path": str(top / "before.py"), "status": "native", "refusals": []}]
        return json.dumps({"files": [*files, {"path": str(top / "layers.py"), "status": status, "refusals": []}]})

    outcome = judged(corpus, folder, monkeypatch, lambda arguments: answer(arguments, "native"))
    assert (outcome.result, outcome.detail) == ("failed", "called native, contains 'Session('")
    outcome = judged(corpus, folder, monkeypatch, lambda arguments: answer(arguments, "refused"))
    assert (outcome.result, outcome.detail) == ("crashed", "layers.py was changed although it is not called native")


def test_nothing_in_the_folder_is_changed(corpus: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged(corpus, folder, monkeypatch, fix_answer("native", NATIVE), "equal")
    assert (folder / "one" / "before.py").read_text(encoding="utf-8") == BEFORE


def test_programs_are_cases_and_single_files(corpus: ModuleType, folder: Path) -> None:
    (folder / "two").mkdir()
    (folder / "two" / "case.toml").write_text('entry = "train.py"\nruns = 7\nargs = "--fast"\n', encoding="utf-8")
    (folder / "single.py").write_text(BEFORE, encoding="utf-8")
    (folder / "other.py").write_text("print(1)\n", encoding="utf-8")
    found = {case.name: (case.entry, case.runs, case.args) for case in corpus.find_cases(folder)}
    assert found == {
        "one": ("before.py", None, ""),
        "single.py": ("single.py", None, ""),
        "two": ("train.py", 7, "--fast"),
    }
    assert [case.name for case in corpus.find_cases(folder, "t*")] == ["two"]


def test_reasons_are_counted_without_their_names(corpus: ModuleType) -> None:
    assert corpus.generalise("TFM976 `x` is used 'here' [line 3]") == "TFM976 .. is used .."


def test_what_was_equal_is_not_verified_again(
    corpus: ModuleType, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache.json"
    verdicts = [
        judged(corpus, folder, monkeypatch, fix_answer("native", NATIVE), verdict, cache).result
        for verdict in ("differs", "equal", "differs")
    ]
    assert verdicts == ["failed", "equal", "equal"]
    other = fix_answer("native", NATIVE + "print(2)\n")
    assert judged(corpus, folder, monkeypatch, other, "differs", cache).result == "failed"
