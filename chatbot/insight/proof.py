"""What further wordings would do: tried in builds that are never published, on questions whose right entry is known.

The questions are those of a labelled file, the alternates of all entries, each asked of an index without it, and those
of the journal on which visitors agree. A wording harms when one of them is answered worse with it than without it. It
is refused, too, when a question without an answer would get one because of it.

More wordings also make a build surer of itself, and then other questions without an answer get one. For these there is
another remedy: those that the owner has labelled are proposed for the list `unanswerable`.
"""

import dataclasses
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from chatbot.content.ledger import Content
from chatbot.core.settings import BotSettings
from chatbot.core.text import match_key
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.encoding.protocols import Encoder, Progress
from chatbot.encoding.sentence_transformers import Reranker
from chatbot.indexing.builder import draft
from chatbot.indexing.rehearsal import Expectation, HeldOut
from chatbot.insight.evaluate import Query, judge
from chatbot.insight.metrics import Judged
from chatbot.insight.suggest import Labelled, Wording

# How well a question with an answer is handled.
_WRONG, _NOT_FIRST, _OFFERED, _RIGHT = range(4)


@dataclass(frozen=True, slots=True)
class Figures:
    """How many questions are handled better, how many worse, and how many are newly answered in vain; for one wording,
    how many of these it is the reason for."""

    helps: int
    harms: int
    in_vain: int

    @property
    def is_harmless(self) -> bool:
        return not self.harms and not self.in_vain

    def __str__(self) -> str:
        return f"helps {self.helps}, harms {self.harms}, near-topic answered {self.in_vain:+d}"


@dataclass(frozen=True, slots=True)
class Tried:
    """A wording with what it does beside those that were found harmless before it."""

    wording: Wording
    figures: Figures
    harmed: tuple[str, ...] = ()  # questions, but for those of the journal that too few asked

    @property
    def is_harmless(self) -> bool:
        return self.figures.is_harmless


@dataclass(frozen=True, slots=True)
class Proof:
    tried: Sequence[Tried]  # harmless ones first
    together: Figures  # of all harmless ones and `unanswerable`, in one build
    unanswerable: Sequence[str]  # labelled questions without an answer that would get one, to be listed as such
    questions: int  # that were asked
    builds: int  # that were made for it


class _Replayed(NamedTuple):
    """What a build does with the questions."""

    worth: Mapping[str, int]  # key of a question -> how well it is handled
    vain: frozenset[str]  # keys of questions on the topic that should not be answered, and are
    off_topic: int  # how many on anything are answered


class _Shadow:
    """Builds that are tried and forgotten."""

    def __init__(
        self,
        content: Content,
        index: Path,
        settings: BotSettings,
        encoder: Encoder,
        reranker: Reranker | None,
        queries: Sequence[Query],
        labelled: Sequence[Labelled],
    ) -> None:
        self._content, self._index, self._settings = content, index, settings
        self._encoder, self._reranker = _Remembering(encoder), reranker
        own = {entry.id for entry in content.entries}
        kept = [query for query in queries if not query.relevant or query.relevant & own]
        of_journal = [Query("", one.text, frozenset({one.entry_id})) for one in labelled if one.entry_id in own]
        unique = {match_key(query.text): query for query in (*of_journal, *kept)}
        self._queries = [query._replace(id=key) for key, query in unique.items()]
        self.entry_of = {query.id: query.relevant for query in self._queries}
        self.text_of = {query.id: query.text for query in self._queries}
        known = {match_key(query.text) for query in kept}
        self._unshown = {match_key(one.text) for one in labelled if not one.is_shown} - known
        self._wordings: np.ndarray | None = None
        self.builds = 0

    def replayed(self, wordings: Sequence[Wording], unanswerable: Sequence[str] = ()) -> _Replayed:
        """`unanswerable`: further questions of that list."""
        entries = [
            dataclasses.replace(
                entry, alternates=(*entry.alternates, *(one.text for one in wordings if one.entry_id == entry.id))
            )
            for entry in self._content.entries
        ]
        content = dataclasses.replace(self._content, entries=entries)
        listed = (*self._settings.unanswerable, *unanswerable)
        settings = dataclasses.replace(self._settings, unanswerable=listed)
        drafted = draft(content, {}, self._index, settings, self._encoder)
        self.builds += 1
        if self._wordings is None:  # the first one has no further wordings
            build = drafted.build
            self._wordings = build.vectors.rows(build.passages.rows_of("question", "alternate"))
        expected = drafted.report.expectation
        worth = _of_phrasings(expected)
        self.entry_of |= {key: frozenset({one.entry_id}) for key, one in _phrasings(expected).items()}
        self.text_of |= {key: one.text for key, one in _phrasings(expected).items()}
        judged = (
            judge(Bot(Served(drafted.build, self._encoder, self._reranker)), self._queries) if self._queries else []
        )
        worth |= {one.query: _worth(one) for one in judged if one.is_answerable}
        vain = {one.query for one in judged if not one.is_answerable and one.status == "answered"}
        near = {match_key(text): text for text in expected.near_topic_answered if text not in unanswerable}
        self.text_of |= near
        self.entry_of |= dict.fromkeys(near, frozenset())
        return _Replayed(worth, frozenset(vain | near.keys()), expected.off_topic.count if expected.off_topic else 0)

    def helper(self, key: str, wordings: Sequence[Wording]) -> Wording:
        """The wording that most likely helps a question: the nearest one, of the right entry if it has one."""
        return self._nearest(key, [one for one in wordings if one.entry_id in self.entry_of[key]] or wordings)

    def suspects(self, before: _Replayed, after: _Replayed, wordings: Sequence[Wording]) -> list[Wording]:
        """The wordings that most likely do harm: those of other entries that are nearest to what is harmed."""
        worse = _changes(before, after, wordings).worse
        found = set()
        for key in (*worse, *self.caused(before, after, wordings)):
            others = [one for one in wordings if one.entry_id not in self.entry_of[key]]
            found.add(self._nearest(key, others or wordings))
        return [one for one in wordings if one in found]

    def caused(self, before: _Replayed, after: _Replayed, wordings: Sequence[Wording]) -> list[str]:
        """Keys of questions that are newly answered in vain, and to which one of `wordings` is nearer than whatever the
        FAQ asked before."""
        newly = sorted(after.vain - before.vain)
        if not newly or not wordings:
            return []
        assert self._wordings is not None
        asked = self._encoder.encode_queries([self.text_of[key] for key in newly])
        own = (asked @ self._encoder.encode_queries([one.text for one in wordings]).T).max(axis=1)
        others = (asked @ self._wordings.T).max(axis=1, initial=-1.0)
        return [key for key, is_nearer in zip(newly, own > others, strict=True) if is_nearer]

    def shown(self, keys: Sequence[str]) -> tuple[str, ...]:
        """The texts of those that an editor may see."""
        return tuple(self.text_of[key] for key in keys if key not in self._unshown)

    def to_list(self, keys: Collection[str]) -> list[str]:
        """The texts of those of `keys` that are labelled questions without an answer, in their order."""
        return [query.text for query in self._queries if query.id in keys and not query.relevant]

    def _nearest(self, key: str, wordings: Sequence[Wording]) -> Wording:
        texts = [one.text for one in wordings]
        vectors = self._encoder.encode_queries([self.text_of[key], *texts])
        return wordings[int((vectors[1:] @ vectors[0]).argmax())]


def proof_of(
    wordings: Sequence[Wording],
    labelled: Sequence[Labelled],
    queries: Sequence[Query],
    content: Content,
    index: Path,
    settings: BotSettings,
    encoder: Encoder,
    reranker: Reranker | None = None,
    progress: Progress | None = None,
) -> Proof:
    """Tries `wordings` on `content`, best supported first; vectors are taken over from the build in `index`.

    All are tried together. Where that harms, those that are not suspected of it are tried first, and the others on top
    of what was found harmless. So the harmless ones have been tried in one build in the end. A question that is the
    text of a wording says nothing of that wording.

    Labelled questions without an answer that would get one are then tried as `unanswerable`.
    """
    shadow = _Shadow(content, index, settings, encoder, reranker, queries, labelled)
    before = shadow.replayed([])
    harmful: list[Tried] = []
    done = 0

    def told(count: int) -> None:
        nonlocal done
        done += count
        if progress:
            progress(done, len(wordings))

    def added(base: list[Wording], known: _Replayed, more: Sequence[Wording]) -> tuple[list[Wording], _Replayed]:
        """`base` with what of `more` does no harm on top of it. `known`: what `base` does."""
        now = shadow.replayed([*base, *more])
        changes = _changes(known, now, [*base, *more])
        caused = shadow.caused(known, now, more)
        figures = Figures(len(changes.better), len(changes.worse), len(caused))
        if figures.is_harmless:
            told(len(more))
            return [*base, *more], now
        if len(more) == 1:
            harmful.append(Tried(more[0], figures, shadow.shown([*changes.worse, *caused])))
            told(1)
            return base, known
        suspects = shadow.suspects(known, now, more)
        rest = [one for one in more if one not in suspects]
        parts = (rest, suspects) if rest and suspects else (more[: len(more) // 2], more[len(more) // 2 :])
        for part in parts:
            base, known = added(base, known, part)
        return base, known

    harmless, after = added([], before, wordings) if wordings else ([], before)
    unanswerable, after = _listed(shadow, before, after, harmless)
    credit = Counter(shadow.helper(key, harmless) for key in _changes(before, after, harmless).better)
    good = [Tried(one, Figures(credit[one], 0, 0)) for one in harmless]
    together = _difference(before, after, harmless)
    return Proof([*good, *harmful], together, unanswerable, len(before.worth), shadow.builds)


def _listed(
    shadow: _Shadow, before: _Replayed, after: _Replayed, wordings: Sequence[Wording]
) -> tuple[list[str], _Replayed]:
    """The labelled questions to be listed as unanswerable, and what a build with them does: all that are answered, or,
    where that costs answers, those that are answered only since the wordings are there."""
    found: tuple[list[str], _Replayed] = ([], after)
    for keys in (after.vain, after.vain - before.vain):
        listed = shadow.to_list(keys)
        if listed != found[0]:
            found = listed, shadow.replayed(wordings, listed) if listed else after
        if not _changes(before, found[1], wordings).worse:
            break
    return found


def _difference(before: _Replayed, after: _Replayed, wordings: Sequence[Wording]) -> Figures:
    changes = _changes(before, after, wordings)
    in_vain = len(after.vain - before.vain) + max(after.off_topic - before.off_topic, 0)
    return Figures(len(changes.better), len(changes.worse), in_vain)


class _Changes(NamedTuple):
    better: list[str]  # keys of questions
    worse: list[str]


def _changes(before: _Replayed, after: _Replayed, wordings: Sequence[Wording]) -> _Changes:
    """Of the questions that both were asked, without the wordings themselves: these are answered by heart.

    Each that gets the right entry first, or no longer does, counts. A build also finds a cut of its own, and that moves
    some answers in and others out whatever the wording is; of these only as many count as there are more of one kind.
    """
    own = {match_key(one.text) for one in wordings}
    better: list[str] = []
    worse: list[str] = []
    gained: list[str] = []
    lost: list[str] = []
    for key, was in before.worth.items():
        now = after.worth.get(key, was)
        if now == was or key in own:
            continue
        if (was >= _OFFERED) != (now >= _OFFERED):
            (better if now > was else worse).append(key)
        else:
            (gained if now > was else lost).append(key)
    return _Changes(better + gained[len(lost) :], worse + lost[len(gained) :])


def _worth(judged: Judged) -> int:
    if judged.status == "answered":
        return _RIGHT if judged.right_first else _WRONG
    return _OFFERED if judged.right_first else _NOT_FIRST


def _of_phrasings(expected: Expectation) -> dict[str, int]:
    return {
        key: (_RIGHT if one.is_right else _WRONG) if one.is_answered else (_OFFERED if one.is_right else _NOT_FIRST)
        for key, one in _phrasings(expected).items()
    }


def _phrasings(expected: Expectation) -> dict[str, HeldOut]:
    """By a key that no question of a file has: the same words may be asked with and without the alternate."""
    return {f"{one.entry_id}\n{match_key(one.text)}": one for one in expected.phrasings}


class _Remembering:
    """An encoder that is asked for the same questions again and again."""

    def __init__(self, encoder: Encoder) -> None:
        self.fingerprint, self.export = encoder.fingerprint, encoder.export
        self.tells_apart = encoder.tells_apart
        self._encoder = encoder
        self._queries: dict[str, np.ndarray] = {}
        self._passages: dict[str, np.ndarray] = {}

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return _encoded(texts, self._queries, self._encoder.encode_queries)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        return _encoded(texts, self._passages, self._encoder.encode_passages)


def _encoded(
    texts: Sequence[str], known: dict[str, np.ndarray], encode: Callable[[Sequence[str]], np.ndarray]
) -> np.ndarray:
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    if missing:
        known.update(zip(missing, encode(missing), strict=True))
    return np.stack([known[text] for text in texts]) if texts else encode([])
