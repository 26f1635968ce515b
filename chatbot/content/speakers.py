"""Removes names of speakers from interviews: "Interviewer: How did you start?", "Baker: With one oven."."""

import re
from collections import Counter
from collections.abc import Sequence

from chatbot.content.document import Line
from chatbot.content.sections import Section, paragraph

_SPEAKER = re.compile(
    r"(?:[*_]{1,2})?(?P<name>[^\W\d_][\w.'\u2019-]*(?: [\w.'\u2019-]+){0,2})\s?[:\uff1a](?:[*_]{1,2})?\s+(?=\S)"
)
_IN_TALKS = re.compile(
    r"(?:the )?(?:interviewe[re]|host|moderator|reporter|journalist|guest|audience|caller|expert|agent|user|customer"
    r"|interviewerin|moderatorin|reporterin|journalistin|gast|redaktion|leser|leserin|kunde|kundin|experte|expertin"
    r"|journaliste|animateur|animatrice|invitée?|cliente?|lecteur|lectrice|presentator"
    r"|entrevistadora?|periodista|moderadora?|invitad[oa]|intervistat(?:ore|rice)|giornalista|moderatore|ospite"
    r"|intervistado|jornalista|convidad[oa]|интервьюер|ведущ(?:ий|ая)|журналист|гость|記者|司会|ゲスト|记者|主持人|嘉宾)"
)  # speakers, in the singular: "Guests:" may name those whom an answer is for
_LONGEST = 30  # characters of a name
_MOST = 0.8  # of the questions and of the answers


def without_speakers(sections: Sequence[Section]) -> None:
    """Removes names where one stands before most questions and another before most of their answers.

    One of the two must be a role in an interview: "Dose: ..." and "Warning: ..." have a meaning.
    """
    if len(sections) < 2:
        return
    asking = Counter(_name(section.question) for section in sections)
    answering = Counter(_name(s.answer[0].lines[0].text) for s in sections if s.answer and s.answer[0].lines)
    (asker, asked), (answerer, answered) = asking.most_common(1)[0], (answering.most_common(1) or [("", 0)])[0]
    if not asker or not answerer or asker == answerer or min(asked, answered) < max(2, _MOST * len(sections)):
        return
    if not (_IN_TALKS.fullmatch(asker) or _IN_TALKS.fullmatch(answerer)):
        return
    for section in sections:
        if _name(section.question) == asker:
            section.question = _SPEAKER.sub("", section.question, count=1)
        first = section.answer[0] if section.answer else None
        if first and first.kind == "paragraph" and first.lines and _name(first.lines[0].text) == answerer:
            line = Line(_SPEAKER.sub("", first.lines[0].text, count=1), first.lines[0].sources)
            if rest := paragraph([line, *first.lines[1:]], first):
                section.heads.append(first)
                section.answer[0] = rest


def _name(text: str) -> str:
    match = _SPEAKER.match(text)
    return match["name"].casefold() if match and len(match["name"]) <= _LONGEST else ""
