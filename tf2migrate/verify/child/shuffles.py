# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Lets datasets be shuffled by the comparison's stream: TensorFlow's own kernels draw otherwise in each version.

The law stays TensorFlow's: a buffer is filled, each element that comes takes the place of one that goes, what is left
is drawn in the end. A seed restarts with each dataset that is made from it (in a graph: with each run that starts an
iterator), and goes on from one iteration of it to the next, unless it is told not to shuffle anew.
"""

import importlib

import numpy

from . import numbers_drawn as law

KIND = "dataset"


class Shuffles(object):
    """The shuffles of one program. `instances` says whether each run of a dataset's place makes a new dataset."""

    def __init__(self, source, seed, draw, instances):
        self._source = source
        self._seed = seed
        self._draw = draw
        self._instances = instances
        self._made = []
        self._buffers = {}
        self._ops = importlib.import_module("tensorflow.python.data.ops.dataset_ops")
        self._nest = importlib.import_module("tensorflow.python.data.util.nest")
        self._specs = importlib.import_module("tensorflow.python.framework.tensor_spec")
        self._seeds = importlib.import_module("tensorflow.python.framework.random_seed")

    def install(self):
        """Take the place of `Dataset.shuffle`."""
        real = self._ops.DatasetV2.shuffle

        def shuffle(dataset, buffer_size, seed=None, reshuffle_each_iteration=None, **named):
            spec = getattr(dataset, "element_spec", None)
            flat = self._nest.flatten(spec)
            if not flat or not all(isinstance(one, self._specs.TensorSpec) for one in flat):
                return real(dataset, buffer_size, seed, reshuffle_each_iteration, **named)
            return self._shuffled(dataset, buffer_size, seed, reshuffle_each_iteration is not False, spec)

        self._ops.DatasetV2.shuffle = shuffle

    def restart(self, graph, fetches):
        """Begin the seeds anew of what a run makes again."""
        if not self._made:
            return
        made_again = _needed(graph, fetches)
        for shuffle, operation in self._made:
            if operation in made_again:
                shuffle.instance += 1

    def _shuffled(self, dataset, size, seed, again, spec):
        graph = self._draw.graph()
        pair = self._seeds.get_seed(seed)
        seed = self._draw.seed(pair[0] or 0, pair[1] or 0)
        shuffle = _Shuffle(self._source.operation(KIND, seed, graph), seed is not None, again)
        made = self._without_prefetch(self._iterations(dataset, size, shuffle, spec))
        cardinality = getattr(dataset, "cardinality", None)
        if graph is None and cardinality is not None and int(cardinality()) != self._ops.UNKNOWN:
            experimental = importlib.import_module("tensorflow.python.data.experimental.ops.cardinality")
            made = made.apply(experimental.assert_cardinality(cardinality()))
        if graph is not None and not self._instances:
            self._made.append((shuffle, made._variant_tensor.op))
        return made

    def _without_prefetch(self, dataset):
        """Return the dataset without what TensorFlow 2 puts behind it to run ahead.

        A buffer that nobody asks for yet would begin while the next run starts the iterator anew, or after that.
        """
        try:
            options = importlib.import_module("tensorflow.python.data.ops.options").Options()
            options.experimental_optimization.inject_prefetch = False
        except (ImportError, AttributeError):  # TensorFlow 1 does not run ahead by itself
            return dataset
        return dataset.with_options(options)

    def _iterations(self, dataset, size, shuffle, spec):
        """Return the dataset that begins a buffer with each iteration."""
        flat = self._nest.flatten(spec)
        types = [one.dtype for one in flat]
        int64, boolean = self._draw.dtypes.int64, self._draw.dtypes.bool
        instance = self._draw.call(shuffle.new_instance, [], int64) if self._instances else self._draw.tensor(0, int64)

        def typed(values):
            for value, one in zip(values, flat):
                value.set_shape(one.shape)
            return self._nest.pack_sequence_as(spec, list(values))

        def begin(instance, size):
            number, draw = shuffle.begin(int(instance) if self._instances else shuffle.instance, [int(size)])
            key = len(self._buffers)
            self._buffers[key] = _Buffer(law.generator(self._seed, number, draw), int(size))
            return numpy.int64(key)

        def iteration(key):
            key.set_shape([])

            def push(*element):
                values = [self._draw.tensor(one) for one in self._nest.flatten(element)]
                return tuple(self._draw.call(self._push, [key] + values, [boolean] + types))

            def drain(_):
                return typed(_as_list(self._draw.call(self._drain, [key], types)))

            pushed = dataset.map(push).filter(lambda leaves, *_: self._draw.reshape(leaves, []))
            pushed = pushed.map(lambda leaves, *values: typed(values))
            left = self._ops.Dataset.from_tensors(key).flat_map(
                lambda key: self._ops.Dataset.range(self._draw.reshape(self._draw.call(self._left, [key], int64), []))
            )
            return pushed.concatenate(left.map(drain))

        def start(instance):
            return self._draw.call(begin, [instance, size], int64)

        size = self._draw.tensor(size, int64)
        return self._ops.Dataset.from_tensors(instance).map(start).flat_map(iteration)

    def _push(self, key, *values):
        leaves, values = self._buffers[int(key)].push(values)
        return (numpy.bool_(leaves),) + tuple(values)

    def _left(self, key):
        return numpy.int64(len(self._buffers[int(key)].elements))

    def _drain(self, key):
        return self._buffers[int(key)].drain()


class _Shuffle(object):
    """One place that shuffles: which of the source's draws each iteration takes."""

    def __init__(self, operation, seeded, again):
        self._operation = operation
        self._seeded = seeded
        self._again = again
        self._iterations = {}
        self._drawn = {}
        self.instance = 0

    def new_instance(self):
        """Return the number of a dataset that is made here."""
        self.instance += 1
        return numpy.int64(self.instance)

    def begin(self, instance, shape):
        """Return what identifies the draw of the next iteration of a dataset."""
        count = self._iterations.get(instance, 0)
        self._iterations[instance] = count + 1
        if not self._again and instance in self._drawn:
            return self._drawn[instance]
        drawn = self._operation.at(count if self._again else 0, shape) if self._seeded else self._operation.next(shape)
        return self._drawn.setdefault(instance, drawn) if not self._again else drawn


class _Buffer(object):
    def __init__(self, generator, size):
        self._generator = generator
        self._size = size
        self.elements = []

    def push(self, element):
        """Take an element in; return whether one leaves for it, and which."""
        if len(self.elements) < self._size:
            self.elements.append(element)
            return False, element
        place = self._generator.randint(self._size)
        leaving, self.elements[place] = self.elements[place], element
        return True, leaving

    def drain(self):
        """Return one of the elements that are left."""
        found = self.elements.pop(self._generator.randint(len(self.elements)))
        return found if len(found) > 1 else found[0]


def _as_list(values):
    return values if isinstance(values, (list, tuple)) else [values]


def _needed(graph, fetches):
    """Return the operations that a run needs."""
    found, waiting = set(), list(_operations(graph, fetches))
    while waiting:
        operation = waiting.pop()
        if operation not in found:
            found.add(operation)
            waiting.extend([one.op for one in operation.inputs] + list(operation.control_inputs))
    return found


def _operations(graph, fetches):
    if isinstance(fetches, (list, tuple)):
        return [one for part in fetches for one in _operations(graph, part)]
    if isinstance(fetches, dict):
        return _operations(graph, list(fetches.values()))
    try:
        element = graph.as_graph_element(fetches)
    except (TypeError, ValueError, KeyError):
        return []
    return [getattr(element, "op", element)]
