"""What `tf2migrate check` does with files that may hold findings."""

from __future__ import annotations

import glob
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from tf2migrate import __version__
from tf2migrate.cli.errors import print_unchecked
from tf2migrate.cli.options import CLEAN, FAILED, FOUND, output_style, project_config, writing
from tf2migrate.cli.progress import counting
from tf2migrate.config import Config
from tf2migrate.model.errors import UserError
from tf2migrate.model.results import CheckedFile
from tf2migrate.report.check_text import StatisticsWriter, TextWriter
from tf2migrate.report.style import Style, counted
from tf2migrate.report.writer import Writer
from tf2migrate.source import decode_source, replacing
from tf2migrate.workflow.baseline import Baseline, read_baseline
from tf2migrate.workflow.cache import cache_folder
from tf2migrate.workflow.check import CheckOptions, add_noqa, check_files, check_source
from tf2migrate.workflow.selection import Selection

_STDIN = Path("-")
_BASELINE = Path("tf2migrate-baseline.json")
_BLOCK = 1 << 14  # characters that are printed at once


@dataclass
class _Tally:
    """What the exit status depends on."""

    findings: int = 0
    changed: int = 0
    failed: bool = False

    def count(self, file: CheckedFile) -> CheckedFile:
        """Count one file, and hand it on."""
        self.findings += len(file.diagnostics)
        self.changed += file.original is not None
        self.failed = self.failed or file.failed
        return file


class Request:
    """One call of the command: the paths, and all options as click gives them."""

    def __init__(self, paths: tuple[Path, ...], given: dict[str, Any]) -> None:
        self._paths = paths
        self._given = given
        self._stdin = _STDIN in paths
        first = (Path(given["stdin_filename"]),) if self._stdin else paths
        self._config: Config = project_config(first, given["config_file"])
        if given["per_file_ignores"]:
            self._config = replace(self._config, per_file_ignores=_ignores(_prefixes(given["per_file_ignores"])))
        self._style = Style() if given["output_file"] else output_style(given["color"])
        self._tally = _Tally()

    def run(self) -> int:
        """Do what was asked for, and return the exit status."""
        if self._given["show_settings"]:
            from tf2migrate.cli.settings import render_settings

            click.echo(render_settings(self._config, self._options(), self._paths), nl=False)
            return CLEAN
        if self._given["add_noqa"]:
            return self._add_noqa()
        if self._given["watch"]:
            return self._watch()
        return self._check()

    # --- the ways of running ------------------------------------------------------------------------------------------

    def _check(self) -> int:
        baseline = self._baseline()
        files = (self._tally.count(self._shown(file, baseline)) for file in self._files())
        if self._given["add_baseline"] and baseline is not None:
            return self._add_baseline(files, baseline)
        if self._given["diff"]:
            return self._print_diff(files)
        if self._stdin and self._given["fix"]:
            self._echo_fixed(files)
        else:
            self._print(files)
        if baseline is not None and baseline.stale:
            gone = f"{counted(baseline.stale, 'known finding')} {'is' if baseline.stale == 1 else 'are'} gone"
            note = f"{gone}; --add-baseline writes the file without what is gone"
            click.echo(f"tf2migrate: {note}", err=True)
        return self._status()

    def _watch(self) -> int:
        self._check()
        from tf2migrate.workflow.watch import changes

        for changed in changes(self._paths, self._config, force_exclude=self._given["force_exclude"]):
            if sys.stdout.isatty():
                click.clear()
            click.echo(f"changed: {', '.join(changed[:3])}{' ..' if len(changed) > 3 else ''}", err=True)
            self._tally = _Tally()
            self._check()
        return CLEAN

    def _add_noqa(self) -> int:
        lines = 0
        with closing(counting("checking")) as progress:
            for file, added in add_noqa(self._paths, self._config, self._options(), progress.show):
                self._tally.count(file)
                print_unchecked([file])
                lines += added
        if not self._given["quiet"]:
            click.echo(f"Added {lines} noqa comment{'s' * (lines != 1)}.")
        return FAILED if self._tally.failed else CLEAN

    def _add_baseline(self, files: Iterable[CheckedFile], baseline: Baseline) -> int:
        for file in files:
            print_unchecked([file])
        target = self._baseline_file()
        known = baseline.write(target)
        if not self._given["quiet"]:
            click.echo(f"Wrote {known} known finding{'s' * (known != 1)} to {target}.")
        return FAILED if self._tally.failed else CLEAN

    # --- parts --------------------------------------------------------------------------------------------------------

    def _files(self) -> Iterator[CheckedFile]:
        options = self._options()
        if self._stdin:
            name = self._given["stdin_filename"]
            yield from check_source(self._input, name, self._config, options).files
            return
        with closing(counting("checking")) as progress:
            yield from check_files(self._paths, self._config, options, progress.show)

    @cached_property
    def _input(self) -> bytes:
        return sys.stdin.buffer.read()

    def _options(self) -> CheckOptions:
        given = self._given
        selection = Selection(*(_prefixes(given[key]) for key in ("select", "ignore", "extend_select")))
        return CheckOptions(
            selection,
            given["force_exclude"],
            fix=given["fix"] or given["diff"],
            unsafe_fixes=given["unsafe_fixes"],
            write=given["fix"],
            jobs=given["jobs"],
            cache=None if given["no_cache"] or given["add_noqa"] else cache_folder(),
        )

    def _baseline_file(self) -> Path:
        given: Path | None = self._given["baseline"]
        return given or self._config.baseline or _BASELINE

    def _baseline(self) -> Baseline | None:
        asked = self._given["baseline"] or self._config.baseline or self._given["add_baseline"]
        return read_baseline(self._baseline_file(), missing=self._given["add_baseline"]) if asked else None

    def _shown(self, file: CheckedFile, baseline: Baseline | None) -> CheckedFile:
        return file if baseline is None else baseline.new_in(file)

    def _print(self, files: Iterable[CheckedFile]) -> None:
        target: Path | None = self._given["output_file"]
        writer = self._writer()
        if target is not None:
            with writing(target), replacing(target) as stream:
                for text in self._texts(files, writer):
                    stream.write(text.encode("utf-8", "backslashreplace"))
            return
        silent = self._given["quiet"] and self._given["form"] == "text"
        for text in _in_blocks(self._texts(files, writer)):
            if not silent:
                click.echo(text, nl=False)

    def _echo_fixed(self, files: Iterable[CheckedFile]) -> None:
        """Print what standard input becomes, its encoding and line ends kept; what cannot be fixed stays as it is."""
        for file in files:
            data = self._input
            if file.original is not None:
                data = decode_source(file.path, data).encode(file.text)
            click.echo(data, nl=False)
            print_unchecked([file])

    def _texts(self, files: Iterable[CheckedFile], writer: Writer) -> Iterator[str]:
        yield writer.head()
        for file in files:
            if self._given["form"] == "text":
                print_unchecked([file])
            yield writer.file(file)
        yield from writer.tail()

    def _writer(self) -> Writer:
        if self._given["statistics"]:
            return StatisticsWriter(self._style)
        form: str = self._given["form"]
        published = self._config.docs_url
        return TextWriter(self._style, published) if form == "text" else _writer_for_programs(form, published)

    def _print_diff(self, files: Iterable[CheckedFile]) -> int:
        for file in files:
            print_unchecked([file])
            if file.original is not None:
                from tf2migrate.report.diff import render_diff  # brings difflib

                click.echo(render_diff(file.path, file.original, file.text, self._style), nl=False)
        changed = self._tally.changed and not self._given["exit_zero"]
        return FAILED if self._tally.failed else FOUND if changed else CLEAN

    def _status(self) -> int:
        if self._tally.failed:
            return FAILED
        if self._given["exit_non_zero_on_fix"] and self._tally.changed:
            return FOUND
        return FOUND if self._tally.findings and not self._given["exit_zero"] else CLEAN


def _writer_for_programs(form: str, published: str) -> Writer:
    """Return what writes findings in a form for programs; these import more than a check for people needs."""
    if form == "junit":
        from tf2migrate.report.junit import JunitWriter

        return JunitWriter()
    if form == "sarif":
        from tf2migrate.report.sarif import SarifWriter
        from tf2migrate.workflow.pages import all_codes

        return SarifWriter(__version__, all_codes(), published)
    from tf2migrate.report.check_json import GithubWriter, GitlabWriter, JsonWriter

    if form == "json":
        return JsonWriter(published)
    return GitlabWriter() if form == "gitlab" else GithubWriter()


def _in_blocks(texts: Iterable[str]) -> Iterator[str]:
    """Yield the same text in larger pieces."""
    block: list[str] = []
    size = 0
    for text in texts:
        block.append(text)
        size += len(text)
        if size > _BLOCK:
            yield "".join(block)
            block, size = [], 0
    if size:
        yield "".join(block)


def _ignores(pairs: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return patterns and codes as a configuration has them; patterns with folders count from where we are."""
    here = glob.escape(Path.cwd().as_posix())
    ignores = []
    for pair in pairs:
        pattern, colon, code = pair.rpartition(":")
        if not colon or not pattern or not code:
            raise UserError(f"--per-file-ignores {pair!r}: expected PATTERN:CODE, such as 'tests/*:TFM9'")
        written = pattern.strip().replace("\\", "/").removeprefix("./")
        absolute = written if written.startswith(("/", "**")) or "/" not in written else f"{here}/{written}"
        ignores.append((absolute, (code.strip(),)))
    return tuple(ignores)


def _prefixes(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())
