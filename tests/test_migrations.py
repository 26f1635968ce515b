"""An index that an earlier version wrote is served as before, and its vectors are taken over by the next build.

`tests/data/format-2.tar.xz` was written by the last version of format 2: two indexes, exact and in clusters, each with
the corpus that it was built from and with what that version replied to some questions.
"""

import json
import shutil
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chatbot.core.errors import IndexRefused
from chatbot.core.settings_sources import load_bot_settings
from chatbot.dialogue.bot import Bot
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build, is_stale
from chatbot.indexing.format import FILES, FORMAT
from chatbot.indexing.migrations import migrated
from chatbot.indexing.store import builder_lock, older_builds, read_build, read_manifest, rollback
from chatbot.search.exact import ExactIndex
from chatbot.search.faiss_index import ClusteredIndex
from tests.test_damage import remade

KINDS = {"exact": ExactIndex, "clustered": ClusteredIndex}


@pytest.fixture(params=KINDS)
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    with tarfile.open(Path(__file__).parent / "data" / "format-2.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / str(request.param)


def replies(index: Path, questions: list[str]) -> dict[str, Any]:
    bot = Bot.open(index, HashingEncoder())
    told = {}
    for question in questions:
        [reply] = bot.ask(question).replies
        told[question] = {
            "status": reply.status,
            "entry": reply.answer.entry_id if reply.answer else None,
            "probability": reply.probability,
            "suggestions": [near.entry_id for near in reply.suggestions],
        }
    return told


def test_it_is_served_as_it_was(stored: Path) -> None:
    """Red without: the step from format 2; the sentences taken out of the clusters."""
    expected = json.loads((stored / "replies.json").read_text())
    before = {path: path.read_bytes() for path in stored.rglob("*") if path.is_file()}
    assert replies(stored / "index", list(expected)) == expected
    opened = open_build(stored / "index")
    assert isinstance(opened.engine, KINDS[stored.name])
    assert opened.vectors.is_half is (stored.name == "clustered")
    assert {path: path.read_bytes() for path in stored.rglob("*") if path.is_file()} == before


def test_the_next_build_takes_its_vectors_over(stored: Path) -> None:
    """Those in clusters were rounded: a small build from nothing would not have such."""
    corpus, index, encoder = stored / "corpus", stored / "index", HashingEncoder()
    settings, before = load_bot_settings(corpus), open_build(index)
    remade(index, lambda manifest: manifest["settings"].update(engine="faiss"))  # all but its format is as of today
    assert is_stale(corpus, index, settings, encoder)
    report = build(corpus, index, settings, encoder)
    if stored.name == "exact":
        assert (report.encoded, report.reused) == (0, report.passages)
        opened = open_build(index)
        rows = np.arange(len(opened.vectors))
        np.testing.assert_array_equal(opened.vectors.rows(rows), before.vectors.rows(rows))
    assert not is_stale(corpus, index, settings, encoder)
    manifest = read_manifest(index)
    assert manifest is not None
    assert manifest["format"] == FORMAT


def test_what_it_becomes_is_what_the_same_corpus_gives_today(stored: Path, tmp_path: Path) -> None:
    corpus, encoder = stored / "corpus", HashingEncoder()
    old = read_build(stored / "index")
    manifest, files = migrated(old.manifest, old.files)
    build(corpus, tmp_path / "new", load_bot_settings(corpus), encoder)
    new = read_build(tmp_path / "new")
    assert manifest["search"]["engine"] == "faiss"
    names = [FILES.entries, FILES.passages, FILES.lexical, FILES.rehearsal]
    names += [FILES.vectors, FILES.geometry] if stored.name == "exact" else []
    for name in names:
        assert bytes(files[name]) == bytes(new.files[name]), name


def test_one_can_roll_back_to_it(stored: Path) -> None:
    corpus, index = stored / "corpus", stored / "index"
    expected = json.loads((stored / "replies.json").read_text())
    old = read_build(index).id
    build(corpus, index, load_bot_settings(corpus), HashingEncoder())
    assert old in older_builds(index)
    with builder_lock(index):
        assert rollback(index) == old
    assert replies(index, list(expected)) == expected


def test_a_damaged_one_is_refused_by_name(stored: Path) -> None:
    index = stored / "index"
    remade(index, lambda manifest: manifest["files"].pop("vectors.faiss"))
    with pytest.raises(IndexRefused, match="is not usable"):
        open_build(index)
    shutil.rmtree(index / "builds" / read_build(index).id)
    with pytest.raises(IndexRefused, match=r"MANIFEST\.json"):
        open_build(index)
