"""Modules that stand in for what TensorFlow 2 no longer ships, the same ones for both sides of a comparison.

The files beside this one are named in `STAND_INS` under the module they stand for. `install_stand_ins` makes them
importable (`import tensorflow.contrib.layers`) and reachable as attributes (`tf.contrib.layers`); modules between are
made as empty packages. It needs the standard library only, and loads nothing before the program asks for it.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).resolve().parent

STAND_INS: Mapping[str, Path] = {
    "tensorflow.examples.tutorials.mnist.input_data": FOLDER / "mnist_input_data.py",
    "tensorflow.contrib.learn.python.learn.datasets.mnist": FOLDER / "mnist_input_data.py",
    "tensorflow.contrib.learn.datasets": FOLDER / "contrib_learn_datasets.py",
    "tensorflow.contrib.learn.datasets.mnist": FOLDER / "mnist_input_data.py",
    "tensorflow.contrib.learn.preprocessing": FOLDER / "contrib_learn_preprocessing.py",
    "tensorflow.contrib.training": FOLDER / "contrib_training.py",
    "tensorflow.contrib.layers": FOLDER / "contrib_layers.py",
    "tensorflow.contrib.slim": FOLDER / "contrib_slim.py",
    "tensorflow.contrib.framework": FOLDER / "contrib_framework.py",
    "tensorflow.contrib.metrics": FOLDER / "contrib_metrics.py",
    "tensorflow.contrib.rnn": FOLDER / "contrib_rnn.py",
    "tensorflow.contrib.seq2seq": FOLDER / "contrib_seq2seq.py",
    "tensorflow.contrib.legacy_seq2seq": FOLDER / "contrib_legacy_seq2seq.py",
    "tensorflow.contrib.opt": FOLDER / "contrib_opt.py",
}

PARTS_OF_MATPLOTLIB = (
    "animation axes axis backends cm collections colors dates figure font_manager gridspec image lines mlab patches"
    " path pylab pyplot style text ticker transforms"
).split()
PLOTS = {
    "matplotlib": ["matplotlib", *(f"matplotlib.{part}" for part in PARTS_OF_MATPLOTLIB)],
    "mpl_toolkits": ["mpl_toolkits", "mpl_toolkits.mplot3d", "mpl_toolkits.axes_grid1"],
    "pylab": ["pylab"],
    "seaborn": ["seaborn"],
}
KERAS_DATA = ("fashion_mnist", "cifar10", "cifar100", "boston_housing", "imdb", "reuters")
FIRST_NEW_GYM = 26  # 0.26: `step` gives five values


class StandInFinder(importlib.abc.MetaPathFinder):
    """Finds stand-ins by the name of the module they stand for, and remembers which were used."""

    def __init__(self, stand_ins: Mapping[str, Path], packages: bool = True) -> None:
        """Stand in for these modules, and with `packages` for those on the way to them."""
        self._stand_ins = stand_ins
        self._packages = {
            ".".join(name.split(".")[:end])
            for name in (stand_ins if packages else ())
            for end in range(2, name.count(".") + 1)
        }.union(_packages_of_users(stand_ins))
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


def _packages_of_users(stand_ins: Mapping[str, Path]) -> Iterator[str]:
    """Yield the packages of which parts are stood in for, and which are missing or stood in for themselves."""
    for name in stand_ins:
        parts = name.split(".")
        for end in range(1, len(parts) if parts[0] != "tensorflow" else 0):
            package = ".".join(parts[:end])
            if package in stand_ins or _is_missing(package):
                yield package


def _is_missing(name: str) -> bool:
    try:
        return name not in sys.modules and importlib.util.find_spec(name) is None
    except (ImportError, ValueError):  # a package above it is missing, or says nothing of how it came
        return True


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


def gym_stand_in() -> Mapping[str, Path]:
    """Return what stands in for gym: nothing where one with the old interface is installed."""
    return {} if _is_old_gym() else {"gym": FOLDER / "gym.py"}


def plots_stand_in() -> Mapping[str, Path]:
    """Return what stands in for packages that draw: nothing where they are installed."""
    return {name: FOLDER / "plots.py" for package, names in PLOTS.items() if _is_missing(package) for name in names}


def install_stand_ins(extra: Mapping[str, Path] | None = None) -> StandInFinder:
    """Make the stand-ins importable under the module that `tensorflow` names now; `extra` ones win.

    Call it after `sys.modules["tensorflow"]` is what the program shall see. The finder's `used` says in the end which
    modules were stood in for.
    """
    finder = StandInFinder({**STAND_INS, **gym_stand_in(), **plots_stand_in(), **(extra or {})})
    sys.meta_path.insert(0, finder)
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is not None:
        for name in ("contrib", "examples"):
            setattr(tensorflow, name, importlib.import_module(f"tensorflow.{name}"))
    if tensorflow is not None and hasattr(tensorflow, "keras"):
        _replace_keras_data(tensorflow, finder)
    return finder


def _replace_keras_data(tensorflow: ModuleType, finder: StandInFinder) -> None:
    """Let Keras load made-up data: nothing is downloaded, both sides see the same."""

    def digits(path: str = "mnist.npz") -> object:
        finder.used.add("keras.datasets.mnist")
        return importlib.import_module("tensorflow.examples.tutorials.mnist.input_data").keras_arrays()

    def loader(name: str) -> Callable[..., object]:
        def load_data(*arguments: object, **named: object) -> object:
            finder.used.add(f"keras.datasets.{name}")
            return _own_module("keras_data").LOADERS[name](*arguments, **named)

        return load_data

    for module in _all_keras(tensorflow):
        module.datasets.mnist.load_data = digits
        for name in KERAS_DATA:
            if hasattr(module.datasets, name):
                getattr(module.datasets, name).load_data = loader(name)
        for name in ("imdb", "reuters"):
            getattr(module.datasets, name).get_word_index = lambda path="": _own_module("keras_data").word_index()


def _all_keras(tensorflow: ModuleType) -> list[ModuleType]:
    """Return each module by which a program may reach Keras; each has data set modules of its own."""
    found = [tensorflow.keras, *(sys.modules[name] for name in ("keras", "tf_keras") if name in sys.modules)]
    v1 = getattr(getattr(tensorflow, "compat", None), "v1", None)
    return found if v1 is None else [*found, v1.keras]


def _own_module(name: str) -> ModuleType:
    """Return a file beside this one as a module."""
    qualified = f"_tf2migrate_{name}"
    if qualified not in sys.modules:
        spec = importlib.util.spec_from_file_location(qualified, FOLDER / f"{name}.py")
        assert spec is not None and spec.loader is not None
        sys.modules[qualified] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[qualified])
    return sys.modules[qualified]


def _is_old_gym() -> bool:
    """Say whether a gym is installed whose `step` gives four values, as programs of TensorFlow 1 expect."""
    try:
        metadata = importlib.import_module("importlib.metadata")  # younger than the oldest Python that reads this file
        major, minor = metadata.version("gym").split(".")[:2]
    except Exception:  # not installed, or nobody knows which one
        return False
    return int(major) == 0 and int(minor) < FIRST_NEW_GYM
