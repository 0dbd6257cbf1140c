"""What the evaluation has seen so far: events in one order of time, and the graph nodes."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import ClassVar

from tf2migrate.model.facts import Call, Escape, Finding, Frame, GraphNode, Read, StaticRead, Visit, Write


@dataclass(slots=True)
class Trace:
    """Append-only lists that can be cut back to an earlier length."""

    NODES: ClassVar[int] = 0  # the positions of two of the lists in a mark
    FINDINGS: ClassVar[int] = 8

    nodes: list[GraphNode] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    static_reads: list[StaticRead] = field(default_factory=list)
    escapes: list[Escape] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    time: int = 0

    def tick(self) -> int:
        """Return the time of the next event."""
        self.time += 1
        return self.time

    def mark(self) -> tuple[int, ...]:
        """Return the lengths of all lists, to cut back to."""
        return tuple(len(events) for events in self._lists())

    def cut(self, mark: tuple[int, ...]) -> None:
        """Forget all events since `mark`; time goes on."""
        for events, length in zip(self._lists(), mark, strict=True):
            del events[length:]

    def find(self, finding: Finding) -> None:
        """Add a finding unless the same place has it already."""
        if finding not in self.findings:
            self.findings.append(finding)

    def _lists(self) -> list[list[object]]:
        return [getattr(self, one.name) for one in fields(self) if one.name != "time"]
