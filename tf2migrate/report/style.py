"""Colors for terminals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """Wraps text in ANSI colors, or leaves it as it is."""

    color: bool = False

    def bold(self, text: str) -> str:
        """Return `text` in bold."""
        return self._wrap("1", text)

    def red(self, text: str) -> str:
        """Return `text` in the color of errors."""
        return self._wrap("1;31", text)

    def green(self, text: str) -> str:
        """Return `text` in the color of success."""
        return self._wrap("32", text)

    def yellow(self, text: str) -> str:
        """Return `text` in the color of warnings."""
        return self._wrap("33", text)

    def blue(self, text: str) -> str:
        """Return `text` in the color of line numbers and frames."""
        return self._wrap("34", text)

    def linked(self, text: str, url: str) -> str:
        """Return `text` as a link where the terminal shows colors."""
        return f"\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\" if self.color else text

    def _wrap(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and text else text


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return "1 file", "2 files"."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"
