"""RNN cells, their states, and the loops over them; results are numbered as the evaluator numbers them."""

from __future__ import annotations

from tf2migrate.analysis.graph.inference.dims import UNSURE, Dim, Shape, merge_dims
from tf2migrate.analysis.graph.inference.operands import Cell, Law, Open, Operands, shape_of

_NAMES = "tf.nn.", "tf.contrib.rnn.", "tf.nn.rnn_cell."


def _cell(op: Operands, *names: str) -> Cell | None:
    found = op.first(*names)
    return found if isinstance(found, Cell) else None


def _batch(op: Operands, given: Dim) -> Dim:
    """Return the number of examples in states: what is fed may begin with a state of known size."""
    return given if isinstance(given, int) or op.first("initial_state") is None else UNSURE


def _states(cell: Cell, number: int, batch: Dim) -> Shape | None:
    return (batch, cell.state[number]) if 0 <= number < len(cell.state) else None


def _dynamic(op: Operands) -> Shape | None:
    shape, cell = op.shape("inputs"), _cell(op, "cell")
    major = op.flag("time_major")
    if cell is None or not isinstance(op.output, int):
        return None
    known = shape is not None and len(shape) == 3 and isinstance(major, bool)
    first, second = (shape[0], shape[1]) if known and shape is not None else (UNSURE, UNSURE)
    if op.output == 0:
        return (first, second, cell.output)
    return _states(cell, op.output - 1, _batch(op, second if major is True else first))


def _static(op: Operands) -> Shape | None:
    inputs, cell = op.first("inputs", "decoder_inputs"), _cell(op, "cell")
    if cell is None or not isinstance(op.output, int) or not isinstance(inputs, (list, tuple)) or not inputs:
        return None
    if isinstance(inputs, Open):
        return (UNSURE, cell.output) if set(cell.state) == {cell.output} else None
    batch: Dim = UNSURE
    for shape in (shape_of(one) for one in inputs):
        batch = merge_dims(batch, shape[0] if shape else UNSURE)
    sure = batch if isinstance(batch, int) else UNSURE
    return (sure, cell.output) if op.output < len(inputs) else _states(cell, op.output - len(inputs), sure)


def _zero_state(op: Operands) -> Shape | None:
    cell, size = _cell(op, "cell"), op.number("batch_size", "0")
    if cell is None or not isinstance(op.output, int):
        return None
    return _states(cell, op.output, size)


def _step(op: Operands) -> Shape | None:
    shape, cell = op.shape("inputs", "0"), _cell(op, "cell")
    if cell is None or not isinstance(op.output, int):
        return None
    batch = shape[0] if shape and isinstance(shape[0], int) else UNSURE
    return (batch, cell.output) if op.output == 0 else _states(cell, op.output - 1, batch)


def _bidirectional(op: Operands) -> Shape | None:
    """Return the shape of what one direction gives; states are numbered from 10 and from 20."""
    shape = op.shape("inputs")
    cells = [_cell(op, "cell_fw"), _cell(op, "cell_bw")]
    if shape is None or len(shape) != 3 or not isinstance(op.output, int) or op.flag("time_major") is not False:
        return None
    direction, number = divmod(op.output, 10)
    cell = cells[number if direction == 0 else direction - 1] if direction <= 2 and number < 9 else None
    if cell is None:
        return None
    if direction == 0:
        return (shape[0], shape[1], cell.output)
    return _states(cell, number, shape[0] if isinstance(shape[0], int) else UNSURE)


LAWS: dict[str, Law] = {
    "tf.nn.dynamic_rnn": _dynamic,
    "tf.nn.bidirectional_dynamic_rnn": _bidirectional,
    **{f"{path}static_rnn": _static for path in _NAMES},
    "tf.contrib.legacy_seq2seq.rnn_decoder": _static,
    "cell.zero_state": _zero_state,
    "cell.__call__": _step,
}
