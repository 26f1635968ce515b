"""Starting up: what is built, what is kept, what is refused."""

import logging
import socket
from pathlib import Path

import pytest

from chatbot.core.errors import ContentError, EncoderError, IndexRefused, UsageError
from chatbot.core.settings import ServerSettings
from chatbot.indexing.store import current_build
from chatbot.web.health import Health
from chatbot.web.lifecycle import prepare
from chatbot.web.server import serve


def test_a_missing_or_stale_index_is_built_and_a_fresh_one_is_not(corpus: Path, tmp_path: Path) -> None:
    where = ServerSettings(corpus=corpus, index=tmp_path / "index")
    first = prepare(where, Health()).build.id
    assert current_build(where.index) == first
    prepare(where, Health())
    assert current_build(where.index) == first
    (corpus / "more.md").write_text("# More?\nYes.")
    prepare(where, Health())
    assert current_build(where.index) != first


def test_a_mistake_in_the_corpus_keeps_the_index_that_works(
    corpus: Path, index: Path, logged: pytest.LogCaptureFixture
) -> None:
    before = current_build(index)
    (corpus / "bad.md").write_bytes(b"\xff")
    assert prepare(ServerSettings(corpus=corpus, index=index), Health()).build.id == before
    assert current_build(index) == before
    [message] = [record.getMessage() for record in logged.records if record.levelno == logging.ERROR]
    assert "bad.md:1: not UTF-8 text" in message
    assert f"build {before} is served as before" in message


def test_a_damaged_index_is_built_again_from_the_corpus(corpus: Path, index: Path) -> None:
    before = current_build(index)
    next((index / "builds").glob("*/vectors.npy")).write_bytes(b"junk")
    assert prepare(ServerSettings(corpus=corpus, index=index), Health()).build.id != before


def test_a_corpus_file_that_cannot_be_read_keeps_the_index_that_works(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may read every file, so the refusal is made by hand."""
    read = Path.read_bytes

    def refusing(path: Path) -> bytes:
        if path.suffix == ".md":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    before = current_build(index)
    monkeypatch.setattr(Path, "read_bytes", refusing)
    assert prepare(ServerSettings(corpus=corpus, index=index), Health()).build.id == before


def test_a_missing_model_is_said_once_and_serves_nothing(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch, logged: pytest.LogCaptureFixture
) -> None:
    (corpus / "bot.toml").write_text('encoder = "./absent"')
    monkeypatch.setenv("CHATBOT_ENCODER", "./absent")
    with pytest.raises(EncoderError, match="is not a folder"):
        prepare(ServerSettings(corpus=corpus, index=index), Health())
    assert logged.records == []


def test_a_wrong_setting_keeps_the_index_that_works_too(corpus: Path, index: Path) -> None:
    (corpus / "bot.toml").write_text("titel = 1")
    before = current_build(index)
    prepare(ServerSettings(corpus=corpus, index=index), Health())
    assert current_build(index) == before


def test_a_mistake_in_the_corpus_without_an_index_is_the_error_shown(corpus: Path, tmp_path: Path) -> None:
    (corpus / "bad.md").write_bytes(b"\xff")
    with pytest.raises(ContentError, match=r"bad\.md:1: not UTF-8 text"):
        prepare(ServerSettings(corpus=corpus, index=tmp_path / "none"), Health())


def test_without_a_corpus_the_index_is_served_as_it_is(index: Path, tmp_path: Path) -> None:
    prepare(ServerSettings(corpus=tmp_path / "absent", index=index), Health())
    with pytest.raises(IndexRefused, match="holds no index yet"):
        prepare(ServerSettings(corpus=tmp_path / "absent", index=tmp_path / "none"), Health())
    with pytest.raises(UsageError, match=r"there is no such folder, nor is there an index in .* to serve"):
        serve(ServerSettings(corpus=tmp_path / "absent", index=tmp_path / "none", port=_free_port()), lambda *_: None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_damaged_index_without_a_corpus_is_refused(index: Path, tmp_path: Path) -> None:
    (index / "CURRENT").write_text("x")
    with pytest.raises(IndexRefused, match="CURRENT: damaged"):
        prepare(ServerSettings(corpus=tmp_path / "absent", index=index), Health())


def test_a_busy_port_is_named_before_anything_is_loaded(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        where = ServerSettings(corpus=tmp_path / "absent", index=tmp_path / "none", port=port)
        with pytest.raises(UsageError, match=rf"cannot listen on 127\.0\.0\.1:{port} \(Address already in use"):
            serve(where, ready=lambda bot, url: None)
