"""`check` where files, folders, disks and encodings are not as one would wish."""

from __future__ import annotations

import ast
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

import tf2migrate
from tf2migrate.config import Config
from tf2migrate.workflow.check import CheckOptions, check_files
from tf2migrate.workflow.checker import Checker

CAST = "import tensorflow as tf\nx = tf.to_float(1)\n"
FIXED = "import tensorflow as tf\nx = tf.cast(1, tf.float32)\n"
ROOT = str(Path(tf2migrate.__file__).resolve().parent.parent)

closed_to_us = pytest.mark.skipif(sys.platform != "linux", reason="permissions are taken away as on Linux")


def call(
    *arguments: object, cwd: Path | None = None, data: bytes = b"", bare: bool = False, limit: int | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own: `bare` without the powers of root, `limit` with no room in files."""

    def prepare() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if bare and os.geteuid() == 0 else []
    command = [*drop, sys.executable, "-m", "tf2migrate", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": ROOT, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, cwd=cwd, input=data, env=environment, capture_output=True, check=False, preexec_fn=prepare
    )


def one_line(done: subprocess.CompletedProcess[bytes]) -> str:
    assert done.returncode == 2, done
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("tf2migrate: error: ") and "internal" not in line
    return line.removeprefix("tf2migrate: error: ")


def write(folder: Path, name: str, data: str | bytes = CAST) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


# --- links and permissions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["check", "fix"])
def test_links_in_a_loop_are_no_files_and_named_they_are_one_line(tmp_path: Path, command: str) -> None:
    write(tmp_path, "a.py")
    for name, target in (("b.py", "c.py"), ("c.py", "b.py"), ("self", "."), ("loop", "loop"), ("gone.py", "nothing")):
        (tmp_path / name).symlink_to(target)
    done = call(command, tmp_path, "--output-format", "json", *(["--diff"] if command == "fix" else ["--no-cache"]))
    assert done.returncode == (1 if command == "check" else 0), done
    named = one_line(call(command, tmp_path / "b.py"))
    assert named == f"{tmp_path / 'b.py'}: cannot be read: Too many levels of symbolic links"


@closed_to_us
@pytest.mark.parametrize("command", ["check", "fix"])
def test_what_is_closed_to_us_is_told_and_hides_nothing(tmp_path: Path, command: str) -> None:
    write(tmp_path, "open.py", FIXED)
    closed = write(tmp_path, "closed.py")
    folder = write(tmp_path, "folder/inside.py").parent
    closed.chmod(0)
    folder.chmod(0)
    done = call(command, tmp_path, bare=True)
    folder.chmod(0o700)
    assert done.returncode == 2
    assert sorted(done.stderr.decode().splitlines()) == [
        f"tf2migrate: error: {closed}: cannot be read: Permission denied",
        f"tf2migrate: error: {folder}: cannot be read: Permission denied",
    ]


@closed_to_us
def test_a_path_in_a_closed_folder_is_one_line(tmp_path: Path) -> None:
    inside = write(tmp_path, "folder/inside.py")
    inside.parent.chmod(0)
    try:
        for path in (inside, inside.parent):
            assert one_line(call("check", path, bare=True)) == f"{path}: cannot be read: Permission denied"
    finally:
        inside.parent.chmod(0o700)


@closed_to_us
@pytest.mark.parametrize("option", ["--fix", "--add-noqa"])
def test_a_file_that_is_closed_to_writing_stays_as_it_is(tmp_path: Path, option: str) -> None:
    path = write(tmp_path, "a.py")
    path.chmod(0o444)
    assert one_line(call("check", path, option, bare=True)) == f"{path}: cannot be written: Permission denied"
    assert path.read_text() == CAST


@pytest.mark.parametrize(("target", "reason"), [("nowhere/out", "No such file or directory"), (".", "Is a directory")])
def test_an_output_file_that_cannot_be_written_is_one_line(tmp_path: Path, target: str, reason: str) -> None:
    path = write(tmp_path, "a.py")
    done = call("check", path, "--output-file", target, cwd=tmp_path)
    assert one_line(done) == f"{target}: cannot be written: {reason}"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_device_is_written_to_and_stays_what_it_is(tmp_path: Path) -> None:
    path = write(tmp_path, "a.py")
    assert call("check", path, "--output-file", "/dev/stdout").stdout.startswith(b"`tf2migrate check --fix`")
    assert call("check", path, "--output-file", "/dev/null").returncode == 1
    assert Path("/dev/null").is_char_device()
    assert one_line(call("check", path, "--output-file", "/dev/full")).endswith("No space left on device")


# --- what goes while it is read ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 2])
def test_files_and_folders_that_go_while_they_are_checked(tmp_path: Path, jobs: int) -> None:
    paths = [write(tmp_path, f"p{number:03}/a.py") for number in range(200)]
    failed = []
    for file in check_files([tmp_path], Config(tmp_path), CheckOptions(jobs=jobs)):
        if not failed and paths[-1].exists():
            for path in paths[190:]:
                path.unlink()
                path.parent.rmdir()
        failed += [file.diagnostics[0].message] if file.failed else []
    assert failed == ["no such file"] * 10


# --- caches and full disks --------------------------------------------------------------------------------------------


@closed_to_us
@pytest.mark.parametrize("kind", ["file", "below a file", "read-only", "closed"])
def test_a_cache_folder_that_cannot_be_used_is_none(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path, place = write(tmp_path, "a.py"), tmp_path / "cache"
    if "file" in kind:
        place.touch()
    else:
        place.mkdir(mode=0o555 if kind == "read-only" else 0)
    monkeypatch.setenv("TF2MIGRATE_CACHE_DIR", str(place / "x" if kind == "below a file" else place))
    done = call("check", path, bare=True)
    assert (done.returncode, done.stderr) == (1, b"")
    if place.is_dir():
        place.chmod(0o700)
        assert not list(place.iterdir())


@pytest.mark.parametrize("room", [0, 5000])
def test_a_full_disk_takes_no_finding_away(tmp_path: Path, room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(120):
        write(tmp_path, f"tree/m{number:03}.py", CAST.replace("1", str(number)))
    monkeypatch.setenv("TF2MIGRATE_CACHE_DIR", str(tmp_path / "cache"))
    done = call("check", "tree", "--output-format", "github", cwd=tmp_path, limit=room)
    assert (done.returncode, done.stderr) == (1, b"")
    assert len(done.stdout.splitlines()) == 120
    assert not list((tmp_path / "cache").rglob("*.tmp")) + list((tmp_path / "cache").rglob("*.index"))


def test_a_full_disk_leaves_the_file_that_would_be_fixed(tmp_path: Path) -> None:
    path = write(tmp_path, "a.py")
    for option in ("--fix", "--add-noqa"):
        assert one_line(call("check", path, option, limit=0)).startswith(f"{path}: cannot be written: ")
    assert [one.name for one in tmp_path.iterdir()] == ["a.py"]
    assert path.read_text() == CAST


# --- encodings and line ends ------------------------------------------------------------------------------------------

ENCODED = {
    "latin-1": "# -*- coding: latin-1 -*-\n{}# é\n".encode("latin-1"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "CRLF": b'{}s = """a\r\nb"""\r\n',
    "CR": b"{}s = 1\r",
}


@pytest.mark.parametrize("kind", ENCODED)
@pytest.mark.parametrize("stdin", [False, True], ids=["file", "standard input"])
def test_a_fix_keeps_encoding_and_line_ends(tmp_path: Path, kind: str, stdin: bool) -> None:
    end = {"CRLF": "\r\n", "CR": "\r"}.get(kind, "\n")
    before, after = (ENCODED[kind].replace(b"{}", text.replace("\n", end).encode()) for text in (CAST, FIXED))
    if stdin:
        done = call("check", "-", "--fix", data=before)
        assert (done.returncode, done.stdout) == (0, after)
        return
    path = write(tmp_path, "a.py", before)
    assert call("check", path, "--fix").returncode == 0
    assert path.read_bytes() == after


@pytest.mark.parametrize("data", [b"x = (\n", b"# \xff\nimport tensorflow\n", b"", b"import tensorflow as tf\r\n"])
def test_standard_input_that_has_nothing_to_fix_comes_back(data: bytes) -> None:
    done = call("check", "-", "--fix", data=data)
    assert done.stdout == data
    assert done.returncode == (2 if b"(" in data or b"\xff" in data else 0)


def test_a_diff_of_standard_input_has_its_name_and_obeys_exit_zero() -> None:
    done = call("check", "-", "--diff", "--stdin-filename", "src/a.py", data=CAST.encode())
    assert done.returncode == 1
    assert done.stdout.decode().splitlines()[:2] == ["--- src/a.py", "+++ src/a.py"]
    assert call("check", "-", "--diff", "--exit-zero", data=CAST.encode()).returncode == 0


# --- the project's own files are no modules of this tool --------------------------------------------------------------


def test_a_checked_file_is_not_imported(tmp_path: Path) -> None:
    for name in ("copy", "queue", "random", "json", "tempfile"):
        write(tmp_path, f"{name}.py", f"raise SystemExit('{name} was imported')\n")
    path = write(tmp_path, "a.py")
    done = call("check", path.name, "--output-format", "json", cwd=tmp_path)
    assert [one["code"] for one in json.loads(done.stdout)] == ["TFM003"], done.stderr


# --- comments that silence --------------------------------------------------------------------------------------------

NOISY = '''\
import tensorflow as tf

a = tf.log(1.0) + \\
    tf.to_float(2)
b = f"""{tf.to_float(1)}
text {tf.to_int32(2)}
end"""
c = tf.py_func(lambda: """
  # no comment
""", [tf.log(2.0)], tf.float32)
d = tf.log(1.0)  # noqa: E501
e = tf.to_float(tf.log(1.0))  # noqa: TFM002 for now
f = [tf.log(3.0),  # why
     2]; g = tf.log(4.0)
with tf.Session() as h:  # a comment
    pass
'''
SILENCED = [
    "    tf.to_float(2)  # noqa: TFM002, TFM003",
    'end"""  # noqa: TFM003',
    '""", [tf.log(2.0)], tf.float32)  # noqa: TFM002, TFM011',
    "d = tf.log(1.0)  # noqa: E501, TFM002",
    "e = tf.to_float(tf.log(1.0))  # noqa: TFM002, TFM003 for now",
    "     2]; g = tf.log(4.0)  # noqa: TFM002",
    "with tf.Session() as h:  # a comment  # noqa: TFM101",
]


def test_comments_stand_at_the_end_of_logical_lines_and_ruff_knows_them(tmp_path: Path) -> None:
    path = write(tmp_path, "a.py", NOISY)
    assert call("check", path, "--add-noqa").returncode == 0
    text = path.read_text()
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(NOISY))
    assert [line for line in text.splitlines() if "noqa" in line] == SILENCED
    assert call("check", path).returncode == 0
    assert call("check", path, "--add-noqa").stdout == b"Added 0 noqa comments.\n"
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", "E501,RUF100,RUF102"]
    told = [*ruff, "--config", "lint.external = ['TFM']", "--config", "line-length = 20", path]
    untold = subprocess.run([*ruff, path], capture_output=True, text=True, check=False)
    assert "TFM" in untold.stdout  # without the setting ruff flags them
    done = subprocess.run(told, capture_output=True, text=True, check=False)
    assert "TFM" not in "".join(line for line in done.stdout.splitlines() if "RUF" in line)


# --- rules for some files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        (["tests/*:TFM0"], ["a.py"]),
        (["**/a.py:TFM003"], ["tests/deep/b.py"]),
        (["b.py:ALL"], ["a.py"]),
        (["./tests/deep/*:TFM,a.py:TFM003"], []),
        (["other/*:TFM"], ["a.py", "tests/deep/b.py"]),
    ],
)
def test_rules_are_left_out_in_some_files(tmp_path: Path, patterns: list[str], left: list[str]) -> None:
    write(tmp_path, "a.py"), write(tmp_path, "tests/deep/b.py")
    write(tmp_path, "pyproject.toml", '[tool.tf2migrate]\nper-file-ignores = { "*" = ["ALL"] }\n')
    options = [f"--per-file-ignores={pattern}" for pattern in patterns]
    done = call("check", ".", "--output-format", "json", *options, cwd=tmp_path)
    assert sorted(one["filename"] for one in json.loads(done.stdout)) == left
    assert call("check", ".", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("given", "meant"),
    [("tfm0", "TFM0"), ("typed_cast", "TFM003"), ("TFM003x", "TFM003"), ("TF101", "TFM101"), ("nonsense", None)],
)
def test_a_code_that_no_rule_has_is_one_line_with_what_was_meant(tmp_path: Path, given: str, meant: str | None) -> None:
    path = write(tmp_path, "a.py")
    cure = "`tf2migrate rules` lists them" if meant is None else f"did you mean {meant}?"
    for option in ("--select", "--ignore", "--extend-select", "--per-file-ignores"):
        value = f"*.py:{given}" if option == "--per-file-ignores" else given
        assert one_line(call("check", path, option, value)) == f"unknown rule {given!r}; {cure}"
    assert "expected PATTERN:CODE" in one_line(call("check", path, "--per-file-ignores", "a.py"))


def test_few_projects_are_kept_in_mind(tmp_path: Path) -> None:
    checker = Checker(frozenset({"TFM003"}), Config(tmp_path), CheckOptions())
    for number in range(30):
        path = write(tmp_path, f"p{number}/a.py")
        assert checker.check_data(str(path), CAST.encode(), write=False).diagnostics
        checker.news()
    assert len(checker._modules) <= 8


# --- baselines --------------------------------------------------------------------------------------------------------


def test_a_baseline_follows_a_file_to_its_new_name(tmp_path: Path) -> None:
    path = write(tmp_path, "a.py")
    write(tmp_path, "b.py")
    known = tmp_path / "known.json"
    assert call("check", tmp_path, "--baseline", known, "--add-baseline").returncode == 0
    path = path.rename(tmp_path / "renamed.py")
    assert call("check", tmp_path, "--baseline", known).returncode == 0
    write(tmp_path, "copied.py")  # nothing is gone that it could be
    done = call("check", tmp_path, "--baseline", known, "--output-format", "json")
    assert [Path(one["filename"]).name for one in json.loads(done.stdout)] in (["copied.py"], ["renamed.py"])
    (tmp_path / "copied.py").unlink()
    write(tmp_path, "renamed.py", CAST + "y = tf.to_float(2)\n")
    assert call("check", tmp_path, "--baseline", known).returncode == 1
    path.unlink()
    done = call("check", tmp_path, "--baseline", known)
    assert done.returncode == 0 and b"1 known finding is gone" in done.stderr
    assert call("check", tmp_path, "--baseline", known, "--add-baseline").returncode == 0
    assert "a.py" not in known.read_text()


@pytest.mark.parametrize(
    "text",
    [
        "x = y" + ".a()" * 2000,
        "if a:\n    pass\n" + "elif b:\n    pass\n" * 3000,
        "x = " + " + ".join(["y"] * 5000),
        "x = y" + ".a" * 5000,
    ],
    ids=["calls", "elif", "sum", "attributes"],
)
def test_what_is_nested_too_deeply_is_told_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.py").write_text(f"import tensorflow as tf\n{text}\n", encoding="utf-8")
    done = call("check", "a.py", "--no-cache", cwd=tmp_path)
    assert done.returncode == 2
    assert b"a.py: is nested too deeply to be" in done.stderr and done.stderr.count(b"\n") == 1
