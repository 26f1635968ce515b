"""Standard streams as they may be: closed, full, or without the letters that a text needs."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, TextIO

from chatbot.core.errors import OutputFailed


def fill_closed() -> bool:
    """Puts the null device where a standard stream is closed, or the next file that is opened would get its number, and
    whatever is printed; returns whether there was no standard output."""
    lacks_output = sys.stdout is None
    sys.stdin = sys.stdin or _null("r")  # in this order: each gets the lowest number that is free
    sys.stdout = sys.stdout or _null("w")
    sys.stderr = sys.stderr or _null("w")
    return lacks_output


@contextmanager
def printing() -> Iterator[None]:
    """What is printed within reaches standard output, or OutputFailed says why not. A reader that has seen enough, such
    as `head`, is no failure."""
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
    """Such an error names no file. Nor do some others, but then what was printed so far can be written."""
    try:
        sys.stdout.flush()
    except OSError:
        return True
    return error.filename is None and getattr(
        sys.stdout, "write_through", False
    )  # which keeps nothing that could be tried again


def _drop() -> None:
    """Or else Python would try once more when it ends, and say so."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _null(mode: Literal["r", "w"]) -> TextIO:
    return open(os.devnull, mode, encoding="utf-8")
