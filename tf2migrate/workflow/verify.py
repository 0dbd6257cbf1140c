"""Verification of a program and its migration, by the plan's own map where the migration is this tool's."""

from __future__ import annotations

import importlib.util
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tf2migrate.discovery import Excluder
from tf2migrate.migrate import migrate_program
from tf2migrate.model.plan import DEFAULT_STYLE, FileResult, Level, NativeStyle, SourceMap, Status
from tf2migrate.model.results import Verification
from tf2migrate.model.verdict import Verdict, VerdictKind, VerifyOptions
from tf2migrate.notebooks import NotebookError, read_script
from tf2migrate.source import SourceError, decode_source, parse_text, write_source
from tf2migrate.verify import verify_pair
from tf2migrate.verify.devices import DEVICES, gpu_names
from tf2migrate.verify.edited import FollowedMap, follow_edits
from tf2migrate.verify.reasons import OTHER_RUNS
from tf2migrate.verify.workspace import CannotCompare, copy_tree
from tf2migrate.workflow.errors import UsageError, read_bytes
from tf2migrate.workflow.levels import results_at
from tf2migrate.workflow.notebooks import PlannedNotebook, is_notebook, plan_notebook, program_name
from tf2migrate.workflow.project import find_components, find_root

BEHAVIOUR_SWITCH = "disable_v2_behavior"  # in every program that runs as TensorFlow 1 on TensorFlow 2


def verify_program(original: Path, migrated: Path | None, options: VerifyOptions) -> Verification:
    """Run both programs and compare, on each device that was asked for; see `verify_on`.

    With several devices the verdict is that of the first on which the two are not equal.
    """
    names = check_device(options.device)
    found = [verify_on(original, migrated, replace(options, device=device)) for device in options.device.split(",")]
    worst = max(found, key=lambda one: one.verdict.exit_status)
    shown = " and ".join(f"gpu:0 {names[0]}" if one.verdict.device == "gpu" else one.verdict.device for one in found)
    return replace(worst, verdict=replace(worst.verdict, device=shown))


def verify_on(original: Path, migrated: Path | None, options: VerifyOptions) -> Verification:
    """Run both programs and compare; without `migrated`, migrate `original` into a temporary folder first.

    Where planning `original` again gives exactly the text of `migrated` and of the modules beside it, that plan's maps
    pair the two; else the pair counts as made by hand. Raises UsageError or SourceError for what a user can cause.
    """
    if is_notebook(original) or (migrated is not None and is_notebook(migrated)):
        return _verify_notebooks(original, migrated, options)
    own_python = options.reference == "compat"
    for path in (*([original] if own_python else []), *([migrated] if migrated is not None else [])):
        parse_text(_text(path), str(path))
    require_tensorflow()
    entry = original.resolve()
    results = _plan(entry, migrated) if own_python or _is_python_3(original) else ()
    planned = _written(results)
    options = replace(options, root=options.root or _common_root(entry, planned))
    if migrated is not None:
        maps = _maps(planned) if _is_migration(entry, migrated, planned) else None
        if maps is None and _is_at_level_compat(entry, migrated):
            same = verify_pair(entry, migrated.resolve(), None, options, same_runs=True)
            return Verification(str(original), str(migrated), same)
        verdict = _verify_edited(entry, migrated.resolve(), planned, options) if maps is None else None
        verdict = verdict or verify_pair(entry, migrated.resolve(), maps, options)
        return Verification(str(original), str(migrated), verdict)
    if not planned:
        return _not_native(original, results)
    return _verify_planned(original, planned, options)


def _verify_notebooks(original: Path, migrated: Path | None, options: VerifyOptions) -> Verification:
    """Verify a pair of which one or both are notebooks, as programs in copies of their folders."""
    with tempfile.TemporaryDirectory(prefix="tf2migrate-") as temporary:
        entry, planned = _program_beside(original, Path(temporary, "original").resolve(), None)
        if migrated is None and planned is not None and planned.data is None:
            return _not_native(original, [planned.result])
        other = migrated
        if migrated is not None:
            other, _ = _program_beside(migrated, Path(temporary, "migrated").resolve(), planned)
        found = verify_on(entry, other, replace(options, root=None))
    return replace(found, original=str(original), migrated=None if migrated is None else str(migrated))


def _program_beside(path: Path, folder: Path, planned: PlannedNotebook | None) -> tuple[Path, PlannedNotebook | None]:
    """Return the program of a notebook, in a copy of its folder, and its plan; another file as it is.

    A notebook that holds what is `planned` is the planned program, so that the plan's map is that of the pair.
    """
    if not is_notebook(path):
        return path, None
    data = read_bytes(path)
    own = plan_notebook(path, data) if planned is None else None
    try:
        copy_tree(path.resolve().parent, folder, folder)
        program = read_script(str(path), data).text if own is None else own.script.text
    except CannotCompare as error:
        raise UsageError(str(error)) from error
    except NotebookError as error:
        raise UsageError(f"{path}: {error.reason}; {error.advice}") from error
    if planned is not None and planned.data == data:
        program = planned.program.text or program
    entry = folder / program_name(path)
    write_source(entry, program.encode("utf-8", "surrogatepass"))
    return entry, own


def _plan(entry: Path, migrated: Path | None) -> tuple[FileResult, ...]:
    """Return the plan that gives `migrated`, in whichever style it was written; else the plan in the usual style."""
    usual, *others = (migrate_program(entry, find_root(entry), style) for style in _styles(migrated))
    for results in (usual, *others):
        if migrated is not None and _is_migration(entry, migrated.resolve(), _written(results)):
            return results
    return usual


def _styles(migrated: Path | None) -> Iterator[NativeStyle]:
    """Yield the styles that a migrated program may be written in."""
    yield DEFAULT_STYLE
    if migrated is not None and "raw_ops" in _text(migrated):
        yield NativeStyle(exact=True)


def _written(results: Sequence[FileResult]) -> list[FileResult]:
    return [result for result in results if result.text is not None]


def _is_python_3(path: Path) -> bool:
    """Say whether a file can be planned; an older Python may run what cannot."""
    try:
        parse_text(_text(path), str(path))
    except SourceError:
        return False
    return True


def check_device(device: str) -> list[str]:
    """Return the GPUs' names where one is asked for; raise UsageError where there is none, or no such device."""
    if device not in DEVICES:
        raise UsageError(f"--device {device}: expected one of {', '.join(DEVICES)}")
    if "gpu" not in device:
        return []
    require_tensorflow()
    names = gpu_names()
    if not names:
        raise UsageError(f"--device {device}: TensorFlow sees no GPU here")
    return names


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


def _is_at_level_compat(entry: Path, migrated: Path) -> bool:
    """Say whether `migrated` and the modules beside it are what `fix --level compat` makes of the program."""
    if BEHAVIOUR_SWITCH not in _text(migrated):
        return False
    components = find_components([entry], Excluder(find_root(entry)))
    results = [result for one in components for result in results_at(Level.COMPAT, one, dict).values()]
    return _is_migration(entry, migrated, _written(results))


def _verify_edited(
    entry: Path, migrated: Path, planned: Sequence[FileResult], options: VerifyOptions
) -> Verdict | None:
    """Return the verdict on a migration that a person edited, by the parts of it that are as they were planned.

    None where there are none, or where the edits changed how often these are run: then what both show must do.
    """
    followed: list[FollowedMap] = []
    for result in planned:
        path = Path(result.path).resolve()
        counterpart = migrated if path == entry else migrated.parent / os.path.relpath(path, entry.parent)
        if result.map is not None and counterpart.is_file():
            one = follow_edits(result.map, result.text or "", _text(counterpart))
            followed += [one] if one is not None else []
    kept, sites = sum(one.kept for one in followed), sum(one.sites for one in followed)
    if not kept:
        return None
    verdict = verify_pair(entry, migrated, [one.map for one in followed], options)
    if any(reason in verdict.reason for reason in OTHER_RUNS):
        return None
    return replace(
        verdict, paired_by=f"{kept} of {sites} run sites, which stand as fix wrote them; output and variables"
    )


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
