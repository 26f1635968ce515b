"""A replica: looks again and again at the archive that another server packs, and takes over what is new there.

A look is one request with the version that was seen last, in most cases answered with 304. What is new is pulled by
another process, which reads, verifies and installs it; the hot swap of `lifecycle.py` notices, as with any build. What
goes wrong costs no answer: it is logged once, shown by /readyz, and tried again, more and more seldom.
"""

import logging
import os
import random
import threading
import time
from collections.abc import Sequence

from chatbot.core.errors import ChatbotError
from chatbot.core.settings import ServerSettings
from chatbot.core.settings_sources import ENV_PREFIX
from chatbot.indexing.archive_source import check_source, opened_source, shown_source
from chatbot.indexing.minisign import read_public_key
from chatbot.indexing.pointer import published
from chatbot.indexing.pull import tag_for
from chatbot.web.health import Health
from chatbot.web.verb_process import PROGRAM
from chatbot.web.verb_runs import VerbRuns

_log = logging.getLogger("chatbot.server")

_SELDOM = 300.0  # seconds between two tries where many have failed, unless `follow_every` is longer
_JITTER = 0.2  # of the time between two looks, so that many replicas do not ask at once


class Follower:
    """That of one server, on a thread of its own."""

    def __init__(self, where: ServerSettings, health: Health, program: Sequence[str] = PROGRAM) -> None:
        """UsageError where `follow` or `follow_key` can never be right. `program`: what runs a verb of the command
        line."""
        check_source(where.follow)
        if where.follow_key:
            read_public_key(where.follow_key)
        self.last_success = 0.0  # seconds since 1970
        self.failures = 0  # since then
        self._where = where
        self._health = health
        self._runs = VerbRuns(program)
        self._has_looked = threading.Event()
        self._is_closed = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="follower", daemon=True).start()

    def close(self) -> None:
        self._is_closed.set()
        self._has_looked.set()
        self._runs.close()

    def wait(self) -> None:
        """Until there is something to serve, or the first look has ended without."""
        if published(self._where.index) is None:
            self._has_looked.wait()

    def _run(self) -> None:
        while True:
            code, sentence = self._look()
            if self._is_closed.is_set():
                return
            self._tell(code, sentence)
            self._has_looked.set()
            every = self._where.follow_every
            pause = min(every * 2 ** min(self.failures, 20), max(every, _SELDOM))
            if self._is_closed.wait(pause * random.uniform(1 - _JITTER, 1 + _JITTER)):
                return

    def _look(self) -> tuple[str, str]:
        """Takes over what is new. The code of what went wrong, and a sentence; "" where nothing did."""
        where = self._where
        try:
            with opened_source(where.follow, tag_for(where.follow, where.index)) as archive:
                if archive is None:
                    return "", ""
            source = [] if os.environ.get(f"{ENV_PREFIX}FOLLOW") == where.follow else [where.follow]
            key = ["--public-key", where.follow_key] if where.follow_key else []
            run = self._runs.run("pull", *source, "--index", str(where.index), *key, again=True)
            error = run.document.get("error", {})
            return (error.get("code", "internal_error"), run.error) if run.error else ("", "")
        except ChatbotError as error:
            return error.code, str(error)
        except Exception as error:  # a mistake of ours must not end the thread
            _log.exception("error: the archive could not be looked at")
            return "internal_error", type(error).__name__

    def _tell(self, code: str, sentence: str) -> None:
        """Each trouble is logged when it begins, and that it has ended."""
        before, self._health.stale = self._health.stale, code
        if code:
            self.failures += 1
            if code != before:
                _log.error("error: %s\nwhat is served stays, and the archive is looked at again", sentence)
            return
        self.failures, self.last_success = 0, time.time()
        if before:
            _log.info("the archive can be followed again: %s", shown_source(self._where.follow))
