"""Verifies every program fixture again and again, on one thread and on several: equal programs must stay equal.

    python benchmarks/repetitions.py [--times 20] [--threads 1,4] [--only GLOB] [--minutes M]

Exit status 1 on any other verdict.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from programs import find_cases

from tf2migrate.migrate import migrate_program
from tf2migrate.model.plan import SourceMap
from tf2migrate.model.verdict import VerdictKind, VerifyOptions
from tf2migrate.verify import verify_pair

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "programs"


def main() -> int:
    """Run the repetitions and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--threads", default="1,4")
    parser.add_argument("--only", default="*")
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin no repetition after so long")
    options = parser.parse_args()
    alarms: Counter[str] = Counter()
    done = 0
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        programs = dict(migrations(Path(folder), options.only))
        for number in range(1, options.times + 1):
            if time.monotonic() - started > 60 * options.minutes:
                break
            for threads in map(int, options.threads.split(",")):
                for case, (migrated, source_map) in programs.items():
                    verdict = verify_pair(case, migrated, source_map, VerifyOptions(threads=threads))
                    done += 1
                    if verdict.verdict is not VerdictKind.EQUAL:
                        alarms[f"{case.parent.name} on {threads} threads: {verdict.verdict} {verdict.reason}"] += 1
            print(f"{number} times: {done} verdicts, {sum(alarms.values())} alarms so far", flush=True)
    for what, count in alarms.items():
        print(f"{count} times {what}")
    print(f"{len(programs)} programs, {done} verdicts, {sum(alarms.values())} false alarms")
    return 1 if alarms else 0


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
