"""Linting of files, notebooks and standard input, with local fixes on request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tf2migrate.config import Config
from tf2migrate.discovery import Excluder, discover
from tf2migrate.lint import silencing_edits
from tf2migrate.model.results import CheckedFile, CheckReport
from tf2migrate.source import SourceError, apply_edits, decode_source, write_source
from tf2migrate.workflow.cache import Cache, clean
from tf2migrate.workflow.checker import Checker, CheckOptions, failure
from tf2migrate.workflow.errors import read_bytes
from tf2migrate.workflow.selection import select_codes
from tf2migrate.workflow.workers import check_targets

__all__ = ["CheckOptions", "add_noqa", "check_files", "check_paths", "check_source"]

Progress = Callable[[int, int], None]  # of files done and files in all


def check_paths(paths: Sequence[Path], config: Config, options: CheckOptions) -> CheckReport:
    """Return the findings in the files that `paths` stand for; one file's failure does not stop the others.

    Raises UsageError for a path or a selection that means nothing.
    """
    return CheckReport(tuple(check_files(paths, config, options)))


def check_files(
    paths: Sequence[Path], config: Config, options: CheckOptions, progress: Progress = lambda done, total: None
) -> Iterator[CheckedFile]:
    """Yield what `check_paths` returns file by file, so that nobody has to hold all of it."""
    codes = select_codes(options.selection, config)
    targets = discover(paths, Excluder(config.root, config.exclude), force_exclude=options.force_exclude)
    cache = None
    if options.cache is not None and not options.fix:
        cache = Cache(options.cache, (config.root, config.per_file_ignores, *sorted(codes)))
    try:
        for done, checked in enumerate(check_targets(targets, codes, config, options, cache), 1):
            progress(done, len(targets))
            yield checked
    finally:
        if cache is not None:
            cache.save()
    if options.cache is not None:
        clean(options.cache)


def add_noqa(
    paths: Sequence[Path], config: Config, options: CheckOptions, progress: Progress
) -> Iterator[tuple[CheckedFile, int]]:
    """Silence every finding by a comment on its line; yield each file with how many lines got one.

    Notebooks are left as they are.
    """
    for checked in check_files(paths, config, options, progress):
        if checked.failed or checked.cells or not checked.diagnostics:
            yield checked, 0
            continue
        edits = silencing_edits(checked.text, checked.diagnostics)
        try:
            source = decode_source(checked.path, read_bytes(Path(checked.path)))
            if source.text != checked.text:
                raise SourceError(f"{checked.path}: has changed while it was checked")
            write_source(checked.path, source.encode(apply_edits(source.text, edits)))
        except SourceError as error:
            yield failure(checked.path, error), 0
        except OSError as error:
            yield failure(checked.path, SourceError(f"cannot be written: {error.strerror or error}")), 0
        else:
            yield checked, len(edits)


def check_source(data: bytes, name: str, config: Config, options: CheckOptions) -> CheckReport:
    """Return the findings in `data`, read as if it stood in the file `name`; nothing is written."""
    codes = select_codes(options.selection, config)
    checker = Checker(codes, config, replace(options, cache=None))
    return CheckReport((checker.check_data(name, data, write=False),))
