"""The routes of the widget: its script, and its words in other languages."""

import json
import re
from dataclasses import asdict
from functools import cache

from fastapi import FastAPI, HTTPException, Request, Response

from chatbot.core.locales import LANGUAGES, base_of, direction_of, locale_of
from chatbot.dialogue.bot import Bot
from chatbot.web.sent_files import KEPT, SCRIPT, SentFile
from chatbot.web.static_files import sent_text

# Any site may load the script and its texts: they hold nothing of anybody. Who may ask is decided for each origin.
_HEADERS = KEPT | {
    "cross-origin-resource-policy": "cross-origin",
    "access-control-allow-origin": "*",
}
_UNSEEN = re.compile(r"(?<=[:;,{}>])\s+|;?\s+(?=[{}>!])")
_WORDS = re.compile(r"(?<=const WORDS = )\{.*\}(?=;)")
_FIRST = ("launch", "close", "send", "offline", "retry")  # before the first click, and without a connection
# Ends of lines, and blanks beside signs, that nobody needs; texts and regular expressions stay as they are.
_NEEDLESS = re.compile(
    r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|/(?![*/ ])(?:[^/\\\n\[]|\\.|\[[^\]\n]*\])+/[a-z]*)"""
    r"""|(?<=[,;{(\[])\n|(?<=[=,;:{}()?&|<>!\[\]*]) +| +(?=[=,;:{}()?&|<>!\[\]*])"""
)
_STYLES = re.compile(r"(?<=replaceSync\(`)[^`]*")


def words_in(lang: str) -> dict[str, str]:
    """Name -> text of all that the widget says, and code -> name of each language. `lang`: one of `LANGUAGES`."""
    said = locale_of(lang)
    return asdict(said.shared) | asdict(said.widget) | {code: said.name_of(code) for code in LANGUAGES}


def sent_script(site: str = "") -> str:
    """The widget as visitors load it, on a FAQ in the language `site`, with its first words in all languages.

    Code and styles are without the blanks, ends of lines and last semicolons that are for readers.
    """
    said = {lang: words_in(lang) for lang in LANGUAGES}
    first = {lang: "|".join(words[name] for name in _FIRST) for lang, words in said.items()}
    rtl = "|".join(lang for lang in LANGUAGES if direction_of(lang) == "rtl")
    # Without the prototype, on which some tags would be found, such as "constructor".
    words = {"names": "|".join(_FIRST), "site": site, "rtl": rtl, "first": {"__proto__": None, **first}}
    literal = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    script = _WORDS.sub(lambda _: literal, sent_text("widget/widget.js"))
    script = _STYLES.sub(lambda styles: _UNSEEN.sub("", styles[0]), script)
    return _NEEDLESS.sub(lambda found: found[1] or "", script)


def add_widget(app: FastAPI, bot: Bot) -> None:
    """Adds the routes to `app`."""
    words = {lang: SentFile(json.dumps(words_in(lang), ensure_ascii=False), "application/json") for lang in LANGUAGES}

    @cache
    def script(site: str) -> SentFile:
        return SentFile(sent_script(site), SCRIPT)

    @app.api_route("/widget.js", methods=["GET", "HEAD"], include_in_schema=False)
    def widget(request: Request) -> Response:
        return script(base_of(bot.build.settings.lang) if bot.is_ready else "").response(request, _HEADERS)

    @app.api_route("/widget/{lang}.json", methods=["GET", "HEAD"], include_in_schema=False)
    def widget_words(request: Request, lang: str) -> Response:
        if lang not in words:
            raise HTTPException(404, "the widget does not speak this language")
        return words[lang].response(request, _HEADERS)
