"""The tables against the TensorFlow that is installed: nothing public is unknown, and every target is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import pytest

from tf2migrate.knowledge import lookup
from tf2migrate.knowledge.tables import TF1, rows
from tf2migrate.model.api import ApiEntry, ApiStatus

PROBE = Path(__file__).resolve().parents[3] / "tf2migrate" / "knowledge" / "probe.py"
PUBLIC_AT_LEAST = 3411
NEWEST = (2, 21)  # the tables are made from it
RESOLVE = """
import importlib, json, sys
missing = []
for path in json.load(sys.stdin):
    first, *parts = path.split(".")
    value = importlib.import_module({"tf": "tensorflow", "v1": "tensorflow.compat.v1"}.get(first, first))
    try:
        for part in parts:
            value = getattr(value, part)
    except Exception as error:
        missing.append([path, str(error)[:80]])
print(json.dumps(missing))
"""
YOUNGER_THAN_OLDEST = frozenset(  # what TensorFlow 2.16 does not have yet
    """
    tf.NoneTensorSpec tf.check_pinned tf.data.experimental.ServiceOptions tf.data.experimental.distributed_save
    tf.data.experimental.get_model_proto tf.distribute.cluster_resolver.KubernetesExecutableLocation
    tf.dtypes.experimental.float4_e2m1fn tf.dtypes.experimental.float8_e4m3b11fnuz tf.dtypes.experimental.float8_e4m3fnuz
    tf.dtypes.experimental.float8_e5m2fnuz tf.dtypes.experimental.int2 tf.dtypes.experimental.uint2
    tf.experimental.float4_e2m1fn tf.experimental.float8_e4m3b11fnuz tf.experimental.float8_e4m3fnuz
    tf.experimental.float8_e5m2fnuz tf.experimental.int2 tf.experimental.uint2 tf.image.decode_jxl tf.image.decode_webp
    tf.io.decode_jxl tf.io.decode_webp tf.test.is_cpu_target_available tf.tpu.experimental.embedding.CustomCombiner
    tf.tpu.experimental.embedding.CustomOptimizer tf.tpu.experimental.embedding.SparseCoreEmbeddingConfig
    """.split()
)
ENTRIES: list[ApiEntry] = [entry for path in sorted(rows(TF1)) if (entry := lookup(path)) is not None]


def run(code: list[str], stdin: str = "", *, legacy: bool = False) -> str:
    """Return what a fresh interpreter prints, with the Keras of TensorFlow 1 or with that of TensorFlow 2."""
    variables: Mapping[str, str] = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
    variables = {name: value for name, value in variables.items() if name != "TF_USE_LEGACY_KERAS"}
    if legacy:
        variables = {**variables, "TF_USE_LEGACY_KERAS": "1"}
    command = [sys.executable, *code]
    done = subprocess.run(command, input=stdin, env=variables, capture_output=True, text=True, check=True)
    return done.stdout


def missing(paths: set[str], *, legacy: bool) -> list[list[str]]:
    """Return the paths that the installed packages do not have."""
    found: list[list[str]] = json.loads(run(["-c", RESOLVE], json.dumps(sorted(paths)), legacy=legacy))
    return found


@pytest.mark.tensorflow
def test_every_public_name_of_compat_v1_is_known() -> None:
    pytest.importorskip("tensorflow")
    described = run([str(PROBE), "tf.compat.v1"], legacy=True).splitlines()[1:]
    paths = ["tf" + json.loads(row)["path"].removeprefix("tf.compat.v1") for row in described]
    assert len(paths) >= PUBLIC_AT_LEAST
    unknown = [path for path in paths if lookup(path) is None and not path.endswith("__version__")]
    assert unknown == []


def test_every_entry_says_what_becomes_of_the_symbol() -> None:
    unsaid = [
        entry.path
        for entry in ENTRIES
        if entry.target is None and not (entry.reason and entry.status not in (ApiStatus.SAME, ApiStatus.RENAMED))
    ]
    assert unsaid == []


def test_what_is_gone_runs_nowhere_below_tensorflow() -> None:
    """A symbol may be gone as such and still have a successor that runs: below `tf.compat.v1`, or in TF-Slim."""
    itself = [entry.path for entry in ENTRIES if entry.status is ApiStatus.GONE and entry.compat == entry.path]
    assert itself == []
    contrib = [entry for entry in ENTRIES if entry.path.startswith("tf.contrib.") and entry.kind != "module"]
    assert not [entry.path for entry in contrib if entry.compat == entry.path]


def test_nothing_becomes_what_the_oldest_tensorflow_2_lacks() -> None:
    """Such names stand in the tables as themselves only: no program of TensorFlow 1 has them."""
    young = [entry for entry in ENTRIES if entry.path not in YOUNGER_THAN_OLDEST]
    assert not [entry.path for entry in young if {entry.target, entry.compat} & YOUNGER_THAN_OLDEST]
    assert not [entry.path for entry in young for form in entry.rewrites if form.target in YOUNGER_THAN_OLDEST]


@pytest.mark.tensorflow
def test_every_native_target_is_installed() -> None:
    pytest.importorskip("tensorflow")
    targets = {entry.target for entry in ENTRIES if entry.target is not None}
    targets |= {rewrite.target for entry in ENTRIES for rewrite in entry.rewrites}
    named = {target for target in targets - _too_young() if target.startswith("tf.") and "(" not in target}
    assert missing(named, legacy=False) == []


def _too_young() -> frozenset[str]:
    """Return what the installed TensorFlow need not have: nothing where it is the one that the tables are made from."""
    release = tuple(int(part) for part in version("tensorflow").split(".")[:2])
    return frozenset() if release >= NEWEST else YOUNGER_THAN_OLDEST


@pytest.mark.tensorflow
def test_every_compat_target_is_installed() -> None:
    pytest.importorskip("tf_slim")
    targets = {entry.compat for entry in ENTRIES if entry.compat is not None} - _too_young()
    v1 = {f"v1{target.removeprefix('tf')}" for target in targets if target.startswith("tf.")}
    slim = {target for target in targets if target.startswith("tf_slim")}
    assert missing(v1 | slim, legacy=True) == []
    plain = {entry.compat for entry in ENTRIES if entry.compat is not None and not entry.legacy_keras} - _too_young()
    assert (
        missing({f"v1{target.removeprefix('tf')}" for target in plain if target.startswith("tf.")}, legacy=False) == []
    )
