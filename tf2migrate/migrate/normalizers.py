"""Layers of contrib that are given a normalizer: a layer without biases, the normalizer, and the activation.

It is text before planning: `conv2d(x, 8, 3, normalizer_fn=batch_norm)` says no more than the calls that it makes.
"""

from __future__ import annotations

import ast
from collections import defaultdict

from tf2migrate.migrate.inlining import Inlined
from tf2migrate.migrate.leftovers import tf_alias
from tf2migrate.migrate.render import Rendered, Renderer, concat, join
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.texts import Texts
from tf2migrate.model.facts import GraphNode, Kind, Program, Symbol
from tf2migrate.model.source import NodeRef, Span

_LAYERS = frozenset(
    f"tf.contrib.layers.{name}"
    for name in "fully_connected conv2d convolution2d conv2d_transpose convolution2d_transpose".split()
)
# A normalizer, its parameter for the scope of its weights, and the name that this has inside of the layer's scope.
_NORMALIZERS = {
    "tf.contrib.layers.batch_norm": ("scope", "BatchNorm"),
    "tf.contrib.slim.batch_norm": ("scope", "BatchNorm"),
    "tf.layers.batch_normalization": ("name", "batch_normalization"),
    "tf.contrib.layers.layer_norm": ("scope", "LayerNorm"),
    "tf.contrib.slim.layer_norm": ("scope", "LayerNorm"),
}
_OWN = frozenset({"normalizer_fn", "normalizer_params", "activation_fn", "biases_initializer"})


def write_normalizers(texts: Texts, program: Program) -> Texts | None:
    """Return the texts with such layers as the calls that they make, None where there are none."""
    changed = texts
    for path in program.files:
        text = changed.source(path).text
        if "normalizer_fn" not in text:
            continue
        syntax = Syntax.parse(path, text)
        renderer = Renderer(text, syntax.index)
        calls: dict[NodeRef, list[GraphNode]] = defaultdict(list)
        for node in program.nodes:
            if node.place.expression.path == path and node.op in _LAYERS and "normalizer_fn" in node.arguments:
                calls[node.place.expression].append(node)
        for at, nodes in calls.items():
            call = syntax.call(at)
            layer = None if call is None else _Layer.of(syntax, renderer, call, nodes)
            if call is not None and layer is not None:
                renderer.add(syntax.span(call), layer.build)
        if renderer.replacements:
            rendered = renderer.render(Span(0, len(text)))
            changed = changed.then(path, Inlined(rendered.text, rendered.lines))
    return None if changed is texts else changed


class _Layer:
    """One call, and what it is written as."""

    def __init__(self, syntax: Syntax, renderer: Renderer, call: ast.Call, nodes: list[GraphNode]) -> None:
        self.syntax, self.renderer, self.call, self.nodes = syntax, renderer, call, nodes
        self.keywords = {one.arg: one.value for one in call.keywords if one.arg is not None}
        self.parameters: list[tuple[str, ast.expr]] = []

    @classmethod
    def of(cls, syntax: Syntax, renderer: Renderer, call: ast.Call, nodes: list[GraphNode]) -> _Layer | None:
        """Return the layer; None where its call does not say what it does."""
        made = cls(syntax, renderer, call, nodes)
        own = _OWN & set(nodes[0].arguments)
        if len(made.keywords) < len(call.keywords) or own - set(made.keywords) or made.normalizer is None:
            return None
        activation = made.keywords.get("activation_fn")
        if activation is not None and not isinstance(activation, (ast.Name, ast.Attribute, ast.Constant)):
            return None
        parameters = made._items(made.keywords.get("normalizer_params"))
        if parameters is None or made._scope_text() is None:
            return None
        made.parameters = parameters
        return made

    @property
    def normalizer(self) -> str | None:
        """The normalizer, where all visits of the call are given the same one."""
        given = {one.path if isinstance(one := n.arguments["normalizer_fn"], Symbol) else "" for n in self.nodes}
        path = given.pop() if len(given) == 1 else ""
        return path if path in _NORMALIZERS else None

    def build(self) -> Rendered:
        """Return the calls."""
        tf = tf_alias(self.syntax.tree)
        kept = [self._render(one) for one in self.call.args]
        kept += [self._render(one) for one in self.call.keywords if one.arg not in _OWN]
        # What an `arg_scope` around it gives must not come back.
        without = ["activation_fn", "biases_initializer", "normalizer_fn"]
        without += ["normalizer_params"] if "normalizer_params" in self.keywords else []
        plain: list[Rendered | str] = [*kept, *(f"{name}=None" for name in without)]
        layer = concat([self._render(self.call.func), "(", join(", ", plain), ")"])
        given: list[Rendered | str] = [concat([f"{name}=", self._render(value)]) for name, value in self.parameters]
        scope, _ = _NORMALIZERS[self.normalizer or ""]
        names = {name for name, _ in self.parameters}
        if "reuse" in self.keywords and "reuse" not in names:
            given.append(concat(["reuse=", self._render(self.keywords["reuse"])]))
        if scope not in names:
            given.append(concat([f"{scope}=", self._scope_text() or ""]))
        text = concat([self._render(self.keywords["normalizer_fn"]), "(", join(", ", [layer, *given]), ")"])
        activation = self.keywords.get("activation_fn")
        if isinstance(activation, ast.Constant):
            return text
        return concat([f"{tf}.nn.relu" if activation is None else self._render(activation), "(", text, ")"])

    def _render(self, node: ast.expr | ast.keyword) -> Rendered:
        return self.renderer.render(self.syntax.span(node))

    def _items(self, value: ast.expr | None) -> list[tuple[str, ast.expr]] | None:
        """Return the items of a dict that is written out at the call, or under a name that nothing changes."""
        match value:
            case None | ast.Constant(value=None):
                return []
            case ast.Dict(keys=keys, values=values):
                names = [key.value if isinstance(key, ast.Constant) else None for key in keys]
                items = [(name, one) for name, one in zip(names, values, strict=True) if isinstance(name, str)]
                return items if len(items) == len(keys) else None
            case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
                items = [(one.arg, one.value) for one in keywords if one.arg is not None]
                return items if len(items) == len(keywords) else None
            case ast.Name(id=name):
                found = [n for n in ast.walk(self.syntax.tree) if isinstance(n, ast.Name) and n.id == name]
                bound = [self.syntax.parents[one] for one in found if isinstance(one.ctx, ast.Store)]
                reads = [self.syntax.parents[one] for one in found if isinstance(one.ctx, ast.Load)]
                arguments = any(isinstance(n, ast.arg) and n.arg == name for n in ast.walk(self.syntax.tree))
                only = all(isinstance(one, ast.keyword) and one.arg == "normalizer_params" for one in reads)
                if len(bound) == 1 and only and not arguments and isinstance(bound[0], ast.Assign):
                    return self._items(bound[0].value) if not isinstance(bound[0].value, ast.Name) else None
        return None

    def _scope_text(self) -> Rendered | None:
        """Return the scope of the normalizer's weights: inside of the layer's."""
        inner = _NORMALIZERS[self.normalizer or ""][1]
        written = self.keywords.get("scope")
        if isinstance(written, ast.Constant) and isinstance(written.value, str):
            return Rendered.new(f'"{written.value}/{inner}"')
        if written is not None and not isinstance(written, ast.Constant):
            return concat(["(", self._render(written), f') + "/{inner}"'])
        names = {(n.name or "/").split("/")[-2:][0] for n in self.nodes if n.kind is Kind.VARIABLE}
        label = names.pop() if len(names) == 1 else ""
        positional = "scope" in self.nodes[0].arguments and written is None
        return Rendered.new(f'"{label}/{inner}"') if label and not positional else None
