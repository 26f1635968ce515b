"""A message to the questions in it, and a history to what was asked before. Pure: text in, text out.

A message is cut where a question ends. What comes before a question belongs to it, as in "My knee hurts. What
should I do?"; what follows the last question belongs to that one. Where one sentence seems to ask twice, as in "What
causes it, and how long does it last?", the places to cut are only proposed. `interpretations` decides by what the
search finds.

What shows a question without a mark, a second one in a sentence and a message that leans on what was said before is
told for each language by a table (`cues.py`). `lang` is everywhere that of the FAQ; a visitor's may be another.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chatbot.core.scripts import is_unspaced
from chatbot.core.sentence_marks import FULL_STOPS, QUESTION_MARKS
from chatbot.core.text import (
    clean,
    ends_as_question,
    ends_with_abbreviation,
    list_mark,
    match_key,
    one_line,
    plain_words,
    without_surrogates,
)
from chatbot.core.types import Turn
from chatbot.dialogue.cues import Cues, cues_for
from chatbot.dialogue.smalltalk import small_talk

MOST_PARTS = 5
_LOOKED_BACK = 20  # turns
_REMEMBERED = 300  # characters of an earlier question; more would drown what is asked now
_PLEASANTRIES = 3  # sentences looked at on either side of a message

# Marks that end a sentence; U+037E, the Greek question mark, reaches us as ";", and U+055E stands inside a word.
_END = re.compile(rf"[?!.;\u2026\uff01{QUESTION_MARKS}{FULL_STOPS}]+|\n+")
_NEEDS_NO_BLANK = frozenset(f"\uff01{QUESTION_MARKS}{FULL_STOPS}") - set("?\uff0e")
_ASKED = re.compile(f"[{QUESTION_MARKS}\u055e]")
_CLOSING = frozenset("\"')]}*_\u2019\u201d\u00bb\u300d\u300f\uff09\u3011")
_GREEK = re.compile("[\u0370-\u03ff\u1f00-\u1fff]")
_NUMBER = re.compile(
    r"(?:^|(?<=[\s\u3002\uff1f\uff01\uff1b]))[(\uff08]?(\d{1,2})(?:[.)](?=\s)|[\u3001\uff0e\uff09](?!\d))"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A question of a message, on one line; `clauses`: the two or more questions that it may be, or none."""

    text: str
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Before:
    """What a message may lean on: the visitor's last question, and the ids of the entries shown to it."""

    question: str = ""
    shown: tuple[str, ...] = ()


def split(message: str, title: str, lang: str = "en") -> list[Part]:
    """The questions of a cleaned `message`, at most `MOST_PARTS`, in their order; together they hold all its words.

    Pleasantries around a question, and the marks of a list, are left out. None for a message without a word.
    `title`: of the FAQ.
    """
    cues = cues_for(message, lang)
    sentences = _without_pleasantries(list(_sentences(message)), title, lang)
    asked: list[list[str]] = []
    pending: list[str] = []
    for sentence in sentences:
        if pending and _is_own(sentence, title, lang):
            asked.append(pending)
            pending = []
        pending.append(sentence)
        if is_question(sentence, lang) or _is_own(sentence, title, lang):
            asked.append(pending)
            pending = []
    if not asked:
        return [Part(" ".join(pending))] if pending else []
    asked[-1] += pending
    if len(asked) > MOST_PARTS:
        asked[MOST_PARTS - 1 :] = [list(itertools.chain(*asked[MOST_PARTS - 1 :]))]
    spare = MOST_PARTS - len(asked)
    parts = []
    for pending in asked:
        clauses = _clauses(pending, spare + 1, cues)
        spare -= max(len(clauses) - 1, 0)
        parts.append(Part(" ".join(pending), clauses))
    return parts


def leans(text: str, lang: str = "en") -> bool:
    """True where `text` may need what was said before to be understood: "and when jumping?", "is that safe?"."""
    cues = cues_for(text, lang)
    return len(plain_words(text)) <= cues.short or _points_back(text, cues)


def stands_alone(text: str, lang: str = "en") -> bool:
    """True where what is said after `text` may lean on it; it may be short, as "What is sciatica?"."""
    return not _points_back(text, cues_for(text, lang)) and not is_fragment(text, lang)


def is_fragment(text: str, lang: str = "en") -> bool:
    """True where `text` asks nothing by itself: "Really?", "and why is that?"; a single word may still do."""
    cues = cues_for(text, lang)
    return len(plain_words(text)) < 2 or cues.says_only(text, cues.empty)


def lacks_subject(text: str, lang: str = "en") -> bool:
    """True where `text` names no subject, so that what was said before must be it: "how long?", "is that safe?"."""
    cues = cues_for(text, lang)
    return cues.says_only(text, cues.empty | cues.vague if cues.points.search(text) else cues.empty)


def asks_for_price(text: str, lang: str = "en") -> bool:
    """True where `text` asks what "it" costs, and no more: of what was said before, or else of the whole."""
    cues = cues_for(text, lang)
    is_open = bool(cues.points.search(text)) and not lacks_subject(text, lang)
    return is_open and cues.says_only(text, cues.empty | cues.vague | cues.priced)


def before(history: Sequence[Turn], title: str, lang: str = "en") -> Before:
    """What was asked and shown last, small talk aside. The turns come from a client: they are cleaned and cut."""
    shown: list[str] = []
    for turn in reversed(history[-_LOOKED_BACK:]):
        if turn.role == "user":
            question = remembered(turn.text)
            if match_key(question) and small_talk(question, title, lang) is None:
                return Before(question, tuple(reversed(shown)))
        elif turn.entry_id:
            shown.append(turn.entry_id)
    return Before("", tuple(reversed(shown)))


def remembered(text: str) -> str:
    """The end of an earlier message, where its question stands, in at most 300 characters."""
    line = one_line(clean(without_surrogates(text[-4 * _REMEMBERED :])))
    return line if len(line) <= _REMEMBERED else line[-_REMEMBERED:].partition(" ")[2] or line[-_REMEMBERED:]


def _points_back(text: str, cues: Cues) -> bool:
    return bool(cues.opens.match(text) or (cues.points.search(text) and len(plain_words(text)) <= cues.leans))


def _sentences(message: str) -> Iterator[str]:
    """The sentences, lines and numbered items of `message`, each on one line, none without a word."""
    for chunk in _numbered(message):
        begin = 0
        for stop in _END.finditer(chunk):
            end = _end_of_sentence(chunk, begin, stop)
            if end:
                yield from _stripped(chunk[begin:end])
                begin = end
        yield from _stripped(chunk[begin:])


def _numbered(message: str) -> Iterator[str]:
    """`message`, cut at the numbers of a list that is written in one line: "1) ... 2) ..."."""
    starts: list[int] = []
    for number in _NUMBER.finditer(message):
        if int(number[1]) == len(starts) + 1:
            starts.append(number.start())
    cuts = [0, *(starts if len(starts) > 1 else []), len(message)]
    for begin, end in itertools.pairwise(cuts):
        yield message[begin:end]


def _end_of_sentence(text: str, begin: int, stop: re.Match[str]) -> int:
    """Where the sentence ends that `stop` may close, or 0 where it goes on."""
    marks, end = stop[0], stop.end()
    if marks[0] == "\n":
        return end
    while end < len(text) and text[end] in _CLOSING:
        end += 1
    is_hard = marks[-1] in _NEEDS_NO_BLANK or (marks[-1] in "?!" and is_unspaced(text[end : end + 1]))
    if not (end == len(text) or text[end].isspace() or text[end] in "\u00bf\u00a1" or is_hard):
        return 0
    if (
        end > stop.end() and marks[-1] in "?!\uff1f\uff01" and is_unspaced(text[end : end + 1])
    ):  # a quotation, and it goes on
        return 0
    if end > stop.end() and text[end : end + 2].strip()[:1].islower():  # "(or walk?) today", "so what?" he said
        return 0
    if marks[0] == ";":
        return end if _GREEK.match(text, max(stop.start() - 1, 0)) else 0
    if marks == ".":
        is_number = text[begin : stop.start()][-4:].strip().isdigit() and stop.start() - begin <= 4
        return 0 if is_number or ends_with_abbreviation(text, stop.start()) else end
    return end


def _stripped(sentence: str) -> Iterator[str]:
    mark = list_mark(sentence)
    line = one_line(sentence[mark.end() :] if mark else sentence)
    if match_key(line):
        yield line


def _without_pleasantries(sentences: list[str], title: str, lang: str) -> list[str]:
    """`sentences` without greetings, thanks and the like around a question; all of them where there is nothing else."""

    def is_pleasantry(sentence: str) -> bool:
        return small_talk(sentence, title, lang) is not None and not _is_own(sentence, title, lang)

    first, last = 0, len(sentences)
    while first < min(last, _PLEASANTRIES) and is_pleasantry(sentences[first]):
        first += 1
    while last > max(first, len(sentences) - _PLEASANTRIES) and is_pleasantry(sentences[last - 1]):
        last -= 1
    return sentences[first:last] or sentences


def _is_own(sentence: str, title: str, lang: str) -> bool:
    """True where small talk is a question of its own: "are you a robot?", "let me talk to a person"."""
    talk = small_talk(sentence, title, lang)
    return talk is not None and talk.kind in ("contact", "who", "human")


def is_question(sentence: str, lang: str = "en") -> bool:
    """True for a sentence that asks, by its mark or its first words; one that tells something does not."""
    bare = sentence.rstrip("".join(_CLOSING))
    if _ASKED.search(bare[-4:]) or "\u055e" in sentence or (bare.endswith(";") and _GREEK.search(bare[-2:])):
        return True
    asks = cues_for(sentence, lang).asks.match(sentence) is not None or ends_as_question(sentence)
    return asks and not bare.endswith(("!", "\uff01"))


def _clauses(sentences: Sequence[str], most: int, cues: Cues) -> tuple[str, ...]:
    """The questions that the sentences of a part may ask, at most `most`; none where they ask one."""
    *earlier, last = sentences
    pieces = cues.second.split(last) if cues.asks.match(last) else [last]
    clauses: list[str] = []
    for piece in pieces:
        words = len(plain_words(piece)) - bool(clauses)
        if clauses and (words < cues.least_clause or len(clauses) == most):
            clauses[-1] += " " + piece
        else:
            clauses.append(piece)
    is_asked = len(clauses) > 1 and cues.asks.match(clauses[0]) is not None
    if not is_asked or len(plain_words(clauses[0])) < cues.least_clause:
        return ()
    return tuple(
        clause.rstrip(" ,;\u060c\uff0c\u3001\uff1b") for clause in (" ".join([*earlier, clauses[0]]), *clauses[1:])
    )
