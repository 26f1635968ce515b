"""Entries to passages: the texts that are embedded so that a question can find its entry.

question         the question itself
alternate        every other wording of it
question_answer  the question with its answer; a long answer gives several, each with a window of sentences
sentence         every sentence of the answer

The first three find entries. A sentence shows where in an answer to look, once its entry is found. Sentences are most
of the passages and come last, so that a search for entries does not touch them.
"""

import re
from collections.abc import Iterator, Sequence

from chatbot.content.question_frame import frame_of
from chatbot.content.render import plain_line
from chatbot.core.text import sentences
from chatbot.core.types import Entry, Passage

# The default encoder reads 256 word pieces, some 1,000 characters of English, and ignores the rest.
WINDOW = 900
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]")


def passages_of(entries: Sequence[Entry]) -> list[Passage]:
    """The passages that find entries, then the sentences. Within each part, in the order of `entries`."""
    finding: list[Passage] = []
    saying: list[Passage] = []
    frame = frame_of([entry.question for entry in entries])
    for row, entry in enumerate(entries):
        question = frame.without(entry.question)
        finding.append(Passage(row, "question", question))
        finding += [Passage(row, "alternate", frame.without(wording)) for wording in entry.alternates]
        spans = [] if entry.is_gap else list(sentences(entry.answer))
        finding += _question_answers(row, question, entry.answer, spans)
        saying += _sentences(row, entry, spans)
    return finding + saying


def _question_answers(row: int, question: str, answer: str, spans: Sequence[tuple[int, int]]) -> Iterator[Passage]:
    for begin, end in _windows(answer, spans):
        yield Passage(row, "question_answer", f"{question} {plain_line(answer[begin:end])}", begin, end)


def _sentences(row: int, entry: Entry, spans: Sequence[tuple[int, int]]) -> Iterator[Passage]:
    for begin, end in spans:
        if text := plain_line(entry.answer[begin:end]):
            yield Passage(row, "sentence", text, begin, end)


def _windows(answer: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Runs of whole sentences of at most `WINDOW` characters. A longer sentence is a run of its own."""
    if not spans:
        return
    begin, end = spans[0]
    for start, stop in spans[1:]:
        if _width(answer[begin:stop]) > WINDOW:
            yield begin, end
            begin = start
        end = stop
    yield begin, end


def _width(text: str) -> int:
    """Its length in letters: a character of Han, kana or Hangul says as much as three, and is as many tokens."""
    return len(text) if text.isascii() else len(text) + 2 * len(_WIDE.findall(text))
