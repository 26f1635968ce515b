"""The part of an answer that answers the question: a sentence, and what it cannot do without.

A heading says nothing by itself, a list loses its sense when it is cut, and "This can help" needs the sentence before
it. So the sentence that the search found grows until it can be read alone. It is always one run of the entry's text.
"""

from collections.abc import Sequence

from chatbot.core.sentence_marks import FULL_STOPS
from chatbot.core.text import list_mark, sentences

_LIST_LIMIT = 600  # characters; of a longer list only the matching item is shown
_NEARLY_ALL = 0.8  # of an answer: marking so much of it says nothing
_HEADING_LIMIT = 80  # characters of a line that heads what stands below it
_REACH = 2  # sentences that may be taken in from before
# A sentence that opens like this leans on the one before.
_LEANS = frozenset(
    "this that these those it its they them their he she his her such otherwise however but also so then therefore "
    "instead still afterwards both either neither "
    "dies diese dieser dieses das es sie er aber sonst dann auch "
    "cela ceci ce cet cette ces il elle ils elles mais sinon alors "
    "esto este esta estos estas eso ese esa pero entonces "
    "isso isto ele ela eles elas mas".split()
)
_POLAR = frozenset(
    "is are am was were can could should shall may might must do does did will would has have "
    "ist sind kann darf soll muss wird hat "
    "est-ce peut-on puis-je dois-je faut-il "
    "es son puedo puede debo debe "
    "posso pode devo deve".split()
)
# Also when they stand second or third, as in "As they tire".
_FAR = frozenset({"they", "them", "these", "those"})

Span = tuple[int, int]


def asks_yes_or_no(question: str) -> bool:
    """True for a question whose answer begins with the verdict: "Is it ...", "Can I ..."."""
    return question.split(maxsplit=1)[0].casefold().strip("\u00bf\u201c\"'") in _POLAR if question.strip() else False


def short_span(answer: str, sentence: Span, verdict_first: bool = False) -> Span | None:
    """(start, end) in characters of what to highlight in `answer`, around `sentence`; None for all of it.

    `verdict_first`: the answer begins with what must not be left out, such as "no". It is marked together with the
    sentence if that follows directly; otherwise nothing is marked.
    """
    spans = list(sentences(answer))
    at = next((at for at, span in enumerate(spans) if span[0] <= sentence[0] < span[1]), None)
    if at is None or len(spans) < 2:
        return None
    if verdict_first and at > _REACH:
        return None
    if _is_heading(answer, spans, at):
        at += 1
    first, last = _with_its_list(answer, spans, at)
    for _ in range(_REACH):
        if first and _leans(answer, spans[first]) and _same_paragraph(answer, spans[first - 1], spans[first]):
            first -= 1
    if verdict_first and first <= _REACH and spans[last][1] - spans[0][0] <= _LIST_LIMIT:
        first = 0
    if spans[last][1] - spans[first][0] > _NEARLY_ALL * len(answer):
        return None
    return spans[first][0], spans[last][1]


def _is_heading(answer: str, spans: Sequence[Span], at: int) -> bool:
    """True for a short line of its own that ends like no sentence, above a line that is none: of rows, such as
    "Monday: 9 to 5", none heads the next."""
    return at + 1 < len(spans) and _is_title(answer, spans[at]) and not _is_title(answer, spans[at + 1])


def _is_title(answer: str, span: Span) -> bool:
    begin, end = span
    line = _line(answer, begin)
    text = answer[begin:end].strip("#*_ ")
    unfinished = text[-1:] not in tuple(f".!?:;\u2026\uff01\uff1f\u061f\uff1a\uff1b{FULL_STOPS}")
    is_row = ": " in text or any(letter.isdigit() for letter in text)
    return (
        line.strip().strip("#*_ ") == text
        and unfinished
        and not is_row
        and not list_mark(line)
        and (end - begin <= _HEADING_LIMIT)
    )


def _with_its_list(answer: str, spans: Sequence[Span], at: int) -> tuple[int, int]:
    """(first, last) of the spans that belong to span `at`: a list goes with the line that leads to it."""
    first = last = at
    if answer[spans[at][0] : spans[at][1]].endswith((":", "\uff1a")):
        last = min(at + 1, len(spans) - 1)
    if _in_list(answer, spans[last]):
        while last + 1 < len(spans) and _in_list(answer, spans[last + 1]):
            last += 1
        while first and _in_list(answer, spans[first - 1]):
            first -= 1
        if first and answer[spans[first - 1][0] : spans[first - 1][1]].endswith((":", "\uff1a")):
            first -= 1
    if spans[last][1] - spans[first][0] > _LIST_LIMIT:
        first = last = at
        while last + 1 < len(spans) and _line_begin(answer, spans[last + 1][0]) == _line_begin(answer, spans[at][0]):
            last += 1
    return first, last


def _in_list(answer: str, span: Span) -> bool:
    return list_mark(_line(answer, span[0])) is not None


def _leans(answer: str, span: Span) -> bool:
    words = [word.strip("*_,;\u2019'\"").casefold() for word in answer[span[0] : span[1]].split(maxsplit=3)[:3]]
    return bool(words) and (words[0] in _LEANS or not _FAR.isdisjoint(words))


def _same_paragraph(answer: str, before: Span, after: Span) -> bool:
    return "\n" not in answer[before[1] : after[0]]


def _line_begin(answer: str, at: int) -> int:
    return answer.rfind("\n", 0, at) + 1


def _line(answer: str, at: int) -> str:
    return answer[_line_begin(answer, at) :].partition("\n")[0]
