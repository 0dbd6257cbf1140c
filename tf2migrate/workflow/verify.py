"""Verification of a program and its migration, by the plan's own map where the migration is this tool's."""

from __future__ import annotations

import importlib.util
import tempfile
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

    Where planning `original` again gives exactly the text of `migrated`, that plan's map pairs the two; else the pair
    counts as made by hand. Raises UsageError or SourceError for what a user can cause.
    """
    for path in (original, *([migrated] if migrated is not None else [])):
        parse_text(decode_source(str(path), read_bytes(path)).text, str(path))
    require_tensorflow(options)
    plan = _plan(original)
    if migrated is not None:
        same = plan.text is not None and decode_source(str(migrated), read_bytes(migrated)).text == plan.text
        return Verification(
            str(original), str(migrated), verify_pair(original, migrated, plan.map if same else None, options)
        )
    if plan.text is None:
        return _not_native(original, plan)
    return _verify_text(original, plan.text, plan.map, options)


def require_tensorflow(options: VerifyOptions) -> None:
    """Raise UsageError where the programs cannot be run because TensorFlow is missing."""
    missing = [name for name in ("tensorflow", "tf_keras") if importlib.util.find_spec(name) is None]
    if options.reference != "compat":
        missing = [name for name in missing if name == "tensorflow"]
    if missing:
        raise UsageError(f"verify needs {' and '.join(missing)}, not installed here; pip install 'tf2migrate[verify]'")


def _plan(original: Path) -> FileResult:
    path = original.resolve()
    for result in migrate_program(path, find_root(path)):
        if Path(result.path).resolve() == path:
            return result
    return FileResult(str(original), Status.UNCHANGED)


def _not_native(original: Path, plan: FileResult) -> Verification:
    if plan.status is Status.UNCHANGED:
        reason = "has nothing to migrate; name the program to compare it with"
    else:
        reason = "could not be verified: not native"
    verdict = Verdict(VerdictKind.NOT_VERIFIED, f"{original} {reason}" if plan.status is Status.UNCHANGED else reason)
    return Verification(str(original), None, verdict, plan.refusals)


def _verify_text(original: Path, text: str, source_map: SourceMap | None, options: VerifyOptions) -> Verification:
    source = decode_source(str(original), read_bytes(original))
    with tempfile.TemporaryDirectory(prefix="tf2migrate-") as folder:
        migrated = Path(folder) / original.name
        write_source(migrated, source.encode(text))
        verdict = verify_pair(original, migrated, source_map, replace(options, root=options.root or original.parent))
    return Verification(str(original), None, verdict)
