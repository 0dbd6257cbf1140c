"""Errors that a user can cause or meet."""

from __future__ import annotations


class UserError(Exception):
    """What cannot be done, said in one line: why and, where there is one, the cure."""
