"""Random requests over many sites: what is said of one never shows anything of another.

Each site says a word of its own in all that it says. What a request is for is worked out here once more, from its very
bytes. `leaks` finds none, and finds them where the server is broken on purpose.
"""

import dataclasses
import json
import random
import re
import shutil
import socket
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest

from chatbot.dialogue.remembered import Remembered
from chatbot.dialogue.served import Served
from chatbot.web import known_site, open_sites, opened_site
from chatbot.web.many_sites import ManySites
from chatbot.web.origins import AllowedOrigins
from chatbot.web.sites import Site
from chatbot.web.tokens import Token
from tests.journals import rows
from tests.many_sites import PATIENT, QUESTION, journal_of, many_sites, secret_of, serving, write_site
from tests.sizes import sizes

NAMES = ("alpha", "beta", "gamma", "delta", "b-2")
TOKENS = {name: Token(f"token-of-{name}-{'x' * 32}") for name in NAMES[:2]}
HOSTS = {f"{prefix}{name}.example": name for name in NAMES for prefix in ("", "www.")}
PAGES = (
    *("/", "/faq", "/widget.js", "/widget/en.json", "/chat.js", "/api/starters", "/api/suggest?q=wh", "/openapi.json"),
    *("/api/entries/what-is-the-secret-word", "/readyz", "/livez", "/metrics", "/desk", "/desk/config", "/favicon.ico"),
    *("/api/rebuild/1", "/config", "/nothing"),
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("probed") / "sites"
    for name in NAMES:
        write_site(root, name)
    return root


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine it may take longer to open a site than visitors wait."""
    monkeypatch.setattr(open_sites, "_PATIENCE", 100.0)


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "sites"))


@dataclasses.dataclass(frozen=True)
class Probe:
    method: str
    target: str  # as it stands in the request line
    headers: Sequence[tuple[str, str]]
    body: str = ""

    @property
    def host(self) -> str:
        return next(value for name, value in self.headers if name == "host")

    @property
    def site(self) -> str:
        """The one that it is for, by its bytes; "" for none."""
        path = unquote(self.target.partition("?")[0])
        own = HOSTS.get(re.sub(r":\d*$", "", self.host).lower(), "")
        named = re.match(r"/s/([a-z0-9-]+)/", path)
        if named:
            return named[1] if named[1] in NAMES and own in ("", named[1]) else ""
        return own


def probe_of(chance: random.Random) -> Probe:
    """One request, mostly of a kind that is answered, and often crooked."""
    name, other = chance.sample(NAMES, 2)
    prefix = chance.choice(
        [f"/s/{name}"] * 20
        + [""] * 12
        + [f"/s/{name}/../{other}", f"/s/{name}/%2e%2e/{other}", f"/s/{name}%2f..%2f{other}", f"/s/{name}/s/{other}"]
        + [
            f"//s/{name}",
            f"/s//{name}",
            f"/S/{name}",
            f"/s/{name.upper()}",
            f"/./s/{name}",
            "/s/%61lpha",
            f"/s/{name}%00",
        ]
        + [f"/s/{name};x", f"/s/.data/{name}", "/s/..", f"http://{other}.example/s/{name}", f"/s/{name}/%2e/{other}"]
    )
    host = chance.choice(
        ["127.0.0.1", "many.example", "localhost:80"] * 4
        + [f"{name}.example", f"www.{name}.example", f"{name.upper()}.EXAMPLE", f"{name}.example:443"] * 2
        + [
            f"{name}.example.",
            f"{name}.example:80:80",
            f"x@{name}.example",
            f"{name}.example,{other}.example",
            f".{name}.example",
        ]
    )
    host = chance.choice([host] * 6 + [f"{other}.example"])
    headers = [("host", host)]
    for site in chance.sample(NAMES, 2):
        headers += chance.choice(
            [[]] * 2
            + [[("origin", f"https://{secret_of(site)}.example")], [("x-forwarded-host", f"{site}.example")]]
            + [
                [("forwarded", f"host={site}.example")],
                [("x-original-url", f"/s/{site}/faq")],
                [("x-host", f"{site}.example")],
            ]
            + [[("cookie", f"site={site}")], [("referer", f"https://{site}.example/s/{site}/")]]
        )
    if chance.random() < 0.6:
        question = chance.choice([QUESTION, "what is the SECRET word", "Where is it kept?", "Who may open the door?"])
        path = chance.choice(["/api/ask"] * 4 + ["/api/turn"])
        asked = {"question": question} if path == "/api/ask" else {"question": question, "conversation": []}
        return Probe("POST", prefix + path, headers, json.dumps(asked))
    return Probe(chance.choice(["GET"] * 5 + ["HEAD", "OPTIONS"]), prefix + chance.choice(PAGES), headers)


def sent(port: int, probe: Probe) -> str:
    """The whole answer, head and body."""
    lines = [f"{probe.method} {probe.target} HTTP/1.1", *(f"{name}: {value}" for name, value in probe.headers)]
    body = probe.body.encode()
    if body:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        connection.sendall("\r\n".join([*lines, "connection: close", "", ""]).encode() + body)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts).decode("utf-8", "replace")


class Watch:
    """What was seen so far."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.asked: Counter[str] = Counter()
        self.given: dict[str, str] = {}  # name -> the id of a reply

    def look_at(self, probe: Probe, answer: str) -> None:
        head, _, body = answer.partition("\r\n\r\n")
        status, said = head.split(" ")[1], f"{probe.method} {probe.target} at {probe.host}"
        assert status in ("200", "303", "304", "400", "401", "403", "404", "405", "422", "503"), answer[:300]
        if probe.site == "" and status == "200" and probe.target not in ("/livez", "/readyz"):
            self.found.append(f"nobody is asked by {said}, and it is answered")
        others = [name for name in NAMES if name != probe.site and secret_of(name) in answer]
        self.found += [f"{said} shows {name}: {answer[:120]!r}" for name in others]
        allowed = re.search(r"(?i)access-control-allow-origin: (.*)\r?", head)
        is_for_all = "/widget" in probe.target  # the widget itself, the same for each
        if allowed and not is_for_all and allowed[1].strip() != f"https://{secret_of(probe.site)}.example":
            self.found.append(f"{said} allows {allowed[1]}")
        if "/metrics" in probe.target and (labels := set(re.findall('site="([^"]*)"', body)) - {probe.site}):
            self.found.append(f"{said} shows figures of {labels}")
        if probe.method == "POST" and status == "200":
            self.asked[probe.site] += 1
            if probe.target.endswith("/ask"):
                self.given[probe.site] = json.loads(body)["replies"][0]["id"]

    def ask_for_more(self, client: httpx.Client) -> None:
        """Who knows the replies, and what was counted."""
        for name, reply in self.given.items():
            rated = {"reply_id": reply, "verdict": "up"}
            known = [s for s in NAMES if client.post(f"/s/{s}/api/feedback", json=rated).status_code == 204]
            if known != [name]:
                self.found.append(f"a reply of {name} is known to {known}")
        for name in NAMES:
            figures = client.get(f"/s/{name}/metrics").text
            replies = sum(map(float, re.findall(r"verbatim_replies_total{.*} (.*)", figures)))
            if replies != self.asked[name]:
                self.found.append(f"{name} counts {replies} replies and was asked {self.asked[name]} times")

    def read_journals(self, root: Path) -> None:
        for name in filter(self.asked.get, NAMES):
            path = journal_of(root, name)
            kept = sum(row["kind"] == "reply" for row in rows(path)) if path.exists() else 0
            if kept != self.asked[name]:
                self.found.append(f"the journal of {name} has {kept} rows, and it was asked {self.asked[name]} times")


def leaks(root: Path, count: int, max_open: int, seed: int = 1) -> list[str]:
    """What `count` random requests show of a site that they are not for: one sentence each."""
    chance, watch = random.Random(seed), Watch()
    settings = dataclasses.replace(PATIENT, max_open=max_open)
    with serving(many_sites(root, settings, TOKENS, TOKENS)) as client:
        for _ in range(count):
            probe = probe_of(chance)
            watch.look_at(probe, sent(client.base_url.port or 80, probe))
        watch.ask_for_more(client)
    watch.read_journals(root)
    assert sum(watch.asked.values()) > count / 8
    assert all(watch.asked[name] for name in NAMES)
    return watch.found


@sizes(120, 1000)
def test_random_requests_show_nothing_of_another_site(root: Path, size: int) -> None:
    assert leaks(root, size, 3) == []


def path_before_host(self: ManySites, scope: dict[str, object]) -> object:
    found = re.match("/s/([^/]*)(/.*)", str(scope["path"]))
    sites = self._folders.listed.sites
    return (sites[found[1]], found[2]) if found and found[1] in sites else FIND(self, scope)  # type: ignore[arg-type]


FIND = ManySites._find
SHARED = Remembered()
BROKEN: dict[str, Callable[[pytest.MonkeyPatch, Path], None]] = {
    "shows": lambda patch, root: patch.setattr(Served, "remembered", SHARED),  # the cache of all
    "allows": lambda patch, root: patch.setattr(
        AllowedOrigins, "_now", lambda self: tuple(f"https://{secret_of(name)}.example" for name in NAMES)
    ),
    "the journal of": lambda patch, root: patch.setattr(
        known_site, "journal_path", lambda where: journal_of(root, "alpha")
    ),
    "nobody is asked": lambda patch, root: patch.setattr(ManySites, "_find", path_before_host),
    "counts": lambda patch, root: patch.setattr(
        opened_site,
        "site_app",
        lambda site, *rest, **named: APP(FIRST.setdefault("", site) and mixed(site), *rest, **named),
    ),
    "is known to": lambda patch, root: patch.setattr("chatbot.dialogue.reply_ids.token_bytes", lambda n: b"x" * n),
}
APP = opened_site.site_app
FIRST: dict[str, Site] = {}


def mixed(site: Site) -> Site:
    """With the bot of another."""
    site.bot.events = FIRST[""].bot.events
    return site


@pytest.mark.parametrize("what", BROKEN)
def test_each_kind_of_leak_is_found(what: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One cache for all, all origins for each, one journal, the path before the host, one counter, one secret."""
    FIRST.clear()
    BROKEN[what](monkeypatch, root)
    assert any(what in one for one in leaks(root, 100, len(NAMES)))
