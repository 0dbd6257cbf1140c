"""Runs one side in a process group of its own, within limits, and kills the whole group in the end."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tf2migrate.model.enums import StrEnum
from tf2migrate.verify.devices import GPU_ENVIRONMENT

CHILD = Path(__file__).resolve().parent / "child" / "start.py"
MARK = "TF2MIGRATE_PROCESS"  # as in child/program.py
OUTPUT_LIMIT = 32 * 2**20  # bytes on either stream
STDERR_TAIL = 4_000  # characters
POLL = 0.02  # seconds
LOOK_AT_SIZES = 0.5  # seconds

# One thread each way: the order of sums, and of updates that race, is then the same in every run.
ENVIRONMENT: Mapping[str, str] = {
    "MPLBACKEND": "Agg",
    "PYTHONHASHSEED": "0",
    "PYTHONIOENCODING": "utf-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "SDL_VIDEODRIVER": "dummy",
}
# They change what a program computes, or where it writes, without being part of it.
REMOVED = (
    "TF_USE_LEGACY_KERAS",
    "KERAS_BACKEND",
    "KERAS_HOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "TF_XLA_FLAGS",
    "TF_CONFIG",
)

_NOISE_LINE = re.compile(
    r"absl::InitializeLog|cuda|computation_placer|cpu_feature_guard|^Instructions for updating", re.I
)


class Stop(StrEnum):
    """What ended a process from outside."""

    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT = "output"
    LOST = "lost"  # what ran it is there no more, and knows no exit status


@dataclass(frozen=True, slots=True)
class Limits:
    """Wall-clock seconds and resident memory (MiB) of one process."""

    seconds: float
    memory: int


@dataclass(frozen=True, slots=True)
class Finished:
    """How a process ended: `exit` is negative for a signal, `stop` says what was exceeded."""

    exit: int | None
    stop: Stop | None
    seconds: float
    stderr_tail: str


def environment(legacy_keras: bool, device: str) -> dict[str, str]:
    """Return the environment of a child, the same on both sides but for the Keras that TensorFlow takes."""
    variables = {name: value for name, value in os.environ.items() if name not in REMOVED} | dict(ENVIRONMENT)
    if legacy_keras:
        variables["TF_USE_LEGACY_KERAS"] = "1"
    if device == "cpu":
        variables["CUDA_VISIBLE_DEVICES"] = "-1"
    else:
        variables.update(GPU_ENVIRONMENT)
    return variables


def run_child(python: str, order: Path, folder: Path, variables: Mapping[str, str], limits: Limits) -> Finished:
    """Start `python` on the order file with `folder` as working directory, and wait for it within the limits."""
    out, err = output_files(order)
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            [python, str(CHILD), str(order)],
            cwd=folder,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
        try:
            return watch(process.pid, process.poll, (out, err), limits)
        finally:
            kill_group(process.pid)
            process.wait()
            kill_marked(order)


def output_files(order: Path) -> tuple[Path, Path]:
    """Return where the standard streams of the process of an order go."""
    return order.with_suffix(".out"), order.with_suffix(".err")


def watch(pid: int, poll: Callable[[], int | None], outputs: tuple[Path, Path], limits: Limits) -> Finished:
    """Wait until `poll` gives an exit status or a limit is exceeded; the caller kills what is left."""
    started = looked = time.monotonic()
    stop: Stop | None = None
    while (status := poll()) is None and stop is None:
        time.sleep(POLL)
        now = time.monotonic()
        if now - started > limits.seconds:
            stop = Stop.TIMEOUT
        elif now - looked > LOOK_AT_SIZES:
            looked = now
            stop = _exceeded(pid, outputs, limits)
    if stop is None and _prints_too_much(outputs):
        stop = Stop.OUTPUT
    return Finished(None if stop else status, stop, time.monotonic() - started, _tail(outputs[1]))


def _exceeded(pid: int, outputs: tuple[Path, ...], limits: Limits) -> Stop | None:
    if _resident(pid) + sum(map(_own_part, _others_in_group(pid))) > limits.memory * 2**20:
        return Stop.MEMORY
    return Stop.OUTPUT if _prints_too_much(outputs) else None


def _prints_too_much(outputs: tuple[Path, ...]) -> bool:
    return any(path.stat().st_size > OUTPUT_LIMIT for path in outputs)


def _resident(pid: int) -> int:
    """Return the resident memory of a process in bytes, 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _others_in_group(leader: int) -> list[int]:
    """Return the processes that the leader of a group left in it."""
    found: list[int] = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            group = int(stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[2])
        except (OSError, IndexError, ValueError):  # it has ended meanwhile
            continue
        if group == leader and int(stat.parent.name) != leader:
            found.append(int(stat.parent.name))
    return found


def _own_part(pid: int) -> int:
    """Return a process's memory in bytes, what it shares with others divided by their number: forks share most."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def kill_group(pid: int) -> None:
    """End a process and whatever it left behind in its process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGTERM)


def kill_marked(order: Path) -> None:
    """End what the program of an order started in sessions of its own: it has the order's mark in its environment."""
    mark = f"{MARK}={order.with_suffix('.observations')}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            marked = mark in (process / "environ").read_bytes()
        except OSError:
            continue
        if marked and int(process.name) != os.getpid():
            with contextlib.suppress(OSError):
                os.kill(int(process.name), signal.SIGKILL)


def _tail(path: Path) -> str:
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 4 * STDERR_TAIL))
        text = stream.read().decode("utf-8", "replace")
    kept = [line for line in text.splitlines() if line.strip() and not _NOISE_LINE.search(line)]
    return "\n".join(kept)[-STDERR_TAIL:]
