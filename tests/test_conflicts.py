"""What makes a question a neighbour's, and what does not."""

import pytest

from chatbot.search.conflicts import PreparedQuestion
from chatbot.search.names import names_of
from chatbot.search.words import lexicon_of

KETTLE = "How do I descale the K-200 kettle?"
KNEE = "Why does my back hurt when I run?"
RETURN = "Which items can't be returned?"


def conflict(question: str, wording: str, answer: str = "", names: frozenset[str] = frozenset()) -> str | None:
    return PreparedQuestion(question, lexicon_of("en"), names).conflict(wording, f"{wording} {answer}")


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


LEDGER = frozenset({"ledger"})


@pytest.mark.parametrize(
    ("question", "wording", "answer"),
    [
        ("What does Ledger 3 need to run?", "What does Ledger 4 need to run?", "Windows 10 or later."),
        ("how long is ledger 2 still supported", "How long is Ledger 3 supported?", "To the end of 2027."),
        ("What does version 3 need to run?", "What does Ledger 4 need to run?", "Windows 10 or later."),
        ("is release 5 out", "Is Ledger 4 out?", "Yes, version 4.2 is."),
        ("what is taught in grade 9", "What is taught in grades 1 to 5?", "Reading."),
        ("Does it run on Windows 8?", "Does it run on Windows?", "On Windows 10 or later."),
        ("Are you closed on 29 December?", "When are you closed?", "From 24 to 27 December."),
    ],
)
def test_another_version_or_one_beyond_a_span(question: str, wording: str, answer: str) -> None:
    """Red without: `_of_names`; the rivals of a bare version; `_of_runs`."""
    assert conflict(question, wording, answer, LEDGER) == "code"


@pytest.mark.parametrize(
    ("question", "wording", "answer"),
    [
        ("Are you closed on 25 December?", "When are you closed?", "From 24 to 27 December."),
        ("closed on 3 June?", "When is the pool closed?", "Between 3 and 20 June."),
        ("and on June 10?", "When is the pool closed?", "Between 3 and 20 June."),
        ("Are you closed on 25 December?", "When are you closed?", "On 25 and 26 December."),
        ("is a boiler of 2018 recalled", "Which boilers are recalled?", "Those made 2016 to 2020."),
        ("Does it run on Android 13?", "Which phones can I use?", "iOS 15 or later, Android 11 or later."),
        ("Does it run on Windows 11?", "What does it need?", "Windows 10 and later."),
        ("is grade 3 taught here", "What is taught in grades 1 to 5?", "Reading."),
        ("I get error 4077", "What does Error E-4077 mean?", "The pump is blocked."),
        ("error code 12", "What does W-12 mean?", "Error W-12: low water."),
        ("What does Ledger 4 need?", "What does version 4 need to run?", "Windows."),
    ],
)
def test_what_lies_within_a_span_or_is_the_number_of_a_code(question: str, wording: str, answer: str) -> None:
    """Red without: `lies_within`; `_of_runs`; the digits of codes."""
    assert conflict(question, wording, answer, LEDGER) is None


@pytest.mark.parametrize("day", ["Thursday", "wednesday", "Mondays"])
def test_a_day_within_a_span(day: str) -> None:
    """Red without `names_of_days`."""
    opening = "When are you open?"
    assert conflict(f"are you open on {day}", "Are you open on Saturday?", "Monday to Saturday, 9 to 5.") is None
    assert conflict(f"are you open on {day}", "Are you open on Sunday?", "On Sunday from 10 to 12.") in (
        "sibling",
        "name",
    )
    assert conflict(f"are you open on {day}", opening, "Monday to Friday.") is None


@pytest.mark.parametrize(
    ("question", "wording"),
    [
        ("How do I change from Business to Team?", "How do I change from Team to Business?"),
        ("How do I change to Team from Business?", "How do I change from Team to Business?"),
        ("convert miles into loyalty points", "How do I convert loyalty points to miles?"),
        ("from my current account to my savings account", "Transfer from my savings account to my current account"),
        ("Wie wechsle ich von Team zu Basis?", "Wie wechsle ich von Basis zu Team?"),
        ("\u00bfC\u00f3mo paso de euros a pesos?", "\u00bfC\u00f3mo paso de pesos a euros?"),
    ],
)  # fmt: skip
def test_the_other_way(question: str, wording: str) -> None:
    assert conflict(question, wording) == "opposite"
    assert conflict(wording, question) == "opposite"
    assert conflict(question, question) is None


@pytest.mark.parametrize(
    ("question", "wording"),
    [
        ("how to get from the airport to the hotel", "How do I get to the hotel?"),
        ("Can I go to town by bus and to the station by tram?", "How do I get to the station or to town?"),
        ("get to the hotel from the airport", "How do I get from the airport to the hotel?"),
    ],
)
def test_the_same_way(question: str, wording: str) -> None:
    assert conflict(question, wording) is None


@pytest.mark.parametrize(
    ("question", "wording"),
    [
        ("I can't remember my password", "What if I forgot my password?"),
        ("which days are you not open for maintenance", "When are you closed for maintenance?"),
    ],
)
def test_an_end_that_is_denied_is_the_other_end(question: str, wording: str) -> None:
    """Red without `denied_words`."""
    assert conflict(question, wording) is None


NIMBUS = ["Pay at Nimbus by card.", "Is Nimbus open?", "What does Nimbus cost?", "From Paris or Lyon.", "It is free."]


def test_the_name_of_the_whole_corpus_has_no_rival() -> None:
    """Red without `own_name`. Of two branches none is the whole."""
    assert names_of(NIMBUS).own == {"nimbus"}
    assert names_of([*NIMBUS, "In Leeds.", "To Leeds.", "Near Leeds."]).own == frozenset()
    assert names_of(["A shop of Acme Gardens."] * 4).own == {"acme", "gardens"}
    assert names_of(["Is it open?"]).own == names_of([]).own == frozenset()

    def conflict_of(own: frozenset[str]) -> str | None:
        asked = PreparedQuestion("can I pay with Mastercard at your shop", lexicon_of("en"), frozenset({"nimbus"}), own)
        return asked.conflict("How can I pay at Nimbus?", "How can I pay at Nimbus? By credit card.")

    assert (conflict_of(frozenset()), conflict_of(frozenset({"nimbus"}))) == ("name", None)


def test_a_name_may_stand_in_a_file_s_name() -> None:
    """Red where "ledger" of "ledger-full.msi" counts as a word in small letters."""
    assert names_of(["Get Ledger as ledger-full.msi or at www.ledger.example."]).every == {"ledger"}
    assert names_of(["The Ledger is a ledger."]).every == frozenset()


def test_another_name() -> None:
    leeds = "Where is the shop in Leeds?"
    assert conflict("Where is the shop in York?", leeds, "At the station.") == "name"
    assert (
        conflict("where is the shop in york", leeds, "At the station.", names_of(["We bake in York."]).every) == "name"
    )
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
    german = PreparedQuestion("Was kostet die Mitgliedschaft?", lexicon_of("de"))
    assert (
        german.conflict("Was kostet der Ausweis f\u00fcr Kinder?", "Was kostet der Ausweis f\u00fcr Kinder? Nichts.")
        is None
    )
    kettle = PreparedQuestion("Wie entkalke ich den K-400?", lexicon_of("de"))
    assert kettle.conflict("Wie entkalke ich den K-200?", "Wie entkalke ich den K-200? Mit Essig.") == "code"
