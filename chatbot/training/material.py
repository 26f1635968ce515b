"""What is learnt from: texts that mean the same, out of tables or out of a corpus.

A table is a file of tab-separated columns with a head, of one of two kinds:

    label     text      texts with one label are wordings of one question
    question  answer
"""

import csv
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, Self, TypeVar

from chatbot.core.errors import ContentError, UsageError
from chatbot.core.text import clean, match_key, one_line
from chatbot.core.types import Entry
from chatbot.indexing.groups import answer_groups

T = TypeVar("T")
_KINDS = (("label", "text"), ("question", "answer"))
_LONGEST = 1_000_000  # characters of a cell
FEWEST = 2  # meanings to tell apart


@dataclass(frozen=True, slots=True)
class Source:
    """Groups of questions, one for each meaning; where there are `answers`, one for each group."""

    name: str
    questions: tuple[tuple[str, ...], ...]
    answers: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, wordings: Mapping[str, Sequence[str]], answers: Mapping[str, str] | None = None) -> Self:
        """`wordings`: meaning -> questions. Those that say the same are one; where there are no `answers`, a meaning
        with a single question has nothing to teach and is left out, as is one without any."""
        groups = {key: _different(texts) for key, texts in wordings.items()}
        least = 1 if answers else 2
        kept = [key for key, texts in groups.items() if len(texts) >= least]
        return cls(name, tuple(groups[key] for key in kept), tuple(answers[key] for key in kept) if answers else ())

    def __len__(self) -> int:
        """Of meanings."""
        return len(self.questions)

    @property
    def texts(self) -> list[str]:
        """Every question."""
        return [text for group in self.questions for text in group]

    def without(self, gone: Container[str]) -> "Source":
        """Without the questions of these match keys, and so without meanings that have too few others to teach."""
        left = [[text for text in group if match_key(text) not in gone] for group in self.questions]
        return Source.of(self.name, _numbered(left), _numbered(self.answers) if self.answers else None)


class Material(NamedTuple):
    sources: Sequence[Source]
    unanswerable: Sequence[str] = ()  # questions that are to find nothing; nothing is learnt from them
    is_corpus: bool = False  # whether an index will hold these very questions


def read_source(path: Path) -> Source:
    """A table. UsageError where it is not there, ContentError names the line that is wrong."""
    rows = list(_rows(path))
    labelled = rows[0] == _KINDS[0]
    wordings: dict[str, list[str]] = {}
    for first, second in rows[1:]:
        key, text = (first, second) if labelled else (second, first)
        wordings.setdefault(key, []).append(text)
    source = Source.of(path.stem, wordings, None if labelled else {answer: answer for answer in wordings})
    if len(source) < FEWEST:
        raise ContentError(f"{path}: holds {len(source)} meanings with enough texts; {FEWEST} are needed to learn")
    return source


def of_corpus(
    entries: Sequence[Entry],
    unanswerable: Sequence[str] = (),
    further: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Material:
    """Its wordings, where a meaning has several, and its questions with their answers. `further`: more wordings, by the
    id of their entry.

    Entries with the same answer mean the same. Gaps have wordings, too: others must be distinguished from them.
    """
    wordings: dict[str, list[str]] = {}
    answered: dict[str, str] = {}
    for entry, group in zip(entries, map(str, answer_groups(entries)), strict=True):
        wordings.setdefault(group, []).extend((entry.question, *entry.alternates, *further.get(entry.id, ())))
        if not entry.is_gap:
            answered[group] = one_line(entry.answer)
    asked = {group: wordings[group] for group in answered}
    sources = [Source.of("wordings", wordings), Source.of("answers", asked, answered)]
    sources = [source for source in sources if len(source) >= FEWEST]
    if not sources:
        raise ContentError(f"the corpus has {len(answered)} answers; {FEWEST} are needed to learn from")
    return Material(sources, unanswerable, is_corpus=True)


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    """The head, then every row."""
    csv.field_size_limit(_LONGEST)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            head = tuple(next(rows, []))
            if head not in _KINDS:
                kinds = " or ".join(f'"{one}" and "{two}"' for one, two in _KINDS)
                raise ContentError(f"{path}:1: its columns are {', '.join(head) or 'none'}; it needs {kinds}, by tabs")
            yield head[0], head[1]
            for row in rows:
                cells = [one_line(clean(cell)) for cell in row]
                if len(cells) != len(head) or not all(cells):
                    raise ContentError(f"{path}:{rows.line_num}: needs a {head[0]}, a tab and a {head[1]}")
                yield cells[0], cells[1]
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); name a table of tab-separated columns") from None
    except UnicodeDecodeError:
        raise ContentError(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    except csv.Error as error:
        raise ContentError(f"{path}: not a table ({error})") from None


def _numbered(values: Sequence[T]) -> dict[str, T]:
    return {str(at): value for at, value in enumerate(values)}


def _different(texts: Sequence[str]) -> tuple[str, ...]:
    """The first of those that say the same."""
    unique: dict[str, str] = {}
    for text in texts:
        unique.setdefault(match_key(text), text)
    return tuple(unique.values())
