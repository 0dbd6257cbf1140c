# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Notes what a program gets from TensorFlow at each of its places: where no map pairs two programs, this may."""

import collections
import importlib
import sys

import numpy

from . import record

MOST_CALLS = 200  # of one place
SAMPLE_FROM = 2000  # numbers of one value
LIBRARIES = ("/tensorflow/", "/numpy/")


class Results(object):
    """Writes one record for each number or array that comes back, with the place and the function that asked for it."""

    def __init__(self, recorder, frames):
        self._recorder = recorder
        self._frames = frames
        self._calls = collections.Counter()

    def observe(self):
        """Listen to what functions return and tensors are read as in TensorFlow 2."""
        function = importlib.import_module("tensorflow.python.eager.polymorphic_function.polymorphic_function").Function
        call = function.__call__

        def called(self_of_function, *arguments, **named):
            result = call(self_of_function, *arguments, **named)
            name = getattr(self_of_function, "__name__", "")
            self.note(result, sys._getframe(1), name)
            return result

        function.__call__ = called
        tensor = importlib.import_module("tensorflow.python.framework.ops")._EagerTensorBase
        read = tensor._numpy

        def observed(self_of_tensor):
            value = read(self_of_tensor)
            self.note(value, sys._getframe(1), "")
            return value

        tensor._numpy = observed

    def note(self, value, frame, name=""):
        """Record the numbers in `value` where the program itself, through TensorFlow alone, asked for it."""
        while frame is not None and any(part in frame.f_code.co_filename for part in LIBRARIES):
            frame = frame.f_back
        path = frame and self._frames.inside(frame.f_code.co_filename)
        if path is None:
            return
        place = (path, frame.f_lineno)
        try:
            found = list(leaves(record.encode(value)))
        except Exception:  # of a graph under construction, or of a kind that holds no numbers
            return
        for way, array in found:
            key = (place, name or frame.f_code.co_name, way)
            self._calls[key] += 1
            if self._calls[key] <= MOST_CALLS:
                self._recorder.write("result", key[0], key[1], way, record.encode_array(array, SAMPLE_FROM))


def leaves(tree, way=()):
    """Yield (path, array) of the arrays of numbers in a recorded tree."""
    if isinstance(tree, numpy.ndarray):
        if tree.dtype.kind in "fiub":
            yield way, tree
    elif isinstance(tree, tuple) and len(tree) == 2 and isinstance(tree[1], list):
        items = enumerate(tree[1]) if tree[0] in ("list", "tuple") else tree[1]
        for key, item in items:
            for found in leaves(item, way + (key,)):
                yield found
