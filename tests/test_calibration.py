import dataclasses

import pytest

from chatbot.search.calibration import Calibration
from chatbot.search.ranking import Candidate


def candidate(score: float) -> Candidate:
    return Candidate(0, score, score, score, 0, 0)


def test_nothing_found_is_no_answer() -> None:
    assert Calibration().probability([], []) == 0.0


def test_probability_grows_with_score_and_with_the_margin_to_another_answer() -> None:
    scores = [(0.3, 0.1), (0.6, 0.5), (0.9, 0.8), (0.9, 0.6)]
    found = [Calibration().probability([candidate(a), candidate(b)], ["x", "y"]) for a, b in scores]
    assert found == sorted(found)
    assert 0 < found[0] < 0.2 < 0.8 < found[-1] < 1


def test_an_entry_with_the_same_answer_is_no_rival() -> None:
    three = [candidate(0.8), candidate(0.79), candidate(0.5)]
    alone = Calibration().probability([three[0], three[2]], ["x", "y"])
    assert Calibration().probability(three, ["x", "x", "y"]) == alone
    assert Calibration().probability(three, ["x", "z", "y"]) < alone


def test_two_entries_without_answer_are_rivals() -> None:
    two = [candidate(0.8), candidate(0.79)]
    assert Calibration().probability(two, ["", ""]) == Calibration().probability(two, ["x", "y"])


def test_a_single_entry_is_not_answered_for_standing_alone() -> None:
    assert Calibration().probability([candidate(0.2)], ["x"]) < 0.2


def test_known_value() -> None:
    # -5.415 + 6.392 * 0.7 + 9.345 * 0.1 = -0.0061
    assert Calibration().probability([candidate(0.7), candidate(0.6)], ["x", "y"]) == pytest.approx(0.4985, abs=1e-4)


def test_it_survives_a_file() -> None:
    changed = Calibration(answered_from=0.7)
    assert Calibration.from_json(dataclasses.asdict(changed)) == changed
