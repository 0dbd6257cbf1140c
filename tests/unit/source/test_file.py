from __future__ import annotations

import codecs
import stat
import sys
from pathlib import Path

import pytest

from tf2migrate.source import SourceError, decode_source, read_source, write_source

CONTENTS = {
    "plain": b"x = 1\ny = 2\n",
    "crlf": b"x = 1\r\ny = '''a\r\nb'''\r\n",
    "old_mac": b"x = 1\ry = 2\r",
    "mixed": b"x = 1\r\ny = 2\nz = 3\r\n",
    "bom": codecs.BOM_UTF8 + b"x = '\xc3\xa9'\r\n",
    "latin": b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
    "no_end": b"x = 1",
    "tabs": b"if 1:\n\tx = 1\n\f\ndef f():\n\treturn 1\n",
    "separators": "x = 'a\u2028b\x0bc'\n".encode(),
    "empty": b"",
}


@pytest.mark.parametrize("name", CONTENTS)
def test_unchanged_text_encodes_to_the_same_bytes(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(CONTENTS[name])
    source = read_source(path)
    assert "\r" not in source.text
    assert source.encode(source.text) == CONTENTS[name]


def test_encoding_and_mark_are_found() -> None:
    assert decode_source("a.py", CONTENTS["latin"]).text.endswith("x = 'é'\n")
    assert decode_source("a.py", CONTENTS["latin"]).encoding == "iso-8859-1"
    source = decode_source("a.py", CONTENTS["bom"])
    assert (source.bom, source.newline, source.text) == (True, "\r\n", "x = 'é'\n")


def test_new_lines_take_the_files_line_end() -> None:
    assert decode_source("a.py", CONTENTS["crlf"]).encode("a\nb\n") == b"a\r\nb\r\n"


def test_changed_text_keeps_the_line_ends_of_unchanged_lines() -> None:
    source = decode_source("a.py", b"a = 1\r\nb = 2\nc = 3\r\nd = 4\n e\r\n")
    assert source.encode("a = 1\nnew = 0\nb = 2\nd = 4\n") == b"a = 1\r\nnew = 0\r\nb = 2\nd = 4\n"


def test_text_that_the_encoding_cannot_hold_is_an_error() -> None:
    with pytest.raises(SourceError, match="iso-8859-1"):
        decode_source("a.py", CONTENTS["latin"]).encode("x = '\u4e00'")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x7fELF\0\0", "binary"),
        (b"x = '\xff'\n", "line 1 is not valid utf-8"),
        (b"# coding: nosuch\n", "encoding"),
        (b"print 'a'\n", "Python 2"),
        (b"print x\n", "Python 2"),
        (b"try:\n    pass\nexcept ValueError, e:\n    pass\n", "line 3 is Python 2"),
        (b"raise ValueError, 'a'\n", "Python 2"),
        (b"x = 10L\n", "Python 2"),
        (b"x = 0777\n", "Python 2"),
        (b"if a <> b: pass\n", "Python 2"),
        (b"def f(:\n", "line 1 is not valid Python"),
        (b"x = " + b"(" * 400 + b")" * 400, ""),
    ],
)
def test_what_is_not_python_3_is_one_clear_line(data: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(data)
    with pytest.raises(SourceError) as raised:
        read_source(path)
    assert reason in raised.value.message
    assert "\n" not in raised.value.message
    assert path.name in raised.value.message


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        read_source(tmp_path / "none.py")
    with pytest.raises(SourceError, match="is a folder"):
        read_source(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
def test_writing_keeps_the_mode_and_the_link(tmp_path: Path) -> None:
    target, link = tmp_path / "a.py", tmp_path / "link.py"
    target.write_bytes(b"x = 1\n")
    target.chmod(0o750)
    link.symlink_to(target)
    write_source(link, b"x = 2\n")
    assert link.is_symlink()
    assert target.read_bytes() == b"x = 2\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o750
    assert _names(tmp_path) == ["a.py", "link.py"]


def test_writing_a_new_file_leaves_no_other(tmp_path: Path) -> None:
    write_source(tmp_path / "new.py", b"x = 1\n")
    assert _names(tmp_path) == ["new.py"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError("full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="full"):
        write_source(path, b"new")
    assert path.read_bytes() == b"old"
    assert _names(tmp_path) == ["a.py"]


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
