"""The way a program is written down changes nothing of what becomes of it: encodings, indents, aliases, neighbours."""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tf2migrate.config import Config
from tf2migrate.migrate import migrate_program
from tf2migrate.model.plan import Status
from tf2migrate.workflow.fix import FixOptions, fix_paths

PROGRAMS = Path(__file__).resolve().parents[2] / "fixtures" / "programs"
CASES = sorted(path.parent for path in PROGRAMS.glob("*/before.py"))
PLAIN_IMPORT = "import tensorflow as tf\n"


def before(case: Path) -> str:
    return (case / "before.py").read_text(encoding="utf-8")


@cache
def after(case: Path) -> str:
    return migrated(before(case), case / "before.py")


def migrated(text: str, path: Path) -> str:
    """Return the migration of a text; where it stands already, nothing is written."""
    if not path.exists():
        path.write_text(text, encoding="utf-8")
    (result,) = migrate_program(path)
    assert result.status is Status.NATIVE, result.refusals
    return result.text or ""


def fixed(data: bytes, folder: Path) -> bytes:
    path = folder / "before.py"
    path.write_bytes(data)
    report = fix_paths([path], Config(folder), FixOptions())
    assert report.count(Status.NATIVE) == 1, report.files[0].result.refusals
    return path.read_bytes()


def continues(text: str) -> bool:
    """Say whether a statement goes on over several lines, so that its inner indents are not those of blocks."""
    previous = tokenize.NEWLINE
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NL and previous not in (tokenize.NEWLINE, tokenize.NL, tokenize.COMMENT):
            return True
        previous = token.type
    return False


def indented(text: str, unit: str) -> str:
    lines, widths = [], [0]
    for line in text.split("\n"):
        width = len(line) - len(line.lstrip())
        if line.strip():
            while width < widths[-1]:
                widths.pop()
            if width > widths[-1]:
                widths.append(width)
        lines.append(unit * (len(widths) - 1) + line.lstrip() if line.strip() else line)
    return "\n".join(lines)


def joined(text: str) -> str:
    """Return a text with the arguments of a call that stand in lines of their own in one."""
    text = re.sub(r"\(\n\s+", "(", text)
    return re.sub(r",\n\s+", ", ", re.sub(r",\n\s*\)", ")", text))


def renamed(text: str, old: str, new: str) -> str:
    """Replace a name where it stands as one, not in strings and comments."""
    rows = text.split("\n")
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    for token in reversed(tokens):
        if token.type == tokenize.NAME and token.string == old:
            row, column = token.start
            rows[row - 1] = rows[row - 1][:column] + new + rows[row - 1][column + len(old) :]
    return "\n".join(rows)


each_third = pytest.mark.parametrize("case", CASES[::3], ids=lambda case: case.name)
each_program = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
each_unbroken = pytest.mark.parametrize(
    "case", [case for case in CASES if not continues(before(case))], ids=lambda case: case.name
)
each_plain = pytest.mark.parametrize(
    "case",
    [case for case in CASES if PLAIN_IMPORT in before(case) and "compat" not in before(case)],
    ids=lambda case: case.name,
)

ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "windows line ends": lambda text: text.replace("\n", "\r\n").encode(),
    "byte order mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "latin-1": lambda text: ("# -*- coding: latin-1 -*-\n# élan\n" + text).encode("latin-1"),
    "no line end at the end": lambda text: text.rstrip("\n").encode(),
}


@each_third
@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
def test_bytes_stay_in_their_encoding(case: Path, encode: Callable[[str], bytes], tmp_path: Path) -> None:
    assert fixed(encode(before(case)), tmp_path) == encode(after(case))


@each_unbroken
@pytest.mark.parametrize("unit", ["\t", "  "], ids=["tabs", "two"])
def test_the_file_keeps_its_indent(case: Path, unit: str, tmp_path: Path) -> None:
    text = migrated(indented(before(case), unit), tmp_path / "before.py")
    assert text == indented(after(case), unit)


@each_plain
def test_another_alias_gives_the_same(case: Path, tmp_path: Path) -> None:
    text = migrated(renamed(before(case), "tf", "T"), tmp_path / "before.py")
    assert text == renamed(after(case), "tf", "T")


@each_plain
def test_the_full_name_gives_the_same(case: Path, tmp_path: Path) -> None:
    def full(text: str) -> str:
        return renamed(text.replace(PLAIN_IMPORT, "import tensorflow\n"), "tf", "tensorflow")

    # A longer name may make a call too wide for one line.
    assert joined(migrated(full(before(case)), tmp_path / "before.py")) == joined(full(after(case)))


@each_plain
@pytest.mark.parametrize(
    "line", ["import tensorflow.compat.v1 as tf\n", "from tensorflow.compat import v1 as tf\n"], ids=["module", "from"]
)
def test_the_v1_interface_gives_the_same(case: Path, line: str, tmp_path: Path) -> None:
    text = migrated(before(case).replace(PLAIN_IMPORT, line), tmp_path / "before.py")
    assert text == after(case)


@each_plain
def test_names_imported_one_by_one_give_the_same(case: Path, tmp_path: Path) -> None:
    head, code = before(case).split(PLAIN_IMPORT)
    lines = PLAIN_IMPORT
    for name in ("placeholder", "Session"):
        if f"tf.{name}(" in code:
            code = code.replace(f"tf.{name}(", f"{name}(")
            lines += f"from tensorflow import {name}\n"
    assert migrated(head + lines + code, tmp_path / "before.py") == after(case)


@each_program
def test_unrelated_code_behind_the_program_changes_nothing(case: Path, tmp_path: Path) -> None:
    more = (
        '\n\ndef unrelated(leading, *rest, **named):\n    """Say\n  so."""\n    return [leading, *rest], named\n\n\n'
        "print(unrelated(2))\n"
    )
    assert migrated(before(case) + more, tmp_path / "before.py") == after(case) + more


@each_third
def test_unrelated_code_before_the_program_changes_nothing(case: Path, tmp_path: Path) -> None:
    text = before(case)
    imported = {line for line in after(case).splitlines() if line.startswith(("import ", "from "))}
    if imported - set(text.splitlines()):
        pytest.skip("an import that the migration adds stands behind the first imports")
    more = "import os\n\nVERBOSE = bool(os.environ.get('VERBOSE'))\n"

    def with_more(text: str) -> str:
        return text.replace("import tensorflow", f"{more}import tensorflow", 1)

    assert migrated(with_more(text), tmp_path / "before.py") == with_more(after(case))
