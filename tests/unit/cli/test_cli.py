from __future__ import annotations

import inspect
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tf2migrate.cli import main
from tf2migrate.model.plan import EmittedFunction, FileResult, NativeStyle, Refusal, Status
from tf2migrate.workflow import fix

TF1 = "import tensorflow as tf\nx = tf.to_float(1)\n"
CLEAN = "import tensorflow as tf\nx = tf.cast(1, tf.float32)\n"


# Up to click 8.1 the runner mixes stdout and stderr where nothing else is said.
SEPARATE = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}


def run(*arguments: object, stdin: str | bytes | None = None) -> Result:
    return CliRunner(**SEPARATE).invoke(
        main, [str(argument) for argument in arguments], input=stdin, prog_name="tf2migrate"
    )


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def one_line(result: Result) -> str:
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith("tf2migrate: error: ")
    return line


# --- check ------------------------------------------------------------------------------------------------------------


def test_check_says_what_where_and_exits_with_one(tmp_path: Path) -> None:
    path = write(tmp_path, "a.py", TF1)
    result = run("check", path)
    assert result.exit_code == 1
    assert f"\n{path}:2:5: TFM003 [*] " in result.stdout
    assert "2 | x = tf.to_float(1)\n  |     ^^^^^^^^^^^\n" in result.stdout
    assert result.stderr == ""


def test_clean_files_exit_with_zero(tmp_path: Path) -> None:
    write(tmp_path, "a.py", CLEAN)
    write(tmp_path, "b.py", "x = 1\n")
    result = run("check", tmp_path)
    assert (result.exit_code, result.stdout) == (0, "No findings in 2 files.\n")
    assert run("check", write(tmp_path, "c.py", TF1), "--exit-zero").exit_code == 0


def test_quiet_prints_nothing_and_still_tells_by_status(tmp_path: Path) -> None:
    result = run("check", "-q", write(tmp_path, "a.py", TF1))
    assert (result.exit_code, result.output) == (1, "")


def test_json_has_the_shape_that_scripts_rely_on(tmp_path: Path) -> None:
    path = write(tmp_path, "a.py", "import tensorflow as tf\n# é\ny = 'é', tf.to_float(1)\n")
    (finding,) = json.loads(run("check", path, "--output-format", "json").stdout)
    assert list(finding) == ["code", "name", "message", "filename", "location", "end_location", "cell", "fix", "url"]
    assert finding["code"] == "TFM003"
    assert finding["filename"] == str(path)
    assert finding["location"] == {"row": 3, "column": 10}
    assert finding["end_location"] == {"row": 3, "column": 21}
    assert finding["cell"] is None
    assert finding["fix"]["applicability"] == "safe"
    assert list(finding["fix"]["edits"][0]) == ["content", "location", "end_location"]


def test_a_file_that_cannot_be_read_is_a_finding_of_machines_and_a_line_for_people(tmp_path: Path) -> None:
    path = write(tmp_path, "a.py", "import tensorflow\nprint 'x'\n")
    line = one_line(run("check", path))
    assert line == (
        f"tf2migrate: error: {path}: line 2 is Python 2 (convert the file to Python 3 first, for example with 2to3)"
    )
    result = run("check", path, "--output-format", "json")
    (finding,) = json.loads(result.stdout)
    assert result.exit_code == 2
    assert (finding["code"], finding["location"]["row"]) == ("TFM000", 2)


@pytest.mark.parametrize("command", ["check", "fix", "verify"])
def test_each_bad_input_is_one_line_and_exit_two(tmp_path: Path, command: str) -> None:
    assert "no such file" in one_line(run(command, tmp_path / "none.py"))
    assert "binary" in one_line(run(command, write(tmp_path, "b.py", b"\x7fELF\0\0")))
    assert "is not a regular file" in one_line(run(command, os.devnull))
    assert "Python 2" in one_line(run(command, write(tmp_path, "c.py", "print 'x'\n")))
    assert "not valid utf-8" in one_line(run(command, write(tmp_path, "d.py", b"x = '\xff'\n")))
    assert "not valid Python" in one_line(run(command, write(tmp_path, "e.py", "def f(:\n")))


@pytest.mark.parametrize("command", ["check", "fix", "verify"])
def test_an_unreadable_file_is_one_line(tmp_path: Path, command: str) -> None:
    path = write(tmp_path, "a.py", TF1)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user reads every file")
    assert "cannot be read: Permission denied" in one_line(run(command, path))


@pytest.mark.parametrize("command", ["check", "fix"])
def test_a_folder_without_python_is_one_line(tmp_path: Path, command: str) -> None:
    assert "no Python files" in one_line(run(command, tmp_path))


def test_one_bad_file_does_not_hide_the_others(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "import tensorflow\nprint 'x'\n")
    write(tmp_path, "b.py", TF1)
    result = run("check", tmp_path)
    assert result.exit_code == 2
    assert "TFM003" in result.stdout
    assert "Python 2" in result.stderr


def test_selection_by_prefix_and_its_mistakes(tmp_path: Path) -> None:
    path = write(tmp_path, "a.py", TF1)
    assert run("check", path, "--select", "TFM003").exit_code == 1
    assert run("check", path, "--ignore", "TFM0").exit_code == 0
    assert run("check", path, "--ignore", "TFM0", "--extend-select", "TFM003").exit_code == 1
    assert one_line(run("check", path, "--select", "TFM00e")).startswith(
        "tf2migrate: error: unknown rule 'TFM00e'; did you mean TFM0"
    )
    assert "unknown rule 'E501'" in one_line(run("check", path, "--ignore", "E501"))


def test_configuration_is_obeyed_and_its_mistakes_are_one_line(tmp_path: Path) -> None:
    write(
        tmp_path,
        "pyproject.toml",
        "[tool.tf2migrate]\nexclude = ['old']\n[tool.tf2migrate.per-file-ignores]\n'n/*' = ['TFM0']\n",
    )
    write(tmp_path, "old/a.py", TF1)
    write(tmp_path, "n/b.py", TF1)
    assert run("check", tmp_path).exit_code == 0
    assert run("check", tmp_path / "old/a.py").exit_code == 1
    assert run("check", tmp_path / "old/a.py", tmp_path / "n/b.py", "--force-exclude").exit_code == 0
    bad = write(tmp_path, "bad.toml", "[tool.tf2migrate]\nignored = []\n")
    assert "did you mean 'ignore'?" in one_line(run("check", tmp_path, "--config", bad))


def test_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("check", "-", "--stdin-filename", "model.py", "--output-format", "json", stdin=TF1)
    assert result.exit_code == 1
    assert json.loads(result.stdout)[0]["filename"] == "model.py"
    assert run("check", "-", "--fix", stdin=TF1).stdout == "import tensorflow as tf\nx = tf.cast(1, tf.float32)\n"
    assert list(tmp_path.iterdir()) == []
    assert "cannot be combined" in one_line(run("check", "-", tmp_path))


def test_fixes_are_written_with_line_ends_kept_and_settle(tmp_path: Path) -> None:
    path = write(tmp_path, "a.py", b"import tensorflow as tf\r\nx = tf.to_float(tf.to_int32(1))\r\n")
    result = run("check", "--fix", path)
    assert result.exit_code == 0
    assert path.read_bytes() == b"import tensorflow as tf\r\nx = tf.cast(tf.cast(1, tf.int32), tf.float32)\r\n"
    assert "Fixed 2 findings." in result.stdout
    before = path.stat()
    assert run("check", "--fix", path).exit_code == 0
    assert path.stat() == before


def test_a_diff_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, "a.py", TF1)
    result = run("check", "--diff", path)
    assert result.exit_code == 1
    assert "-x = tf.to_float(1)\n+x = tf.cast(1, tf.float32)\n" in result.stdout
    assert path.read_text() == TF1


def test_statistics(tmp_path: Path) -> None:
    path = write(tmp_path, "a.py", TF1 + "y = tf.to_float(2)\n")
    assert run("check", path, "--statistics").stdout.startswith("2  TFM003  typed_cast\n")


def test_notebooks_are_checked_by_cell(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": "# a"},
        {"cell_type": "code", "source": ["%pip list\n", *TF1.splitlines(True)]},
    ]
    path = write(tmp_path, "n.ipynb", json.dumps({"cells": cells, "metadata": {}}))
    assert f"{path}:cell 2:3:5: TFM003" in run("check", path).stdout
    before = path.read_bytes()
    assert "fixable" not in run("check", "--fix", path).stdout
    assert path.read_bytes() == before
    (finding,) = json.loads(run("check", tmp_path, "--output-format", "json").stdout)
    assert (finding["cell"], finding["location"]) == (2, {"row": 3, "column": 5})
    assert "is not a Jupyter notebook" in one_line(run("check", write(tmp_path, "bad.ipynb", "{")))


@pytest.mark.parametrize("header", ["", "%matplotlib inline\n", "!pip install tensorflow\n# first\n"])
@pytest.mark.parametrize("as_lines", [True, False])
def test_imports_in_notebooks_are_seen_wherever_they_stand(tmp_path: Path, header: str, as_lines: bool) -> None:
    write(tmp_path, "common.py", "import tensorflow.compat.v1 as tf1\n")
    for name, text in {"own": "import tensorflow as tf\n", "other": "from common import tf1 as tf\n"}.items():
        source = f"{header}{text}x = tf.to_float(1)\n"
        cells = [{"cell_type": "code", "source": source.splitlines(True) if as_lines else source}]
        path = write(tmp_path, f"{name}.ipynb", json.dumps({"cells": cells, "metadata": {}}))
        codes = [one["code"] for one in json.loads(run("check", path, "--output-format", "json", "--no-cache").stdout)]
        assert codes == ["TFM003"], name


def test_a_cell_that_is_no_python_is_told_by_its_number_and_line(tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "source": source} for source in (TF1, "x = 1\ny = (\n")]
    path = write(tmp_path, "n.ipynb", json.dumps({"cells": cells, "metadata": {}}))
    assert "n.ipynb: cell 2, line 2 is not valid Python" in one_line(run("check", path))
    (finding,) = json.loads(run("check", path, "--output-format", "json").stdout)
    assert (finding["code"], finding["cell"], finding["location"]) == ("TFM000", 2, {"row": 2, "column": 5})


# --- fix --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def planner(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planner that makes `a.py` native and refuses what is called otherwise."""

    def migrate_program(entry: Path, root: Path, style: NativeStyle) -> tuple[FileResult, ...]:
        if entry.name == "a.py":
            step = EmittedFunction("train_step", "step", (2,))
            return (FileResult(str(entry), Status.NATIVE, "# native\n", (step,)),)
        return (FileResult(str(entry), Status.REFUSED, refusals=(Refusal(str(entry), 2, "TFM951", "why", "how"),)),)

    monkeypatch.setattr(fix, "migrate_program", migrate_program)
    monkeypatch.setattr(fix, "is_native", lambda component: False)


@pytest.mark.usefixtures("planner")
def test_fix_reports_what_became_native_and_what_was_left(tmp_path: Path) -> None:
    native, other = write(tmp_path, "a.py", TF1), write(tmp_path, "b.py", TF1)
    result = run("fix", tmp_path)
    assert result.exit_code == 1
    assert result.stdout == (
        f"{native}: native TensorFlow 2 (1 step function: train_step)\n{other}: left as it is\n"
        f"  {other}:2: TFM951 why\n      how\n2 files: 1 native, 1 left as they are.\n"
    )
    assert native.read_text() == "# native\n"
    assert run("fix", native).exit_code == 0


@pytest.mark.usefixtures("planner")
def test_fix_json_has_the_shape_that_scripts_rely_on(tmp_path: Path) -> None:
    native, other = write(tmp_path, "a.py", TF1), write(tmp_path, "b.py", TF1)
    document = json.loads(run("fix", tmp_path, "--output-format", "json").stdout)
    assert document["files"][0] == {
        "path": str(native),
        "status": "native",
        "output": str(native),
        "functions": [{"name": "train_step", "kind": "step", "original_lines": [2]}],
        "refusals": [],
        "notes": [],
    }
    assert document["files"][1]["refusals"] == [
        {"code": "TFM951", "path": str(other), "row": 2, "reason": "why", "advice": "how"}
    ]
    assert document["summary"] == {"native": 1, "compat": 0, "unchanged": 0, "refused": 1, "error": 0}


@pytest.mark.usefixtures("planner")
def test_fix_diff_prints_a_patch_and_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, "a.py", TF1)
    result = run("fix", path, "--diff")
    assert (result.exit_code, path.read_text()) == (0, TF1)
    assert (
        result.stdout
        == f"--- {path}\n+++ {path}\n@@ -1,2 +1 @@\n-import tensorflow as tf\n-x = tf.to_float(1)\n+# native\n"
    )


def test_an_internal_error_is_one_line_and_its_traceback_on_request(tmp_path: Path, monkeypatch, caplog) -> None:
    def migrate_program(entry: Path, root: Path, style: NativeStyle) -> tuple[FileResult, ...]:
        raise KeyError("lost")

    monkeypatch.setattr(fix, "migrate_program", migrate_program)
    monkeypatch.setattr(fix, "is_native", lambda component: False)
    path = write(tmp_path, "a.py", TF1)
    line = one_line(run("fix", path))
    assert f"{path}: internal error at test_cli.py:" in line
    assert line.endswith("KeyError: 'lost' (the file is left as it is)")
    assert caplog.text == ""
    run("fix", path, "--verbose")
    assert "Traceback (most recent call last)" in caplog.text
    logging.getLogger("tf2migrate").setLevel(logging.NOTSET)


def test_a_fault_outside_of_any_file_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def find_components(targets: object, excluder: object) -> None:
        raise ZeroDivisionError("nothing")

    monkeypatch.setattr(fix, "find_components", find_components)
    assert "ZeroDivisionError: nothing" in one_line(run("fix", write(tmp_path, "a.py", TF1)))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
@pytest.mark.usefixtures("planner")
def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    path = write(tmp_path, os.fsdecode(b"n\xff.py"), TF1)
    assert json.loads(run("check", path, "--output-format", "sarif").stdout)["runs"][0]["results"]
    assert run("check", tmp_path, "--output-format", "gitlab").exit_code == 1
    assert run("fix", tmp_path).exit_code == 1


# --- the rest ---------------------------------------------------------------------------------------------------------


def test_explain_and_rules() -> None:
    listed = run("rules")
    assert listed.exit_code == 0
    assert "TFM003  typed_cast" in listed.stdout
    by_code, by_name = run("explain", "tfm003"), run("explain", "typed_cast")
    assert by_code.stdout == by_name.stdout
    assert by_code.stdout.startswith("# TFM003 typed_cast\n")
    assert "did you mean TFM003?" in one_line(run("explain", "TFM003x"))
    codes = [rule["code"] for rule in json.loads(run("rules", "--output-format", "json").stdout)]
    assert codes == sorted(codes)


def test_verify_options_are_checked_before_anything_runs(tmp_path: Path) -> None:
    path = write(tmp_path, "a.py", TF1)
    assert "expected MODULE=FILE" in one_line(run("verify", path, "--stand-in", "gym"))
    assert "No closing quotation" in one_line(run("verify", path, "--args", "'"))
    assert "no such folder" in one_line(run("verify", path, "--data", tmp_path / "none"))
    assert "no such folder" in one_line(run("verify", path, "--root", tmp_path / "none"))
    assert "not lie in" in run("verify", path, path, "--root", write(tmp_path / "other", "b.py", TF1).parent).stdout


def test_color_only_where_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path, "a.py", TF1)
    assert "\x1b[" not in run("check", path).stdout
    assert (
        "\x1b[1;31mTFM003\x1b[0m"
        in CliRunner().invoke(main, ["check", str(path), "--color", "always"], color=True).stdout
    )


def test_the_command_starts_without_the_layers_that_it_does_not_need() -> None:
    heavy = ("tensorflow", "numpy", "tf2migrate.lint", "tf2migrate.migrate")
    code = f"import sys, tf2migrate.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_closed_pipe_is_no_traceback(tmp_path: Path) -> None:
    path = write(tmp_path, "a.py", "import tensorflow as tf\n" + "tf.to_float(1)\n" * 3000)
    command = f"{sys.executable} -m tf2migrate check {path} | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize("command", ["check", "fix", "verify", "migrate", "explain", "rules", "init", "server", "docs"])
def test_every_command_takes_the_options_that_are_everywhere(command: str) -> None:
    text = run(command, "--help").stdout
    assert all(option in text for option in ("-q, --quiet", "-v, --verbose", "--color [auto|always|never]"))


def test_documentation_is_colored_and_silenced_on_request() -> None:
    assert run("explain", "TFM003").stdout.startswith("# TFM003 typed_cast\n")
    colored = run("explain", "TFM003", "--color", "always").stdout
    assert colored.startswith("\x1b[1m# TFM003 typed_cast\x1b[0m\n") and "\x1b[1m## Why\x1b[0m" in colored
    assert run("rules", "--color", "always").stdout.startswith("\x1b[1;31mTFM001\x1b[0m  ")
    assert [run(*command, "-q").stdout for command in (("explain", "TFM003"), ("rules",))] == ["", ""]
    assert json.loads(run("rules", "-q", "--output-format", "json").stdout)
    unknown = run("explain", "TFM9999", "-q")
    assert (unknown.exit_code, unknown.stdout) == (2, "") and "TFM9999" in unknown.stderr


def test_files_are_written_silently_on_request(tmp_path: Path) -> None:
    assert run("init", tmp_path, "-q").stdout == ""
    assert run("docs", tmp_path / "pages", "-q").stdout == ""
    assert (tmp_path / "pyproject.toml").exists() and (tmp_path / "pages" / "TFM003.md").exists()


def test_fix_without_paths_works_on_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text(TF1, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run("fix").exit_code == 0
    assert (tmp_path / "a.py").read_text(encoding="utf-8") == CLEAN


def test_findings_link_to_where_the_pages_are_published(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.tf2migrate]\ndocs-url = "https://docs.test/rules"\n', encoding="utf-8"
    )
    (tmp_path / "a.py").write_text(TF1, encoding="utf-8")
    (finding,) = json.loads(run("check", tmp_path, "--output-format", "json", "--no-cache").stdout)
    assert finding["url"] == "https://docs.test/rules/TFM003.md"
    rules = json.loads(run("check", tmp_path, "--output-format", "sarif", "--no-cache").stdout)["runs"][0]["tool"][
        "driver"
    ]
    assert {rule["helpUri"].rpartition("/")[0] for rule in rules["rules"]} == {"https://docs.test/rules"}
