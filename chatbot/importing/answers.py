"""An answer as Markdown below a heading of its own: whatever it holds must stay a part of it."""

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
# What closes a block that an answer may have left open, and that would go on through all entries below.
_CLOSINGS = ("", "```", "~~~", "-->", "?>", "]]>", ">", "</pre>", "</script>", "</style>", "</textarea>")
_BOLD_QUESTION = re.compile(r"^([ \t]*(?:[-*>]\s+)*)(\*\*|__)([^*_]+[?\uff1f\u061f])\2")
_MARKS = re.compile(r"</?(?:h[1-6]|p|strong|em|div|hr)\b[^>]*>")


def answer_markdown(entry: Entry) -> str:
    """For below a heading of level 2."""
    text = _from_plain(entry.answer) if _is_plain(entry) else entry.answer
    flat = "\n".join(_without_headings(text, ends_as_question(entry.question)))
    return _closed("\n".join(_without_keys(flat)))


def same_words(entry: Entry, written: Entry) -> bool:
    """Whether a reader sees the same: of plain text the same words, else the same but for how parts are set off."""
    if _is_plain(entry):
        # The marks of lists are no words; what is left of a line is.
        words = " ".join(_LISTED.sub("", line) for line in entry.answer.split("\n"))
        return _words(written.html) == words.split()
    return _plain_headings(entry.html) == _plain_headings(written.html)


def _is_plain(entry: Entry) -> bool:
    """Copied text has no markup: each of its characters stands for itself."""
    return entry.file.lower().endswith(".txt")


def _words(html: str) -> list[str]:
    spaced = re.sub(r"<(?=/?(?:p|li|br|ul|ol)\b)", " <", html)
    return "".join(text.text for text in parse_html(spaced).texts()).split()


def _plain_headings(html: str) -> str:
    return "".join(_MARKS.sub("", html).split())


def _from_plain(text: str) -> str:
    """Lines stay lines, lists become lists, and whatever else Markdown would take for markup is escaped."""
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
    """The lines of `text`, with those headings that would begin another entry as lines of their own.

    `keeps_deeper`: a deeper heading that does not ask stays below a question, which this is.
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
            # A question in bold would begin an entry, as a heading does.
            mark = "" if ends_as_question(strip_markup(content)) else "**"
            yield from ("", f"{mark}{content}{mark}", "")
        done = end
    yield from lines[done:]


def _without_keys(text: str) -> Iterator[str]:
    """What would be taken for metadata, for the head of other wordings or for a question is made to be only shown."""
    inside = {"fence": set[int](), "html_block": set[int]()}
    for token in parse_markdown(text, {}):
        if token.type in inside and token.map:
            inside[token.type].update(range(*token.map))
    for at, line in enumerate(text.split("\n")):
        pair = KEY_VALUE.match(line)
        found = pair if pair and metadata_key(pair) in METADATA_KEYS else _ALSO_ASKED.match(line)
        if found and at not in inside["fence"]:
            colon = "&#58;" if at in inside["html_block"] else "\\:"
            yield line[: found.end(1)] + line[found.end(1) :].replace(":", colon, 1)
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
