"""What other sites and plain browsers fetch: the scripts of widget and chat page, and the FAQ as a static page."""

import gzip
import json
import re
from functools import cached_property

from fastapi import FastAPI, HTTPException, Request, Response

from chatbot.core.logo import picture_of
from chatbot.dialogue.bot import Bot
from chatbot.indexing.build import Build
from chatbot.web.faq.page import faq_page, script_link, stylesheet_link
from chatbot.web.static_files import static_text, version_of

_FAQ_POLICY = (
    "default-src 'none'; img-src {}; script-src 'self'; style-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_KEPT = {"cache-control": "public, max-age=300"}
_OWN_FILES = ("chat.js", "chat.css", "faq.js", "faq.css")
_MEDIA_TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}
# Any site may load the script and its texts: they hold nothing of anybody. Who may ask is decided for each origin.
_WIDGET_HEADERS = _KEPT | {
    "cross-origin-resource-policy": "cross-origin",
    "access-control-allow-origin": "*",
}
# What visitors need not load: comments on lines of their own and after code, and indentation. No text of the script has
# more than one line, but for the styles, which are as good without, and none has " // " after such a mark.
_FOR_READERS = re.compile(r"^\s*//.*\n|^\s+|(?<=[;{]) // .*$", re.MULTILINE)
# An SVG picture that is opened by itself is a page, and may hold a script.
_ICON_HEADERS = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}


class StaticFile:
    """What is sent as it stands: its bytes, their gzip form, and a tag that changes with them."""

    def __init__(self, content: str | bytes, media_type: str) -> None:
        self._body = content if isinstance(content, bytes) else content.encode()
        self._media_type = media_type
        self.version = version_of(content)

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

    def __init__(self, bot: Bot, stylesheet: StaticFile, script: StaticFile) -> None:
        self._bot = bot
        self._style = stylesheet_link(f"faq.css?v={stylesheet.version}")
        self._script = script_link(f"faq.js?v={script.version}")
        self._made: tuple[Build, StaticFile] | None = None

    def current(self) -> StaticFile:
        build, made = self._bot.build, self._made
        if made is None or made[0] is not build:
            page = faq_page(build.entries, build.settings, self._style, self._script, "./")
            made = self._made = build, StaticFile(page, "text/html; charset=utf-8")
        return made[1]


def add_embed(app: FastAPI, bot: Bot) -> None:
    """Adds the routes to `app`."""
    _add_widget(app)
    own = {name: StaticFile(static_text(name), _MEDIA_TYPES[name.rpartition(".")[2]]) for name in _OWN_FILES}
    for name, file in own.items():
        _add_file(app, f"/{name}", file)
    _add_icon(app, bot)
    page = _FaqPage(bot, own["faq.css"], own["faq.js"])

    @app.api_route("/faq", methods=["GET", "HEAD"], include_in_schema=False)
    def faq(request: Request) -> Response:
        policy = _FAQ_POLICY.format(" ".join(bot.build.settings.image_origins) or "'none'")
        return page.current().response(request, {"cache-control": "no-cache", "content-security-policy": policy})


def _add_file(app: FastAPI, path: str, file: StaticFile) -> None:
    @app.api_route(path, methods=["GET", "HEAD"], include_in_schema=False)
    def fetch(request: Request) -> Response:
        return file.response(request, _KEPT)


def _add_widget(app: FastAPI) -> None:
    script = StaticFile(_FOR_READERS.sub("", static_text("widget.js")), _MEDIA_TYPES["js"])
    words = {
        lang: StaticFile(json.dumps(texts, ensure_ascii=False), "application/json")
        for lang, texts in json.loads(static_text("words.json")).items()
    }

    @app.api_route("/widget.js", methods=["GET", "HEAD"], include_in_schema=False)
    def widget(request: Request) -> Response:
        return script.response(request, _WIDGET_HEADERS)

    @app.api_route("/widget/{lang}.json", methods=["GET", "HEAD"], include_in_schema=False)
    def widget_words(request: Request, lang: str) -> Response:
        if lang not in words:
            raise HTTPException(404, "the widget does not speak this language")
        return words[lang].response(request, _WIDGET_HEADERS)


def _add_icon(app: FastAPI, bot: Bot) -> None:
    mark = StaticFile(static_text("icon.svg"), "image/svg+xml")

    @app.api_route("/favicon.ico", methods=["GET", "HEAD"], include_in_schema=False)
    def icon(request: Request) -> Response:
        """The owner's logo, or ours."""
        file = mark
        if bot.is_ready and bot.build.settings.logo:
            media_type, picture = picture_of(bot.build.settings.logo)
            file = StaticFile(picture, media_type)
        return file.response(request, _KEPT | _ICON_HEADERS)


def _listed(request: Request, header: str) -> list[str]:
    """The items of a header that is a list."""
    return [item.strip() for item in request.headers.get(header, "").split(",")]
