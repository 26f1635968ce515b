"""Candidates to what a reply shows: an entry as an answer, others as suggestions, and why."""

from collections.abc import Sequence

from chatbot.content.text_fragment import with_text_fragment
from chatbot.core.blocks import blocks_from_json, spans_within
from chatbot.core.text import is_web_address, seal
from chatbot.core.types import Answer, Entry, Explanation, RankedEntry, Suggestion
from chatbot.dialogue.highlight import Sentence, answering_sentence
from chatbot.dialogue.interpretations import Verdict
from chatbot.dialogue.short import Span, asks_yes_or_no, short_span
from chatbot.indexing.build import Build
from chatbot.indexing.judging import Ranked
from chatbot.search.calibration import FEATURES
from chatbot.search.ranking import Candidate
from chatbot.search.words import Lexicon

# Cosines of a wording: it is what was asked, and an answer that begins with a verdict begins with the one wanted.
_ITS_OWN_QUESTION, _NEARLY = 0.9, 0.7


def answer_of(entry: Entry, lang: str, highlight: Span | None = None) -> Answer:
    """`lang`: of the FAQ; `highlight`: (start, end) of the short answer in the entry's text."""
    blocks = blocks_from_json(entry.blocks)
    marks = spans_within(entry.places, highlight) if highlight else ()
    url = entry.url if is_web_address(entry.url) else ""
    return Answer(
        entry_id=entry.id,
        question=entry.question,
        text=entry.answer,
        html=entry.html,
        short=None if highlight is None else entry.answer[slice(*highlight)],
        highlight=highlight,
        source=entry.source,
        url=url,
        reviewed=entry.reviewed,
        sha256=seal(entry.question, entry.answer),
        blocks=blocks,
        marks=marks,
        link=with_text_fragment(url, blocks, marks),
        lang=entry.lang or lang,
    )


def highlight_of(build: Build, ranked: Ranked, candidate: Candidate) -> Span | None:
    """Where the entry's text answers the question; None where it is all of it, or nobody can tell."""
    rows, cosines = build.ranker.sentences(ranked.query, candidate.entry)
    if len(rows) < 2:
        return None
    passages, entry = [build.passages[row] for row in rows], build.entries[candidate.entry]
    spans = [(passage.start, passage.end) for passage in passages]
    texts = [Sentence(passage.text, cosine) for passage, cosine in zip(passages, cosines, strict=True)]
    return part_of(ranked.text, entry.question, entry.answer, candidate.question_cosine, spans, texts, build.lexicon)


def part_of(
    question: str,
    heading: str,
    answer: str,
    nearness: float,
    spans: Sequence[Span],
    texts: Sequence[Sentence],
    lexicon: Lexicon,
) -> Span | None:
    """Where `answer` answers. `nearness`: cosine of `question` and `heading`, the entry's; `spans`: of its sentences,
    and `texts` as plain text, each with its cosine with `question`."""
    at = answering_sentence(question, heading, nearness, texts, lexicon)
    if at is None:
        return None
    verdict_first = nearness >= _ITS_OWN_QUESTION or (asks_yes_or_no(question) and nearness >= _NEARLY)
    return short_span(answer, spans[at], verdict_first)


def suggestions_of(build: Build, candidates: Sequence[Candidate]) -> list[Suggestion]:
    entries = [build.entries[candidate.entry] for candidate in candidates]
    return [Suggestion(entry.id, entry.question) for entry in entries]


def explanation_of(build: Build, verdict: Verdict) -> Explanation | None:
    """Why the reply is what it is; None where there is no candidate."""
    if not verdict.answerable:
        return None
    first = verdict.answerable[0]
    runner_up = next((c for c in verdict.answerable if c.group != first.group), None)
    calibration = build.calibration
    return Explanation(
        first=_explained(build, first),
        runner_up=_explained(build, runner_up) if runner_up else None,
        gap=_explained(build, verdict.gap) if verdict.gap else None,
        features=dict(zip(FEATURES, verdict.weighed.features, strict=True)),
        margin=first.score - runner_up.score if runner_up else None,
        answered_from=calibration.answered_from,
        unsure_from=calibration.unsure_from,
        conflict=verdict.weighed.conflict or "",
    )


def _explained(build: Build, candidate: Candidate) -> RankedEntry:
    entry, passage = build.entries[candidate.entry], build.passages[candidate.passage]
    return RankedEntry(
        entry.id, entry.question, passage.text, candidate.question_cosine, candidate.answer_cosine, candidate.score
    )
