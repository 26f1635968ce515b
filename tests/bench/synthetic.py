"""FAQs of any size that nobody wrote: as many entries, words and vectors as asked for, the same every time."""

import numpy as np

from chatbot.core.passage_table import PassageTable
from chatbot.core.settings import BotSettings
from chatbot.core.types import Entry, Passage
from chatbot.indexing.build import Build
from chatbot.indexing.groups import answer_groups, lexical_text
from chatbot.search.calibration import Calibration
from chatbot.search.exact import ExactIndex
from chatbot.search.geometry import Geometry
from chatbot.search.lexical import LexicalIndex
from chatbot.search.vectors import Vectors

DIM = 384
_WORDS = 30_000
_TOPICS = 200
_SENTENCES = 3


class Synthetic:
    """A build of `n` entries, each with `alternates` more wordings, and questions for it with their vectors.

    Words fall off as in a language (Zipf). Vectors stand round the middles of 200 topics, and those of one entry
    nearer to each other; a question is a wording of some entry, moved as far as people's wordings move.
    """

    fingerprint = "synthetic"
    export = None

    def __init__(self, n: int, alternates: int, seed: int = 7) -> None:
        self._rng = np.random.default_rng(seed)
        self._chance = np.cumsum(1 / np.arange(1, _WORDS + 1))
        self._topics = self._unit(self._rng.normal(size=(_TOPICS, DIM)))
        self._middles = self._near(self._topics[self._rng.integers(0, _TOPICS, n)], 1.0)
        entries = [self._entry(row, alternates) for row in range(n)]
        each = [passage for row, entry in enumerate(entries) for passage in _passages(row, entry)]
        passages = PassageTable(sorted(each, key=lambda passage: passage.kind == "sentence"))
        vectors = Vectors(self._near(self._middles[passages.entry], 0.8))
        self.build = Build(
            id="synthetic",
            entries=entries,
            passages=passages,
            vectors=vectors,
            geometry=Geometry.of(passages, vectors, answer_groups(entries)),
            engine=ExactIndex(vectors, passages.finding),
            search={"engine": "faiss", "kind": "exact", "bits": 32},
            lexical=LexicalIndex.of([lexical_text(entry) for entry in entries]),
            calibration=Calibration(),
            settings=BotSettings(),
            fingerprint=self.fingerprint,
            rehearsed={},
        )
        self._asked: dict[str, np.ndarray] = {}

    def questions(self, n: int) -> list[str]:
        """`n` questions of 5 to 14 words, half of them of the entry that they are near to."""
        rows = self._rng.integers(0, len(self.build.entries), n)
        texts = []
        for row, vector in zip(rows, self._near(self._middles[rows], 1.0), strict=True):
            own = self.build.entries[row].question.split()
            asked = [*own[: len(own) // 2], *self._words(len(own) - len(own) // 2)]
            texts.append(" ".join(asked))
            self._asked[texts[-1]] = vector
        return texts

    def encode_queries(self, texts: list[str]) -> np.ndarray:
        """The vectors of `questions`: looked up, so that what is measured is all but the encoding."""
        return np.array([self._asked[text] for text in texts])

    encode_passages = encode_queries

    def _entry(self, row: int, alternates: int) -> Entry:
        wordings = [" ".join(self._words(int(n))) for n in self._rng.integers(5, 15, alternates + 1)]
        answer = " ".join(" ".join(self._words(14)) + f" of {row}." for _ in range(_SENTENCES))
        return Entry(f"e{row}", wordings[0], answer, alternates=tuple(wordings[1:]))

    def _words(self, n: int) -> list[str]:
        return [f"w{word}" for word in np.searchsorted(self._chance, self._rng.random(n) * self._chance[-1])]

    def _near(self, middles: np.ndarray, spread: float) -> np.ndarray:
        """(n, d): the vectors of `middles` moved by noise of that length."""
        noise = self._rng.standard_normal(middles.shape, np.float32) * np.float32(spread / DIM**0.5)
        return self._unit(middles + noise)

    @staticmethod
    def _unit(vectors: np.ndarray) -> np.ndarray:
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _passages(row: int, entry: Entry) -> list[Passage]:
    """As `passages_of` makes them, without its reading of Markdown, which would take minutes here."""
    sentences = entry.answer.split(". ")
    return [
        Passage(row, "question", entry.question),
        *(Passage(row, "alternate", wording) for wording in entry.alternates),
        Passage(row, "question_answer", f"{entry.question} {entry.answer}"),
        *(Passage(row, "sentence", sentence, 0, len(sentence)) for sentence in sentences),
    ]
