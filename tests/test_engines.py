"""A second engine needs a module of its own and one line in the list of engines; a build may keep vectors elsewhere."""

import json
import secrets
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pytest

from chatbot.cli.main import main
from chatbot.core.errors import ContentError, IndexRefused
from chatbot.core.settings import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build
from chatbot.indexing.engine_data import EngineData
from chatbot.indexing.store import builder_lock, current_build, rollback
from chatbot.search import engines
from chatbot.search.evidence import Pool
from chatbot.search.protocols import (
    Condition,
    EngineModule,
    Facts,
    Files,
    Hits,
    Labels,
    Place,
    Prepared,
    VectorEngine,
)
from chatbot.search.vectors import Vectors

QUESTIONS = ["when should my cat eat", "is chocolate bad for dogs", "how much is parking", "zzz"]


class FolderEngine:
    """Keeps what it searches in a folder of its own, one file a build, as a database would a collection."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.searches = 0
        self.published = ""

    def wrong(self, settings: BotSettings) -> str:
        return ""

    def place(self, settings: BotSettings) -> str:
        return str(self.folder)

    def prepare(
        self,
        vectors: Vectors,
        n: int,
        questions: np.ndarray,
        settings: BotSettings,
        labels: Labels,
        place: Place | None,
    ) -> Prepared:
        assert place
        name = f"{place.owner}-{secrets.token_hex(4)}"
        np.save(self.folder / f"{name}.npy", vectors.rows(range(n)))
        return Prepared(self._engine(name), {"owner": place.owner, "collection": name}, {})

    def reopen(self, facts: Facts, files: Files, vectors: Vectors, n: int, settings: BotSettings) -> VectorEngine:
        return self._engine(facts["collection"])

    def publish(self, facts: Facts) -> None:
        self.published = facts["collection"]

    def trouble(self, facts: Facts) -> str:
        return ""

    def verify(self, facts: Facts) -> None:
        if not (self.folder / f"{facts['collection']}.npy").exists():
            raise IndexRefused(f"the collection {facts['collection']} is gone; build the index again")

    def collect(self, place: Place, kept: Collection[Facts]) -> None:
        names = {facts["collection"] for facts in kept}
        for path in self.folder.iterdir():
            if path.stem not in names and path.stem.split("-")[0] == place.owner:
                path.unlink()

    def _engine(self, name: str) -> VectorEngine:
        matrix, owner = np.load(self.folder / f"{name}.npy"), self

        class Engine:
            def search(
                self, queries: np.ndarray, k: int, allowed: np.ndarray | None = None, condition: Condition | None = None
            ) -> Hits:
                owner.searches += 1
                cosines = queries @ matrix.T
                if allowed is not None:
                    cosines = np.where(allowed, cosines, -np.inf)
                rows = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
                scores = np.take_along_axis(cosines, rows, axis=1)
                return Hits(np.where(np.isfinite(scores), rows, -1), scores)

        return Engine()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderEngine:
    (tmp_path / "elsewhere").mkdir()
    engine: EngineModule = FolderEngine(tmp_path / "elsewhere")
    monkeypatch.setitem(engines.ENGINES, "folder", engine)  # type: ignore[arg-type]  # the line of registration
    assert isinstance(engine, FolderEngine)
    return engine


SETTINGS = BotSettings(encoder="hashing", engine="folder")


def test_it_gives_the_replies_that_faiss_gives(corpus: Path, tmp_path: Path, folder: FolderEngine) -> None:
    """Also where the candidates come from the engine alone."""
    indexes = {}
    for name in ("folder", "faiss"):
        indexes[name] = tmp_path / name
        build(corpus, indexes[name], BotSettings(encoder="hashing", engine=name), HashingEncoder())
    bots = [Bot.open(index, HashingEncoder()) for index in indexes.values()]
    for question in QUESTIONS:
        one, other = ([(r.status, r.answer, r.probability) for r in bot.ask(question).replies] for bot in bots)
        assert one == other
    searches = folder.searches
    hits = [bot.build.engine.search(HashingEncoder().encode_queries(QUESTIONS), 5) for bot in bots]
    np.testing.assert_allclose(hits[0].scores, hits[1].scores, atol=1e-6)
    assert (hits[0].rows[:, 0] == hits[1].rows[:, 0]).all()
    assert folder.searches == searches + 1
    assert "folder" in json.dumps(open_build(indexes["folder"]).search)


def test_what_it_keeps_goes_with_its_builds(corpus: Path, tmp_path: Path, folder: FolderEngine) -> None:
    """Red without: `collect` after a build, and before one, for what a killed builder left."""
    index = tmp_path / "index"
    for turn in range(5):
        (corpus / "more.md").write_text(f"## Is it turn {turn}?\n\nIt is {turn}.\n")
        build(corpus, index, SETTINGS, HashingEncoder())
    assert len(list(folder.folder.iterdir())) == 3  # as many as builds are kept
    build(corpus, tmp_path / "other", SETTINGS, HashingEncoder())  # of which the first index knows nothing
    orphan, others = folder.folder / f"{open_build(index).search['owner']}-x.npy", len(list(folder.folder.iterdir()))
    np.save(orphan, np.eye(2))
    with builder_lock(index, EngineData()):
        assert not orphan.exists()
    assert len(list(folder.folder.iterdir())) == others == 4


def test_a_draft_leaves_nothing_behind(
    corpus: Path, tmp_path: Path, folder: FolderEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red without: FAISS for what is not published."""
    (corpus / "bot.toml").write_text('encoder = "hashing"\nengine = "folder"\n')
    index = tmp_path / "index"
    where = ["--corpus", str(corpus), "--index", str(index)]
    assert main(["build", *where]) == 0
    assert main(["build", "--dry-run", *where]) == 0
    assert main(["lint", *where]) == 0
    assert len(list(folder.folder.iterdir())) == 1


def test_a_build_whose_vectors_are_gone_is_refused(corpus: Path, tmp_path: Path, folder: FolderEngine) -> None:
    """When it is opened, and when one would roll back to it. Red without: `verify` in each."""
    index = tmp_path / "index"
    build(corpus, index, SETTINGS, HashingEncoder())
    first = str(current_build(index))
    (folder.folder / f"{open_build(index).search['collection']}.npy").unlink()
    with pytest.raises(IndexRefused, match="is gone; build the index again"):
        open_build(index)
    (corpus / "more.md").write_text("## Is it new?\n\nIt is.\n")
    build(corpus, index, SETTINGS, HashingEncoder())
    second = str(current_build(index))
    with builder_lock(index), pytest.raises(IndexRefused, match="is gone"):
        rollback(index, first, EngineData())
    assert current_build(index) == second


def test_an_engine_that_fails_leaves_the_old_build_in_service(
    corpus: Path,
    tmp_path: Path,
    folder: FolderEngine,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    index = tmp_path / "index"
    build(corpus, index, SETTINGS, HashingEncoder())
    old = current_build(index)

    def down(*_: object) -> Prepared:
        raise IndexRefused("the database does not answer; start it, and build again")

    monkeypatch.setattr(folder, "prepare", down)
    (corpus / "more.md").write_text("## Is it new?\n\nIt is.\n")
    with pytest.raises(IndexRefused, match="does not answer"):
        build(corpus, index, SETTINGS, HashingEncoder())
    assert current_build(index) == old
    monkeypatch.setattr(folder, "collect", down)
    with builder_lock(index, EngineData()):
        pass  # what cannot be deleted now is deleted later
    assert "what old builds keep outside was not deleted (the database does not answer" in caplog.text


def test_an_engine_that_is_not_here_is_named(
    corpus: Path, tmp_path: Path, folder: FolderEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    """In bot.toml, and in the manifest of an index that comes from elsewhere."""
    (corpus / "bot.toml").write_text('encoder = "hashing"\nengine = "milvius"\n')
    assert main(["build", "--corpus", str(corpus), "--index", str(tmp_path / "index")]) == 1
    error = capsys.readouterr().err
    assert "bot.toml:2" in error
    assert 'the engine "milvius": there is no such engine; the engines are faiss, milvus, folder' in error
    with pytest.raises(ContentError):
        build(corpus, tmp_path / "index", BotSettings(encoder="hashing", engine="x"), HashingEncoder())


def test_asking_and_opening_take_no_vectors_from_the_engine(corpus: Path, tmp_path: Path, folder: FolderEngine) -> None:
    """The protocol has one function. Red when a small corpus is searched at all."""
    index = tmp_path / "index"
    build(corpus, index, SETTINGS, HashingEncoder())
    folder.searches = 0
    bot = Bot.open(index, HashingEncoder())
    for question in QUESTIONS:
        bot.ask(question)
    assert folder.searches == 0
    assert [name for name in vars(VectorEngine) if not name.startswith("_")] == ["search"]
    assert isinstance(bot.build.ranker._candidates.everything, Pool)
