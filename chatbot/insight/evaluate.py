"""A labelled set to figures: the questions go the way of a visitor's, in batches."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from chatbot.dialogue.bot import Bot
from chatbot.errors import ContentError, UsageError
from chatbot.insight import metrics
from chatbot.insight.metrics import Judged
from chatbot.text import clean, one_line

DEPTH = 100  # entries kept of each ranked list; every measure but MAP looks at ten or fewer
_BATCH = 512  # queries


class Query(NamedTuple):
    id: str
    text: str
    relevant: frozenset[str]  # ids of entries that answer it; empty: the FAQ holds no answer


def read_queries(path: Path) -> list[Query]:
    """`{"id", "text", "relevant": [entry ids]}` a line. ContentError names the line that is not so."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise ContentError(f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8") from None
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
        ranked = build.ranker.rank(bot.encoder.encode_queries(texts), texts, DEPTH)
        for query, candidates in zip(batch, ranked, strict=True):
            found = [build.entries[candidate.entry].id for candidate in candidates]
            judged.append(Judged(query.id, query.relevant, found, build.calibration.probability(candidates)))
    return judged


def evaluate(bot: Bot, queries: Sequence[Query]) -> tuple[dict[str, Any], list[Judged]]:
    """The figures of `evaluate --json`, null where the set cannot tell, and what they were made of.

    Nothing is tuned on `queries`.
    """
    bot.encoder.encode_queries([queries[0].text])  # loading the model is not answering
    started = time.perf_counter()
    judged = judge(bot, queries)
    seconds = time.perf_counter() - started
    threshold = bot.build.calibration.answered_from
    return figures(judged, threshold) | {"queries_per_second": len(judged) / seconds}, judged


def figures(judged: Sequence[Judged], threshold: float) -> dict[str, Any]:
    return {
        "n_queries": len(judged),
        "n_answerable": sum(bool(j.relevant) for j in judged),
        "n_unanswerable": sum(not j.relevant for j in judged),
        "success_at_1": metrics.success_at(judged, 1),
        "success_at_5": metrics.success_at(judged, 5),
        "mrr_at_10": metrics.mrr_at(judged, 10),
        "ndcg_at_10": metrics.ndcg_at(judged, 10),
        "map": metrics.mean_average_precision(judged),
        "precision_at_5": metrics.precision_at(judged, 5),
        "auroc": metrics.auroc(judged),
        "joint_accuracy": metrics.joint_accuracy(judged, threshold),
        "joint_accuracy_best": metrics.best_joint_accuracy(judged),
        "answered_share": metrics.answered_share(judged, threshold),
        "answered_precision": metrics.answered_precision(judged, threshold),
        "expected_calibration_error": metrics.expected_calibration_error(judged),
        "threshold": threshold,
    }


def trec_run(judged: Sequence[Judged], tag: str = "verbatim") -> str:
    """A TREC run file: `query Q0 entry rank score tag`, best first."""
    lines = []
    for j in judged:
        for rank, entry in enumerate(j.ranked, 1):
            lines.append(f"{j.query} Q0 {entry} {rank} {1 / rank:.6f} {tag}\n")
    return "".join(lines)
