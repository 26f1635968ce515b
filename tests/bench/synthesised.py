"""Vectors for FAQs that nobody wrote, spread as those of sentences are, and the words to go with them.

A few thousand questions of a few hundred words are encoded by the real model, once. The middle of an entry lies between
two of their vectors x: w x_i + (1 - w) x_j with w from 0.55 to 1. A text of the entry lies round it, moved along three
differences of others, 0.25 (x_a - x_b) each, and by noise of length 0.1 on all sides. The nearest text of 200,000
then has a cosine of .74 in the mean, and there are no gaps between clusters as there are between the topics of a real
FAQ: harder for an index that relies on clusters.
"""

import csv
import re
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from chatbot.encoding.protocols import Progress
from chatbot.encoding.sentence_transformers import load_model

BASE = 4000  # questions that are really encoded
_VERBS = (
    "cancel open move pay return repair install clean order track insure renew print share book sell lend paint "
    "measure stop train cook heat store plant translate record study inherit adopt inspect weigh copy dissolve cut "
    "protect hide test count explain buy refuse replace restore carry charge freeze mix borrow split report review name"
)
_THINGS = (
    "a parcel,my passport,the kitchen sink,a rental car,my savings,a vegetable garden,the school bus,a wedding,a wolf,"
    "my old laptop,a court hearing,the swimming pool,a dental crown,a vaccination,a train ticket,the church hall,"
    "a phone contract,my tax form,a bicycle,the boiler,a library book,my knee,a guitar,the wine cellar,a volcano,"
    "a job interview,my insurance,a sailing boat,the newspaper,a concert,a driving licence,a solar panel,a vaccine,"
    "the moon,a treaty,an enzyme,sourdough,a violin string,the euro,a hurricane,a poem,the liver,a satellite,salt,"
    "a beehive,my neighbour's fence,an election,a chess opening,a diamond,the harbour,a password,an orchid,a bridge,"
    "a mortgage,the opera,a tattoo,cement,a tunnel,an allergy,a saddle,the archive,a printer,glass,a fossil,a lawyer,"
    "my grandmother,a kayak,an algorithm,a pension,wool,the stage,a telescope,rice,a refugee,an engine,a pillow,ink"
)
_WHEN = (
    "in winter,for a child,without a receipt,from abroad,after a divorce,at the weekend,on a small budget,by post,"
    "during pregnancy,in an emergency,with a discount,before the deadline,when it rains,for two people,in a flat,"
    "with one hand,in Japanese,under water,at high altitude,for the museum,after surgery,in the Middle Ages,by mistake,"
    "on a Mac,with diabetes,as a student,in zero gravity,for an insurance claim,next to a railway,in a power cut,"
    "at 200 degrees,in a small claims court,with a toddler,after the merger,by telephone,in the desert,for charity"
)
_ASK = (
    "How do I,May I,What does it cost to,Who helps me,When should I,Why can I not,Is it safe to,Where do I,"
    "What if I,How long does it take to,Need I a permit to,Which tool do I need to,What is the history of how people"
)
_NUMBER = re.compile(r"\bn(\d+)\b")


def base_vectors(file: Path) -> np.ndarray:
    """(BASE, d) float32 of the real model, kept in `file`."""
    if not file.is_file():
        parts = [listed.split(",") for listed in (_ASK, ",".join(_VERBS.split()), _THINGS, _WHEN)]
        rng = np.random.default_rng(3)
        questions = [" ".join(rng.choice(part) for part in parts) + "?" for _ in range(BASE)]
        np.save(file, load_model("default").encode_passages(questions))
    return np.asarray(np.load(file), np.float32)


class SynthesisedEncoder:
    """Vectors of texts that name their entry as "n" and its number; any other text is about an entry of its own."""

    fingerprint = "5ca1e5ca1e5ca1e5"
    export = None

    def __init__(self, base: np.ndarray) -> None:
        self._base = base
        noise = np.random.default_rng(9).standard_normal((4096, base.shape[1]), np.float32)
        self._noise = noise * np.float32(0.1 / base.shape[1] ** 0.5)
        self.about: dict[str, int] = {}  # entries of texts that do not name theirs

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        vectors = np.empty((len(texts), self._base.shape[1]), np.float32)
        for begin in range(0, len(texts), 10_000):
            vectors[begin : begin + 10_000] = self._some(texts[begin : begin + 10_000])
        return vectors

    def _some(self, texts: Sequence[str]) -> np.ndarray:
        own = np.array([zlib.crc32(text.encode()) for text in texts], np.uint64)
        entry = np.array([self._entry_of(text) for text in texts], np.uint64)
        base, n = self._base, np.uint64(len(self._base))
        w = (0.55 + 0.45 * (_mixed(entry, 1) >> np.uint64(11)) / 2**53)[:, None].astype(np.float32)
        vectors = w * base[_mixed(entry, 2) % n] + (1 - w) * base[_mixed(entry, 3) % n]
        for turn in (4, 6, 8):
            vectors += np.float32(0.25) * (base[_mixed(own, turn) % n] - base[_mixed(own, turn + 1) % n])
        vectors += self._noise[_mixed(own, 10) % np.uint64(len(self._noise))]
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))

    def _entry_of(self, text: str) -> int:
        number = _NUMBER.search(text)
        return int(number[1]) if number else self.about.get(text, 2**40 + zlib.crc32(text.encode()))


def _mixed(keys: np.ndarray, turn: int) -> np.ndarray:
    """(n,) uint64 that look like chance, the same for the same keys (splitmix64)."""
    with np.errstate(over="ignore"):
        z = keys + np.uint64(turn) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


class Words:
    """Made-up words that fall off as in a language (Zipf)."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        syllables = np.array("ba be bi bo da de di do ka ke ki ko la le li lo ma me mi mo na ne ra re ri sa se".split())
        made = np.random.default_rng(4).choice(syllables, (40_000, 4))
        self._words = np.array(list(dict.fromkeys("".join(word) for word in made))[:30_000])
        self._chance = np.cumsum(1 / np.arange(1, len(self._words) + 1))

    def some(self, n: int) -> str:
        found = np.searchsorted(self._chance, self._rng.random(n) * self._chance[-1])
        return " ".join(self._words[found])


def write_corpus(folder: Path, entries: int) -> None:
    """Tables of 20,000 entries with a question, another wording and an answer of two sentences: five passages each."""
    words = Words(seed=1)
    folder.mkdir(parents=True)
    for begin in range(0, entries, 20_000):
        with (folder / f"faq-{begin:07}.csv").open("w", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(("id", "question", "alternates", "answer"))
            for n in range(begin, min(begin + 20_000, entries)):
                answer = f"{words.some(12)} n{n} is so. {words.some(12)} n{n} is so."
                table.writerow((f"n{n}", f"How do {words.some(6)} n{n}?", f"What of {words.some(6)} n{n}?", answer))


def questions_about(entries: Sequence[tuple[int, str]]) -> dict[str, int]:
    """Question -> the number of the entry that it is about: half of the words of its own question, without its number,
    and as many others."""
    words = Words(seed=2)
    asked = {}
    for number, question in entries:
        own = question.split()[2:-1]
        asked[f"how do {' '.join(own[: len(own) // 2])} {words.some(len(own) - len(own) // 2)}"] = number
    return asked
