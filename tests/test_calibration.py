import dataclasses
import json
import math

import numpy as np
import pytest
from scipy.optimize import minimize

from chatbot.content.passages import passages_of
from chatbot.indexing.build import answer_groups, lexical_text
from chatbot.search.calibration import (
    Calibration,
    _reciprocal_rank,
    answered_from,
    evenly,
    measure_trust,
    measure_typical,
)
from chatbot.search.hashing import HashingEncoder
from chatbot.search.lexical import LexicalIndex
from chatbot.search.ranking import Candidate, Ranker
from chatbot.search.vectors import ExactIndex
from chatbot.types import Entry


def candidate(dense: float, group: int = 0, coverage: float = 0.5) -> Candidate:
    return Candidate(group, group, 99.0, dense, dense, dense, coverage, 0, 0)


def test_nothing_found_is_no_answer() -> None:
    assert Calibration().probability([]) == 0.0


def test_features_and_probability_by_hand() -> None:
    candidates = [candidate(0.8, 0, 0.6), candidate(0.7, 0), candidate(0.5, 1), candidate(0.3, 2)]
    calibration = Calibration(typical=0.6)
    assert calibration.features(candidates) == pytest.approx((0.2, 0.4, 0.6))  # the second shows the same answer
    logit = -2.104 + 7.511 * 0.2 + 7.802 * 0.4 + 0.616 * 0.6
    assert calibration.probability(candidates) == pytest.approx(1 / (1 + math.exp(-logit)))


def test_probability_grows_with_nearness_standing_out_and_words() -> None:
    def of(dense: float, rival: float, coverage: float) -> float:
        return Calibration().probability([candidate(dense, 0, coverage), candidate(rival, 1)])

    assert of(0.8, 0.4, 0.5) > of(0.7, 0.4, 0.5) > of(0.7, 0.6, 0.5) > of(0.7, 0.6, 0.1)


def test_the_score_of_the_order_is_of_no_account() -> None:
    first = candidate(0.7)
    loud = first._replace(score=1000.0)
    assert Calibration().probability([first]) == Calibration().probability([loud])


def test_nearness_counts_against_what_is_typical_of_the_corpus() -> None:
    found = [candidate(0.7), candidate(0.6, 1)]
    assert Calibration(typical=0.4).probability(found) > Calibration(typical=0.65).probability(found)


def test_the_less_is_tolerated_the_surer_an_answer_must_be() -> None:
    cuts = [answered_from(rate) for rate in (0.01, 0.05, 0.07, 0.1, 0.3, 0.5)]
    assert cuts == sorted(cuts, reverse=True)
    assert answered_from(0.05) == 0.61
    assert answered_from(0.075) == pytest.approx((0.61 + 0.49) / 2)
    assert answered_from(0) == Calibration().answered_from


def test_it_survives_a_file() -> None:
    changed = Calibration(answered_from=0.7, trust=0.9, weights=(1.0, 2.0, 3.0))
    assert Calibration.from_json(json.loads(json.dumps(dataclasses.asdict(changed)))) == changed


def test_ranks_of_equal_scores_are_shared() -> None:
    assert _reciprocal_rank(np.array([3.0, 2, 1]), 1) == 1 / 2
    assert _reciprocal_rank(np.array([2.0, 2, 2]), 0) == 1 / 2
    assert _reciprocal_rank(np.array([0.0]), 0) == 1


def test_a_sample_is_spread_evenly_and_the_same_every_time() -> None:
    assert evenly([1, 2, 3], 400) == [1, 2, 3]
    sample = evenly(range(1000), 400)
    assert len(sample) == len(set(sample)) == 400
    assert sample == evenly(range(1000), 400)
    assert sample[-1] > 990


def test_adapting_is_maximum_a_posteriori() -> None:
    """Against a general optimiser on the same objective."""
    rng = np.random.default_rng(0)
    answerable, unanswerable = rng.normal(0.1, 0.2, (80, 3)), rng.normal(-0.1, 0.2, (30, 3))
    right = rng.random(80) < 0.8
    start = Calibration()
    scales = np.array([0.214, 0.145, 0.306, 1.0])
    prior = np.append(start.weights, start.intercept)

    def objective(v: np.ndarray) -> float:
        def loss(x: np.ndarray, y: np.ndarray) -> np.ndarray:
            z = x @ v[:3] + v[3]
            return np.asarray(np.logaddexp(0, z) - y * z)

        heed = 1.2 * 60 / 80 * loss(answerable, right).sum() + 0.8 * loss(unanswerable, np.zeros(30)).sum()
        return float(heed + (((v - prior) * scales) ** 2 / np.array([2, 2, 2, 8])).sum())

    adapted = start.adapted(answerable, right, unanswerable)
    found = np.append(adapted.weights, adapted.intercept)
    best = minimize(objective, prior, tol=1e-12).x
    assert objective(found) <= objective(best) + 1e-9
    assert found == pytest.approx(best, abs=1e-3)
    assert objective(found) < objective(prior) - 1


ENTRIES = [
    Entry("a", "How deep is the lake?", "The lake is ten metres deep."),
    Entry("b", "Who feeds the swans?", "The swans are fed by the warden."),
    Entry("c", "May I swim?", "Only in summer."),
    Entry("d", "Is there parking?", ""),
]


def test_trust_is_high_where_questions_share_words_with_their_answers() -> None:
    def trust(entries: list[Entry]) -> float:
        passages = passages_of(entries)
        return measure_trust(
            entries, passages, ExactIndex(HashingEncoder().encode_passages([p.text for p in passages]))
        )

    strangers = [
        dataclasses.replace(entry, answer=f"{n} xyz." if entry.answer else "") for n, entry in enumerate(ENTRIES)
    ]
    assert trust(ENTRIES) > trust(strangers)
    assert trust([ENTRIES[3]]) == 0.75  # nothing to ask
    assert 0 < trust(ENTRIES) < 2


def ranker_of(entries: list[Entry]) -> Ranker:
    passages = passages_of(entries)
    vectors = HashingEncoder().encode_passages([p.text for p in passages])
    lexical = LexicalIndex.of([lexical_text(entry) for entry in entries])
    return Ranker(passages, ExactIndex(vectors), lexical, answer_groups(entries), 0.75)


def test_typical_is_the_median_nearness_of_what_comes_first_without_the_right_answer() -> None:
    entries = [Entry(f"e{n}", f"How deep is the lake in month {n}?", f"{n} metres deep is the lake.") for n in range(5)]
    ranker = ranker_of(entries)
    firsts = []
    for row, entry in enumerate(entries):
        [candidates] = ranker.rank(HashingEncoder().encode_queries([entry.question]), [entry.question], 9)
        firsts.append(next(c.dense for c in candidates if c.entry != row))
    assert np.median(firsts) > 0.35
    assert measure_typical(entries, ranker) == pytest.approx(np.median(firsts), abs=1e-5)


def test_entries_far_from_each_other_do_not_make_every_question_near() -> None:
    assert measure_typical(ENTRIES, ranker_of(ENTRIES)) == 0.35


def test_a_corpus_of_one_entry_has_the_usual_typical_value() -> None:
    assert measure_typical(ENTRIES[:1], ranker_of(ENTRIES[:1])) == Calibration().typical
