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
    "WordPress": [{"id": n, "status": "publish", "title": {"rendered": q}, "content": {"rendered": f"<p>{a}</p>"},
                   "categories": [4], "author": 7} for n, (q, a) in enumerate(PAIRS)],
    "posts": [{"ID": "1", "post_title": q, "post_content": a, "post_status": "publish"} for q, a in PAIRS],
    "Help Scout": {"articles": {"page": 1, "items": [{"id": "52", "status": "ok", "name": q, "text": f"<p>{a}</p>"}
                                                     for q, a in PAIRS]}},
    "Contentful": {"items": [{"sys": {"type": "Entry"}, "fields": {"question": {"en-US": q}, "answer": {"en-US": a}}}
                             for q, a in PAIRS], "locales": [{"code": "en-US", "name": "English (United States)"}]},
    "rich text": [{"sys": {"id": "x"}, "fields": {"question": q, "answer": {"nodeType": "document", "content": [
        {"nodeType": "paragraph", "content": [{"nodeType": "text", "value": a, "marks": []}]}]}}} for q, a in PAIRS],
    "portable text": [{"_type": "faq", "question": q, "answer": [
        {"_type": "block", "style": "normal", "children": [{"_type": "span", "text": a[:4]}, {"_type": "span",
         "text": a[4:]}]}]} for q, a in PAIRS],
    "Strapi": {"data": [{"id": 1, "attributes": {"question": q, "answer": [
        {"type": "paragraph", "children": [{"type": "text", "text": a}]}]}} for q, a in PAIRS], "meta": {"page": 1}},
    "an editor's blocks": [{"question": q, "answer": {"time": 1, "blocks": [
        {"type": "paragraph", "data": {"text": a}}]}} for q, a in PAIRS],
    "edges": {"data": {"faqs": {"edges": [{"node": {"question": q, "answer": a}} for q, a in PAIRS]}}},
    "Dialogflow": {"intents": [{"displayName": "x", "trainingPhrases": [{"type": "EXAMPLE", "parts": [{"text": q}]}],
                                "messages": [{"text": {"text": [a]}}]} for q, a in PAIRS]},
    "Dialogflow of old": [{"name": "x", "userSays": [{"data": [{"text": q}]}],
                           "responses": [{"messages": [{"type": "0", "speech": [a]}], "speech": []}]}
                          for q, a in PAIRS],
    "Rasa": {"version": "3.1",
             "nlu": [{"intent": f"faq/{n}", "examples": f"- {q}\n"} for n, (q, _) in enumerate(PAIRS)],
             "responses": {f"utter_faq/{n}": [{"text": a}] for n, (_, a) in enumerate(PAIRS)}},
    "Rasa with rules": {"nlu": [{"intent": f"ask{n}", "examples": f"- {q}\n"} for n, (q, _) in enumerate(PAIRS)],
                        "rules": [{"rule": "r", "steps": [{"intent": f"ask{n}"}, {"action": f"utter_{n}"}]}
                                  for n in range(2)],
                        "responses": {f"utter_{n}": [{"text": a}] for n, (_, a) in enumerate(PAIRS)}},
    "paragraphs": [{"question": q, "answer": [a]} for q, a in PAIRS],
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
        assert any(question in lines[at] for at in near if at < len(lines)), entry.line


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


def test_an_answer_is_all_of_its_paragraphs_and_one_of_several_answers() -> None:
    told = [{"question": "A?", "answer": ["One.", "<p>Two <b>b</b>.</p>", "- x", "- y"]}]
    assert read_json("f", json.dumps(told)).entries[0].answer == "One.\n\nTwo **b**.\n\n- x\n- y"
    content = read_json("f", json.dumps([{"patterns": ["A?", "B?"], "responses": ["One.", "Two."]}]))
    assert [(e.question, e.alternates, e.answer) for e in content.entries] == [("A?", ("B?",), "One.")]
    assert [problem.rule for problem in content.problems] == ["further-answers"]


def test_each_language_of_a_field_makes_an_entry_and_so_do_translations() -> None:
    field = {"id": "k", "question": {"en": "Why?", "de-DE": "Warum?"}, "answer": {"en": "So.", "de-DE": "Darum."}}
    content = read_json("f", json.dumps([field]))
    assert [(e.id, e.lang, e.question, e.answer) for e in content.entries] == [
        ("k-en", "en", "Why?", "So."),
        ("k-de-DE", "de-DE", "Warum?", "Darum."),
    ]
    french = {"title": "Pourquoi ?", "body": "<p>Ainsi.</p>", "state": "published"}
    article = {"id": "7", "title": "Why?", "body": "<p>So.</p>", "translated_content": {"type": "x", "fr": french}}
    content = read_json("f", json.dumps({"type": "list", "data": [article]}))
    assert [(e.id, e.lang, e.question, e.answer) for e in content.entries] == [
        ("7", "", "Why?", "So."),
        ("7-fr", "fr", "Pourquoi ?", "Ainsi."),
    ]


def test_rich_text_keeps_lists_links_headings_and_code() -> None:
    blocks = [
        {"_type": "block", "style": "h3", "children": [{"_type": "span", "text": "Small"}]},
        {"_type": "block", "listItem": "bullet", "children": [{"_type": "span", "text": "one", "marks": ["strong"]}]},
        {"_type": "block", "listItem": "bullet", "children": [{"_type": "span", "text": "two", "marks": ["k"]}],
         "markDefs": [{"_key": "k", "href": "https://tea.example/"}]},
        {"_type": "code", "code": "x", "children": [{"_type": "span", "text": "a <b>\n  c"}]},
    ]  # fmt: skip
    content = read_json("f", json.dumps([{"question": "A?", "answer": blocks}]))
    assert content.entries[0].answer == (
        "### Small\n\n- **one**\n- [two](https://tea.example/)\n\n```\na <b>\n  c\n```"
    )
    draft = {"blocks": [{"key": "a", "type": "unstyled", "text": "See"}, {"type": "ordered-list-item", "text": "one"}]}
    doc = {
        "type": "doc",
        "content": [{"type": "heading", "attrs": {"level": 4}, "content": [{"type": "text", "text": "H"}]}],
    }
    told = [{"question": "A?", "answer": draft}, {"question": "B?", "answer": doc}]
    assert [entry.answer for entry in read_json("f", json.dumps(told)).entries] == ["See\n\n1. one", "#### H"]


def test_html_in_a_value_is_read_as_html_and_what_only_shows_is_named() -> None:
    told = [
        {
            "title": "Terms &amp; fees &#8211; which?",
            "body": "One <strong>or</strong> two.\n\nAnd <a href='https://t.example'>t</a>.",
        },
        {"title": "When?", "body": "<p><img src='a.png' alt='Timetable'></p>"},
    ]
    content = read_json("f", json.dumps(told, indent=0))
    assert asked(content) == [
        ("Terms & fees \u2013 which?", "One **or** two.\n\nAnd [t](https://t.example)."),
        ("When?", ""),
    ]
    assert [(p.line, p.rule) for p in content.problems] == [(6, "picture")]


@pytest.mark.parametrize(
    "half", [{"nlu": [{"intent": "a", "examples": "- A?"}]}, {"responses": {"utter_a": [{"text": "A."}]}}]
)
def test_questions_and_answers_in_two_files_are_told(half: dict[str, Any]) -> None:
    content = read_yaml("f", json.dumps(half))
    assert [(p.rule, p.severity) for p in content.problems] == [("named-answers", "error")]
    assert not content.entries


def test_lines_of_questions_and_of_their_answers_are_both_accounted_for() -> None:
    text = "nlu:\n- intent: a\n  examples: |\n    - See [ten](hour)?\nresponses:\n  utter_a:\n  - text: Yes, see.\n"
    content = read_yaml("f", text)
    assert asked(content) == [("See ten?", "Yes, see.")]
    assert [line.line for line in content.ledger if line.role == "entry"] == [2, 3, 4, 7]


def test_what_an_export_notes_beside_its_articles_is_told_in_one_line() -> None:
    article = {
        "title": "A?",
        "body": "<p>a</p>",
        "url": "https://x.example/api/1.json",
        "html_url": "https://x.example/1",
    }
    noise = {f"{name}_at": 1 for name in "abcdefgh"} | {"anwser": "b"}
    export = {"articles": [{**article, **noise}] * 40, "users": [{"name": "Ann"}], "page": {"size": 30}, "count": 40}
    content = read_json("f", json.dumps(export))
    assert len(content.problems) == 1
    assert 'the fields "anwser", "url", "a_at"' in str(content.problems[0])
    assert "and 5 more" in str(content.problems[0])
    assert content.entries[0].url == "https://x.example/1"


WIX = {"type": "TEXT", "textData": {"text": "Only a small one.", "decorations": [{"type": "BOLD"}]}}


@pytest.mark.parametrize(
    ("tree", "answer"),
    [
        ({"blocks": [{"key": "a", "text": "Only a small one.", "type": "unstyled"}], "entityMap": {}}, PAIRS[0][1]),
        ({"nodes": [{"type": "PARAGRAPH", "nodes": [WIX]}]}, f"**{PAIRS[0][1]}**"),
        ([{"type": "paragraph", "children": [{"text": PAIRS[0][1]}]}], PAIRS[0][1]),
        ({"ops": [{"insert": "Only a small one."}]}, None),
        ({"status": "ok"}, '{"status": "ok"}'),
    ],
)
def test_a_tree_of_blocks_that_is_written_as_a_text_is_read_or_refused(tree: object, answer: str | None) -> None:
    """Red without: the reading of a text as JSON, nodes of Wix, the refusal of others, or with one of all JSON."""
    content = read_json("f", json.dumps([{"question": PAIRS[0][0], "answer": json.dumps(tree)}]))
    assert [entry.answer for entry in content.entries] == [answer or ""]
    assert [problem.rule for problem in content.errors] == ([] if answer else ["not-text"])
