"""What makes a question a neighbour's, and what does not."""

import pytest

from chatbot.search.conflicts import Asked, names_of
from chatbot.search.words import lexicon_of

KETTLE = "How do I descale the K-200 kettle?"
KNEE = "Why does my back hurt when I run?"
RETURN = "Which items can't be returned?"


def conflict(question: str, wording: str, answer: str = "", names: frozenset[str] = frozenset()) -> str | None:
    return Asked(question, lexicon_of("en"), names).conflict(wording, f"{wording} {answer}")


@pytest.mark.parametrize(
    ("question", "wording", "answer"),
    [
        ("How do I descale the K-400?", KETTLE, ""),
        ("descale k400", KETTLE, "Fill the K-200 with vinegar."),
        ("What does error E5 mean?", "What does error E7 mean?", "E7 means that the sensor is broken."),
        ("What was the recall of 2024 about?", "What was the recall of 2023 about?", "In March 2023 a handle broke."),
        ("Does it run on Windows 10?", "Does it run on Windows 11?", "Yes."),
        ("diet for type 1 diabetes", "What may I eat with type 2 diabetes?", "Less sugar."),
        ("Who plays on 15 June?", "Who plays on 14 June?", "A band."),
        ("What happened at the tenth festival?", "What happened at the 12th festival?", "Rain."),
        ("council tax 2024", "What is the council tax for 2023?", "It is 1,200 pounds."),
        ("is the T-15 covered", "How long is the K-200 covered?", "Two years."),
        ("hall e what is inside", "What can you see in Hall A?", "Hall A holds ploughs."),
        ("Which foods hold vitamin B?", "Which foods hold vitamin D?", "Fish."),
    ],
)
def test_another_code_year_or_number(question: str, wording: str, answer: str) -> None:
    assert conflict(question, wording, answer) == "code"


@pytest.mark.parametrize(
    ("question", "wording", "answer"),
    [
        ("descale K200", KETTLE, ""),
        ("I ordered 3 days ago, how do I descale my kettle?", KETTLE, ""),
        ("What was recalled in 2024?", "Which recalls were there?", "One in 2023 and one in 2024."),
        ("How much is the K-300?", "What do your kettles cost?", "Ten euros."),  # no other code stands there
        ("is a level 5 course free in 2024", "Which courses are free?", "All of them."),
        ("Is breakfast free for children under 5?", "Is breakfast free for children?", "Under 12 they eat free."),
        ("can I return it within 14 days", "How long may I return it?", "Within 30 days."),
        ("how can u see hall a", "What can you see in Hall A?", "Hall A holds ploughs."),
        ("what can you see in hall d", "What can you see in Hall A?", "Hall A holds ploughs, Hall D carts."),
        ("Is the T-90's battery covered?", "Is the battery of the T-90 covered?", "Two years."),
    ],
)
def test_no_other_code(question: str, wording: str, answer: str) -> None:
    assert conflict(question, wording, answer) is None


def test_another_name() -> None:
    leeds = "Where is the shop in Leeds?"
    assert conflict("Where is the shop in York?", leeds, "At the station.") == "name"
    assert conflict("where is the shop in york", leeds, "At the station.", names_of(["We bake in York."])) == "name"
    assert conflict("Where is the shop in Leeds?", leeds) is None
    assert conflict("I come from York, where is the shop in Leeds?", leeds) is None


@pytest.mark.parametrize(
    ("question", "wording"),
    [
        ("Which items can be returned?", RETURN),
        ("Which items can not be returned?", "Which items can be returned?"),
        ("How do I close my account?", "How do I open an account?"),
        ("How can I decrease my limit?", "How can I increase my limit?"),
        ("What is the maximum hire period?", "What is the minimum hire period?"),
        ("When is check-out?", "When is check-in?"),
        ("How do I log out of the wifi?", "How do I log in to the wifi?"),
        ("How do I unsubscribe from the newsletter?", "How do I subscribe to the newsletter?"),
        ("where do I cancel the newsletter", "How do I subscribe to the newsletter?"),
        ("What time do you open?", "What time do you close?"),  # "close" is nearly all that the wording tells
        ("How do I leave the club?", "How do I join the club?"),
        ("oldest age for members", "What is the minimum age for members?"),
        ("How do I switch the clock off?", "How do I turn on the clock?"),
        ("text reminders off", "How do I turn on text reminders?"),
        ("Can I call off a hire?", "Can I book a hire?"),
        ("how to get rid of my account", "How do I create an account?"),
        ("I no longer want the newsletter", "How do I subscribe to the newsletter?"),
        ("How long do I have to wait with a receipt?", "How long do I wait without a receipt?"),
    ],
)
def test_opposites(question: str, wording: str) -> None:
    assert conflict(question, wording) == "opposite"


@pytest.mark.parametrize("question", ["what can I send back", "cards you take", "tents for a rainy day"])
@pytest.mark.parametrize(
    "wording",
    [RETURN, "Which cards are not accepted?", "What can you not repair?", "Which countries do you not ship to?"],
)
def test_the_rule_is_not_found_in_a_list_of_exceptions(question: str, wording: str) -> None:
    assert conflict(question, wording) == "opposite"


@pytest.mark.parametrize(
    ("question", "wording"),
    [
        ("goods excluded from returns", RETURN),
        ("unaccepted cards", "Which cards are not accepted?"),
        ("is there anything you refuse to mend", "What can you not repair?"),
        ("I have to be away on Friday", "What if I can't come to the lesson?"),
        ("my card got lost", "What should I do if I can't find my card?"),
        ("getting paid late", "What happens when wages are not paid?"),
    ],
)
def test_exceptions_and_failures_asked_for_in_other_words(question: str, wording: str) -> None:
    assert conflict(question, wording) is None


@pytest.mark.parametrize(
    ("question", "wording", "answer"),
    [
        ("How do I find the code for a card?", "I can't find the code of my card.", ""),
        ("Which steps fix the host name?", "Could not resolve the host name", ""),
        ("Is it safe to take ibuprofen?", "Why is it advised to not take ibuprofen?", ""),
        ("How do I stop reminders on my phone?", "How do I disable reminders?", ""),
        ("Why can't I pay?", "Why was my payment declined?", ""),
        ("I don't understand the fee", "What is the fee?", ""),
        ("When do you open?", "When do you close?", "We open at 9 and close at 5."),
        ("Which items may not be sent back?", RETURN, ""),
        ("Do I need an appointment for a flu shot?", "Can I get a flu shot without an appointment?", "Yes."),
    ],
)
def test_what_is_no_opposite(question: str, wording: str, answer: str) -> None:
    assert conflict(question, wording, answer) is None


@pytest.mark.parametrize("part", ["knee", "neck", "shin", "shoulder", "ankle"])
def test_another_part_of_the_body(part: str) -> None:
    assert conflict(f"Why does my {part} hurt when I run?", KNEE) == "sibling"
    assert conflict(f"Why does my {part} hurt when I run?", KNEE, f"The {part} may hurt as well.") is None


def test_another_animal() -> None:
    shots = "How often does an adult dog need a vaccination?"
    assert conflict("vaccination for my cat", shots) == "sibling"
    assert conflict("How do I clean my dog's eyes?", "How do I clean my dog's ears?") == "sibling"
    assert conflict("How often does a terrier need a vaccination?", shots) is None
    assert conflict("Can my dog get ill?", "Can my pet or other animals get ill?") is None


def test_another_kind_of_the_same_part() -> None:
    ankle = "How long does a sprained ankle take to heal?"
    assert conflict("How long does a broken ankle take to heal?", ankle) == "sibling"
    assert conflict("How long does a twisted ankle take to heal?", ankle, "A twisted ankle takes weeks.") is None
    assert conflict("What is golfer's elbow?", "What is tennis elbow?") == "sibling"
    assert conflict("How long does a broken parcel take?", "How long does a lost parcel take?") is None


def test_another_time() -> None:
    assert conflict("What causes heel pain in the evening?", "What causes heel pain in the morning?") == "sibling"
    assert conflict("are you open on saturdays", "Are you open on Sundays?", "Until noon.") == "sibling"
    assert conflict("are you open on saturdays", "Are you open on Sundays?", "Only on Saturday.") is None
    assert conflict("heel pain in the mornings", "What causes heel pain in the morning?") is None


def test_another_thing() -> None:
    assert conflict("How long is the warranty of the toaster?", "How long is the guarantee of the kettle?") == "sibling"
    assert conflict("Can I use the kettle for water?", "Can I use the kettle for milk?", "No. Milk burns.") == "sibling"


@pytest.mark.parametrize(
    ("question", "wording"),
    [
        ("Why is my back sore when I go jogging?", KNEE),
        ("How long is the guarantee?", "How long is the warranty of the kettle?"),
        ("Should I stretch my hamstrings and my hips?", "Should I stretch my hamstrings for back pain?"),
    ],
)
def test_other_words_for_the_same_and_more_of_them_are_no_conflict(question: str, wording: str) -> None:
    assert conflict(question, wording) is None


def test_other_languages_have_codes_alone() -> None:
    """Red where every German noun is taken for a name."""
    german = Asked("Was kostet die Mitgliedschaft?", lexicon_of("de"))
    assert (
        german.conflict("Was kostet der Ausweis f\u00fcr Kinder?", "Was kostet der Ausweis f\u00fcr Kinder? Nichts.")
        is None
    )
    kettle = Asked("Wie entkalke ich den K-400?", lexicon_of("de"))
    assert kettle.conflict("Wie entkalke ich den K-200?", "Wie entkalke ich den K-200? Mit Essig.") == "code"
