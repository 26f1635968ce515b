"""A desk in a server: its entrance, which is there at once, and its page, which needs Gradio."""

from collections.abc import Collection

from fastapi import FastAPI

from chatbot.core.settings import ServerSettings
from chatbot.web.desk.desk import Desk
from chatbot.web.desk.entrance import Entrance
from chatbot.web.desk.reports import report_document
from chatbot.web.gradio_page.stubs import without_stubs
from chatbot.web.tokens import Token


class ServedDesk:
    """The desk of one site. A server without a token has none."""

    def __init__(self, desk: Desk, token: Token, settings: ServerSettings, images: Collection[str] = ()) -> None:
        """`images`: origins of pictures that an answer may show, read for each request."""
        self.entrance = Entrance(token, settings, lambda days: report_document(desk, days), images)
        self._desk = desk

    def load(self) -> FastAPI:
        """Gradio's app, for `Entrance.inside`; it serves within its lifespan. Importing Gradio takes seconds."""
        with without_stubs():
            from chatbot.web.desk.page import mounted_desk

        return mounted_desk(self._desk)

    def close(self) -> None:
        """Ends what runs for the desk alone."""
        self._desk.verbs.close()
