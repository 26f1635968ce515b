import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.core.text import sentences
from chatbot.dialogue.short import asks_yes_or_no, short_span

STEPS = (
    "Before a run:\n\n1. Walk for five minutes.\n2. Circle your hips.\n3. Jog slowly.\n\nAfter that, run as you like."
)
HEADED = "Getting started\n\nWalk first. Run later. Rest in between."


def shown(answer: str, needle: str) -> str | None:
    begin = answer.index(needle)
    span = next(span for span in sentences(answer) if span[0] <= begin < span[1])
    found = short_span(answer, span)
    return None if found is None else answer[found[0] : found[1]]


@pytest.mark.parametrize(
    ("answer", "needle", "expected"),
    [
        ("Rest helps. Ice helps too. Ask a doctor.", "Ice", "Ice helps too."),
        ("Only one sentence.", "Only", None),
        ("Stretch daily. This keeps you supple. Ask a doctor.", "This keeps", "Stretch daily. This keeps you supple."),
        ("Stretch. It helps. It is free. Ask a doctor.", "It is", "Stretch. It helps. It is free."),
        (
            "Muscles hold you. As they tire, you ache. Rest now and then.",
            "As they",
            "Muscles hold you. As they tire, you ache.",
        ),
        ("It helps. Ask a doctor.", "It helps", "It helps."),  # nothing stands before it
        ("Stretch daily.\n\nThis is a new thought. And more.", "This is", "This is a new thought."),
        (STEPS, "Circle", STEPS[: STEPS.index("\n\nAfter")]),  # a list is never cut
        (STEPS, "Before a run", STEPS[: STEPS.index("\n\nAfter")]),  # nor parted from what leads to it
        (STEPS, "After that", "After that, run as you like."),
        (HEADED, "Getting", "Walk first."),  # a heading says nothing by itself
        ("## Rest\n\nLie down. Sleep.", "Rest", "Lie down."),
        ("**Rest**\n\nLie down. Sleep.", "Rest", "Lie down."),
        ("- Walk a lot. Often.\n- Swim.", "Swim", None),  # the list is the answer
        ("Try this: walk. Then run.", "Try this", "Try this: walk."),
    ],
)
def test_what_is_highlighted(answer: str, needle: str, expected: str | None) -> None:
    assert shown(answer, needle) == expected


def test_a_verdict_is_not_left_out() -> None:
    answer = "Not in itself. Landing hard is what hurts. Land softly. Rest after. Ask a doctor."
    spans = list(sentences(answer))

    def part(at: int) -> str:
        found = short_span(answer, spans[at], verdict_first=True)
        assert found is not None
        return answer[slice(*found)]

    assert part(0) == "Not in itself."
    assert part(1) == "Not in itself. Landing hard is what hurts."
    assert short_span(answer, spans[4], verdict_first=True) is None  # "Ask a doctor." alone would sound like a yes
    assert shown(answer, "Ask") == "Ask a doctor."


@pytest.mark.parametrize(
    ("question", "polar"),
    [("Is it bad?", True), ("can I run", True), ("\u00bfPuedo correr?", True), ("How far?", False), ("", False)],
)
def test_questions_for_yes_or_no(question: str, polar: bool) -> None:
    assert asks_yes_or_no(question) is polar


def test_of_a_long_list_only_the_item_is_shown() -> None:
    items = [f"Item number {n} is explained here in many words. It also has a second sentence." for n in range(20)]
    answer = "Do all of this:\n\n" + "\n".join(f"- {item}" for item in items)
    assert shown(answer, "Item number 7") == items[7]
    assert shown(answer, "Do all") == "Do all of this:"


@given(st.text(alphabet="ab .:!?\n-#*1)Tt", max_size=80), st.integers(0, 80))
def test_it_is_always_a_part_of_the_answer(answer: str, at: int) -> None:
    spans = list(sentences(answer))
    for span in spans:
        found = short_span(answer, span)
        if found is not None:
            assert 0 <= found[0] < found[1] <= len(answer)
            assert found[0] in {begin for begin, _ in spans}
            assert found[1] in {end for _, end in spans}
    assert short_span(answer, (at, at + 1)) is None or spans
