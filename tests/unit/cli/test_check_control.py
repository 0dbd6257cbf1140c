"""`check`: what is known, silenced, excluded from the status, written elsewhere."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tf2migrate.cli import main

SESSION = "import tensorflow as tf\n\nsess = tf.Session()\n"
CAST = "import tensorflow as tf\nx = tf.to_float(1)\n"
SEPARATE = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}


def run(*arguments: object, stdin: str | None = None) -> Result:
    return CliRunner(**SEPARATE).invoke(
        main, [str(argument) for argument in arguments], input=stdin, prog_name="tf2migrate"
    )


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def rows(result: Result) -> list[tuple[str, int]]:
    return [(one["code"], one["location"]["row"]) for one in json.loads(result.stdout)]


# --- baselines --------------------------------------------------------------------------------------------------------


def test_a_baseline_silences_what_it_knows_also_after_lines_have_moved(tmp_path: Path) -> None:
    path = write(tmp_path, "a.py", SESSION)
    known = tmp_path / "known.json"
    done = run("check", path, "--baseline", known, "--add-baseline")
    assert (done.exit_code, done.stdout) == (0, f"Wrote 1 known finding to {known}.\n")
    assert run("check", path, "--baseline", known).exit_code == 0
    write(tmp_path, "a.py", "# moved\n\n" + SESSION.replace("\n\n", "\n\n\n    \n"))
    assert run("check", path, "--baseline", known).exit_code == 0
    write(tmp_path, "a.py", SESSION + "sess = tf.Session()\nx = tf.Session()\n")
    done = run("check", path, "--baseline", known, "--output-format", "json")
    assert (done.exit_code, rows(done)) == (1, [("TFM101", 4), ("TFM101", 5)])


def test_a_baseline_tells_what_is_gone_and_forgets_it_when_it_is_written_again(tmp_path: Path) -> None:
    path, other = write(tmp_path, "a.py", SESSION), write(tmp_path, "b.py", SESSION)
    known = tmp_path / "known.json"
    run("check", tmp_path, "--baseline", known, "--add-baseline")
    write(tmp_path, "a.py", "import tensorflow as tf\n")
    done = run("check", path, "--baseline", known)
    assert done.exit_code == 0
    assert "1 known finding is gone" in done.stderr
    run("check", path, "--baseline", known, "--add-baseline")
    assert [one["path"] for one in json.loads(known.read_text())["findings"]] == ["b.py"]
    assert run("check", other, "--baseline", known).stderr == ""


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "no such baseline"), ("{", "is no baseline"), ('{"version": 9}', "of version 9"), ("[]", "is no baseline")],
)
def test_a_baseline_that_cannot_be_used_is_one_line(tmp_path: Path, content: str | None, message: str) -> None:
    known = tmp_path / "known.json"
    if content is not None:
        known.write_text(content, encoding="utf-8")
    done = run("check", write(tmp_path, "a.py", SESSION), "--baseline", known)
    assert done.exit_code == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_configuration_can_name_the_baseline(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", '[tool.tf2migrate]\nbaseline = "known.json"\n')
    path = write(tmp_path, "a.py", SESSION)
    run("check", path, "--add-baseline")
    assert (tmp_path / "known.json").exists()
    assert run("check", path).exit_code == 0


def test_a_failure_is_never_known(tmp_path: Path) -> None:
    path = write(tmp_path, "a.py", "import tensorflow\nprint 'x'\n")
    assert run("check", path, "--baseline", tmp_path / "k.json", "--add-baseline").exit_code == 2
    assert run("check", path, "--baseline", tmp_path / "k.json").exit_code == 2


# --- suppression ------------------------------------------------------------------------------------------------------

NOISY = """\
import tensorflow as tf

x = tf.to_float(1)  # a cast
y = tf.to_float(
    tf.placeholder(tf.float32),  # inside
)
z = tf.placeholder(tf.float32)  # noqa: TFM003
s = '''
''' + str(tf.Session())
"""


def test_add_noqa_silences_all_and_changes_nothing_else(tmp_path: Path) -> None:
    path = write(tmp_path, "a.py", NOISY)
    done = run("check", path, "--add-noqa", "--ignore", "TFM001")
    assert (done.exit_code, done.stdout) == (0, "Added 4 noqa comments.\n")
    text = path.read_text(encoding="utf-8")
    assert run("check", path, "--ignore", "TFM001").exit_code == 0
    assert [line.partition("# noqa")[2] for line in text.splitlines() if "noqa" in line] == [
        ": TFM003",
        ": TFM003, TFM201",
        ": TFM003, TFM201",
        ": TFM101",
    ]
    assert run("check", path, "--add-noqa", "--ignore", "TFM001").stdout == "Added 0 noqa comments.\n"
    assert path.read_text(encoding="utf-8") == text


def test_add_noqa_keeps_line_ends_and_leaves_what_it_cannot_read(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(SESSION.replace("\n", "\r\n").encode())
    broken = write(tmp_path, "b.py", "import tensorflow\nprint 'x'\n")
    assert run("check", tmp_path, "--add-noqa").exit_code == 2
    assert path.read_bytes().endswith(b"sess = tf.Session()  # noqa: TFM101\r\n")
    assert "noqa" not in broken.read_text()


@pytest.mark.parametrize(
    ("comment", "status"),
    [("# tf2migrate: ignore-file", 0), ("# tf2migrate: ignore-file[TFM101] -- why", 0), ("# tf2migrate: ignore-file[TFM102]", 1)],
)  # fmt: skip
def test_a_whole_file_can_be_silenced(tmp_path: Path, comment: str, status: int) -> None:
    assert run("check", write(tmp_path, "a.py", SESSION + comment + "\n")).exit_code == status


# --- status, files, contradictions ------------------------------------------------------------------------------------


def test_exit_non_zero_on_fix(tmp_path: Path) -> None:
    assert run("check", write(tmp_path, "a.py", CAST), "--fix").exit_code == 0
    assert run("check", write(tmp_path, "b.py", CAST), "--fix", "--exit-non-zero-on-fix").exit_code == 1
    assert run("check", tmp_path / "b.py", "--fix", "--exit-non-zero-on-fix").exit_code == 0


def test_findings_go_to_a_file_in_one_step(tmp_path: Path) -> None:
    path, target = write(tmp_path, "a.py", SESSION), tmp_path / "out.json"
    done = run("check", path, "--output-format", "json", "--output-file", target)
    assert (done.exit_code, done.stdout) == (1, "")
    assert json.loads(target.read_text())[0]["code"] == "TFM101"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.py", "out.json"]


@pytest.mark.parametrize(
    "options",
    [("--fix", "--diff"), ("--fix", "--add-noqa"), ("--diff", "--watch"), ("--add-noqa", "--add-baseline")],
)
def test_contradictions_are_refused(tmp_path: Path, options: tuple[str, str]) -> None:
    done = run("check", write(tmp_path, "a.py", SESSION), *options)
    assert done.exit_code == 2
    assert "cannot be combined" in done.stderr
    assert run("check", "-", "--add-noqa", stdin=SESSION).exit_code == 2


def test_every_form_is_written_for_none_one_and_several_files(tmp_path: Path) -> None:
    write(tmp_path, "a.py", SESSION)
    write(tmp_path, "b.py", CAST)
    empty = write(tmp_path, "c.py", "x = 1\n")
    for form in ("json", "sarif", "gitlab"):
        assert json.loads(run("check", tmp_path, "--output-format", form).stdout)
        json.loads(run("check", empty, "--output-format", form).stdout)
    assert run("check", tmp_path, "--output-format", "github").stdout.count("::warning ") == 2
    assert run("check", empty, "--output-format", "github").stdout == ""


# --- settings ---------------------------------------------------------------------------------------------------------


def test_init_writes_settings_that_can_be_read(tmp_path: Path) -> None:
    assert run("init", tmp_path).exit_code == 0
    text = (tmp_path / "pyproject.toml").read_text()
    assert run("check", write(tmp_path, "a.py", CAST)).exit_code == 1
    uncommented = "\n".join(
        line.removeprefix("# ") if " = " in line or "[" in line else line for line in text.split("\n")
    )
    write(tmp_path, "pyproject.toml", uncommented)
    assert "known.json" not in run("check", tmp_path / "a.py", "--show-settings").stdout
    again = run("init", tmp_path)
    assert again.exit_code == 2
    assert "has a [tool.tf2migrate] table already" in again.stderr


def test_init_keeps_what_is_there(tmp_path: Path) -> None:
    path = write(tmp_path, "pyproject.toml", "[project]\nname = 'é'")
    run("init", tmp_path)
    assert path.read_text(encoding="utf-8").startswith("[project]\nname = 'é'\n\n[tool.tf2migrate]\n")


def test_settings_are_shown_as_they_hold(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "[tool.tf2migrate]\nignore = ['TFM1']\nexclude = ['old/']\n")
    shown = run("check", tmp_path, "--show-settings", "--extend-select", "TFM101", "--no-cache").stdout
    assert 'exclude = ["old/"]\n' in shown
    assert '"TFM101"' in shown and '"TFM102"' not in shown
    assert 'cache = ""\n' in shown
    assert f"config = {json.dumps(str(tmp_path.resolve() / 'pyproject.toml'))}\n" in shown


# --- files without TensorFlow -----------------------------------------------------------------------------------------


def started(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a hook does, and append the modules that it loaded to what it prints."""
    code = (
        "import atexit, sys; atexit.register(lambda: print('click' in sys.modules, 'tf2migrate.lint' in sys.modules))\n"
    )
    code += f"sys.argv = ['tf2migrate', 'check', *{options!r}, {str(path)!r}]\n"
    code += "from tf2migrate.__main__ import main; main()"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("x = 1\n", True),
        ("import os\nfrom helper import f\n", True),
        ("from wrap import tf\n", False),
        ("from wrap import *\n", False),
        ("# tf2migrate: ignore\n", False),
        ("x = 1  # noqa: TFM101\n", False),
        ("import tensorflow\n", False),
        ("print 'x'\n", False),
    ],
)
def test_files_without_tensorflow_are_answered_before_anything_is_loaded(
    tmp_path: Path, text: str, answered: bool
) -> None:
    write(tmp_path, "helper.py", "def f():\n    pass\n")
    write(tmp_path, "wrap.py", "import tensorflow as tf\n")
    path = write(tmp_path, "a.py", text)
    done = started(path, "--force-exclude")
    assert done.stdout.endswith("False False\n" if answered else "True True\n"), done.stdout + done.stderr
    assert (done.stdout == "No findings in 1 file.\nFalse False\n") == answered


def test_a_configuration_is_read_also_where_no_file_has_tensorflow(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "[tool.tf2migrate]\nselct = []\n")
    done = started(write(tmp_path, "a.py", "x = 1\n"))
    assert done.returncode == 2
    assert "did you mean 'select'?" in done.stderr


def test_wrappers_are_followed_from_the_command_line(tmp_path: Path) -> None:
    write(tmp_path, "wrap.py", "import tensorflow as T\n")
    path = write(tmp_path, "lib/a.py", "from wrap import T\nT.Session()\n")
    write(tmp_path, "setup.py", "")
    assert rows(run("check", path, "--output-format", "json")) == [("TFM101", 2)]
    assert rows(run("check", tmp_path, "--output-format", "json")) == [("TFM101", 2)]
    assert rows(run("check", tmp_path, "--output-format", "json")) == [("TFM101", 2)]
    write(tmp_path, "wrap.py", "import torch as T\n")
    assert rows(run("check", tmp_path, "--output-format", "json")) == []


# --- watching ---------------------------------------------------------------------------------------------------------


def test_watching_checks_again_after_a_change(tmp_path: Path) -> None:
    path = write(tmp_path, "a.py", "import tensorflow as tf\n")
    command = [sys.executable, "-m", "tf2migrate", "check", "--watch", "--no-cache", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None and watching.stderr is not None
        assert watching.stdout.readline() == "No findings in 1 file.\n"
        time.sleep(0.1)
        write(tmp_path, "a.py", SESSION)
        assert watching.stderr.readline() == f"changed: {path}\n"
        assert "`tf2migrate fix` does these" in watching.stdout.readline()
        watching.terminate()
