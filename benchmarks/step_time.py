"""What a migrated step costs against the Session's, for the programs in `benchmarks/step_time`.

    python benchmarks/step_time.py [--only GLOB] [--steps N] [--rounds N] [--json FILE]

Each program times its own steps. The original runs under `tensorflow.compat.v1`, as `fix --level compat` writes it, the
migrated one as `fix` writes it, in turns; a round's ratio is that of the two medians over its steps, the first fifth
left out. Bars: programs whose Session step takes longer than 20 empty calls of a `tf.function` at most 1.1 in the
median and 1.3 each; shorter ones at most 2.5. Exit status 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from fnmatch import fnmatch
from pathlib import Path

PROGRAMS = Path(__file__).resolve().parent / "step_time"
EMPTY_CALLS, MEDIAN_BAR, EACH_BAR, SHORT_BAR = 20, 1.1, 1.3, 2.5
EMPTY_CALL = """
import time
import tensorflow as tf

@tf.function
def nothing():
    pass

nothing()
times = []
for _ in range(2000):
    start = time.perf_counter()
    nothing()
    times.append(time.perf_counter() - start)
print("times", *times)
"""


def main() -> int:
    """Run the benchmark and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="*")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "empty.py").write_text(EMPTY_CALL, encoding="utf-8")
        empty = step_seconds(folder / "empty.py", 0, "0")
        rows = []
        for program in sorted(PROGRAMS.glob("*.py")):
            if fnmatch(program.stem, options.only):
                rows.append(measured(program, folder, options.steps, options.rounds, empty))
    if options.json:
        options.json.write_text(json.dumps({"empty_call": empty, "programs": rows}, indent=1), encoding="utf-8")
    return 0 if passes(rows) else 1


def measured(program: Path, folder: Path, steps: int, rounds: int, empty: float) -> dict[str, object]:
    """Return how long a program's steps take on both sides."""
    original, migrated = (written(program, folder / level, level) for level in ("compat", "native"))
    sides = [(step_seconds(original, steps, "1"), step_seconds(migrated, steps, "0")) for _ in range(rounds)]
    ratio = statistics.median(new / old for old, new in sides)
    old, new = (statistics.median(side) for side in zip(*sides, strict=True))
    is_long = old > EMPTY_CALLS * empty
    kind = "" if is_long else "short"
    print(
        f"{program.stem:18} Session {old * 1e3:8.3f} ms   migrated {new * 1e3:8.3f} ms   ratio {ratio:5.2f} {kind}",
        flush=True,
    )
    return {"program": program.stem, "session": old, "migrated": new, "ratio": ratio, "long": is_long, "rounds": sides}


def written(program: Path, folder: Path, level: str) -> Path:
    """Return the program as `fix` writes it at a level."""
    folder.mkdir(exist_ok=True)
    copy = Path(shutil.copy(program, folder))
    subprocess.run([sys.executable, "-m", "tf2migrate", "fix", "--quiet", "--level", level, str(copy)], check=True)
    return copy


def step_seconds(program: Path, steps: int, legacy_keras: str) -> float:
    """Return the median time of a program's steps, the first fifth left out."""
    environment = {
        **os.environ,
        "TF_USE_LEGACY_KERAS": legacy_keras,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
    }
    command = [sys.executable, str(program), str(steps)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=program.parent, check=False)
    if done.returncode:
        raise SystemExit(f"{program.name} fails:\n{done.stderr[-2000:]}")
    times = [float(word) for word in done.stdout.splitlines()[-1].split()[1:]]
    return statistics.median(times[len(times) // 5 :])


def passes(rows: list[dict[str, object]]) -> bool:
    """Print the medians and say whether all bars are kept."""
    long = [float(str(row["ratio"])) for row in rows if row["long"]]
    short = [float(str(row["ratio"])) for row in rows if not row["long"]]
    good = True
    if long:
        median = statistics.median(long)
        good = median <= MEDIAN_BAR and max(long) <= EACH_BAR
        print(f"long steps: median {median:.2f} (bar {MEDIAN_BAR}), largest {max(long):.2f} (bar {EACH_BAR})")
    if short:
        good = good and max(short) <= SHORT_BAR
        print(f"short steps: largest {max(short):.2f} (bar {SHORT_BAR})")
    return good


if __name__ == "__main__":
    sys.exit(main())
