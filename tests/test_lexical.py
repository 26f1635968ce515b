import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.search import lexical
from chatbot.search.lexical import LexicalIndex, WordCounts

TEXTS = ["the cat eats fish", "the dog eats", "fish, fish and fish!", ""]


def bm25(query: str, texts: list[str]) -> list[float]:
    """The formula, word by word."""
    documents = [text.replace(",", "").replace("!", "").split() for text in texts]
    mean = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        score = 0.0
        for word in set(query.split()):
            holding = sum(word in other for other in documents)
            idf = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
            times = document.count(word)
            if times:
                score += idf * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * len(document) / mean))
        scores.append(score)
    return scores


@pytest.mark.parametrize("query", ["fish", "the fish eats", "nothing", "cat cat"])
def test_scores_are_those_of_the_formula(query: str) -> None:
    scores, _ = LexicalIndex.of(TEXTS).scores(query)
    np.testing.assert_allclose(scores, bm25(query, TEXTS), rtol=1e-5)


def test_what_is_possible_counts_unknown_words_as_the_rarest() -> None:
    index = LexicalIndex.of(TEXTS)
    known, unknown = index.scores("fish")[1], index.scores("quagga")[1]
    assert unknown == pytest.approx(math.log(1 + 4.5 / 0.5))
    assert index.scores("fish quagga")[1] == pytest.approx(known + unknown)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("stretchin", "stretching"),  # a letter too few
        ("stretchingg", "stretching"),  # one too many
        ("stretcbing", "stretching"),  # another one
        ("strecthing", "stretching"),  # two changed places
        ("stretching", "stretching"),
        ("hipp", "hipp"),  # too short to be sure
        ("ruining", "running"),
        ("zzzzzz", "zzzzzz"),
        ("abcde1", "abcde1"),
    ],
)
def test_a_slip_is_taken_for_the_word_of_the_corpus(typed: str, meant: str) -> None:
    assert LexicalIndex.of(["stretching hips", "running hips", "hips"]).corrected(typed) == meant


def test_of_several_words_the_commonest_is_meant() -> None:
    assert LexicalIndex.of(["paint", "pains pains", "pains"]).corrected("painx") == "pains"


def test_bytes_survive_a_round_trip() -> None:
    index = LexicalIndex.of(["größe 大きい", "b c", "c"])
    again = LexicalIndex.from_bytes(index.to_bytes())
    for query in ("größe", "c", "大きい b"):
        np.testing.assert_array_equal(again.scores(query)[0], index.scores(query)[0])
        assert again.scores(query)[1] == index.scores(query)[1]
    empty = LexicalIndex.from_bytes(LexicalIndex.of(["", "?"]).to_bytes())
    assert empty.scores("a")[0].tolist() == [0, 0]


@st.composite
def corpora(draw: st.DrawFn) -> tuple[list[str], str, int]:
    """Texts of few words, some of them in nearly all texts; a query; how many are wanted."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    chance = 1 / np.arange(1, 31) ** draw(st.sampled_from([0.3, 1.0, 2.0]))
    texts = [
        " ".join(f"w{word}" for word in rng.choice(30, rng.integers(0, 12), p=chance / chance.sum()))
        for _ in range(draw(st.integers(1, 120)))
    ]
    query = " ".join(f"w{word}" for word in rng.integers(0, 32, draw(st.integers(0, 8))))
    return texts, query, draw(st.sampled_from([1, 2, 5, 50]))


@pytest.mark.parametrize("all_at_once", [0, 1000])
@given(corpora())
def test_the_best_are_those_of_all_scores(all_at_once: int, case: tuple[list[str], str, int]) -> None:
    """And so are their scores, bit for bit, and those of any others. Red when what is left counts for half of what it
    can be, or when of equal ones the last are kept; in a small corpus when what is not allowed counts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical, "_ALL_AT_ONCE", all_at_once)
        _check_the_best(*case)


def _check_the_best(texts: list[str], query: str, k: int) -> None:
    index = LexicalIndex.of(texts)
    scores, possible = index.scores(query)
    terms, same = index.terms(query)
    assert same == possible
    for allowed in (None, np.arange(len(texts)) % 3 > 0):
        shown = scores if allowed is None else np.where(allowed, scores, 0)
        order = np.lexsort((np.arange(len(texts)), -shown))
        expected = order[shown[order] > 0][:k]
        assert sorted(index.best(terms, k, allowed)) == sorted(expected)
    rows = np.arange(len(texts))[::2]
    np.testing.assert_array_equal(index.scores_of(terms, rows), scores[rows])


@given(corpora(), st.data())
def test_an_index_of_changed_texts_is_that_of_an_index_made_anew(
    case: tuple[list[str], str, int], data: st.DataObject
) -> None:
    """Red without: words that no entry holds any longer left out; lengths anew."""
    texts, _, _ = case
    rows = data.draw(st.sets(st.integers(0, len(texts) - 1), max_size=5))
    fewer = {row: " ".join(texts[row].split()[::2]) for row in rows}
    changed = WordCounts.of(texts).changed(fewer).index()
    assert changed.to_bytes() == LexicalIndex.of([fewer.get(row, text) for row, text in enumerate(texts)]).to_bytes()


@pytest.mark.parametrize("data", [b"", b"nonsense", b"PK\x03\x04 cut off"])
def test_bytes_that_are_no_index_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a lexical index"):
        LexicalIndex.from_bytes(data)


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        LexicalIndex(["a"], np.array([0, 2]), np.array([0]), np.array([1.0]), 1)
    with pytest.raises(ValueError, match="do not fit"):
        LexicalIndex(["a", "b"], np.array([0, 0, 1]), np.array([0]), np.array([1.0]), 1)


@given(st.lists(st.text(alphabet="abc ", max_size=12), min_size=1, max_size=6), st.text(max_size=20))
def test_no_question_is_too_odd(texts: list[str], query: str) -> None:
    scores, possible = LexicalIndex.of(texts).scores(query)
    assert scores.shape == (len(texts),)
    assert np.isfinite(scores).all()
    assert possible >= 0
