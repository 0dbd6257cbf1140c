"""The tutorial's MNIST reader: what the definitions that take its place must know of the program."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from tf2migrate.knowledge.mnist import FAKE, READER, READERS, SEEDS
from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import Rendered, Renderer, concat
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.model.facts import GraphNode, Known, Program
from tf2migrate.model.source import NodeRef, Span

_DATA_SET = "DataSet"
_FAKE_POSITION = 1  # of `fake_data` among the arguments of `next_batch`


def reader_features(trees: Iterable[ast.Module]) -> Mapping[str, frozenset[str]]:
    """Return what the definitions must be able to do because of what the files of a program ask of a data set."""
    for tree in trees:
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(attr="next_batch"), args=args, keywords=keywords):
                    if len(args) > _FAKE_POSITION or any(item.arg in ("fake_data", None) for item in keywords):
                        return {READER: frozenset({FAKE}), _DATA_SET: frozenset({FAKE})}
                case _:
                    pass
    return {}


def write_reader_seeds(program: Program, syntax: Syntax, renderer: Renderer) -> None:
    """Write the graph's seed, with which TensorFlow 1 seeded numpy, as an argument of each call that reads the data."""
    seeds: dict[NodeRef, dict[int, GraphNode | None]] = {}  # by the id of what sets it
    set_in: dict[int, GraphNode] = {}
    for node in program.nodes:
        at = node.place.expression
        if node.op in SEEDS:
            set_in[node.graph] = node
        elif node.op in READERS and "seed" not in node.arguments and at.path == syntax.path:
            setter = set_in.get(node.graph)
            seeds.setdefault(at, {})[-1 if setter is None else setter.id] = setter
    for at, setters in seeds.items():
        call = syntax.call(at)
        setter, *others = setters.values()
        if others or (setter is not None and not setter.certain) or call is None:
            reason = "the tutorial's MNIST reader may be seeded by the graph's seed or not"
            raise Refused(NO_NATIVE_FORM, at, reason, "set the seed at one place, above the call")
        if setter is not None:
            _add_argument(syntax, renderer, call, _seed_text(syntax, call, setter))


def _seed_text(syntax: Syntax, call: ast.Call, setter: GraphNode) -> str:
    """Return the seed as the program writes it, or its value where that means nothing at the call."""
    value = setter.arguments.get("seed")
    written = setter.argument_at.get("seed")
    node = syntax.nodes.get(written) if written is not None else None
    if isinstance(node, ast.expr) and _function_of(syntax, node) in (None, _function_of(syntax, call)):
        return syntax.source(node)
    if not isinstance(value, Known):
        reason = "the graph's seed, with which the tutorial's MNIST reader seeds numpy, is not known"
        raise Refused(NO_NATIVE_FORM, setter.place.expression, reason, "name it at module level")
    return repr(value.value)


def _function_of(syntax: Syntax, node: ast.AST) -> ast.AST | None:
    while node in syntax.parents:
        node = syntax.parents[node]
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            return node
    return None


def _add_argument(syntax: Syntax, renderer: Renderer, call: ast.Call, seed: str) -> None:
    span = syntax.span(call)
    items: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    ends = [syntax.span(item).end for item in items]
    end = max(ends, default=syntax.text.index("(", syntax.span(call.func).end) + 1)
    text = f", seed={seed}" if ends else f"seed={seed}"

    def build() -> Rendered:
        before, after = renderer.render(Span(span.start, end)), renderer.original(Span(end, span.end))
        return concat([before, text, after])

    renderer.add(span, build)
