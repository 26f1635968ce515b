"""Whether a corpus is read as it should be after an edit: the entry with its new words, and every other as it was."""

import dataclasses

from chatbot.content.ledger import Content
from chatbot.content.readers.metadata import split_source
from chatbot.content.render import ENTRY_LINK, link_targets
from chatbot.core.types import Entry
from chatbot.importing.entry_fields import Fields

_NAMED = 3  # other entries that would change


def difference(before: Content, after: Content, entry: Entry, fields: Fields) -> str:
    """Why the change must not be made, or ""."""
    at = before.entries.index(entry)
    if len(before.entries) != len(after.entries):
        return why_not_read(before, after, entry.file, fields)
    new = after.entries[at]
    left, right = (
        dataclasses.replace(content, entries=[*content.entries[:at], *content.entries[at + 1 :]])
        for content in (before, after)
    )
    return others(left, right) or of_entry(after.as_written(new), fields)


def others(before: Content, after: Content) -> str:
    """Which entries are not what they were, or ""."""
    changed = [
        old
        for old, new in zip(before.entries, after.entries, strict=False)
        if _without_place(old) != _without_place(new) and not _has_more_links(before, old, after, new)
    ]
    if len(before.entries) != len(after.entries):
        return "other entries would be read otherwise, or not at all"
    named = ", ".join(f'"{one.id}" ({one.file}:{one.line})' for one in changed[:_NAMED])
    more = f" and {len(changed) - _NAMED} more" if len(changed) > _NAMED else ""
    return f"this would also change {named}{more}" if changed else ""


def _without_place(entry: Entry) -> tuple[object, ...]:
    return (dataclasses.replace(entry, line=0), entry.section, entry.blocks, entry.places)


def _has_more_links(before: Content, old: Entry, after: Content, new: Entry) -> bool:
    """Whether only links of it lead somewhere now that led nowhere, as what they name is there now."""
    is_as_it_was = _without_answer(before.as_written(old)) == _without_answer(after.as_written(new))
    known, found = (
        {address for address, *_ in link_targets(one.answer) if address.startswith(ENTRY_LINK)} for one in (old, new)
    )
    return is_as_it_was and known < found


def _without_answer(written: Entry) -> tuple[object, ...]:
    """All that a file says of it, but for what follows from its answer."""
    return dataclasses.replace(written, line=0, html=""), written.section


def of_entry(new: Entry, fields: Fields, is_new: bool = False) -> str:
    """What of `fields` is not read back. `new`: with links as its file has them. Of a new entry, the file's own values
    hold where there are none."""
    read = Fields.of(new).normalized
    source = split_source(fields.source) if fields.source else ("", "")
    pairs = {
        "question": (read.question, fields.question),
        "answer": (read.answer, fields.answer),
        "further wordings": (sorted(read.alternates), sorted(fields.alternates)),
        "tags": (read.tags, fields.tags),
        "source": ((new.source, new.url), source),
        "date of review": (read.reviewed, fields.reviewed),
        "next review": (read.review_by, fields.review_by),
    }
    for name, (is_read, wanted) in pairs.items():
        is_left = is_new and not any(wanted)
        is_more = is_new and name == "tags" and set(fields.tags) <= set(read.tags)
        if is_read != wanted and not (is_left or is_more):
            return f"its {name} would be read as {_brief(is_read)}"
    return ""


def _brief(value: object) -> str:
    shown = repr(value if isinstance(value, str) else ", ".join(map(str, value)))  # type: ignore[call-overload]
    return shown if len(shown) < 200 else f"{shown[:200]} …"


def why_not_read(before: Content, after: Content, file: str, fields: Fields) -> str:
    """Why `after` has not the entries that it should have."""
    known = {one.question for one in before.entries} | {fields.question}
    extra = next((one for one in after.entries if one.question not in known and one.file == file), None)
    if extra and len(after.entries) > len(before.entries):
        return f'a part of the answer would be read as a question, "{extra.question}"'
    if not fields.answer:
        return "without an answer it would be read as a title, not as a question"
    return (
        "it would not be read as an entry of its own; another may ask the same, or it may be read as a call to action"
    )
