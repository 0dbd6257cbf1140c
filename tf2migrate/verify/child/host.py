# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Makes the host's side of a program the same in every run: seeds, clocks, what numpy and the index no longer have."""

import importlib
import random
import sys
import time
import types

import numpy

CLOCKS = ("time", "perf_counter", "monotonic", "process_time", "clock")
FIRST_TIME = 1.5e9
UNUSUAL_SEED = 0x2E3F51A7
OLD_NUMPY = {
    "NaN": "nan",
    "NAN": "nan",
    "Inf": "inf",
    "Infinity": "inf",
    "infty": "inf",
    "PINF": "inf",
    "float_": "float64",
    "complex_": "complex128",
    "unicode_": "str_",
    "string_": "bytes_",
    "product": "prod",
    "cumproduct": "cumprod",
    "alltrue": "all",
    "sometrue": "any",
    "row_stack": "vstack",
    "in1d": "isin",
    "trapz": "trapezoid",
    "msort": "sort",
}
PLOTS = "matplotlib.backend_bases"
CHOOSERS = {"matplotlib": "use", "matplotlib.pyplot": "switch_backend"}  # of what draws
WITHOUT_WINDOWS = frozenset(["agg", "cairo", "pdf", "pgf", "ps", "svg", "template"])
GONE = ("contrib", "examples")  # of TensorFlow 1
TICK = 0.01  # seconds that pass between two looks at a clock


def fix_clocks(frames):
    """Let the program's own code see clocks that move by one tick a look; libraries keep the real ones."""
    state = {"now": FIRST_TIME}

    def fixed(real):
        def clock():
            caller = sys._getframe(1)
            if frames.inside(caller.f_code.co_filename) is None:
                return real()
            state["now"] += TICK
            return state["now"]

        return clock

    for name in CLOCKS:
        if hasattr(time, name):
            setattr(time, name, fixed(getattr(time, name)))


def seed_program(seed):
    """Set the two generators that programs share with their libraries, right before the program's first line.

    To what no program seeds them with: one that lost the seed of its original must not come to the same numbers.
    """
    seed += UNUSUAL_SEED
    random.seed(seed)
    numpy.random.seed(seed)
    if not hasattr(numpy.random, "default_rng"):
        return
    real = numpy.random.default_rng
    made = [0]

    def default_rng(given=None):
        if given is None:
            made[0] += 1
            given = [seed, made[0]]
        return real(given)

    numpy.random.default_rng = default_rng


def keep_random_over_imports(frames):
    """Let libraries that are imported while the program runs draw what they like: its own numbers stay in their order.

    Which libraries are imported then, and when, is another matter on each side.
    """
    try:
        loader = importlib.import_module("importlib.machinery").SourceFileLoader
    except ImportError:  # older interpreters
        return
    real = loader.exec_module
    numbers = numpy.random  # loads it: not within an import that is being watched

    def exec_module(self, module):
        if frames.inside(getattr(module, "__file__", None) or "") is not None:
            return real(self, module)
        states = random.getstate(), numbers.get_state()
        try:
            real(self, module)
        finally:
            random.setstate(states[0])
            numbers.set_state(states[1])
        _let_plots_go_on(module)
        return None

    loader.exec_module = exec_module
    for name in [PLOTS] + sorted(CHOOSERS):
        _let_plots_go_on(sys.modules.get(name))  # where a library has imported it


def _let_plots_go_on(module):
    name = getattr(module, "__name__", "")
    if name == PLOTS:
        module.FigureCanvasBase.start_event_loop = _nobody_presses
    chooser = CHOOSERS.get(name)
    if chooser is not None and hasattr(module, chooser):
        setattr(module, chooser, _without_windows(getattr(module, chooser)))


def _without_windows(choose):
    def chosen(backend, *arguments, **named):
        return choose(backend if str(backend).lower() in WITHOUT_WINDOWS else "agg", *arguments, **named)

    return chosen


def _nobody_presses(canvas, timeout=0):
    """Stand for a plot's wait for somebody who presses a button, as if its time were over."""


def separate_library_random(prefixes, seed):
    """Give the modules under `prefixes` a generator of their own in place of Python's shared one."""
    own = _random_module(seed)
    for name, module in list(sys.modules.items()):
        if module is None or not name.startswith(prefixes):
            continue
        for attribute in ("random", "python_random"):
            if getattr(module, "__dict__", {}).get(attribute) is random:
                setattr(module, attribute, own)


def _random_module(seed):
    """Return a module like `random` whose functions share another generator."""
    generator = random.Random(seed)
    module = types.ModuleType("random")
    module.__dict__.update(vars(random))
    for name in vars(random):
        if hasattr(generator, name) and not isinstance(getattr(random, name), type):
            setattr(module, name, getattr(generator, name))
    return module


class OldNumpyNames(object):
    """Gives programs the names that numpy has dropped since they were written, and notes which were used."""

    def __init__(self, frames):
        self.used = set()
        self._frames = frames
        self._names = {name: getattr(numpy, new) for name, new in OLD_NUMPY.items() if hasattr(numpy, new)}
        self._names.update(bool=bool, int=int, float=float, complex=complex, object=object, str=str, long=int)
        self._names["asscalar"] = lambda value: value.item()
        self._give_old_arguments(numpy.reshape)
        self._real = numpy.__dict__.get("__getattr__")
        if self._real is not None:  # younger than the last numpy that has them all
            numpy.__getattr__ = self._find

    def _give_old_arguments(self, reshape):
        def old_reshape(*given, **named):
            if "newshape" in named and "shape" not in named:  # as it was called until numpy 2.4
                try:
                    return reshape(*given, **named)
                except TypeError:
                    named["shape"] = named.pop("newshape")
                    self.used.add("numpy.reshape(newshape)")
            return reshape(*given, **named)

        numpy.reshape = old_reshape

    def _find(self, name):
        try:
            return self._real(name)
        except AttributeError:
            caller = sys._getframe(1)
            if name not in self._names or self._frames.inside(caller.f_code.co_filename) is None:
                raise
        self.used.add("numpy." + name)
        return self._names[name]


class _NotForPrograms(object):
    """Keeps a migrated program from what only the original has stand-ins for: it must do without it."""

    def __init__(self, frames):
        self._frames = frames

    def find_spec(self, fullname, path=None, target=None):
        """Raise ImportError where the program itself asks for a module that TensorFlow 2 does not have."""
        parts = fullname.split(".")
        if parts[0] == "tensorflow" and len(parts) > 1 and parts[1] in GONE and self._asked_by_program():
            raise ImportError("No module named %r" % fullname)

    def _asked_by_program(self):
        caller = sys._getframe(2)
        while caller is not None and "importlib" in caller.f_code.co_filename:
            caller = caller.f_back
        return caller is not None and self._frames.inside(caller.f_code.co_filename) is not None


class StandIns(object):
    """The modules that stand for missing ones: those of the comparison and those that the user names."""

    def __init__(self, hook, frames, side):
        self._finder = None
        self._numpy = OldNumpyNames(frames)
        if sys.version_info >= (3, 7):  # older interpreters have what they stand for, and cannot read them
            self._finder = self._install(hook)
        if side == "migrated":
            sys.meta_path.insert(0, _NotForPrograms(frames))
            for name in GONE:
                sys.modules.pop("tensorflow." + name, None)
                sys.modules["tensorflow"].__dict__.pop(name, None)

    def _install(self, hook):
        util = importlib.import_module("importlib.util")
        spec = util.spec_from_file_location("_tf2migrate_stand_ins", hook["installer"])
        installer = util.module_from_spec(spec)
        sys.modules[spec.name] = installer
        spec.loader.exec_module(installer)
        path = importlib.import_module("pathlib").Path
        extra = {name: path(file) for name, file in hook["user"]}
        version = getattr(sys.modules["tensorflow"], "__version__", "")
        if not version.startswith("1."):
            return installer.install_stand_ins(extra)
        # TensorFlow 1 has all of them; only data that its own reader would download is stood in for.
        data = {name: file for name, file in installer.STAND_INS.items() if "mnist" in name}
        data.update(installer.gym_stand_in())
        data.update(installer.plots_stand_in())
        data.update(extra)
        finder = installer.StandInFinder(data, packages=False)
        sys.meta_path.insert(0, finder)
        return finder

    def used(self):
        """Return the names of the modules that were stood in for."""
        return sorted(self._numpy.used.union(self._finder.used if self._finder is not None else ()))
