"""Removes the furniture of a page, where only the page as a whole shows that it is furniture."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from chatbot.content.assembly import Assembly
from chatbot.content.document import Block, Document, Line
from chatbot.content.furniture import (
    asks,
    asks_for_questions,
    furniture_kind,
    is_button,
    is_call,
    is_contents,
    is_link_of_the_site,
)
from chatbot.content.labels import question_key
from chatbot.content.render import plain_line, strip_markup
from chatbot.content.sections import LONGEST, Section, opening, paragraph, source_lines
from chatbot.core.text import list_mark, match_key, slug

LeftOut = tuple[Block, str]  # a block that is left out, and the reason

_NOTICE = 3  # lines of a notice, at most
_RUN = 3  # questions in a row that make a table of contents
_HEADER = 60  # characters; a line that a site repeats is short
_LEADER = re.compile(r"(?:\. ?|\u2026){4}[. ]*\d")  # dots before a page number
_OFTEN = 3  # answers that end alike
_LINK_WITHIN = re.compile(
    r"[\[(*_\\]*(?:\[.{1,80}\]\(#([^)\s]*)\)|<a\b[^<>]*\bhref=[\"']?#([^\"'>\s]*)[^<>]*>.{1,80}</a>)[\])*_\\]*"
)


def without_furniture(document: Document, assembly: Assembly) -> Iterator[tuple[Block, list[LeftOut]]]:
    """The blocks without navigation and tables of contents, each with those that are left out directly below it.

    A block's list is complete when the next block is requested. What is left out above all blocks is dropped at once.
    """
    wordings = _wordings(document.blocks)
    anchors = Counter(anchor for block in document.blocks for anchor in block.anchors)
    listed = _lists_of_questions(document.blocks)
    listed |= _contents_headings(document.blocks, wordings, listed)
    is_by_hand = _is_by_hand(document)
    lists_of_parts = _lists_of_parts(document.blocks)
    below: list[LeftOut] | None = None
    for block in document.blocks:
        why = ""
        if id(block) in lists_of_parts:
            pass
        elif id(block) in listed or _is_table_of_contents(block, wordings, anchors):
            why = "table of contents"
        elif block.kind != "rule" and _is_navigation(block) and not (is_by_hand and _is_plain_button(block)):
            why = "navigation"
        if block.kind == "rule":
            assembly.drop(block, "")
        elif why and below is None:
            assembly.drop(block, why)
        elif why and below is not None:
            below.append((block, why))
        elif rest := _without_navigation(_without_contents(block, wordings, assembly), assembly, is_by_hand):
            below = []
            yield rest, below


def _contents_headings(blocks: Sequence[Block], wordings: Counter[str], listed: set[int]) -> set[int]:
    """The ids of headings such as "Contents", and of the lists below them that link to or name places of the page.

    A heading with other text below it is an ordinary heading, or begins an answer.
    """
    contents: set[int] = set()
    goes_on = False
    for block, below in zip(blocks, [*blocks[1:], None], strict=False):
        is_head = block.part != "question" and len(block.lines) == 1 and is_contents(block.words)
        if is_head:
            goes_on = below is None or id(below) in listed or not _has_content(below, wordings)
        else:
            goes_on &= block.links_only or block.kind == "table" or (block.kind == "list" and _names_only(block))
        if goes_on:
            contents.add(id(block))
    return contents


def _has_content(block: Block, wordings: Counter[str]) -> bool:
    """Whether a block has text besides headings, links, questions and names of other places on the page."""
    if block.links_only or block.kind in ("heading", "rule"):
        return False
    parts = [part for item in block.items for part in _flattened(item)] or [block]
    names = [p for p in parts if p.links_only or asks(p.words, LONGEST) or wordings[question_key(p.words)]]
    names += [p for p in parts if _LEADER.search(p.words)]
    cells = [cell for row in block.rows for cell in row if "](" in cell or wordings[question_key(plain_line(cell))]]
    return not names and not cells


def _is_plain_button(block: Block) -> bool:
    """Whether it is only the words of a button, without a link."""
    return block.kind == "paragraph" and not block.links_only and is_button(block.words)


def _names_only(block: Block) -> bool:
    """Whether it is a list of headings only, as a table of contents is."""
    if any(part.kind != "list" for item in block.items for part in item[1:]):
        return False
    parts = [part for item in block.items for part in _flattened(item)]
    openings = [opening(part) for part in parts]
    return all(len(part.lines) == 1 for part in parts) and not any(opened and opened.rest for opened in openings)


def _is_navigation(block: Block) -> bool:
    if block.kind == "list":
        parts = [part for item in block.items for part in item]
        return bool(parts) and (
            all(map(_is_navigation, parts)) or furniture_kind(" ".join(part.words for part in parts)) == "navigation"
        )
    if block.links_only and is_link_of_the_site(block.words):
        return True
    return block.kind in ("paragraph", "heading") and furniture_kind(block.words) == "navigation"


def _without_navigation(block: Block, assembly: Assembly, is_by_hand: bool) -> Block | None:
    """`block` without lines that are navigation. With `is_by_hand`, the words of a button may be the owner's."""
    if block.kind != "paragraph" or len(block.lines) < 2:
        return block
    rest = [
        line
        for line in block.lines
        if furniture_kind(plain_line(line.text)) != "navigation"
        or (is_by_hand and is_button(plain_line(line.text)) and "](" not in line.text and "<" not in line.text)
    ]
    if len(rest) == len(block.lines):
        return block
    assembly.drop_lines([line for line in block.lines if line not in rest], "navigation")
    return paragraph(rest, block)


def _wordings(blocks: Sequence[Block]) -> Counter[str]:
    """How often each question is a block of its own, or opens one. Keys: see `question_key`."""
    counts: Counter[str] = Counter()
    for block in blocks:
        if block.kind == "heading" or block.part == "question":
            counts[question_key(block.words)] += 1
        elif head := opening(block):
            counts[question_key(head.words)] += 1
        elif block.kind == "list":
            counts.update(
                question_key(head.words)
                for item in block.items
                if item and (head := opening(item[0])) and (len(item) > 1 or head.rest)
            )
    return counts


def _lists_of_questions(blocks: Sequence[Block]) -> set[int]:
    """The ids of consecutive lines that ask what is asked again below: a table of contents that was pasted as text."""
    last = {question_key(head.words): at for at, block in enumerate(blocks) if (head := opening(block))}
    last |= {question_key(block.words): at for at, block in enumerate(blocks) if block.kind == "heading"}
    listed: set[int] = set()
    run: list[int] = []
    for at, block in enumerate(blocks):
        if block.kind == "paragraph" and len(block.lines) == 1 and last.get(question_key(block.words), at) > at:
            run.append(id(block))
            continue
        listed.update(run if len(run) >= _RUN else ())
        run = []
    return listed


def _lists_of_parts(blocks: Sequence[Block]) -> set[int]:
    """The ids of lists that name the parts of an answer: the headings below a heading that asks, which do not ask."""
    lists: set[int] = set()
    open_lists: list[Block] = []
    parts: set[str] = set()
    level = 0  # of the heading that asks, above the present block
    for block in [*blocks, None]:
        if block and block.kind == "list" and level:
            open_lists.append(block)
        elif block is None or (block.kind == "heading" and (block.level <= level or asks(block.words, LONGEST))):
            named = [
                (part_list, [question_key(part.words) for item in part_list.items for part in _flattened(item)])
                for part_list in open_lists
            ]
            lists |= {id(part_list) for part_list, keys in named if keys and parts.issuperset(keys)}
            open_lists, parts = [], set()
            level = block.level if block and asks(block.words, LONGEST) else 0
        elif block.kind == "heading":
            parts.add(question_key(block.words))
    return lists


def _is_table_of_contents(block: Block, wordings: Counter[str], anchors: Counter[str]) -> bool:
    """Whether each of its lines is the wording of a question that is asked elsewhere, or links to one."""
    if block.links_only and block.leads_to and asks(block.words.rpartition(" ")[2] or block.words, LONGEST):
        anchors_within = set(block.anchors)
        if all(anchors[name] and name not in anchors_within for name in block.leads_to):
            return True
    if block.kind == "list":
        texts = [part.words for item in block.items for part in _flattened(item)]
        needed = 1
    elif block.kind == "paragraph" and block.links_only:
        texts = [strip_markup(line.text) for line in block.lines if line.text.strip()]
        needed = 2 if len(texts) == 1 else 1  # a single line counts itself
    else:
        return False
    are_known = [wordings[question_key(text)] >= needed for text in texts if match_key(text)]
    return len(are_known) >= needed % 2 + 1 and sum(are_known) >= 0.8 * len(are_known)


def _without_contents(block: Block, wordings: Counter[str], assembly: Assembly) -> Block:
    """A list without a table of contents at its start: Markdown joins two lists that follow each other."""
    items = 0
    for item in block.items if block.kind == "list" else ():
        is_link = len(item) == 1 and item[0].links_only and item[0].leads_to
        if len(item) != 1 or len(item[0].lines) > 1 or not (wordings[question_key(item[0].words)] or is_link):
            break
        items += 1
    if not 1 < items < len(block.items):
        return block
    numbers = {number for item in block.items[:items] for part in item for number in source_lines(part)}
    assembly.drop_lines([line for line in block.lines if line.sources & numbers], "table of contents")
    kept = [line for line in block.lines if not line.sources & numbers]
    words = " ".join(part.words for item in block.items[items:] for part in item)
    return replace(block, lines=kept, items=block.items[items:], words=words, links_only=False, leads_to=())


def _flattened(item: Sequence[Block]) -> Iterator[Block]:
    for block in item:
        if block.kind == "list":
            for inner in block.items:
                yield from _flattened(inner)
        else:
            yield block


def _notice(block: Block, about: str) -> str:
    return furniture_kind(block.words, about) if block.kind in ("paragraph", "heading") else ""


def _is_by_hand(document: Document) -> bool:
    """Whether a person wrote the file in Markdown: then the words of a button without a link are that person's."""
    return document.as_written and document.is_markdown


def drop_notices(assembly: Assembly, document: Document, section: Section, is_last: bool) -> None:
    """Drops notices of the site from an answer, where the question has an answer without them.

    "Still have questions?" below an answer is dropped, too, with the links and short lines below it. Sites put notices
    below the last answer; where one is dropped from another answer, a problem says so.
    """
    blocks_with_text = [block for block in section.answer if match_key(block.words)]
    about = section.question
    notices = {
        id(block): why for block in blocks_with_text if (why := _notice(block, about)) and len(block.lines) <= _NOTICE
    }
    for above, block in pairwise([*section.heads[-1:], *blocks_with_text]):
        why = notices.get(id(block), "")
        is_owners = is_button(block.words) and (announces_more(above) or _is_by_hand(document))
        if not why or is_owners or len(notices) == len(blocks_with_text):
            continue
        section.answer.remove(block)
        assembly.drop(block, why)
        if why != "navigation" and not is_last:
            what = f'"{block.words[:60]}" looks like a {why} and is left out of the answer to "{about[:60]}"'
            document.problem(block.line, "left-out", f"{what}; write it in other words, or delete it", "warning")
    for at, block in enumerate(section.answer[1:], 1):
        rest = section.answer[at + 1 :]
        # "Is it stamped?" at the end is for the reader; a site's own question has a button below, or names questions.
        is_the_sites = asks_for_questions(block.words) or (rest and not _is_by_hand(document))
        is_short = block.kind != "list" and asks(block.words, _HEADER) and all(len(b.words) <= _HEADER for b in rest)
        if is_the_sites and is_short and is_call(block.words, rest):
            for following in section.answer[at:]:
                assembly.drop(following, "call to action")
            del section.answer[at:]
            break


def drop_repeated_edges(assembly: Assembly, document: Document, sections: Sequence[Section]) -> None:
    """Drops short lines that end most answers, where they are the site's and not the owner's.

    Such a line repeats the title above all questions, or links to a place of the page that is no question. A line that
    is neither, such as "Members only", stays, and so does one that is the whole answer to some question.
    """
    ends: dict[str, list[Line]] = {}
    whole: set[str] = set()
    answered = [section for section in sections if section.has_answer]
    for section in answered:
        lines = [line for block in section.answer for line in block.lines if line.text.strip()]
        whole.update(match_key(line.text) for line in lines[:1])
        if _may_be_header(section.answer[-1]):
            ends.setdefault(match_key(lines[-1].text), []).append(lines[-1])
    often = {
        key for key, last in ends.items() if len(last) >= _OFTEN and 2 * len(last) >= len(answered) and key
    } - whole
    titles = _titles(document, sections)
    targets = {name for section in sections for name in (*section.anchors, slug(section.question))}
    headers = {key for key in often if key in titles or _leads_back(ends[key][0].text, targets)}
    for section in answered:
        block = section.answer[-1]
        if _may_be_header(block) and match_key(block.lines[-1].text) in headers:
            assembly.drop_lines(block.lines[-1:], "repeated header")
            rest = paragraph(block.lines[:-1], block)
            section.answer[-1:] = [rest] if rest else []
    for key in sorted(headers & titles):
        what = f'"{strip_markup(ends[key][0].text).strip()}" ends {len(ends[key])} answers and is the title, too'
        message = f"{what}, so it is left out of them; if it belongs to the answers, end it with a full stop"
        document.problem(min(ends[key][0].sources, default=0), "repeated-line", message, "warning")


def _titles(document: Document, sections: Sequence[Section]) -> set[str]:
    """The text of each line above the first question, and of the file's title."""
    used = {block_id for section in sections for block_id in section.used}
    above = list(takewhile(lambda block: id(block) not in used, document.blocks))
    above += [document.title] if document.title else []
    return {match_key(line.text) for block in above for line in block.lines}


def _leads_back(text: str, targets: set[str]) -> bool:
    """Whether a line is only a link within its page, to none of the `targets`."""
    link = _LINK_WITHIN.fullmatch(text.strip())
    return link is not None and (link[1] or link[2]).strip() not in targets


def announces_more(block: Block) -> bool:
    """Whether a paragraph says that more follows, as "We are on" and "Read one of:" do."""
    return block.kind == "paragraph" and re.search(r"[\w:\uff1a,)][*_`]*\s*$", block.words) is not None


def drop_links_at_the_end(assembly: Assembly, document: Document, sections: Sequence[Section]) -> None:
    """Drops lists of links below the last answer: they are the page's where the answer is complete without them."""
    if not sections:
        return
    answer = sections[-1].answer
    while len(answer) > 1 and answer[-1].links_only and answer[-1].kind == "list" and not announces_more(answer[-2]):
        links = answer.pop()
        assembly.drop(links, "navigation")
        what = f'the links "{links.words[:60]}" below the answer to "{sections[-1].question[:60]}" are left out'
        message = f'{what}; if they are part of it, end the line above them with ":"'
        document.problem(links.line, "left-out", message, "warning")


def _may_be_header(block: Block) -> bool:
    if block.kind not in ("paragraph", "heading") or not block.lines:
        return False
    text = block.lines[-1].text
    plain = strip_markup(text).strip()
    is_indented = text[:1] in " \t"
    return (
        bool(plain) and len(plain) <= _HEADER and plain[-1] not in ".!:;,。" and not is_indented and not list_mark(text)
    )
