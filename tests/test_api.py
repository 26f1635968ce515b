"""The JSON API over real HTTP, without the chat page."""

import dataclasses
import json

import httpx
import pytest

from chatbot.core.settings import ServerSettings
from chatbot.core.types import NoticeRule
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.reply_ids import ReplyIds
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import Build
from chatbot.web.asgi import create_app
from tests.serving import UNLIMITED, running_server


def test_ask(client: httpx.Client, bot: Bot) -> None:
    answer = client.post("/api/ask", json={"question": "May dogs eat chocolate?", "top": 2})
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"replies", "notices", "build_id", "took_ms"}
    assert body["build_id"] == bot.build.id
    [reply] = body["replies"]
    assert set(reply) == {
        "id",
        "question",
        "status",
        "answer",
        "probability",
        "suggestions",
        "context",
        "gap",
        "explanation",
        "contact",
    }
    assert set(reply["answer"]) == {
        "entry_id", "question", "text", "html", "short", "highlight", "source", "url", "reviewed", "sha256",
        "blocks", "marks", "link", "lang",
    }  # fmt: skip
    assert reply["contact"] is None
    assert reply["answer"]["blocks"] == [
        {"type": "paragraph", "content": [
            "No, chocolate is ", {"type": "strong", "content": ["poisonous"]}, " for dogs:",
        ]},
        {"type": "list", "ordered": True, "start": 1, "loose": False, "items": [
            [{"type": "paragraph", "content": ["call your vet at once;"]}],
            [{"type": "paragraph", "content": ["keep the wrapper."]}],
        ]},
    ]  # fmt: skip
    assert (reply["status"], reply["answer"]["entry_id"]) == ("answered", "may-dogs-eat-chocolate")
    assert [set(suggestion) for suggestion in reply["suggestions"]] == [{"entry_id", "question"}] * 2


def test_whom_to_ask_is_told_where_there_is_no_answer(pets: Build) -> None:
    """The same link as everywhere. Red without: `contact` in `_reply_to`, and in `Bot.show`."""
    settings = dataclasses.replace(pets.settings, contact="Ask [the vet](tel:+4930123).")
    bot = Bot(Served(dataclasses.replace(pets, settings=settings), HashingEncoder()))
    link = {"type": "link", "href": "tel:+4930123", "content": ["the vet"]}
    blocks = [{"type": "paragraph", "content": ["Ask ", link, "."]}]
    contact = {"text": "Ask the vet.", "url": "tel:+4930123", "blocks": blocks}
    with running_server(create_app(bot, chat_page=False, settings=UNLIMITED)) as url:
        for question in ("xylophone quartz", "How long do hamsters live?"):
            [reply] = httpx.post(f"{url}/api/ask", json={"question": question}).json()["replies"]
            assert (reply["answer"], reply["contact"]) == (None, contact)
        gap = httpx.get(f"{url}/api/entries/how-long-do-hamsters-live").json()["reply"]
        assert (gap["status"], gap["contact"]) == ("gap", contact)
        assert httpx.get(f"{url}/api/starters").json()["contact_link"] == contact
        html = 'Ask <a href="tel:+4930123" rel="noopener noreferrer nofollow">the vet</a>.'
        assert f"<p>Contact: {html}</p>" in httpx.get(f"{url}/faq").text


def test_explain_gives_the_reasons(client: httpx.Client) -> None:
    body = {"question": "May dogs eat chocolate?", "explain": True}
    [reply] = client.post("/api/ask", json=body).json()["replies"]
    assert set(reply["explanation"]) == {
        "first", "runner_up", "gap", "features", "margin", "answered_from", "unsure_from", "conflict",
    }  # fmt: skip
    assert reply["explanation"]["first"]["matched"] == "May dogs eat chocolate?"


def test_history_lang_and_tags_are_taken(client: httpx.Client) -> None:
    history = [{"role": "user", "text": "hi"}, {"role": "assistant", "text": "hello", "entry_id": "x"}]
    body = {"question": "goldfish food", "history": history, "lang": "en", "tags": ["cars"]}
    [reply] = client.post("/api/ask", json=body).json()["replies"]
    assert (reply["status"], reply["suggestions"]) == ("unknown", [])


def test_notices_come_with_answers_and_with_errors(pets: Build) -> None:
    rule = NoticeRule("poison", "emergency", "Call a vet.", any_of=("poisoned",))
    warned = dataclasses.replace(pets, settings=dataclasses.replace(pets.settings, notices=(rule,)))
    expected = [{"id": "poison", "level": "emergency", "text": "Call a vet.", "source": "", "url": "",
                 "blocks": [{"type": "paragraph", "content": ["Call a vet."]}]}]  # fmt: skip
    with running_server(create_app(Bot(Served(warned, HashingEncoder())), chat_page=False)) as url:
        answered = httpx.post(f"{url}/api/ask", json={"question": "is my cat poisoned"})
        refused = httpx.post(f"{url}/api/ask", json={"question": "poisoned" + " x" * 500})
    assert (answered.status_code, answered.json()["notices"]) == (200, expected)
    assert (refused.status_code, refused.json()["notices"]) == (422, expected)


SECRET = "s3cr3t-canary"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid_request"),
        ({"question": ""}, 422, "empty_question"),
        ({"question": "?"}, 422, "empty_question"),
        ({"question": SECRET * 50}, 422, "question_too_long"),
        ({"question": [SECRET]}, 422, "invalid_request"),
        ({"question": "a", "top": 21}, 422, "invalid_request"),
        ({"question": "a", "top": SECRET}, 422, "invalid_request"),
        ({"question": "a", "history": [{"role": "system", "text": SECRET}]}, 422, "invalid_request"),
        ({"question": "a", "history": [{"role": "user", "text": "x"}] * 21}, 422, "invalid_request"),
        ([SECRET], 422, "invalid_request"),
    ],
)
def test_a_wrong_request_is_named_and_never_echoed(client: httpx.Client, body: object, status: int, code: str) -> None:
    answer = client.post("/api/ask", json=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    assert answer.json()["error"]["code"] == code
    assert len(answer.json()["error"]["message"]) > 10
    assert SECRET not in answer.text


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"question": "\\ud800"}', b"null"])
def test_a_body_that_is_no_json_or_no_text(client: httpx.Client, content: bytes) -> None:
    answer = client.post("/api/ask", content=content, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert set(answer.json()["error"]) == {"code", "message"}


def test_addresses_and_methods_that_do_not_exist(client: httpx.Client) -> None:
    for method, path, status in [("GET", "/nope", 404), ("GET", "/api/ask", 404), ("DELETE", "/api/ask", 404)]:
        answer = client.request(method, path)
        assert (answer.status_code, set(answer.json())) == (status, {"error"})


def test_a_body_over_the_limit_is_refused_whatever_its_header_says(client: httpx.Client) -> None:
    big = json.dumps({"question": "a", "history": [{"role": "user", "text": "x" * 10_000}] * 9}).encode()
    assert client.post("/api/ask", content=big).status_code == 413
    chunked = client.post("/api/ask", content=iter([big[:50_000], big[50_000:]]))
    assert (chunked.status_code, chunked.json()["error"]["code"]) == (413, "body_too_large")


def test_feedback_is_one_json_line_in_the_log(client: httpx.Client, logged: pytest.LogCaptureFixture) -> None:
    [reply] = client.post("/api/ask", json={"question": "May dogs eat chocolate?"}).json()["replies"]
    body = {"reply_id": reply["id"], "verdict": "down", "reason": "wrong\nanswer", "note": "\x1b[31mred"}
    assert client.post("/api/feedback", json=body).status_code == 204
    [record] = [record for record in logged.records if record.name == "chatbot.feedback"]
    line = record.getMessage()
    assert "\n" not in line
    assert "\x1b" not in line
    assert json.loads(line) == {"event": "feedback", **body, "note": "[31mred"}


def test_feedback_forges_no_line_and_names_nobody(client: httpx.Client, logged: pytest.LogCaptureFixture) -> None:
    """200 payloads. Red without `redacted` in `feedback`, and where the line is not JSON."""
    reply = client.get("/api/entries/may-dogs-eat-chocolate").json()["reply"]
    signs = ("\r\n", "\n", "\r", "\x1b[2J", "\x1b]0;title\x07", "\x00", "\u2028", "\x85", '"}', "\u202e")
    for number in range(200):
        forged = f'{signs[number % len(signs)]}{{"event": "feedback", "verdict": "up"}} ann{number}@example.org'
        body = {"reply_id": reply["id"], "verdict": "down", "reason": forged, "note": forged}
        assert client.post("/api/feedback", json=body).status_code == 204
    lines = [record.getMessage() for record in logged.records if record.name == "chatbot.feedback"]
    assert len(lines) == 200
    for line in lines:
        assert line.isascii()
        assert line.isprintable()
        assert json.loads(line)["verdict"] == "down"
        assert "[email]" in line
        assert "@" not in line


@pytest.mark.parametrize(
    "body",
    [{"reply_id": "x", "verdict": "up"}, {"reply_id": "0" * 32, "verdict": "great"}, {"verdict": "up"}],
)
def test_feedback_of_another_shape_is_refused(client: httpx.Client, body: dict[str, str]) -> None:
    assert client.post("/api/feedback", json=body).status_code == 422


def test_long_notes_are_cut_and_not_refused(client: httpx.Client, logged: pytest.LogCaptureFixture) -> None:
    """Red when the length is a rule of the model: what a visitor wrote would be lost."""
    reply = client.get("/api/entries/may-dogs-eat-chocolate").json()["reply"]
    body = {"reply_id": reply["id"], "verdict": "down", "reason": "r" * 300, "note": "n" * 5000}
    assert client.post("/api/feedback", json=body).status_code == 204
    line = json.loads(next(record.getMessage() for record in logged.records if record.name == "chatbot.feedback"))
    assert (len(line["reason"]), len(line["note"])) == (200, 1000)


def test_feedback_is_taken_for_replies_of_this_server_alone(
    client: httpx.Client, logged: pytest.LogCaptureFixture
) -> None:
    """Red without the look at `gave`; without a secret of its own for each server."""
    [first] = client.post("/api/ask", json={"question": "May dogs eat chocolate?"}).json()["replies"]
    [again] = client.post("/api/ask", json={"question": "May dogs eat chocolate?"}).json()["replies"]
    altered = f"{first['id'][:-1]}{'0' if first['id'][-1] != '0' else '1'}"
    for reply_id in ("0" * 32, altered, ReplyIds().new(1)):
        answer = client.post("/api/feedback", json={"reply_id": reply_id, "verdict": "up"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert not [record for record in logged.records if record.name == "chatbot.feedback"]
    for reply in (first, again):
        assert client.post("/api/feedback", json={"reply_id": reply["id"], "verdict": "up"}).status_code == 204


def test_an_id_is_good_for_a_day() -> None:
    """Red without the age."""
    now = 1_800_000_000.0
    ids = ReplyIds(lambda: now)
    given = ids.new(1)
    assert len(given) == 32
    assert given != ids.new(1)
    assert ids.was_given(given)
    now += 24 * 3600 - 60
    assert ids.was_given(given)
    now += 3600
    assert not ids.was_given(given)
    assert not any(map(ids.was_given, ["", "x", "zz" * 16, given[:-2], f"{given}00"]))


def test_feedback_has_a_budget_of_its_own(pets: Build) -> None:
    """Red when it shares one with what a visitor types, which is ten times as large, or with questions."""
    settings = ServerSettings(rate_burst=3)
    with running_server(create_app(Bot(Served(pets, HashingEncoder())), chat_page=False, settings=settings)) as url:
        [reply] = httpx.post(f"{url}/api/ask", json={"question": "goldfish?"}).json()["replies"]
        body = {"reply_id": reply["id"], "verdict": "up"}
        statuses = [httpx.post(f"{url}/api/feedback", json=body).status_code for _ in range(5)]
        asked = [httpx.post(f"{url}/api/ask", json={"question": "goldfish?"}).status_code for _ in range(2)]
    assert statuses == [204, 204, 204, 429, 429]
    assert asked == [200, 200]


PATHS = (
    "/api/starters",
    "/api/suggest?q=cat",
    "/api/entries/what-do-goldfish-eat",
    "/metrics",
    "/openapi.json",
    "/faq",
)


@pytest.mark.parametrize("path", [*PATHS, "/livez", "/readyz", "/api/entries/none"])
def test_head_is_get_without_the_body(client: httpx.Client, path: str) -> None:
    """Red without: the guard asking for GET in its place (405)."""
    plain = {"accept-encoding": "identity"}
    head, get = client.head(path, headers=plain), client.get(path, headers=plain)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["content-type"] == get.headers["content-type"]
    if path != "/metrics":  # which counts the two
        assert head.headers["content-length"] == get.headers["content-length"]


@pytest.mark.parametrize("path", ["/api/ask", "/api/feedback", "/gradio_api/queue/join"])
def test_options_from_nowhere_is_told_what_is_taken(client: httpx.Client, path: str) -> None:
    """Red without: the guard's own answer (a body of another form)."""
    answer = client.options(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip", "gzip"), ("gzip;q=0", None), ("gzip;q=0.0, *", None), ("*", "gzip"), ("GZIP; q=0.5", "gzip"),
     ("deflate, gzip;q=1.0", "gzip"), ("identity, *;q=0", None), ("", None), ("gzipped", None)],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/openapi.json", "/widget.js"])
def test_packed_only_for_who_can_unpack(client: httpx.Client, path: str, accepted: str, coding: str | None) -> None:
    """Red without: `_heard` (Starlette looks for the letters "gzip")."""
    assert client.get(path, headers={"accept-encoding": accepted}).headers.get("content-encoding") == coding


def test_the_api_describes_itself(client: httpx.Client) -> None:
    assert {"/api/ask", "/api/feedback", "/api/starters"} <= set(client.get("/openapi.json").json()["paths"])


def test_health_and_starters(client: httpx.Client, bot: Bot) -> None:
    assert client.head("/livez").status_code == 200
    assert client.get("/livez").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready", "build_id": bot.build.id}
    settings = bot.build.settings
    assert client.get("/api/starters").json() == {
        "starters": [], "title": settings.title, "greeting": settings.greeting, "placeholder": settings.placeholder,
        "disclaimer": "", "contact": "Ask the vet.", "lang": "en", "question_limit": 500,
        "reasons": list(settings.reasons),
        "greeting_blocks": [{"type": "paragraph", "content": [settings.greeting]}],
        "contact_link": {
            "text": "Ask the vet.", "url": "", "blocks": [{"type": "paragraph", "content": ["Ask the vet."]}],
        },
    }  # fmt: skip


def test_suggestions_and_entries(client: httpx.Client, bot: Bot) -> None:
    assert client.get("/api/suggest", params={"q": "choc"}).json() == {
        "suggestions": [{"entry_id": "may-dogs-eat-chocolate", "question": "May dogs eat chocolate?"}]
    }
    found = client.get("/api/entries/how-often-should-i-feed-my-cat").json()
    assert set(found) == {"entry_id", "question", "alternates", "tags", "lang", "reply"}
    assert found["alternates"] == ["When does a cat eat?"]
    assert found["reply"]["status"] == "answered"
    assert found["reply"]["answer"]["text"] == "Twice a day. Kittens need four small meals."
    assert client.get("/api/entries/how-long-do-hamsters-live").json()["reply"]["status"] == "gap"
    for path in ("no-such-entry", "a/b", "%00", "x" * 300):
        missing = client.get(f"/api/entries/{path}")
        assert (missing.status_code, missing.json()["error"]["code"]) == (404, "not_found"), path
    assert client.get("/api/suggest").status_code == 422
    assert client.get("/api/suggest", params={"q": "e", "top": 21}).status_code == 422


def test_an_error_of_ours_shows_nothing_of_the_inside(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(bot, "answered", broken)
    with running_server(create_app(bot, chat_page=False, settings=UNLIMITED)) as url:
        answer = httpx.post(f"{url}/api/ask", json={"question": "a"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal_error")
    assert SECRET not in answer.text


def test_long_answers_travel_packed(client: httpx.Client) -> None:
    """Red without the GZipMiddleware."""
    packed = client.get("/openapi.json", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in packed.headers["vary"].lower()
    plain = client.get("/openapi.json", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.json() == packed.json()
    assert "content-encoding" not in client.get("/livez", headers={"accept-encoding": "gzip"}).headers
