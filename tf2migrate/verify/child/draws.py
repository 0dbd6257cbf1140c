# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Lets every random operation of a program take its numbers from the comparison's stream instead of TensorFlow's.

What decides which numbers an operation gets is its `source`: `Numbering` on the original side, `Matching` on the
migrated one. Seeds that programs give to operations keep TensorFlow's law: the n-th draw of one kernel.
"""

import importlib

import numpy

from . import dropouts
from . import numbers_drawn as law
from .matching import Seed
from .shuffles import Shuffles

STATEFUL = {"uniform": "random_uniform", "normal": "random_standard_normal", "truncated": "truncated_normal"}
STATELESS = {
    "uniform": "stateless_random_uniform_v2",
    "normal": "stateless_random_normal_v2",
    "truncated": "stateless_truncated_normal_v2",
}
PARAMETERIZED = (
    "random_uniform_int",
    "parameterized_truncated_normal",
    "random_shuffle",
    "multinomial",
    "random_gamma",
    "random_poisson_v2",
)
BY_SHAPE = ("uniform", "normal", "truncated", "whole", "parameterized", "gamma", "poisson")  # a shape comes first
PARALLEL_ITERATIONS = 4  # the place of this argument of a loop
LAWS = {"uniform": law.uniform, "normal": law.normal, "truncated": law.truncated}


def install(source, seed, instances=False):
    """Patch the wrappers of all random operations that keep a state; return the program's shuffles of datasets."""
    _put_loops_in_order()
    dropouts.observe()
    draw = Draw(source, seed)
    module = importlib.import_module("tensorflow.python.ops.gen_random_ops")
    for kind, name in STATEFUL.items():
        setattr(module, name, _plain(draw, kind))
    parameterized = Parameterized(draw)
    for name in PARAMETERIZED:
        if hasattr(module, name):
            setattr(module, name, getattr(parameterized, name))
    module = importlib.import_module("tensorflow.python.ops.gen_candidate_sampling_ops")
    for name, kind in (("log_uniform", "log_uniform"), ("uniform", "uniform"), ("learned_unigram", "log_uniform")):
        setattr(module, name + "_candidate_sampler", _candidate(draw, kind))
    shuffles = Shuffles(source, seed, draw, instances)
    shuffles.install()
    return shuffles


def _put_loops_in_order():
    """Let the turns of a loop of the graph run one after the other: several at once draw in no order."""
    context = importlib.import_module("tensorflow.python.ops.control_flow_ops").WhileContext
    start = context.__init__

    def observed(loop, *arguments, **named):
        start(loop, *arguments, **named)
        loop._parallel_iterations = 1

    context.__init__ = observed
    module = importlib.import_module("tensorflow.python.ops.while_v2")
    real = module.while_loop

    def while_loop(*arguments, **named):
        if len(arguments) <= PARALLEL_ITERATIONS:
            named["parallel_iterations"] = 1
        return real(*arguments, **named)

    module.while_loop = while_loop


def install_stateless(source, seed, called_by_library):
    """Patch the wrappers that take a seed as input, for the calls that a library makes for its own purposes.

    Two draws with one seed give the same numbers here too, as an initializer shared by two layers does.
    """
    draw = Draw(source, seed)
    module = importlib.import_module("tensorflow.python.ops.gen_stateless_random_ops_v2")
    for kind, name in STATELESS.items():
        setattr(module, name, _stateless(draw, kind, getattr(module, name), called_by_library))


class Seeds(object):
    """Tells the seeds that were given to an operation itself from those that TensorFlow derives."""

    def __init__(self):
        self._last = (None, False)

    def observe(self):
        """Listen to how operations come by their two seeds."""
        module = importlib.import_module("tensorflow.python.framework.random_seed")
        real = module.get_seed

        def get_seed(op_seed):
            pair = real(op_seed)
            self._last = (tuple(pair), op_seed is not None)
            return pair

        module.get_seed = get_seed

    def seed(self, first, second):
        """Return the seed of an operation that is being made; None where it has none."""
        if not (first or second):
            return None
        return Seed((first, second), self._last == ((first, second), True))


class Draw(object):
    """Makes the operation that asks the host for numbers."""

    def __init__(self, source, seed):
        self._source = source
        self._seed = seed
        self._seeds = Seeds()
        self._seeds.observe()
        self.seed = self._seeds.seed
        self._context = importlib.import_module("tensorflow.python.eager.context")
        script_ops = importlib.import_module("tensorflow.python.ops.script_ops")
        self._host_call = getattr(script_ops, "numpy_function", None) or script_ops.py_func
        self._ops = importlib.import_module("tensorflow.python.framework.ops")
        self.dtypes = importlib.import_module("tensorflow.python.framework.dtypes")
        self.util = importlib.import_module("tensorflow.python.framework.tensor_util")

    def make(self, kind, dtypes, inputs, numbers, name, seed=None):
        """Return what `numbers(generator, *inputs)` gives, drawn anew whenever the operation runs.

        The first of `inputs` decides the shape by which draws of the two sides are matched.
        """
        operation = self._source.operation(kind, seed, self.graph())
        rate = dropouts.rate_now()

        def host(*values):
            first = numpy.asarray(values[0])
            shape = [int(size) for size in (first.ravel() if kind in BY_SHAPE else first.shape)]
            if rate is not None:
                values, dropped = values[:-1], numpy.any(values[-1])
                if not dropped:  # whatever is drawn, all is kept
                    operation.skip()
                    return _typed(numpy.zeros(shape), types[0])
            number, draw = operation.next(shape)
            drawn = numbers(law.generator(self._seed, number, draw), *values)
            drawn = drawn if isinstance(drawn, tuple) else (drawn,)
            results = [_typed(value, dtype) for value, dtype in zip(drawn, types)]
            return results if len(results) > 1 else results[0]

        inputs = inputs if rate is None else list(inputs) + [self.tensor(rate)]
        types = [self.dtypes.as_dtype(dtype) for dtype in dtypes]
        return self._host_call(host, inputs, types if len(types) > 1 else types[0], name=name or kind)

    def graph(self):
        """Return the graph that operations are made in, None where they run at once."""
        return None if self._context.executing_eagerly() else self._ops.get_default_graph()

    def call(self, function, inputs, types):
        """Return what a function of the host gives."""
        return self._host_call(function, inputs, types)

    def reshape(self, tensor, shape):
        """Return `tensor`, whose static shape is not known, with this one."""
        tensor.set_shape(shape)
        return tensor

    def shape(self, shape):
        """Return `shape` as an integer tensor, also where it is empty."""
        dtype = None if hasattr(shape, "dtype") else self.dtypes.int32
        return self._ops.convert_to_tensor(shape, dtype=dtype)

    def with_shape(self, tensor, shape, tail=None):
        """Return `tensor` with the static shape that the shape tensor gives, and `tail` behind it."""
        static = self.util.constant_value_as_shape(shape)
        if not hasattr(tensor, "set_shape"):
            return tensor
        tensor.set_shape(static if tail is None else static.concatenate(tail))
        return tensor

    def tensor(self, value, dtype=None):
        """Return `value` as a tensor."""
        return self._ops.convert_to_tensor(value, dtype=dtype)


def _typed(values, dtype):
    array = numpy.asarray(values)
    typed = array.astype(dtype.as_numpy_dtype)
    if array.dtype.kind == "f" and array.size and typed.size and float(array.max()) < 1.0 <= float(typed.max()):
        below = numpy.nextafter(numpy.float32(1), numpy.float32(0)) if typed.dtype == numpy.float32 else 1 - 2.0**-8
        typed = numpy.minimum(typed, typed.dtype.type(below))
    return typed


def _plain(draw, kind):
    def wrapper(shape, dtype, seed=0, seed2=0, name=None):
        shape = draw.shape(shape)
        made = draw.make(kind, [dtype], [shape], _by_shape(LAWS[kind]), name, draw.seed(seed, seed2))
        return draw.with_shape(made, shape)

    return wrapper


def _by_shape(numbers):
    return lambda source, shape: numbers(source, tuple(int(size) for size in shape))


def _stateless(draw, kind, real, called_by_library):
    def wrapper(shape, key, counter, alg, dtype=None, name=None):
        dtype = dtype if dtype is not None else draw.dtypes.float32
        if not called_by_library():
            return real(shape, key, counter, alg, dtype, name)
        identity = None
        if hasattr(key, "numpy"):
            pair = (tuple(key.numpy().ravel().tolist()), tuple(numpy.asarray(counter).ravel().tolist()))
            identity = Seed(pair, False)
        shape = draw.shape(shape)
        made = draw.make(kind, [dtype], [shape], _by_shape(LAWS[kind]), name, identity)
        return draw.with_shape(made, shape)

    return wrapper


class Parameterized(object):
    """The replacements of the wrappers whose law has parameters, under the wrappers' names."""

    def __init__(self, draw):
        self._draw = draw

    def random_uniform_int(self, shape, minval, maxval, seed=0, seed2=0, name=None):
        shape, low = self._draw.shape(shape), self._draw.tensor(minval)
        inputs = [shape, low, self._draw.tensor(maxval)]
        made = self._draw.make("whole", [low.dtype], inputs, _whole, name, self._draw.seed(seed, seed2))
        return self._draw.with_shape(made, shape)

    def parameterized_truncated_normal(self, shape, means, stdevs, minvals, maxvals, seed=0, seed2=0, name=None):
        shape, mean = self._draw.shape(shape), self._draw.tensor(means)
        inputs = [shape, mean] + [self._draw.tensor(item, mean.dtype) for item in (stdevs, minvals, maxvals)]
        numbers = _shape_and(law.parameterized_truncated)
        made = self._draw.make("parameterized", [mean.dtype], inputs, numbers, name, self._draw.seed(seed, seed2))
        return self._draw.with_shape(made, shape)

    def random_shuffle(self, value, seed=0, seed2=0, name=None):
        value = self._draw.tensor(value)
        made = self._draw.make(
            "shuffle", [value.dtype.base_dtype], [value], law.shuffled, name, self._draw.seed(seed, seed2)
        )
        made.set_shape(value.get_shape())
        return made

    def multinomial(self, logits, num_samples, seed=0, seed2=0, output_dtype=None, name=None):
        dtype = output_dtype if output_dtype is not None else self._draw.dtypes.int64
        logits, count = self._draw.tensor(logits), self._draw.tensor(num_samples)
        made = self._draw.make(
            "categories", [dtype], [logits, count], law.categories, name, self._draw.seed(seed, seed2)
        )
        made.set_shape([logits.get_shape()[0], self._draw.util.constant_value(count)])
        return made

    def random_gamma(self, shape, alpha, seed=0, seed2=0, name=None):
        shape, alpha = self._draw.shape(shape), self._draw.tensor(alpha)
        numbers = _shape_and(law.gamma)
        made = self._draw.make("gamma", [alpha.dtype], [shape, alpha], numbers, name, self._draw.seed(seed, seed2))
        return self._draw.with_shape(made, shape, alpha.get_shape())

    def random_poisson_v2(self, shape, rate, seed=0, seed2=0, dtype=None, name=None):
        shape, rate = self._draw.shape(shape), self._draw.tensor(rate)
        dtype = dtype if dtype is not None else self._draw.dtypes.int64
        made = self._draw.make(
            "poisson", [dtype], [shape, rate], _shape_and(law.poisson), name, self._draw.seed(seed, seed2)
        )
        return self._draw.with_shape(made, shape, rate.get_shape())


def _whole(source, shape, low, high):
    return law.whole(source, tuple(int(size) for size in shape), low, high)


def _shape_and(numbers):
    return lambda source, shape, *parameters: numbers(source, tuple(int(size) for size in shape), *parameters)


def _candidate(draw, kind):
    law_of_kind = law.log_uniform_candidates if kind == "log_uniform" else law.uniform_candidates

    def wrapper(true_classes, num_true, num_sampled, unique, range_max, seed=0, seed2=0, name=None):
        true_classes = draw.tensor(true_classes, draw.dtypes.int64)
        float32, int64 = draw.dtypes.float32, draw.dtypes.int64

        def numbers(source, classes):
            return law_of_kind(source, classes, num_sampled, unique, range_max)

        made = draw.make("candidates", [int64, float32, float32], [true_classes], numbers, name)
        for tensor, shape in zip(made, ([num_sampled], true_classes.get_shape(), [num_sampled])):
            tensor.set_shape(shape)
        return made

    return wrapper
