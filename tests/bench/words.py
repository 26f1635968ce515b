"""What words alone tell in each language: `python -m tests.bench.words --first --data DIR`.

`DIR` holds a folder `xquad_LANG` for each language, as docs/languages.md tells. No encoder is loaded. `--covered`: how
well the share of a question's words that the first entry has tells whether it answers, by where rarity comes from.
"""

import argparse
from pathlib import Path

import numpy as np

from chatbot.content.corpus import read_corpus
from chatbot.core.types import Entry
from chatbot.indexing.groups import lexical_text
from chatbot.insight.evaluate import Query, read_queries
from chatbot.insight.metrics import Judged, auroc
from chatbot.search.corpus_words import CorpusLexicon
from chatbot.search.lexical import LexicalIndex
from chatbot.search.words import Lexicon, lexicon_of

SETS = "xquad_"


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
    parser.add_argument("--first", action="store_true", help="the first hit of BM25")
    parser.add_argument("--covered", action="store_true", help="AUROC of the share of words that the first entry has")
    options = parser.parse_args()
    for folder in sorted(options.data.glob(f"{SETS}*")):
        lang = folder.name.removeprefix(SETS)
        if options.first:
            print(f"{lang}  first hit {first_hit_of_words(folder, lang):.3f}")
        if options.covered:
            print(lang, *(f" {name} {value:.3f}" for name, value in covered(folder, lang).items()))


if __name__ == "__main__":
    main()
