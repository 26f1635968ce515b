"""No process of ours contacts another host, or leaves files anywhere but where it was told to write.

What the libraries do by themselves is watched from outside, so that the next one that calls home is noticed.
"""

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.chat_queue import ChatQueue
from tests.conftest import PETS
from tests.process import server_process
from tests.watched import Watch, watch

QUESTION = "May dogs eat chocolate?"
_ANYBODYS = tuple(map(Path, ("/dev/null", "/dev/tty", "/dev/shm", "/proc")))  # what keeps nothing


def check(watched: Watch, *own: Path) -> None:
    """`own`: the folders that it was told to write into."""
    assert watched.strangers() == []
    assert watched.left() == []
    allowed = (*own, watched.temporary, *_ANYBODYS)
    assert [path for path in watched.written() if not any(map(path.is_relative_to, allowed))] == []


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Watch, Path]:
    """An index of the real encoder, whose build was watched."""
    folder = tmp_path_factory.mktemp("private")
    watched = watch(folder / "build")
    corpus, index = folder / "corpus", folder / "index"
    corpus.mkdir()
    (corpus / "pets.md").write_text(PETS)
    done = watched.run("build", "--corpus", corpus, "--index", index)
    assert done.returncode == 0, done.stderr
    return watched, index


def test_the_watch_sees_who_is_contacted_and_what_is_left(tmp_path: Path) -> None:
    """Or else the tests below would be green for nothing."""
    watched = watch(tmp_path / "self")
    code = """
import os, socket
for family, address in ((socket.AF_INET, ("192.0.2.1", 443)), (socket.AF_INET6, ("2001:db8::1", 443)),
                        (socket.AF_INET, ("127.0.0.1", 53)), (socket.AF_INET, ("127.0.0.1", 9))):
    try:
        socket.socket(family, socket.SOCK_DGRAM).connect(address)
    except OSError:
        pass  # without a way there it has tried all the same
if os.fork() == 0:
    os.chdir(os.path.expanduser("~"))
    open("id", "w").close()
"""
    os.spawnvpe(os.P_WAIT, "strace", watched.command(sys.executable, "-c", code), watched.environment)
    contacted = "".join(watched.strangers())
    assert len(watched.strangers()) == 3
    assert all(address in contacted for address in ("192.0.2.1", "2001:db8::1", "htons(53)"))
    assert watched.left() == ["home/id"]
    assert watched.home / "id" in watched.written()


@pytest.mark.model
def test_a_build_contacts_nobody_and_writes_into_its_index_alone(built: tuple[Watch, Path]) -> None:
    """With the export of the encoder. Red without: the switch of onnxruntime, the folder named for torch."""
    watched, index = built
    check(watched, index)


@pytest.mark.model
@pytest.mark.parametrize("verb", ["ask", "train", "evaluate", "mcp"])
def test_a_command_contacts_nobody_and_leaves_nothing(verb: str, built: tuple[Watch, Path], tmp_path: Path) -> None:
    """Red without: the switch of onnxruntime (`ask`, `evaluate`), the passing folder of matplotlib (`evaluate`)."""
    queries, plots = tmp_path / "queries.jsonl", tmp_path / "plots"
    queries.write_text('{"id": "1", "text": "dog chocolate", "relevant": ["may-dogs-eat-chocolate"]}\n')
    arguments = {
        "ask": [QUESTION],
        "train": ["--help"],
        "evaluate": ["--queries", queries, "--plots", plots],
        "mcp": [],
    }
    where = [] if verb == "train" else ["--index", built[1]]
    watched = watch(tmp_path / "watched")
    done = watched.run(verb, *arguments[verb], *where)
    assert done.returncode == 0, done.stderr
    check(watched, plots)


@pytest.mark.model
def test_a_server_with_its_workers_contacts_nobody_and_leaves_nothing(
    built: tuple[Watch, Path], tmp_path: Path
) -> None:
    """A question through the API and one on the chat page. Red without: the switch of onnxruntime, and the
    passing folder of Gradio and matplotlib."""
    watched = watch(tmp_path / "watched")
    bare = ["env", "-i", *(f"{name}={value}" for name, value in watched.environment.items()), "CHATBOT_WORKERS=2"]
    strace, *command = watched.command(*bare, sys.executable, "-m", "chatbot", "serve")
    with server_process(tmp_path / "absent", built[1], tmp_path / "log", command, Path(strace)) as server:
        server.wait_until(seconds=120)
        assert server.ask(QUESTION).json()["replies"][0]["status"] == "answered"
        server.wait_until("/readyz?page=1", seconds=120)
        assert "poisonous" in str(ChatQueue(server.url).turn(QUESTION))
        server.stop(signal.SIGTERM)
    journal = built[1].parent / "journal.db"
    check(watched, *(journal.with_name(f"{journal.name}{end}") for end in ("", "-wal", "-shm", "-journal")))
