"""Processes that answer for the server.

Encoding shares the cores among threads, but all else that a question needs holds the lock of Python, so one process
fills hardly more than two cores. Here the server only listens, and each of these takes one question at a time. They
hold a build and its encoder each, and end with the server, however it ends.
"""

import logging
import multiprocessing
import os
import signal
import threading
from concurrent import futures
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from pathlib import Path
from typing import NamedTuple

from chatbot.core.types import Replies
from chatbot.dialogue.remembered import Asked
from chatbot.dialogue.replying import replied
from chatbot.dialogue.served import Served

_log = logging.getLogger("chatbot.server")


class _Pool(NamedTuple):
    processes: ProcessPoolExecutor
    first: futures.Future[int]  # done when one of them has opened the build, or none could


class Pooled:
    """An `Answerer`: `count` processes that answer from the build of `served`, which `index` holds under its id."""

    def __init__(self, served: Served, index: Path, count: int) -> None:
        self.served = served
        self._index, self._count = index, count
        self._lock = threading.Lock()
        self._pool: _Pool | None = self._started()
        futures.wait([self._pool.first])

    def answer(self, asked: Asked) -> Replies:
        """By the next process that is free. Those that ended are replaced; until the others have
        opened the build, which takes longer than a visitor waits, the server answers by itself."""
        pool = self._pool
        if pool and pool.first.done():
            try:
                return pool.processes.submit(_replied, asked).result()
            except BrokenProcessPool:
                self._replace(pool)
            except RuntimeError:  # closed meanwhile: another build is served, but this question was of the old one
                pass
        return replied(self.served, asked)

    def close(self) -> None:
        """They end as soon as they have answered what they were asked."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool:
            pool.processes.shutdown(wait=False)

    def _replace(self, broken: _Pool) -> None:
        with self._lock:
            if self._pool is broken:  # and no other question has noticed before
                _log.error("error: a process that answers has ended; others are started")
                self._pool = self._started()

    def _started(self) -> _Pool:
        # Spawned, as a copy of a process with threads may wait for ever for a lock that one of them has.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(self._count, context, _open, (self._index, self.served.build.id))
        # Or else each would start with the first question for it.
        begun = [pool.submit(os.getpid) for _ in range(self._count)]
        return _Pool(pool, begun[0])


_opened: list[Served] = []  # of a process that answers


def _open(index: Path, build: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    _opened.append(Served.open(index, build_id=build))


def _replied(asked: Asked) -> Replies:
    return replied(_opened[0], asked)


def _end_with_the_server() -> None:
    server = multiprocessing.parent_process()
    assert server
    wait([server.sentinel])
    os._exit(0)
