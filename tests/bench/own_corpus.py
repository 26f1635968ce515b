"""What `train` is worth to an owner: FAQs made of labelled sets, answered before and after learning from themselves.

python -m tests.bench.own_corpus --data DIR [--sets NAME ...]

DIR is that of `tests.bench.quality`. Of each set an FAQ is made as an owner would have it: what has one answer is one
entry, with up to four other wordings, and bot.toml has up to 80 of the questions without an answer and tolerates that
one in twenty is answered. All other questions are asked, once with the encoder that ships and once with that taught by
`train` on the FAQ, and nothing else; each FAQ is calibrated as ever.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from chatbot.content.corpus import read_corpus
from chatbot.core.settings import BotSettings
from chatbot.core.text import match_key
from chatbot.core.types import Entry
from chatbot.dialogue.bot import Bot
from chatbot.indexing.builder import build
from chatbot.insight import metrics
from chatbot.insight.evaluate import Query, judge, read_queries
from chatbot.training.material import of_corpus
from chatbot.training.recipe import OWN
from chatbot.training.run import learn
from tests.bench.encoders import FAR
from tests.bench.quality import table
from tests.exported import exported

_WORDINGS = 5  # of an entry, its question among them
_UNANSWERABLE = 80
_TOLERATED = 0.05
_SEED = 0


class Faq(NamedTuple):
    corpus: Path  # a file of entries
    unanswerable: tuple[str, ...]
    asked: list[Query]


def faq_of(folder: Path, target: Path) -> Faq:
    """Written to the file `target`, from a labelled set."""
    suffix = "_oos" if (folder / "queries_oos.jsonl").is_file() else ""
    entries = read_corpus(folder / f"entries{suffix}.jsonl").entries
    queries = read_queries(folder / f"queries{suffix}.jsonl")
    rng = np.random.default_rng(_SEED)
    queries = [queries[row] for row in rng.permutation(len(queries))]
    groups: dict[tuple[frozenset[frozenset[str]], str], list[Entry]] = {}
    for entry in entries:
        named = frozenset(query.relevant for query in queries if entry.id in query.relevant)
        groups.setdefault((named, entry.answer), []).append(entry)
    first = {entry.id: group[0].id for group in groups.values() for entry in group}
    wordings = {group[0].id: [entry.question for entry in group][:_WORDINGS] for group in groups.values()}
    answerable = [entry.question for entry in entries] + [query.text for query in queries if query.relevant]
    known = set(map(match_key, answerable))
    asked, unanswerable = [], []
    for query in queries:
        own = {first[entry] for entry in query.relevant}
        if not own and len(unanswerable) < _UNANSWERABLE and match_key(query.text) not in known:
            unanswerable.append(query.text)
        elif len(own) == 1 and len(wordings[min(own)]) < _WORDINGS:
            wordings[min(own)].append(query.text)
        else:
            asked.append(Query(query.id, query.text, frozenset(own)))
    with target.open("w", encoding="utf-8") as file:
        for group in groups.values():
            question, *alternates = wordings[group[0].id]
            line = {"id": group[0].id, "question": question, "alternates": alternates, "answer": group[0].answer}
            file.write(json.dumps(line) + "\n")
    return Faq(target, tuple(unanswerable), asked)


def answered(faq: Faq, encoder: str, scratch: Path) -> dict[str, float | None]:
    settings = BotSettings(encoder=encoder, unanswerable=faq.unanswerable, tolerated_false_answers=_TOLERATED)
    index = Path(tempfile.mkdtemp(dir=scratch))
    loaded = exported(index, settings)
    build(faq.corpus, index, settings, loaded)
    bot = Bot.open(index, loaded)
    judged = judge(bot, faq.asked)
    cut = bot.build.calibration.answered_from
    return {
        "S@1": metrics.success_at(judged, 1),
        "AUROC": metrics.auroc(judged),
        "joint": metrics.joint_accuracy(judged, cut),
        "best cut": metrics.best_joint_accuracy(judged),
        "answered": metrics.answered_share_answerable(judged, cut),
        "false": metrics.false_answer_rate(judged, cut),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.own_corpus", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with a folder for each set")
    parser.add_argument("--sets", nargs="+", default=FAR, metavar="NAME", help=f"of {', '.join(FAR)} (default: all)")
    options = parser.parse_args(arguments)
    before, after = {}, {}
    with tempfile.TemporaryDirectory(prefix="verbatim-") as name:
        scratch = Path(name)
        for one in options.sets:
            faq = faq_of(options.data / one, scratch / f"{one}.jsonl")
            entries = read_corpus(faq.corpus).entries
            learnt = learn(of_corpus(entries), OWN, scratch / one, start="default")
            before[one] = answered(faq, "default", scratch)
            after[one] = answered(faq, str(learnt.folder), scratch)
    print(f"As it ships\n\n{table(before)}\n\nTaught\n\n{table(after)}")


if __name__ == "__main__":
    main()
