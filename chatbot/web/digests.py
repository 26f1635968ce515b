"""The digest: once a week, what the report says of the last seven days goes as JSON to an address that the owner names.

The journal keeps when the last one went out, so that neither a restart nor a second server with the same journal sends
it twice.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from chatbot.core.errors import JournalRefused
from chatbot.insight.journal_schema import FAILURES, is_due, is_due_again, opened, reason_of
from chatbot.web.verb_process import PROGRAM
from chatbot.web.verb_runs import VerbRuns

_log = logging.getLogger("chatbot.server")

_LOOK = 600.0  # seconds between two looks whether it is time
_PATIENCE = 30.0  # seconds that whoever is told may take
_WEEK, _HOUR = 7 * 24 * 60, 60  # minutes


class Digests:
    """Those of one site. It costs no answer: it waits on a thread, and the report is made by another process."""

    def __init__(
        self,
        url: str,
        journal: Path,
        index: Path,
        program: Sequence[str] = PROGRAM,
        clock: Callable[[], float] = time.time,
        *,
        look: float = _LOOK,
    ) -> None:
        """`url`: what it is posted to. It may hold a secret, so no log names more of it than the host. `program`: what
        runs a verb of the command line. `clock`: seconds since 1970. `look`: seconds between two looks."""
        self._url = url
        self._journal = journal
        self._index = index
        self._clock = clock
        self._look = look
        self._runs = VerbRuns(program)
        self._is_closed = threading.Event()
        threading.Thread(target=self._run, name="digests", daemon=True).start()

    def close(self) -> None:
        self._is_closed.set()
        self._runs.close()

    def _run(self) -> None:
        while True:
            try:
                self._look_now()
            except JournalRefused as error:
                _log.error("error: %s; there is no digest", error)
            except FAILURES as error:
                _log.error("error: %s: %s; there is no digest", self._journal, reason_of(error))
            except Exception:  # a mistake of ours must not end the thread
                _log.exception("error: the digest could not be made")
            if self._is_closed.wait(self._look):
                return

    def _look_now(self) -> None:
        """Sends a digest where one is due. One that does not arrive is tried again in an hour."""
        if not self._journal.exists():
            return
        now = int(self._clock() // 60)
        with contextlib.closing(opened(self._journal)) as connection:
            if not is_due(connection, now, _WEEK):
                return
            trouble = self._sent()
            if trouble and not self._is_closed.is_set():
                is_due_again(connection, now - _WEEK + _HOUR)
                host = urlsplit(self._url).hostname
                _log.error("error: the digest for %s: %s; it is tried again in an hour", host, trouble)

    def _sent(self) -> str:
        """What went wrong, or ""."""
        run = self._runs.run("report", "--since", "7d", "--index", str(self._index), again=True)
        return run.error or _posted(self._url, {"kind": "digest", "report": run.document})


def _posted(url: str, body: Mapping[str, Any]) -> str:
    """What went wrong, or "". An address that it is sent on to counts as wrong: it could be anybody's."""
    import httpx  # a tenth of a second, which servers without digests need not pay

    try:
        response = httpx.post(url, json=body, timeout=_PATIENCE, headers={"user-agent": "Verbatim"})
    except httpx.HTTPError as error:
        return f"the address cannot be reached ({type(error).__name__})"
    return "" if response.is_success else f"the address answered with HTTP {response.status_code}"
