"""Writes an answer as Markdown below its own heading, so that all of it stays part of the answer."""

import re
from collections.abc import Iterator

from chatbot.content.readers.html_text import escaped, safe_opening
from chatbot.content.readers.html_tree import parse_html
from chatbot.content.readers.metadata import METADATA_KEYS
from chatbot.content.readers.section import KEY_VALUE, metadata_key
from chatbot.content.render import parse_markdown, strip_markup
from chatbot.core.text import ends_as_question, one_line
from chatbot.core.types import Entry

_LEVEL = 2  # of the headings that are questions
_ALSO_ASKED = re.compile(r"([*_ \t]*also asked[*_ \t]*):", re.IGNORECASE)
_LISTED = re.compile(r"^[ \t]*(?:[-*\u2022\u2013]|(\d{1,3}[.)]))[ \t]+(?=\S)")
# Ends of blocks that an answer may have left open; they would continue through all entries below.
_CLOSINGS = ("", "```", "~~~", "-->", "?>", "]]>", ">", "</pre>", "</script>", "</style>", "</textarea>")
_BOLD_QUESTION = re.compile(r"^([ \t]*(?:[-*>]\s+)*)(\*\*|__)([^*_]+[?\uff1f\u061f])\2")
_MARKS = re.compile(r"</?(?:h[1-6]|p|strong|em|div|hr)\b[^>]*>")


def answer_markdown(entry: Entry) -> str:
    """The Markdown of an answer below a heading of level 2."""
    text = _from_plain(entry.answer) if _is_plain(entry) else entry.answer
    flat = "\n".join(_without_headings(text, ends_as_question(entry.question)))
    return _closed("\n".join(_without_keys(flat)))


def same_words(entry: Entry, written: Entry) -> bool:
    """Whether a reader sees the same: for plain text the same words, else the same HTML except for markup of parts."""
    if _is_plain(entry):
        # List marks are no words; the rest of a line is.
        words = " ".join(_LISTED.sub("", line) for line in entry.answer.split("\n"))
        return _words(written.html) == words.split()
    return _plain_headings(entry.html) == _plain_headings(written.html)


def _is_plain(entry: Entry) -> bool:
    """Whether the answer is copied text without markup."""
    return entry.file.lower().endswith(".txt")


def _words(html: str) -> list[str]:
    spaced = re.sub(r"<(?=/?(?:p|li|br|ul|ol)\b)", " <", html)
    return "".join(text.text for text in parse_html(spaced).texts()).split()


def _plain_headings(html: str) -> str:
    return "".join(_MARKS.sub("", html).split())


def _from_plain(text: str) -> str:
    """Markdown of plain text: lines stay lines, lists become lists, and characters of Markdown are escaped."""
    blocks: list[str] = []
    for paragraph in re.split(r"\n[ \t]*\n", text):
        loose: list[str] = []
        listed: list[str] = []
        for line in paragraph.split("\n"):
            mark = _LISTED.match(line)
            rest = line[mark.end() :] if mark else line
            words = safe_opening(escaped(one_line(rest)))
            if not words:
                continue
            if mark and loose:
                blocks.append("  \n".join(loose))
                loose = []
            elif listed and not mark:
                blocks.append("\n".join(listed))
                listed = []
            if mark:
                listed.append(f"{mark[1] or '-'} {words}")
            else:
                loose.append(words)
        blocks += ["  \n".join(loose)] * bool(loose) + ["\n".join(listed)] * bool(listed)
    return "\n\n".join(blocks)


def _without_headings(text: str, keeps_deeper: bool) -> Iterator[str]:
    """The lines of `text`. Headings that would begin another entry become lines of their own.

    `keeps_deeper`: whether a deeper heading that does not ask may stay, because the entry's question asks.
    """
    lines = text.split("\n")
    tokens = parse_markdown(text, {})
    done = 0
    for at, token in enumerate(tokens):
        if token.type != "heading_open" or token.map is None or token.level:
            continue
        first, end = token.map
        content = one_line(tokens[at + 1].content)
        level = int(token.tag[1])
        yield from lines[done:first]
        if keeps_deeper and level > _LEVEL and not ends_as_question(strip_markup(content)):
            yield from lines[first:end]
        elif keeps_deeper and content and not ends_as_question(strip_markup(content)):
            yield f"{'#' * (_LEVEL + 1)} {content}"
        elif content:
            # A question in bold would begin an entry, as a heading would.
            mark = "" if ends_as_question(strip_markup(content)) else "**"
            yield from ("", f"{mark}{content}{mark}", "")
        done = end
    yield from lines[done:]


def _without_keys(text: str) -> Iterator[str]:
    """Escapes lines that would be read as metadata, as alternates or as a question."""
    inside = {"fence": set[int](), "html_block": set[int]()}
    for token in parse_markdown(text, {}):
        if token.type in inside and token.map:
            inside[token.type].update(range(*token.map))
    for at, line in enumerate(text.split("\n")):
        pair = KEY_VALUE.match(line)
        pair_or_label = pair if pair and metadata_key(pair) in METADATA_KEYS else _ALSO_ASKED.match(line)
        if pair_or_label and at not in inside["fence"]:
            colon = "&#58;" if at in inside["html_block"] else "\\:"
            yield line[: pair_or_label.end(1)] + line[pair_or_label.end(1) :].replace(":", colon, 1)
        elif at not in inside["fence"]:
            yield _BOLD_QUESTION.sub(r"\1\3", line)
        else:
            yield line


def _closed(text: str) -> str:
    """`text` with the end of a block that it leaves open."""
    for closing in _CLOSINGS:
        whole = f"{text}\n{closing}".strip("\n")
        tokens = parse_markdown(f"{whole}\n\n## x", {})
        if any(token.type == "heading_open" and not token.level for token in tokens[-3:]):
            return whole
    return text
