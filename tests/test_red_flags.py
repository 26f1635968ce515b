"""The notices that ship: whoever needs one sees it before all else, however it is typed and wherever; others do not."""

import contextlib
import dataclasses
import json
import random
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from chatbot.cli.main import main
from chatbot.content.corpus import read_corpus
from chatbot.content.notices import NoticeChecker
from chatbot.core.settings import ServerSettings
from chatbot.core.settings_sources import load_bot_settings
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build
from chatbot.web.asgi import create_app
from tests.conftest import ROOT, write_corpus
from tests.phrasings import mutations
from tests.serving import UNLIMITED, running_server, unchecked
from tests.sizes import sizes

NOTICES = load_bot_settings(ROOT / "corpus", env={}).notices
CHECKER = NoticeChecker(NOTICES)
ORDINARY = (ROOT / "tests" / "data" / "ordinary_questions.txt").read_text("utf-8").splitlines()
EACH = 24  # mutations of a phrasing
FALSE_ALARMS = 0.02
JSON = {"content-type": "application/json"}


def red_flags(seed: str = "red flags") -> list[tuple[str, str]]:
    """(id of the notice, message) of so many mutations of each phrasing that must show a notice."""
    rng = random.Random(seed)
    flags = []
    for rule in NOTICES:
        for phrasing in rule.must_fire:
            made = list(dict.fromkeys(mutations(phrasing, rng)))
            flags += [(rule.id, message) for message in rng.sample(made, min(EACH, len(made)))]
    return flags


RED_FLAGS = red_flags()


def shown(message: str) -> set[str]:
    return {notice.id for notice in CHECKER.check(message)}


def test_a_red_flag_is_seen_however_it_is_typed() -> None:
    """RELIABILITY H1. Red without `_STAND_FOR`, `_forms`, `_AND`, or the typos of `_near` in `content/notices.py`."""
    assert len(RED_FLAGS) >= 2_000
    assert [(notice, message) for notice, message in RED_FLAGS if notice not in shown(message)] == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_with_other_seeds_too(seed: int) -> None:
    assert [(notice, message) for notice, message in red_flags(str(seed)) if notice not in shown(message)] == []


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A FAQ on something else, with the notices that ship."""
    folder = tmp_path_factory.mktemp("red-flags")
    corpus = write_corpus(folder / "corpus")
    settings = dataclasses.replace(load_bot_settings(corpus, env={}), notices=NOTICES, disclaimer="No advice.")
    build(corpus, folder / "index", settings, HashingEncoder())
    return folder / "index"


@pytest.fixture(scope="module")
def servers(index: Path) -> Iterator[dict[int, httpx.Client]]:
    """Status -> a server that answers every question with it."""
    how: dict[int, ServerSettings] = {
        200: UNLIMITED,
        429: unchecked(UNLIMITED, rate_burst=0),
        503: unchecked(UNLIMITED, in_flight=0),
        504: unchecked(UNLIMITED, deadline=0),
    }
    with contextlib.ExitStack() as stack:
        clients = {}
        for status, settings in how.items():
            bot = Bot(Served(open_build(index), HashingEncoder()))  # its own: what is remembered is never late
            url = stack.enter_context(running_server(create_app(bot, chat_page=False, settings=settings)))
            clients[status] = stack.enter_context(httpx.Client(base_url=url, timeout=30))
        yield clients


@sizes(normal=40, campaign=len(RED_FLAGS))
def test_it_is_shown_on_every_way_over_http(size: int, servers: dict[int, httpx.Client]) -> None:
    """Answered or refused: too long, no text, too many requests, a full server, too late; by the API and by the chat
    page, where it stands before the reply. Red without: `notices_of` in `_said_first`; notices in `QuestionRefused`;
    the notices before the replies in `_messages`."""
    text_of = {rule.id: rule.text[:40] for rule in NOTICES}
    missed = []
    late = 0
    for notice, message in random.Random(size).sample(RED_FLAGS, size):
        for status, bodies in (
            (200, [message]),
            (422, [f"{message} {'so ' * 200}", f"{message} \ud800"]),
            (429, [message]),
            (503, [message]),
            (504, [message]),
        ):
            server = servers.get(status, servers[200])
            for body in bodies:
                answer = server.post("/api/ask", content=json.dumps({"question": body}), headers=JSON)
                # On a busy machine an answer may be there before the server sees that its time is over.
                is_in_time = status == 504 and answer.status_code == 200
                assert answer.status_code == status or is_in_time, (body, answer.text)
                late += answer.status_code == 504
                if notice not in {each["id"] for each in answer.json().get("notices", [])}:
                    missed.append((status, "ask", body))
        for status in (200, 429):
            turn = servers[status].post("/api/turn", json={"question": message, "conversation": []})
            assert turn.status_code == status
            said = [each for each in turn.json()["messages"] if each["role"] == "assistant"]
            alerts = [each for each in said if "notice-" in json.dumps(each.get("metadata"))]
            if said[: len(alerts)] != alerts or not any(text_of[notice] in each["html"] for each in alerts):
                missed.append((status, "turn", message))
    assert missed == []
    assert late > 0.9 * size


@sizes(normal=6, campaign=200)
def test_it_is_shown_on_the_command_line(size: int, index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before the answer. Red when the notices are printed after the replies."""
    text_of = {rule.id: rule.text[:40] for rule in NOTICES}
    for notice, message in random.Random(size).sample(RED_FLAGS, size):
        assert main(["ask", "--index", str(index), "--", message]) == 0
        printed = capsys.readouterr().out
        assert printed.startswith("PLEASE READ THIS FIRST: ")
        assert text_of[notice] in printed.split("\n\n")[0] + printed.split("\n\n")[1]


# False alarms


def test_ordinary_questions_raise_few_false_alarms() -> None:
    """RELIABILITY H2: over all wordings of the FAQ that ships and 100 questions on anything. Only entries about
    emergencies and doctors may show a notice. Prints the list (`pytest -s`)."""
    entries = read_corpus(ROOT / "corpus").entries
    asked = [(entry.id, wording) for entry in entries for wording in (entry.question, *entry.alternates)]
    alarms = {(id_, wording) for id_, wording in asked if shown(wording)}
    assert ("when-is-back-pain-an-emergency", "Back pain with numbness between the legs") in alarms
    about_help = {"when-is-back-pain-an-emergency", "when-should-i-see-a-doctor-about-back-pain"}
    assert {alarm for alarm in alarms if alarm[0] not in about_help} == set()
    false = [question for question in ORDINARY if shown(question)]
    print(f"\n{len(false)} false alarms of {len(asked) + len(ORDINARY)}: {false}")
    assert len(ORDINARY) == 100
    assert len(false) <= FALSE_ALARMS * len(ORDINARY)


@pytest.mark.parametrize("name", ["banking77_oos", "datatalks_faq", "rasa_sara", "sofmattress"])
def test_people_who_ask_about_something_else_are_not_alarmed(name: str, shared: Path) -> None:
    """RELIABILITY H2. Sets about an illness are left out: fever is their matter."""
    lines = (shared / "data" / name / "queries.jsonl").read_text(encoding="utf-8").splitlines()[:1000]
    texts = [json.loads(line)["text"] for line in lines]
    false = [text for text in texts if shown(text)]
    print(f"\n{name}: {len(false)} false alarms of {len(texts)}: {false}")
    assert len(false) <= FALSE_ALARMS * len(texts)
