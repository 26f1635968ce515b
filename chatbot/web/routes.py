"""Every address that answers, and what is to be known about it. Guard, limits, metrics, the log of other sites and the
gate of the chat page's queue read this table; what is not in it is answered 404.

The handlers stand elsewhere, under the same paths. A mounted Gradio app opens some 80 routes more, among them file
reading, uploads and a proxy: of these only the few that the chat page needs are here, whatever a later release adds.
"""

import re
from dataclasses import dataclass
from typing import Literal

# Where a request counts among those that a client may send. Of lookups it may send ten times as many as of questions.
Budget = Literal["none", "lookup", "feedback", "rebuild", "question"]
Part = Literal["site", "desk"]  # what visitors and programs use; what only editors do

_QUESTION = 64 * 1024  # bytes: a question with some turns of history
_ORDER = 1024
_CONVERSATION = 512 * 1024  # the chat page sends its whole conversation along; an entry may be long, too


@dataclass(frozen=True, slots=True)
class Route:
    """One address, or all that `pattern`, a regular expression, matches as a whole."""

    path: str
    method: Literal["GET", "POST"] = "GET"
    budget: Budget = "none"
    body_limit: int = 0  # bytes
    pattern: str = ""
    has_label: bool = False  # in the metrics; all others are "page": the chat page and files
    is_cross_origin: bool = False  # meant for the pages of other sites, those that `allowed_origins` lists
    is_always_let_in: bool = False  # within its budget: a server that is full has to be seen to be
    takes_turns: bool = False  # waits until there is a core for it
    is_of_chat_page: bool = False  # a refusal shows messages of the chat page
    is_head_a_get: bool = True  # HEAD is answered as GET is, without the body; Gradio answers by itself
    part: Part = "site"

    @property
    def methods(self) -> tuple[str, str]:
        """Those that are no mistake: a browser sends OPTIONS before some requests."""
        return ("GET", "HEAD") if self.method == "GET" else ("POST", "OPTIONS")

    @property
    def label(self) -> str:
        return self.path.partition("/{")[0] if self.has_label else PAGE_LABEL


PAGE_LABEL = "page"

CHAT_PAGE = Route("/", budget="lookup")
QUEUE_EVENTS = Route("/gradio_api/queue/data", is_head_a_get=False)
QUEUE_JOIN = Route(
    "/gradio_api/queue/join",
    "POST",
    "question",
    _CONVERSATION,
    pattern=r"/gradio_api/queue/join/?",
    is_of_chat_page=True,
)

REBUILD = Route("/api/rebuild", "POST", "rebuild", _ORDER, has_label=True)

DESK = Route("/desk", "GET", "lookup", part="desk")
DESK_PAGE = Route("/desk/", "GET", "lookup", part="desk")
DESK_SIGN_IN = Route("/desk/sign-in", "POST", "lookup", _ORDER, part="desk")
DESK_SIGN_OUT = Route("/desk/sign-out", "POST", "lookup", _ORDER, part="desk")
DESK_REPORT = Route("/desk/report", part="desk")

ROUTES = (
    # The API
    Route("/api/ask", "POST", "question", _QUESTION, has_label=True, is_cross_origin=True, takes_turns=True),
    Route("/api/feedback", "POST", "feedback", _QUESTION, has_label=True, is_cross_origin=True),
    Route("/api/starters", "GET", "lookup", has_label=True, is_cross_origin=True),
    Route("/api/suggest", "GET", "lookup", has_label=True, is_cross_origin=True),
    Route(
        "/api/entries/{entry_id}",
        "GET",
        "lookup",
        pattern=r"/api/entries/[^/]{1,200}",
        has_label=True,
        is_cross_origin=True,
    ),
    Route("/openapi.json", "GET", "lookup"),
    # For whoever runs the server
    Route("/livez", has_label=True),
    Route("/readyz", has_label=True),
    Route("/metrics", "GET", "lookup", has_label=True, is_always_let_in=True),
    REBUILD,
    Route("/api/rebuild/{rebuild_id}", "GET", "lookup", pattern=r"/api/rebuild/[^/]{1,200}", has_label=True),
    # The FAQ as a page
    Route("/faq", "GET", "lookup", has_label=True),
    Route("/faq.css"),
    Route("/faq.js"),
    Route("/favicon.ico"),
    # The widget
    Route("/widget.js", has_label=True),
    Route("/widget/{lang}.json", pattern=r"/widget/[a-z]{2}\.json"),
    # The chat page
    CHAT_PAGE,
    Route("/chat.js"),
    Route("/chat.css"),
    Route("/api/turn", "POST", "question", _QUESTION, takes_turns=True, is_of_chat_page=True),
    # What the chat page needs of Gradio
    QUEUE_JOIN,
    QUEUE_EVENTS,
    Route("/gradio_api/info", is_head_a_get=False),
    Route("/gradio_api/app_id", is_head_a_get=False),
    Route("/config", "GET", "lookup", pattern=r"/config/?"),
    Route("/theme.css"),
    Route("/assets/{path}", pattern=r"/assets/[\w./@+-]+"),
    Route("/static/{path}", pattern=r"/static/[\w./@+-]+"),
    # The desk, and what it needs of a Gradio of its own
    DESK,
    DESK_PAGE,
    DESK_SIGN_IN,
    DESK_SIGN_OUT,
    DESK_REPORT,
    # Without a budget: the entrance lets in nobody but editors, who count what wrong tokens cost.
    Route("/desk/gradio_api/queue/join", "POST", body_limit=_CONVERSATION, part="desk"),
    Route("/desk/gradio_api/queue/data", part="desk", is_head_a_get=False),
    Route("/desk/gradio_api/app_id", part="desk", is_head_a_get=False),
    Route("/desk/config", "GET", "lookup", part="desk"),
    Route("/desk/theme.css", part="desk"),
    Route("/desk/assets/{path}", pattern=r"/desk/assets/[\w./@+-]+", part="desk"),
    Route("/desk/static/{path}", pattern=r"/desk/static/[\w./@+-]+", part="desk"),
)
_BY_PATH = {route.path: route for route in ROUTES if "{" not in route.path}
_BY_PATTERN = tuple((re.compile(route.pattern), route) for route in ROUTES if route.pattern)


def route_of(path: str) -> Route | None:
    """The route of a request, whatever its method; None where nothing answers."""
    route = _BY_PATH.get(path)
    if route is None and "/.." not in path:
        route = next((route for pattern, route in _BY_PATTERN if pattern.fullmatch(path)), None)
    return route
