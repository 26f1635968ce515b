"""The passages of a build, up to millions: columns are in memory, texts are read on demand."""

import json
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import get_args, overload

import numpy as np

from chatbot.core.types import Passage, PassageKind

KINDS: tuple[PassageKind, ...] = get_args(PassageKind)

_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
_HEAD = re.compile(rb'\{"entry": (\d+), "kind": "(\w+)", "')  # as a build writes it
_TOGETHER = 1000  # lines that are parsed as one JSON list, which is three times as fast


class PassageTable(Sequence[Passage]):
    """A sequence of passages, with the columns `entry` and `kind`, by row."""

    def __init__(self, passages: Sequence[Passage], columns: tuple[np.ndarray, np.ndarray] | None = None) -> None:
        """`columns`: `entry` and `kind`, where they are already known."""
        self._passages = passages
        if columns is None:
            columns = (
                np.array([passage.entry for passage in passages], np.int64),
                np.array([_NUMBERS[passage.kind] for passage in passages], np.int8),
            )
        self.entry, self.kind = columns  # (n,) row of the entry; (n,) index of the kind in `KINDS`

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> "PassageTable":
        return passages if isinstance(passages, cls) else cls(passages)

    @classmethod
    def read(cls, data: bytes) -> "PassageTable":
        """From a file with one JSON object a line. ValueError, KeyError or TypeError for a line that is no passage."""
        lines = _Lines(data)
        kinds = {kind.encode(): number for kind, number in _NUMBERS.items()}
        entry, kind = np.empty(len(lines), np.int64), np.empty(len(lines), np.int8)
        for row, begin in enumerate(lines.begins[:-1].tolist()):
            if head := _HEAD.match(data, begin):
                entry[row], kind[row] = int(head[1]), kinds[head[2]]
            else:
                entry[row], kind[row] = lines[row].entry, _NUMBERS[lines[row].kind]
        return cls(lines, (entry, kind))

    def rows_of(self, *kinds: PassageKind) -> np.ndarray:
        """The rows of all passages of these kinds."""
        return np.flatnonzero(np.isin(self.kind, [_NUMBERS[kind] for kind in kinds]))

    @cached_property
    def finding(self) -> int:
        """The number of rows with passages that find entries. The rows after them are sentences."""
        rows = self.rows_of("question", "alternate", "question_answer")
        return int(rows[-1]) + 1 if len(rows) else 0

    def __len__(self) -> int:
        return len(self._passages)

    @overload
    def __getitem__(self, at: int) -> Passage: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Passage]: ...
    def __getitem__(self, at: int | slice) -> Passage | Sequence[Passage]:
        return self._passages[at]

    def __iter__(self) -> Iterator[Passage]:
        return iter(self._passages)


class _Lines(Sequence[Passage]):
    """The passages in a file, each parsed on demand."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        ends = [match.end() for match in re.finditer(rb"\n", data)]
        if data and not data.endswith(b"\n"):
            ends.append(len(data))
        self.begins = np.array([0, *ends], np.int64)  # (n + 1,) the last one is the end of the file

    def __len__(self) -> int:
        return len(self.begins) - 1

    @overload
    def __getitem__(self, at: int) -> Passage: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Passage]: ...
    def __getitem__(self, at: int | slice) -> Passage | Sequence[Passage]:
        if isinstance(at, slice):
            return [self[row] for row in range(len(self))[at]]
        row = range(len(self))[at]
        return Passage(**json.loads(self._data[self.begins[row] : self.begins[row + 1]]))

    def __iter__(self) -> Iterator[Passage]:
        for row in range(0, len(self), _TOGETHER):
            begin, end = self.begins[row], self.begins[min(row + _TOGETHER, len(self))]
            lines = self._data[begin:end].splitlines()
            yield from (Passage(**values) for values in json.loads(b"[%s]" % b",".join(lines)))
