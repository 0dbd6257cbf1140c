"""What a definition in the program, written by the tool, takes of TensorFlow 1's symbol that it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ANY: tuple[str, ...] = ()
BY_HAND = "write the cell by hand, as a class with its weights"


@dataclass(frozen=True, slots=True)
class Emitted:
    """What stands for a TensorFlow 1 class or function: its name and the parameters that it keeps.

    A parameter of `ignored` must be one of these texts where it is given; none means that any will do. `features` are
    the parameters that a definition has only where a call gives them, by the feature's name; `methods` those that it
    has only where the program names them, with the features that each asks for. `signature` has TensorFlow 1's
    parameters where the tables do not, `defaults` the texts that say no more than leaving the argument out would;
    `keywords` says that any other keyword is taken, `aliases` has older names of parameters. Programs that name what
    the definition is `lacking` are refused.
    """

    name: str
    parameters: tuple[str, ...]
    ignored: Mapping[str, tuple[str, ...]]
    features: Mapping[str, str]
    methods: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    signature: tuple[str, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    keywords: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)
    lacking: frozenset[str] = frozenset()
    advice: str = BY_HAND
