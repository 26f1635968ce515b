import dataclasses
import json
import math

import numpy as np
import pytest
from scipy.optimize import minimize

from chatbot.content.passages import passages_of
from chatbot.core.passage_table import PassageTable
from chatbot.core.types import Entry
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.groups import answer_groups, lexical_text
from chatbot.search.alignment import Alignment
from chatbot.search.calibration import (
    FEATURES,
    Calibration,
    _reciprocal_rank,
    answered_from,
    evenly,
    measure_trust,
    measure_typical,
)
from chatbot.search.exact import ExactIndex
from chatbot.search.geometry import Geometry
from chatbot.search.lexical import LexicalIndex
from chatbot.search.parameters import PARAMETERS
from chatbot.search.ranking import Candidate, Ranker
from chatbot.search.vectors import Vectors


def candidate(fit: float, group: int = 0, best: float = 0.5) -> Candidate:
    return Candidate(group, group, 99.0, best - 0.1, best, best - 0.2, fit, 0.5, 0, 0)


def aligned(entry: float = 0.6, wording: float = 0.4, sentence: float = 0.5) -> Alignment:
    return Alignment(entry, wording, sentence, None)


def probability(calibration: Calibration, candidates: list[Candidate], alignment: Alignment) -> float:
    return float(calibration.probabilities(np.array([calibration.features(candidates, alignment)]))[0])


def test_features_and_probability_by_hand() -> None:
    candidates = [candidate(9.0, 0, 0.8), candidate(8.5, 0), candidate(7.0, 1), candidate(6.0, 2)]
    calibration = Calibration(typical=7.5, weights=(1.0, 2.0, 3.0, 4.0, 5.0, 6.0), intercept=-14.0)
    features = calibration.features(candidates, aligned())
    assert features == pytest.approx((1.5, 2.5, 0.8, 0.6, 0.4, 0.5))  # the second shows the same answer
    logit = -14 + 1.5 + 2 * 2.5 + 3 * 0.8 + 4 * 0.6 + 5 * 0.4 + 6 * 0.5
    assert probability(calibration, candidates, aligned()) == pytest.approx(1 / (1 + math.exp(-logit)))


def test_what_ships_is_what_the_file_says() -> None:
    said = json.loads(PARAMETERS.read_text())["probability"]
    assert tuple(said["features"]) == FEATURES
    assert Calibration().weights == tuple(said["weights"])
    assert len(said["weights"]) == len(said["scales"]) == len(FEATURES)


def test_probability_grows_with_nearness_standing_out_and_what_is_covered() -> None:
    def of(fit: float, rival: float, best: float, entry: float) -> float:
        return probability(Calibration(), [candidate(fit, 0, best), candidate(rival, 1)], aligned(entry))

    assert of(9, 7, 0.7, 0.5) > of(8.5, 7, 0.7, 0.5) > of(8.5, 8, 0.7, 0.5) > of(8.5, 8, 0.6, 0.5) > of(8.5, 8, 0.6, 0)


def test_the_score_of_the_order_is_of_no_account() -> None:
    first = candidate(8.0)
    assert Calibration().features([first], aligned()) == Calibration().features(
        [first._replace(score=1000.0)], aligned()
    )


def test_nearness_counts_against_what_is_typical_of_the_corpus() -> None:
    found = [candidate(8.0), candidate(7.0, 1)]
    near, far = (probability(Calibration(typical=typical), found, aligned()) for typical in (6.0, 9.0))
    assert near > far


def test_the_less_is_tolerated_the_surer_an_answer_must_be() -> None:
    cuts = [answered_from(rate) for rate in (0.01, 0.05, 0.07, 0.1, 0.3, 0.5)]
    assert cuts == sorted(cuts, reverse=True)
    assert answered_from(0.075) == pytest.approx((answered_from(0.05) + answered_from(0.1)) / 2)
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
    answerable, unanswerable = rng.normal(0.1, 0.2, (80, 6)), rng.normal(-0.1, 0.2, (30, 6))
    right = rng.random(80) < 0.8
    start = Calibration()
    scales = np.append(json.loads(PARAMETERS.read_text())["probability"]["scales"], 1.0)
    prior = np.append(start.weights, start.intercept)

    def objective(v: np.ndarray) -> float:
        def loss(x: np.ndarray, y: np.ndarray) -> np.ndarray:
            z = x @ v[:6] + v[6]
            return np.asarray(np.logaddexp(0, z) - y * z)

        heed = 1.2 * 60 / 80 * loss(answerable, right).sum() + 0.8 * loss(unanswerable, np.zeros(30)).sum()
        return float(heed + (((v - prior) * scales) ** 2 / np.array([2, 2, 2, 2, 2, 2, 8])).sum())

    adapted = start.adapted(answerable, right, unanswerable)
    found = np.append(adapted.weights, adapted.intercept)
    best = minimize(objective, prior, tol=1e-12).x
    assert objective(found) <= objective(best) + 1e-9
    assert found == pytest.approx(best, abs=2e-3)
    assert objective(found) < objective(prior) - 0.1


ENTRIES = [
    Entry("a", "How deep is the lake?", "The lake is ten metres deep."),
    Entry("b", "Who feeds the swans?", "The swans are fed by the warden."),
    Entry("c", "May I swim?", "Only in summer."),
    Entry("d", "Is there parking?", ""),
]


def test_trust_is_high_where_questions_share_words_with_their_answers() -> None:
    def trust(entries: list[Entry]) -> float:
        passages = passages_of(entries)
        return measure_trust(entries, passages, Vectors(HashingEncoder().encode_passages([p.text for p in passages])))

    strangers = [
        dataclasses.replace(entry, answer=f"{n} xyz." if entry.answer else "") for n, entry in enumerate(ENTRIES)
    ]
    assert trust(ENTRIES) > trust(strangers)
    assert trust([ENTRIES[3]]) == 0.75  # nothing to ask
    assert 0 < trust(ENTRIES) < 2


def ranker_of(entries: list[Entry]) -> Ranker:
    passages = PassageTable(passages_of(entries))
    vectors = Vectors(HashingEncoder().encode_passages([p.text for p in passages]))
    lexical = LexicalIndex.of([lexical_text(entry) for entry in entries])
    geometry = Geometry.of(passages, vectors, answer_groups(entries))
    return Ranker(geometry, vectors, ExactIndex(vectors, passages.finding), lexical, 0.75)


def test_a_twin_is_no_wrong_answer() -> None:
    """Headings that repeat would make every right answer look like a wrong one. Red when twins are counted."""
    alone = [
        Entry(f"e{n}", f"How deep is {lake}?", f"{lake}: {n} m.") for n, lake in enumerate(("Esk", "Awe", "Lomond"))
    ]
    twins = [Entry(f"t{n}", entry.question, f"Another text, {n}.") for n, entry in enumerate(alone)]
    assert measure_typical([*alone, *twins], ranker_of([*alone, *twins])) < 12


def test_typical_is_the_median_nearness_of_what_comes_first_without_the_right_answer() -> None:
    entries = [Entry(f"e{n}", f"How deep is the lake in month {n}?", f"{n} metres deep is the lake.") for n in range(5)]
    ranker = ranker_of(entries)
    firsts = []
    for row, entry in enumerate(entries):
        [candidates] = ranker.rank(HashingEncoder().encode_queries([entry.question]), [entry.question], 9)
        firsts.append(next(c.fit for c in candidates if c.entry != row))
    assert measure_typical(entries, ranker) == pytest.approx(np.median(firsts), abs=1e-5)


def test_entries_far_from_each_other_do_not_make_every_question_near() -> None:
    assert (
        measure_typical(ENTRIES, ranker_of(ENTRIES))
        == json.loads(PARAMETERS.read_text())["probability"]["least_typical"]
    )


def test_a_corpus_of_one_entry_has_the_usual_typical_value() -> None:
    assert measure_typical(ENTRIES[:1], ranker_of(ENTRIES[:1])) == Calibration().typical
