"""FAQPage data of schema.org: JSON-LD in a script, or microdata in attributes."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from chatbot.content.readers.fields import FieldReading
from chatbot.content.readers.html_cells import html_as_markdown
from chatbot.content.readers.html_tree import Element, Text, parse_html
from chatbot.content.readers.metadata import split_source
from chatbot.content.readers.page_lines import PageReading

_DEPTH = 8  # levels of lists and objects around a question

# Properties of a Question and their fields. Of several properties, the first that is present counts.
_PROPERTIES = {
    "id": ("identifier",),
    "alternates": ("alternateName",),
    "tags": ("keywords",),
    "lang": ("inLanguage",),
    "source": ("citation",),
    "url": ("url",),
    "reviewed": ("lastReviewed", "dateModified"),
    "review_by": ("expires",),
}


def read_json_ld(page: PageReading, root: Element) -> None:
    for script in root.walk():
        if script.tag == "script" and script.attributes.get("type", "").strip().lower() == "application/ld+json":
            raw = "".join(text.text for text in script.texts())
            try:
                data = _parsed(raw)
            except (ValueError, RecursionError):
                message = "the page's JSON-LD is broken, so its visible text is read; correct it or delete it"
                page.problem(script.line, "json-ld", message, "warning")
                continue
            questions = list(_questions(data))
            first = next((text.line for text in script.texts()), script.line)
            for question in questions:
                text = str(question.get("name") or next(iter(_answers(question)), ""))[:60]
                name = json.dumps(text, ensure_ascii=False)[1:-1]
                line = first + raw.count("\n", 0, max(raw.find(name), 0))
                _add(page, question, script.lang, line)
            if questions:
                page.take(script)


def _parsed(raw: str) -> object:
    """JSON as templates write it: line breaks in texts, extra commas, in a comment."""
    bare = re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[)|(?:-->|//\s*\]\]>)\s*$", "", raw)
    try:
        return json.loads(bare, strict=False)
    except ValueError:
        return json.loads(re.sub(r",(\s*[\]}])", r"\1", bare), strict=False)


def read_microdata(page: PageReading, root: Element) -> None:
    for scope in [element for element in root.walk() if _is_of(element, "Question")]:
        properties: dict[str, list[Element]] = {}
        _collect(scope, properties)
        answer: list[Element | Text] = [
            text for element in properties.get("acceptedAnswer", ()) for text in _texts_of(element)
        ]
        if "name" not in properties:
            message = 'a Question of schema.org has no "name"; mark its wording with itemprop="name"'
            page.problem(scope.line, "no-question", message)
            continue
        given = {name: [_value(page, element) for element in elements] for name, elements in properties.items()}
        known = _metadata(given)
        if page.add_section(properties["name"][0], answer, known=known):
            for name, elements in properties.items():
                for element in elements if name not in ("name", "acceptedAnswer") else ():
                    page.take(element, "alternate" if name == "alternateName" else "metadata")


def _questions(data: object, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Every object of type Question below `data`."""
    if depth > _DEPTH:
        return
    if isinstance(data, list):
        for item in data:
            yield from _questions(item, depth + 1)
    elif isinstance(data, dict):
        kinds = data.get("@type")
        if "Question" in (kinds if isinstance(kinds, list) else [kinds]):
            yield data
        else:
            for value in data.values():
                yield from _questions(value, depth + 1)


def _fields(question: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """A Question of JSON-LD as the fields of an entry; its answer may hold HTML."""
    given = {name: value if isinstance(value, list) else [value] for name, value in question.items()}
    return {
        "question": _plain(question.get("name")),
        "answer": "\n\n".join(map(html_as_markdown, _answers(question))),
        "lang": lang,
        **_metadata(given),
    }


def _answers(question: Mapping[str, Any]) -> list[str]:
    accepted = question.get("acceptedAnswer")
    answers = accepted if isinstance(accepted, list) else [accepted]
    texts = [answer.get("text") if isinstance(answer, dict) else answer for answer in answers]
    return [text for text in texts if isinstance(text, str)]


def _metadata(given: Mapping[str, list[Any]]) -> dict[str, Any]:
    """The properties that are present, by field: texts, and tuples of texts for `alternates` and `tags`."""
    values: dict[str, Any] = {}
    for field, names in _PROPERTIES.items():
        items = [_plain(item) for name in names[:1] for item in given.get(name, ())]
        for name in names[1:]:
            items = items or [_plain(item) for item in given.get(name, ())]
        if field == "tags":
            items = [tag for item in items for tag in item.split(",")]
        items = [item.strip() for item in items if item.strip()]
        if items:
            values[field] = tuple(items) if field in ("alternates", "tags") else items[0]
    if "source" in values:
        label, url = split_source(values["source"])
        values |= {"source": label, "url": values.get("url") or url}
    return values


def _plain(value: object) -> str:
    """A JSON-LD value as text. For an object, such as an Organization, its name and address."""
    if isinstance(value, dict):
        parts = [value.get("name"), value.get("url") or value.get("@id")]
        return " ".join(part for part in parts if isinstance(part, str))
    if isinstance(value, str | int) and not isinstance(value, bool):
        return " ".join("".join(text.text for text in parse_html(str(value)).texts()).split())
    return ""


def _add(page: PageReading, question: Mapping[str, Any], lang: str, line: int) -> None:
    fields = _fields(question, lang)
    reading = FieldReading(page.file)
    lists = {name: list(fields.get(name, ())) for name in ("alternates", "tags")}
    reading.add({**fields, **lists}, line)
    content = reading.taken()
    page.add_content(content)


def _is_of(element: Element, kind: str) -> bool:
    return "itemscope" in element.attributes and element.attributes.get("itemtype", "").rstrip("/").endswith(f"/{kind}")


def _collect(element: Element, properties: dict[str, list[Element]]) -> None:
    """The properties of the item `element`, without those of nested items."""
    for child in element.children:
        if isinstance(child, Element):
            for name in child.attributes.get("itemprop", "").split():
                properties.setdefault(name, []).append(child)
            if "itemscope" not in child.attributes:
                _collect(child, properties)


def _texts_of(answer: Element) -> list[Element | Text]:
    inner: dict[str, list[Element]] = {}
    _collect(answer, inner)
    return [node for text in inner.get("text", [answer]) for node in text.children]


def _value(page: PageReading, element: Element) -> str:
    words = page.words(element)
    for name in ("content", "datetime"):
        if name in element.attributes:
            return element.attributes[name]
    address = element.attributes.get("href", "")
    return f"{words} {address}".strip() if "citation" in element.attributes.get("itemprop", "") else address or words
