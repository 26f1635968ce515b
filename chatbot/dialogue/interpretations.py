"""Which interpretation of a message wins: whole or in parts, as typed or with what was said before.

All interpretations are encoded in one batch. What the search finds for each decides.

With context. A text may depend on what came before. If it has no answer as typed, it is also read together with the
question before it, and with the question of the entry shown last. Most words are the old ones then, so the search
nearly always finds that entry again. Therefore entries that were shown are left out; the entry that is left must be an
answer, and among the first `_NEAR` for the text as typed too. Without these conditions a change of topic would be
answered with the old topic. A text that names no subject, such as "how long?" or "is that safe?", is about what was
shown. It may be answered with the same entry again. With nothing before it, it is never more than a guess. What "it"
costs is answered with the entry that was shown, if that mentions a price.

In parts. Question marks are trusted: each question gets its reply, unless it is a fragment without an answer or has the
same answer as another part. Clauses are not trusted. They are separated only if no two have the same answer, and one of
these holds: each has an answer and none is less than half as likely as their sentence; the sentence has no answer and a
clause has; a clause is likelier by itself and the others are whole questions.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from chatbot.core.settings import BotSettings
from chatbot.core.text import match_key, one_line, word_count
from chatbot.core.types import Entry, Status
from chatbot.dialogue.conversation import (
    Before,
    Part,
    asks_for_price,
    is_fragment,
    lacks_subject,
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
_BEARS = 0.5  # share of the weight of a text's words that an entry must have to answer it in context
_BRIEF = 2  # words of a part that is no question of its own if it leads to the answer of another
_PAYS = 0.5  # of the probability of the whole sentence, which each clause must reach


class Verdict(NamedTuple):
    """What follows from the evidence: the first of `answerable` is shown where `status` is "answered"."""

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
class Interpretation:
    """A question as it was typed, the question that it was combined with ("" for none), and what the search found."""

    question: str
    context: str
    ranked: Ranked
    after: bool = False  # something was said before it
    lang: str = "en"  # of the FAQ

    @property
    def lacks_subject(self) -> bool:
        """True where nothing says what the question is about."""
        is_open = lacks_subject(self.question, self.lang)
        is_open = is_open or (self.after and asks_for_price(self.question, self.lang))
        return is_open and not self.context


def judge(served: Served, ranked: Ranked, lacks_subject: bool = False) -> Verdict:
    """Whether the first entry is an answer, a maybe or none; or whether the FAQ lists the question without an answer.

    `lacks_subject`: the question names no subject, so that an answer can only be a guess.
    """
    build = served.build
    gaps = [c for c in ranked.candidates if build.entries[c.entry].is_gap]
    weighed = served.judge.weigh(ranked)
    best_question = max((c.question_cosine for c in weighed.answerable), default=-1.0)
    gap = max(gaps, key=lambda candidate: candidate.question_cosine, default=None)
    if gap is not None and gap.question_cosine >= max(_GAP_FROM, best_question):
        return Verdict("gap", weighed, gap)
    is_guess = weighed.status == "answered" and lacks_subject and best_question < SAME
    return Verdict("unsure" if is_guess else weighed.status, weighed, gap)


def interpret_all(
    served: Served, messages: Sequence[str], before: Before, find: Callable[[Sequence[str]], Sequence[Ranked]]
) -> list[list[Interpretation]]:
    """How each of `messages`, cleaned, is understood: one interpretation for each question that gets a reply.

    `find` is called once, for all texts. Visitors' messages and labelled sets both come through here.
    """
    settings = served.build.settings
    parts = (split(message, settings.title, settings.lang) for message in messages)
    interpretations = [Interpretations(served, own, before) for own in parts]
    texts = list(dict.fromkeys(text for one in interpretations for text in one.texts))
    ranked = dict(zip(texts, find(texts), strict=True))
    resolved = [one.resolve(ranked) for one in interpretations]
    return [
        several if len(several) > 1 else [replace(several[0], question=one_line(message))]  # with its pleasantries
        for several, message in zip(resolved, messages, strict=True)
    ]


def judge_interpretation(served: Served, interpretation: Interpretation) -> tuple[Verdict, SmallTalk | None]:
    """What the evidence says of `interpretation`, and the small talk that replaces an answer: None where it is a
    question, or where an entry asks the same.

    A visitor who asks for a person gets an entry only if that entry is about contact: the nearest entry may be likely,
    but "Can I visit you in person?" is no answer to "can I talk to somebody?".
    """
    verdict = judge(served, interpretation.ranked, interpretation.lacks_subject)
    return verdict, _talk(served.build, interpretation, verdict)


def _talk(build: Build, interpretation: Interpretation, verdict: Verdict) -> SmallTalk | None:
    settings, entries = build.settings, build.entries
    if any(c.question_cosine >= SAME for c in interpretation.ranked.candidates):  # a FAQ may answer "who are you?"
        return None
    about = (settings.title, settings.lang, bool(settings.contact))
    talk = small_talk(interpretation.question, *about)
    if talk is None and verdict.status in ("unsure", "unknown"):
        return contact_first(interpretation.question, *about)
    if talk and talk.kind == "contact" and verdict.status == "answered":
        return None if is_about_contact(entries[verdict.answerable[0].entry], settings) else talk
    return talk


def is_about_contact(entry: Entry, settings: BotSettings) -> bool:
    """True for an entry that says how to reach the owner, by its question or another wording of it."""
    wordings = (small_talk(text, settings.title, settings.lang) for text in (entry.question, *entry.alternates))
    return any(talk is not None and talk.kind == "contact" for talk in wordings)


class Interpretations:
    """All that one message may mean. `texts` are to be encoded and ranked; `resolve` takes the ranking of each."""

    def __init__(self, served: Served, parts: Sequence[Part], before: Before) -> None:
        """`parts`: the questions of the message, at least one."""
        self._served = served
        build = served.build
        self._lang = build.settings.lang
        self._parts = parts
        self._whole = " ".join(part.text for part in parts)
        shown = [build.row_of[entry] for entry in before.shown if entry in build.row_of]
        self._shown = frozenset(int(build.ranker.groups[row]) for row in shown)
        questions = [before.question, *(build.entries[row].question for row in shown[-1:])]
        self._history = [question for question in questions if question]
        self.texts: list[str] = list(dict.fromkeys(self._all_texts()))

    def _of(self, text: str, context: str, ranked: Ranked, after: bool = False) -> Interpretation:
        return Interpretation(text, context, ranked, after, self._lang)

    def resolve(self, ranked: Mapping[str, Ranked]) -> list[Interpretation]:
        """An interpretation for each question that gets a reply, in their order. `ranked`: of each of `texts`."""
        if len(self._parts) == 1:
            [part] = self._parts
            return self._divided(part, [], [], ranked) or [self._interpreted(part.text, [], [], ranked)]
        resolved: list[Interpretation] = []
        for at, part in enumerate(self._parts):
            earlier = [part.text for part in self._parts[:at]]
            divided = self._divided(part, earlier, resolved, ranked)
            resolved += divided or [self._interpreted(part.text, earlier, resolved, ranked)]
        resolved = self._joined(resolved)
        whole = self._of(self._whole, "", ranked[self._whole])
        best = max([whole, *resolved], key=self._probability)
        if len(resolved) < 2:
            return [replace(best, question=self._whole)]
        is_open = not any(map(self._is_resolved, resolved))
        if best is whole and is_open and self._judge(whole).status != "unknown":
            return [whole]
        return resolved

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
        if not leans(text, self._lang):
            return []
        own = next(([question] for question in reversed(earlier) if stands_alone(question, self._lang)), self._history)
        return [question for question in own if match_key(question) != match_key(text)]

    def _interpreted(
        self, text: str, earlier: Sequence[str], resolved: Sequence[Interpretation], ranked: Mapping[str, Ranked]
    ) -> Interpretation:
        """`text` as typed, or with a question before it. `earlier`: the questions before it in its message; `resolved`:
        how these were understood."""
        best = typed = self._of(text, "", ranked[text], after=bool(earlier or self._history))
        if self._is_resolved(typed):
            return typed
        shown = self._shown | {group for group in map(self._group, resolved) if group is not None}
        is_price = typed.after and asks_for_price(text, self._lang)
        near = {candidate.group for candidate in self._judge(typed).answerable[:_NEAR]}
        for context in self._contexts(text, earlier):
            before = ranked.get(context)
            again = shown | {self._group(self._of(context, "", before)) if before else None}
            together = ranked[_in_context(context, text)]
            if is_price:
                of_shown = self._of(text, context, together)
                if self._group(of_shown) in again and self._bears_on(text, self._judge(of_shown)):
                    return of_shown
                continue
            others = [c for c in together.candidates if c.group not in again]
            new = self._of(text, context, together._replace(candidates=others))
            verdict = self._judge(new)
            if verdict.status == "answered" and verdict.answerable[0].group in near and self._bears_on(text, verdict):
                best = new if best is typed and typed.lacks_subject else max(best, new, key=self._probability)
            elif typed.lacks_subject and best is typed and self._is_resolved(self._of(text, context, together)):
                best = self._of(text, context, together)
        return best

    def _bears_on(self, text: str, verdict: Verdict) -> bool:
        """Whether what was typed stands in the entry, too, and not only the question before it."""
        return (
            lacks_subject(text, self._lang)
            or self._served.build.aligner.align(text, verdict.answerable[0]).entry >= _BEARS
        )

    def _divided(
        self, part: Part, earlier: Sequence[str], resolved: Sequence[Interpretation], ranked: Mapping[str, Ranked]
    ) -> list[Interpretation]:
        """The clauses of `part`, each read by itself; none where it is one question."""
        undivided = self._of(part.text, "", ranked[part.text])
        divided: list[Interpretation] = []
        for clause, before in _after_each_other(part.clauses, earlier):
            divided.append(self._interpreted(clause, before, [*resolved, *divided], ranked))
        groups = [group for group in map(self._group, divided) if group is not None]
        if not groups or len(set(groups)) < len(groups):
            return []
        least = _PAYS * self._probability(undivided)
        pays = len(groups) == len(divided) and all(self._probability(one) >= least for one in divided)
        return divided if pays or self._dilutes(undivided, divided) or not self._is_resolved(undivided) else []

    def _dilutes(self, undivided: Interpretation, clauses: Sequence[Interpretation]) -> bool:
        """True where one clause is likelier by itself, and the others are questions that need none before them."""
        best = max(clauses, key=self._probability)
        others = [one.question for one in clauses if one is not best]
        whole = all(not leans(question, self._lang) and stands_alone(question, self._lang) for question in others)
        return whole and self._probability(best) >= self._probability(undivided)

    def _joined(self, interpretations: Sequence[Interpretation]) -> list[Interpretation]:
        """`interpretations` without those that are no question of their own: fragments without an answer, and those
        that have the answer of another. Their words are added to the question that they join. None is left where all
        are fragments."""
        joined: list[Interpretation] = []
        waiting = ""
        for one in interpretations:
            one = replace(one, question=f"{waiting} {one.question}".strip())
            waiting = ""
            group = self._group(one)
            # "Or ice?" is no question of its own.
            if group is None and word_count(one.question) <= _BRIEF and not self._is_resolved(one):
                group = next((candidate.group for candidate in self._judge(one).answerable), None)
            same = [at for at, other in enumerate(joined) if self._group(other) == group is not None]
            if is_fragment(one.question, self._lang) and not self._is_resolved(one):
                if joined:
                    joined[-1] = replace(joined[-1], question=f"{joined[-1].question} {one.question}")
                else:
                    waiting = one.question
            elif same:
                first = joined[same[0]]
                likelier = max(first, one, key=self._probability)
                joined[same[0]] = replace(likelier, question=f"{first.question} {one.question}")
            else:
                joined.append(one)
        return joined

    def _is_resolved(self, interpretation: Interpretation) -> bool:
        """True where nothing is missing: an answer, a gap, or small talk."""
        verdict, talk = judge_interpretation(self._served, interpretation)
        return talk is not None or verdict.status in ("answered", "gap")

    def _group(self, interpretation: Interpretation) -> int | None:
        """Entries of one group have the same answer; None where there is no answer."""
        verdict = self._judge(interpretation)
        return verdict.answerable[0].group if verdict.status == "answered" else None

    def _probability(self, interpretation: Interpretation) -> float:
        return self._judge(interpretation).probability

    def _judge(self, interpretation: Interpretation) -> Verdict:
        return judge(self._served, interpretation.ranked, interpretation.lacks_subject)


def _after_each_other(clauses: Sequence[str], earlier: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Each of `clauses` with all that stands before it."""
    for at, clause in enumerate(clauses):
        yield clause, [*earlier, *clauses[:at]]


def _in_context(context: str, text: str) -> str:
    return f"{context} {text}"
