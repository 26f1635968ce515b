"""What the product says to visitors, in its languages: a file for each in `chatbot/locales/`. Its only reader.

A language is spoken as soon as its file is there. The models below say which texts a file has: none may lack, and none
may be there that nobody says.
"""

import datetime
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from chatbot.core.errors import UsageError

LOCALES = Path(__file__).parents[1] / "locales"
FALLBACK = "en"  # what is spoken to who reads a language that has no file
LANGUAGES = tuple(sorted((path.stem for path in LOCALES.glob("*.toml")), key=lambda lang: (lang != FALLBACK, lang)))

# Tags of a language that has a shorter one.
_SAME = {"iw": "he", "cmn": "zh", "yue": "zh", "arb": "ar"}
_RIGHT_TO_LEFT = frozenset("ar he fa ur ps sd ckb yi ug dv arab hebr thaa syrc nkoo".split())  # languages and scripts
_SCRIPT = re.compile(r"[a-z]{4}")

_CHECKED = ConfigDict(extra="forbid")
_Text = Annotated[str, StringConstraints(min_length=1)]
_Texts = tuple[_Text, ...]


@dataclass(frozen=True, slots=True, config=_CHECKED)
class Site:
    """Settings of `bot.toml` that the owner has left out."""

    title: _Text
    greeting: _Text
    placeholder: _Text
    reasons: Annotated[_Texts, Field(min_length=4, max_length=4)]


@dataclass(frozen=True, slots=True, config=_CHECKED)
class Shared:
    """On the chat page and in the widget; `source` and `reviewed` on the FAQ page, too."""

    source: _Text
    reviewed: _Text
    unsure: _Text
    unknown: _Text
    up: _Text
    down: _Text
    none: _Text
    notice: _Text
    clear: _Text
    late: _Text
    send: _Text
    retry: _Text
    all: _Text
    empty: _Text
    answer_in: _Text


@dataclass(frozen=True, slots=True, config=_CHECKED)
class Chat:
    your_question: _Text
    examples: _Text
    all_questions: _Text
    cleared: _Text
    bring_back: _Text
    conversation: _Text
    one_moment: _Text
    too_long: _Text
    counted: _Text
    from_link: _Text
    failed: _Text
    too_many: _Text
    busy: _Text
    refused: _Text
    needs_javascript: _Text
    suggested: _Text
    this_reply: _Text
    what_was_wrong: _Text
    copy_answer: _Text
    copy_link: _Text
    copied: _Text
    thank_you: _Text
    not_sent: _Text
    you_asked: _Text
    read_with: _Text
    related: _Text
    not_sure: _Text
    gap: _Text
    nearest: _Text


@dataclass(frozen=True, slots=True, config=_CHECKED)
class Faq:
    contents: _Text
    unanswered: _Text
    contact: _Text
    tags: _Text
    search: _Text
    found: _Text
    none_found: _Text
    chat: _Text
    more: _Text


@dataclass(frozen=True, slots=True, config=_CHECKED)
class Widget:
    launch: _Text
    close: _Text
    offline: _Text
    failed: _Text
    gap: _Text
    related: _Text
    why: _Text
    copy: _Text
    busy: _Text
    undo: _Text
    long: _Text
    refused: _Text


@dataclass(frozen=True, slots=True, config=_CHECKED)
class Waiting:
    """The page of a server that has just begun."""

    title: _Text
    text: _Text
    link: _Text


@dataclass(frozen=True, slots=True, config=_CHECKED)
class SmallTalk:
    """Replies. Where a person is asked for: `reached` below the owner's contact, `unreached` where there is none."""

    hello: _Text
    thanks: _Text
    bye: _Text
    who: _Text
    human: _Text
    help: _Text
    reached: _Text
    unreached: _Text


@dataclass(frozen=True, slots=True, config=_CHECKED)
class Dates:
    pattern: _Text
    months: Annotated[_Texts, Field(min_length=12, max_length=12)]


@dataclass(frozen=True, slots=True, config=_CHECKED)
class Locale:
    """All that is said in one language. `languages`: code -> its name, as it stands in `shared.answer_in`."""

    site: Site
    shared: Shared
    chat: Chat
    faq: Faq
    widget: Widget
    waiting: Waiting
    small_talk: SmallTalk
    dates: Dates
    languages: Mapping[str, _Text]

    def date(self, written: str) -> str:
        """A day as it is written in this language. `written`: an ISO date; what is none stays as it is."""
        try:
            day = datetime.date.fromisoformat(written)
        except ValueError:
            return written
        return self.dates.pattern.format(day=day.day, month=self.dates.months[day.month - 1], year=day.year)

    def name_of(self, tag: str) -> str:
        """The name of the language of `tag` in this one; else in itself, and of one that has no file the code."""
        code = base_of(tag)
        own = locale_of(tag).languages if speaks(tag) else {}
        return self.languages.get(code) or own.get(code, code)


def base_of(tag: str) -> str:
    """The language of a BCP 47 tag without region and script, such as "pt" of "pt-BR"; of no tag at all, ""."""
    code = _subtags(tag)[0]
    return _SAME.get(code, code)


def speaks(tag: str) -> bool:
    return base_of(tag) in LANGUAGES


def language_of(tag: str) -> str:
    """The one of `LANGUAGES` in which somebody is spoken to who reads `tag`."""
    return base_of(tag) if speaks(tag) else FALLBACK


def locale_of(tag: str) -> Locale:
    """What is said to somebody who reads `tag`. UsageError where its file is spoilt."""
    return _read(language_of(tag))


def direction_of(tag: str) -> Literal["rtl", "ltr"]:
    """How `tag` is written: a script that it names decides, as in "az-Arab", else the language."""
    scripts = [part for part in _subtags(tag)[1:] if _SCRIPT.fullmatch(part)]
    return "rtl" if (scripts or [base_of(tag)])[0] in _RIGHT_TO_LEFT else "ltr"


def preferred(accepted: str) -> str:
    """The first spoken language of an `Accept-Language` header, which lists them in the visitor's order."""
    tags = (each.partition(";")[0] for each in accepted.split(","))
    return next((base_of(tag) for tag in tags if speaks(tag)), FALLBACK)


def site_text(name: str, value: object, tag: str) -> object:
    """`value` of the setting `name`, a field of `Site`; a default, of whatever language, becomes the one of `tag`."""
    if all(value != getattr(_read(lang).site, name) for lang in LANGUAGES):
        return value
    return getattr(locale_of(tag).site, name)


def _subtags(tag: str) -> list[str]:
    return re.split("[-_]", tag.strip().lower())


@cache
def _read(lang: str) -> Locale:
    return read_locale(LOCALES / f"{lang}.toml")


def read_locale(path: Path) -> Locale:
    """The language of one file. UsageError where it is spoilt, lacks a text, or has one too many."""
    try:
        return TypeAdapter(Locale).validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"locales/{path.name}: not valid TOML: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(f"locales/{path.name}: {where}: {first['msg']}") from None
