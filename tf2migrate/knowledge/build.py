"""`python -m tf2migrate.knowledge.build`: writes the tables from the installed TensorFlow 2 and a TensorFlow 1.15."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tf2migrate.knowledge import tables
from tf2migrate.knowledge.classify import Classifier, Probes, Symbol, class_key, compact, describe
from tf2migrate.knowledge.overlay.verdicts import verdicts

_BY_KEYWORD = "tf.raw_ops."  # their wrappers refuse positional arguments, which no signature shows
# What scikit-learn gives Keras's wrappers where it is installed: their bases, and methods that it adds to them.
_OPTIONAL = re.compile(r"^sklearn\.|\.sklearn_wrapper\.(BaseEstimator|\w+Mixin)$")
_REQUEST = re.compile(r"set_\w+_request")
_PROBE = Path(__file__).parent / "probe.py"


def probe(python: str, *roots: str, legacy: bool = False) -> tuple[set[str], list[Symbol]]:
    """Return the stateful ops and the symbols that the TensorFlow of an interpreter has below some roots."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2"}
    environment.pop("TF_USE_LEGACY_KERAS", None)
    if legacy:
        environment["TF_USE_LEGACY_KERAS"] = "1"
    # Isolated: the modules beside the probe (`keras.py`) must not stand for those that TensorFlow imports.
    command = [python, "-I", "-W", "ignore", str(_PROBE), *roots]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{python} could not describe its TensorFlow:\n{done.stderr[-2000:]}")
    return _read(done.stdout)


def _read(text: str) -> tuple[set[str], list[Symbol]]:
    head, *rows = text.splitlines()
    return set(json.loads(head)["stateful"]), [json.loads(row) for row in rows]


def tables_from(probes: Probes, stateful: set[str]) -> dict[str, str]:
    """Return the text of every data file by its name."""
    overlay = verdicts()
    classifier = Classifier(probes, overlay, stateful)
    first = {path: describe(classifier, probes, path) for path in {*probes.paths(), *overlay}}
    second = {path: _second_row(row) for path, row in probes.tf2.items()}
    before = [probes.first(path) for path in probes.paths()]
    return {
        tables.TF1: _lines(first),
        tables.TF2: _lines(second),
        tables.CLASSES[tables.TF1]: _lines(_classes(before)),
        tables.CLASSES[tables.TF2]: _lines(_classes(probes.tf2.values())),
    }


def _second_row(row: Symbol) -> dict[str, Any]:
    kept: dict[str, Any] = {"k": row["kind"]}
    if row["kind"] in ("function", "class"):
        kept["p"] = compact(row.get("parameters"))
    if row["path"].startswith(_BY_KEYWORD):
        kept["p"] = [["*"], *(kept["p"] or [])]
    if row["kind"] == "class":
        kept["x"] = class_key(row)
    if row["kind"] == "constant":
        kept["x"] = class_key(row)
    return kept


def _classes(rows: Iterable[Symbol]) -> dict[str, dict[str, Any]]:
    """Return the members of each class by its key; a base that is not public keeps its members with it."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["kind"] == "class":
            for key, described in _with_bases(row):
                if "b" in described or key not in found:
                    found[key] = described
    return found


def _with_bases(row: Symbol) -> Iterable[tuple[str, dict[str, Any]]]:
    if row.get("message"):
        yield class_key(row), {"m": [[name, "attribute"] for name in row["members"]]}
        return
    bases = [base.replace("tensorflow_core.", "tensorflow.") for base in row["bases"] if not _OPTIONAL.search(base)]
    for key, own in row["inherited"].items():
        if not _OPTIONAL.search(key):
            yield key.replace("tensorflow_core.", "tensorflow."), {"m": _member_rows(own)}
    yield class_key(row), {"b": bases, "m": _member_rows(row["members"])}


def _member_rows(members: list[list[Any]]) -> list[list[Any]]:
    return [
        [name, kind] if listed is None else [name, kind, compact(listed)]
        for name, kind, listed in members
        if not _REQUEST.fullmatch(name)
    ]


def _lines(rows: Mapping[str, dict[str, Any]]) -> str:
    dumped = {
        key: json.dumps(row, separators=(",", ":"), sort_keys=True, ensure_ascii=True) for key, row in rows.items()
    }
    return "".join(f"{key}\t{dumped[key]}\n" for key in sorted(dumped))


def main() -> None:
    """Write the tables, or with `--check` say which of them are out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tf1-python", required=True, help="an interpreter that has TensorFlow 1.15")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a table is out of date")
    options = parser.parse_args()
    stateful, tf2 = probe(sys.executable, "tf", "tf.compat.v1")
    _, legacy = probe(sys.executable, "tf.compat.v1", legacy=True)
    stateful_before, tf1 = probe(options.tf1_python, "tf")
    _, slim = probe(sys.executable, "tf_slim")
    texts = tables_from(Probes(tf2, legacy, tf1, slim), stateful | stateful_before)
    old = [name for name, text in texts.items() if _current(name) != text]
    if not options.check:
        for name in old:
            (tables.DATA / name).write_text(texts[name], encoding="utf-8")
    sys.stdout.write("\n".join(old or ["current"]) + "\n")
    raise SystemExit(1 if old and options.check else 0)


def _current(name: str) -> str | None:
    file = tables.DATA / name
    return file.read_text(encoding="utf-8") if file.exists() else None


if __name__ == "__main__":
    main()
