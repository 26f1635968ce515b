"""Which reading of a message wins: whole or in parts, as typed or with what was said before.

All readings are encoded in one batch; what is found for each decides.

With context. A text that leans on what came before, and has no answer as typed, is also read behind the question
before it, and behind the question of the entry shown last. Such a reading nearly always finds that entry again, since
most of its words are the old ones: what was shown is therefore left out, and what is then found must be an answer and
among the first `_NEAR` as typed too. Without these conditions a change of topic would be answered with the old topic.
A text that names no subject, as "how long?" or "is that safe?", is about what was shown: it may be answered with the
same entry again, and with nothing before it it is never more than a guess. What "it" costs is answered with the entry
that was shown, if that speaks of it.

In parts. Marks are trusted: each question gets its reply, unless it is a fragment without an answer or has the answer
of another part. Clauses are not: they are taken apart only if no two have the same answer, and either each has one and
none is less than half as likely as their sentence, or the sentence has none and a clause has, or a clause is likelier
by itself and the others are whole questions.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from chatbot.core.settings import BotSettings
from chatbot.core.text import match_key, one_line, plain_words
from chatbot.core.types import Entry, Status
from chatbot.dialogue.conversation import (
    Before,
    Part,
    asks_for_price,
    is_fragment,
    is_hollow,
    leans,
    split,
    stands_alone,
)
from chatbot.dialogue.served import Served
from chatbot.dialogue.smalltalk import SmallTalk, contact_first, small_talk
from chatbot.indexing.build import Build
from chatbot.indexing.judging import Ranked, Weighed
from chatbot.search.ranking import SAME, Candidate

_GAP_FROM = 0.7  # cosine to the gap's own question
_NEAR = 5
_BEARS = 0.5  # of what the words of a text tell must stand in the entry that it is answered with in context
_BRIEF = 2  # words of a part that is an afterthought where it leads to the answer of another
_PAYS = 0.5  # of the probability of the undivided sentence


class Verdict(NamedTuple):
    """What follows from what was found: the first of `answerable` is shown where `status` is "answered"."""

    status: Status
    weighed: Weighed
    gap: Candidate | None  # the nearest question that the FAQ poses and does not answer

    @property
    def answerable(self) -> Sequence[Candidate]:
        return self.weighed.answerable

    @property
    def probability(self) -> float:
        """That the first of `answerable` answers the question."""
        return self.weighed.probability


@dataclass(frozen=True, slots=True)
class Read:
    """A question as it was typed, the question that it was read with ("" for none), and what was found."""

    question: str
    context: str
    found: Ranked
    after: bool = False  # something was said before it

    @property
    def is_hollow(self) -> bool:
        """True where nothing says what the question is about."""
        is_open = is_hollow(self.question) or (self.after and asks_for_price(self.question))
        return is_open and not self.context


def judge(served: Served, found: Ranked, hollow: bool = False) -> Verdict:
    """Whether the first entry is an answer, a maybe or none; or whether the FAQ poses the question unanswered.

    `hollow`: the question names no subject, so that an answer can only be a guess.
    """
    build = served.build
    gaps = [c for c in found.candidates if build.entries[c.entry].is_gap]
    weighed = served.judge.weigh(found)
    best_question = max((c.question for c in weighed.answerable), default=-1.0)
    gap = max(gaps, key=lambda candidate: candidate.question, default=None)
    if gap is not None and gap.question >= max(_GAP_FROM, best_question):
        return Verdict("gap", weighed, gap)
    is_guess = weighed.status == "answered" and hollow and best_question < SAME
    return Verdict("unsure" if is_guess else weighed.status, weighed, gap)


def read_all(
    served: Served, messages: Sequence[str], before: Before, find: Callable[[Sequence[str]], Sequence[Ranked]]
) -> list[list[Read]]:
    """What each of `messages`, cleaned, is read as: a read for each question that gets a reply.

    `find` is asked once, for all texts. Visitors' messages and labelled sets come through here alike.
    """
    title = served.build.settings.title
    readings = [Readings(served, split(message, title), before) for message in messages]
    texts = list(dict.fromkeys(text for reading in readings for text in reading.texts))
    ranked = dict(zip(texts, find(texts), strict=True))
    reads = [reading.settle(ranked) for reading in readings]
    return [
        several if len(several) > 1 else [replace(several[0], question=one_line(message))]  # with its pleasantries
        for several, message in zip(reads, messages, strict=True)
    ]


def judge_read(served: Served, read: Read) -> tuple[Verdict, SmallTalk | None]:
    """What the evidence says of `read`, and what is said in the place of an answer: None where it is a question, or
    where an entry asks the same.

    Who asks for a person gets an entry only where that entry is about just this: the nearest entry may be likely, but
    "Can I visit you in person?" is no answer to "can I talk to somebody?".
    """
    verdict = judge(served, read.found, read.is_hollow)
    return verdict, _talk(served.build, read, verdict)


def _talk(build: Build, read: Read, verdict: Verdict) -> SmallTalk | None:
    settings, entries = build.settings, build.entries
    if any(candidate.question >= SAME for candidate in read.found.candidates):  # an FAQ may answer "who are you?"
        return None
    about = (settings.title, settings.lang, bool(settings.contact))
    talk = small_talk(read.question, *about)
    if talk is None and verdict.status in ("unsure", "unknown"):
        return contact_first(read.question, *about)
    if talk and talk.kind == "contact" and verdict.status == "answered":
        return None if is_about_contact(entries[verdict.answerable[0].entry], settings) else talk
    return talk


def is_about_contact(entry: Entry, settings: BotSettings) -> bool:
    """True for an entry that says how to reach the owner, by its question or another wording of it."""
    wordings = (small_talk(text, settings.title, settings.lang) for text in (entry.question, *entry.alternates))
    return any(talk is not None and talk.kind == "contact" for talk in wordings)


class Readings:
    """The readings of one message. `texts` are to be encoded and ranked; `settle` takes what was found for each."""

    def __init__(self, served: Served, parts: Sequence[Part], before: Before) -> None:
        """`parts`: the questions of the message, at least one."""
        self._served = served
        build = served.build
        self._parts = parts
        self._whole = " ".join(part.text for part in parts)
        shown = [build.row_of[entry] for entry in before.shown if entry in build.row_of]
        self._shown = frozenset(int(build.ranker.groups[row]) for row in shown)
        questions = [before.question, *(build.entries[row].question for row in shown[-1:])]
        self._history = [question for question in questions if question]
        self.texts: list[str] = list(dict.fromkeys(self._all_texts()))

    def settle(self, ranked: Mapping[str, Ranked]) -> list[Read]:
        """A read for each question that gets a reply, in their order. `ranked`: what was found for each of `texts`."""
        if len(self._parts) == 1:
            [part] = self._parts
            return self._divided(part, [], [], ranked) or [self._read(part.text, [], [], ranked)]
        reads: list[Read] = []
        for at, part in enumerate(self._parts):
            earlier = [part.text for part in self._parts[:at]]
            divided = self._divided(part, earlier, reads, ranked)
            reads += divided or [self._read(part.text, earlier, reads, ranked)]
        reads = self._joined(reads)
        whole = Read(self._whole, "", ranked[self._whole])
        best = max([whole, *reads], key=self._probability)
        if len(reads) < 2:
            return [replace(best, question=self._whole)]
        if best is whole and not any(map(self._is_settled, reads)) and self._judge(whole).status != "unknown":
            return [whole]
        return reads

    def _all_texts(self) -> Iterator[str]:
        yield self._whole
        for at, part in enumerate(self._parts):
            earlier = [part.text for part in self._parts[:at]]
            for text, before in [(part.text, earlier), *_after_each_other(part.clauses, earlier)]:
                yield text
                for context in self._contexts(text, before):
                    yield _in_context(context, text)
                    if not self._shown:  # the client did not say what it showed: what would have been?
                        yield context

    def _contexts(self, text: str, earlier: Sequence[str]) -> list[str]:
        """The questions that `text` may lean on: the nearest in its message that stands alone, or those before it."""
        if not leans(text):
            return []
        own = next(([question] for question in reversed(earlier) if stands_alone(question)), self._history)
        return [question for question in own if match_key(question) != match_key(text)]

    def _read(self, text: str, earlier: Sequence[str], reads: Sequence[Read], ranked: Mapping[str, Ranked]) -> Read:
        """`text` as typed, or with a question before it. `earlier`: the questions before it in its message, `reads`:
        what was found for them."""
        best = typed = Read(text, "", ranked[text], after=bool(earlier or self._history))
        if self._is_settled(typed):
            return typed
        shown = self._shown | {group for group in map(self._group, reads) if group is not None}
        is_price = typed.after and asks_for_price(text)
        near = {candidate.group for candidate in self._judge(typed).answerable[:_NEAR]}
        for context in self._contexts(text, earlier):
            before = ranked.get(context)
            again = shown | {self._group(Read(context, "", before)) if before else None}
            found = ranked[_in_context(context, text)]
            if is_price:
                of_shown = Read(text, context, found)
                if self._group(of_shown) in again and self._bears_on(text, self._judge(of_shown)):
                    return of_shown
                continue
            read = Read(text, context, found._replace(candidates=[c for c in found.candidates if c.group not in again]))
            verdict = self._judge(read)
            if verdict.status == "answered" and verdict.answerable[0].group in near and self._bears_on(text, verdict):
                best = read if best is typed and typed.is_hollow else max(best, read, key=self._probability)
            elif typed.is_hollow and best is typed and self._is_settled(Read(text, context, found)):
                best = Read(text, context, found)
        return best

    def _bears_on(self, text: str, verdict: Verdict) -> bool:
        """Whether what was typed stands in the entry, too, and not only the question before it."""
        return is_hollow(text) or self._served.build.aligner.align(text, verdict.answerable[0]).entry >= _BEARS

    def _divided(
        self, part: Part, earlier: Sequence[str], reads: Sequence[Read], ranked: Mapping[str, Ranked]
    ) -> list[Read]:
        """The clauses of `part`, each read by itself; none where it is one question."""
        undivided = Read(part.text, "", ranked[part.text])
        found: list[Read] = []
        for clause, before in _after_each_other(part.clauses, earlier):
            found.append(self._read(clause, before, [*reads, *found], ranked))
        groups = [group for group in map(self._group, found) if group is not None]
        if not groups or len(set(groups)) < len(groups):
            return []
        least = _PAYS * self._probability(undivided)
        pays = len(groups) == len(found) and all(self._probability(read) >= least for read in found)
        return found if pays or self._dilutes(undivided, found) or not self._is_settled(undivided) else []

    def _dilutes(self, undivided: Read, found: Sequence[Read]) -> bool:
        """True where one clause is likelier by itself, and the others are questions that need none before them."""
        best = max(found, key=self._probability)
        others = [read.question for read in found if read is not best]
        whole = all(not leans(question) and stands_alone(question) for question in others)
        return whole and self._probability(best) >= self._probability(undivided)

    def _joined(self, reads: Sequence[Read]) -> list[Read]:
        """`reads` without those that are no question of their own: fragments without an answer, and what has the
        answer of another. Their words are added to the question that they join; none where there are only fragments."""
        joined: list[Read] = []
        waiting = ""
        for read in reads:
            read = replace(read, question=f"{waiting} {read.question}".strip())
            waiting = ""
            group = self._group(read)
            # "Or ice?" is no question of its own.
            if group is None and len(plain_words(read.question)) <= _BRIEF and not self._is_settled(read):
                group = next((candidate.group for candidate in self._judge(read).answerable), None)
            same = [at for at, other in enumerate(joined) if self._group(other) == group is not None]
            if is_fragment(read.question) and not self._is_settled(read):
                if joined:
                    joined[-1] = replace(joined[-1], question=f"{joined[-1].question} {read.question}")
                else:
                    waiting = read.question
            elif same:
                first = joined[same[0]]
                likelier = max(first, read, key=self._probability)
                joined[same[0]] = replace(likelier, question=f"{first.question} {read.question}")
            else:
                joined.append(read)
        return joined

    def _is_settled(self, read: Read) -> bool:
        """True where nothing is missing: an answer, a gap, or small talk."""
        verdict, talk = judge_read(self._served, read)
        return talk is not None or verdict.status in ("answered", "gap")

    def _group(self, read: Read) -> int | None:
        """Entries of one group have the same answer; None where there is no answer."""
        verdict = self._judge(read)
        return verdict.answerable[0].group if verdict.status == "answered" else None

    def _probability(self, read: Read) -> float:
        return self._judge(read).probability

    def _judge(self, read: Read) -> Verdict:
        return judge(self._served, read.found, read.is_hollow)


def _after_each_other(clauses: Sequence[str], earlier: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Each of `clauses` with all that stands before it."""
    for at, clause in enumerate(clauses):
        yield clause, [*earlier, *clauses[:at]]


def _in_context(context: str, text: str) -> str:
    return f"{context} {text}"
