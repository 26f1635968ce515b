"""Replies as messages of the chat page, and its messages as turns. Pure; knows Gradio's format, not Gradio.

A message is Markdown, since Gradio also reads it out to screen readers as it stands.
"""

import html
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from chatbot.config import BotSettings
from chatbot.content.render import markdown_to_html, strip_markup
from chatbot.text import clean, without_surrogates
from chatbot.types import Answer, Notice, Reply, Turn
from chatbot.web.page_words import in_words_of, speaks

_KEPT = 40  # messages of the conversation that are looked at
_TAG = re.compile(r"<[^<>]*>")
# What marks up text, opens a block at the beginning of a line (a number has at most nine digits), or makes a link.
_NUMBERED = "|".join(rf"(?<=^\d{{{digits}}})" for digits in range(1, 10))
_MARKDOWN = re.compile(
    rf"[\\`*_\[\]<>&~|$]|^[#+=-]|^[ \t](?=[ \t\d#+=-])|(?:{_NUMBERED})[.)]|:(?=//)|(?<=\bwww)\.", re.MULTILINE
)
# Raw HTML, images, links to other places than the web or mail, and indented lines that are no list.
_NOT_PLAIN_MARKDOWN = re.compile(
    r"<[a-zA-Z/!?]|!\[|\]\((?!https?://|mailto:|tel:)|^\[[^\]]+\]:|^(?: {4}|\t)(?![ \t]*(?:[-*+]|\d+[.)])\s)", re.M
)

# A web or mail address within a text; `split` gives text and address in turn.
ADDRESS = re.compile(r"(https?://[^\s<>()\"]*[^\s<>()\".,;:!?]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)")

# The words of a line, behind what makes it a heading or an item; characters that stand for <mark> while it is tried.
_LINE = re.compile(r"^(\s*(?:[-*+]\s+|\d+[.)]\s+|#+\s+)?)(\S.*)$")
_MARKS = ("\ue000", "\ue001")
_NO_TARGET = re.compile(r"[\s<>()\\\"'`|{}]")

Message = dict[str, Any]


def turns_of(conversation: Sequence[Message]) -> list[Turn]:
    """The last messages that the browser sent back: role, text, and the id of the entry that was shown. It may have
    altered them; whatever else they hold is left alone."""
    turns = []
    for message in conversation[-_KEPT:]:
        content = message.get("content")
        parts = content if isinstance(content, list) else [content]
        text = "".join(str(part.get("text", "") if isinstance(part, dict) else part or "") for part in parts)
        metadata = message.get("metadata")
        shown = metadata.get("log") if isinstance(metadata, dict) else None
        entry_id = shown if isinstance(shown, str) and shown else None
        turns.append(Turn("user" if message.get("role") == "user" else "assistant", _plain(text), entry_id))
    return turns


def message(role: str, text: str, reply_id: str = "", entry_id: str = "") -> Message:
    """A message as the page holds it: Gradio's own form on the browser's side.

    The id of the entry travels as the log of a thought, which is only seen beside a title: of the keys that Gradio
    sends back, this one is free.
    """
    metadata = {"id": reply_id, **({"log": entry_id} if entry_id else {})}
    return {
        "role": role,
        "content": [{"type": "text", "text": text}],
        "metadata": metadata if reply_id else None,
        "options": [],
    }


def said_by_visitor(question: str) -> Message:
    """What was typed, without characters that hide or reorder it or that no network carries."""
    return message("user", literal(clean(without_surrogates(question))))


def said_by_bot(reply: Reply, settings: BotSettings, is_one_of_several: bool = False) -> Message:
    """A reply; beside others to the same message it begins with the question that it answers."""
    parts = [
        f"*{_ours('You asked', settings)}: {literal(reply.question)}*" if is_one_of_several else "",
        f"*{_ours('Read together with', settings)}: {literal(reply.context)}*" if reply.context else "",
        *_paragraphs(reply, settings),
    ]
    text = "\n\n".join(part for part in parts if part)
    if reply.status == "smalltalk":
        return message("assistant", text)
    said = message("assistant", text, reply.id, reply.answer.entry_id if reply.answer else "")
    return {**said, "card": _card(reply, settings)}


def _card(reply: Reply, settings: BotSettings) -> dict[str, Any]:
    """What `static/chat.js` puts below a reply; it stays in the browser."""
    answer = reply.answer
    return {
        "question": reply.question,
        "chips": [{"question": chip.question, "entry_id": chip.entry_id} for chip in reply.suggestions],
        "offers_none": bool(reply.suggestions) and reply.status in ("unsure", "unknown"),
        # Text and address in turn; below "no answer" it stands already.
        "hand_off": list(addressed(settings.contact)) if reply.status == "unsure" else [],
        "copied": "\n".join(filter(None, [answer.text, answer.source, answer.url])) if answer else "",
    }


def noticed(notice: Notice, settings: BotSettings) -> Message:
    """What the owner wants read before anything else; by its id `static/chat.js` makes it an alert."""
    heading = f"**{_ours('Please read this first', settings)}**"
    parts = [heading, linked(notice.text), _origin(settings, notice.source, notice.url)]
    return message("assistant", "\n\n".join(part for part in parts if part), f"notice-{notice.level}")


def _paragraphs(reply: Reply, settings: BotSettings) -> list[str]:
    """The paragraphs of a reply. A line in *...* is small print."""
    has_chips = bool(reply.suggestions)
    if reply.status == "smalltalk" and reply.answer:
        return [literal(reply.answer.text)]
    if reply.answer:
        parts = [
            f"**{literal(reply.answer.question)}**",
            _shown(reply.answer),
            _origin(settings, reply.answer.source, at_sentence(reply.answer), reply.answer.reviewed),
        ]
        below = "Related questions"
    elif reply.status == "unsure":
        parts = [_ours("Did you mean one of these?" if has_chips else "I am not sure what you mean.", settings)]
        below = ""
    else:
        said = "This FAQ has no answer to that."
        if reply.gap:
            said = "This FAQ lists \u201c{question}\u201d, but has no answer to it yet."
        question = literal(reply.gap.question) if reply.gap else ""
        parts = [_ours(said, settings).replace("{question}", question), linked(settings.contact)]
        below = "The nearest questions it answers"
    return [part for part in [*parts, f"*{_ours(below, settings)}:*" if below and has_chips else ""] if part]


def _ours(words: str, settings: BotSettings) -> str:
    """The page's own words in the language of the FAQ, or marked as English where the page does not speak it."""
    return in_words_of(settings.lang, words) if speaks(settings.lang) else f'<span lang="en" dir="ltr">{words}</span>'


def linked(text: str) -> str:
    """`text` as itself, but for its web and mail addresses, which are links."""
    return "".join(f"[{literal(part)}]({_target(url)})" if url else literal(part) for part, url in addressed(text))


def addressed(text: str) -> Iterator[tuple[str, str]]:
    """The parts of `text`, each with its URL if it is a web or mail address, else with ""."""
    for at, part in enumerate(ADDRESS.split(text)):
        if part:
            yield part, "" if at % 2 == 0 else part if "://" in part else f"mailto:{part}"


def _shown(answer: Answer) -> str:
    """The owner's Markdown as it stands; where that would not show what the build's HTML shows, the HTML."""
    if _NOT_PLAIN_MARKDOWN.search(answer.text) or _bare(markdown_to_html(answer.text)) != _bare(answer.html):
        # A blank line would end the HTML: line breaks become references.
        return answer.html.replace("\n", "&#10;")
    return _highlighted(answer.text, answer.highlight) if answer.highlight else answer.text


def _highlighted(text: str, span: tuple[int, int]) -> str:
    """`text` with that part of it marked line by line, unless the marks would change what the rest looks like."""
    begin, end = span
    lines = [_LINE.sub(rf"\1{_MARKS[0]}\2{_MARKS[1]}", line) for line in text[begin:end].split("\n")]
    marked = text[:begin] + "\n".join(lines) + text[end:]
    shown = markdown_to_html(marked)
    parts = re.findall(f"{_MARKS[0]}(.*?){_MARKS[1]}", shown, re.S)
    if shown.translate(dict.fromkeys(map(ord, _MARKS))) != markdown_to_html(text) or not all(map(_is_nested, parts)):
        return text
    return marked.replace(_MARKS[0], "<mark>").replace(_MARKS[1], "</mark>")


def _is_nested(markup: str) -> bool:
    """True where every tag of `markup` is closed in it, and every tag that it closes was opened in it."""
    return len(re.findall(r"<[a-z](?!r>)", markup)) == len(re.findall("</", markup))


def at_sentence(answer: Answer) -> str:
    """The source's address, opened at the words of the answer that are marked, or at its first; "" without address.

    A text fragment: more than 12 words are named by the first and the last five. Its own signs - , & are encoded.
    """
    if not answer.url or ":~:" in answer.url:
        return answer.url
    begin, end = answer.highlight or (0, len(answer.text))
    lines = (strip_markup(_LINE.sub(r"\2", line)) for line in answer.text[begin:end].split("\n"))
    words = next(filter(None, map(str.split, lines)), [])
    if not words:
        return answer.url
    parts = [words[:5], words[-5:]] if len(words) > 12 else [words]
    quoted = ",".join(quote(" ".join(part), safe="").replace("-", "%2D") for part in parts)
    return f"{answer.url}{'' if '#' in answer.url else '#'}:~:text={quoted}"


def _origin(settings: BotSettings, source: str, url: str, reviewed: str = "") -> str:
    label = literal(source or url.partition("#:~:")[0])
    said_by = f"{_ours('Source', settings)}: {f'[{label}]({_target(url)})' if url else label}" if label else ""
    on = f"{_ours('Reviewed', settings)} {reviewed}" if reviewed else ""
    line = " \u00b7 ".join(part for part in (said_by, on) if part)
    return f"*{line}*" if line else ""


def _target(url: str) -> str:
    """`url` as the target of a link in Markdown: what could end the link there is percent-encoded."""
    return _NO_TARGET.sub(lambda found: quote(found[0]), url)


def _bare(markup: str) -> str:
    """HTML without the differences that nobody sees."""
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", markup.replace("<br>", "\n").replace(' start="1"', ""))


def literal(text: str) -> str:
    """`text` as itself in Markdown: what could be markup, a link or the mark of a list is a reference."""
    return _MARKDOWN.sub(lambda found: f"&#{ord(found[0])};", text)


def _plain(markup: str) -> str:
    return html.unescape(_TAG.sub(" ", markup))
