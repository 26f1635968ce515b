"""Evidence to an order of entries.

A question is right for an entry in one of two ways: it rewords the entry's question, or it asks for something that the
answer says. Each way has its own weighing of cosines, and an entry is as good as its better way: the two are joined by
a softened maximum, since an average of both would lose either.

    rewords    question    the best wording, question or alternate
               centred     the same after what all wordings of the corpus have in common was taken away, which tells no
                           two of them apart
               wordings    the mean of all wordings of the entries that share its answer
               answer      the question with its answer, best window
    asks for   answer      the same
               answers     the mean of the windows of the entries that share its answer
               sentence    the best sentence of the answer
               pair        the best two neighbouring sentences

BM25 of question, alternates and answer is added to both. Its weight depends on the corpus: where the entries' own
questions find their own answers by words as well as by meaning, words decide. The weights were learnt over labelled
sets of three families, each judged with weights from the others; see docs/ranking-log.md.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from chatbot.search.candidates import Candidates, Depths, LexicalQuery
from chatbot.search.evidence import Pool, best_wordings, entry_cosines, sentence_cosines
from chatbot.search.geometry import Geometry
from chatbot.search.lexical import LexicalIndex
from chatbot.search.parameters import parameters
from chatbot.search.protocols import Condition, VectorEngine
from chatbot.search.vectors import Vectors

# Cosine from which a wording is the question itself, in other letters or punctuation: what its answer holds can
# then only mislead.
SAME = 0.98
_SAME_BONUS = 10.0
_ABOVE_ALL = 1e6  # no score comes near it
_EXACT = 0.9999  # but for rounding: a wording that was written for the entry


class Weights(NamedTuple):
    """What each piece of evidence counts, in the order of `Ranker.evidence`."""

    rewords: tuple[float, ...]  # of centred, question, wordings, answer, and a constant
    asks: tuple[float, ...]  # of answer, answers, sentence, pair, and a constant
    words: float
    known: float = 0.0  # power of the share of the question's words that the corpus knows, by which these count

    @classmethod
    def shipped(cls, fingerprint: str = "") -> "Weights":
        """Those of `parameters.json` for the encoder with that fingerprint."""
        learnt = parameters(fingerprint)["ranking"]
        return cls(tuple(learnt["rewords"]), tuple(learnt["asks"]), learnt["words"], learnt["known"])

    def ways(self, evidence: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """((n,), (n,)) how well each of n entries fits either way. `evidence`: (n, 7) cosines."""
        *rewords, one = self.rewords
        *asks, other = self.asks
        # Not as products of matrices, whose last digits depend on how many entries there are.
        first = (evidence[:, REWORDS] * rewords).sum(axis=1) + one
        return first, (evidence[:, ASKS] * asks).sum(axis=1) + other


# Columns of the evidence.
CENTRED, QUESTION, WORDINGS, ANSWER, ANSWERS, SENTENCE, PAIR = range(7)
REWORDS = [CENTRED, QUESTION, WORDINGS, ANSWER]
ASKS = [ANSWER, ANSWERS, SENTENCE, PAIR]


class Candidate(NamedTuple):
    """An entry that may answer the query."""

    entry: int  # row of the entry
    group: int  # entries of one group show the same answer
    score: float  # what the order goes by; tells nothing of whether the query has an answer
    question_cosine: float  # of the best wording
    answer_cosine: float  # of question + answer; equal to `question_cosine` where the entry has no answer
    sentence_cosine: float  # of the best two neighbouring sentences of the answer, 0 where it has none
    fit: float  # the better of the two ways in which it may be right, softened; words are not in it
    coverage: float  # share of what the words of the query weigh that the entry holds, about [0, 1]
    passage: int  # row of the wording that matched best
    sentence: int  # row of the best sentence of the answer, -1 where there is none


class Ranker:
    """Orders entries: a function of the geometry, the vectors and the words of one build."""

    def __init__(
        self,
        geometry: Geometry,
        vectors: Vectors,
        engine: VectorEngine,
        lexical: LexicalIndex,
        trust: float,
        weights: Weights | None = None,
        depths: Depths | None = None,
    ) -> None:
        """`engine` searches the first of `vectors`. `trust`: see `word_trust`. `weights`: those that ship where there
        are none."""
        self._geometry, self._vectors, self._lexical = geometry, vectors, lexical
        self._depths = depths or Depths()
        self._candidates = Candidates(geometry, engine, self._depths)
        self._weights = weights or Weights.shipped()
        curve = parameters()["ranking"]["trust"]
        self._trusted = float(np.exp(curve["steepness"] * (trust - curve["centre"])))

    @property
    def groups(self) -> np.ndarray:
        """(entries,) int64: the group of each."""
        return self._geometry.groups

    def rank(
        self,
        queries: np.ndarray,
        texts: Sequence[str],
        top: int,
        allowed: np.ndarray | None = None,
        without: Sequence[int] | None = None,
        condition: Condition | None = None,
    ) -> list[list[Candidate]]:
        """The `top` best entries for each query, best first.

        `queries`: (m, d) float32 of length 1; `texts`: the same as words. `allowed`: (entries,) bool, which
        entries may be shown; `condition`: the same in words, where it can be said so. `without`: for each query a group
        that counts as absent. EngineDown as `VectorEngine.search`.
        """
        words = [LexicalQuery.of(self._lexical, text) for text in texts]
        ranked = []
        for at, pool in enumerate(self._candidates.pools(queries, words, allowed, condition)):
            shown = None if allowed is None else allowed[pool.entries]
            if without is not None:
                others = self.groups[pool.entries] != without[at]
                shown = others if shown is None else shown & others
            ranked.append(self._order(queries[at], pool, words[at], top, shown))
        return ranked

    def evidence(self, query: np.ndarray, text: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of the best n entries for a query: ((n,) their rows, (n, 7) cosines, (n,) BM25 as this corpus weighs it)."""
        words = LexicalQuery.of(self._lexical, text)
        [pool] = self._candidates.pools(query[None], [words])
        scored = self._scored(query, pool, self._passage_cosines(query, pool), words, self._depths.read, None)
        return pool.entries[scored.at], scored.evidence, self._trust_in(words) * scored.bm25

    def _trust_in(self, words: LexicalQuery) -> float:
        """How far the words of one question count. Where the corpus knows few of them, it may be in another language,
        and what the two share tells little."""
        return self._trusted * (words.known**self._weights.known if self._weights.known else 1.0)

    def sentences(self, query: np.ndarray, entry: int) -> tuple[list[int], list[float]]:
        """(the passages that are the sentences of an answer, their cosines with `query`, (d,) of length 1)."""
        rows = self._geometry.sentences_of(entry)
        return rows.tolist(), (self._vectors.rows(rows) @ query).tolist() if len(rows) else []

    def question_vectors(self, entries: Sequence[int]) -> np.ndarray:
        """(len(entries), d) float32: the vectors of the entries' own questions."""
        return self._vectors.rows(self._geometry.begin[np.asarray(entries, np.int64)])

    def _passage_cosines(self, query: np.ndarray, pool: Pool) -> np.ndarray:
        """(r,) of the query and the passages of `pool`."""
        if pool is self._candidates.everything:  # one product of a matrix that lies in memory as it is
            return np.asarray(self._vectors.cosines(query, self._geometry.searched)[pool.rows])
        return np.asarray(self._vectors.rows(pool.rows) @ query)

    def _order(
        self, query: np.ndarray, pool: Pool, words: LexicalQuery, top: int, shown: np.ndarray | None
    ) -> list[Candidate]:
        """`shown`: (n,) bool, which entries of `pool` may be shown; all where it is None."""
        cosines = self._passage_cosines(query, pool)
        scored = self._scored(query, pool, cosines, words, max(top, self._depths.read), shown)
        if not len(scored.at):
            return []
        fit = np.logaddexp(*self._weights.ways(scored.evidence))
        question = scored.evidence[:, QUESTION]
        score = fit + self._weights.words * self._trust_in(words) * scored.bm25 + _bonus(question)
        order = np.lexsort((pool.entries[scored.at], -score, -_word_for_word(question)))[:top]
        at = scored.at[order]
        columns = (  # in the order of `Candidate`
            pool.entries[at],
            self.groups[pool.entries[at]],
            score[order],
            question[order],
            scored.evidence[order, ANSWER],
            scored.evidence[order, PAIR],
            fit[order],
            scored.bm25[order] / words.possible if words.possible else np.zeros(len(order)),
            best_wordings(pool, cosines, at),
            scored.sentence[order],
        )
        return [Candidate._make(values) for values in zip(*(column.tolist() for column in columns), strict=True)]

    def _scored(
        self,
        query: np.ndarray,
        pool: Pool,
        passage_cosines: np.ndarray,
        words: LexicalQuery,
        most: int,
        shown: np.ndarray | None,
    ) -> "_Scored":
        """The `most` entries, or a few more, that are the best before their sentences are compared, those word for
        word first. A window holds its sentences, so it tells well enough whose to compare."""
        cosines = entry_cosines(self._geometry, pool, query, passage_cosines)
        bm25 = words.bm25(pool.entries)
        known = (cosines.centred, cosines.question, cosines.wordings, cosines.answer, cosines.answers)
        evidence = np.array((*known, cosines.answer, cosines.answer)).T
        score = np.logaddexp(*self._weights.ways(evidence)) + self._weights.words * self._trust_in(words) * bm25
        score = score + _bonus(cosines.question) + _ABOVE_ALL * _word_for_word(cosines.question)
        at = _at_least_the(most, score, shown)
        evidence = evidence[at]
        sentences = sentence_cosines(self._geometry, self._vectors, query, pool.entries[at])
        evidence[:, SENTENCE], evidence[:, PAIR] = sentences.sentence, sentences.pair
        return _Scored(at, evidence, bm25[at], sentences.row)


class _Scored(NamedTuple):
    """Of the n entries whose sentences were compared."""

    at: np.ndarray  # (n,) where they are in the pool
    evidence: np.ndarray  # (n, 7)
    bm25: np.ndarray  # (n,)
    sentence: np.ndarray  # (n,) row of the best, -1 where there is none


def _bonus(question: np.ndarray) -> np.ndarray:
    """What a wording that is the question itself adds; what its answer holds could only mislead."""
    return np.where(question >= SAME, _SAME_BONUS * question, 0)


def _word_for_word(question: np.ndarray) -> np.ndarray:
    """1 for the question itself, 2 to the letter, else 0: no number of words may outweigh that."""
    return (question >= SAME).astype(np.float64) + (question >= _EXACT)


def _at_least_the(k: int, scores: np.ndarray, shown: np.ndarray | None) -> np.ndarray:
    """Where the `k` highest scores are, of those `shown`, and all that equal the last of them; in no order."""
    at = np.arange(len(scores)) if shown is None else np.flatnonzero(shown)
    if len(at) <= k:
        return at
    own = scores[at]
    return np.asarray(at[own >= np.partition(own, len(own) - k)[len(own) - k]])


def word_trust(by_words: float, by_meaning: float, n: int) -> float:
    """How far words can be trusted in a corpus: 1, the most, where they find as well as meaning does.

    Both are the mean reciprocal rank at which `n` questions find their own answers; with few of them the ratio
    is drawn towards what FAQs have on the average. Where words find better, the questions are mere labels, as the
    title of an article with a number, and tell nothing of what visitors ask.
    """
    prior = 5
    return min((n * by_words / max(by_meaning, 1e-6) + prior * 0.75) / (n + prior), 1.0)
