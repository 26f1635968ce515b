"""What most questions of a FAQ begin or end with."""

import pytest

from chatbot.content.question_frame import frame_of

ASKED = ["How do I pay?", "Where are you?", "When do you open?", "Who runs it?", "Is there parking?"]


@pytest.mark.parametrize("mark", [":", " |", " –", " -", " »"])
def test_the_name_of_a_site_before_or_behind_each_question_is_a_frame(mark: str) -> None:
    before = frame_of([f"Acme Help{mark} {question}" for question in ASKED])
    assert [before.without(f"Acme Help{mark} {question}") for question in ASKED] == ASKED
    after = frame_of([f"{question}{mark if mark != ':' else ' |'} Acme Help" for question in ASKED])
    assert [after.without(f"{question}{mark if mark != ':' else ' |'} Acme Help") for question in ASKED] == ASKED


def test_one_question_without_it_stays_as_it_is() -> None:
    frame = frame_of([*(f"Acme: {question}" for question in ASKED), "Anything else?"])
    assert frame.without("Anything else?") == "Anything else?"
    assert frame.without("acme: how do I pay?") == "how do I pay?"


@pytest.mark.parametrize(
    "questions",
    [
        ["Bus: How do I pay?", "Train: How do I pay?", "Boat: How do I pay?", "Foot: Do I pay?"],
        ["How do I pay?", "How do I leave?", "How do I stay?", "How do I go?"],
        ["Acme: How do I pay?", "Acme: Where are you?"],
    ],
    ids=["topics", "a common beginning that is no name", "too few"],
)
def test_what_tells_questions_apart_is_no_frame(questions: list[str]) -> None:
    assert [frame_of(questions).without(question) for question in questions] == questions


def test_a_question_is_never_left_empty() -> None:
    frame = frame_of([f"Acme: {question}" for question in ASKED])
    assert frame.without("Acme:") == "Acme:"
