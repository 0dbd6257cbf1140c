# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""The migrated program's world: TensorFlow 2 as it is installed, with Keras 3."""

import importlib
import os
import sys

from . import displays, draws, epochs, files, holding, host, law_check, laws, matching, record, results, summaries

OPTIMIZER_FILES = ("/keras/src/optimizers/", "/keras/src/random/")
OBSERVERS = os.path.dirname(__file__) + os.sep  # whose wrappers stand between Keras and an operation
CONSTANTS = ("epsilon", "beta_1", "beta_2", "momentum", "rho")
LIBRARY_RANDOM = ("keras.", "tf_keras.", "tensorflow.")
KERAS_3 = 3


def preload():
    """Import what most programs need, and nothing that runs an operation."""
    importlib.import_module("tensorflow")
    importlib.import_module("keras")


def prepare(order, frames, recorder):
    """Import TensorFlow 2, make sure which Keras it has, and observe variables and random draws."""
    tensorflow = importlib.import_module("tensorflow")
    version = importlib.import_module("keras").__version__
    if tensorflow.keras.__version__ != version or int(version.split(".")[0]) < KERAS_3:
        raise SystemExit("the migrated program must run with Keras 3, not %s" % tensorflow.keras.__version__)
    tensorflow.get_logger().setLevel("ERROR")
    summaries.install(tensorflow)
    displays.make_plain()
    epochs.Epochs(order["seed"]).observe()
    host.separate_library_random(LIBRARY_RANDOM, order["seed"])
    world = World(tensorflow, order, frames, recorder)
    world.observe()
    return world


class World:
    """Matches draws with the original's, keeps the variables that are made, and swaps optimizers where asked to."""

    def __init__(self, tensorflow, order, frames, recorder):
        self._tensorflow = tensorflow
        self._order = order
        self._frames = frames
        self._recorder = recorder
        self._variables = []
        self._optimizers = set()
        self._slots = []  # (variable, optimizer, the variable that it is for, kind)
        self._law_check = law_check.LawCheck(tensorflow) if order["check_laws"] else None
        self._tf_stack = importlib.import_module("tensorflow.python.util.tf_stack")
        self._matching = matching.Matching(
            order["draws"], self.original_places, lambda: recorder.runs, order.get("restarts", ())
        )

    def facts(self):
        """Return what the verdict says about this side."""
        return {"reference": "TensorFlow " + self._tensorflow.__version__}

    def original_places(self):
        """Return for each running frame of the program the places of the original that its line stands for."""
        lines = self._order["lines"]
        known = []
        for path, line in self._places():
            originals = lines.get(path, {}).get(str(line))
            if originals:
                known.append({tuple(place) for place in originals})
        return known

    def _places(self):
        return self._frames.within([(entry.filename, entry.lineno) for entry in self._tf_stack.extract_stack()])

    def observe(self):
        """Patch TensorFlow and Keras."""
        draws.install(self._matching, self._order["seed"], instances=True)
        draws.install_stateless(self._matching, self._order["seed"], _called_by_keras)
        module = importlib.import_module("tensorflow.python.ops.resource_variable_ops")
        self._observe_variables(module.BaseResourceVariable)
        if self._order["record_results"]:
            results.Results(self._recorder, self._frames).observe()
        laws.observe(self._optimizers.add, lambda *slot: self._slots.append(slot), self._order["swap_optimizers"])
        if self._law_check is not None:
            self._law_check.install()
        if self._order["held"]:
            holding.hold_in_keras(self._is_held)
        self._observe_seeds(importlib.import_module("tensorflow.python.eager.context").Context)
        writers = importlib.import_module("tensorflow.python.ops.summary_ops_v2")
        self._writers = files.Writers(writers._ResourceSummaryWriter)

    def variables(self):
        """Return (number, name, value) of the variables that hold a value now."""
        found = []
        for number, (variable, _, _) in enumerate(self._variables):
            try:
                found.append((number, _name(variable), variable.numpy()))
            except Exception:  # not initialized, or of a graph that nobody runs any more
                continue
        return found

    def flush_writers(self):
        """Write out the summaries that wait."""
        self._writers.flush()

    def checkpoint_reader(self, prefix):
        """Return TensorFlow's reader of the checkpoint with this prefix."""
        return self._tensorflow.train.load_checkpoint(prefix)

    def decode_image(self, content):
        """Return the pixels of an image file."""
        return self._tensorflow.io.decode_image(content).numpy()

    def _is_held(self, variable):
        return any(self._variables[number][0] is laws.raw(variable) for number in self._order["held"])

    def _observe_seeds(self, base):
        set_seed = base._set_global_seed

        def observed(context, seed):
            self._matching.start_seeds_anew()
            set_seed(context, seed)

        base._set_global_seed = observed

    def _observe_variables(self, base):
        initialize = base.__init__

        def observed(variable, *args, **kwargs):
            initialize(variable, *args, **kwargs)
            if type(variable).__name__ != "_UnreadVariable":
                entries = [(entry.filename, entry.lineno) for entry in self._tf_stack.extract_stack()]
                kept = not any(part in entry[0].replace("\\", "/") for entry in entries for part in OPTIMIZER_FILES)
                self._variables.append((variable, self._frames.within(entries), kept))

        base.__init__ = observed

    def finish(self):
        """Record the values of all variables, which optimizers ran, and the draws that the original did not make."""
        for number, name, value in self.variables():
            _, places, kept = self._variables[number]
            self._recorder.write("variable", number, name, places, kept, record.encode(value))
        self._record_slots()
        self._recorder.write("optimizers", sorted(self._optimizers))
        if self._law_check is not None:
            self._recorder.write("laws", *self._law_check.result())
        self._recorder.write("unmatched", self._matching.operations_unmatched)
        self._recorder.write("aligned", self._matching.aligned, sorted(self._matching.seeds_lost))

    def _record_slots(self):
        keys = {id(variable): (number, _name(variable)) for number, (variable, _, _) in enumerate(self._variables)}
        optimizers = []
        for slot, optimizer, variable, kind in self._slots:
            if all(known is not optimizer for known in optimizers):
                optimizers.append(optimizer)
            order = [known is optimizer for known in optimizers].index(True)
            if id(slot) in keys and id(variable) in keys:
                self._recorder.write("slot", keys[id(slot)], keys[id(variable)], kind, order, _constants(optimizer))


def _constants(optimizer):
    found = [(name, getattr(optimizer, name, None)) for name in CONSTANTS]
    return [(name, float(value)) for name, value in found if isinstance(value, (int, float))]


def _name(variable):
    return variable.name.split(":")[0]


def _called_by_keras():
    """Say whether the running call comes from Keras, or an initializer, before it comes from the program."""
    frame = sys._getframe(2)
    while frame is not None:
        path = frame.f_code.co_filename.replace("\\", "/")
        if "/keras/src/" in path or path.endswith("/ops/init_ops_v2.py"):
            return True
        observer = frame.f_code.co_filename.startswith(OBSERVERS)
        if not observer and "/site-packages/tensorflow/" not in path and "/tensorflow/python/" not in path:
            return False
        frame = frame.f_back
    return False
