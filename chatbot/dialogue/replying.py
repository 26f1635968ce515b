"""One message to replies, from one build. Everything that answers comes through `replied`."""

from collections.abc import Sequence

from chatbot.content.blocks import document_of
from chatbot.content.owners_words import contact_of
from chatbot.core.errors import QuestionRefused
from chatbot.core.text import clean, is_text, match_key, one_line, seal, without_surrogates
from chatbot.core.types import Answer, Notice, Replies, Reply, Suggestion
from chatbot.dialogue.answers import answer_of, explanation_of, highlight_of, suggestions_of
from chatbot.dialogue.conversation import before, is_question
from chatbot.dialogue.interpretations import Read, Verdict, is_about_contact, judge_read, read_all
from chatbot.dialogue.remembered import Asked
from chatbot.dialogue.served import Served
from chatbot.dialogue.smalltalk import SmallTalk
from chatbot.indexing.build import Build
from chatbot.search.ranking import Candidate

CONSIDERED = 16  # candidates looked at beyond those shown: rivals with another answer, gaps


def replied(served: Served, asked: Asked) -> Replies:
    """What `served` replies to `asked`, without ids; QuestionRefused as `Bot.ask`."""
    build = served.build
    notices = notices_of(build, asked.message)
    message = accepted(asked.message, build.settings.question_limit, notices)
    top, allowed = asked.top + CONSIDERED, build.allowed(asked.lang, asked.tags)
    context = before(asked.history, build.settings.title)
    [reads] = read_all(served, [message], context, lambda texts: served.find(texts, top, allowed))
    replies = [_reply_to(served, read, asked.top, asked.explain) for read in reads]
    if any(reply.status == "smalltalk" for reply in replies):  # "This is useless. Call me!" asks for one thing
        replies = [reply for reply in replies if reply.status != "unknown" or is_question(reply.question)]
    return Replies(replies, notices, build.id, 0.0)


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
