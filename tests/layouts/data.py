"""FAQ as exported: tables, JSON, YAML."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from random import Random
from typing import Any

import openpyxl
import yaml

from tests.furniture import Furniture
from tests.layouts import web
from tests.layouts.bank import Pair
from tests.layouts.layout import Layout

_COLUMNS = (
    ("question", "answer"),
    ("Questions", "Answers"),
    ("id", "category", "query", "response"),
    ("Prompt", "Completion"),
    ("No.", "Question", "Answer", "Last updated", "Views"),
    ("Frage", "Antwort", "Thema"),
    ("Pregunta", "Respuesta"),
    ("Active", "FAQ question", "FAQ answer"),
    ("title", "body"),
)
_ASKS = ("quest", "query", "prompt", "frage", "pregunta", "title")
_SAYS = ("answer", "response", "completion", "antwort", "respuesta", "body")


def _cell(column: str, at: int, pair: Pair, is_wrong: bool) -> str:
    """What stands in a column; where it is wrong there is no question."""
    name = column.lower()
    if any(part in name for part in _ASKS):
        return "" if is_wrong else pair.question
    if any(part in name for part in _SAYS):
        return pair.markdown
    others = {"id": f"a-{at:03}", "no.": str(at + 1), "category": "general", "thema": "Allgemein", "active": "yes"}
    return others.get(name, "2024-03-01" if "updated" in name else str(17 * at))


def _rows(pairs: Sequence[Pair], columns: Sequence[str], numbers: AbstractSet[int]) -> list[list[str]]:
    return [[_cell(column, at, pair, at in numbers) for column in columns] for at, pair in enumerate(pairs)]


def comma(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    file = io.StringIO()
    columns = rng.choice(_COLUMNS)
    rows = csv.writer(file, delimiter=rng.choice(",;"), quoting=rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)))
    rows.writerows([columns, *_rows(pairs, columns, numbers)])
    return "faq.csv", file.getvalue().encode(rng.choice(("utf-8", "utf-8-sig")))


def bare_tsv(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    """Without a row that names the columns."""
    file = io.StringIO()
    csv.writer(file, delimiter="\t").writerows(_rows(pairs, ("question", "answer"), numbers))
    return "faq.tsv", file.getvalue().encode()


def workbook(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    columns = rng.choice(_COLUMNS)
    for row in [columns, *_rows(pairs, columns, numbers)]:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return "faq.xlsx", file.getvalue()


def _json(value: object, rng: Random) -> bytes:
    return json.dumps(value, indent=rng.choice((None, 1, 4)), ensure_ascii=rng.random() < 0.5).encode()


def _objects(
    pairs: Sequence[Pair], numbers: AbstractSet[int], ask: str = "question", answer: str = "answer"
) -> list[Any]:
    asked = [f"{ask}1" if at in numbers else ask for at in range(len(pairs))]
    return [{asked[at]: pair.question, answer: pair.markdown} for at, pair in enumerate(pairs)]


def below_key(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    names = rng.choice((("question", "answer"), ("q", "a"), ("prompt", "completion")))
    value = {
        "version": 2,
        "lang": "en",
        rng.choice(("faqs", "data", "items", "questions")): _objects(pairs, numbers, *names),
    }
    return "faq.json", _json(value, rng)


def in_sections(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    found = _objects(pairs, numbers)
    size = -(-len(found) // 4)
    titles = ("Time", "Place", "Money", "Rest")
    sections = [{"title": title, "items": found[at * size :][:size]} for at, title in enumerate(titles)]
    return "faq.json", _json({"sections": sections}, rng)


def articles(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    """Of a help desk: the answers are HTML."""
    found = [
        {
            "id": 4000 + at,
            ("titel" if at in numbers else "title"): pair.question,
            "body": web.answer(pair),
            "html_url": f"https://help.mill.example/articles/{4000 + at}",
            "locale": "en-us",
            "draft": False,
        }
        for at, pair in enumerate(pairs)
    ]
    return "faq.json", _json({"articles": found, "count": len(found), "next_page": None}, rng)


def intents(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    found = [
        {"tag": f"t{at}", ("pattern" if at in numbers else "patterns"): [pair.question], "responses": [pair.markdown]}
        for at, pair in enumerate(pairs)
    ]
    return "intents.json", _json({"intents": found}, rng)


def messages(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    system = [{"role": "system", "content": "Be brief."}] * rng.randrange(2)
    found = []
    for at, pair in enumerate(pairs):
        asked = {"role": "usr" if at in numbers else "user", "content": pair.question}
        found.append({"messages": [*system, asked, {"role": "assistant", "content": pair.markdown}]})
    return "faq.jsonl", "\n".join(json.dumps(record) for record in found).encode()


def _yaml(value: object) -> bytes:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=70).encode()


def yaml_list(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    found = _objects(pairs, numbers, *rng.choice((("question", "answer"), ("q", "a"), ("title", "content"))))
    value: object = {"title": "FAQ", rng.choice(("faqs", "items", "list")): found} if rng.random() < 0.7 else found
    return rng.choice(("faq.yaml", "faq.yml")), _yaml(value)


def yaml_sections(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    found = _objects(pairs, numbers)
    size = -(-len(found) // 3)
    return "faq.yml", _yaml(
        {name: found[at * size :][:size] for at, name in enumerate(("Tickets", "On board", "Other"))}
    )


def _exported(write: Callable[..., tuple[str, bytes]], broken: str) -> Layout:
    return Layout(write, broken, statements=True)


LAYOUTS: dict[str, Layout] = {
    "csv": _exported(comma, "an empty cell for the question"),
    "tsv without header": Layout(bare_tsv, "an empty cell for the question"),
    "xlsx": _exported(workbook, "an empty cell for the question"),
    "json below a key": _exported(below_key, "a misspelt key"),
    "json in sections": _exported(in_sections, "a misspelt key"),
    "json articles": _exported(articles, "a misspelt key"),
    "json intents": _exported(intents, "a misspelt key"),
    "jsonl messages": _exported(messages, "a misspelt role"),
    "yaml list": _exported(yaml_list, "a misspelt key"),
    "yaml sections": _exported(yaml_sections, "a misspelt key"),
}
