"""Corpus to index: what is encoded, what is reused, and that nothing that worked is lost."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from chatbot.core.errors import ContentError, IndexRefused, UsageError
from chatbot.core.settings import BotSettings
from chatbot.core.settings_sources import load_bot_settings
from chatbot.encoding.hashing import HashingEncoder
from chatbot.encoding.protocols import Progress
from chatbot.indexing import builder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import BuildReport, build, is_stale
from chatbot.indexing.off_topic import OffTopic
from chatbot.indexing.store import current_build, read_build
from chatbot.search.calibration import answered_from


class CountingEncoder(HashingEncoder):
    """Remembers what it was asked to encode."""

    def __init__(self, fingerprint: str = HashingEncoder.fingerprint) -> None:
        self.fingerprint = fingerprint
        self.texts: list[str] = []

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        self.texts += texts
        return super().encode_passages(texts, progress)

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return HashingEncoder().encode_passages(texts)  # what a build is tried on is not its content


def rebuild(corpus: Path, index: Path, encoder: HashingEncoder | None = None) -> BuildReport:
    return build(corpus, index, load_bot_settings(corpus), encoder or HashingEncoder())


def test_a_build_holds_entries_passages_vectors_and_settings(corpus: Path, tmp_path: Path) -> None:
    report = rebuild(corpus, tmp_path / "index")
    opened = open_build(tmp_path / "index")
    assert opened.id == report.build_id
    assert [entry.id for entry in opened.entries] == [  # by id
        "how-long-do-hamsters-live",
        "how-often-should-i-feed-my-cat",
        "may-dogs-eat-chocolate",
        "what-do-goldfish-eat",
    ]
    cat = opened.entries[1]
    assert (cat.alternates, cat.tags, cat.source, cat.url) == (
        ("When does a cat eat?",), ("pets",), "The vet", "https://vet.example/",
    )  # fmt: skip
    assert opened.settings.title == "Pets"
    assert opened.fingerprint == HashingEncoder.fingerprint
    texts = [passage.text for passage in opened.passages]
    np.testing.assert_allclose(
        opened.vectors.rows(range(len(texts))), HashingEncoder().encode_passages(texts), atol=1e-6
    )
    assert report.passages == len(texts) == report.encoded + report.reused


def test_what_the_owner_tolerates_decides_where_answers_begin(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where questions on anything do not raise it: to the hashing encoder, whose words are numbers, some seem near."""
    monkeypatch.setattr("chatbot.indexing.builder.off_topic_questions", lambda *_: ("zzz", "qqq"))
    anything = OffTopic(("zzz", "qqq"), True, "English")
    for module in ("builder", "rehearsal"):
        monkeypatch.setattr(f"chatbot.indexing.{module}.off_topic_for", lambda *_: anything)
    for tolerated, cut in ((rate, answered_from(float(rate))) for rate in ("0", "0.05", "0.3")):
        settings = dataclasses.replace(load_bot_settings(corpus), tolerated_false_answers=float(tolerated))
        build(corpus, tmp_path / "index", settings, HashingEncoder())
        calibration = open_build(tmp_path / "index").calibration
        assert calibration.answered_from == cut
        assert calibration.unsure_from <= cut


def test_only_what_changed_is_encoded(corpus: Path, tmp_path: Path) -> None:
    rebuild(corpus, tmp_path / "index")
    page = corpus / "pets.md"
    page.write_text(page.read_text().replace("Kittens need four small meals.", "Kittens need five."))
    encoder = CountingEncoder()
    report = rebuild(corpus, tmp_path / "index", encoder)
    assert sorted(encoder.texts) == [
        "How often should I feed my cat? Twice a day. Kittens need five.",
        "Kittens need five.",
    ]
    assert (report.encoded, report.reused) == (2, report.passages - 2)
    opened = open_build(tmp_path / "index")
    texts = [passage.text for passage in opened.passages]
    np.testing.assert_allclose(
        opened.vectors.rows(range(len(texts))), HashingEncoder().encode_passages(texts), atol=1e-6
    )


def test_a_build_that_does_not_open_is_not_published(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red without: `check` in `build`."""
    before = rebuild(corpus, tmp_path / "index").build_id
    facts = builder._facts
    monkeypatch.setattr(builder, "_facts", lambda drafted: {**facts(drafted), "passages": 3})
    with pytest.raises(IndexRefused, match="do not match"):
        rebuild(corpus, tmp_path / "index")
    assert current_build(tmp_path / "index") == before


def test_nothing_changed_nothing_encoded(corpus: Path, tmp_path: Path) -> None:
    rebuild(corpus, tmp_path / "index")
    encoder = CountingEncoder()
    assert rebuild(corpus, tmp_path / "index", encoder).encoded == 0
    assert encoder.texts == []


def test_equal_texts_are_encoded_once_and_keep_their_rows(tmp_path: Path) -> None:
    page = tmp_path / "a.jsonl"
    page.write_text(
        '{"id": "x", "question": "Same?", "answer": "Yes."}\n{"id": "y", "question": "Same?", "answer": "Yes."}'
    )
    encoder = CountingEncoder()
    report = build(page, tmp_path / "index", BotSettings(), encoder)
    assert sorted(encoder.texts) == ["Same?", "Same? Yes.", "Yes."]
    assert (report.passages, report.encoded) == (6, 3)


def test_vectors_of_another_encoder_are_not_reused(corpus: Path, tmp_path: Path) -> None:
    rebuild(corpus, tmp_path / "index")
    report = rebuild(corpus, tmp_path / "index", CountingEncoder("another"))
    assert report.encoded > 0
    assert open_build(tmp_path / "index").fingerprint == "another"


def test_a_mistake_stops_the_build_names_everything_and_keeps_the_old_index(corpus: Path, index: Path) -> None:
    before = open_build(index).id
    (corpus / "bad.md").write_bytes(b"# Caf\xe9?\nYes.")
    (corpus / "worse.txt").write_text("nothing asked")
    with pytest.raises(ContentError) as error:
        rebuild(corpus, index)
    assert "bad.md:1: not UTF-8 text" in str(error.value)
    assert "worse.txt: no question with an answer found" in str(error.value)
    assert open_build(index).id == before


@pytest.mark.parametrize("where", [".", "index", "sub/index", ".index", "../corpus/index"])
def test_an_index_is_not_put_into_its_corpus(where: str, corpus: Path) -> None:
    """Where the next build would read it, and `--watch` would see a change. Red without the look at the two."""
    before = sorted(corpus.rglob("*"))
    with pytest.raises(UsageError, match="lies in the corpus and would be read as content; name another with --index"):
        rebuild(corpus, corpus / where)
    assert sorted(corpus.rglob("*")) == before
    rebuild(corpus / "pets.md", corpus / where)  # one file is read, whatever lies beside it


def test_a_damaged_old_index_is_no_hindrance(corpus: Path, index: Path) -> None:
    next((index / "builds").glob("*/vectors.npy")).write_bytes(b"x")
    report = rebuild(corpus, index)
    assert report.encoded > 0
    assert open_build(index).id == report.build_id


def test_stale_means_that_a_build_would_differ(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index, encoder = tmp_path / "index", HashingEncoder()
    settings = load_bot_settings(corpus)
    assert is_stale(corpus, index, settings, encoder)
    rebuild(corpus, index)
    assert not is_stale(corpus, index, settings, encoder)
    assert is_stale(corpus, index, dataclasses.replace(settings, title="Other"), encoder)
    assert is_stale(corpus, index, settings, CountingEncoder("another"))
    (corpus / "more.md").write_text("# More?\nYes.")
    assert is_stale(corpus, index, settings, encoder)
    rebuild(corpus, index)
    assert not is_stale(corpus, index, settings, encoder)
    monkeypatch.setattr("chatbot.indexing.builder.__version__", "9.9")
    assert is_stale(corpus, index, settings, encoder)
    monkeypatch.undo()
    (index / "CURRENT").write_text("damaged")
    assert is_stale(corpus, index, settings, encoder)


def test_files_that_do_not_belong_together_are_refused(corpus: Path, tmp_path: Path) -> None:
    """Hashes prove that files are as written; that they fit each other is checked as well."""
    from chatbot.indexing.store import builder_lock, publish

    rebuild(corpus, tmp_path / "index")
    stored = read_build(tmp_path / "index")
    lines = stored.files["passages.jsonl"].splitlines(keepends=True)
    facts = {key: value for key, value in stored.manifest.items() if key not in ("files", "format")}
    with builder_lock(tmp_path / "index"):
        publish(tmp_path / "index", {**stored.files, "passages.jsonl": b"".join(lines[:-1])}, facts)
    with pytest.raises(IndexRefused, match="do not match"):
        open_build(tmp_path / "index")
