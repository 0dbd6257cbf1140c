"""Pairs of programs for the verifier's tests; all of them run TensorFlow in child processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tf2migrate.model.plan import SourceMap
from tf2migrate.model.verdict import Verdict, VerifyOptions
from tf2migrate.verify import verify_pair

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # source_maps.py, which is no test

from source_maps import Site, build_map  # noqa: E402

PAIRS = HERE / "pairs"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.tensorflow)


def can_enclose() -> bool:
    """Say whether this system lets a process have file system layers of its own."""
    try:
        return subprocess.run(["unshare", "-Urm", "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@dataclass(frozen=True)
class Mapped:
    """A pair with a hand-made source map, whose migrated text a test may change first."""

    before: str
    after: str
    sites: list[Site]
    moved: dict[str, str]
    folder: Path

    def verify(self, *changes: tuple[str, str], options: VerifyOptions | None = None) -> Verdict:
        """Return the verdict after each piece of the migrated text in `changes` was replaced."""
        after = self.after
        for old, new in changes:
            assert after.count(old) == 1, f"{old!r} stands {after.count(old)} times"
            after = after.replace(old, new)
        (self.folder / "before.py").write_text(self.before, encoding="utf-8")
        (self.folder / "after.py").write_text(after, encoding="utf-8")
        moved = {new: old for new, old in self.moved.items() if new in after}
        sites = [site for site in self.sites if site[1] is None or site[1] in after]
        source_map: SourceMap = build_map("before.py", self.before, after, sites, moved)
        return verify_pair(self.folder / "before.py", self.folder / "after.py", source_map, options or VerifyOptions())

    def line(self, piece: str, after: str | None = None) -> str:
        """Return the place of `piece` in the original, or in the migrated text where that is named."""
        text = self.before if after is None else after
        return f"{'before' if after is None else 'after'}.py:{text.count(chr(10), 0, text.index(piece)) + 1}"


@pytest.fixture
def texts(tmp_path: Path) -> Callable[[str, str], Verdict]:
    """Return a function that verifies two texts without a map."""

    def verify(before: str, after: str, options: VerifyOptions | None = None) -> Verdict:
        (tmp_path / "before.py").write_text(before, encoding="utf-8")
        (tmp_path / "after.py").write_text(after, encoding="utf-8")
        return verify_pair(tmp_path / "before.py", tmp_path / "after.py", None, options)

    return verify


@pytest.fixture
def script(tmp_path: Path) -> Mapped:
    """The pair `script` with its map."""
    folder = PAIRS / "script"
    result = (((), ()),)
    train = "sess.run([train_op, cost],\n                        feed_dict={x: features, y: targets, keep_prob: 0.5})"
    return Mapped(
        (folder / "before.py").read_text(encoding="utf-8"),
        (folder / "after.py").read_text(encoding="utf-8"),
        [
            ("sess.run(init)", None, ()),
            (train, "train_step(features, targets, 0.5).numpy()", (((0,), None), ((1,), ()))),
            (
                "sess.run(logits, {x: features[:1], keep_prob: 1.0})",
                "predict_logits(features[:1], 1.0).numpy()",
                result,
            ),
            (
                "accuracy.eval({x: features, y: targets, keep_prob: 1.0})",
                "compute_accuracy(features, targets, 1.0).numpy()",
                result,
            ),
        ],
        {"w1 = ": "w1 = ", "w2 = ": "w2 = ", "hidden = tf.nn.dropout": "hidden = tf.nn.dropout"},
        tmp_path,
    )
