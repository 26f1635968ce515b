"""`lang` is looked at: it must be a language, and that of the entries."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from chatbot.content.corpus import read_corpus
from chatbot.core.settings import BotSettings
from chatbot.core.types import Entry
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build, checked_corpus
from chatbot.indexing.misfits import misfits
from chatbot.indexing.rehearsal import Share
from chatbot.indexing.stated_language import check_languages
from tests.conftest import ROOT

SETS = ROOT / "tests" / "bench" / "sets"
FAQS = sorted((SETS / "languages").glob("*/corpus"))


@pytest.mark.parametrize("corpus", [*FAQS, *sorted((SETS / "pages").glob("*/corpus"))], ids=lambda p: p.parent.name)
def test_the_language_of_an_faq_is_told_from_a_wrong_one(corpus: Path) -> None:
    """Red without the look at the entries; nothing of a right one."""
    entries = read_corpus(corpus).entries
    lang = corpus.parent.name if corpus in FAQS else "en"
    assert list(check_languages(BotSettings(lang=lang), entries)) == []
    [problem] = check_languages(BotSettings(lang="nl"), entries)
    assert (problem.file, problem.rule, problem.severity) == ("bot.toml", "other-language", "warning")
    assert f'write lang = "{lang}"' in problem.message
    labelled = [replace(entry, lang=lang) for entry in entries]  # as in an FAQ of several languages
    assert list(check_languages(BotSettings(lang="nl"), labelled)) == []


@pytest.mark.parametrize("tag", ["xx", "english", "zz-1", "deutsch"])
def test_what_is_no_language_is_named_with_its_line(tag: str, tmp_path: Path) -> None:
    (tmp_path / "bot.toml").write_text(f'title = "Pets"\nlang = "{tag}"\n')
    (tmp_path / "faq.md").write_text("# May dogs eat chocolate?\n\nNo.\n")
    problems = checked_corpus(tmp_path, BotSettings(lang=tag)).problems
    [problem] = [problem for problem in problems if problem.rule == "unknown-language"]
    assert str(problem) == f'bot.toml:2: lang = "{tag}" is no language; write a tag such as "de" or "pt-BR"'
    entry = Entry("a", "Why?", "So.", lang=tag, file="a.csv", line=3)
    [problem] = check_languages(BotSettings(), [entry, replace(entry, id="b", line=4)])
    assert str(problem).startswith(f'a.csv:3: "a": lang "{tag}" is no language')


@pytest.mark.parametrize("tag", ["de-AT", "zh-Hant", "iw", "pt-BR", "tlh", "sr-Latn"])
def test_every_language_is_one(tag: str) -> None:
    assert list(check_languages(BotSettings(lang=tag), [Entry("a", "Why?", "So.", lang=tag)])) == []


class Blind(HashingEncoder):
    """As one to which all characters of a script are unknown."""

    def encode_passages(self, texts, progress=None):  # type: ignore[no-untyped-def]
        seen = ["".join(letter if letter.isascii() else "?" for letter in text)[:1] for text in texts]
        return super().encode_passages(seen, progress) if texts else np.empty((0, 0), np.float32)


def test_an_encoder_that_takes_all_for_one_is_told(tmp_path: Path) -> None:
    """Whatever its name is. Red without `confused`."""
    corpus = FAQS[-1]
    report = build(corpus, tmp_path / "index", BotSettings(lang="zh", encoder="hashing"), Blind())
    found = [problem for problem in report.content.problems if problem.rule == "unread-language"]
    assert len(found) == 1
    assert found[0].message.startswith('the encoder "hashing" takes different questions for one and the same, such as')
    report = build(corpus, tmp_path / "other", BotSettings(lang="zh", encoder="hashing"), HashingEncoder())
    assert "unread-language" not in {problem.rule for problem in report.content.problems}


def test_a_build_that_answers_anything_is_told_and_one_by_a_model_of_ones_own(tmp_path: Path) -> None:
    """Red without `misfits`, and where the encoders that ship are told, too."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"")
    build(FAQS[-1], tmp_path / "index", BotSettings(lang="zh", encoder="hashing"), HashingEncoder())
    built = open_build(tmp_path / "index")

    def told(encoder: str, off_topic: Share | None) -> list[str]:
        settings = replace(built.settings, encoder=encoder)
        return [problem.rule for problem in misfits(replace(built, settings=settings), off_topic)]

    assert told(str(tmp_path / "model"), None) == ["no-constants"]
    assert told("default", Share(4, 100)) == told("base", Share(2, 5)) == []
    assert told("default", Share(5, 100)) == ["answers-anything"]
