"""Questions of several threads are encoded together, and each thread gets its own vectors."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from chatbot.search.combining import Combiner
from chatbot.search.hashing import HashingEncoder

SECONDS = 20


class Gate:
    """An encoder that waits at its door until it is opened, and writes down what it was given."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.seen: list[list[str]] = []
        self.inside = 0
        self.most_inside = 0

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        self.seen.append(list(texts))
        assert self.open.wait(SECONDS)
        self.inside -= 1
        if "bad" in texts:
            raise ValueError("bad")
        return HashingEncoder().encode_queries(texts)


def waiting(combiner: Combiner, count: int) -> None:
    deadline = time.monotonic() + SECONDS
    while len(combiner._waiting) < count:
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.mark.parametrize("at_once", [1, 3])
def test_each_thread_gets_the_vectors_of_its_own_texts(at_once: int) -> None:
    """Red when parts are handed out in another order, when a thread is forgotten, and when two lead with one turn."""
    gate = Gate()
    gate.open.set()
    combiner = Combiner(gate, at_once)
    asked = [[f"question {n} {part}" for part in range(n % 4 + 1)] for n in range(2000)]
    with ThreadPoolExecutor(32) as threads:
        found = list(threads.map(combiner, asked, timeout=SECONDS))
    for texts, vectors in zip(asked, found, strict=True):
        np.testing.assert_array_equal(vectors, HashingEncoder().encode_queries(texts))
    assert gate.most_inside <= at_once
    assert sorted(text for texts in gate.seen for text in texts) == sorted(text for texts in asked for text in texts)
    assert combiner._free == at_once


def test_what_arrives_meanwhile_is_encoded_together_and_in_order() -> None:
    """Red when a question waits for company although nothing runs, and when the next takes one question only."""
    gate = Gate()
    combiner = Combiner(gate, 1)
    with ThreadPoolExecutor(40) as threads:
        first = threads.submit(combiner, ["first"])
        while not gate.seen:
            time.sleep(0.001)
        for n in range(39):
            threads.submit(combiner, [str(n)])
            waiting(combiner, n + 1)
        gate.open.set()
        first.result(SECONDS)
    assert gate.seen == [["first"], [str(n) for n in range(32)], [str(n) for n in range(32, 39)]]


def test_an_error_reaches_all_who_were_encoded_together_and_nobody_else() -> None:
    """Red when the lead is not handed on after an error: the last would wait for ever."""
    gate = Gate()
    combiner = Combiner(gate, 1)
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(combiner, ["first"])
        while not gate.seen:
            time.sleep(0.001)
        together = [threads.submit(combiner, [text]) for text in ("good", "bad")]
        waiting(combiner, 2)
        gate.open.set()
        assert len(first.result(SECONDS)) == 1
        for asked in together:
            with pytest.raises(ValueError, match="bad"):
                asked.result(SECONDS)
        assert len(threads.submit(combiner, ["after"]).result(SECONDS)) == 1
