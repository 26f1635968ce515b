import pytest

from chatbot.search import spelling
from chatbot.search.spelling import Speller
from chatbot.search.words import lexicon_of, words_of

CORPUS = (
    "How long does delivery take? How long is the warranty of the K-300? Where is my invoice? Back pain after running. "
    "The Zurbaran toner."
)


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(words_of(CORPUS), lexicon_of("en"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("how lnog does delivrey take", "how long does delivery take"),
        ("recieve invioce", "receive invoice"),
        ("waranty lenght", "warranty length"),
        ("bakc pain aftr runing", "back pain after running"),
        ("backpain when running", "back pain when running"),
        ("del ivery time", "delivery time"),
        ("posible to pay", "possible to pay"),
        ("Wich storge is it?", "which storage is it?"),
    ],
)
def test_slips_are_mended(speller: Speller, typed: str, meant: str) -> None:
    assert speller.corrected(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "How long does delivery take?",
        "K-300 k300 K400",
        "zurbaran",  # a name of the corpus
        "unblock the hyperextension",  # rare words, but words
        "uninvoice",  # a beginning that turns a word round
        "does Evernotes work",  # a name
        "abc xy",
        "",
        "qqqqqqqqq wwwwwwwww",
    ],
)
def test_what_is_no_slip_stays(speller: Speller, text: str) -> None:
    assert speller.corrected(text) == text


def test_without_a_list_of_the_language_nothing_is_mended() -> None:
    assert Speller(["alpha"], lexicon_of("xx")).corrected("alhpa betta") == "alhpa betta"


def test_a_corpus_in_another_language_is_not_read_as_english() -> None:
    german = "wie lange dauert lieferung verlust ausweises wasserkocher entkalken mitgliedschaft verlängerung".split()
    assert (
        Speller(german, lexicon_of("en")).corrected("verlust des ausweis verlängern")
        == "verlust des ausweis verlängern"
    )


def test_the_words_of_a_language_are_prepared_once_for_all_builds() -> None:
    """Red when each build prepares them for itself, which takes a fifth of a second and as much memory again."""
    spelling._of_language.cache_clear()  # tests that ran before in this process prepared other languages
    for corpus in (CORPUS, "Where is the key? How do I open the door?"):
        Speller(words_of(corpus), lexicon_of("en")).corrected("delivrey")
    assert spelling._of_language.cache_info().misses == 1
