"""Products of matrices and tensors."""

from __future__ import annotations

from tf2migrate.analysis.graph.inference.dims import (
    UNSURE,
    Dim,
    Shape,
    broadcast,
    merge,
    merge_dims,
    unknown,
)
from tf2migrate.analysis.graph.inference.elementwise import bias_add
from tf2migrate.analysis.graph.inference.operands import Law, Open, Operands, axes, number


def _matmul(op: Operands) -> Shape | None:
    turned: list[bool] = []
    for side in "ab":
        flags = [op.flag(f"transpose_{side}"), op.flag(f"adjoint_{side}"), op.flag(f"adj_{side}")]
        if UNSURE in flags:
            return None
        turned.append(True in flags)
    return _matrices(op.shape("a", "x"), op.shape("b", "y"), *turned)


def _matrices(a: Shape | None, b: Shape | None, turn_a: bool, turn_b: bool) -> Shape | None:
    if a is None or b is None or len(a) < 2 or len(b) < 2:
        return None
    batch = broadcast([a[:-2], b[:-2]])
    if batch is None:
        return None
    if len(a) == len(b):  # older versions demand equal sizes, and take the known one of two
        pairs = zip(a[:-2], b[:-2], batch, strict=True)
        batch = tuple(UNSURE if dim is None and 1 in (x, y) else dim for x, y, dim in pairs)
    return (*batch, a[-1] if turn_a else a[-2], b[-2] if turn_b else b[-1])


def _operator(op: Operands) -> Shape | None:
    return _matrices(op.shape("x"), op.shape("y"), False, False)


def _xw_plus_b(op: Operands) -> Shape | None:
    return bias_add(_matrices(op.shape("x"), op.shape("weights"), False, False), op.shape("biases"), False)


def _tensordot(op: Operands) -> Shape | None:
    a, b = op.shape("a"), op.shape("b")
    if a is None or b is None:
        return None
    pair = _contracted(op.first("axes"), len(a), len(b))
    if pair is None:
        return None
    left, right = pair
    kept = [dim for axis, dim in enumerate(a) if axis not in left]
    return (*kept, *(dim for axis, dim in enumerate(b) if axis not in right))


def _contracted(found: object, left: int, right: int) -> tuple[list[int], list[int]] | None:
    count = number(found)
    if isinstance(count, int):
        fits = 0 <= count <= min(left, right)
        return (list(range(left - count, left)), list(range(count))) if fits else None
    if not isinstance(found, (list, tuple)) or isinstance(found, Open) or len(found) != 2:
        return None
    first, second = axes(found[0], left), axes(found[1], right)
    return None if first is None or second is None else (first, second)


def _einsum(op: Operands) -> Shape | None:
    equation = op.first("equation")
    if not isinstance(equation, str) or "." in equation:
        return None
    sides = equation.replace(" ", "").split("->")
    terms = sides[0].split(",")
    shapes = [op.shape(str(position)) for position in range(1, len(terms) + 1)]
    if len(sides) != 2:
        return None
    sizes: dict[str, Dim] = {}
    for term, shape in zip(terms, shapes, strict=True):
        source = unknown(len(term)) if shape is None else shape
        if len(source) != len(term):
            return None
        for label, dim in zip(term, source, strict=True):
            sizes[label] = merge_dims(sizes.get(label, dim), dim)
    return tuple(size if isinstance(size := sizes.get(label, UNSURE), int) else UNSURE for label in sides[1])


def _outer(op: Operands) -> Shape | None:
    return merge([op.shape("a"), op.shape("b")])


LAWS: dict[str, Law] = {
    "tf.matmul": _matmul,
    "tf.batch_matmul": _matmul,
    "operator.matmul": _operator,
    "tf.nn.xw_plus_b": _xw_plus_b,
    "tf.nn.relu_layer": _xw_plus_b,
    "tf.tensordot": _tensordot,
    "tf.einsum": _einsum,
    "tf.cross": _outer,
}
