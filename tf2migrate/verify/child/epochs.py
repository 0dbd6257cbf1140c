# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Lets Keras's `fit` shuffle its samples alike on both sides: old versions ask numpy's generator, new ones TensorFlow.

The order of the samples depends on which call of `fit` it is, on the epoch, and on how many samples there are.
"""

import sys

import numpy

from . import displays

ADAPTER = "keras.src.trainers.data_adapters.array_data_adapter"
MODULES = "keras.src.utils.module_utils"


class Epochs(object):
    """Where Keras is in the program's calls of `fit`."""

    def __init__(self, seed):
        self._seed = seed
        self._fit = 0
        self._epoch = 0

    def observe(self):
        """Patch every Keras that is imported."""
        for module in displays.imported(displays.CALLBACKS):
            self._follow(module.CallbackList)
        for module in displays.imported(displays.ANNOUNCERS):
            module.np = _Proxy(numpy, random=_Proxy(numpy.random, shuffle=self._shuffle))
        if ADAPTER in sys.modules:
            self._shuffle_arrays(sys.modules[ADAPTER].ArrayDataAdapter)

    def _follow(self, callbacks):
        start, begin = callbacks.on_train_begin, callbacks.on_epoch_begin

        def on_train_begin(these, *args, **kwargs):
            self._fit += 1
            self._epoch = 0
            return start(these, *args, **kwargs)

        def on_epoch_begin(these, epoch, *args, **kwargs):
            self._epoch = epoch
            return begin(these, epoch, *args, **kwargs)

        callbacks.on_train_begin, callbacks.on_epoch_begin = on_train_begin, on_epoch_begin

    def _shuffle(self, values):
        values[:] = values[self._order(len(values))]

    def _order(self, count):
        generator = numpy.random.RandomState([self._seed, self._fit, self._epoch, count])
        return generator.permutation(count).astype(numpy.int64)

    def _shuffle_arrays(self, adapter):
        real, modules = adapter.get_tf_dataset, sys.modules[MODULES]

        def get_tf_dataset(arrays):
            tensorflow = modules.tensorflow

            def shuffle(indices):
                made = tensorflow.numpy_function(self._order, [tensorflow.size(indices)], tensorflow.int64)
                return tensorflow.ensure_shape(made, indices.shape)

            modules.tensorflow = _Proxy(tensorflow, random=_Proxy(tensorflow.random, shuffle=shuffle))
            try:
                return real(arrays)
            finally:
                modules.tensorflow = tensorflow

        adapter.get_tf_dataset = get_tf_dataset


class _Proxy(object):
    """A module with some names of its own."""

    def __init__(self, module, **own):
        self.__dict__.update(own)
        self._module = module

    def __getattr__(self, name):
        return getattr(self._module, name)
