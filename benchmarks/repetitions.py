"""Verifies every program fixture again and again, on one thread and on several: equal programs must stay equal.

    python benchmarks/repetitions.py [--times 20] [--threads 1,4] [--only GLOB]

Exit status 1 on any other verdict.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

from programs import find_cases

from tf2migrate.migrate import migrate_program
from tf2migrate.model.verdict import VerdictKind, VerifyOptions
from tf2migrate.verify import verify_pair

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "programs"


def main() -> int:
    """Run the repetitions and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--threads", default="1,4")
    parser.add_argument("--only", default="*")
    options = parser.parse_args()
    alarms: Counter[str] = Counter()
    done = 0
    for case in find_cases(FIXTURES):
        results = migrate_program(case.path) if fnmatch(case.name, options.only) else []
        if len(results) != 1 or results[0].text is None:
            continue
        with tempfile.TemporaryDirectory() as folder:
            migrated = Path(folder) / "after.py"
            migrated.write_text(results[0].text, encoding="utf-8")
            for threads in map(int, options.threads.split(",")):
                for _ in range(options.times):
                    verdict = verify_pair(case.path, migrated, results[0].map, VerifyOptions(threads=threads))
                    done += 1
                    if verdict.verdict is not VerdictKind.EQUAL:
                        alarms[f"{case.name} on {threads} threads: {verdict.verdict.value} {verdict.reason}"] += 1
        print(f"{case.name}: {done} verdicts, {sum(alarms.values())} alarms so far", flush=True)
    for what, count in alarms.items():
        print(f"{count} times {what}")
    print(f"{done} verdicts, {sum(alarms.values())} false alarms")
    return 1 if alarms else 0


if __name__ == "__main__":
    sys.exit(main())
