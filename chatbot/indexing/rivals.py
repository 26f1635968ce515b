"""Entries that would get each other's questions, by meaning.

Two questions that say nearly the same are near duplicates. A rival is an entry with another answer that comes first
when a wording is asked which the index does not hold: so a visitor who says it in a way of his own may get it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from chatbot.core.problem import Problem
from chatbot.core.text import match_key
from chatbot.core.types import Entry
from chatbot.indexing.build import Build
from chatbot.indexing.groups import answer_groups
from chatbot.search.calibration import evenly

NEAR = 0.95  # cosine of two wordings from which on they are taken for one question
_BLOCK = 1000  # rows of the table of cosines at a time
_WORDINGS = 10_000  # compared with each other, evenly taken from all where there are more
_SHOWN = 100  # problems of a kind; who has more has another task first


def near_duplicates(build: Build) -> Iterator[Problem]:
    """Pairs of entries that ask nearly the same, with different answers or none."""
    entries = build.entries
    rows = evenly(build.passages.rows_of("question", "alternate").tolist(), _WORDINGS)
    owners = build.passages.entry[rows]
    vectors = build.vectors.rows(rows)
    groups = np.array(answer_groups(entries))
    seen: set[tuple[int, int]] = set()
    for begin in range(0, len(rows), _BLOCK):
        cosines = vectors[begin : begin + _BLOCK] @ vectors[begin:].T  # with those before they have been compared
        for at, other in zip(*np.nonzero(cosines >= NEAR), strict=True):
            mine, theirs = int(owners[begin + at]), int(owners[begin + other])
            if mine >= theirs or groups[mine] == groups[theirs] or (mine, theirs) in seen:
                continue
            wording, like = (build.passages[rows[row]].text for row in (begin + int(at), begin + int(other)))
            if match_key(wording) == match_key(like):
                continue  # named already, as the same question
            seen.add((mine, theirs))
            if len(seen) <= _SHOWN:
                one, two = entries[mine], entries[theirs]
                message = (
                    f'"{wording}" says nearly the same as "{like}" ({two.file}:{two.line}, cosine '
                    f"{cosines[at, other]:.2f}); keep it in one entry, or say what tells them apart"
                )
                yield Problem(one.file, one.line, "near-duplicate", message, "warning")


def rivals(entries: Sequence[Entry], stolen: Sequence[tuple[str, int, int]]) -> Iterator[Problem]:
    """`stolen`: (wording, row of its entry, row of the entry that came first without it).

    One wording may be odd, so a rival takes two of an entry, or all that there are.
    """
    pairs = Counter((mine, theirs) for _, mine, theirs in stolen)
    for (mine, theirs), count in pairs.most_common(_SHOWN):
        if count < min(2, len(entries[mine].alternates)):
            continue
        wording = next(wording for wording, one, two in stolen if (one, two) == (mine, theirs))
        one, two = entries[mine], entries[theirs]
        more = f" and {count - 1} more of its wordings" if count > 1 else ""
        message = (
            f'asked like "{wording}"{more}, "{two.id}" ({two.file}:{two.line}) would come first; write more '
            f'wordings of "{one.id}", or say what tells the two apart'
        )
        yield Problem(one.file, one.line, "rival", message, "warning")
