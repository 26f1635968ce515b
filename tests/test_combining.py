"""Questions of several threads are encoded together, and each thread gets its own vectors."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pytest

from chatbot.encoding.batching import Combiner
from chatbot.encoding.hashing import HashingEncoder

SECONDS = 20


class Gate:
    """An encoder that waits at its door until it is opened, and writes down what it was given."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.interrupts: list[BaseException] = []  # what the next calls raise
        self.seen: list[list[str]] = []
        self.inside = 0
        self.most_inside = 0

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        self.seen.append(list(texts))
        assert self.open.wait(SECONDS)
        self.inside -= 1
        if self.interrupts:
            raise self.interrupts.pop(0)
        if any(text.startswith("bad") for text in texts):
            raise ValueError(f"one of {len(texts)} is bad")
        return HashingEncoder().encode_queries(texts)


def ask_one_by_one(
    threads: ThreadPoolExecutor, combiner: Combiner, gate: Gate, texts: Sequence[str]
) -> list[Future[np.ndarray]]:
    """The first of `texts` is in `gate` when the others begin to wait, in their order."""
    asked = []
    deadline = time.monotonic() + SECONDS
    for count, text in enumerate(texts):
        asked.append(threads.submit(combiner, [text]))
        while not gate.seen or len(combiner._waiting) < count:
            assert time.monotonic() < deadline
            time.sleep(0.001)
    return asked


@pytest.mark.parametrize(("at_once", "most"), [(1, 32), (3, 32), (2, 1)])
def test_each_thread_gets_the_vectors_of_its_own_texts(at_once: int, most: int) -> None:
    """Red when parts are handed out in another order, when a thread is forgotten, when two lead with one turn, and
    when `most` does not count."""
    gate = Gate()
    gate.open.set()
    combiner = Combiner(gate, at_once, most)
    asked = [[f"question {n} {part}" for part in range(n % 4 + 1)] for n in range(2000)]
    with ThreadPoolExecutor(32) as threads:
        found = list(threads.map(combiner, asked, timeout=SECONDS))
    for texts, vectors in zip(asked, found, strict=True):
        np.testing.assert_array_equal(vectors, HashingEncoder().encode_queries(texts))
    assert gate.most_inside <= at_once
    assert sorted(text for texts in gate.seen for text in texts) == sorted(text for texts in asked for text in texts)
    assert max(map(len, gate.seen)) <= max(most, 4)
    assert combiner._free == at_once


@pytest.mark.parametrize("bad", [(), (7, 8)])
def test_what_arrives_meanwhile_is_encoded_together_in_order_and_an_error_is_its_own(bad: Sequence[int]) -> None:
    """Red when a question waits for company although nothing runs, when the next takes one question only, when
    neighbours get the error, too, and when the lead is not handed on after one."""
    texts = ["first", *(f"bad {n}" if n in bad else str(n) for n in range(39))]
    gate = Gate()
    combiner = Combiner(gate, 1)
    with ThreadPoolExecutor(len(texts)) as threads:
        asked = ask_one_by_one(threads, combiner, gate, texts)
        gate.open.set()
        for text, one in zip(texts, asked, strict=True):
            if text.startswith("bad"):
                assert str(one.exception(SECONDS)) == "one of 1 is bad"
            else:
                np.testing.assert_array_equal(one.result(SECONDS), HashingEncoder().encode_queries([text]))
    together, after = texts[1:33], texts[33:]
    assert gate.seen == [["first"], together, *([text] for text in together if bad), after]
    assert combiner._free == 1


def test_a_thread_that_is_told_to_end_hands_the_lead_on() -> None:
    """And whom it was encoding for, too. Red when only an `Exception` hands it on, and when they are forgotten."""
    gate = Gate()
    gate.interrupts = [SystemExit(), KeyboardInterrupt()]
    combiner = Combiner(gate, 1)
    with ThreadPoolExecutor(4) as threads:
        asked = ask_one_by_one(threads, combiner, gate, ["first", "second", "third", "fourth"])
        gate.open.set()
        assert [type(one.exception(SECONDS)) for one in asked] == [SystemExit, KeyboardInterrupt, *[type(None)] * 2]
    assert gate.seen == [["first"], ["second", "third", "fourth"], ["third", "fourth"]]
    assert combiner._free == 1
