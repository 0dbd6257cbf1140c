from __future__ import annotations

from pathlib import Path

import pytest

from tf2migrate.config import Config
from tf2migrate.model.plan import FileResult, NativeStyle, Refusal, Status
from tf2migrate.model.results import MigrateReport, Verification
from tf2migrate.model.verdict import Verdict, VerdictKind, VerifyOptions
from tf2migrate.workflow import fix, migrate
from tf2migrate.workflow.migrate import migrate_tree

TF1 = "import tensorflow as tf\ntf.to_float(1)\n"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None, Path | None]]:
    """Stand-ins for planner and verifier: `bad*` is refused, `crash*` crashes the verifier, the rest is equal."""
    calls: list[tuple[str, str | None, Path | None]] = []

    def migrate_program(entry: Path, root: Path, style: NativeStyle) -> tuple[FileResult, ...]:
        if entry.name.startswith("bad"):
            return (FileResult(str(entry), Status.REFUSED, refusals=(Refusal(str(entry), 1, "TFM951", "why", "how"),)),)
        return (FileResult(str(entry), Status.NATIVE, "import tensorflow as tf\n"),)

    def verify_program(original: Path, migrated: Path | None, options: VerifyOptions) -> Verification:
        calls.append((original.name, migrated.name if migrated else None, options.root))
        if original.name.startswith("crash"):
            raise RuntimeError("lost")
        return Verification(str(original), str(migrated), Verdict(VerdictKind.EQUAL))

    monkeypatch.setattr(fix, "migrate_program", migrate_program)
    monkeypatch.setattr(fix, "is_native", lambda component: False)
    monkeypatch.setattr(migrate, "verify_program", verify_program)
    monkeypatch.setattr(migrate, "require_tensorflow", lambda: None)
    return calls


def run(tmp_path: Path, *names: str) -> tuple[MigrateReport, list[str]]:
    source = tmp_path / "src"
    for name in names:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(TF1 if name != "plain.py" else "x = 1\n")
    progress: list[str] = []
    report = migrate_tree(source, tmp_path / "out", Config(source), VerifyOptions(), progress.append)
    return report, progress


def test_each_program_is_migrated_and_verified_against_the_tree_it_came_from(tmp_path: Path, asked) -> None:
    report, progress = run(tmp_path, "a.py", "sub/b.py", "plain.py")
    assert report.exit_status == 0
    assert asked == [("a.py", "a.py", tmp_path / "src"), ("b.py", "b.py", tmp_path / "src")]
    assert report.percent_native == 100.0
    assert [len(file.diagnostics) for file in report.before.files] == [1, 0, 1]
    assert (tmp_path / "out/sub/b.py").read_text() == "import tensorflow as tf\n"
    assert (tmp_path / "src/sub/b.py").read_text() == TF1
    assert sorted(progress)[-3].startswith("verified 1 of 2: ")


def test_what_is_refused_is_not_verified(tmp_path: Path, asked) -> None:
    report, _ = run(tmp_path, "a.py", "bad.py", "plain.py")
    assert report.exit_status == 1
    assert [name for name, *_ in asked] == ["a.py"]
    assert report.percent_native == 50.0


def test_a_fault_of_the_verifier_is_no_verdict_and_the_others_go_on(tmp_path: Path, asked) -> None:
    report, _ = run(tmp_path, "crash.py", "z.py")
    assert report.exit_status == 1
    assert [one.verdict.verdict for one in report.verifications] == [VerdictKind.NOT_VERIFIED, VerdictKind.EQUAL]
    assert "RuntimeError: lost" in report.verifications[0].verdict.reason
