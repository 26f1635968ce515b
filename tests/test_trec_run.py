"""The run file, read by ir_measures: an implementation of the measures that is not ours must find the same figures."""

import json
from itertools import pairwise
from pathlib import Path

import ir_measures
import pytest
from ir_measures import AP, RR, P, Success, nDCG

from chatbot.core.errors import ContentError
from chatbot.core.settings import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.builder import build
from chatbot.insight.evaluate import DEPTH, Query, check_ids, figures, judge, trec_run
from chatbot.insight.metrics import Judged
from tests.test_evaluate import QUERIES

THEIRS = {
    "success_at_1": Success @ 1,
    "success_at_5": Success @ 5,
    "ndcg_at_10": nDCG @ 10,
    "mrr_at_10": RR @ 10,
    "map": AP,
    "precision_at_5": P @ 5,
}
TOPICS = "cat dog hamster goldfish parrot rabbit tortoise pony ferret canary gecko mouse".split()
ASPECTS = "food sleep vet cage walk price age toys water fur".split()


@pytest.fixture
def zoo(tmp_path: Path) -> Bot:
    """122 entries, more than a run keeps; two of them twice, alike to the letter."""
    ids = [(f"{topic}-{aspect}", topic, aspect) for topic in TOPICS for aspect in ASPECTS]
    ids += [("a-copy", "cat", "food"), ("zz-copy", "pony", "toys")]
    entries = [
        {"id": name, "question": f"What about {aspect} for my {topic}?", "answer": f"The {aspect} of a {topic}."}
        for name, topic, aspect in ids
    ]
    path = tmp_path / "entries.jsonl"
    path.write_text("\n".join(map(json.dumps, entries)))
    encoder = HashingEncoder()
    build(path, tmp_path / "zoo", BotSettings(encoder="hashing"), encoder)
    return Bot.open(tmp_path / "zoo", encoder)


def compared(judged: list[Judged], scratch: Path) -> None:
    run, qrels = scratch / "run.txt", scratch / "qrels.txt"
    run.write_text(trec_run(judged))
    qrels.write_text("".join(f"{j.query} 0 {entry} 1\n" for j in judged for entry in sorted(j.relevant)))
    theirs = ir_measures.calc_aggregate(
        list(THEIRS.values()), list(ir_measures.read_trec_qrels(str(qrels))), list(ir_measures.read_trec_run(str(run)))
    )
    ours = figures(judged, 0.5)
    for name, measure in THEIRS.items():
        assert theirs[measure] == pytest.approx(ours[name], abs=1e-6), name


def test_ir_measures_finds_our_figures(zoo: Bot, tmp_path: Path) -> None:
    queries = [
        Query("food", "cat food", frozenset({"zz-copy", "cat-food", "cat-vet"})),  # the tie below is not relevant
        Query("copy", "cat food", frozenset({"a-copy"})),  # ties with an entry that is not relevant
        Query("toys", "toys for a pony", frozenset({"pony-toys"})),  # the same, the other of the two
        Query("many", "what about water", frozenset(f"{topic}-water" for topic in TOPICS)),  # more than ten
        Query("late", "rabbit price", frozenset({"gecko-fur", "rabbit-price", "mouse-age"})),
        Query("lost", "dog walk", frozenset({"dog-walk", "not-in-the-faq"})),
        Query("none", "ferret cage", frozenset({"not-in-the-faq-either"})),
        Query("no", "capital of France", frozenset()),
        Query("far", "canary vet", frozenset({"tortoise-toys"})),
    ]
    judged = judge(zoo, queries)
    assert {len(j.ranked) for j in judged} == {DEPTH}
    by_id = {j.query: j for j in judged}
    tied = by_id["copy"].ranked
    assert abs(tied.index("a-copy") - tied.index("cat-food")) == 1
    assert 0.2 < figures(judged, 0.5)["map"] < 0.9  # neither everything nor nothing is found
    compared(judged, tmp_path)


def test_a_query_that_finds_nothing_counts_for_them_as_for_us(tmp_path: Path) -> None:
    judged = [
        Judged("1", frozenset("ab"), list("cbda"), 0.5),
        Judged("2", frozenset("x"), [], 0.0),
        Judged("3", frozenset("abcdefgh"), list("ahzbc"), 0.5),
        Judged("4", frozenset(), list("ab"), 0.5),
    ]
    compared(judged, tmp_path)


def test_to_map_an_entry_below_the_end_of_the_list_is_not_found(zoo: Bot) -> None:
    """MAP is MAP@100: with the whole order it could only be higher."""
    [candidates] = zoo.build.ranker.rank(zoo.served.encoder.encode_queries(["cat food"]), ["cat food"], 1000)
    order = [zoo.build.entries[candidate.entry].id for candidate in candidates]
    assert len(order) > DEPTH
    relevant = frozenset({order[0], order[DEPTH]})
    [judged] = judge(zoo, [Query("1", "cat food", relevant)])
    assert figures([judged], 0.5)["map"] == pytest.approx(1 / 2)
    whole = Judged("1", relevant, order, 0.5)
    assert figures([whole], 0.5)["map"] == pytest.approx((1 + 2 / (DEPTH + 1)) / 2)


def test_the_scores_of_a_run_fall_with_the_rank(zoo: Bot) -> None:
    lines = trec_run(judge(zoo, [Query("1", "cat food", frozenset())])).splitlines()
    assert len(lines) == DEPTH
    scores = [float(line.split()[4]) for line in lines]
    assert all(above > below for above, below in pairwise(scores))
    assert [int(line.split()[3]) for line in lines] == list(range(1, DEPTH + 1))


def test_a_line_of_a_run(bot: Bot) -> None:
    lines = trec_run(judge(bot, QUERIES[:1])).splitlines()
    assert len(lines) == 4
    assert lines[0] == "1 Q0 how-often-should-i-feed-my-cat 1 1.000000 verbatim"


@pytest.mark.parametrize(
    ("ids", "entry", "message"),
    [
        (["1", "1"], "a", 'two questions have the id "1"'),
        (["1", "2 b"], "a", '"2 b" holds a blank'),
        (["1"], "a b", '"a b" holds a blank'),
        ([""], "a", '"" holds a blank or nothing'),
    ],
)
def test_ids_that_a_run_cannot_hold_are_refused(ids: list[str], entry: str, message: str) -> None:
    with pytest.raises(ContentError, match=message):
        check_ids([Query(name, "x", frozenset()) for name in ids], [entry])


def test_ids_that_a_run_can_hold() -> None:
    check_ids(QUERIES, ["how-often", "é"])
