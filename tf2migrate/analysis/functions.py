"""Functions of the program: definition, parameter binding, and entering them per call site."""

from __future__ import annotations

import ast

from tf2migrate.analysis.joins import join, union
from tf2migrate.analysis.machine import MOST_CALLS, NEXT, Activation, Completion, Machine
from tf2migrate.analysis.nodes import graph_values
from tf2migrate.analysis.source_module import SourceModule
from tf2migrate.analysis.values import (
    NONE,
    Argument,
    Arguments,
    Bound,
    Entries,
    Entry,
    Function,
    Generator,
    Host,
    Internal,
    Known,
    Tuple,
    V,
)
from tf2migrate.model.facts import Call
from tf2migrate.model.facts import Known as KnownFact

MOST_RECURSION = 3
MOST_KNOWN_RECURSION = 64
NEVER = Internal("a call that does not return")


def make_function(machine: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, name: str) -> Function:
    """Return the function that a `def` or `lambda` makes here, its defaults evaluated."""
    arguments = node.args
    defaults = tuple(machine.evaluate(machine, default) for default in arguments.defaults)
    keyword_defaults = tuple(
        (parameter.arg, machine.evaluate(machine, default))
        for parameter, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if default is not None
    )
    here = machine.here
    owner = here.frame if machine.heap.header(here.frame).kind == "class" else None
    function = Function(node, name, here.module.path, here.frame, defaults, keyword_defaults, owner)
    machine.functions.setdefault(id(node), function)
    return function


def enter(machine: Machine, function: Function, arguments: Arguments, node: ast.AST, kind: str | None = None) -> V:
    """Return what a call of a function of the program returns; its events happen in a new frame."""
    module = machine.sources[function.path]
    active = [one for one in machine.stack if one.definition is function.definition]
    if len(machine.stack) > MOST_CALLS * 2 or len(active) > _recursion_limit(arguments):
        return machine.unknown(f"recursion of {function.name!r}", node)
    context = (*machine.here.context, machine.ref(node))
    frame_kind = kind or ("lambda" if isinstance(function.definition, ast.Lambda) else "function")
    frame = machine.open_frame(frame_kind, function.name, function.definition, module, context, function.closure)
    machine.trace.calls.append(Call(machine.place(node), module.ref(function.definition), frame, machine.trace.tick()))
    machine.entered.add(id(function.definition))
    activation = Activation(frame, module, context, _first_statement(function), function.definition, function.owner)
    values = bind_parameters(machine, function, arguments, node)
    if module.is_generator(function.definition):
        return Generator(lambda: _run_generator(machine, activation, values, function))
    with machine.activation(activation):
        _write_parameters(machine, activation, function, values)
        return _run(machine, activation, function)


def _recursion_limit(arguments: Arguments) -> int:
    known = all(isinstance(value, KnownFact) for value in arguments.values())
    return MOST_KNOWN_RECURSION if known and arguments.values() else MOST_RECURSION


def _first_statement(function: Function) -> ast.AST:
    return function.definition


def _write_parameters(machine: Machine, activation: Activation, function: Function, values: dict[str, V]) -> None:
    parameters = function.definition.args
    named = [*parameters.posonlyargs, *parameters.args, *parameters.kwonlyargs]
    named += [one for one in (parameters.vararg, parameters.kwarg) if one is not None]
    for parameter in named:
        machine.write(activation.frame, parameter.arg, values[parameter.arg], parameter)
    if named:
        activation.first = values[named[0].arg]


def _run(machine: Machine, activation: Activation, function: Function) -> V:
    definition = function.definition
    if isinstance(definition, ast.Lambda):
        return machine.evaluate(machine, definition.body)
    completion = machine.execute(machine, definition.body)
    return finish(machine, completion)


def finish(machine: Machine, completion: Completion) -> V:
    """Return the value of a call whose body ended with `completion`, the early returns joined in."""
    settled, values = machine.settle(completion, "return", 0)
    if completion is NEXT:
        values.append(NONE)
    raised = [one for one in machine.here.exits if one.completion.kind == "raise"]
    machine.here.exits.clear()
    if machine.tries:
        machine.stack[-2].exits.extend(raised)
    if settled.kind == "raise" and not values:
        return NEVER
    return union(values) if values else NONE


def _run_generator(machine: Machine, activation: Activation, values: dict[str, V], function: Function) -> V:
    activation.yields = []
    loops = machine.loops
    with machine.activation(activation):
        _write_parameters(machine, activation, function, values)
        _run(machine, activation, function)
    yielded = activation.yields
    if machine.loops > loops or _yields_in_loop(function, activation.module):
        rest: V | None = None
        for value in yielded:
            rest = join(rest, value)
        return Tuple((), rest)
    return Tuple(tuple(yielded))


def _yields_in_loop(function: Function, module: SourceModule) -> bool:
    loops = [node for node in ast.walk(function.definition) if isinstance(node, ast.For | ast.While)]
    return any(isinstance(inner, ast.Yield | ast.YieldFrom) for loop in loops for inner in ast.walk(loop))


def bind_parameters(machine: Machine, function: Function, arguments: Arguments, node: ast.AST) -> dict[str, V]:
    """Return the value of every parameter for these arguments."""
    parameters = function.definition.args
    positional = [parameter.arg for parameter in (*parameters.posonlyargs, *parameters.args)]
    values: dict[str, V] = {}
    for name, argument in zip(positional, arguments.positional, strict=False):
        values[name] = argument.value
    extra = tuple(argument.value for argument in arguments.positional[len(positional) :])
    known = {*positional, *(parameter.arg for parameter in parameters.kwonlyargs)}
    surplus = [(name, argument) for name, argument in arguments.keywords if name not in known]
    values |= {name: argument.value for name, argument in arguments.keywords if name in known}
    _add_defaults(machine, function, arguments, values, node)
    if parameters.vararg is not None:
        values[parameters.vararg.arg] = Tuple(extra, arguments.open)
    if parameters.kwarg is not None:
        values[parameters.kwarg.arg] = _keyword_dict(machine, surplus, arguments.open, node)
    return values


def _keyword_dict(machine: Machine, surplus: list[tuple[str, Argument]], rest: V | None, node: ast.AST) -> V:
    entries = tuple(Entry(Known(name), argument.value, None, argument.at) for name, argument in surplus)
    return machine.new_dict(Entries(entries, rest), node)


def _add_defaults(
    machine: Machine, function: Function, arguments: Arguments, values: dict[str, V], node: ast.AST
) -> None:
    parameters = function.definition.args
    positional = [parameter.arg for parameter in (*parameters.posonlyargs, *parameters.args)]
    defaults = dict(zip(reversed(positional), reversed(function.defaults), strict=False)) | dict(
        function.keyword_defaults
    )
    for name in (*positional, *(parameter.arg for parameter in parameters.kwonlyargs)):
        if name in values:
            continue
        if arguments.open is not None:
            default = defaults.get(name)
            values[name] = arguments.open if default is None else union([default, arguments.open])
        elif name in defaults:
            values[name] = defaults[name]
        else:
            values[name] = machine.unknown(f"no argument for {name!r}", node)


def enter_bound(machine: Machine, bound: Bound, arguments: Arguments, node: ast.expr) -> V:
    """Return what a call of a bound function returns."""
    return machine.call(machine, bound.function, arguments.preceded_by(bound.receiver), node)


def call_back(machine: Machine, callee: V, arguments: Arguments, node: ast.expr) -> V:
    """Evaluate a callback that a library may call any number of times."""
    with machine.under_condition():
        result = machine.call(machine, callee, arguments, node)
    return Host("value") if not graph_values(machine, result) else result
