"""The chat page's own words in its languages (`page_words.json`). An English text is its own key."""

import json
from functools import cache

from chatbot.web.static_files import static_text

ENGLISH = "en"


def language_of(tag: str) -> str:
    """The language of the page's own words for an FAQ in `tag`, a BCP 47 tag: English where it speaks no other."""
    language = tag.split("-")[0].lower()
    return language if language in _tables() else ENGLISH


def speaks(tag: str) -> bool:
    return language_of(tag) == tag.split("-")[0].lower()


def words_in(language: str) -> dict[str, str]:
    """English text -> the same in `language`; nothing for English."""
    return _tables().get(language, {})


def in_words_of(tag: str, text: str) -> str:
    return words_in(language_of(tag)).get(text, text)


@cache
def _tables() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = {}
    for text, translations in json.loads(static_text("gradio_page/page_words.json")).items():
        for language, translation in translations.items():
            words.setdefault(language, {})[text] = translation
    return words
