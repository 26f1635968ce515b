"""Entries in the shapes in which programs export them, in JSON and in YAML."""

import json
from typing import Any

import pytest

from chatbot.content.ledger import Content
from chatbot.content.readers.records import read_json, read_jsonl
from chatbot.content.readers.yaml_records import read_yaml

PAIRS = [("May I bring a kettle?", "Only a small one."), ("Why is that?", "Big ones hiss.")]
LIST = [{"question": q, "answer": a} for q, a in PAIRS]
SHAPES: dict[str, Any] = {
    "under a key": {"faqs": LIST},
    "under keys": {"meta": {"title": "Tea", "description": "All"}, "data": {"items": LIST}},
    "sections": {"Kettles": LIST[:1], "Reasons": LIST[1:]},
    "sections with titles": {"sections": [{"title": "Kettles", "questions": LIST[:1]}, {"name": "R", "faq": LIST[1:]}]},
    "an object of questions": dict(PAIRS),
    "an object of objects": {q: {"answer": a, "category": "tea"} for q, a in PAIRS},
    "an object in sections": {"Kettles": dict(PAIRS[:1]), "Reasons": dict(PAIRS[1:])},
    "pairs": [list(pair) for pair in PAIRS],
    "rows below names": [["Nr", "Frage", "Antwort"], *([n, *pair] for n, pair in enumerate(PAIRS))],
    "other names": [{"Prompt": q, "Completion": a} for q, a in PAIRS],
    "articles": {"count": 2, "articles": [{"title": q, "body": f"<p>{a}</p>"} for q, a in PAIRS]},
    "intents": {"intents": [{"tag": "t", "patterns": [q], "responses": [a]} for q, a in PAIRS]},
    "a knowledge base": {"qnaList": [{"id": n, "answer": a, "questions": [q]} for n, (q, a) in enumerate(PAIRS)]},
    "schema.org": {"@type": "FAQPage", "mainEntity": [{"name": q, "acceptedAnswer": {"text": a}} for q, a in PAIRS]},
    "chats": [{"messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": q},
                            {"role": "assistant", "content": a}]} for q, a in PAIRS],
    "other chats": [{"conversations": [{"from": "human", "value": q}, {"from": "gpt", "value": a}]} for q, a in PAIRS],
}  # fmt: skip


def asked(content: Content) -> list[tuple[str, str]]:
    return [(entry.question, entry.answer) for entry in content.entries]


@pytest.mark.parametrize("shape", SHAPES)
def test_both_entries_come_out_of_every_shape(shape: str) -> None:
    content = read_json("f.json", json.dumps(SHAPES[shape], indent=1))
    assert asked(content) == PAIRS
    assert not content.errors
    lines = json.dumps(SHAPES[shape], indent=1).split("\n")
    for entry, (question, _) in zip(content.entries, PAIRS, strict=True):
        near = range(entry.line - 1, entry.line + 10)
        assert any(json.dumps(question) in lines[at] for at in near if at < len(lines)), entry.line


@pytest.mark.parametrize("shape", SHAPES)
def test_yaml_says_the_same(shape: str) -> None:
    """Every JSON is YAML."""
    content = read_yaml("f.yaml", json.dumps(SHAPES[shape], indent=1))
    assert asked(content) == PAIRS
    assert not content.errors


def test_the_name_of_a_section_is_a_tag() -> None:
    for shape in ("sections", "sections with titles", "an object in sections"):
        assert read_json("f", json.dumps(SHAPES[shape])).entries[0].tags == ("Kettles",)


def test_lines_of_jsonl_are_entries_of_any_kind() -> None:
    lines = [SHAPES["chats"][0], {"prompt": "Who?", "completion": "We."}, {"title": "Where?", "body": "There."}]
    content = read_jsonl("f", "\n".join(map(json.dumps, lines)))
    assert [(entry.question, entry.line) for entry in content.entries] == [(PAIRS[0][0], 1), ("Who?", 2), ("Where?", 3)]


def test_only_the_first_turn_of_a_chat_stands_alone() -> None:
    turns = [
        {"role": role, "content": text}
        for role, text in zip("user assistant user assistant".split(), "abcd", strict=True)
    ]
    content = read_json("f", json.dumps([{"messages": turns}]))
    assert asked(content) == [("a", "b")]
    assert [problem.rule for problem in content.problems] == ["further-turns"]


def test_an_article_of_a_help_desk() -> None:
    articles = [
        {"id": 11, "title": "May I?", "body": "<p>Yes, <em>do</em>.</p>", "html_url": "https://a.example/11",
         "locale": "en-us", "draft": False, "label_names": ["tea"], "vote_sum": 3},
        {"id": 12, "title": "Why?", "body": "<p>So.</p>", "locale": "en-us", "draft": True},
        {"id": 13, "title": "Who?", "body": "<p>We.</p>", "status": "Archived"},
    ]  # fmt: skip
    more = {"sections": [{"name": "Tea", "description": "All about it"}], "users": [{"name": "B", "description": "C"}]}
    content = read_json("f", json.dumps({"articles": articles, **more}, indent=1))
    [entry] = content.entries
    assert (entry.id, entry.answer, entry.url) == ("11", "Yes, *do*.", "https://a.example/11")
    assert (entry.lang, entry.tags) == ("en-us", ("tea",))
    assert sorted(problem.rule for problem in content.problems) == ["draft", "not-read", "unused-field"]
    assert {line.reason for line in content.dropped} >= {'"draft" says that it is not published'}


def test_intents_have_wordings_and_one_answer() -> None:
    intents = [
        {"tag": "tea", "patterns": ["Is there tea?", "tea"], "responses": ["Yes.", "Sure."], "context": [""]},
        {"tag": "none", "patterns": [], "responses": ["Sorry."]},
    ]
    content = read_json("f", json.dumps({"intents": intents}, indent=1))
    [entry] = content.entries
    assert (entry.question, entry.alternates, entry.answer, entry.tags) == ("Is there tea?", ("tea",), "Yes.", ("tea",))
    assert sorted(p.rule for p in content.problems) == ["further-answers", "no-phrasing", "unused-field"]
    assert not content.errors


def test_languages_by_suffix_and_by_key() -> None:
    by_suffix = [{"id": 1, "question_en": "Why?", "question_ar": "لماذا؟", "answer_en": "So.", "answer_ar": "هكذا."}]
    by_key = {"en": [{"q": "Why?", "a": "So."}], "ar": [{"q": "لماذا؟", "a": "هكذا."}]}
    for shape in (by_suffix, by_key):
        found = [(entry.question, entry.lang) for entry in read_json("f", json.dumps(shape)).entries]
        assert found == [("Why?", "en"), ("لماذا؟", "ar")]


def test_objects_that_mean_nothing_are_one_finding_with_the_lines_for_the_settings() -> None:
    text = json.dumps([{"nr": n, "xkey": f"Why {n}?", "zzz": f"So {n}."} for n in range(9)], indent=1)
    [problem] = read_json("f", text).problems
    assert (problem.line, problem.rule) == (2, "no-columns")
    assert '[columns]\nquestion = "xkey"\nanswer = "zzz"\n' in problem.message
