"""The emitted cells and loops: what a program gets of them. That they keep TensorFlow 1's law is tested by fixtures."""

from __future__ import annotations

import ast
import itertools

import pytest

from tf2migrate.knowledge import lookup
from tf2migrate.knowledge.rnn import EMITTED, definitions, parameters_of_emitted

PLAIN: frozenset[str] = frozenset()
ALL_FEATURES = {emitted.name: frozenset(emitted.features.values()) for emitted in EMITTED.values()}


def signature(text: str, name: str) -> list[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return [argument.arg for argument in node.args.args]
        if isinstance(node, ast.ClassDef) and node.name == name:
            return signature(ast.unparse(node), "__init__")[1:]
    raise AssertionError(name)


@pytest.mark.parametrize("path", sorted(EMITTED))
def test_parameters_are_those_of_tensorflow_1_in_its_order(path: str) -> None:
    emitted = EMITTED[path]
    known = parameters_of_emitted(path)
    assert set(emitted.parameters) | set(emitted.ignored) <= {*known, "time_major", "scope", *emitted.ignored}
    assert [name for name in known if name in emitted.parameters] == list(emitted.parameters)
    assert lookup(path) is not None


@pytest.mark.parametrize("name", sorted(ALL_FEATURES))
def test_definitions_have_the_parameters_that_are_asked_for(name: str) -> None:
    emitted = next(one for one in EMITTED.values() if one.name == name)
    plain = "\n\n\n".join(definitions({name: PLAIN}))
    whole = "\n\n\n".join(definitions({name: ALL_FEATURES[name]}))
    if name != "LSTMStateTuple":
        assert signature(whole, name) == list(emitted.parameters)
        assert signature(plain, name) == [one for one in emitted.parameters if one not in emitted.features]
    for text in (plain, whole):
        assert "#?" not in text
        assert max(len(line) for line in text.split("\n")) <= 120


def test_all_of_them_stand_beside_each_other() -> None:
    for features in (dict.fromkeys(ALL_FEATURES, PLAIN), ALL_FEATURES):
        parts = definitions(features)
        names = [ast.parse(part).body[0] for part in parts]
        assert len(parts) == len({ast.dump(name) for name in names})
        ast.parse("\n\n\n".join(parts))


def test_a_program_gets_what_it_uses_and_what_that_calls() -> None:
    (only,) = definitions({"GRUCell": PLAIN})
    assert only.startswith("class GRUCell(tf.Module):")
    assert [part.split("(")[0] for part in definitions({"BasicLSTMCell": PLAIN})] == [
        "LSTMStateTuple = collections.namedtuple",
        "class BasicLSTMCell",
    ]
    both = definitions({"bidirectional_dynamic_rnn": frozenset({"sequence_length"})})
    assert [part.split("(")[0] for part in both] == ["def until", "def dynamic_rnn", "def bidirectional_dynamic_rnn"]
    assert "sequence_length" in both[1]
    assert "until" not in "".join(definitions({"static_bidirectional_rnn": PLAIN}))


def test_names_of_the_program() -> None:
    parts = definitions({"BasicLSTMCell": PLAIN}, "T", {"LSTMStateTuple": "State", "BasicLSTMCell": "Cell"})
    text = "\n".join(parts)
    assert text.startswith('State = collections.namedtuple("LSTMStateTuple"')
    assert "class Cell(T.Module):" in text
    assert "return State(zeros, zeros)" in text
    assert not any(a == "tf." for a in itertools.chain(text.split()))


@pytest.mark.parametrize(
    ("law", "flag", "ranks"), list(itertools.product(("", "moves always", "moves told"), (0, 1), (0, 1)))
)
def test_batch_normalization_in_all_forms(law: str, flag: int, ranks: int) -> None:
    features = frozenset([*law.split(), *["flag"] * flag, *["fused_ranks"] * ranks])
    text = definitions({"BatchNormalization": features})[0]
    ast.parse(text)
    assert "#?" not in text
    assert ("assign_sub" in text, "self.moves" in text) == ("moves" in law, "told" in law)
    assert ("tf.cond" in text, "fused_ranks" in text) == (bool(flag), bool(ranks))
    assert text.count('"""') == 2
