"""A message to replies. API, chat page, widget and command line all come through here."""

import dataclasses
import time
from collections.abc import Sequence
from pathlib import Path

from chatbot.content.blocks import document_of
from chatbot.content.owners_words import contact_of
from chatbot.core.errors import NotReady, QuestionRefused
from chatbot.core.events import FeedbackGiven, Publisher, Refused, Replied, Shown
from chatbot.core.text import clean, is_text, match_key, one_line, seal, without_surrogates
from chatbot.core.types import Answer, Notice, Replies, Reply, Status, Suggestion, Turn
from chatbot.dialogue.answers import answer_of, explanation_of, highlight_of, suggestions_of
from chatbot.dialogue.conversation import before, is_question
from chatbot.dialogue.interpretations import Read, Verdict, is_about_contact, judge_read, read_all
from chatbot.dialogue.remembered import Asked
from chatbot.dialogue.reply_ids import ReplyIds
from chatbot.dialogue.served import Served
from chatbot.dialogue.smalltalk import SmallTalk
from chatbot.encoding.protocols import Encoder
from chatbot.indexing.build import Build
from chatbot.search.ranking import Candidate

CONSIDERED = 16  # candidates looked at beyond those shown: rivals with another answer, gaps


class Bot:
    """Answers from what it serves now. `bot.served` may be replaced while requests run: each reads it once."""

    def __init__(self, served: Served | None = None) -> None:
        """Without `served`, NotReady is raised wherever it is needed, until it is set."""
        self._served = served
        self._ids = ReplyIds()
        self.events = Publisher()

    @classmethod
    def open(cls, index: Path, encoder: Encoder | None = None) -> "Bot":
        """The bot of the published build: see `Served.open`."""
        return cls(Served.open(index, encoder))

    @property
    def is_ready(self) -> bool:
        return self._served is not None

    @property
    def served(self) -> Served:
        if self._served is None:
            raise NotReady("the FAQ is being loaded; try again in a moment")
        return self._served

    @served.setter
    def served(self, served: Served) -> None:
        self._served = served

    @property
    def build(self) -> Build:
        return self.served.build

    def ask(
        self,
        message: str,
        history: Sequence[Turn] = (),
        top: int = 3,
        lang: str | None = None,
        tags: Sequence[str] = (),
        explain: bool = False,
    ) -> Replies:
        """One reply for each question of `message`. QuestionRefused when there is no question in it.

        Notices are found first, in the message as it came, and whatever becomes of the question.

        `top`: the most suggestions. `lang` and `tags` narrow what may be shown. `history` is what the client
        kept of the conversation: a message that leans on it is also read together with it. With `explain` each reply
        says why it is what it is.
        """
        asked = Asked(message, history, top, lang, tags, explain)
        return self.recalled(asked) or self.answered(asked)

    def recalled(self, asked: Asked) -> Replies | None:
        """What `ask` would reply, at once, where the same was asked of this build before; or None."""
        started = time.perf_counter()
        said = self.served.remembered.get(asked)
        if said is not None:
            said = self._signed(said, started)
            self.events.publish(Replied(asked.message, said, True))
        return said

    def answered(self, asked: Asked) -> Replies:
        """What `ask` replies, found anew."""
        started = time.perf_counter()
        served = self.served
        try:
            said = served.elsewhere(asked) if served.elsewhere else replied(served, asked)
        except QuestionRefused as error:
            self.events.publish(Refused(asked.message, error.code, served.build.id))
            raise
        served.remembered.put(asked, said)
        said = self._signed(said, started)
        self.events.publish(Replied(asked.message, said, False))
        return said

    def notices_of(self, message: str) -> list[Notice]:
        """What the owner wants read first on `message`, whatever becomes of it; none before there is a build."""
        return _notices_of(self.build, message) if self.is_ready else []

    def rate(self, reply_id: str, verdict: str, reason: str = "", note: str = "") -> bool:
        """Publishes what a visitor thinks of a reply; False where none of that id was given in the last day."""
        if not self._ids.was_given(reply_id):
            return False
        self.events.publish(FeedbackGiven(reply_id, verdict, reason, note))
        return True

    def _signed(self, said: Replies, started: float) -> Replies:
        """Each reply gets an id of its own: what a visitor thinks of one is not of another with the same words."""
        replies = [dataclasses.replace(reply, id=self._ids.new()) for reply in said.replies]
        return dataclasses.replace(said, replies=replies, took_ms=_since(started))

    def suggest(self, typed: str, top: int = 5) -> list[Suggestion]:
        """Questions of the FAQ while a visitor types; by words alone, since it happens at every key."""
        return self.served.suggester.suggest(typed, top)

    def show(self, entry_id: str, top: int = 3) -> Reply | None:
        """The entry that a visitor picked from suggestions, or None where there is no such entry."""
        build = self.build
        row = build.row_of.get(entry_id)
        if row is None:
            return None
        entry = build.entries[row]
        [candidates] = build.ranker.rank(build.ranker.question_vectors([row]), [entry.question], top + CONSIDERED)
        near = [c for c in candidates if c.entry != row and not build.entries[c.entry].is_gap]
        status: Status = "gap" if entry.is_gap else "answered"
        answer = None if entry.is_gap else answer_of(entry)
        gap = Suggestion(entry.id, entry.question) if entry.is_gap else None
        contact = contact_of(build.settings.contact) if entry.is_gap else None
        suggestions = suggestions_of(build, near[:top])
        reply = Reply(self._ids.new(), entry.question, status, answer, 1.0, suggestions, gap=gap, contact=contact)
        self.events.publish(Shown(entry_id, reply, build.id))
        return reply


def replied(served: Served, asked: Asked) -> Replies:
    """What `served` replies to `asked`, without ids; QuestionRefused as `Bot.ask`."""
    build = served.build
    notices = _notices_of(build, asked.message)
    message = accepted(asked.message, build.settings.question_limit, notices)
    top, allowed = asked.top + CONSIDERED, build.allowed(asked.lang, asked.tags)
    context = before(asked.history, build.settings.title)
    [reads] = read_all(served, [message], context, lambda texts: served.find(texts, top, allowed))
    replies = [_reply_to(served, read, asked.top, asked.explain) for read in reads]
    if any(reply.status == "smalltalk" for reply in replies):  # "This is useless. Call me!" asks for one thing
        replies = [reply for reply in replies if reply.status != "unknown" or is_question(reply.question)]
    return Replies(replies, notices, build.id, 0.0)


def _notices_of(build: Build, message: str) -> list[Notice]:
    return build.notices.check(without_surrogates(message))


def accepted(message: str, limit: int, notices: Sequence[Notice] = ()) -> str:
    """`message`, cleaned; QuestionRefused, with `notices`, where no question of at most `limit` characters is in it."""
    if not is_text(message):
        text = "the question holds half of a surrogate pair; send valid Unicode"
        raise QuestionRefused("not_text", text, notices)
    question = one_line(clean(message))
    if not match_key(question):
        raise QuestionRefused("empty_question", "there are no words in the question; type a few", notices)
    if len(question) > limit:
        text = f"the question has {len(question)} characters and {limit} are allowed; shorten it"
        raise QuestionRefused("question_too_long", text, notices)
    return clean(message)


def _reply_to(served: Served, read: Read, top: int, explain: bool) -> Reply:
    build = served.build
    verdict, talk = judge_read(served, read)
    if talk:
        near = _near(build, verdict) if talk.kind == "contact" else []
        if build.settings.contact:
            near = [c for c in near if is_about_contact(build.entries[c.entry], build.settings)]
        return _small_talk(build, read.question, talk, suggestions_of(build, near[:top]))
    shown = verdict.answerable[0] if verdict.status == "answered" else None
    if verdict.status in ("unknown", "gap"):
        near = _near(build, verdict)
    else:
        near = [candidate for candidate in verdict.answerable if candidate is not shown]
    gap = suggestions_of(build, [verdict.gap])[0] if verdict.gap and verdict.status == "gap" else None
    return Reply(
        id="",
        question=read.question,
        status=verdict.status,
        answer=None if shown is None else answer_of(build.entries[shown.entry], highlight_of(build, read.found, shown)),
        probability=round(verdict.probability, 4),
        suggestions=suggestions_of(build, near[:top]),
        context=read.context,
        gap=gap,
        explanation=explanation_of(build, verdict) if explain else None,
        contact=None if shown else contact_of(build.settings.contact),
    )


def _near(build: Build, verdict: Verdict) -> list[Candidate]:
    """Those worth offering to who gets no answer; some entry always comes first, also for the weather in Lisbon."""
    return [candidate for candidate in verdict.answerable if candidate.fit >= build.calibration.near_from]


def _small_talk(build: Build, question: str, talk: SmallTalk, near: Sequence[Suggestion]) -> Reply:
    said = document_of(talk.text, is_copied=True)
    answer = Answer(
        f"smalltalk-{talk.kind}", "", talk.text, said.html, None, None, "", "", "", seal("", talk.text), said.blocks
    )  # fmt: skip
    contact = contact_of(build.settings.contact) if talk.kind == "contact" else None
    return Reply("", question, "smalltalk", answer, 1.0, near, contact=contact)


def _since(started: float) -> float:
    """Milliseconds."""
    return round((time.perf_counter() - started) * 1000, 1)
