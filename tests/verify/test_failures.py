"""Programs that crash, hang or cannot run give a verdict with one clear line, and leave no process behind."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tf2migrate.model.verdict import Verdict, VerdictKind, VerifyOptions
from tf2migrate.verify import pair, verify_pair

Texts = Callable[..., Verdict]
HEAD = "import tensorflow as tf\nprint('start', tf.__version__[:2])\n"


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import no_such_module\n", "a module is missing"),
        ("open('no_such_data.csv')\n", "a data file is missing"),
        ("print(input())\n", "it reads from standard input"),
        ("raise ValueError('two\\nlines')\n", "before.py:3: ValueError: two lines"),
        ("import os\nos.abort()\n", "could not be run"),
        ("while True: pass\n", "did not end within the time limit"),
        ("while True: print('x' * 1000)\n", "printed without end"),
    ],
)
def test_an_original_that_does_not_run_is_no_reference(texts: Texts, program: str, reason: str) -> None:
    verdict = texts(HEAD + program, HEAD, VerifyOptions(timeout=8 if "time limit" in reason else 120))
    assert verdict.verdict is VerdictKind.NOT_VERIFIED
    assert verdict.exit_status == 2
    assert reason in verdict.reason
    assert "\n" not in verdict.reason


def test_a_migrated_program_that_hangs_is_ended(texts: Texts) -> None:
    marker = f"sleep {time.time_ns() % 10**9 + 10**9}"
    hang = f"import subprocess\nsubprocess.Popen({marker.split()!r})\nwhile True: pass\n"
    verdict = texts(HEAD, HEAD + hang, VerifyOptions(timeout=8))
    assert verdict.verdict is VerdictKind.TIMEOUT
    assert verdict.exit_status == 1
    assert verdict.migrated.exit is None
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert marker not in running


def test_a_migrated_program_that_takes_too_much_memory_is_ended(texts: Texts) -> None:
    grows = "import time\nheld = bytearray(b'1') * (2 * 10**9)\ntime.sleep(60)\n"
    verdict = texts(HEAD, HEAD + grows, VerifyOptions(memory=1500, timeout=50))
    assert verdict.verdict is VerdictKind.CRASHED
    assert "more memory" in verdict.reason


def test_fresh_processes_give_the_same_verdicts(texts: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair, "forking_is_safe", lambda device: False)
    assert texts(HEAD, HEAD).verdict is VerdictKind.EQUAL
    verdict = texts(HEAD, HEAD + "raise ValueError('no')\n")
    assert (verdict.verdict, verdict.migrated.exit) == (VerdictKind.CRASHED, 1)
    assert "after.py:3: ValueError: no" in verdict.reason


def test_a_migrated_program_that_reads_input_crashes(texts: Texts) -> None:
    verdict = texts(HEAD, HEAD + "input()\n")
    assert verdict.verdict is VerdictKind.CRASHED
    assert "EOFError" in verdict.reason


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("sys.exit(3)", "sys.exit(3)", VerdictKind.EQUAL),
        ("sys.exit()", "pass", VerdictKind.EQUAL),
        ("sys.exit(3)", "sys.exit(4)", VerdictKind.DIFFERS),
        ("sys.exit('done')", "pass", VerdictKind.DIFFERS),
    ],
)
def test_exit_statuses_are_compared(texts: Texts, before: str, after: str, kind: VerdictKind) -> None:
    shown = "import sys\nprint('start')\n"
    assert texts(shown + before + "\n", shown + after + "\n").verdict is kind


def test_threads_that_are_left_over_do_not_hold_a_program_up(texts: Texts) -> None:
    threads = "import threading\nthreading.Thread(target=threading.Event().wait).start()\nprint('end')\n"
    verdict = texts(threads, threads, VerifyOptions(timeout=60))
    assert verdict.verdict is VerdictKind.EQUAL


def test_missing_and_binary_files_are_one_line(tmp_path: Path) -> None:
    program, binary = tmp_path / "program.py", tmp_path / "binary.py"
    program.write_text("print(1)\n", encoding="utf-8")
    binary.write_bytes(b"\0\1\2")
    assert "cannot be read" in verify_pair(tmp_path / "none.py", program).reason
    assert "binary" in verify_pair(program, binary).reason


def test_the_programs_own_folder_is_not_written_to(texts: Texts, tmp_path: Path) -> None:
    writes = "open('out.txt', 'w').write('1')\nprint(open('out.txt').read())\n"
    assert texts(writes, writes).verdict is VerdictKind.EQUAL
    assert sorted(path.name for path in tmp_path.iterdir()) == ["after.py", "before.py"]
