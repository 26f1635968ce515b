"""Builds whose vectors are in a Milvus: published, rolled back, collected and refused, in a file and over gRPC."""

import contextlib
import json
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from chatbot.cli.main import main
from chatbot.core.errors import IndexRefused
from chatbot.core.settings import BotSettings
from chatbot.core.settings_sources import ENGINE_TOKEN
from chatbot.dialogue.bot import Bot
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build
from chatbot.indexing.engine_data import EngineData
from chatbot.indexing.store import builder_lock, current_build, read_manifest, rollback
from chatbot.search import milvus_client
from chatbot.search.candidates import Depths
from chatbot.search.milvus_client import Milvus, milvus_at

QUESTIONS = ["when should my cat eat", "is chocolate bad for dogs", "how much is parking", "zzz"]


def patient(uri: str) -> BotSettings:
    """On a busy machine a search may take seconds."""
    return BotSettings(encoder="hashing", engine="milvus", engine_uri=uri, engine_timeout=30.0)


@pytest.fixture(params=["milvus_file", "milvus_server"])
def settings(request: pytest.FixtureRequest) -> BotSettings:
    return patient(request.getfixturevalue(request.param))


@pytest.fixture
def over_grpc(milvus_server: str) -> BotSettings:
    return patient(milvus_server)


@pytest.fixture
def all_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or else the engine is not asked about a corpus of this size."""
    monkeypatch.setattr("chatbot.search.ranking.Depths", lambda: Depths(all_up_to=0))


def built(corpus: Path, index: Path, settings: BotSettings, turn: int = 0) -> str:
    """The collection of a build that differs from those of other turns."""
    (corpus / "more.md").write_text(f"---\ntags: [more]\nlang: de\n---\n## Ist es {turn}?\n\nEs ist {turn}.\n")
    build(corpus, index, settings, HashingEncoder())
    return collection_of(index)


def collection_of(index: Path) -> str:
    manifest = read_manifest(index)
    assert manifest
    return str(manifest["search"]["collection"])


def database(settings: BotSettings) -> Milvus:
    return milvus_at(settings.engine_uri)


def alias_of(index: Path, settings: BotSettings) -> str:
    """What the alias of the index stands for."""
    manifest = read_manifest(index)
    assert manifest
    return database(settings).alias_of(f"verbatim_{manifest['search']['owner']}")


def collections_of(collection: str, settings: BotSettings) -> set[str]:
    """All of the index that has this one."""
    owner = collection.rpartition("_")[0]
    return {name for name in database(settings).collections() if name.startswith(owner)}


@pytest.mark.usefixtures("all_is_searched")
def test_it_gives_the_replies_that_faiss_gives(corpus: Path, tmp_path: Path, settings: BotSettings) -> None:
    """With filters, too."""
    built(corpus, tmp_path / "milvus", settings)
    build(corpus, tmp_path / "faiss", BotSettings(encoder="hashing"), HashingEncoder())
    bots = [Bot.open(tmp_path / name, HashingEncoder()) for name in ("milvus", "faiss")]
    for question in [*QUESTIONS, "ist es 0"]:
        for filters in ({}, {"lang": "de-AT"}, {"lang": "en"}, {"tags": ["pets"]}, {"tags": ["more", "pets"]}):
            one, other = (bot.ask(question, **filters).replies for bot in bots)  # type: ignore[arg-type]
            assert [(r.status, r.answer, r.suggestions) for r in one] == [
                (r.status, r.answer, r.suggestions) for r in other
            ]
            np.testing.assert_allclose([r.probability for r in one], [r.probability for r in other], atol=1e-3)


def test_collections_go_with_their_builds_and_the_alias_follows(
    corpus: Path, tmp_path: Path, settings: BotSettings
) -> None:
    """Two indexes in one Milvus. Red without: the owner in the names, the alias after a rollback, `collect`."""
    index = tmp_path / "index"
    other = built(corpus, tmp_path / "other", settings)
    made = [built(corpus, index, settings, turn) for turn in range(5)]
    assert collections_of(made[-1], settings) == set(made[-3:])
    assert collections_of(other, settings) == {other}
    assert alias_of(index, settings) == made[-1]
    with builder_lock(index, EngineData()):
        rollback(index, None, EngineData())
    assert collection_of(index) == alias_of(index, settings) == made[-2]
    assert collections_of(made[-1], settings) == set(made[-3:])
    orphan = f"{made[0].rpartition('_')[0]}_0123456789ab"
    database(settings).create(orphan, 4, [])
    with builder_lock(index, EngineData()):
        assert collections_of(made[-1], settings) == set(made[-3:])


def test_many_search_while_others_build(corpus: Path, tmp_path: Path, settings: BotSettings) -> None:
    """Eight threads in one collection while another index is built into the same Milvus, and its own index anew. Red
    when a client is shared that cannot be, and when a build touches what is served."""
    index = tmp_path / "index"
    built(corpus, index, settings)
    engine, queries = open_build(index).engine, HashingEncoder().encode_queries(QUESTIONS)
    expected = engine.search(queries, 5)
    stop = threading.Event()

    def ask_on() -> int:
        asked = 0
        while not stop.is_set():
            hits = engine.search(queries, 5)
            np.testing.assert_array_equal(hits.rows, expected.rows)
            asked += 1
        return asked

    with ThreadPoolExecutor(8) as threads:
        asking = [threads.submit(ask_on) for _ in range(8)]
        try:
            for turn in range(2):
                built(corpus, tmp_path / "other", settings, turn)
                built(corpus, index, settings, turn + 1)
        finally:
            stop.set()
        assert all(each.result() for each in asking)


def test_what_a_killed_first_build_left_is_known(
    corpus: Path, tmp_path: Path, over_grpc: BotSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red when the place is written down after the collection is made, and when it is only in manifests."""
    index, left = tmp_path / "index", []

    def killed(self: Milvus, collection: str, rows: object) -> None:
        left.append(collection)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Milvus, "insert", killed)
        with pytest.raises(KeyboardInterrupt):
            built(corpus, index, over_grpc)
    assert collections_of(left[0], over_grpc) == set(left)
    made = built(corpus, index, over_grpc)
    assert collections_of(left[0], over_grpc) == set()
    assert collections_of(made, over_grpc) == {made}


def test_nothing_is_left_of_an_engine_that_is_left(corpus: Path, tmp_path: Path, over_grpc: BotSettings) -> None:
    """Red when only the engines of the builds that are kept are asked to collect."""
    index = tmp_path / "index"
    made = built(corpus, index, over_grpc)
    for turn in range(2):
        build_with_faiss(corpus, index, turn)
        assert collections_of(made, over_grpc) == {made}  # one may roll back to it
    build_with_faiss(corpus, index, 2)
    assert collections_of(made, over_grpc) == set()
    assert json.loads((index / "ENGINES").read_text())["places"] == []


def build_with_faiss(corpus: Path, index: Path, turn: int) -> None:
    (corpus / "more.md").write_text(f"## Is it {turn}?\n\nIt is {turn}.\n")
    build(corpus, index, BotSettings(encoder="hashing"), HashingEncoder())


def test_a_copy_of_an_index_deletes_nothing_of_it(corpus: Path, tmp_path: Path, over_grpc: BotSettings) -> None:
    """Red when a copy takes the owner over."""
    index, copy = tmp_path / "index", tmp_path / "copy"
    made = built(corpus, index, over_grpc)
    shutil.copytree(index, copy)
    for turn in range(1, 5):
        built(corpus, copy, over_grpc, turn)
    open_build(index)
    assert collections_of(made, over_grpc) == {made}


@pytest.mark.parametrize("harm", ["gone", "one passage less", "another vector", "another tag"])
def test_a_collection_that_is_not_whole_is_refused(
    harm: str, corpus: Path, tmp_path: Path, settings: BotSettings
) -> None:
    """When it is opened, and when one would roll back to it. Red without: count, checksum, `verify` in each."""
    index = tmp_path / "index"
    first = built(corpus, index, settings)
    number = str(current_build(index))
    spoil(database(settings), first, harm)
    with pytest.raises(IndexRefused, match="build the index again"):
        open_build(index)
    second = built(corpus, index, settings, 1)
    with builder_lock(index), pytest.raises(IndexRefused, match="build the index again"):
        rollback(index, number, EngineData())
    assert collection_of(index) == second


def spoil(milvus: Milvus, collection: str, harm: str) -> None:
    if harm == "gone":
        milvus.drop(collection)
        return
    [row] = milvus.rows(collection, [0], ["entry", "lang", "tags", "site"])
    client = milvus._connected(5)
    if harm == "one passage less":
        client.delete(collection, filter="row == 0")
        return
    row = {name: list(value) if name in ("vector", "tags") else value for name, value in row.items()}
    row |= {"vector": row["vector"][1:] + row["vector"][:1]} if harm == "another vector" else {"tags": ["x"]}
    client.upsert(collection, [row])


def test_the_token_goes_nowhere(
    corpus: Path,
    tmp_path: Path,
    over_grpc: BotSettings,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Neither into the index, nor into what is printed when Milvus is there, and when it is not."""
    monkeypatch.setenv(ENGINE_TOKEN, "root:canary-7c1")
    monkeypatch.setattr(milvus_client, "milvus_at", milvus_client.Milvus)  # which reads it anew
    built(corpus, tmp_path / "index", over_grpc)
    (corpus / "bot.toml").write_text('encoder = "hashing"\nengine = "milvus"\nengine_uri = "http://127.0.0.1:9"\n')
    assert main(["build", "--corpus", str(corpus), "--index", str(tmp_path / "index")]) == 1
    out = "".join(capfd.readouterr())
    assert "cannot be reached" in out
    assert "the index that worked is unchanged" in out
    written = b"".join(path.read_bytes() for path in (tmp_path / "index").rglob("*") if path.is_file())
    assert "canary" not in out
    assert b"canary" not in written


def test_a_missing_package_is_named(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pymilvus", None)
    (corpus / "bot.toml").write_text('encoder = "hashing"\nengine = "milvus"\nengine_uri = "http://127.0.0.1:9"\n')
    assert main(["build", "--corpus", str(corpus), "--index", str(tmp_path / "index")]) == 1
    error = capsys.readouterr().err
    assert "bot.toml:2" in error
    assert "the package pymilvus is not installed; run: pip install pymilvus==" in error
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('engine = "milvus"', "engine_uri must say where it is"),
        ('engine_uri = "http://me:secret@host:1"', "must not hold a name or password"),
        ('engine_uri = "host:19530"', "is neither the address of a server"),
        ('engine_uri = "grpc://host"', "is neither the address of a server"),
        ("engine_timeout = 0.0", "must lie between 0.05 and 60"),
        ('engine = "milvus"\nengine_uri = "{corpus}/m.db"', "lies in the corpus"),
    ],
)
def test_settings_that_cannot_be_are_named(
    lines: str, said: str, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (corpus / "bot.toml").write_text('encoder = "hashing"\n' + lines.replace("{corpus}", str(corpus)) + "\n")
    assert main(["build", "--corpus", str(corpus), "--index", str(tmp_path / "index")]) == 1
    error = capsys.readouterr().err
    assert said in error
    assert "bot.toml:" in error
    assert "secret" not in error
    assert not (corpus / "m.db").exists()


def test_a_file_that_another_process_has_open_is_named(corpus: Path, tmp_path: Path, milvus_file: str) -> None:
    """Milvus in a file is for one process at a time. Red when the error of the package comes through."""
    path = tmp_path / "taken.db"
    with locked(path), pytest.raises(IndexRefused, match="another process may have it open"):
        built(corpus, tmp_path / "index", BotSettings(encoder="hashing", engine="milvus", engine_uri=str(path)))
    far = BotSettings(encoder="hashing", engine="milvus", engine_uri=str(tmp_path / "no" / "m.db"))
    with pytest.raises(IndexRefused, match=r"there is no folder .*; make it"):
        built(corpus, tmp_path / "index", far)
    (tmp_path / "notes.db").write_text("of somebody")
    another = BotSettings(encoder="hashing", engine="milvus", engine_uri=str(tmp_path / "notes.db"))
    with pytest.raises(IndexRefused, match="a file that the embedded Milvus has not made; name another path"):
        built(corpus, tmp_path / "index", another)
    assert (tmp_path / "notes.db").read_text() == "of somebody"


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    import fcntl

    path.mkdir()
    with (path / "LOCK").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
