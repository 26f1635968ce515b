"""What is suggested as a change of the files of a corpus: a unified diff, which nobody applies but the owner."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chatbot.content.corpus import source_bytes
from chatbot.core.settings import BotSettings
from chatbot.core.settings_text import SETTINGS_FILE
from chatbot.core.types import Entry
from chatbot.importing.changes import unified_diff
from chatbot.importing.settings_list import with_items
from chatbot.importing.wordings import with_wordings
from chatbot.insight.suggest import Wording


@dataclass(frozen=True, slots=True)
class ToPaste:
    """Wordings that the program cannot write into their file."""

    file: str
    line: int
    question: str
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Patch:
    """`diff`: with the paths below the folder of the corpus; empty where nothing can be written."""

    diff: bytes
    to_paste: tuple[ToPaste, ...]
    to_list: tuple[str, ...] = ()  # questions that the program cannot write into `unanswerable`


def patch_of(
    corpus: Path,
    settings: BotSettings,
    entries: Sequence[Entry],
    wordings: Sequence[Wording],
    unanswerable: Sequence[str] = (),
) -> Patch:
    """`entries`: as read from `corpus`, a folder or one file, so that their lines are those of its files.
    `unanswerable`: further questions for that list of bot.toml."""
    texts: dict[str, list[str]] = defaultdict(list)
    for one in wordings:
        texts[one.entry_id].append(one.text)
    by_file: dict[str, dict[tuple[int, str], list[str]]] = defaultdict(dict)
    for entry in entries:
        if entry.id in texts:
            by_file[entry.file][entry.line, entry.question] = texts[entry.id]
    diff, to_paste = [], []
    files = source_bytes(corpus)
    for name in sorted(by_file):
        wanted = by_file[name]
        written, left = with_wordings(name, files[name], wanted, settings)
        diff.append(unified_diff(name, files[name], written))
        to_paste += [ToPaste(name, *key, tuple(wanted[key])) for key in left]
    listed = with_items(files.get(SETTINGS_FILE), "unanswerable", unanswerable) if corpus.is_dir() else None
    if unanswerable and listed:
        diff.append(unified_diff(SETTINGS_FILE, files.get(SETTINGS_FILE), listed))
    return Patch(b"".join(diff), tuple(to_paste), () if listed else tuple(unanswerable))
