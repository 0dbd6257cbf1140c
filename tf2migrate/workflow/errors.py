"""Errors that a user can cause or meet, as one line each."""

from __future__ import annotations

import logging
import os
import traceback
from pathlib import Path

from tf2migrate.model.errors import UserError
from tf2migrate.source import SourceError

_LOG = logging.getLogger("tf2migrate")


class UsageError(UserError):
    """What was asked for cannot be done; the message is one line that says why and, where there is one, the cure."""


def read_bytes(path: Path) -> bytes:
    """Return what the file holds; raise SourceError with one line where it cannot be read."""
    try:
        if path.exists() and not path.is_file():
            if path.is_dir():
                os.scandir(path).close()  # a walk hands on the folders that it could not enter
            raise SourceError(f"{path}: is not a regular file")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise SourceError(f"{path}: no such file") from error
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}") from error


def internal_error(name: str, error: Exception) -> SourceError:
    """Return the one line that reports a fault of this tool, with the place in it that failed; log the traceback."""
    _LOG.debug("%s", name, exc_info=error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    text = " ".join(str(error).split())[:200]
    return SourceError(f"{name}: internal error at {where}: {type(error).__name__}: {text} (the file is left as it is)")
