"""Several processes at one list of files, the results in its order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from tf2migrate.config import Config
from tf2migrate.discovery import Target
from tf2migrate.model.results import CheckedFile
from tf2migrate.workflow.cache import Cache
from tf2migrate.workflow.cache_index import Surroundings
from tf2migrate.workflow.checker import Checker, CheckOptions, Outcome
from tf2migrate.workflow.errors import UsageError

_CHUNK = 16
_AHEAD = 4  # chunks that a process may be ahead of who reads the results, so that memory stays flat
_WORTH_IT = 48  # files; below, starting a process costs more than it saves

_Chunk = tuple[list[Outcome], Surroundings]

_checker: Checker | None = None


def check_targets(
    targets: Sequence[Target], codes: frozenset[str], config: Config, options: CheckOptions, cache: Cache | None
) -> Iterator[CheckedFile]:
    """Yield the findings of each file, in the order of `targets`; what the cache knows is not looked at again."""
    known = [cache is not None and cache.knows(target) for target in targets]
    chunks = [
        _Part([(target, known[first + place]) for place, target in enumerate(targets[first : first + _CHUNK])])
        for first in range(0, len(targets), _CHUNK)
    ]
    checker = Checker(codes, config, options)
    unknown = known.count(False)
    jobs = min(options.jobs or _processors(), -(-unknown // _CHUNK))
    pool = _pool(jobs, codes, config, options) if jobs > 1 and unknown >= _WORTH_IT else None
    if pool is None:
        for chunk in chunks:
            yield from chunk.merged(_check(checker, chunk.unknown), checker, cache)
        return
    try:
        for chunk, done in _in_order(pool, chunks, jobs):
            yield from chunk.merged(done, checker, cache)
    except BrokenProcessPool as error:
        raise UsageError("a worker process died, perhaps for want of memory; try again with -j 1") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _pool(jobs: int, codes: frozenset[str], config: Config, options: CheckOptions) -> ProcessPoolExecutor | None:
    """Return processes to work, None where the system has no shared memory for their locks, or no room in it."""
    # Forked processes have the rules already; elsewhere than on Linux forking is not safe.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    try:
        return ProcessPoolExecutor(jobs, context, _start, (codes, config, options))
    except (OSError, ImportError, NotImplementedError):
        return None


class _Part:
    """Some files in a row, each with whether the cache knows it."""

    def __init__(self, targets: list[tuple[Target, bool]]) -> None:
        self._targets = targets

    @property
    def unknown(self) -> list[Target]:
        """The files to look at."""
        return [target for target, known in self._targets if not known]

    def merged(self, checked: _Chunk, checker: Checker, cache: Cache | None) -> Iterator[CheckedFile]:
        """Yield the findings of all files, and keep what is new."""
        outcomes, news = checked
        if cache is not None:
            cache.learn(news)
            for outcome in outcomes:
                if outcome.entry is not None:
                    cache.add(outcome.path, outcome.entry, outcome.record)
        files = (outcome.file for outcome in outcomes)
        for target, known in self._targets:
            loaded = cache.load(target) if known and cache is not None else None
            yield loaded or (checker.check(target).file if known else next(files))


def _in_order(pool: ProcessPoolExecutor, chunks: Sequence[_Part], jobs: int) -> Iterator[tuple[_Part, _Chunk]]:
    running: deque[tuple[_Part, Future[_Chunk] | None]] = deque()
    for chunk in chunks:
        unknown = chunk.unknown
        running.append((chunk, pool.submit(_check_chunk, unknown) if unknown else None))
        if len(running) >= jobs * _AHEAD:
            yield _done(*running.popleft())
    while running:
        yield _done(*running.popleft())


def _done(chunk: _Part, future: Future[_Chunk] | None) -> tuple[_Part, _Chunk]:
    return chunk, ([], Surroundings()) if future is None else future.result()


def _start(codes: frozenset[str], config: Config, options: CheckOptions) -> None:
    global _checker  # noqa: PLW0603  # what a process keeps between chunks
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the interrupt is for the parent, which ends its workers
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _checker = Checker(codes, config, options)


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, however it went: nobody would hand out work any more."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _check_chunk(targets: Sequence[Target]) -> _Chunk:
    assert _checker is not None
    return _check(_checker, targets)


def _check(checker: Checker, targets: Sequence[Target]) -> _Chunk:
    return [checker.check(target) for target in targets], checker.news()


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
