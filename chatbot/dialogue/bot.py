"""A message to replies. API, chat page, widget and command line all come through here."""

import dataclasses
import time
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from secrets import token_hex

from chatbot.config import apply_overrides
from chatbot.dialogue.smalltalk import SmallTalk, small_talk
from chatbot.errors import IndexRefused, QuestionRefused
from chatbot.indexing.build import Build, open_build
from chatbot.search.encoder import Encoder, load_encoder
from chatbot.search.ranking import SAME, Candidate
from chatbot.text import clean, is_text, is_web_address, match_key, one_line, seal
from chatbot.types import Answer, Entry, Notice, Replies, Reply, Status, Suggestion, Turn

_CONSIDERED = 16  # candidates looked at beyond those shown: rivals with another answer, gaps
_GAP_FROM = 0.7  # cosine to the gap's own question


class Bot:
    """Answers from one build. `bot.build` may be replaced while requests run: each reads it once."""

    def __init__(self, build: Build, encoder: Encoder, new_id: Callable[[], str] = lambda: token_hex(8)) -> None:
        if build.fingerprint != encoder.fingerprint:
            raise IndexRefused(
                f"build {build.id} was made by another encoder ({build.fingerprint}, not {encoder.fingerprint}); "
                "build the index again"
            )
        self.build = build
        self.encoder = encoder
        self._new_id = new_id

    @classmethod
    def open(cls, index: Path, encoder: Encoder | None = None) -> "Bot":
        """The bot of the published build, with its own encoder unless one is given.

        The environment may override what the build says of title, limits and encoder.
        """
        build = open_build(index)
        build = dataclasses.replace(build, settings=apply_overrides(build.settings))
        return cls(build, encoder or load_encoder(build.settings.encoder))

    def ask(
        self,
        message: str,
        history: Sequence[Turn] = (),
        top: int = 3,
        lang: str | None = None,
        tags: Sequence[str] = (),
    ) -> Replies:
        """One reply for each question of `message`. QuestionRefused when there is no question in it.

        Notices are found first, in the message as it came, and whatever becomes of the question.

        `top`: the most suggestions. `lang` and `tags` narrow what may be shown. `history` is what the client
        kept of the conversation; each question is answered by itself for now.
        """
        started = time.perf_counter()
        build = self.build
        notices = build.notices.check(message) if is_text(message) else []
        question = self._question(message, build.settings.question_limit, notices)
        vector = self.encoder.encode_queries([question])
        [candidates] = build.ranker.rank(vector, [question], top + _CONSIDERED, build.allowed(lang, tags))
        is_entry = any(candidate.question >= SAME for candidate in candidates)  # an FAQ may answer "who are you?"
        talk = None if is_entry else small_talk(question, build.settings.title)
        reply = self._small_talk(question, talk) if talk else self._reply(build, question, candidates, top)
        return Replies([reply], notices, build.id, round((time.perf_counter() - started) * 1000, 1))

    def show(self, entry_id: str, top: int = 3) -> Reply | None:
        """The entry that a visitor picked from suggestions, or None where there is no such entry."""
        build = self.build
        row = build.row_of.get(entry_id)
        if row is None:
            return None
        entry = build.entries[row]
        [candidates] = build.ranker.rank(build.ranker.question_vectors([row]), [entry.question], top + _CONSIDERED)
        near = [c for c in candidates if c.entry != row and not build.entries[c.entry].is_gap]
        status: Status = "gap" if entry.is_gap else "answered"
        answer = None if entry.is_gap else _answer(entry, None)
        return Reply(self._new_id(), entry.question, status, answer, 1.0, _suggestions(build, near[:top]))

    @staticmethod
    def _question(message: str, limit: int, notices: Sequence[Notice]) -> str:
        if not is_text(message):
            raise QuestionRefused("not_text", "the question holds half of a surrogate pair; send valid Unicode")
        question = one_line(clean(message))
        if not match_key(question):
            raise QuestionRefused("empty_question", "there are no words in the question; type a few", notices)
        if len(question) > limit:
            text = f"the question has {len(question)} characters and {limit} are allowed; shorten it"
            raise QuestionRefused("question_too_long", text, notices)
        return question

    def _small_talk(self, question: str, talk: SmallTalk) -> Reply:
        html = f"<p>{escape(talk.text, quote=False)}</p>"
        answer = Answer(f"smalltalk-{talk.kind}", "", talk.text, html, None, "", "", "", seal("", talk.text))
        return Reply(self._new_id(), question, "smalltalk", answer, 1.0)

    def _reply(self, build: Build, question: str, candidates: Sequence[Candidate], top: int) -> Reply:
        gaps = [c for c in candidates if build.entries[c.entry].is_gap]
        answerable = [c for c in candidates if not build.entries[c.entry].is_gap]
        probability = build.calibration.probability(answerable)
        best_question = max((c.question for c in answerable), default=-1.0)
        gap = max(gaps, key=lambda c: c.question, default=None)
        status: Status
        if gap is not None and gap.question >= max(_GAP_FROM, best_question):
            status, shown = "gap", None
        elif probability >= build.calibration.answered_from:
            status, shown = "answered", answerable[0]
        else:
            status, shown = "unsure" if probability >= build.calibration.unsure_from else "unknown", None
        near = [c for c in answerable if c is not shown]
        answer = None if shown is None else _answer(build.entries[shown.entry], _short(build, shown))
        return Reply(self._new_id(), question, status, answer, round(probability, 4), _suggestions(build, near[:top]))


def _answer(entry: Entry, short: str | None) -> Answer:
    return Answer(
        entry_id=entry.id,
        question=entry.question,
        text=entry.answer,
        html=entry.html,
        short=short,
        source=entry.source,
        url=entry.url if is_web_address(entry.url) else "",
        reviewed=entry.reviewed,
        sha256=seal(entry.question, entry.answer),
    )


def _short(build: Build, candidate: Candidate) -> str | None:
    """The sentence of the answer nearest to the question, word for word; None where there is only one."""
    if candidate.sentence < 0:
        return None
    sentence = build.passages[candidate.sentence]
    answer = build.entries[candidate.entry].answer
    short = answer[sentence.start : sentence.end]
    return None if short == answer else short


def _suggestions(build: Build, candidates: Sequence[Candidate]) -> list[Suggestion]:
    entries = [build.entries[candidate.entry] for candidate in candidates]
    return [Suggestion(entry.id, entry.question) for entry in entries]
