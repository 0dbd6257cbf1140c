"""Whole-program migration of files and folders, written in place or as a copy of the tree."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tf2migrate.config import Config
from tf2migrate.discovery import Excluder, Target, discover, resolved, walk_all
from tf2migrate.migrate import migrate_program
from tf2migrate.model.plan import DEFAULT_STYLE, FileResult, Level, NativeStyle, Refusal, Status
from tf2migrate.model.results import FixedFile, FixReport
from tf2migrate.notebooks import code_lines
from tf2migrate.prefilter import mentions_tensorflow
from tf2migrate.source import SourceError, SourceFile, decode_source, parse_text, write_source
from tf2migrate.workflow.errors import UsageError, internal_error, read_bytes
from tf2migrate.workflow.levels import is_native, results_at
from tf2migrate.workflow.notebooks import is_notebook, plan_notebook
from tf2migrate.workflow.project import Component, find_components, find_importers, find_root

ERROR_CODE = "TFM000"
OUTSIDE_CODE = "TFM990"
DISAGREE_CODE = "TFM991"


@dataclass(frozen=True, slots=True)
class FixOptions:
    """Where `fix` writes: in place, below `output`, or (with `write` False) nowhere."""

    write: bool = True
    output: Path | None = None
    force_exclude: bool = False
    level: Level = Level.NATIVE
    style: NativeStyle = DEFAULT_STYLE


@dataclass(frozen=True, slots=True)
class _Work:
    target: Target
    path: Path  # resolved
    source: SourceFile
    output: Path


def fix_paths(paths: Sequence[Path], config: Config, options: FixOptions) -> FixReport:
    """Migrate the programs that `paths` stand for and write what became native; one's failure stops no other.

    Raises UsageError or DiscoveryError for paths or an output folder that cannot be meant.
    """
    excluder = Excluder(config.root, config.exclude)
    targets = discover(paths, excluder, force_exclude=options.force_exclude)
    outputs = plan_outputs(paths, targets, options.output)
    if options.output is not None and options.write:
        copy_trees(paths, targets, outputs, excluder, options.output)
    works: list[_Work] = []
    settled: dict[Path, FixedFile] = {}
    for target in targets:
        place = resolved(target.path)
        try:
            works.append(_Work(target, place, _read(target), outputs[target.path]))
        except SourceError as error:
            settled[place] = _failed(target, outputs[target.path], error)
    by_path = {work.path: work for work in works if not is_notebook(work.path)}
    for component in find_components(list(by_path), excluder):
        settled |= _fix_component(component, by_path, options, excluder)
    for work in works:
        if is_notebook(work.path):
            settled[work.path] = _fix_notebook(work, options)
        settled.setdefault(work.path, _untouched(work))
    return FixReport(tuple(settled[resolved(target.path)] for target in targets))


def _read(target: Target) -> SourceFile:
    """Return a target's text; a walked file that does not mention TensorFlow need not parse."""
    name = str(target.path)
    data = read_bytes(target.path)
    if is_notebook(target.path):
        return SourceFile(name, "")
    if not target.named and not mentions_tensorflow(data):
        return SourceFile(name, "")
    source = decode_source(name, data)
    parse_text(source.text, name)
    return source


def _untouched(work: _Work) -> FixedFile:
    return FixedFile(FileResult(str(work.target.path), Status.UNCHANGED), work.source.text, str(work.output))


def _failed(target: Target, output: Path, error: SourceError) -> FixedFile:
    name = str(target.path)
    refusal = Refusal(name, error.row, ERROR_CODE, error.message.removeprefix(f"{name}: "), "")
    return FixedFile(FileResult(name, Status.ERROR, refusals=(refusal,)), "", str(output))


def _fix_notebook(work: _Work, options: FixOptions) -> FixedFile:
    path = work.target.path
    try:
        data = read_bytes(path)
        if not mentions_tensorflow(code_lines(data)):
            return _untouched(work)
        planned = plan_notebook(path, data, options.level, options.style)
        if planned.data is not None and options.write:
            _write_or_say_why(work.output, planned.data)
        return FixedFile(planned.result, planned.original, str(work.output))
    except SourceError as error:
        return _failed(work.target, work.output, error)
    except Exception as error:  # a fault in one notebook must not keep the others from being migrated
        return _failed(work.target, work.output, internal_error(str(path), error))


# --- one component ----------------------------------------------------------------------------------------------------


def _fix_component(
    component: Component, works: Mapping[Path, _Work], options: FixOptions, excluder: Excluder
) -> dict[Path, FixedFile]:
    mine = {path: works[path] for path in component.files if path in works}
    try:
        results = results_at(options.level, component, lambda: _agree(component, _migrate(component, options.style)))
        helpers = [path for path in results if path in works and path not in mine and results[path].text is not None]
        mine |= {path: _reread(works[path]) for path in helpers}  # without TensorFlow, but handed its session
        results = _named(_within(component, results, mine, excluder), mine)
        fixed = {path: _fixed(work, results.get(path), path in component.entries) for path, work in mine.items()}
        if options.write:
            _write(fixed, mine)
        return fixed
    except SourceError as error:
        return {path: _failed(work.target, work.output, error) for path, work in mine.items()}
    except Exception as error:  # a fault in one program must not keep the others from being migrated
        return {
            path: _failed(work.target, work.output, internal_error(str(work.target.path), error))
            for path, work in mine.items()
        }


def _migrate(component: Component, style: NativeStyle) -> list[FileResult]:
    if is_native(component):  # what runs eagerly is no graph, and may take the evaluator long
        return [FileResult(str(path), Status.UNCHANGED) for path in component.files]
    root = find_root(component.files[0])
    return [result for entry in component.entries for result in migrate_program(entry, root, style)]


def _agree(component: Component, results: Iterable[FileResult]) -> dict[Path, FileResult]:
    """Return one result per file, one level for all: where one is held back, or entries disagree, all are."""
    merged: dict[Path, FileResult] = {}
    reasons: list[Refusal] = []
    for result in results:
        path = Path(result.path).resolve()
        reasons += result.refusals
        known = merged.get(path)
        if known is not None and known.text != result.text and known.status is result.status:
            reason = "programs that share this file need different versions of it"
            reasons.append(Refusal(result.path, 1, DISAGREE_CODE, reason, "migrate this file by hand"))
        if known is None or known.text is None:
            merged[path] = result
    stuck = any(one.status in (Status.REFUSED, Status.ERROR) for one in merged.values())
    return _hold_back(merged, reasons) if stuck or reasons else merged


def _reread(work: _Work) -> _Work:
    return replace(work, source=decode_source(str(work.target.path), read_bytes(work.target.path)))


def _within(
    component: Component, results: dict[Path, FileResult], mine: Mapping[Path, _Work], excluder: Excluder
) -> dict[Path, FileResult]:
    """Hold the component back where a file that must change with it lies outside of what was asked for."""
    changing = [path for path, result in results.items() if result.text is not None]
    outside = [path for path in changing if path not in mine]
    for path in changing:
        known = component.importers(path) if path in component.files else sorted(find_importers(path, excluder))
        outside += [other for other in known if other not in mine]
    if not changing or not outside:
        return results
    names = ", ".join(str(path) for path in dict.fromkeys(outside))
    first = min(mine)
    reason = f"must be migrated together with {names}, which is not among the given paths"
    return _hold_back(results, [Refusal(str(first), 1, OUTSIDE_CODE, reason, "give the folder that holds all of them")])


def _hold_back(results: Mapping[Path, FileResult], reasons: Sequence[Refusal]) -> dict[Path, FileResult]:
    unique = tuple(sorted(set(reasons)))
    return {
        path: FileResult(
            result.path, Status.ERROR if result.status is Status.ERROR else Status.REFUSED, refusals=unique
        )
        for path, result in results.items()
    }


def _named(results: Mapping[Path, FileResult], mine: Mapping[Path, _Work]) -> dict[Path, FileResult]:
    """Return the results with files called as the user did."""
    names = {str(path): str(work.target.path) for path, work in mine.items()}

    def renamed(refusals: Iterable[Refusal]) -> tuple[Refusal, ...]:
        return tuple(replace(one, path=names.get(one.path, one.path)) for one in refusals)

    return {
        path: replace(result, refusals=renamed(result.refusals), notes=renamed(result.notes))
        for path, result in results.items()
    }


def _fixed(work: _Work, result: FileResult | None, entry: bool) -> FixedFile:
    name = str(work.target.path)
    result = FileResult(name, Status.UNCHANGED) if result is None else replace(result, path=name)
    if result.text is not None:
        parse_text(result.text, name)
    return FixedFile(result, work.source.text, str(work.output), entry)


# --- writing ----------------------------------------------------------------------------------------------------------


def _write(fixed: Mapping[Path, FixedFile], works: Mapping[Path, _Work]) -> None:
    """Write all files of a component, or none: what was written before a failure is put back."""
    encoded = {
        path: works[path].source.encode(file.result.text)
        for path, file in fixed.items()
        if file.changed and file.result.text is not None
    }
    written: dict[Path, bytes | None] = {}
    try:
        for path, data in encoded.items():
            output = works[path].output
            before = output.read_bytes() if output.exists() else None
            output.parent.mkdir(parents=True, exist_ok=True)
            write_source(output, data)
            written[output] = before
    except OSError as error:
        for output, before in written.items():
            if before is not None:
                write_source(output, before)
        raise _unwritable(error) from error


def _write_or_say_why(output: Path, data: bytes) -> None:
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        write_source(output, data)
    except OSError as error:
        raise _unwritable(error) from error


def _unwritable(error: OSError) -> SourceError:
    return SourceError(f"{error.filename}: cannot be written: {error.strerror or error}")


def plan_outputs(paths: Sequence[Path], targets: Sequence[Target], output: Path | None) -> dict[Path, Path]:
    """Return where each target's new text goes; raise UsageError where that would overwrite or nest in the input."""
    if output is None:
        return {target.path: target.path for target in targets}
    folder = output.resolve()
    if output.exists() and not output.is_dir():
        raise UsageError(f"{output}: is a file; --output takes a folder")
    for path in paths:
        if path.is_dir() and (folder == path.resolve() or path.resolve() in folder.parents):
            raise UsageError(f"{output}: lies inside the input {path}; name a folder outside of it")
    outputs = {target.path: output / _relative(target.path, paths) for target in targets}
    inputs = {resolved(target.path) for target in targets}
    if len(set(outputs.values())) < len(outputs):
        raise UsageError(f"{output}: two of the given files have one name there; give the folder that holds both")
    for place in outputs.values():
        if place.resolve() in inputs:
            raise UsageError(f"{output}: {place} would overwrite the input; name another folder")
    return outputs


def _relative(path: Path, paths: Sequence[Path]) -> Path:
    """Return where `path` stands in the copied tree: below its given folder; several given paths keep their names."""
    for given in paths:
        if given.is_dir() and path.is_relative_to(given):
            inner = path.relative_to(given)
            return inner if len(paths) == 1 else Path(given.resolve().name) / inner
    return Path(path.name)


def copy_trees(
    paths: Sequence[Path], targets: Sequence[Target], outputs: Mapping[Path, Path], excluder: Excluder, output: Path
) -> None:
    """Copy every file of the given folders, and the given files, to the output tree as they are."""
    places = dict(outputs)
    for path in paths:
        if path.is_dir():
            places |= {file: output / _relative(file, paths) for file in walk_all(path, excluder)}
    try:
        for source, place in places.items():
            if source.is_file():
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, place)
                shutil.copymode(source, place)
    except OSError as error:
        raise UsageError(f"{error.filename}: cannot be copied: {error.strerror or error}") from error
