"""Questions of several threads, encoded together.

An encoder reads all its weights for one question as for ten, so those that arrive while others are encoded are encoded
together when these are done. Nobody waits for company: a question that finds the encoder idle is encoded at once.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence

import numpy as np

MOST = 32  # texts that are encoded together


class _Asked:
    """The texts of one thread, which sleeps until they are encoded or it is its turn to encode for others, too."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.woken = threading.Event()
        self.vectors: np.ndarray | None = None
        self.error: Exception | None = None


class Combiner:
    """`encode` for any number of threads. What one of them gets is what it would get alone, but for rounding; an error,
    too, is its own."""

    def __init__(self, encode: Callable[[Sequence[str]], np.ndarray], at_once: int, most: int = MOST) -> None:
        """`at_once`: threads that may be in `encode` at the same time. `most`: texts that are encoded together; with 1
        each thread encodes its own texts, and nobody else's, when it is its turn."""
        self._encode = encode
        self._free = at_once
        self._most = most
        self._waiting: deque[_Asked] = deque()
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """(len(texts), dim)"""
        own = _Asked(texts)
        with self._lock:
            leads = self._free > 0
            if leads:
                self._free -= 1
            else:
                self._waiting.append(own)
        if not leads:
            own.woken.wait()
        if own.vectors is None and own.error is None:
            self._lead(own)
        if own.error is not None:
            raise own.error
        assert own.vectors is not None
        return own.vectors

    def _lead(self, own: _Asked) -> None:
        """Encodes `own` with what waits, then leaves the lead to the next who waits."""
        group = [own]
        with self._lock:
            size = len(own.texts)
            while self._waiting and size + len(self._waiting[0].texts) <= self._most:
                group.append(self._waiting.popleft())
                size += len(group[-1].texts)
        try:
            self._encode_for(group)
        finally:  # whatever happens, even if this thread is told to end: the lead must be handed on
            done = [asked for asked in group if asked.vectors is not None or asked.error is not None]
            with self._lock:
                self._waiting.extendleft(asked for asked in reversed(group[1:]) if asked not in done)
                successor = self._waiting.popleft() if self._waiting else None
                self._free += successor is None
            for asked in (*done, *filter(None, [successor])):
                asked.woken.set()

    def _encode_for(self, group: Sequence[_Asked]) -> None:
        """Gives each of `group` its vectors, or the error that its own texts raise when they are encoded alone."""
        try:
            vectors = self._encode([text for asked in group for text in asked.texts])
            ends = np.cumsum([len(asked.texts) for asked in group])
            for asked, part in zip(group, np.split(vectors, ends[:-1]), strict=True):
                asked.vectors = part
            return
        except Exception as error:
            if len(group) == 1:
                group[0].error = error
                return
        for asked in group:
            self._encode_for([asked])
