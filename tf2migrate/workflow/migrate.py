"""The whole job on one tree: check, fix into a copy, verify each program, check again."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from tf2migrate.config import Config
from tf2migrate.model.plan import Status
from tf2migrate.model.results import FixedFile, FixReport, MigrateReport, Verification
from tf2migrate.model.verdict import Verdict, VerdictKind, VerifyOptions
from tf2migrate.source import SourceError
from tf2migrate.workflow.check import CheckOptions, check_paths
from tf2migrate.workflow.errors import internal_error
from tf2migrate.workflow.fix import FixOptions, fix_paths
from tf2migrate.workflow.verify import require_tensorflow, verify_program

Progress = Callable[[str], None]


def migrate_tree(
    source: Path, output: Path, config: Config, options: VerifyOptions, progress: Progress, jobs: int = 1
) -> MigrateReport:
    """Check `source`, write its migrated copy below `output`, and run each migrated program against its original,
    `jobs` of them at a time.

    Raises UsageError or DiscoveryError where nothing can be done.
    """
    require_tensorflow()
    progress(f"checking {source}")
    before = check_paths([source], config, CheckOptions())
    progress(f"migrating {source}")
    fixed = fix_paths([source], config, FixOptions(output=output))
    verifications = _verify_programs(fixed, source, options, progress, jobs)
    after = check_paths([Path(file.output) for file in fixed.files], config, CheckOptions())
    return MigrateReport(str(source), str(output), before, fixed, verifications, after)


def _verify_programs(
    fixed: FixReport, source: Path, options: VerifyOptions, progress: Progress, jobs: int
) -> tuple[Verification, ...]:
    programs = [file for file in fixed.files if file.changed and file.entry and file.result.status is Status.NATIVE]
    done = itertools.count(1)

    def verified(file: FixedFile) -> Verification:
        found = _verify(file, source, options)
        progress(f"verified {next(done)} of {len(programs)}: {file.result.path}: {found.verdict.verdict.value}")
        return found

    progress(f"verifying {len(programs)} programs")
    with ThreadPoolExecutor(max(1, jobs)) as pool:  # each waits for processes of its own
        return tuple(pool.map(verified, programs))


def _verify(file: FixedFile, source: Path, options: VerifyOptions) -> Verification:
    root = options.root or (source if source.is_dir() else source.parent)
    try:
        return verify_program(Path(file.result.path), Path(file.output), replace(options, root=root))
    except SourceError as error:
        reason = error.message
    except Exception as error:  # a fault with one pair must not keep the others from being verified
        reason = internal_error(file.result.path, error).message
    return Verification(file.result.path, file.output, Verdict(VerdictKind.NOT_VERIFIED, reason))
