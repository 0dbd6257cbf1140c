# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Records what a program logs: its messages come to the error stream by way of Python's library."""

import logging
import os
import sys

from .host import FIRST_TIME
from .record import Tee


def observe(recorder, frames):
    """Record each message that the program itself logs and somebody sees on the error stream."""
    real = logging.Logger.handle

    def handle(logger, entry):
        place = _place(frames)
        if place is None:
            return real(logger, entry)
        entry.created, entry.msecs, entry.relativeCreated = FIRST_TIME, 0.0, 0.0
        if _is_shown(logger, entry.levelno):
            for line in entry.getMessage().splitlines():
                recorder.printed(place, "%s: %s\n" % (entry.levelname, line), "err")
        return real(logger, entry)

    logging.Logger.handle = handle


def _place(frames):
    """Return where the program logs, None where a library does.

    The place that an entry names is right in functions alone, by TensorFlow's logger.
    """
    frame = sys._getframe(2)
    while frame is not None:
        path = frames.inside(frame.f_code.co_filename)
        if path is not None:
            return (path, frame.f_lineno)
        folder, name = os.path.split(frame.f_code.co_filename)
        if os.path.basename(folder) != "logging" and name != "tf_logging.py":
            return None
        frame = frame.f_back
    return None


def _is_shown(logger, level):
    """Say whether a message comes to the error stream; what goes to the output or to a file is recorded there."""
    found = False
    while logger is not None:
        for handler in logger.handlers:
            found = True
            inner = getattr(handler, "python_handler", handler)  # of absl
            if level >= handler.level and _writes_errors(inner):
                return True
        logger = logger.parent if logger.propagate else None
    return not found and level >= logging.WARNING


def _writes_errors(handler):
    if not isinstance(handler, logging.StreamHandler) or isinstance(handler, logging.FileHandler):
        return False
    stream = getattr(handler, "stream", None)
    return not isinstance(stream, Tee) or stream.name == "err"
