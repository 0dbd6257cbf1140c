"""Lays out what the processes of one comparison need: copies of the program's folder, instrumented, and orders."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from tf2migrate.model.plan import Path as LeafPath
from tf2migrate.model.plan import SourceMap
from tf2migrate.model.source import Span
from tf2migrate.model.verdict import VerifyOptions
from tf2migrate.source.file import SourceError, SourceFile, decode_source
from tf2migrate.verify.instrument import (
    Site,
    corresponding_lines,
    instrument,
    is_expression,
    leaf_names,
    line_starts,
    span_of,
    statement_starts,
)
from tf2migrate.verify.observations import Place

SKIPPED_FOLDERS = frozenset(
    [".git", ".hg", ".svn", "__pycache__", "node_modules", ".venv", "venv", ".tox", ".mypy_cache", ".ruff_cache"]
)
LARGEST_COPY = 2 * 2**30  # bytes
MOST_FILES = 20_000
STAND_INS = Path(__file__).resolve().parent / "stand_ins" / "__init__.py"


class CannotCompare(Exception):
    """The comparison cannot be set up; the message is one line that says why."""


@dataclass(slots=True)
class SideText:
    """One side's files: its tree and where in the copy that goes, its entry, and the recorder's calls by path.

    Paths are relative to the copy.
    """

    tree: Path
    place: PurePosixPath
    entry: PurePosixPath
    spans: dict[str, dict[Span, int]] = field(default_factory=dict)

    def file(self, path: str) -> Path:
        """Return where the file is that will be `path` in the copy."""
        return self.tree / PurePosixPath(path).relative_to(self.place)

    def number(self, path: str, span: Span) -> int:
        """Return the number of the site at `span`, a new one where it is seen first."""
        known = self.spans.setdefault(path, {})
        if span not in known:
            known[span] = sum(map(len, self.spans.values()))
        return known[span]


@dataclass(slots=True)
class Pair:
    """Two programs, ready to be laid out: their texts, run sites and corresponding lines."""

    original: SideText
    migrated: SideText
    sites: list[Site] = field(default_factory=list)
    by_hand: bool = True
    same_runs: bool = False  # both run sessions, the same ones in the same order
    unreadable_sites: list[str] = field(default_factory=list)
    restarts: set[Place] = field(default_factory=set)  # where the original runs initializers
    original_starts: dict[str, dict[int, int]] = field(default_factory=dict)
    lines: dict[str, dict[int, tuple[Place, ...]]] = field(default_factory=dict)

    def pair_runs_of_sessions(self, *, compared: bool) -> None:
        """Pair the n-th run of a session on one side with the n-th on the other; `compared`: by what they give, too."""
        whole: tuple[tuple[LeafPath, LeafPath | None], ...] = (((), ()),) if compared else ()
        self.same_runs = True
        self.sites = [Site(f"{self.original.entry}:1", f"{self.migrated.entry}:1", whole, 0, 0, ("run",))]

    def original_place(self, place: Place) -> Place:
        """Return the place of the statement that covers `place` in the original."""
        path, line = place
        return path, self.original_starts.get(path, {}).get(line, line)

    def originals_of(self, place: Place) -> frozenset[Place]:
        """Return the places of the original's statements that a place of the migrated program stands for."""
        path, line = place
        return frozenset(self.lines.get(path, {}).get(line, ()))


def read_pair(
    original: Path, migrated: Path, source_map: SourceMap | Iterable[SourceMap] | None, options: VerifyOptions
) -> Pair:
    """Return the pair's texts and how they correspond; raise CannotCompare where a file cannot be read."""
    original, migrated = original.resolve(), migrated.resolve()
    root = (options.root or original.parent).resolve()
    entry = _relative(original, root)
    pair = Pair(SideText(root, PurePosixPath(), entry), _migrated_side(migrated, entry))
    for file in (original, migrated):
        _read(file)
    maps = () if source_map is None else (source_map,) if isinstance(source_map, SourceMap) else tuple(source_map)
    pair.by_hand = not maps
    for one in maps:
        _add_map(pair, one, original)
    return pair


def _migrated_side(migrated: Path, entry: PurePosixPath) -> SideText:
    """Return the migrated side: a whole tree where its folders have the original's names, else the entry's folder."""
    inner = entry.parent.parts
    migrated_entry = entry.with_name(migrated.name)
    if migrated.parent.parts[len(migrated.parent.parts) - len(inner) :] == inner:
        return SideText(migrated.parents[len(inner)], PurePosixPath(), migrated_entry)
    return SideText(migrated.parent, entry.parent, migrated_entry)


def _relative(path: Path, root: Path) -> PurePosixPath:
    try:
        return PurePosixPath(path.relative_to(root).as_posix())
    except ValueError as error:
        raise CannotCompare(f"{path} does not lie in {root}") from error


def _read(path: Path) -> SourceFile:
    try:
        return decode_source(str(path), path.read_bytes())
    except OSError as error:
        raise CannotCompare(f"{path}: cannot be read: {error.strerror or error}") from error
    except SourceError as error:
        raise CannotCompare(error.message) from error


def _add_map(pair: Pair, source_map: SourceMap, entry: Path) -> None:
    path = _path_in_root(source_map.path, pair.original, entry)
    migrated_path = str(pair.migrated.entry) if path == str(pair.original.entry) else path
    before, after = _read(pair.original.file(path)).text, _read(pair.migrated.file(migrated_path)).text
    pair.original_starts[path] = statement_starts(before)
    lines = corresponding_lines(source_map, pair.original_starts[path], statement_starts(after))
    pair.lines[migrated_path] = {line: tuple((path, other) for other in others) for line, others in lines.items()}
    starts, after_starts = line_starts(before), line_starts(after)
    for site in source_map.sites:
        if site.migrated is None:
            pair.restarts.add(pair.original_place((path, site.original.line)))
            continue
        span = span_of(before, starts, site.original)
        place = f"{path}:{site.original.line}"
        texts = (before[span.start : span.end], after[site.migrated.start : site.migrated.end])
        if not all(map(is_expression, texts)):
            pair.unreadable_sites.append(place)
            continue
        pair.sites.append(
            Site(
                original=place,
                migrated=f"{migrated_path}:{_line_at(after_starts, site.migrated.start)}",
                leaves=site.leaves,
                original_number=pair.original.number(path, span),
                migrated_number=pair.migrated.number(migrated_path, site.migrated),
                names=leaf_names(texts[0], [path for path, _ in site.leaves]),
            )
        )


def _line_at(starts: list[int], offset: int) -> int:
    return sum(start <= offset for start in starts)


def _path_in_root(path: str, side: SideText, entry: Path) -> str:
    """Return a source map's path relative to the root; it may be absolute, relative to the root or to where we are."""
    for candidate in (Path(path), side.tree / path):
        resolved = candidate.resolve()
        if resolved.is_relative_to(side.tree) and resolved.is_file():
            return resolved.relative_to(side.tree).as_posix()
    if Path(path).name == entry.name:
        return str(side.entry)
    raise CannotCompare(f"the source map's file {path} does not lie in {side.tree}")


class Workspace:
    """A temporary folder with one subfolder for each process of the comparison."""

    def __init__(self, folder: Path, pair: Pair, options: VerifyOptions) -> None:
        self._folder = folder.resolve()
        self._pair = pair
        self._options = options

    def lay_out(self, name: str, side: str, runs: int, patience: float = 0.0, **order: Any) -> tuple[Path, Path]:
        """Copy one side's tree for the process `name`; return its order file and the folder to start it in.

        The program is stopped after `runs` visits of run sites, or up to `patience` seconds later while there are
        sites that it did not come to.
        """
        text = self._pair.original if side == "original" else self._pair.migrated
        folder = self.program_folder(name)
        copy_tree(self._pair.original.tree, folder, self._folder)
        if text.tree != self._pair.original.tree:
            copy_tree(text.tree, folder / text.place, self._folder)
        entry = folder / text.entry
        if self._options.data is not None:
            copy_tree(self._options.data.resolve(), entry.parent, self._folder)
        file = self._folder / f"{name}.json"
        content = {
            "side": order.pop("side_of_world", side),
            "folder": str(folder),
            "entry": str(entry),
            "folder_of_entry": str(entry.parent),
            "args": list(self._options.args),
            "observations": str(self.observations(name)),
            "kept": str(self._folder),
            "layers": str(self._folder / f"{name}.layers"),
            "runs": runs,
            "waiting": sorted({site.original_number for site in self._pair.sites}) if patience else [],
            "patience": patience,
            "record_results": self._pair.by_hand and not self._pair.same_runs,
            "seed": self._options.seed,
            "environment": {"TF_NUM_INTRAOP_THREADS": str(self._options.threads)},
            "pristine": self._instrument(text, folder, name),
            "stand_ins": {
                "installer": str(STAND_INS),
                "user": [[module, str(path.resolve())] for module, path in self._options.stand_ins],
            },
            **order,
        }
        file.write_text(json.dumps(content), encoding="utf-8")
        return file, entry.parent

    def below(self, name: str) -> Workspace:
        """Return a workspace of its own for further processes of the same pair."""
        folder = self._folder / name
        folder.mkdir()
        return Workspace(folder, self._pair, self._options)

    def program_folder(self, name: str) -> Path:
        """Return where the program of the process `name` lies."""
        return self._folder / name

    def observations(self, name: str) -> Path:
        """Return the file that the process `name` writes."""
        return self._folder / f"{name}.observations"

    def line_table(self) -> Mapping[str, Mapping[str, list[Place]]]:
        """Return the corresponding lines for the migrated child, in what JSON can hold."""
        return {
            path: {str(line): list(places) for line, places in lines.items()}
            for path, lines in self._pair.lines.items()
        }

    def _instrument(self, side: SideText, folder: Path, name: str) -> dict[str, str]:
        pristine: dict[str, str] = {}
        for index, (path, spans) in enumerate(side.spans.items()):
            file = folder / path
            source = _read(file)
            kept = self._folder / f"{name}.{index}.pristine"
            kept.write_text(source.text, encoding="utf-8", newline="")
            file.write_bytes(source.encode(instrument(source.text, spans.items())))
            pristine[str(file)] = str(kept)
        return pristine


def copy_tree(source: Path, target: Path, without: Path) -> None:
    """Copy a folder without version control, caches, links to folders, and the folder `without`."""
    copied = files_copied = 0
    for folder, folders, files in os.walk(source):
        here = Path(folder)
        inner = [here / name for name in sorted(folders) if name not in SKIPPED_FOLDERS]
        folders[:] = [path.name for path in inner if not path.is_symlink() and path != without]
        (target / here.relative_to(source)).mkdir(parents=True, exist_ok=True)
        for file in (here / name for name in files):
            if not file.is_file():
                continue
            copied, files_copied = copied + file.stat().st_size, files_copied + 1
            if copied > LARGEST_COPY or files_copied > MOST_FILES:
                raise CannotCompare(f"{source} is too large to copy: put the program elsewhere")
            _copy_file(file, target / here.relative_to(source) / file.name)


def _copy_file(source: Path, target: Path) -> None:
    try:
        shutil.copyfile(source, target)
    except OSError as error:
        raise CannotCompare(f"{source}: cannot be copied: {error.strerror or error}") from error
