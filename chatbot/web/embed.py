"""What other sites and plain browsers fetch: the scripts of widget and chat page, and the FAQ as a static page."""

import gzip
import json
import re
from functools import cached_property

from fastapi import FastAPI, HTTPException, Request, Response

from chatbot.dialogue.bot import Bot
from chatbot.indexing.build import Build
from chatbot.web.faq_page import faq_page, stylesheet_link
from chatbot.web.static_files import static_text, version_of

_FAQ_POLICY = (
    "default-src 'none'; img-src {}; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
# Any site may load the script and its texts: they hold nothing of anybody. Who may ask is decided for each origin.
_WIDGET_HEADERS = {
    "cache-control": "public, max-age=300",
    "cross-origin-resource-policy": "cross-origin",
    "access-control-allow-origin": "*",
}
# What visitors need not load: lines that are comments, and indentation. No text of the script has more than one line,
# but for the styles, which are as good without.
_FOR_READERS = re.compile(r"^\s*//.*\n|^\s+", re.MULTILINE)


class StaticFile:
    """A text that is sent as it stands: its bytes, their gzip form, and a tag that changes with them."""

    def __init__(self, text: str, media_type: str) -> None:
        self._body = text.encode()
        self._media_type = media_type
        self.version = version_of(text)

    @cached_property
    def gzipped(self) -> bytes:
        return gzip.compress(self._body, 9, mtime=0)

    def response(self, request: Request, headers: dict[str, str]) -> Response:
        """304 to who has it already. The address with `?v=` and the version never changes, so it is kept for a year."""
        is_versioned = request.query_params.get("v") == self.version
        kept = {"cache-control": "public, max-age=31536000, immutable"} if is_versioned else {}
        etag = f'W/"{self.version}"'
        headers = {**headers, **kept, "etag": etag, "vary": "accept-encoding"}
        if etag in _listed(request, "if-none-match"):
            return Response(status_code=304, headers=headers)
        if "gzip" in _listed(request, "accept-encoding"):
            headers["content-encoding"] = "gzip"
            return Response(self.gzipped, headers=headers, media_type=self._media_type)
        return Response(self._body, headers=headers, media_type=self._media_type)


class _FaqPage:
    """The page of the build that is served, made once for each build."""

    def __init__(self, bot: Bot, stylesheet: StaticFile) -> None:
        self._bot = bot
        self._style = stylesheet_link(f"faq.css?v={stylesheet.version}")
        self._made: tuple[Build, StaticFile] | None = None

    def current(self) -> StaticFile:
        build, made = self._bot.build, self._made
        if made is None or made[0] is not build:
            page = faq_page(build.entries, build.settings, self._style)
            made = self._made = build, StaticFile(page, "text/html; charset=utf-8")
        return made[1]


def add_embed(app: FastAPI, bot: Bot) -> None:
    """Adds the routes to `app`."""
    script = StaticFile(_FOR_READERS.sub("", static_text("widget.js")), "text/javascript; charset=utf-8")
    words = {
        lang: StaticFile(json.dumps(texts, ensure_ascii=False), "application/json")
        for lang, texts in json.loads(static_text("words.json")).items()
    }
    chat_script = StaticFile(static_text("chat.js"), "text/javascript; charset=utf-8")
    stylesheet = StaticFile(static_text("faq.css"), "text/css; charset=utf-8")
    page = _FaqPage(bot, stylesheet)

    @app.api_route("/widget.js", methods=["GET", "HEAD"], include_in_schema=False)
    def widget(request: Request) -> Response:
        return script.response(request, _WIDGET_HEADERS)

    @app.api_route("/widget/{lang}.json", methods=["GET", "HEAD"], include_in_schema=False)
    def widget_words(request: Request, lang: str) -> Response:
        if lang not in words:
            raise HTTPException(404, "the widget does not speak this language")
        return words[lang].response(request, _WIDGET_HEADERS)

    @app.api_route("/chat.js", methods=["GET", "HEAD"], include_in_schema=False)
    def chat_js(request: Request) -> Response:
        return chat_script.response(request, {"cache-control": "public, max-age=300"})

    @app.api_route("/faq.css", methods=["GET", "HEAD"], include_in_schema=False)
    def faq_css(request: Request) -> Response:
        return stylesheet.response(request, {"cache-control": "public, max-age=300"})

    @app.api_route("/faq", methods=["GET", "HEAD"], include_in_schema=False)
    def faq(request: Request) -> Response:
        policy = _FAQ_POLICY.format(" ".join(bot.build.settings.image_origins) or "'none'")
        return page.current().response(request, {"cache-control": "no-cache", "content-security-policy": policy})


def _listed(request: Request, header: str) -> list[str]:
    """The items of a header that is a list."""
    return [item.strip() for item in request.headers.get(header, "").split(",")]
