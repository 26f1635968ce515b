"""What was found, as it is said: an entry as an answer, its neighbours as suggestions, and why."""

from collections.abc import Sequence

from chatbot.dialogue.readings import Verdict
from chatbot.dialogue.short import Span, asks_yes_or_no, short_span
from chatbot.indexing.build import Build
from chatbot.search.ranking import Candidate
from chatbot.text import is_web_address, seal
from chatbot.types import Answer, Entry, Explanation, Found, Suggestion

_ITS_OWN_QUESTION = 0.9  # cosine of a wording


def answer_of(entry: Entry, highlight: Span | None = None) -> Answer:
    """`highlight`: (start, end) of the short answer in the entry's text."""
    return Answer(
        entry_id=entry.id,
        question=entry.question,
        text=entry.answer,
        html=entry.html,
        short=None if highlight is None else entry.answer[slice(*highlight)],
        highlight=highlight,
        source=entry.source,
        url=entry.url if is_web_address(entry.url) else "",
        reviewed=entry.reviewed,
        sha256=seal(entry.question, entry.answer),
    )


def highlight_of(build: Build, candidate: Candidate) -> Span | None:
    """Where the entry's text answers the question; None where it is all of it."""
    if candidate.sentence < 0:
        return None
    sentence, entry = build.passages[candidate.sentence], build.entries[candidate.entry]
    # Where the entry's own question is asked, its answer begins with what it has to say.
    verdict_first = asks_yes_or_no(entry.question) or candidate.question >= _ITS_OWN_QUESTION
    return short_span(entry.answer, (sentence.start, sentence.end), verdict_first)


def suggestions_of(build: Build, candidates: Sequence[Candidate]) -> list[Suggestion]:
    entries = [build.entries[candidate.entry] for candidate in candidates]
    return [Suggestion(entry.id, entry.question) for entry in entries]


def explanation_of(build: Build, verdict: Verdict) -> Explanation | None:
    """Why the reply is what it is; None where nothing was found."""
    if not verdict.answerable:
        return None
    first = verdict.answerable[0]
    runner_up = next((c for c in verdict.answerable if c.group != first.group), None)
    calibration = build.calibration
    nearness, standing_out, coverage = calibration.features(verdict.answerable)
    return Explanation(
        first=_found(build, first),
        runner_up=_found(build, runner_up) if runner_up else None,
        gap=_found(build, verdict.gap) if verdict.gap else None,
        features={"nearness": nearness, "standing_out": standing_out, "coverage": coverage},
        margin=first.score - runner_up.score if runner_up else None,
        answered_from=calibration.answered_from,
        unsure_from=calibration.unsure_from,
    )


def _found(build: Build, candidate: Candidate) -> Found:
    entry, passage = build.entries[candidate.entry], build.passages[candidate.passage]
    return Found(entry.id, entry.question, passage.text, candidate.question, candidate.answer, candidate.score)
