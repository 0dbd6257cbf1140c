"""Programs that crash, hang or cannot run give a verdict with one clear line, and leave no process behind."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import can_enclose

from tf2migrate.model.verdict import Verdict, VerdictKind, VerifyOptions
from tf2migrate.verify import pair, verify_pair
from tf2migrate.verify.server import start_server

Texts = Callable[..., Verdict]
HEAD = "import tensorflow as tf\nprint('start', tf.__version__[:2])\n"


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import no_such_module\n", "a module is missing"),
        ("open('no_such_data.csv')\n", "a data file is missing"),
        ("print(input())\n", "it reads from standard input"),
        ("raise ValueError('two\\nlines')\n", "before.py:3: ValueError: two lines"),
        ("import os\nos.abort()\n", "was ended by a signal: SIGABRT"),
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


def test_what_a_program_starts_takes_of_its_memory(texts: Texts) -> None:
    grows = "import time; held = bytearray(b'1') * (2 * 10**9); time.sleep(60)"
    starts = f"import subprocess, sys\nsubprocess.call([sys.executable, '-c', {grows!r}])\n"
    verdict = texts(HEAD, HEAD + starts, VerifyOptions(memory=1500, timeout=50))
    assert verdict.verdict is VerdictKind.CRASHED
    assert "more memory" in verdict.reason


def test_a_server_that_was_ended_is_started_anew(texts: Texts) -> None:
    server = start_server("migrated")
    ends = "import os, signal\nos.kill(os.getppid(), signal.SIGTERM)\nwhile True: pass\n"
    verdict = texts(HEAD, HEAD + ends, VerifyOptions(timeout=60))
    assert (verdict.verdict, verdict.reason) == (
        VerdictKind.CRASHED,
        "the migrated program ended the process that runs it",
    )
    assert texts(HEAD, HEAD).verdict is VerdictKind.EQUAL
    assert start_server("migrated") is not server


def test_fresh_processes_give_the_same_verdicts(texts: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair, "forking_is_safe", lambda device: False)
    assert texts(HEAD, HEAD).verdict is VerdictKind.EQUAL
    verdict = texts(HEAD, HEAD + "raise ValueError('no')\n")
    assert (verdict.verdict, verdict.migrated.exit) == (VerdictKind.CRASHED, 1)
    assert "after.py:3: ValueError: no" in verdict.reason


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("os._exit(0)", "ends its process in a way that leaves nothing to see (os._exit)"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "was ended by a signal: SIGKILL"),
    ],
)
def test_a_migrated_program_that_comes_to_no_end_crashes(texts: Texts, program: str, reason: str) -> None:
    verdict = texts(HEAD, HEAD + f"import os, signal\n{program}\n")
    assert (verdict.verdict, verdict.reason) == (VerdictKind.CRASHED, f"the migrated program {reason}")


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


@pytest.mark.parametrize(
    "connect",
    [
        "import socket\nsocket.create_connection(('example.com', 80))\n",
        "import urllib.request\nurllib.request.urlopen('http://192.0.2.1/')\n",
        "tf.keras.utils.get_file('a', 'https://example.com/a')\n",
    ],
)
def test_the_network_is_not_there(texts: Texts, connect: str) -> None:
    verdict = texts(HEAD + connect, HEAD)
    assert verdict.verdict is VerdictKind.NOT_VERIFIED
    assert "it asks for the network" in verdict.reason


def test_this_machine_can_be_talked_to(texts: Texts) -> None:
    talk = (
        "import socket\nserver = socket.create_server(('127.0.0.1', 0))\n"
        "client = socket.create_connection(server.getsockname())\nprint('connected')\n"
    )
    assert texts(talk, talk).verdict is VerdictKind.EQUAL


def test_what_leaves_the_process_group_is_ended_too(texts: Texts) -> None:
    marker = f"sleep {time.time_ns() % 10**9 + 10**9}"
    start = f"import subprocess\nsubprocess.Popen({marker.split()!r}, start_new_session=True)\nprint('end')\n"
    assert texts(start, start).verdict is VerdictKind.EQUAL
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert marker not in running


@pytest.mark.skipif(not can_enclose(), reason="this system has no layers for what a process writes")
def test_files_that_a_program_deletes_are_copies(texts: Texts, tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_text("1", encoding="utf-8")
    kept = tmp_path.parent / f"{tmp_path.name}-outside.txt"
    kept.write_text("1", encoding="utf-8")
    delete = f"import os, shutil\nos.remove({str(kept)!r})\nshutil.rmtree(os.getcwd())\nprint('gone')\n"
    verdict = texts(delete, delete)
    assert (verdict.verdict, verdict.reason) == (VerdictKind.EQUAL, "")
    assert (tmp_path / "data.txt").exists() and kept.exists()


def test_output_without_end_is_ended_early(texts: Texts) -> None:
    before = time.monotonic()
    verdict = texts(HEAD, HEAD + "line = 'x' * 10**6\nfor _ in range(10**4): print(line)\n")
    assert verdict.verdict is VerdictKind.CRASHED
    assert "printed without end" in verdict.reason
    assert time.monotonic() - before < 60


def test_threads_that_print_and_subprocesses_that_are_waited_for(texts: Texts) -> None:
    program = (
        "import subprocess, sys, threading\n"
        "print(subprocess.check_output([sys.executable, '-c', 'print(6 * 7)']).decode().strip())\n"
        "thread = threading.Thread(target=lambda: print('from a thread'))\nthread.start()\nthread.join()\n"
    )
    verdict = texts(program, program)
    assert (verdict.verdict, verdict.compared.printed) == (VerdictKind.EQUAL, 1)


def test_plots_do_not_wait_for_somebody(texts: Texts) -> None:
    pytest.importorskip("matplotlib")
    plot = (
        "import matplotlib\nmatplotlib.use('TkAgg')\n"
        "import matplotlib.pyplot as plt\nplt.switch_backend('Qt5Agg')\nplt.plot([1, 2])\nplt.show()\n"
        "print(plt.waitforbuttonpress(), plt.ginput(2))\n"
    )
    verdict = texts(plot, plot, VerifyOptions(timeout=60))
    assert (verdict.verdict, verdict.reason) == (VerdictKind.EQUAL, "")
