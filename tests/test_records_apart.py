"""Entries in data that are kept in other ways than as a list of objects, and what in data is none."""

import json
from typing import Any

import pytest

from chatbot.content.ledger import Content, joined
from chatbot.content.parser import parse

PAIRS = [("May I bring a kettle?", "Only a small one."), ("Why is that?", "Big ones hiss.")]


def read(text: str, name: str = "faq.json") -> Content:
    return joined(parse(name, text.encode()))


def pairs(content: Content) -> list[tuple[str, str]]:
    return [(entry.question, entry.answer) for entry in content.entries]


SHAPES: dict[str, Any] = {
    "flat ways": {f"faq.items.{n}.{name}": text for n, pair in enumerate(PAIRS)
                  for name, text in zip(("question", "answer"), pair, strict=True)} | {"nav.home": "Home"},
    "flat ways in another language": {f"hilfe/{n}/{name}": text for n, pair in enumerate(PAIRS)
                                      for name, text in zip(("frage", "antwort"), pair, strict=True)},
    "flat ways with numbers": {f"faq.{name}{n}": text for n, pair in enumerate(PAIRS, 1)
                               for name, text in zip("qa", pair, strict=True)} | {"faq.title": "FAQ"},
    "flat titles": {f"help-{n}-{name}": text for n, pair in enumerate(PAIRS)
                    for name, text in zip(("title", "text"), pair, strict=True)} | {"nav-title": "x", "nav-text": "y"},
    "objects with numbers": {"faq": {"heading": "FAQ", **{f"item_{n}": {"title": q, "text": a}
                                                          for n, (q, a) in enumerate(PAIRS)}}},
    "objects with names": {"faq": {name: {"title": q, "text": a} for name, (q, a) in zip("xy", PAIRS, strict=True)}},
    "JSON:API": {"data": [{"type": "node--faq", "id": str(n), "attributes": {
        "title": q, "status": True, "body": {"value": f"<p>{a}</p>", "processed": f"<p>{a}</p>", "summary": ""}}}
        for n, (q, a) in enumerate(PAIRS)]},
    "escaped HTML": [{"question": q, "answer": f"&lt;p class=&quot;x&quot;&gt;{a}&lt;/p&gt;"} for q, a in PAIRS],
    "escaped lines": [{"question": f"&lt;p&gt;{q}&lt;/p&gt;",
                       "answer": f"&lt;div&gt;{a}&lt;br /&gt;"} for q, a in PAIRS],
    "a question in a question": {"question": PAIRS[0][0], "answer": PAIRS[0][1],
                                 "children": [{"question": PAIRS[1][0], "answer": PAIRS[1][1], "children": []}]},
    "under a name of one's own": [{"q": PAIRS[0][0], "a": PAIRS[0][1], "folgefragen": [
        {"q": PAIRS[1][0], "a": PAIRS[1][1]}]}],
    "a title above an article": {"pages": [{"title": PAIRS[0][0], "body": PAIRS[0][1], "articles": [
        {"title": PAIRS[1][0], "body": PAIRS[1][1]}]}]},
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_entries_are_found_wherever_they_stand(shape: str) -> None:
    content = read(json.dumps(SHAPES[shape], indent=1))
    assert pairs(content) == PAIRS
    assert not content.errors


def test_what_only_looks_like_such_data_is_left_as_it_is() -> None:
    code = "&lt;p&gt; makes a paragraph."
    assert pairs(read(json.dumps([{"question": "What is it?", "answer": code}]))) == [("What is it?", code)]
    other = read(json.dumps({"nav.home": "Home", "nav.about": "About", "footer.question": "Any questions?"}))
    assert not other.entries
    assert other.errors
    card = {"title": "Shop", "text": "We sell."}
    assert not read(json.dumps({"home": {"hero": card, "offer": card | {"title": "Sale"}}})).entries


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("faq.csv", "question,answer\n{{ f.q }},{{ f.a }}\nMay I?,{% include x %}\n"),
        ("faq.json", '[{"question": "<%= q %>", "answer": "<%= a %>"},\n {"question": "May I?", "answer": "${a}"}]'),
        ("faq.yml", '- question: "{{ f.q }}"\n  answer: "{{ f.a }}"\n- q: May I?\n  a: "{{ f.a | markdownify }}"\n'),
    ],
)
def test_templates_in_data_are_no_entries_and_are_named(name: str, text: str) -> None:
    content = read(text, name)
    assert not content.entries
    assert [problem.severity for problem in content.problems if problem.rule == "template"] == ["warning"]
    mixed = read('[{"question": "May I?", "answer": "Your order {{ id }} is on its way."}]')
    assert pairs(mixed) == [("May I?", "Your order {{ id }} is on its way.")]


@pytest.mark.parametrize(
    "front",
    [
        '[[faqs]]\nquestion = "{}"\nanswer = "{}"\n\n[[faqs]]\nquestion = "{}"\nanswer = """\n{}"""\n[menu]\nx = "x"',
        '[[params.faqs]]\nq = "{}"\na = "{}"\n[[params.faqs]]\nq = "{}"\na = "{}"',
        'faqs = [\n  {{ question = "{}", answer = "{}" }},\n  {{ question = "{}", answer = "{}" }},\n]\ndraft = false',
        '[[fragen]]\nfrage = "{}"\nantwort = "{}"\n[[fragen]]\nfrage = "{}"\nantwort = "{}"\n[[menu]]\nname = "x"',
    ],
)
def test_lists_in_front_matter_of_toml_are_entries(front: str) -> None:
    said = front.format(*(text for pair in PAIRS for text in pair))
    content = read(f'+++\ntitle = "Help"\n{said}\n+++\n\n## Is it far?\n\nNo.\n', "faq.md")
    assert sorted(pairs(content)) == sorted([*PAIRS, ("Is it far?", "No.")])
    assert not content.errors
    first = next(entry for entry in content.entries if entry.question == PAIRS[0][0])
    assert first.line in (3, 4)
    assert not any(line.role == "dropped" and "kettle" in line.text for line in content.ledger)


def test_front_matter_of_toml_that_is_broken_or_lists_other_things_is_passed_over() -> None:
    for front in ('[[faqs]]\nquestion = "Why?\n', '[[menu]]\nname = "Home"\nurl = "/"\n'):
        content = read(f"+++\n{front}+++\n\n## Is it far?\n\nNo.\n", "faq.md")
        assert pairs(content) == [("Is it far?", "No.")]
