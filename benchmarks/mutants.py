"""Changes the migrated side of every program fixture mechanically, and asks the verifier whether it sees that.

    python benchmarks/mutants.py [--only GLOB] [--each 2] [--operators NAME,..] [--json FILE] [--minutes M] [--list]

The unmutated pair must be equal in the same run. Score: mutants caught over those that change the law. A survivor does
not where its run is that of the unmutated program bit by bit, or where `mutants.toml` lists it with the reason. Exit
status 1 where an unmutated pair is not equal or any other mutant survives. `--survivors FILE` tries again what survived
in an earlier `--json FILE`. `--json FILE` notes each program as it ends, and a further start goes on behind those. With
`--minutes M` programs come in a shuffled order, so that those of the time that there was are a fair sample.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np
from mutation import OPERATORS, Mutant, Program
from programs import Case, find_cases, tomllib

from tf2migrate.migrate import migrate_program
from tf2migrate.model.plan import SourceMap
from tf2migrate.model.source import Span
from tf2migrate.model.verdict import Verdict, VerdictKind, VerifyOptions
from tf2migrate.verify import pair as pairs
from tf2migrate.verify import verify_pair
from tf2migrate.verify.levels import Evidence

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parent / "fixtures" / "programs"
EQUIVALENT = HERE / "mutants.toml"
SAME_RUN = "its run is the unmutated program's, bit by bit"


@dataclass(frozen=True)
class Outcome:
    """What the verifier said of one mutant; `why` says why a survivor does not change the law."""

    program: str
    operator: str
    line: int
    text: str
    verdict: str
    reason: str
    why: str = ""

    @property
    def caught(self) -> bool:
        """Whether the verifier did not take it for equal."""
        return self.verdict in ("differs", "crashed", "timeout")


def main() -> int:
    """Run the benchmark and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="*", help="fixtures whose name matches this pattern")
    parser.add_argument("--each", type=int, default=2, help="mutants of one operator in one program")
    parser.add_argument("--most", type=int, default=0, help="a sample of so many mutants of one program")
    parser.add_argument("--operators", default="", help="only these, by comma")
    parser.add_argument("--json", type=Path, help="add the outcomes to this file")
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin no program after so long")
    parser.add_argument("--survivors", type=Path, help="only what survived in this file")
    parser.add_argument("--list", action="store_true", help="only show the mutants")
    options = parser.parse_args()
    wanted = [name for name in options.operators.split(",") if name] or list(OPERATORS)
    known = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).get("mutant", []) if EQUIVALENT.exists() else []
    started = time.monotonic()
    options.again = survivors_of(options.survivors) if options.survivors else None
    record = Record(None if options.list else options.json)
    last = remember_runs()
    stop_at_a_difference()
    for case in in_order(find_cases(FIXTURES), options):
        if time.monotonic() - started > 60 * options.minutes:
            break
        if fnmatch(case.name, options.only) and case.name not in record.programs:
            record.add(case.name, *judge_program(case.name, case.path, wanted, options, known, last))
    summarize(record.outcomes, record.alarms, time.monotonic() - started)
    print(f"programs looked at: {len(record.programs)}")
    return 1 if record.alarms or any(not one.caught and not one.why for one in record.outcomes) else 0


def in_order(cases: list[Case], options: argparse.Namespace) -> list[Case]:
    """Return the programs by name, or shuffled where the time may end before them."""
    return cases if math.isinf(options.minutes) else random.Random(0).sample(cases, len(cases))


class Record:
    """What became of the programs so far, kept in a file where there is one."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        data = json.loads(path.read_text(encoding="utf-8")) if path is not None and path.exists() else {}
        self.outcomes = [Outcome(**one) for one in data.get("outcomes", [])]
        self.alarms: list[str] = data.get("alarms", [])
        self.programs: list[str] = data.get("programs", [])

    def add(self, program: str, outcomes: list[Outcome], equal: bool) -> None:
        """Note the outcomes of one program, and whether the unmutated pair was equal."""
        self.outcomes += outcomes
        self.alarms += [] if equal else [program]
        self.programs.append(program)
        if self._path is not None:
            data = {"outcomes": [asdict(one) for one in self.outcomes], "alarms": self.alarms}
            self._path.write_text(json.dumps({**data, "programs": self.programs}, indent=1), encoding="utf-8")


def survivors_of(path: Path) -> set[tuple[str, str, str]]:
    """Return program, operator and line of what survived in a file of outcomes."""
    outcomes = json.loads(path.read_text(encoding="utf-8"))["outcomes"]
    return {(one["program"], one["operator"], one["text"]) for one in outcomes if not Outcome(**one).caught}


def remember_runs() -> dict[str, Any]:
    """Run each original once for all mutants of its migration: it gives the same each time.

    The migrated program's last run as it stands is in what is returned, under "emitted".
    """
    run, run_migrated = pairs._Comparison._run_original, pairs._Comparison._run_migrated
    last: dict[str, Any] = {}
    known: dict[tuple[object, ...], pairs.Process] = {}

    def remembered(comparison: pairs._Comparison, name: str, update: float | None, **how: Any) -> pairs.Process:
        side = comparison._pair.original  # a mutant without a run site has other numbers for the others
        key = (str(side.tree), repr(side.spans), tuple(comparison._held), name, update, *sorted(how.items()))
        if key not in known:
            known[key] = run(comparison, name, update, **how)
        return known[key]

    def noted(comparison: pairs._Comparison, name: str, **how: bool) -> pairs.Process:
        last[name] = run_migrated(comparison, name, **how)
        return last[name]

    pairs._Comparison._run_original = remembered
    pairs._Comparison._run_migrated = noted
    return last


def plain(value: Any) -> object:
    """Return what a process observed as plain data that compares bit by bit."""
    if isinstance(value, np.ndarray):
        return value.shape, str(value.dtype), value.tolist() if value.dtype.kind == "O" else value.tobytes()
    if is_dataclass(value):
        left_out = ("draws", "unmatched", "aligned", "reference")
        return [plain(getattr(value, one.name)) for one in fields(value) if one.name not in left_out]
    if isinstance(value, dict):
        return [(key, plain(item)) for key, item in value.items()]
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def stop_at_a_difference() -> None:
    """Leave out the level of structure where a program as it stands differs: no mutant's verdict changes by it."""
    gather = pairs._Comparison._gather

    def gathered(comparison: pairs._Comparison, evidence: Evidence) -> None:
        if not evidence.is_within():
            adam = pairs.ADAM_LIKE & set(evidence.emitted.seen.optimizers)
            noise = comparison._run_original("noise", pairs.ADAM_DEVIATION if adam else 0.0)
            evidence.noise = comparison._witness("noise", noise) if not pairs.original_problem(noise) else None
        if evidence.is_within():
            gather(comparison, evidence)

    pairs._Comparison._gather = gathered


def judge_program(
    name: str,
    original: Path,
    wanted: list[str],
    options: argparse.Namespace,
    known: list[dict[str, str]],
    last: dict[str, Any],
) -> tuple[list[Outcome], bool]:
    """Return the outcomes of one program's mutants, and whether the unmutated pair is equal."""
    results = [one for one in migrate_program(original) if one.text is not None and one.map is not None]
    if len(results) != 1:
        return [], True  # several files: the other ones' mutants would need a folder each
    text, source_map = results[0].text or "", results[0].map
    assert source_map is not None
    mutants = [one for one in Program(text).mutants(options.each) if one.operator in wanted]
    if options.again is not None:
        mutants = [one for one in mutants if (name, one.operator, mutated_line(one, text)) in options.again]
        if not mutants:
            return [], True
    if options.most:
        chosen = random.Random(name).sample(mutants, min(options.most, len(mutants)))
        mutants = sorted(chosen, key=mutants.index)
    if options.list:
        for one in mutants:
            print(f"{name}:{one.line} {one.operator}: {text[one.start : one.end]!r} -> {one.new!r}")
        return [], True
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        migrated = Path(folder) / "after.py"
        migrated.write_text(text, encoding="utf-8")
        verdicts = [verify_pair(original, migrated, source_map, VerifyOptions(timeout=60)) for _ in range(2)]
        equal = all(one.verdict is VerdictKind.EQUAL for one in verdicts)  # also beside the remembered original
        print(f"{name}: {'equal' if equal else 'FALSE ALARM'}, {len(mutants)} mutants", flush=True)
        unmutated = plain(last["emitted"].seen)
        outcomes = []
        for mutant in mutants:
            migrated.write_text(mutant.apply(text), encoding="utf-8")
            verdict = verify_pair(original, migrated, moved(source_map, mutant), VerifyOptions(timeout=60))
            outcomes.append(outcome(name, mutant, text, verdict, known))
            if not outcomes[-1].caught and not outcomes[-1].why and plain(last["emitted"].seen) == unmutated:
                outcomes[-1] = replace(outcomes[-1], why=SAME_RUN)
            if not outcomes[-1].caught and outcomes[-1].why != SAME_RUN:
                print(f"  survived: {outcomes[-1]}", flush=True)
        return outcomes, equal


def outcome(name: str, mutant: Mutant, text: str, verdict: Verdict, known: list[dict[str, str]]) -> Outcome:
    """Return what became of a mutant, with the listed reason where it is known to change nothing."""
    line = mutated_line(mutant, text)
    listed = [one for one in known if one["program"] == name and one["operator"] == mutant.operator]
    why = next((one["why"] for one in listed if one["text"] == line), "")
    return Outcome(name, mutant.operator, mutant.line, line, verdict.verdict.value, verdict.reason[:150], why)


def mutated_line(mutant: Mutant, text: str) -> str:
    """Return the first line that a mutant changes, as it is then."""
    return mutant.apply(text).split("\n")[mutant.line - 1].strip()


def moved(source_map: SourceMap, mutant: Mutant) -> SourceMap:
    """Return the map in which what lies behind the mutated place has moved."""
    by = len(mutant.new) - (mutant.end - mutant.start)

    def move(offset: int) -> int:
        return offset + by if offset >= mutant.end else offset

    sites = [
        one if one.migrated is None else replace(one, migrated=Span(move(one.migrated.start), move(one.migrated.end)))
        for one in source_map.sites
    ]
    return replace(source_map, sites=tuple(sites))


def summarize(outcomes: list[Outcome], alarms: list[str], seconds: float) -> None:
    """Print the score, by operator, and what survived."""
    changing = [one for one in outcomes if one.caught or not one.why]
    for name in OPERATORS:
        of_operator = [one for one in outcomes if one.operator == name]
        if of_operator:
            kinds = Counter(f"{one.verdict}, no change" if one.why else one.verdict for one in of_operator)
            print(f"{name:28} {', '.join(f'{count} {kind}' for kind, count in sorted(kinds.items()))}")
    caught = sum(one.caught for one in changing)
    running = [one for one in changing if one.verdict != "crashed"]
    of_running = f"{sum(one.caught for one in running)} of {len(running)}"
    print(f"score: {caught} of {len(changing)} caught; of those that run: {of_running}")
    print(f"operators: {len({one.operator for one in outcomes})}, programs: {len({one.program for one in outcomes})}")
    print(f"false alarms on unmutated pairs: {', '.join(alarms) or 'none'}; {seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
