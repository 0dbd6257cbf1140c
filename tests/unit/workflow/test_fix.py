from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tf2migrate.config import Config
from tf2migrate.model.plan import FileResult, NativeStyle, Refusal, Status
from tf2migrate.model.results import FixReport
from tf2migrate.workflow import fix
from tf2migrate.workflow.errors import UsageError
from tf2migrate.workflow.fix import FixOptions, fix_paths

TF = "import tensorflow as tf\n"
Planner = Callable[[Path], list[FileResult]]


@pytest.fixture
def project(tmp_path: Path) -> Callable[[dict[str, str | bytes]], Path]:
    def make(files: dict[str, str | bytes]) -> Path:
        for name, content in {"pyproject.toml": "", **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return tmp_path

    return make


def plan_with(monkeypatch: pytest.MonkeyPatch, planner: Planner) -> list[Path]:
    """Replace the planner, which these tests are not about; return the list of entries that it is asked for."""
    entries: list[Path] = []

    def migrate_program(entry: Path, root: Path, style: NativeStyle) -> tuple[FileResult, ...]:
        entries.append(entry)
        return tuple(planner(entry))

    monkeypatch.setattr(fix, "migrate_program", migrate_program)
    monkeypatch.setattr(fix, "is_native", lambda component: False)
    return entries


def native(entry: Path) -> list[FileResult]:
    return [FileResult(str(entry), Status.NATIVE, entry.read_text() + "# native\n")]


def refused(entry: Path) -> list[FileResult]:
    return [FileResult(str(entry), Status.REFUSED, refusals=(Refusal(str(entry), 3, "TFM951", "why", "how"),))]


def run(root: Path, *names: str, **options: object) -> FixReport:
    return fix_paths([root / name for name in names or ("",)], Config(root), FixOptions(**options))  # type: ignore[arg-type]


def statuses(report: FixReport) -> dict[str, str]:
    return {Path(file.result.path).name: file.result.status.value for file in report.files}


def test_native_text_is_written_and_files_without_tensorflow_are_not(project, monkeypatch) -> None:
    root = project({"a.py": TF.replace("\n", "\r\n"), "b.py": "x = 1\n", "data.txt": "1"})
    plan_with(monkeypatch, native)
    assert statuses(run(root)) == {"a.py": "native", "b.py": "unchanged"}
    assert (root / "a.py").read_bytes() == b"import tensorflow as tf\r\n# native\r\n"
    assert (root / "b.py").read_bytes() == b"x = 1\n"


def test_refused_files_stay_as_they_are(project, monkeypatch) -> None:
    root = project({"a.py": TF})
    before = (root / "a.py").stat()
    plan_with(monkeypatch, refused)
    report = run(root)
    assert statuses(report) == {"a.py": "refused"}
    assert report.files[0].result.refusals == (Refusal(str(root / "a.py"), 3, "TFM951", "why", "how"),)
    assert (root / "a.py").stat() == before


def test_nothing_is_written_for_a_diff(project, monkeypatch) -> None:
    root = project({"a.py": TF})
    plan_with(monkeypatch, native)
    report = run(root, write=False)
    assert report.files[0].changed
    assert (root / "a.py").read_text() == TF


def test_a_fault_in_one_program_is_its_error_and_the_others_go_on(project, monkeypatch) -> None:
    root = project({"a.py": TF, "b.py": TF})

    def planner(entry: Path) -> list[FileResult]:
        if entry.name == "a.py":
            raise KeyError("lost")
        return native(entry)

    plan_with(monkeypatch, planner)
    report = run(root)
    assert statuses(report) == {"a.py": "error", "b.py": "native"}
    (refusal,) = report.files[0].result.refusals
    assert refusal.code == "TFM000"
    assert "internal error at test_fix.py" in refusal.reason
    assert "KeyError: 'lost'" in refusal.reason


def test_text_that_does_not_parse_is_never_written(project, monkeypatch) -> None:
    root = project({"a.py": TF})
    plan_with(monkeypatch, lambda entry: [FileResult(str(entry), Status.NATIVE, "def\n")])
    assert statuses(run(root)) == {"a.py": "error"}
    assert (root / "a.py").read_text() == TF


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"import tensorflow\nprint 'x'\n", "Python 2"), (b"\0\1tensorflow", "binary"), (b"# \xff tf\n", "utf-8")],
)
def test_what_cannot_be_read_is_an_error_and_the_others_go_on(project, monkeypatch, content, reason) -> None:
    root = project({"a.py": content, "b.py": TF})
    plan_with(monkeypatch, native)
    report = run(root)
    assert statuses(report) == {"a.py": "error", "b.py": "native"}
    assert reason in report.files[0].result.refusals[0].reason
    assert (root / "a.py").read_bytes() == content


def test_a_missing_file_is_an_error(project) -> None:
    report = run(project({"b.py": "x = 1\n"}), "a.py", "b.py")
    assert statuses(report) == {"a.py": "error", "b.py": "unchanged"}
    assert report.files[0].result.refusals[0].reason == "no such file"


def test_old_files_without_tensorflow_are_nobodys_business(project, monkeypatch) -> None:
    root = project({"old.py": "print 'x'\n", "a.py": TF})
    plan_with(monkeypatch, native)
    assert statuses(run(root)) == {"a.py": "native", "old.py": "unchanged"}


# --- several files ----------------------------------------------------------------------------------------------------

PROGRAM = {"main.py": "import model\n", "model.py": TF}


def whole(entry: Path) -> list[FileResult]:
    return [*native(entry), *native(entry.parent / "model.py")]


def test_a_program_of_several_files_is_planned_from_its_entry(project, monkeypatch) -> None:
    root = project(PROGRAM)
    entries = plan_with(monkeypatch, whole)
    report = run(root)
    assert entries == [root.resolve() / "main.py"]
    assert statuses(report) == {"main.py": "native", "model.py": "native"}
    assert [file.entry for file in report.files] == [True, False]


@pytest.mark.parametrize("name", ["main.py", "model.py"])
def test_a_file_whose_program_lies_outside_of_the_paths_is_refused(project, monkeypatch, name) -> None:
    root = project(PROGRAM)
    plan_with(monkeypatch, whole)
    report = run(root, name)
    assert statuses(report) == {name: "refused"}
    other = "model.py" if name == "main.py" else "main.py"
    assert str(root.resolve() / other) in report.files[0].result.refusals[0].reason
    assert (root / name).read_text() == PROGRAM[name]


def test_one_refused_file_holds_back_its_component(project, monkeypatch) -> None:
    root = project(PROGRAM)
    plan_with(monkeypatch, lambda entry: [*native(entry), *refused(entry.parent / "model.py")])
    report = run(root)
    assert statuses(report) == {"main.py": "refused", "model.py": "refused"}
    assert all(file.result.refusals for file in report.files)
    assert (root / "main.py").read_text() == PROGRAM["main.py"]


def test_entries_that_need_different_versions_of_a_module_are_refused(project, monkeypatch) -> None:
    root = project({**PROGRAM, "other.py": "import model\n"})

    def planner(entry: Path) -> list[FileResult]:
        model = entry.parent / "model.py"
        return [*native(entry), FileResult(str(model), Status.NATIVE, f"# for {entry.stem}\n")]

    plan_with(monkeypatch, planner)
    report = run(root)
    assert set(statuses(report).values()) == {"refused"}
    assert report.files[0].result.refusals[0].code == fix.DISAGREE_CODE


def test_all_files_of_a_program_are_written_or_none(project, monkeypatch) -> None:
    root = project(PROGRAM)
    plan_with(monkeypatch, whole)
    write, calls = fix.write_source, []

    def failing(path: Path, data: bytes) -> None:
        calls.append(path)
        if len(calls) == 2:
            raise PermissionError(13, "Permission denied", str(path))
        write(path, data)

    monkeypatch.setattr(fix, "write_source", failing)
    report = run(root)
    assert len(calls) == 3  # the second fails, the first is put back
    assert set(statuses(report).values()) == {"error"}
    assert "cannot be written: Permission denied" in report.files[0].result.refusals[0].reason
    assert {name: (root / name).read_text() for name in PROGRAM} == PROGRAM


def test_files_are_called_as_the_user_called_them(project, monkeypatch) -> None:
    root = project({"a.py": TF})
    monkeypatch.chdir(root)
    plan_with(monkeypatch, refused)
    (file,) = fix_paths([Path("a.py")], Config(root), FixOptions()).files
    assert (file.result.path, file.result.refusals[0].path, file.output) == ("a.py", "a.py", "a.py")


# --- output folder ----------------------------------------------------------------------------------------------------


def test_output_is_a_copy_of_the_tree_with_the_migrated_files_in_it(project, monkeypatch, tmp_path_factory) -> None:
    root = project({"a.py": TF, "pkg/b.py": "x = 1\n", "data/x.csv": "1,2\n", ".git/HEAD": ""})
    out = tmp_path_factory.mktemp("out") / "new"
    plan_with(monkeypatch, native)
    report = run(root, output=out)
    copied = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert copied == {"a.py", "pkg/b.py", "data/x.csv", "pyproject.toml"}
    assert (out / "a.py").read_text() == TF + "# native\n"
    assert (root / "a.py").read_text() == TF
    assert [Path(file.output) for file in report.files] == [out / "a.py", out / "pkg/b.py"]


def test_a_single_file_goes_into_the_output_folder(project, monkeypatch, tmp_path_factory) -> None:
    root = project({"a.py": TF, "data.csv": "1\n"})
    out = tmp_path_factory.mktemp("out")
    plan_with(monkeypatch, refused)
    run(root, "a.py", output=out)
    assert [path.name for path in out.iterdir()] == ["a.py"]
    assert (out / "a.py").read_text() == TF


@pytest.mark.parametrize("output", ["", "new", "pkg/new"])
def test_an_output_folder_inside_the_input_is_refused(project, output) -> None:
    root = project({"a.py": TF, "pkg/b.py": TF})
    with pytest.raises(UsageError, match="inside the input"):
        run(root, output=root / output)


def test_an_output_that_would_overwrite_the_input_or_is_a_file_is_refused(project) -> None:
    root = project({"a.py": TF, "b.py": TF})
    with pytest.raises(UsageError, match="would overwrite the input"):
        run(root, "a.py", output=root)
    with pytest.raises(UsageError, match="is a file"):
        run(root, "a.py", output=root / "b.py")


def test_two_files_never_share_one_output(project, tmp_path_factory) -> None:
    root = project({"p/a.py": TF, "q/a.py": TF})
    with pytest.raises(UsageError, match="two of the given files"):
        run(root, "p/a.py", "q/a.py", output=tmp_path_factory.mktemp("out"))


SESSION_HELPER = {
    "main.py": (
        "import tensorflow as tf\nimport helper\n\nx = tf.Variable(2.0)\nwith tf.Session() as sess:\n"
        "    sess.run(tf.global_variables_initializer())\n    print(helper.value(sess, x))\n"
    ),
    "helper.py": "def value(sess, x):\n    return sess.run(x)\n",
}


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({}, {Status.NATIVE}),
        ({"other.py": "import helper\n\nprint(helper.value(None, 1))\n"}, {Status.REFUSED, Status.UNCHANGED}),
    ],
    ids=["its own", "shared with a file that stays"],
)
def test_a_helper_without_tensorflow_is_written_with_its_program(
    tmp_path: Path, more: dict[str, str], status: set[Status]
) -> None:
    for name, text in {**SESSION_HELPER, **more}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    report = fix_paths([tmp_path], Config(root=tmp_path), FixOptions())
    assert {file.result.status for file in report.files} == status
    if status == {Status.NATIVE}:
        assert (tmp_path / "helper.py").read_text(encoding="utf-8") == "def value(x):\n    return x.numpy()\n"
    else:
        assert (tmp_path / "helper.py").read_text(encoding="utf-8") == SESSION_HELPER["helper.py"]


def test_what_is_native_already_is_not_planned(project, monkeypatch) -> None:
    root = project({"main.py": "import tensorflow as tf\n\nfor i in range(1000):\n    print(tf.square(float(i)))\n"})
    monkeypatch.setattr(fix, "migrate_program", lambda entry, root, style: pytest.fail("planned"))
    assert statuses(run(root)) == {"main.py": "unchanged"}


def test_what_silences_its_findings_is_planned(project, monkeypatch) -> None:
    root = project({"main.py": "import tensorflow as tf\n\nx = tf.placeholder(tf.float32)  # noqa: TFM201\n"})
    asked: list[Path] = []
    monkeypatch.setattr(fix, "migrate_program", lambda entry, root, style: asked.append(entry) or native(entry))
    run(root)
    assert asked == [root / "main.py"]
