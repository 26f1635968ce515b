"""A message to replies. API, chat page, widget and command line all come through here."""

import dataclasses
import time
import unicodedata
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from secrets import token_hex

import numpy as np

from chatbot.config import apply_overrides
from chatbot.content.render import strip_markup
from chatbot.dialogue.answers import answer_of, explanation_of, highlight_of, suggestions_of
from chatbot.dialogue.conversation import before, split
from chatbot.dialogue.readings import Read, Readings, judge
from chatbot.dialogue.smalltalk import SmallTalk, small_talk
from chatbot.dialogue.suggest import Suggester
from chatbot.errors import IndexRefused, QuestionRefused
from chatbot.indexing.build import Build, open_build
from chatbot.search.encoder import Encoder, Reranker, load_encoder, load_reranker
from chatbot.search.ranking import SAME, Candidate
from chatbot.text import clean, is_text, match_key, one_line, seal, without_surrogates
from chatbot.types import Answer, Notice, Replies, Reply, Status, Suggestion, Turn

_RERANKED = 10  # candidates that a cross-encoder reads
_CONSIDERED = 16  # candidates looked at beyond those shown: rivals with another answer, gaps


class Bot:
    """Answers from one build. `bot.build` may be replaced while requests run: each reads it once."""

    def __init__(
        self,
        build: Build,
        encoder: Encoder,
        reranker: Reranker | None = None,
    ) -> None:
        if build.fingerprint != encoder.fingerprint:
            raise IndexRefused(
                f"build {build.id} was made by another encoder ({build.fingerprint}, not {encoder.fingerprint}); "
                "build the index again"
            )
        self.build = build
        self.encoder = encoder
        self.reranker = reranker
        self.heard: list[Callable[[Replies], None]] = []  # called with all that `ask` replies
        self._suggester = Suggester(build)

    @classmethod
    def open(cls, index: Path, encoder: Encoder | None = None) -> "Bot":
        """The bot of the published build, with its own encoder unless one is given.

        The environment may override what the build says of title, limits and encoder.
        """
        build = open_build(index)
        build = dataclasses.replace(build, settings=apply_overrides(build.settings))
        return cls(build, encoder or load_encoder(build.settings.encoder), load_reranker(build.settings.reranker))

    def find(
        self, build: Build, texts: Sequence[str], top: int, allowed: np.ndarray | None = None
    ) -> list[list[Candidate]]:
        """The `top` best entries of `build` for each of `texts`, best first; gaps are among them."""
        texts = [unicodedata.normalize("NFKC", text) for text in texts]  # full-width letters are letters
        ranked = build.ranker.rank(self.encoder.encode_queries(texts), texts, max(top, _RERANKED), allowed)
        if self.reranker:
            reranker = self.reranker
            ranked = [self._reranked(build, reranker, *found) for found in zip(texts, ranked, strict=True)]
        return [candidates[:top] for candidates in ranked]

    @staticmethod
    def _reranked(build: Build, reranker: Reranker, text: str, candidates: list[Candidate]) -> list[Candidate]:
        """The first `_RERANKED` in the order of the cross-encoder. A wording asked word for word stays first."""
        first, rest = candidates[:_RERANKED], candidates[_RERANKED:]
        if not first or first[0].question >= SAME:
            return candidates
        entries = [build.entries[candidate.entry] for candidate in first]
        scores = reranker.scores(text, [f"{entry.question} {strip_markup(entry.answer)}" for entry in entries])
        return [first[at] for at in np.argsort(-scores, kind="stable")] + rest

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
        started = time.perf_counter()
        build = self.build
        notices = build.notices.check(without_surrogates(message))
        question = self._question(message, build.settings.question_limit, notices)
        title = build.settings.title
        readings = Readings(build, split(clean(message), title), before(history, title))
        ranked = self.find(build, readings.texts, top + _CONSIDERED, build.allowed(lang, tags))
        reads = readings.settle(dict(zip(readings.texts, ranked, strict=True)))
        if len(reads) == 1:
            reads = [dataclasses.replace(reads[0], question=question)]  # with its pleasantries
        replies = [self._reply_to(build, read, top, explain) for read in reads]
        said = Replies(replies, notices, build.id, round((time.perf_counter() - started) * 1000, 1))
        for listener in self.heard:
            listener(said)
        return said

    def suggest(self, typed: str, top: int = 5) -> list[Suggestion]:
        """Questions of the FAQ while a visitor types; by words alone, since it happens at every key."""
        build, suggester = self.build, self._suggester
        if suggester.build is not build:
            suggester = self._suggester = Suggester(build)
        return suggester.suggest(typed, top)

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
        answer = None if entry.is_gap else answer_of(entry)
        gap = Suggestion(entry.id, entry.question) if entry.is_gap else None
        return Reply(token_hex(8), entry.question, status, answer, 1.0, suggestions_of(build, near[:top]), gap=gap)

    @staticmethod
    def _question(message: str, limit: int, notices: Sequence[Notice]) -> str:
        if not is_text(message):
            text = "the question holds half of a surrogate pair; send valid Unicode"
            raise QuestionRefused("not_text", text, notices)
        question = one_line(clean(message))
        if not match_key(question):
            raise QuestionRefused("empty_question", "there are no words in the question; type a few", notices)
        if len(question) > limit:
            text = f"the question has {len(question)} characters and {limit} are allowed; shorten it"
            raise QuestionRefused("question_too_long", text, notices)
        return question

    def _small_talk(self, question: str, talk: SmallTalk) -> Reply:
        html = f"<p>{escape(talk.text, quote=False)}</p>"
        answer = Answer(f"smalltalk-{talk.kind}", "", talk.text, html, None, None, "", "", "", seal("", talk.text))
        return Reply(token_hex(8), question, "smalltalk", answer, 1.0)

    def _reply_to(self, build: Build, read: Read, top: int, explain: bool) -> Reply:
        is_entry = any(candidate.question >= SAME for candidate in read.candidates)  # an FAQ may answer "who are you?"
        talk = None if is_entry else small_talk(read.question, build.settings.title)
        if talk:
            return self._small_talk(read.question, talk)
        verdict = judge(build, read.candidates, read.is_hollow)
        shown = verdict.answerable[0] if verdict.status == "answered" else None
        near = [candidate for candidate in verdict.answerable if candidate is not shown]
        gap = suggestions_of(build, [verdict.gap])[0] if verdict.gap and verdict.status == "gap" else None
        return Reply(
            id=token_hex(8),
            question=read.question,
            status=verdict.status,
            answer=None if shown is None else answer_of(build.entries[shown.entry], highlight_of(build, shown)),
            probability=round(verdict.probability, 4),
            suggestions=suggestions_of(build, near[:top]),
            context=read.context,
            gap=gap,
            explanation=explanation_of(build, verdict) if explain else None,
        )
