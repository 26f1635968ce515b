"""Building over HTTP: the holder of the token can, nobody else, and it goes as a build on the command line does."""

import base64
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter
from starlette.datastructures import Headers

from chatbot.core.errors import UsageError
from chatbot.core.settings import ServerSettings
from chatbot.core.settings_sources import REBUILD_TOKEN, load_bot_settings, misspelt_variables
from chatbot.dialogue.bot import Bot
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.builder import build
from chatbot.indexing.engine_data import EngineData
from chatbot.indexing.store import builder_lock, current_build
from chatbot.web import tokens
from chatbot.web.asgi import Server
from chatbot.web.health import Health
from chatbot.web.rebuild_api import Rebuilding, RebuildStatus
from chatbot.web.rebuilds import Rebuild, Rebuilds
from chatbot.web.sites import Site, Sites
from chatbot.web.tokens import Token, token_of
from tests.command import run_chatbot
from tests.conftest import write_corpus
from tests.process import UNLIMITED, ServerProcess, free_port, server_process
from tests.serving import running_server

TOKEN = "canary-Zq7W3xKfUe91LmPs0TbVdyNa5RgHcJoI"  # of no server but these
RIGHT = {"authorization": f"Bearer {TOKEN}"}
PATH = "/api/rebuild"
QUESTION = "What do goldfish eat?"


def until(ended: Callable[[], Any], seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while not (result := ended()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return result


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServerProcess, Path]]:
    """A real server with a token, and its corpus."""
    folder = tmp_path_factory.mktemp("rebuild")
    corpus = write_corpus(folder / "corpus")
    variables = {**UNLIMITED, REBUILD_TOKEN: TOKEN}
    with server_process(corpus, folder / "index", folder / "log", **variables) as server:
        server.wait_until()
        yield server, corpus


def post(server: ServerProcess, body: object = None, **headers: str) -> httpx.Response:
    return httpx.post(f"{server.url}{PATH}", json={} if body is None else body, headers={**RIGHT, **headers})


def ended(server: ServerProcess, begun: httpx.Response) -> dict[str, Any]:
    def answer() -> dict[str, Any] | None:
        found: dict[str, Any] = httpx.get(f"{server.url}{begun.json()['status_url']}", headers=RIGHT).json()
        return None if found["status"] == "running" else found

    result: dict[str, Any] = until(answer)
    return result


# What happens


def test_it_builds_what_was_edited_and_says_how_it_went(served: tuple[ServerProcess, Path]) -> None:
    """A dry run, a build that is served, and one that fails with file and line; each asked for twice, as only one runs.

    Red without: `--dry-run` for a dry run, the look at `_running`, the priority after the report, `problems`."""
    server, corpus = served
    before = server.get("/readyz").json()["build_id"]
    (corpus / "pets.md").write_text(f"# {QUESTION}\n\nPellets.\n")

    first = post(server, {"dry_run": True})
    second = post(server)
    assert first.status_code == 202
    assert first.headers["location"] == f"rebuild/{first.json()['status_url'].rpartition('/')[2]}"
    assert (second.status_code, second.json()["error"]["code"], second.headers["retry-after"]) == (409, "busy", "5")
    assert second.json()["status_url"] == first.json()["status_url"]
    assert second.headers["location"] == first.headers["location"]
    tried = ended(server, first)
    assert (tried["status"], tried["dry_run"], tried["served"], tried["problems"]) == ("done", True, before, [])
    assert TypeAdapter(RebuildStatus).validate_python(tried, extra="forbid")
    changed = {change["question"]: change["kind"] for change in tried["report"]["changes"]}
    assert (changed[QUESTION], changed["May dogs eat chocolate?"]) == ("edited", "lost")
    assert server.get("/readyz").json()["build_id"] == before

    made = ended(server, post(server))
    assert (made["status"], made["error"], made["report"]["entries"]) == ("done", None, 1)
    assert made["progress"] == {"done": made["report"]["encoded"], "total": made["report"]["encoded"]}
    server.wait_until("/readyz", 200, made["report"]["build_id"])
    [reply] = server.ask(QUESTION).json()["replies"]
    assert reply["answer"]["text"] == "Pellets."

    (corpus / "bad.md").write_text("# Why?\n\nSo.\n\nReviewed: soon\n")
    failed = ended(server, post(server))
    (corpus / "bad.md").unlink()
    assert (failed["status"], failed["report"], failed["error"]["code"]) == ("failed", None, "content_error")
    assert [(each["file"], each["line"], each["rule"]) for each in failed["problems"]] == [("bad.md", 5, "bad-date")]
    assert failed["served"] == made["report"]["build_id"]
    assert server.get("/readyz").json() == {"status": "ready", "build_id": failed["served"]}
    log = server.log.read_text()
    assert f"{failed['id']}: failed content_error" in log
    assert "Traceback" not in log


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        ("dry_run=true", "application/x-www-form-urlencoded", 415, "not_json"),
        ("{}", "text/plain", 415, "not_json"),
        ("{}", "", 415, "not_json"),
        ("{", "application/json", 400, "not_json"),
        ("", "application/json", 400, "not_json"),
        ("[]", "application/json", 422, "invalid_request"),
        ('{"dry_run": "yes"}', "application/json", 422, "invalid_request"),
        ('{"corpus": "/etc"}', "application/json; charset=utf-8", 422, "invalid_request"),
        (f'{{"dry_run": {" " * 2000}true}}', "application/json", 413, "body_too_large"),
    ],
)
def test_a_wrong_order_begins_nothing(
    content: str, kind: str, status: int, code: str, served: tuple[ServerProcess, Path]
) -> None:
    server, _ = served
    before = server.log.read_text().count("has begun")
    headers = {**RIGHT, **({"content-type": kind} if kind else {})}
    answer = httpx.post(f"{server.url}{PATH}", content=content, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert server.log.read_text().count("has begun") == before


def test_what_is_not_known_is_404(served: tuple[ServerProcess, Path]) -> None:
    for path in ("x", "0" * 32, "..%2f..%2fapi"):
        assert httpx.get(f"{served[0].url}{PATH}/{path}", headers=RIGHT).status_code == 404
    assert httpx.get(f"{served[0].url}{PATH}", headers=RIGHT).status_code == 404


# Who may not (RELIABILITY W7)


def attempts() -> list[tuple[int, dict[str, Any]]]:
    """(status, what httpx sends): 200 and more ways to try it without the right token, or from another site."""
    near = [TOKEN[:at] + ("x" if TOKEN[at] != "x" else "y") + TOKEN[at + 1 :] for at in range(len(TOKEN))]
    wrong = [
        *near, TOKEN[:-1], TOKEN[1:], TOKEN + "x", TOKEN * 2, TOKEN.upper(), TOKEN.lower(), TOKEN.swapcase(),
        TOKEN[::-1], f'"{TOKEN}"', f"'{TOKEN}'", f"{TOKEN},{TOKEN}", f"{TOKEN} {TOKEN}", f"{TOKEN};", f"<{TOKEN}>",
        f"{TOKEN[:9]} {TOKEN[9:]}", f"{TOKEN[:9]}\t{TOKEN[9:]}", "x", "0", "null", "undefined", "true", "*", "%",
        "a" * 40, "a" * 8000, base64.b64encode(TOKEN.encode()).decode(), TOKEN.encode().hex(), f"token={TOKEN}",
        f"%00{TOKEN}", f"{TOKEN}%0a", "".join(f"%{ord(letter):02x}" for letter in TOKEN), f"' or '1'='1' -- {TOKEN}",
    ]  # fmt: skip
    odd = [f"{TOKEN}\u00e9", f"\u00a0{TOKEN}", TOKEN.replace("a", "\u00e5"), f"{TOKEN}\u00ad"]
    basic = [base64.b64encode(pair.encode()).decode() for pair in (f":{TOKEN}", f"{TOKEN}:", f"admin:{TOKEN}", TOKEN)]
    schemes = [
        TOKEN, f"Token {TOKEN}", f"Bearer: {TOKEN}", f"Bearer  {TOKEN}", f"Bearer\t{TOKEN}", f"Bearer{TOKEN}", "Bearer",
        f"Digest {TOKEN}", f"Bearer Bearer {TOKEN}", f"JWT {TOKEN}", f"bearer={TOKEN}", f"Basic {TOKEN}",
        *(f"Basic {pair}" for pair in basic), f"Negotiate {TOKEN}", "", f"Bearer {TOKEN}, Bearer x",
    ]  # fmt: skip
    lines = [*(f"Bearer {token}" for token in wrong), *schemes]
    tried: list[tuple[int, dict[str, Any]]] = [(401, {})]
    tried += [(401, {"headers": {"authorization": line}}) for line in lines]
    tried += [(401, {"headers": {"authorization": f"Bearer {token}".encode("latin-1")}}) for token in odd]
    tried += [(401, {"headers": {"authorization": f"Bearer {token}".encode()}}) for token in odd]
    names = (
        "x-api-key",
        "x-token",
        "x-auth-token",
        "x-rebuild-token",
        "proxy-authorization",
        "x-forwarded-authorization",
    )
    tried += [(401, {"headers": {name: value}}) for name in names for value in (TOKEN, f"Bearer {TOKEN}")]
    tried += [(401, {"headers": {"cookie": f"{name}={TOKEN}"}}) for name in ("token", "authorization", "session")]
    tried += [(401, {"params": {name: TOKEN}}) for name in ("token", "access_token", "authorization", "key")]
    tried += [(401, {"json": {name: TOKEN}}) for name in ("token", "access_token", "authorization")]
    tried += [(401, {"data": {name: TOKEN}}) for name in ("token", "access_token")]
    tried += [(401, {"files": {"token": TOKEN.encode()}}), (401, {"content": b"\xff\x00"})]
    tried += [(401, {"headers": [("authorization", f"Bearer {TOKEN}"), ("authorization", other)]}) for other in
              ("Bearer x", f"Bearer {TOKEN}")]  # fmt: skip
    origins = (
        "null", "https://evil.example", "http://127.0.0.1", "http://localhost", "https://127.0.0.1.evil.example",
        "file://", "http://evil.example:7860", "chrome-extension://abc", "",
    )  # fmt: skip
    tried += [(403, {"headers": {**RIGHT, "origin": origin}}) for origin in origins]
    tried += [(403, {"headers": {**RIGHT, "sec-fetch-site": site}}) for site in ("cross-site", "same-site", "", "x")]
    tried += [(403, {"headers": {**RIGHT, "sec-fetch-site": "cross-site", "origin": "OWN"}})]
    return tried


def test_nobody_else_can_and_the_token_is_told_to_nobody(served: tuple[ServerProcess, Path]) -> None:
    """Red without: the token compared as a whole; the count of headers; `_is_of_another_site`; the token looked for
    before the body is judged."""
    server, _ = served
    begun, said = server.log.read_text().count("has begun"), []
    tried = attempts()
    with httpx.Client(base_url=server.url, timeout=20) as client:
        for status, request in tried:
            if isinstance(request.get("headers"), dict) and request["headers"].get("origin") == "OWN":
                request["headers"]["origin"] = server.url
            kinds = {"json": {}} if not request.keys() & {"json", "data", "files", "content"} else {}
            answer = client.post(PATH, **request, **kinds)
            looked = {name: value for name, value in request.items() if name in ("headers", "params")}
            status_answer = client.get(f"{PATH}/{'0' * 32}", **looked)
            assert (answer.status_code, status_answer.status_code) == (status, status), request
            said += [answer.text, str(answer.headers), status_answer.text]
        assert len(tried) * 2 >= 200
        assert len(tried) >= 120
        said += [client.get(path).text for path in ("/metrics", "/openapi.json", "/readyz", "/config", "/")]
    log = server.log.read_text()
    assert log.count("has begun") == begun
    for text in (log, *said):
        assert "canary" not in text.lower()


def test_the_own_page_may(served: tuple[ServerProcess, Path]) -> None:
    """The desk of the same server, as browsers say it; and any case of the scheme. 404: the token was accepted."""
    server, _ = served
    for headers in (
        {"sec-fetch-site": "same-origin", "origin": "https://behind.a.proxy.example"},
        {"origin": server.url},
        {"sec-fetch-site": "none"},
        {"authorization": f"bearer {TOKEN}"},
        {"authorization": f"BEARER {TOKEN}"},
    ):
        assert httpx.get(f"{server.url}{PATH}/x", headers={**RIGHT, **headers}).status_code == 404


def test_the_time_does_not_tell_how_near_a_token_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is given, the same number of bytes is compared, in constant time. Red with `==`."""
    compared: list[tuple[bytes, bytes]] = []
    compare = tokens.compare_digest
    monkeypatch.setattr(
        tokens, "compare_digest", lambda one, other: compared.append((one, other)) or compare(one, other)
    )
    token = Token(TOKEN)
    given = [{}, {"authorization": "Bearer x"}, {"authorization": f"Bearer {TOKEN[:-1]}x"}, RIGHT]
    assert [token.refusal(Headers(headers)) is None for headers in given] == [False, False, False, True]
    assert [len(one) for pair in compared for one in pair] == [32] * 8
    assert TOKEN not in repr(token) + str(vars(type(token)))


@pytest.mark.parametrize(
    ("token", "what"),
    [("", "shorter than 32 bytes"), ("short-canary", "shorter"), (TOKEN[:31], "shorter"),
     (f"{TOKEN} {TOKEN}", "a blank"), (f"{TOKEN}\u00e9", "beyond ASCII"), (f"{TOKEN}\n", "a blank")],
)  # fmt: skip
def test_a_token_that_could_be_guessed_or_not_sent_stops_the_server(token: str, what: str, tmp_path: Path) -> None:
    environment = {REBUILD_TOKEN: token}
    with pytest.raises(UsageError, match=f"^{REBUILD_TOKEN}: .*{what}.*") as error:
        token_of(environment=environment)
    assert "canary" not in str(error.value)


def test_the_server_says_so_and_ends(corpus: Path, tmp_path: Path) -> None:
    done = run_chatbot(
        "serve", "--corpus", corpus, "--index", tmp_path, "--port", free_port(), **{REBUILD_TOKEN: "canary"}
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith(f"error: {REBUILD_TOKEN}: is shorter than 32 bytes; make one with `openssl rand -hex")
    assert "canary" not in done.stderr


def test_no_process_inherits_it_and_it_is_no_misspelt_setting() -> None:
    environment = {REBUILD_TOKEN: TOKEN, "OTHER": "x"}
    assert token_of(environment=environment) is not None
    assert environment == {"OTHER": "x"}
    assert token_of(environment=environment) is None
    assert misspelt_variables({REBUILD_TOKEN: TOKEN}) == []
    [sentence] = misspelt_variables({"CHATBOT_REBULD_TOKEN": TOKEN})
    assert sentence == f"CHATBOT_REBULD_TOKEN: there is no such variable; is {REBUILD_TOKEN} meant?"


def test_without_a_token_nothing_is_there(client: httpx.Client) -> None:
    """Red when the routes are added all the same."""
    for answer in (client.post(PATH, json={}, headers=RIGHT), client.get(f"{PATH}/x", headers=RIGHT)):
        assert answer.status_code == 404
    assert "rebuild" not in client.get("/openapi.json").text


def test_it_has_a_budget_of_its_own(bot: Bot, corpus: Path, index: Path) -> None:
    """Red when it is taken from that of questions. The description of the API holds it; behind a proxy the address
    begins with its path, and with that of the site."""
    rebuilding = Rebuilding(Token(TOKEN), Rebuilds(corpus, index))
    limits = ServerSettings(rate_burst=2, rate_per_minute=1, root_path="/help")
    site = Site(bot, Health(), "pets", rebuilding=rebuilding)
    server = Server(Sites(Site(Bot(), Health()), site), limits, chat_page=False)
    with running_server(server) as url, httpx.Client(base_url=f"{url}/s/pets") as client:
        tried = [client.post(PATH, json={}).status_code for _ in range(3)]
        assert tried == [401, 401, 429]
        assert client.post("/api/ask", json={"question": QUESTION}).status_code == 200
        described = client.get("/openapi.json").json()["paths"]
        assert {"post", "get"} == {*described[PATH], *described[f"{PATH}/{{rebuild_id}}"]}
    with running_server(Server(Sites(Site(Bot(), Health()), site), ServerSettings(root_path="/help"), False)) as url:
        begun = httpx.post(f"{url}/s/pets{PATH}", json={"dry_run": True}, headers=RIGHT)
        assert begun.json()["status_url"].startswith("/help/s/pets/api/rebuild/")
        assert httpx.get(f"{url}/s/pets/api/{begun.headers['location']}", headers=RIGHT).status_code == 200
    rebuilding.rebuilds.close()


# What goes wrong


def of(rebuilds: Rebuilds, is_dry_run: bool = False) -> Rebuild:
    rebuild, is_new = rebuilds.begin(is_dry_run)
    assert is_new
    return rebuild


def test_another_build_that_runs_is_told(corpus: Path, index: Path) -> None:
    """That of another process, by the lock of the index."""
    with builder_lock(index, EngineData()):
        rebuild = of(Rebuilds(corpus, index))
        until(lambda: rebuild.state == "failed")
    assert rebuild.document["error"]["code"] == "index_refused"
    assert "another build is running" in rebuild.document["error"]["message"]


def test_a_build_that_is_killed_is_told_and_the_next_one_works(corpus: Path, index: Path) -> None:
    """Red without `_without_report`, and when what has run stays the running one. It comes after whoever answers."""
    before = current_build(index)
    rebuilds = Rebuilds(corpus, index)
    rebuild = of(rebuilds)
    process = until(lambda: rebuilds._process)
    until(lambda: os.getpriority(os.PRIO_PROCESS, process.pid) >= 10)
    os.kill(process.pid, signal.SIGKILL)
    until(lambda: rebuild.state == "failed")
    assert "it was ended by SIGKILL" in rebuild.document["error"]["message"]
    assert current_build(index) == before
    again = of(rebuilds)
    until(lambda: again.state == "done")
    assert current_build(index) == again.document["build_id"] != before


@pytest.mark.parametrize(
    ("command", "why"),
    [(("sh", "-c", "echo boom >&2; exit 3"), "exit status 3; the log"), (("/absent/python",), "cannot be started")],
)
def test_what_ends_without_a_report_is_told(
    command: tuple[str, ...], why: str, tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    rebuild = of(Rebuilds(tmp_path, tmp_path, command))
    until(lambda: rebuild.state == "failed")
    assert why in rebuild.document["error"]["message"]
    assert ("boom" in logged.text) == (command[0] == "sh")


def test_a_server_that_stops_ends_it(corpus: Path, index: Path) -> None:
    """As a crash would: what is published stays. Red without `close`."""
    before = current_build(index)
    rebuilds = Rebuilds(corpus, index)
    rebuild = of(rebuilds)
    process = until(lambda: rebuilds._process)
    rebuilds.close()
    until(lambda: rebuild.state == "failed")
    assert process.poll() is not None
    assert current_build(index) == before
    later = of(rebuilds)
    until(lambda: later.state == "failed")
    assert "the server stops" in later.document["error"]["message"]


def test_few_are_kept(tmp_path: Path) -> None:
    """Of those that ask every minute. Red without the limit."""
    rebuilds = Rebuilds(tmp_path, tmp_path, ("/absent/python",))
    ids = []
    for _ in range(30):
        rebuild = of(rebuilds)
        until(lambda rebuild=rebuild: rebuild.state == "failed")
        ids.append(rebuild.id)
    assert [rebuilds.find(each) is not None for each in ids] == [False] * 10 + [True] * 20


def test_progress_is_for_programs(corpus: Path, tmp_path: Path) -> None:
    """Lines of JSON on standard error, and nothing else there but problems."""
    done = run_chatbot("build", "--corpus", corpus, "--index", tmp_path / "i", "--json", "--progress")
    lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert lines[-1] == {"done": json.loads(done.stdout)["encoded"], "total": json.loads(done.stdout)["encoded"]}
    assert load_bot_settings(corpus).encoder == "hashing"
    assert build(corpus, tmp_path / "j", load_bot_settings(corpus), HashingEncoder()).encoded == lines[-1]["total"]
