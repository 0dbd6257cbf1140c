"""Several processes at one list of files, the results in its order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from tf2migrate.config import Config
from tf2migrate.discovery import Target
from tf2migrate.model.results import CheckedFile
from tf2migrate.workflow.checker import Checker, CheckOptions
from tf2migrate.workflow.errors import UsageError

_CHUNK = 16
_AHEAD = 4  # chunks that a process may be ahead of who reads the results, so that memory stays flat
_WORTH_IT = 48  # files; below, starting a process costs more than it saves

_checker: Checker | None = None


def check_targets(
    targets: Sequence[Target], codes: frozenset[str], config: Config, options: CheckOptions
) -> Iterator[CheckedFile]:
    """Yield the findings of each file, in the order of `targets`."""
    jobs = min(options.jobs or _processors(), -(-len(targets) // _CHUNK))
    if jobs < 2 or len(targets) < _WORTH_IT:
        checker = Checker(codes, config, options)
        yield from map(checker.check, targets)
        return
    # Forked processes have the rules already; elsewhere than on Linux forking is not safe.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(jobs, context, _start, (codes, config, options))
    try:
        yield from _in_order(pool, targets, jobs)
    except BrokenProcessPool as error:
        raise UsageError("a worker process died, perhaps for want of memory; try again with -j 1") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, targets: Sequence[Target], jobs: int) -> Iterator[CheckedFile]:
    running: deque[Future[list[CheckedFile]]] = deque()
    for first in range(0, len(targets), _CHUNK):
        running.append(pool.submit(_check_chunk, targets[first : first + _CHUNK]))
        if len(running) >= jobs * _AHEAD:
            yield from running.popleft().result()
    while running:
        yield from running.popleft().result()


def _start(codes: frozenset[str], config: Config, options: CheckOptions) -> None:
    global _checker  # noqa: PLW0603  # what a process keeps between chunks
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the interrupt is for the parent, which ends its workers
    _checker = Checker(codes, config, options)


def _check_chunk(targets: Sequence[Target]) -> list[CheckedFile]:
    assert _checker is not None
    return [_checker.check(target) for target in targets]


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
