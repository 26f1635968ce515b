"""Milvus as the engine: each build has a collection of its own, on a server, a cluster or in a file.

A collection is never changed once it is verified, and its name stands in the manifest; so whoever has opened a build
searches the passages of that build, whatever is published meanwhile. Its name begins with the owner of the index: many
indexes may share one Milvus, and none deletes what is another's. An alias names the collection that is served, for
people and programs that look in; nothing here relies on it.

Few passages are searched exactly. Many get a graph (HNSW), whose breadth is set by what it finds of the nearest ten.
"""

import dataclasses
import hashlib
import json
import secrets
import time
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from chatbot.core.errors import EngineDown, IndexRefused
from chatbot.core.locales import base_of
from chatbot.core.settings import BotSettings
from chatbot.search.calibration import evenly
from chatbot.search.milvus_client import MOST_HITS, Field, NotThere, foreign, located, milvus_at, missing
from chatbot.search.milvus_filter import LANGUAGE, TAGS, Filter, filters_of
from chatbot.search.protocols import Condition, Facts, Files, Hits, Labels, Place, Prepared, VectorEngine
from chatbot.search.vectors import Vectors

EXACT_TO = 50_000  # passages, without a graph
_GRAPH = {"M": 32, "efConstruction": 200}
_BREADTHS = (256, 512, 1024, 2048)  # of a search in the graph: entries of its list, at least the hits asked for
_MOST_BREADTH = 16_384
_RECALL = 0.98  # of the nearest ten; a graph that does not reach it is not used
_TRIED = 64  # questions and passages each, on which it is measured
_SAMPLED = 16  # rows that are compared with what was sent
_BATCH = 1000  # rows that are inserted together
_QUERIES = 16  # searched together
_PATIENT = 60.0  # seconds for a search while a build is made
_PROBED = 5.0  # seconds between two looks at a Milvus that nobody asks
_PROBE = 0.8  # seconds for one
_ENTRY, _SITE = "entry", "site"
_MOST_BYTES, _MOST_TAGS = 65_535, 4096  # of a text, of a list: as Milvus has it


@dataclasses.dataclass(frozen=True, slots=True)
class MilvusSearch:
    """What the manifest says."""

    uri: str
    owner: str
    collection: str
    passages: int
    dim: int
    kind: str  # FLAT or HNSW
    breadth: int  # of a search in the graph; 0 without one
    sample: str  # SHA-256 of some of its rows
    recall_at_10: float = 1.0


class MilvusIndex:
    """The collection of one build."""

    def __init__(self, search: MilvusSearch, vectors: Vectors, seconds: float) -> None:
        """`vectors`: of the build. `seconds`: until a search is given up."""
        self._search, self._vectors, self._seconds = search, vectors, seconds
        self._milvus = milvus_at(search.uri)

    def search(
        self, queries: np.ndarray, k: int, allowed: np.ndarray | None = None, condition: Condition | None = None
    ) -> Hits:
        k = min(k, self._search.passages)
        if k > MOST_HITS:
            raise ValueError(f"{k} hits: Milvus gives at most {MOST_HITS}")
        filters = filters_of(allowed, condition)
        most = self._search.passages if allowed is None else int(allowed.sum())
        hits = Hits(np.full((len(queries), k), -1, np.int64), np.full((len(queries), k), -np.inf, np.float32))
        for begin in range(0, len(queries), _QUERIES):
            part = slice(begin, begin + _QUERIES)
            self._fill(Hits(hits.rows[part], hits.scores[part]), queries[part], filters, most)
        for at in np.flatnonzero((hits.rows >= 0).sum(axis=1) < min(k, most)):
            # A graph may lead to few of those that are allowed. The vectors are here, too.
            self._compare(hits.rows[at], hits.scores[at], queries[at], allowed)
        return hits

    def _fill(self, hits: Hits, queries: np.ndarray, filters: Sequence[Filter], most: int) -> None:
        """With the best of what each of `filters` lets through, which have no passage in common; `most` passages in
        all."""
        ends = time.monotonic() + self._seconds
        k = hits.rows.shape[1]
        # The fewer are allowed, the more are looked at.
        wide = max(self._search.breadth, k) * self._search.passages / max(most, 1)
        params = _params(min(wide, max(_MOST_BREADTH, k)) if self._search.breadth else 0)
        for each in filters:
            left = max(ends - time.monotonic(), 0.001)
            try:
                found = self._milvus.search(self._search.collection, queries, k, each, params, left)
            except NotThere:
                raise EngineDown(f"the collection {self._search.collection} is gone; build the index again") from None
            except IndexRefused as error:  # by a cluster that has no room, or no node for it
                raise EngineDown(str(error)) from None
            for at, (own, cosines) in enumerate(found):
                _merge(hits.rows[at], hits.scores[at], np.array(own, np.int64), np.array(cosines, np.float32))

    def _compare(self, rows: np.ndarray, scores: np.ndarray, query: np.ndarray, allowed: np.ndarray | None) -> None:
        """Fills (k,) `rows` and `scores` with the best of all that are allowed."""
        rows[:], scores[:] = -1, -np.inf
        among = np.arange(self._search.passages) if allowed is None else np.flatnonzero(allowed)
        for part, vectors in self._vectors.parts(among):
            _merge(rows, scores, part, vectors @ query)


def wrong(settings: BotSettings) -> str:
    if sentence := missing():
        return sentence
    if sentence := foreign(place(settings)):
        return sentence
    if not settings.engine_uri:
        return 'engine_uri must say where it is, such as "http://127.0.0.1:19530"'
    return ""


def place(settings: BotSettings) -> str:
    return located(settings.engine_uri) if settings.engine_uri else ""


def prepare(
    vectors: Vectors,
    n: int,
    questions: np.ndarray,
    settings: BotSettings,
    labels: Labels,
    place: Place | None,
    exact_to: int = EXACT_TO,
) -> Prepared:
    """`exact_to`: passages up to which all are compared."""
    assert place
    milvus = milvus_at(place.uri)
    collection = f"{_prefix(place.owner)}{secrets.token_hex(6)}"
    exact = MilvusSearch(place.uri, place.owner, collection, n, vectors.dim, "FLAT", 0, "")
    search = dataclasses.replace(exact, sample=_sha256(_rows_of(vectors, labels, settings, _sample(n))))
    try:
        milvus.create(collection, vectors.dim, _fields(labels, settings))
        for begin in range(0, n, _BATCH):
            rows = range(begin, min(begin + _BATCH, n))
            milvus.insert(collection, _rows_of(vectors, labels, settings, rows))
        if n > exact_to:
            milvus.index(collection, "HNSW", _GRAPH)
            search = _measured(search, vectors, questions)
        if not search.breadth:
            if n > exact_to:
                milvus.drop_index(collection)
            milvus.index(collection, "FLAT", {})
        _verify(search)
    except Exception:
        _dropped(place.uri, collection)
        raise
    return Prepared(MilvusIndex(search, vectors, _PATIENT), dataclasses.asdict(search), {})


def reopen(facts: Facts, files: Files, vectors: Vectors, n: int, settings: BotSettings) -> VectorEngine:
    search = MilvusSearch(**facts)
    if (search.passages, search.dim) != (n, vectors.dim):
        raise ValueError(f"its collection has {search.passages} passages of {search.dim}, not {n} of {vectors.dim}")
    return MilvusIndex(search, vectors, settings.engine_timeout)


def verify(facts: Facts) -> None:
    _verify(MilvusSearch(**facts))


def publish(facts: Facts) -> None:
    search = MilvusSearch(**facts)
    milvus_at(search.uri).point(_alias(search.owner), search.collection)


def collect(place: Place, kept: Collection[Facts]) -> None:
    milvus = milvus_at(place.uri)
    names = {facts["collection"] for facts in kept}
    own = [name for name in milvus.collections() if name.startswith(_prefix(place.owner))]
    doomed = [name for name in own if name not in names]
    if doomed and milvus.alias_of(_alias(place.owner)) in doomed:
        milvus.drop_alias(_alias(place.owner))  # or else a cluster keeps the collection
    for name in doomed:
        milvus.drop(name)


_looked: dict[str, tuple[float, str]] = {}  # collection -> when it was looked for last, and what was found


def trouble(facts: Facts) -> str:
    collection, now = facts["collection"], time.monotonic()
    looked, found = _looked.get(collection, (now - _PROBED, ""))
    try:
        milvus = milvus_at(facts["uri"])
        if now - looked >= _PROBED or found or milvus.trouble:
            _looked[collection] = now, ""
            if not milvus.has(collection, _PROBE):
                raise IndexRefused(f"the collection {collection} is gone")
    except (EngineDown, IndexRefused) as error:
        _looked[collection] = now, error.code
        return error.code
    return milvus.trouble


def _prefix(owner: str) -> str:
    return f"verbatim_{owner}_"


def _alias(owner: str) -> str:
    return f"verbatim_{owner}"


def _params(breadth: float) -> dict[str, int]:
    return {"ef": int(breadth)} if breadth else {}


def _merge(rows: np.ndarray, scores: np.ndarray, more: np.ndarray, cosines: np.ndarray) -> None:
    """Puts (j,) `more` hits into the k best, (k,) `rows` with their `scores`."""
    both, of_both = np.append(rows, more), np.append(scores, cosines)
    order = np.lexsort((both, -of_both))[: len(rows)]
    rows[:], scores[:] = both[order], of_both[order]


def _sample(n: int) -> Sequence[int]:
    return [int(row) for row in evenly(range(n), _SAMPLED)]


def _fields(labels: Labels, settings: BotSettings) -> list[Field]:
    """Each as long as it has to be. IndexRefused names an entry that Milvus cannot hold."""
    longest, most = 1, 1
    for entry in labels.entries:
        sizes = [len(text.encode()) for text in (*entry.tags, entry.id, base_of(entry.lang))]
        if max(sizes) > _MOST_BYTES or len(entry.tags) > _MOST_TAGS:
            raise IndexRefused(f"{entry.id[:80]}: an id or tags so long cannot be kept in Milvus; shorten them")
        longest, most = max(longest, *sizes), max(most, len(entry.tags))
    site = Field(_SITE, len(settings.site.encode()) or 1)
    return [Field(_ENTRY, longest), Field(LANGUAGE, longest), Field(TAGS, longest, most), site]


def _rows_of(vectors: Vectors, labels: Labels, settings: BotSettings, rows: Sequence[int]) -> list[dict[str, Any]]:
    entries = [labels.entries[labels.entry[row]] for row in rows]
    return [
        {
            "row": int(row),
            "vector": vector,
            _ENTRY: entry.id,
            LANGUAGE: base_of(entry.lang),
            TAGS: list(entry.tags),
            _SITE: settings.site,
        }
        for row, vector, entry in zip(rows, vectors.rows(rows), entries, strict=True)
    ]


def _sha256(rows: Sequence[dict[str, Any]]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(np.asarray(row["vector"], np.float32).tobytes())
        digest.update(json.dumps([row["row"], row[_ENTRY], row[LANGUAGE], list(row[TAGS]), row[_SITE]]).encode())
    return digest.hexdigest()


def _verify(search: MilvusSearch) -> None:
    """That all passages are there, that some are as they were sent, and that one of them finds itself."""
    milvus = milvus_at(search.uri)
    again = "build the index again"
    try:
        count = milvus.count(search.collection)
        if count != search.passages:
            raise IndexRefused(f"the collection {search.collection} has {count} of {search.passages} passages; {again}")
        rows = milvus.rows(search.collection, _sample(search.passages), [_ENTRY, LANGUAGE, TAGS, _SITE])
    except NotThere:
        raise IndexRefused(f"the collection {search.collection} is not at {search.uri}; {again}") from None
    if _sha256(rows) != search.sample:
        raise IndexRefused(f"the collection {search.collection} is damaged: its passages are not those sent; {again}")
    question = np.array([rows[0]["vector"]], np.float32)
    [(_, cosines)] = milvus.search(search.collection, question, 1, "", _params(search.breadth), _PATIENT)
    if not cosines or cosines[0] < 0.999:
        raise IndexRefused(f"the collection {search.collection} does not find its own passage; {again}")


def _measured(search: MilvusSearch, vectors: Vectors, questions: np.ndarray) -> MilvusSearch:
    """With the least breadth that finds enough of the nearest ten; `search` as it is where none does."""
    from chatbot.search.recall import nearest_of  # which imports FAISS

    rows = evenly(range(search.passages), _TRIED)
    asked = questions[evenly(range(len(questions)), _TRIED)].reshape(-1, vectors.dim)
    tried = np.concatenate((vectors.rows(rows), asked)).astype(np.float32)
    nearest = nearest_of(vectors, search.passages, tried)
    for breadth in _BREADTHS:
        graph = dataclasses.replace(search, kind="HNSW", breadth=breadth)
        found = MilvusIndex(graph, vectors, _PATIENT).search(tried, nearest.shape[1]).rows
        shares = [np.isin(own, best).mean() for own, best in zip(found, nearest, strict=True)]
        kinds = [shares[: len(rows)], shares[len(rows) :]]
        recall = min(float(np.mean(kind)) for kind in kinds if kind)
        if recall >= _RECALL:
            return dataclasses.replace(graph, recall_at_10=round(recall, 4))
    return search


def _dropped(uri: str, collection: str) -> None:
    """What is left where it cannot be dropped now goes with the next build."""
    try:
        milvus_at(uri).drop(collection)
    except (EngineDown, IndexRefused):
        return
