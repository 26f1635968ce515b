"""One message to replies, from one build. Everything that answers comes through `replied`."""

from collections.abc import Sequence
from typing import NamedTuple

from chatbot.content.blocks import document_of
from chatbot.content.owner_texts import contact_of
from chatbot.core.errors import EngineDown, QuestionRefused
from chatbot.core.text import clean, is_text, match_key, one_line, seal, without_surrogates
from chatbot.core.types import Answer, Notice, Replies, Reply, Suggestion
from chatbot.dialogue.answers import answer_of, explanation_of, highlight_of, suggestions_of
from chatbot.dialogue.conversation import before, is_question
from chatbot.dialogue.interpretations import (
    Interpretation,
    Verdict,
    interpret_all,
    is_about_contact,
    judge_interpretation,
)
from chatbot.dialogue.remembered import Asked
from chatbot.dialogue.served import Served
from chatbot.dialogue.smalltalk import SmallTalk
from chatbot.indexing.build import Build
from chatbot.indexing.judging import Ranked
from chatbot.search.ranking import Candidate

_OWN = 1.5  # that an entry is in the language of the question counts as much as a cosine that is a tenth higher
CONSIDERED = 16  # candidates looked at beyond those shown: rivals with another answer, gaps


class Judged(NamedTuple):
    """One question of a message, with what the evidence says of it."""

    interpretation: Interpretation
    verdict: Verdict
    talk: SmallTalk | None  # which replaces an answer


class Understood(NamedTuple):
    """A message as it was understood, before anything of it is shown."""

    notices: list[Notice]
    questions: list[Judged]  # those that get a reply


def replied(served: Served, asked: Asked) -> Replies:
    """What `served` replies to `asked`, without ids; errors as `Bot.ask`."""
    understood = understand(served, asked)
    replies = [reply_to(served, one, asked.top, asked.explain) for one in understood.questions]
    return Replies(replies, understood.notices, served.build.id, 0.0)


def understand(served: Served, asked: Asked) -> Understood:
    """How `served` understands `asked`; errors as `Bot.ask`."""
    build = served.build
    notices = notices_of(build, asked.message)
    message = accepted(asked.message, build.settings.question_limit, notices)
    try:
        questions = _judged(served, asked, message)
    except EngineDown as error:
        error.notices = notices
        raise
    if any(one.talk for one in questions):  # "This is useless. Call me!" asks for one thing
        questions = [one for one in questions if one.talk or one.verdict.status != "unknown" or _asks(one)]
    return Understood(notices, questions)


def _judged(served: Served, asked: Asked, message: str) -> list[Judged]:
    """The questions of `message`. Of entries that say about the same in several languages those in its own come first;
    a client that names a language gets no other."""
    settings = served.build.settings
    top, condition = asked.top + CONSIDERED, served.build.condition(asked.lang, asked.tags)
    allowed = served.build.allowed(condition)
    context = before(asked.history, settings.title, settings.lang)

    def find(texts: Sequence[str]) -> list[Ranked]:
        found = served.find(texts, top, allowed, condition=condition)
        if asked.lang or not served.languages.are_several:
            return found
        own = served.languages.of(message)
        return [one._replace(candidates=_own_first(served, own, one.candidates)) for one in found]

    [found] = interpret_all(served, [message], context, find)
    return [Judged(one, *judge_interpretation(served, one)) for one in found]


def _own_first(served: Served, own: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """`own`: the language of the question."""
    entries = served.build.entries

    def score(candidate: Candidate) -> float:
        return candidate.score + (_OWN if served.languages.is_in(entries[candidate.entry], own) else 0.0)

    return sorted(candidates, key=score, reverse=True)


def _asks(judged: Judged) -> bool:
    return is_question(judged.interpretation.question, judged.interpretation.lang)


def notices_of(build: Build, message: str) -> list[Notice]:
    """What the owner wants read first on `message`."""
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


def reply_to(served: Served, judged: Judged, top: int, explain: bool) -> Reply:
    """The reply to one question, without an id. `top`: the most suggestions; `explain`: it says why."""
    build = served.build
    interpretation, verdict, talk = judged
    if talk:
        near = _near(build, verdict) if talk.kind == "contact" else []
        if build.settings.contact:
            near = [c for c in near if is_about_contact(build.entries[c.entry], build.settings)]
        return _small_talk(build, interpretation.question, talk, suggestions_of(build, near[:top]))
    shown = verdict.answerable[0] if verdict.status == "answered" else None
    if verdict.status in ("unknown", "gap"):
        near = _near(build, verdict)
    else:
        near = [candidate for candidate in verdict.answerable if candidate is not shown]
    answer = None
    if shown:
        highlight = highlight_of(build, interpretation.ranked, shown)
        answer = answer_of(build.entries[shown.entry], build.settings.lang, highlight)
    gap = suggestions_of(build, [verdict.gap])[0] if verdict.gap and verdict.status == "gap" else None
    return Reply(
        id="",
        question=interpretation.question,
        status=verdict.status,
        answer=answer,
        probability=round(verdict.probability, 4),
        suggestions=suggestions_of(build, near[:top]),
        context=interpretation.context,
        gap=gap,
        explanation=explanation_of(build, verdict) if explain else None,
        contact=None if shown else contact_of(build.settings.contact),
    )


def _near(build: Build, verdict: Verdict) -> list[Candidate]:
    """Those worth offering where there is no answer. Some entry always comes first, also for the weather in Lisbon."""
    return [candidate for candidate in verdict.answerable if candidate.fit >= build.calibration.near_from]


def _small_talk(build: Build, question: str, talk: SmallTalk, near: Sequence[Suggestion]) -> Reply:
    document = document_of(talk.text, is_copied=True)
    html, blocks = document.html, document.blocks
    answer = Answer(
        f"smalltalk-{talk.kind}", "", talk.text, html, None, None, "", "", "", seal("", talk.text), blocks
    )  # fmt: skip
    contact = contact_of(build.settings.contact) if talk.kind == "contact" else None
    return Reply("", question, "smalltalk", answer, 1.0, near, contact=contact)
