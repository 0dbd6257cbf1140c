"""What is known of one public TensorFlow symbol."""

from __future__ import annotations

from dataclasses import dataclass

from tf2migrate.model.enums import StrEnum


class ApiStatus(StrEnum):
    SAME = "same"  # the same name, signature and law in TF2
    RENAMED = "renamed"  # TF2 has it under `target`, arguments unchanged
    REWRITTEN = "rewritten"  # a rule or the migration writes the native form
    COMPAT = "compat"  # only under tf.compat.v1
    GONE = "gone"  # nowhere in the TensorFlow that is installed


class Effect(StrEnum):
    PURE = "pure"
    RANDOM = "random"  # draws numbers
    STATEFUL = "stateful"  # has another effect: assigns, prints, asserts, reads a file ..
    STATE = "state"  # makes state: variables, layers, optimizers, iterators, tables


@dataclass(frozen=True, slots=True)
class Passing:
    """How one argument of a native call comes from the TF1 call.

    The first of the TF1 parameters `sources` that was given fills `template` (`{}` stands for its text). Where none was
    given, `default` is written, or nothing where it is None. No sources: `default` is always written.
    """

    name: str
    sources: tuple[str, ...]
    template: str = "{}"
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One native form of a TF1 call. It holds when all conditions do and no other TF1 argument was given.

    A condition is (TF1 parameter, literal): the argument's text must be that literal, or the argument is absent and its
    default is that literal. "given" demands any given argument, "absent" none; other words ask for facts of it
    (`knowledge.overlay.forms.DEMANDS`). Parameters joined by `|` stand for the first that is given. `wrap` holds
    `{call}` where the call's value needs more around it, and arguments by their TF1 names. Arguments in `dropped` have
    no effect in TF2 and go.
    """

    target: str
    passes: tuple[Passing, ...]
    conditions: tuple[tuple[str, str], ...] = ()
    dropped: tuple[str, ...] = ()
    wrap: str = "{call}"


@dataclass(frozen=True, slots=True)
class ApiEntry:
    """One TF1 symbol. Paths begin with `tf.`; `parameters` are TF1's, in order, with the repr of defaults or None.

    A parameter called `*` begins the keyword-only ones; `*args` and `**kwargs` keep their stars. `results` is "tensor",
    "list", "tuple:N", "operation", "object", "none" or "callback" (what a callback argument returns); `callbacks` names
    the parameters that are called. `rewrites` are tried in order.
    """

    path: str
    status: ApiStatus
    target: str | None
    reason: str
    kind: str  # "function", "class", "method", "module", "constant"
    parameters: tuple[tuple[str, str | None], ...]
    effect: Effect
    results: str = "tensor"
    callbacks: tuple[str, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    bound: bool = True  # False: the parameters are not known, every argument may be anything
    compat: str | None = None  # where it runs today as TensorFlow 1: `tf..` is below `tf.compat.v1`, or in `tf_slim`
    legacy_keras: bool = False  # .. and that needs the Keras of TensorFlow 1
