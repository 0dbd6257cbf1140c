"""Operations that make tensors of a size that the program names, and values of variables."""

from __future__ import annotations

from math import ceil

from tf2migrate.analysis.graph.inference.dims import UNSURE, Dim, Shape, merge
from tf2migrate.analysis.graph.inference.operands import Law, Operands, number, shape_of


def _named(*names: str) -> Law:
    """Return the law that the shape is an argument; one number is a shape of one dimension."""
    return lambda op: op.numbers(*names)


def _variable(op: Operands) -> Shape | None:
    if op.first("shape") is not None:
        return op.numbers("shape")
    if op.flag("validate_shape", default=True) is not True:
        return None
    return op.shape("initial_value", "initializer")


def _drawn(op: Operands) -> Shape | None:
    """Return the shape of random numbers whose distribution has parameters for each of many."""
    shape, inner = op.numbers("shape"), op.shape("alpha", "lam")
    return None if shape is None or inner is None else (*shape, *inner)


def _multinomial(op: Operands) -> Shape | None:
    logits = op.shape("logits")
    return (logits[0] if logits else UNSURE, op.number("num_samples"))


def _range(op: Operands) -> Shape | None:
    start, limit = op.first("start"), op.first("limit")
    if limit is None:
        start, limit = 0, start
    bounds = [number(bound) for bound in (start, limit)]
    step = op.number("delta", default=1)
    if isinstance(step, int) and step and all(isinstance(bound, int) for bound in bounds):
        first, last = (int(bound) for bound in bounds if isinstance(bound, int))
        return (max(0, ceil((last - first) / step)),)
    return (UNSURE,)


def _linspace(op: Operands) -> Shape | None:
    if op.shape("start") != () or op.shape("stop") != ():
        return None
    return (op.number("num"),)


def _constant(op: Operands) -> Shape | None:
    return op.shape("value") if op.first("shape") is None else op.numbers("shape")


def _placeholder_with_default(op: Operands) -> Shape | None:
    return op.numbers("shape")


def _narrowed(op: Operands) -> Shape | None:
    wanted = op.numbers("shape")
    return None if wanted is None else merge([op.shape("x"), wanted])


def _shape_vector(op: Operands) -> Shape | None:
    shape = op.shape("input")
    return (UNSURE,) if shape is None else (len(shape),)


def _scalar(op: Operands) -> Shape | None:
    return ()


def _sequence_mask(op: Operands) -> Shape | None:
    lengths = op.shape("lengths")
    longest: Dim = None if op.first("maxlen") is None else op.number("maxlen")
    return None if lengths is None else (*lengths, longest if isinstance(longest, int) else UNSURE)


def _eye(op: Operands) -> Shape | None:
    rows, batch = op.number("num_rows"), op.numbers("batch_shape")
    columns = rows if op.first("num_columns") is None else op.number("num_columns")
    if op.first("batch_shape") is not None:
        return None if batch is None else (*batch, rows, columns)
    return (rows, columns)


_DRAWS = "random_normal random_uniform truncated_normal zeros ones"

LAWS: dict[str, Law] = {
    "tf.placeholder": _named("shape"),
    "tf.placeholder_with_default": _placeholder_with_default,
    "tf.Variable": _variable,
    "tf.get_variable": _variable,
    "tf.get_local_variable": _variable,
    "tf.contrib.framework.variable": _variable,
    "tf.contrib.framework.model_variable": _variable,
    **{f"tf.{word}": _named("shape") for word in _DRAWS.split()},
    "tf.fill": _named("dims"),
    "tf.random_gamma": _drawn,
    "tf.random_poisson": _drawn,
    "tf.multinomial": _multinomial,
    "tf.random.categorical": _multinomial,
    "tf.range": _range,
    "tf.linspace": _linspace,
    "tf.lin_space": _linspace,
    "tf.constant": _constant,
    "tf.convert_to_tensor": lambda op: shape_of(op.first("value")),
    "tf.ensure_shape": _narrowed,
    "tf.shape": _shape_vector,
    "tf.size": _scalar,
    "tf.rank": _scalar,
    "tf.sequence_mask": _sequence_mask,
    "tf.eye": _eye,
}
VARIABLES = frozenset(
    "tf.Variable tf.get_variable tf.get_local_variable tf.contrib.framework.variable "
    "tf.contrib.framework.model_variable".split()
)
