"""A build as it is served: entries, passages, vectors and settings that belong together."""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.content.frame import Frame, frame_of
from chatbot.content.notices import NoticeChecker
from chatbot.content.render import strip_markup
from chatbot.core.errors import IndexRefused
from chatbot.core.passage_table import PassageTable
from chatbot.core.settings import BotSettings, settings_from_json
from chatbot.core.types import Entry
from chatbot.indexing.store import FILES, StoredBuild, read_build
from chatbot.search.alignment import Aligner
from chatbot.search.calibration import Calibration
from chatbot.search.faiss_engine import read_vectors
from chatbot.search.lexical import LexicalIndex
from chatbot.search.protocols import VectorIndex
from chatbot.search.ranking import Ranker
from chatbot.search.recall import Search
from chatbot.search.spelling import Speller
from chatbot.search.words import lexicon_of


@dataclass(frozen=True)
class Build:
    """An immutable snapshot. A server holds one and swaps it for another by a single assignment."""

    id: str
    entries: Sequence[Entry]
    passages: PassageTable
    index: VectorIndex
    lexical: LexicalIndex
    calibration: Calibration
    settings: BotSettings
    fingerprint: str  # of the encoder
    rehearsed: Mapping[str, np.ndarray]  # questions that the build was tried on, with their vectors, (d,) each
    search: Search  # how `index` is searched

    @cached_property
    def ranker(self) -> Ranker:
        return Ranker(self.passages, self.index, self.lexical, answer_groups(self.entries), self.calibration.trust)

    @cached_property
    def aligner(self) -> Aligner:
        return Aligner(self.passages, self.settings.lang)

    @cached_property
    def frame(self) -> Frame:
        """What most questions begin or end with; passages are without it, and so must be what is asked."""
        return frame_of([entry.question for entry in self.entries])

    @cached_property
    def speller(self) -> Speller:
        return Speller(self.lexical.words, lexicon_of(self.settings.lang))

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

    def allowed(self, lang: str | None, tags: Sequence[str]) -> np.ndarray | None:
        """(entries,) bool: entries in `lang` (or in none) that have all `tags`; None when all are allowed."""
        if not lang and not tags:
            return None
        wanted = [self._by_tag.get(tag, np.empty(0, np.int64)) for tag in set(tags)]
        if lang:
            spoken = [self._by_language.get(spoken, np.empty(0, np.int64)) for spoken in {"", _language(lang)}]
            wanted.append(np.concatenate(spoken))
        times = np.bincount(np.concatenate(wanted), minlength=len(self.entries))
        return np.asarray(times == len(wanted))

    @cached_property
    def _by_tag(self) -> dict[str, np.ndarray]:
        return _rows_by((tag, row) for row, entry in enumerate(self.entries) for tag in set(entry.tags))

    @cached_property
    def _by_language(self) -> dict[str, np.ndarray]:
        return _rows_by((_language(entry.lang), row) for row, entry in enumerate(self.entries))


def _language(lang: str) -> str:
    """ "en-GB" is understood where "en" is spoken."""
    return lang.split("-")[0].lower()


def _rows_by(found: Iterable[tuple[str, int]]) -> dict[str, np.ndarray]:
    rows: dict[str, list[int]] = {}
    for key, row in found:
        rows.setdefault(key, []).append(row)
    return {key: np.array(own, np.int64) for key, own in rows.items()}


def open_build(index: Path, build: str | None = None) -> Build:
    """The published build, or `build` of those kept, verified. IndexRefused names the file and what to do."""
    return opened(index, read_build(index, build))


def opened(index: Path, stored: StoredBuild) -> Build:
    """What was read from `index`, which must fit together."""
    try:
        entries = [_entry(values) for values in _lines(stored.files[FILES.entries])]
        passages = PassageTable.read(stored.files[FILES.passages])
        vectors = read_vectors(stored.files[FILES.vectors])
        found = {"entries": len(entries), "passages": len(passages), "dim": vectors.dim}
        said = {name: stored.manifest[name] for name in found}
        if found != said or len(vectors) != len(passages):
            raise ValueError(f"{found} and {len(vectors)} vectors do not match {said} of the manifest")
        search = Search(**stored.manifest.get("search", {}))
        if not search.fits(vectors):
            raise ValueError(f"its vectors are not searched as the manifest says: {search}")
        return Build(
            id=stored.id,
            entries=entries,
            passages=passages,
            index=vectors,
            lexical=LexicalIndex.from_bytes(stored.files[FILES.lexical]),
            calibration=Calibration.from_json(json.loads(stored.files[FILES.calibration])),
            settings=settings_from_json(stored.manifest["settings"]),
            fingerprint=stored.manifest["encoder"]["fingerprint"],
            rehearsed=vectors_from_bytes(stored.files[FILES.rehearsal]),
            search=search,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexRefused(f"{index}: build {stored.id} is not usable ({error}); build the index again") from None


def vectors_to_bytes(vectors: Mapping[str, np.ndarray]) -> bytes:
    file = io.BytesIO()
    texts = np.frombuffer(json.dumps(list(vectors)).encode(), np.uint8)
    np.savez(file, texts=texts, vectors=np.array(list(vectors.values()), np.float32))
    return file.getvalue()


def vectors_from_bytes(data: bytes) -> dict[str, np.ndarray]:
    """As `vectors_to_bytes` wrote them. ValueError when `data` is anything else."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return dict(zip(json.loads(arrays["texts"].tobytes()), arrays["vectors"], strict=True))
    except (OSError, EOFError, KeyError, zipfile.BadZipFile) as error:
        raise ValueError(f"not a file of vectors: {error}") from None


def answer_groups(entries: Sequence[Entry]) -> list[int]:
    """For each entry the number of its answer: entries that show the same one are wordings of one question."""
    numbers: dict[str, int] = {}
    return [numbers.setdefault(entry.answer or f"\0{row}", len(numbers)) for row, entry in enumerate(entries)]


def lexical_text(entry: Entry) -> str:
    """All words of an entry."""
    return " ".join((entry.question, *entry.alternates, strip_markup(entry.answer)))


def _lines(data: bytes) -> Iterator[dict[str, Any]]:
    """The objects of a file that holds one a line. A thousand are read as one list, which is three times as quick."""
    lines = data.splitlines()
    for begin in range(0, len(lines), 1000):
        yield from json.loads(b"[%s]" % b",".join(lines[begin : begin + 1000]))


def _entry(values: dict[str, Any]) -> Entry:
    for name in ("alternates", "tags", "places"):
        values[name] = tuple(values[name])
    return Entry(**values)
