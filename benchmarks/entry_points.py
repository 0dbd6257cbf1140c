"""Migrates and verifies the programs of whole repositories: those that run as they are, found by rule alone.

    python benchmarks/entry_points.py REPOSITORY.. [--without FILE] [--tried FILE] [--seconds 120] [--json FILE] ..
        [--missing] [--budget SECONDS]

A program is a Python 3 file that runs a session when it is started, without arguments, as the original of a
comparison: to its end, or to the visit of `--runs`. Each is tried, migrated and verified in a copy that has the modules
and the data of the repository that it needs. Nothing is known of any single program. FILE after `--without` has a
program a line, `REPOSITORY/path.py`, to be left out. Exit status 1 if the tool crashed.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from corpus import Outcome, add_options, judge, print_outcome, print_summary, python_files  # noqa: E402
from entries import find_entries, lay_out  # noqa: E402
from kept import Kept  # noqa: E402
from programs import Case  # noqa: E402

from tf2migrate.model.verdict import VerifyOptions  # noqa: E402
from tf2migrate.verify.pair import try_original  # noqa: E402

UNFINISHED = 3
NO_RUN = "it runs no session"


@dataclass
class Tried:
    """One entry point: why it is no program to measure, in one line, or what became of it."""

    name: str
    problem: str
    outcome: Outcome | None = None


def main() -> int:
    """Run the benchmark and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", type=Path, nargs="+")
    parser.add_argument("--without", type=Path, help="file that names programs to leave out")
    parser.add_argument("--tried", type=Path, help="file that keeps which programs run as they are")
    parser.add_argument("--seconds", type=float, default=120.0, help="time to try one program as it is")
    parser.add_argument("--missing", action="store_true", help="measure what the JSON file has not")
    parser.add_argument("--budget", type=float, default=float("inf"), help="seconds after which none is begun")
    add_options(parser)
    options = parser.parse_args()
    known = read_known(options.json)
    without = set(named_in(options.without)) | (set(known) if options.missing else set())
    end = time.monotonic() + options.budget
    for name, entry, repository in chosen(options, without):
        if time.monotonic() > end:
            return UNFINISHED
        known[name] = measure(name, entry, repository, options)
        if options.json:
            text = json.dumps([asdict(one) for _, one in sorted(known.items())], indent=1)
            options.json.write_text(text, encoding="utf-8")
    print_figures(known.values())
    return 1 if any(one.outcome is not None and one.outcome.result == "crashed" for one in known.values()) else 0


def named_in(file: Path | None) -> list[str]:
    """Return the names in a file, one a line; lines that begin with # are none."""
    lines = file.read_text(encoding="utf-8").splitlines() if file is not None else []
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def read_known(file: Path | None) -> dict[str, Tried]:
    """Return what an earlier call wrote, by name."""
    rows = json.loads(file.read_text(encoding="utf-8")) if file is not None and file.exists() else []
    found = [Tried(row["name"], row["problem"], Outcome(**row["outcome"]) if row["outcome"] else None) for row in rows]
    return {one.name: one for one in found}


def chosen(options: argparse.Namespace, without: set[str]) -> Iterator[tuple[str, Path, Path]]:
    """Yield the entry points that the options ask for: name, path and repository."""
    for repository in (path.resolve() for path in options.repositories):
        for entry in find_entries(repository):
            name = str(Path(repository.name) / entry.relative_to(repository))
            if name not in without and fnmatch(name, options.only):
                yield name, entry, repository


def measure(name: str, entry: Path, repository: Path, options: argparse.Namespace) -> Tried:
    """Return what becomes of one entry point."""
    with tempfile.TemporaryDirectory(prefix="entry-") as folder:
        try:
            case = lay_out(entry, repository, Path(folder).resolve())
        except (OSError, ValueError) as error:
            return Tried(name, str(error))
        problem = tried(case, options)
        if problem:
            print(f"{'not run':10} {name}  {problem}", flush=True)
            return Tried(name, problem)
        outcome = judge(case, options)
    print_outcome(outcome)
    return Tried(name, "", outcome)


def tried(case: Case, options: argparse.Namespace) -> str:
    """Return why the program cannot be measured, or nothing; asked once for each content."""
    kept = Kept(options.tried, [python_files(case.folder), case.entry, options.runs, options.seconds])
    if kept.answer is None:
        asked = VerifyOptions(runs=options.runs, timeout=options.seconds, root=case.folder)
        trial = try_original(case.path, asked)
        kept.keep(trial.problem or ("" if trial.visits else NO_RUN))
    answer: str = kept.answer
    return answer


def print_figures(entries: Iterable[Tried]) -> None:
    """Print how many programs run as they are, what became of those, and why the others do not run."""
    entries = list(entries)
    problems = Counter(kind_of(entry.problem) for entry in entries if entry.problem)
    print(f"\n{len(entries)} entry points, {len(entries) - sum(problems.values())} run as they are")
    for problem, count in problems.most_common():
        print(f"{count:4} {problem}")
    print_summary(entry.outcome for entry in entries if entry.outcome is not None)


def kind_of(problem: str) -> str:
    """Return a problem without what differs from one program to the next."""
    parts = re.fullmatch(r"(.*?): (?:\S+:\d+: )?(\w+)?.*", problem, re.DOTALL)
    return problem if parts is None else " ".join(part for part in parts.groups() if part)


if __name__ == "__main__":
    sys.exit(main())
