"""Functions that record what a run returned for its summaries, in the place of `add_summary`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tf2migrate.migrate.fused_classes import put_behind_imports
from tf2migrate.migrate.naming import home_name
from tf2migrate.migrate.render import Rendered, concat, join
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.summaries import FORMS, parts_of, refused_summary, tag_of
from tf2migrate.migrate.summaries_by_hand import is_by_hand, write_hand_summaries
from tf2migrate.migrate.syntax import snake
from tf2migrate.migrate.variables import literal
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, Host, Kind, Known
from tf2migrate.model.plan import Refusal
from tf2migrate.model.source import NodeRef

SUMMARIES = "TFM989"


def write_summary_functions(bench: Workbench, plans: list[HomePlan]) -> None:
    """Register what stands for `add_summary`, and the functions that it calls."""
    functions: dict[NodeRef, str] = {}
    write_hand_summaries(bench, plans)
    uses = [node for node in bench.view.nodes if node.op.endswith(".add_summary") and bench.holds(node)]
    uses = [use for use in uses if not is_by_hand(use)]
    for use in uses:
        plan = next((plan for plan in plans if use.place.frame in plan.home.frames), None)
        origin = _origin(use)
        call = bench.syntax.call(use.place.expression)
        if origin is None or call is None or bench.view.nodes[origin].kind is not Kind.SUMMARY:
            raise refused_summary(use, "what is written here is not known to be the summary of one run")
        merged = bench.view.nodes[origin]
        if merged.place.expression not in functions:
            alone = len({_origin(other) for other in uses}) == 1
            place = _Place(bench, plans, plan, use, merged)
            functions[merged.place.expression] = place.function(alone)
        _write_use(bench, use, call, functions[merged.place.expression])


def _origin(use: GraphNode) -> int | None:
    """Return the summary that a run gave and that is written unchanged."""
    value = use.arguments.get("summary", use.arguments.get("0"))
    return value.origin if isinstance(value, Host) else None


def _write_use(bench: Workbench, use: GraphNode, call: ast.Call, function: str) -> None:
    summary = use.argument_at.get("summary", use.argument_at.get("0"))
    step = use.argument_at.get("global_step", use.argument_at.get("1"))
    if summary is None or not isinstance(call.func, ast.Attribute):
        raise refused_summary(use, "a summary is written in an unusual way")
    owner = call.func.value

    def build() -> Rendered:
        given = bench.render_at(step) if step is not None else Rendered.new("0")
        return concat([f"{function}(", join(", ", [bench.render(owner), bench.render_at(summary), given]), ")"])

    bench.renderer.add(bench.syntax.span(call), build)


@dataclass(frozen=True)
class _Place:
    """Where the function that writes a summary stands: behind what merges it, or behind the imports."""

    bench: Workbench
    plans: list[HomePlan]
    plan: HomePlan | None  # of the body that writes the summary
    use: GraphNode
    merged: GraphNode

    def function(self, alone: bool) -> str:
        """Place the function and return its name."""
        unit = self.plan.home.unit_of(self.merged.place) if self.plan is not None else None
        held = home_name(self.plan.home, self.merged.id) if self.plan is not None else None
        name = self.bench.names.fresh("write_summaries" if alone or held is None else f"write_{snake(held)}")
        line = (self.use if unit is None else self.merged).place.statement.line
        texts = [Rendered.new("\n".join(text), line) for text in self._definitions(name)]
        if unit is not None and self.plan is not None:
            self.plan.layout.definitions[unit].extend(texts)
        else:
            put_behind_imports(self.bench, self.plans, texts)
        return name

    def _definitions(self, name: str) -> Iterator[list[str]]:
        bench, parts = self.bench, parts_of(self.bench, self.merged.id)
        indent, tf = bench.syntax.indent, bench.tf
        lines = [f"def {name}(writer, values, step):", f"{indent}with writer.as_default(step=int(step)):"]
        plain = {part.op for part in parts if not _more(bench, part) and not _is_image(part)}
        if len(plain) == 1 and all(part.op in plain and not _more(bench, part) for part in parts) and len(parts) > 1:
            lines.append(f"{indent * 2}for tag, value in values.items():")
            lines.append(f"{indent * 3}{tf}.summary.{FORMS[plain.pop()].native}(tag, value)")
        else:
            scaled = bench.names.fresh("scaled_images") if any(map(_is_image, parts)) else ""
            if scaled:
                yield _scaling(scaled, indent, tf)
            lines += [f"{indent * 2}{self._written(part, scaled)}" for part in parts]
        yield lines

    def _written(self, part: GraphNode, scaled: str) -> str:
        """Return the statement that writes one value."""
        tag, tf = literal(tag_of(part)), self.bench.tf
        more = "".join(f", {name}={value}" for name, value in _more(self.bench, part))
        value = f"{scaled}(values[{tag}])" if _is_image(part) else f"values[{tag}]"
        if FORMS[part.op].native == "audio":  # TensorFlow 1 takes sounds of one channel without a dimension for it
            value = f"{tf}.reshape({value}, [*{value}.shape, 1][:3])"
        return f"{tf}.summary.{FORMS[part.op].native}({tag}, {value}{more})"


def _is_image(part: GraphNode) -> bool:
    return FORMS[part.op].native == "image"


def _scaling(name: str, indent: str, tf: str) -> list[str]:
    """Return a function that scales images as TensorFlow 1's summaries did: TensorFlow 2's show them as they are."""
    body = f'''"""Return images as TensorFlow 1 showed them: the largest is white, zero grey beside negative ones."""
images = {tf}.convert_to_tensor(images)
if images.dtype == {tf}.uint8:
{indent}return images
images = {tf}.cast(images, {tf}.float32)
negative = {tf}.reduce_min(images, axis=[1, 2, 3], keepdims=True) < 0
largest = {tf}.reduce_max({tf}.abs(images), axis=[1, 2, 3], keepdims=True)
scale = {tf}.where(largest < 1e-6, 0.0, {tf}.where(negative, 127.0, 255.0) / largest)
return {tf}.cast(images * scale + {tf}.where(negative, 128.0, 0.0), {tf}.uint8)'''
    return [f"def {name}(images):", *(indent + line for line in body.split("\n"))]


def _more(bench: Workbench, part: GraphNode) -> list[tuple[str, str]]:
    """Return the further arguments of one summary."""
    found: list[tuple[str, str]] = []
    for name, native in FORMS[part.op].more:
        value = part.arguments.get(name)
        if value is None:
            continue
        if not isinstance(value, Known) or not isinstance(value.value, int):
            raise refused_summary(part, f"`{name}` of this summary is not known")
        found.append((native, repr(value.value)))
    return found


def summary_notes(bench: Workbench) -> list[Refusal]:
    """Say what recording summaries needs."""
    path = bench.syntax.path
    uses = [n for n in bench.view.nodes if n.op.endswith(".add_summary") and bench.holds(n)]
    return [
        Refusal(
            path,
            use.place.statement.line,
            SUMMARIES,
            "`tf.summary` takes these functions from the package tensorboard, which TensorFlow does not install",
            "pip install tensorboard",
        )
        for use in uses[:1]
    ]
