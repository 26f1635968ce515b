"""What a visitor sees of a server that has nothing to answer from yet."""

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response

from chatbot.core.locales import direction_of, locale_of, preferred
from chatbot.core.templates import rendered


def waiting_response(headers: Headers) -> Response:
    """A page that looks again by itself. Nobody knows the site's language yet, so it is in the visitor's."""
    lang = preferred(headers.get("accept-language", ""))
    said = locale_of(lang).waiting
    page = rendered("web/waiting.html.jinja", lang=lang, direction=direction_of(lang), said=said)
    return HTMLResponse(page, 503, {"vary": "accept-language", "retry-after": "3"})
