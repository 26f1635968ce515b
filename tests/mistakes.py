"""What editors do to a file without meaning to, and on which lines it can be seen."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chatbot.core.types import Entry
from tests.formats import WRITERS

TOPICS = "cat dog fish hamster parrot turtle rabbit snake".split()
ENTRIES = [
    Entry(
        "",
        f"How do I look after a {topic} of my own?",
        f"Give the {topic} caf\u00e9 food, twice.\n\nMore on {topic} care: [guide](https://{topic}.example/care).",
        alternates=(f"{topic} care for beginners",),
        tags=(topic,),
        lang="en",
        source=f"The {topic} club",
        reviewed="2026-01-31",
    )
    for topic in TOPICS
]


@dataclass(frozen=True)
class Mistake:
    name: str
    file: str
    data: bytes
    lines: range  # where it may be named: the line itself, or the entry around it


Spoil = Callable[[str, random.Random], tuple[str, int]]  # text -> (text, line)


def _on_line(pattern: str, replacement: str) -> Spoil:
    """Replaces one match of `pattern`, picked by chance."""

    def spoil(text: str, chance: random.Random) -> tuple[str, int]:
        found = chance.choice(list(re.finditer(pattern, text, re.MULTILINE)))
        changed = text[: found.start()] + found.expand(replacement) + text[found.end() :]
        return changed, text.count("\n", 0, found.start()) + 1

    return spoil


_COMMON: dict[str, Spoil] = {
    "mojibake": _on_line("caf\u00e9", "caf\u00c3\u00a9"),
    "no date": _on_line("2026-01-31", "31.1.2026"),
    "date of no day": _on_line("2026-01-31", "2026-02-30"),
    "link without scheme": _on_line(r"https://(\w+)\.example/care", r"www.\1.example/care"),
    "link with a slip": _on_line(r"https://(\w+)\.example/care", r"htps://\1.example/care"),
    "relative link": _on_line(r"https://(\w+)\.example/care", r"/care"),
    "script as a link": _on_line(r"https://(\w+)\.example/care", r"javascript:alert(1)"),
    "question twice": _on_line(r"after a (dog|fish|hamster|parrot) of", "after a turtle of"),
}
_TABLE: dict[str, Spoil] = {
    **_COMMON,
    "quote not closed": _on_line(r'example/care\)\."', "example/care)."),
    "quote not opened": _on_line(r',"Give', ",Give"),
    "quote inside of a cell": _on_line(r"food, twice", 'food, "twice"'),
    "comma in a cell": _on_line(r"^,How do", ",Well, how do"),
    "cell missing": _on_line(r",en,", ","),
    "column missing": _on_line(r"^id,question,answer", "id,question,anwser"),
    "column misspelt": _on_line(r",alternates,", ",alterantes,"),
    "question missing": _on_line(r"^,How do I look after a \w+ of my own\?", ","),
}
_JSON: dict[str, Spoil] = {
    **_COMMON,
    "comma missing": _on_line(r'"lang": "en",', '"lang": "en"'),
    "comma too many": _on_line(r'"2026-01-31"$', '"2026-01-31",'),
    "quote missing": _on_line(r'"lang": "en"', '"lang": "en'),
    "key twice": _on_line(r'"lang": "en"', '"lang": "en", "lang": "de"'),
    "field misspelt": _on_line(r'"answer":', '"anwser":'),
    "question misspelt": _on_line(r'"question":', '"quesion":'),
    "other quotes": _on_line(r'"lang": "en"', "'lang': 'en'"),
    "no list": _on_line(r'"lang": "en"', '"lang": ["en"]'),
    "line break in a text": _on_line(r"food, twice", "food,\ntwice"),
    "not a number": _on_line(r'"lang": "en"', '"lang": NaN'),
}
_MARKDOWN: dict[str, Spoil] = {
    **_COMMON,
    "blank behind # missing": _on_line(r"^## How", "##How"),
    "# missing": _on_line(r"^## How", "How"),
    "front matter not closed": _on_line(r"\A---\nlang: en\n---", "---\nlang: en"),
    "key misspelt in front matter": _on_line(r"\A---\nlang: en", "---\nlange: en"),
    "key misspelt": _on_line(r"^Reviewed:", "Reviewd:"),
    "list misspelt": _on_line(r"^Also asked:", "Also askd:"),
    "list without items": _on_line(r"^- (\w+) care for beginners", r"\1 care for beginners"),
    "code not closed": _on_line(r"^Give", "```\nGive"),
    "comment not closed": _on_line(r"^Give", "<!-- todo\nGive"),
    "answer missing": _on_line(r"^Give[^\n]*\n\n[^\n]*\n", ""),
    "picture": _on_line(r"\[guide\]", "![guide]"),
}
_HTML: dict[str, Spoil] = {
    **{name: spoil for name, spoil in _COMMON.items() if name != "date of no day"},
    "summary not closed": _on_line(r"</summary>", ""),
    "question missing": _on_line(r"<summary>[^<]*", "<summary>"),
    "quote of an attribute missing": _on_line(r'care">guide', "care>guide"),
    "answer missing": _on_line(r"<p>Give[^\n]*\n[^\n]*\n", ""),
    "key misspelt": _on_line(r"Reviewed:", "Reviewd:"),
    "list misspelt": _on_line(r"Also asked:", "Also askd:"),
    "picture": _on_line(r"<p>Give", '<p><img src="https://x.example/x.png">Give'),
}
_TEXT: dict[str, Spoil] = {
    "mojibake": _COMMON["mojibake"],
    "question twice": _COMMON["question twice"],
    "answer missing": _on_line(r"^Give[^\n]*\n\n[^\n]*\n", ""),
}
KINDS = {
    "comma.csv": _TABLE,
    "faq.json": _JSON,
    "faq.jsonl": {name: spoil for name, spoil in _JSON.items() if name != "comma too many"},
    "faq.md": _MARKDOWN,
    "details.html": _HTML,
    "faq.txt": _TEXT,
}


def _written(file: str) -> str:
    if file == "faq.txt":
        return "\n\n".join(f"{entry.question}\n{entry.answer}" for entry in ENTRIES)
    if file == "details.html":
        return _page()
    return WRITERS[file](ENTRIES).decode("utf-8-sig").replace("\r\n", "\n").replace("\\u00e9", "\u00e9")


def _page() -> str:
    parts = []
    for entry, topic in zip(ENTRIES, TOPICS, strict=True):
        parts.append(
            f"<details>\n<summary>{entry.question}</summary>\n"
            f"<p>Also asked:</p>\n<ul><li>{entry.alternates[0]}</li></ul>\n"
            f'<p>Give the {topic} caf\u00e9 food, twice.</p>\n<p>More on {topic} care: <a href="https://{topic}.example/care">'
            f"guide</a>.</p>\n<p>Source: {entry.source}<br>\nReviewed: 2026-01-31</p>\n</details>"
        )
    return "<!doctype html>\n<html lang=en>\n<title>Pets</title>\n" + "\n".join(parts) + "\n"


def mistakes(count: int, seed: int) -> Iterator[Mistake]:
    """So many, every kind of each format in turn, at places picked by chance."""
    chance = random.Random(seed)
    kinds = [(file, name) for file, spoils in KINDS.items() for name in spoils]
    encodings = [(file, "saved in another encoding") for file in KINDS]
    for file, name in (sorted([*kinds, *encodings] * (count // len(kinds) + 1), key=lambda _: chance.random()))[:count]:
        text = _written(file)
        if name == "saved in another encoding":
            line = text[: text.index("\u00e9")].count("\n") + 1
            yield Mistake(name, file, text.encode("cp1252"), range(line, line + 1))
            continue
        spoilt, line = KINDS[file][name](text, chance)
        yield Mistake(name, file, spoilt.encode(), range(max(line - 4, 1), line + 3))
