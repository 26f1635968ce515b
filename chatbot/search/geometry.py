"""What the ranking needs to know of the passages of a build, whatever is asked.

Which passages belong to which entry, which entries show the same answer, what all wordings have in common, and how long
sums of vectors are. It is computed once, at build, and stored; reading it fetches no vector. The order of the passages
that it relies on is checked when a build is opened.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from chatbot.core.passage_table import KINDS, PassageTable
from chatbot.core.types import PassageKind
from chatbot.search.vectors import Vectors

WORDING, ANSWER, SENTENCE, ABSENT = 0, 1, 2, 3
_ROLES: dict[PassageKind, int] = {
    "question": WORDING,
    "alternate": WORDING,
    "question_answer": ANSWER,
    "sentence": SENTENCE,
}


@dataclass(frozen=True)
class Geometry:
    """Of n passages of e entries in g groups; the first f passages are searched, the others are sentences."""

    searched: int  # f
    entry: np.ndarray  # (n,) the entry of each passage
    role: np.ndarray  # (n,) int8: WORDING, ANSWER, SENTENCE or ABSENT
    groups: np.ndarray  # (e,) int64: entries of one group show the same answer
    mean: np.ndarray  # (d,) float32: what all wordings have in common
    along_mean: np.ndarray  # (f,) float32: product of each wording with the mean
    centred_length: np.ndarray  # (f,) float32: length of each wording after the mean was taken away
    wordings_length: np.ndarray  # (g,) float32: length of the sum of all wordings of each group, 0 where it has none
    answers_length: np.ndarray  # (g,) float32: the same of its answers

    @classmethod
    def of(
        cls, passages: PassageTable, vectors: Vectors, groups: Sequence[int] | np.ndarray, absent: Sequence[int] = ()
    ) -> "Geometry":
        """`passages[i]` and row i of `vectors` belong together, in the order that `passages_of` gives them. ValueError
        where they do not. `groups[e]`: see above. `absent`: rows that count as never written."""
        _require_order(passages, len(vectors), len(groups))
        searched = passages.finding
        role = _roles_of(passages)
        role[list(absent)] = ABSENT
        numbers = np.asarray(groups, np.int64)
        wordings = np.flatnonzero(role == WORDING)
        n = len(wordings)
        total = sum(part.sum(axis=0, dtype=np.float64) for _, part in vectors.parts(wordings))
        # A corpus of one question has nothing in common with itself.
        mean = np.asarray(total * (n - 1) / n**2, np.float32) if n else np.zeros(vectors.dim, np.float32)
        along_mean, centred_length = np.zeros(searched, np.float32), np.zeros(searched, np.float32)
        for rows, part in vectors.parts(wordings):
            along_mean[rows] = part @ mean
            part -= mean
            centred_length[rows] = _lengths(part)
        group_of = numbers[passages.entry]
        of_wordings, of_answers = (_lengths_of_sums(role == kind, group_of, vectors) for kind in (WORDING, ANSWER))
        return cls(searched, passages.entry, role, numbers, mean, along_mean, centred_length, of_wordings, of_answers)

    @cached_property
    def present(self) -> np.ndarray | None:
        """(f,) bool: which of the searched passages are there; None where all are."""
        is_present = self.role[: self.searched] != ABSENT
        return None if is_present.all() else is_present

    @cached_property
    def begin(self) -> np.ndarray:
        """(e + 1,): the first searched passage of each entry, and where all of them end."""
        return np.searchsorted(self.entry[: self.searched], np.arange(len(self.groups) + 1))

    @cached_property
    def begin_sentences(self) -> np.ndarray:
        """(e + 1,): the first sentence of each entry, as a row of the passages, and where all of them end."""
        return self.searched + np.searchsorted(self.entry[self.searched :], np.arange(len(self.groups) + 1))

    @cached_property
    def by_group(self) -> np.ndarray:
        """(e,): the entries, those of one group side by side."""
        return np.argsort(self.groups, kind="stable")

    @cached_property
    def begin_group(self) -> np.ndarray:
        """(g + 1,): where the entries of each group begin in `by_group`."""
        return np.searchsorted(self.groups[self.by_group], np.arange(len(self.wordings_length) + 1))

    def entries_of(self, groups: np.ndarray) -> np.ndarray:
        """All entries of `groups`, those of one group side by side."""
        rows, _ = ranges(self.begin_group[groups], self.begin_group[groups + 1])
        return np.asarray(self.by_group[rows])

    def count(self, entries: np.ndarray) -> int:
        """How many searched passages `entries` have."""
        return int((self.begin[entries + 1] - self.begin[entries]).sum())

    def sentences_of(self, entry: int) -> np.ndarray:
        """The passages that are the sentences of its answer, in their order."""
        return np.arange(self.begin_sentences[entry], self.begin_sentences[entry + 1])

    def to_bytes(self) -> bytes:
        """What cannot be read from the passages and entries."""
        file = io.BytesIO()
        np.savez(file, **{name: getattr(self, name) for name in _MEASURED})
        return file.getvalue()

    @classmethod
    def from_bytes(
        cls, data: bytes | memoryview, passages: PassageTable, groups: Sequence[int], dim: int
    ) -> "Geometry":
        """As `to_bytes` wrote it for these passages. ValueError when `data` is anything else, or does not fit them."""
        _require_order(passages, len(passages), len(groups))
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                measured = {name: arrays[name] for name in _MEASURED}
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise ValueError(f"not a file of geometry: {error}") from None
        searched, n_groups = passages.finding, max(groups, default=-1) + 1
        shapes = dict(zip(_MEASURED, ((dim,), (searched,), (searched,), (n_groups,), (n_groups,)), strict=True))
        for name, array in measured.items():
            if array.shape != shapes[name] or array.dtype != np.float32 or not np.isfinite(array).all():
                raise ValueError(f"geometry: {name} is not {shapes[name]} finite numbers of type float32")
        role = _roles_of(passages)
        return cls(searched, passages.entry, role, np.asarray(groups, np.int64), **measured)


_MEASURED = ("mean", "along_mean", "centred_length", "wordings_length", "answers_length")


def _roles_of(passages: PassageTable) -> np.ndarray:
    """(n,) int8, a new array: what each passage is to the ranking."""
    return np.asarray(np.array([_ROLES[kind] for kind in KINDS], np.int8)[passages.kind])


def _require_order(passages: PassageTable, vectors: int, entries: int) -> None:
    """ValueError unless the passages stand as `passages_of` puts them: those of one entry side by side, its question
    first, and the sentences of all answers behind all others."""
    if len(passages) != vectors:
        raise ValueError(f"{len(passages)} passages but {vectors} vectors; they must be of one build")
    entry, kind, searched = passages.entry, passages.kind, passages.finding
    step = np.diff(entry)
    step = np.delete(step, searched - 1) if 0 < searched < len(entry) else step  # the entries begin again there
    begins = np.flatnonzero(np.diff(entry[:searched], prepend=-1))
    is_sentence = kind == KINDS.index("sentence")
    in_order = (
        (step >= 0).all()
        and np.array_equal(entry[:searched][begins], np.arange(entries))
        and (kind[begins] == KINDS.index("question")).all()
        and not is_sentence[:searched].any()
        and entry[searched:].max(initial=-1) < entries
    )
    if not in_order:
        raise ValueError("the passages are not in the order of their entries; they must be of one build")


def _lengths_of_sums(chosen: np.ndarray, group_of: np.ndarray, vectors: Vectors) -> np.ndarray:
    """(g,): how long the sum of the `chosen` vectors is in each group. `group_of`: (n,) of each passage."""
    rows = np.flatnonzero(chosen)
    rows = rows[np.argsort(group_of[rows], kind="stable")]
    lengths = np.zeros(group_of.max(initial=-1) + 1, np.float32)
    last, begun = -1, np.zeros(vectors.dim, np.float32)  # a group may reach into the next part
    for own, part in vectors.parts(rows):
        groups = group_of[own]
        firsts = runs(groups)
        sums = _sums(part, firsts)
        sums[0] += begun if groups[0] == last else 0
        lengths[groups[firsts]] = _lengths(sums)
        last, begun = groups[-1], sums[-1]
    return lengths


def ranges(begins: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(all numbers of the ranges, one range after the other; where each range begins among them)."""
    counts = ends - begins
    firsts = np.cumsum(counts) - counts
    return np.arange(counts.sum()) + np.repeat(begins - firsts, counts), firsts


def runs(values: np.ndarray) -> np.ndarray:
    """Where each run of equal values begins, in a third of the time of `np.diff`."""
    is_first = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=is_first[1:])
    return np.flatnonzero(is_first)


def _lengths(vectors: np.ndarray) -> np.ndarray:
    """(n,), in a third of the time of `np.linalg.norm`."""
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", vectors, vectors)))


def _sums(vectors: np.ndarray, firsts: np.ndarray) -> np.ndarray:
    """(len(firsts), d): as `np.add.reduceat` gives them, which takes ten times as long."""
    counts = np.diff(np.append(firsts, len(vectors)))
    sums: np.ndarray = vectors[firsts]
    for at in range(1, counts.max()):
        longer = np.flatnonzero(counts > at)
        sums[longer] += vectors[firsts[longer] + at]
    return sums
