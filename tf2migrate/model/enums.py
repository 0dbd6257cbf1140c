"""`enum.StrEnum`, which Python 3.10 does not have yet."""

from __future__ import annotations

from enum import Enum


class StrEnum(str, Enum):
    """A string that is one of a closed set; prints as its value."""

    __str__ = str.__str__
