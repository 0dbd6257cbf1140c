"""Whole numbers that TensorFlow computes while it builds the graph: sizes taken from `tf.shape`."""

from __future__ import annotations

import operator
from collections.abc import Callable

from tf2migrate.analysis.graph.inference.dims import UNSURE, Dim, combine, product
from tf2migrate.analysis.graph.inference.operands import Open, Operands, Tensor, listed, number

Value = Dim | tuple[Dim, ...]

_ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "operator.add": operator.add,
    "operator.sub": operator.sub,
    "operator.mul": operator.mul,
    "tf.add": operator.add,
    "tf.subtract": operator.sub,
    "tf.multiply": operator.mul,
    "tf.maximum": max,
    "tf.minimum": min,
}
_DIVISIONS = frozenset({"operator.floordiv", "tf.floordiv", "tf.div"})
_UNCHANGED = frozenset({"tf.identity", "tf.cast", "tf.to_int32", "tf.to_int64", "tf.convert_to_tensor", "tf.constant"})


def value_of(path: str, op: Operands) -> Value:
    """Return the numbers that an operation gives, where they follow statically; a size that may be any is UNSURE."""
    if path == "tf.shape":
        shape = op.shape("input")
        return UNSURE if shape is None else shape
    if path == "operator.getitem":
        return _element(op.first("x"), op.first("slice"))
    if path in _UNCHANGED:
        return _plain(op.first("input", "x", "value"))
    if path in _ARITHMETIC:
        return _folded(_ARITHMETIC[path], op)
    if path in _DIVISIONS:
        return _folded(lambda a, b: a // b if a >= 0 and b > 0 else -1, op)
    return _collected(path, op)


def _collected(path: str, op: Operands) -> Value:
    match path:
        case "tf.stack" | "tf.pack":
            values = op.first("values")
            return UNSURE if op.number("axis", default=0) != 0 else _plain(values)
        case "tf.concat":
            parts = op.first("values")
            if not isinstance(parts, (list, tuple)) or isinstance(parts, Open):
                return UNSURE
            lists = [listed(part) for part in parts]
            return tuple(dim for part in lists for dim in part or ()) if None not in lists else UNSURE
        case "tf.rank":
            shape = op.shape("input")
            return UNSURE if shape is None else len(shape)
        case "tf.size":
            shape = op.shape("input")
            return UNSURE if shape is None else _sure(product(shape))
        case "tf.reduce_prod":
            return _sure(product(listed(op.first("input_tensor")) or (UNSURE,)))
    return UNSURE


def _plain(value: object) -> Value:
    if isinstance(value, (list, tuple)):
        known = listed(value)
        flat = all(not isinstance(item, (list, tuple)) for item in value)
        return UNSURE if known is None or not flat else known
    return value.value if isinstance(value, Tensor) else number(value)


def _element(value: object, key: object) -> Value:
    items = value.value if isinstance(value, Tensor) else UNSURE
    if not isinstance(items, tuple):
        return UNSURE
    if isinstance(key, int) and not isinstance(key, bool) and -len(items) <= key < len(items):
        return items[key]
    if isinstance(key, slice):
        bounds = (key.start, key.stop, key.step)
        return items[key] if all(isinstance(bound, (int, type(None))) for bound in bounds) else UNSURE
    return UNSURE


def _folded(operation: Callable[[int, int], int], op: Operands) -> Value:
    return _sure(combine(operation, number(op.first("x")), number(op.first("y"))))


def _sure(dim: Dim) -> Dim:
    return dim if isinstance(dim, int) else UNSURE
