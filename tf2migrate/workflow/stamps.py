"""Whether files and folders are what they were, without reading them.

A stamp is what the file system says of the last change. One that is as young as the run which took it says nothing:
the next change may fall into the same tick of the clock. Such files are read again the next time, and known by content.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

Stamp = list[int]
_SLACK = 2_000_000_000  # nanoseconds: the coarsest clock of a file system


@dataclass(frozen=True, slots=True)
class Clock:
    """Takes stamps in one run; all that the run reads, it reads later than `start`."""

    start: int = field(default_factory=time.time_ns)

    def settled(self, stamp: Stamp | None) -> Stamp | None:
        """Return the stamp, None where the file may have changed while the run had read it, or just before."""
        return stamp if stamp is not None and max(stamp[1], stamp[2]) < self.start - _SLACK else None


def stamp_of(path: str) -> Stamp | None:
    """Return size, time of the last change, time of the last change of its entry, and number; None where it is gone."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def digest(data: bytes) -> str:
    """Return the digest of a file's content."""
    return hashlib.sha256(data).hexdigest()


def digest_of(path: str) -> str:
    """Return the digest of a file's content; of none where it cannot be read."""
    try:
        return digest(Path(path).read_bytes())
    except OSError:
        return digest(b"")


def folder_digest(folder: str) -> str:
    """Return the digest of the names in a folder that modules can have; of none where it cannot be read."""
    try:
        return listing_digest(os.listdir(folder))
    except OSError:
        return listing_digest(())


def listing_digest(names: Iterable[str]) -> str:
    """Return the digest of those among the names in a folder that modules can have."""
    modules = sorted(name for name in names if name.endswith(".py") or "." not in name)
    return digest("\0".join(name for name in modules if name != "__pycache__").encode("utf-8", "surrogatepass"))
