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

To both comes BM25 of question, alternates and answer, weighed by how far this corpus can be trusted with words: if the
entries' own questions find their own answers by words as well as by meaning, it is a corpus where words decide. The
weights were learnt over labelled sets of three families, each judged with weights from the others; see
docs/ranking-log.md.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from chatbot.core.passage_table import PassageTable
from chatbot.core.types import Passage
from chatbot.search.evidence import Evidence, Held
from chatbot.search.lexical import LexicalIndex
from chatbot.search.parameters import parameters
from chatbot.search.protocols import VectorIndex

_ALL = 10_000  # passages that are all scored in full; of more, the candidates are
# Passages fetched for each query, and entries by words: the candidates.
DEPTH = 256
_LEXICAL_DEPTH = 50
_READ = 50  # entries whose sentences are looked at
# Cosine from which a wording is the question itself, in other letters or punctuation: what its answer holds can
# then only mislead.
SAME = 0.98
_SAME_BONUS = 10.0
_ABOVE_ALL = 1e6  # no score comes near it
_EXACT = 0.9999  # but for rounding: a wording that was written for the entry

_TRUST_CENTRE, _TRUST_STEEPNESS = 0.8, 4.0


class Weights(NamedTuple):
    """What each piece of evidence counts, in the order of `Ranker.evidence`."""

    rewords: tuple[float, ...]  # of centred, question, wordings, answer, and a constant
    asks: tuple[float, ...]  # of answer, answers, sentence, pair, and a constant
    words: float

    @classmethod
    def shipped(cls) -> "Weights":
        """Those of `parameters.json`."""
        said = parameters()["ranking"]
        return cls(tuple(said["rewords"]), tuple(said["asks"]), said["words"])

    def ways(self, evidence: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """((n,), (n,)) how well each of n entries fits either way. `evidence`: (n, 7) cosines."""
        *rewords, one = self.rewords
        *asks, other = self.asks
        # Not as products of matrices, whose last digits hang on how many entries there are.
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
    question: float  # cosine of the best wording
    answer: float  # cosine of question + answer; equal to `question` where the entry has no answer
    said: float  # cosine of the best two neighbouring sentences of the answer, 0 where it has none
    fit: float  # the better of the two ways in which it may be right, softened; words are not in it
    coverage: float  # share of what the words of the query weigh that the entry holds, about [0, 1]
    passage: int  # row of the wording that matched best
    sentence: int  # row of the best sentence of the answer, -1 where there is none


@dataclass(frozen=True, slots=True)
class _Words:
    """One query as words."""

    index: LexicalIndex
    terms: Sequence[int]
    possible: float  # BM25 of an entry with every word

    @classmethod
    def of(cls, index: LexicalIndex, text: str) -> "_Words":
        return cls(index, *index.terms(text))

    def best(self, k: int, allowed: np.ndarray | None) -> np.ndarray:
        """The `k` entries with the most of them, of those `allowed`."""
        return self.index.best(self.terms, k, allowed)

    def scores_of(self, entries: np.ndarray) -> np.ndarray:
        """(n,) BM25."""
        return self.index.scores_of(self.terms, entries)


class Ranker:
    """Finds and orders entries."""

    def __init__(
        self,
        passages: Sequence[Passage],
        index: VectorIndex,
        lexical: LexicalIndex,
        groups: Sequence[int],
        trust: float,
        weights: Weights | None = None,
    ) -> None:
        """`passages[i]` and row i of `index` belong together, in the order that `passages_of` gives them.

        `groups[e]`: entries of one group show the same answer. `trust`: see `word_trust`. `weights`: those that ship
        where there are none.
        """
        if len(passages) != len(index):
            raise ValueError(f"{len(passages)} passages but {len(index)} vectors; they must be of one build")
        self._index = index
        self._lexical = lexical
        self._weights = weights or Weights.shipped()
        self._trusted = float(np.exp(_TRUST_STEEPNESS * (trust - _TRUST_CENTRE)))
        self._evidence = Evidence(PassageTable.of(passages), index, groups)

    @property
    def groups(self) -> np.ndarray:
        """(entries,) int64: the group of each."""
        return self._evidence.groups

    def without(self, rows: Sequence[int], lexical: LexicalIndex) -> "Ranker":
        """As if the alternates in `rows` had never been written; `lexical`: the words without theirs."""
        new = copy.copy(self)
        new.__dict__.pop("_whole", None)
        new._lexical = lexical
        new._evidence = self._evidence.without(rows)
        return new

    def rank(
        self,
        queries: np.ndarray,
        texts: Sequence[str],
        top: int,
        allowed: np.ndarray | None = None,
        without: Sequence[int] | None = None,
    ) -> list[list[Candidate]]:
        """The `top` best entries for each query, best first.

        `queries`: (m, d) float32 of length 1; `texts`: the same as words. `allowed`: (entries,) bool, which
        entries may be shown. `without`: for each query a group that counts as absent.
        """
        whole = self._whole or (None if allowed is None else self._few(allowed))
        nearest = np.empty((len(queries), 0), np.int64) if whole else self._nearest(queries, allowed)
        ranked = []
        for at, (query, text) in enumerate(zip(queries, texts, strict=True)):
            words = _Words.of(self._lexical, text)
            held = whole or self._found(nearest[at], words, allowed)
            left = None if allowed is None else allowed[held.entries]
            if without is not None:
                others = self.groups[held.entries] != without[at]
                left = others if left is None else left & others
            ranked.append(self._order(query, held, words, top, left))
        return ranked

    def evidence(self, query: np.ndarray, text: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of the entries that are read for one query: ((n,) their rows, (n, 7) cosines, (n,) BM25 as it is trusted)."""
        words = _Words.of(self._lexical, text)
        held = self._whole or self._found(self._nearest(query[None], None)[0], words, None)
        read = self._read(query, held, self._cosines(query, held), words, _READ, None)
        return held.entries[read.at], read.evidence, self._trusted * read.words

    def sentences(self, query: np.ndarray, entry: int) -> tuple[list[int], list[float]]:
        """(the passages that are the sentences of an answer, their cosines with `query`, (d,) of length 1)."""
        rows = self._evidence.sentences_of(entry)
        return rows.tolist(), (self._index.vectors(rows) @ query).tolist() if len(rows) else []

    def question_vectors(self, entries: Sequence[int]) -> np.ndarray:
        """(len(entries), d) float32: the vectors of the entries' own questions."""
        return self._index.vectors(self._evidence.questions(entries))

    @cached_property
    def _whole(self) -> Held | None:
        """All entries, where their passages are so few that all can be scored in full."""
        return self._evidence.held(np.unique(self.groups)) if self._evidence.finding <= _ALL else None

    def _few(self, allowed: np.ndarray) -> Held | None:
        """The groups with allowed entries where these are so few that all can be scored in full."""
        entries = np.flatnonzero(allowed)
        if self._evidence.count(entries) > _ALL:
            return None
        groups = np.unique(self.groups[entries])
        of_groups = self._evidence.entries_of(groups)
        return self._evidence.held(groups) if self._evidence.count(of_groups) <= _ALL else None

    def _nearest(self, queries: np.ndarray, allowed: np.ndarray | None) -> np.ndarray:
        """(m, DEPTH) the nearest passages, of allowed entries; -1 where there are no more."""
        own = self._evidence.present
        if allowed is not None:
            of_allowed = allowed[self._evidence.entry]
            own = of_allowed if own is None else own & of_allowed
        return self._index.search(queries, DEPTH, own, self._evidence.finding).rows

    def _found(self, rows: np.ndarray, words: "_Words", allowed: np.ndarray | None) -> Held:
        """The groups that the nearest passages `rows` or `words` point to."""
        found = np.zeros(self.groups.max(initial=-1) + 1, bool)  # quicker than sorting what was found
        found[self.groups[self._evidence.entry[rows[rows >= 0]]]] = True
        found[self.groups[words.best(_LEXICAL_DEPTH, allowed)]] = True
        return self._evidence.held(np.flatnonzero(found))

    def _cosines(self, query: np.ndarray, held: Held) -> np.ndarray:
        """(r,) of the query and the passages that are held."""
        if held is self._whole:  # no vector has to be fetched by itself
            return np.asarray(self._index.cosines(query, self._evidence.finding)[held.rows])
        return np.asarray(self._index.vectors(held.rows) @ query)

    def _order(
        self, query: np.ndarray, held: Held, words: "_Words", top: int, left: np.ndarray | None
    ) -> list[Candidate]:
        """`left`: (n,) bool, which of those that are held may be shown; all where it is None."""
        found = self._cosines(query, held)
        read = self._read(query, held, found, words, max(top, _READ), left)
        if not len(read.at):
            return []
        fit = np.logaddexp(*self._weights.ways(read.evidence))
        question = read.evidence[:, QUESTION]
        score = fit + self._weights.words * self._trusted * read.words + _bonus(question)
        order = np.lexsort((held.entries[read.at], -score, -_word_for_word(question)))[:top]
        at = read.at[order]
        columns = (  # in the order of `Candidate`
            held.entries[at],
            self.groups[held.entries[at]],
            score[order],
            question[order],
            read.evidence[order, ANSWER],
            read.evidence[order, PAIR],
            fit[order],
            read.words[order] / words.possible if words.possible else np.zeros(len(order)),
            self._evidence.best_wordings(held, found, at),
            read.sentence[order],
        )
        return [Candidate._make(values) for values in zip(*(column.tolist() for column in columns), strict=True)]

    def _read(
        self, query: np.ndarray, held: Held, found: np.ndarray, words: "_Words", most: int, left: np.ndarray | None
    ) -> "_Read":
        """The `most` entries, or a few more, that are the best before their sentences are looked at, those word for
        word first; a window holds its sentences, so that it says well enough whose to read. `found`: see `_cosines`."""
        cosines = self._evidence.cosines(query, held, found)
        said = words.scores_of(held.entries)
        known = (cosines.centred, cosines.question, cosines.wordings, cosines.answer, cosines.answers)
        evidence = np.array((*known, cosines.answer, cosines.answer)).T
        score = np.logaddexp(*self._weights.ways(evidence)) + self._weights.words * self._trusted * said
        at = _at_least_the(most, score + _bonus(cosines.question) + _ABOVE_ALL * _word_for_word(cosines.question), left)
        evidence = evidence[at]
        sentences = self._evidence.said(query, held.entries[at])
        evidence[:, SENTENCE], evidence[:, PAIR] = sentences.sentence, sentences.pair
        return _Read(at, evidence, said[at], sentences.row)


class _Read(NamedTuple):
    """Of the n entries whose sentences were looked at."""

    at: np.ndarray  # (n,) where they are among those that are held
    evidence: np.ndarray  # (n, 7)
    words: np.ndarray  # (n,) BM25
    sentence: np.ndarray  # (n,) row of the best, -1 where there is none


def _bonus(question: np.ndarray) -> np.ndarray:
    """What a wording that is the question itself adds; what its answer holds could only mislead."""
    return np.where(question >= SAME, _SAME_BONUS * question, 0)


def _word_for_word(question: np.ndarray) -> np.ndarray:
    """1 for the question itself, 2 to the letter, else 0: no number of words may outweigh that."""
    return (question >= SAME).astype(np.float64) + (question >= _EXACT)


def _at_least_the(k: int, scores: np.ndarray, left: np.ndarray | None) -> np.ndarray:
    """Where the `k` highest scores are, of those `left`, and all that equal the last of them; in no order."""
    at = np.arange(len(scores)) if left is None else np.flatnonzero(left)
    if len(at) <= k:
        return at
    own = scores[at]
    return np.asarray(at[own >= np.partition(own, len(own) - k)[len(own) - k]])


def word_trust(by_words: float, by_meaning: float, n: int) -> float:
    """How far words can be trusted in a corpus: 1 where they find as well as meaning does.

    Both are the mean reciprocal rank at which `n` questions find their own answers; with few of them the ratio
    is drawn towards what FAQs have on the average.
    """
    prior = 5
    return (n * by_words / max(by_meaning, 1e-6) + prior * 0.75) / (n + prior)
