"""Simple methods to compare with: the cosine of one text for each entry, the mean of two, and BM25 alone."""

from collections.abc import Sequence

import numpy as np

from chatbot.core.types import Entry
from chatbot.encoding.protocols import Encoder
from chatbot.insight.evaluate import Query
from chatbot.insight.metrics import Judged
from chatbot.search.lexical import LexicalIndex

DENSE_QUESTION = "dense q"


def baselines(entries: Sequence[Entry], queries: Sequence[Query], encoder: Encoder) -> dict[str, list[Judged]]:
    """method -> the first entry of each query, with its score (cosine or BM25) as the "probability"."""
    questions = [entry.question for entry in entries]
    whole = [f"{entry.question} {entry.answer}".strip() for entry in entries]
    asked = encoder.encode_queries([query.text for query in queries])
    dense_question = asked @ encoder.encode_passages(questions).T  # (queries, entries)
    dense_whole = asked @ encoder.encode_passages(whole).T
    scores = {
        DENSE_QUESTION: dense_question,
        "dense q+a": dense_whole,
        "mean of both": (dense_question + dense_whole) / 2,
        "BM25 q+a": _bm25(whole, queries),
        "BM25 q": _bm25(questions, queries),
    }
    ids = [entry.id for entry in entries]
    return {name: _judged(queries, ids, found) for name, found in scores.items()}


def dense_question(entries: Sequence[Entry], queries: Sequence[Query], encoder: Encoder) -> list[Judged]:
    """The nearest question of the FAQ alone."""
    asked = encoder.encode_queries([query.text for query in queries])
    cosines = asked @ encoder.encode_passages([entry.question for entry in entries]).T
    return _judged(queries, [entry.id for entry in entries], cosines)


def _bm25(texts: Sequence[str], queries: Sequence[Query]) -> np.ndarray:
    index = LexicalIndex.of(texts)
    return np.stack([index.scores(query.text)[0] for query in queries])


def _judged(queries: Sequence[Query], ids: Sequence[str], scores: np.ndarray) -> list[Judged]:
    best = scores.argmax(axis=1)
    return [
        Judged(query.id, query.relevant, [ids[row]] if score else [], float(score))
        for query, row, score in zip(queries, best, scores.max(axis=1), strict=True)
    ]
