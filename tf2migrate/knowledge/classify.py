"""What the tables say of a TF1 symbol, concluded from probes of the TensorFlows and the hand-written overlay."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tf2migrate.knowledge.compat import CompatPaths
from tf2migrate.knowledge.overlay.contrib import advice_of
from tf2migrate.knowledge.overlay.effects import PURE, RANDOM, RANDOM_OPS, READING_OPS, STATE, STATEFUL
from tf2migrate.knowledge.overlay.forms import Verdict
from tf2migrate.knowledge.overlay.patterns import Patterns, closest
from tf2migrate.knowledge.overlay.results import CALLBACKS, RESULTS

Symbol = dict[str, Any]
_V1 = "tf.compat.v1"
_SYNONYMS = {("'channels_last'", "None"), ("'auto'", "'sum_over_batch_size'"), ("False", "None")}
_CONTRIB = "tf.contrib."
_LEFT_OUT = ("tf.raw_ops.", "tf.contrib.keras.")
_LEAKY = tuple(
    f"tf.contrib.{name}."
    for name in ("quantization", "graph_editor", "specs", "grid_rnn", "tensor_forest", "labeled_tensor")
)


class Probes:
    """Three views of TensorFlow: TF2's public names, `compat.v1`'s, and a real 1.15's; and TF-Slim."""

    def __init__(self, tf2: list[Symbol], legacy: list[Symbol], tf1: list[Symbol], slim: list[Symbol]) -> None:
        """Take the probes of TF2 with `compat.v1`, of `compat.v1` under legacy Keras, of 1.15, and of TF-Slim."""
        self.tf2 = {row["path"]: row for row in tf2 if not row["path"].startswith(_V1)}
        compat = {"tf" + row["path"][len(_V1) :]: row for row in tf2 if row["path"].startswith(_V1)}
        self.compat = {path: row for path, row in compat.items() if not path.startswith("tf.keras")}
        self.legacy = {"tf" + row["path"][len(_V1) :]: row for row in legacy}
        self.tf1 = {row["path"]: row for row in tf1}
        self.core_paths: dict[int, str] = {}
        for path, row in sorted(self.tf1.items(), reverse=True):
            if not path.startswith("tf.contrib.") and row["kind"] in ("function", "class"):
                self.core_paths[row["id"]] = path
        self.all_paths = {*self.compat, *self.legacy, *self.tf1}
        by_path = {row["path"]: row for row in slim}
        self.compat_paths = CompatPaths(self.compat, self.legacy, by_path, self.tf1, self.core_paths)
        self.by_identity: dict[int, list[str]] = defaultdict(list)
        for path, row in self.tf2.items():
            if "id" in row and row["kind"] != "constant":
                self.by_identity[row["id"]].append(path)

    def views(self) -> dict[str, dict[str, Symbol]]:
        """Return the three views of TensorFlow 1 by name; identities hold within one view."""
        return {"compat": self.compat, "legacy": self.legacy, "tf1": self.tf1}

    def paths(self) -> list[str]:
        """Return every path of TensorFlow 1, sorted, but what is the same in every version or leaked into contrib."""
        return sorted(path for path in self.all_paths if not self._is_left_out(path))

    def _is_left_out(self, path: str) -> bool:
        if path.startswith(_LEFT_OUT):
            return True
        return path.startswith(_LEAKY) and ".contrib." not in str(self.first(path).get("key", ".contrib."))

    def first(self, path: str) -> Symbol:
        """Return TF1's row of a path: 1.15's where it has its parameters, else compat.v1's."""
        real = self.tf1.get(path)
        if real is not None and not (real["kind"] == "function" and real.get("parameters") is None):
            return real
        return self.legacy.get(path) or self.compat.get(path) or self.tf1[path]

    def twins(self, path: str) -> list[str]:
        """Return the TF2 paths of the very object that `compat.v1` has at a path, the preferred one first."""
        row = self.compat.get(path)
        if row is None or path.startswith("tf.keras"):
            return []
        found = self.by_identity.get(row.get("id", 0), [])
        return sorted(found, key=lambda twin: (twin != path, twin not in row.get("names", ()), twin.count("."), twin))


class Classifier:
    """Concludes status, effect and results of each path."""

    def __init__(self, probes: Probes, overlay: dict[str, Verdict], stateful: set[str]) -> None:
        """Take the probes, the hand-written verdicts and the names of the ops registered as stateful."""
        self._probes = probes
        self._overlay = overlay
        self._stateful = stateful
        self._effects = {
            "random": Patterns(RANDOM),
            "stateful": Patterns(STATEFUL),
            "state": Patterns(STATE),
            "pure": Patterns(PURE),
        }
        self._results = {name: Patterns(listed) for name, listed in RESULTS.items()}
        self._decided = self._decided_by_identity()

    def _decided_by_identity(self) -> dict[tuple[str, int], str]:
        """Return the path that the hand decided for each object of `compat.v1` and of 1.15."""
        decided: dict[tuple[str, int], str] = {}
        for path in sorted(self._overlay, reverse=True):
            for view, rows in self._probes.views().items():
                row = rows.get(path)
                if row is not None and row["kind"] in ("function", "class"):
                    decided[view, row["id"]] = path
        return decided

    def _by_hand(self, path: str) -> Verdict | None:
        """Return the hand's verdict on a path or on another path of the same object."""
        decided = path if path in self._overlay else None
        for view, rows in self._probes.views().items():
            row = rows.get(path)
            if decided is None and row is not None and row["kind"] in ("function", "class"):
                decided = self._decided.get((view, row["id"]))
        if decided is None or (decided.startswith(_CONTRIB) and not path.startswith(_CONTRIB)):
            return None  # what contrib only exported again says nothing of the symbol itself
        verdict = self._overlay[decided]
        if verdict.status != "same":
            return verdict
        if path in self._probes.tf2:
            return Verdict("same", path, verdict.reason)
        return Verdict("renamed", decided, verdict.reason)

    def _of_core(self, path: str) -> Verdict | None:
        """Return the verdict on the core symbol that a contrib path only exports again."""
        row = self._probes.tf1.get(path)
        if not path.startswith("tf.contrib.") or row is None or row["kind"] not in ("function", "class"):
            return None
        core = self._probes.core_paths.get(row["id"])
        if core is None:
            return None
        verdict = self.verdict(core)
        if verdict.status == "compat" and not verdict.reason.endswith(advice_of(path)):
            return Verdict("compat", None, f"{verdict.reason}: {advice_of(path)}")
        return Verdict("renamed", core, verdict.reason) if verdict.status == "same" else verdict

    def verdict(self, path: str) -> Verdict:
        """Return the status of a path with its target and reason."""
        by_hand = self._by_hand(path) or self._of_core(path)
        if by_hand is not None:
            return by_hand
        twins = self._probes.twins(path)
        if twins:
            return Verdict("same", path) if twins[0] == path else Verdict("renamed", twins[0])
        first, second = self._probes.first(path), self._probes.tf2.get(path)
        if second is None:
            return self._without_twin(path, first)
        if first["kind"] == second["kind"] == "module" or _equal_constants(first, second):
            return Verdict("same", path)
        if path.startswith("tf.keras.") and _agrees(first, second):
            return Verdict("same", path, "Keras 3's")
        return Verdict("compat", None, "its TF2 form differs: " + _difference(first, second))

    def _without_twin(self, path: str, first: Symbol) -> Verdict:
        advice = f": {advice_of(path)}" if path.startswith("tf.contrib") else ""
        if first["kind"] == "module":
            return Verdict("compat", None, f"TensorFlow 2 has no module of this name{advice}")
        if path in self._probes.compat or path in self._probes.legacy:
            return Verdict("compat", None, f"TensorFlow 2 has it under tf.compat.v1 only{advice}")
        return Verdict("gone", None, _what_went(path))

    def older(self, path: str) -> Symbol:
        """Return a row for a path that 1.15 no longer had: its successor's parameters, or none known."""
        target = self._overlay[path].target
        successor = self._probes.tf2.get(target or "", {})
        return {"kind": "function", "parameters": successor.get("parameters")}

    def effect(self, path: str) -> str:
        """Return the effect of calling a path."""
        listed = closest(path, self._effects)
        if listed is not None:
            return listed
        rows = (self._probes.compat.get(path), self._probes.tf1.get(path))
        ops = {op for row in rows if row is not None for op in row.get("ops", ())} & self._stateful - READING_OPS
        if ops & RANDOM_OPS:
            return "random"
        return "stateful" if ops else "pure"

    def results(self, path: str, kind: str) -> str:
        """Return what a call of a path gives."""
        return closest(path, self._results) or ("object" if kind in ("class", "module") else "tensor")


def describe(classifier: Classifier, probes: Probes, path: str) -> dict[str, Any]:
    """Return the table's row of a path, defaults left out."""
    first = probes.first(path) if path in probes.all_paths else classifier.older(path)
    verdict = classifier.verdict(path)
    row: dict[str, Any] = {"s": verdict.status, "k": first["kind"]}
    if verdict.target is not None:
        row["t"] = verdict.target
    if verdict.reason:
        row["r"] = verdict.reason
    if first["kind"] in ("function", "class"):
        row["p"] = compact(first.get("parameters"))
        effect, results = classifier.effect(path), classifier.results(path, first["kind"])
        row |= {"e": effect} if effect != "pure" else {}
        row |= {"o": results} if results != "tensor" else {}
        row |= {"c": CALLBACKS[path]} if path in CALLBACKS else {}
    compat, legacy_keras = probes.compat_paths.find(path)
    row |= {} if compat == path else {"1": compat or ""}
    row |= {"l": 1} if legacy_keras else {}
    if verdict.rewrites:
        row["w"] = [_rewrite_row(rewrite) for rewrite in verdict.rewrites]
    if first["kind"] == "class":
        row["x"] = class_key(first)
    return row


def _rewrite_row(rewrite: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"t": rewrite.target}
    row["a"] = [[item.name, item.sources, item.template, item.default] for item in rewrite.passes]
    row |= {"i": rewrite.conditions} if rewrite.conditions else {}
    row |= {"d": rewrite.dropped} if rewrite.dropped else {}
    row |= {"v": rewrite.wrap} if rewrite.wrap != "{call}" else {}
    return row


def class_key(row: Symbol) -> str:
    """Return the name under which a class's members are kept."""
    return str(row["key"]).replace("tensorflow_core.", "tensorflow.")


def compact(parameters: list[list[str | None]] | None) -> list[list[str]] | None:
    """Return parameters as `[name]` or `[name, default]`."""
    if parameters is None:
        return None
    return [[item for item in pair if item is not None] for pair in parameters]


def _equal_constants(first: Symbol, second: Symbol) -> bool:
    return first["kind"] == second["kind"] == "constant" and bool(first["value"] == second["value"])


def _agrees(first: Symbol, second: Symbol) -> bool:
    """Say whether arguments that both Keras versions know have the same defaults."""
    callables = ("function", "class")
    if first["kind"] not in callables or second["kind"] not in callables:
        return False
    before, after = first.get("parameters"), second.get("parameters")
    if before is None or after is None:
        return False
    defaults = dict(after)
    return all(name == "name" or _mean_the_same(default, defaults.get(name, default)) for name, default in before)


def _mean_the_same(first: str | None, second: str | None) -> bool:
    """Say whether a call that omits the argument means the same; where one side requires it, no such call works."""
    if first is None or second is None or first.lower() == second.lower() or (first, second) in _SYNONYMS:
        return True
    try:
        return float(first) == float(second)
    except ValueError:
        return False


def _difference(first: Symbol, second: Symbol) -> str:
    if first["kind"] != second["kind"]:
        return f"a {first['kind']} became a {second['kind']}"
    before, after = dict(first.get("parameters") or ()), dict(second.get("parameters") or ())
    gone = [name for name in before if name not in after and not name.startswith("*")]
    changed = [name for name in before if name in after and before[name] != after[name]]
    shared = [name for name in before if name in after]
    moved = shared != [name for name in after if name in before]
    parts = [f"no {', '.join(gone)}"] if gone else []
    parts += [f"another default of {', '.join(changed)}"] if changed else []
    parts += ["another order of arguments"] if moved else []
    return "; ".join(parts) or "another implementation with the same arguments"


def _what_went(path: str) -> str:
    if path.startswith("tf.contrib"):
        advice = advice_of(path)
        return f"tf.contrib was removed: {advice}" if advice else "tf.contrib was removed"
    if path.startswith("tf.estimator"):
        return "tf.estimator was removed"
    return "removed from TensorFlow"
