"""What the text of one file shows of an argument's type, rank and form. Silence means that nothing is certain."""

from __future__ import annotations

import ast

from tf2migrate.knowledge import lookup
from tf2migrate.lint.calls import Argument, CallSite
from tf2migrate.lint.file import LintedFile
from tf2migrate.model.api import Effect

_FLOAT_FUNCTIONS = ("acos", "asin", "atan", "cos", "exp", "log", "log1p", "rsqrt", "sigmoid", "sin", "sqrt", "tanh")
_FLOAT_RESULTS = frozenset(
    {
        *(f"tf.{name}" for name in (*_FLOAT_FUNCTIONS, "norm", "to_float", "truediv")),
        *(f"tf.math.{name}" for name in (*_FLOAT_FUNCTIONS, "truediv")),
        *(f"tf.{name}" for name in ("random_normal", "truncated_normal", "random.normal", "random.truncated_normal")),
        *(f"tf.nn.{name}" for name in ("l2_loss", "softmax", "sigmoid", "tanh")),
    }
)
_SAME_TYPE = frozenset(
    f"tf.{name}"
    for name in ("abs", "add", "expand_dims", "matmul", "maximum", "minimum", "multiply", "negative", "reduce_max")
) | {f"tf.{name}" for name in ("reduce_mean", "reduce_min", "reduce_sum", "reshape", "square", "squeeze", "subtract")}
_FLOAT_TYPES = frozenset({"tf.float16", "tf.float32", "tf.float64", "tf.half", "tf.double", "tf.bfloat16"})
_TYPE_ARGUMENTS = {"tf.cast": 1, "tf.constant": 1, "tf.placeholder": 0, "tf.convert_to_tensor": 1}
_TENSOR_MAKERS = frozenset({"tf.Variable", "tf.get_variable", "tf.placeholder"})
_WITHOUT_GRADIENT = frozenset({"tf.placeholder", "tf.one_hot", "tf.stop_gradient", "tf.argmax", "tf.equal"})
_DEPTH = 12


def is_floating(file: LintedFile, argument: Argument) -> bool:
    """Say whether the argument is certainly a float or a tensor of floats."""
    return _has_type(file, argument.node, _FLOAT_TYPES, _DEPTH)


def has_type(file: LintedFile, argument: Argument, dtype: str) -> bool:
    """Say whether the argument is certainly a tensor of the type, a path such as `tf.float32`."""
    return _has_type(file, argument.node, frozenset({dtype}), _DEPTH)


def _has_type(file: LintedFile, node: ast.expr | None, types: frozenset[str], depth: int) -> bool:
    match node:
        case ast.Constant(value=value):
            return isinstance(value, float) and types == _FLOAT_TYPES
        case ast.UnaryOp(operand=operand):
            return _has_type(file, operand, types, depth)
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Pow(), left=left, right=right):
            return _has_type(file, left, types, depth) or _has_type(file, right, types, depth)
        case ast.Call():
            return _gives_type(file, node, types, depth)
        case ast.Name() | ast.Attribute():
            values = file.names.assigned(node) if depth else None
            return bool(values) and all(_has_type(file, value, types, depth - 1) for value in values or ())
        case _:
            return False


def _gives_type(file: LintedFile, call: ast.Call, types: frozenset[str], depth: int) -> bool:
    symbol = file.names.path(call.func)
    if symbol in _FLOAT_RESULTS and types == _FLOAT_TYPES:
        return True
    if symbol in _TYPE_ARGUMENTS:
        position = _TYPE_ARGUMENTS[symbol]
        given = [keyword.value for keyword in call.keywords if keyword.arg == "dtype"]
        given += call.args[position : position + 1]
        if given:
            return file.names.path(given[0]) in types
        return symbol == "tf.constant" and "tf.float32" in types and bool(call.args) and _is_of_floats(call.args[0])
    return symbol in _SAME_TYPE | _FLOAT_RESULTS and any(_has_type(file, one, types, depth) for one in call.args[:2])


def _is_of_floats(node: ast.expr) -> bool:
    """Say whether a literal, or a nest of lists of them, holds a float."""
    return any(isinstance(part, ast.Constant) and isinstance(part.value, float) for part in ast.walk(node))


def compares_operand(file: LintedFile, condition: Argument, values: list[Argument]) -> bool:
    """Say whether the condition compares one of the values itself, so that it has its shape."""
    node = condition.node
    match node:
        case ast.Compare(left=left, comparators=comparators):
            operands = [left, *comparators]
        case ast.Call(func=func, args=args) if file.names.path(func) is not None:
            operands = args
        case _:
            return False
    nodes = [value.node for value in values]
    texts = {ast.dump(value) for value in nodes if isinstance(value, ast.Name | ast.Attribute)}
    return any(ast.dump(operand) in texts for operand in operands)


def returns_no_singleton(file: LintedFile, argument: Argument) -> bool:
    """Say whether a callable certainly does not return a list or tuple of one element."""
    returned = _returned(file, argument)
    return returned is not None and not any(map(_is_singleton, returned))


def returns_singleton(file: LintedFile, argument: Argument) -> bool:
    """Say whether a callable certainly returns a list or tuple of one element."""
    returned = _returned(file, argument)
    return bool(returned) and all(map(_is_singleton, returned or ()))


def _returned(file: LintedFile, argument: Argument) -> list[ast.expr] | None:
    """Return what a callable may return, as written; None where it is not written in the file."""
    node = argument.node
    match node:
        case ast.Lambda(body=body):
            return [body]
        case ast.Name(id=name):
            found = [one for one in file.nodes_of(ast.FunctionDef) if one.name == name]
            returned = [one.value for function in found for one in ast.walk(function) if isinstance(one, ast.Return)]
            return [value for value in returned if value is not None] if found else None
        case _:
            return None


def _is_singleton(node: ast.expr) -> bool:
    return isinstance(node, ast.List | ast.Tuple) and len(node.elts) == 1


def is_atom(argument: Argument) -> bool:
    """Say whether the argument is a name, so that reading it twice changes nothing."""
    return isinstance(argument.node, ast.Name)


def is_one_tensor(file: LintedFile, argument: Argument) -> bool:
    """Say whether the argument is certainly one tensor or variable, not a list of them."""
    maker = file.made_by(argument.node)
    entry = None if maker is None else lookup(maker)
    return maker in _TENSOR_MAKERS or (entry is not None and entry.kind == "function" and entry.results == "tensor")


def has_no_gradient(file: LintedFile, argument: Argument) -> bool:
    """Say whether no gradient flows through the argument to anything that is trained."""
    node = argument.node
    return node is not None and _is_constant(file, node, _DEPTH)


def _is_constant(file: LintedFile, node: ast.expr, depth: int) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(operand=operand):
            return _is_constant(file, operand, depth)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return all(_is_constant(file, element, depth) for element in elements)
        case ast.BinOp(left=left, right=right):
            return _is_constant(file, left, depth) and _is_constant(file, right, depth)
        case ast.Call(func=func, args=arguments, keywords=keywords):
            symbol = file.names.path(func)
            if symbol in _WITHOUT_GRADIENT:
                return True
            entry = None if symbol is None else lookup(symbol)
            values = [*arguments, *(keyword.value for keyword in keywords)]
            pure = entry is not None and entry.effect is Effect.PURE and entry.kind == "function"
            return pure and all(_is_constant(file, value, depth) for value in values)
        case ast.Name() | ast.Attribute() if depth:
            values = list(file.names.assigned(node) or ())
            named = file.names.path(node) is not None
            return named or (bool(values) and all(_is_constant(file, value, depth - 1) for value in values))
        case _:
            return False


def given_arguments(call: CallSite, parameters: list[str]) -> dict[str, Argument] | None:
    """Return parameter -> argument; None where some are hidden behind stars or do not fit."""
    if call.starred or len(call.positional) > len(parameters):
        return None
    given = dict(zip(parameters, call.positional, strict=False))
    for argument in call.arguments:
        if argument.name is None:
            continue
        if argument.name in given:
            return None
        given[argument.name] = argument
    return given
