"""Verification of a program and its migration, by the plan's own map where the migration is this tool's."""

from __future__ import annotations

import importlib.util
import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tf2migrate.migrate import migrate_program
from tf2migrate.model.plan import FileResult, SourceMap, Status
from tf2migrate.model.results import Verification
from tf2migrate.model.verdict import Verdict, VerdictKind, VerifyOptions
from tf2migrate.source import decode_source, parse_text, write_source
from tf2migrate.verify import verify_pair
from tf2migrate.workflow.errors import UsageError, read_bytes
from tf2migrate.workflow.project import find_root


def verify_program(original: Path, migrated: Path | None, options: VerifyOptions) -> Verification:
    """Run both programs and compare; without `migrated`, migrate `original` into a temporary folder first.

    Where planning `original` again gives exactly the text of `migrated` and of the modules beside it, that plan's maps
    pair the two; else the pair counts as made by hand. Raises UsageError or SourceError for what a user can cause.
    """
    for path in (original, *([migrated] if migrated is not None else [])):
        parse_text(_text(path), str(path))
    require_tensorflow()
    entry = original.resolve()
    results = migrate_program(entry, find_root(entry))
    planned = [result for result in results if result.text is not None]
    options = replace(options, root=options.root or _common_root(entry, planned))
    if migrated is not None:
        maps = _maps(planned) if _is_migration(entry, migrated, planned) else None
        return Verification(str(original), str(migrated), verify_pair(entry, migrated.resolve(), maps, options))
    if not planned:
        return _not_native(original, results)
    return _verify_planned(original, planned, options)


def require_tensorflow() -> None:
    """Raise UsageError where programs cannot be run because TensorFlow is missing."""
    missing = [name for name in ("tensorflow", "tf_keras") if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(f"verify needs {' and '.join(missing)}, not installed here; pip install 'tf2migrate[verify]'")


def _common_root(entry: Path, planned: Sequence[FileResult]) -> Path:
    """Return the folder that both are copied from: the entry's, or the project's where modules lie elsewhere."""
    inside = all(Path(result.path).resolve().is_relative_to(entry.parent) for result in planned)
    return entry.parent if inside else find_root(entry)


def _maps(planned: Sequence[FileResult]) -> list[SourceMap]:
    return [result.map for result in planned if result.map is not None]


def _is_migration(entry: Path, migrated: Path, planned: Sequence[FileResult]) -> bool:
    """Say whether `migrated` and the modules beside it are what the plan gives."""
    if not planned:
        return False
    for result in planned:
        path = Path(result.path).resolve()
        counterpart = migrated if path == entry else migrated.parent / os.path.relpath(path, entry.parent)
        if not counterpart.is_file() or _text(counterpart) != result.text:
            return False
    return True


def _not_native(original: Path, results: Sequence[FileResult]) -> Verification:
    refusals = tuple(dict.fromkeys(refusal for result in results for refusal in result.refusals))
    held = any(result.status in (Status.REFUSED, Status.ERROR) for result in results)
    reason = "could not be verified: not native" if held else "nothing to migrate: name the program to compare it with"
    return Verification(str(original), None, Verdict(VerdictKind.NOT_VERIFIED, reason), refusals)


def _verify_planned(original: Path, planned: Sequence[FileResult], options: VerifyOptions) -> Verification:
    assert options.root is not None
    root = options.root.resolve()
    with tempfile.TemporaryDirectory(prefix="tf2migrate-") as temporary:
        folder = Path(temporary).resolve()
        for result in planned:
            path = Path(result.path).resolve()
            target = folder / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            write_source(target, decode_source(str(path), read_bytes(path)).encode(result.text or ""))
        migrated = folder / original.resolve().relative_to(root)
        if not migrated.exists():  # a driver alone may have nothing to migrate
            write_source(migrated, read_bytes(original))
        verdict = verify_pair(original.resolve(), migrated, _maps(planned), options)
    return Verification(str(original), None, verdict)


def _text(path: Path) -> str:
    return decode_source(str(path), read_bytes(path)).text
