"""Why a question gets the reply that it gets, and what would change that.

The reply itself is computed as for any visitor, from the same reading of the message; only nobody is told of it, so
that an editor's question is in no journal.

What carried an answer is measured: the question is asked again without each of its words. What would change a reply is
tried, too: the wording is put into a copy of the build, and the question is asked of that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from chatbot.core.text import match_key
from chatbot.core.types import Notice, PassageKind, Reply, Status
from chatbot.dialogue.remembered import Asked
from chatbot.dialogue.replying import Judged, reply_to, understand
from chatbot.dialogue.served import Served
from chatbot.indexing.judging import Ranked
from chatbot.insight.shadow import with_alternate
from chatbot.search.grams import put_together
from chatbot.search.ranking import Candidate

_TRIED = 60  # words of a question that are left out one by one
_LARGEST = 20_000  # passages of a build that is copied while somebody waits
_ENTRIES = 2  # to which the wording is added, each in a copy of the build

Obstacle = Literal["conflict", "listed", "choices", "alone", "no_subject", "threshold"]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the question, and what it did for the entry."""

    text: str  # as it was typed
    drop: float  # how much worse the entry fits without it, as `Candidate.fit`; below 0: it fits better
    bm25: float  # what the entry's own words add for it, before the weight of this corpus; 0: the entry lacks the word


@dataclass(frozen=True, slots=True)
class Match:
    """The texts of an entry that are nearest to the question."""

    kind: PassageKind  # of the wording
    wording: str
    cosine: float  # [-1, 1]
    sentence: str  # of the answer; "" where it has none
    sentence_cosine: float


@dataclass(frozen=True, slots=True)
class Trial:
    """What the question would get if it stood among the alternates of an entry."""

    entry_id: str
    question: str  # of that entry
    wording: str  # that was added
    status: Status
    probability: float
    first_id: str  # the entry that it would get, or that would be offered first; "" for none


@dataclass(frozen=True, slots=True)
class Why:
    """Of one question of the message."""

    reply: Reply  # with its explanation, without an id
    searched: str  # the text that was searched for: without slips and frame, together with what was said before
    match: Match | None  # None where nothing was compared
    words: tuple[Word, ...]  # in the order of the question; the first `_TRIED`
    small_talk: str  # its kind, where that took the question; else ""
    obstacles: tuple[Obstacle, ...]  # what keeps the first entry from being the answer, whatever else fits
    listed: str  # the question of `unanswerable` that is nearest, where that forbids the answer
    missing: tuple[str, ...]  # words of the question that the entry lacks
    instead: tuple[str, ...]  # words of its nearest wording that the question lacks
    unknown: tuple[str, ...]  # words of the question that no entry has
    trials: tuple[Trial, ...]
    is_near: bool  # whether the first entry is about the same; else only an editor can know where the question belongs
    is_tried: bool  # False where the build is too large to be copied


@dataclass(frozen=True, slots=True)
class Explained:
    """One `Why` for each question of a message, in their order."""

    build_id: str
    notices: tuple[Notice, ...]
    questions: tuple[Why, ...]


def explain(served: Served, message: str, top: int = 3, *, largest: int = _LARGEST) -> Explained:
    """Why `message` gets what `Bot.ask` replies; QuestionRefused as there. `top`: the most suggestions of a reply.
    `largest`: passages of a build from which on nothing is tried in a copy of it."""
    understood = understand(served, Asked(message, top=top, explain=True))
    questions = tuple(_why(served, judged, top, largest) for judged in understood.questions)
    return Explained(served.build.id, tuple(understood.notices), questions)


def _why(served: Served, judged: Judged, top: int, largest: int) -> Why:
    reply = reply_to(served, judged, top, explain=True)
    ranked, verdict = judged.interpretation.ranked, judged.verdict
    is_talk = judged.talk is not None
    found = None if is_talk else _shown(judged)
    missing, instead = _differences(served, ranked.text, found) if found else ((), ())
    obstacles = () if is_talk or not verdict.answerable else tuple(_obstacles(served, judged))
    is_tried = len(served.build.passages) < largest
    return Why(
        reply=reply,
        searched=ranked.text,
        match=_match(served, ranked, found) if found else None,
        words=_words(served, ranked.text, found) if found else (),
        small_talk=judged.talk.kind if judged.talk else "",
        obstacles=obstacles,
        listed=_listed(served, ranked) if "listed" in obstacles else "",
        missing=missing,
        instead=instead,
        unknown=_unknown(served, ranked.text),
        trials=tuple(_trials(served, judged)) if is_tried and not is_talk else (),
        is_near=_is_near(served, judged),
        is_tried=is_tried,
    )


def _shown(judged: Judged) -> Candidate | None:
    """The entry that the reply is about: the gap where it is one, or else the first."""
    verdict = judged.verdict
    return verdict.gap if verdict.status == "gap" else next(iter(verdict.answerable), None)


def _match(served: Served, ranked: Ranked, candidate: Candidate) -> Match:
    build = served.build
    wording = build.passages[candidate.passage]
    if candidate.sentence < 0:
        return Match(wording.kind, wording.text, candidate.question_cosine, "", 0.0)
    rows, cosines = build.ranker.sentences(ranked.query, candidate.entry)
    sentence = build.passages[candidate.sentence].text
    return Match(
        wording.kind, wording.text, candidate.question_cosine, sentence, cosines[rows.index(candidate.sentence)]
    )


def _words(served: Served, text: str, candidate: Candidate) -> tuple[Word, ...]:
    """Each word of `text`, left out once; all texts are encoded in one batch."""
    build, typed = served.build, text.split()
    asked = [word for word in typed if match_key(word)]
    if len(asked) < 2:
        return tuple(Word(word, 0.0, _bm25(served, word, candidate.entry)) for word in asked)
    places = [at for at, word in enumerate(typed) if match_key(word)][:_TRIED]
    texts = [text, *(" ".join(typed[:at] + typed[at + 1 :]) for at in places)]
    only = np.zeros(len(build.entries), bool)
    only[candidate.entry] = True
    ranked = build.ranker.rank(served.encoder.encode_queries(texts), texts, 1, only)
    whole, *fits = [one[0].fit for one in ranked]
    return tuple(
        Word(typed[at], whole - fit, _bm25(served, typed[at], candidate.entry))
        for at, fit in zip(places, fits, strict=True)
    )


def _bm25(served: Served, word: str, entry: int) -> float:
    terms, _ = served.build.lexical.terms(word)
    return float(served.build.lexical.scores_of(terms, np.array([entry]))[0]) if terms else 0.0


def _differences(served: Served, text: str, candidate: Candidate) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(the words with a meaning that the entry lacks, those that its nearest wording has and the question lacks)."""
    build = served.build
    lexicon = build.lexicon
    entry = build.entries[candidate.entry]
    own = lexicon.stems("\n".join((entry.question, *entry.alternates, entry.answer)))
    asked, stems = lexicon.content(text), lexicon.stems(text)
    wording = lexicon.content(build.passages[candidate.passage].text)
    return (
        tuple(put_together(word for stem, word in asked.items() if stem not in own)),
        tuple(put_together(word for stem, word in wording.items() if stem not in stems)),
    )


def _unknown(served: Served, text: str) -> tuple[str, ...]:
    lexicon, lexical = served.build.lexicon, served.build.lexical
    words = dict.fromkeys(word for word in lexicon.words(text) if not lexicon.is_empty(word))
    return tuple(put_together(word for word in words if not lexical.terms(word)[0]))


def _listed(served: Served, ranked: Ranked) -> str:
    build = served.build
    return max(build.settings.unanswerable, key=lambda listed: float(ranked.query @ build.rehearsed[listed]))


def _obstacles(served: Served, judged: Judged) -> Sequence[Obstacle]:
    """What holds is named even where an answer fails for another reason already."""
    verdict = judged.verdict
    if verdict.status in ("answered", "gap"):
        return []
    found: list[Obstacle] = [*verdict.weighed.forbids]
    if verdict.weighed.status == "answered":
        found.append("no_subject")
    elif not found and verdict.probability < served.build.calibration.answered_from:
        found.append("threshold")
    return found


def _trials(served: Served, judged: Judged) -> Sequence[Trial]:
    """The question as an alternate of the entries that come first, but for the one that answers it already; of the very
    first alone where none is near."""
    verdict = judged.verdict
    if verdict.status == "gap":
        return []
    answered = verdict.answerable[0].group if verdict.status == "answered" else None
    firsts = {c.group: c for c in reversed(verdict.answerable) if c.group != answered}
    best = sorted(firsts.values(), key=verdict.answerable.index)[: _ENTRIES if _is_near(served, judged) else 1]
    return [_trial(served, candidate.entry, judged.interpretation.ranked.text) for candidate in best]


def _is_near(served: Served, judged: Judged) -> bool:
    """Whether the first entry is worth offering."""
    verdict = judged.verdict
    near_from = served.build.calibration.near_from
    return verdict.status != "unknown" or any(c.fit >= near_from for c in verdict.answerable[:1])


def _trial(served: Served, row: int, wording: str) -> Trial:
    entry = served.build.entries[row]
    shadow = with_alternate(served, row, wording)
    [again, *_] = understand(shadow, Asked(wording, explain=True)).questions
    reply = reply_to(shadow, again, 1, explain=True)
    return Trial(entry.id, entry.question, wording, reply.status, reply.probability, _first_of(reply))


def _first_of(reply: Reply) -> str:
    """The id of the entry that a reply shows or offers first; "" for none."""
    shown = (reply.answer and reply.answer.entry_id, reply.gap and reply.gap.entry_id)
    offered = (one.entry_id for one in reply.suggestions)
    return next((name for name in (*shown, *offered) if name), "")
