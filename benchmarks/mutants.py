"""Changes the migrated side of every program fixture mechanically, and asks the verifier whether it sees that.

    python benchmarks/mutants.py [--only GLOB] [--each 2] [--operators NAME,..] [--json FILE] [--list]

The unmutated pair must be equal in the same run. Score: mutants caught over those that change the law; what does not is
listed in `mutants.toml` with the reason. Exit status 1 where an unmutated pair is not equal or a mutant survives that
is not listed.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

from mutation import OPERATORS, Mutant, Program
from programs import find_cases, tomllib

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
    parser.add_argument("--list", action="store_true", help="only show the mutants")
    options = parser.parse_args()
    wanted = [name for name in options.operators.split(",") if name] or list(OPERATORS)
    known = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).get("mutant", []) if EQUIVALENT.exists() else []
    outcomes: list[Outcome] = []
    alarms: list[str] = []
    started = time.monotonic()
    remember_originals()
    stop_at_a_difference()
    for case in find_cases(FIXTURES):
        if fnmatch(case.name, options.only):
            found, equal = judge_program(case.name, case.path, wanted, options, known)
            outcomes += found
            alarms += [] if equal else [case.name]
    if options.json and not options.list:
        add_to(options.json, outcomes, alarms)
    summarize(outcomes, alarms, time.monotonic() - started)
    return 1 if alarms or any(not one.caught and not one.why for one in outcomes) else 0


def remember_originals() -> None:
    """Run each original once for all mutants of its migration: it gives the same each time."""
    run = pairs._Comparison._run_original
    known: dict[tuple[str, str, str, float | None], pairs.Process] = {}

    def remembered(comparison: pairs._Comparison, name: str, update: float | None) -> pairs.Process:
        side = comparison._pair.original  # a mutant without a run site has other numbers for the others
        key = (str(side.tree), repr(side.spans), name, update)
        if key not in known:
            known[key] = run(comparison, name, update)
        return known[key]

    pairs._Comparison._run_original = remembered


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
    name: str, original: Path, wanted: list[str], options: argparse.Namespace, known: list[dict[str, str]]
) -> tuple[list[Outcome], bool]:
    """Return the outcomes of one program's mutants, and whether the unmutated pair is equal."""
    results = [one for one in migrate_program(original) if one.text is not None and one.map is not None]
    if len(results) != 1:
        return [], True  # several files: the other ones' mutants would need a folder each
    text, source_map = results[0].text or "", results[0].map
    assert source_map is not None
    mutants = [one for one in Program(text).mutants(options.each) if one.operator in wanted]
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
        outcomes = []
        for mutant in mutants:
            migrated.write_text(mutant.apply(text), encoding="utf-8")
            verdict = verify_pair(original, migrated, moved(source_map, mutant), VerifyOptions(timeout=60))
            outcomes.append(outcome(name, mutant, text, verdict, known))
            if not outcomes[-1].caught:
                print(f"  survived: {outcomes[-1]}", flush=True)
        return outcomes, equal


def outcome(name: str, mutant: Mutant, text: str, verdict: Verdict, known: list[dict[str, str]]) -> Outcome:
    """Return what became of a mutant, with the listed reason where it is known to change nothing."""
    line = mutant.apply(text).split("\n")[mutant.line - 1].strip()
    listed = [one for one in known if one["program"] == name and one["operator"] == mutant.operator]
    why = next((one["why"] for one in listed if one["text"] == line), "")
    return Outcome(name, mutant.operator, mutant.line, line, verdict.verdict.value, verdict.reason[:150], why)


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


def add_to(path: Path, outcomes: list[Outcome], alarms: list[str]) -> None:
    """Add outcomes to those that the file has."""
    data = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"outcomes": [], "alarms": []}
    data["outcomes"] += [asdict(one) for one in outcomes]
    data["alarms"] += alarms
    path.write_text(json.dumps(data, indent=1), encoding="utf-8")


def summarize(outcomes: list[Outcome], alarms: list[str], seconds: float) -> None:
    """Print the score, by operator, and what survived."""
    changing = [one for one in outcomes if one.caught or not one.why]
    for name in OPERATORS:
        of_operator = [one for one in outcomes if one.operator == name]
        if of_operator:
            kinds = Counter("equal, listed" if one.why and not one.caught else one.verdict for one in of_operator)
            print(f"{name:28} {', '.join(f'{count} {kind}' for kind, count in sorted(kinds.items()))}")
    caught = sum(one.caught for one in changing)
    running = [one for one in changing if one.verdict != "crashed"]
    of_running = f"{sum(one.caught for one in running)} of {len(running)}"
    print(f"score: {caught} of {len(changing)} caught; of those that run: {of_running}")
    print(f"operators: {len({one.operator for one in outcomes})}, programs: {len({one.program for one in outcomes})}")
    print(f"false alarms on unmutated pairs: {', '.join(alarms) or 'none'}; {seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
