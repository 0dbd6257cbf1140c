"""Parts of tensors: subscripts, slices, rows that are looked up."""

from __future__ import annotations

from tf2migrate.analysis.graph.inference.dims import UNSURE, Dim, Shape, combine, unknown
from tf2migrate.analysis.graph.inference.operands import Law, Open, Operands, Tensor, axes, number, shape_of

_NEW = object()


def _subscript(op: Operands) -> Shape | None:
    shape, key = op.shape("x"), op.first("slice")
    parts: list[object] = list(key) if isinstance(key, tuple) else [key]
    if shape is None or isinstance(key, Open):
        return None
    whole = _filled(parts, len(shape))
    if whole is None:
        return None
    certain = all(_is_certain(part) for part in whole)
    dims, result = iter(shape), list[Dim]()
    for part in whole:
        if part is _NEW:
            result.append(1)
        elif isinstance(part, slice):
            result.append(_sliced(next(dims), part, certain))
        else:
            next(dims)
    return tuple(result)


def _filled(parts: list[object], rank: int) -> list[object] | None:
    """Return the parts of a subscript with one for each dimension, None where one may be anything."""
    named = [_NEW if part is None else part for part in parts]
    if any(not isinstance(part, slice) and part not in (_NEW, ...) and not _is_index(part) for part in named):
        return None
    missing = rank - sum(part is not _NEW and part is not ... for part in named)
    if missing < 0:
        return None
    at = next((place for place, part in enumerate(named) if part is ...), None)
    rest = [slice(None)] * missing
    return [*named, *rest] if at is None else [*named[:at], *rest, *named[at + 1 :]]


def _is_index(part: object) -> bool:
    if isinstance(part, Tensor):
        return part.shape == ()
    return isinstance(part, int) and not isinstance(part, bool)


def _is_certain(part: object) -> bool:
    """Say whether a part of a subscript is known to the end."""
    if isinstance(part, slice):
        return all(bound is None or isinstance(number(bound), int) for bound in (part.start, part.stop, part.step))
    return part is _NEW or isinstance(number(part), int)


def _sliced(dim: Dim, part: slice, certain: bool) -> Dim:
    bounds = [None if bound is None else number(bound) for bound in (part.start, part.stop, part.step)]
    step = 1 if bounds[2] is None else bounds[2]
    if bounds[0] is None and bounds[1] is None and step in (1, -1):
        return dim
    if not certain:
        return UNSURE  # TensorFlow looks at all bounds together
    known = slice(*(bound if isinstance(bound, int) else None for bound in bounds))
    return combine(lambda length: len(range(*known.indices(length))), dim)


def _slice(op: Operands) -> Shape | None:
    shape, begins, sizes = op.shape("input_"), op.numbers("begin"), op.numbers("size")
    if sizes is None:
        return None if shape is None else unknown(len(shape))
    if begins is None or len(begins) != len(sizes):
        begins = unknown(len(sizes))
    source = unknown(len(sizes)) if shape is None else shape
    if len(source) != len(sizes):
        return None
    sure = UNSURE not in begins and UNSURE not in sizes
    parts = zip(source, begins, sizes, strict=True)
    return tuple(_size(dim, begin, size, sure) for dim, begin, size in parts)


def _size(dim: Dim, begin: Dim, size: Dim, sure: bool) -> Dim:
    if size == -1:
        return combine(lambda length, start: length - start, dim, begin)
    return size if sure else UNSURE


def _gather(op: Operands) -> Shape | None:
    params, indices = op.shape("params"), op.shape("indices")
    if params is None or indices is None or op.number("batch_dims", default=0) != 0:
        return None
    at = axes(op.number("axis", default=0), len(params))
    if at is None:
        return unknown(len(params) + len(indices) - 1)
    return (*params[: at[0]], *indices, *params[at[0] + 1 :])


def _gather_nd(op: Operands) -> Shape | None:
    params, indices = op.shape("params"), op.shape("indices")
    if params is None or not indices or op.number("batch_dims", default=0) != 0:
        return None
    depth = indices[-1]
    return (*indices[:-1], *params[depth:]) if isinstance(depth, int) and depth <= len(params) else None


def _embedding_lookup(op: Operands) -> Shape | None:
    params, ids = op.first("params"), op.shape("ids")
    if isinstance(params, (list, tuple)):
        params = params[0] if len(params) == 1 and not isinstance(params, Open) else None
    table = shape_of(params)
    return None if not table or ids is None else (*ids, *table[1:])


def _one_hot(op: Operands) -> Shape | None:
    indices, depth = op.shape("indices"), op.number("depth")
    if indices is None:
        return None
    at = axes(op.number("axis", default=-1), len(indices) + 1)
    return unknown(len(indices) + 1) if at is None else (*indices[: at[0]], depth, *indices[at[0] :])


def _boolean_mask(op: Operands) -> Shape | None:
    tensor, mask = op.shape("tensor"), op.shape("mask")
    if tensor is None or not mask or op.number("axis", default=0) != 0:
        return None
    return (None, *tensor[len(mask) :])


LAWS: dict[str, Law] = {
    "operator.getitem": _subscript,
    "tf.slice": _slice,
    "tf.gather": _gather,
    "tf.gather_nd": _gather_nd,
    "tf.nn.embedding_lookup": _embedding_lookup,
    "tf.one_hot": _one_hot,
    "tf.boolean_mask": _boolean_mask,
}
