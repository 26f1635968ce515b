"""The routes of the chat page that need no Gradio: its script, its styles, and the icon of the site."""

from fastapi import FastAPI, Request, Response

from chatbot.core.logo import picture_of
from chatbot.dialogue.bot import Bot
from chatbot.web.sent_files import KEPT, SentFile, add_file
from chatbot.web.static_files import static_text

# An SVG picture that is opened by itself is a page, and may hold a script.
_ICON_HEADERS = KEPT | {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}


def add_chat_files(app: FastAPI, bot: Bot) -> None:
    """Adds the routes to `app`."""
    for name in ("chat.js", "chat.css"):
        add_file(app, f"/{name}", SentFile.read(f"gradio_page/{name}"))
    mark = SentFile(static_text("icon.svg"), "image/svg+xml")

    @app.api_route("/favicon.ico", methods=["GET", "HEAD"], include_in_schema=False)
    def icon(request: Request) -> Response:
        """The owner's logo, or ours."""
        file = mark
        if bot.is_ready and bot.build.settings.logo:
            media_type, picture = picture_of(bot.build.settings.logo)
            file = SentFile(picture, media_type)
        return file.response(request, _ICON_HEADERS)
