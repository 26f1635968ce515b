"""Entries with the same question: merged where the answers are equal, else given different ids.

An id that nobody wrote is made from the question, so two entries with one question would share it. That is no mistake
of the owner, and the second id gets "-2". An id that was written twice is a mistake; `lint` reports it.
"""

import dataclasses
from collections.abc import Sequence

from chatbot.content.ledger import Content, LedgerLine
from chatbot.core.problem import Problem
from chatbot.core.text import match_key, one_line, slug
from chatbot.core.types import Entry


def without_duplicates(content: Content) -> Content:
    """`content` with every entry once. Ids are unique, except those that the owner wrote twice."""
    kept, merged = _merged(content.entries)
    problems = [_warning(entry, into) for entry, into in merged]
    return dataclasses.replace(
        content,
        entries=_with_unique_ids(kept),
        ledger=_with_merges(content.ledger, merged),
        problems=[*content.problems, *problems],
    )


def _merged(entries: Sequence[Entry]) -> tuple[list[Entry], list[tuple[Entry, Entry]]]:
    """The entries that stay, and (entry, the one it was merged into) for the others."""
    kept: dict[int, Entry] = {}
    position_of: dict[tuple[str, ...], int] = {}
    merged: list[tuple[Entry, Entry]] = []
    for entry in entries:
        answer = one_line(entry.answer), entry.lang
        keys: list[tuple[str, ...]] = [("asked", match_key(entry.question), *answer)]
        if not _is_made(entry) and entry.answer:
            keys.append(("named", entry.id, entry.file, *answer))  # one row for each wording of a question
        at = next((position_of[key] for key in keys if key in position_of), len(kept))
        if at == len(kept) or (at in kept and _have_own_ids(kept[at], entry)):
            at = len(kept)
            kept[at] = entry
        else:
            merged.append((entry, kept[at]))
            kept[at] = _joined(kept[at], entry)
        for key in keys:
            position_of.setdefault(key, at)
    return list(kept.values()), merged


def _have_own_ids(first: Entry, entry: Entry) -> bool:
    """Whether the owner wrote an id for each of two different entries. `lint` reports one id that was written twice."""
    if _is_made(first) or _is_made(entry):
        return False
    return first.id != entry.id or match_key(first.question) == match_key(entry.question)


def _joined(first: Entry, entry: Entry) -> Entry:
    key = match_key(first.question)
    wordings = [first.question, *first.alternates, entry.question, *entry.alternates]
    alternates = {match_key(wording): wording for wording in reversed(wordings) if match_key(wording) != key}
    return dataclasses.replace(
        first,
        id=entry.id if _is_made(first) and not _is_made(entry) else first.id,
        alternates=tuple(reversed(alternates.values())),
        tags=tuple(dict.fromkeys([*first.tags, *entry.tags])),
        source=first.source or entry.source,
        url=first.url or entry.url,
        reviewed=first.reviewed or entry.reviewed,
        review_by=first.review_by or entry.review_by,
    )


def _with_unique_ids(entries: Sequence[Entry]) -> list[Entry]:
    taken = {entry.id for entry in entries if not _is_made(entry)}
    unique = []
    for entry in entries:
        if _is_made(entry):
            number, entry_id = 1, entry.id
            while entry_id in taken:
                number += 1
                entry_id = f"{entry.id}-{number}"
            taken.add(entry_id)
            entry = dataclasses.replace(entry, id=entry_id) if entry_id != entry.id else entry
        unique.append(entry)
    return unique


def _is_made(entry: Entry) -> bool:
    """Whether the id was made from the question, because the owner wrote none."""
    return entry.id == slug(entry.question)


def _warning(entry: Entry, kept: Entry) -> Problem:
    message = f'"{entry.question}" has the answer of {kept.file}:{kept.line}, so the two are one entry; delete one'
    return Problem(entry.file, entry.line, "merged", message, "warning")


def _with_merges(ledger: Sequence[LedgerLine], merged: Sequence[tuple[Entry, Entry]]) -> Sequence[LedgerLine]:
    """The ledger. The line of each merged entry names the entry that it was merged into."""
    if not merged:
        return ledger
    reasons = {(entry.file, entry.line): f"merged with {other.file}:{other.line}" for entry, other in merged}
    return [
        dataclasses.replace(line, reason=line.reason or reasons[line.file, line.line])
        if (line.file, line.line) in reasons
        else line
        for line in ledger
    ]
