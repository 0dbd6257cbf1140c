"""The table of all symbols of TensorFlow 1, as Markdown: status, target, where it runs as TensorFlow 1, rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tf2migrate.knowledge import entries
from tf2migrate.lint import rules
from tf2migrate.model.api import ApiEntry, ApiStatus
from tf2migrate.source import write_source
from tf2migrate.workflow.errors import UsageError

_FILES = {
    "contrib.md": ("tf.contrib.",),
    "estimator.md": ("tf.estimator.",),
    "keras.md": ("tf.keras.",),
    "core.md": ("tf.",),
}
_OF_SPELLING = "TFM014"  # about `compat.v1` that is written without need, so about any symbol
_HEAD = "| symbol | status | native | under `tf.compat.v1` | rules | |"
_STATUS = {
    ApiStatus.SAME: "native",
    ApiStatus.RENAMED: "native",
    ApiStatus.REWRITTEN: "rewritten",
    ApiStatus.COMPAT: "compat only",
    ApiStatus.GONE: "gone",
}
_INDEX = """# Symbols of TensorFlow 1

Written by `tf2migrate docs --symbols docs/symbols`. `native`: the same symbol, or one that was renamed. `rewritten`: a
rule or the migration writes the native form. `compat only`: it runs under `tf.compat.v1` alone. `gone`: nowhere in
TensorFlow 2.

| table | symbols | native | rewritten | compat only | gone |
|---|---|---|---|---|---|
"""


def write_symbol_tables(folder: Path) -> int:
    """Write the tables and their index; return how many symbols they have."""
    listed = {name: list(_entries_of(name)) for name in _FILES}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, found in listed.items():
            write_source(folder / name, _table(name, found).encode())
        write_source(folder / "README.md", _index(listed).encode())
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror or error}") from error
    return sum(map(len, listed.values()))


def _entries_of(name: str) -> Iterator[ApiEntry]:
    """Yield the entries of one file: those that no file before it takes."""
    for entry in entries():
        taken = next(file for file, prefixes in _FILES.items() if entry.path.startswith(prefixes))
        if taken == name and entry.kind != "module":
            yield entry


def _table(name: str, found: list[ApiEntry]) -> str:
    title = f"# Symbols of TensorFlow 1: {name.removesuffix('.md')}"
    return "\n".join([title, "", _HEAD, "|---|---|---|---|---|---|", *map(_row, found)]) + "\n"


def _row(entry: ApiEntry) -> str:
    compat = entry.compat or ""
    if compat.startswith("tf."):
        compat = "yes" if compat == entry.path else f"`{compat}`"
    elif compat:
        compat = f"`{compat}`"
    compat += ", legacy Keras" if entry.legacy_keras else ""
    target = f"`{entry.target}`" if entry.target else ""
    cells = (f"`{entry.path}`", _STATUS[entry.status], target, compat, ", ".join(_rules_of(entry.path)), entry.reason)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _rules_of(path: str) -> list[str]:
    return [rule.code for rule in rules() if rule.code != _OF_SPELLING and rule.wants(path)]


def _index(listed: dict[str, list[ApiEntry]]) -> str:
    lines = []
    for name, found in sorted(listed.items()):
        counts = [sum(_STATUS[entry.status] == status for entry in found) for status in dict.fromkeys(_STATUS.values())]
        lines.append(f"| [{name.removesuffix('.md')}]({name}) | {len(found)} | {' | '.join(map(str, counts))} |\n")
    return _INDEX + "".join(lines)
