"""A Milvus that is killed, hangs or is not there: what was served is served on, and the next build puts all in
order."""

import asyncio
import contextlib
import itertools
import pickle
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from chatbot.cli.main import main
from chatbot.core.errors import EngineDown, EngineSlow, IndexRefused
from chatbot.core.settings import BotSettings
from chatbot.core.settings_sources import load_bot_settings
from chatbot.dialogue.bot import Bot
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build
from chatbot.indexing.store import current_build, kept_builds, kept_manifests
from chatbot.search import milvus_client
from chatbot.search.candidates import Depths
from chatbot.search.milvus_client import milvus_at
from chatbot.search.service_calls import ServiceCalls
from chatbot.web.asgi import create_app
from chatbot.web.gradio_page.turn import messages_of_turn
from tests.command import ROOT, run_chatbot
from tests.many_sites import ask_once, wait_for, write_site
from tests.milvus import MilvusProcess, milvus_process, require_milvus
from tests.process import UNLIMITED, server_process, sites_process
from tests.serving import UNLIMITED as UNLIMITED_SETTINGS
from tests.serving import running_server
from tests.sizes import sizes
from tests.test_swaps import asked_meanwhile, readyz

QUESTION = "What do goldfish eat?"
STEPS = 11  # calls of Milvus that a build makes until it is published; four more follow

# A server that asks the engine about a corpus of any size, and looks often for what is published.
SERVE = ("-c", "import sys; from functools import partial; from chatbot.search import ranking; "
         "from chatbot.search.candidates import Depths; ranking.Depths = lambda: Depths(all_up_to=0); "
         "from chatbot.web import server; server.Lifecycle = partial(server.Lifecycle, look=0.1); "
         "from chatbot.cli.main import main; sys.exit(main(['serve', *sys.argv[1:]]))")  # fmt: skip
# A builder that is killed before its call of Milvus with that number.
KILLED = """\
import os, signal, sys
from chatbot.cli.main import main
from chatbot.search.service_calls import ServiceCalls
call, left = ServiceCalls.call, [int(sys.argv[1])]
def killed(*asked):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return call(*asked)
ServiceCalls.call = killed
sys.exit(main(["build", "--corpus", sys.argv[2], "--index", sys.argv[3]]))
"""

WARNING = """
[[notices]]
id = "rash"
level = "urgent"
text = "See a doctor."
any_of = ["burning rash"]
must_fire = ["I have a burning rash", "a burning rash", "is a burning rash bad"]
must_not_fire = ["I have a dog"]
review_by = 2999-01-31
"""


@pytest.fixture(scope="module")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusProcess]:
    require_milvus()
    with milvus_process(tmp_path_factory.mktemp("trouble") / "own.db") as server:
        yield server


@pytest.fixture(autouse=True)
def _is_up(milvus: MilvusProcess) -> Iterator[None]:
    """Before each test, and with nothing remembered of one that was down."""
    if not milvus.is_up:
        milvus.start()
    milvus_client._milvus_at.cache_clear()
    yield
    milvus_client._milvus_at.cache_clear()


@pytest.fixture
def settings(corpus: Path, milvus: MilvusProcess) -> BotSettings:
    """As they stand in the bot.toml of `corpus`, too."""
    lines = f'encoder = "hashing"\nengine = "milvus"\nengine_uri = "{milvus.uri}"\nengine_timeout = 1.5\n'
    (corpus / "bot.toml").write_text(lines)
    return BotSettings(encoder="hashing", engine="milvus", engine_uri=milvus.uri, engine_timeout=1.5)


def build_turn(corpus: Path, index: Path, settings: BotSettings, turn: int) -> str:
    answer = f"## What do goldfish eat?\n\nFlakes of build {turn}, once a day.\n"
    (corpus / "pets.md").write_text(f"{answer}\n## May dogs eat chocolate?\n\nNo.\n")
    build(corpus, index, settings, HashingEncoder())
    return str(current_build(index))


def all_in_order(index: Path, milvus: MilvusProcess) -> None:
    """As many collections as builds, and the alias at the one that is served."""
    manifests = [manifest["search"] for manifest in kept_manifests(index)]
    owner = manifests[0]["owner"]
    database = milvus_at(milvus.uri)
    own = {name for name in database.collections() if name.startswith(f"verbatim_{owner}_")}
    assert own == {manifest["collection"] for manifest in manifests}
    assert database.alias_of(f"verbatim_{owner}") == manifests[0]["collection"]


def steps(size: int) -> list[int]:
    """So many of the calls of a build, evenly."""
    return sorted({round(at * (STEPS + 4) / size) for at in range(size)})


@contextlib.contextmanager
def killed_at(step: int, milvus: MilvusProcess, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Within, Milvus is killed before the call with that number."""
    real, made = ServiceCalls.call, itertools.count()

    def call(self: ServiceCalls, *asked: Any) -> object:
        if next(made) == step:
            milvus.kill()
        return real(self, *asked)

    with monkeypatch.context() as patched:
        patched.setattr(ServiceCalls, "call", call)
        yield


def outcome(corpus: Path, index: Path, settings: BotSettings, turn: int) -> str:
    try:
        build_turn(corpus, index, settings, turn)
    except IndexRefused as error:
        return "old" if "the index that worked is unchanged" in str(error) else str(error)
    return "new"


@sizes(normal=3, campaign=STEPS + 5)
def test_milvus_is_killed_at_any_step_of_a_publish(
    size: int,
    corpus: Path,
    tmp_path: Path,
    settings: BotSettings,
    milvus: MilvusProcess,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The old build is served or the new one, whole; the next build leaves nothing behind. Red when CURRENT changes
    before what was published is verified, and when orphans are not collected."""
    index = tmp_path / "index"
    build_turn(corpus, index, settings, 0)
    outcomes = []
    for step in steps(size):
        old = current_build(index)
        with killed_at(step, milvus, monkeypatch):
            outcomes.append(outcome(corpus, index, settings, step + 1))
        assert (current_build(index) == old) == (outcomes[-1] == "old")
        assert open_build(index).id == current_build(index)  # also while Milvus is down
        if not milvus.is_up:
            milvus.start()
        milvus_client._milvus_at.cache_clear()
        opened = open_build(index)
        assert opened.engine.search(HashingEncoder().encode_queries([QUESTION]), 1).rows[0, 0] >= 0
        build_turn(corpus, index, settings, step + 100)
        all_in_order(index, milvus)
    print(outcomes)
    assert outcomes == ["old" if step < STEPS else "new" for step in steps(size)]


@sizes(normal=2, campaign=STEPS + 5)
def test_the_builder_is_killed_at_any_step_of_a_publish(
    size: int, corpus: Path, tmp_path: Path, settings: BotSettings, milvus: MilvusProcess
) -> None:
    """Red when a collection is made before it is written down where."""
    index = tmp_path / "index"
    for step in steps(size + 1)[1:]:
        old = current_build(index)
        arguments = [str(step - 1), str(corpus), str(index)]
        (corpus / "more.md").write_text(f"## Is it {step}?\n\nIt is {step}.\n")
        done = subprocess.run([sys.executable, "-c", KILLED, *arguments], cwd=ROOT, check=False, capture_output=True)
        assert done.returncode in (-signal.SIGKILL, 0), done.stderr.decode()
        if current_build(index):
            open_build(index)
        assert done.returncode or current_build(index) != old
        build_turn(corpus, index, settings, step)
        all_in_order(index, milvus)


@pytest.fixture
def bot(corpus: Path, tmp_path: Path, settings: BotSettings, monkeypatch: pytest.MonkeyPatch) -> Bot:
    monkeypatch.setattr("chatbot.search.ranking.Depths", lambda: Depths(all_up_to=0))
    with (corpus / "bot.toml").open("a") as file:
        file.write(WARNING)
    build(corpus, tmp_path / "index", load_bot_settings(corpus), HashingEncoder())
    return Bot.open(tmp_path / "index", HashingEncoder())


@pytest.mark.parametrize(("harm", "status", "code"), [("down", 503, "engine_down"), ("slow", 504, "engine_slow")])
def test_questions_are_put_off_in_time_and_all_else_goes_on(
    harm: str,
    status: int,
    code: str,
    bot: Bot,
    milvus: MilvusProcess,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With the owner's warnings; and answered as soon as Milvus is back. Red when the API gives 422 or 500, when an
    entry needs the engine, when a warning is lost."""
    entry = bot.build.entries[0].id
    with (
        running_server(create_app(bot, chat_page=False, settings=UNLIMITED_SETTINGS)) as url,
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        assert client.post("/api/ask", json={"question": QUESTION}).status_code == 200
        if harm == "down":
            milvus.kill()
        else:
            milvus.signal(signal.SIGSTOP)
        for turn in range(5):  # until, and after, the circuit opens
            answer = client.post("/api/ask", json={"question": f"I have a burning rash {turn}"})
            assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
            assert int(answer.headers["retry-after"]) >= 1
            assert re.fullmatch("the search [a-z ]+; try again soon", answer.json()["error"]["message"])
            assert [notice["text"] for notice in answer.json()["notices"]] == ["See a doctor."]
        for path in ("/api/suggest?q=goldfish", f"/api/entries/{entry}", "/faq", "/api/starters", "/widget.js"):
            assert client.get(path).status_code == 200, path
        assert client.get("/api/suggest?q=goldfish").json()["suggestions"]
        said = messages_of_turn(bot, "I have a burning rash", "", [])
        assert "See a doctor." in said[1]["content"][0]["text"]
        assert "could not be fetched" in said[2]["content"][0]["text"]
        assert said[2]["again"] == ["I have a burning rash", ""]
        assert main(["ask", QUESTION, "--index", str(tmp_path / "index")]) == 1
        assert re.fullmatch(r"error: Milvus at \S+ [^\n]+\n", capsys.readouterr().err)
        if harm == "down":
            milvus.start()
        else:
            milvus.signal(signal.SIGCONT)
        deadline = time.monotonic() + 30
        while client.post("/api/ask", json={"question": "May dogs eat chocolate?"}).status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_who_looks_at_builds_says_where_nothing_can_be_seen(
    corpus: Path, tmp_path: Path, settings: BotSettings, milvus: MilvusProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    """Red where `verify` takes what it has not seen for whole, and where `rollback` goes back further for it."""
    index = tmp_path / "index"
    of_faiss = BotSettings(encoder="hashing")
    for own in (of_faiss, settings, of_faiss):
        build(corpus, index, own, HashingEncoder())
    third, second, first = kept_builds(index)
    assert main(["verify", "--index", str(index)]) == 0
    milvus.kill()
    milvus_client._milvus_at.cache_clear()
    capsys.readouterr()
    assert main(["verify", "--index", str(index)]) == 1
    assert f"what build {second} keeps outside cannot be looked at (Milvus at" in capsys.readouterr().err
    assert main(["rollback", "--index", str(index)]) == 1
    assert f"build {second} cannot be looked at (Milvus at" in capsys.readouterr().err
    assert current_build(index) == third
    assert main(["rollback", first, "--index", str(index)]) == 0
    assert current_build(index) == first


def test_one_of_many_sites_does_not_say_where_the_engine_is(tmp_path: Path) -> None:
    """It would be sent the token of whoever runs the server. Red without the look at who says it, in a build
    by hand and in one that the server begins."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        uri = f"http://127.0.0.1:{listener.getsockname()[1]}"
        write_site(tmp_path, "evil", is_built=False, more=f'engine = "milvus"\nengine_uri = "{uri}"\n')
        done = run_chatbot("build", "--sites", tmp_path, CHATBOT_ENGINE_TOKEN="root:secret")
        assert done.returncode == 1
        assert "among many sites the server alone says where the engine is; set CHATBOT_ENGINE_URI" in done.stderr
        with (
            sites_process(tmp_path, tmp_path / "log", **UNLIMITED, CHATBOT_ENGINE_TOKEN="root:secret") as server,
            httpx.Client(base_url=server.url, timeout=60) as client,
        ):
            wait_for(lambda: ask_once(client, "/s/evil").json()["error"]["code"] == "broken")
            assert "set CHATBOT_ENGINE_URI" in server.log.read_text()
        with pytest.raises(TimeoutError):
            listener.accept()


def test_the_server_says_for_all_sites_where_the_engine_is(tmp_path: Path, milvus: MilvusProcess) -> None:
    """Also for the builds that it begins."""
    sites, own = tmp_path / "sites", {"CHATBOT_ENGINE_URI": milvus.uri}
    corpus = write_site(
        sites,
        "good",
        is_built=False,
        more='engine = "milvus"\nengine_uri = "http://127.0.0.1:1"\nengine_timeout = 20\n',
    )
    done = run_chatbot("build", "--sites", sites, **own)
    assert done.returncode == 0, done.stderr
    (corpus / "more.md").write_text("## Is it new?\n\nIt is quite new.\n")
    with (
        sites_process(sites, tmp_path / "log", **UNLIMITED, **own) as server,
        httpx.Client(base_url=server.url, timeout=60) as client,
    ):
        wait_for(lambda: "It is quite new" in ask_once(client, "/s/good", "Is it new?").text)


def test_errors_come_through_processes() -> None:
    """As with `--workers`."""
    for kind in (EngineDown, EngineSlow):
        error = pickle.loads(pickle.dumps(kind("no", 2.5, ["x"])))  # type: ignore[list-item]
        assert (type(error), str(error), error.retry_after, error.notices) == (kind, "no", 2.5, ["x"])


def test_a_server_begins_without_its_milvus(
    corpus: Path, tmp_path: Path, settings: BotSettings, milvus: MilvusProcess
) -> None:
    """And says so, shows the FAQ, and answers when Milvus is there. Red when the build is refused, and when nobody
    looks again."""
    index = tmp_path / "index"
    build_turn(corpus, index, settings, 1)
    milvus.kill()
    with server_process(tmp_path / "absent", index, tmp_path / "log", command=SERVE, **UNLIMITED) as server:
        found = server.wait_until("/readyz", 200, "degraded").json()
        assert found["reason"] in ("engine_down", "engine_slow")
        assert (server.status("/faq"), server.status("/api/suggest?q=goldfish")) == (200, 200)
        assert server.ask(QUESTION).status_code in (503, 504)
        milvus.start()
        server.wait_until("/readyz", 200, "ready")
        assert "Flakes of build 1" in server.ask(QUESTION).text
        milvus.signal(signal.SIGSTOP)
        server.wait_until("/readyz", 200, "degraded")
        milvus.signal(signal.SIGCONT)
        server.wait_until("/readyz", 200, "ready")
        milvus_at(milvus.uri).drop(next(kept_manifests(index))["search"]["collection"])
        server.wait_until("/readyz", 200, "index_refused")
        assert server.ask("May dogs eat chocolate?").status_code == 503
        assert "Traceback" not in server.log.read_text()


@sizes(normal=3, campaign=100)
def test_every_answer_during_swaps_is_whole_and_of_the_build_that_it_names(
    size: int, corpus: Path, tmp_path: Path, settings: BotSettings
) -> None:
    """Red when collections are found by the alias, and when that of a build which is served may go."""
    index = tmp_path / "index"
    patient = BotSettings(encoder="hashing", engine="milvus", engine_uri=settings.engine_uri, engine_timeout=20.0)
    number_of = {build_turn(corpus, index, patient, 0): 0}

    async def swap() -> None:
        for turn in range(1, size + 1):
            made = await asyncio.to_thread(build_turn, corpus, index, patient, turn)
            number_of[made] = turn
            if turn % 2 or turn == size:
                await readyz(server.port, "ready", made)

    with server_process(tmp_path / "absent", index, tmp_path / "log", command=SERVE, **UNLIMITED) as server:
        server.wait_until("/", 200, "<gradio-app")
        seen = asyncio.run(asked_meanwhile(server.port, swap))
        assert "Traceback" not in server.log.read_text()
    expected = {(200, made, (f"of build {turn}",)) for made, turn in number_of.items()}
    assert seen.keys() <= expected
    assert len(seen) > size / 3
