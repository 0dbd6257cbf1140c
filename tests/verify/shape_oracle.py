"""Builds operations under TensorFlow's graph mode and prints their static shapes, or with `names` the names that they
take in their scope; runs under TensorFlow 1.15, too."""

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import operator
import warnings

warnings.simplefilter("ignore")
import tensorflow as modern  # noqa: E402

tf = modern.compat.v1 if hasattr(modern, "compat") and modern.__version__ >= "2" else modern
tf.disable_v2_behavior() if tf is not modern else None
tf.logging.set_verbosity(tf.logging.ERROR)

OPERATORS = {
    "and": operator.and_,
    "or": operator.or_,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
}


def value(found):
    """Return an argument from how it is written down."""
    if isinstance(found, list):
        return [value(item) for item in found]
    if not isinstance(found, dict):
        return found
    [(kind, content)] = found.items()
    return KINDS[kind](content)


def tensor(shape, dtype="float32"):
    return tf.placeholder(dtype, shape)


def size(content):
    return tf.shape(tensor(content[0]))[content[1]]


def cell(content):
    name, arguments = content
    found = tf.nn.rnn_cell if hasattr(tf.nn, "rnn_cell") else modern.compat.v1.nn.rnn_cell
    return getattr(found, name)(**{key: value(one) for key, one in arguments.items()})


KINDS = {
    "cell": cell,
    "tensor": tensor,
    "ints": lambda shape: tensor(shape, "int32"),
    "bools": lambda shape: tensor(shape, "bool"),
    "images": lambda shape: tensor(shape, "uint8"),
    "complex": lambda shape: tensor(shape, "complex64"),
    "bytes": lambda shape: tensor(shape, "string"),
    "size": size,
    "sizes": lambda shape: tf.shape(tensor(shape)),
    "tuple": lambda items: tuple(value(item) for item in items),
    "slice": lambda bounds: slice(*[value(bound) for bound in bounds]),
    "ellipsis": lambda _: Ellipsis,
    "dtype": lambda name: getattr(tf, name),
}


def symbol(path):
    found = tf
    if path.startswith("tf.contrib.layers.") and tf is not modern:
        import tf_slim

        return getattr(tf_slim.layers, path.rsplit(".", 1)[1])
    for part in path.split(".")[1:]:
        found = getattr(found, part)
    return found


def result(path, given):
    if path == "operator.getitem":
        return given["x"][given["slice"]]
    if path.startswith("operator."):
        name = path.split(".")[1]
        return OPERATORS.get(name, getattr(operator, name, None))(*given.values())
    if path == "cell.zero_state":
        return given["cell"].zero_state(given["batch_size"], tf.float32)
    if path == "cell.__call__":
        cell = given["cell"]
        return cell(given["inputs"], cell.zero_state(tf.shape(given["inputs"])[0], tf.float32))
    if path.endswith("_rnn"):
        given = dict(given, dtype=tf.float32)
    if path == "tf.einsum":
        return tf.einsum(given["equation"], *[given[key] for key in sorted(given) if key.isdigit()])
    if path == "tf.get_variable":
        given = dict(given, name="v")
    return symbol(path)(**given)


def shapes(found):
    """Return the static shapes of what an operation gives: of one tensor, or of a list."""
    if isinstance(found, (list, tuple)):
        return [shape for one in found for shape in shapes(one)]
    if not hasattr(found, "get_shape"):
        return [()]
    shape = found.get_shape()
    return [None if shape.ndims is None else shape.as_list()]


def answer(case):
    path, given = case
    with tf.Graph().as_default():
        try:
            return shapes(result(path, {name: value(one) for name, one in given.items()}))
        except Exception as error:  # what TensorFlow does not take is no case
            return f"{type(error).__name__}: {error}"[:200]


def names(case):
    """Return the names that a call takes beside those of its arguments."""
    path, given = case
    with tf.Graph().as_default() as graph:
        arguments = {name: value(one) for name, one in given.items()}
        before = set(graph._names_in_use)
        try:
            result(path, arguments)
        except Exception as error:
            return f"{type(error).__name__}: {error}"[:200]
        return sorted(name for name in set(graph._names_in_use) - before if "/" not in name)


asked = names if sys.argv[1:] == ["names"] else answer
print("ANSWERS " + json.dumps([asked(case) for case in json.load(sys.stdin)]))
