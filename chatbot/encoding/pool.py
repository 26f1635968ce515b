"""One object for each encoder in use, however many indexes were built with it: a model takes 90 MB of memory."""

import threading
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from chatbot.encoding.protocols import Encoder

E = TypeVar("E", bound=Encoder)


class EncoderPool:
    """The encoders in use, by fingerprint and how they are run. One that nobody uses any more is not kept here."""

    def __init__(self) -> None:
        self._used: WeakValueDictionary[tuple[str, ...], Any] = WeakValueDictionary()
        self._lock = threading.Lock()

    def shared(self, encoder: E, *how: str) -> E:
        """The one in use that gives the same vectors and is run in the same way, or else `encoder`, from now on.

        `encoder` need not be loaded: the first text that is encoded loads it. `how`: by which library, on which device.
        """
        with self._lock:
            used: E = self._used.setdefault((encoder.fingerprint, *how), encoder)
            return used
