"""What the journal proposes: further wordings of entries, and pairs of entries to merge or to tell apart.

Only words that editors may see are proposed, and each comes from what visitors chose. Nothing here says whether a
proposal is of use: see `chatbot.insight.proof`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from chatbot.core.text import match_key
from chatbot.dialogue.served import Served
from chatbot.indexing.build import Build
from chatbot.insight.clusters import clusters
from chatbot.insight.journal_reader import Asked, Picked, Rated, shown_texts
from chatbot.insight.journal_rows import UNANSWERED
from chatbot.insight.labels import Label, confused_entries, labels_of
from chatbot.insight.unanswered import meanings_of

_READ = 6000  # different questions, the latest; encoding one takes some 4 ms of CPU time
_ALIKE = 0.6  # cosine from which on a labelled question says something of another
_AGREE = 2 / 3  # of what labels say must be for one entry
_CONVERSATIONS = 2  # that must have shown it, at least
_SAME = 0.93  # cosine from which on two wordings are one
_MERGE = 0.9  # cosine of two questions from which on their entries are one rather than two
_LISTED = 0.9  # cosine with a question of `unanswerable` from which on it is one of them


@dataclass(frozen=True, slots=True)
class Wording:
    """A further alternate for an entry."""

    entry_id: str
    text: str  # as visitors typed it, redacted
    conversations: int  # that asked alike and showed that they wanted this entry
    picks: int  # of those, that chose it


@dataclass(frozen=True, slots=True)
class Pair:
    """Entries that visitors take for each other."""

    advice: Literal["merge", "tell apart"]
    first_id: str
    second_id: str
    times: int  # conversations


class Labelled(NamedTuple):
    """A question of the journal with the entry that its visitors agree on."""

    text: str
    entry_id: str
    is_shown: bool  # whether an editor may see it


class Proposals(NamedTuple):
    wordings: Sequence[Wording]  # best supported first
    pairs: Sequence[Pair]
    labelled: Sequence[Labelled]


def proposals_of(asked: Sequence[Asked], picked: Sequence[Picked], rated: Sequence[Rated], served: Served) -> Proposals:
    """From the rows of a journal, oldest first. `served`: what they are proposed for."""
    build = served.build
    labels = [one for one in labels_of(asked, picked, rated) if _is_answered_by(build, one.entry_id)]
    least = build.settings.journal_shown_from
    pairs = [
        Pair(_advice(build, one.first_id, one.second_id), one.first_id, one.second_id, one.times)
        for one in confused_entries(asked, picked, max(_CONVERSATIONS, least - 1))
        if _is_answered_by(build, one.first_id) and _is_answered_by(build, one.second_id)
    ]
    labelled_ids = {one.asked.reply_id for one in labels}
    rows = _latest(
        [one for one in asked if one.question and (one.status in UNANSWERED or one.reply_id in labelled_ids)]
    )
    if not rows or not labels:
        return Proposals([], pairs, [])
    vectors = _meanings(rows, served)
    row_of = {one.reply_id: row for row, one in enumerate(rows)}
    votes = _Votes(rows, vectors, [one for one in labels if one.asked.reply_id in row_of], row_of)
    shown = [
        text
        for group in shown_texts(rows, vectors, clusters(vectors, build.geometry.mean), least)
        for text in group.texts
    ]
    wordings = _wordings(shown, rows, vectors, votes, served)
    labelled = []
    for text in dict.fromkeys(one.asked.question or "" for one in labels):
        vote = votes.of(text)
        if vote:
            labelled.append(Labelled(text, vote.entry_id, text in shown))
    return Proposals(wordings, pairs, labelled)


class _Vote(NamedTuple):
    entry_id: str
    conversations: int
    picks: int


class _Votes:
    """What the labels say of a question: its own, and those of questions that are alike."""

    def __init__(self, rows: Sequence[Asked], vectors: np.ndarray, labels: Sequence[Label], row_of: dict[str, int]):
        self._labels = labels
        self._vectors = vectors[[row_of[one.asked.reply_id] for one in labels]]
        self._first = {one.question: row for row, one in reversed(list(enumerate(rows)))}
        self._meanings = vectors

    def of(self, text: str) -> _Vote | None:
        """None where too few say something, where they disagree, or where its own visitors say otherwise."""
        cosines = self._vectors @ self._meanings[self._first[text]]
        weights: dict[str, float] = defaultdict(float)
        who: dict[str, set[int]] = defaultdict(set)
        picks: dict[str, set[int]] = defaultdict(set)
        own: dict[str, int] = defaultdict(int)
        for at in np.flatnonzero(cosines >= _ALIKE).tolist():
            label = self._labels[at]
            weights[label.entry_id] += float(cosines[at]) ** 4  # a nearer one says more
            who[label.entry_id].add(label.asked.conversation)
            if label.is_pick:
                picks[label.entry_id].add(label.asked.conversation)
            if label.asked.question == text:
                own[label.entry_id] += 1
        if not weights:
            return None
        best = max(sorted(weights), key=lambda name: weights[name])
        is_agreed = weights[best] >= _AGREE * sum(weights.values()) and len(who[best]) >= _CONVERSATIONS
        is_own = not own or own.get(best, 0) >= _AGREE * sum(own.values())
        return _Vote(best, len(who[best]), len(picks[best])) if is_agreed and is_own else None


def _wordings(
    shown: Sequence[str], rows: Sequence[Asked], vectors: np.ndarray, votes: _Votes, served: Served
) -> list[Wording]:
    build = served.build
    known = {match_key(text) for entry in build.entries for text in (entry.question, *entry.alternates)}
    known |= {match_key(text) for text in build.settings.unanswerable}
    first = {one.question: row for row, one in reversed(list(enumerate(rows)))}
    voted = [(text, vote) for text in dict.fromkeys(shown) if (vote := votes.of(text))]
    voted.sort(key=lambda one: (-one[1].conversations, -one[1].picks, one[0]))
    taken: dict[str, list[np.ndarray]] = {}
    found = []
    for text, vote in voted:
        vector = vectors[first[text]]
        own = taken.setdefault(vote.entry_id, _wordings_of(build, vote.entry_id))
        is_listed = float(build.listed(vector[None])[0]) >= _LISTED
        if match_key(text) in known or is_listed or max(float(one @ vector) for one in own) >= _SAME:
            continue
        known.add(match_key(text))
        own.append(vector)
        found.append(Wording(vote.entry_id, text, vote.conversations, vote.picks))
    return found


def _wordings_of(build: Build, entry_id: str) -> list[np.ndarray]:
    """The vectors of what the entry has already."""
    asked = build.passages.rows_of("question", "alternate")
    return list(build.vectors.rows(asked[build.passages.entry[asked] == build.row_of[entry_id]].tolist()))


def _latest(rows: list[Asked]) -> list[Asked]:
    texts = list(dict.fromkeys(one.question for one in reversed(rows)))[:_READ]
    kept = set(texts)
    return [one for one in rows if one.question in kept]


def _meanings(rows: Sequence[Asked], served: Served) -> np.ndarray:
    """(rows, d), each text encoded once."""
    texts = list(dict.fromkeys(one.question or "" for one in rows))
    vectors = meanings_of(texts, served)
    number = {text: at for at, text in enumerate(texts)}
    return np.asarray(vectors[[number[one.question or ""] for one in rows]])


def _is_answered_by(build: Build, entry_id: str) -> bool:
    row = build.row_of.get(entry_id)
    return row is not None and not build.entries[row].is_gap


def _advice(build: Build, one: str, other: str) -> Literal["merge", "tell apart"]:
    pair = np.array([_wordings_of(build, name)[0] for name in (one, other)])
    return "merge" if float(pair[0] @ pair[1]) >= _MERGE else "tell apart"
