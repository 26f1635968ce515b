"""The journal: what it keeps of which event, what it forgets, and who may read which words."""

import contextlib
import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from chatbot.core.errors import JournalRefused, UsageError
from chatbot.core.settings import ServerSettings
from chatbot.core.settings_text import SETTINGS_FILE
from chatbot.dialogue.bot import Bot
from chatbot.insight.journal_reader import Asked, shown_texts
from chatbot.insight.journal_schema import STEPS, journal_path, opened
from chatbot.verbs import journal_export, journal_info, journal_purge
from tests.journals import ANSWERED, GAP, UNKNOWN, journal_of, raw_bytes, rows

DAY = 24 * 3600
STORED = Path(__file__).parent / "data" / "journal-1.db"


def words_of(path: Path) -> dict[str, str | None]:
    """Status -> question, of the replies."""
    return {row["status"]: row["question"] for row in rows(path) if row["kind"] == "reply"}


def counts_of(path: Path) -> dict[str, int]:
    return {row["status"]: row["n"] for row in rows(path) if row["kind"] == "count"}


@pytest.mark.parametrize(
    ("keeps", "kept"),
    [
        ("unanswered", {"unknown": UNKNOWN, "gap": GAP}),
        ("all", {"unknown": UNKNOWN, "gap": GAP, "answered": ANSWERED}),
    ],
)
def test_words_are_kept_as_the_owner_says(bot: Bot, tmp_path: Path, keeps: str, kept: dict[str, str]) -> None:
    """Red where answered questions are kept too, where small talk is, and where answers are not counted."""
    with journal_of(bot, tmp_path / "j.db", keeps):
        for text in (UNKNOWN, GAP, ANSWERED, ANSWERED, "hello"):
            bot.ask(text)
    assert words_of(tmp_path / "j.db") == kept
    assert counts_of(tmp_path / "j.db") == {"unknown": 1, "gap": 1, "answered": 2, "smalltalk": 1}


def test_off_makes_no_file(bot: Bot, tmp_path: Path) -> None:
    with journal_of(bot, tmp_path / "j.db", "off"):
        reply = bot.ask(UNKNOWN).replies[0]
        bot.rate(reply.id, "down")
        bot.show("may-dogs-eat-chocolate", after=reply.id)
    assert list(tmp_path.glob("j.db*")) == []


def test_a_row_says_what_a_report_needs(bot: Bot, tmp_path: Path) -> None:
    """Red where the entry is that of the first suggestion though there is a gap."""
    with journal_of(bot, tmp_path / "j.db"):
        first = bot.ask("how long does a hamster live")
        second = bot.ask(GAP, lang="en", after=first.replies[-1].id)
    by_id = {row["reply_id"]: row for row in rows(tmp_path / "j.db") if row["kind"] == "reply"}
    row = by_id[second.replies[0].id]
    assert row["entry_id"] == "how-long-do-hamsters-live"
    assert row["after"] == first.replies[0].id
    assert row["conversation"] == by_id[row["after"]]["conversation"]
    assert (row["probability"], row["build_id"], row["lang"]) == (second.replies[0].probability, bot.build.id, "en")


def test_a_verdict_or_a_pick_keeps_the_entry_of_an_answer_without_its_words(bot: Bot, tmp_path: Path) -> None:
    """Red where only unanswered replies have rows: nobody could tell which answer is bad."""
    with journal_of(bot, tmp_path / "j.db"):
        rated = bot.ask(ANSWERED).replies[0]
        bot.rate(rated.id, "down", "Out of date", "write to ann@example.org")
        offering = bot.ask("When does a cat eat?").replies[0]
        chosen = offering.suggestions[0].entry_id
        later = bot.ask("thank you", after=offering.id).replies[0]
        picked = bot.show(chosen, after=later.id)  # a chip further up
        bot.ask("May dogs eat chocolate?")  # only counted
    found = rows(tmp_path / "j.db")
    replies = {row["reply_id"]: row for row in found if row["kind"] == "reply"}
    assert replies.keys() == {rated.id, offering.id}
    assert {row["question"] for row in replies.values()} == {None}
    assert replies[rated.id]["entry_id"] == "what-do-goldfish-eat"
    [pick] = [row for row in found if row["kind"] == "pick"]
    assert picked
    assert (pick["reply_id"], pick["after"], pick["entry_id"]) == (picked.id, offering.id, chosen)
    [verdict] = [row for row in found if row["kind"] == "feedback"]
    assert (verdict["verdict"], verdict["reason"], verdict["note"]) == ("down", "Out of date", "write to [email]")


def test_a_pick_that_nobody_offered_is_no_label(bot: Bot, tmp_path: Path) -> None:
    """A starter, or a question found while typing. Red where `after` of the client is believed."""
    with journal_of(bot, tmp_path / "j.db"):
        reply = bot.ask(UNKNOWN).replies[0]
        assert not reply.suggestions
        bot.show("may-dogs-eat-chocolate", after=reply.id)
    [pick] = [row for row in rows(tmp_path / "j.db") if row["kind"] == "pick"]
    assert pick["after"] == ""


def test_an_answer_to_another_try_is_kept(bot: Bot, tmp_path: Path) -> None:
    """The words that failed and the entry that was meant, one after the other: red where answers are only counted."""
    with journal_of(bot, tmp_path / "j.db"):
        failed = bot.ask(UNKNOWN).replies[0]
        found = bot.ask(ANSWERED, after=failed.id).replies[0]
    replies = {row["reply_id"]: row for row in rows(tmp_path / "j.db") if row["kind"] == "reply"}
    assert (replies[found.id]["after"], replies[found.id]["question"]) == (failed.id, None)


def test_the_last_verdict_counts(bot: Bot, tmp_path: Path) -> None:
    with journal_of(bot, tmp_path / "j.db"):
        reply = bot.ask(UNKNOWN).replies[0]
        for verdict, reason in (("up", ""), ("down", "Wrong answer")):
            bot.rate(reply.id, verdict, reason)
    [verdict] = [row for row in rows(tmp_path / "j.db") if row["kind"] == "feedback"]
    assert (verdict["verdict"], verdict["reason"]) == ("down", "Wrong answer")


def test_old_rows_are_gone_from_the_bytes(bot: Bot, tmp_path: Path) -> None:
    """Red without `secure_delete`, and without the checkpoint: the words stay in the file of the last changes."""
    now, path = 1_800_000_000.0, tmp_path / "j.db"
    with journal_of(bot, path, clock=lambda: now):
        for number in range(50):
            bot.ask(f"How tall is the quokkazebra{number} tower?")
    aside = [path.with_name(f"j.db.damaged-2026-01-0{day}T000000") for day in (1, 2)]
    for file, age in zip(aside, (0, 60), strict=True):
        file.write_bytes(b"quokkazebra" if age == 0 else b"young")
        os.utime(file, (now + age * DAY, now + age * DAY))
    assert b"quokkazebra" in raw_bytes(path)
    now += 91 * DAY
    with journal_of(bot, path, clock=lambda: now):
        pass
    assert rows(path) == []
    assert b"quokkazebra" not in raw_bytes(path)
    assert [file.exists() for file in aside] == [False, True]


def test_what_is_young_stays(bot: Bot, tmp_path: Path) -> None:
    now, path = 1_800_000_000.0, tmp_path / "j.db"
    with journal_of(bot, path, clock=lambda: now):
        bot.ask(UNKNOWN)
    now += 89 * DAY
    with journal_of(bot, path, clock=lambda: now):
        pass
    assert words_of(path) == {"unknown": UNKNOWN}


def test_purge_leaves_no_byte(bot: Bot, tmp_path: Path) -> None:
    """One reply with all that refers to it, the days before a date, and everything, also what was set aside."""
    path = tmp_path / "j.db"
    with journal_of(bot, path):
        first = bot.ask("How tall is the quokkazebra tower?").replies[0]
        second = bot.ask("How tall is the wombatfish tower?", after=first.id).replies[0]
        bot.rate(first.id, "down", "", "quokkazebra please")
    assert journal_purge(path, reply=first.id).rows == 2
    assert b"quokkazebra" not in raw_bytes(path)
    [left] = [row for row in rows(path) if row["kind"] == "reply"]
    assert (left["reply_id"], left["after"]) == (second.id, "")
    assert journal_purge(path, before=datetime(2000, 1, 1, tzinfo=UTC).date()).rows == 0
    path.with_name("j.db.damaged-2026-01-01T000000").write_bytes(b"wombatfish")
    purged = journal_purge(path, everything=True)
    assert (purged.rows, purged.files) == (2, 1)
    assert b"wombatfish" not in raw_bytes(path)
    assert rows(path) == []


def test_purge_tells_who_holds_it_up(bot: Bot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Red where the checkpoint is not looked at: the words would still be there."""
    monkeypatch.setattr("chatbot.insight.journal_erasing._PATIENCE", 0.1)
    monkeypatch.setattr("chatbot.insight.journal_schema._WAIT", 0.1)
    path = tmp_path / "j.db"
    with journal_of(bot, path):
        bot.ask("How tall is the quokkazebra tower?")
    with contextlib.closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM replies").fetchone()
        with pytest.raises(JournalRefused, match="another program reads the file; run this once more"):
            journal_purge(path, everything=True)
    journal_purge(path, everything=True)
    assert b"quokkazebra" not in raw_bytes(path)


@pytest.mark.parametrize("options", [{}, {"reply": "0" * 32, "everything": True}, {"reply": "xyz"}, {"reply": "00"}])
def test_purge_wants_to_know_what(tmp_path: Path, options: dict[str, object]) -> None:
    shutil.copy(STORED, tmp_path / "j.db")
    with pytest.raises(UsageError):
        journal_purge(tmp_path / "j.db", **options)  # type: ignore[arg-type]


def asked(questions: Sequence[tuple[str, int]]) -> list[Asked]:
    """Texts, each with its conversation."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return [Asked("0" * 32, now, number, text, "unknown", "", 0.1, "b", "en", "") for text, number in questions]


def near(*angles: float) -> np.ndarray:
    """Unit vectors of the plane, by their angles in degrees."""
    radians = np.deg2rad(np.array(angles))
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def test_words_are_shown_when_enough_conversations_asked_alike() -> None:
    """Red where replies are counted instead of conversations, and where the size of a group is enough for all in it."""
    questions = asked(
        [("a", 1), ("a again", 1), ("b", 2), ("far but in the group", 3), ("other", 4), ("other two", 5), ("third", 6)]
    )
    vectors = near(0, 1, 2, 80, 180, 181, 182)
    first, second = shown_texts(questions, vectors, [[0, 1, 2, 3], [4, 5, 6]], k=3)
    assert (first.conversations, list(first.texts)) == (3, [])  # only two of them are alike
    assert (second.conversations, set(second.texts)) == (3, {"other", "other two", "third"})
    [alone] = shown_texts(questions, vectors, [[0, 1, 2]], k=2)
    assert set(alone.texts) == {"a", "a again", "b"}
    assert shown_texts(questions, vectors, [[0, 1]], k=2)[0].texts == []


def test_a_stored_journal_of_version_1_is_read_and_written(bot: Bot, tmp_path: Path) -> None:
    """Red when a step that was released is changed: the file in tests/data was made by version 1."""
    path = Path(shutil.copy(STORED, tmp_path / "j.db"))
    before = rows(path)
    assert [row["kind"] for row in before] == ["reply", "pick", "feedback", "count"]
    with journal_of(bot, path, clock=lambda: 1_790_000_000.0):  # or its rows would be too old
        bot.ask(UNKNOWN)
    assert len(rows(path)) == len(before) + 2


def test_a_later_version_keeps_what_was_there(tmp_path: Path) -> None:
    """Two steps more, as a later program would have them; and this program refuses what that has made."""
    path = Path(shutil.copy(STORED, tmp_path / "j.db"))
    later = (*STEPS, ("ALTER TABLE replies ADD COLUMN more TEXT",), ("CREATE TABLE another (x)",))
    with contextlib.closing(opened(path, later)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(later),)
        assert connection.execute("SELECT count(*), count(more) FROM replies").fetchone() == (1, 0)
    with pytest.raises(JournalRefused, match="newer version of this program"):
        opened(path)


def test_a_step_that_fails_leaves_the_version_as_it_was(tmp_path: Path) -> None:
    """Red without the transaction: half of a step would be there."""
    path = Path(shutil.copy(STORED, tmp_path / "j.db"))
    broken = (*STEPS, ("CREATE TABLE another (x)", "CREATE TABLE another (x)"))
    with pytest.raises(sqlite3.OperationalError):
        opened(path, broken)
    with contextlib.closing(opened(path)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'another'").fetchone() == (0,)


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "shop.db")) as other:
        other.execute("CREATE TABLE orders (x)")
    before = (tmp_path / "shop.db").read_bytes()
    with pytest.raises(JournalRefused, match="database of another program"):
        opened(tmp_path / "shop.db")
    assert (tmp_path / "shop.db").read_bytes() == before


def test_an_export_holds_every_row_and_no_formula(bot: Bot, tmp_path: Path) -> None:
    """Red without `safe_cell`."""
    path = tmp_path / "j.db"
    with journal_of(bot, path):
        reply = bot.ask("=HYPERLINK(1) Eiffel tower").replies[0]
        bot.rate(reply.id, "down", "@reason", '+note, "quoted"')
    lines = [json.loads(line) for line in journal_export(path).splitlines()]
    assert lines == rows(path)
    assert [line["question"] for line in lines if line["kind"] == "reply"] == ["=HYPERLINK(1) Eiffel tower"]
    table = journal_export(path, table=True).decode("utf-8-sig")
    assert "\"'=HYPERLINK(1)" in table
    assert '"\'@reason"' in table
    assert '"\'+note, ""quoted"""' in table
    assert journal_info(path).contents.feedback == 1


def test_two_servers_write_into_one_file(bot: Bot, tmp_path: Path) -> None:
    """Also into one that does not exist yet. Red where `PRAGMA journal_mode` is tried once, and at times where the
    id of the file is read before its tables."""
    path = tmp_path / "j.db"
    others = [Bot(bot.served) for _ in range(3)]
    with contextlib.ExitStack() as stack:
        journals = [stack.enter_context(journal_of(each, path)) for each in others]
        threads = [
            threading.Thread(target=lambda each=each: [each.ask(f"Eiffel tower {n}") for n in range(60)])  # type: ignore[misc]
            for each in others
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [journal.lost for journal in journals] == [0, 0, 0]
    assert counts_of(path) == {"unknown": 180}


def test_the_file_stands_beside_the_index_and_never_in_it(tmp_path: Path) -> None:
    index = tmp_path / "served" / "index"
    assert journal_path(ServerSettings(index=index)) == tmp_path / "served" / "journal.db"
    assert journal_path(ServerSettings(index=index), "plants") == tmp_path / "served" / "journal-plants.db"
    elsewhere = ServerSettings(index=index, journal_file=tmp_path / "j.sqlite")
    assert journal_path(elsewhere) == tmp_path / "j.sqlite"
    for name in ("index/journal.db", "index"):
        with pytest.raises(UsageError, match="lies in the index, which may be deleted"):
            journal_path(ServerSettings(index=index, journal_file=Path(name)))


def test_only_the_owner_of_the_file_may_read_it(bot: Bot, tmp_path: Path) -> None:
    with journal_of(bot, tmp_path / "j.db"):
        bot.ask(UNKNOWN)
    assert {each.stat().st_mode & 0o777 for each in tmp_path.glob("j.db*")} == {0o600}


def test_the_default_is_decided_in_one_place(corpus: Path) -> None:
    from chatbot.core.settings_sources import load_bot_settings

    assert load_bot_settings(corpus).journal_keeps == "unanswered"
    file = corpus / SETTINGS_FILE
    plain = file.read_text()
    file.write_text(f'{plain}profile = "health"\n')
    assert load_bot_settings(corpus).journal_keeps == "off"
    file.write_text(f'{plain}profile = "health"\njournal = "all"\n')
    assert load_bot_settings(corpus).journal_keeps == "all"
    file.write_text(f'{plain}journal = "off"\n')
    assert load_bot_settings(corpus).journal_keeps == "off"
    assert load_bot_settings(corpus, {"CHATBOT_JOURNAL": "all"}).journal_keeps == "all"
