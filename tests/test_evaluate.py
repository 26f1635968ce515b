import json
from pathlib import Path

import pytest

from chatbot.core.errors import ContentError, QuestionRefused, UsageError
from chatbot.core.types import Entry
from chatbot.dialogue.bot import Bot
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import Build
from chatbot.indexing.off_topic import off_topic_questions
from chatbot.insight.evaluate import Query, evaluate, failed, judge, read_queries, sweep
from chatbot.insight.evaluate import figures as plain_figures
from chatbot.insight.metrics import Judged
from chatbot.insight.tables import failed_list, failures_file

CONTRACT = [
    "n_queries", "n_answerable", "n_unanswerable", "success_at_1", "success_at_5", "mrr_at_10", "ndcg_at_10", "map",
    "precision_at_5", "auroc", "joint_accuracy", "joint_accuracy_best", "answered_share", "answered_precision",
    "expected_calibration_error", "threshold", "queries_per_second", "false_answer_rate", "answered_share_answerable",
]  # fmt: skip
WITH_INTERVAL = [
    "success_at_1", "success_at_5", "mrr_at_10", "ndcg_at_10", "auroc", "joint_accuracy", "answered_share",
    "answered_share_answerable", "answered_precision", "false_answer_rate", "expected_calibration_error",
]  # fmt: skip

QUERIES = [
    Query("1", "feed my cat", frozenset({"how-often-should-i-feed-my-cat"})),
    Query("2", "do dogs eat chocolate", frozenset({"may-dogs-eat-chocolate"})),
    Query("3", "how long do hamsters live", frozenset({"how-long-do-hamsters-live"})),
    Query("4", "what is the capital of France", frozenset()),
]


def test_every_figure_of_the_contract_is_there(bot: Bot) -> None:
    figures, judged = evaluate(bot, QUERIES)
    assert len(judged) == 4
    assert sorted(figures) == sorted([*CONTRACT, "intervals", "sweep", "failed"])
    assert all(figures[name] is None or isinstance(figures[name], int | float) for name in CONTRACT)
    assert (figures["n_queries"], figures["n_answerable"], figures["n_unanswerable"]) == (4, 2, 2)
    assert figures["success_at_1"] == 1.0  # a gap may be the labelled entry, and is to be refused
    assert figures["auroc"] == 1.0


def test_intervals_stand_beside_the_figures(bot: Bot) -> None:
    more = [*QUERIES, Query("5", "who won the cup", frozenset()), Query("6", "chocolate", frozenset({"elsewhere"}))]
    figures, _ = evaluate(bot, more)
    assert sorted(figures["intervals"]) == sorted(WITH_INTERVAL)
    for name, interval in figures["intervals"].items():
        if interval is not None:
            assert 0 <= interval[0] <= figures[name] <= interval[1] <= 1, name
    assert figures["success_at_1"] == 3 / 4
    assert figures["intervals"]["success_at_1"][0] < 3 / 4
    assert figures["intervals"]["auroc"] is not None
    figures, _ = evaluate(bot, QUERIES[:3])
    assert figures["intervals"]["auroc"] is None
    assert figures["intervals"]["false_answer_rate"] is None


def test_the_sweep_says_what_every_cut_would_do() -> None:
    found = [
        Judged("1", frozenset("a"), ["a"], 0.9),
        Judged("2", frozenset("a"), ["b"], 0.4),
        Judged("3", frozenset(), ["a"], 0.3),
        Judged("4", frozenset(), [], 0.0),
    ]
    table = sweep(found)
    assert [row["threshold"] for row in table] == [round(0.05 * step, 2) for step in range(1, 20)]
    assert table[6] == {  # at 0.35
        "threshold": 0.35,
        "joint_accuracy": 3 / 4,
        "answered_share": 1 / 2,
        "answered_share_answerable": 1.0,
        "answered_precision": 1 / 2,
        "false_answer_rate": 0.0,
    }
    assert table[5]["false_answer_rate"] == 1 / 2  # 0.3 is answered from 0.30
    assert table[-1]["answered_precision"] is None
    for row in table:
        at_cut = plain_figures(found, row["threshold"])
        assert row.items() <= at_cut.items()


def test_what_is_judged_is_what_the_bot_would_rank(bot: Bot, pets: Build) -> None:
    found = judge(bot, QUERIES)
    for query, result in zip(QUERIES, found, strict=True):
        [candidates] = pets.ranker.rank(HashingEncoder().encode_queries([query.text]), [query.text], 10)
        assert result.ranked == [pets.entries[candidate.entry].id for candidate in candidates]


def same_as_asked(bot: Bot, texts: list[str]) -> None:
    queries = [Query(str(at), text, frozenset()) for at, text in enumerate(texts)]
    for query, result in zip(queries, judge(bot, queries), strict=True):
        try:
            replies = bot.ask(query.text).replies
        except QuestionRefused:
            assert (result.status, result.ranked, result.probability) == ("unknown", [], 0.0), query.text
            continue
        shown = [reply.answer.entry_id for reply in replies if reply.status == "answered" and reply.answer]
        answered = result.probability >= bot.build.calibration.answered_from
        assert answered == bool(shown), query.text
        if shown:
            likeliest = max(reply.probability for reply in replies if reply.status == "answered")
            assert result.first in shown, query.text
            assert result.probability == pytest.approx(likeliest, abs=1e-4), query.text
        else:
            assert result.status in {reply.status for reply in replies}, query.text


def test_what_is_judged_is_what_ask_says(bot: Bot) -> None:
    """Red without: `accepted`, `read_all`, small talk, or the rule for gaps."""
    same_as_asked(
        bot,
        [
            "feed my cat", "May dogs eat chocolate? What do goldfish eat?", "how long do hamsters live", "hello",
            "talk to a human", "???", "x" * 501, "may dgos eat choclate", "what is the capital of France", "cat",
            "Thanks! What do goldfish eat?", "is that safe", "how often do I feed my cat and may dogs eat chocolate",
        ],
    )  # fmt: skip


@pytest.mark.model
def test_what_is_judged_is_what_ask_says_of_the_faq_that_ships(shipped: Bot) -> None:
    asked = shipped.build.settings.unanswerable[:20] + off_topic_questions()[::6]
    texts = [text for entry in shipped.build.entries[::3] for text in (entry.question, *entry.alternates[:3])]
    several = [f"{one} {other}" for one, other in zip(texts[::9], texts[4::9], strict=False)]
    same_as_asked(shipped, [*asked, *texts, *several, "Is it ok to run and how do I strengthen my bakc?"])


def test_a_gap_is_a_refusal(bot: Bot) -> None:
    """Red when a gap counts as an answer: it would be a right one at a probability of 1."""
    figures, [judged] = evaluate(bot, QUERIES[2:3])
    assert (judged.status, judged.probability, judged.ranked[0]) == ("gap", 0.0, "how-long-do-hamsters-live")
    assert (figures["n_answerable"], figures["joint_accuracy"], figures["success_at_1"]) == (0, 1.0, 1.0)
    assert figures["failed"] == []


def test_what_failed_is_listed_with_how() -> None:
    queries = [Query(str(at), f"question {at}", frozenset("a" if at < 4 else "")) for at in range(6)]
    judged = [
        Judged("0", frozenset("a"), ["a"], 0.9),
        Judged("1", frozenset("a"), ["b", "a"], 0.9),
        Judged("2", frozenset("a"), ["a"], 0.1),
        Judged("3", frozenset("a"), [], 0.0),
        Judged("4", frozenset(), ["b"], 0.9),
        Judged("5", frozenset(), ["b"], 0.1),
    ]
    found = failed(queries, judged, 0.5, {"a": Entry("a", "What is a?", "A."), "b": Entry("b", "What is b?", "B.")})
    assert [(one["id"], one["how"], one["first"]) for one in found] == [
        ("1", "wrong answer", "b"), ("2", "no answer", "a"), ("3", "no answer", None), ("4", "answered in vain", "b"),
    ]  # fmt: skip
    text = (
        "wrong answer: question 1\n    got: What is b? [b], probability 0.90\n    wanted: What is a? [a]\n"
        "no answer: question 2\n    nearest: What is a? [a], probability 0.10\n    wanted: What is a? [a]\n"
    )
    assert failed_list(found).startswith(text)
    assert failed_list(found).endswith("got: What is b? [b], probability 0.90\n    wanted: no answer")
    assert failed_list([]) == "none was handled wrongly"
    assert json.loads(failures_file("f.JSON", found)) == found
    assert failures_file("f.txt", found).decode() == failed_list(found) + "\n"


def test_reading_questions(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": "a", "text": "one", "relevant": ["x", "y"], "more": 1}\n\n{"text": "two"}\n')
    assert read_queries(path) == [Query("a", "one", frozenset("xy")), Query("3", "two", frozenset())]


@pytest.mark.parametrize("line", ["nonsense", "[]", '{"id": "a"}', '{"text": 1}', '{"text": "a", "relevant": "x"}'])
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"text": "fine"}\n' + line)
    with pytest.raises(ContentError, match=r"q\.jsonl:2: not a question; write"):
        read_queries(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_queries(tmp_path / "absent")
    (tmp_path / "q").write_bytes(b"\xff")
    with pytest.raises(ContentError, match="not UTF-8"):
        read_queries(tmp_path / "q")
    (tmp_path / "q").write_text("\n")
    with pytest.raises(ContentError, match="holds no question"):
        read_queries(tmp_path / "q")


def test_questions_of_another_faq_are_refused(bot: Bot) -> None:
    with pytest.raises(ContentError, match="none of the entries that the questions name is in the FAQ"):
        judge(bot, [Query("1", "x", frozenset({"stranger"}))])


@pytest.mark.model
@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "mean_of_both"),
    [
        ("rasa_sara", 0.767),
        ("jhu_covid", 0.647),
        ("sofmattress", 0.747),
        ("covidq", 0.638),
        ("banking77_oos", 0.792),
        ("datatalks_faq", 0.657),
    ],
)
def test_the_pipeline_reaches_the_published_baseline(
    shared: Path, tmp_path: Path, name: str, mean_of_both: float
) -> None:
    """S@1 of mean(dense question, dense question + answer), from the table beside the sets."""
    assert success_at_1(shared / "data" / name, tmp_path) >= mean_of_both - 0.01


def success_at_1(folder: Path, scratch: Path) -> float:
    from tests.command import run_chatbot

    result = run_chatbot(
        "evaluate",
        "--entries",
        folder / "entries.jsonl",
        "--queries",
        folder / "queries.jsonl",
        "--index",
        scratch,
        "--json",
    )
    assert result.returncode == 0, result.stderr
    return float(json.loads(result.stdout)["success_at_1"])
