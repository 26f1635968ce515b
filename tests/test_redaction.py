"""Personal details are taken out before anything is written, and ordinary questions stay as they are."""

import itertools
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.core.events import FeedbackGiven, Replied
from chatbot.core.types import Replies, Reply
from chatbot.dialogue.bot import Bot
from chatbot.insight.redaction import redacted
from chatbot.verbs import journal_export, journal_purge
from tests.bench.redaction import PLACEHOLDER, changed, shared_questions
from tests.journals import journal_of, raw_bytes, rows
from tests.personal import personal, traces


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("mail jane.doe@example.org now", "mail [email] now"),
        ("jane dot doe at example dot co dot uk", "[email]"),
        ("jane (at) example (dot) com", "[email]"),
        ("ring 07700 900123 or (555) 123-4567", "ring [phone] or [phone]"),
        ("call me on 555-1234", "call me on [phone]"),
        ("DE89 3704 0044 0532 0130 00 thanks", "[iban] thanks"),
        ("my card 4111-1111-1111-1111", "my card [card]"),
        ("NHS 943 476 5919, NI AB 12 34 56 C", "NHS [id], NI [id]"),
        ("12345678Z or X1234567L", "[id] or [id]"),
        ("my name is john smith and I run", "my name is [name] and I run"),
        ("Je m’appelle Marie Curie, j'ai mal", "Je m’appelle [name], j'ai mal"),
        ("I live at 12 Baker Street", "I live at [address]"),
        ("Hauptstraße 12a, 10115 Berlin", "[address]"),
        ("born on 12 March 1980, can I", "born on [date of birth], can I"),
        ("from 192.0.2.17 or 2001:db8::1", "from [ip] or [ip]"),
        ("https://me:pw@shop.example/reset/0a1b2c3d4e5f6a7b8c?t=1", "https://shop.example/reset"),
        ("key AKIA0123456789ABCDEF", "key [token]"),
        ("ja\u200bne@exam\u200bple.org \uff10\uff17\uff17\uff10\uff10 900123", "[email] [phone]"),
    ],
)
def test_what_points_at_a_person_goes(typed: str, kept: str) -> None:
    assert redacted(typed) == kept


@pytest.mark.parametrize(
    "text",
    [
        "What changed from 2019-2021 and in 2023/24?",
        "Is 1,000,000 or 1.000.000 Euro too much, or 1500-2000 calories?",
        "Does 01.02.2024 - 03.02.2024 count as 3 days?",
        "How long is 42.195 km at 5:30 min/km, 10-12 weeks before?",
        "10 20 30 40 50 reps, or 100 200 300?",
        "Does Windows 10.0.19041.1 need KB-4012 or model SM-G991B?",
        "My name is misspelled on my ticket",
        "Is it a 12 minute drive or a 5 km road run?",
        "Can I reach you at one point or dot my i's at home?",
        "Auf dem Heimweg 20 Minuten laufen? Open 24/7, 9-17?",
        "See https://example.com/help/returns and example.com/faq",
        "Ist 127.0.0.1:5000 erreichbar?",
        "What is my name? How is my IP shown?",
    ],
)
def test_what_points_at_nobody_stays(text: str) -> None:
    assert redacted(text) == text


@given(st.text(alphabet=st.sampled_from("a1@.-+ ()/:Z\u200b٣[]\n"), max_size=60))
def test_any_text_is_taken_and_placeholders_stay(text: str) -> None:
    """Red where a placeholder is taken for what it stands for."""
    for placeholder in PLACEHOLDER.findall(redacted(text)):
        assert placeholder in redacted(redacted(text))


def test_time_grows_with_the_length_alone() -> None:
    """Long runs of one kind of letter: where a search begins anew at each of them, this test takes many minutes."""
    pieces = ("a", "a.", "a-", "1", "1-", "1.", "DE89", "www.", "é", "a1", ":", "a at ", "12 rue ", "my name is ")
    for piece in pieces:
        assert redacted((piece * 20_000)[:20_000])


def test_a_thousand_details_in_ten_languages_leave_no_byte(
    bot: Bot, tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    """As questions, reasons and notes; in the database, the files beside it, the log and the exports. Then all of it is
    purged, and what is left holds not even a redacted word. Red without any one of the rules."""
    path, told = tmp_path / "j.db", list(personal(1000))
    ids = (f"{number:032x}" for number in itertools.count())
    with journal_of(bot, path) as journal:
        for number, one in enumerate(told):
            reply = Reply(next(ids), one.text, "unknown", None, 0.1)
            journal.record(Replied(one.text, Replies([reply], (), "b-000001-abc", 1.0), False, one.lang, number, ""))
            if number % 3 == 0:
                journal.record(FeedbackGiven(reply.id, "down", one.text[:200], one.text))
            while len(journal._rows) > 500:  # typed faster than any visitor
                time.sleep(0.01)
    assert journal.lost == 0
    found = rows(path)
    assert sum(row["kind"] == "reply" for row in found) == 1000
    kept = raw_bytes(path) + journal_export(path) + journal_export(path, table=True) + logged.text.encode()
    kept = kept.replace(b"0" * 20, b"")  # of the ids
    left = [one for one in told if any(trace.encode() in kept for trace in traces(one.item))]
    assert left == []
    journal_purge(path, everything=True)
    after = raw_bytes(path)
    assert not [row for row in found if row.get("question") and row["question"].encode() in after]
    assert not [word for word in PLACEHOLDER.findall(kept.decode("utf-8", "ignore")) if word.encode() in after]


@pytest.mark.long
def test_many_details_are_taken_out_of_their_sentences() -> None:
    left = [one for one in personal(20_000, seed=23) if any(trace in redacted(one.text) for trace in traces(one.item))]
    assert left == []


@pytest.mark.usefixtures("shared")
def test_ordinary_questions_keep_their_words() -> None:
    """Of the labelled sets, at most one question in 200 is changed; `python -m tests.bench.redaction` lists them."""
    for name, questions in shared_questions().items():
        sample = questions[::5]
        found = list(changed(sample))
        assert len(found) <= max(1, 0.015 * len(sample)), (name, found)


def test_the_shipped_corpus_keeps_its_words() -> None:
    from tests.conftest import ROOT

    wordings = (ROOT / "tests" / "data" / "shipped_questions.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in wordings]
    assert list(changed(texts)) == []
