"""Whether an FAQ gets better by being used: visitors ask, the journal records, harmless suggestions are accepted.

    OMP_NUM_THREADS=1 python -m tests.bench.loop --data DIR [--sets NAME ...] [--seed N]

DIR holds labelled sets, each as `tests.bench.quality` reads them. An FAQ is made of it as an owner would have it: an
entry for each meaning, with one alternate; some of the questions without an answer in bot.toml; and a file of labelled
questions, two for each meaning and some without an answer, for `suggest --queries`. The owner has these from that half
of the questions that arrives as traffic, each as the first question of three visitors. The other half is asked before
and after, and so are other questions without an answer.

A visitor picks the right entry if it is offered; a visitor who gets a wrong answer or none says "none of these" and
asks the next question on the same entry, three at most. One pick in twenty is wrong. All goes through a real bot, its
events, and the journal with its default settings.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from chatbot.core.settings_sources import load_bot_settings
from chatbot.core.text import match_key
from chatbot.core.types import Reply
from chatbot.dialogue.bot import Bot
from chatbot.encoding.protocols import Encoder
from chatbot.indexing.builder import build
from chatbot.insight import metrics
from chatbot.insight.evaluate import Query, judge, read_queries
from chatbot.insight.journal import Journal
from chatbot.verbs import suggest
from tests.exported import exported

_MEANINGS = 24
_QUESTIONS = 24  # of a meaning, at most
_FEWEST = 8
_ALTERNATES, _LABELLED = 1, 2  # that the owner has of each meaning
_VISITORS = 3  # who begin with a question
_TRIES = 3
_WRONG_PICKS = 0.05
_LISTED = 30  # questions without an answer that the owner knows of
_VAIN = 300  # others, of which the owner has a third, labelled


class Faq(NamedTuple):
    entries: list[dict[str, Any]]
    traffic: dict[str, list[Query]]  # by entry
    asked: list[Query]  # by which it is judged
    owned: list[Query]  # by which the owner tries it
    listed: list[str]


def faq_of(folder: Path, rng: np.random.Generator) -> Faq:
    """Those meanings that have most questions, in an order by chance."""
    suffix = "_oos" if (folder / "queries_oos.jsonl").is_file() else ""
    rows = [json.loads(line) for line in (folder / f"entries{suffix}.jsonl").read_text("utf-8").splitlines()]
    queries = read_queries(folder / f"queries{suffix}.jsonl")
    queries = [queries[row] for row in rng.permutation(len(queries))]
    different = {match_key(query.text): query for query in queries}.values()
    of_meaning: dict[str, list[Query]] = {}
    for query in different:
        if query.relevant:
            of_meaning.setdefault(min(query.relevant), []).append(query)
    chosen = [name for name, own in of_meaning.items() if len(own) >= _FEWEST][:_MEANINGS]
    entries = [{key: row[key] for key in ("id", "question", "answer")} for row in rows if row["id"] in chosen]
    traffic, asked, owned = {}, [], []
    for entry in entries:
        own = [query._replace(relevant=query.relevant & {*chosen}) for query in of_meaning[entry["id"]][:_QUESTIONS]]
        arriving = own[::2]
        entry["alternates"] = [query.text for query in arriving[:_ALTERNATES]]
        owned += arriving[_ALTERNATES:][:_LABELLED]
        traffic[entry["id"]] = arriving[_ALTERNATES + _LABELLED :]
        asked += own[1::2]
    vain = [query for query in different if not query.relevant]
    for at, query in enumerate(vain[_LISTED : _LISTED + _VAIN]):
        (asked if at % 3 else owned).append(query)
    return Faq(entries, traffic, asked, owned, [query.text for query in vain[:_LISTED]])


def visit(bot: Bot, faq: Faq, rng: np.random.Generator) -> None:
    for queries in faq.traffic.values():
        for number in range(_VISITORS * len(queries)):
            step = 1 + number // len(queries)  # each visitor goes on in another way
            _converse(bot, [queries[(number + step * again) % len(queries)] for again in range(_TRIES)], rng)


def _converse(bot: Bot, tries: Sequence[Query], rng: np.random.Generator) -> None:
    after = ""
    for text, right in ((query.text, query.relevant) for query in tries):
        reply = bot.ask(text, after=after).replies[-1]
        after = reply.id
        if reply.answer and reply.answer.entry_id in right:
            return
        offered = [one.entry_id for one in reply.suggestions]
        wanted = [name for name in offered if name in right]
        if offered and (wanted or rng.random() < _WRONG_PICKS):
            is_slip = not wanted or rng.random() < _WRONG_PICKS
            bot.show(str(rng.choice(offered)) if is_slip else wanted[0], after=after)
            return
        _refuse(bot, reply)


def _refuse(bot: Bot, reply: Reply) -> None:
    bot.rate(reply.id, "down" if reply.answer else "none_of_these")


class Measured(NamedTuple):
    first_hit: float
    answered_right: float
    false_answers: float


def _measured(index: Path, encoder: Encoder, asked: Sequence[Query]) -> Measured:
    bot = Bot.open(index, encoder)
    judged = judge(bot, asked)
    right = [one.status == "answered" and one.right_first for one in judged if one.is_answerable]
    vain = [one.status == "answered" for one in judged if not one.is_answerable]
    return Measured(metrics.success_at(judged, 1) or 0.0, float(np.mean(right)), float(np.mean(vain)))


def run(folder: Path, seed: int, scratch: Path) -> str:
    rng = np.random.default_rng(seed)
    faq = faq_of(folder, rng)
    corpus, index = scratch / "corpus", scratch / "index"
    corpus.mkdir()
    lines = [json.dumps(entry, ensure_ascii=False) for entry in faq.entries]
    (corpus / "faq.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (corpus / "bot.toml").write_text(f"unanswerable = {json.dumps(faq.listed)}\n", "utf-8")
    settings = load_bot_settings(corpus, env={})
    encoder = exported(index, settings)
    build(corpus, index, settings, encoder)
    before = _measured(index, encoder, faq.asked)
    bot = Bot.open(index, encoder)
    journal = Journal(scratch / "journal.db", lambda: settings)
    bot.events.subscribe(journal.record)
    visit(bot, faq, rng)
    assert bot.events.flush(60)
    journal.close()
    assert not journal.lost
    queries = scratch / "queries.jsonl"
    queries.write_text(
        "".join(json.dumps({**q._asdict(), "relevant": [*q.relevant]}) + "\n" for q in faq.owned), "utf-8"
    )
    found = suggest(corpus, index, scratch / "journal.db", queries)
    harmless = [one.wording for one in found.proof.tried if one.is_harmless]
    meant = {query.text: query.relevant for queries in faq.traffic.values() for query in queries}
    right = sum(one.entry_id in meant.get(one.text, ()) for one in harmless)
    accepted: dict[str, list[str]] = {}
    for one in harmless:
        accepted.setdefault(one.entry_id, []).append(one.text)
    more = [{**one, "alternates": [*one["alternates"], *accepted.get(one["id"], [])]} for one in faq.entries]
    (corpus / "faq.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in more), "utf-8")
    listed = [*faq.listed, *found.proof.unanswerable]
    (corpus / "bot.toml").write_text(f"unanswerable = {json.dumps(listed)}\n", "utf-8")
    settings = load_bot_settings(corpus, env={})
    build(corpus, index, settings, encoder)
    after = _measured(index, encoder, faq.asked)
    cells = [f"{old:.3f} → {new:.3f}" for old, new in zip(before, after, strict=True)]
    tried = len(found.proof.tried)
    return (
        f"| {folder.name} | {len(faq.entries)} | {' | '.join(cells)} | {tried} | {len(harmless)} | {right} |"
        f" {len(found.proof.unanswerable)} |"
        f" {found.proof.together} | {found.proof.builds} |"
    )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--sets", nargs="+", default=["banking77_oos", "jhu_covid"])
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    print("| set | entries | first-hit | answered rightly | false answers | tried | harmless | of those right |"
          " listed | on its own questions | builds |")  # fmt: skip
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|---|--:|")
    started = time.process_time()
    for name in given.sets:
        with tempfile.TemporaryDirectory(prefix="verbatim-") as scratch:
            print(run(given.data / name, given.seed, Path(scratch)), flush=True)
    print(f"\n{time.process_time() - started:.0f} s of the processor")


if __name__ == "__main__":
    main()
