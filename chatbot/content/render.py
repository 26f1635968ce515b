"""Answers to safe HTML, once, at build. The only door to markdown-it-py and nh3.

Whatever a content file holds, what comes out has no script, style, image or form, and its links lead to
http, https, mailto or tel addresses only.
"""

import html
import re
from collections.abc import Iterator, MutableMapping
from functools import cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token as Token

from chatbot.text import list_mark, one_line

_TAGS = set(
    "a abbr b blockquote br code dd del details div dl dt em h2 h3 h4 h5 h6 hr i kbd li mark ol p pre q s small span"
    " strong sub summary sup table tbody td tfoot th thead tr u ul".split()
)
_ATTRIBUTES = {"a": {"href", "title"}, "abbr": {"title"}, "ol": {"start"}, "td": {"align"}, "th": {"align", "scope"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
ENTRY_LINK = "faq#"  # and the id of an entry: its place on the page of the whole FAQ

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)|<(https?://[^>\s]+)>")
CODE = re.compile(r"(`{3,}|~{3,})[\s\S]*?(?:\1|\Z)|`[^`\n]*`")
_TARGET = re.compile(
    r"(?P<picture>!)?\[[^\]\n]{0,500}\]\(<?(?P<markdown>(?:[^()\s>]|\([^()\s>]*\))*)"
    r"|<(?P<tag>a|img)\s[^>]{0,500}?(?:href|src)\s*=\s*[\"']?(?P<html>[^\"'\s>]*)",
    re.IGNORECASE,
)
# One line of words that are no markup, whatever stands around them.
_PLAIN = re.compile(r"[^\W\d_](?:[^\W_]|[,.;:?!'\"()/-]| (?![ \n]|$))*")
_MARKUP = re.compile(
    r"\*\*|__|``?|~~|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)"  # emphasis and code
    r"|^#{1,6}[ \t]+|^>[ \t]?"  # headings and quotations
    r"|</?[a-zA-Z][^<>]*>"  # tags
    r"|\\(?=[!-/:-@\[-`{-~])",  # what keeps a character from being markup
    re.MULTILINE,
)
_MAYBE_MARKUP = re.compile(r"[*_`~#>\[<\\&]")  # without one of these there is none
_NUMBER = re.compile(r"\d+")


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def parse_markdown(text: str, environment: MutableMapping[str, Any]) -> list[Token]:
    """Block tokens of `text`; `token.map` holds the lines, counted from 0.

    `environment`: takes the definitions of links that are found, by name in capitals, and those in it count.
    """
    return _parser().parse(text, environment)


def markdown_to_html(text: str) -> str:
    if _PLAIN.fullmatch(text):  # as most cells of a table are; it saves nine tenths of the time
        return f"<p>{text}</p>"
    return _cleaned(_parser().render(text))


def targets(text: str) -> Iterator[tuple[str, bool, bool]]:
    """(address, whether it is a picture, whether it is shown) of the links and pictures in Markdown."""
    for found in _TARGET.finditer(CODE.sub("", text)):
        address = found["markdown"] or found["html"] or ""
        is_picture = bool(found["picture"]) or (found["tag"] or "").lower() == "img"
        is_known = address.startswith(ENTRY_LINK) or (address.split(":")[0].lower() in _SCHEMES and ":" in address)
        yield address, is_picture, not is_picture and is_known


def copied_text_to_html(text: str) -> str:
    """Paragraphs, numbered and bulleted lists; every other character of `text` stands for itself."""
    parts: list[str] = []
    list_tag = ""
    for paragraph in re.split(r"\n[ \t]*\n", text):
        loose: list[str] = []
        for line in paragraph.split("\n"):
            mark = list_mark(line)
            number = _NUMBER.search(mark.group()) if mark else None
            tag = "" if mark is None else "ol" if number else "ul"
            if tag != list_tag:
                parts += [*_paragraph(loose), f"</{list_tag}>" if list_tag else ""]
                loose, list_tag = [], tag
                parts.append(f'<ol start="{number.group()}">' if number else "<ul>" if tag else "")
            if mark:
                parts.append(f"<li>{html.escape(line[mark.end() :].strip(), quote=False)}</li>")
            else:
                loose.append(html.escape(line.strip(), quote=False))
        parts += _paragraph(loose)
    return _cleaned("".join([*parts, f"</{list_tag}>" if list_tag else ""]))


def strip_markup(text: str) -> str:
    """`text` as it sounds, for the encoder: link labels without addresses, no emphasis marks, no tags."""
    if not _MAYBE_MARKUP.search(text):
        return text
    return html.unescape(_MARKUP.sub("", _LINK.sub(lambda link: link[1] or link[2] or "", text)))


def spoken(text: str) -> str:
    """`text` as it is embedded and compared: without markup, on one line."""
    return one_line(strip_markup(text))


def _paragraph(lines: list[str]) -> list[str]:
    return ["<p>" + "<br>".join(lines) + "</p>"] if any(lines) else []


def _shown_within(address: str) -> str | None:
    """Of addresses without a scheme only those of entries are shown: we write those ourselves."""
    return address if address.startswith(ENTRY_LINK) else None


def _cleaned(unsafe: str) -> str:
    return nh3.clean(
        unsafe,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        url_relative=_shown_within,
    ).strip()
