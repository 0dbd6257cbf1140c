# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Records the files that a program wrote, by their content: what a checkpoint, an event file or a table holds."""

import gc
import importlib
import io
import os
import pickle
import re
import struct

import numpy

from . import record

LARGEST = 64 * 2**20  # bytes of a file that is read
MOST_FILES = 500
EVENTS = "tfevents"
IMAGE_TAG = re.compile(r"/image(/\d+)?$")
IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".bmp")
PICKLES = (".pkl", ".pickle", ".p")
DATABASES = (".db", ".sqlite", ".sqlite3")
# Written beside what is compared, and different by nature: TensorFlow 1's graph, a checkpoint's raw numbers.
BESIDE = (".meta", ".pyc", ".lock")


class Written(object):
    """The files that were made or changed since this object was: in a folder, and wherever the enclosure saw one."""

    def __init__(self, folder, enclosure):
        self._folder = folder
        self._enclosure = enclosure
        self._before = dict(self._stamps())

    def _stamps(self):
        for folder, folders, files in os.walk(self._folder):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            for name in sorted(files):
                path = os.path.join(folder, name)
                try:
                    facts = os.stat(path)
                except OSError:
                    continue
                yield path, (facts.st_mtime, facts.st_size, facts.st_ino)

    def record(self, recorder, world):
        """Write one record for each file, ("file", path, kind, content); events are one for each folder."""
        world.flush_writers()
        flush_open_files()
        changed = [path for path, stamp in self._stamps() if self._before.get(path) != stamp]
        written = [(self._relative(path), path) for path in changed]
        for path in set(self._before).difference(path for path, _ in self._stamps()):
            recorder.write("file", self._relative(path), "gone", b"")
        events = {}
        for name, path in (written + list(self._enclosure.written()))[:MOST_FILES]:
            if EVENTS in os.path.basename(path):
                events.setdefault(os.path.dirname(name), []).append(path)
                continue
            kind, content = self._read(path, world)
            if kind is not None:
                recorder.write("file", name[: -len(".index")] if kind == "checkpoint" else name, kind, content)
        for folder, paths in sorted(events.items()):
            name = (folder + "/" if folder else "") + "events"
            recorder.write("file", name, "events", _attempt(_events, paths, world))

    def _relative(self, path):
        """Return a path as seen from the folder; the program may have deleted the one that it stands in."""
        return path[len(os.path.join(self._folder, "")) :].replace(os.sep, "/")

    def _read(self, path, world):
        name = os.path.basename(path).lower()
        if name.endswith(BESIDE) or ".data-0" in name or ".tempstate" in name:
            return None, None
        if os.path.getsize(path) > LARGEST:
            return "unread", os.path.getsize(path)
        readers = [
            (name.endswith(".index"), "checkpoint", lambda: _checkpoint(path, world)),
            (name == "checkpoint", "latest", lambda: _latest(path)),
            (name.endswith(".npy"), "value", lambda: record.encode(numpy.load(path))),
            (name.endswith(".npz"), "value", lambda: _npz(path)),
            (name.endswith(IMAGES), "image", lambda: record.encode(world.decode_image(_bytes(path)))),
            (name.endswith(PICKLES), "value", lambda: _unpickled(path)),
            (name.endswith((".h5", ".hdf5")), "weights", lambda: _h5(path)),
            (name.endswith(".gz"), "text", lambda: _unzipped(path)),
            (name.endswith(DATABASES), "text", lambda: _tables(path)),
        ]
        for fits, kind, read in readers:
            if fits:
                try:
                    return kind, read()
                except Exception:
                    break
        return _plain(_bytes(path))


class Writers(object):
    """The objects made of a class of summary writers, which write their last lines when they are told to."""

    def __init__(self, writer_class):
        self._known = []
        initialize = writer_class.__init__

        def observed(writer, *arguments, **named):
            initialize(writer, *arguments, **named)
            self._known.append(writer)  # kept, for what it still has in a queue

        writer_class.__init__ = observed

    def flush(self):
        """Flush all of them."""
        for writer in self._known:
            _attempt(writer.flush)


def flush_open_files():
    """Write out what the program's open files still hold, as its normal end would do."""
    for value in gc.get_objects():
        try:
            if isinstance(value, (io.TextIOWrapper, io.BufferedWriter)) and not value.closed and value.writable():
                value.flush()
        except Exception:
            continue


def _attempt(read, *arguments):
    try:
        return read(*arguments)
    except Exception:
        return None


def _bytes(path):
    with open(path, "rb") as stream:
        return stream.read()


def _plain(content):
    if b"\0" not in content:
        try:
            return "text", content.decode("utf-8")
        except UnicodeDecodeError:
            pass
    return "bytes", content


def _npz(path):
    with numpy.load(path) as arrays:
        return record.encode({name: arrays[name] for name in sorted(arrays.files)})


def _unpickled(path):
    with open(path, "rb") as stream:
        return record.encode(pickle.load(stream))


def _unzipped(path):
    gzip = importlib.import_module("gzip")
    with gzip.open(path) as stream:
        return stream.read().decode("utf-8")


def _tables(path):
    """Return the statements that make a database of SQLite again."""
    sqlite = importlib.import_module("sqlite3")
    database = sqlite.connect(path)
    try:
        return "\n".join(database.iterdump())
    finally:
        database.close()


def _checkpoint(path, world):
    """Return what a checkpoint holds, by variable; without what names an object graph's parts."""
    reader = world.checkpoint_reader(path[: -len(".index")])
    found = []
    for key in sorted(reader.get_variable_to_shape_map()):
        value = reader.get_tensor(key)
        if isinstance(value, (bytes, record.TEXT)) or getattr(value, "dtype", numpy.dtype("O")).kind in "OSU":
            continue
        found.append((key.split("/.ATTRIBUTES/")[0], record.encode(value)))
    return found


def _h5(path):
    h5py = importlib.import_module("h5py")
    found = []

    def visit(name, item):
        if hasattr(item, "shape"):
            found.append((name, record.encode(numpy.asarray(item))))

    with h5py.File(path, "r") as stream:
        stream.visititems(visit)
    return found


def _latest(path):
    """Return which checkpoint is the latest, by its last name: folders are written absolute here and relative there."""
    for line in _bytes(path).decode("utf-8").splitlines():
        if line.startswith("model_checkpoint_path:"):
            return os.path.basename(line.partition(":")[2].strip().strip('"'))
    return ""


def _events(paths, world):
    """Return (tag, kind, step, content) of every summary in the event files, in the order of tags and steps."""
    event_type = importlib.import_module("tensorflow.core.util.event_pb2").Event
    util = importlib.import_module("tensorflow.python.framework.tensor_util")
    found = []
    for path in paths:
        for data in _records(path):
            event = event_type.FromString(data)
            for value in event.summary.value:
                kind, content = _summary(value, util, world)
                tag = value.tag
                if kind == "image":  # TensorFlow 1 gives each picture of a batch a tag of its own
                    tag = IMAGE_TAG.sub("", tag)
                    if found and found[-1][:3] == (tag, kind, int(event.step)):
                        content = found.pop()[3] + content
                found.append((tag, kind, int(event.step), content))
    return sorted(found, key=lambda one: one[0])  # stable: what has one tag stays in the order of writing


def _records(path):
    with open(path, "rb") as stream:
        while True:
            header = stream.read(12)
            if len(header) < 12:
                return
            size = struct.unpack("<Q", header[:8])[0]
            data = stream.read(size)
            if len(data) < size:
                return
            stream.read(4)
            yield data


def _summary(value, util, world):
    field = value.WhichOneof("value")
    if field == "simple_value":
        return "scalar", float(value.simple_value)
    if field == "histo":
        return "histogram", [float(value.histo.min), float(value.histo.max), float(value.histo.num)]
    if field == "image":
        return "image", [record.encode(world.decode_image(value.image.encoded_image_string))]
    if field != "tensor":
        return field or "none", None
    array = util.MakeNdarray(value.tensor)
    plugin = value.metadata.plugin_data.plugin_name
    if plugin == "scalars" or (array.ndim == 0 and array.dtype.kind == "f"):
        return "scalar", float(array)
    if plugin == "histograms" and array.ndim == 2 and array.size:
        return "histogram", [float(array[0, 0]), float(array[-1, 1]), float(array[:, 2].sum())]
    if plugin == "images":
        return "image", [record.encode(world.decode_image(item)) for item in array.ravel()[2:]]
    return "tensor", record.encode(array)
