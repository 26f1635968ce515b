"""Whether `lang`, of an FAQ and of its entries, is a language, and the one that they are in."""

from collections.abc import Iterator, Sequence

import langcodes

from chatbot.core.locales import FALLBACK, base_of, locale_of
from chatbot.core.problem import Problem
from chatbot.core.settings import BotSettings
from chatbot.core.settings_text import SETTINGS_FILE
from chatbot.core.types import Entry
from chatbot.indexing.off_topic import language_of

_FEWEST = 150  # characters that tell a language


def check_languages(settings: BotSettings, entries: Sequence[Entry]) -> Iterator[Problem]:
    """Warnings, each tag once."""
    if not langcodes.tag_is_valid(settings.lang):
        yield Problem(SETTINGS_FILE, 0, "unknown-language", f"lang = {_unknown(settings.lang)}", "warning")
    else:
        own = [entry for entry in entries if not entry.lang]
        length = sum(len(entry.question) + len(entry.answer) for entry in own)
        found = language_of(own) if length >= _FEWEST else ""
        if found and found != base_of(settings.lang):
            message = (
                f'lang = "{settings.lang}": most entries are in {locale_of(FALLBACK).name_of(found)}; write '
                f'lang = "{found}", as it decides in which language pages speak and words are compared'
            )
            yield Problem(SETTINGS_FILE, 0, "other-language", message, "warning")
    seen = {"", settings.lang}
    for entry in entries:
        if entry.lang not in seen:
            seen.add(entry.lang)
            if not langcodes.tag_is_valid(entry.lang):
                message = f'"{entry.id}": lang {_unknown(entry.lang)}'
                yield Problem(entry.file, entry.line, "unknown-language", message, "warning")


def _unknown(tag: str) -> str:
    return f'"{tag}" is no language; write a tag such as "de" or "pt-BR"'
