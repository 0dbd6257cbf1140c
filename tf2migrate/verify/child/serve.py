# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Imports TensorFlow once and forks a child for each program that is to run.

A request is a JSON line {"id", "order", "folder", "out", "err"} on stdin; replies are {"ready"} once, then for each
request {"id", "pid"} and, when it has ended, {"id", "exit"}. This process never runs an operation: TensorFlow would
start threads, which a fork does not copy, and the children would hang.
"""

import gc
import importlib
import json
import os
import select
import signal
import sys
import traceback

from . import enclosure, program

LOOK_AGAIN = 0.01  # seconds between two looks at running children
HARNESS_FAILED = 70


def serve(side):
    """Serve until stdin ends; then end what still runs."""
    importlib.import_module("." + side, __package__).preload()
    gc.collect()
    gc.freeze()
    _reply({"ready": _single_threaded()})
    running, pending = {}, b""
    while True:
        if select.select([0], [], [], LOOK_AGAIN if running else None)[0]:
            received = os.read(0, 65536)
            if not received:
                break
            lines = (pending + received).split(b"\n")
            pending = lines.pop()
            for line in lines:
                request = json.loads(line.decode("utf-8"))
                pid = _fork(request)
                running[pid] = request["id"]
                _reply({"id": request["id"], "pid": pid})
        for pid in list(running):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
                _reply({"id": running.pop(pid), "exit": code})
    for pid in running:
        os.killpg(pid, signal.SIGKILL)


def _single_threaded():
    tasks = "/proc/self/task"
    return os.path.isdir(tasks) and len(os.listdir(tasks)) == 1


def _reply(message):
    os.write(1, json.dumps(message).encode("utf-8") + b"\n")


def _fork(request):
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        for number, path, mode in ((0, os.devnull, os.O_RDONLY), (1, request["out"], None), (2, request["err"], None)):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC if mode is None else mode)
            os.dup2(handle, number)
            os.close(handle)
        with open(request["order"]) as stream:
            order = json.load(stream)
        enclosed = enclosure.Enclosure(order["kept"], order["layers"])
        os.chdir(request["folder"])
        program.run(order, enclosed)
    except BaseException:
        traceback.print_exc()
    os._exit(HARNESS_FAILED)
