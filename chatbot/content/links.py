"""Links within the site of a page: to the entry that was read from their target, or else to the site.

Files are read one by one, each without the others. So all files are read first, and those with such links once more
when the places of all entries are known.
"""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote, urljoin

from chatbot.content.ledger import Content
from chatbot.content.render import CODE, ENTRY_LINK, link_targets
from chatbot.core.problem import Problem
from chatbot.core.types import Entry

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|www\.")  # or an address whose scheme was forgotten
_LINK = re.compile(
    r"(?<!!)\[(?P<words>(?:[^\[\]\n]|\[[^\[\]\n]*\]){0,500})\]"
    r"\(<?(?P<address>(?:[^()\s<>]|\([^()\s]*\))*)>?(?:\s+\"[^\"]*\")?\)"
)

Targets = Mapping[str, Mapping[str, str]]  # file -> address as written -> its target, "" for none


def has_links_within(content: Content) -> bool:
    return any(_within(entry) for entry in content.entries)


def targets_of(content: Content, site: str) -> Targets:
    """The targets of links within the site. `site`: the address of the page or of its site, as the owner states it."""
    ids = {(entry.file, entry.line): entry.id for entry in content.entries}
    anchors = {(anchor.file, anchor.name): ids.get((anchor.file, anchor.line), "") for anchor in content.anchors}
    firsts: dict[str, str] = {}
    for entry in content.entries:
        firsts.setdefault(_stem(entry.file), entry.id)
    names = {entry.id: entry.id for entry in content.entries}
    bases = {anchor.file: anchor.url for anchor in content.anchors if anchor.url}
    targets_by_file: dict[str, dict[str, str]] = {}
    for entry in content.entries:
        base = bases.get(entry.file) or entry.url or site
        own = {} if entry.file in bases else names  # what a page links to in itself is its own
        for address in _within(entry):
            known = targets_by_file.setdefault(entry.file, {})
            known[address] = known.get(address) or _target(address, entry.file, base, anchors, firsts, own)
    return targets_by_file


def linked_answer(answer: str, file: str, content: Content, site: str) -> str:
    """`answer` with its links within the site as a build would have them, if an entry of `file` said it."""
    probe = Entry("", "", answer, file=file)
    targets = targets_of(replace(content, entries=[*content.entries, probe]), site)
    return _linked(answer, targets.get(file, {}))


def with_links(content: Content, addresses: Mapping[str, str]) -> Content:
    """`content` of one file with its links within the site replaced. A link without a target becomes plain words."""
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
    links = (address for address, is_picture, is_shown in link_targets(entry.answer) if not (is_picture or is_shown))
    return [address for address in links if address and not _SCHEME.match(address)]


def _target(
    address: str,
    file: str,
    base: str,
    anchors: Mapping[tuple[str, str], str],
    firsts: Mapping[str, str],
    names: Mapping[str, str],
) -> str:
    path, _, fragment = address.partition("#")
    path = unquote(path.partition("?")[0])
    other = file if not path else posixpath.normpath(posixpath.join(posixpath.dirname(file), path)).lstrip("/")
    files = [name for name, _ in anchors if _stem(name) == _stem(other)] if fragment else []
    for name in (other, *files):
        if entry := anchors.get((name, unquote(fragment))):
            return ENTRY_LINK + entry
    if path and not fragment and (entry := firsts.get(_stem(other))) and _stem(other) != _stem(file):
        return ENTRY_LINK + entry
    if not path and (entry := names.get(unquote(fragment))):  # an entry of another file, by its id
        return ENTRY_LINK + entry
    return urljoin(base, address) if base else ""


def _stem(file: str) -> str:
    return posixpath.splitext(file)[0]


def _linked(text: str, addresses: Mapping[str, str]) -> str:
    def link(match: re.Match[str]) -> str:
        address = match["address"]
        if address not in addresses:
            return match[0]
        return f"[{match['words']}]({addresses[address]})" if addresses[address] else match["words"]

    parts: list[str] = []
    at = 0
    for code in CODE.finditer(text):
        parts += [_LINK.sub(link, text[at : code.start()]), code[0]]
        at = code.end()
    return "".join([*parts, _LINK.sub(link, text[at:])])
