"""The table of addresses: what each costs a client, how it is counted, and that nobody keeps a table beside it."""

import pytest

from chatbot.web.routes import QUEUE_EVENTS, QUEUE_JOIN, ROUTES, route_of
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("path", "budget", "label"),
    [
        ("/api/ask", "question", "/api/ask"),
        ("/api/turn", "question", "page"),
        ("/gradio_api/queue/join", "question", "page"),
        ("/gradio_api/queue/join/", "question", "page"),
        ("/api/feedback", "feedback", "/api/feedback"),
        ("/api/entries/how-long", "lookup", "/api/entries"),
        ("/", "lookup", "page"),
        ("/faq", "lookup", "/faq"),
        ("/livez", "none", "/livez"),
        ("/widget/de.json", "none", "page"),
        ("/assets/a/b.css", "none", "page"),
    ],
)
def test_what_a_request_is_taken_from_and_counted_as(path: str, budget: str, label: str) -> None:
    """Red with another budget or label of any, and where the slash at the end is not known."""
    route = route_of(path)
    assert route
    assert (route.budget, route.label) == (budget, label)


@pytest.mark.parametrize(
    "path",
    ["", "//", "/api", "/api/entries/", "/api/entries/a/b", "/api/entries/" + "x" * 201, "/widget/deu.json",
     "/widget/{lang}.json", "/assets/../app.py", "/assets/", "/faq/", "/livez\n", "/gradio_api/upload"],
)  # fmt: skip
def test_what_is_not_in_the_table_has_no_route(path: str) -> None:
    """Red without the look at "/..", and when a pattern is found within a path."""
    assert route_of(path) is None


def test_each_address_is_listed_once_and_takes_a_body_only_where_it_is_sent_one() -> None:
    assert len({route.path for route in ROUTES}) == len(ROUTES)
    assert all((route.body_limit > 0) == (route.method == "POST") for route in ROUTES)
    assert all(route_of(route.path) is route for route in ROUTES if "{" not in route.path)
    assert {route.path for route in ROUTES if route.takes_turns} == {"/api/ask", "/api/turn"}
    assert QUEUE_JOIN in ROUTES
    assert QUEUE_EVENTS in ROUTES


@pytest.mark.parametrize("module", ["guard", "limits", "metrics", "origins", "gradio_page/queue_gate"])
def test_nobody_keeps_a_table_beside_it(module: str) -> None:
    text = (ROOT / "chatbot" / "web" / f"{module}.py").read_text("utf-8")
    assert [path for path in ("/api", "/gradio_api", "/faq", "/livez", "/config", "/widget") if path in text] == []
