"""The report says of a journal what is in it, and no words that too few asked."""

import contextlib
import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chatbot.core.errors import JournalRefused, UsageError
from chatbot.core.settings import BotSettings
from chatbot.core.text import sha256
from chatbot.dialogue.bot import Bot
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.builder import build
from chatbot.insight import unanswered
from chatbot.insight.asked_again import answered_now
from chatbot.insight.forecast import forecasts
from chatbot.insight.implied_cut import implied_cut
from chatbot.insight.journal_reader import asked
from chatbot.insight.journal_schema import opened
from chatbot.insight.metrics import Judged
from chatbot.insight.report import Report
from chatbot.insight.report_page import report_page
from chatbot.insight.report_table import as_json, as_table
from chatbot.insight.report_text import cut_text, report_text
from chatbot.insight.trend import Trend
from chatbot.insight.unanswered import read_questions
from chatbot.insight.usage import OTHER
from chatbot.verbs import report
from chatbot.verbs.report import Reported
from tests.command import ROOT, run_chatbot
from tests.visits import NOW, Visit, write_journal

CAT, DOG = "how-often-should-i-feed-my-cat", "may-dogs-eat-chocolate"
HAMSTERS, GOLDFISH = "how-long-do-hamsters-live", "what-do-goldfish-eat"
TOWER = [f"How tall is the Eiffel tower{end}?" for end in ("", " today", " now", " really", " in metres")]
RARE = "Where did Harriet bury her purple bicycle?"
NOTE = "=cmd|'/c calc'!A0 <b>wrong</b> since Ramadan: \u0634\u0647\u0631"


def visits(build_id: str) -> list[Visit]:
    """A month, and five questions of the month before."""
    found = [Visit(45, TOWER[0]) for _ in range(5)]
    found += [Visit(29 - at, text) for at in range(4) for text in TOWER]
    found += [Visit(20, RARE), Visit(19, RARE)]
    found += [Visit(18, "hamster age?", "gap", HAMSTERS, 0.0) for _ in range(4)]
    found += [Visit(10, "cat or dog food?", "unsure", DOG, 0.3, picked=CAT) for _ in range(3)]
    found += [Visit(9, "which fish?", "unsure", GOLDFISH, 0.4, picked=GOLDFISH, verdict="down")]
    reasons = ("Out of date", "something of my own", "", "Out of date")
    found += [
        Visit(8, None, "answered", CAT, 0.75, verdict="down", reason=reason, note=NOTE, build_id=build_id)
        for reason in reasons
    ]
    found += [Visit(7, None, "answered", CAT, 0.95, verdict="up", build_id=build_id) for _ in range(6)]
    found += [Visit(6, None, "answered", DOG, 0.9, verdict="down", note="a single complaint")]
    return found


@pytest.fixture(scope="module")
def reported(built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Reported:
    build_id = json.loads((built_once / "CURRENT").read_text())["build"]
    counted = [(65, "answered", 5), (5, "answered", 60), (5, "smalltalk", 9)]
    journal = write_journal(tmp_path_factory.mktemp("journal") / "j.db", visits(build_id), counted)
    return report(journal, built_once, now=NOW)


def test_counts_hold_all_replies(reported: Reported) -> None:
    found = reported.report
    assert (found.answered.count, found.answered.of) == (71, 71 + 20 + 2 + 4 + 4)  # type: ignore[union-attr]
    assert (found.answered_before.count, found.answered_before.of) == (0, 5)  # type: ignore[union-attr]
    assert (found.helpful.count, found.helpful.of) == (6, 11)  # type: ignore[union-attr]
    assert sum(step.answered.of for step in found.course if step.answered) == found.replies - 9  # but small talk


def test_questions_in_vain_come_by_meaning_most_conversations_first(reported: Reported) -> None:
    first, second = reported.report.unanswered
    assert (first.topic.trend, first.topic.questions) == (Trend(20, 5), 20)
    assert set(first.topic.examples) == set(TOWER)
    assert second.topic.examples == ("cat or dog food?",)
    assert first.topic.trend.says == "more"
    assert second.topic.nearest_id in (CAT, DOG)
    assert (reported.report.rare_topics, reported.report.rare_questions) == (2, 3)


def test_what_is_answered_by_now_is_counted_and_not_listed(built_once: Path, tmp_path: Path) -> None:
    """Red where topics stay as they were asked."""
    chocolate = "May dogs eat chocolate?"
    visits = [Visit(5, text) for text in (*TOWER, chocolate) for _ in range(3)]
    done = report(write_journal(tmp_path / "j.db", visits), built_once, now=NOW)
    found = done.report
    assert [set(one.topic.examples) for one in found.unanswered] == [set(TOWER)]
    assert (found.unanswered[0].answered_now.count, found.unanswered[0].answered_now.of) == (0, 5)
    assert (found.answered_topics, found.answered_questions, found.rare_topics) == (1, 3, 0)
    assert len(done.pictured.topics) == 1
    assert "answered since: 1 more topics, 3 questions" in report_text(found)
    assert "Answered since: 1 more topics, 3 questions" in report_page(found, done.pictured)
    row = next(row for row in rows_of(found) if row["kind"] == "answered_since")
    assert (row["detail"], row["times"]) == ("1", "3")


def test_of_a_topic_the_wordings_that_are_answered_now_are_told(bot: Bot, tmp_path: Path) -> None:
    """Red where a wording counts that would only be offered, or that asks a gap."""
    texts = ["May dogs eat chocolate?", *TOWER, "How long do hamsters live?"]  # the last is a gap
    write_journal(tmp_path / "j.db", [Visit(5 - at / 10, text) for at, text in enumerate(texts)])
    with contextlib.closing(opened(tmp_path / "j.db")) as connection:
        questions = read_questions(list(asked(connection)), bot.served)
    shares = answered_now(questions, [range(7), [0, 0], range(1, 7), [6]], bot.served)
    assert [(one.count, one.of) for one in shares] == [(1, 7), (1, 1), (0, 6), (0, 1)]


def test_a_topic_that_is_answered_in_part_stays(corpus: Path, tmp_path: Path) -> None:
    """Red where one answered wording hides a topic."""
    pets = corpus / "pets.md"
    pets.write_text(pets.read_text("utf-8") + "\n## How tall is the Eiffel tower?\n\nIt is 330 metres tall.\n", "utf-8")
    build(corpus, tmp_path / "tall", BotSettings(encoder="hashing"), HashingEncoder())
    asked_so = ("How tall is the Eiffel tower?", "How tall was the Eiffel tower?", "How tall is not the Eiffel tower?")
    other = "How tall is the Eiffel pyramid?"
    journal = write_journal(tmp_path / "j.db", [Visit(5, text) for text in (*asked_so, other) for _ in range(3)])
    done = report(journal, tmp_path / "tall", now=NOW)
    found = done.report
    assert [set(one.topic.examples) for one in found.unanswered] == [set(asked_so)]
    assert found.answered_topics == 1
    assert "2 of its 3 wordings are answered now" in report_text(found)
    assert "2 of its 3 wordings are answered now" in report_page(found, done.pictured)
    row = next(iter(rows_of(found)))
    assert (row["answered_now"], row["asked_again"]) == ("2", "3")


def test_known_vectors_find_the_same(bot: Bot) -> None:
    """Red where a vector is taken for another text, such as that of a corrected one."""
    texts = ["\uff24\uff4f\uff47\uff53 and chocolate", "goldfihs food", "Can I ask: when does a cat eat?"]
    vectors = unanswered.meanings_of(texts, bot.served)
    for one, other in zip(bot.served.find(texts, 3), bot.served.find(texts, 3, vectors=vectors), strict=True):
        assert (one.text, one.candidates) == (other.text, other.candidates)
        assert np.array_equal(one.query, other.query)


def test_a_gap_that_is_nearest_is_named_as_one(built_once: Path, tmp_path: Path) -> None:
    """Red where a topic next to a gap asks for an entry of its own."""
    done = report(write_journal(tmp_path / "j.db", [Visit(5, "how long do hamsters live")] * 3), built_once, now=NOW)
    [one] = done.report.unanswered
    assert (one.topic.nearest_id, one.topic.nearest_is_gap) == (HAMSTERS, True)
    assert "this is a gap; if it asks the same, write its answer" in report_text(done.report)
    assert "This is a gap; if it asks the same, write its answer" in report_page(done.report, done.pictured)
    assert rows_of(done.report)[0]["detail"] == "gap"


def rows_of(found: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_table(found).decode("utf-8-sig"))))


def test_words_of_too_few_are_nowhere(reported: Reported) -> None:
    """Red without the rule of `journal_shown_from`: in no form of the report, notes neither."""
    found = reported.report
    forms = (
        report_text(found),
        json.dumps(as_json(found)),
        as_table(found).decode("utf-8-sig"),
        report_page(found, reported.pictured),
    )
    for form in forms:
        assert "Eiffel" in form
        assert "Harriet" not in form
        assert "which fish" not in form
        assert "single complaint" not in form


def test_entries_are_told_with_what_visitors_said_of_them(reported: Reported) -> None:
    found = reported.report
    [gap] = found.gaps
    assert (gap.entry_id, gap.trend) == (HAMSTERS, Trend(4, 0))
    cat, dog = found.low_rated
    assert (cat.entry_id, cat.up, cat.down, cat.notes) == (CAT, 6, 4, (NOTE,))
    assert cat.reasons == {OTHER: 3} or cat.reasons == {"Out of date": 2, OTHER: 1}
    assert (dog.entry_id, dog.down, dog.notes) == (DOG, 1, ())
    [near] = found.nearly_refused
    assert (near.entry_id, near.times, near.lowest) == (CAT, 4, 0.75)
    picks = found.picks
    assert (picks.first, picks.others) == (1, 3)
    [pair] = picks.contrary
    assert (pair.first_id, pair.picked_id, pair.times) == (DOG, CAT, 3)


def test_a_note_is_shown_only_when_enough_wrote_alike(built_once: Path, tmp_path: Path) -> None:
    """However many rated the entry down. Red when it is enough that they did."""
    notes = ["Gertrud next door fell down the stairs", "the amount is wrong", "the amount is wrong!", "amount is wrong"]
    visits = [Visit(5, None, "answered", CAT, 0.9, verdict="down", note=note) for note in notes]
    [low] = (done := report(write_journal(tmp_path / "j.db", visits), built_once, now=NOW)).report.low_rated
    assert (low.down, len(low.notes), low.other_notes) == (4, 3, 1)
    forms = [
        report_text(done.report),
        report_page(done.report, done.pictured),
        as_table(done.report).decode("utf-8-sig"),
    ]
    forms.append(json.dumps(as_json(done.report)))
    assert [("Gertrud" in form, "amount is wrong" in form) for form in forms] == [(False, True)] * 4
    assert "1 other note, not shown: too few wrote alike" in forms[0]
    assert "1 other note, not shown" in forms[1]


def test_never_used_is_said_only_where_the_journal_knows(built_once: Path, tmp_path: Path, reported: Reported) -> None:
    """Red where an entry without a row counts as never shown: with "unanswered" most answers have none."""
    assert reported.report.never_used is None
    journal = write_journal(tmp_path / "j.db", [Visit(3, "a cat", "answered", CAT, 0.9), Visit(2, "?", picked=DOG)])
    unused = report(journal, built_once, now=NOW).report.never_used
    assert unused is not None
    assert [one.entry_id for one in unused] == [GOLDFISH]  # the gap has nothing to show


@pytest.mark.parametrize(
    ("trend", "says"),
    [
        (Trend(5, None), "nothing known of before"),
        (Trend(6, 0), "too few to tell"),
        (Trend(20, 25), "about as many"),
        (Trend(20, 5), "more"),
        (Trend(5, 20), "fewer"),
    ],
)
def test_a_trend_is_said_only_beyond_chance(trend: Trend, says: str) -> None:
    assert trend.says == says


def test_a_journal_that_begins_later_knows_nothing_of_before(built_once: Path, tmp_path: Path) -> None:
    journal = write_journal(tmp_path / "j.db", [Visit(20, text) for text in TOWER])
    found = report(journal, built_once, now=NOW).report
    assert not found.has_before
    assert found.unanswered[0].topic.trend.before is None
    assert "does not reach back so far" in report_text(found)


def judged(probabilities: Sequence[float], right: Sequence[bool]) -> list[Judged]:
    return [
        Judged(str(at), frozenset({"a" if is_right else "b"}), ["a"], probability)
        for at, (probability, is_right) in enumerate(zip(probabilities, right, strict=True))
    ]


def test_the_cut_that_visitors_imply_parts_right_from_wrong() -> None:
    rng = np.random.default_rng(4)
    probabilities = rng.uniform(0, 1, 300)
    found = implied_cut(judged(probabilities.tolist(), (probabilities + rng.normal(0, 0.05, 300) > 0.4).tolist()), 0.7)
    assert found.cut is not None
    assert found.low is not None
    assert found.high is not None
    assert found.cut == pytest.approx(0.4, abs=0.05)
    assert found.low <= found.cut <= found.high < 0.5
    assert "more than chance" in cut_text(found)
    assert "within the interval" in cut_text(implied_cut(judged([0.2, 0.6] * 30, [False, True] * 30), 0.4))


def test_few_judgements_or_all_alike_imply_no_cut() -> None:
    few = implied_cut(judged([0.2, 0.6] * 24, [False, True] * 24), 0.4)
    assert (few.judged, few.cut) == (48, None)
    assert "Too few to tell" in cut_text(few)
    assert "one kind" in cut_text(implied_cut(judged([0.5] * 60, [True] * 60), 0.4))


def test_a_thumb_counts_more_than_a_pick(reported: Reported) -> None:
    """Three picks, eleven thumbs, and a reply with both: the pick took what came first, and the thumb is down."""
    assert (reported.report.cut.judged, reported.report.cut.right) == (15, 6)


def test_a_topic_of_wordings_that_an_entry_would_answer(reported: Reported) -> None:
    tower, pets = reported.report.unanswered
    assert tower.forecast is not None
    assert (tower.forecast.taken.count, tower.forecast.taken.of, tower.forecast.taken_wrongly) == (5, 5, 0)
    assert tower.lifted == pytest.approx(20 / 101)
    assert pets.forecast is None  # of one wording


def test_a_forecast_asks_what_the_placeholder_was_not_made_of(bot: Bot, tmp_path: Path) -> None:
    """Red where a placeholder is made of the very questions that are asked, or where to come first is enough."""
    texts = ["zebra stripes at night", "quantum piano lessons", "zebra crossing rules abroad", "piano tuning prices"]
    write_journal(tmp_path / "j.db", [Visit(5 - at / 10, text) for at, text in enumerate(texts)])
    with contextlib.closing(opened(tmp_path / "j.db")) as connection:
        questions = unanswered.read_questions(list(asked(connection)), bot.served)
    [found] = forecasts(questions, [range(4)], bot.served)
    assert found is not None
    assert (found.taken.count, found.taken.of) == (0, 4)


def test_the_report_changes_nothing(bot: Bot, index: Path, tmp_path: Path) -> None:
    """Neither the index nor the journal's rows: placeholders stand in a copy."""

    def digests() -> dict[str, str]:
        return {str(path): sha256(path.read_bytes()) for path in sorted(index.rglob("*")) if path.is_file()}

    journal = write_journal(tmp_path / "j.db", [Visit(5, text) for text in TOWER for _ in range(3)])
    before, rows = digests(), journal.read_bytes()
    report(journal, index, now=NOW)
    assert (digests(), journal.read_bytes()) == (before, rows)


def test_of_too_many_questions_the_latest_are_read(
    reported: Reported, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unanswered, "_READ", 2)
    all_asked = reported.pictured.questions.asked
    read = read_questions(all_asked, bot.served)
    assert read.left_out == len(all_asked) - len(read.asked) > 0
    assert set(read.texts) == {"cat or dog food?", "which fish?"}
    assert list(read.asked) == list(all_asked)[read.left_out :]


def test_where_older_questions_are_not_read_no_trend_is_told(
    built_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red where the few that were read of the period before count as all of it."""
    monkeypatch.setattr(unanswered, "_READ", 5)
    visits = [Visit(75, RARE), *(Visit(40, f"fish {at}") for at in range(9))]
    visits += [Visit(5, text) for text in TOWER for _ in range(4)]
    found = report(write_journal(tmp_path / "j.db", visits), built_once, now=NOW).report
    assert (found.has_before, found.not_read) == (True, 9)
    assert found.unanswered[0].topic.trend == Trend(20, None)


def test_long_lists_are_cut_for_people_only(built_once: Path, tmp_path: Path) -> None:
    """Red without a bound: thousands of pairs are no page to read."""
    visits = [Visit(5, None, "unsure", f"entry-{at}", 0.3, picked=CAT) for at in range(120)]
    done = report(write_journal(tmp_path / "j.db", visits), built_once, now=NOW)
    assert "70 more, which --csv and --json have" in report_text(done.report)
    page = report_page(done.report, done.pictured)
    assert "70 more" in page
    assert page.count("entry-") == 50
    assert as_table(done.report).count(b"contrary_pick") == 120


def test_an_empty_journal_has_a_report(built_once: Path, tmp_path: Path) -> None:
    done = report(write_journal(tmp_path / "j.db", []), built_once, now=NOW)
    assert "no questions" in report_text(done.report)
    assert "<h1>" in report_page(done.report, done.pictured)
    assert as_table(done.report).count(b"\n") == 1


def test_no_cell_runs_as_a_formula(reported: Reported) -> None:
    rows = list(csv.DictReader(io.StringIO(as_table(reported.report).decode("utf-8-sig"))))
    kinds = {"unanswered", "gap", "low_rated", "nearly_refused", "contrary_pick", "rivals"}
    assert {row["kind"] for row in rows} == kinds
    assert f"'{NOTE}" in [row["text"] for row in rows]


def test_each_field_of_the_json_is_described(reported: Reported) -> None:
    described = set(re.findall(r"`(\w+)`", (ROOT / "docs" / "report.md").read_text("utf-8")))

    def names(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value) | set().union(*map(names, value.values()))
        return set().union(*map(names, value)) if isinstance(value, list) else set()

    found = as_json(reported.report)
    assert found.keys() == {field.name for field in fields(Report)}
    assert names(found | {"low_rated": []}) - described == set()  # but for reasons, which are the owner's words


def test_the_verb_prints_writes_and_draws(index: Path, tmp_path: Path) -> None:
    write_journal(index.parent / "journal.db", [Visit(5, text) for text in TOWER for _ in range(3)])
    place = ("--index", index, "--since", "2026-06-01")
    done = run_chatbot("report", *place, "--html", tmp_path / "r.html", "--csv", tmp_path / "r.csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert "15 (nothing known of before)" in done.stdout
    assert (tmp_path / "r.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert (tmp_path / "r.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    drawn = run_chatbot("report", *place, "--json", "--pictures", tmp_path / "pictures")
    assert json.loads(drawn.stdout)["unanswered"][0]["topic"]["questions"] == 15
    assert {path.name for path in (tmp_path / "pictures").iterdir()} == {"course.png", "map.png"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--since", "soon"], "'soon' is no time"),
        (["--since", "9999-01-01"], "lies in the future"),
        (["--csv", "-", "--json"], "name a file"),
        (["--html", "nowhere/r.html"], "no such folder"),
        ([], "there is no journal"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(index: Path, options: list[str], said: str) -> None:
    done = run_chatbot("report", "--index", index, *options)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_of_python_the_errors_are_ours(built_once: Path, tmp_path: Path) -> None:
    with pytest.raises(JournalRefused, match="there is no journal"):
        report(tmp_path / "none.db", built_once)
    with pytest.raises(UsageError, match="future"):
        report(write_journal(tmp_path / "j.db", []), built_once, since=timedelta(0))
