import pytest

from chatbot.dialogue.highlight import Sentence, answering_sentence, evidence_of
from chatbot.search.spans import days_of, months_of
from chatbot.search.words import lexicon_of


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Monday to Friday, 9 to 5", {0, 1, 2, 3, 4}),
        ("Fri\u2013Mon", {4, 5, 6, 0}),
        ("on Sundays and Tues.", {6, 1}),
        ("on weekdays", {0, 1, 2, 3, 4}),
        ("at the weekend", {5, 6}),
        ("open daily", set(range(7))),
        ("every day except Sunday", set(range(7))),
        ("the sun sets in March", set()),
    ],
)
def test_days(text: str, days: set[int]) -> None:
    assert days_of(text) == days


def marked(question: str, heading: str, *sentences: tuple[str, float], nearness: float = 0.5) -> int | None:
    return answering_sentence(question, heading, nearness, [Sentence(*one) for one in sentences], lexicon_of("en"))


HOURS = (("Monday and Tuesday: 9 am to 5 pm", 0.60), ("Wednesday: closed", 0.60), ("Saturday: 9 am to 1 pm", 0.60))


@pytest.mark.parametrize(("question", "row"), [("open on monday?", 0), ("wednesdays", 1), ("are you open saturday", 2)])
def test_the_row_of_the_day_that_was_asked_for(question: str, row: int) -> None:
    """All are as near; red without the days."""
    assert marked(question, "Opening hours", *HOURS) == row


def test_what_stands_out_is_marked_and_else_nothing() -> None:
    told = ("The fee for a replacement card is five pounds.", 0.75)
    other = ("Cards are sent by post.", 0.3)
    assert marked("what does a replacement card cost", "Lost cards", other, told) == 1
    assert marked("what does a replacement card cost", "Lost cards", told) is None  # it is all there is
    same = ("Bring a form.", 0.4), ("Bring a photo.", 0.4), ("Bring a fee.", 0.4)
    assert marked("How do I get a card?", "How do I get a card?", *same, nearness=1.0) is None


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("From November to February", {10, 11, 0, 1}),
        ("in April\u2013June and on 2 October", {3, 4, 5, 9}),
        ("you may march in May", {4, 2}),
        ("you may come", set()),
    ],
)
def test_months(text: str, months: set[int]) -> None:
    assert months_of(text) == months


def test_a_sentence_on_other_months_has_evidence_against_it() -> None:
    """Red where only days of the week count."""
    sentences = [
        Sentence("From April to October we are open to 6 pm.", 0.8),
        Sentence("In December we close at 4 pm.", 0.7),
    ]
    evidence = evidence_of("are you open on 25 december", "When are you open?", sentences, lexicon_of("en"))
    of_times = evidence[:, 4:6].tolist()  # on what was asked for, on other times
    assert of_times == [[0, 1], [1, 0]]
