"""The routes of the FAQ page: the page of the build that is served, its styles and its script."""

from fastapi import FastAPI, Request, Response

from chatbot.dialogue.bot import Bot
from chatbot.indexing.build import Build
from chatbot.web.faq.page import faq_page, script_link, stylesheet_link
from chatbot.web.sent_files import SentFile, add_file
from chatbot.web.waiting import waiting_response

_POLICY = (
    "default-src 'none'; img-src {}; script-src 'self'; style-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


class _Page:
    """Made once for each build."""

    def __init__(self, bot: Bot, stylesheet: SentFile, script: SentFile) -> None:
        self._bot = bot
        self._style = stylesheet_link(f"faq.css?v={stylesheet.version}")
        self._script = script_link(f"faq.js?v={script.version}")
        self._made: tuple[Build, SentFile] | None = None

    def current(self) -> SentFile:
        build, made = self._bot.build, self._made
        if made is None or made[0] is not build:
            page = faq_page(build.entries, build.settings, self._style, self._script, "./")
            made = self._made = build, SentFile(page, "text/html; charset=utf-8")
        return made[1]


def add_faq(app: FastAPI, bot: Bot) -> None:
    """Adds the routes to `app`."""
    stylesheet, script = SentFile.read("faq/faq.css"), SentFile.read("faq/faq.js")
    add_file(app, "/faq.css", stylesheet)
    add_file(app, "/faq.js", script)
    page = _Page(bot, stylesheet, script)

    @app.api_route("/faq", methods=["GET", "HEAD"], include_in_schema=False)
    def faq(request: Request) -> Response:
        if not bot.is_ready and "text/html" in request.headers.get("accept", ""):  # programs get the error
            return waiting_response(request.headers)
        policy = _POLICY.format(" ".join(bot.build.settings.image_origins) or "'none'")
        return page.current().response(request, {"cache-control": "no-cache", "content-security-policy": policy})
