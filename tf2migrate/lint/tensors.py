"""Which expressions of a program of TensorFlow 1 hold tensors or variables. Silence means that nothing is certain."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.knowledge import lookup
from tf2migrate.lint.file import LintedFile

VARIABLE_MAKERS = frozenset(
    {"tf.Variable", "tf.get_variable", "tf.get_local_variable", "tf.contrib.framework.variable"}
)
_GIVE_PYTHON_VALUES = (  # some of them do, and it is not known which
    *("tf.assert_", "tf.control_flow_v2_enabled", "tf.dimension_", "tf.executing_eagerly", "tf.get_collection"),
    *("tf.get_static", "tf.inside_function", "tf.is_", "tf.load_", "tf.resource_variables_enabled"),
    *("tf.contrib.copy_graph.", "tf.contrib.distribute.", "tf.contrib.framework.", "tf.contrib.graph_editor."),
    *("tf.contrib.slim.arg_", "tf.contrib.slim.get_", "tf.contrib.slim.has_", "tf.contrib.util."),
    *("tf.data.get_", "tf.distribute.", "tf.errors.", "tf.experimental.", "tf.io.gfile.", "tf.lite.", "tf.profiler."),
    *("tf.keras.backend.", "tf.keras.models.", "tf.keras.saving.", "tf.keras.utils.", "tf.python_io.", "tf.summary."),
    *("tf.test.", "tf.train.NewCheckpointReader", "tf.train.checkpoint", "tf.train.export_", "tf.train.get_"),
    *("tf.train.load_", "tf.train.remove_", "tf.train.summary_", "tf.train.write_"),
)
_EAGER = ("tf.enable_eager_execution", "tf.contrib.eager", "tf.contrib.autograph", "tf.autograph", "tf.function")
_DEPTH = 8


def holds_tensor(file: LintedFile, node: ast.expr) -> bool:
    """Say whether the expression certainly holds one tensor or variable."""
    return _holds(file, node, _DEPTH)


def holds_variable(file: LintedFile, node: ast.expr) -> bool:
    """Say whether the expression certainly holds a variable."""
    return file.made_by(node) in VARIABLE_MAKERS


def may_run_eagerly(file: LintedFile) -> bool:
    """Say whether the file turns eager execution or AutoGraph on somewhere."""
    return any(use.path.startswith(_EAGER) for use in file.uses)


def spans_loop(node: ast.stmt) -> Iterator[ast.AST]:
    """Yield what a loop's body executes in each turn: not what functions in it do when they are called."""
    pending: list[ast.AST] = list(getattr(node, "body", ()))
    while pending:
        part = pending.pop()
        yield part
        if not isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            pending.extend(ast.iter_child_nodes(part))


def _holds(file: LintedFile, node: ast.expr, depth: int) -> bool:
    match node:
        case ast.BinOp(left=left, right=right):
            return _holds(file, left, depth) or _holds(file, right, depth)
        case ast.Compare(left=left, ops=[ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE()], comparators=[right]):
            return _holds(file, left, depth) or _holds(file, right, depth)
        case ast.UnaryOp(op=ast.USub() | ast.Invert(), operand=operand):
            return _holds(file, operand, depth)
        case ast.Subscript(value=value):
            return _holds(file, value, depth)
        case ast.Call(func=func):
            return _gives_tensor(file.path_of(func))
        case ast.Name() | ast.Attribute() if depth:
            values = file.names.assigned(node)
            return bool(values) and all(_holds(file, value, depth - 1) for value in values or ())
        case _:
            return False


def _gives_tensor(symbol: str | None) -> bool:
    if symbol is None or symbol.startswith(_GIVE_PYTHON_VALUES):
        return False
    entry = lookup(symbol)
    return symbol == "tf.Variable" or (entry is not None and entry.kind == "function" and entry.results == "tensor")
