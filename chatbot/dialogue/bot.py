"""A message to replies. API, chat page, widget and command line all come through here."""

import dataclasses
import time
from collections.abc import Sequence
from pathlib import Path

from chatbot.content.owner_texts import contact_of
from chatbot.core.errors import EngineDown, NotReady, QuestionRefused
from chatbot.core.events import FeedbackGiven, Publisher, Refused, Replied, Shown
from chatbot.core.types import Notice, Replies, Reply, Status, Suggestion, Turn
from chatbot.dialogue.answerer import Answerer, Local
from chatbot.dialogue.answers import answer_of, suggestions_of
from chatbot.dialogue.remembered import Asked
from chatbot.dialogue.reply_ids import ReplyIds, new_conversation
from chatbot.dialogue.replying import CONSIDERED, notices_of
from chatbot.dialogue.served import Served
from chatbot.encoding.protocols import Encoder
from chatbot.indexing.build import Build


class Bot:
    """Answers from what it serves now. `bot.served` may be replaced while requests run: each reads it once."""

    def __init__(self, served: Served | None = None) -> None:
        """Without `served`, NotReady is raised wherever it is needed, until it is set."""
        self._answerer: Answerer | None = Local(served) if served else None
        self._ids = ReplyIds()
        self.events = Publisher()

    @classmethod
    def open(cls, index: Path, encoder: Encoder | None = None) -> "Bot":
        """The bot of the published build: see `Served.open`."""
        return cls(Served.open(index, encoder))

    @property
    def is_ready(self) -> bool:
        return self._answerer is not None

    @property
    def answerer(self) -> Answerer:
        """Who answers now. To be replaced by another, whose build is served from then on."""
        if self._answerer is None:
            raise NotReady("the FAQ is being loaded; try again in a moment")
        return self._answerer

    @answerer.setter
    def answerer(self, answerer: Answerer) -> None:
        self._answerer = answerer

    def close(self) -> None:
        """Gives back what it answers from. It is as it was before there was a build, and may get one again."""
        answerer, self._answerer = self._answerer, None
        if answerer:
            answerer.close()

    @property
    def served(self) -> Served:
        return self.answerer.served

    @served.setter
    def served(self, served: Served) -> None:
        self.answerer = Local(served)

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
        after: str = "",
    ) -> Replies:
        """One reply for each question of `message`. QuestionRefused when there is no question in it, EngineDown when
        the vector engine cannot be asked.

        Notices are matched first, in the message as it came, even where there is no reply.

        `top`: the most suggestions. `lang` and `tags` narrow what may be shown. `history` is what the client
        kept of the conversation: a message that leans on it is also read together with it. With `explain` each reply
        says why it is what it is. `after` is the id of the last reply that the client saw: the new replies belong to
        the same conversation. It changes nothing else, and an id that is not of the last day begins a conversation.
        """
        asked = Asked(message, history, top, lang, tags, explain)
        return self.recalled(asked, after) or self.answered(asked, after)

    def recalled(self, asked: Asked, after: str = "") -> Replies | None:
        """What `ask` would reply, at once, where the same was asked of this build before; or None."""
        started = time.perf_counter()
        served = self.served
        replies = served.remembered.get(asked)
        return replies and self._published(asked, replies, after, served.build, started, was_known=True)

    def answered(self, asked: Asked, after: str = "") -> Replies:
        """What `ask` replies, without a look at earlier replies."""
        started = time.perf_counter()
        answerer = self.answerer
        served = answerer.served
        try:
            replies = answerer.answer(asked)
        except QuestionRefused as error:
            self.events.publish(Refused(asked.message, error.code, served.build.id))
            raise
        served.remembered.put(asked, replies)
        return self._published(asked, replies, after, served.build, started, was_known=False)

    def notices_of(self, message: str) -> list[Notice]:
        """What the owner wants read first on `message`, whatever becomes of it; none before there is a build."""
        return notices_of(self.build, message) if self.is_ready else []

    def rate(self, reply_id: str, verdict: str, reason: str = "", note: str = "") -> bool:
        """Publishes what a visitor thinks of a reply; False where none of that id was given in the last day."""
        if not self._ids.was_given(reply_id):
            return False
        self.events.publish(FeedbackGiven(reply_id, verdict, reason, note))
        return True

    def _published(
        self, asked: Asked, replies: Replies, after: str, build: Build, started: float, was_known: bool
    ) -> Replies:
        """Each reply gets an id of its own: what a visitor thinks of one is not of another with the same words."""
        conversation, after = self._conversation(after)
        signed = [dataclasses.replace(reply, id=self._ids.new(conversation)) for reply in replies.replies]
        replies = dataclasses.replace(replies, replies=signed, took_ms=_since(started))
        lang = asked.lang or build.settings.lang
        self.events.publish(Replied(asked.message, replies, was_known, lang, conversation, after))
        return replies

    def _conversation(self, after: str) -> tuple[int, str]:
        """That of the reply `after`, and its id; or a new one, and ""."""
        conversation = self._ids.conversation_of(after)
        return (new_conversation(), "") if conversation is None else (conversation, after)

    def suggest(self, typed: str, top: int = 5) -> list[Suggestion]:
        """Questions of the FAQ while a visitor types; by words alone, since it happens at every key."""
        return self.served.suggester.suggest(typed, top)

    def show(self, entry_id: str, top: int = 3, after: str = "") -> Reply | None:
        """The entry that a visitor picked from suggestions, or None where there is no such entry. `after`: as in
        `ask`."""
        build = self.build
        row = build.row_of.get(entry_id)
        if row is None:
            return None
        entry = build.entries[row]
        try:
            [candidates] = build.ranker.rank(build.ranker.question_vectors([row]), [entry.question], top + CONSIDERED)
        except EngineDown:  # the entry is here, and what is near to it can wait
            candidates = []
        near = [c for c in candidates if c.entry != row and not build.entries[c.entry].is_gap]
        status: Status = "gap" if entry.is_gap else "answered"
        answer = None if entry.is_gap else answer_of(entry, build.settings.lang)
        gap = Suggestion(entry.id, entry.question) if entry.is_gap else None
        contact = contact_of(build.settings.contact) if entry.is_gap else None
        suggestions = suggestions_of(build, near[:top])
        conversation, after = self._conversation(after)
        reply_id = self._ids.new(conversation)
        reply = Reply(reply_id, entry.question, status, answer, 1.0, suggestions, gap=gap, contact=contact)
        self.events.publish(Shown(entry_id, reply, build.id, build.settings.lang, conversation, after))
        return reply


def _since(started: float) -> float:
    """Milliseconds."""
    return round((time.perf_counter() - started) * 1000, 1)
