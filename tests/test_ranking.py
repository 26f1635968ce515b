"""The order of entries against the plainest possible computation of it."""

import numpy as np
import pytest

from chatbot.content.passages import passages_of
from chatbot.search.hashing import HashingEncoder
from chatbot.search.ranking import DEPTH, SAME, Ranker
from chatbot.search.vectors import ExactIndex
from chatbot.types import Entry, Passage

ENTRIES = [
    Entry(
        "feed", "How often should I feed my cat?", "Twice a day. Kittens more often.", alternates=("When do cats eat?",)
    ),
    Entry("dog", "May dogs eat chocolate?", "No. It is poisonous for dogs."),
    Entry("gap", "How long do hamsters live?", ""),
    Entry("fish", "What do goldfish eat?", "Flakes. Once a day."),
]
QUERIES = [
    "when should my cat eat",
    "is chocolate bad for my dog",
    "how old do hamsters get",
    "fish food",
    "zzz",
    "When do cats EAT",
]


def ranker(entries: list[Entry]) -> tuple[Ranker, list[Passage], np.ndarray]:
    passages = passages_of(entries)
    vectors = HashingEncoder().encode_passages([passage.text for passage in passages])
    return Ranker(passages, ExactIndex(vectors)), passages, vectors


def test_the_order_is_that_of_brute_force() -> None:
    subject, passages, vectors = ranker(ENTRIES)
    for query, candidates in zip(QUERIES, subject.rank(HashingEncoder().encode_queries(QUERIES), 10), strict=True):
        cosines = vectors @ HashingEncoder().encode_queries([query])[0]
        expected = {}
        for row in range(len(ENTRIES)):
            own = [(p.kind, c) for p, c in zip(passages, cosines, strict=True) if p.entry == row]
            question = max(c for kind, c in own if kind in ("question", "alternate"))
            answer = max((c for kind, c in own if kind == "question_answer"), default=None)
            same = question >= SAME or answer is None
            expected[row] = question if same else (question + answer) / 2
        assert [c.entry for c in candidates] == sorted(expected, key=lambda row: -expected[row])
        np.testing.assert_allclose([c.score for c in candidates], sorted(expected.values(), reverse=True), atol=1e-6)


def test_a_candidate_names_the_wording_and_the_sentence_that_matched() -> None:
    subject, passages, _ = ranker(ENTRIES)
    [[cat, *_]] = subject.rank(HashingEncoder().encode_queries(["when do cats eat more often"]), 1)
    assert passages[cat.passage].text == "When do cats eat?"
    assert passages[cat.sentence].text == "Kittens more often."
    [candidates] = subject.rank(HashingEncoder().encode_queries(["how long do hamsters live"]), 1)
    assert (candidates[0].entry, candidates[0].sentence) == (2, -1)
    assert candidates[0].answer == candidates[0].question == pytest.approx(1.0)


def test_a_filter_leaves_only_what_is_allowed_however_far_down_it_stands() -> None:
    many = [Entry(f"e{n}", f"How often should I feed my cat number {n}?", "Daily.") for n in range(DEPTH)]
    subject, _, _ = ranker([*many, ENTRIES[3]])
    allowed = np.zeros(DEPTH + 1, bool)
    allowed[DEPTH] = True
    [candidates] = subject.rank(HashingEncoder().encode_queries(["feed my cat"]), 5, allowed)
    assert [candidate.entry for candidate in candidates] == [DEPTH]
    assert subject.rank(HashingEncoder().encode_queries(["feed my cat"]), 5, ~allowed & False) == [[]]


def test_entries_of_the_same_score_keep_the_order_of_the_corpus() -> None:
    subject, _, _ = ranker([Entry("a", "Same?", "Yes."), Entry("b", "Same?", "Yes.")])
    [candidates] = subject.rank(HashingEncoder().encode_queries(["same"]), 2)
    assert [candidate.entry for candidate in candidates] == [0, 1]


def test_a_wording_asked_word_for_word_comes_first_whatever_the_answers_say() -> None:
    """Without the rule the mean of 1.0 and 0.32 would lose to an entry whose answer repeats the question."""
    short = Entry("right", "Is tea warm?", "It mostly gets poured, then waits on some shelf, untouched, for ages.")
    parrot = Entry("parrot", "Is tea warmer?", "Is tea warm? Is tea warm? Is tea warm?")
    subject, _, _ = ranker([parrot, short])
    [candidates] = subject.rank(HashingEncoder().encode_queries(["is tea warm"]), 2)
    assert [candidate.entry for candidate in candidates] == [1, 0]
    assert (candidates[0].question + candidates[0].answer) / 2 < candidates[1].score


def test_one_query_ranks_as_it_does_in_a_batch() -> None:
    subject, _, _ = ranker(ENTRIES)
    vectors = HashingEncoder().encode_queries(QUERIES)
    together = subject.rank(vectors, 4)
    assert [subject.rank(vector[None], 4)[0] for vector in vectors] == together


def test_question_vectors() -> None:
    subject, _, _ = ranker(ENTRIES)
    expected = HashingEncoder().encode_queries([ENTRIES[3].question, ENTRIES[0].question])
    np.testing.assert_array_equal(subject.question_vectors([3, 0]), expected)


def test_passages_and_vectors_of_two_builds_are_refused() -> None:
    _, passages, vectors = ranker(ENTRIES)
    with pytest.raises(ValueError, match="must be of one build"):
        Ranker(passages[:-1], ExactIndex(vectors))
