"""Replies as messages of the chat page, and its messages as turns. Pure; knows Gradio's format, not Gradio.

A message is Markdown with the answer in it as HTML, drawn from its tree, so that nothing is read as markup again.
"""

import html
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from chatbot.content.block_html import html_of
from chatbot.content.render import cleaned
from chatbot.core.blocks import Blocks, Link, Paragraph, Span, text_of
from chatbot.core.locales import FALLBACK, base_of, locale_of, speaks
from chatbot.core.settings import BotSettings
from chatbot.core.text import clean, one_line, without_surrogates
from chatbot.core.types import Notice, Reply, Turn
from chatbot.dialogue.reply_ids import REPLY_ID

_KEPT = 40  # messages of the conversation that are looked at
_TAG = re.compile(r"<[^<>]*>")
# What marks up text, opens a block at the beginning of a line (a number has at most nine digits), or makes a link.
_NUMBERED = "|".join(rf"(?<=^\d{{{digits}}})" for digits in range(1, 10))
_MARKDOWN = re.compile(
    rf"[\\`*_\[\]<>&~|$]|^[#+=-]|^[ \t](?=[ \t\d#+=-])|(?:{_NUMBERED})[.)]|:(?=//)|(?<=\bwww)\.", re.MULTILINE
)
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


def last_reply_of(conversation: Sequence[Message]) -> str:
    """The id of the last reply that the browser sent back, or ""."""
    for said in reversed(conversation):
        metadata = said.get("metadata")
        reply_id = metadata.get("id") if isinstance(metadata, dict) else None
        if isinstance(reply_id, str) and re.fullmatch(REPLY_ID, reply_id):  # notices have others
            return reply_id
    return ""


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
    said = locale_of(settings.lang).chat
    parts = [
        _small(f"{_ours(said.you_asked, settings)}: {literal(reply.question)}") if is_one_of_several else "",
        _small(f"{_ours(said.read_with, settings)}: {literal(reply.context)}") if reply.context else "",
        *_paragraphs(reply, settings),
    ]
    text = "\n\n".join(part for part in parts if part)
    if reply.status == "smalltalk" and not reply.suggestions:
        return message("assistant", text)
    shown = message("assistant", text, reply.id, reply.answer.entry_id if reply.answer else "")
    return {**shown, "card": _card(reply, settings)}


def _card(reply: Reply, settings: BotSettings) -> dict[str, Any]:
    """What `chat.js` puts below a reply; it stays in the browser."""
    answer = reply.answer
    return {
        "question": reply.question,
        "chips": [{"question": chip.question, "entry_id": chip.entry_id} for chip in reply.suggestions],
        "offers_none": bool(reply.suggestions) and reply.status in ("unsure", "unknown"),
        # Texts, each with its address; below "no answer" they stand already.
        "hand_off": list(_parts(reply.contact.blocks)) if reply.contact and reply.status == "unsure" else [],
        "copied": "\n".join(filter(None, [answer.text, answer.source, answer.url])) if answer else "",
    }


def noticed(notice: Notice, settings: BotSettings) -> Message:
    """What the owner wants read before anything else; by its id `chat.js` makes it an alert."""
    heading = f"**{_ours(locale_of(settings.lang).shared.notice, settings)}**"
    parts = [heading, _drawn(notice.blocks, settings), _origin(settings, notice.source, notice.url)]
    return message("assistant", "\n\n".join(part for part in parts if part), f"notice-{notice.level}")


def refused(code: str, question: str, settings: BotSettings) -> Message:
    """Why `question` got no reply. `code`: of the `QuestionRefused`."""
    said = locale_of(settings.lang)
    text = said.shared.empty
    if code == "question_too_long":
        text = said.chat.too_long.format(count=len(one_line(clean(question))), limit=settings.question_limit)
    return message("assistant", _ours(literal(text), settings))


def put_off(question: str, settings: BotSettings) -> Message:
    """That no answer can be had now. The page offers to ask again, and drops it from what a question may lean on."""
    text = _ours(literal(locale_of(settings.lang).chat.failed), settings)
    return {**message("assistant", text, f"failed-{uuid4().hex}"), "again": [question, ""]}


def _paragraphs(reply: Reply, settings: BotSettings) -> list[str]:
    """The paragraphs of a reply."""
    has_chips = bool(reply.suggestions)
    answer = reply.answer
    said = locale_of(settings.lang)
    if reply.status == "smalltalk" and answer:
        contact = _drawn(reply.contact.blocks, settings) if reply.contact else ""
        parts = [contact, _drawn(answer.blocks, settings)]
        below = said.chat.related
    elif answer:
        parts = [
            f"<h2>{literal(answer.question)}</h2>",
            _in_other_language(answer.lang, settings),
            _drawn(answer.blocks, settings, answer.marks),
            _origin(settings, answer.source, answer.link, answer.reviewed),
        ]
        below = said.chat.related
    elif reply.status == "unsure":
        parts = [_ours(said.shared.unsure if has_chips else said.chat.not_sure, settings)]
        below = ""
    else:
        text = said.chat.gap if reply.gap else said.shared.unknown
        question = literal(reply.gap.question) if reply.gap else ""
        parts = [
            _ours(text, settings).replace("{question}", question),
            _drawn(reply.contact.blocks, settings) if reply.contact else "",
        ]
        below = said.chat.nearest
    return [part for part in [*parts, _small(f"{_ours(below, settings)}:") if below and has_chips else ""] if part]


def _in_other_language(lang: str, settings: BotSettings) -> str:
    """A line that says so where an answer is in another language than the page."""
    if not lang or base_of(lang) == base_of(settings.lang):
        return ""
    said = locale_of(settings.lang)
    return _small(_ours(said.shared.answer_in.format(language=literal(said.name_of(lang))), settings))


def _ours(words: str, settings: BotSettings) -> str:
    """The page's own words, marked as what they are where the page does not speak the language of the FAQ."""
    return words if speaks(settings.lang) else f'<span lang="{FALLBACK}" dir="ltr">{words}</span>'


def _drawn(blocks: Blocks, settings: BotSettings, marks: Sequence[Span] = ()) -> str:
    """The tree as HTML on one line, as a blank line would end it: line breaks become references."""
    return cleaned(html_of(blocks, marks), settings.image_origins).replace("\n", "&#10;")


def _parts(blocks: Blocks) -> Iterator[tuple[str, str]]:
    """The text of `blocks` in parts, each with the address to which it leads, or ""."""
    for block in blocks:
        for part in block.content if isinstance(block, Paragraph) else (block,):
            yield text_of(part), part.href if isinstance(part, Link) else ""


def _origin(settings: BotSettings, source: str, url: str, reviewed: str = "") -> str:
    label = literal(source or url.partition("#:~:")[0])
    said = locale_of(settings.lang)
    linked = f"[{label}]({_target(url)})" if url else label
    said_by = f"{_ours(said.shared.source, settings)}: {linked}" if label else ""
    on = _ours(f"{said.shared.reviewed} {said.date(reviewed)}", settings) if reviewed else ""
    line = " \u00b7 ".join(part for part in (said_by, on) if part)
    return _small(line) if line else ""


def _small(line: str) -> str:
    """Small print, in an element that no answer has: emphasis is the owner's."""
    return f"<small>{line}</small>"


def _target(url: str) -> str:
    """`url` as the target of a link in Markdown: what could end the link there is percent-encoded."""
    return _NO_TARGET.sub(lambda match: quote(match[0]), url)


def literal(text: str) -> str:
    """`text` as itself in Markdown: what could be markup, a link or the mark of a list is a reference."""
    return _MARKDOWN.sub(lambda match: f"&#{ord(match[0])};", text)


def _plain(markup: str) -> str:
    return html.unescape(_TAG.sub(" ", markup))
