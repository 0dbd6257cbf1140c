"""`[tool.tf2migrate]` of pyproject.toml, read into a frozen value."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

from tf2migrate.model.errors import UserError


class ConfigError(UserError):
    """A configuration that cannot be used; the message is one line that names the file and the cure."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the project's configuration says. Codes are prefixes: `TFM2` means all of TFM2xx.

    `root` is the folder that patterns are relative to: the configuration's own, or the one the search began in.
    """

    root: Path
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    baseline: Path | None = None
    file: Path | None = None  # where it was read
    level: str = "native"
    docs_url: str = ""  # where the pages that `tf2migrate docs` writes are published


_LISTS = ("select", "ignore", "extend-select", "exclude")
_LEVELS = ("native", "compat", "best")
_KEYS = (*_LISTS, "per-file-ignores", "baseline", "level", "docs-url")


def load_config(start: Path, explicit: Path | None = None) -> Config:
    """Return the configuration in `explicit`, else in the nearest pyproject.toml at or above `start` that has one.

    Raises ConfigError where the file cannot be read, is no TOML, or has keys or values that mean nothing.
    """
    if explicit is not None:
        table = _read_table(explicit)
        if table is None:
            raise ConfigError(f"{explicit}: has no [tool.tf2migrate] table")
        return _parse(explicit, table)
    origin = Path(os.path.realpath(start))
    folder = origin if os.path.isdir(origin) else origin.parent
    for parent in (folder, *folder.parents):
        candidate = parent / "pyproject.toml"
        if os.path.isfile(candidate) and (table := _read_table(candidate)) is not None:
            return _parse(candidate, table)
    return Config(folder)


def _read_table(path: Path) -> Mapping[str, object] | None:
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such file") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    if b"tf2migrate" not in data:
        return None
    tomllib = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except ValueError as error:  # TOMLDecodeError and UnicodeDecodeError are kinds of it
        raise ConfigError(f"{path}: is not valid TOML: {error}") from error
    tool = document.get("tool")
    if not isinstance(tool, dict) or "tf2migrate" not in tool:
        return None
    table = tool["tf2migrate"]
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: tool.tf2migrate must be a table")
    return cast("Mapping[str, object]", table)


def _parse(path: Path, table: Mapping[str, object]) -> Config:
    for key in table:
        if key not in _KEYS:
            import difflib  # only where something is wrong

            near = difflib.get_close_matches(key, _KEYS, 1)
            cure = f"did you mean {near[0]!r}?" if near else f"known keys are {', '.join(_KEYS)}"
            raise ConfigError(f"{path}: unknown key {key!r} in [tool.tf2migrate]; {cure}")
    lists = {key.replace("-", "_"): _strings(path, key, table.get(key, [])) for key in _LISTS}
    root = path.resolve().parent
    baseline = table.get("baseline")
    if not isinstance(baseline, str | None):
        raise ConfigError(f"{path}: baseline must be the name of a file, in quotes")
    level = table.get("level", _LEVELS[0])
    if level not in _LEVELS:
        raise ConfigError(f"{path}: level must be one of {', '.join(_LEVELS)}, not {level!r}")
    docs_url = table.get("docs-url", "")
    if not isinstance(docs_url, str):
        raise ConfigError(f"{path}: docs-url must be an address, in quotes")
    return Config(
        root,
        per_file_ignores=_per_file(path, table.get("per-file-ignores", {})),
        baseline=None if baseline is None else root / baseline,
        file=path,
        level=str(level),
        docs_url=docs_url,
        **lists,
    )


def _per_file(path: Path, value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, dict):
        raise ConfigError(f"{path}: per-file-ignores must be a table of pattern = [codes]")
    return tuple((pattern, _strings(path, f"per-file-ignores.{pattern}", codes)) for pattern, codes in value.items())


def _strings(path: Path, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"{path}: {key} must be a list of strings, such as {key} = ['..']")
    return tuple(value)
