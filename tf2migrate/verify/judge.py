"""Compares what two processes observed, visit by visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tf2migrate.model.verdict import Difference, Level, LevelKind
from tf2migrate.verify.compare import MISSING, NOISE_FACTOR, NOT_FINITE, Outcome, Tolerance, compare, leaf
from tf2migrate.verify.instrument import Site
from tf2migrate.verify.observations import Run
from tf2migrate.verify.reasons import ONE_SIDE, OTHER_SITES

Sites = Mapping[tuple[int, int], Site]


@dataclass(frozen=True, slots=True)
class RunsOutcome:
    """A level, and how many visits and numbers it compared."""

    level: Level
    runs: int = 0
    values: int = 0


def sites_by_numbers(sites: Sequence[Site]) -> Sites:
    """Return the sites by their two numbers."""
    return {(site.original_number, site.migrated_number): site for site in sites}


def compare_runs(
    sites: Sequence[Site],
    original: Sequence[Run],
    migrated: Sequence[Run],
    tolerance: Tolerance,
    noise: Sequence[Run] | None = None,
    *,
    ended: bool = True,
    always_band: bool = False,
) -> RunsOutcome:
    """Return how the visits agree, in order.

    `noise` is the original's run with values moved: from the first visit that it moves out of the tolerance on (with
    `always_band` from the first one), values may lie ten times as far off as it does. `ended` says that the migrated
    program came to its end: then it must have as many visits as the original.
    """
    comparison = _Comparison(sites_by_numbers(sites), tolerance, noise, noisy=False, always_band=always_band)
    for index, (first, second) in enumerate(zip(original, migrated)):  # noqa: B905 - lengths are judged below
        if not comparison.visit(index, first, second):
            return comparison.outcome()
    if ended and len(original) != len(migrated) and not comparison.beyond_noise:
        comparison.missing_visit(original, migrated)
    return comparison.outcome()


@dataclass(slots=True)
class _Comparison:
    sites: Sites
    tolerance: Tolerance
    noise: Sequence[Run] | None
    runs: int = 0
    values: int = 0
    within: int = 0
    exact: bool = True
    max_abs: float = 0.0
    max_rel: float = 0.0
    bands: dict[tuple[int, int], float] = field(default_factory=dict)
    noisy: bool = False
    always_band: bool = False
    beyond_noise: bool = False
    difference: Difference | None = None

    def visit(self, index: int, first: Run, second: Run) -> bool:
        """Compare one visit; say whether there is any sense in going on."""
        site = self.sites.get((first.site, second.site))
        if not self._follow_noise(index, first, site):
            return False
        if site is None:
            self.difference = self._other_order(index, first, second)
            return False
        self.runs += 1
        self.within += not self.noisy
        for number, (path, other) in enumerate(site.leaves):
            if other is None:
                continue
            expected, actual = leaf(first.value, path), leaf(second.value, other)
            tolerance = self._tolerance((first.site, number))
            outcome = compare(expected, actual, tolerance)
            if expected is MISSING and actual is MISSING:
                outcome = Outcome(False, False, reason="neither side has this element")
            self._count(outcome)
            if not outcome.passes and self.difference is None:
                self.difference = _difference(site, index, site.names[number], outcome)
        return True

    def _tolerance(self, key: tuple[int, int]) -> Tolerance:
        band = self.bands.get(key, 0.0) if self.noisy or self.always_band else 0.0
        return Tolerance(self.tolerance.rtol, self.tolerance.atol, NOISE_FACTOR * band)

    def _follow_noise(self, index: int, first: Run, site: Site | None) -> bool:
        """Widen the bands by what noise does to this visit; say whether the visit can be judged at all."""
        if self.noise is None:
            return True
        if index >= len(self.noise) or self.noise[index].site != first.site:
            self.beyond_noise = True
            return False
        for number, (path, other) in enumerate(site.leaves if site is not None else ()):
            if other is None:  # a summary's text, say, which any noise changes
                continue
            outcome = compare(leaf(first.value, path), leaf(self.noise[index].value, path), self.tolerance)
            if not outcome.passes:
                self.noisy = True
            if outcome.reason == NOT_FINITE or (not outcome.passes and not outcome.numbers):
                self.beyond_noise = True
                return False
            key = (first.site, number)
            self.bands[key] = max(self.bands.get(key, 0.0), outcome.max_abs)
        return True

    def _count(self, outcome: Outcome) -> None:
        self.values += outcome.numbers
        self.exact = self.exact and outcome.exact
        self.max_abs = max(self.max_abs, outcome.max_abs)
        self.max_rel = max(self.max_rel, outcome.max_rel)

    def _other_order(self, index: int, first: Run, second: Run) -> Difference:
        originals = {site.original_number: site for site in self.sites.values()}
        migrated = {site.migrated_number: site for site in self.sites.values()}
        return Difference(
            originals[first.site].original,
            migrated[second.site].migrated,
            index + 1,
            originals[first.site].names[0] if originals[first.site].names else "",
            reason=OTHER_SITES,
        )

    def missing_visit(self, original: Sequence[Run], migrated: Sequence[Run]) -> None:
        """Note that one side has visits that the other does not have."""
        if self.difference is not None:
            return
        index = min(len(original), len(migrated))
        longer = "original" if len(original) > index else "migrated program"
        number = (original if len(original) > index else migrated)[index].site
        known = [
            site
            for site in self.sites.values()
            if number == (site.original_number if len(original) > index else site.migrated_number)
        ]
        self.difference = Difference(
            known[0].original, known[0].migrated, index + 1, "", reason=ONE_SIDE.format(longer)
        )

    def outcome(self) -> RunsOutcome:
        verdict = LevelKind.DIFFERS if self.difference is not None else LevelKind.EQUAL
        if verdict is LevelKind.EQUAL and not self.runs:
            verdict = LevelKind.NOT_COMPARED
        level = Level(
            verdict=verdict,
            exact=self.exact and verdict is LevelKind.EQUAL,
            max_abs=self.max_abs,
            max_rel=self.max_rel,
            within=self.within,
            reason=self.difference.reason if self.difference is not None else "",
            first_difference=self.difference,
        )
        return RunsOutcome(level, self.runs, self.values)


def _difference(site: Site, index: int, name: str, outcome: Outcome) -> Difference:
    return Difference(site.original, site.migrated, index + 1, name, outcome.max_abs, outcome.max_rel, outcome.reason)
