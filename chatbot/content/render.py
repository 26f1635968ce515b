"""Renders answers as safe HTML, once, at build. The only door to markdown-it-py and nh3.

Whatever a content file holds, the result has no script, style or form. Its links lead to http, https, mailto or tel
addresses only, and its pictures come only from origins that the owner allows. `content/blocks.py` makes a tree of it.
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

from chatbot.content.positions import UNKNOWN, Positions, add_positions
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
ENTRY_LINK = "faq#"  # followed by an entry's id: its anchor on the FAQ page

_LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)|<(https?://[^>\s]+)>")
CODE = re.compile(r"(`{3,}|~{3,})[\s\S]*?(?:\1|\Z)|`[^`\n]*`")
_TARGET = re.compile(
    r"(?P<picture>!)?\[[^\]\n]{0,500}\]\(<?(?P<markdown>(?:[^()\s>]|\([^()\s>]*\))*)"
    r"|<(?P<tag>a|img)\s[^>]{0,500}?(?:href|src)\s*=\s*[\"']?(?P<html>[^\"'\s>]*)",
    re.IGNORECASE,
)
# The position of a text in the answer as written, put before the text while it is rendered; empty for none. Two private
# characters enclose it.
POSITION = re.compile("\ue000([0-9a-f]*)\ue001")
_PRIVATE = re.compile("[\ue000\ue001\r]")
# One line of words that is no markup in any context.
PLAIN = re.compile(r"[^\W\d_](?:[^\W_]|[,.;:?!'\"()/-]| (?![ \n]|$))*")
_MARKUP = re.compile(
    r"\*\*|__|``?|~~|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)"  # emphasis and code
    r"|^#{1,6}[ \t]+|^>[ \t]?"  # headings and quotations
    r"|</?[a-zA-Z][^<>]*>"  # tags
    r"|\\(?=[!-/:-@\[-`{-~])",  # what keeps a character from being markup
    re.MULTILINE,
)
_MAYBE_MARKUP = re.compile(r"[*_`~#>\[<\\&]")  # text without these characters has no markup
_NUMBER = re.compile(r"\d+")


@cache
def _parser() -> MarkdownIt:
    return _markdown(RendererHTML)


def _markdown(renderer: type[RendererHTML]) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}, renderer_cls=renderer).enable(["table", "strikethrough"])
    # Every link is parsed as a link. Where its address is not allowed, `cleaned` keeps only its words.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


def parse_markdown(text: str, environment: MutableMapping[str, Any]) -> list[Token]:
    """Block tokens of `text`; `token.map` holds the lines, counted from 0.

    `environment`: takes the definitions of links that are found, by name in capitals, and those in it count.
    """
    return _parser().parse(text, environment)


def has_positions(text: str) -> bool:
    """Whether rendered `text` has positions: not where it contains, or spells, the characters that enclose them."""
    return not _PRIVATE.search(html.unescape(text))


@cache
def _renderer() -> MarkdownIt:
    return _markdown(_PositionRenderer).disable("text_join")  # joined texts have no single position


def rendered_markdown(text: str, site: str = "", origins: Collection[str] = ()) -> str:
    """Cleaned HTML of Markdown, with its position before each text; see `has_positions` for when it has none.

    `site`: the base of relative picture addresses. `origins`: the origins whose pictures are shown.
    """
    tokens = _renderer().parse(text)
    if has_positions(text):
        add_positions(tokens, text)
    for token in tokens:
        for child in token.children or ():
            if child.type == "image":
                child.attrs["src"] = urljoin(site, str(child.attrs["src"]))
        if "style" in token.attrs:  # of a cell, such as "text-align:right"
            token.attrs = {"align": str(token.attrs["style"]).partition(":")[2]}
    return cleaned(_renderer().renderer.render(tokens, _renderer().options, {}), origins)


class _PositionRenderer(RendererHTML):
    """Puts its position before each text."""

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _with_positions(tokens[idx].content, tokens[idx].meta.get("positions", ()))

    text_special = text

    def softbreak(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _with_positions("\n", tokens[idx].meta.get("positions", ()))

    def hardbreak(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "<br>"

    def code_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<code>{self.text(tokens, idx, options, env)}</code>"

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        language = "".join(re.findall(r"^\s*([\w+#.-]{1,40})", tokens[idx].info))
        attribute = f' class="language-{language}"' if language else ""
        return f"<pre><code{attribute}>{self.text(tokens, idx, options, env)}</code></pre>\n"

    fence = code_block


def _with_positions(text: str, positions: Positions | tuple[()]) -> str:
    parts: list[str] = []
    done = 0
    for at, position in enumerate(positions):
        follows = (
            position == UNKNOWN if at and positions[at - 1] == UNKNOWN else at and position == positions[at - 1] + 1
        )
        if not follows:
            parts += [
                html.escape(text[done:at]),
                "\ue000\ue001" if position == UNKNOWN else f"\ue000{position:x}\ue001",
            ]
            done = at
    return "".join([*parts, html.escape(text[done:])])


def link_targets(text: str) -> Iterator[tuple[str, bool, bool]]:
    """(address, whether it is a picture, whether it is shown) of each link and picture in Markdown."""
    for match in _TARGET.finditer(CODE.sub("", text)):
        address = match["markdown"] or match["html"] or ""
        is_picture = bool(match["picture"]) or (match["tag"] or "").lower() == "img"
        is_known = address.startswith(ENTRY_LINK) or (address.split(":")[0].lower() in _SCHEMES and ":" in address)
        yield address, is_picture, not is_picture and is_known


def rendered_copy(text: str) -> str:
    """Like `rendered_markdown`, for the text of a copied page: paragraphs and lists only; it has no other markup."""
    parts: list[str] = []
    list_tag = ""
    is_positioned = has_positions(text)
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
        shown = _with_positions(words, list(range(begin, begin + len(words))) if is_positioned else ())
        if mark:
            parts.append(f"<li>{shown}</li>")
        elif words:
            loose.append(shown)
        at += len(line) + 1
    parts += _paragraph(loose)
    return cleaned("".join([*parts, f"</{list_tag}>" if list_tag else ""]))


def strip_markup(text: str) -> str:
    """`text` as plain words, for the encoder: labels of links without addresses, no emphasis marks, no tags."""
    if not _MAYBE_MARKUP.search(text):
        return text
    return html.unescape(_MARKUP.sub("", _LINK.sub(lambda link: link[1] or link[2] or "", text)))


def plain_line(text: str) -> str:
    """`text` as it is embedded and compared: without markup, on one line."""
    return one_line(strip_markup(text))


def _paragraph(lines: list[str]) -> list[str]:
    return ["<p>" + "<br>".join(lines) + "</p>"] if lines else []


def _shown_within(address: str) -> str | None:
    """Of addresses without a scheme, only links to entries are kept; the build itself writes those."""
    return address if address.startswith(ENTRY_LINK) else None


def cleaned(unsafe: str, origins: Collection[str] = ()) -> str:
    """`unsafe` with only the allowed HTML in it, and with pictures of `origins` only."""

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
    """The origin of an address as a browser writes it, such as "https://www.example.org"; "" if there is none."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port not in (None, {"http": 80, "https": 443}.get(parts.scheme)) else ""
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname}{port}" if parts.scheme in ("http", "https") and parts.hostname else ""
