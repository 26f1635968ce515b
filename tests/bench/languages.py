"""How well words alone find what is asked in each language: `python -m tests.bench.languages --words --data DIR`.

`DIR` holds a folder `xquad_LANG` for each language, as docs/languages.md tells. No encoder is loaded.
"""

import argparse
from pathlib import Path

import numpy as np

from chatbot.content.corpus import read_corpus
from chatbot.indexing.groups import lexical_text
from chatbot.insight.evaluate import read_queries
from chatbot.search.lexical import LexicalIndex

SETS = "xquad_"


def first_hit_of_words(folder: Path, lang: str) -> float:
    """The share of the questions in `folder` for which BM25 has a right entry first."""
    entries = read_corpus(folder / "entries.jsonl").entries
    index = LexicalIndex.of([lexical_text(entry) for entry in entries], lang)
    queries = [query for query in read_queries(folder / "queries.jsonl") if query.relevant]
    found = [entries[int(np.argmax(index.scores(query.text)[0]))].id for query in queries]
    return sum(one in query.relevant for one, query in zip(found, queries, strict=True)) / len(queries)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the sets")
    parser.add_argument("--words", action="store_true", required=True, help="measure BM25 alone")
    options = parser.parse_args()
    for folder in sorted(options.data.glob(f"{SETS}*")):
        lang = folder.name.removeprefix(SETS)
        print(f"{lang}  {first_hit_of_words(folder, lang):.3f}")


if __name__ == "__main__":
    main()
