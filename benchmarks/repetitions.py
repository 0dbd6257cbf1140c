"""Verifies every program fixture again and again, on one thread and on several: equal programs must stay equal.

    python benchmarks/repetitions.py [--times 20] [--threads 1,4] [--only GLOB] [--minutes M] [--settled N] [--json F]

With `--settled N` a program is not repeated any more that was equal bit by bit in N repetitions on each thread count:
what has no rounding between its sides has no tolerance to exceed. `--json F` notes each verdict as it comes, and a
further start goes on behind those. Exit status 1 on any other verdict.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from programs import find_cases

from tf2migrate.migrate import migrate_program
from tf2migrate.model.plan import SourceMap
from tf2migrate.model.verdict import LevelKind, Verdict, VerdictKind, VerifyOptions
from tf2migrate.verify import verify_pair

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "programs"


def main() -> int:
    """Run the repetitions and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--threads", default="1,4")
    parser.add_argument("--only", default="*")
    parser.add_argument("--settled", type=int, default=0, help="so many repetitions bit by bit are enough")
    parser.add_argument("--json", type=Path, help="add the verdicts to this file, one a line")
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin no repetition after so long")
    options = parser.parse_args()
    known = [json.loads(line) for line in read_lines(options.json)]
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        programs = dict(migrations(Path(folder), options.only))
        threads = [int(one) for one in options.threads.split(",")]
        for number in range(1, options.times + 1):
            for case, (migrated, source_map) in programs.items():
                name = case.parent.name
                own = [one for one in known if one["program"] == name]
                if options.settled and is_settled(own, options.settled, threads):
                    continue
                for count in threads:
                    if any((one["number"], one["threads"]) == (number, count) for one in own):
                        continue
                    if time.monotonic() - started > 60 * options.minutes:
                        return summarize(known)
                    verdict = verify_pair(case, migrated, source_map, VerifyOptions(threads=count))
                    known.append(note(name, number, count, verdict, options.json))
            print(f"{number} times: {len(known)} verdicts, {len(alarms_of(known))} alarms so far", flush=True)
    return summarize(known)


def read_lines(path: Path | None) -> list[str]:
    """Return the lines of a file of verdicts, none where there is none yet."""
    return path.read_text(encoding="utf-8").splitlines() if path is not None and path.exists() else []


def note(name: str, number: int, threads: int, verdict: Verdict, path: Path | None) -> dict[str, Any]:
    """Return one verdict as plain data, and add it to the file."""
    levels = (verdict.levels.structure, verdict.levels.emitted, verdict.levels.program)
    exact = all(level.exact for level in levels if level.verdict is LevelKind.EQUAL)
    found = {"program": name, "number": number, "threads": threads, "exact": exact, "verdict": verdict.verdict.value}
    found["reason"] = verdict.reason
    if path is not None:
        with path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(found) + "\n")
    return found


def is_settled(own: list[dict[str, Any]], times: int, threads: list[int]) -> bool:
    """Say whether a program was equal bit by bit so often on each thread count, and never anything else."""
    exact = Counter(one["threads"] for one in own if one["exact"] and one["verdict"] == "equal")
    return sum(exact.values()) == len(own) and all(exact[count] >= times for count in threads)


def alarms_of(known: list[dict[str, Any]]) -> list[str]:
    """Return what was not equal."""
    return [
        f"{one['program']} on {one['threads']} threads: {one['verdict']} {one['reason']}"
        for one in known
        if one["verdict"] != VerdictKind.EQUAL.value
    ]


def summarize(known: list[dict[str, Any]]) -> int:
    """Print how often each program was verified and what was not equal; return the exit status."""
    times = Counter(Counter(one["program"] for one in known).values())
    for count, programs in sorted(times.items()):
        print(f"{programs} programs with {count} verdicts")
    for what, count in Counter(alarms_of(known)).items():
        print(f"{count} times {what}")
    print(f"{len(known)} verdicts, {len(alarms_of(known))} false alarms")
    return 1 if alarms_of(known) else 0


def migrations(folder: Path, only: str) -> Iterator[tuple[Path, tuple[Path, SourceMap | None]]]:
    """Yield each program that is migrated, with its migration below `folder` and the map between them."""
    for case in find_cases(FIXTURES, only):
        results = migrate_program(case.path)
        if len(results) == 1 and results[0].text is not None:
            migrated = folder / case.name / "after.py"
            migrated.parent.mkdir()
            migrated.write_text(results[0].text, encoding="utf-8")
            yield case.path, (migrated, results[0].map)


if __name__ == "__main__":
    sys.exit(main())
