"""Queues that a reader is given file names by, as datasets: the same examples in the same order.

It is text before planning. One thread that reads files in a fixed order, decodes and batches gives what a dataset
gives; where files or examples are shuffled or several threads race, the order is TensorFlow's own: the queue is left.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from tf2migrate.migrate.leftovers import tf_alias
from tf2migrate.migrate.syntax import Names, Syntax, argument
from tf2migrate.migrate.text_edits import removal, with_edits
from tf2migrate.migrate.texts import Texts
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import Kind, Program
from tf2migrate.model.source import Edit, Span
from tf2migrate.names import Names as Symbols
from tf2migrate.source import node_ref

_PRODUCER, _BATCH = "tf.train.string_input_producer", "tf.train.batch"
_RECORDS = {"tf.TextLineReader": "TextLineDataset", "tf.TFRecordReader": "TFRecordDataset"}
_FILES = "tf.WholeFileReader"
_READERS = frozenset({*_RECORDS, _FILES})
_KNOWN = {
    _PRODUCER: ("string_tensor", "num_epochs", "shuffle", "seed", "capacity", "name"),
    "tf.TextLineReader": ("skip_header_lines", "name"),
    "tf.TFRecordReader": ("name",),
    _FILES: ("name",),
    _BATCH: (
        *("tensors", "batch_size", "num_threads", "capacity", "enqueue_many", "", "dynamic_pad"),
        *("allow_smaller_final_batch", "name"),
    ),
}  # "" for a parameter that is not foreseen
_ONE_THREAD = {"num_threads": (1,), "enqueue_many": (False,), "dynamic_pad": (False,)}


class _Unwritable(Exception):
    """A form that this does not foresee: the queue is left."""


def has_queues(program: Program) -> bool:
    """Say whether a program fills queues with the names of files."""
    return any(node.op == _PRODUCER for node in program.nodes)


def read_in_order(texts: Texts, program: Program) -> Texts | None:
    """Return the texts with queues of file names as datasets, None where there are none, or some of another form."""
    producers = [node for node in program.nodes if node.op == _PRODUCER]
    if not has_queues(program) or any(node.inputs for node in producers):
        return None
    changed = texts
    for path in {node.place.expression.path for node in producers}:
        try:
            edits = _Writer(Syntax.parse(path, texts.source(path).text), ProgramView(program)).edits()
        except _Unwritable:
            return None
        again = with_edits(changed, path, edits)
        if again is None:
            return None
        changed = again
    return changed


@dataclass
class _Pipeline:
    """The statements that make a queue, read it and decode what is read, in one suite."""

    suite: list[ast.stmt]
    producer: ast.Call
    reader: ast.Call
    read: ast.Assign
    value: str
    gone: list[ast.stmt]
    decoding: list[ast.stmt]
    batch: ast.Call | None = None


def _is_in_order(producer: ast.Call) -> bool:
    """Say whether a queue gives its files in the order of their list: one file alone does, however it is shuffled."""
    shuffle, files = argument(producer, "shuffle", 2), argument(producer, "string_tensor", 0)
    alone = isinstance(files, ast.List) and len(files.elts) == 1 and not isinstance(files.elts[0], ast.Starred)
    return alone or (isinstance(shuffle, ast.Constant) and shuffle.value is False)


class _Writer:
    def __init__(self, syntax: Syntax, view: ProgramView) -> None:
        self.syntax, self.view, self.symbols = syntax, view, Symbols(syntax.tree)
        self.names, self.tf = Names(syntax.tree), tf_alias(syntax.tree)
        self.made: list[Edit] = []

    def edits(self) -> list[Edit]:
        """Return the edits of the file."""
        for node in ast.walk(self.syntax.tree):
            if isinstance(node, ast.Call) and self.symbols.path(node.func) == _PRODUCER:
                self._write(self._pipeline(node))
        return self.made

    def _pipeline(self, producer: ast.Call) -> _Pipeline:
        self._check(producer)
        made, queue = self._assigned(producer)
        read = self.syntax.parents[self._only_use(queue)]
        if not isinstance(read, ast.Call) or not isinstance(read.func, ast.Attribute) or read.func.attr != "read":
            raise _Unwritable
        named = read.func.value
        if len(read.args) != 1 or read.keywords or not isinstance(named, ast.Name):
            raise _Unwritable
        reader = self._reader(named)
        reading, suite = self.syntax.statement_of(read), self._suite(made)
        making = self.syntax.statement_of(reader)
        if self._suite(reading) is not suite or self._suite(making) is not suite:
            raise _Unwritable
        value = self._value(reading, read)
        assert isinstance(reading, ast.Assign)
        found = _Pipeline(suite, producer, reader, reading, value, [made, making, reading], [])
        self._follow(found)
        return found

    def _check(self, call: ast.Call) -> None:
        """Refuse arguments that are not known, or ask for what a dataset does not do in this order."""
        path = self.symbols.path(call.func) or ""
        parameters = _KNOWN[path]
        if any(keyword.arg not in parameters for keyword in call.keywords) or len(call.args) > parameters.index("name"):
            raise _Unwritable
        for number, name in enumerate(parameters):
            given = argument(call, name, number)
            if name == "" and given is not None:
                raise _Unwritable
            values = _ONE_THREAD.get(name, ())
            if given is not None and values and not (isinstance(given, ast.Constant) and given.value in values):
                raise _Unwritable
        if path == _PRODUCER and not _is_in_order(call):
            raise _Unwritable

    def _assigned(self, call: ast.Call) -> tuple[ast.stmt, str]:
        """Return the statement that gives what a call makes a name of its own, and the name."""
        statement = self.syntax.parents[call]
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]) if self._stores(name) == 1:
                return statement, name
        raise _Unwritable

    def _reader(self, named: ast.Name) -> ast.Call:
        for node in ast.walk(self.syntax.tree):
            if isinstance(node, ast.Call) and self.symbols.path(node.func) in _READERS:
                statement = self.syntax.parents[node]
                if isinstance(statement, ast.Assign) and self._assigned(node)[1] == named.id:
                    self._check(node)
                    self._only_use(named.id)
                    return node
        raise _Unwritable

    def _value(self, reading: ast.stmt, read: ast.Call) -> str:
        match reading:
            case ast.Assign(targets=[ast.Tuple(elts=[ast.Name(id=key), ast.Name(id=value)])], value=found):
                if found is read and not self._loads(key) and self._stores(value) == 1 and key != value:
                    return value
        raise _Unwritable

    def _follow(self, found: _Pipeline) -> None:
        """Find what decodes the value that is read, up to the batch; what follows from it is read nowhere else."""
        carried = {found.value}
        for statement in found.suite[found.suite.index(found.read) + 1 :]:
            read = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
            if not carried & read:
                continue
            if self._is_batch(statement):
                assert isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)
                found.batch = statement.value
                self._check_batched(found, statement)
                break
            given = self._decoded(statement)
            if given is None:
                break  # what stands behind a use of another kind is no decoding
            carried |= given
            found.decoding.append(statement)
        inside = {id(n) for part in [*found.decoding, found.batch] if part for n in ast.walk(part)}
        if found.batch is None:
            found.decoding = []
            self._check_graph([])
        elif any(id(node) not in inside for name in carried for node in self._loads(name)):
            raise _Unwritable  # what reads it takes an example of its own
        else:
            self._check_graph(found.decoding)

    def _is_batch(self, statement: ast.stmt) -> bool:
        value = statement.value if isinstance(statement, ast.Assign) else None
        return isinstance(value, ast.Call) and self.symbols.path(value.func) == _BATCH

    def _check_batched(self, found: _Pipeline, statement: ast.Assign) -> None:
        """Refuse a batch whose results are bound in a way that depends on what type holds them."""
        assert found.batch is not None
        self._check(found.batch)
        several = isinstance(tensors := argument(found.batch, "tensors", 0), (ast.List, ast.Tuple))
        if several and any(isinstance(one, ast.Starred) for one in tensors.elts):  # type: ignore[union-attr]
            raise _Unwritable
        unpacked = len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Tuple)
        named = len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name)
        one = isinstance(tensors, ast.Name) or (several and len(tensors.elts) == 1)  # type: ignore[union-attr]
        if not (unpacked and several and not one) and not (named and (one or isinstance(tensors, ast.Dict))):
            raise _Unwritable

    def _decoded(self, statement: ast.stmt) -> set[str] | None:
        """Return the names that a statement gives, None for one that does more than that."""
        stores = [n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        match statement:
            case ast.Assign(targets=[ast.Name() | ast.Tuple()]) if all(self._stores(name) == 1 for name in stores):
                return set(stores)
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="set_shape"))):
                return set()
        return None

    def _check_graph(self, decoding: list[ast.stmt]) -> None:
        """Refuse state, draws and effects among what moves into the dataset's function, and names bound again."""
        moving = {node_ref(self.syntax.path, statement) for statement in decoding}
        for node in self.view.nodes:
            trail = {step.statement for step in self.view.trail(node.place)}
            if trail & moving and (node.kind is not Kind.TENSOR or node.random or node.stateful):
                raise _Unwritable
        for statement in decoding:
            for part in ast.walk(statement):
                if isinstance(part, ast.Name) and self._stores(part.id) > 1:
                    raise _Unwritable
                if isinstance(part, ast.Constant) and part.lineno != part.end_lineno:
                    raise _Unwritable  # its lines must not move

    def _write(self, found: _Pipeline) -> None:
        self.made.extend(removal(self.syntax, statement) for statement in found.gone if statement is not found.read)
        dataset = self.names.fresh("dataset")
        lines = [f"{dataset} = {part.format(dataset)}" for part in self._read_texts(found)]
        following = f"{dataset}.make_one_shot_iterator().get_next()"
        if found.batch is None:
            indent = self.syntax.index.indent(found.read.lineno)
            text = f"\n{indent}".join([*lines, f"{found.value} = {following}"])
            self.made.append(Edit(self.syntax.span(found.read), text))
            return
        self.made.append(removal(self.syntax, found.read))
        decode = self._function(found)
        decoded = f"{dataset}.map({decode[0]})" if decode is not None else dataset
        lines = [*(decode[1] if decode is not None else []), *lines]
        size, smaller = argument(found.batch, "batch_size", 1), argument(found.batch, "allow_smaller_final_batch", 7)
        rest = ", drop_remainder=True"
        if smaller is not None:
            rest = f", drop_remainder=not {self.syntax.source(smaller)}"
        if isinstance(smaller, ast.Constant):
            rest = "" if smaller.value else ", drop_remainder=True"
        given = self.syntax.source(size) if size is not None else "32"
        lines.append(f"{dataset} = {decoded}.batch({given}{rest})")
        statement = self.syntax.statement_of(found.batch)
        indent, start = self.syntax.index.indent(statement.lineno), self.syntax.index.start(statement.lineno)
        text = "".join(f"{indent}{line}\n" if line else "\n" for line in lines)
        self.made.append(Edit(Span(start, start), text))
        self.made.append(Edit(self.syntax.span(found.batch), following))

    def _read_texts(self, found: _Pipeline) -> list[str]:
        """Return the dataset of what the reader gives: all files in their order, again and again or so many times.

        It is written in steps, in which `{}` stands for the dataset so far.
        """
        files = argument(found.producer, "string_tensor", 0)
        if files is None:
            raise _Unwritable
        source, data = self.syntax.source(files), f"{self.tf}.data"
        epochs = argument(found.producer, "num_epochs", 1)
        forever = epochs is None or (isinstance(epochs, ast.Constant) and epochs.value is None)
        again = ".repeat()" if epochs is None or forever else f".repeat({self.syntax.source(epochs)})"
        path = self.symbols.path(found.reader.func) or ""
        if path == _FILES:
            return [f"{data}.Dataset.from_tensor_slices({source}){again}.map({self.tf}.read_file)"]
        kind = f"{data}.{_RECORDS[path]}"
        skipped = argument(found.reader, "skip_header_lines", 0) if path == "tf.TextLineReader" else None
        if skipped is None or (isinstance(skipped, ast.Constant) and not skipped.value):
            return [f"{kind}({source}){again}"]
        each = f"lambda file: {kind}(file).skip({self.syntax.source(skipped)})"
        return [f"{data}.Dataset.from_tensor_slices({source}){again}", f"{{}}.flat_map({each})"]

    def _function(self, found: _Pipeline) -> tuple[str, list[str]] | None:
        """Return the function that decodes an example: its name and its lines; None where nothing is decoded."""
        assert found.batch is not None
        tensors = argument(found.batch, "tensors", 0)
        parts = tensors.elts if isinstance(tensors, (ast.List, ast.Tuple)) else [tensors]
        if len(parts) == 1 and isinstance(parts[0], ast.Name) and parts[0].id == found.value:
            return None
        name, step = self.names.fresh("decode"), self.syntax.indent
        lines = [f"def {name}({found.value}):"]
        for statement in found.decoding:
            self.made.append(removal(self.syntax, statement))
            indent = self.syntax.index.indent(statement.lineno)
            lines.extend(step + line.removeprefix(indent) for line in self.syntax.source(statement).split("\n"))
        given = ", ".join(self.syntax.source(part) for part in parts if part is not None)
        return name, ["", *lines, f"{step}return {given}", "", ""]

    def _suite(self, statement: ast.stmt) -> list[ast.stmt]:
        suite = getattr(self.syntax.parents[statement], "body", None)
        if not isinstance(suite, list) or statement not in suite:
            raise _Unwritable
        return suite

    def _stores(self, name: str) -> int:
        return sum(
            (isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load))
            or (isinstance(node, ast.arg) and node.arg == name)
            for node in ast.walk(self.syntax.tree)
        )

    def _loads(self, name: str) -> list[ast.Name]:
        nodes = ast.walk(self.syntax.tree)
        return [n for n in nodes if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)]

    def _only_use(self, name: str) -> ast.Name:
        found = self._loads(name)
        if len(found) != 1:
            raise _Unwritable
        return found[0]
