import json

import pytest

from chatbot.content.readers.records import read_json, read_jsonl

FULL = {
    "id": "q1", "question": "Why?", "answer": "Because.\n- a", "alternates": ["How come?"], "tags": ["t"],
    "lang": "en", "source": "[NHS](https://nhs.example)", "reviewed": "2026-01-02", "review_by": "2027-01-02",
}  # fmt: skip


def test_both_formats_give_the_same_entry() -> None:
    [from_jsonl] = read_jsonl("f", json.dumps(FULL)).entries
    [from_json] = read_json("f", json.dumps([FULL], indent=2)).entries
    assert (from_jsonl.line, from_json.line) == (1, 2)
    assert from_jsonl.answer == from_json.answer == "Because.\n- a"
    assert from_jsonl.alternates == ("How come?",)
    assert (from_jsonl.source, from_jsonl.url) == ("NHS", "https://nhs.example")


def test_lines_of_a_pretty_printed_list() -> None:
    text = json.dumps([{"question": "A?", "answer": "a"}, {"question": "B?", "answer": "b"}], indent=1)
    assert [entry.line for entry in read_json("f", text).entries] == [2, 6]


def test_one_object_is_one_entry() -> None:
    [entry] = read_json("f", '\n{"question": "A?", "answer": "a"}').entries
    assert (entry.question, entry.line) == ("A?", 2)


def test_a_field_name_that_is_no_text_can_be_printed() -> None:
    [problem] = read_jsonl("f", '{"question": "A?", "answer": "a", "\\ud800": 1}').problems
    problem.message.encode()


def test_friendly_readings() -> None:
    content = read_jsonl("f", '{"id": 7, "question": " A? ", "answer": null, "alternates": "B?", "source": 42}\n\n')
    [entry] = content.entries
    assert (entry.id, entry.question, entry.is_gap, entry.alternates, entry.source) == ("7", "A?", True, ("B?",), "42")
    assert not content.problems


def test_fields_that_nothing_reads_are_named_once() -> None:
    lines = ['{"question": "A?", "answer": "a", "anwser": "b"}'] * 2
    [problem] = read_jsonl("f", "\n".join(lines)).problems
    assert (problem.severity, problem.line) == ("warning", 1)
    assert '"anwser" is not used' in problem.message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "f:1: not valid JSON"),
        ("\n[1]", "f:2: not an object"),
        ('{"answer": "a"}', 'f:1: the entry has no "question"'),
        ('{"question": 1.5, "answer": "a"}', 'f:1: "question" must be a text'),
        ('{"question": "A?", "answer": "a", "tags": [1]}', 'f:1: "tags" must be a list of texts'),
        ('{"question": "A?", "answer": "a", "answer": "b"}', 'f:1: "answer" stands twice in one entry; keep one'),
        ('{"question": "A?", "answer": NaN}', "f:1: not valid JSON: NaN"),
        ('{"question": "A?", "answer": "\\ud800"}', 'f:1: "answer" holds half of a surrogate pair'),
        ("[" * 100_000, "f:1: not valid JSON: nested too deeply"),
        ("1" * 5000, "f:1: not valid JSON"),
    ],
)
def test_mistakes_in_jsonl(text: str, message: str) -> None:
    assert message in "\n".join(map(str, read_jsonl("f", text).problems))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"A?"', "f:1: must be a list of entries"),
        ('[{"question": "A?", "answer": "a"}]\n[{"question": "B?"}]', "f:2: not valid JSON: text after the end"),
        ('[\n{"question": "A?", "answer": "a"}\n{"question": "B?"}]', 'f:3: not valid JSON: "," or "]" expected'),
        ('[\n{"question": "A?",\n "answer": }]', "f:3: not valid JSON"),
        ('[{"question": "A?", "answer": "a"},', "f:1: not valid JSON: the list is not closed"),
        ("[]", "f: holds no entry"),
    ],
)
def test_mistakes_in_json(text: str, message: str) -> None:
    assert message in "\n".join(map(str, read_json("f", text).problems))


def test_what_could_be_read_before_a_mistake_is_kept() -> None:
    content = read_jsonl("f", '{"question": "A?", "answer": "a"}\n{\n{"question": "B?", "answer": "b"}')
    assert [entry.question for entry in content.entries] == ["A?", "B?"]
    assert [problem.line for problem in content.problems] == [2]
