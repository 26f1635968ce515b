"""A build as if more stood in it, to try what that would do. It is made in memory and never published.

What a build measures of its corpus (the cut, the trust in words) stays as it is, so the figures are near to those of a
real build and not the same.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np

from chatbot.core.passage_table import PassageTable
from chatbot.core.types import Entry, Passage
from chatbot.dialogue.served import Served
from chatbot.indexing.build import Build
from chatbot.indexing.groups import answer_groups, lexical_text
from chatbot.search.exact import ExactIndex
from chatbot.search.geometry import Geometry
from chatbot.search.lexical import LexicalIndex
from chatbot.search.vectors import Vectors

LARGEST = 100_000  # passages of a build that may be copied for it


def with_alternate(served: Served, row: int, wording: str) -> Served:
    """`served`, as if the entry in `row` had `wording` among its alternates."""
    build = served.build
    text = build.frame.without(wording)
    entry = build.entries[row]
    entries = list(build.entries)
    entries[row] = dataclasses.replace(entry, alternates=(*entry.alternates, wording))
    behind_question = int(build.geometry.begin[row]) + 1
    vectors = served.encoder.encode_passages([text])
    passage = Passage(row, "alternate", text)
    return dataclasses.replace(served, build=with_passages(build, entries, behind_question, [passage], vectors))


def with_passages(
    build: Build, entries: Sequence[Entry], at: int, passages: Sequence[Passage], vectors: np.ndarray
) -> Build:
    """`build` with other `entries`, and with more passages before its own row `at`; `vectors`: (n, d) of these."""
    old = build.vectors.rows(np.arange(len(build.passages)))
    table = PassageTable([*build.passages[:at], *passages, *build.passages[at:]])
    whole = Vectors(np.concatenate((old[:at], vectors, old[at:])))
    return dataclasses.replace(
        build,
        entries=entries,
        passages=table,
        vectors=whole,
        geometry=Geometry.of(table, whole, answer_groups(entries)),
        engine=ExactIndex(whole, table.finding),
        lexical=LexicalIndex.of([lexical_text(entry) for entry in entries], build.settings.lang),
    )
