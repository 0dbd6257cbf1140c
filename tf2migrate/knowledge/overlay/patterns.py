"""Names listed as text, some with stars."""

from __future__ import annotations

from fnmatch import fnmatchcase


class Patterns:
    """Decides whether a path is listed, by name or by a pattern; a longer pattern is a closer match."""

    def __init__(self, listed: str) -> None:
        """Take names parted by blanks."""
        self._names = {name for name in listed.split() if "*" not in name}
        self._patterns = sorted((name for name in listed.split() if "*" in name), key=len, reverse=True)

    def closeness(self, path: str) -> int:
        """Return 0 where the path is not listed, more the more exactly it is."""
        if path in self._names:
            return len(path) + 1
        return next((len(pattern) for pattern in self._patterns if fnmatchcase(path, pattern)), 0)


def closest(path: str, choices: dict[str, Patterns]) -> str | None:
    """Return the choice whose patterns list the path most exactly; None where none does."""
    name, closeness = max(
        ((name, patterns.closeness(path)) for name, patterns in choices.items()), key=lambda pair: pair[1]
    )
    return name if closeness else None
