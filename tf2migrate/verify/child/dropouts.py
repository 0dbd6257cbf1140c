# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Tells draws that decide nothing: those of a dropout that drops nothing, as in evaluation.

The original makes them in each run with its keep probability at one; a program that somebody wrote anew leaves the
dropout out there. What both drop in training must be the same nevertheless.
"""

import importlib
import threading

_inside = threading.local()


def observe():
    """Note the rate of each dropout while it makes its operations."""
    module = importlib.import_module("tensorflow.python.ops.nn_ops")
    for name in ("_dropout", "dropout_v2"):
        if hasattr(module, name):
            setattr(module, name, _noting(getattr(module, name)))
            return


def rate_now():
    """Return the rate of the dropout that makes an operation now, where it is known only in a run, or is zero."""
    return getattr(_inside, "rate", None)


def _noting(real):
    def observed(x, rate, *arguments, **named):
        before = rate_now()
        _inside.rate = rate if hasattr(rate, "dtype") or rate == 0 else None
        try:
            return real(x, rate, *arguments, **named)
        finally:
            _inside.rate = before

    return observed
