"""Links within the site that a page stood on: to entries of the FAQ where they are read too, else to the site itself.

The files are read one by one, each without the others; so they are read first, and those with such links once more when
it is known where everything is.
"""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote, urljoin

from chatbot.content.ledger import Content, Problem
from chatbot.content.render import CODE, ENTRY_LINK, targets
from chatbot.core.types import Entry

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|www\.")  # or what one was forgotten before
_LINK = re.compile(
    r"(?<!!)\[(?P<words>(?:[^\[\]\n]|\[[^\[\]\n]*\]){0,500})\]"
    r"\(<?(?P<address>(?:[^()\s<>]|\([^()\s]*\))*)>?(?:\s+\"[^\"]*\")?\)"
)

Targets = Mapping[str, Mapping[str, str]]  # file -> address as written -> where it leads; "" for nowhere


def has_links_within(content: Content) -> bool:
    return any(_within(entry) for entry in content.entries)


def targets_of(content: Content, site: str) -> Targets:
    """Where the links within the site lead. `site`: the address of the page, or of its site, as the owner says."""
    ids = {(entry.file, entry.line): entry.id for entry in content.entries}
    anchors = {(place.file, place.anchor): ids.get((place.file, place.line), "") for place in content.places}
    firsts: dict[str, str] = {}
    for entry in content.entries:
        firsts.setdefault(_stem(entry.file), entry.id)
    bases = {place.file: place.url for place in content.places if place.url}
    found: dict[str, dict[str, str]] = {}
    for entry in content.entries:
        base = bases.get(entry.file) or entry.url or site
        for address in _within(entry):
            known = found.setdefault(entry.file, {})
            known[address] = known.get(address) or _target(address, entry.file, base, anchors, firsts)
    return found


def with_links(content: Content, addresses: Mapping[str, str]) -> Content:
    """`content` of one file with its links within the site put right; what leads nowhere becomes plain words."""
    entries = [replace(entry, answer=_linked(entry.answer, addresses)) for entry in content.entries]
    lost = sorted({address for entry in content.entries for address in _within(entry) if not addresses.get(address)})
    problems = list(content.problems)
    if lost:
        shown = ", ".join(f'"{address[:80]}"' for address in lost[:3]) + (", ..." if len(lost) > 3 else "")
        what = f"{len(lost)} links within the site are" if len(lost) > 1 else "a link within the site is"
        message = f'{what} not shown ({shown}); say where the page stands: site = "https://..." in bot.toml'
        first = next(entry for entry in content.entries if set(lost).intersection(_within(entry)))
        problems.append(Problem(first.file, first.line, "site-link", message, "warning"))
    return replace(content, entries=entries, problems=problems)


def _within(entry: Entry) -> list[str]:
    if entry.file.lower().endswith(".txt"):
        return []
    found = (address for address, is_picture, is_shown in targets(entry.answer) if not (is_picture or is_shown))
    return [address for address in found if address and not _SCHEME.match(address)]


def _target(
    address: str, file: str, base: str, anchors: Mapping[tuple[str, str], str], firsts: Mapping[str, str]
) -> str:
    path, _, fragment = address.partition("#")
    path = unquote(path.partition("?")[0])
    other = file if not path else posixpath.normpath(posixpath.join(posixpath.dirname(file), path)).lstrip("/")
    places = [name for name, _ in anchors if _stem(name) == _stem(other)] if fragment else []
    for name in (other, *places):
        if entry := anchors.get((name, unquote(fragment))):
            return ENTRY_LINK + entry
    if path and not fragment and (entry := firsts.get(_stem(other))) and _stem(other) != _stem(file):
        return ENTRY_LINK + entry
    return urljoin(base, address) if base else ""


def _stem(file: str) -> str:
    return posixpath.splitext(file)[0]


def _linked(text: str, addresses: Mapping[str, str]) -> str:
    def link(found: re.Match[str]) -> str:
        address = found["address"]
        if address not in addresses:
            return found[0]
        return f"[{found['words']}]({addresses[address]})" if addresses[address] else found["words"]

    parts: list[str] = []
    at = 0
    for code in CODE.finditer(text):
        parts += [_LINK.sub(link, text[at : code.start()]), code[0]]
        at = code.end()
    return "".join([*parts, _LINK.sub(link, text[at:])])
