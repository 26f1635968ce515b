"""A labelled set to figures: the questions go the way of a visitor's, in batches."""

import json
import time
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from chatbot.dialogue.bot import Bot
from chatbot.errors import ContentError
from chatbot.insight import intervals, metrics
from chatbot.insight.files import read_utf8
from chatbot.insight.intervals import Interval, Measure
from chatbot.insight.metrics import Judged
from chatbot.text import clean, one_line

# Entries kept of each ranked list. Every measure but MAP looks at ten or fewer; to MAP a right entry below this rank
# is one that was not found, so that it is MAP@100 and never above the MAP of the whole order.
DEPTH = 100
CUTS = tuple(step / 20 for step in range(1, 20))  # 0.05 to 0.95
_BATCH = 512  # queries


class Query(NamedTuple):
    id: str
    text: str
    relevant: frozenset[str]  # ids of entries that answer it; empty: the FAQ holds no answer


def read_queries(path: Path) -> list[Query]:
    """`{"id", "text", "relevant": [entry ids]}` a line. ContentError names the line that is not so."""
    lines = read_utf8(path).split("\n")
    queries = [_query(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not queries:
        raise ContentError(f"{path}: holds no question; write one object with id, text and relevant a line")
    return queries


def _query(path: Path, number: int, line: str) -> Query:
    try:
        value = json.loads(line)
        relevant = value.get("relevant", [])
        if not isinstance(value["text"], str) or not isinstance(relevant, list):
            raise TypeError
        return Query(str(value.get("id", number)), value["text"], frozenset(map(str, relevant)))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ContentError(
            f'{path}:{number}: not a question; write {{"id": "q1", "text": "...", "relevant": ["entry id"]}}'
        ) from None


def judge(bot: Bot, queries: Sequence[Query]) -> list[Judged]:
    """Every query ranked over all entries, gaps among them: a set may label them as the right ones.

    A relevant entry that the FAQ lacks counts as not found; ContentError when it lacks every one of them.
    """
    build = bot.build
    wanted = {entry for query in queries for entry in query.relevant}
    if wanted and not wanted & build.row_of.keys():
        raise ContentError(
            f'none of the entries that the questions name is in the FAQ, such as "{min(wanted)}"; '
            "give the questions that belong to it"
        )
    judged = []
    for begin in range(0, len(queries), _BATCH):
        batch = queries[begin : begin + _BATCH]
        texts = [one_line(clean(query.text)) for query in batch]
        for query, found in zip(batch, bot.served.find(texts, DEPTH), strict=True):
            ranked = [build.entries[candidate.entry].id for candidate in found.candidates]
            judged.append(
                Judged(query.id, query.relevant, ranked, bot.served.judge.weigh(found, with_gaps=True).probability)
            )
    return judged


def evaluate(bot: Bot, queries: Sequence[Query]) -> tuple[dict[str, Any], list[Judged]]:
    """What `evaluate --json` prints, and what it was made of: `figures`, `intervals`, `sweep` and `failed`.

    Nothing is tuned on `queries`.
    """
    bot.served.encoder.encode_queries([queries[0].text])  # loading the model is not answering
    started = time.perf_counter()
    judged = judge(bot, queries)
    seconds = time.perf_counter() - started
    threshold = bot.build.calibration.answered_from
    found = figures(judged, threshold) | {"queries_per_second": len(judged) / seconds}
    more = {
        "intervals": figure_intervals(judged, threshold),
        "sweep": sweep(judged),
        "failed": failed(queries, judged, threshold),
    }
    return found | more, judged


def figures(judged: Sequence[Judged], threshold: float) -> dict[str, Any]:
    """Plain numbers, None where the set cannot tell."""
    means = _means(threshold)
    return {
        "n_queries": len(judged),
        "n_answerable": sum(bool(j.relevant) for j in judged),
        "n_unanswerable": sum(not j.relevant for j in judged),
        **{name: measure(judged) for name, measure in means.items()},
        "map": metrics.mean_average_precision(judged),
        "precision_at_5": metrics.precision_at(judged, 5),
        "auroc": metrics.auroc(judged),
        "joint_accuracy_best": metrics.best_joint_accuracy(judged),
        "expected_calibration_error": metrics.expected_calibration_error(judged),
        "threshold": threshold,
    }


def figure_intervals(judged: Sequence[Judged], threshold: float) -> dict[str, Interval]:
    """95 % bootstrap intervals, (low, high); None where the set cannot tell."""
    return {
        **intervals.of_means(judged, _means(threshold)),
        "auroc": intervals.of_auroc(judged),
        "expected_calibration_error": intervals.of_calibration_error(judged),
    }


def _means(threshold: float) -> dict[str, Measure]:
    """The measures that are a mean over queries and get an interval."""
    return {
        "success_at_1": partial(metrics.success_at, k=1),
        "success_at_5": partial(metrics.success_at, k=5),
        "mrr_at_10": partial(metrics.mrr_at, k=10),
        "ndcg_at_10": partial(metrics.ndcg_at, k=10),
        **_at_cut(threshold),
    }


def _at_cut(threshold: float) -> dict[str, Measure]:
    """The measures that hang on where the cut is."""
    return {
        "joint_accuracy": partial(metrics.joint_accuracy, threshold=threshold),
        "answered_share": partial(metrics.answered_share, threshold=threshold),
        "answered_share_answerable": partial(metrics.answered_share_answerable, threshold=threshold),
        "answered_precision": partial(metrics.answered_precision, threshold=threshold),
        "false_answer_rate": partial(metrics.false_answer_rate, threshold=threshold),
    }


def sweep(judged: Sequence[Judged]) -> list[dict[str, float | None]]:
    """What another cut would do: one object for each of `CUTS`."""
    return [{"threshold": cut, **{name: measure(judged) for name, measure in _at_cut(cut).items()}} for cut in CUTS]


def failed(queries: Sequence[Query], judged: Sequence[Judged], threshold: float) -> list[dict[str, Any]]:
    """The queries that were handled wrongly, in their order: `how`, one of "wrong answer", "no answer" and "answered in
    vain"; with the entry that came first, None where there is none, and its probability."""
    found = []
    for query, j in zip(queries, judged, strict=True):
        answered = j.probability >= threshold and bool(j.ranked)
        if j.relevant and not (answered and j.right_first):
            how = "wrong answer" if answered else "no answer"
        elif not j.relevant and answered:
            how = "answered in vain"
        else:
            continue
        first = j.ranked[0] if j.ranked else None
        found.append({"id": query.id, "text": query.text, "how": how, "first": first, "probability": j.probability})
    return found


def check_ids(queries: Sequence[Query], entries: Iterable[str]) -> None:
    """ContentError when a TREC run could not tell these apart: its columns are split at blanks, its queries by id."""
    seen = set()
    for query in queries:
        if query.id in seen:
            raise ContentError(f'two questions have the id "{query.id}"; a TREC run needs one for each')
        seen.add(query.id)
    for name in (*seen, *entries):
        if len(name.split()) != 1:
            raise ContentError(f'the id "{name}" holds a blank or nothing, which a TREC run cannot; give it another')


def trec_run(judged: Sequence[Judged], tag: str = "verbatim") -> str:
    """A TREC run file: `query Q0 entry rank score tag`, best first.

    The scores only fall with the rank: readers order by score and break ties their own way, and must get our order.
    """
    lines = []
    for j in judged:
        for rank, entry in enumerate(j.ranked, 1):
            lines.append(f"{j.query} Q0 {entry} {rank} {1 / rank:.6f} {tag}\n")
    return "".join(lines)
