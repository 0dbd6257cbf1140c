"""Modules that stand in for what TensorFlow 2 no longer ships, the same ones for both sides of a comparison.

The files beside this one are named in `STAND_INS` under the module they stand for. `install_stand_ins` makes them
importable (`import tensorflow.contrib.layers`) and reachable as attributes (`tf.contrib.layers`); modules between are
made as empty packages. It needs the standard library only, and loads nothing before the program asks for it.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

LEGACY_DIGITS = ("tf_keras.api._v1.keras.datasets.mnist", "tf_keras.api._v2.keras.datasets.mnist")
FOLDER = Path(__file__).resolve().parent

STAND_INS: Mapping[str, Path] = {
    "tensorflow.examples.tutorials.mnist.input_data": FOLDER / "mnist_input_data.py",
    "tensorflow.contrib.learn.python.learn.datasets.mnist": FOLDER / "mnist_input_data.py",
    "tensorflow.contrib.layers": FOLDER / "contrib_layers.py",
    "tensorflow.contrib.slim": FOLDER / "contrib_slim.py",
    "tensorflow.contrib.framework": FOLDER / "contrib_framework.py",
    "tensorflow.contrib.rnn": FOLDER / "contrib_rnn.py",
    "tensorflow.contrib.seq2seq": FOLDER / "contrib_seq2seq.py",
    "tensorflow.contrib.legacy_seq2seq": FOLDER / "contrib_legacy_seq2seq.py",
    "tensorflow.contrib.opt": FOLDER / "contrib_opt.py",
}


class StandInFinder(importlib.abc.MetaPathFinder):
    """Finds stand-ins by the name of the module they stand for, and remembers which were used."""

    def __init__(self, stand_ins: Mapping[str, Path]) -> None:
        self._stand_ins = stand_ins
        self._packages = {
            ".".join(name.split(".")[:end]) for name in stand_ins for end in range(2, name.count(".") + 1)
        }
        self.used: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return how to load `fullname` if it is stood in for or lies on the way to one that is."""
        file = self._stand_ins.get(fullname)
        is_package = fullname in self._packages
        if file is None and not is_package:
            return None
        if file is None:
            return importlib.machinery.ModuleSpec(fullname, _PackageLoader(), is_package=True)
        self.used.add(fullname)
        return importlib.util.spec_from_file_location(
            fullname, file, submodule_search_locations=[] if is_package else None
        )


class _Package(ModuleType):
    """A package whose submodules are imported when they are first used as attributes."""

    def __getattr__(self, name: str) -> ModuleType:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return importlib.import_module(f"{self.__name__}.{name}")
        except ModuleNotFoundError as error:
            raise AttributeError(f"no stand-in for {self.__name__}.{name}") from error


class _PackageLoader(importlib.abc.Loader):
    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Package(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave the package empty: its parts come when they are asked for."""


def install_stand_ins(extra: Mapping[str, Path] | None = None) -> StandInFinder:
    """Make the stand-ins importable under the module that `tensorflow` names now; `extra` ones win.

    Call it after `sys.modules["tensorflow"]` is what the program shall see. The finder's `used` says in the end which
    modules were stood in for.
    """
    finder = StandInFinder({**STAND_INS, **(extra or {})})
    sys.meta_path.insert(0, finder)
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is not None:
        for name in ("contrib", "examples"):
            setattr(tensorflow, name, importlib.import_module(f"tensorflow.{name}"))
    if tensorflow is not None:
        _replace_keras_digits(tensorflow, finder)
    return finder


def _replace_keras_digits(tensorflow: ModuleType, finder: StandInFinder) -> None:
    """Let Keras load the digits that stand in for the tutorial's: nothing is downloaded, both sides see the same."""

    def load_data(path: str = "mnist.npz") -> object:
        digits = importlib.import_module("tensorflow.examples.tutorials.mnist.input_data")
        finder.used.add("keras.datasets.mnist")
        return digits.keras_arrays()

    if "keras" in sys.modules:
        tensorflow.keras.datasets.mnist.load_data = load_data
        sys.modules["keras"].datasets.mnist.load_data = load_data
    if os.environ.get("TF_USE_LEGACY_KERAS") == "1":
        for name in LEGACY_DIGITS:
            with contextlib.suppress(ImportError):
                vars(importlib.import_module(name))["load_data"] = load_data
