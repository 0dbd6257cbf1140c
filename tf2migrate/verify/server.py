"""Processes that imported TensorFlow once and fork a child for each run: a run costs a fraction of a fresh start.

Only where forking is safe: Linux, CPU, this interpreter. Elsewhere, or where a server cannot start, runs take fresh
processes.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tf2migrate.verify.process import (
    CHILD,
    Finished,
    Limits,
    Stop,
    environment,
    kill_group,
    kill_marked,
    output_files,
    watch,
)

CLOSE_LIMIT = 2.0  # seconds
START_LIMIT = 120.0  # seconds until a server must have imported TensorFlow


class ForkServer:
    """One server. `side` is "original" or "migrated": they need different Keras versions."""

    def __init__(self, side: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(CHILD), "--serve", side],
            env=environment(legacy_keras=side == "original", device="cpu"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._lock = threading.Lock()
        self._next = 0
        self._answers: dict[int, queue.SimpleQueue[Mapping[str, Any]]] = {}
        self._ready: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._usable: bool | None = None
        threading.Thread(target=self._listen, daemon=True).start()

    def usable(self) -> bool:
        """Wait until the server has imported TensorFlow; say whether it can fork children that work."""
        with self._lock:
            if self._usable is None:
                try:
                    self._usable = self._ready.get(timeout=START_LIMIT)
                except queue.Empty:
                    self._usable = False
            return self._usable and self._process.poll() is None

    def was_ended(self) -> bool:
        """Say whether it worked and is there no more."""
        return bool(self._usable) and self._process.poll() is not None

    def run(self, order: Path, folder: Path, limits: Limits) -> Finished | None:
        """Run an order in a forked child within the limits; None where the server cannot start it."""
        answers: queue.SimpleQueue[Mapping[str, Any]] = queue.SimpleQueue()
        out, err = output_files(order)
        for path in (out, err):
            path.touch()  # the child opens them when it comes to it, which on a busy machine is after the first look
        with self._lock:
            self._next += 1
            number = self._next
            self._answers[number] = answers
            request = {"id": number, "order": str(order), "folder": str(folder), "out": str(out), "err": str(err)}
            if not self._send(request):
                return None
        started = answers.get()
        if "pid" not in started:
            return None
        try:
            finished = watch(started["pid"], lambda: _exit_status(answers), (out, err), limits)
        finally:
            kill_group(started["pid"])
            kill_marked(order)
        return replace(finished, exit=None, stop=Stop.LOST) if finished.exit == LOST else finished

    def _send(self, request: Mapping[str, object]) -> bool:
        stream = self._process.stdin
        try:
            if stream is not None:
                stream.write(json.dumps(request).encode("utf-8") + b"\n")
                stream.flush()
        except OSError:
            return False
        return stream is not None

    def _listen(self) -> None:
        stream = self._process.stdout
        for line in stream if stream is not None else ():
            message = json.loads(line)
            if "ready" in message:
                self._ready.put(bool(message["ready"]))
            else:
                self._answers[message["id"]].put(message)
        self._ready.put(False)
        for answers in list(self._answers.values()):
            answers.put({"exit": LOST})

    def close(self) -> None:
        """End the server; it ends its children when its input does."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(timeout=CLOSE_LIMIT)
        except subprocess.TimeoutExpired:
            kill_group(self._process.pid)
            self._process.wait()


LOST = 1 << 20  # no exit status: the server itself went away


def _exit_status(answers: queue.SimpleQueue[Mapping[str, Any]]) -> int | None:
    try:
        return int(answers.get_nowait()["exit"])
    except queue.Empty:
        return None


_servers: dict[str, ForkServer] = {}
_servers_lock = threading.Lock()


def forking_is_safe(device: str) -> bool:
    """Say whether children may be forked here."""
    return sys.platform == "linux" and device == "cpu"


def start_server(side: str) -> ForkServer:
    """Return the server of one side, started when it is first asked for; it ends with this process.

    One that a program has ended is started anew.
    """
    with _servers_lock:
        if side not in _servers or _servers[side].was_ended():
            _servers[side] = ForkServer(side)
            atexit.register(_servers[side].close)
        return _servers[side]
