"""Noticing that files change."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tf2migrate.config import Config
from tf2migrate.discovery import DiscoveryError, Excluder, discover

_PAUSE = 0.5  # seconds between looks

_Stamps = dict[str, tuple[int, int]]


def changes(paths: Sequence[Path], config: Config, *, force_exclude: bool = False) -> Iterator[list[str]]:
    """Yield, for ever, the names of the files that were changed, made or removed since the last time."""
    before = _stamps(paths, config, force_exclude)
    while True:
        time.sleep(_PAUSE)
        now = _stamps(paths, config, force_exclude)
        changed = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
        before = now
        if changed:
            yield changed


def _stamps(paths: Sequence[Path], config: Config, force_exclude: bool) -> _Stamps:
    try:
        targets = discover(paths, Excluder(config.root, config.exclude), force_exclude=force_exclude)
    except DiscoveryError:
        return {}
    stamps: _Stamps = {}
    for target in targets:
        try:
            status = target.path.stat()
        except OSError:
            continue
        stamps[str(target.path)] = (status.st_mtime_ns, status.st_size)
    return stamps
