"""Verifies every program fixture against `tensorflow.compat.v1` and against a real TensorFlow 1: do verdicts agree?

    python benchmarks/references.py PYTHON [--only GLOB] [--json FILE]

PYTHON is an interpreter that has TensorFlow 1. Exit status 1 where the two references give other verdicts.
"""

from __future__ import annotations

import argparse
import json
import sys
from fnmatch import fnmatch
from pathlib import Path

from programs import find_cases

from tf2migrate.model.verdict import VerifyOptions
from tf2migrate.workflow.verify import verify_program

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "programs"


def main() -> int:
    """Run the comparison and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("python")
    parser.add_argument("--only", default="*")
    parser.add_argument("--json", type=Path, help="add the verdicts to this file")
    options = parser.parse_args()
    known = json.loads(options.json.read_text(encoding="utf-8")) if options.json and options.json.exists() else {}
    others = 0
    for case in find_cases(FIXTURES):
        if not fnmatch(case.name, options.only) or case.name in known:
            continue
        found = {}
        for reference in ("compat", options.python):
            verdict = verify_program(case.path, None, VerifyOptions(reference=reference, timeout=120)).verdict
            found[verdict.reference or reference] = f"{verdict.verdict.value} {verdict.reason}".strip()
        known[case.name] = found
        agree = len(set(found.values())) == 1
        others += not agree
        print(f"{case.name:28} {'agree' if agree else 'DIFFER'}: {found}", flush=True)
        if options.json:
            options.json.write_text(json.dumps(known, indent=1), encoding="utf-8")
    print(f"{len(known)} programs, {others} with another verdict")
    return 1 if others else 0


if __name__ == "__main__":
    sys.exit(main())
