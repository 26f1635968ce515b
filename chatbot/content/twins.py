"""Entries that ask the same: merged where they say the same, kept apart by their ids where they do not.

An id that nobody wrote is made of the question, so two entries with one question would have one id. That is no mistake
of the owner's: the second gets "-2" behind it. An id that was written twice is one, and is left for `lint` to name.
"""

import dataclasses
from collections.abc import Sequence

from chatbot.content.ledger import Content, LedgerLine, Problem
from chatbot.core.text import match_key, one_line, slug
from chatbot.core.types import Entry


def settled(content: Content) -> Content:
    """`content` with every entry once, under an id that no other has unless two were written so."""
    kept, merged = _merged(content.entries)
    problems = [_warning(entry, into) for entry, into in merged]
    return dataclasses.replace(
        content,
        entries=_with_own_ids(kept),
        ledger=_marked(content.ledger, merged),
        problems=[*content.problems, *problems],
    )


def _merged(entries: Sequence[Entry]) -> tuple[list[Entry], list[tuple[Entry, Entry]]]:
    """The entries that stay, and (entry, the one it was merged into) of the others."""
    kept: dict[int, Entry] = {}
    places: dict[tuple[str, ...], int] = {}
    merged: list[tuple[Entry, Entry]] = []
    for entry in entries:
        said = one_line(entry.answer), entry.lang
        keys: list[tuple[str, ...]] = [("asked", match_key(entry.question), *said)]
        if not _is_made(entry) and entry.answer:
            keys.append(("named", entry.id, entry.file, *said))  # one row for each wording of a question
        at = next((places[key] for key in keys if key in places), len(kept))
        if at == len(kept) or (at in kept and _written_apart(kept[at], entry)):
            at = len(kept)
            kept[at] = entry
        else:
            merged.append((entry, kept[at]))
            kept[at] = _joined(kept[at], entry)
        for key in keys:
            places.setdefault(key, at)
    return list(kept.values()), merged


def _written_apart(first: Entry, entry: Entry) -> bool:
    """Whether the owner wrote an id for each: two ids are two entries, and one id twice is for `lint` to name."""
    if _is_made(first) or _is_made(entry):
        return False
    return first.id != entry.id or match_key(first.question) == match_key(entry.question)


def _joined(first: Entry, entry: Entry) -> Entry:
    own = match_key(first.question)
    wordings = [first.question, *first.alternates, entry.question, *entry.alternates]
    alternates = {match_key(wording): wording for wording in reversed(wordings) if match_key(wording) != own}
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


def _with_own_ids(entries: Sequence[Entry]) -> list[Entry]:
    taken = {entry.id for entry in entries if not _is_made(entry)}
    found = []
    for entry in entries:
        if _is_made(entry):
            number, own = 1, entry.id
            while own in taken:
                number += 1
                own = f"{entry.id}-{number}"
            taken.add(own)
            entry = dataclasses.replace(entry, id=own) if own != entry.id else entry
        found.append(entry)
    return found


def _is_made(entry: Entry) -> bool:
    """Whether the id is the one that an entry gets whose owner wrote none."""
    return entry.id == slug(entry.question)


def _warning(entry: Entry, into: Entry) -> Problem:
    message = f'"{entry.question}" has the answer of {into.file}:{into.line}, so the two are one entry; delete one'
    return Problem(entry.file, entry.line, "merged", message, "warning")


def _marked(ledger: Sequence[LedgerLine], merged: Sequence[tuple[Entry, Entry]]) -> Sequence[LedgerLine]:
    """The ledger, in which the line of each merged entry says where it went."""
    if not merged:
        return ledger
    into = {(entry.file, entry.line): f"merged with {other.file}:{other.line}" for entry, other in merged}
    return [
        dataclasses.replace(line, reason=line.reason or into[line.file, line.line])
        if (line.file, line.line) in into
        else line
        for line in ledger
    ]
