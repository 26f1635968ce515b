"""Finds entries in a tree of objects and lists, as JSON and YAML have it.

Exports keep entries in a list under a key, in sections, as pairs, as an object of questions, or as chat messages. Each
entry becomes a record: an object whose keys name the parts of an entry.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chatbot.content.options import mapped_columns
from chatbot.content.readers.column_names import EXACT, SPECIFIC, VAGUE, language, meanings, plain_name
from chatbot.content.readers.columns import asks, headless, layouts
from chatbot.content.readers.flat_records import flat_records
from chatbot.content.readers.named_answers import holds_answers_only, named_answers
from chatbot.content.readers.record import Record
from chatbot.content.readers.record_values import Node, plain, with_texts

_DEPTH = 12  # levels of lists and objects around an entry
_VISITORS = frozenset("user human customer client visitor prompter questioner".split())
_REPLIERS = frozenset("assistant bot gpt model ai agent chatgpt chatbot support answerer".split())
_ROLES, _MESSAGE = ("role", "from", "speaker", "author", "sender"), ("content", "value", "text", "message", "parts")
_PEOPLE = frozenset("users authors groups brands organizations people agents members owners meta metadata".split())
# Keys of lists that are no names of sections.
_GENERIC = frozenset(
    """faq faqs qa qas qna qnas qnalist qnadocuments questionsandanswers questionanswers data items entries entry list
    records rows results result intents articles article content contents children docs documents pages page mainentity
    graph hits pairs examples knowledge knowledgebase corpus main root response responses value values sections section
    categories category topics topic groups group help helpcenter support all body payload edges node nodes
    fields attributes properties props acf post posts item document record""".split()
)
# Keys of objects that only wrap the values of one entry.
_WRAPPING = frozenset("attributes fields properties props acf".split())
_ONE = frozenset("article entry post faq item node record document".split())  # keys of one object that is an entry


@dataclass(frozen=True, slots=True)
class _Place:
    """What the path to a value says about it."""

    tags: tuple[str, ...] = ()
    lang: str = ""
    depth: int = 0
    vague: bool = True  # whether "title" and "body" are enough for an entry
    lists: bool = True  # whether they are enough in lists below


def records_of(nodes: Sequence[Node]) -> Iterator[Record]:
    """The records in a list of values, such as the lines of a file."""
    yield from _in_list(nodes, _Place())


def records_in(node: Node) -> Iterator[Record]:
    """The records in one value, such as a whole file."""
    named = named_answers(node)
    if (named and not any(intent.answer for intent in named)) or holds_answers_only(node):
        yield replace(_bad(node), lacks=True)
        return
    for intent in named:
        value = {"question": intent.questions[0] if intent.questions else "", "answer": [intent.answer, *intent.others]}
        value |= {"alternates": intent.questions[1:], "tags": [intent.intent]}
        first, last = intent.lines[0]
        yield Record(value, first, last, more_lines=tuple(intent.lines[1:]))
    if not named:
        yield from _in(node, _Place())


def usable_names(value: Mapping[str, Any]) -> list[str]:
    """The keys, with "" instead of each key that holds objects."""
    return [key if _is_text(item) or isinstance(plain(item), str) else "" for key, item in value.items()]


def sample(value: object) -> str:
    value = plain(value)
    if isinstance(value, list):
        return str(value[0]) if value else ""
    return "" if value is None or isinstance(value, dict) else str(value)


def _is_text(value: object) -> bool:
    if isinstance(value, list):
        return all(not isinstance(item, list | dict) for item in value)
    return not isinstance(value, dict)


def _in(node: Node, place: _Place) -> Iterator[Record]:
    if place.depth > _DEPTH:
        yield _bad(node)
    elif isinstance(node.value, dict):
        yield from _in_object(node, place)
    elif isinstance(node.value, list):
        nodes = [child for _, child in node.members()]
        if pair := _conversation(node.value):
            yield Record(pair[0], node.first, node.last, place.tags, place.lang, turns=pair[1])
        else:
            yield from _in_list(nodes, place)
    else:
        yield _bad(node)


def _in_list(nodes: Sequence[Node], place: _Place) -> Iterator[Record]:
    if nodes and all(isinstance(n.value, list) and len(n.value) > 1 and _is_text(n.value) for n in nodes):
        yield from _rows(nodes, place)
        return
    inside = replace(place, depth=place.depth + 1)
    for node in nodes:
        yield from _in(node, inside)


def _rows(nodes: Sequence[Node], place: _Place) -> Iterator[Record]:
    """A table of lists: [question, answer] in each, or columns named by the first list."""
    rows = [[sample(cell) for cell in node.value] for node in nodes]
    places = (0, 1) if all(len(row) == 2 for row in rows) else headless(rows)
    names: list[str] = []
    if layouts(rows[0], rows[1:], mapped_columns()):
        names = rows[0]
    elif places:
        names = [
            "question" if at == places[0] else "answer" if at == places[1] else "" for at in range(max(places) + 1)
        ]
    for node in nodes[1:] if names == rows[0] else nodes:
        if not names:
            yield _bad(node)
            continue
        value = {name: cell for name, cell in zip(names, node.value, strict=False) if name}
        yield Record(value, node.first, node.last, place.tags, place.lang)


def _in_object(node: Node, place: _Place) -> Iterator[Record]:
    value = with_texts(node.value)
    if conversation := next(((key, pair) for key, item in value.items() if (pair := _conversation(item))), None):
        rest = {key: item for key, item in value.items() if key != conversation[0]}
        yield Record(rest | conversation[1][0], node.first, node.last, place.tags, place.lang, turns=conversation[1][1])
        return
    if flat := flat_records(node):
        for record in flat:
            yield replace(record, tags=place.tags, lang=place.lang)
        return
    certainty = _certainty(value)
    translated = list(_translations(node, place)) if certainty in (SPECIFIC, VAGUE) else []
    if certainty == SPECIFIC or translated:
        inner = [] if translated else list(_inner(node, place))
        used = {key for key, _ in inner}
        rest = {key: item for key, item in value.items() if key not in used}
        yield Record(rest, node.first, node.last, place.tags, place.lang)
        yield from translated
        yield from (record for _, record in inner)
        return
    below = list(_below(node, place))
    if below and not all(record.problem for record in below):
        if certainty == VAGUE and place.vague and _asks_itself(value):
            rest = {key: item for key, item in value.items() if _is_text(item)}
            yield Record(rest, node.first, node.last, place.tags, place.lang)
            below = [record for record in below if not record.unused]
        yield from below
    elif (certainty == VAGUE and place.vague) or (certainty == EXACT and not below):
        yield Record(value, node.first, node.last, place.tags, place.lang)
    else:
        yield from below[:1] or [_bad(node)]


def _inner(node: Node, place: _Place) -> Iterator[tuple[str, Record]]:
    """(key, entry) of entries that an entry holds in a list, such as follow-up questions under "children"."""
    for key, child in node.members():
        if not isinstance(child.value, list) or any(m.tier <= SPECIFIC for m in meanings(key)):
            continue
        if place.depth >= _DEPTH or _is_text(child.value) or plain_name(key) in _PEOPLE:
            continue
        inside = replace(_inside(place, "", "children", False), vague=False, lists=False)
        for record in _in(child, inside):
            if not record.problem and isinstance(record.value, dict) and _certainty(record.value) == SPECIFIC:
                yield key, record


def _asks_itself(value: Mapping[str, Any]) -> bool:
    """Whether an object that holds entries is an entry, too: its title asks, and it has a text."""
    chosen = layouts(usable_names(value), [[sample(item) for item in value.values()]], mapped_columns())
    items = [sample(item) for item in value.values()]
    return any(asks(items[at]) for layout in chosen for at in layout.fields["question"])


def _translations(node: Node, place: _Place) -> Iterator[Record]:
    """The entry in other languages, each an object under the language's name."""
    key_of = {meaning.field: key for key, item in node.value.items() if item for meaning in meanings(key)}
    for key, child in node.members():
        if not isinstance(child.value, dict) or any(m.field in ("question", "answer") for m in meanings(key)):
            continue
        for name, inner in child.members():
            if (lang := language(name)) and isinstance(inner.value, dict):
                value = with_texts(inner.value)
                if _certainty(value) in (SPECIFIC, VAGUE):
                    if "id" in key_of and "id" not in value:
                        value["id"] = f"{node.value[key_of['id']]}-{lang}"
                    yield Record(value, inner.first, inner.last, place.tags, lang)


def _certainty(value: Mapping[str, Any]) -> int:
    """SPECIFIC: it is an entry. VAGUE: it may be one. EXACT: it has one of the two fields. -1: no entry."""
    names = usable_names(value)
    chosen = layouts(names, [[sample(item) for item in value.values()]], mapped_columns())
    if chosen:
        tiers = [
            min((m.tier for m in meanings(names[at]) if m.field == field), default=EXACT)
            for layout in chosen
            for field in ("question", "answer")
            for at in layout.fields[field]
        ]
        return SPECIFIC if min(tiers) <= SPECIFIC else VAGUE
    return EXACT if {"question", "answer"} & set(value) else -1


def _below(node: Node, place: _Place) -> Iterator[Record]:
    """The records in the values of an object: answers under their questions, or sections."""
    texts = [key for key, item in node.value.items() if isinstance(item, str)]
    asking = sum(map(asks, texts)) * 2 >= len(texts) > 0
    title = _title(node.value) if place.depth else ""
    item_keys = _item_keys(node.value)
    records_by_key: list[list[Record]] = []
    spare: list[Record] = []
    for key, child in node.members():
        item = child.value
        if isinstance(item, str) and asking:
            value = {"question": key, "answer": item}
            records_by_key.append([Record(value, child.first, child.last, place.tags, place.lang)])
        elif isinstance(item, dict) and asks(key) and _answers(item):
            value = {"question": key, **item}
            records_by_key.append([Record(value, child.first, child.last, place.tags, place.lang)])
        elif isinstance(item, dict) or (isinstance(item, list) and not _is_text(item)):
            is_list = isinstance(item, list) or key in item_keys
            records_by_key.append(
                list(_in(child, _inside(place, title, "items" if key in item_keys else key, is_list)))
            )
        elif item not in (None, "", [], title):
            spare.append(Record(key, child.first, child.last, unused=True))
    is_read = [any(not record.problem for record in records) for records in records_by_key]
    for read, records in zip(is_read, records_by_key, strict=True):
        if read or not any(is_read):
            yield from records
        else:
            yield from (replace(record, aside=True) for record in records)
    if any(is_read):
        yield from spare


def _item_keys(value: Mapping[str, Any]) -> set[str]:
    """The keys of objects that are like items of a list: "item_0", "item_1", or all of them ask."""
    kinds: dict[tuple[str, ...], list[str]] = {}
    for key, item in value.items():
        if isinstance(item, dict) and _certainty(with_texts(item)) == VAGUE:
            kinds.setdefault(tuple(item), []).append(key)
    item_keys: set[str] = set()
    for keys in kinds.values():
        numbered = len({re.sub(r"\d+", "", key) for key in keys if re.search(r"\d", key)}) == 1
        if len(keys) > 1 and (numbered or all(_asks_itself(with_texts(value[key])) for key in keys)):
            item_keys.update(keys)
    return item_keys


def _answers(value: Mapping[str, Any]) -> bool:
    fields = {meaning.field for key in value for meaning in meanings(key) if meaning.tier <= VAGUE}
    return "answer" in fields and not any(
        m.field == "question" and m.tier <= SPECIFIC for k in value for m in meanings(k)
    )


def _inside(place: _Place, title: str, key: str, is_list: bool) -> _Place:
    name = plain_name(key)
    lang = language(key)
    section = "" if lang or name in _GENERIC or any(m.tier <= SPECIFIC for m in meanings(key)) else key.strip()
    new = section.replace("_", " ") or title
    tags = place.tags if not new or new in place.tags or key.startswith(("@", "$")) else (*place.tags, new)
    about = any(meaning.field == "tags" for meaning in meanings(key)) or name in _PEOPLE
    lists = place.lists and not about
    is_one = is_list or name in _ONE or (name in _WRAPPING and place.vague)
    return _Place(tags, lang or place.lang, place.depth + 1, lists and is_one, lists)


def _title(value: Mapping[str, Any]) -> str:
    """The title of an object that holds a list."""
    for wanted in ("tags", "question"):
        for key, item in value.items():
            if isinstance(item, str) and item.strip() and any(m.field == wanted for m in meanings(key)):
                return " ".join(item.split())[:100] if not asks(item) else ""
    return ""


def _conversation(value: object) -> tuple[dict[str, str], int] | None:
    """(first question with its reply, number of further pairs) of a list of messages; None for other lists."""
    if not isinstance(value, list) or len(value) < 2 or not all(isinstance(item, dict) for item in value):
        return None
    messages = [(_first_of(item, _ROLES).lower(), _first_of(item, _MESSAGE)) for item in value]
    pairs: list[tuple[str, str]] = []
    asked = ""
    for role, text in messages:
        if role in _VISITORS:
            asked = f"{asked}\n{text}".strip() if asked else text
        elif role in _REPLIERS and asked:
            pairs.append((asked, text))
            asked = ""
    return ({"question": pairs[0][0], "answer": pairs[0][1]}, len(pairs) - 1) if pairs else None


def _first_of(item: Mapping[str, Any], keys: Sequence[str]) -> str:
    for key in keys:
        value = plain(item.get(key))
        if isinstance(value, list):  # parts of a message
            value = "\n".join(str(plain(part)) for part in value if isinstance(plain(part), str))
        if isinstance(value, str):
            return value
    return ""


def _bad(node: Node) -> Record:
    return Record(node.value, node.first, node.last, problem=True)
