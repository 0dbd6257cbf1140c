"""Calls of code that is no part of the program: host libraries, and whatever is not known."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from math import prod

from tf2migrate.analysis.functions import NEVER, call_back
from tf2migrate.analysis.heap import CONTENTS
from tf2migrate.analysis.held_text import TEXTS, holds_text
from tf2migrate.analysis.iteration import iterate
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import graph_values
from tf2migrate.analysis.values import (
    NONE,
    Argument,
    Arguments,
    Bound,
    Entries,
    Entry,
    Function,
    Host,
    Items,
    Known,
    NamedTuple,
    Partial,
    Ref,
    ShapeOf,
    Symbol,
    Tuple,
    V,
    plain,
)
from tf2migrate.model.facts import Kind

THIRD_PARTY = frozenset(
    "numpy scipy sklearn matplotlib pandas PIL cv2 gym gymnasium six tqdm h5py nltk requests seaborn skimage imageio "
    "networkx yaml absl mpi4py joblib cPickle urllib2 Queue builtins past future moviepy pygame tkinter librosa "
    "termcolor tabulate psutil zmq atari_py cloudpickle google mpl_toolkits pylab pyDOE tensorboard keras gensim "
    "Tkinter tensorflow_datasets urlparse StringIO ConfigParser cStringIO dill IPython plotly sympy torch".split()
)
OF_NUMBERS = frozenset(
    f"{module}.{name}"
    for module in ("math", "numpy")
    for name in "sqrt log log2 log10 exp power pow sin cos tan tanh float32 float64 square".split()
)
ENDS = frozenset({"sys.exit", "os._exit", "os.abort"})


def is_host_library(path: str) -> bool:
    """Say whether a path belongs to a library that makes no graph of its own."""
    root = path.split(".", maxsplit=1)[0]
    return root in sys.stdlib_module_names or root in THIRD_PARTY


def call_library(machine: Machine, path: str, arguments: Arguments, node: ast.expr) -> V:
    """Return what calling a library function gives."""
    if path in ENDS:
        return NEVER
    model = MODELS.get(path)
    if model is not None:
        return model(machine, arguments, node)
    if is_host_library(path):
        handed = hand_over(machine, arguments, path, node)
        return Host("float") if path in OF_NUMBERS and _are_numbers(arguments) else handed
    hand_over(machine, arguments, path, node)
    if any(graph_values(machine, value) for value in arguments.values()):
        machine.find("module_missing", node, path)
    return machine.unknown(f"the result of {path}, which was not found", node)


def _are_numbers(arguments: Arguments) -> bool:
    """Say whether a function that gives an array for an array is given numbers."""
    numbers = [value for value in arguments.values() if isinstance(value, Known) and type(value.value) in (int, float)]
    return arguments.open is None and 0 < len(numbers) == len(arguments.values())


def hand_over(machine: Machine, arguments: Arguments, into: str, node: ast.expr) -> V:
    """Record that arguments go to code that is not followed; return what it may give back."""
    escaped = False
    for value in arguments.values():
        for tensor in graph_values(machine, value):
            escaped = True
            machine.escape(tensor, into, node)
            if machine.trace.nodes[tensor].kind is Kind.SESSION:
                machine.find("session_escape", node, into)
        if isinstance(value, Function | Bound | Partial):
            escaped = bool(graph_values(machine, _try_callback(machine, value, node))) or escaped
    if escaped:
        return machine.unknown(f"the result of {into}, which was given graph values", node)
    return Host(into)


def _try_callback(machine: Machine, callback: V, node: ast.expr) -> V:
    from tf2migrate.analysis.graph.defaults import required_parameters

    count = required_parameters(callback)
    return call_back(machine, callback, plain(*[Host("value")] * count), node)


def _partial(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    function = arguments.positional[0].value
    return Partial(function, Arguments(arguments.positional[1:], arguments.keywords, arguments.open))


def _namedtuple(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    values = arguments.values()
    name = machine.known_text(values[0])
    listed = values[1] if len(values) > 1 else NONE
    text = machine.known_text(listed)
    if text is not None:
        fields: list[str | None] = list(text.replace(",", " ").split())
    else:
        fields = [machine.known_text(item) for item in iterate(machine, listed, node).items]
    if name is None or None in fields:
        return machine.unknown("a namedtuple whose fields are not known", node)
    return NamedTuple(name, tuple(field for field in fields if field is not None))


def _ordered_dict(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    from tf2migrate.analysis.containers import merge_into

    contents = Entries(())
    for argument in arguments.positional:
        contents = merge_into(machine, contents, argument.value, node)
    named = tuple(Entry(Known(key), one.value, None, one.at) for key, one in arguments.keywords)
    return machine.new_dict(Entries((*contents.items, *named), contents.rest), node)


def _default_dict(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    return machine.new_dict(Entries((), None), node)


def _deque(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    contents = iterate(machine, arguments.positional[0].value, node) if arguments.positional else Items(())
    return machine.new_list(contents.items, node, contents.rest)


def _shallow_copy(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    value = arguments.values()[0]
    if not isinstance(value, Ref):
        return value
    contents = machine.heap.get(value.id, CONTENTS)
    if isinstance(contents, Items):
        machine.note_read(value.id, CONTENTS, contents, node)
        return machine.new_list(contents.items, node, contents.rest)
    if isinstance(contents, Entries):
        machine.note_read(value.id, CONTENTS, contents, node)
        return machine.new_dict(contents, node)
    return machine.unknown("a copy of an object", node)


def _thread(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    keywords = dict(arguments.keywords)
    target = keywords.get("target")
    if target is None:
        return hand_over(machine, arguments, "threading.Thread", node)
    given = keywords.get("args", Argument(Tuple(()), None)).value
    contents = iterate(machine, given, node)
    call_back(
        machine,
        target.value,
        Arguments(tuple(Argument(item, None) for item in contents.items), (), contents.rest),
        node,
    )
    return Host("threading.Thread")


def _reduce(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    values = arguments.values()
    contents = iterate(machine, values[1], node)
    items = [*values[2:3], *contents.items]
    if contents.rest is not None or not items:
        return hand_over(machine, arguments, "functools.reduce", node)
    result = items[0]
    for item in items[1:]:
        result = machine.call(machine, values[0], plain(result, item), node)
    return result


def _identity(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    return arguments.values()[0] if arguments.values() else NONE


def _chain(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    from tf2migrate.analysis.operators import concatenate

    contents = Items(())
    for value in arguments.values():
        contents = concatenate(contents, iterate(machine, value, node))
    return machine.new_list(contents.items, node, contents.rest)


def _wraps(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    return Symbol("functools.wraps")


Model = Callable[[Machine, Arguments, ast.expr], V]


def _array(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    """Return an array: one of text is told, since a feed of numbers takes it."""
    handed = hand_over(machine, arguments, "numpy.array", node)
    values = arguments.values()
    return Host(TEXTS) if len(values) == 1 and holds_text(machine.heap, values[0]) else handed


def _product(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    """Return the product of sizes, which is how many numbers one example has."""
    handed = hand_over(machine, arguments, "numpy.prod", node)
    values = arguments.values()
    if len(values) != 1 or not isinstance(values[0], Ref | Tuple | ShapeOf):
        return handed
    contents = iterate(machine, values[0], node)
    numbers = [item.value for item in contents.items if isinstance(item, Known) and type(item.value) is int]
    complete = contents.rest is None and len(numbers) == len(contents.items) > 0
    return Known(prod(numbers)) if complete else handed


MODELS: dict[str, Model] = {
    "numpy.array": _array,
    "numpy.asarray": _array,
    "numpy.prod": _product,
    "numpy.product": _product,
    "functools.partial": _partial,
    "functools.reduce": _reduce,
    "functools.wraps": _wraps,
    "collections.namedtuple": _namedtuple,
    "collections.OrderedDict": _ordered_dict,
    "collections.defaultdict": _default_dict,
    "collections.deque": _deque,
    "copy.copy": _shallow_copy,
    "copy.deepcopy": _shallow_copy,
    "threading.Thread": _thread,
    "tqdm.tqdm": _identity,
    "tqdm.trange": lambda machine, arguments, node: Host("range"),
    "itertools.chain": _chain,
    "six.moves.range": lambda machine, arguments, node: _builtin(machine, "range", arguments, node),
    "six.moves.xrange": lambda machine, arguments, node: _builtin(machine, "range", arguments, node),
    "six.moves.zip": lambda machine, arguments, node: _builtin(machine, "zip", arguments, node),
}


def _builtin(machine: Machine, name: str, arguments: Arguments, node: ast.expr) -> V:
    from tf2migrate.analysis.builtin_calls import call_builtin

    return call_builtin(machine, name, arguments, node)
