"""Where an archive comes from: a web address, a file, or a folder that holds one.

Only http and https are spoken. Redirects are followed by hand, five at most, and never from https to http. A tag says
which version of the archive was seen last, so that an unchanged one costs one small answer. No sentence and no log
names a password or the part of an address behind "?", where signed addresses have their secret.
"""

import contextlib
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

from chatbot import __version__
from chatbot.core.errors import NotFetched, UsageError
from chatbot.indexing.disk import open_file

if TYPE_CHECKING:
    import ssl

    import httpx

SUFFIX = ".verbatim"

_REDIRECTS = 5
_CONNECT, _PAUSE, _LONGEST = 10.0, 30.0, 3600.0  # seconds: to connect, between two pieces, for all of it
_PIECE = 1 << 20
_HEADERS = {"user-agent": f"Verbatim/{__version__}", "accept": "*/*", "accept-encoding": "identity"}
_CONDITIONS = {"etag": "if-none-match", "last-modified": "if-modified-since"}  # header of an answer -> of a request


@dataclass(frozen=True, slots=True)
class Opened:
    """An archive that is to be read."""

    name: str  # for sentences
    tag: str  # of this version; "" where the server gives none
    chunks: Iterator[bytes]


def shown_source(source: str) -> str:
    """`source` without what may be secret in it."""
    return re.sub(r"//[^/?#]*@", "//", source).partition("?")[0] if _is_address(source) else source


def check_source(source: str) -> None:
    """UsageError where `source` can never be one."""
    scheme, mark, rest = source.partition("://")
    if not source.strip():
        raise UsageError("name an archive: an address that begins with https:// or http://, a file, or a folder")
    if mark and (scheme.lower() not in ("http", "https") or not re.match(r"[^\s/?#]", rest)):
        raise UsageError(
            f"{shown_source(source)}: only addresses that begin with https:// or http:// and a host are read"
        )


@contextlib.contextmanager
def opened_source(source: str, tag: str = "") -> Iterator[Opened | None]:
    """The archive; None where it is still the version that `tag` names. NotFetched says why it cannot be had, also
    while it is read."""
    check_source(source)
    if not _is_address(source):
        with contextlib.closing(_opened_file(Path(source))) as file:
            facts = _facts(file)
            yield None if facts == tag else Opened(str(file.name), facts, _read(file))
        return
    import httpx  # a tenth of a second, which only who reads from the web need pay

    shown = shown_source(source)
    try:
        url = httpx.URL(source)
        patience = httpx.Timeout(_PAUSE, connect=_CONNECT)
        client = httpx.Client(verify=_trust(), timeout=patience, headers=_HEADERS)
    except (httpx.InvalidURL, ValueError, ImportError) as error:  # also of a proxy that the environment names
        raise NotFetched(f"{shown}: cannot be fetched ({_reason(error)}); check the address and HTTPS_PROXY") from None
    try:
        with client, _answer(client, url, tag, shown) as answer:
            yield _opened_answer(answer, shown)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotFetched(
            f"{shown}: cannot be fetched ({_reason(error)}); check the address, and whether the server is up"
        ) from None


@cache
def _trust() -> "ssl.SSLContext":
    """Read once: whoever looks every few seconds would spend more on the certificates than on the look."""
    import httpx

    return httpx.create_ssl_context()


def _reason(error: Exception) -> str:
    return re.sub(r"\s+", " ", shown_source(str(error))).strip(" .") or type(error).__name__


def _is_address(source: str) -> bool:
    return "://" in source


def _opened_file(path: Path) -> IO[bytes]:
    try:
        return open_file(_only_archive(path) if path.is_dir() else path)
    except OSError as error:
        raise _unreadable(path, error) from None


def _read(file: IO[bytes]) -> Iterator[bytes]:
    try:
        yield from iter(lambda: file.read(_PIECE), b"")
    except OSError as error:
        raise _unreadable(Path(file.name), error) from None


def _unreadable(path: Path, error: OSError) -> NotFetched:
    return NotFetched(f"{path}: cannot be read ({error.strerror}); name an archive that `pack` wrote")


def _only_archive(folder: Path) -> Path:
    found = sorted(path for path in folder.iterdir() if path.suffix == SUFFIX and not path.name.startswith("."))
    if len(found) != 1:
        holds = "several archives" if found else f"no file that ends in {SUFFIX}"
        raise NotFetched(f"{folder}: holds {holds}; name the file")
    return found[0]


def _facts(file: IO[bytes]) -> str:
    status = os.fstat(file.fileno())
    return f"file {status.st_mtime_ns} {status.st_size} {status.st_ino}"


@contextlib.contextmanager
def _answer(client: "httpx.Client", url: "httpx.URL", tag: str, shown: str) -> "Iterator[httpx.Response]":
    """The one after all redirects."""
    kind, _, value = tag.partition(" ")
    headers = {_CONDITIONS[kind]: value} if kind in _CONDITIONS else {}
    for _ in range(_REDIRECTS + 1):
        with client.stream("GET", url, headers=headers, follow_redirects=False) as answer:
            if not answer.has_redirect_location:
                yield answer
                return
            target = url.join(answer.headers["location"])
        if target.scheme not in ("http", "https") or not target.host:
            raise NotFetched(f"{shown}: is redirected to what is no web address; give the address of the archive")
        if url.scheme == "https" and target.scheme == "http":
            raise NotFetched(f"{shown}: is redirected from https to http; give the address of the archive")
        url = target
    raise NotFetched(f"{shown}: is redirected more than {_REDIRECTS} times; give the address of the archive")


def _opened_answer(answer: "httpx.Response", shown: str) -> Opened | None:
    if answer.status_code == 304:
        return None
    if answer.status_code != 200:
        said = f"{answer.status_code} {answer.reason_phrase}".strip()
        raise NotFetched(f"{shown}: the server answers {said}; check the address")
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise NotFetched(f"{shown}: comes compressed, which nobody asked for; have the server send the file as it is")
    kind = next((kind for kind in _CONDITIONS if kind in answer.headers), "")
    tag = f"{kind} {answer.headers[kind]}" if kind else ""
    return Opened(shown, tag, _in_time(answer.iter_raw(_PIECE), shown))


def _in_time(chunks: Iterator[bytes], shown: str) -> Iterator[bytes]:
    end = time.monotonic() + _LONGEST
    for chunk in chunks:
        if time.monotonic() > end:
            raise NotFetched(f"{shown}: is not here after {_LONGEST / 60:.0f} minutes; try again")
        if chunk:
            yield chunk
