"""Messages to their questions, and histories to what they leave: text alone, no search."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.core.text import plain_words
from chatbot.core.types import Turn
from chatbot.dialogue.conversation import MOST_PARTS, Before, before, is_fragment, leans, split, stands_alone


def parts(message: str) -> list[str]:
    return [part.text for part in split(message, "Pets")]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("How do I warm up? And do I need special shoes?", ["How do I warm up?", "And do I need special shoes?"]),
        ("1) how do I warm up 2) do I need shoes", ["how do I warm up", "do I need shoes"]),
        ("1. How do I warm up?\n2. Which shoes?", ["How do I warm up?", "Which shoes?"]),
        ("- how do I warm up\n- do I need shoes", ["how do I warm up", "do I need shoes"]),
        ("how do i warm up\ndo i need shoes", ["how do i warm up", "do i need shoes"]),
        ("Is it safe? I am 60. How far may I go? Thanks!", ["Is it safe?", "I am 60. How far may I go?"]),
        ("Is it safe? How far may I go? I am 60.", ["Is it safe?", "How far may I go? I am 60."]),
        ("Can I run (or walk?) today? Do I need shoes?", ["Can I run (or walk?) today?", "Do I need shoes?"]),
        ("如何热身？需要鞋吗？", ["如何热身？", "需要鞋吗？"]),
        ("كيف أسخن؟ هل أحتاج حذاء؟", ["كيف أسخن؟", "هل أحتاج حذاء؟"]),
        ("Πώς να ζεσταθώ; Χρειάζομαι παπούτσια;", ["Πώς να ζεσταθώ;", "Χρειάζομαι παπούτσια;"]),
        ("Ինչպե՞ս տաքանալ։ Ի՞նչ կոշիկ։", ["Ինչպե՞ս տաքանալ։", "Ի՞նչ կոշիկ։"]),
        ("ምን ልብላ፧ መቼ ልሩጥ፧", ["ምን ልብላ፧", "መቼ ልሩጥ፧"]),
        ("¿Cómo caliento?¿Qué zapatos?", ["¿Cómo caliento?", "¿Qué zapatos?"]),
    ],
)
def test_a_message_of_several_questions_is_cut_between_them(message: str, expected: list[str]) -> None:
    assert parts(message) == expected


@pytest.mark.parametrize(
    "message",
    [
        "I am 60 and run daily. My knee hurts. What should I do?",
        "When I run, my back hurts. What should I do?",
        "what are the pros and cons",
        "Is salt and pepper bad for dogs?",
        "What do stop and start drills do?",
        "Do shoes, e.g. Is-brand ones, help in the U.S. What do you say",
        "Is it true of shoes vs. how I land?",
        "Can I run 3.5 km. In the heat",
        "My back hurts. It is bad. I want to run.",
        "What about http://a.example/?q=1 and such?",
        "where and when was it found",
        "Is it worse if I sit and when I stand?",
        "Rückenschmerzen. Und jetzt",
    ],
)
def test_a_message_of_one_question_stays_whole(message: str) -> None:
    [part] = split(message, "Pets")
    assert (part.text, part.clauses) == (message, ())


@pytest.mark.parametrize(
    ("message", "clauses"),
    [
        ("What causes it, and how long does it last?", ("What causes it", "and how long does it last?")),
        ("I ran. What causes pain and can I walk", ("I ran. What causes pain", "and can I walk")),
        (
            "what is it and how does it start but should I worry",
            ("what is it", "and how does it start", "but should I worry"),
        ),
        ("what is it and how", ()),
        ("where and when was it found", ()),
        ("I have pain and what should I do", ()),
    ],
)
def test_clauses_that_may_be_questions_are_proposed(message: str, clauses: tuple[str, ...]) -> None:
    [part] = split(message, "Pets")
    assert part.clauses == clauses


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Thanks! How long should I rest?", ["How long should I rest?"]),
        ("Hi. How are you? What do cats eat? Bye!", ["What do cats eat?"]),
        ("Hello. Thanks.", ["Hello. Thanks."]),
        ("Are you a robot? What do cats eat?", ["Are you a robot?", "What do cats eat?"]),
        ("?!", []),
    ],
)
def test_pleasantries_around_a_question_are_left_out(message: str, expected: list[str]) -> None:
    assert parts(message) == expected


def test_there_are_at_most_five_parts_and_the_last_holds_the_rest() -> None:
    found = parts("Is a? Is b? Is c? Is d? Is e? Is f? Is g?")
    assert len(found) == MOST_PARTS
    assert found[-1] == "Is e? Is f? Is g?"
    clauses = split("Is a? Is b? Is c? What is d and what is e and what is f and what is g?", "")
    assert clauses[-1].clauses == ("What is d", "and what is e and what is f and what is g?")


# Nothing that is made of these is small talk.
PIECES = [
    "what is ",
    "and ",
    "do I ",
    "qu",
    "wo ",
    " ",
    ".",
    "?",
    "!",
    "\n",
    "؟",
    "？",
    "1) ",
    "2) ",
    ";",
    "'",
    "(",
    ")",
]


@given(st.lists(st.sampled_from(PIECES), max_size=80).map("".join))
def test_the_parts_hold_all_words_in_their_order(message: str) -> None:
    found = split(message, "Pets")
    assert len(found) <= MOST_PARTS
    assert sum(max(len(part.clauses), 1) for part in found) <= MOST_PARTS
    assert all(plain_words(text) for part in found for text in (part.text, *part.clauses))
    said = [word for part in found for word in plain_words(part.text) if word.isalpha()]
    assert said == [word for word in plain_words(message) if word.isalpha()]
    for part in found:
        assert not part.clauses or plain_words(" ".join(part.clauses)) == plain_words(part.text)


@pytest.mark.parametrize(
    "unit",
    "?|? |a? |. |.'|'|1) |( |\n| |and what |what is it and how is it |hi. |a|a.|x;|!\n|U.S. |(?) ".split("|"),
)
def test_the_work_grows_with_the_length_and_no_faster(unit: str) -> None:
    """Ten times the length may take thirty times as long, not a hundred: a ratio of the same machine, not a time."""

    def cost(letters: int) -> float:
        message = (unit * letters)[:letters] + "b?"
        costs = []
        for _ in range(2):
            begin = time.process_time()
            split(message, "Pets")
            costs.append(time.process_time() - begin)
        return min(costs)

    assert cost(100_000) < 30 * max(cost(10_000), 0.002)


@pytest.mark.parametrize("text", ["and when jumping?", "is that safe?", "how long?", "what about women?", "or ice"])
def test_what_leans_on_something_before_it(text: str) -> None:
    assert leans(text)
    assert not stands_alone("is that safe?")


@pytest.mark.parametrize("text", ["How do I warm up before a run?", "my laptop does not start any more today"])
def test_what_is_complete_leans_on_nothing(text: str) -> None:
    assert not leans(text)
    assert stands_alone(text)
    assert stands_alone("What is sciatica?")


def test_a_fragment_asks_nothing_by_itself() -> None:
    assert all(map(is_fragment, ("Really?", "How?", "and why is that?")))
    assert not any(map(is_fragment, ("And shoes?", "cat food")))


def test_what_was_asked_last_is_looked_up_behind_small_talk() -> None:
    history = [
        Turn("user", "What is old?"),
        Turn("assistant", "Old.", "old"),
        Turn("user", " What do\u200b cats eat?\n"),
        Turn("assistant", "Mice.", "cats"),
        Turn("assistant", "Fish.", "fish"),
        Turn("user", "thanks a lot"),
        Turn("assistant", "You are welcome.", "smalltalk-thanks"),
    ]
    assert before(history, "Pets") == Before("What do cats eat?", ("cats", "fish", "smalltalk-thanks"))
    assert before([], "Pets") == before([Turn("user", "?!")], "Pets") == Before()


def test_earlier_turns_are_cleaned_and_cut_and_never_an_error() -> None:
    assert before([Turn("user", "half \ud83d\x00 a dog?")], "Pets").question == "half a dog?"
    long = before([Turn("user", "word " * 100_000 + "and cats?")], "Pets").question
    assert len(long) <= 300
    assert long.endswith("word and cats?")
    assert len(before([Turn("user", "x" * 100_000)], "Pets").question) <= 300
    assert before([Turn("user", "cats?")] + [Turn("assistant", "x")] * 30, "Pets") == Before()
