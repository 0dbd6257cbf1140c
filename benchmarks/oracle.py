"""Compares, for every program of a folder, what the evaluator says with what a recording of the real graph saw.

    python benchmarks/oracle.py FOLDER [--only GLOB] [--cache FOLDER] [--json FILE]

Programs are recorded in copies; with a cache folder these and their recordings are kept, so that a changed evaluator
is judged in seconds. Exit status 1 if a fetch or
a feed differs, a run site is unaccounted for, or the evaluator fails.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from programs import Case, copy_case, find_cases  # noqa: E402

from tf2migrate.analysis import evaluate_program  # noqa: E402
from tf2migrate.verify.oracle import Recording, compare_names, compare_recorded, record  # noqa: E402
from tf2migrate.verify.recorder import Limits  # noqa: E402


def main() -> int:
    """Run the comparison and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="*")
    parser.add_argument("--seconds", type=float, default=90.0, help="time for one recording")
    parser.add_argument("--cache", type=Path, help="keep copies and recordings here")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = (options.cache or Path(folder)).resolve()
        results = run(find_cases(options.folder.resolve(), options.only), work, options.seconds)
    counts = Counter(result["result"] for result in results.values())
    print(f"\n{len(results)} programs: " + ", ".join(f"{count} {result}" for result, count in counts.most_common()))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1, default=str), encoding="utf-8")
    return 1 if counts["differs"] or counts["crashed"] else 0


def run(cases: list[Case], work: Path, seconds: float) -> dict[str, dict[str, Any]]:
    """Compare every program in a copy below `work`, printing as it goes."""
    results = {}
    for case in cases:
        copy = replace(case, folder=work / case.name.removesuffix(".py"))
        copy_case(case, copy.folder)
        try:
            result = judge(copy, seconds)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            result = {"result": "not recorded", "detail": str(error)[-300:], "differences": []}
        results[case.name] = result
        print(f"{result['result']:12} {case.name}  {result['detail']}", flush=True)
        for difference in result["differences"]:
            print(f"{'':13}{difference}")
    return results


def judge(case: Case, seconds: float) -> dict[str, Any]:
    """Return the comparison of one program: "equal", "differs", "no runs" or "crashed"."""
    recording = kept_recording(case, seconds)
    started = time.monotonic()
    try:
        program = evaluate_program(case.path, root=case.folder)
    except Exception as error:  # the evaluator must take every program: its fault is a result here
        return {"result": "crashed", "detail": f"{type(error).__name__}: {error}", "differences": []}
    milliseconds = (time.monotonic() - started) * 1000
    differences = compare_recorded(program, recording)
    names = compare_names(program, recording)
    result = "differs" if differences else "equal" if recording.runs else "no runs"
    detail = f"{len(recording.runs)} ways to run, {len(names)} names wrong, {milliseconds:.0f} ms, {recording.end[:80]}"
    return {"result": result, "detail": detail, "differences": [*differences, *names[:3]]}


def kept_recording(case: Case, seconds: float) -> Recording:
    """Return the recording of a program, made now or, for the same source at the same place, before."""
    source = hashlib.sha256(case.path.read_bytes()).hexdigest()[:16]
    kept = case.folder / f".{case.path.stem}-{source}.pickle"
    if kept.exists():
        recording: Recording = pickle.loads(kept.read_bytes())
        return recording
    recording = record(case.path, case.folder, Limits(seconds=seconds), case.args)
    kept.write_bytes(pickle.dumps(recording))
    return recording


if __name__ == "__main__":
    sys.exit(main())
