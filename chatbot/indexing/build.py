"""A build as it is served: entries, passages, vectors and settings that belong together."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from chatbot.content.notices import NoticeChecker
from chatbot.content.question_frame import Frame, frame_of
from chatbot.core.errors import EngineDown, IndexRefused
from chatbot.core.locales import base_of
from chatbot.core.passage_table import PassageTable
from chatbot.core.settings import BotSettings
from chatbot.core.settings_sources import apply_overrides, settings_from_json
from chatbot.core.types import Entry
from chatbot.indexing.engine_data import engine_of
from chatbot.indexing.format import (
    FILES,
    Content,
    read_calibration,
    read_entries,
    read_passages,
    read_questions,
    write_calibration,
    write_lines,
    write_questions,
)
from chatbot.indexing.groups import answer_groups
from chatbot.indexing.migrations import migrated
from chatbot.indexing.pointer import published
from chatbot.indexing.store import StoredBuild, read_build
from chatbot.search.alignment import Aligner
from chatbot.search.calibration import Calibration
from chatbot.search.corpus_words import lexicon_for
from chatbot.search.geometry import Geometry
from chatbot.search.lexical import LexicalIndex
from chatbot.search.protocols import Condition, Facts, Files, VectorEngine
from chatbot.search.ranking import Ranker, Weights
from chatbot.search.spelling import Speller
from chatbot.search.vectors import Vectors
from chatbot.search.words import Lexicon


@dataclass(frozen=True)
class Build:
    """An immutable snapshot. A server holds one and swaps it for another by a single assignment."""

    id: str
    entries: Sequence[Entry]
    passages: PassageTable
    vectors: Vectors  # of the passages, row by row
    geometry: Geometry
    engine: VectorEngine
    search: Facts  # how `engine` searches, as the manifest says
    lexical: LexicalIndex
    calibration: Calibration
    settings: BotSettings
    fingerprint: str  # of the encoder
    rehearsed: Mapping[str, np.ndarray]  # questions that the build was tried on, with their vectors, (d,) each

    @cached_property
    def ranker(self) -> Ranker:
        return self._ranker(self.geometry, self.lexical)

    def ranker_without(self, rows: Sequence[int], lexical: LexicalIndex) -> Ranker:
        """As if the alternates in `rows` had never been written. `lexical`: the words without theirs."""
        geometry = Geometry.of(self.passages, self.vectors, self.geometry.groups, rows)
        return self._ranker(geometry, lexical)

    def _ranker(self, geometry: Geometry, lexical: LexicalIndex) -> Ranker:
        weights = Weights.shipped(self.fingerprint)
        return Ranker(geometry, self.vectors, self.engine, lexical, self.calibration.trust, weights)

    @cached_property
    def lexicon(self) -> Lexicon:
        return lexicon_for(self.lexical, self.settings.lang)

    @cached_property
    def aligner(self) -> Aligner:
        return Aligner(self.passages, self.lexicon)

    @cached_property
    def frame(self) -> Frame:
        """What most questions of the FAQ begin or end with. Passages are without it, so questions must be, too."""
        return frame_of([entry.question for entry in self.entries])

    @cached_property
    def speller(self) -> Speller:
        return Speller(self.lexical.words, self.lexicon)

    def listed(self, queries: np.ndarray) -> np.ndarray:
        """(m,) the cosine of each query and the nearest question of `unanswerable`, -1 where there is none. `queries`:
        (m, d) of length 1."""
        if not self.settings.unanswerable:
            return np.full(len(queries), -1.0)
        return np.asarray((queries @ self._unanswerable.T).max(axis=1))

    @cached_property
    def _unanswerable(self) -> np.ndarray:
        return np.array([self.rehearsed[question] for question in self.settings.unanswerable], np.float32)

    @cached_property
    def notices(self) -> NoticeChecker:
        return NoticeChecker(self.settings.notices)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Entry id -> row."""
        return {entry.id: row for row, entry in enumerate(self.entries)}

    def condition(self, lang: str | None, tags: Sequence[str]) -> Condition | None:
        """Entries in `lang`, whatever their region, or in none, that have all `tags`; None when all are allowed."""
        return Condition(sorted({"", base_of(lang)}) if lang else (), sorted(set(tags))) if lang or tags else None

    def allowed(self, condition: Condition | None) -> np.ndarray | None:
        """(entries,) bool: those of the `condition`; None when all are allowed."""
        if condition is None:
            return None
        wanted = [self._by_tag.get(tag, np.empty(0, np.int64)) for tag in condition.tags]
        if condition.languages:
            of_each = [self._by_language.get(each, np.empty(0, np.int64)) for each in condition.languages]
            wanted.append(np.concatenate(of_each))
        times = np.bincount(np.concatenate(wanted), minlength=len(self.entries))
        return np.asarray(times == len(wanted))

    @cached_property
    def _by_tag(self) -> dict[str, np.ndarray]:
        return _rows_by((tag, row) for row, entry in enumerate(self.entries) for tag in set(entry.tags))

    @cached_property
    def _by_language(self) -> dict[str, np.ndarray]:
        return _rows_by((base_of(entry.lang), row) for row, entry in enumerate(self.entries))


def _rows_by(pairs: Iterable[tuple[str, int]]) -> dict[str, np.ndarray]:
    rows: dict[str, list[int]] = {}
    for key, row in pairs:
        rows.setdefault(key, []).append(row)
    return {key: np.array(own, np.int64) for key, own in rows.items()}


def open_build(index: Path, build: str | None = None) -> Build:
    """The published build, or `build` of those kept, verified. IndexRefused names the file and what to do.

    Where the engine is down it is opened all the same: most of what a server shows needs no search.
    """
    while True:
        before = published(index)
        try:
            return opened(index, read_build(index, build))
        except IndexRefused:
            if published(index) == before:  # or else a builder deleted what it keeps outside while it was opened
                raise


def opened(index: Path, stored: StoredBuild, is_engine_up: bool = False) -> Build:
    """What was read from `index`, which must fit together. `is_engine_up`: EngineDown where its engine is not."""
    try:
        manifest, files = migrated(stored.manifest, stored.files)
        entries, passages = read_entries(files[FILES.entries]), read_passages(files[FILES.passages])
        vectors = Vectors.read(files[FILES.vectors])
        actual = {"entries": len(entries), "passages": len(passages), "dim": vectors.dim}
        expected = {name: manifest[name] for name in actual}
        if actual != expected or len(vectors) != len(passages):
            raise ValueError(f"{actual} and {len(vectors)} vectors do not match {expected} of the manifest")
        engine, facts = engine_of(manifest)
        settings = settings_from_json(manifest["settings"])
        try:
            engine.verify(facts)
        except EngineDown:
            if is_engine_up:
                raise
        return Build(
            id=stored.id,
            entries=entries,
            passages=passages,
            vectors=vectors,
            geometry=Geometry.from_bytes(files[FILES.geometry], passages, answer_groups(entries), vectors.dim),
            engine=engine.reopen(facts, files, vectors, passages.finding, apply_overrides(settings)),
            search=manifest["search"],
            lexical=LexicalIndex.from_bytes(bytes(files[FILES.lexical])),
            calibration=read_calibration(files[FILES.calibration]),
            settings=settings,
            fingerprint=manifest["encoder"]["fingerprint"],
            rehearsed=read_questions(files[FILES.rehearsal]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise IndexRefused(f"{index}: build {stored.id} is not usable ({error}); build the index again") from None


class Reusable(NamedTuple):
    """What a build that is made anew takes over from an earlier one of the same encoder."""

    passages: PassageTable
    vectors: Vectors
    rehearsed: Mapping[str, np.ndarray]


def reusable(index: Path, fingerprint: str) -> Reusable | None:
    """That of the published build, None where there is none of the encoder with that fingerprint, or it is damaged."""
    try:
        stored = read_build(index) if published(index) else None
        if stored is None or stored.manifest["encoder"]["fingerprint"] != fingerprint:
            return None
        _, files = migrated(stored.manifest, stored.files)
        passages, vectors = read_passages(files[FILES.passages]), Vectors.read(files[FILES.vectors])
        rehearsed = read_questions(files[FILES.rehearsal])
    except (IndexRefused, ValueError, KeyError, TypeError):
        return None
    return Reusable(passages, vectors, rehearsed) if len(passages) == len(vectors) else None


def files_of(build: Build, of_engine: Files) -> dict[str, Content]:
    """The files of a build, but for its manifest. `of_engine`: what `EngineModule.prepare` gave."""
    return {
        FILES.entries: write_lines(build.entries),
        FILES.passages: write_lines(build.passages),
        FILES.vectors: build.vectors.to_bytes(),
        FILES.geometry: build.geometry.to_bytes(),
        FILES.lexical: build.lexical.to_bytes(),
        FILES.calibration: write_calibration(build.calibration),
        FILES.rehearsal: write_questions(build.rehearsed),
        **of_engine,
    }


def facts_of(build: Build) -> dict[str, Any]:
    """What the manifest says of a build itself."""
    return {
        "entries": len(build.entries),
        "passages": len(build.passages),
        "dim": build.vectors.dim,
        "metric": "cosine",
        "search": build.search,
        "encoder": {"name": build.settings.encoder, "fingerprint": build.fingerprint},
        "settings": dataclasses.asdict(build.settings),
    }
