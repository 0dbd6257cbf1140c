"""Checks of many files: the cache, worker processes, interrupts."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import pty
import signal
import subprocess
import sys
import time
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from tf2migrate.config import Config
from tf2migrate.model.results import CheckedFile
from tf2migrate.workflow import cache, check, checker, stamps
from tf2migrate.workflow.check import CheckOptions, check_files
from tf2migrate.workflow.selection import Selection

SESSION = "import tensorflow as tf\n\nsess = tf.Session()\n"
NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": SESSION}], "metadata": {}, "nbformat": 4})
# A test run in the background of a shell ignores interrupts, and so would the process that it starts.
HEARING = (
    "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "runpy.run_module('tf2migrate', run_name='__main__')"
)
FILES = 120


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"m{number:03}.py").write_text(SESSION + f"x{number} = tf.to_float({number})\n", encoding="utf-8")
    (folder / "broken.py").write_text("import tensorflow\nprint 'x'\n", encoding="utf-8")
    (folder / "book.ipynb").write_text(NOTEBOOK, encoding="utf-8")
    return folder


def checked(folder: Path, options: CheckOptions) -> list[CheckedFile]:
    return list(check_files([folder], Config(folder), options))


def linted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that fills with the names of the files that are really looked at."""
    names: list[str] = []
    original = checker.lint_text

    def lint_text(text: str, path: str, *rest: object) -> object:
        names.append(Path(path).name)
        return original(text, path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(checker, "lint_text", lint_text)
    return names


def test_what_has_not_changed_is_not_looked_at_again(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = CheckOptions(cache=tmp_path / "cache")
    first = checked(tree, options)
    names = linted(monkeypatch)
    assert checked(tree, options) == first
    assert names == []
    (tree / "m007.py").write_text(SESSION, encoding="utf-8")
    again = checked(tree, options)
    assert names == ["m007.py"]
    assert [file for file in again if file not in first] == [file for file in again if file.path.endswith("m007.py")]


def test_another_selection_is_another_question(tree: Path, tmp_path: Path) -> None:
    options = CheckOptions(cache=tmp_path / "cache")
    checked(tree, options)
    fewer = checked(tree, replace(options, selection=Selection(select=("TFM003",))))
    assert {one.code for file in fewer for one in file.diagnostics} == {"TFM003", "TFM000"}


def test_a_module_that_changes_makes_its_importers_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = CheckOptions(cache=tmp_path / "cache")
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "wrap.py").write_text("import tensorflow as tf\n", encoding="utf-8")
    (folder / "use.py").write_text("from wrap import tf\ntf.Session()\n", encoding="utf-8")
    assert [len(file.diagnostics) for file in checked(folder, options)] == [1, 0]
    (folder / "wrap.py").write_text("import torch as tf\n", encoding="utf-8")
    assert [len(file.diagnostics) for file in checked(folder, options)] == [0, 0]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"content": 1}', b"\xff\xfe"])
def test_a_spoiled_entry_is_made_anew(tree: Path, tmp_path: Path, content: bytes) -> None:
    options = CheckOptions(cache=tmp_path / "cache")
    first = checked(tree, options)
    for index in (tmp_path / "cache").rglob("*.index"):
        whole = index.read_bytes()
        index.write_bytes(content)
        assert checked(tree, options) == first
        index.write_bytes(content + whole[len(content) :])  # records, or what is known of them, spoiled in part
        assert checked(tree, options) == first
        index.write_bytes(whole[:-40] + content)
    assert checked(tree, options) == first
    assert checked(tree, options) == first


def test_a_cache_that_cannot_be_written_is_none(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    assert checked(tree, CheckOptions(cache=tmp_path / "cache")) == checked(tree, CheckOptions())


def indexes(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.index"))


def test_old_files_and_other_versions_go(tree: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    checked(tree, CheckOptions(cache=folder))
    checked(tree, CheckOptions(cache=folder, selection=Selection(select=("TFM003",))))
    files = indexes(folder)
    left = files[0].with_suffix(".abc.tmp")
    left.touch()
    long_ago = time.time() - 40 * 24 * 3600
    other = folder / "0123456789abcdef"
    other.mkdir()
    for old in (files[0], other, left):
        os.utime(old, (long_ago, long_ago))
    cache.clean(folder)  # was clean today
    assert files[0].exists() and other.exists()
    os.utime(folder / "cleaned", (long_ago, long_ago))
    cache.clean(folder)
    assert not files[0].exists() and not other.exists() and not left.exists() and files[1].exists()


def test_entries_that_nobody_asked_for_go(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = CheckOptions(cache=tmp_path / "cache")
    checked(tree, options)
    size = indexes(tmp_path / "cache")[0].stat().st_size
    now = time.time()
    monkeypatch.setattr(check, "clean", lambda folder: None)  # goes by the true age of files
    for day in range(1, 45):
        monkeypatch.setattr(cache.time, "time", lambda day=day: now + day * 24 * 3600)
        list(check_files([tree / "m001.py"], Config(tree), options))
    assert indexes(tmp_path / "cache")[0].stat().st_size < size / 10
    names = linted(monkeypatch)
    list(check_files([tree / "m001.py"], Config(tree), options))
    assert names == []


def test_a_change_in_the_same_tick_of_the_clock_is_seen(tree: Path, tmp_path: Path) -> None:
    options = CheckOptions(cache=tmp_path / "cache")
    file = tree / "m003.py"
    status = file.stat()
    first = checked(tree, options)
    file.write_bytes(file.read_bytes().replace(b"tf.Session()", b"tf.sessions_"))  # as long
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert checked(tree, options) == checked(tree, CheckOptions()) != first


def test_files_that_lie_still_are_not_even_read(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = tree / "plain.py"
    plain.write_text("from m001 import x1\n", encoding="utf-8")
    options = CheckOptions(cache=tmp_path / "cache")
    monkeypatch.setattr(stamps, "_SLACK", -(10**12))  # as if all files had been written long ago
    first = checked(tree, options)
    assert checked(tree, options) == first
    monkeypatch.setattr(cache, "digest_of", pytest.fail)
    monkeypatch.setattr(checker, "read_bytes", pytest.fail)
    assert checked(tree, options) == first


def test_a_module_that_appears_or_moves_makes_its_importers_new(tree: Path, tmp_path: Path) -> None:
    options = CheckOptions(cache=tmp_path / "cache")
    (tree / "setup.cfg").touch()
    sub = tree / "sub"
    sub.mkdir()
    (sub / "use.py").write_text("from wrap import tf\ntf.Session()\n", encoding="utf-8")
    (sub / "again.py").write_text("from use import tf as T\nT.Session()\n", encoding="utf-8")
    assert checked(sub, options) == checked(sub, CheckOptions())
    (tree / "wrap.py").write_text("import tensorflow as tf\n", encoding="utf-8")
    assert [len(file.diagnostics) for file in checked(sub, options)] == [1, 1]
    (sub / "wrap.py").write_text("import torch as tf\n", encoding="utf-8")
    assert [len(file.diagnostics) for file in checked(sub, options)] == [0, 0, 0]
    (sub / "wrap.py").unlink()
    (sub / "unrelated.py").touch()
    assert [len(file.diagnostics) for file in checked(sub, options)] == [1, 0, 1]


def test_a_file_that_is_named_is_parsed_although_a_walk_passed_it_over(tree: Path, tmp_path: Path) -> None:
    options = CheckOptions(cache=tmp_path / "cache")
    broken = tree / "no_tensorflow.py"
    broken.write_text("print 'x'\n", encoding="utf-8")
    assert not [file for file in checked(tree, options) if file.path == str(broken) and file.failed]
    assert next(check_files([broken], Config(tree), options)).failed


def test_runs_side_by_side_keep_what_both_found(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = CheckOptions(cache=tmp_path / "cache")
    first = check_files([tree / "m001.py"], Config(tree), options)
    second = check_files([tree / "m002.py"], Config(tree), options)
    next(first), next(second)
    assert list(first) == list(second) == []
    names = linted(monkeypatch)
    list(check_files([tree / "m001.py", tree / "m002.py"], Config(tree), options))
    assert names == []
    assert not list((tmp_path / "cache").rglob("*.tmp"))


def test_two_processes_find_what_one_finds(tree: Path, tmp_path: Path) -> None:
    one = checked(tree, CheckOptions(jobs=1))
    assert len(one) == FILES + 2
    assert checked(tree, CheckOptions(jobs=2)) == one
    assert checked(tree, CheckOptions(jobs=2, cache=tmp_path / "cache")) == one
    assert checked(tree, CheckOptions(jobs=2, cache=tmp_path / "cache")) == one


def test_two_processes_fix_what_one_fixes(tree: Path) -> None:
    options = CheckOptions(fix=True, write=True, jobs=2, selection=Selection(select=("TFM003",)))
    assert sum(file.fixed for file in checked(tree, options)) == FILES
    assert sum(file.fixed for file in checked(tree, options)) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent another way")
@pytest.mark.parametrize(("jobs", "sent"), [(1, signal.SIGINT), (2, signal.SIGINT), (2, signal.SIGTERM)])
def test_an_interrupt_leaves_every_file_whole(tree: Path, jobs: int, sent: signal.Signals) -> None:
    for number in range(1500):
        (tree / f"more{number:04}.py").write_text(SESSION + "y = tf.to_float(1)\n" * 20, encoding="utf-8")
    before = (tree / "more0000.py").read_text(encoding="utf-8")
    command = [sys.executable, "-c", HEARING, "check", "--fix", "--no-cache", "-j", str(jobs), str(tree)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        deadline = time.monotonic() + 60
        while "tf.cast" not in (tree / "book.ipynb").with_name("m000.py").read_text() and time.monotonic() < deadline:
            time.sleep(0.05)
        (os.killpg if sent is signal.SIGINT else os.kill)(process.pid, sent)
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 2, output + errors
    assert errors.splitlines()[-1] == "tf2migrate: interrupted; every file is as it was or wholly changed"
    assert "Traceback" not in errors
    assert not [one.name for one in tree.iterdir() if one.suffix not in (".py", ".ipynb")]
    after = before.replace("tf.to_float(1)", "tf.cast(1, tf.float32)")
    texts = {(tree / f"more{number:04}.py").read_text(encoding="utf-8") for number in range(1500)}
    assert texts <= {before, after}
    assert before in texts


@pytest.mark.skipif(not Path("/proc").exists(), reason="processes are listed another way")
def test_workers_end_with_their_parent_however_it_ends(tree: Path) -> None:
    for number in range(3000):
        (tree / f"more{number:04}.py").write_text(SESSION * 20, encoding="utf-8")
    command = [sys.executable, "-m", "tf2migrate", "check", "--no-cache", "-j", "2", str(tree)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True) as process:
        while len(group(process.pid)) < 3 and process.poll() is None:
            time.sleep(0.05)
        process.kill()
    deadline = time.monotonic() + 30
    while group(process.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert group(process.pid) == []


def group(leader: int) -> list[str]:
    """Return the processes of a group."""
    found: list[str] = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = status.read_text().rpartition(")")[2].split()
            if fields[2] == str(leader) and fields[0] != "Z":
                found.append(status.parent.name)
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="has no pseudo terminals")
def test_progress_is_shown_on_a_terminal_alone(tree: Path) -> None:
    for number in range(4000):
        (tree / f"more{number:04}.py").write_text(SESSION * 12, encoding="utf-8")
    command = [sys.executable, "-m", "tf2migrate", "check", "--no-cache", "-j", "1", "-q", str(tree / ".")]
    assert "checking" not in subprocess.run(command, capture_output=True, text=True, check=False).stderr
    reader, writer = pty.openpty()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=writer) as process:
        os.close(writer)
        shown = b""
        while True:
            try:
                shown += os.read(reader, 4096)
            except OSError:
                break
    os.close(reader)
    assert process.returncode == 2
    assert b"of 4122 files" in shown
    assert shown.rstrip(b"\r\n").endswith(b"\r") or b"\r  " in shown


@pytest.mark.parametrize("root", [True, False], ids=["one project", "each folder its own"])
def test_memory_does_not_grow_with_the_tree(tmp_path: Path, root: bool) -> None:
    if root:
        (tmp_path / "pyproject.toml").touch()
    helpers = "".join(f"def helper_{number}(x):\n    return x\n\n\n" for number in range(40))
    for number in range(240):
        folder = tmp_path / f"p{number:03}"
        folder.mkdir()
        (folder / f"common{number}.py").write_text(f"import tensorflow as tf\n\n{helpers}", encoding="utf-8")
        (folder / "use.py").write_text(
            f"from common{number} import helper_1, tf\n\nx = helper_1(tf.log(1.0))\n", encoding="utf-8"
        )
    held = []
    tracemalloc.start()
    for done, file in enumerate(check_files([tmp_path], Config(tmp_path), CheckOptions()), 1):
        assert len(file.diagnostics) == (done % 2 == 0)
        if done in (160, 480):
            gc.collect()
            held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert held[1] - held[0] < 320 * 4000  # bytes: a syntax tree of each module would be more than twice that


def test_what_changes_while_it_is_checked_is_looked_at_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").touch()
    common = tmp_path / "common.py"
    common.write_text("import tensorflow as tf\n", encoding="utf-8")
    for number in range(40):
        (tmp_path / f"m{number:02}.py").write_text(f"from common import tf\n\ntf.log({number}.0)\n", encoding="utf-8")
        project = tmp_path / f"p{number}"
        project.mkdir()
        (project / "setup.py").write_text("import os\n", encoding="utf-8")
    (tmp_path / "z.py").write_text("from common import tf\n\ntf.log(1.0)\n", encoding="utf-8")
    options = CheckOptions(cache=tmp_path.parent / f"{tmp_path.name}-cache")
    found = []
    for file in check_files([tmp_path], Config(tmp_path), options):
        found.append(len(file.diagnostics))
        if file.path.endswith("m00.py"):
            common.write_text("tf = None\n", encoding="utf-8")
    assert found[1] == 1 and found[-1] == 0  # the module was read again, when its project came up again
    assert not any(file.diagnostics for file in check_files([tmp_path], Config(tmp_path), options))
