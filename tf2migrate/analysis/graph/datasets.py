"""`tf.data`: datasets, iterators, and the structure of their elements."""

from __future__ import annotations

from tf2migrate.analysis.graph.request import Request
from tf2migrate.analysis.heap import CONTENTS
from tf2migrate.analysis.iteration import iterate
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import make_node
from tf2migrate.analysis.values import (
    Bound,
    Entries,
    Entry,
    Function,
    GraphValue,
    Host,
    Partial,
    Ref,
    Tuple,
    V,
    plain,
)
from tf2migrate.model.facts import Kind

ELEMENT = "*element"  # the cell of a dataset or iterator that holds the structure of one element
SAME = frozenset(
    "batch shuffle repeat prefetch cache take skip filter shard padded_batch concatenate apply with_options".split()
)
ITERATORS = frozenset({"make_one_shot_iterator", "make_initializable_iterator"})


def make_dataset(request: Request) -> V:
    """Model a function that makes a dataset: `from_tensor_slices(..)`, `TextLineDataset(..)` .."""
    machine = request.machine
    dataset = make_node(machine, request.node, Kind.DATASET, request.path, request.inputs(), request.given)
    values = request.arguments.values()
    element: V = Host("element")
    short = request.path.rsplit(".", 1)[1]
    if short in ("from_tensor_slices", "from_tensors") and values:
        element = _structure(machine, values[0])
    elif short == "zip" and values:
        parts = iterate(machine, values[0], request.node).items
        element = Tuple(tuple(element_of(machine, part) for part in parts))
    elif short == "from_generator":
        element = _structure(machine, request.value("output_types"))
    machine.heap.set(-1 - dataset.node, ELEMENT, element)
    return dataset


def element_of(machine: Machine, value: V) -> V:
    """Return the structure of an element of a dataset or iterator."""
    found = machine.heap.get(-1 - value.node, ELEMENT) if isinstance(value, GraphValue) else None
    return Host("element") if found is None else found


def _structure(machine: Machine, value: V) -> V:
    if isinstance(value, Tuple) and value.rest is None:
        return Tuple(tuple(_structure(machine, item) for item in value.items), None, value.type, value.fields)
    contents = machine.heap.get(value.id, CONTENTS) if isinstance(value, Ref) else None
    if isinstance(contents, Entries):
        return Entries(tuple(Entry(entry.key, _structure(machine, entry.value)) for entry in contents.items))
    return Host("element")


def fresh_element(
    request: Request, structure: V, inputs: list[int], op: str, stateful: bool = True, path: str = ""
) -> V:
    """Return tensors in the structure of an element; `path` says which part of it each is."""
    machine = request.machine
    if isinstance(structure, Tuple):
        items = tuple(
            fresh_element(request, item, inputs, op, stateful, f"{path}{number}.")
            for number, item in enumerate(structure.items)
        )
        return Tuple(items, None, structure.type, structure.fields)
    if isinstance(structure, Entries):
        entries = [
            Entry(entry.key, fresh_element(request, entry.value, inputs, op, stateful, f"{path}{number}."))
            for number, entry in enumerate(structure.items)
        ]
        return machine.new_dict(Entries(tuple(entries)), request.node)
    return make_node(machine, request.node, Kind.TENSOR, op, inputs, request.given, output=path, stateful=stateful)


def dataset_method(request: Request, dataset: GraphValue, name: str) -> V:
    """Model a method of a dataset."""
    machine = request.machine
    inputs = [dataset.node, *request.inputs()]
    element = element_of(machine, dataset)
    if name in ITERATORS:
        return _iterator(request, element, inputs)
    if name in ("map", "flat_map", "interleave"):
        element = _mapped(request, element, inputs)
    result = make_node(machine, request.node, Kind.DATASET, f"tf.data.Dataset.{name}", inputs, request.given)
    machine.heap.set(-1 - result.node, ELEMENT, element if name in SAME or "map" in name else Host("element"))
    return result


def _mapped(request: Request, element: V, inputs: list[int]) -> V:
    function = request.value("map_func", request.value("0"))
    if not isinstance(function, Function | Bound | Partial):
        return Host("element")
    fresh = fresh_element(request, element, inputs, "tf.data.Dataset.map.parameter", stateful=False)
    parts = fresh.items if isinstance(fresh, Tuple) and not fresh.fields else (fresh,)
    result = request.machine.call(request.machine, function, plain(*parts), request.node)
    return (
        element_of(request.machine, result)
        if _is_dataset(request.machine, result)
        else _structure(request.machine, result)
    )


def _is_dataset(machine: Machine, value: V) -> bool:
    return isinstance(value, GraphValue) and machine.trace.nodes[value.node].kind is Kind.DATASET


def _iterator(request: Request, element: V, inputs: list[int]) -> V:
    machine = request.machine
    iterator = make_node(machine, request.node, Kind.ITERATOR, request.path, inputs, request.given, stateful=True)
    machine.heap.set(-1 - iterator.node, ELEMENT, element)
    return iterator


def make_iterator(request: Request) -> V:
    """Model `tf.data.make_one_shot_iterator(..)` and `tf.data.Iterator.from_structure(..)`."""
    machine = request.machine
    values = request.arguments.values()
    if request.path.endswith("from_structure"):
        return _iterator(request, _structure(machine, values[0]) if values else Host("element"), request.inputs())
    return _iterator(request, element_of(machine, values[0]) if values else Host("element"), request.inputs())


def iterator_method(request: Request, iterator: GraphValue, name: str) -> V:
    """Model a method of an iterator."""
    machine = request.machine
    inputs = [iterator.node, *request.inputs()]
    if name == "get_next":
        return fresh_element(request, element_of(machine, iterator), inputs, "tf.data.Iterator.get_next")
    if name == "make_initializer":
        return make_node(
            machine,
            request.node,
            Kind.INITIALIZER,
            "tf.data.Iterator.make_initializer",
            inputs,
            request.given,
            targets=(iterator.node,),
            stateful=True,
        )
    make_node(machine, request.node, Kind.OBJECT, request.path, inputs, request.given)
    return Host("value")


def is_data(path: str) -> bool:
    """Say whether a path makes a dataset."""
    return (path.startswith(("tf.data.", "tf.contrib.data.")) and path.rsplit(".", 1)[1][:1].isupper()) or (
        ".Dataset." in path
    )
