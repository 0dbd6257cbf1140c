"""Migrates and verifies every program of a folder, and says what became native, what is equal and what blocks the rest.

    python benchmarks/corpus.py FOLDER [--only GLOB] [--jobs 1] [--runs 200] [--no-verify] [--json FILE] [--cache FILE]

Nothing is fetched and nothing in FOLDER is changed: each program is migrated in a copy, with all files of its folder.
With a cache, a program is not verified again that was equal when its files, before and after, were what they are now.
Exit status 1 if the tool crashed, lost a file or changed one that it refused.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import tokenize
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kept import Kept  # noqa: E402
from programs import Case, copy_case, find_cases  # noqa: E402

from tf2migrate.model.verdict import VerifyOptions  # noqa: E402
from tf2migrate.report.verify import render_verify_json  # noqa: E402
from tf2migrate.workflow.verify import verify_program  # noqa: E402

FIX_SECONDS = 300
# What a native file does not contain; imports that only a stand-in can satisfy are told apart.
NOT_NATIVE = re.compile(
    r"compat\.v1|compat import v1|tensorflow\.python|wrap_function|tf\.Graph\b|import_graph_def|disable_v2_behavior"
    r"|disable_eager_execution|\bSession\(|tf\.placeholder"
)
STAND_IN = re.compile(r"tensorflow\.(contrib|examples)|tf\.contrib\b")
ENVIRONMENT = {"TF_CPP_MIN_LOG_LEVEL": "3", "MPLBACKEND": "Agg", "NO_COLOR": "1"}


@dataclass
class Outcome:
    """What became of one program.

    `result` is "equal", "failed" (native by the tool's word, but not equal), "stand_in" (needs a module that
    TensorFlow 2 has not), "native" (not verified by request), "refused", "unchanged" or "crashed".
    """

    name: str
    result: str
    detail: str = ""
    verdict: str = ""
    reasons: list[str] = field(default_factory=list)
    fix_seconds: float = 0.0
    verify_seconds: float = 0.0
    compared: dict[str, int] = field(default_factory=dict)


def main() -> int:
    """Run the benchmark and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    add_options(parser)
    options = parser.parse_args()
    outcomes = judge_all(find_cases(options.folder.resolve(), options.only), options)
    return 1 if any(outcome.result == "crashed" for outcome in outcomes) else 0


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of every benchmark that migrates and verifies programs."""
    parser.add_argument("--only", default="*", help="programs whose name matches this pattern")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--runs", type=int, default=200, help="visits of run sites that verify compares")
    parser.add_argument("--timeout", type=int, default=300, help="seconds for each side of a verification")
    parser.add_argument("--no-verify", action="store_true")
    parser.add_argument("--json", type=Path, help="write the outcomes to this file")
    parser.add_argument("--keep", type=Path, help="keep the migrated files in this folder")
    parser.add_argument("--cache", type=Path, help="file that keeps which programs were found equal")


def judge_all(cases: Iterable[Case], options: argparse.Namespace) -> list[Outcome]:
    """Return what becomes of each program, printing as it goes, with a summary at the end."""
    with ThreadPoolExecutor(options.jobs) as pool:
        outcomes = []
        for outcome in pool.map(lambda case: judge(case, options), cases):
            outcomes.append(outcome)
            print_outcome(outcome)
    print_summary(outcomes)
    if options.json:
        options.json.write_text(json.dumps([asdict(outcome) for outcome in outcomes], indent=1), encoding="utf-8")
    return outcomes


def judge(case: Case, options: argparse.Namespace) -> Outcome:
    """Return what `fix` and `verify` make of one program; no exception leaves it."""
    with tempfile.TemporaryDirectory(prefix="corpus-") as folder:
        original, migrated = Path(folder) / "original", Path(folder) / "migrated"
        for copy in (original, migrated):
            copy_case(case, copy)
        try:
            outcome = fix(case, original, migrated)
            if options.keep:
                keep(case, migrated, options.keep)
            if outcome.result in ("native", "stand_in") and not options.no_verify:
                verify(case, original, migrated, options, outcome)
            return outcome
        except (OSError, ValueError, KeyError, subprocess.TimeoutExpired) as error:
            return Outcome(case.name, "crashed", f"{type(error).__name__}: {error}")


def fix(case: Case, original: Path, migrated: Path) -> Outcome:
    """Migrate the copy and judge the report and the files by what is on disk."""
    entry = migrated / case.entry
    before = python_files(original)
    started = time.monotonic()
    done = run_tool(["fix", "--output-format", "json", str(given(case, migrated))], migrated, FIX_SECONDS)
    seconds = time.monotonic() - started
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return Outcome(case.name, "crashed", last_line(done.stderr), fix_seconds=seconds)
    files = [file for file in report["files"] if Path(file["path"]).resolve() == entry.resolve()]
    status = files[0]["status"] if files else "unchanged"
    refusals = files[0]["refusals"] if files else []
    native = {Path(file["path"]).resolve() for file in report["files"] if file["status"] in ("native", "compat")}
    if native and status == "unchanged":
        status = "native"  # its TensorFlow is in other files
    outcome = Outcome(case.name, status, fix_seconds=round(seconds, 2))
    outcome.reasons = [f"{refusal['code']} {refusal['reason']} [line {refusal['row']}]" for refusal in refusals]
    after = python_files(migrated)
    touched = [name for name in before if after.get(name) != before[name] and (migrated / name).resolve() not in native]
    text = "\n".join(code_only(text) for name, text in after.items() if (migrated / name).resolve() in native)
    if "Traceback" in done.stderr or any("internal error" in reason for reason in outcome.reasons):
        outcome.result, outcome.detail = "crashed", last_line(done.stderr)
    elif status == "error":
        # A file that is no Python 3 is an error by contract; anything else would be a fault of the tool.
        parses = not any("TFM000" in reason for reason in outcome.reasons)
        outcome.result = "crashed" if parses else "refused"
    elif touched:
        outcome.result, outcome.detail = "crashed", f"{touched[0]} was changed although it is not called native"
    elif status == "native":
        left = NOT_NATIVE.search(text)
        if STAND_IN.search(text):
            outcome.result = "stand_in"
        elif left:
            outcome.result, outcome.detail = "failed", f"called native, contains {left[0]!r}"
        if outcome.result != "failed" and not is_stable(case, migrated):
            outcome.result, outcome.detail = "failed", "a second fix changes the file"
    return outcome


def given(case: Case, copy: Path) -> Path:
    """Return what the tool is asked to migrate: the folder of a program that has one to itself, else the file."""
    return copy if case.whole_folder else copy / case.entry


def python_files(folder: Path) -> dict[str, str]:
    """Return the texts of all Python files below a folder, by their paths in it."""
    files = sorted(path for path in folder.rglob("*.py") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8", errors="replace") for path in files}


def is_stable(case: Case, folder: Path) -> bool:
    """Say whether a second `fix` leaves the files as they are."""
    before = python_files(folder)
    run_tool(["fix", str(given(case, folder))], folder, FIX_SECONDS)
    return python_files(folder) == before


def verify(case: Case, original: Path, migrated: Path, options: argparse.Namespace, outcome: Outcome) -> None:
    """Verify the migrated program and write the verdict into the outcome."""
    runs = case.runs or options.runs
    known = Kept(options.cache, [python_files(original), python_files(migrated), case.args, runs])
    if known.answer is not None:
        outcome.verdict, outcome.compared = "equal", known.answer
        outcome.result = "equal" if outcome.result == "native" else outcome.result
        return
    asked = VerifyOptions(
        runs=runs,
        timeout=options.timeout,
        args=tuple(shlex.split(case.args)),
        root=original,
        data=case.folder / case.data if case.data else None,
        stand_ins=tuple((module, case.folder / file) for module, file in case.stand_ins.items()),
    )
    started = time.monotonic()
    try:
        report = run_verify(original / case.entry, migrated / case.entry, asked)
    except Exception as error:  # whatever it is, it is a fault of the tool, and other programs are to be judged
        outcome.result, outcome.detail = "crashed", f"verify: {type(error).__name__}: {error}"
        return
    outcome.verify_seconds = round(time.monotonic() - started, 1)
    outcome.verdict = report["verdict"]
    outcome.compared = report["compared"]
    if report["verdict"] != "equal":
        outcome.detail = describe(report)
        outcome.result = "failed"
        return
    known.keep(report["compared"])
    if outcome.result == "native":
        outcome.result = "equal"


def run_verify(original: Path, migrated: Path, options: VerifyOptions) -> dict[str, Any]:
    """Return the verdict as `verify` would report it; here, so that what it started serves the next program, too."""
    report: dict[str, Any] = json.loads(render_verify_json(verify_program(original, migrated, options)))
    return report


def describe(report: dict[str, Any]) -> str:
    """Return one line on why a verdict is not "equal"."""
    parts = [str(report.get("reason") or "")]
    if report["first_difference"]:
        parts.append(json.dumps(report["first_difference"]))
    if report["verdict"] in ("crashed", "not_verified"):
        parts += [last_line(report[side]["stderr_tail"]) for side in ("original", "migrated") if report.get(side)]
    return " | ".join(part for part in parts if part)


def run_tool(arguments: list[str], folder: Path, seconds: int) -> subprocess.CompletedProcess[str]:
    """Run `tf2migrate` in `folder` and return what it said."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return subprocess.run(
        [sys.executable, "-m", "tf2migrate", *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, **ENVIRONMENT, "PYTHONPATH": path},
        timeout=seconds,
        check=False,
    )


def code_only(text: str) -> str:
    """Return the text without its comments and strings; the empty string where it is no Python."""
    parts: list[str] = []
    last = (1, 0)
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in (tokenize.COMMENT, tokenize.STRING):
                continue
            parts.append(("" if token.start == last else " ") + token.string)
            last = token.end
    except (tokenize.TokenError, SyntaxError):
        return ""
    return "".join(parts)


def keep(case: Case, migrated: Path, folder: Path) -> None:
    """Copy the migrated files where a person can read them."""
    for name in python_files(migrated):
        target = folder / case.name / name if case.whole_folder else folder / case.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(migrated / name, target)


def last_line(text: str) -> str:
    """Return the last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else ""


def print_outcome(outcome: Outcome) -> None:
    """Print one program's line."""
    times = f"fix {outcome.fix_seconds:.1f}s" + (
        f", verify {outcome.verify_seconds:.0f}s" if outcome.verify_seconds else ""
    )
    print(f"{outcome.result:10} {outcome.name}  ({times}) {outcome.detail}", flush=True)
    for reason in outcome.reasons[:5]:
        print(f"{'':11}{reason}")


def print_summary(outcomes: Iterable[Outcome]) -> None:
    """Print how many programs there are of each result and the reasons of refusals by count of programs."""
    outcomes = list(outcomes)
    counts = Counter(outcome.result for outcome in outcomes)
    print(f"\n{len(outcomes)} programs: " + ", ".join(f"{count} {result}" for result, count in counts.most_common()))
    reasons: Counter[str] = Counter()
    for outcome in outcomes:
        reasons.update({generalise(reason) for reason in outcome.reasons})
    for reason, count in reasons.most_common():
        print(f"{count:4} {reason}")


def generalise(reason: str) -> str:
    """Return a reason without what differs from one program to the next: places and quoted names."""
    return re.sub(r"`[^`]*`|'[^']*'|\"[^\"]*\"", "..", re.sub(r" \[line \d+\]$", "", reason))


if __name__ == "__main__":
    sys.exit(main())
