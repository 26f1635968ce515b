"""Answers to safe HTML, once, at build. The only door to markdown-it-py and nh3.

Whatever a content file holds, what comes out has no script, style or form, its links lead to http, https, mailto or tel
addresses only, and its pictures come from the places that the owner allows. `content/blocks.py` makes a tree of it.
"""

import html
import re
from collections.abc import Collection, Iterator, MutableMapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token as Token
from markdown_it.utils import EnvType, OptionsDict

from chatbot.content.places import NOWHERE, Places, place
from chatbot.core.text import list_mark, one_line

_TAGS = set(
    "a img abbr b blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i kbd li mark ol p pre q s small"
    " span strong sub summary sup table tbody td tfoot th thead tr u ul".split()
)
_ATTRIBUTES = {
    "a": {"href"}, "code": {"class"}, "div": {"tabindex"}, "img": {"src", "alt", "loading", "referrerpolicy"},
    "ol": {"start"}, "td": {"align"}, "th": {"align"},
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto", "tel"}
ENTRY_LINK = "faq#"  # and the id of an entry: its place on the page of the whole FAQ

_LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)|<(https?://[^>\s]+)>")
CODE = re.compile(r"(`{3,}|~{3,})[\s\S]*?(?:\1|\Z)|`[^`\n]*`")
_TARGET = re.compile(
    r"(?P<picture>!)?\[[^\]\n]{0,500}\]\(<?(?P<markdown>(?:[^()\s>]|\([^()\s>]*\))*)"
    r"|<(?P<tag>a|img)\s[^>]{0,500}?(?:href|src)\s*=\s*[\"']?(?P<html>[^\"'\s>]*)",
    re.IGNORECASE,
)
# Where a text stands in the answer as written, put before it while it is rendered, empty for nowhere; private
# characters, of no meaning.
PLACE = re.compile("\ue000([0-9a-f]*)\ue001")
_PRIVATE = re.compile("[\ue000\ue001\r]")
# One line of words that are no markup, whatever stands around them.
PLAIN = re.compile(r"[^\W\d_](?:[^\W_]|[,.;:?!'\"()/-]| (?![ \n]|$))*")
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
    return _markdown(RendererHTML)


def _markdown(renderer: type[RendererHTML]) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}, renderer_cls=renderer).enable(["table", "strikethrough"])
    # A link to anywhere is a link, not text with its signs; where it may not lead, `cleaned` leaves its words alone.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


def parse_markdown(text: str, environment: MutableMapping[str, Any]) -> list[Token]:
    """Block tokens of `text`; `token.map` holds the lines, counted from 0.

    `environment`: takes the definitions of links that are found, by name in capitals, and those in it count.
    """
    return _parser().parse(text, environment)


def has_places(text: str) -> bool:
    """Whether rendered `text` says where its parts stood: not where it has, or spells, characters that say so."""
    return not _PRIVATE.search(html.unescape(text))


@cache
def _renderer() -> MarkdownIt:
    return _markdown(_Placing).disable("text_join")  # of what is joined, one no longer knows where it stood


def rendered_markdown(text: str, site: str = "", origins: Collection[str] = ()) -> str:
    """Cleaned HTML of Markdown, each text in it behind its place; without places where `text` has such characters.

    `site`: its address, from which those of pictures are read. `origins`: the sites whose pictures are shown.
    """
    tokens = _renderer().parse(text)
    if has_places(text):
        place(tokens, text)
    for token in tokens:
        for child in token.children or ():
            if child.type == "image":
                child.attrs["src"] = urljoin(site, str(child.attrs["src"]))
        if "style" in token.attrs:  # of a cell, such as "text-align:right"
            token.attrs = {"align": str(token.attrs["style"]).partition(":")[2]}
    return cleaned(_renderer().renderer.render(tokens, _renderer().options, {}), origins)


class _Placing(RendererHTML):
    """Puts the place of each text before it."""

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _placed(tokens[idx].content, tokens[idx].meta.get("places", ()))

    text_special = text

    def softbreak(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _placed("\n", tokens[idx].meta.get("places", ()))

    def hardbreak(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "<br>"

    def code_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<code>{self.text(tokens, idx, options, env)}</code>"

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        language = "".join(re.findall(r"^\s*([\w+#.-]{1,40})", tokens[idx].info))
        named = f' class="language-{language}"' if language else ""
        return f"<pre><code{named}>{self.text(tokens, idx, options, env)}</code></pre>\n"

    fence = code_block


def _placed(text: str, places: Places | tuple[()]) -> str:
    parts: list[str] = []
    done = 0
    for at, spot in enumerate(places):
        follows = spot == NOWHERE if at and places[at - 1] == NOWHERE else at and spot == places[at - 1] + 1
        if not follows:
            parts += [html.escape(text[done:at]), "\ue000\ue001" if spot == NOWHERE else f"\ue000{spot:x}\ue001"]
            done = at
    return "".join([*parts, html.escape(text[done:])])


def targets(text: str) -> Iterator[tuple[str, bool, bool]]:
    """(address, whether it is a picture, whether it is shown) of the links and pictures in Markdown."""
    for found in _TARGET.finditer(CODE.sub("", text)):
        address = found["markdown"] or found["html"] or ""
        is_picture = bool(found["picture"]) or (found["tag"] or "").lower() == "img"
        is_known = address.startswith(ENTRY_LINK) or (address.split(":")[0].lower() in _SCHEMES and ":" in address)
        yield address, is_picture, not is_picture and is_known


def rendered_copy(text: str) -> str:
    """As `rendered_markdown`, of a copied page: paragraphs, numbered and bulleted lists; every other character of it
    stands for itself."""
    parts: list[str] = []
    list_tag = ""
    placed = has_places(text)
    at = 0
    loose: list[str] = []
    for line in text.split("\n"):
        mark = list_mark(line)
        number = _NUMBER.search(mark.group()) if mark else None
        tag = "" if mark is None else "ol" if number else "ul"
        if not line.strip() or tag != list_tag:
            parts += _paragraph(loose)
            loose = []
        if line.strip() and tag != list_tag:
            parts.append(f"</{list_tag}>" if list_tag else "")
            parts.append(f'<ol start="{number.group()}">' if number else "<ul>" if tag else "")
            list_tag = tag
        words = line[mark.end() if mark else 0 :].strip()
        begin = at + line.find(words, mark.end() if mark else 0)
        shown = _placed(words, list(range(begin, begin + len(words))) if placed else ())
        if mark:
            parts.append(f"<li>{shown}</li>")
        elif words:
            loose.append(shown)
        at += len(line) + 1
    parts += _paragraph(loose)
    return cleaned("".join([*parts, f"</{list_tag}>" if list_tag else ""]))


def strip_markup(text: str) -> str:
    """`text` as it sounds, for the encoder: link labels without addresses, no emphasis marks, no tags."""
    if not _MAYBE_MARKUP.search(text):
        return text
    return html.unescape(_MARKUP.sub("", _LINK.sub(lambda link: link[1] or link[2] or "", text)))


def spoken(text: str) -> str:
    """`text` as it is embedded and compared: without markup, on one line."""
    return one_line(strip_markup(text))


def _paragraph(lines: list[str]) -> list[str]:
    return ["<p>" + "<br>".join(lines) + "</p>"] if lines else []


def _shown_within(address: str) -> str | None:
    """Of addresses without a scheme only those of entries are shown: we write those ourselves."""
    return address if address.startswith(ENTRY_LINK) else None


def cleaned(unsafe: str, origins: Collection[str] = ()) -> str:
    """HTML with nothing in it but what is allowed; pictures of `origins` alone."""

    def attribute(tag: str, name: str, value: str) -> str | None:
        return value if (tag, name) != ("img", "src") or origin_of(value) in origins else None

    return nh3.clean(
        unsafe,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        url_relative=_shown_within,
    ).strip()


def origin_of(address: str) -> str:
    """As a browser writes it, such as "https://www.example.org"; "" where there is none."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port not in (None, {"http": 80, "https": 443}.get(parts.scheme)) else ""
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname}{port}" if parts.scheme in ("http", "https") and parts.hostname else ""
