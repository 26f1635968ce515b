"""Plain text with pages: removes running heads and page numbers, joins words broken at line ends."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise

from chatbot.core.sentence_marks import LINE_END
from chatbot.core.text import ends_as_question, one_line

_FEWEST = 3  # pages, so that repeated lines are running heads
_LONGEST = 90  # characters of a running head
_APART = 5  # lines between two page numbers, at least
# A number alone, a number with a word for "page", or "2 of 9". Other numbered lines may be steps.
_PAGE = re.compile(
    r"^[^\w]*\d{1,4}[^\w]*$|\b(?:page|seite|pages?|p\.|s\.|pagina|p\u00e1gina|strona|sida|side|\u0441\u0442\u0440\.?)\s*\d{1,4}\b"
    r"|\b\d{1,4}\s*(?:/|of|von|de|di|sur|van|z|\u0438\u0437)\s*\d{1,4}\b|\d\s*[\u9875\u30da]",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")
_PARTED = re.compile(r"(?<![\w-])([^\W\d_]{2,})-$")
_REST = re.compile(r"([^\W\d_]{2,})[.,;:!?)]*(?![\w-])")
# Prefixes that are written with a hyphen.
_PREFIXES = frozenset("self non pre co ex multi semi anti well long short full part up e re cross follow".split())


def running_heads(lines: Mapping[int, str]) -> set[int]:
    """The numbers of lines with page numbers, of repeated lines beside them, and of blank lines around both."""
    counting = {number for group in _alike(lines).values() for number in _counted(group, lines)}
    heads = set(counting)
    repeated: dict[str, set[int]] = defaultdict(set)
    for number in counting:
        for at in _beside(number, lines):
            text = lines.get(at, "").strip()
            is_head = bool(text) and len(text) <= _LONGEST and not text[:1].islower() and not ends_as_question(text)
            if is_head and at not in counting:
                repeated[text].add(at)
    for numbers in repeated.values():
        if len(numbers) >= max(_FEWEST, 0.6 * len(counting)):
            heads |= numbers
    return heads | {number for number in heads for number in _gap(number, heads, lines)}


def _beside(number: int, lines: Mapping[int, str]) -> Iterator[int]:
    """The lines next to a page number, or separated from it by a single blank line."""
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
    """The lines of `group`, if they are equal except for a number that goes up by one."""
    if len(group) < _FEWEST or min(below - above for above, below in pairwise(group)) < _APART:
        return []
    rows = [[int(digits) for digits in _NUMBER.findall(lines[number])[:4]] for number in group]
    columns = zip(*rows, strict=True)
    counts = any(all(below - above == 1 for above, below in pairwise(column)) for column in columns)
    return group if counts else []


def _gap(number: int, heads: set[int], lines: Mapping[int, str]) -> Iterator[int]:
    """The blank lines around a running head within a sentence."""
    above, below = number - 1, number + 1
    while above in lines and (not lines[above].strip() or above in heads):
        above -= 1
    while below in lines and (not lines[below].strip() or below in heads):
        below += 1
    text, rest = lines.get(above, "").rstrip(), lines.get(below, "").lstrip()
    if text and rest[:1].islower() and not LINE_END.search(text):
        yield from range(above + 1, below)


def whole_words(lines: Mapping[int, str]) -> dict[int, str]:
    """The lines with words joined that a hyphen breaks at a line end.

    A word is joined if it occurs elsewhere unbroken, or if neither of its parts occurs elsewhere.
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
