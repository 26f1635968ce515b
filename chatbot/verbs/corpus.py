"""Verbs on a corpus: begin one, import into it, check it."""

import dataclasses
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.content.ledger import Content, joined
from chatbot.core.errors import UsageError
from chatbot.core.profiles import GENERAL

if TYPE_CHECKING:
    from chatbot.importing.placing import PlannedFile


def init(folder: str | Path, profile: str = GENERAL) -> list[Path]:
    """Begins a corpus: three sample entries and their settings. Returns the files that were written.

    `folder`: new or empty; UsageError where it is not. `profile`: the setting of this name. That of "health" holds
    notices, too, and cannot be built until the owner has written what only the owner can know.
    """
    from chatbot.importing.sample_corpus import start_corpus

    return start_corpus(Path(folder), profile)


@dataclass(frozen=True, slots=True)
class Imported:
    """What was read from files and web pages, and what became of it in the corpus."""

    files: "Sequence[PlannedFile]"
    content: Content  # of all sources together
    inside: Sequence[str]  # sources that lie in the corpus themselves: their entries stand there twice now


def import_sources(
    sources: Sequence[str], folder: str | Path, overwrite: bool = False, allow_private: bool = False
) -> Imported:
    """Writes files or web pages into a corpus, as Markdown. Everything is read and compared first; only then is the
    first file touched.

    `sources`: paths or addresses. `overwrite`: replace files that differ. `allow_private`: also addresses that are not
    public. ContentError names the source and line that cannot be read.
    """
    from chatbot.importing.placing import planned_files, write_into
    from chatbot.importing.reading import read_source
    from chatbot.importing.write import markdown_file

    folder = Path(folder)
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise UsageError(f"{folder}: is a file; name a folder with --into")
    reads = [read_source(source, allow_private) for source in sources]
    files = planned_files(
        folder, [(read, markdown_file(read.content, read.source, read.url, read.label)) for read in reads], overwrite
    )
    write_into(folder, files)
    content = joined(
        dataclasses.replace(
            read.content, entries=[dataclasses.replace(entry, file=read.label) for entry in read.content.entries]
        )
        for read in reads
    )
    inside = [read.label for read in reads if read.path and read.path.resolve().is_relative_to(folder.resolve())]
    return Imported(files, content, inside)


def lint(corpus: str | Path, index: str | Path | None = None) -> Content:
    """The entries of a corpus, its problems with file and line, its gaps, and what became of every line.

    `index`: near duplicates and rivals are looked for as well, with the encoder and the vectors of that index. Nothing
    is published. Errors of the content are among `Content.problems`, not raised. UsageError where there is no such
    corpus.
    """
    from chatbot.indexing.builder import checked_by_meaning, checked_corpus, settings_of
    from chatbot.indexing.choosing import settle
    from chatbot.indexing.encoders import encoder_of

    settings, mistakes = settings_of(Path(corpus))
    if index is None or mistakes:
        return checked_corpus(Path(corpus), settings, mistakes)
    settings = settle(Path(corpus), Path(index), settings)
    return checked_by_meaning(Path(corpus), settings, encoder_of(Path(index), settings), Path(index))
