"""Corpus to published build. Only passages that no earlier build holds are encoded."""

import dataclasses
import datetime
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from chatbot import __version__
from chatbot.content.corpus import read_corpus
from chatbot.content.ledger import Content
from chatbot.content.lint import check_reviews, check_settings, with_lines
from chatbot.content.notices import check_notices
from chatbot.content.passages import passages_of
from chatbot.content.profile import check_profile
from chatbot.core.errors import ContentError, EncoderError, EngineDown, IndexRefused, SettingsError, UsageError
from chatbot.core.passage_table import PassageTable
from chatbot.core.problem import Problem
from chatbot.core.settings import BotSettings
from chatbot.core.settings_sources import load_bot_settings
from chatbot.core.settings_text import SETTINGS_FILE
from chatbot.encoding.models import questions_learnt
from chatbot.encoding.protocols import Encoder, Progress
from chatbot.encoding.sentence_transformers import load_reranker
from chatbot.indexing.build import Build, Reusable, facts_of, files_of, opened, reusable
from chatbot.indexing.choosing import as_json, digests, missing, settle, settled, unread
from chatbot.indexing.embedding import embed
from chatbot.indexing.encoders import sweep
from chatbot.indexing.engine_data import Engine, EngineData, engine_for, wrong_engine
from chatbot.indexing.format import FORMAT
from chatbot.indexing.groups import answer_groups, lexical_text
from chatbot.indexing.misfits import misfits
from chatbot.indexing.off_topic import off_topic_for, off_topic_questions
from chatbot.indexing.rehearsal import Expectation, rehearse
from chatbot.indexing.rivals import near_duplicates
from chatbot.indexing.stated_language import check_languages
from chatbot.indexing.store import builder_lock, is_rolled_back, publish, read_manifest
from chatbot.indexing.unrelated import asked_of_notices, unrelated_by_meaning, unrelated_by_words, with_unrelated
from chatbot.search.calibration import Calibration, evenly, measure_trust, measure_typical
from chatbot.search.engines import ENGINES
from chatbot.search.geometry import Geometry
from chatbot.search.lexical import LexicalIndex
from chatbot.search.protocols import Files, Labels

_TRIED = 32  # entries on which an exported encoder is compared with the model


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did, in the terms of `build --json`."""

    build_id: str
    content: Content
    passages: int
    encoded: int  # texts that went through the encoder
    reused: int  # passages whose vector came from the build before, or from a passage with the same text
    expectation: Expectation  # how it will do
    encoder: str  # its name; never "auto"


@dataclass(frozen=True, slots=True)
class Sources:
    """A corpus as it was read."""

    content: Content
    hashes: Mapping[str, str]  # file -> hash of what was read
    settings: BotSettings  # with the encoder that "auto" stands for


@dataclass(frozen=True, slots=True)
class Draft:
    """A build that is whole, and not published."""

    build: Build  # without an id
    report: BuildReport  # likewise
    sources: Mapping[str, str]  # file of the corpus -> hash of what was read
    of_engine: Files  # what the engine stores beside the vectors


def build(
    corpus: Path,
    index: Path,
    settings: BotSettings,
    encoder: Encoder,
    progress: Progress | None = None,
    reuse: Path | None = None,
) -> BuildReport:
    """Reads `corpus`, embeds what is new, publishes into `index`.

    Vectors are taken over from the build in `index`, or in `reuse` where that is given. ContentError lists every
    mistake of the corpus and its notices; then, as after any other error, the index that worked is untouched.
    """
    return build_of(read_sources(corpus, index, settings), index, encoder, progress, reuse)


def read_sources(corpus: Path, index: Path, settings: BotSettings) -> Sources:
    """`corpus` as a build into `index` needs it. Errors: see `build`."""
    if os.path.isdir(corpus) and index.resolve().is_relative_to(corpus.resolve()):
        raise UsageError(f"{index}: lies in the corpus and would be read as content; name another with --index")
    hashes = digests(corpus)  # before the content: a file that is saved meanwhile makes the build stale, not wrong
    content = read_content(corpus, settings, index=index)
    return Sources(content, hashes, settled(settings, content.entries, index))


def build_of(
    read: Sources, index: Path, encoder: Encoder, progress: Progress | None = None, reuse: Path | None = None
) -> BuildReport:
    """As `build`, of a corpus that was read."""
    try:
        return _built(read, index, encoder, progress, reuse)
    except EngineDown as error:
        raise IndexRefused(f"{error}; nothing was published, and the index that worked is unchanged") from None


def _built(read: Sources, index: Path, encoder: Encoder, progress: Progress | None, reuse: Path | None) -> BuildReport:
    content, settings = read.content, read.settings
    with builder_lock(index, EngineData()):
        if encoder.export and encoder.export.index.resolve() == index.resolve():
            rows = evenly(range(len(content.entries)), _TRIED)
            encoder.export.keep([f"{content.entries[row].question} {content.entries[row].answer}" for row in rows])
        drafted = draft(content, read.hashes, reuse or index, settings, encoder, progress, publish_in=index)
        report, files, facts = drafted.report, files_of(drafted.build, drafted.of_engine), _facts(drafted)
        del drafted  # it is opened again from the disk, and two large builds need not be in memory
        check = partial(opened, index, is_engine_up=True)
        build_id = publish(index, files, facts, check=check, outside=EngineData())
        sweep(index)
    return dataclasses.replace(report, build_id=build_id)


def draft(
    content: Content,
    sources: Mapping[str, str],
    reuse: Path,
    settings: BotSettings,
    encoder: Encoder,
    progress: Progress | None = None,
    publish_in: Path | None = None,
) -> Draft:
    """The build of `content`, with vectors taken over from the build in `reuse`. `sources`: hash of each file of it.

    `publish_in`: the index where it will be published. A draft that stays one is searched by FAISS, whatever the
    settings say: it leaves nothing behind in another engine.
    """
    engine = engine_for(publish_in, settings) if publish_in else Engine()
    old = reusable(reuse, encoder.fingerprint)
    raw, of_engine, encoded = _drafted(content, settings, encoder, old, progress, engine)
    calibration, expectation, problems = _tried(raw)
    content = _told(content, raw, problems)
    passages = len(raw.passages)
    report = BuildReport("", content, passages, encoded, passages - encoded, expectation, settings.encoder)
    return Draft(dataclasses.replace(raw, calibration=calibration), report, sources, of_engine)


def _facts(drafted: Draft) -> dict[str, Any]:
    """What the manifest says beside the hashes."""
    created = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    return {"program": __version__, "created": created, **facts_of(drafted.build), "corpus": drafted.sources}


def checked_by_meaning(corpus: Path, settings: BotSettings, encoder: Encoder, reuse: Path) -> Content:
    """As `checked_corpus`, with near duplicates and rivals where there are no errors; publishes nothing.

    Vectors are taken over from the build in `reuse`.
    """
    content = checked_corpus(corpus, settings)
    if content.errors:
        return content
    old = reusable(reuse, encoder.fingerprint)
    raw, _, _ = _drafted(content, settings, encoder, old, None, Engine())
    return _told(content, raw, _tried(raw)[2])


def settings_of(corpus: Path) -> tuple[BotSettings, Sequence[Problem]]:
    """The settings of `corpus`, with the defaults in place of what is wrong, and what that is."""
    try:
        return load_bot_settings(corpus), []
    except SettingsError as error:
        return error.settings, error.problems


def sound_settings(corpus: Path) -> BotSettings:
    """The settings of `corpus`; where they are wrong, ContentError names every mistake of them and of the content."""
    settings, mistakes = settings_of(corpus)
    if mistakes:
        read_content(corpus, settings, mistakes)
    return settings


def read_content(
    corpus: Path, settings: BotSettings, mistakes: Sequence[Problem] = (), index: Path | None = None
) -> Content:
    """The content of `corpus`; ContentError names every mistake, one a line. `index`: as for `checked_corpus`."""
    content = checked_corpus(corpus, settings, mistakes, index)
    if content.errors:
        raise ContentError("\n".join(f"{problem} [{problem.rule}]" for problem in content.errors), content.problems)
    return content


def checked_corpus(
    corpus: Path, settings: BotSettings, mistakes: Sequence[Problem] = (), index: Path | None = None
) -> Content:
    """The content of `corpus` with every problem in it, those between content and settings among them.

    The notices are tried on their own phrasings. `mistakes`: what is wrong with the settings themselves. `index`: which
    may keep an encoder whose package is not here.
    """
    content = read_corpus(corpus, settings)
    today = datetime.datetime.now(datetime.UTC).date()
    more = [*check_settings(settings, content.entries), *check_notices(settings.notices, today)]
    more += [*check_reviews(content.entries, today), *unread(settings, content.entries, index)]
    more += [*missing(settings, index), *check_languages(settings, content.entries)]
    more += check_profile(settings, content.entries, today)
    more = with_unrelated(more, unrelated_by_words(settings, content.entries))
    if wrong := wrong_engine(settings, corpus):
        more.append(Problem(SETTINGS_FILE, 0, "no-engine", f'the engine "{settings.engine}": {wrong}'))
    try:
        load_reranker(settings.reranker)
    except EncoderError as error:
        more.append(Problem(SETTINGS_FILE, 0, "no-reranker", f'the reranker "{settings.reranker}": {error}'))
    more = list(with_lines(more, corpus))
    return dataclasses.replace(content, problems=[*mistakes, *content.problems, *more])


def _drafted(
    content: Content,
    settings: BotSettings,
    encoder: Encoder,
    old: Reusable | None,
    progress: Progress | None,
    engine: Engine,
) -> tuple[Build, Files, int]:
    """A build that is not calibrated yet, what its engine stores, and how many texts were encoded for it."""
    # By id, not by file: ties, samples and sums then do not depend on which file an entry stands in.
    entries = sorted(content.entries, key=lambda entry: entry.id)
    passages = PassageTable(passages_of(entries))
    vectors, encoded = embed(passages, encoder, (old.passages, old.vectors) if old else None, progress)
    geometry = Geometry.of(passages, vectors, answer_groups(entries))
    asked = [*settings.unanswerable, *off_topic_for(entries, settings.lang).questions]
    judged = [*settings.starters, *asked_of_notices(settings), *off_topic_questions()]  # by `unrelated_by_meaning`
    rehearsed = _rehearsed(old, [*asked, *judged], encoder)
    questions = np.array([rehearsed[question] for question in dict.fromkeys(asked)])
    labels = Labels(entries, geometry.entry[: passages.finding])
    prepared = ENGINES[engine.name].prepare(vectors, passages.finding, questions, settings, labels, engine.place)
    raw = Build(
        id="",
        entries=entries,
        passages=passages,
        vectors=vectors,
        geometry=geometry,
        engine=prepared.engine,
        search={"engine": engine.name, **prepared.facts},
        lexical=LexicalIndex.of([lexical_text(entry) for entry in entries], settings.lang),
        calibration=Calibration.shipped(
            encoder.fingerprint, trust=measure_trust(entries, passages, vectors, settings.lang)
        ),
        settings=settings,
        fingerprint=encoder.fingerprint,
        rehearsed=rehearsed,
    )
    return raw, prepared.files, encoded


def _tried(raw: Build) -> tuple[Calibration, Expectation, list[Problem]]:
    """The calibration of a build that has none yet, what to expect of it, and what its entries do to each other."""
    typical = measure_typical(raw.entries, raw.ranker, raw.fingerprint)
    learnt = questions_learnt(raw.settings.encoder)
    calibration, expectation, rivals = rehearse(raw, dataclasses.replace(raw.calibration, typical=typical), learnt)
    return calibration, expectation, [*near_duplicates(raw), *rivals, *misfits(raw, expectation.off_topic)]


def _told(content: Content, raw: Build, problems: Sequence[Problem]) -> Content:
    """With the `problems` of trying it. What a comparison of words found is decided by meaning, where the encoder knows
    any."""
    before = content.problems
    if raw.settings.encoder != "hashing":
        before = with_unrelated(before, unrelated_by_meaning(raw))
    return dataclasses.replace(content, problems=[*before, *problems])


def is_stale(corpus: Path, index: Path, settings: BotSettings, encoder: Encoder) -> bool:
    """True when building would give another index than the published one, or none is published that works.

    False for one that was rolled back to: only somebody who builds means to leave it.
    """
    try:
        manifest = read_manifest(index)
        if is_rolled_back(index):
            return False
    except IndexRefused:
        return True
    if encoder.export and not encoder.export.is_kept:
        return True
    settings = settle(corpus, index, settings)
    return manifest is None or any(
        manifest.get(key) != now
        for key, now in {
            "format": FORMAT,
            "program": __version__,
            "corpus": digests(corpus),
            "settings": as_json(settings),
            "encoder": {"name": settings.encoder, "fingerprint": encoder.fingerprint},
        }.items()
    )


def _rehearsed(old: Reusable | None, questions: Sequence[str], encoder: Encoder) -> dict[str, np.ndarray]:
    """Question -> vector, taken from the build before where it has them."""
    known = dict(old.rehearsed) if old else {}
    missing = list(dict.fromkeys(question for question in questions if question not in known))
    if missing:  # or else no model need be loaded
        known.update(zip(missing, encoder.encode_queries(missing), strict=True))
    return {question: known[question] for question in questions}
