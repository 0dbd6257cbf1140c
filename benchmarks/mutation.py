"""Mutation operators: each changes one place of a migrated program, in one line, as a careless hand might.

An operator is a function from a syntax node to the texts that may stand in its place; `parent` and the program's text
come along. Line ends never move, so that source maps still fit.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

OPTIMIZER_CALLS = "tf.keras.optimizers."


@dataclass(frozen=True)
class Mutant:
    """One change: the span in code points, what stands there afterwards, the operator, and the line."""

    operator: str
    start: int
    end: int
    new: str
    line: int

    def apply(self, text: str) -> str:
        """Return the text with the change made."""
        return text[: self.start] + self.new + text[self.end :]


Operator = Callable[[ast.AST, "Program"], Iterator[tuple[ast.AST, str]]]
OPERATORS: dict[str, Operator] = {}


class Program:
    """A text, its syntax tree, and where its nodes are."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = ast.parse(text)
        self.parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}
        self._starts = [0]
        for line in text.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._lines = text.split("\n")

    def source(self, node: ast.AST) -> str:
        """Return the text of a node."""
        start, end = self.span(node)
        return self.text[start:end]

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Return where a node begins and ends, in code points."""
        return self._offset(node.lineno, node.col_offset), self._offset(node.end_lineno, node.end_col_offset)

    def _offset(self, line: int, column: int) -> int:
        before = self._lines[line - 1].encode("utf-8")[:column].decode("utf-8", "ignore")
        return self._starts[line - 1] + len(before)

    @property
    def differentiates(self) -> bool:
        """Whether the program asks for gradients."""
        return "tape.gradient" in self.text or "tf.gradients" in self.text

    def in_function(self, node: ast.AST) -> bool:
        """Say whether the node is part of a function."""
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, ast.FunctionDef):
                return True
        return False

    def mutants(self, each: int) -> Iterator[Mutant]:
        """Yield the mutants of all operators, at most `each` of one operator."""
        for name, operator in OPERATORS.items():
            count = 0
            for node in ast.walk(self.tree):
                for place, new in operator(node, self):
                    start, end = self.span(place)
                    if count < each and self._is_sound(start, end, new):
                        count += 1
                        yield Mutant(name, start, end, new, place.lineno)

    def _is_sound(self, start: int, end: int, new: str) -> bool:
        old = self.text[start:end]
        if old == new or old.count("\n") != new.count("\n"):
            return False
        try:
            ast.parse(self.text[:start] + new + self.text[end:])
        except SyntaxError:
            return False
        return True


def operator(function: Operator) -> Operator:
    """Register an operator under its name."""
    OPERATORS[function.__name__] = function
    return function


def called(node: ast.AST) -> str:
    """Return the dotted name that a call calls, or nothing."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def _scaled(program: Program, node: ast.AST, factor: str) -> tuple[ast.AST, str]:
    return node, f"({program.source(node)}) * {factor}"


def _is_float(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, float) and node.value != 0


def _renamed(node: ast.AST, program: Program, pairs: dict[str, str]) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in pairs:
        base = program.source(node.func)
        yield node.func, base[: -len(node.func.attr)] + pairs[node.func.attr]


def _keywords(node: ast.AST, names: tuple[str, ...]) -> Iterator[ast.keyword]:
    if isinstance(node, ast.Call):
        yield from (keyword for keyword in node.keywords if keyword.arg in names)


@operator
def rate_by_a_percent(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    if called(node).startswith(OPTIMIZER_CALLS) and ".schedules." not in called(node):
        named = [keyword.value for keyword in _keywords(node, ("learning_rate",))]
        for rate in [*node.args[:1], *named]:
            if _is_float(rate):
                yield _scaled(program, rate, "1.01")


@operator
def schedule_by_a_percent(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    if ".schedules." in called(node):
        for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
            if _is_float(argument):
                yield _scaled(program, argument, "1.01")


@operator
def epsilon_of_keras(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    for keyword in _keywords(node, ("epsilon",)):
        yield keyword.value, "1e-07"


@operator
def decay_of_a_slot(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    for keyword in _keywords(node, ("momentum", "rho", "beta_1", "beta_2")):
        yield _scaled(program, keyword.value, "0.99")


@operator
def nesterov_forgotten(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    for keyword in _keywords(node, ("nesterov", "centered")):
        yield keyword.value, "False"


@operator
def slots_start_elsewhere(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    for keyword in _keywords(node, ("initial_accumulator_value",)):
        yield _scaled(program, keyword.value, "1.1")
    yield from _renamed(node, program, {"ones_like": "zeros_like", "zeros_like": "ones_like"})


@operator
def update_forgotten(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.Expr) and program.in_function(node) and isinstance(node.value, ast.Call):
        if called(node.value).endswith(".set_shape"):
            return  # says what is known of a value, and computes nothing
        new = "pass" + "\n" * program.source(node).count("\n")
        yield node, new if "\n" not in new else f"({program.source(node.value.func)})"


@operator
def update_twice(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.Expr) and called(node.value).endswith((".assign_add", ".assign_sub")):
        yield node, f"{program.source(node)}; {' '.join(program.source(node).split())}"


def _of_several(node: ast.AST) -> bool:
    """Say whether a call asks a tape for the gradients of a list of variables."""
    return (
        called(node).endswith("tape.gradient") and len(node.args) > 1 and isinstance(node.args[1], (ast.Name, ast.List))
    )


@operator
def gradient_by_a_percent(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    if _of_several(node):
        yield node, f"[1.01 * g for g in {program.source(node)}]"


@operator
def gradient_of_the_other_sign(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    if _of_several(node):
        yield node, f"[-g for g in {program.source(node)}]"


@operator
def gradient_of_the_sum(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    if _of_several(node):
        yield node, f"[g / 2 if n == 0 else g for n, g in enumerate({program.source(node)})]"


@operator
def one_variable_less(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    if called(node).endswith("watched_variables"):
        yield node, f"{program.source(node)}[:-1]"
    if (
        isinstance(node, ast.Assign)
        and ast.unparse(node.targets[0]).endswith("variables")
        and isinstance(node.value, ast.List)
    ):
        yield node.value, f"{program.source(node.value)}[:-1]"


@operator
def another_assignment(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    yield from _renamed(node, program, {"assign": "assign_add", "assign_add": "assign_sub", "assign_sub": "assign_add"})


@operator
def keep_for_rate(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    for keyword in _keywords(node, ("rate",)):
        if isinstance(keyword.value, ast.BinOp):
            yield keyword.value, program.source(keyword.value.right)
        elif _is_float(keyword.value):
            yield keyword.value, f"1 - {program.source(keyword.value)}"


@operator
def dropout_forgotten(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    if called(node).endswith("dropout") and node.args:
        yield node, program.source(node.args[0])


@operator
def initializer_by_a_percent(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    for keyword in _keywords(node, ("stddev", "mean", "minval", "maxval", "scale", "value")):
        if keyword.value is not None and not isinstance(keyword.value, ast.Name):
            yield _scaled(program, keyword.value, "1.01")


@operator
def zeros_for_ones(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    yield from _renamed(node, program, {"zeros": "ones", "ones": "zeros"})


@operator
def another_law_of_draws(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    if called(node).startswith("tf.random."):
        yield from _renamed(node, program, {"truncated_normal": "normal", "normal": "truncated_normal"})


@operator
def another_axis(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    for keyword in _keywords(node, ("axis",)):
        if isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, int):
            yield keyword.value, "0" if keyword.value.value else "1"


@operator
def axis_forgotten(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    for keyword in _keywords(node, ("axis",)):
        yield keyword.value, "None"


@operator
def mean_for_sum(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    pairs = {"reduce_mean": "reduce_sum", "reduce_sum": "reduce_mean", "reduce_max": "reduce_min"}
    yield from _renamed(node, program, {**pairs, "argmax": "argmin"})


@operator
def another_activation(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    pairs = {"relu": "elu", "sigmoid": "tanh", "tanh": "sigmoid", "softmax": "log_softmax", "square": "abs"}
    yield from _renamed(node, program, {**pairs, "exp": "expm1", "log": "log1p"})


@operator
def another_arithmetic(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.BinOp) and program.in_function(node):
        pairs = {ast.Add: "-", ast.Sub: "+", ast.Mult: "+", ast.Div: "*"}
        sign = pairs.get(type(node.op))
        if sign is not None:
            yield node, f"({program.source(node.left)}) {sign} ({program.source(node.right)})"


@operator
def constant_by_a_percent(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    if _is_float(node) and program.in_function(node):
        yield node, f"({program.source(node)} * 1.01)"


@operator
def whole_number_by_one(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    inside = isinstance(program.parents.get(node), (ast.Call, ast.BinOp)) and program.in_function(node)
    if inside and isinstance(node, ast.Constant) and type(node.value) is int:
        yield node, str(node.value + 1)


@operator
def arguments_swapped(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    own = {item.name for item in ast.walk(program.tree) if isinstance(item, ast.FunctionDef)}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in own and len(node.args) > 1:
        first, second, *rest = (program.source(argument) for argument in node.args)
        rest += [program.source(keyword) for keyword in node.keywords]
        yield node, f"{node.func.id}({', '.join([second, first, *rest])})"


@operator
def one_step_fewer(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    if called(node) == "range" and len(node.args) == 1 and not program.in_function(node):
        yield node.args[0], f"{program.source(node.args[0])} - 1"


@operator
def results_swapped(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.Return) and isinstance(node.value, (ast.Tuple, ast.List)) and len(node.value.elts) > 1:
        first, second, *rest = (program.source(item) for item in node.value.elts)
        inner = ", ".join([second, first, *rest])
        yield node.value, f"[{inner}]" if isinstance(node.value, ast.List) else inner


@operator
def gradient_stopped(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    if called(node).endswith("stop_gradient"):
        yield node, program.source(node.args[0])
    elif called(node) == "tf.matmul" and program.in_function(node) and len(node.args) > 1 and program.differentiates:
        first, second, *rest = (program.source(argument) for argument in node.args)
        yield node, f"tf.matmul({', '.join([first, f'tf.stop_gradient({second})', *rest])})"


@operator
def read_after_the_update(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    if called(node).endswith(".read_value") and program.in_function(node):
        yield node, f"({program.source(node)} + 1e-3)"


@operator
def constant_for_a_draw(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    if called(node).startswith("tf.random.") and program.in_function(node):
        yield node, f"tf.ones_like({program.source(node)})"


@operator
def feed_forgotten(node: ast.AST, program: Program) -> Iterator[tuple[ast.AST, str]]:
    own = {item.name for item in ast.walk(program.tree) if isinstance(item, ast.FunctionDef)}
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in own
        and not program.in_function(node)
    ):
        for argument in node.args:
            if _is_float(argument):
                yield argument, f"{program.source(argument)} / 2"
