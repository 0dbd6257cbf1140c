"""Source files: bytes to text and back without losing encoding, byte order mark or line ends."""

from __future__ import annotations

import ast
import codecs
import contextlib
import difflib
import errno
import io
import os
import re
import secrets
import stat
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tf2migrate.model.errors import UserError

_LINE_END = re.compile("\r\n|\r|\n")
_PYTHON_2 = re.compile(
    r"Missing parentheses in call to|multiple exception types must be parenthesized|invalid hexadecimal literal"
    r"|leading zeros in decimal integer literals|invalid decimal literal"
)
_PYTHON_2_LINE = re.compile(
    r"^\s*(print\s+[^\s(=.\[]|exec\s+[\"'\w]|raise\s+\w[\w.]*\s*,|except\s+[\w.]+\s*,\s*\w+\s*:|print\s*>>)|<>|\b0[0-7]+L?\b|\d[lL]\b"
)

_BINARY = getattr(os, "O_BINARY", 0)


class SourceError(UserError):
    """A file that cannot be read as Python 3 source; the message is one line that says why.

    `row` and `column` count from 1 where the place is known.
    """

    def __init__(self, message: str, row: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.row = row
        self.column = column


@dataclass(frozen=True, slots=True)
class SourceFile:
    r"""The decoded text of one file and what is needed to write it back.

    `text` has "\n" line ends whatever the file has. `newline` is the file's most frequent line end; `line_ends` holds
    the end of each line where the file mixes them, and is empty otherwise.
    """

    path: str
    text: str
    newline: str = "\n"
    encoding: str = "utf-8"
    bom: bool = False
    line_ends: tuple[str, ...] = ()

    def encode(self, text: str) -> bytes:
        """Return the bytes of `text` in this file's encoding and line ends; lines that did not change keep theirs."""
        ended = self._with_line_ends(text)
        try:
            encoded = ended.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise SourceError(f"{self.path}: the result has characters that {self.encoding} cannot hold") from error
        return codecs.BOM_UTF8 + encoded if self.bom else encoded

    def _with_line_ends(self, text: str) -> str:
        if not self.line_ends:
            return text if self.newline == "\n" else text.replace("\n", self.newline)
        old, new = self.text.split("\n"), text.split("\n")
        ends = [self.newline] * (len(new) - 1)
        matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
        for block in matcher.get_matching_blocks():
            for step in range(block.size):
                before, after = block.a + step, block.b + step
                if before < len(self.line_ends) and after < len(ends):
                    ends[after] = self.line_ends[before]
        return "".join(line + end for line, end in zip(new, [*ends, ""], strict=True))


def read_source(path: str | os.PathLike[str]) -> SourceFile:
    """Return the file's text; raise SourceError where it is missing, unreadable, binary, undecodable or unparsable."""
    name = os.fspath(path)
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError as error:
        raise SourceError(f"{name}: no such file") from error
    except IsADirectoryError as error:
        raise SourceError(f"{name}: is a folder, not a file") from error
    except OSError as error:
        raise SourceError(f"{name}: cannot be read: {error.strerror or error}") from error
    source = decode_source(name, data)
    parse_text(source.text, name)
    return source


def decode_source(path: str, data: bytes) -> SourceFile:
    """Return the text in `data`, decoded as Python does (PEP 263), without parsing it."""
    if b"\0" in data:
        raise SourceError(f"{path}: is a binary file, not Python source")
    bom = data.startswith(codecs.BOM_UTF8)
    encoding = _encoding(path, data)
    try:
        decoded = data[len(codecs.BOM_UTF8) if bom else 0 :].decode(encoding)
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise SourceError(f"{path}: line {row} is not valid {encoding}", row) from error
    if "\r" not in decoded:
        return SourceFile(path, decoded, "\n", encoding, bom)
    ends = _LINE_END.findall(decoded)
    newline = max(("\n", "\r\n", "\r"), key=ends.count)
    mixed = tuple(ends) if len(set(ends)) > 1 else ()
    return SourceFile(path, _LINE_END.sub("\n", decoded), newline, encoding, bom, mixed)


def _encoding(path: str, data: bytes) -> str:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        if "unknown encoding" in str(error) or "encoding problem" in str(error):
            raise SourceError(f"{path}: its encoding cannot be determined: {error}") from error
        return "utf-8"
    return "utf-8" if encoding == "utf-8-sig" else encoding


def parse_text(text: str, path: str) -> ast.Module:
    """Return the syntax tree of `text`; raise SourceError with one clear line where Python 3 cannot parse it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, filename=path)
    except SyntaxError as error:
        raise _syntax_error(text, path, error) from error
    except (RecursionError, MemoryError) as error:
        raise SourceError(f"{path}: is nested too deeply to be parsed") from error
    except ValueError as error:
        raise SourceError(f"{path}: cannot be parsed: {error}") from error


def _syntax_error(text: str, path: str, error: SyntaxError) -> SourceError:
    row, column = max(error.lineno or 1, 1), max(error.offset or 1, 1)
    lines = text.split("\n")
    line = lines[row - 1] if row <= len(lines) else ""
    if _PYTHON_2.search(error.msg or "") or _PYTHON_2_LINE.search(line):
        reason = f"line {row} is Python 2 (convert the file to Python 3 first, for example with 2to3)"
    else:
        reason = f"line {row} is not valid Python: {error.msg}"
    return SourceError(f"{path}: {reason}", row, column)


def write_source(path: str | os.PathLike[str], data: bytes) -> None:
    """Replace the file's content in one step: a reader sees the old bytes or the new ones, never a part."""
    with replacing(path) as stream:
        stream.write(data)


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Give a stream whose bytes take the place of the file's at the end, in one step; not where the body fails.

    A symbolic link stays one and its target is replaced; an existing file keeps its mode. What is no file (a pipe, a
    terminal) is written to, and a file that is closed to writing stays as it is.
    """
    target = Path(os.path.realpath(path))
    try:
        mode = Path(path).stat().st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG | _default_mode()
    else:
        if stat.S_ISREG(mode) and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fspath(path))
    if not stat.S_ISREG(mode):
        with Path(path).open("wb") as special:
            yield special
        return
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
    try:  # an interrupt may come as soon as the file is there
        with os.fdopen(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _BINARY, 0o600), "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(stat.S_IMODE(mode))
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _default_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
