"""Parts of a text that came by mail: quoted questions and a signature."""

import re
from collections.abc import Mapping

from chatbot.content.furniture import asks
from chatbot.content.labels import answer_label, question_label
from chatbot.content.sections import LONGEST

_MARK = re.compile(r"\s*--\s*")
_MOST = 8  # lines of a signature
_LONGEST_LINE = 80
_SHORT = 40  # characters of a greeting, and of a name
_QUOTED = re.compile(r"\s{0,3}(?:>\s?)+(?=\S)")
_GREETING = re.compile(
    r"(?:(?:best|kind|kindest|warm|warmest|many|with|all the)\s)*(?:best|regards|wishes|thanks|cheers|sincerely"
    r"|yours(?: \w+)?|sincerely yours|mfg|lg|vg"
    r"|(?:mit |viele |beste |liebe |herzliche |freundliche[nm]? )*gr(?:ü|ue)(?:ß|ss)en?"
    r"|cordialement|bien à vous|(?:un |muchos )?saludos?(?: cordiales)?|atentamente|(?:cordiali|distinti) saluti"
    r"|(?:met vriendelijke )?groet(?:en)?|com os melhores cumprimentos|atenciosamente|pozdrawiam|с уважением)[,!.]?",
    re.IGNORECASE,
)


def signature(lines: Mapping[int, str]) -> set[int]:
    """The lines of a signature: a line "--", the text below it to the end, and the greeting above."""
    marks = [number for number, line in lines.items() if _MARK.fullmatch(line)]
    if len(marks) != 1:
        return set()
    below = [number for number, line in lines.items() if number > marks[0] and line.strip()]
    texts = [lines[number] for number in below]
    asked = (asks(text, LONGEST) or question_label(text) or answer_label(text) for text in texts)
    if not 0 < len(below) <= _MOST or any(asked):
        return set()
    if any(len(line) > _LONGEST_LINE for line in texts):
        return set()
    return {marks[0], *below, *_greeting(lines, marks[0])}


def _greeting(lines: Mapping[int, str], end: int) -> list[int]:
    """The short lines directly above line `end`, if the first of them is a greeting."""
    above: list[int] = []
    for number in range(end - 1, 0, -1):
        line = lines.get(number, "").strip()
        if not line and not above:
            continue
        if not line or len(line) > _SHORT or len(above) == 3:
            return []
        above.append(number)
        if _GREETING.fullmatch(line):
            return above
    return []


def unquoted(lines: Mapping[int, str]) -> dict[int, str]:
    """The lines without ">" before questions, where a mail quotes them and has an answer below each."""
    asked = [number for number, line in lines.items() if asks(line, LONGEST)]
    quoted = {n: match.end() for n in asked if (match := _QUOTED.match(lines[n]))}
    if len(quoted) < 2 or 2 * len(quoted) < len(asked):
        return dict(lines)
    return {number: line[quoted.get(number, 0) :] for number, line in lines.items()}
