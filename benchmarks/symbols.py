"""Migrates one small program for each way to call each symbol, runs both and compares what they print.

    python benchmarks/symbols.py [--only TEXT] [--json FILE]

`symbols.txt` has an expression a line, over the placeholders of `INPUTS`. All originals run in one process under
`tf.compat.v1`, all migrated programs in another. Exit status 1 where a migrated program prints something else than its
original, or fails where that runs.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import tf2migrate

EXPRESSIONS = Path(__file__).parent / "symbols.txt"
INPUTS = {
    "x": "tf.float32, [2, 3]",
    "y": "tf.float32, [2, 3]",
    "x1": "tf.float32, [2, 1]",
    "m": "tf.float32, [3, 3]",
    "spd": "tf.float32, [3, 3]",
    "v": "tf.float32, [4]",
    "i": "tf.int32, [2, 3]",
    "idx": "tf.int32, [2]",
    "b": "tf.bool, [2, 3]",
    "c1": "tf.bool, [2]",
    "c": "tf.complex64, [4]",
    "im": "tf.float32, [1, 4, 4, 3]",
    "k": "tf.float32, [2, 2, 3, 2]",
    "pw": "tf.float32, [1, 1, 6, 2]",
    "k1": "tf.float32, [2, 3, 2]",
    "seq": "tf.float32, [2, 4, 3]",
    "s": "tf.string, [2]",
    "num": "tf.string, [2]",
}
VALUES = {
    "x": "[[0.3, 0.9, 0.2], [1.1, 0.4, 0.7]]",
    "y": "[[0.5, 0.1, 0.4], [0.2, 0.6, 0.2]]",
    "x1": "[[1.0], [2.0]]",
    "m": "[[2.0, 0.5, 0.1], [0.2, 1.5, 0.3], [0.4, 0.1, 1.2]]",
    "spd": "[[2.0, 0.5, 0.1], [0.5, 1.5, 0.3], [0.1, 0.3, 1.2]]",
    "v": "[0.1, 0.4, 0.2, 0.8]",
    "i": "[[1, 5, 2], [0, 3, 7]]",
    "idx": "[1, 0]",
    "b": "[[True, False, True], [False, False, True]]",
    "c1": "[True, False]",
    "c": "[1 + 2j, 0.5j, -1, 2 - 1j]",
    "im": "np.arange(48).reshape(1, 4, 4, 3) % 7 / 7.0",
    "k": "np.arange(24).reshape(2, 2, 3, 2) % 5 / 5.0 - 0.4",
    "pw": "np.arange(12).reshape(1, 1, 6, 2) / 12.0",
    "k1": "np.arange(12).reshape(2, 3, 2) % 5 / 5.0",
    "seq": "np.arange(24).reshape(2, 4, 3) % 7 / 7.0",
    "s": '["a b", "cab"]',
    "num": '["3", "14"]',
}
_NUMBER = re.compile(r"-?(?:\d+\.?\d*(?:e[-+]?\d+)?|nan|inf)j?", re.IGNORECASE)
TOLERANCE = 2e-5
PROGRAM = """import numpy as np
import tensorflow as tf

{inputs}out = {expression}
with tf.Session() as sess:
    value = sess.run(out{feeds})
    print(getattr(value, "dtype", ""), value)
"""


def main() -> int:
    """Run the benchmark and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="expressions that contain this text")
    parser.add_argument("--json", type=Path, help="write what became of each expression to this file")
    options = parser.parse_args()
    lines = EXPRESSIONS.read_text(encoding="utf-8").splitlines()
    expressions = [line for line in dict.fromkeys(lines) if line and options.only in line]
    found = judge(expressions)
    for expression, (result, detail) in found.items():
        if result in ("differs", "fails"):
            print(f"{result:9} {expression}  {detail}")
    counts = Counter(result for result, _ in found.values())
    print(", ".join(f"{count} {result}" for result, count in counts.most_common()))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return 1 if counts["differs"] or counts["fails"] else 0


def program(expression: str) -> str:
    """Return the program that fetches an expression."""
    named = {node.id for node in ast.walk(ast.parse(expression)) if isinstance(node, ast.Name)}
    used = [name for name in INPUTS if name in named]
    inputs = "".join(f"{name} = tf.placeholder({INPUTS[name]})\n" for name in used)
    feeds = "".join(f"{name}: {VALUES[name]}, " for name in used).rstrip(", ")
    return PROGRAM.format(inputs=inputs, expression=expression, feeds=f", {{{feeds}}}" if feeds else "")


def judge(expressions: list[str]) -> dict[str, tuple[str, str]]:
    """Return what became of each expression, in a word, and what is to be said of it."""
    found: dict[str, tuple[str, str]] = {}
    before, after = {}, {}
    for expression in expressions:
        before[expression] = program(expression)
        result = tf2migrate.migrate(before[expression])
        if result.text is None:
            reasons = "; ".join(f"{one.code} {one.reason}" for one in result.refusals[:2])
            found[expression] = ("refused", reasons or result.status.value)
        else:
            after[expression] = result.text
    old, new = run_all({one: before[one] for one in after}, "1"), run_all(after, "2")
    for expression, text in after.items():
        found[expression] = compare(old[expression], new[expression], text)
    return {one: found[one] for one in expressions}


def compare(old: str, new: str, text: str) -> tuple[str, str]:
    """Return whether two outputs say the same; numbers may differ by rounding."""
    if old.startswith("FAILED"):
        return "no reference", old
    if new.startswith("FAILED"):
        return "fails", f"{new}\n{text}"
    first, second = _NUMBER.findall(old), _NUMBER.findall(new)
    words = [_NUMBER.sub("#", one).split() for one in (old, new)]
    close = len(first) == len(second) and all(map(_close, first, second))
    return ("equal", "") if close and words[0] == words[1] else ("differs", f"{old!r} became {new!r}\n{text}")


def _close(first: str, second: str) -> bool:
    one, two = complex(first), complex(second)
    return first == second or abs(one - two) <= TOLERANCE * max(1.0, abs(one))


def run_all(programs: dict[str, str], version: str) -> dict[str, str]:
    """Return what each program prints, all of them run in one process."""
    with tempfile.TemporaryDirectory(prefix="symbols-") as folder:
        (Path(folder) / "in.json").write_text(json.dumps(programs), encoding="utf-8")
        environment = {**os.environ, "TF_USE_LEGACY_KERAS": "1" if version == "1" else "0", "TF_CPP_MIN_LOG_LEVEL": "3"}
        command = [sys.executable, __file__, "--run", version, folder]
        subprocess.run(command, env=environment, check=True, stderr=subprocess.DEVNULL)
        found: dict[str, str] = json.loads((Path(folder) / "out.json").read_text(encoding="utf-8"))
    return found


def run_here(version: str, folder: Path) -> None:
    """Run the programs of a folder in this process; those of TensorFlow 1 find `compat.v1` under its name."""
    import tensorflow

    module = tensorflow
    if version == "1":
        from tf2migrate.verify.stand_ins import install_stand_ins

        module = tensorflow.compat.v1
        module.disable_v2_behavior()
        sys.modules["tensorflow"] = module
        install_stand_ins()
    programs: dict[str, str] = json.loads((folder / "in.json").read_text(encoding="utf-8"))
    found = {}
    for expression, text in programs.items():
        if version == "1":
            module.reset_default_graph()
        output = io.StringIO()
        try:
            with contextlib.redirect_stdout(output):
                exec(compile(text, "program", "exec"), {"__name__": "__main__"})
            found[expression] = output.getvalue()
        except Exception as error:
            found[expression] = f"FAILED {type(error).__name__}: {str(error)[:300]}"
    (folder / "out.json").write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run_here(sys.argv[2], Path(sys.argv[3]))
    else:
        sys.exit(main())
