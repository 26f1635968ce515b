"""A message to the questions in it, and a history to what was asked before. Pure: text in, text out.

A message is cut where a question ends. What comes before a question belongs to it, as in "My knee hurts. What
should I do?"; what follows the last question belongs to that one. Where one sentence seems to ask twice, as in "What
causes it, and how long does it last?", the places to cut are only proposed. `interpretations` decides by what the
search finds.

Question marks are known in many scripts. Questions without a mark, clauses and words that lean on what was said
before are known in English alone; in other languages such a message stays whole and is read as typed.
"""

import itertools
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from chatbot.core.text import (
    clean,
    ends_with_abbreviation,
    list_mark,
    match_key,
    one_line,
    plain_words,
    without_surrogates,
)
from chatbot.core.types import Turn
from chatbot.dialogue.smalltalk import small_talk

MOST_PARTS = 5
_LOOKED_BACK = 20  # turns
_REMEMBERED = 300  # characters of an earlier question; more would drown what is asked now
_PLEASANTRIES = 3  # sentences looked at on either side of a message

# Marks that end a sentence; U+037E, the Greek question mark, reaches us as ";", and U+055E stands inside a word.
_END = re.compile(r"[?!.\u2026\u2047\uff1f\uff01\u3002\u061f;\u0589\u1362\u1367]+|\n+")
_NEEDS_NO_BLANK = frozenset("\uff1f\uff01\u3002")
_ASKED = re.compile("[?\u2047\uff1f\u061f\u1367\u055e]")
_CLOSING = frozenset("\"')]}*_\u2019\u201d\u00bb")
_GREEK = re.compile("[\u0370-\u03ff\u1f00-\u1fff]")
_NUMBER = re.compile(r"(?:^|(?<=\s))\(?(\d{1,2})[.)](?=\s)")

_AUXILIARY = (
    r"(?:is|are|am|was|were|do|does|did|can|could|should|shall|would|will|may|might|must|has|have|had)(?:n['\u2019]t)?"
)
_SUBJECT = (
    r"(?:i|you|we|they|he|she|it|my|your|our|their|his|her|its|the|a|an|this|that|these|those|there|any|some|people)"
)
_WH = rf"(?:what|why|how|who|whom|whose|which)(?:['\u2019]s)?\b|(?:when|where)(?:['\u2019]s|\s+{_AUXILIARY})\b"
_LINKS = r"(?:and|or|but|also|so|then|plus)"
# "When I run, it hurts." and "Have tried ice." tell something; "When can I run" and "Have I torn it" ask.
_ASKS = re.compile(
    rf"(?:{_LINKS}\s+){{0,2}}(?:{_WH}|{_AUXILIARY}\s+{_SUBJECT}\b|(?:is|are|does|did|can|could|should|would|will)\s)",
    re.I,
)
_SECOND_CLAUSE = re.compile(
    rf"(?<=[\w,;)])\s+(?=(?:and|but|plus|&)\s+(?:(?:also|then|if\s+so,?)\s+)?(?:{_WH}|{_AUXILIARY}\s+\w))"
    rf"|(?<=\w),\s+(?={_WH})",
    re.I,
)
_LEAST_CLAUSE = 3  # words, the link aside

_SHORT = 4  # words
_LEANS = 9  # words; in a longer message "it" is mostly explained by the message itself
_OPENS = re.compile(r"(?:and|or|but|also|so|then|only|even|same|what about|how about|what if)\b", re.I)
_POINTS = re.compile(
    r"\b(?:it|its|that|this|they|them|their|those|these|there|ones?|he|she|his|her|instead|then|else|too|either)\b",
    re.I,
)
_EMPTY = frozenset(
    "a am an and are be but can could did do does else for has have he her his how i if in is it its just long many"
    " may me more much my no not of often ok okay on one or really same she should so sure than that the their them"
    " then there these they this those to too us was we were what when where which who why will with would yes you"
    " your".split()
)
# What may be said of anything, and tells nothing where its only subject is "it" or "that".
_VAGUE = frozenset(
    "allowed bad better common dangerous done fix good happen happens harmful hard heal help helps"
    " last lasts mean means normal possible prevent risky safe serious start stop take takes treat true use work"
    " works".split()
)
_PRICED = frozenset("charge charges cost costs expensive free price".split())


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


def split(message: str, title: str) -> list[Part]:
    """The questions of a cleaned `message`, at most `MOST_PARTS`, in their order; together they hold all its words.

    Pleasantries around a question, and the marks of a list, are left out. None for a message without a word.
    `title`: of the FAQ.
    """
    sentences = _without_pleasantries(list(_sentences(message)), title)
    asked: list[list[str]] = []
    pending: list[str] = []
    for sentence in sentences:
        if pending and _is_own(sentence, title):
            asked.append(pending)
            pending = []
        pending.append(sentence)
        if is_question(sentence) or _is_own(sentence, title):
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
        clauses = _clauses(pending, spare + 1)
        spare -= max(len(clauses) - 1, 0)
        parts.append(Part(" ".join(pending), clauses))
    return parts


def leans(text: str) -> bool:
    """True where `text` may need what was said before to be understood: "and when jumping?", "is that safe?"."""
    return len(plain_words(text)) <= _SHORT or _points_back(text)


def stands_alone(text: str) -> bool:
    """True where what is said after `text` may lean on it; it may be short, as "What is sciatica?"."""
    return not _points_back(text) and not is_fragment(text)


def is_fragment(text: str) -> bool:
    """True where `text` asks nothing by itself: "Really?", "and why is that?"; a single word may still do."""
    words = plain_words(text)
    return len(words) < 2 or all(word in _EMPTY for word in words)


def lacks_subject(text: str) -> bool:
    """True where `text` names no subject, so that what was said before must be it: "how long?", "is that safe?"."""
    return _says_only(text, _EMPTY | _VAGUE if _POINTS.search(text) else _EMPTY)


def asks_for_price(text: str) -> bool:
    """True where `text` asks what "it" costs, and no more: of what was said before, or else of the whole."""
    return bool(_POINTS.search(text)) and not lacks_subject(text) and _says_only(text, _EMPTY | _VAGUE | _PRICED)


def _says_only(text: str, words: Set[str]) -> bool:
    own = plain_words(text)
    return bool(own) and all(word in words for word in own)


def before(history: Sequence[Turn], title: str) -> Before:
    """What was asked and shown last, small talk aside. The turns come from a client: they are cleaned and cut."""
    shown: list[str] = []
    for turn in reversed(history[-_LOOKED_BACK:]):
        if turn.role == "user":
            question = remembered(turn.text)
            if match_key(question) and small_talk(question, title) is None:
                return Before(question, tuple(reversed(shown)))
        elif turn.entry_id:
            shown.append(turn.entry_id)
    return Before("", tuple(reversed(shown)))


def remembered(text: str) -> str:
    """The end of an earlier message, where its question stands, in at most 300 characters."""
    line = one_line(clean(without_surrogates(text[-4 * _REMEMBERED :])))
    return line if len(line) <= _REMEMBERED else line[-_REMEMBERED:].partition(" ")[2] or line[-_REMEMBERED:]


def _points_back(text: str) -> bool:
    return bool(_OPENS.match(text) or (_POINTS.search(text) and len(plain_words(text)) <= _LEANS))


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
    if not (end == len(text) or text[end].isspace() or text[end] in "\u00bf\u00a1" or marks[-1] in _NEEDS_NO_BLANK):
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


def _without_pleasantries(sentences: list[str], title: str) -> list[str]:
    """`sentences` without greetings, thanks and the like around a question; all of them where there is nothing else."""

    def is_pleasantry(sentence: str) -> bool:
        return small_talk(sentence, title) is not None and not _is_own(sentence, title)

    first, last = 0, len(sentences)
    while first < min(last, _PLEASANTRIES) and is_pleasantry(sentences[first]):
        first += 1
    while last > max(first, len(sentences) - _PLEASANTRIES) and is_pleasantry(sentences[last - 1]):
        last -= 1
    return sentences[first:last] or sentences


def _is_own(sentence: str, title: str) -> bool:
    """True where small talk is a question of its own: "are you a robot?", "let me talk to a person"."""
    talk = small_talk(sentence, title)
    return talk is not None and talk.kind in ("contact", "who", "human")


def is_question(sentence: str) -> bool:
    """True for a sentence that asks, by its mark or its first words; one that tells something does not."""
    bare = sentence.rstrip("".join(_CLOSING))
    if _ASKED.search(bare[-4:]) or "\u055e" in sentence or (bare.endswith(";") and _GREEK.search(bare[-2:])):
        return True
    return not bare.endswith("!") and bool(_ASKS.match(sentence))


def _clauses(sentences: Sequence[str], most: int) -> tuple[str, ...]:
    """The questions that the sentences of a part may ask, at most `most`; none where they ask one."""
    *earlier, last = sentences
    pieces = _SECOND_CLAUSE.split(last) if _ASKS.match(last) else [last]
    clauses: list[str] = []
    for piece in pieces:
        words = len(plain_words(piece)) - bool(clauses)
        if clauses and (words < _LEAST_CLAUSE or len(clauses) == most):
            clauses[-1] += " " + piece
        else:
            clauses.append(piece)
    if len(clauses) < 2 or len(plain_words(clauses[0])) < _LEAST_CLAUSE:
        return ()
    return tuple(clause.rstrip(" ,;") for clause in (" ".join([*earlier, clauses[0]]), *clauses[1:]))
