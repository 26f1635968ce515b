<<<<<<< HEAD
"""How well questions in other languages are answered by the encoder that is chosen for them.

    python -m tests.bench.languages --words --data DIR
    python -m tests.bench.languages --data DIR [--cache DIR] [--backend NAME]
    python -m tests.bench.languages --pages [--cache DIR] [--backend NAME]

`DIR` holds a folder `xquad_LANG` for each language, as docs/languages.md tells: the same paragraphs and questions in
all. With --words BM25 alone is measured, and no encoder loaded. Else the share of questions for which a right entry
comes first: of each language in its own entries, beside the simple methods, and in the English ones. --pages asks the
labelled FAQs in tests/bench/sets/languages, on which nothing was learnt, as `tests.bench.pages` does.
=======
"""What words alone tell in each language: `python -m tests.bench.languages --words --data DIR`.

`DIR` holds a folder `xquad_LANG` for each language, as docs/languages.md tells. No encoder is loaded. `--covered`: how
well the share of a question's words that the first entry has tells whether it answers, by where rarity comes from.
>>>>>>> e90ec930c98a7d3c3236673b192be9c09256cdba
"""

import argparse
import dataclasses
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from chatbot.content.corpus import read_corpus
<<<<<<< HEAD
from chatbot.core.settings import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.encoding.models import MULTILINGUAL
from chatbot.encoding.protocols import Encoder
from chatbot.indexing.builder import build
from chatbot.indexing.groups import lexical_text
from chatbot.insight.evaluate import read_queries
from chatbot.insight.metrics import success_at
from chatbot.search.lexical import LexicalIndex
from tests.bench.cached_encoder import CachedEncoder
from tests.bench.labelled import measure, prepare
from tests.bench.pages import Asked, asked_of, figures, table
from tests.bench.sets.tables import rows_of
from tests.exported import exported
=======
from chatbot.core.types import Entry
from chatbot.indexing.groups import lexical_text
from chatbot.insight.evaluate import Query, read_queries
from chatbot.insight.metrics import Judged, auroc
from chatbot.search.corpus_words import CorpusLexicon
from chatbot.search.lexical import LexicalIndex
from chatbot.search.words import Lexicon, lexicon_of
>>>>>>> e90ec930c98a7d3c3236673b192be9c09256cdba

SETS = "xquad_"
FAQS = Path(__file__).parent / "sets" / "languages"


class _Alike(Lexicon):
    """Of which every word is equally rare."""

    def rarity(self, word: str) -> float:
        return 1.0

    def is_empty(self, word: str) -> bool:
        return False


def first_hit_of_words(folder: Path, lang: str) -> float:
    """The share of the questions in `folder` for which BM25 has a right entry first."""
    entries, queries, index = _read(folder, lang, "")
    found = [entries[_first(index, query)].id for query in queries]
    return sum(one in query.relevant for one, query in zip(found, queries, strict=True)) / len(queries)


<<<<<<< HEAD
def first_hits(folder: Path, entries: Path, lang: str, encoder: Encoder) -> dict[str, float | None]:
    """The share of the questions in `folder` for which a right one of `entries`, a file in `lang`, comes first: with
    the program, and with the simple methods."""
    found = measure(prepare(entries, folder / "queries.jsonl", encoder, lang))
    return {"first": success_at(found.judged, 1), **{name: success_at(j, 1) for name, j in found.simple.items()}}


def ask_faq(folder: Path, encoder: Encoder) -> list[Asked]:
    """The labelled FAQ in `folder`, which is named after its language."""
    settings = BotSettings(lang=folder.name, encoder=MULTILINGUAL)
    with tempfile.TemporaryDirectory(prefix="verbatim-") as scratch:
        build(folder / "corpus", Path(scratch), dataclasses.replace(settings, title=folder.name), encoder)
        bot = Bot.open(Path(scratch), encoder)
    rows = rows_of(folder / "questions.tsv")
    return [asked_of(bot, folder.name, row["kind"], row["question"], row["expected"]) for row in rows]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.languages", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder with the sets")
    parser.add_argument("--words", action="store_true", help="measure BM25 alone")
    parser.add_argument("--pages", action="store_true", help="ask the labelled FAQs")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="keep vectors here: encoding takes minutes")
    parser.add_argument("--backend", default="fp32", metavar="NAME", help="as in bot.toml (default: fp32)")
    options = parser.parse_args(arguments)
    if not options.pages and not options.data:
        parser.error("name the folder of the sets with --data, or write --pages")
    folders = sorted(options.data.glob(f"{SETS}*")) if options.data else []
    if options.words:
        for folder in folders:
            lang = folder.name.removeprefix(SETS)
            print(f"{lang}  {first_hit_of_words(folder, lang):.3f}")
        return
    with tempfile.TemporaryDirectory() as scratch:
        encoder = exported(Path(scratch), BotSettings(encoder=MULTILINGUAL, backend=options.backend))
        if options.cache:
            encoder = CachedEncoder(encoder, options.cache)
        if options.pages:
            asked = {folder.name: ask_faq(folder, encoder) for folder in sorted(FAQS.glob("*/"))}
            rows = {name: figures(own) for name, own in asked.items()}
            print(table(rows | {"all": figures([one for own in asked.values() for one in own])}))
            return
        english = options.data / f"{SETS}en" / "entries.jsonl"
        for folder in folders:
            lang = folder.name.removeprefix(SETS)
            own = first_hits(folder, folder / "entries.jsonl", lang, encoder)
            across = first_hits(folder, english, "en", encoder)["first"]
            figures_of = " ".join(f"{name} {value:.3f}" for name, value in own.items() if value is not None)
            print(f"{lang}  {figures_of}  in English entries {across:.3f}", flush=True)
=======
def covered(folder: Path, lang: str) -> dict[str, float]:
    """AUROC of the share of a question's words in the entry that BM25 has first, a part of the entries taken out."""
    entries, queries, index = _read(folder, lang, "_oos")
    firsts = [_first(index, query) for query in queries]
    found = {}
    for name, lexicon in (("list", lexicon_of(lang)), ("corpus", CorpusLexicon(lang, index)), ("equal", _Alike(lang))):
        shares = [
            lexicon.covered(lexicon.content(query.text), lexicon.stems(lexical_text(entries[first])))
            for query, first in zip(queries, firsts, strict=True)
        ]
        judged = [Judged(query.id, query.relevant, [], share) for query, share in zip(queries, shares, strict=True)]
        found[name] = auroc(judged) or 0.0
    return found


def _read(folder: Path, lang: str, part: str) -> tuple[list[Entry], list[Query], LexicalIndex]:
    entries = list(read_corpus(folder / f"entries{part}.jsonl").entries)
    index = LexicalIndex.of([lexical_text(entry) for entry in entries], lang)
    return entries, read_queries(folder / f"queries{part}.jsonl"), index


def _first(index: LexicalIndex, query: Query) -> int:
    return int(np.argmax(index.scores(query.text)[0]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the sets")
    parser.add_argument("--words", action="store_true", help="the first hit of BM25")
    parser.add_argument("--covered", action="store_true", help="AUROC of the share of words that the first entry has")
    options = parser.parse_args()
    for folder in sorted(options.data.glob(f"{SETS}*")):
        lang = folder.name.removeprefix(SETS)
        if options.words:
            print(f"{lang}  first hit {first_hit_of_words(folder, lang):.3f}")
        if options.covered:
            print(lang, *(f" {name} {value:.3f}" for name, value in covered(folder, lang).items()))
>>>>>>> e90ec930c98a7d3c3236673b192be9c09256cdba


if __name__ == "__main__":
    main()
