# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Holds every update of a Keras optimizer against what TensorFlow 1's law makes of the same gradient and slots.

Both start from the same numbers, so what parts here is the law alone, whatever rounding did before.
"""

import importlib

from . import laws

LAW_RTOL = 1e-4  # of the largest number in an update: Keras's Adam takes 1 - beta_2 in another precision
ROUNDING = 1e-6  # of the largest number in the variable: what adding to it rounds away


class LawCheck(object):
    """Counts the updates that were checked; `worst` is the largest difference, as a part of what is allowed."""

    def __init__(self, tensorflow):
        self._tf = tensorflow
        self._twins = {}  # by the identity of a variable: the variable and its copy
        self._optimizers = {}  # by the identity of an optimizer: what stands for it under the law
        self._count = self._worst = None

    def install(self):
        """Check the updates of all Keras optimizers whose law is known."""
        optimizers = importlib.import_module("keras").optimizers
        for law in laws.LAWS:
            self._observe(law(self._tf), getattr(optimizers, law.name))

    def result(self):
        """Return how many updates were checked, and `worst`."""
        return (0, 0.0) if self._count is None else (int(self._count.numpy()), float(self._worst.numpy()))

    def copy(self, variable):
        """Return a variable of its own that now holds what `variable` holds."""
        if id(variable) not in self._twins:
            with self._tf.init_scope():  # made once, outside of the step that is traced
                zeros = self._tf.zeros(variable.shape, variable.dtype)
                self._twins[id(variable)] = (variable, self._tf.Variable(zeros, trainable=False))
        twin = self._twins[id(variable)][1]
        twin.assign(variable)
        return twin

    def _observe(self, law, keras_class):
        update_step = keras_class.update_step

        def checked(optimizer, gradient, variable, learning_rate):
            raw = laws.raw(variable)
            before = self._tf.identity(raw)
            twin = self.copy(raw)
            law.step(self._stand_in(optimizer), optimizer._get_variable_index(variable), twin, learning_rate, gradient)
            update_step(optimizer, gradient, variable, learning_rate)
            self._note(twin - before, raw - before, self._tf.convert_to_tensor(raw))

        keras_class.update_step = checked

    def _stand_in(self, optimizer):
        known = self._optimizers.setdefault(id(optimizer), (optimizer, _WithCopies(optimizer, self.copy)))
        return known[1]

    def _note(self, expected, made, value):
        tf = self._tf
        if self._count is None:
            with tf.init_scope():
                self._count = tf.Variable(0, trainable=False, dtype=tf.int64)
                self._worst = tf.Variable(0.0, trainable=False, dtype=tf.float64)
        expected, made, value = (tf.cast(one, tf.float64) for one in (expected, made, value))
        allowed = LAW_RTOL * _largest(tf, expected) + ROUNDING * _largest(tf, value)
        off = _largest(tf, made - expected)
        self._count.assign_add(1)
        self._worst.assign(tf.maximum(self._worst, tf.where(off > 0, off / allowed, tf.zeros_like(off))))


class _WithCopies(object):
    """An optimizer whose slots are copies; all else is the optimizer's own."""

    def __init__(self, optimizer, copy):
        self._optimizer, self._copy = optimizer, copy

    def __getattr__(self, name):
        value = getattr(self._optimizer, name)
        return _Copies(value, self._copy) if isinstance(value, list) else value


class _Copies(object):
    def __init__(self, variables, copy):
        self._variables, self._copy = variables, copy

    def __getitem__(self, index):
        return self._copy(laws.raw(self._variables[index]))


def _largest(tf, value):
    return tf.reduce_max(tf.abs(value)) if value.shape.num_elements() != 0 else tf.zeros([], value.dtype)
