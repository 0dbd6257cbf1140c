# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Writes what the host sees, record by record, so that a process that is killed leaves what it saw until then."""

import numbers
import os
import pickle
import sys
import threading
import time

import numpy

clock = time.time  # the real one: programs see another

TEXT = type(b"".decode("ascii"))  # unicode in Python 2
SAMPLE_FROM = 400000  # numbers; larger arrays are recorded as every n-th number and their sum
PRINTED_AT_MOST = 4000000  # characters
PASSED_ON_AT_MOST = 100000000  # characters; long before, the process is ended for it
STATE_VISITS = tuple(range(1, 11)) + (20, 50, 100, 200)  # after these visits the variables are recorded
STATE_SAMPLE_FROM = 20000  # numbers


class Symbolic(Exception):
    """A value of a graph under construction: the host sees nothing yet."""


def encode(value):
    """Return `value` as plain data: None, arrays, texts, and nests of ("list", ..), ("tuple", ..), ("dict", ..)."""
    if value is None or isinstance(value, (bytes, TEXT)):
        return value
    if isinstance(value, dict):
        return ("dict", [(_key(key), encode(item)) for key, item in value.items()])
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return ("named", [(name, encode(item)) for name, item in zip(value._fields, value)])
    if isinstance(value, (list, tuple)):
        return (type(value).__name__ if type(value) in (list, tuple) else "list", [encode(item) for item in value])
    if isinstance(value, (numpy.ndarray, numpy.generic, numbers.Number, bool)):
        return encode_array(numpy.asarray(value))
    return _encode_tensor(value)


def _key(key):
    return key if isinstance(key, (bytes, TEXT, int, float, bool, tuple)) else repr(type(key))


def _encode_tensor(value):
    if hasattr(value, "dense_shape") and hasattr(value, "indices"):  # a sparse tensor, as its value in TensorFlow 1
        return ("named", [(name, encode(getattr(value, name))) for name in ("indices", "values", "dense_shape")])
    if hasattr(value, "numpy"):
        try:
            return encode(value.numpy())
        except (AttributeError, NotImplementedError, TypeError):
            raise Symbolic
    if hasattr(value, "op") or hasattr(value, "graph"):
        raise Symbolic
    return ("opaque", type(value).__name__)


def encode_array(array, sample_from=SAMPLE_FROM):
    """Return `array` so that it can be unpickled with numpy alone; large ones as ("sampled", shape, dtype, ..)."""
    if array.dtype.kind == "V":  # bfloat16 and its like
        array = array.astype(numpy.float32)
    if array.dtype.kind == "O":
        known = [item if isinstance(item, (bytes, TEXT, int, float)) else repr(item) for item in array.ravel()]
        plain = numpy.empty(len(known), dtype=object)
        plain[:] = known
        return plain.reshape(array.shape)
    if array.size <= sample_from:
        return numpy.array(array)
    flat = array.ravel()
    total = float(numpy.sum(flat, dtype=numpy.float64)) if array.dtype.kind in "fiub" else 0.0
    part = numpy.array(flat[:: flat.size // (sample_from // 4)])
    return ("sampled", tuple(array.shape), str(array.dtype), part, total)


class Recorder(object):
    """Appends records to the file of observations. `runs` counts the visits of run sites recorded so far."""

    def __init__(self, path, limit, waiting, patience):
        """Stop after `limit` visits; for `patience` seconds go on while a site in `waiting` was not visited."""
        self._stream = open(path, "wb")
        self._lock = threading.RLock()
        self._limit = limit
        self._waiting = set(waiting)
        self._patience = patience
        self._started = clock()
        self._printed = 0
        self.runs = 0
        self.at_limit = None  # called once, when the last visit that was asked for is recorded
        self.variables = None  # gives (owner, name, value) of every variable, when it is called

    def write(self, kind, *parts):
        """Append one record."""
        with self._lock:
            pickle.dump((kind,) + parts, self._stream, 2)
            self._stream.flush()

    def site(self, number, value):
        """Record a visit of run site `number`; return what the program goes on with."""
        if hasattr(value, "__next__") or hasattr(value, "next"):
            value = tuple(value)
        try:
            seen = encode(value)
        except Symbolic:
            return value
        with self._lock:
            self.runs += 1
            self.write("run", number, seen)
            self._waiting.discard(number)
            if self.runs in STATE_VISITS and self.variables is not None:
                found = [(owner, name, numpy.asarray(value)) for owner, name, value in self.variables()]
                self.write("state", self.runs, [(o, n, encode_array(v, STATE_SAMPLE_FROM)) for o, n, v in found])
            if self.runs >= self._limit and self.at_limit is not None and not self._is_patient():
                self.at_limit()
        return value

    def _is_patient(self):
        return bool(self._waiting) and clock() - self._started < self._patience

    def printed(self, place, text, stream="out"):
        """Record one printed line with the place that printed it."""
        self._printed += len(text)
        if self._printed <= PRINTED_AT_MOST:
            self.write(stream, self.runs, place, text)


class Tee(object):
    """Stands for sys.stdout: passes text on and records it line by line."""

    name = "out"

    def __init__(self, stream, recorder, frames):
        self._stream = stream
        self._recorder = recorder
        self._frames = frames
        self._line = []
        self._place = None
        self._passed = 0

    def write(self, text):
        """Pass `text` on; a finished line is recorded."""
        if self._place is None:
            self._place = self._frames.innermost()
        self._line.append(text)
        if "\n" in text:
            self.end_line()
        self._passed += len(text)
        return self._stream.write(text) if self._passed <= PASSED_ON_AT_MOST else len(text)

    def end_line(self):
        """Record what was written since the last line's end."""
        if self._line:
            self._recorder.printed(self._place, "".join(self._line), self.name)
        self._line = []
        self._place = None

    def writelines(self, lines):
        """Pass all of `lines` on."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name):
        return getattr(self._stream, name)


class ErrorTee(Tee):
    """Stands for sys.stderr: records what the program itself writes; libraries have other words on each side."""

    name = "err"

    def write(self, text):
        """Pass `text` on; a finished line of the program is recorded."""
        if self._frames.inside(sys._getframe(1).f_code.co_filename) is None:
            return self._stream.write(text)
        return Tee.write(self, text)


class Frames(object):
    """Says where in the program's own files the running code stands, as (path inside the folder, line)."""

    def __init__(self, folder):
        self._folder = os.path.join(os.path.realpath(folder), "")
        self._known = {}

    def inside(self, filename):
        """Return the path relative to the folder, with forward slashes, or None for other files."""
        if filename not in self._known:
            try:
                path = os.path.realpath(filename)
            except OSError:  # the folder that it is relative to is gone
                path = filename
            own = path.startswith(self._folder)
            self._known[filename] = path[len(self._folder) :].replace(os.sep, "/") if own else None
        return self._known[filename]

    def innermost(self):
        """Return the innermost place in the program, or None."""
        frame = sys._getframe(1)
        while frame is not None:
            path = self.inside(frame.f_code.co_filename)
            if path is not None:
                return (path, frame.f_lineno)
            frame = frame.f_back
        return None

    def stack(self):
        """Return all places in the program, outermost first."""
        places = []
        frame = sys._getframe(1)
        while frame is not None:
            path = self.inside(frame.f_code.co_filename)
            if path is not None:
                places.append((path, frame.f_lineno))
            frame = frame.f_back
        return places[::-1]

    def within(self, entries):
        """Return the places in the program among `entries` of (file name, line)."""
        places = [(self.inside(entry[0]), entry[1]) for entry in entries]
        return [place for place in places if place[0] is not None]
