"""Brings every TensorFlow 1 file of some repositories to level compat, with TensorFlow's own upgrader beside it.

    python benchmarks/compat.py FOLDER.. [--programs CASES] [--only GLOB] [--no-upgrader] [--json FILE]

For the folders: how many symbols are known, what `fix --level compat` makes of the files, whether every result
compiles, stays as it is when it is fixed again, and names only what TensorFlow 2 has. With `--programs`, each program
of CASES is fixed and verified against its original, and so is what the upgrader makes of it in each of its modes.
Nothing is fetched and nothing in the folders is changed. Exit status 1 where a result does not compile, is not stable,
or is not equal to an original that runs.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from corpus import FIX_SECONDS, describe, generalise, last_line, run_tool
from programs import Case, copy_case, find_cases

from tf2migrate.knowledge import lookup, resolves_in_tf2
from tf2migrate.lint import LintedFile
from tf2migrate.lint.legacy import is_legacy, is_of_compat
from tf2migrate.source import SourceError, read_source

SKIPPED = shutil.ignore_patterns(".git", "*.ipynb", "*.png", "*.jpg", "*.gif", "*.csv", "*.npz", "*.h5")
UPGRADER_MODES = ("DEFAULT", "SAFETY")  # names as TensorFlow 2 has them; TensorFlow 1 under another import
_KNOWN_BELOW = ("tf.python", "tf.compat.v2")


@dataclass
class Names:
    """What a file's symbols are: how many, which of them no table has, and which TensorFlow 2 does not have."""

    legacy: bool = False
    count: int = 0
    unknown: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)


def main() -> int:
    """Run the benchmark and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="*")
    parser.add_argument("--programs", type=Path, help="a folder of programs to verify")
    parser.add_argument("--only", default="*", help="programs whose name matches this pattern")
    parser.add_argument("--timeout", type=int, default=120, help="seconds for each side of a verification")
    parser.add_argument("--runs", type=int, default=50, help="visits of run sites that verify compares")
    parser.add_argument("--no-upgrader", action="store_true")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="compat-") as temporary:
        if options.folders:
            figures["files"] = survey(options.folders, Path(temporary), upgrader=not options.no_upgrader)
    if options.programs:
        cases = find_cases(options.programs.resolve(), options.only)
        figures["programs"] = [run_program(case, options) for case in cases]
        for whose in judges(options):
            print_counts(f"programs, {whose}", Counter(one[whose] for one in figures["programs"]))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1, sort_keys=True), encoding="utf-8")
    files = figures.get("files", {})
    bad = files.get("broken", []) + files.get("unstable", [])
    return 1 if bad or any(one["result"] == "failed" for one in figures.get("programs", [])) else 0


# --- files ------------------------------------------------------------------------------------------------------------


def survey(folders: list[Path], temporary: Path, *, upgrader: bool) -> dict[str, Any]:
    """Return the figures of all files of the folders."""
    before, after = temporary / "before", temporary / "after"
    for folder in folders:
        shutil.copytree(folder, before / folder.name, ignore=SKIPPED, ignore_dangling_symlinks=True)
    names = {path.relative_to(before): names_of(path) for path in sorted(before.rglob("*.py"))}
    legacy = [path for path, found in names.items() if found.legacy]
    unknown = Counter(symbol for path in legacy for symbol in names[path].unknown)
    symbols = sum(names[path].count for path in legacy)
    print(f"{len(legacy)} files of TensorFlow 1 with {symbols} symbols, {unknown.total()} unknown: {dict(unknown)}")
    report = fix_tree(before, after)
    states = {Path(file["path"]).relative_to(before): file for file in report["files"]}
    figures: dict[str, Any] = {"legacy": len(legacy), "symbols": symbols, "unknown": dict(unknown)}
    figures["states"] = Counter(states[path]["status"] for path in legacy if path in states)
    print_counts("fix --level compat", figures["states"])
    reasons = Counter(
        generalise(f"{one['code']} {one['reason']}")
        for path in legacy
        for one in states[path]["refusals"]
        if Path(one["path"]) == before / path
    )
    for reason, count in reasons.most_common(12):
        print(f"{count:6} {reason}")
    written = [path for path in legacy if states[path]["status"] == "compat"]
    figures |= judge_files(after, written, "ours")
    again = fix_tree(after, temporary / "again")
    figures["unstable"] = [
        str(path) for path in written if (after / path).read_bytes() != (temporary / "again" / path).read_bytes()
    ]
    print(f"not stable: {len(figures['unstable'])}, again {again['summary']}")
    for mode in UPGRADER_MODES if upgrader else ():
        figures[f"upgrader {mode}"] = run_upgrader(before, temporary / mode, legacy, mode)
    return figures


def names_of(path: Path) -> Names:
    """Return what the symbols of a file are; nothing of one that does not parse."""
    if b"tensorflow" not in path.read_bytes():
        return Names()
    try:
        file = LintedFile(read_source(path).text, str(path))
    except SourceError:
        return Names()
    found = Names(is_legacy(file.uses), len(file.uses))
    for use in file.uses:
        known = any(lookup(".".join(use.path.split(".")[:end])) for end in range(use.path.count(".") + 1, 1, -1))
        internal = use.path.startswith(_KNOWN_BELOW) or use.dotted.startswith("tensorflow.python.")
        if not known and not internal and use.path != "tf":
            found.unknown.add(use.path)
        if not is_there(use.path, use.dotted):
            found.missing.add(use.dotted)
    return found


def is_there(path: str, dotted: str) -> bool:
    """Say whether a symbol, as it is written, exists in TensorFlow 2 or under `tf.compat.v1`."""
    if path == "tf" or path.startswith(_KNOWN_BELOW) or dotted.startswith(("tf_slim", "tensorflow.python.")):
        return True
    if not is_of_compat(dotted):
        return resolves_in_tf2(path)
    for end in range(path.count(".") + 1, 0, -1):
        entry = lookup(".".join(path.split(".")[:end]))
        if entry is not None:
            return entry.compat is not None and entry.compat.startswith(entry.path)
    return False


def fix_tree(source: Path, target: Path) -> dict[str, Any]:
    """Return the report of a migration of a tree to level compat."""
    arguments = ["fix", "--level", "compat", "--output-format", "json", "--output", str(target), str(source)]
    done = run_tool(arguments, source, 4 * FIX_SECONDS)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def judge_files(folder: Path, paths: list[Path], whose: str) -> dict[str, Any]:
    """Return which results do not compile, and which name what TensorFlow 2 does not have."""
    broken = [str(path) for path in paths if not compiles(folder / path)]
    missing = {str(path): sorted(names_of(folder / path).missing) for path in paths}
    missing = {path: symbols for path, symbols in missing.items() if symbols}
    print(f"{whose}: {len(paths)} files, {len(broken)} do not compile, {len(missing)} name what is gone")
    for path, symbols in list(missing.items())[:8]:
        print(f"       {path}: {', '.join(symbols[:4])}")
    return {"written": len(paths), "broken": broken, "missing": missing}


def compiles(path: Path) -> bool:
    """Say whether Python takes the file."""
    try:
        compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def run_upgrader(before: Path, target: Path, legacy: list[Path], mode: str) -> dict[str, Any]:
    """Return the same figures for TensorFlow's own upgrader on the same files."""
    done = upgrade(mode, "--intree", str(before), "--outtree", str(target), "--copyotherfiles", "False")
    if done.returncode:
        print(f"upgrader {mode}: stopped with {done.returncode}: {last_line(done.stderr)}")
    written = [path for path in legacy if (target / path).exists()]
    figures = judge_files(target, written, f"upgrader {mode}")
    return {"exit": done.returncode, "lost": len(legacy) - len(written), **figures}


def upgrade(mode: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run TensorFlow's own upgrader."""
    command = [sys.executable, "-m", "tensorflow.tools.compatibility.tf_upgrade_v2_main", "--mode", mode, *arguments]
    with tempfile.TemporaryDirectory(prefix="compat-") as folder:
        command += ["--reportfile", str(Path(folder) / "report.txt")]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)


# --- programs ---------------------------------------------------------------------------------------------------------


def judges(options: argparse.Namespace) -> dict[str, Callable[..., tuple[str, str]]]:
    """Return who migrates each program, and what judges the outcome."""
    modes = () if options.no_upgrader else UPGRADER_MODES
    return {"result": judge_program} | {f"upgrader {mode}": partial(judge_upgraded, mode) for mode in modes}


def run_program(case: Case, options: argparse.Namespace) -> dict[str, str]:
    """Return what became of one program: "equal", "no reference", "refused" or "failed"; so for the upgrader, too."""
    outcome = {"name": case.name}
    for whose, judge in judges(options).items():
        with tempfile.TemporaryDirectory(prefix="compat-") as temporary:
            original, migrated = Path(temporary) / "original", Path(temporary) / "migrated"
            for copy in (original, migrated):
                copy_case(case, copy)
            try:
                result, detail = judge(case, original, migrated, options)
            except (OSError, ValueError, KeyError, subprocess.TimeoutExpired) as error:
                result, detail = "failed", f"{type(error).__name__}: {error}"
        print(f"{whose:16} {result:13} {case.name}  {detail}", flush=True)
        outcome |= {whose: result, f"{whose} in detail": detail}
    return outcome


def judge_program(case: Case, original: Path, migrated: Path, options: argparse.Namespace) -> tuple[str, str]:
    """Fix the copy and compare it with the original."""
    done = run_tool(["fix", "--level", "compat", "--output-format", "json", str(migrated)], migrated, FIX_SECONDS)
    states = {Path(file["path"]).name: file for file in json.loads(done.stdout)["files"]}
    file = states[Path(case.entry).name]
    if file["status"] not in ("compat", "unchanged"):
        return "refused", "; ".join(generalise(f"{one['code']} {one['reason']}") for one in file["refusals"][:2])
    return compare(case, original, migrated, options)


def judge_upgraded(
    mode: str, case: Case, original: Path, migrated: Path, options: argparse.Namespace
) -> tuple[str, str]:
    """Let TensorFlow's own upgrader edit the copy and compare it with the original."""
    done = upgrade(mode, "--intree", str(migrated), "--inplace")
    if done.returncode:
        return "refused", last_line(done.stderr)
    return compare(case, original, migrated, options)


def compare(case: Case, original: Path, migrated: Path, options: argparse.Namespace) -> tuple[str, str]:
    """Verify a migrated copy against the original."""
    command = ["verify", "--output-format", "json", "--runs", str(options.runs), "--timeout", str(options.timeout)]
    command += ["--args", case.args] if case.args else []
    command += ["--data", str(case.folder / case.data)] if case.data else []
    for module, stand_in in case.stand_ins.items():
        command += ["--stand-in", f"{module}={case.folder / stand_in}"]
    done = run_tool([*command, str(original / case.entry), str(migrated / case.entry)], original, 8 * options.timeout)
    verdict = json.loads(done.stdout)
    if verdict["verdict"] == "equal":
        compared = verdict["compared"]
        return "equal", f"{compared['printed']} printed numbers, {compared['variables']} variables"
    kind = "no reference" if verdict["verdict"] == "not_verified" else "failed"
    return kind, describe(verdict)[:300]


def print_counts(title: str, counts: Counter[str]) -> None:
    """Print one line of counts."""
    print(f"{title}: " + ", ".join(f"{count} {name}" for name, count in counts.most_common()))


if __name__ == "__main__":
    sys.exit(main())
