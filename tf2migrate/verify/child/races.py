# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Gives TensorFlow 1's races the order that is defined for them: in one run, reads come before writes.

A run that assigns a variable and reads it elsewhere, with no dependency between the two, has no defined result: two
training operations, or a train operation and a variable fetched with it. Such reads are fed the value from before the
run. Reads that a dependency puts before or after the assignment are left alone.
"""

import importlib

READS_OF_RESOURCES = ("ReadVariableOp", "ResourceGather", "ResourceGatherNd", "VariableShape", "VarIsInitializedOp")
SAME_MEMORY = frozenset(
    ["Identity", "IdentityN", "StopGradient", "PreventGradient", "Reshape", "ExpandDims", "Squeeze", "CheckNumerics"]
)  # what these give is their input's own memory: whoever uses it sees what became of the variable meanwhile
VARIABLES = ("VariableV2", "Variable", "VarHandleOp")


class Races(object):
    """Finds the reads of a run that race with an assignment, once for each set of fetches and feeds."""

    def __init__(self):
        self._session = importlib.import_module("tensorflow.python.client.session")
        self._known = {}

    def elements(self, graph, fetches):
        """Return what a structure of fetches names, as tensors and operations."""
        unique = self._session._FetchMapper.for_fetch(fetches).unique_fetches()
        return [graph.as_graph_element(fetch) for fetch in unique]

    def racing_reads(self, graph, fetches, feeds):
        """Return the reads to feed, and what to fetch in the place of a racing variable itself, by that one's name."""
        elements = self.elements(graph, fetches)
        fed = frozenset(_name(graph, key) for key in _keys(feeds))
        key = (id(graph), graph.version, tuple(element.name for element in elements), fed)
        if key not in self._known:
            reads, instead = _find(elements, fed)
            self._known[key] = [read for read in reads if graph.is_feedable(read)], instead
        return self._known[key]


def substitute(graph, fetches, instead):
    """Return the structure of fetches with each fetched element that `instead` names replaced."""
    return _mapped(fetches, lambda fetch: instead.get(_name(graph, fetch), fetch))


def as_fetched(results):
    """Return results with scalars as a run gives them: what was fed comes back as an array of no dimension."""
    return _mapped(results, lambda value: value[()] if getattr(value, "shape", None) == () else value)


def _mapped(nest, change):
    if isinstance(nest, dict):
        return type(nest)((key, _mapped(item, change)) for key, item in nest.items())
    if isinstance(nest, tuple) and hasattr(nest, "_fields"):
        return type(nest)(*[_mapped(item, change) for item in nest])
    if isinstance(nest, (list, tuple)):
        return type(nest)([_mapped(item, change) for item in nest])
    return change(nest)


def _keys(feeds):
    for key in feeds or ():
        if isinstance(key, (list, tuple)):
            for inner in key:
                yield inner
        else:
            yield key


def _name(graph, key):
    try:
        return graph.as_graph_element(key, allow_operation=False).name
    except (TypeError, ValueError, KeyError):
        return ""


def _find(elements, fed):
    run = Run(elements, fed)
    reads, instead = [], {}
    for variable, assignments in run.assignments().items():
        racing, ordered_after = run.reads_of(variable, assignments)
        if ordered_after:
            continue
        if variable.outputs[0].name in run.fetched:
            snapshots = [user.outputs[0] for user in variable.outputs[0].consumers() if user.type == "Identity"]
            instead.update((variable.outputs[0].name, snapshot) for snapshot in snapshots[:1])
            racing = racing + snapshots[:1]
        reads.extend(racing)
    return reads, instead


class Run(object):
    """The operations that one run executes, and what depends on what among them."""

    def __init__(self, elements, fed):
        self.fetched = {element.name for element in elements if hasattr(element, "op")}
        self._fed = fed
        self._operations = {}
        self._users = {}
        pending = [getattr(element, "op", element) for element in elements if element.name not in fed]
        while pending:
            operation = pending.pop()
            if operation.name in self._operations:
                continue
            self._operations[operation.name] = operation
            for source in self._sources(operation):
                self._users.setdefault(source.name, []).append(operation)
                pending.append(source)

    def _sources(self, operation):
        inputs = [tensor.op for tensor in operation.inputs if tensor.name not in self._fed]
        return inputs + list(operation.control_inputs)

    def assignments(self):
        """Return the operations that change each variable, by the variable's operation."""
        found = {}
        for operation in self._operations.values():
            if len(operation.inputs) and _assigns(operation):
                variable = variable_behind(operation.inputs[0])
                if variable is not None:
                    found.setdefault(variable, []).append(operation)
        return found

    def reads_of(self, variable, assignments):
        """Return the reads whose users race with an assignment, and whether any user waits for an assignment."""
        orders = [(self._reached(each, self._sources), self._reached(each, self._users_of)) for each in assignments]
        racing, ordered_after = {}, False
        for read in self._users_of(variable):
            if _assigns(read) or len(read.outputs) != 1:
                continue
            value = read.outputs[0]
            users = [user.name for user in self._users_of(read)]
            of_memory = self._users_of_memory(read)
            for before, after in orders:
                ordered_after = ordered_after or any(name in after and name not in before for name in users)
                # What is fetched is copied when the run ends: until then it is the variable's own memory.
                fetched = value.name in self.fetched and read.name not in after
                if fetched or any(name not in before and name not in after for name in of_memory):
                    racing[value.name] = value
        return list(racing.values()), ordered_after

    def _users_of_memory(self, read):
        """Return the names of the operations that use the memory of what is read, under whichever name."""
        found, pending = set(), [read]
        while pending:
            for user in self._users_of(pending.pop()):
                if user.name not in found:
                    found.add(user.name)
                    pending.extend([user] if user.type in SAME_MEMORY else [])
        return found

    def _users_of(self, operation):
        return self._users.get(operation.name, ())

    def _reached(self, start, step):
        seen, pending = set(), [start]
        while pending:
            operation = pending.pop()
            if operation.name not in seen:
                seen.add(operation.name)
                pending.extend(step(operation))
        return seen


def _assigns(operation):
    first = operation.inputs[0] if len(operation.inputs) else None
    if first is None:
        return False
    if first.dtype.name == "resource":
        is_state = operation.type.startswith(("Assign", "ResourceApply", "ResourceSparseApply", "ResourceScatter"))
        return is_state and operation.type not in READS_OF_RESOURCES
    declared = operation.op_def.input_arg
    return len(declared) > 0 and declared[0].is_ref and operation.type not in ("IsVariableInitialized", "RefIdentity")


def variable_behind(tensor):
    """Return the operation of the variable that a tensor reads, None where it reads none."""
    operation = tensor.op
    while operation.type not in VARIABLES:
        if not len(operation.inputs):
            return None
        operation = operation.inputs[0].op
    return operation
