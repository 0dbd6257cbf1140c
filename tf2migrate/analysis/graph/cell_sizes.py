"""How much an RNN cell gives and keeps for each example, from the arguments that it was made with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tf2migrate.analysis.graph.inference.dims import Dim, total
from tf2migrate.analysis.graph.inference.operands import Cell, number
from tf2migrate.analysis.graph.laws import LSTM, WRAPPERS

_PLAIN = frozenset({"BasicRNNCell", "GRUCell", "GRUBlockCell", "GRUBlockCellV2"})
_KEEPING = WRAPPERS - {"OutputProjectionWrapper"}


def cell_of(short: str, given: Mapping[str, object], inner: Callable[[object], Cell | None]) -> Cell | None:
    """Return the sizes of a cell of a class; `inner` gives those of a cell among the arguments."""
    units = number(given.get("num_units", given.get("0")))
    if short in LSTM:
        output = units if given.get("num_proj") is None else number(given["num_proj"])
        return _state(given, output, (units, output))
    if short in _PLAIN:
        return Cell(units, (units,))
    if short == "MultiRNNCell":
        return _stack(given, inner)
    held = inner(given.get("cell", given.get("0")))
    if held is None or short not in WRAPPERS:
        return None
    return held if short in _KEEPING else Cell(number(given.get("output_size")), held.state)


def _stack(given: Mapping[str, object], inner: Callable[[object], Cell | None]) -> Cell | None:
    cells = given.get("cells", given.get("0"))
    if type(cells) not in (list, tuple) or not cells:
        return None
    parts = [inner(one) for one in cells]  # type: ignore[attr-defined]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return _state(given, known[-1].output, tuple(size for part in known for size in part.state))


def _state(given: Mapping[str, object], output: Dim, parts: tuple[Dim, ...]) -> Cell | None:
    """Return a cell whose state is a tuple, or all in one."""
    flag = given.get("state_is_tuple", True)
    if not isinstance(flag, bool):
        return None
    return Cell(output, parts if flag else (total(parts),))
