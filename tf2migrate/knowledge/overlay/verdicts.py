"""All hand-written verdicts, from the files of the families."""

from __future__ import annotations

from tf2migrate.knowledge.overlay import (
    contrib,
    draws,
    flow,
    images,
    layers,
    legacy,
    losses,
    math,
    nn,
    state,
    text,
    training,
)
from tf2migrate.knowledge.overlay.forms import Verdict

_FAMILIES = (contrib, draws, flow, images, layers, legacy, losses, math, nn, state, text, training)


def verdicts() -> dict[str, Verdict]:
    """Return the verdict of each TF1 path that the hand decides; a path that two families decide is an error."""
    found: dict[str, Verdict] = {}
    for family in _FAMILIES:
        for path, verdict in family.verdicts().items():
            if path in found:
                raise ValueError(f"{path} is decided twice, again in {family.__name__}")
            found[path] = verdict
    return found
