"""Entry to passages: the texts that are embedded so that a question can find the entry.

question         the question itself
alternate        every other wording of it
question_answer  the question with its answer; a long answer makes several, each a window of sentences
sentence         every sentence of the answer

Entries are found by the first three; a sentence says where in an answer to look once it is found. So sentences, which
are most of the passages, come last: a search for entries then never touches them.
"""

from collections.abc import Iterator, Sequence

from chatbot.content.frame import frame_of
from chatbot.content.render import spoken
from chatbot.core.text import sentences
from chatbot.core.types import Entry, Passage

# The default encoder reads 256 word pieces, some 1,000 characters of English; what is beyond is not read.
WINDOW = 900


def passages_of(entries: Sequence[Entry]) -> list[Passage]:
    """What finds each entry, then the sentences; of either those of one entry side by side, as `entries` are."""
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
    for begin, end in _windows(spans):
        yield Passage(row, "question_answer", f"{question} {spoken(answer[begin:end])}", begin, end)


def _sentences(row: int, entry: Entry, spans: Sequence[tuple[int, int]]) -> Iterator[Passage]:
    for begin, end in spans:
        if text := spoken(entry.answer[begin:end]):
            yield Passage(row, "sentence", text, begin, end)


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
