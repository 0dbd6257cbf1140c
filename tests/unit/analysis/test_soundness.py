"""Random programs: whatever a concrete run would fetch, the abstract evaluation knows as a possibility."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from pathlib import Path

import pytest

from tf2migrate.analysis import evaluate_program
from tf2migrate.model.facts import Fetch, FetchChoice, FetchLeaf, FetchNest, FetchUnknown, Program

FLAGS, COUNTS = 3, 2
NAMES = ("a", "b", "c")
PRELUDE = """import other
import tensorflow as tf
class Box: pass
box, bag, table = Box(), [], {}
a = b = c = tf.constant(0)
box.x = table['k'] = a
bag.append(a)
sess = tf.Session()
"""


class Writer:
    """Writes a random program whose only unknowns are flags F0.. and counts N0.."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.functions = 0
        self.tries = 0

    def text(self) -> str:
        self.block("", depth=3, in_loop=False, in_function=False)
        self.lines += [f"sess.run({place})" for place in (*NAMES, "box.x", "table['k']", "bag[0]")]
        return "\n".join(self.lines) + "\n"

    def block(self, indent: str, *, depth: int, in_loop: bool, in_function: bool) -> None:
        for _ in range(self.random.randint(1, 4)):
            self.statement(indent, depth=depth, in_loop=in_loop, in_function=in_function)

    def statement(self, indent: str, *, depth: int, in_loop: bool, in_function: bool) -> None:
        kinds = ["make", "alias", "attribute", "entry", "element", "run"]
        kinds += ["if", "if", "loop", "call", "try"] if depth else []
        kinds += ["break", "continue"] if in_loop else []
        kinds += ["return"] if in_function else []
        kinds += ["raise"] if self.tries else []
        kind = self.random.choice(kinds)
        getattr(self, f"write_{kind}")(indent, depth, in_loop, in_function)

    def place(self) -> str:
        return self.random.choice([*NAMES, "box.x", "table['k']", "bag[0]"])

    def add(self, line: str) -> None:
        self.lines.append(line)

    def write_make(self, indent: str, *_: object) -> None:
        self.add(f"{indent}{self.random.choice(NAMES)} = tf.constant({len(self.lines)})")

    def write_alias(self, indent: str, *_: object) -> None:
        self.add(f"{indent}{self.random.choice(NAMES)} = {self.place()}")

    def write_attribute(self, indent: str, *_: object) -> None:
        self.add(f"{indent}box.x = {self.place()}")

    def write_entry(self, indent: str, *_: object) -> None:
        self.add(f"{indent}table['k'] = {self.place()}")

    def write_element(self, indent: str, *_: object) -> None:
        self.add(f"{indent}bag[0] = {self.place()}")

    def write_run(self, indent: str, *_: object) -> None:
        self.add(f"{indent}sess.run({self.place()})")

    def write_if(self, indent: str, depth: int, in_loop: bool, in_function: bool) -> None:
        self.add(f"{indent}if F{self.random.randrange(FLAGS)}:")
        self.block(f"{indent}    ", depth=depth - 1, in_loop=in_loop, in_function=in_function)
        if self.random.random() < 0.5:
            self.add(f"{indent}else:")
            self.block(f"{indent}    ", depth=depth - 1, in_loop=in_loop, in_function=in_function)

    def write_loop(self, indent: str, depth: int, in_loop: bool, in_function: bool) -> None:
        self.add(f"{indent}for i in range(N{self.random.randrange(COUNTS)}):")
        self.block(f"{indent}    ", depth=depth - 1, in_loop=True, in_function=in_function)

    def write_try(self, indent: str, depth: int, in_loop: bool, in_function: bool) -> None:
        self.add(f"{indent}try:")
        self.tries += 1
        self.block(f"{indent}    ", depth=depth - 1, in_loop=in_loop, in_function=in_function)
        self.tries -= 1
        if self.random.random() < 0.7:
            self.add(f"{indent}except ValueError:")
            self.block(f"{indent}    ", depth=depth - 1, in_loop=in_loop, in_function=in_function)
        else:
            self.add(f"{indent}finally:")
            self.write_make(f"{indent}    ")

    def write_raise(self, indent: str, *_: object) -> None:
        self.add(f"{indent}if F{self.random.randrange(FLAGS)}: raise ValueError()")

    def write_call(self, indent: str, depth: int, in_loop: bool, in_function: bool) -> None:
        self.functions += 1
        name = f"f{self.functions}"
        self.add(f"{indent}def {name}(a, b, c):")
        self.block(f"{indent}    ", depth=depth - 1, in_loop=False, in_function=True)
        self.add(f"{indent}    return a")
        self.add(f"{indent}{self.random.choice(NAMES)} = {name}(a, b, c)")

    def write_break(self, indent: str, *_: object) -> None:
        self.add(f"{indent}if F{self.random.randrange(FLAGS)}: break")

    def write_continue(self, indent: str, *_: object) -> None:
        self.add(f"{indent}if F{self.random.randrange(FLAGS)}: continue")

    def write_return(self, indent: str, *_: object) -> None:
        self.add(f"{indent}if F{self.random.randrange(FLAGS)}: return {self.place()}")


def evaluated(body: str, flags: tuple[object, ...], counts: tuple[object, ...]) -> Program:
    names = ", ".join([*(f"F{i}" for i in range(FLAGS)), *(f"N{i}" for i in range(COUNTS))])
    values = ", ".join(str(value) for value in (*flags, *counts))
    return evaluate_program(Path("random_program.py"), text=f"{PRELUDE}{names} = {values}\n{body}")


def fetched(program: Program) -> dict[int, set[int | None]]:
    """Return, for each line with a run, the lines of what it may fetch; None for anything."""
    found: dict[int, set[int | None]] = defaultdict(set)
    for visit in program.visits:
        found[visit.place.expression.line] |= {
            None if node is None else program.nodes[node].place.expression.line for node in leaves(visit.fetch)
        }
    return found


def leaves(fetch: Fetch) -> list[int | None]:
    match fetch:
        case FetchLeaf(node):
            return [node]
        case FetchNest(_, items) | FetchChoice(items):
            return [node for item in items for node in leaves(item)]
        case FetchUnknown():
            return [None]


@pytest.mark.parametrize("seed", range(60))
def test_every_concrete_run_is_among_the_abstract_ones(seed: int) -> None:
    body = Writer(seed).text()
    unknown = tuple("other.flag()" for _ in range(FLAGS)), tuple("other.count()" for _ in range(COUNTS))
    abstract = fetched(evaluated(body, *unknown))
    for flags in itertools.product([True, False], repeat=FLAGS):
        for counts in ((0, 0), (1, 2), (3, 0), (2, 1)):
            for line, lines in fetched(evaluated(body, flags, counts)).items():
                known = abstract.get(line, set())
                assert None in known or lines <= known, (line, flags, counts, PRELUDE + "\n" + body)
