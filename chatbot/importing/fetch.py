"""Fetches a file of the web safely. The only door to httpx.

A connection goes to the very address that was checked to be public, so a name that resolves differently the next time
has no effect. Each redirect is checked like the first address. Everything together, including robots.txt, must be done
within half a minute, even if a server sends one byte a second. Sizes are counted after unpacking. No cookies are kept
or sent.

With `allow_private`, addresses are not checked, and proxies are taken from the environment (HTTPS_PROXY and the like).
A proxy resolves names itself, so with one the check would be useless.
"""

import asyncio
import re
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar
from urllib.robotparser import RobotFileParser

import httpx

from chatbot import __version__
from chatbot.content.files import size_limit
from chatbot.core.errors import NotFetched, UsageError
from chatbot.importing.addresses import NotPublic, public_addresses
from chatbot.importing.media_types import suffix_of

_AGENT = "Verbatim"
_HEADERS = {"user-agent": f"{_AGENT}/{__version__}", "accept": "text/html,*/*;q=0.8", "accept-encoding": "gzip"}
_SECONDS = 30.0
_REDIRECTS = 5
_ROBOTS_LIMIT = 512 * 1024  # bytes

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fetched:
    url: str  # after all redirects
    suffix: str  # of its format, such as ".html"
    content_type: str
    data: bytes


class _Refused(Exception):
    """Why nothing is fetched, as the end of a sentence after the address and a colon."""


def shown_url(url: str) -> str:
    """`url` without a password, so that it may be printed and stored."""
    return re.sub(r"//[^/?#]*@", "//", url)


def fetch(url: str, allow_private: bool = False, seconds: float = _SECONDS) -> Fetched:
    """Fetches `url`. NotFetched says in one sentence why that failed; UsageError if it is no web address."""
    shown = shown_url(url)
    asked = _parsed(url, shown)
    try:
        return asyncio.run(_fetched(asked, allow_private, seconds))
    except _Refused as error:
        reason = str(error)
    except TimeoutError:
        reason = f"not here after {seconds:.0f} seconds; try again, or save the page and import the file"
    except httpx.HTTPError as error:
        reason = f"cannot be fetched ({_reason(error)}); check the address, and whether the site is up"
    except (ValueError, ImportError, httpx.InvalidURL) as error:
        reason = (
            f"the proxy that the environment names cannot be used ({_reason(error)}); correct HTTP_PROXY and the like"
        )
    raise NotFetched(f"{shown}: {reason}")


async def _fetched(url: httpx.URL, allow_private: bool, seconds: float) -> Fetched:
    async with asyncio.timeout(seconds):
        return await _Visitor(allow_private).visit(url, _page, heeds_robots=True)


class _Visitor:
    """Sends requests for one file. Keeps the robots.txt rules of each site meanwhile."""

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._trust = httpx.create_ssl_context(trust_env=False)
        self._trust.load_default_certs()  # a private certificate authority is in the system's store or in SSL_CERT_FILE
        self._rules: dict[bytes, RobotFileParser | None] = {}

    async def visit(
        self, url: httpx.URL, read: Callable[[httpx.URL, httpx.Response], Awaitable[T]], heeds_robots: bool
    ) -> T:
        """The result of `read` for the response after all redirects."""
        for _ in range(_REDIRECTS + 1):
            if heeds_robots:
                await self._heed_robots(url)
            # A new client for each request, so that no cookie of one response goes with the next request.
            async with httpx.AsyncClient(  # one clock runs over all of it  # nosec B113
                verify=self._trust, trust_env=self._allow_private, follow_redirects=False, timeout=None
            ) as client:
                response = await self._send(client, url)
                try:
                    if not response.has_redirect_location:
                        return await read(url, response)
                finally:
                    await response.aclose()
            url = _redirected(url, response.headers["location"])
        raise _Refused(f"redirects more than {_REDIRECTS} times; give the address where it ends")

    async def _send(self, client: httpx.AsyncClient, url: httpx.URL) -> httpx.Response:
        targets = [url]
        if not self._allow_private:
            targets = [url.copy_with(host=address) for address in await self._addresses(url)]
        for at, target in enumerate(targets, 1):
            # The name is sent to the server, and used to check its certificate.
            headers = {**_HEADERS, "host": url.netloc.decode("ascii")}
            request = client.build_request(
                "GET", target, headers=headers, extensions={"sni_hostname": url.raw_host.decode("ascii")}
            )
            try:
                return await client.send(request, stream=True)
            except httpx.ConnectError:
                if at == len(targets):
                    raise
        raise _Refused("leads to no address; check the address")

    async def _addresses(self, url: httpx.URL) -> list[str]:
        host = url.raw_host.decode("ascii")
        port = url.port or {"http": 80, "https": 443}[url.scheme]
        try:
            return await asyncio.to_thread(public_addresses, host, port)
        except NotPublic as error:
            message = f"leads to {error}, which is no public address; add --allow-private if you trust it"
            raise _Refused(message if url.host == str(error) else f"{url.host} {message}") from None
        except (OSError, UnicodeError):
            raise _Refused(f"there is no host {url.host}; check the address") from None

    async def _heed_robots(self, url: httpx.URL) -> None:
        """Refuses what robots.txt forbids (RFC 9309). No file: all is allowed. A server error: nothing is."""
        origin = url.scheme.encode() + url.netloc
        if origin not in self._rules:
            where = url.copy_with(raw_path=b"/robots.txt", fragment=None)
            self._rules[origin] = await self.visit(where, _robots, heeds_robots=False)
        rules = self._rules[origin]
        if rules and not rules.can_fetch(_AGENT, str(url)):
            raise _Refused(f"{url.host} does not let programs read it (robots.txt); save the page and import the file")


async def _robots(url: httpx.URL, response: httpx.Response) -> RobotFileParser | None:
    status = response.status_code
    if status >= 500 or status == HTTPStatus.TOO_MANY_REQUESTS:
        raise _Refused(f"{url} answers {status}, so it is unknown what the site allows; try again later")
    if status != HTTPStatus.OK:
        return None
    rules = RobotFileParser()
    rules.parse((await _body(response, _ROBOTS_LIMIT)).decode("utf-8-sig", "replace").splitlines())
    return rules


async def _page(url: httpx.URL, response: httpx.Response) -> Fetched:
    status = response.status_code
    if status != HTTPStatus.OK:
        raise _Refused(f"answers {f'{status} {response.reason_phrase}'.strip()}; check the address")
    content_type = response.headers.get("content-type", "")
    suffix = suffix_of(content_type, url.path)
    if not suffix:
        kind = content_type.split(";")[0].strip() or "of no stated type"
        raise _Refused(f"is {kind}, which is not read; give the address of a page or a table")
    return Fetched(str(url), suffix, content_type, await _body(response, size_limit(suffix)))


async def _body(response: httpx.Response, limit: int) -> bytes:
    """The unpacked body. Refused if it is more than `limit` bytes."""
    packed = response.headers.get("content-encoding", "identity").strip().lower()
    if packed not in ("", "identity", "gzip", "x-gzip"):
        raise _Refused(f"comes packed as {packed}, which nobody asked for; save the page and import the file")
    inflater = zlib.decompressobj(31) if "gzip" in packed else None
    data = bytearray()
    async for chunk in response.aiter_raw():
        try:
            data += inflater.decompress(chunk, limit + 1 - len(data)) if inflater else chunk
        except zlib.error:
            raise _Refused("comes damaged (not gzip as it says); try again later") from None
        if len(data) > limit:
            size = f"{limit >> 20} MB" if limit >= 2**20 else f"{limit >> 10} KB"
            raise _Refused(f"holds over {size}, the most that is read of it; save a part of it and import the file")
    if inflater and not inflater.eof:
        raise _Refused("ends in the middle; try again")
    return bytes(data)


def _parsed(url: str, shown: str) -> httpx.URL:
    try:
        asked = httpx.URL(url).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as error:  # ValueError: such as a port that is no number
        raise UsageError(f"{shown}: not an address ({error}); write it such as https://www.example.org/faq") from None
    if asked.scheme not in ("http", "https") or not asked.host:
        raise UsageError(f"{shown}: only addresses that begin with https:// or http:// and a host can be fetched")
    if asked.userinfo:
        raise UsageError(f"{shown}: names and passwords in an address are not used; save the page and import the file")
    return asked


def _redirected(url: httpx.URL, location: str) -> httpx.URL:
    try:
        target = url.join(location).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError):
        raise _Refused("redirects to what is no address; give the address where it ends") from None
    shown = shown_url(str(target))
    if target.scheme not in ("http", "https") or not target.host:
        raise _Refused(f"redirects to {shown}, which cannot be fetched; give the address of the page itself")
    if url.scheme == "https" and target.scheme == "http":
        raise _Refused(
            f"redirects from https to {shown}, where anybody may read and change it; name that if you trust it"
        )
    if target.userinfo:
        raise _Refused(f"redirects to {shown} with a password; save the page and import the file")
    return target


def _reason(error: Exception) -> str:
    return re.sub(r"\s+", " ", shown_url(str(error))).strip(" .") or type(error).__name__
