"""The same five entries, written in every format of a corpus."""

import csv
import html
import io
import json
from collections.abc import Callable, Sequence

import openpyxl

from chatbot.core.text import slug
from chatbot.core.types import Entry

ENTRIES = (
    Entry(
        "cat-food",
        "How often should I feed my cat?",
        "Twice a day:\n\n- in the morning\n- in the evening\n\nMore is in [the guide](https://vet.example/guide).",
        alternates=("When does a cat eat?", "Is once a day enough for a cat?"),
        tags=("cats", "food"),
        lang="en",
        source="The vet",
        url="https://vet.example/cats",
        reviewed="2026-01-31",
    ),
    Entry(
        "may-dogs-eat-chocolate",
        "May dogs eat chocolate?",
        "No, it is **poisonous**.\n\n1. Call your vet.\n2. Keep the wrapper, 5 * 3 g of it say.",
        alternates=("Is chocolate bad for dogs?",),
        tags=("dogs",),
        lang="en",
        source="Kennel Club",
        reviewed="2026-02-28",
        review_by="2099-02-28",
    ),
    Entry(
        "was-fressen-hamster",
        "Was fressen Hamster?",
        "K\u00f6rner, \u201eGr\u00fcnes\u201c und *etwas* Eiwei\u00df.",
        lang="de",
    ),
    Entry("how-long-do-hamsters-live", "How long do hamsters live?", "", lang="en"),
    Entry(
        "what-do-goldfish-eat",
        "What do goldfish eat?",
        "| food | how often |\n| --- | --- |\n| flakes | daily |\n| peas | once a week |",
        tags=("fish",),
        lang="en",
    ),
)
_FIELDS = ("id", "question", "answer", "alternates", "tags", "lang", "source", "url", "reviewed", "review_by")


def _values(entry: Entry) -> dict[str, object]:
    """Its fields that are not empty; the id only where it does not follow from the question."""
    values = {name: getattr(entry, name) for name in _FIELDS}
    if entry.id == slug(entry.question):
        del values["id"]
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items() if value}


def _cells(entry: Entry) -> list[str]:
    values = _values(entry)
    lists = {"alternates": "\n", "tags": ", "}
    return [lists[f].join(values.get(f, ())) if f in lists else str(values.get(f, "")) for f in _FIELDS]  # type: ignore


def _metadata(entry: Entry) -> list[str]:
    """As `Key: value` lines; the address of a source stands in the same line."""
    values = _values(entry)
    source = f"{entry.source} <{entry.url}>" if entry.url else entry.source
    named = {"Source": source, "Tags": ", ".join(entry.tags), "Reviewed": entry.reviewed}
    named |= {"Review by": entry.review_by, "Lang": entry.lang.replace("en", ""), "Id": str(values.get("id", ""))}
    return [f"{key}: {value}" for key, value in named.items() if value]


def markdown(entries: Sequence[Entry]) -> bytes:
    page = ["---", "lang: en", "---", "", "# Pets", ""]
    for entry in entries:
        asked = ["Also asked:", "", *(f"- {wording}" for wording in entry.alternates), ""] if entry.alternates else []
        page += [f"## {entry.question}", "", *asked, entry.answer, "", *_metadata(entry), ""]
    return "\n".join(page).encode()


def _table(separator: str) -> Callable[[Sequence[Entry]], bytes]:
    def written(entries: Sequence[Entry]) -> bytes:
        file = io.StringIO()
        rows = csv.writer(file, delimiter=separator)
        rows.writerow(_FIELDS)
        rows.writerows(map(_cells, entries))
        return file.getvalue().encode("utf-8-sig")

    return written


def workbook(entries: Sequence[Entry]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [["Question", "Answer", *(f.replace("_", " ") for f in _FIELDS if f not in ("question", "answer"))]]:
        sheet.append(row)
    for entry in entries:
        cells = dict(zip(_FIELDS, _cells(entry), strict=True))
        sheet.append([cells.pop("question"), cells.pop("answer"), *cells.values()])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def json_list(entries: Sequence[Entry]) -> bytes:
    return json.dumps([_values(entry) for entry in entries], indent=2, ensure_ascii=False).encode()


def yaml_list(entries: Sequence[Entry]) -> bytes:
    """As an editor writes it: texts of several lines as blocks, lists one item a line."""
    lines = ["# Pets", "faqs:"]
    for entry in entries:
        values = _values(entry)
        for at, (name, value) in enumerate(values.items()):
            before = "  - " if at == 0 else "    "
            if isinstance(value, list):
                lines += [f"{before}{name}:", *(f"      - {json.dumps(item)}" for item in value)]
            elif "\n" in str(value):
                lines += [f"{before}{name}: |", *(f"      {line}".rstrip() for line in str(value).split("\n"))]
            else:
                lines.append(f"{before}{name}: {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines).encode()


def json_lines(entries: Sequence[Entry]) -> bytes:
    return "\n".join(json.dumps(_values(entry)) for entry in entries).encode()


# The answers as the HTML that an editor of a site would write.
_HTML_ANSWERS = {
    "cat-food": "<p>Twice a day:</p>\n<ul><li>in the morning</li><li>in the\n evening</li></ul>\n"
    '<p>More is in <a href="https://vet.example/guide" class="x">the guide</a>.</p>',
    "may-dogs-eat-chocolate": "<p>No, it is <b>poisonous</b>.\n<ol>\n<li>Call your vet.\n<li>Keep the wrapper, "
    "5 * 3 g of it say.\n</ol>",
    "was-fressen-hamster": "<p>K&ouml;rner, &bdquo;Gr&uuml;nes&ldquo; und <em>etwas</em> Eiwei&szlig;.</p>",
    "how-long-do-hamsters-live": "",
    "what-do-goldfish-eat": "<table><thead><tr><th>food<th>how often<tbody>\n<tr><td>flakes</td><td>daily</td></tr>"
    "<tr><td>peas<td>once a week</table>",
}


def _html_body(entry: Entry) -> str:
    asked = "".join(f"<li>{html.escape(wording)}</li>\n" for wording in entry.alternates)
    also = f"<p>Also asked:</p>\n<ul>\n{asked}</ul>\n" if asked else ""
    facts = "<br>\n".join(html.escape(line) for line in _metadata(entry))
    return f"{also}{_HTML_ANSWERS[entry.id]}\n<p>{facts}</p>\n"


def _page(body: str, head: str = "") -> bytes:
    menu = "<nav><a href='/'>Home</a></nav>\n<script>track()</script>"
    top = f"<!doctype html>\n<html lang='en'>\n<head><title>Pets</title>{head}</head>"
    return f"{top}\n<body>{menu}\n{body}</body>".encode()


def details(entries: Sequence[Entry]) -> bytes:
    parts = [f"<details>\n<summary>{html.escape(e.question)}</summary>\n{_html_body(e)}</details>\n" for e in entries]
    return _page("<h1>Pets</h1>\n" + "".join(parts))


def definitions(entries: Sequence[Entry]) -> bytes:
    parts = [f"<dt>{html.escape(entry.question)}\n<dd>{_html_body(entry)}" for entry in entries]
    return _page("<dl>\n" + "".join(parts) + "</dl>\n")


def headings(entries: Sequence[Entry]) -> bytes:
    parts = [
        f"<div><h3><button>{html.escape(e.question)}</button></h3></div>\n<div>{_html_body(e)}</div>" for e in entries
    ]
    return _page("<main><h2>All about pets</h2>\n" + "\n".join(parts) + "</main>\n")


def bold_lines(entries: Sequence[Entry]) -> bytes:
    parts = [f"<p><strong>{html.escape(entry.question)}</strong></p>\n{_html_body(entry)}" for entry in entries]
    return _page("\n".join(parts))


def microdata(entries: Sequence[Entry]) -> bytes:
    parts = []
    for entry in entries:
        facts = {"alternateName": entry.alternates, "lastReviewed": [entry.reviewed], "expires": [entry.review_by]}
        facts |= {"keywords": [", ".join(entry.tags)], "citation": [entry.source], "url": [entry.url]}
        facts |= {"inLanguage": [entry.lang.replace("en", "")], "identifier": [str(_values(entry).get("id", ""))]}
        metas = "\n".join(
            f'<meta itemprop="{name}" content="{html.escape(item)}">'
            for name, items in facts.items()
            for item in items
            if item
        )
        parts.append(
            f'<div itemprop="mainEntity" itemscope itemtype="https://schema.org/Question">\n'
            f'<h3 itemprop="name">{html.escape(entry.question)}</h3>\n{metas}\n'
            f'<div itemprop="acceptedAnswer" itemscope itemtype="https://schema.org/Answer">\n'
            f'<div itemprop="text">{_HTML_ANSWERS[entry.id]}</div></div></div>\n'
        )
    return _page(f'<div itemscope itemtype="https://schema.org/FAQPage">{"".join(parts)}</div>')


def json_ld(entries: Sequence[Entry]) -> bytes:
    questions = []
    for entry in entries:
        facts = {"alternateName": list(entry.alternates), "lastReviewed": entry.reviewed, "expires": entry.review_by}
        facts |= {"keywords": ", ".join(entry.tags), "citation": {"name": entry.source, "url": entry.url}}
        facts |= {"inLanguage": entry.lang.replace("en", ""), "identifier": str(_values(entry).get("id", ""))}
        answer = {"@type": "Answer", "text": _HTML_ANSWERS[entry.id]}
        name = html.escape(entry.question)
        questions.append({"@type": "Question", "name": name, "acceptedAnswer": answer, **facts})
    data = {"@graph": [{"@type": "WebPage"}, {"@type": "FAQPage", "mainEntity": questions}]}
    script = f'<script type="application/ld+json">\n{json.dumps(data, indent=1)}\n</script>'
    return _page("<h2>How often should I feed my cat?</h2>\n<p>Twice.</p>", script)


WRITERS: dict[str, Callable[[Sequence[Entry]], bytes]] = {
    "faq.md": markdown,
    "comma.csv": _table(","),
    "semicolon.csv": _table(";"),
    "faq.tsv": _table("\t"),
    "faq.xlsx": workbook,
    "faq.json": json_list,
    "faq.jsonl": json_lines,
    "faq.yaml": yaml_list,
    "faq.yml": yaml_list,
    "details.html": details,
    "definitions.html": definitions,
    "headings.html": headings,
    "bold.html": bold_lines,
    "microdata.html": microdata,
    "json-ld.html": json_ld,
}
