"""Operations that lay the same elements out anew, or put tensors together and take them apart."""

from __future__ import annotations

from tf2migrate.analysis.graph.inference.dims import (
    UNSURE,
    Dim,
    Shape,
    combine,
    merge,
    product,
    total,
    unknown,
)
from tf2migrate.analysis.graph.inference.operands import Law, Open, Operands, axes, number, shape_of, shapes_of


def _reshape(op: Operands) -> Shape | None:
    wanted = op.numbers("shape")
    if wanted is None:
        return None
    source = op.shape("tensor")
    given = [dim for dim in wanted if isinstance(dim, int) and dim > 0]
    left = len(wanted) - len(given)
    rest: Dim = UNSURE
    if source is not None and 0 not in wanted and UNSURE not in wanted:
        rest = combine(lambda a, b: a // b, product(source), product(given)) if left == 1 else None
    elif source is not None and left == 1 and all(isinstance(dim, int) for dim in source):
        rest = combine(lambda a, b: a // b, product(source), product(given))  # whatever the number is
    return tuple(rest if dim in (-1, None, UNSURE) else dim for dim in wanted)


def _expand(op: Operands) -> Shape | None:
    shape = op.shape("input")
    if shape is None:
        return None
    at = axes(op.first("axis", "dim"), len(shape) + 1)
    return None if at is None or len(at) != 1 else (*shape[: at[0]], 1, *shape[at[0] :])


def _squeeze(op: Operands) -> Shape | None:
    shape, over = op.shape("input"), op.first("axis", "squeeze_dims")
    if shape is None:
        return None
    if over is None or over == []:
        return tuple(dim for dim in shape if dim != 1) if all(isinstance(dim, int) for dim in shape) else None
    taken = axes(over, len(shape))
    return None if taken is None else tuple(dim for axis, dim in enumerate(shape) if axis not in taken)


def _transpose(op: Operands) -> Shape | None:
    shape, perm = op.shape("a"), op.first("perm")
    if perm is None:
        return None if shape is None else shape[::-1]
    if shape is None:
        order = op.numbers("perm")
        return None if order is None else unknown(len(order))
    found = axes(perm, len(shape))
    if found is None or len(found) != len(shape):
        return unknown(len(shape))
    return tuple(shape[axis] for axis in found)


def _matrix_transpose(op: Operands) -> Shape | None:
    shape = op.shape("a")
    return None if shape is None or len(shape) < 2 else (*shape[:-2], shape[-1], shape[-2])


def _concat(op: Operands) -> Shape | None:
    values, axis = op.first("values"), op.first("axis", "concat_dim")
    if isinstance(number(values), int) or (values is not None and shapes_of(values) is None and shapes_of(axis)):
        values, axis = axis, values  # TensorFlow before 1.0
    shapes = shapes_of(values)
    if shapes is None:
        return shape_of(values)  # one tensor
    merged = merge([None if shape is None else (UNSURE,) * len(shape) for shape in shapes])
    if merged is None or not merged:
        return None
    at = axes(number(axis), len(merged))
    if at is None or len(at) != 1:
        return unknown(len(merged))
    lengths = [UNSURE if shape is None else shape[at[0]] for shape in shapes]
    length = UNSURE if isinstance(values, Open) else total(lengths)
    others = merge([None if shape is None else (*shape[: at[0]], UNSURE, *shape[at[0] + 1 :]) for shape in shapes])
    return None if others is None else (*others[: at[0]], length, *others[at[0] + 1 :])


def _stack(op: Operands) -> Shape | None:
    values = op.first("values")
    shapes = shapes_of(values)
    inner = None if not shapes else merge(shapes)
    if inner is None or shapes is None:
        return None
    at = axes(op.number("axis", default=0), len(inner) + 1)
    length: Dim = UNSURE if isinstance(values, Open) else len(shapes)
    return unknown(len(inner) + 1) if at is None else (*inner[: at[0]], length, *inner[at[0] :])


def _unstack(op: Operands) -> Shape | None:
    shape = op.shape("value")
    if not shape:
        return None
    at = axes(op.number("axis", default=0), len(shape))
    return unknown(len(shape) - 1) if at is None else (*shape[: at[0]], *shape[at[0] + 1 :])


def _split(op: Operands) -> Shape | None:
    value, axis = op.first("value"), op.first("axis")
    if isinstance(number(value), int) and shape_of(axis):
        value, axis = axis, value  # TensorFlow before 1.0
    shape = shape_of(value)
    if not shape:
        return None
    at = axes(0 if axis is None else number(axis), len(shape))
    if at is None:
        return unknown(len(shape))
    return (*shape[: at[0]], _part(shape[at[0]], op), *shape[at[0] + 1 :])


def _part(whole: Dim, op: Operands) -> Dim:
    count = op.number("num_or_size_splits", "num_split")
    if isinstance(count, int):
        return combine(lambda a, b: a // b, whole, count)
    sizes = op.numbers("num_or_size_splits")
    if sizes is None or not isinstance(op.output, int) or op.output >= len(sizes):
        return UNSURE
    size = sizes[op.output]
    return size if isinstance(size, int) and size >= 0 else UNSURE


def _pad(op: Operands) -> Shape | None:
    shape, rows = op.shape("tensor"), op.first("paddings")
    if not isinstance(rows, (list, tuple)) or isinstance(rows, Open):
        return None if shape is None else unknown(len(shape))
    source = unknown(len(rows)) if shape is None else shape
    if len(source) != len(rows):
        return None
    sides = [[number(side) for side in row] if isinstance(row, (list, tuple)) else [UNSURE] for row in rows]
    return tuple(total([dim, *pair]) for dim, pair in zip(source, sides, strict=True))


def _tile(op: Operands) -> Shape | None:
    shape, times = op.shape("input"), op.numbers("multiples")
    if times is None:
        return None if shape is None else unknown(len(shape))
    source = unknown(len(times)) if shape is None else shape
    if len(source) != len(times):
        return None
    return tuple(product(pair) for pair in zip(source, times, strict=True))


def _broadcast_to(op: Operands) -> Shape | None:
    return op.numbers("shape")


def _top_k(op: Operands) -> Shape | None:
    shape = op.shape("input")
    return None if not shape else (*shape[:-1], op.number("k", default=1))


def _diag(op: Operands) -> Shape | None:
    shape = op.shape("diagonal")
    return None if shape is None else (*shape, *shape)


def _diag_part(op: Operands) -> Shape | None:
    shape = op.shape("input")
    if shape is None or len(shape) != 2:
        return None
    return merge([shape[:1], shape[1:]])


LAWS: dict[str, Law] = {
    "tf.reshape": _reshape,
    "tf.expand_dims": _expand,
    "tf.squeeze": _squeeze,
    "tf.transpose": _transpose,
    "tf.matrix_transpose": _matrix_transpose,
    "tf.concat": _concat,
    "tf.concat_v2": _concat,
    "tf.stack": _stack,
    "tf.pack": _stack,
    "tf.parallel_stack": _stack,
    "tf.unstack": _unstack,
    "tf.unpack": _unstack,
    "tf.split": _split,
    "tf.pad": _pad,
    "tf.tile": _tile,
    "tf.broadcast_to": _broadcast_to,
    "tf.nn.top_k": _top_k,
    "tf.diag": _diag,
    "tf.diag_part": _diag_part,
}
