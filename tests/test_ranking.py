"""The order of entries against the plainest possible computation of it."""

import dataclasses
import itertools
from collections.abc import Sequence

import numpy as np
import pytest

from chatbot.content.passages import passages_of
from chatbot.core.passage_table import PassageTable
from chatbot.core.types import Entry, Passage
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.groups import answer_groups, lexical_text
from chatbot.search.candidates import Depths
from chatbot.search.exact import ExactIndex
from chatbot.search.geometry import Geometry
from chatbot.search.lexical import LexicalIndex, WordCounts
from chatbot.search.ranking import SAME, Candidate, Ranker, Weights, word_trust
from chatbot.search.vectors import Vectors

ENTRIES = [
    Entry(
        "feed", "How often should I feed my cat?", "Twice a day. Kittens more often.", alternates=("When do cats eat?",)
    ),
    Entry("dog", "May dogs eat chocolate?", "No. It is poisonous for dogs."),
    Entry("gap", "How long do hamsters live?", ""),
    Entry("fish", "What do goldfish eat?", "Flakes. Once a day."),
    Entry("puppy", "Is cocoa bad for a puppy?", "No. It is poisonous for dogs."),
]
QUERIES = [
    "when should my cat eat",
    "is chocolate bad for my dog",
    "how old do hamsters get",
    "fish food",
    "zzz",
    "when do cats EAT",
]
ENCODER = HashingEncoder()
TRUST = 0.9


DEPTHS = Depths()
DEPTH = DEPTHS.passages


@pytest.fixture(params=[10_000, 0], ids=["all in full", "the candidates in full"], autouse=True)
def scored_in_full(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small and large corpora keep the same promises."""
    monkeypatch.setitem(globals(), "DEPTHS", Depths(all_up_to=request.param))


def ranker(
    entries: list[Entry], trust: float = TRUST, depths: Depths | None = None
) -> tuple[Ranker, list[Passage], np.ndarray]:
    passages = passages_of(entries)
    vectors = ENCODER.encode_passages([passage.text for passage in passages])
    lexical = LexicalIndex.of([lexical_text(entry) for entry in entries])
    subject = ranker_of(passages, vectors, entries, lexical, trust, depths or DEPTHS)
    return subject, passages, vectors


def ranker_of(
    passages: list[Passage],
    vectors: np.ndarray,
    entries: list[Entry],
    lexical: LexicalIndex,
    trust: float,
    depths: Depths,
    absent: Sequence[int] = (),
) -> Ranker:
    table, kept = PassageTable(passages), Vectors(vectors)
    geometry = Geometry.of(table, kept, answer_groups(entries), absent)
    return Ranker(geometry, kept, ExactIndex(kept, table.finding), lexical, trust, depths=depths)


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def brute_force(query: str, entries: list[Entry], passages: list[Passage], vectors: np.ndarray) -> dict[int, float]:
    """Every score, entry by entry and passage by passage."""
    vector = ENCODER.encode_queries([query])[0]
    words, _ = LexicalIndex.of([lexical_text(entry) for entry in entries]).scores(query)
    wordings = [v for p, v in zip(passages, vectors, strict=True) if p.kind in ("question", "alternate")]
    mean = np.mean(wordings, axis=0) * (len(wordings) - 1) / len(wordings)
    groups = answer_groups(entries)
    scores = {}
    for row in range(len(entries)):
        own = [(p.kind, v) for p, v in zip(passages, vectors, strict=True) if p.entry == row]
        group = [(p.kind, v) for p, v in zip(passages, vectors, strict=True) if groups[p.entry] == groups[row]]
        questions = [v for kind, v in own if kind in ("question", "alternate")]
        windows = [v for kind, v in own if kind == "question_answer"]
        question = max(v @ vector for v in questions)
        centred = max(unit(v - mean) @ unit(vector - mean) for v in questions)
        answer = max((v @ vector for v in windows), default=question)
        of_wordings = unit(np.sum([v for kind, v in group if kind in ("question", "alternate")], axis=0)) @ vector
        of_windows = [v for kind, v in group if kind == "question_answer"]
        of_answers = unit(np.sum(of_windows, axis=0)) @ vector if of_windows else of_wordings
        said = [v for kind, v in own if kind == "sentence"]
        sentence = max((v @ vector for v in said), default=0)
        pair = max([sentence, *(unit(one + two) @ vector for one, two in itertools.pairwise(said))])
        weights = Weights.shipped()
        rewords = np.dot(weights.rewords, [centred, question, of_wordings, answer, 1])
        asks = np.dot(weights.asks, [answer, of_answers, sentence, pair, 1])
        scores[row] = np.log(np.exp(rewords) + np.exp(asks))
        scores[row] += weights.words * np.exp(4 * (TRUST - 0.8)) * words[row]
        scores[row] += 10 * question if question >= SAME else 0
    return scores


def rank(subject: Ranker, queries: list[str], top: int, **options: object) -> list[list[Candidate]]:
    return subject.rank(ENCODER.encode_queries(queries), queries, top, **options)  # type: ignore[arg-type]


def test_the_order_is_that_of_brute_force() -> None:
    subject, passages, vectors = ranker(ENTRIES)
    for query, candidates in zip(QUERIES, rank(subject, QUERIES, 10), strict=True):
        expected = brute_force(query, ENTRIES, passages, vectors)
        assert [c.entry for c in candidates] == sorted(expected, key=lambda row: -expected[row]), query
        np.testing.assert_allclose([c.score for c in candidates], sorted(expected.values(), reverse=True), atol=1e-4)


def test_entries_with_one_answer_are_one_group_and_support_each_other() -> None:
    subject, _, _ = ranker(ENTRIES)
    assert subject.groups[1] == subject.groups[4] != subject.groups[2]
    [candidates] = rank(subject, ["is chocolate bad for my dog"], 2)
    assert {candidate.entry for candidate in candidates} == {1, 4}
    assert candidates[0].group == candidates[1].group


def test_words_count_as_far_as_they_are_trusted() -> None:
    quiet, loud = (rank(ranker(ENTRIES, trust)[0], ["fish flakes"], 1)[0][0].score for trust in (0.5, 1.1))
    assert loud > quiet


def test_a_candidate_names_the_wording_and_the_sentence_that_matched() -> None:
    subject, passages, _ = ranker(ENTRIES)
    [[cat, *_]] = rank(subject, ["when do cats eat more often"], 1)
    assert passages[cat.passage].text == "When do cats eat?"
    assert passages[cat.sentence].text == "Kittens more often."
    [candidates] = rank(subject, ["how long do hamsters live"], 1)
    assert (candidates[0].entry, candidates[0].sentence) == (2, -1)
    assert candidates[0].answer_cosine == candidates[0].question_cosine == pytest.approx(1.0)


def test_coverage_is_the_share_of_what_the_words_weigh() -> None:
    subject, _, _ = ranker(ENTRIES)
    [[full]] = rank(subject, ["goldfish flakes"], 1)
    [[half]] = rank(subject, ["goldfish in Atlantis"], 1)
    [[none]] = rank(subject, ["zzz"], 1)
    assert full.coverage > half.coverage > none.coverage == 0


def test_a_filter_leaves_only_what_is_allowed_however_far_down_it_stands() -> None:
    many = [Entry(f"e{n}", f"How often should I feed my cat number {n}?", f"Daily {n}.") for n in range(DEPTH)]
    subject, _, _ = ranker([*many, ENTRIES[3]])
    allowed = np.zeros(DEPTH + 1, bool)
    allowed[DEPTH] = True
    [candidates] = rank(subject, ["feed my cat"], 5, allowed=allowed)
    assert [candidate.entry for candidate in candidates] == [DEPTH]
    assert rank(subject, ["feed my cat"], 5, allowed=allowed & False) == [[]]


def test_of_a_large_corpus_all_that_a_narrow_filter_leaves_is_scored_in_full() -> None:
    """Red when a filter counts all passages, or the entries that share an answer are left out of their group."""
    depths = Depths(all_up_to=40, passages=1, entries=1)
    many = [Entry(f"e{n}", f"How often should I feed my cat number {n}?", f"Daily {n}.") for n in range(100)]
    allowed = np.arange(105) >= 100
    subject, _, _ = ranker([*many, *ENTRIES], depths=depths)
    [candidates] = rank(subject, ["is chocolate bad for my dog"], 9, allowed=allowed)
    assert sorted(candidate.entry for candidate in candidates) == [100, 101, 102, 103, 104]
    allowed[104] = False  # of the group of 101
    [fewer] = rank(subject, ["is chocolate bad for my dog"], 9, allowed=allowed)
    assert fewer == [candidate for candidate in candidates if candidate.entry != 104]


def test_a_filter_changes_no_score() -> None:
    subject, _, _ = ranker(ENTRIES)
    [everything] = rank(subject, ["is chocolate bad for my dog"], 5)
    [filtered] = rank(subject, ["is chocolate bad for my dog"], 5, allowed=np.arange(5) != 4)
    assert filtered == [candidate for candidate in everything if candidate.entry != 4]


def test_a_filter_that_leaves_much_scores_the_nearest_of_it() -> None:
    """As if the others had never been there, but for what all of them have in common. Red without: the filter in the
    search for passages, or in that for words."""
    many = [Entry(f"e{n}", f"How often should I feed cat number {n}?", f"Daily, number {n}.") for n in range(900)]
    allowed = np.arange(905) % 3 > 0
    whole = rank(ranker([*many, *ENTRIES], depths=Depths())[0], QUERIES, 20, allowed=allowed)
    subject, _, _ = ranker([*many, *ENTRIES], depths=Depths(all_up_to=0))
    for some, everything in zip(rank(subject, QUERIES, 20, allowed=allowed), whole, strict=True):
        assert [c.entry for c in some[:2]] == [c.entry for c in everything[:2]]
        assert all(allowed[c.entry] for c in some)
        assert len(some) == 20
    subject, _, _ = ranker([*many, *ENTRIES], depths=Depths(all_up_to=0, passages=1, entries=20))
    [by_words] = rank(subject, ["when should my cat eat"], 30, allowed=allowed)
    assert len(by_words) >= 20
    assert rank(subject, ["zzz"], 5, allowed=allowed & False) == [[]]


@pytest.mark.parametrize("depth", [DEPTH, 2])
def test_alternates_can_be_taken_away_as_if_they_had_never_been_written(
    depth: int,
) -> None:
    """Against a ranker of a corpus without them. Red without: the look at what is present in the search; roles that
    change; the lengths of what is left; the words."""
    entries = [
        Entry(f"e{n}", f"How do I feed pet {n}?", f"Daily {n}.", alternates=(f"when do {n} eat", f"food of a {n} pet"))
        for n in range(200)
    ]
    depths = DEPTHS._replace(passages=depth, entries=depth // 2)
    subject, passages, vectors = ranker(entries, depths=depths)
    held = [row for row, p in enumerate(passages) if p.kind == "alternate" and p.entry % 3 == 0 and "food" in p.text]
    less = [dataclasses.replace(e, alternates=e.alternates[: 1 + (n % 3 > 0)]) for n, e in enumerate(entries)]
    counts = WordCounts.of([lexical_text(entry) for entry in entries])
    changed = counts.changed({n: lexical_text(less[n]) for n in range(0, 200, 3)})
    queries = [*(passages[row].text for row in held[:20]), *QUERIES]
    expected = rank(ranker(less, depths=depths)[0], queries, 20)
    without = ranker_of(passages, vectors, entries, changed.index(), TRUST, depths, absent=held)
    assert rank(subject, queries[:1], 1)[0][0].passage == held[0]
    for mine, theirs in zip(rank(without, queries, 20), expected, strict=True):
        assert [c.entry for c in mine] == [c.entry for c in theirs]
        for one, other in zip(mine, theirs, strict=True):
            assert (one.score, one.fit, one.coverage) == pytest.approx((other.score, other.fit, other.coverage))
            assert one.passage not in held


def test_sentences_are_looked_at_of_the_best_entries_alone() -> None:
    """And those that are lead to the order that all would. Red when the first look leaves the windows out."""
    many = [Entry(f"e{n}", f"How often should I feed pet {n}?", f"Daily, number {n}. It likes it.") for n in range(90)]
    whole = rank(ranker([*many, *ENTRIES])[0], QUERIES, 3)
    subject, _, _ = ranker([*many, *ENTRIES], depths=DEPTHS._replace(read=5))
    for some, every in zip(rank(subject, QUERIES, 3), whole, strict=True):
        assert some[0] == every[0]


def test_a_question_for_what_an_answer_says_finds_it_whatever_its_heading() -> None:
    """One way of being right is enough. (That the two are not averaged is what the order by brute force is red for.)"""
    told = Entry("hours", "Practical matters", "Bring boots. The north gate closes at dusk in winter.")
    like = Entry("gate", "How do I repair a broken gate hinge?", "With a new hinge and six long screws, patiently.")
    subject, _, _ = ranker([like, told])
    [candidates] = rank(subject, ["when is the north gate closed in winter"], 2)
    assert candidates[0].entry == 1
    assert candidates[0].sentence_cosine > candidates[0].question_cosine


def test_a_group_can_be_taken_away() -> None:
    subject, _, _ = ranker(ENTRIES)
    [candidates] = rank(subject, ["is chocolate bad for my dog"], 5, without=[int(subject.groups[1])])
    assert {candidate.entry for candidate in candidates} == {0, 2, 3}


def test_entries_of_the_same_score_keep_the_order_of_the_corpus() -> None:
    subject, _, _ = ranker([Entry("a", "Same?", "Yes."), Entry("b", "Same?", "Yes.")])
    [candidates] = rank(subject, ["same"], 2)
    assert [candidate.entry for candidate in candidates] == [0, 1]


def test_a_corpus_of_one_entry() -> None:
    subject, _, _ = ranker([ENTRIES[1]])
    [[only]] = rank(subject, ["chocolate for dogs"], 3)
    assert only.entry == 0
    assert np.isfinite(only.score)


def test_a_wording_asked_word_for_word_comes_first_whatever_the_answers_say() -> None:
    short = Entry("right", "Is tea warm?", "It mostly gets poured, then waits on some shelf, untouched, for ages.")
    parrot = Entry("parrot", "Is tea warmer?", "Is tea warm? Is tea warm? Is tea warm?")
    subject, _, _ = ranker([parrot, short])
    [candidates] = rank(subject, ["is tea warm"], 2)
    assert [candidate.entry for candidate in candidates] == [1, 0]
    assert candidates[0].score - 10 * candidates[0].question_cosine < candidates[1].score  # it takes the rule


def test_one_query_ranks_as_it_does_in_a_batch() -> None:
    subject, _, _ = ranker(ENTRIES)
    together = rank(subject, QUERIES, 4)
    assert [rank(subject, [query], 4)[0] for query in QUERIES] == together


def test_question_vectors() -> None:
    subject, _, _ = ranker(ENTRIES)
    expected = ENCODER.encode_queries([ENTRIES[3].question, ENTRIES[0].question])
    np.testing.assert_array_equal(subject.question_vectors([3, 0]), expected)


def test_word_trust() -> None:
    assert word_trust(0.5, 0.5, 10**6) == pytest.approx(1.0, abs=1e-4)
    assert word_trust(0.2, 0.8, 10**6) == pytest.approx(0.25, abs=1e-4)
    assert word_trust(1.0, 0.5, 0) == 0.75
    assert word_trust(0.5, 0.5, 5) == pytest.approx((1 + 0.75) / 2)
