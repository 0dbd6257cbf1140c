# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""The original's world: TensorFlow 1, or the v1 interface of TensorFlow 2 in its place."""

import importlib
import sys
import threading

import numpy

from . import displays, draws, epochs, files, holding, matching, moves, old_methods, races, record, results

OPTIMIZER_FILES = ("slot_creator.py", "optimizer.py", "optimizer_v2.py")
AVERAGES_FILE = "moving_averages.py"
CONSTANTS = (
    ("_epsilon", "epsilon"),
    ("_beta1", "beta_1"),
    ("_beta2", "beta_2"),
    ("_momentum", "momentum"),
    ("_decay", "rho"),
    ("_rho", "rho"),
)


def preload():
    """Import what most programs need, and nothing that runs an operation."""
    importlib.import_module("tensorflow.compat.v1")
    importlib.import_module("tf_keras")


def prepare(order, frames, recorder):
    """Import TensorFlow as the program shall see it, and observe its sessions, variables and random draws."""
    tensorflow = importlib.import_module("tensorflow")
    reference = "TensorFlow " + tensorflow.__version__
    is_old = tensorflow.__version__.startswith(("0.", "1."))
    v1 = tensorflow if is_old else importlib.import_module("tensorflow.compat.v1")
    v1.logging.set_verbosity(v1.logging.ERROR)  # before what follows warns of itself
    if not is_old:
        reference = "compat " + ".".join(tensorflow.__version__.split(".")[:2])
        if order["graph_mode"]:
            v1.disable_v2_behavior()
        if order["namespace"] == "v1":
            sys.modules["tensorflow"] = v1
    displays.make_plain()
    old_methods.restore()
    epochs.Epochs(order["seed"]).observe()
    world = World(v1, reference, order, frames, recorder)
    world.observe()
    return world


class World(object):
    """Counts runs, notes draws, moves values where noise is asked for, and reads variables before a session goes."""

    def __init__(self, v1, reference, order, frames, recorder):
        self._v1 = v1
        self._reference = reference
        self._frames = frames
        self._recorder = recorder
        self._sessions = []
        self._inside = threading.local()
        self._runs = 0
        self._session = 0
        self._numbering = matching.Numbering(
            frames.stack, lambda: self._runs, lambda: recorder.runs, lambda: self._session
        )
        self._seed = order["seed"]
        self._optimizers = []
        self._races = races.Races()
        self._moves = moves.Moves()
        self._raced = set()
        noise = order["noise"]
        self._noise = Noise(noise) if noise is not None else None
        self._results = results.Results(recorder, frames) if order["record_results"] else None
        self._records_runs = order["record_runs"]  # both sides run sessions: each run is a visit
        self._held = frozenset(order["held"])

    def facts(self):
        """Return what the verdict says about this side."""
        return {"reference": self._reference}

    def observe(self):
        """Patch TensorFlow."""
        self._shuffles = draws.install(self._numbering, self._seed)
        self._observe_optimizers(importlib.import_module("tensorflow.python.training.optimizer").Optimizer)
        if self._held:
            holding.hold_in_graphs(self._held)
        session = importlib.import_module("tensorflow.python.client.session")
        session.BaseSession.__init__ = self._observed_start(session.BaseSession.__init__)
        session.BaseSession.run = self._observed_run(session.BaseSession.run)
        session.BaseSession.close = self._observed_close(session.BaseSession.close)
        writers = importlib.import_module("tensorflow.python.summary.writer.event_file_writer")
        self._writers = files.Writers(writers.EventFileWriter)

    def variables(self):
        """Return (session's number, name, value) of the variables that hold a value now."""
        found = []
        for number, session in enumerate(self._sessions):
            if session is None:
                continue
            variables = session.graph.get_collection(self._v1.GraphKeys.GLOBAL_VARIABLES)
            values = self._aside(read_variables, session, variables)
            found += [(number, v.op.name, value) for v, value in zip(variables, values) if value is not None]
        return found

    def flush_writers(self):
        """Write out the summaries that wait."""
        self._writers.flush()

    def checkpoint_reader(self, prefix):
        """Return TensorFlow's reader of the checkpoint with this prefix."""
        return self._v1.train.NewCheckpointReader(prefix)

    def decode_image(self, content):
        """Return the pixels of an image file."""
        with self._v1.Graph().as_default(), self._v1.Session() as session:
            return self._aside(session.run, self._v1.image.decode_image(content))

    def finish(self):
        """Record the variables of the sessions that are still open, and all draws."""
        for number, session in enumerate(self._sessions):
            if session is not None:
                self._record_variables(number, session)
        self._recorder.write("draws", self._numbering.table())
        self._recorder.write("races", sorted(place for place in self._raced if place is not None))

    def _observe_optimizers(self, base):
        start = base.__init__

        def observed(optimizer, *args, **kwargs):
            start(optimizer, *args, **kwargs)
            self._optimizers.append(optimizer)

        base.__init__ = observed

    def _observed_start(self, start):
        def observed(session, *args, **kwargs):
            start(session, *args, **kwargs)
            self._number(session)

        return observed

    def _number(self, session):
        """Return which of the sessions this is, in the order in which they were made."""
        for number, known in enumerate(self._sessions):
            if known is session:
                return number
        self._sessions.append(session)
        return len(self._sessions) - 1

    def _observed_run(self, run):
        def observed(session, fetches, feed_dict=None, options=None, run_metadata=None):
            if getattr(self._inside, "value", False):
                return run(session, fetches, feed_dict, options, run_metadata)
            self._session = self._number(session)
            self._shuffles.restart(session.graph, fetches)
            self._runs += 1
            instead = self._without_races(session, fetches, feed_dict)
            repeated = self._repeated_moves(session, fetches, instead)
            if instead is not None:
                fetches, feed_dict = instead
            before = self._aside(read_variables, session, [variable for variable, _ in repeated]) if repeated else []
            wanted = [fetches, [values for _, values in repeated]] if repeated else fetches
            result = self._noisy_run(run, session, wanted, feed_dict, options, run_metadata)
            if repeated:
                result, values = result
                self._aside(self._move_in_order, session, [variable for variable, _ in repeated], before, values)
            result = races.as_fetched(result) if instead is not None else result
            if self._results is not None:
                self._results.note(result, sys._getframe(1))
            if self._records_runs:
                self._aside(self._recorder.site, 0, result)
            return result

        return observed

    def _noisy_run(self, run, session, *arguments):
        if self._noise is None:
            return run(session, *arguments)
        before = self._aside(self._noise.values, session, self._v1)
        result = run(session, *arguments)
        for name, step in self._aside(self._noise.move, session, self._v1, before):
            self._recorder.write("step", self._session, name, record.encode_array(step))
        return result

    def _without_races(self, session, fetches, feed_dict):
        """Return what to fetch and feed so that racing reads come before their writes; None where nothing races."""
        try:
            reads, instead = self._races.racing_reads(session.graph, fetches, feed_dict)
        except (TypeError, ValueError, KeyError):  # the run itself will say what is wrong with its fetches
            return None
        values = self._aside(read_variables, session, reads) if reads else []
        fed = {read: value for read, value in zip(reads, values) if value is not None}
        if not fed:
            return None
        self._raced.add(self._frames.innermost())
        fed.update(feed_dict or {})
        return races.substitute(session.graph, fetches, instead), fed

    def _repeated_moves(self, session, fetches, instead):
        """Return (variable, what it is moved to) of the averages that a run moves several times in no order."""
        if instead is None:
            return []
        elements = self._races.elements(session.graph, fetches)
        found = self._moves.repeated(session.graph, elements, [read for read in instead[1] if hasattr(read, "op")])
        variables = {v.op: v for v in session.graph.get_collection(self._v1.GraphKeys.GLOBAL_VARIABLES)}
        return [(variables[operation], values) for operation, values in found if operation in variables]

    def _move_in_order(self, session, variables, before, values):
        for variable, old, new, moved in zip(variables, before, read_variables(session, variables), values):
            if old is not None and new is not None:
                variable.load(moves.in_order(old, new, moved), session)

    def _observed_close(self, close):
        def observed(session):
            for number, known in enumerate(self._sessions):
                if known is session:
                    self._record_variables(number, session)
                    self._sessions[number] = None
            return close(session)

        return observed

    def _aside(self, action, *arguments):
        """Do something with a session that is not a run of the program."""
        self._inside.value = True
        try:
            return action(*arguments)
        finally:
            self._inside.value = False

    def _record_variables(self, number, session):
        keys = self._v1.GraphKeys
        trainable = {id(variable) for variable in session.graph.get_collection(keys.TRAINABLE_VARIABLES)}
        variables = session.graph.get_collection(keys.GLOBAL_VARIABLES)
        values = self._aside(read_variables, session, variables)
        for variable, value in zip(variables, values):
            if value is None:
                continue
            entries = [(entry[0], entry[1]) for entry in variable.op.traceback or ()]
            files_of_entries = [entry[0].replace("\\", "/") for entry in entries]
            by_optimizer = any(path.endswith(OPTIMIZER_FILES) for path in files_of_entries)
            by_optimizer = by_optimizer and not any(path.endswith(AVERAGES_FILE) for path in files_of_entries)
            places = self._frames.within(entries)
            kept = id(variable) in trainable or not by_optimizer
            self._recorder.write("variable", number, variable.op.name, places, kept, record.encode(value))
        self._record_slots(number, variables)

    def _record_slots(self, number, variables):
        for order, optimizer in enumerate(self._optimizers):
            for kind, variable, slot in slots_of(optimizer, variables):
                keys = (number, slot.op.name), (number, variable.op.name)
                self._recorder.write("slot", keys[0], keys[1], kind, order, constants_of(optimizer))


def constants_of(optimizer):
    """Return (Keras's name, value) of the constants of an optimizer's law; those that are tensors are left out."""
    found = [(keras, getattr(optimizer, own, None)) for own, keras in CONSTANTS]
    return [(name, float(value)) for name, value in found if isinstance(value, (int, float))]


def slots_of(optimizer, variables):
    """Return (kind, variable, slot) of what an optimizer keeps for these variables."""
    try:
        found = [(kind, v, optimizer.get_slot(v, kind)) for kind in optimizer.get_slot_names() for v in variables]
    except Exception:  # a class of the program's own
        return []
    return [one for one in found if one[2] is not None]


def read_variables(session, variables):
    """Return the variables' values, None for those that hold none."""
    try:
        return session.run(list(variables))
    except Exception:
        return [_read(session, variable) for variable in variables]


def _read(session, variable):
    try:
        return session.run(variable)
    except Exception:
        return None


class Noise(object):
    """Moves every trainable variable after every run: by about an ulp, and by a part of what the run changed.

    The second is the known deviation of an optimizer that follows another rounding of the same law.
    """

    def __init__(self, order):
        self._ulp = order["ulp"]
        self._update = order["update"]
        self._source = numpy.random.RandomState(order["seed"])
        self._stepped = set()

    def values(self, session, v1):
        """Return the values that can be moved, by variable, before a run."""
        variables = session.graph.get_collection(v1.GraphKeys.TRAINABLE_VARIABLES)
        return {id(variable): value for variable, value in zip(variables, read_variables(session, variables))}

    def move(self, session, v1, before):
        """Move what the run left behind; return (name, step) of each variable that the run was the first to change."""
        variables = session.graph.get_collection(v1.GraphKeys.TRAINABLE_VARIABLES)
        steps = []
        for variable, left in zip(variables, read_variables(session, variables)):
            value = numpy.asarray(left)
            if value.dtype.kind != "f":
                continue
            signs = self._source.randint(0, 2, value.shape) * 2 - 1
            moved = value.astype(numpy.float64) * (1.0 + self._ulp * signs)
            earlier = before.get(id(variable))
            if earlier is not None and numpy.shape(earlier) == value.shape:
                step = value.astype(numpy.float64) - earlier
                moved -= self._update * step
                if id(variable) not in self._stepped and step.any():
                    self._stepped.add(id(variable))
                    steps.append((variable.op.name, step))
            variable.load(moved.astype(value.dtype), session)
        return steps
