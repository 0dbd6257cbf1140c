"""Verifies every program fixture again and again, on one thread and on several: equal programs must stay equal.

    python benchmarks/repetitions.py [--times 20] [--threads 1,4] [--only GLOB] [--minutes M] [--settled N] [--json F]

With `--settled N` a program is not repeated any more on a thread count on which all its processes left the same bits in
N repetitions: a verdict is a function of those bits alone. `--json F` notes each verdict as it comes, and a further
start goes on behind those. Exit status 1 on any other verdict.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import pickle
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
from tf2migrate.model.verdict import Verdict, VerdictKind, VerifyOptions
from tf2migrate.verify import pair as pairs
from tf2migrate.verify import verify_pair
from tf2migrate.verify.levels import Evidence, Witness

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "programs"


def main() -> int:
    """Run the repetitions and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--threads", default="1,4")
    parser.add_argument("--only", default="*")
    parser.add_argument("--settled", type=int, default=0, help="so many repetitions with the same bits are enough")
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
                for count in threads:
                    on_count = [one for one in own if one["threads"] == count]
                    if any(one["number"] == number for one in on_count) or is_settled(on_count, options.settled):
                        continue
                    if time.monotonic() - started > 60 * options.minutes:
                        return summarize(known)
                    bits = Bits()
                    with bits:
                        verdict = verify_pair(case, migrated, source_map, VerifyOptions(threads=count))
                    known.append(note(name, number, count, verdict, bits.digest, options.json))
            print(f"{number} times: {len(known)} verdicts, {len(alarms_of(known))} alarms so far", flush=True)
    return summarize(known)


class Bits:
    """Keeps a digest of all that the processes of the verdicts within it left behind, whatever folder they ran in."""

    def __init__(self) -> None:
        self.digest = ""
        self._judge = pairs.judge

    def __enter__(self) -> None:
        def observed(evidence: Evidence, *rest: Any) -> Verdict:
            others = (evidence.structure, evidence.ulp, evidence.noise)
            left = [plain(one) for one in (evidence.original, evidence.emitted, *others) if one is not None]
            self.digest = hashlib.sha256(pickle.dumps(left)).hexdigest()[:16]
            return self._judge(evidence, *rest)

        pairs.judge = observed

    def __exit__(self, *error: object) -> None:
        pairs.judge = self._judge


def plain(witness: Witness) -> str:
    """Return a digest of the values of one process, of its output and of the files that it wrote."""
    seen = witness.seen
    files = [(name, one.kind, repr(one.content)) for name, one in sorted(seen.files.items())]
    left = (seen.runs, seen.states, seen.variables, [line.raw for line in witness.lines()], files)
    return hashlib.sha256(b"".join(pickle.dumps(one) for part in left for one in part)).hexdigest()


def read_lines(path: Path | None) -> list[str]:
    """Return the lines of a file of verdicts, none where there is none yet."""
    return path.read_text(encoding="utf-8").splitlines() if path is not None and path.exists() else []


def note(name: str, number: int, threads: int, verdict: Verdict, bits: str, path: Path | None) -> dict[str, Any]:
    """Return one verdict as plain data, and add it to the file."""
    found = {"program": name, "number": number, "threads": threads, "bits": bits, "verdict": verdict.verdict.value}
    found["reason"] = verdict.reason
    if path is not None:
        with path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(found) + "\n")
    return found


def is_settled(own: list[dict[str, Any]], times: int) -> bool:
    """Say whether a program was equal so often on one thread count, and left the same bits each time."""
    alike = len({one["bits"] for one in own}) == 1 and all(one["verdict"] == "equal" for one in own)
    return 0 < times <= len(own) and alike


def alarms_of(known: list[dict[str, Any]]) -> list[str]:
    """Return what was not equal."""
    return [
        f"{one['program']} on {one['threads']} threads: {one['verdict']} {one['reason']}"
        for one in known
        if one["verdict"] != VerdictKind.EQUAL.value
    ]


def summarize(known: list[dict[str, Any]]) -> int:
    """Print how often each program was verified and what was not equal; return the exit status."""
    times = Counter(Counter((one["program"], one["threads"]) for one in known).values())
    for count, programs in sorted(times.items()):
        print(f"{programs} programs on a thread count with {count} verdicts")
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
