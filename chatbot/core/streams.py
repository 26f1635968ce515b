"""Standard streams that may be closed, full, or unable to encode a text."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, TextIO

from chatbot.core.errors import OutputFailed


def fill_closed() -> bool:
    """Opens the null device for each standard stream that is closed. Returns whether standard output was closed.

    Otherwise the next file to be opened would get the number of the stream, and receive what is printed.
    """
    lacks_output = sys.stdout is None
    sys.stdin = sys.stdin or _null("r")  # in this order, since each gets the lowest free number
    sys.stdout = sys.stdout or _null("w")
    sys.stderr = sys.stderr or _null("w")
    return lacks_output


@contextmanager
def printing() -> Iterator[None]:
    """Makes sure that everything printed within reaches standard output; else raises OutputFailed with the reason.

    A reader that stops early, such as `head`, is no failure.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        _drop()
    except UnicodeEncodeError as error:
        letters = ascii(error.object[error.start : error.end][:20])
        remedy = "name files in UTF-8" if error.encoding == "utf-8" else "set PYTHONIOENCODING=utf-8, or add --json"
        raise OutputFailed(f"standard output is {error.encoding}, which cannot hold {letters}; {remedy}") from None
    except OSError as error:
        if not _is_of_output(error):
            raise
        _drop()
        raise OutputFailed(
            f"standard output cannot be written ({error.strerror}); send it to a file on a disk with room"
        ) from None


def _is_of_output(error: OSError) -> bool:
    """Whether an error is that of standard output: it names no file, and what was printed cannot be flushed."""
    try:
        sys.stdout.flush()
    except OSError:
        return True
    return error.filename is None and getattr(
        sys.stdout, "write_through", False
    )  # which keeps nothing that could be tried again


def _drop() -> None:
    """Prevents that Python tries to flush again at exit, and reports it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _null(mode: Literal["r", "w"]) -> TextIO:
    return open(os.devnull, mode, encoding="utf-8")
