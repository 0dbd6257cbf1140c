from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tf2migrate.model.plan import FileResult, Refusal, SourceMap, Status
from tf2migrate.model.verdict import Verdict, VerdictKind, VerifyOptions
from tf2migrate.source import SourceError
from tf2migrate.workflow import verify
from tf2migrate.workflow.errors import UsageError
from tf2migrate.workflow.verify import verify_program

TF1 = "import tensorflow as tf\n"
NATIVE = "import tensorflow as tf  # native\n"


@dataclass
class Judge:
    """Stands for the verifier: keeps what it was asked, and the texts that lay there then."""

    maps: list[SourceMap] | None = None
    texts: dict[str, str] = field(default_factory=dict)
    root: Path | None = None
    calls: int = 0

    def __call__(self, original: Path, migrated: Path, maps, options: VerifyOptions) -> Verdict:
        self.calls += 1
        self.maps, self.root = maps, options.root
        folder = migrated.parent
        self.texts = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.py")}
        return Verdict(VerdictKind.EQUAL)


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> Judge:
    judge = Judge()
    monkeypatch.setattr(verify, "verify_pair", judge)
    monkeypatch.setattr(verify, "require_tensorflow", lambda: None)
    return judge


def plan(monkeypatch: pytest.MonkeyPatch, *results: FileResult) -> None:
    monkeypatch.setattr(verify, "migrate_program", lambda entry, root, style: results)


def native(path: Path, text: str = NATIVE) -> FileResult:
    return FileResult(str(path), Status.NATIVE, text, map=SourceMap(str(path), (), ()))


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path.resolve()


def test_without_a_second_program_the_migration_is_run(tmp_path: Path, judge: Judge, monkeypatch) -> None:
    before = write(tmp_path / "before.py", TF1)
    plan(monkeypatch, native(before))
    verification = verify_program(before, None, VerifyOptions())
    assert (verification.migrated, verification.verdict.verdict) == (None, VerdictKind.EQUAL)
    assert judge.texts == {"before.py": NATIVE}
    assert judge.maps == [SourceMap(str(before), (), ())]
    assert judge.root == tmp_path.resolve()
    assert before.read_text() == TF1


def test_the_tools_own_output_is_paired_by_the_plan_and_all_else_by_hand(
    tmp_path: Path, judge: Judge, monkeypatch
) -> None:
    before, after = write(tmp_path / "before.py", TF1), write(tmp_path / "out/after.py", NATIVE)
    plan(monkeypatch, native(before))
    verify_program(before, after, VerifyOptions())
    assert judge.maps == [SourceMap(str(before), (), ())]
    write(after, NATIVE + "# edited\n")
    verify_program(before, after, VerifyOptions())
    assert judge.maps is None


def test_line_ends_do_not_make_a_pair_one_by_hand(tmp_path: Path, judge: Judge, monkeypatch) -> None:
    before, after = write(tmp_path / "before.py", TF1), tmp_path / "after.py"
    after.write_bytes(NATIVE.replace("\n", "\r\n").encode())
    plan(monkeypatch, native(before))
    verify_program(before, after, VerifyOptions())
    assert judge.maps


def test_a_program_of_several_files_is_paired_only_where_all_of_them_agree(
    tmp_path: Path, judge: Judge, monkeypatch
) -> None:
    write(tmp_path / "pyproject.toml", "")
    main, model = write(tmp_path / "main.py", TF1), write(tmp_path / "lib/model.py", TF1)
    plan(monkeypatch, native(main), native(model, "# model\n"))
    verify_program(main, None, VerifyOptions())
    assert judge.texts == {"main.py": NATIVE, "lib/model.py": "# model\n"}
    assert judge.maps is not None
    assert len(judge.maps) == 2
    out = write(tmp_path / "out/main.py", NATIVE)
    verify_program(main, out, VerifyOptions())
    assert judge.maps is None
    write(tmp_path / "out/lib/model.py", "# model\n")
    verify_program(main, out, VerifyOptions())
    assert judge.maps is not None


def test_what_is_refused_is_not_run(tmp_path: Path, judge: Judge, monkeypatch) -> None:
    before = write(tmp_path / "before.py", TF1)
    refusal = Refusal(str(before), 1, "TFM951", "why", "how")
    plan(monkeypatch, FileResult(str(before), Status.REFUSED, refusals=(refusal,)))
    verification = verify_program(before, None, VerifyOptions())
    assert verification.verdict.exit_status == 2
    assert verification.verdict.reason == "could not be verified: not native"
    assert verification.refusals == (refusal,)
    assert judge.calls == 0


def test_what_has_nothing_to_migrate_is_not_run(tmp_path: Path, judge: Judge, monkeypatch) -> None:
    before = write(tmp_path / "before.py", "x = 1\n")
    plan(monkeypatch, FileResult(str(before), Status.UNCHANGED))
    verification = verify_program(before, None, VerifyOptions())
    assert verification.verdict.exit_status == 2
    assert "name the program to compare it with" in verification.verdict.reason
    assert judge.calls == 0


def test_what_cannot_be_read_is_told_before_anything_runs(tmp_path: Path, judge: Judge) -> None:
    before = write(tmp_path / "before.py", TF1)
    with pytest.raises(SourceError, match="no such file"):
        verify_program(before, tmp_path / "none.py", VerifyOptions())
    with pytest.raises(SourceError, match="Python 2"):
        verify_program(before, write(tmp_path / "old.py", "print 'x'\n"), VerifyOptions())
    assert judge.calls == 0


def test_a_missing_tensorflow_is_told_with_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(
        UsageError, match=r"verify needs tensorflow and tf_keras, .* pip install 'tf2migrate\[verify\]'"
    ):
        verify_program(write(tmp_path / "before.py", TF1), None, VerifyOptions())
