"""Entry to passages: the texts that are embedded so that a question can find the entry.

question         the question itself
alternate        every other wording of it
question_answer  the question with its answer; a long answer makes several, each a window of sentences
sentence         every sentence of the answer
"""

from collections.abc import Iterator, Sequence

from chatbot.content.render import strip_markup
from chatbot.text import one_line, sentences
from chatbot.types import Entry, Passage

# The default encoder reads 256 word pieces, some 1,000 characters of English; what is beyond is not read.
WINDOW = 900


def passages_of(entries: Sequence[Entry]) -> list[Passage]:
    """The passages of every entry, those of one entry side by side, in the order of `entries`."""
    return [passage for row, entry in enumerate(entries) for passage in _passages(row, entry)]


def _passages(row: int, entry: Entry) -> Iterator[Passage]:
    yield Passage(row, "question", entry.question)
    for wording in entry.alternates:
        yield Passage(row, "alternate", wording)
    if entry.is_gap:
        return
    spans = list(sentences(entry.answer))
    for begin, end in _windows(spans):
        yield Passage(row, "question_answer", f"{entry.question} {_spoken(entry.answer[begin:end])}", begin, end)
    for begin, end in spans:
        if spoken := _spoken(entry.answer[begin:end]):
            yield Passage(row, "sentence", spoken, begin, end)


def _windows(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Runs of whole sentences of at most `WINDOW` characters; a longer sentence stands alone."""
    if not spans:
        return
    begin, end = spans[0]
    for start, stop in spans[1:]:
        if stop - begin > WINDOW:
            yield begin, end
            begin = start
        end = stop
    yield begin, end


def _spoken(text: str) -> str:
    return one_line(strip_markup(text))
