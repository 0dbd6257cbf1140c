"""What a verification costs against two fresh processes, in CPU time and by the wall.

    python benchmarks/verify_cost.py [--only GLOB] [--json FILE]

Bars: one original and one migrated run from the fork servers at most 0.1 of two fresh processes, a full verdict with
its levels and noise at most 0.3. Medians over the program fixtures, each with its own fresh processes beside it.
Exit status 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from programs import find_cases

from tf2migrate.migrate import migrate_program
from tf2migrate.model.verdict import VerifyOptions
from tf2migrate.verify import pair as pairs
from tf2migrate.verify import server, verify_pair
from tf2migrate.verify.workspace import Workspace, read_pair

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "programs"
RUNS_BAR, VERDICT_BAR = 0.1, 0.3


@dataclass
class Cost:
    """Seconds of CPU, of this process and all it started, and by the wall."""

    cpu: float
    wall: float


def main() -> int:
    """Run the benchmark and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="*[aeou]_*")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    cases = [case for case in find_cases(FIXTURES) if fnmatch(case.name, options.only)]
    verify_one(cases[0].path)  # starts the servers
    rows = []
    for case in cases:
        fresh, forked, full = costs(case.path)
        rows.append({"program": case.name, "fresh": fresh.__dict__, "runs": forked.__dict__, "verdict": full.__dict__})
        cpu = f"runs {forked.cpu / fresh.cpu:5.3f}   verdict {full.cpu / fresh.cpu:5.3f}"
        wall = f"(wall {forked.wall / fresh.wall:5.3f}, {full.wall / fresh.wall:5.3f})"
        print(f"{case.name:28} fresh {fresh.cpu:5.2f} s   {cpu}   {wall}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    runs = statistics.median(row["runs"]["cpu"] / row["fresh"]["cpu"] for row in rows)
    verdicts = statistics.median(row["verdict"]["cpu"] / row["fresh"]["cpu"] for row in rows)
    print(f"median of {len(rows)}: runs {runs:.3f} (bar {RUNS_BAR}), verdict {verdicts:.3f} (bar {VERDICT_BAR}), CPU")
    return 0 if runs <= RUNS_BAR and verdicts <= VERDICT_BAR else 1


def costs(original: Path) -> tuple[Cost, Cost, Cost]:
    """Return the cost of two fresh processes, of two forked ones, and of a full verdict."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = measured(lambda: run_both(original, Path(folder) / "fresh", forks=False))
        forked = measured(lambda: run_both(original, Path(folder) / "forked", forks=True))
    return fresh, forked, measured(lambda: verify_one(original))


def run_both(original: Path, folder: Path, forks: bool) -> None:
    """Run the original and then its migration once."""
    real = pairs.forking_is_safe
    pairs.forking_is_safe = lambda device: forks and real(device)
    try:
        folder.mkdir()
        text, source_map = planned(original)
        migrated = folder / "after.py"
        migrated.write_text(text, encoding="utf-8")
        pair = read_pair(original, migrated, source_map, VerifyOptions())
        (folder / "work").mkdir()
        one = pairs._Comparison(pair, Workspace(folder / "work", pair, VerifyOptions()), VerifyOptions())
        one._draws = one._with_statement_places(one._run_original("original", None).seen.draws)
        one._run_migrated("emitted", swap=False)
    finally:
        pairs.forking_is_safe = real


def planned(original: Path) -> tuple[str, object]:
    """Return what `fix` makes of a program of one file."""
    result = migrate_program(original)[0]
    return result.text or "", result.map


def verify_one(original: Path) -> None:
    """Give a full verdict on a program's migration."""
    with tempfile.TemporaryDirectory() as folder:
        text, source_map = planned(original)
        migrated = Path(folder) / "after.py"
        migrated.write_text(text, encoding="utf-8")
        verify_pair(original, migrated, source_map)


def measured(work: Callable[[], None]) -> Cost:
    """Return what some work costs here, in the servers, and in the processes that they started."""
    wall, cpu = time.monotonic(), spent()
    work()
    return Cost(spent() - cpu, time.monotonic() - wall)


def spent() -> float:
    """Return the CPU seconds of this process, its ended children, the fork servers and their ended children."""
    own = sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )
    ticks = 0
    for one in server._servers.values():
        fields = Path(f"/proc/{one._process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += sum(int(field) for field in fields[11:15])
    return own + ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
