"""How FAQ pages are answered as they come: each is read, built and asked its labelled questions.

    python -m tests.bench.pages DIR [DIR ...] [--entries] [--failed] [--json] [--encoder NAME] [--backend NAME]

A DIR holds a folder for each page, with `corpus/` and `questions.tsv`: kind, question and expected, the headings that
answer it, several with "|", none where the page has no answer. Kinds: heading (a paraphrase), detail (a fact inside an
answer), messy (slips, keywords, rambling), near (on the topic, not answered), off. With --entries a page may have
`entries.jsonl` beside its corpus, which is built in its place, so that answering can be measured apart from reading.

    first      the right entry is the first
    answered   it is shown as the answer
    offered    it is shown, or is among the first three where the reply is a "did you mean"
    handled    offered; of a question without an answer: no answer is shown
    silent     "no answer" is what the reply says

A page that cannot be built counts as one whose every question is handled wrongly.
"""

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chatbot.core.errors import ChatbotError
from chatbot.core.settings import BotSettings
from chatbot.core.settings_sources import load_bot_settings
from chatbot.core.text import match_key
from chatbot.dialogue.bot import Bot
from chatbot.encoding.protocols import Encoder
from chatbot.indexing.builder import build
from tests.bench.sets.tables import rows_of
from tests.exported import exported

KINDS = ("heading", "detail", "messy", "gap", "near", "off")
OFFERED = 3  # suggestions of a "did you mean" that a visitor sees


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and what became of it. `expected`: match keys of headings."""

    page: str
    kind: str
    question: str
    expected: frozenset[str]
    status: str  # of the reply; "unread" where the page could not be built
    found: tuple[str, ...] = ()  # match keys of the answer and the suggestions, in their order
    probability: float = 0.0

    @property
    def first(self) -> bool:
        return bool(self.found) and self.found[0] in self.expected

    @property
    def answered(self) -> bool:
        return self.status in ("answered", "gap") and self.first

    @property
    def offered(self) -> bool:
        return self.answered or (self.status == "unsure" and not self.expected.isdisjoint(self.found[:OFFERED]))

    @property
    def handled(self) -> bool:
        if self.status == "unread":
            return False
        return self.offered if self.expected else self.status not in ("answered", "gap")

    @property
    def silent(self) -> bool:
        return self.status == "unknown"


def ask_page(folder: Path, encoder: Encoder, entries: bool = False) -> list[Asked]:
    """Builds the page in `folder` and asks it. `entries`: see the module."""
    rows = rows_of(folder / "questions.tsv")
    corpus = folder / "corpus"
    if entries and (folder / "entries.jsonl").is_file():
        corpus = folder / "entries.jsonl"
    with tempfile.TemporaryDirectory() as index:
        try:
            settings = load_bot_settings(corpus) if corpus.is_dir() else BotSettings()
            build(corpus, Path(index), settings, encoder)
        except ChatbotError as error:
            print(f"{folder.name}: {str(error).splitlines()[0]}", file=sys.stderr)
            return [Asked(folder.name, row["kind"], row["question"], _keys(row["expected"]), "unread") for row in rows]
        bot = Bot.open(Path(index), encoder)
    return [asked_of(bot, folder.name, row["kind"], row["question"], row["expected"]) for row in rows]


def asked_of(bot: Bot, page: str, kind: str, question: str, expected: str) -> Asked:
    """`question` asked of `bot`; `expected`: headings, several with "|"."""
    reply = bot.ask(question).replies[0]
    shown = [reply.answer.question] if reply.answer else [reply.gap.question] if reply.gap else []
    found = tuple(_key(text) for text in (*shown, *(near.question for near in reply.suggestions)))
    return Asked(page, kind, question, _keys(expected), reply.status, found, reply.probability)


def _keys(expected: str) -> frozenset[str]:
    return frozenset(_key(heading) for heading in expected.split("|") if heading)


def _key(heading: str) -> str:
    """Without the number or the "Q:" that a page may put before it."""
    return re.sub(r"^(?:(?:q|\d{1,2}) )+", "", match_key(heading))


def figures(asked: Sequence[Asked]) -> dict[str, float | None]:
    """Shares, None where there is no question of the kind."""
    answerable = [a for a in asked if a.expected]
    details = [a for a in answerable if a.kind == "detail"]
    near = [a for a in asked if a.kind == "near"]
    off = [a for a in asked if a.kind == "off"]

    def share(of: Sequence[Asked], counted: Iterable[bool]) -> float | None:
        return float(np.mean(list(counted))) if of else None

    return {
        "questions": len(asked),
        "first": share(answerable, (a.first for a in answerable)),
        "details first": share(details, (a.first for a in details)),
        "answered": share(answerable, (a.answered for a in answerable)),
        "offered": share(answerable, (a.offered for a in answerable)),
        "near answered": share(near, (not a.handled for a in near)),
        "near silent": share(near, (a.silent for a in near)),
        "off answered": share(off, (not a.handled for a in off)),
        "handled": share(asked, (a.handled for a in asked)),
    }


def table(rows: dict[str, dict[str, float | None]]) -> str:
    """Markdown."""
    heads = list(next(iter(rows.values())))
    width = max(map(len, rows))
    lines = [f"| {'page':{width}} | {' | '.join(heads)} |", f"|{'-' * (width + 2)}|{'--:|' * len(heads)}"]
    for name, row in rows.items():
        cells = ("-" if row[h] is None else f"{row[h]:.0f}" if h == "questions" else f"{row[h]:.3f}" for h in heads)
        lines.append(f"| {name:{width}} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pages", description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path, nargs="+", metavar="DIR", help="folder with a folder for each page")
    parser.add_argument("--entries", action="store_true", help="build entries.jsonl where a page has one")
    parser.add_argument("--failed", action="store_true", help="list what was not handled rightly")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--encoder", default="default", metavar="NAME", help="as in bot.toml (default: default)")
    parser.add_argument("--backend", default="fp32", metavar="NAME", help="as in bot.toml (default: fp32)")
    options = parser.parse_args(arguments)
    folders = [path.parent for data in options.data for path in sorted(data.glob("*/questions.tsv"))]
    if not folders:
        parser.error(f"{options.data[0]}: holds no page; name a folder of folders with questions.tsv")
    with tempfile.TemporaryDirectory() as scratch:
        encoder = exported(Path(scratch), BotSettings(encoder=options.encoder, backend=options.backend))
        asked = [one for folder in folders for one in ask_page(folder, encoder, options.entries)]
    rows = {folder.name: figures([a for a in asked if a.page == folder.name]) for folder in folders}
    rows["all"] = figures(asked)
    rows |= {kind: figures(own) for kind in KINDS if (own := [a for a in asked if a.kind == kind])}
    if options.json:
        print(json.dumps(rows, indent=1))
        return
    print(table(rows))
    if options.failed:
        for one in asked:
            if not one.handled:
                print(f"{one.page} {one.kind} {one.status} {one.probability:.2f}: {one.question}")


if __name__ == "__main__":
    main()
