"""Which reads of a run race with an assignment, on a stand-in of TensorFlow 1's graph."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from tf2migrate.verify.child.races import Run, _find, as_fetched, substitute


@dataclass(eq=False)
class Operation:
    name: str
    type: str
    inputs: list[Tensor] = field(default_factory=list)
    control_inputs: list[Operation] = field(default_factory=list)
    reference: bool = False
    outputs: list[Tensor] = field(default_factory=list)

    @property
    def op_def(self) -> Any:
        assigns = self.type.startswith(("Assign", "Apply"))
        return SimpleNamespace(input_arg=[SimpleNamespace(is_ref=assigns)] * len(self.inputs))


@dataclass(eq=False)
class Tensor:
    op: Operation
    users: list[Operation] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.op.name}:0"

    @property
    def dtype(self) -> Any:
        return SimpleNamespace(name="float32_ref" if self.op.reference else "float32")

    def consumers(self) -> list[Operation]:
        return self.users


def make(name: str, kind: str, *inputs: Tensor, after: tuple[Tensor, ...] = (), reference: bool = False) -> Tensor:
    operation = Operation(name, kind, list(inputs), [tensor.op for tensor in after], reference)
    for tensor in inputs:
        tensor.users.append(operation)
    operation.outputs.append(Tensor(operation))
    return operation.outputs[0]


def variable(name: str) -> tuple[Tensor, Tensor]:
    """Return a variable and its read."""
    made = make(name, "VariableV2", reference=True)
    return made, make(f"{name}/read", "Identity", made)


def found(*fetches: Tensor, fed: frozenset[str] = frozenset()) -> tuple[list[str], dict[str, str]]:
    reads, instead = _find(list(fetches), fed)
    return sorted(tensor.name for tensor in reads), {name: tensor.name for name, tensor in instead.items()}


def test_two_assignments_that_read_each_other_race() -> None:
    x, x_read = variable("x")
    y, y_read = variable("y")
    step_x = make("step_x", "Assign", x, make("sum", "Add", x_read, y_read), reference=True)
    step_y = make("step_y", "Assign", y, make("difference", "Sub", x_read, y_read), reference=True)
    assert found(step_x, step_y) == (["x/read:0", "y/read:0"], {})
    assert found(step_x) == ([], {})


def test_a_value_that_the_gradient_uses_is_read_before_the_update() -> None:
    w, w_read = variable("w")
    loss = make("loss", "Square", w_read)
    train = make("train", "ApplyGradientDescent", w, make("gradient", "Mul", loss), reference=True)
    assert found(train, loss) == ([], {})


def test_another_use_beside_the_update_races() -> None:
    w, w_read = variable("w")
    loss = make("loss", "Square", w_read)
    train = make("train", "ApplyGradientDescent", w, make("gradient", "Mul", loss), reference=True)
    accuracy = make("accuracy", "Mean", w_read)
    assert found(train, accuracy) == (["w/read:0"], {})
    assert found(train, w_read) == (["w/read:0"], {})
    assert found(accuracy) == ([], {})


def test_two_updates_of_one_variable_race() -> None:
    w, w_read = variable("w")
    first = make("first", "ApplyGradientDescent", w, make("gradient", "Mul", w_read), reference=True)
    second = make("second", "ApplyGradientDescent", w, make("gradient_1", "Mul", w_read), reference=True)
    assert found(first, second) == (["w/read:0"], {})


def test_a_fetched_variable_is_fetched_by_its_read() -> None:
    w, w_read = variable("w")
    train = make("train", "ApplyGradientDescent", w, make("gradient", "Square", w_read), reference=True)
    assert found(train, w) == (["w/read:0"], {"w:0": "w/read:0"})
    assert found(w) == ([], {})


def test_an_order_that_the_program_gives_is_kept() -> None:
    w, w_read = variable("w")
    train = make("train", "AssignAdd", w, make("one", "Const"), reference=True)
    after = make("after", "Mul", w_read, after=(train,))
    assert found(train, after) == ([], {})


def test_what_is_fed_is_not_executed() -> None:
    _, x_read = variable("x")
    y, y_read = variable("y")
    total = make("sum", "Add", x_read, y_read)
    step = make("step", "Assign", y, make("one", "Const"), reference=True)
    assert found(step, make("twice", "Mul", total)) == (["y/read:0"], {})
    assert found(step, make("thrice", "Mul", total), fed=frozenset(["sum:0"])) == ([], {})


def test_loops_in_the_graph_end() -> None:
    _, w_read = variable("w")
    merge = make("merge", "Merge", w_read)
    body = make("body", "Add", merge)
    merge.op.inputs.append(body)
    run = Run([body], frozenset())
    assert run.assignments() == {}


def test_structures_of_fetches_keep_their_form() -> None:
    w, w_read = variable("w")
    loss = make("loss", "Square", w_read)
    graph = SimpleNamespace(as_graph_element=lambda item, allow_operation: item)
    fetches = {"a": [loss, (w, loss)]}
    assert substitute(graph, fetches, {"w:0": w_read}) == {"a": [loss, (w_read, loss)]}


def test_scalars_come_back_as_a_run_gives_them() -> None:
    first, second = as_fetched([np.array(1.0, dtype=np.float32), (None, np.array([1.0]))])
    assert type(first) is np.float32
    assert second[0] is None and second[1].shape == (1,)


def test_another_name_of_the_memory_races_where_its_users_do() -> None:
    w, read = variable("w")
    copied = make("copied", "Identity", read)
    shape = make("shape", "Shape", copied)
    update = make("update", "ApplyGradientDescent", w, shape, reference=True)
    loss = make("loss", "Sum", make("squared", "Mul", copied, copied))
    assert found(loss, update) == (["w/read:0"], {})
    assert found(make("all", "Sum", shape), update) == ([], {})
