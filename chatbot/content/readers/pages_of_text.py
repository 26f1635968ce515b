"""Plain text that was laid out in pages: running heads, numbers of pages, words parted at the end of a line."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise

from chatbot.core.text import LINE_END, ends_as_question, one_line

_FEWEST = 3  # pages
_LONGEST = 90  # characters of a running head
_APART = 5  # lines between two pages, at least
# A number alone, or with the word for a page, or "2 of 9": other lines count things of their own, such as steps.
_PAGE = re.compile(
    r"^[^\w]*\d{1,4}[^\w]*$|\b(?:page|seite|pages?|p\.|s\.|pagina|p\u00e1gina|strona|sida|side|\u0441\u0442\u0440\.?)\s*\d{1,4}\b"
    r"|\b\d{1,4}\s*(?:/|of|von|de|di|sur|van|z|\u0438\u0437)\s*\d{1,4}\b|\d\s*[\u9875\u30da]",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")
_PARTED = re.compile(r"(?<![\w-])([^\W\d_]{2,})-$")
_REST = re.compile(r"([^\W\d_]{2,})[.,;:!?)]*(?![\w-])")
# What is written with a hyphen wherever it stands.
_PREFIXES = frozenset("self non pre co ex multi semi anti well long short full part up e re cross follow".split())


def running_heads(lines: Mapping[int, str]) -> set[int]:
    """The numbers of lines that count pages, and of those that are repeated beside them, with blank lines between."""
    counting = {number for group in _alike(lines).values() for number in _counted(group, lines)}
    found = set(counting)
    repeated: dict[str, set[int]] = defaultdict(set)
    for number in counting:
        for at in _beside(number, lines):
            text = lines.get(at, "").strip()
            is_head = bool(text) and len(text) <= _LONGEST and not text[:1].islower() and not ends_as_question(text)
            if is_head and at not in counting:
                repeated[text].add(at)
    for places in repeated.values():
        if len(places) >= max(_FEWEST, 0.6 * len(counting)):
            found |= places
    return found | {number for number in found for number in _gap(number, found, lines)}


def _beside(number: int, lines: Mapping[int, str]) -> Iterator[int]:
    """The lines next to a number of a page, or a blank line away and alone."""
    for step in (-1, 1):
        if lines.get(number + step, "").strip():
            yield number + step
        elif not lines.get(number + 3 * step, "").strip():
            yield number + 2 * step


def _alike(lines: Mapping[int, str]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for number, line in lines.items():
        text = one_line(line)
        if len(text) <= _LONGEST and _PAGE.search(text) and not ends_as_question(text):
            groups[_NUMBER.sub("0", text)].append(number)
    return groups


def _counted(group: list[int], lines: Mapping[int, str]) -> list[int]:
    """The lines of `group`, if they say the same but for a number that counts up, page for page."""
    if len(group) < _FEWEST or min(below - above for above, below in pairwise(group)) < _APART:
        return []
    rows = [[int(found) for found in _NUMBER.findall(lines[number])[:4]] for number in group]
    columns = zip(*rows, strict=True)
    counts = any(all(below - above == 1 for above, below in pairwise(column)) for column in columns)
    return group if counts else []


def _gap(number: int, found: set[int], lines: Mapping[int, str]) -> Iterator[int]:
    """The blank lines around a running head, where the sentence above it goes on below."""
    above, below = number - 1, number + 1
    while above in lines and (not lines[above].strip() or above in found):
        above -= 1
    while below in lines and (not lines[below].strip() or below in found):
        below += 1
    text, rest = lines.get(above, "").rstrip(), lines.get(below, "").lstrip()
    if text and rest[:1].islower() and not LINE_END.search(text):
        yield from range(above + 1, below)


def whole_words(lines: Mapping[int, str]) -> dict[int, str]:
    """The lines with words whole that a hyphen parts at the end of one.

    Such a word stands elsewhere in the text as a whole, or neither of its parts does.
    """
    shown = dict(lines)
    counts = Counter(word for line in lines.values() for word in re.findall(r"\w+(?:-\w+)*", line.casefold()))
    for number in lines:
        parted, rest = _PARTED.search(shown[number].rstrip()), _REST.match(lines.get(number + 1, "").lstrip())
        if not (parted and rest and rest[1].islower()):
            continue
        first, second = parted[1].casefold(), rest[1].casefold()
        behind = lines[number + 1].lstrip()[rest.end() :].lstrip()
        is_whole = counts[first + second] or (counts[first] <= 1 and counts[second] <= 1)
        if is_whole and behind and not counts[f"{first}-{second}"] and first not in _PREFIXES:
            shown[number] = shown[number].rstrip()[:-1] + rest[0]
            shown[number + 1] = behind
    return shown
