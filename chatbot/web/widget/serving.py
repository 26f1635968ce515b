"""The routes of the widget: its script, and its words in other languages."""

import json
import re

from fastapi import FastAPI, HTTPException, Request, Response

from chatbot.web.sent_files import KEPT, SCRIPT, SentFile
from chatbot.web.static_files import sent_text, static_text

# Any site may load the script and its texts: they hold nothing of anybody. Who may ask is decided for each origin.
_HEADERS = KEPT | {
    "cross-origin-resource-policy": "cross-origin",
    "access-control-allow-origin": "*",
}
_UNSEEN = re.compile(r"(?<=[:;,{}>])\s+|;?\s+(?=[{}>!])")
_STYLES = re.compile(r"(?<=replaceSync\(`)[^`]*")


def sent_script() -> str:
    """The widget as visitors load it: its styles, too, without the blanks and last semicolons that are for readers."""
    return _STYLES.sub(lambda styles: _UNSEEN.sub("", styles[0]), sent_text("widget/widget.js"))


def add_widget(app: FastAPI) -> None:
    """Adds the routes to `app`."""
    script = SentFile(sent_script(), SCRIPT)
    words = {
        lang: SentFile(json.dumps(texts, ensure_ascii=False), "application/json")
        for lang, texts in json.loads(static_text("widget/words.json")).items()
    }

    @app.api_route("/widget.js", methods=["GET", "HEAD"], include_in_schema=False)
    def widget(request: Request) -> Response:
        return script.response(request, _HEADERS)

    @app.api_route("/widget/{lang}.json", methods=["GET", "HEAD"], include_in_schema=False)
    def widget_words(request: Request, lang: str) -> Response:
        if lang not in words:
            raise HTTPException(404, "the widget does not speak this language")
        return words[lang].response(request, _HEADERS)
