"""Recognises furniture in any format: navigation, notices, calls to action, tables of contents."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from chatbot.content.document import Block
from chatbot.content.permalinks import SIGNS
from chatbot.core.text import ends_as_question, match_key

_COPYRIGHT = re.compile(r"(?:©|\(c\)\s*(?:19|20)\d\d|copyright\b).{0,100}$", re.IGNORECASE)
_COOKIE_BANNER = re.compile(
    r"(?=.*\bcookies?\b)(?=.*\b(?:accept|agree|consent|continuing|preferences|best experience|akzeptieren|zustimmen"
    r"|nutzung|fortfahren|stimmen|continúa|continua|accepter|acceptez|continuant|aceptar|acepta|continuando|accetta\w*|utilizzo)\b)",
    re.IGNORECASE | re.DOTALL,
)
_BEGINS_ASKING = re.compile(r"(?:\S+ ){3,}[^.!?\uff1f]*[?\uff1f]")  # no notice does
_ARROWS = tuple("\u2191\u25b2\u21e7\u2b06^")
_ICON = re.compile(
    rf"(?<=[?\uff1f\u061f])\s*[+\-\u2013\u2212\u00d7\u25b2-\u25c4\u203a\u00bb\u271a\uff0b\u02c5\u2303\u2304{SIGNS}]+\s*$"
)
_BUTTON = 3  # words of a button, at most
_INVITING = frozenset({"ready", "are you ready", "still", "want", "would you like", "looking"})
_PATTERNS = Path(__file__).with_name("furniture.txt")


@cache
def _pattern_of(part: str) -> re.Pattern[str]:
    """One pattern for all lines of a part of `furniture.txt`."""
    text = _PATTERNS.read_text(encoding="utf-8").partition(f"[{part}]\n")[2].partition("\n[")[0]
    return re.compile("|".join(line for line in text.split("\n") if line and not line.startswith("#")))


def furniture_kind(words: str, about: str = "") -> str:
    """The kind of furniture that a line with `words` is, such as "navigation"; "" for none. `about`: its question."""
    if not (key := match_key(words)):
        return ""
    if len(key) < 90 and (_pattern_of("navigation").fullmatch(key) or _pattern_of("buttons").fullmatch(key)):
        return "navigation"
    if words.lstrip()[:1] in _ARROWS and is_link_of_the_site(words):
        return "navigation"
    if _COPYRIGHT.match(words.strip()) and "copyright" not in about.casefold():
        return "copyright notice"
    is_short = len(words) < 400 and not _BEGINS_ASKING.match(words)
    if is_short and "cookie" not in about.casefold() and _COOKIE_BANNER.match(words):
        return "cookie banner"
    return ""


def is_button(words: str) -> bool:
    """Whether `words` are those of a button or a menu. An owner may use the same words in an answer."""
    return _pattern_of("buttons").fullmatch(match_key(words)) is not None


def is_link_of_the_site(words: str) -> bool:
    """Whether a block that is only a link with these `words` is navigation of the site."""
    return _pattern_of("links").fullmatch(match_key(words)) is not None


def asks_for_consent(label: str) -> bool:
    """Whether a button with this `label` answers a cookie notice."""
    return _pattern_of("consent").fullmatch(match_key(label)) is not None


def speaks_of_cookies(words: str) -> bool:
    return re.search(r"\bcookies?\b|\bкук|クッキー", match_key(words)) is not None


def is_of_newsletter(words: str) -> bool:
    """Whether a box with a field for an address offers what a site sends to its customers."""
    return _pattern_of("newsletter").search(match_key(words)) is not None


def is_more_to_read(heading: str) -> bool:
    """Whether `heading` introduces related articles or products."""
    return _pattern_of("more").fullmatch(match_key(heading)) is not None


def is_contents(heading: str) -> bool:
    """Whether `heading` introduces a table of contents."""
    return _pattern_of("contents").fullmatch(match_key(heading)) is not None


def is_title_of_all(words: str) -> bool:
    """Whether `words` are the title of a page of questions, not of one question."""
    return _pattern_of("pages").fullmatch(match_key(words)) is not None


def is_call(words: str, answer: Sequence[Block]) -> bool:
    """Whether `words` are a call to action, as "Still have questions?" above a button is, and not a question."""
    if not any(_pattern_of("calls").fullmatch(start) for start in _beginnings(words)):
        return False
    content = [block for block in answer if match_key(block.words) and not furniture_kind(block.words)]
    if all(block.links_only for block in content) or asks_for_questions(words):
        return True
    has_button = len(content) == 1 and len(content[0].words.split()) <= _BUTTON
    return has_button and any(start in _INVITING for start in _beginnings(words))


def _beginnings(words: str) -> list[str]:
    """The first word of `words`, and the first two, three and four."""
    key = match_key(words.replace("'", " ").replace("\u2019", " ")).split()
    return [" ".join(key[:count]) for count in range(1, 5)]


def asks_for_questions(words: str) -> bool:
    """Whether `words` ask for more questions, or offer help."""
    key = match_key(words)
    return len(key.split()) <= 8 and bool(
        re.search(
            r"\b(?:questions?|help|answers?|looking for|contact|fragen?|hilfe|preguntas?|dudas?|domande|perguntas"
            r"|vragen|pytania|вопросы|问题|質問)\b|问题|質問",
            key,
        )
    )


def asks(words: str, longest: int) -> bool:
    """Whether `words` look like a question. `longest`: characters that a question may have."""
    words = _ICON.sub("", words)
    return ends_as_question(words) and len(words) <= longest and bool(match_key(words))
