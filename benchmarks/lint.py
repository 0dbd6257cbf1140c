"""Measures `tf2migrate check` beside other tools on real code that is installed on this machine, and judges each bar.

    python benchmarks/lint.py [--rounds 5] [--only hook,cold,cache,upgrader,memory,workers] [--tf1 FOLDER]

The mixed tree is a copy of the Python files of TensorFlow, Keras, tf-keras, tf-slim and other packages; the tree of TF1
files is tf-slim and this repository's fixtures, or the folder given. CPU time is that of whole processes with their
children, median of alternating runs, start-up included. Exit status 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tf2migrate.prefilter import mentions_tensorflow  # noqa: E402

PACKAGES = ("keras", "tf_keras", "tf_slim", "absl", "google", "h5py", "rich")
PARTS = ("hook", "cold", "cache", "upgrader", "memory", "workers")
CHECK = (sys.executable, "-m", "tf2migrate", "check")
PARSE = """
import sys, libcst
for name in open(sys.argv[1]).read().splitlines():
    try: libcst.parse_module(open(name, "rb").read())
    except Exception: pass
"""
UPGRADER = "tensorflow.tools.compatibility.tf_upgrade_v2_main"
PARSE_ONE = "import ast, sys; ast.parse(open(sys.argv[1], 'rb').read())"


@dataclass(frozen=True)
class Cost:
    """What one process with its children took: seconds of CPU and wall, and the largest process in MB."""

    cpu: float
    wall: float
    peak: float
    output: bytes


class Bench:
    """Runs commands in turn and keeps the verdicts."""

    def __init__(self, rounds: int, folder: Path) -> None:
        self.rounds = rounds
        self.folder = folder
        self.missed: list[str] = []

    def median(self, commands: dict[str, list[str]], *, rounds: int | None = None) -> dict[str, Cost]:
        """Return the median cost of each command; they run alternately."""
        runs: dict[str, list[Cost]] = {name: [] for name in commands}
        for _ in range(rounds or self.rounds):
            for name, command in commands.items():
                runs[name].append(self.run(command))
        return {
            name: Cost(
                statistics.median(one.cpu for one in costs),
                statistics.median(one.wall for one in costs),
                max(one.peak for one in costs),
                costs[-1].output,
            )
            for name, costs in runs.items()
        }

    def run(self, command: list[str]) -> Cost:
        """Run one command to its end, whatever its status, on a cache of this benchmark's own."""
        environment = {**os.environ, "TF2MIGRATE_CACHE_DIR": str(self.folder / "cache"), "TF_CPP_MIN_LOG_LEVEL": "3"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as a user has it
        with tempfile.TemporaryFile() as output:
            before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            with subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL, env=environment) as process:
                _, _, usage = os.wait4(process.pid, 0)
                process.returncode = 0
            wall = time.monotonic() - start
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            output.seek(0)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            return Cost(cpu, wall, usage.ru_maxrss / 1024, output.read())

    def judge(self, what: str, value: float, bar: float, *, at_least: bool = False) -> None:
        """Print a ratio beside its bar."""
        held = value >= bar if at_least else value <= bar
        print(f"  {'held  ' if held else 'MISSED'} {what}: {value:.2f} ({'at least' if at_least else 'at most'} {bar})")
        if not held:
            self.missed.append(what)


# --- trees ------------------------------------------------------------------------------------------------------------


def installed(name: str) -> Path | None:
    """Return the folder of an installed package, without importing it."""
    with contextlib.suppress(ImportError, ValueError):
        found = importlib.util.find_spec(name)
        if found is not None and found.submodule_search_locations:
            return Path(next(iter(found.submodule_search_locations)))
    return None


def copy_python(source: Path, target: Path) -> None:
    """Copy the Python files of a folder."""
    for file in source.rglob("*.py"):
        place = target / file.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)


def mixed_tree(folder: Path) -> Path:
    """Make the tree of what is installed."""
    tree = folder / "mixed"
    for name in PACKAGES:
        package = installed(name)
        if package is not None:
            copy_python(package, tree / name)
    return tree


def tf1_tree(folder: Path, given: Path | None) -> Path:
    """Make the tree of TF1 files."""
    tree = folder / "tf1"
    if given is not None:
        copy_python(given, tree)
    else:
        package = installed("tf_slim")
        if package is not None:
            copy_python(package, tree / "tf_slim")
        for case in sorted((ROOT / "fixtures").rglob("before.py")):
            place = tree / "fixtures" / case.relative_to(ROOT / "fixtures")
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(case, place)
    for file in sorted(tree.rglob("*.py")):
        if not mentions_tensorflow(file.read_bytes()):
            file.unlink()
    return tree


def python_files(tree: Path) -> list[Path]:
    """Return the Python files of a tree."""
    return sorted(tree.rglob("*.py"))


def describe(name: str, files: Iterable[Path]) -> None:
    """Print what a tree is made of."""
    contents = [file.read_bytes() for file in files]
    lines = sum(data.count(b"\n") for data in contents)
    mentions = sum(map(mentions_tensorflow, contents))
    size = sum(map(len, contents)) / 1e6
    print(f"{name}: {len(contents)} files, {lines} lines, {size:.1f} MB, {mentions} mention TensorFlow")


def parse_command(bench: Bench, name: str, files: Iterable[Path]) -> list[str]:
    """Return the command that parses files with LibCST."""
    listed = bench.folder / f"{name}.txt"
    listed.write_text("\n".join(map(str, files)), encoding="utf-8")
    return [sys.executable, "-c", PARSE, str(listed)]


# --- what is measured -------------------------------------------------------------------------------------------------


def measure_hook(bench: Bench) -> None:
    """Compare the start of the hook with that of what it is made of."""
    project = bench.folder / "project"
    project.mkdir()
    (project / "helper.py").write_text("import os\n\n\ndef name(path):\n    return os.path.basename(path)\n")
    (project / "plain.py").write_text("import sys\n\nfrom helper import name\n\nprint(name(sys.argv[0]))\n")
    (project / "one.py").write_bytes((ROOT / "fixtures/programs/quickstart/before.py").read_bytes())
    hook = [*CHECK, "--force-exclude", "--no-cache"]
    costs = bench.median(
        {
            "click": [sys.executable, "-c", "import click"],
            "no TensorFlow": [*hook, str(project / "plain.py"), str(project / "helper.py")],
            "click and libcst": [sys.executable, "-c", "import libcst, click"],
            "one TF1 file": [*hook, str(project / "one.py")],
        },
        rounds=bench.rounds * 4,
    )
    for name, cost in costs.items():
        print(f"  {name}: {cost.cpu:.3f} s CPU")
    bench.judge(
        "hook, no file mentions TensorFlow / import click", costs["no TensorFlow"].cpu / costs["click"].cpu, 1.2
    )
    ratio = costs["one TF1 file"].cpu / costs["click and libcst"].cpu
    bench.judge("hook, one TF1 file / import libcst, click", ratio, 1.5)


def measure_cold(bench: Bench, trees: dict[str, tuple[Path, float]]) -> None:
    """Compare a check without cache in one process with LibCST's parser and other tools."""
    for name, (tree, bar) in trees.items():
        files = python_files(tree)
        commands = {
            "check": [*CHECK, "-j", "1", "--no-cache", "--output-format", "json", str(tree)],
            "libcst.parse_module": parse_command(bench, name, files),
            "ruff": [*ruff(), str(tree)],
        }
        costs = bench.median(commands, rounds=max(bench.rounds // 2, 1))
        if importlib.util.find_spec("torchfix") is not None:
            costs |= bench.median(
                {"torchfix": [sys.executable, "-m", "torchfix", "--select", "ALL", str(tree)]}, rounds=1
            )
        parse = costs["libcst.parse_module"].cpu
        findings = costs["check"].output.count(b'"code": ')
        print(f"  {name}: {len(files)} files, {findings} findings")
        for what, cost in costs.items():
            print(f"    {what}: {cost.cpu:.2f} s CPU, {cost.cpu / parse:.3f} of the parse")
        bench.judge(f"cold check, {name} / libcst.parse_module of all its files", costs["check"].cpu / parse, bar)


def measure_cache(bench: Bench, tree: Path) -> None:
    """Compare a check of what has not changed with ruff without its cache."""
    bench.run([*CHECK, str(tree)])
    costs = bench.median(
        {
            "check, text": [*CHECK, "-j", "1", str(tree)],
            "check, statistics": [*CHECK, "-j", "1", "--statistics", str(tree)],
            "ruff": [*ruff(), str(tree)],
        }
    )
    for name, cost in costs.items():
        print(f"  {name}: {cost.cpu:.2f} s CPU, {cost.wall:.2f} s")
    bench.judge("cached check / ruff without cache", costs["check, text"].cpu / costs["ruff"].cpu, 3.0)


def measure_upgrader(bench: Bench, tree: Path) -> None:
    """Compare with TensorFlow's own upgrader, both as a user starts them, on the files that it accepts."""
    accepted = bench.folder / "accepted"
    if installed("tensorflow") is None:
        print("  TensorFlow's upgrader is not installed")
        return
    for file in python_files(tree):
        if b":=" not in file.read_bytes():
            place = accepted / file.relative_to(tree)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
    report = str(bench.folder / "report.txt")
    command = [
        sys.executable,
        "-m",
        UPGRADER,
        "--intree",
        str(accepted),
        "--outtree",
        str(bench.folder / "out"),
        "--reportfile",
        report,
    ]
    costs = bench.median({"check": [*CHECK, "--no-cache", str(accepted)], "tf_upgrade_v2": command}, rounds=1)
    done = len(python_files(bench.folder / "out"))
    print(f"  {len(python_files(accepted))} files without a walrus, of which it wrote {done}")
    for name, cost in costs.items():
        print(f"  {name}: {cost.wall:.2f} s")
    bench.judge(
        "faster than TensorFlow's upgrader, times", costs["tf_upgrade_v2"].wall / costs["check"].wall, 10, at_least=True
    )


def measure_memory(bench: Bench, tree: Path) -> None:
    """Compare the largest process of a check with the parse of the largest file, and with a tree twice as large."""
    largest = max(python_files(tree), key=lambda file: file.stat().st_size)
    twice = bench.folder / "twice"
    copy_python(tree, twice / "first")
    copy_python(tree, twice / "second")
    parse = bench.run([sys.executable, "-c", PARSE_ONE, str(largest)])
    one = bench.run([*CHECK, "-j", "1", "--no-cache", str(tree)])
    two = bench.run([*CHECK, "-j", "1", "--no-cache", str(twice)])
    shutil.rmtree(twice)
    print(
        f"  parse of {largest.name}: {parse.peak:.0f} MB; check: {one.peak:.0f} MB; of twice as much: {two.peak:.0f} MB"
    )
    bench.judge("MB over the parse of the largest file", one.peak - parse.peak, 120)
    bench.judge("memory of twice the tree / of the tree", two.peak / one.peak, 1.1)


def measure_workers(bench: Bench, tree: Path) -> None:
    """Compare one process with two: the time, and that they find the same."""
    commands = {
        str(jobs): [*CHECK, "-j", str(jobs), "--no-cache", "--output-format", "json", str(tree)] for jobs in (1, 2)
    }
    costs = bench.median(commands, rounds=max(bench.rounds // 2, 1))
    for jobs, cost in costs.items():
        print(f"  -j {jobs}: {cost.wall:.2f} s, {cost.cpu:.2f} s CPU")
    same = costs["1"].output == costs["2"].output
    print(f"  {'held  ' if same else 'MISSED'} the same findings, byte for byte")
    if not same:
        bench.missed.append("the same findings with two processes")
    if len(os.sched_getaffinity(0)) > 1:
        bench.judge("faster with two processes, times", costs["1"].wall / costs["2"].wall, 1.3, at_least=True)


def ruff() -> list[str]:
    """Return the command that ruff is compared by."""
    return [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--no-cache",
        "--isolated",
        "--exit-zero",
        "--select",
        "NPY,F,UP",
        "--output-format",
        "concise",
    ]


def script(name: str) -> str:
    """Return the path of a tool that is installed beside this Python, else its name."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    return found or name


def main() -> int:
    """Measure what is asked for and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--tf1", type=Path, help="a folder of TF1 programs instead of tf-slim and the fixtures")
    given = parser.parse_args()
    parts = given.only.split(",")
    with tempfile.TemporaryDirectory(prefix="tf2migrate-benchmark-") as name:
        bench = Bench(given.rounds, Path(name))
        mixed, tf1 = mixed_tree(bench.folder), tf1_tree(bench.folder, given.tf1)
        describe("mixed tree", python_files(mixed))
        describe("TF1 files", python_files(tf1))
        measured = {
            "hook": lambda: measure_hook(bench),
            "cold": lambda: measure_cold(bench, {"mixed tree": (mixed, 0.3), "TF1 files": (tf1, 1.5)}),
            "cache": lambda: measure_cache(bench, mixed),
            "upgrader": lambda: measure_upgrader(bench, tf1),
            "memory": lambda: measure_memory(bench, mixed),
            "workers": lambda: measure_workers(bench, mixed),
        }
        for part in parts:
            print(f"\n{part}", flush=True)
            measured[part]()
        print(f"\n{len(bench.missed)} bars missed" + "".join(f"\n  {one}" for one in bench.missed))
    return 1 if bench.missed else 0


if __name__ == "__main__":
    sys.exit(main())
