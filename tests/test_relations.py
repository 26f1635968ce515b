import itertools

import pytest
import wordfreq

from chatbot.search.relations import relations


@pytest.mark.parametrize(
    "pair", ["jog run", "running jogging", "sore painful", "guarantee warranty", "buy purchase", "parcel package",
             "doctor gp", "lorry truck", "feet foot", "puppy dog"],
)  # fmt: skip
def test_words_for_the_same(pair: str) -> None:
    one, two = pair.split()
    assert relations().between(one, two) == relations().between(two, one) == "same"


@pytest.mark.parametrize("pair", ["knee back", "coffee tea", "shoulder neck", "dog cat", "elbow heel", "glasgow leeds"])
def test_siblings(pair: str) -> None:
    one, two = pair.split()
    assert relations().between(one, two) == relations().between(two, one) == "sibling"


@pytest.mark.parametrize("pair", ["open close", "increase decrease", "early late", "first last"])
def test_opposites(pair: str) -> None:
    one, two = pair.split()
    assert relations().between(one, two) == relations().between(two, one) == "opposite"


@pytest.mark.parametrize("pair", ["headache invoice", "zzqx back", "swim passport", "quickly back"])
def test_words_that_have_nothing_to_do_with_each_other(pair: str) -> None:
    one, two = pair.split()
    assert relations().between(one, two) is None


def test_names_and_kinds_that_nobody_takes_for_each_other() -> None:
    table = relations()
    assert table.is_name("leeds")
    assert not table.is_name("town")
    assert table.are_apart("knee", "neck")
    assert table.are_alike("kettle", "toaster")
    assert not table.are_apart("kettle", "toaster")  # an appliance may well be called by another's name


def test_rare_words_are_words() -> None:
    assert relations().is_word("hyperextension")
    assert relations().is_word("unblocking")
    assert not relations().is_word("recieve")


def test_of_many_words_few_are_remembered() -> None:
    """Red without the limit: visitors name ever other words."""
    table = relations()
    for word in itertools.islice(wordfreq.iter_wordlist("en"), 15_000):
        table.is_kind_of(word, "dog")
    assert 0 < len(table._ancestors) <= 4096
