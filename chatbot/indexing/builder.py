"""Corpus to published build. Only passages that no earlier build holds are encoded."""

import dataclasses
import datetime
import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chatbot import __version__
from chatbot.content.corpus import read_corpus, source_bytes
from chatbot.content.ledger import Content, Problem
from chatbot.content.lint import check_reviews, check_settings, located
from chatbot.content.notices import check_notices
from chatbot.content.passages import passages_of
from chatbot.core.errors import ContentError, EncoderError, IndexRefused, SettingsError, UsageError
from chatbot.core.passage_table import PassageTable
from chatbot.core.settings import SETTINGS_FILE, BotSettings, load_bot_settings
from chatbot.core.text import sha256
from chatbot.core.types import Entry, Passage
from chatbot.encoding.models import questions_learnt
from chatbot.encoding.protocols import Encoder, Progress
from chatbot.encoding.sentence_transformers import load_reranker
from chatbot.indexing.build import Build, lexical_text, open_build, opened, vectors_to_bytes
from chatbot.indexing.embedding import embed
from chatbot.indexing.encoders import KeptEncoder, sweep
from chatbot.indexing.off_topic import language_of, off_topic_questions
from chatbot.indexing.rehearsal import Expectation, rehearse
from chatbot.indexing.rivals import near_duplicates
from chatbot.indexing.selfcheck import unread
from chatbot.indexing.store import FILES, builder_lock, current_build, is_rolled_back, publish, read_manifest
from chatbot.indexing.unrelated import asked_of_notices, unrelated_by_meaning, unrelated_by_words, with_unrelated
from chatbot.search.calibration import Calibration, evenly, measure_trust, measure_typical
from chatbot.search.lexical import LexicalIndex
from chatbot.search.recall import chosen

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


@dataclass(frozen=True, slots=True)
class Draft:
    """A build that is whole, and not published."""

    build: Build  # without an id
    report: BuildReport  # likewise
    sources: Mapping[str, str]  # file of the corpus -> hash of what was read


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
    if os.path.isdir(corpus) and index.resolve().is_relative_to(corpus.resolve()):
        raise UsageError(f"{index}: lies in the corpus and would be read as content; name another with --index")
    sources = _digests(corpus)  # before the content: a file that is saved meanwhile makes the build stale, not wrong
    content = read_content(corpus, settings)
    with builder_lock(index):
        if isinstance(encoder, KeptEncoder) and encoder.index.resolve() == index.resolve():
            rows = evenly(range(len(content.entries)), _TRIED)
            encoder.keep([f"{content.entries[row].question} {content.entries[row].answer}" for row in rows])
        drafted = draft(content, sources, reuse or index, settings, encoder, progress)
        report, files, facts = drafted.report, _files(drafted.build), _facts(drafted)
        del drafted  # it is opened again from the disk, and two large builds need not be in memory
        build_id = publish(index, files, facts, check=lambda stored: opened(index, stored))
        sweep(index)
    return dataclasses.replace(report, build_id=build_id)


def draft(
    content: Content,
    sources: Mapping[str, str],
    reuse: Path,
    settings: BotSettings,
    encoder: Encoder,
    progress: Progress | None = None,
) -> Draft:
    """The build of `content`, with vectors taken over from the build in `reuse`. `sources`: hash of each file of it."""
    raw, encoded = _drafted(content, settings, encoder, _usable_build(reuse, encoder.fingerprint), progress)
    calibration, expectation, problems = _tried(raw)
    content = _told(content, raw, problems)
    passages = len(raw.passages)
    report = BuildReport("", content, passages, encoded, passages - encoded, expectation)
    return Draft(dataclasses.replace(raw, calibration=calibration), report, sources)


def _files(build: Build) -> dict[str, bytes | memoryview]:
    return {
        FILES.entries: _lines(build.entries),
        FILES.passages: _lines(build.passages),
        FILES.vectors: build.index.to_bytes(),
        FILES.lexical: build.lexical.to_bytes(),
        FILES.calibration: json.dumps(dataclasses.asdict(build.calibration), indent=1).encode(),
        FILES.rehearsal: vectors_to_bytes(build.rehearsed),
    }


def _facts(drafted: Draft) -> dict[str, Any]:
    """What the manifest says beside the hashes."""
    build = drafted.build
    return {
        "program": __version__,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "entries": len(build.entries),
        "passages": len(build.passages),
        "dim": build.index.dim,
        "metric": "cosine",
        "search": dataclasses.asdict(build.search),
        "encoder": {"name": build.settings.encoder, "fingerprint": build.fingerprint},
        "settings": dataclasses.asdict(build.settings),
        "corpus": drafted.sources,
    }


def checked_by_meaning(corpus: Path, settings: BotSettings, encoder: Encoder, reuse: Path) -> Content:
    """As `checked_corpus`, with near duplicates and rivals where there are no errors; publishes nothing.

    Vectors are taken over from the build in `reuse`.
    """
    content = checked_corpus(corpus, settings)
    if content.errors:
        return content
    old = _usable_build(reuse, encoder.fingerprint)
    raw, _ = _drafted(content, settings, encoder, old, None)
    return _told(content, raw, _tried(raw)[2])


def settings_of(corpus: Path) -> tuple[BotSettings, list[Problem]]:
    """The settings of `corpus`, with the defaults in place of what is wrong, and what that is."""
    try:
        return load_bot_settings(corpus), []
    except SettingsError as error:
        return error.settings, [Problem(SETTINGS_FILE, m.line, m.rule, m.message) for m in error.mistakes]


def sound_settings(corpus: Path) -> BotSettings:
    """The settings of `corpus`; where they are wrong, ContentError names every mistake of them and of the content."""
    settings, mistakes = settings_of(corpus)
    if mistakes:
        read_content(corpus, settings, mistakes)
    return settings


def read_content(corpus: Path, settings: BotSettings, mistakes: Sequence[Problem] = ()) -> Content:
    """The content of `corpus`; ContentError names every mistake, one a line."""
    content = checked_corpus(corpus, settings, mistakes)
    if content.errors:
        found = [dataclasses.asdict(problem) for problem in content.problems]
        raise ContentError("\n".join(f"{problem} [{problem.rule}]" for problem in content.errors), found)
    return content


def checked_corpus(corpus: Path, settings: BotSettings, mistakes: Sequence[Problem] = ()) -> Content:
    """The content of `corpus` with every problem in it, those between content and settings among them.

    The notices are tried on their own phrasings. `mistakes`: what is wrong with the settings themselves.
    """
    content = read_corpus(corpus, settings)
    today = datetime.datetime.now(datetime.UTC).date()
    more = [*check_settings(settings, content.entries), *check_notices(settings.notices, today)]
    more += [*check_reviews(content.entries, today), *unread(settings.encoder, content.entries)]
    more = with_unrelated(more, unrelated_by_words(settings, content.entries))
    try:
        load_reranker(settings.reranker)
    except EncoderError as error:
        more.append(Problem(SETTINGS_FILE, 0, "no-reranker", f'the reranker "{settings.reranker}": {error}'))
    more = list(located(more, corpus))
    return dataclasses.replace(content, problems=[*mistakes, *content.problems, *more])


def _drafted(
    content: Content, settings: BotSettings, encoder: Encoder, old: Build | None, progress: Progress | None
) -> tuple[Build, int]:
    """A build that is not calibrated yet, and how many texts were encoded for it."""
    # By id, not by file: ties, samples and sums then do not hang on which file an entry stands in.
    entries = sorted(content.entries, key=lambda entry: entry.id)
    passages = PassageTable(passages_of(entries))
    exact, encoded = embed(passages, encoder, (old.passages, old.index) if old else None, progress)
    asked = [*settings.unanswerable, *off_topic_questions(language_of(entries))]
    judged = [*settings.starters, *asked_of_notices(settings), *off_topic_questions()]  # by `unrelated_by_meaning`
    rehearsed = _rehearsed(old, [*asked, *judged], encoder)
    index, search = chosen(
        exact, passages.finding, np.array([rehearsed[question] for question in dict.fromkeys(asked)])
    )
    raw = Build(
        id="",
        entries=entries,
        passages=passages,
        index=index,
        lexical=LexicalIndex.of([lexical_text(entry) for entry in entries]),
        calibration=Calibration(measure_trust(entries, passages, index)),
        settings=settings,
        fingerprint=encoder.fingerprint,
        rehearsed=rehearsed,
        search=search,
    )
    return raw, encoded


def _tried(raw: Build) -> tuple[Calibration, Expectation, list[Problem]]:
    """The calibration of a build that has none yet, what to expect of it, and what its entries do to each other."""
    typical = measure_typical(raw.entries, raw.ranker)
    learnt = questions_learnt(raw.settings.encoder)
    calibration, expectation, rivals = rehearse(raw, dataclasses.replace(raw.calibration, typical=typical), learnt)
    return calibration, expectation, [*near_duplicates(raw), *rivals]


def _told(content: Content, raw: Build, problems: Sequence[Problem]) -> Content:
    """With the `problems` of trying it; what was found by words is decided by meaning, where an encoder has any."""
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
    if isinstance(encoder, KeptEncoder) and not encoder.is_kept:
        return True
    return manifest is None or any(
        manifest.get(key) != now
        for key, now in {
            "program": __version__,
            "corpus": _digests(corpus),
            "settings": json.loads(json.dumps(dataclasses.asdict(settings))),
            "encoder": {"name": settings.encoder, "fingerprint": encoder.fingerprint},
        }.items()
    )


def _digests(corpus: Path) -> dict[str, str]:
    return {name: sha256(data) for name, data in source_bytes(corpus).items()}


def _usable_build(index: Path, fingerprint: str) -> Build | None:
    """The published build if the same encoder made it, or None."""
    try:
        build = open_build(index) if current_build(index) else None
    except IndexRefused:
        return None
    return build if build and build.fingerprint == fingerprint else None


def _rehearsed(old: Build | None, questions: Sequence[str], encoder: Encoder) -> dict[str, np.ndarray]:
    """Question -> vector, taken from the build before where it has them."""
    known = dict(old.rehearsed) if old else {}
    missing = list(dict.fromkeys(question for question in questions if question not in known))
    if missing:  # or else no model need be loaded
        known.update(zip(missing, encoder.encode_queries(missing), strict=True))
    return {question: known[question] for question in questions}


def _lines(values: Sequence[Entry] | Sequence[Passage]) -> memoryview:
    """One JSON object a line. `dataclasses.asdict` would copy what each field holds, and take ten times as long."""
    names = [field.name for field in dataclasses.fields(values[0])] if values else []
    data = io.BytesIO()
    for value in values:
        plain = {name: getattr(value, name) for name in names}
        data.write(f"{json.dumps(plain, ensure_ascii=False)}\n".encode())
    return data.getbuffer()
