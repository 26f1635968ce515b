"""A labelled set to figures: the questions go the very way of a visitor's, in batches.

They are refused, split, corrected and answered with small talk as `ask` does it; the answer to a gap is a
refusal. A message that gets several replies counts by the likeliest of those that are answered, or else of all.
"""

import contextlib
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from chatbot.core.errors import ContentError, QuestionRefused
from chatbot.core.types import Entry, Status
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.conversation import Before
from chatbot.dialogue.interpretations import Interpretation, interpret_all, judge_interpretation
from chatbot.dialogue.replying import CONSIDERED, accepted
from chatbot.dialogue.served import Served
from chatbot.indexing.judging import Ranked
from chatbot.insight import intervals, metrics
from chatbot.insight.files import read_utf8
from chatbot.insight.intervals import Interval, Measure
from chatbot.insight.metrics import Judged
from chatbot.search.ranking import Candidate

# Entries kept of each ranked list. Every measure but MAP looks at ten or fewer; to MAP a right entry below this rank
# is one that was not found, so that it is MAP@100 and never above the MAP of the whole order.
DEPTH = 100
_SHOWN = 3  # suggestions, as `ask` gives where nobody names another number
_BELOW = 0.99  # of the probability from which to answer: what something else forbids stays below it
CUTS = tuple(step / 20 for step in range(1, 20))  # 0.05 to 0.95
_BATCH = 512  # queries


class Query(NamedTuple):
    id: str
    text: str
    relevant: frozenset[str]  # ids of entries that answer it; none, or gaps alone: the FAQ holds no answer


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
    """Every query asked; its ranked list is over all entries, gaps among them, as a set may label them.

    A relevant entry that the FAQ lacks counts as not found; ContentError when it lacks every one of them.
    """
    build = bot.build
    wanted = {entry for query in queries for entry in query.relevant}
    if wanted and not wanted & build.row_of.keys():
        raise ContentError(
            f'none of the entries that the questions name is in the FAQ, such as "{min(wanted)}"; '
            "give the questions that belong to it"
        )
    gaps = frozenset(entry.id for entry in build.entries if entry.is_gap)
    judged: list[Judged] = []
    for begin in range(0, len(queries), _BATCH):
        batch = queries[begin : begin + _BATCH]
        for query, (status, probability, ranked) in zip(batch, _asked(bot.served, batch), strict=True):
            ids = [build.entries[candidate.entry].id for candidate in ranked]
            judged.append(Judged(query.id, query.relevant, ids, probability, gaps, status))
    return judged


class _Outcome(NamedTuple):
    """What a query gets."""

    status: Status
    probability: float  # of being answered rightly, 0 where no cut would answer it
    ranked: Sequence[Candidate] = ()


def _asked(served: Served, queries: Sequence[Query]) -> list[_Outcome]:
    messages: dict[int, str] = {}
    for at, query in enumerate(queries):
        with contextlib.suppress(QuestionRefused):
            messages[at] = accepted(query.text, served.build.settings.question_limit)
    deeper: dict[int, Ranked] = {}  # by the vector that a text has

    def find(texts: Sequence[str]) -> list[Ranked]:
        ranked = served.find(texts, DEPTH)
        deeper.update({id(one.query): one for one in ranked})
        return [one._replace(candidates=one.candidates[: CONSIDERED + _SHOWN]) for one in ranked]

    interpretations = dict(zip(messages, interpret_all(served, list(messages.values()), Before(), find), strict=True))
    nothing = _Outcome("unknown", 0.0)
    return [
        max((_outcome(served, one, deeper) for one in interpretations[at]), key=_likeliest)
        if at in interpretations
        else nothing
        for at in range(len(queries))
    ]


def _likeliest(outcome: _Outcome) -> tuple[bool, float]:
    return outcome.status == "answered", outcome.probability


def _outcome(served: Served, interpretation: Interpretation, deeper: Mapping[int, Ranked]) -> _Outcome:
    verdict, talk = judge_interpretation(served, interpretation)
    cut = served.build.calibration.answered_from
    status: Status = "smalltalk" if talk else verdict.status
    if status in ("smalltalk", "gap"):
        probability = 0.0
    else:
        probability = verdict.probability if status == "answered" else min(verdict.probability, _BELOW * cut)
    seen = interpretation.ranked.candidates
    behind = deeper[id(interpretation.ranked.query)].candidates[CONSIDERED + _SHOWN :]
    return _Outcome(status, probability, [*seen, *behind])


def evaluate(bot: Bot, queries: Sequence[Query]) -> tuple[dict[str, Any], list[Judged]]:
    """What `evaluate --json` prints, and what it was made of: `figures`, `intervals`, `sweep` and `failed`.

    Nothing is tuned on `queries`.
    """
    bot.served.encoder.encode_queries([queries[0].text])  # loading the model is not answering
    started = time.perf_counter()
    judged = judge(bot, queries)
    seconds = time.perf_counter() - started
    threshold = bot.build.calibration.answered_from
    values = figures(judged, threshold) | {"queries_per_second": len(judged) / seconds}
    more = {
        "intervals": figure_intervals(judged, threshold),
        "sweep": sweep(judged),
        "failed": failed(queries, judged, threshold, {entry.id: entry for entry in bot.build.entries}),
    }
    return values | more, judged


def figures(judged: Sequence[Judged], threshold: float) -> dict[str, Any]:
    """Plain numbers, None where the set cannot tell."""
    means = _means(threshold)
    return {
        "n_queries": len(judged),
        "n_answerable": sum(j.is_answerable for j in judged),
        "n_unanswerable": sum(not j.is_answerable for j in judged),
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
    """The measures that depend on the cut."""
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


def failed(
    queries: Sequence[Query], judged: Sequence[Judged], threshold: float, entries: Mapping[str, Entry]
) -> list[dict[str, Any]]:
    """The queries that were handled wrongly, in their order: `how`, one of "wrong answer", "no answer" and "answered in
    vain"; the entry that came first with its question, None where there is none; what was wanted; the probability."""
    failures = []
    for query, j in zip(queries, judged, strict=True):
        answered = j.probability >= threshold and bool(j.ranked)
        if j.is_answerable and not (answered and j.right_first):
            how = "wrong answer" if answered else "no answer"
        elif not j.is_answerable and answered:
            how = "answered in vain"
        else:
            continue
        failures.append(
            {
                "id": query.id,
                "text": query.text,
                "how": how,
                "status": j.status,
                "first": j.first,
                "question": entries[j.first].question if j.first else None,
                "wanted": {
                    name: entries[name].question if name in entries else None for name in sorted(query.relevant)
                },
                "probability": j.probability,
            }
        )
    return failures


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
