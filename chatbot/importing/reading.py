"""Reads a file or an address as content, in the same way as a build."""

import dataclasses
import html
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from chatbot.content.corpus import read_corpus
from chatbot.content.ledger import Content
from chatbot.content.readers.metadata import split_source
from chatbot.core.errors import ContentError, UsageError
from chatbot.core.problem import Problem
from chatbot.core.text import is_web_address, one_line
from chatbot.importing.charset import as_utf8
from chatbot.importing.media_types import is_text

_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_HREF = re.compile(r"(<a\b[^<>]*?\bhref\s*=\s*)([\"'])(.*?)\2", re.IGNORECASE | re.DOTALL)
_SRC = re.compile(r"(<img\b[^<>]*?\bsrc\s*=\s*)([\"'])(.*?)\2", re.IGNORECASE | re.DOTALL)
_BASE = re.compile(r"<base\b[^<>]*?\bhref\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TITLE = re.compile(r"<title\b[^>]*>([^<]{1,500})</title", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """A source that was read. `label`: its file or address, for messages. `source`, `url`: for entries without them."""

    label: str
    content: Content
    path: Path | None = None  # None for an address
    source: str = ""
    url: str = ""


def read_source(source: str, allow_private: bool) -> Source:
    """Reads a file or an address. ContentError names every mistake; NotFetched or UsageError if it cannot be read."""
    if _HAS_SCHEME.match(source):
        imported = _from_web(source, allow_private)
    else:
        path = Path(source)
        if os.path.isdir(path):
            raise UsageError(f"{source}: is a folder; name its files")
        imported = Source(source, read_corpus(path), path)
    content = _labelled(imported.content, imported.label)
    if content.errors:
        raise ContentError("\n".join(f"{problem} [{problem.rule}]" for problem in content.errors), content.problems)
    if not content.entries:
        raise ContentError(f"{imported.label}: holds no question with an answer; see what was dropped with lint")
    return dataclasses.replace(imported, content=content)


def read_bytes(name: str, data: bytes) -> Content:
    """The content of a file that is not on disk."""
    with tempfile.TemporaryDirectory(prefix="verbatim-") as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        return read_corpus(path)


def _from_web(source: str, allow_private: bool) -> Source:
    from chatbot.importing.fetch import fetch  # httpx takes a tenth of a second, which files need not pay

    page = fetch(source, allow_private)
    data, note, title = page.data, "", ""
    if is_text(page.suffix):
        data, note = as_utf8(data, page.content_type)
    if page.suffix == ".html":
        text = data.decode()
        title = one_line(html.unescape(title_match[1])) if (title_match := _TITLE.search(text)) else ""
        data = _with_whole_links(text, page.url).encode()
    content = read_bytes(f"page{page.suffix}", data)
    if note:
        content = dataclasses.replace(
            content, problems=[*content.problems, Problem("", 0, "encoding", note, "warning")]
        )
    if not title or split_source(title) != (title, ""):  # a title with an address would be read as an address
        title = urlsplit(page.url).hostname or ""
    return Source(page.url, content, None, title, page.url)


def _with_whole_links(text: str, url: str) -> str:
    """HTML with absolute links: relative ones work only within the site. The page's base is used, if it has one.

    A link to a place within the page stays one, whatever the base.
    """
    base = _base(text, url)

    def whole(link: re.Match[str]) -> str:
        address = html.unescape(link[3]).strip()
        try:
            address = urljoin(url if address.startswith("#") else base, address)
        except ValueError:
            return link[0]
        return f"{link[1]}{link[2]}{html.escape(address)}{link[2]}"

    return _SRC.sub(whole, _HREF.sub(whole, text))


def _base(text: str, url: str) -> str:
    match = _BASE.search(_COMMENT.sub("", text))
    try:
        base = urljoin(url, html.unescape(match[1])) if match else url
    except ValueError:
        return url
    return base if is_web_address(base) else url


def _labelled(content: Content, label: str) -> Content:
    """Replaces the file name in ledger and problems by `label`. Entries keep theirs, which shows their format."""
    return Content(
        content.entries,
        [dataclasses.replace(line, file=label) for line in content.ledger],
        [dataclasses.replace(problem, file=label) for problem in content.problems],
    )
