# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Gives the moves of one average in one run an order: that in which the graph makes them.

A layer of batch normalization that a run calls twice moves its averages twice, and TensorFlow 1 gives the two no order.
Where each reads the average from before the run (see `races`), the second one loses a part of the first; what that part
is follows from what they move to, so that the average is set right after the run.
"""

import numpy

from . import races

_NAME = "AssignMovingAvg"


class Moves(object):
    """Finds the averages that a run moves more than once."""

    def __init__(self):
        self._known = {}

    def repeated(self, graph, elements, reads):
        """Return (variable's operation, what it is moved to each time) of the averages among some racing reads."""
        key = (id(graph), graph.version, tuple(element.name for element in elements))
        if key not in self._known:
            self._known[key] = self._find(elements)
        raced = {races.variable_behind(read) for read in reads}
        return [(variable, values) for variable, values in self._known[key] if variable in raced]

    def _find(self, elements):
        assignments = races.Run(elements, frozenset()).assignments()
        found = []
        for variable, operations in assignments.items():
            moves = sorted((each for each in operations if _NAME in each.name), key=lambda each: each._id)
            values = [_moved_to(each) for each in moves]
            if len(moves) > 1 and None not in values:
                found.append((variable, values))
        return found


def in_order(before, after, values):
    """Return what an average is if it is moved to one value after the other; `after` is where all read it `before`."""
    old, new = numpy.asarray(before, numpy.float64), numpy.asarray(after, numpy.float64)
    steps = [old - numpy.asarray(value, numpy.float64) for value in values]
    together = sum(steps)
    size = float(numpy.sum(together * together))
    rate = float(numpy.sum((old - new) * together)) / size if size else 0.0
    one_by_one = old
    for value in values:
        one_by_one = one_by_one - rate * (one_by_one - numpy.asarray(value, numpy.float64))
    return (new + one_by_one - (old - rate * together)).astype(numpy.asarray(after).dtype)


def _moved_to(assignment):
    """Return the tensor that an average is moved to, outside of a condition around the move."""
    change = assignment.inputs[1].op
    differences = [tensor.op for tensor in change.inputs if tensor.op.type in ("Sub", "SubV2")] if change.inputs else []
    if change.type != "Mul" or not differences:
        return None
    value = differences[0].inputs[1]
    while value.op.type in ("Switch", "RefSwitch"):
        value = value.op.inputs[0]
    return value
